/* A launch: one kernel bound to memory, ready to iterate. */
#ifndef SLIPSTREAM_LAUNCH_H
#define SLIPSTREAM_LAUNCH_H

#include "native.h"

enum {
    SLIP_SHORT_RUN = 8, /* elements: fewer are not worth a memcpy */
    SLIP_TILE = 1024,
    SLIP_TILE_BYTES = 16 * SLIP_TILE, /* of the widest elements */
    SLIP_KEEP_TILE = 512, /* here 1.9x with 512, 1.75x with 2048 for a += b * c; a *= s of 10,000 */
    SLIP_FRESH_BYTES = 16 << 20,
    SLIP_ENTRY_BYTES = 24 << 10, /* that a core moves while NumPy enters an operation */
    SLIP_NEAR_BYTES = 384 << 10, /* that a core's own cache holds */
};

/* One of NumPy's loops, which is to see some operands run backwards. */
typedef struct {
    void *fn, *data;
    unsigned reversed; /* bit i: operand i */
    int operands;
} slip_reversal;

/* Only a launch that is not simple has strides. */
typedef struct {
    const slip_task *task;
    const slip_kernel *kernel;
    bool simple; /* every array is C contiguous and has the iteration's shape */
    int rank;
    npy_intp dims[SLIP_MAX_RANK];
    npy_intp size; /* elements */
    void *args[SLIP_MAX_PARAMS];
    slip_element words[SLIP_MAX_PARAMS]; /* converted scalars */
    bool fixed[SLIP_MAX_PARAMS];         /* Scalar parameters: no iteration */
    /* The user's memory as it was behind an OutInto whose kernel may report:
     * compact, in the order of the iteration. */
    slip_buf *undo[SLIP_MAX_PARAMS];
    bool undoable;
    bool rereads;     /* an OutInto's memory is an operand's, too */
    slip_buf *unseen; /* of a value that may report and whose target has no elements */
    int behind_of; /* the OutInto of what else is read, or SLIP_NONE: it is stored into when all is computed
                    */
    slip_buf *behind;
    npy_intp each;  /* rows of a block, 0: the launch is one for all rows; see blocks.c */
    uint32_t local; /* parameters with memory for one block */
    bool fused;     /* folds run along: OutTile results have no memory */
    npy_intp kept;  /* elements that undo holds */
    bool c_order;   /* all results are in C order; else orders tells, in strides that count elements */
    npy_intp orders[SLIP_MAX_ORDERS][SLIP_MAX_RANK];
    void **table; /* the kernel's, or the launch's own with reversals in it */
    void *own_table[2 * SLIP_MAX_LOOPS + 2];
    slip_reversal reversals[SLIP_MAX_LOOPS];
    npy_intp strides[SLIP_MAX_PARAMS][SLIP_MAX_RANK];
} slip_launch;

/* |x|; the stride of an axis of length 1 may be anything, even the minimum */
static inline npy_intp magnitude(npy_intp x) { return x < 0 ? (npy_intp)(0 - (npy_uintp)x) : x; }

/* kernels.c */
SLIP_HIDDEN int slip_launch_inputs(slip_run *r, const slip_task *t, slip_launch *l);
SLIP_HIDDEN int slip_launch_bind(slip_run *r, const slip_task *t, slip_launch *l);
SLIP_HIDDEN int slip_launch_outs(slip_run *r, slip_launch *l);
SLIP_HIDDEN void slip_launch_release(slip_launch *l);

/* layout.c */
SLIP_HIDDEN int slip_broadcast(slip_run *r, slip_launch *l);
SLIP_HIDDEN int slip_check_fusion(slip_run *r, const slip_launch *l);
SLIP_HIDDEN void slip_input_strides(slip_run *r, slip_launch *l);
SLIP_HIDDEN bool slip_all_c_like(slip_run *r, const slip_launch *l);
SLIP_HIDDEN int slip_check_overlap(slip_run *r, slip_launch *l, int into);
SLIP_HIDDEN bool slip_negative_inputs(slip_run *r, const slip_launch *l);

/* orders.c */
SLIP_HIDDEN int slip_find_orders(slip_run *r, slip_launch *l);
SLIP_HIDDEN bool slip_result_strides(const slip_launch *l, int p, npy_intp size, npy_intp *strides);
SLIP_HIDDEN void slip_memory_axes(const slip_launch *l, const npy_intp *strides, int *axes);
SLIP_HIDDEN int slip_check_loops(slip_run *r, slip_launch *l);
SLIP_HIDDEN int slip_check_targets(slip_run *r, const slip_launch *l);
/* A loop of the table that calls another one backwards. */
SLIP_HIDDEN void slip_call_backwards(char **args, const npy_intp *dims, const npy_intp *steps, void *data);

/* iterate.c: the rows of a call of a kernel that computes one, see sched/kernel */
SLIP_HIDDEN extern const int64_t slip_one_row[1 + 2 * SLIP_MAX_PARAMS];
/* slip_arrange first where the launch is not simple: 0 or the number of the kernel's exit, -1
 * without memory */
SLIP_HIDDEN int64_t slip_iterate(slip_run *r, slip_launch *l);
/* The same without the interpreter's lock, in memory of the caller's. */
SLIP_HIDDEN size_t slip_iterate_memory(const slip_launch *l);
SLIP_HIDDEN int64_t slip_iterate_in(slip_run *r, slip_launch *l, char *memory);
SLIP_HIDDEN void slip_arrange(slip_launch *l);
SLIP_HIDDEN int slip_gathered(const slip_launch *l);
SLIP_HIDDEN bool slip_long_rows(const slip_launch *l);
SLIP_HIDDEN bool slip_short_rows(const slip_launch *l);
SLIP_HIDDEN bool slip_compact(const slip_launch *l, int p);
SLIP_HIDDEN void slip_undo(slip_launch *l);

/* gather.c */
SLIP_HIDDEN void slip_copy_run(char *dst, npy_intp to, const char *src, npy_intp from, npy_intp n, int size);
SLIP_HIDDEN void slip_gather(char *dst, const char *base, const npy_intp *strides, int rank,
                             const npy_intp *dims, npy_intp first, npy_intp n, int size, bool scatter);

#endif
