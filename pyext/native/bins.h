/* The elements of an array in bins of one width. */
#ifndef SLIPSTREAM_BINS_H
#define SLIPSTREAM_BINS_H

#include "native.h"

typedef struct {
    const char *x;   /* n elements in a row */
    const double *w; /* their weights, or NULL */
    int type;        /* of x, NumPy's number */
    npy_intp n, bins;
    double first, last, width;
    const double *edges; /* bins + 1 */
    bool partly;         /* some elements may lie outside */
    double scale, low, high, least;
} slip_bins;

/* Whether x may be of a type. */
SLIP_HIDDEN bool slip_bins_take(int type);
/* Least and largest element; false if one of them is not finite. */
SLIP_HIDDEN bool slip_bins_ends(slip_bins *h);
/* NumPy's edges of first, last, width and bins; false if two are equal. */
SLIP_HIDDEN bool slip_bins_edges(slip_bins *h, double *edges);
/* Fills bins that are zero; false where NumPy may have something to report. */
SLIP_HIDDEN bool slip_bins_count(slip_bins *h, npy_intp *counts);
/* The same of sums of weights, with room for blocks of them. */
SLIP_HIDDEN bool slip_bins_add(slip_bins *h, double *sums, double *blocks);
SLIP_HIDDEN npy_intp slip_bins_room(npy_intp bins);

#endif
