/* The places of the smallest or largest of few elements. */
#ifndef SLIPSTREAM_EXTREMES_H
#define SLIPSTREAM_EXTREMES_H

#include "native.h"

enum { SLIP_FEW_PLACES = 32 };

/* Of rows whose elements lie in columns, `apart` elements from each other; the
 * first column is overwritten. */
SLIP_HIDDEN bool slip_has_places(int type);
SLIP_HIDDEN void slip_places(npy_intp *to, void *in, int type, bool largest, npy_intp n, npy_intp count,
                             npy_intp apart);

#endif
