/* A call of NumPy's reduce over memory that lies in C order: its inner loop is
 * called on the same elements as NumPy would. On few of them what NumPy does before and
 * behind its loop takes most of the time (a.max() of ten: 1.5 us, of which the
 * loop takes 20 ns), and on short rows what it does between two calls. */
#include "folds.h"

/* SLIP_REDO: it is left to NumPy. */
int slip_reduce_memory(slip_run *r, const slip_task *t) {
    const slip_slot *s = &r->v[t->src[0]];
    int rank = r->e->values[t->src[0]].rank;
    npy_intp n = slip_product(rank, s->dims);
    slip_folding f = {.task = t, .how = &t->fold};
    if (!s->contiguous || n == 0) return SLIP_REDO;
    /* rows of one element are as many calls */
    bool splits = slip_split_axes(&f, rank, s->dims, (unsigned)t->axis) || n == 1;
    if (!splits || slip_in_chunks(&f)) return SLIP_REDO;
    if (!slip_fold_place(r, rank, s->dims, &f)) return slip_fail(r, SLIP_R_ALLOC);
    PyThreadState *saved = n >= slip.gil_work ? PyEval_SaveThread() : NULL;
    slip_fold_elements(&f, s->data, n);
    if (saved) PyEval_RestoreThread(saved);
    return slip_reported(r) ? slip_fail(r, SLIP_R_FPFLAGS) : SLIP_OK;
}

/* Whether a call is such a reduction, as far as its types tell. */
bool slip_reduces(const slip_entry *e, slip_task *t) {
    const slip_value *of = &e->values[t->src[0]], *to = &e->values[t->dst];
    if (t->axis <= 0 || of->kind != SLIP_ARRAY || t->axis >> of->rank || t->kwnames >= 0) return false;
    int left = of->rank - __builtin_popcount((unsigned)t->axis);
    bool scalar = to->kind == SLIP_NPSCALAR && left == 0;
    bool array = to->kind == SLIP_ARRAY && (to->rank == of->rank || (to->rank == left && left > 0));
    if (to->type != of->type || !(scalar || array)) return false;
    slip_fold_describe(&t->fold, PyTuple_GET_ITEM(e->objects, t->callee), of->type);
    return t->fold.fn != NULL;
}
