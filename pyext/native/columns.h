/* Kernels and folds over many short rows, column by column. */
#ifndef SLIPSTREAM_COLUMNS_H
#define SLIPSTREAM_COLUMNS_H

#include "folds.h"

enum { SLIP_MAX_COLUMNS = 32 };

/* The columns of an operand: those at the same offset are one. */
typedef struct {
    int n;
    npy_intp base, step; /* of the long axis at work */
    npy_intp offset[SLIP_MAX_COLUMNS];
    uint8_t of[SLIP_MAX_COLUMNS]; /* which one each column is */
    char *tiles;                  /* NULL: used where it lies */
} slip_operand_columns;

typedef struct {
    int outer, axis;             /* the first axes of the long one, and of the short ones */
    npy_intp width, rows, strip; /* columns; elements of each; elements at a time */
    slip_operand_columns operands[SLIP_MAX_PARAMS];
    char *sums[SLIP_MAX_FOLDS]; /* NULL: the result itself */
    bool chooses;               /* of the one fold's results only the places of extremes are wanted */
    npy_intp *places;
    char *scratch;
} slip_columns;

SLIP_HIDDEN bool slip_columns_take(const slip_launch *l, const slip_folds *all);
SLIP_HIDDEN bool slip_columns_fit(const slip_launch *l, const slip_folds *all, slip_columns *c);
SLIP_HIDDEN bool slip_columns_place(slip_run *r, const slip_launch *l, const slip_folds *all,
                                    slip_columns *c);
SLIP_HIDDEN size_t slip_columns_plan(const slip_launch *l, const slip_folds *all, slip_columns *c,
                                     char *memory);
SLIP_HIDDEN int64_t slip_columns_run(slip_run *r, const slip_launch *l, const slip_folds *all,
                                     slip_columns *c);

#endif
