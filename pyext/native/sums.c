/* TaskSum: all elements in C order along NumPy's pairwise summation tree. */
#include "launch.h"

enum { LEAF = 128, CHUNK = 8192 };

typedef struct {
    slip_run *r;
    slip_launch *l;
    void *args[SLIP_MAX_PARAMS];
    void *scratch;
    int out, type;
    int64_t outcome;
} summing;

typedef union {
    double f64;
    float f32;
    uint64_t bits; /* of an integer, in the lowest bytes */
} partial;

static partial add(int type, partial a, partial b) {
    partial c = {0};
    switch (type) {
    case SLIP_F64:
        c.f64 = a.f64 + b.f64;
        break;
    case SLIP_F32:
        c.f32 = a.f32 + b.f32;
        break;
    default: /* wraps in every width: what lies above is not read */
        c.bits = a.bits + b.bits;
    }
    return c;
}

static partial leaf(summing *s, npy_intp low, npy_intp high) {
    partial p = {0};
    s->args[s->out] = &p;
    int64_t outcome = s->l->kernel->fn(s->args, low, high, s->scratch, s->l->kernel->table, &s->r->flags);
    if (outcome) s->outcome = outcome;
    return p;
}

static partial tree(summing *s, npy_intp low, npy_intp n) {
    if (n <= LEAF) return leaf(s, low, low + n);
    npy_intp half = n / 2;
    half -= half % 8;
    partial left = tree(s, low, half);
    return add(s->type, left, tree(s, low + half, n - half));
}

/* Before NumPy 2.3 a reduction saw its input in buffers of 8192 elements. */
static partial chunks(summing *s, npy_intp n) {
    partial total = {0};
    for (npy_intp at = 0; at < n; at += CHUNK) {
        npy_intp left = n - at;
        total = add(s->type, total, tree(s, at, left < CHUNK ? left : CHUNK));
    }
    return total;
}

static void sum_all(summing *s) {
    partial zero = {0}, total = zero;
    if (s->l->size && slip.sum_rule)
        total = chunks(s, s->l->size);
    else if (s->l->size)
        total = add(s->type, zero, tree(s, 0, s->l->size));
    memcpy(&s->r->v[s->l->task->src[s->out]].word, &total, (size_t)slip_sizes[s->type]);
}

/* Whether the elements in C order lie at one constant step. */
static bool single_step(const slip_launch *l, int p) {
    npy_intp step = 0;
    for (int i = l->rank - 1; i >= 0; i--) {
        if (l->dims[i] == 1) continue;
        if (step && l->strides[p][i] != step) return false;
        step = l->strides[p][i] * l->dims[i];
    }
    return true;
}

/* A sum of an array itself follows NumPy's iteration over that array, which
 * is one run only if the array is; a sum of an expression follows the fresh
 * C-order array that NumPy would have made. */
static int check_order(slip_run *r, const slip_launch *l) {
    if (l->simple) return SLIP_OK;
    if (!slip_all_c_like(r, l)) return slip_fail(r, SLIP_R_LAYOUT);
    for (int p = 0; (l->kernel->flags & SLIP_KF_BARE) && p < l->kernel->nparams; p++)
        if (l->kernel->params[p].kind == SLIP_IN && !single_step(l, p)) return slip_fail(r, SLIP_R_LAYOUT);
    return SLIP_OK;
}

/* Copies of inputs that are not compact, in C order, behind one another. */
static slip_buf *gather_inputs(slip_launch *l, void **args) {
    size_t room = (size_t)l->size * 8 + 64, used = 0;
    slip_buf *b = slip_buf_new(room * (size_t)l->kernel->nparams);
    for (int p = 0; b && p < l->kernel->nparams; p++) {
        if (l->fixed[p] || l->kernel->params[p].kind != SLIP_IN) continue;
        args[p] = slip_buf_data(b) + used;
        used += room;
        slip_gather(args[p], l->args[p], l->strides[p], l->rank, l->dims, 0, l->size,
                    slip_sizes[l->kernel->params[p].type], false);
    }
    return b;
}

static void sum_unlocked(summing *s) {
    PyThreadState *saved = NULL;
    if (s->l->size * s->l->kernel->cost >= slip.gil_work) saved = PyEval_SaveThread();
    sum_all(s);
    if (saved) PyEval_RestoreThread(saved);
}

static int sum_launch(slip_run *r, slip_launch *l) {
    summing s = {.r = r, .l = l, .out = l->kernel->nparams - 1};
    slip_buf *copies = NULL, *scratch = NULL;
    s.type = l->kernel->params[s.out].type;
    memcpy(s.args, l->args, sizeof s.args);
    r->v[l->task->src[s.out]].word = 0;
    if (!l->simple && l->size && !(copies = gather_inputs(l, s.args))) return slip_fail(r, SLIP_R_ALLOC);
    if (l->kernel->scratch && (scratch = slip_buf_new((size_t)l->kernel->scratch)))
        s.scratch = slip_buf_data(scratch);
    bool ready = scratch || !l->kernel->scratch;
    if (ready) sum_unlocked(&s);
    if (copies) slip_buf_release(copies);
    if (scratch) slip_buf_release(scratch);
    if (!ready) return slip_fail(r, SLIP_R_ALLOC);
    return s.outcome ? slip_fail(r, SLIP_R_KERNEL) : SLIP_OK;
}

int slip_task_sum(slip_run *r, const slip_task *t) {
    slip_launch l;
    if (slip_launch_inputs(r, t, &l) < 0) return SLIP_FAIL;
    if (l.kernel->nloops && !l.simple && slip_negative_inputs(r, &l)) return slip_fail(r, SLIP_R_LAYOUT);
    if (!l.simple) slip_input_strides(r, &l);
    if (check_order(r, &l) < 0) return SLIP_FAIL;
    return sum_launch(r, &l);
}
