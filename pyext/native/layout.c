/* Shapes and strides: broadcasting, overlap. */
#include "launch.h"

/* Whether parameter p is an array that is iterated over. */
static bool iterated(const slip_run *r, const slip_launch *l, int p) {
    return l->kernel->params[p].kind == SLIP_IN && r->e->values[l->task->src[p]].kind == SLIP_ARRAY;
}

static const slip_slot *slot(const slip_run *r, const slip_launch *l, int p) {
    return &r->v[l->task->src[p]];
}

static int rank_of(const slip_run *r, const slip_launch *l, int p) {
    return r->e->values[l->task->src[p]].rank;
}

/* Joins one operand's shape into the broadcast shape. */
static bool join(slip_launch *l, const npy_intp *dims, int rank) {
    for (int i = 0; i < rank; i++) {
        npy_intp *d = &l->dims[l->rank - rank + i];
        if (*d == 1)
            *d = dims[i];
        else if (dims[i] != 1 && dims[i] != *d)
            return false;
    }
    return true;
}

static bool overflows(const slip_launch *l) {
    npy_intp n = 1;
    for (int i = 0; i < l->rank; i++)
        if (l->dims[i] && __builtin_mul_overflow(n, l->dims[i], &n)) return true;
    return n > NPY_MAX_INTP / 16;
}

/* The broadcast shape of the array inputs. */
int slip_broadcast(slip_run *r, slip_launch *l) {
    l->rank = 0;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (iterated(r, l, p) && rank_of(r, l, p) > l->rank) l->rank = rank_of(r, l, p);
    for (int i = 0; i < l->rank; i++) l->dims[i] = 1;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (iterated(r, l, p) && !SLIP_GUARD(broadcast, join(l, slot(r, l, p)->dims, rank_of(r, l, p))))
            return slip_fail(r, SLIP_R_SHAPE);
    if (overflows(l)) return slip_fail(r, SLIP_R_SHAPE);
    l->size = slip_product(l->rank, l->dims);
    return SLIP_OK;
}

/* Whether the parameters of a set have the iteration's shape together. */
static bool covers(slip_run *r, const slip_launch *l, uint64_t set) {
    slip_launch part;
    part.rank = l->rank;
    for (int i = 0; i < l->rank; i++) part.dims[i] = 1;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (set >> p & 1 && iterated(r, l, p)) join(&part, slot(r, l, p)->dims, rank_of(r, l, p));
    return memcmp(part.dims, l->dims, sizeof(npy_intp) * (size_t)l->rank) == 0;
}

/* The conditions under which a plan may fuse what it fused: values inside
 * have the whole shape, and, where asked, inputs lie in C order. */
int slip_check_fusion(slip_run *r, const slip_launch *l) {
    for (int i = 0; i < l->task->ncover; i++)
        if (!SLIP_GUARD(cover, covers(r, l, l->task->cover[i]))) return slip_fail(r, SLIP_R_SHAPE);
    if (l->task->only_c && !slip_all_c_like(r, l)) return slip_fail(r, SLIP_R_LAYOUT);
    return SLIP_OK;
}

/* Strides of the inputs over the iteration's shape: 0 where broadcast. */
void slip_input_strides(slip_run *r, slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        npy_intp *strides = l->strides[p];
        memset(strides, 0, sizeof l->strides[p]);
        if (!iterated(r, l, p)) continue;
        const slip_slot *s = slot(r, l, p);
        int rank = rank_of(r, l, p);
        for (int i = 0; i < rank; i++)
            if (s->dims[i] != 1) strides[l->rank - rank + i] = s->strides[i];
    }
}

/* |strides| never grow from an axis to the next that moves. */
static bool c_like(const slip_slot *s, int rank) {
    npy_intp last = NPY_MAX_INTP;
    for (int i = 0; i < rank; i++) {
        if (s->dims[i] <= 1 || s->strides[i] == 0) continue;
        if (magnitude(s->strides[i]) > last) return false;
        last = magnitude(s->strides[i]);
    }
    return true;
}

bool slip_all_c_like(slip_run *r, const slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++)
        if (iterated(r, l, p) && !c_like(slot(r, l, p), rank_of(r, l, p))) return false;
    return true;
}

