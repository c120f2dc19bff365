/* Reductions that run along with the kernel before them. */
#ifndef SLIPSTREAM_FOLDS_H
#define SLIPSTREAM_FOLDS_H

#include "launch.h"

enum {
    SLIP_MAX_FOLDS = 8,
    SLIP_REDO = -3,
    SLIP_SHORT_ROW = 8, /* rows of fewer elements have one leaf of a pairwise sum */
};

/* One fold while it runs. */
typedef struct {
    const slip_task *task;
    const slip_fold *how;
    int param;                    /* of the kernel: the operand */
    npy_intp outer, count, inner; /* lengths: kept, reduced, kept */
    char *out, *to;               /* the result; its element or row at work */
    npy_intp done, column;        /* of count; of inner */
} slip_folding;

typedef struct {
    int n;
    npy_intp tile; /* elements */
    slip_folding list[SLIP_MAX_FOLDS];
} slip_folds;

/* Folds n elements into one, or into as many. */
static inline void slip_call_loop(const slip_fold *f, char *out, char *in, npy_intp step, npy_intp n) {
    char *args[3] = {out, in, out};
    npy_intp steps[3] = {step, f->size, step};
    f->fn(args, &n, steps, f->data);
}

/* maxima.c */
SLIP_HIDDEN void slip_fold_few(slip_fold *f);
SLIP_HIDDEN npy_intp slip_fold_extremes(slip_folding *f, char *in, npy_intp n);

/* sumrows.c */
SLIP_HIDDEN npy_intp slip_fold_sums(slip_folding *f, char *in, npy_intp n);

/* shortrows.c */
SLIP_HIDDEN npy_intp slip_fold_short(slip_folding *f, char *in, npy_intp n);

/* reduce.c */
SLIP_HIDDEN int slip_reduce_memory(slip_run *r, const slip_task *t);

/* folds.c */
SLIP_HIDDEN bool slip_split_axes(slip_folding *f, int rank, const npy_intp *dims, unsigned axes);
SLIP_HIDDEN bool slip_in_chunks(const slip_folding *f);
/* Makes a fold's result and begins it. */
SLIP_HIDDEN bool slip_fold_place(slip_run *r, int rank, const npy_intp *dims, slip_folding *f);
SLIP_HIDDEN void slip_fold_elements(slip_folding *f, char *in, npy_intp n);
SLIP_HIDDEN bool slip_folds_fit(slip_run *r, slip_launch *l, slip_folds *all);
SLIP_HIDDEN int slip_folds_run(slip_run *r, slip_launch *l, slip_folds *all);

#endif
