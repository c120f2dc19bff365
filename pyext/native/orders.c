/* The memory order of results, by NumPy's own rule: each operation orders its
 * result by its own operands, of which some are results inside the kernel. */
#include "launch.h"

enum { ELIDABLE = 1 << 15 }; /* elements; NumPy never computes a smaller result into an operand */

/* One operand of an operation, over the iteration's shape. */
typedef struct {
    const npy_intp *strides;
    npy_intp step; /* of neighbours: an order counts elements, an array bytes */
    int rank;      /* its own */
    bool whole;    /* its own shape is the iteration's */
    bool temp;     /* NumPy may compute the result into it */
} operand;

static operand parameter(const slip_run *r, const slip_launch *l, int p) {
    const slip_slot *s = &r->v[l->task->src[p]];
    int rank = r->e->values[l->task->src[p]].rank;
    bool whole = rank == l->rank && memcmp(s->dims, l->dims, sizeof(npy_intp) * (size_t)rank) == 0;
    return (operand){whole ? s->strides : l->strides[p], slip_sizes[l->kernel->params[p].type], rank, whole};
}

static int operands(const slip_run *r, const slip_launch *l, const slip_order *o, operand *list) {
    int n = 0;
    for (uint64_t left = o->of; left; left &= left - 1) {
        int bit = __builtin_ctzll(left);
        if (bit < SLIP_MAX_PARAMS)
            list[n] = parameter(r, l, bit);
        else
            list[n] = (operand){l->orders[bit - SLIP_MAX_PARAMS], 1, l->rank, true, false};
        list[n++].temp = (o->temps >> bit & 1) != 0;
    }
    return n;
}

/* Whether axis b, which lies inside, has to come before axis a: 1 if all that
 * move on both say so, 0 if one says no, -1 if none moves on both. */
static int crosses(const slip_launch *l, const operand *list, int n, int a, int b) {
    int answer = -1;
    if (l->dims[a] == 1 || l->dims[b] == 1) return -1;
    for (int i = 0; i < n; i++) {
        npy_intp outer = magnitude(list[i].strides[a]), inner = magnitude(list[i].strides[b]);
        if (outer == 0 || inner == 0) continue;
        if (inner <= outer) return 0;
        answer = 1;
    }
    return answer;
}

/* The axes from the innermost one outwards: nditer's insertion sort, which
 * passes over axes that it cannot compare. */
static void sorted_axes(const slip_launch *l, const operand *list, int n, int *axes) {
    for (int i = 0; i < l->rank; i++) {
        int axis = l->rank - 1 - i, at = i;
        for (int j = i - 1; j >= 0; j--) {
            int answer = crosses(l, list, n, axis, axes[j]);
            if (answer == 0) break;
            if (answer > 0) at = j;
        }
        memmove(&axes[at + 1], &axes[at], sizeof(int) * (size_t)(i - at));
        axes[at] = axis;
    }
}

static void fill_strides(const slip_launch *l, const int *axes, npy_intp *strides) {
    npy_intp step = l->size ? 1 : 0; /* NumPy's strides of an array without elements */
    for (int i = 0; i < l->rank; i++) {
        strides[axes[i]] = step;
        step *= l->dims[axes[i]];
    }
}

/* Contiguous in C order (from the last axis) or in Fortran order. */
static bool contiguous(const slip_launch *l, const operand *o, bool c) {
    npy_intp step = o->step;
    for (int i = 0; i < l->rank; i++) {
        int axis = c ? l->rank - 1 - i : i;
        if (l->dims[axis] == 1) continue;
        if (o->strides[axis] != step) return false;
        step *= l->dims[axis];
    }
    return true;
}

enum { NEITHER, IN_C, IN_F, IN_BOTH };

/* The one contiguity of all operands that have axes: ufuncs skip the iterator then. */
static int trivial_order(const slip_launch *l, const operand *list, int n) {
    int common = NEITHER;
    for (int i = 0; i < n; i++) {
        if (list[i].rank == 0) continue;
        if (!list[i].whole) return NEITHER;
        int own = (contiguous(l, &list[i], true) ? IN_C : 0) | (contiguous(l, &list[i], false) ? IN_F : 0);
        if (own == NEITHER || (common != NEITHER && own != common)) return NEITHER;
        common = own;
    }
    return common;
}

static bool same_strides(const slip_launch *l, const operand *o, const npy_intp *strides) {
    for (int i = 0; i < l->rank; i++)
        if (o->strides[i] != strides[i] * o->step) return false;
    return true;
}

/* False where NumPy may have computed into an operand of another order. */
static bool elision_is_same(const slip_launch *l, const operand *list, int n, const npy_intp *strides) {
    for (int i = 0; i < n && l->size >= ELIDABLE; i++)
        if (list[i].temp && list[i].whole && !same_strides(l, &list[i], strides)) return false;
    return true;
}

