/* Generators of random numbers in loop nests. */
#ifndef SLIPSTREAM_NESTDRAW_H
#define SLIPSTREAM_NESTDRAW_H

#include "nest.h"

#include <numpy/random/bitgen.h>

enum {
    SLIP_DRAWS_INTS = 8,        /* among the parameters of a row: none of them are floats, */
    SLIP_DRAWS_MASKED_INTS = 9, /* as RandomState draws them */
    SLIP_DRAWS_INTS_ROW = 11,
};

/* The interface of a generator that the nest has drawn from, or NULL. */
SLIP_HIDDEN bitgen_t *slip_draws_bits(slip_run *r, int64_t word);

#endif