/* The bytes [low, high) that an array touches. */
static void extent(const slip_slot *s, int rank, int size, const char **low, const char **high) {
    *low = s->data;
    *high = s->data + size;
    for (int i = 0; i < rank; i++) {
        npy_intp reach = (s->dims[i] - 1) * s->strides[i];
        if (s->dims[i] == 0) *high = *low;
        if (reach < 0)
            *low += reach;
        else if (s->dims[i])
            *high += reach;
    }
}

static bool same_elements(const slip_slot *a, const slip_slot *b, int rank) {
    for (int i = 0; i < rank; i++)
        if (a->dims[i] != b->dims[i] || (a->dims[i] > 1 && a->strides[i] != b->strides[i])) return false;
    return a->data == b->data;
}

/* Whether two elements of an array may share memory: each axis must step over
 * all that the axes with shorter steps span. */
static bool writes_itself(const slip_slot *s, int rank, npy_intp size) {
    for (int i = 0; slip_product(rank, s->dims) && i < rank; i++) {
        npy_intp span = size, step = magnitude(s->strides[i]);
        for (int j = 0; j < rank; j++) {
            npy_intp other = magnitude(s->strides[j]);
            if (j != i && s->dims[j] > 1 && (other < step || (other == step && j > i)))
                span += (s->dims[j] - 1) * other;
        }
        if (s->dims[i] > 1 && step < span) return true;
    }
    return false;
}

/* As NumPy does, what would change operands that are still read is computed as a whole
 * before it is stored: one target of a launch. NumPy's own loops are to see the target. */
static bool store_behind(slip_launch *l, int into) {
    if (l->kernel->nloops || (l->behind_of >= 0 && l->behind_of != into)) return false;
    l->behind_of = into;
    return true;
}

/* Finds out whether storing to parameter `into` would change what another one
 * reads, unless it is element for element the same memory. */
int slip_check_overlap(slip_run *r, slip_launch *l, int into) {
    const slip_slot *t = slot(r, l, into);
    int rank = rank_of(r, l, into), size = slip_sizes[l->kernel->params[into].type];
    const char *low, *high, *from, *to;
    if (!SLIP_GUARD(itself, !writes_itself(t, rank, size))) return slip_fail(r, SLIP_R_OVERLAP);
    extent(t, rank, size, &low, &high);
    for (int p = 0; p < l->kernel->nparams; p++) {
        bool out = l->task->outs[p] == SLIP_OUT_INTO;
        if (p == into || !(out || iterated(r, l, p))) continue;
        const slip_slot *s = slot(r, l, p);
        if (!out && rank_of(r, l, p) == rank && same_elements(s, t, rank) &&
            l->kernel->params[p].type == l->kernel->params[into].type) {
            l->rereads = true;
            continue;
        }
        extent(s, rank_of(r, l, p), slip_sizes[l->kernel->params[p].type], &from, &to);
        l->rereads = l->rereads || (from < high && low < to);
        bool overlaps = !SLIP_GUARD(overlap, from >= high || low >= to);
        if (overlaps && (out ||
                         (rank_of(r, l, p) == rank &&
                          slip_copies_in_steps(l->kernel, rank, s->strides[0], t->strides[0])) ||
                         !store_behind(l, into)))
            return slip_fail(r, SLIP_R_OVERLAP);
    }
    for (int i = 0; i < l->task->napart; i++) {
        const slip_value *def = &r->e->values[l->task->apart[i]];
        extent(&r->v[l->task->apart[i]], def->rank, slip_sizes[def->type], &from, &to);
        if (from < high && low < to) return slip_fail(r, SLIP_R_OVERLAP);
    }
    return SLIP_OK;
}

/* Whether an input runs backwards along an axis. */
bool slip_negative_inputs(slip_run *r, const slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        const slip_slot *s = slot(r, l, p);
        if (!iterated(r, l, p)) continue;
        for (int i = 0; i < rank_of(r, l, p); i++)
            if (s->strides[i] < 0 && (s->dims[i] > 1 || l->rank == 1)) return true;
    }
    return false;
}