/* The strides of an array that is updated in place; false if they have gaps. */
static bool kept_strides(const slip_launch *l, const operand *o, npy_intp *strides) {
    int axes[SLIP_MAX_RANK];
    if (!o->whole) return false;
    sorted_axes(l, o, 1, axes);
    fill_strides(l, axes, strides);
    for (int i = 0; i < l->rank; i++) {
        if (l->dims[i] == 1)
            strides[i] = o->strides[i] / o->step;
        else if (o->strides[i] != strides[i] * o->step)
            return false;
    }
    return true;
}

static bool find_order(const slip_run *r, const slip_launch *l, const slip_order *o, npy_intp *strides) {
    operand list[64];
    int axes[SLIP_MAX_RANK], n = operands(r, l, o, list);
    if (o->rule == SLIP_ORDER_KEEP) return kept_strides(l, list, strides);
    int order = o->rule == SLIP_ORDER_UFUNC ? trivial_order(l, list, n) : NEITHER;
    if (order == NEITHER)
        sorted_axes(l, list, n, axes);
    else
        for (int i = 0; i < l->rank; i++) axes[i] = order == IN_F ? i : l->rank - 1 - i;
    fill_strides(l, axes, strides);
    return elision_is_same(l, list, n, strides);
}

/* Fills l->orders; false where NumPy's choice is not known. */
static bool find_orders(const slip_run *r, slip_launch *l) {
    for (int i = 0; i < l->task->norders; i++)
        if (!find_order(r, l, &l->task->orders[i], l->orders[i])) return false;
    return true;
}

/* Finds the order of each result, in element strides; needs input strides. */
int slip_find_orders(slip_run *r, slip_launch *l) {
    l->c_order = l->rank <= 1 || (!l->task->keeps && slip_all_c_like(r, l));
    if (l->c_order || (l->task->norders && find_orders(r, l))) return SLIP_OK;
    return slip_fail(r, SLIP_R_LAYOUT);
}

/* The strides of the result at parameter p; false if its order is not known. */
bool slip_result_strides(const slip_launch *l, int p, npy_intp size, npy_intp *strides) {
    int order = l->task->norders ? l->task->order_of[p] : SLIP_NONE, axes[SLIP_MAX_RANK];
    if (!l->c_order && order < 0) return false;
    if (l->c_order) {
        for (int i = 0; i < l->rank; i++) axes[i] = l->rank - 1 - i;
        fill_strides(l, axes, strides);
    } else {
        memcpy(strides, l->orders[order], sizeof(npy_intp) * (size_t)l->rank);
    }
    for (int i = 0; i < l->rank; i++) strides[i] *= size;
    return true;
}

/* Sorts axes as a reduction over an array with these strides does. */
void slip_memory_axes(const slip_launch *l, const npy_intp *strides, int *axes) {
    operand o = {strides, 1, l->rank, true, false};
    sorted_axes(l, &o, 1, axes);
}

/* An axis that a loop steps along. Of one axis alone the step is passed on even
 * if there is a single element. */
static bool moves(const slip_launch *l, int axis) { return l->dims[axis] != 1 || l->rank == 1; }

/* The step along the innermost axis that moves. */
static npy_intp inner_step(const slip_launch *l, const operand *o, const int *axes) {
    for (int i = 0; i < l->rank; i++)
        if (moves(l, axes[i])) return o->strides[axes[i]];
    return 0;
}

static bool runs_back(const slip_launch *l, const operand *o) {
    for (int i = 0; i < l->rank; i++)
        if (moves(l, i) && o->strides[i] < 0) return true;
    return false;
}

/* Whether all operands go through their memory in one run, so that NumPy's
 * loop gets them as they lie; what does not may go through buffers. */
static bool one_run(const slip_launch *l, const operand *list, int n, const int *axes) {
    for (int i = 0; i < n; i++) {
        npy_intp next = inner_step(l, &list[i], axes);
        for (int k = 0; k < l->rank; k++) {
            if (l->dims[axes[k]] == 1) continue;
            if (list[i].strides[axes[k]] != next) return false;
            next *= l->dims[axes[k]];
        }
    }
    return true;
}

/* Calls a loop on tiles that run backwards where the launch says so. The kernel
 * gives it compact memory in the order of the iteration; what it reads must
 * lie the other way round, for loops choose their code (and with it the bits)
 * by the sign of a step. */
void slip_call_backwards(char **args, const npy_intp *dims, const npy_intp *steps, void *data) {
    typedef void (*loop)(char **, const npy_intp *, const npy_intp *, void *);
    const slip_reversal *v = data;
    enum { LENGTH = SLIP_TILE / 2 }; /* on the stack, and so that the widest elements fit */
    _Alignas(64) char tiles[SLIP_MAX_READS][LENGTH * sizeof(slip_element)];
    char *at[SLIP_MAX_READS + 1];
    npy_intp by[SLIP_MAX_READS + 1];
    for (npy_intp done = 0; done < dims[0]; done += LENGTH) {
        npy_intp n = dims[0] - done < LENGTH ? dims[0] - done : LENGTH;
        for (int i = 0; i <= v->operands; i++) {
            at[i] = args[i] + done * steps[i];
            by[i] = steps[i];
            if (!(v->reversed >> i & 1)) continue;
            slip_gather(tiles[i], at[i] + (n - 1) * by[i], &(npy_intp){-by[i]}, 1, &n, 0, n, (int)by[i],
                        false);
            at[i] = tiles[i] + (n - 1) * by[i];
            by[i] = -by[i];
        }
        ((loop)(uintptr_t)v->fn)(at, &n, by, v->data);
    }
}

/* The operands that an operation's own loop meets with a negative step; -1
 * where that is not known: NumPy may pass them through buffers, which run
 * forwards. */
static int reversed_reads(const slip_run *r, const slip_launch *l, const slip_order *o, int *count) {
    operand list[64];
    int axes[SLIP_MAX_RANK], found = 0, n = operands(r, l, o, list);
    sorted_axes(l, list, n, axes);
    bool direct = o->rule == SLIP_ORDER_UFUNC && one_run(l, list, n, axes);
    for (int i = 0; i < SLIP_MAX_READS && o->reads >> (8 * i); i++) {
        int p = (int)(o->reads >> (8 * i) & 255) - 1;
        *count = i + 1;
        if (p < 0 || p == SLIP_READS_OTHER - 1) continue;
        operand x = parameter(r, l, p);
        npy_intp step = inner_step(l, &x, axes);
        if (!runs_back(l, &x) || (step > 0 && o->rule == SLIP_ORDER_UFUNC)) continue;
        if (!direct) return -1;
        found |= 1 << i;
    }
    return found;
}

static void reverse(slip_launch *l, int loop, int operands, int reversed) {
    if (l->table != l->own_table)
        memcpy(l->own_table, l->table, sizeof(void *) * (2 * (size_t)l->kernel->nloops + 2));
    l->table = l->own_table;
    void **row = &l->table[2 * loop];
    l->reversals[loop] = (slip_reversal){row[0], row[1], (unsigned)reversed, operands};
    row[0] = (void *)(uintptr_t)slip_call_backwards;
    row[1] = &l->reversals[loop];
}

/* The same for memory that is stored into: a loop may be what stores, or read what was stored. */
int slip_check_targets(slip_run *r, const slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        const slip_slot *s = &r->v[l->task->src[p]];
        bool apart = l->task->outs[p] == SLIP_OUT_INTO && l->kernel->half && !s->contiguous;
        for (int i = 0; l->task->outs[p] == SLIP_OUT_INTO && i < r->e->values[l->task->src[p]].rank; i++)
            apart = apart || (s->strides[i] < 0 && s->dims[i] > 1);
        if (!SLIP_GUARD(backwards, !apart)) return slip_fail(r, SLIP_R_LAYOUT);
    }
    return SLIP_OK;
}

static bool stores(const slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++)
        if (l->task->outs[p] == SLIP_OUT_INTO) return true;
    return false;
}

/* NumPy's loops over float16 take other code paths wherever elements do not lie side by side. */
static bool reads_apart(const slip_launch *l) {
    for (int i = 0; i < l->task->norders; i++) {
        uint32_t reads = l->task->orders[i].reads;
        for (; reads; reads >>= 8) {
            int p = (int)(reads & 255) - 1;
            if (p < 0 || p == SLIP_READS_OTHER - 1) continue;
            if (!l->fixed[p] && !slip_compact(l, p)) return true;
        }
    }
    return l->task->norders == 0;
}

/* NumPy's loops take other code paths (other bits) on negative steps. Has
 * them meet those that they would have met; fails where that is not known, as
 * when something is stored, which NumPy's iteration then follows. Needs input strides. */
int slip_check_loops(slip_run *r, slip_launch *l) {
    if (l->kernel->half && !SLIP_GUARD(backwards, !reads_apart(l))) return slip_fail(r, SLIP_R_LAYOUT);
    if (SLIP_GUARD(backwards, !slip_negative_inputs(r, l))) return SLIP_OK;
    if (l->task->only_c || (l->rank > 1 && !find_orders(r, l))) return slip_fail(r, SLIP_R_LAYOUT);
    for (int i = 0; i < l->task->norders; i++) {
        const slip_order *o = &l->task->orders[i];
        int count = 0, reversed = o->reads ? reversed_reads(r, l, o, &count) : 0;
        if (reversed < 0 || (reversed && stores(l))) return slip_fail(r, SLIP_R_LAYOUT);
        if (reversed) reverse(l, o->loop, count, reversed);
    }
    return SLIP_OK;
}
