/* TaskSum: all elements in memory order along NumPy's pairwise summation tree. */
#include "launch.h"

enum { LEAF = 128, CHUNK = 8192 };

typedef struct {
    slip_run *r;
    slip_launch *l;
    void *args[SLIP_MAX_PARAMS];
    void *scratch;
    int out, type;
    int64_t outcome;
    char *tiles[SLIP_MAX_PARAMS]; /* NULL: compact, read in place */
    bool tiled;
    npy_intp from, to; /* the elements that tiles hold */
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

/* Copies what is not compact from element low on, as far as there is room. */
static void fetch(summing *s, npy_intp low) {
    slip_launch *l = s->l;
    npy_intp left = l->size - low, n = left < SLIP_TILE ? left : SLIP_TILE;
    s->from = low;
    s->to = low + n;
    for (int p = 0; p < l->kernel->nparams; p++) {
        npy_intp size = slip_sizes[l->kernel->params[p].type];
        if (s->tiles[p])
            slip_gather(s->tiles[p], l->args[p], l->strides[p], l->rank, l->dims, low, n, (int)size, false);
        else if (!l->fixed[p] && p != s->out)
            s->args[p] = (char *)l->args[p] + low * size;
    }
}

static partial leaf(summing *s, npy_intp low, npy_intp high) {
    partial p = {0};
    s->args[s->out] = &p;
    if (s->tiled) {
        if (high > s->to) fetch(s, low);
        low -= s->from;
        high -= s->from;
    }
    int64_t outcome =
        s->l->kernel->fn(s->args, low, high, s->scratch, s->l->table, &s->r->flags, slip_one_row);
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

/* Whether the elements lie at one constant step along the axes, innermost first. */
static bool single_step(const slip_launch *l, int p, const int *axes) {
    bool first = true;
    npy_intp next = 0;
    for (int i = 0; i < l->rank; i++) {
        npy_intp n = l->dims[axes[i]], step = l->strides[p][axes[i]];
        if (n == 1) continue;
        if (!first && step != next) return false;
        first = false;
        next = step * n;
    }
    return true;
}

/* Puts the axes of the launch in an order. */
static void permute(slip_launch *l, const int *axes) {
    npy_intp old[SLIP_MAX_RANK];
    for (int p = -1; p < l->kernel->nparams; p++) {
        npy_intp *row = p < 0 ? l->dims : l->strides[p];
        memcpy(old, row, sizeof old);
        for (int i = 0; i < l->rank; i++) row[l->rank - 1 - i] = old[axes[i]];
    }
}

/* A sum of an array itself follows NumPy's iteration over that array, which
 * is one run only if the array is. */
static bool bare_order(const slip_launch *l, int *axes) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        if (l->kernel->params[p].kind != SLIP_IN) continue;
        slip_memory_axes(l, l->strides[p], axes);
        return single_step(l, p, axes);
    }
    return false;
}

/* A sum of an expression follows the fresh array that NumPy would have made:
 * one run in its memory order. */
static bool fresh_order(slip_run *r, slip_launch *l, int *axes) {
    npy_intp strides[SLIP_MAX_RANK];
    if (slip_find_orders(r, l) < 0 || !slip_result_strides(l, l->kernel->nparams - 1, 1, strides))
        return false;
    slip_memory_axes(l, strides, axes);
    return true;
}

/* Puts the axes in the order in which NumPy adds. Integers add up to the same
 * in any. */
static int sum_order(slip_run *r, slip_launch *l) {
    int axes[SLIP_MAX_RANK];
    int type = l->kernel->params[l->kernel->nparams - 1].type;
    if (l->simple || l->size == 0 || type <= SLIP_U64) return SLIP_OK;
    bool known = l->kernel->flags & SLIP_KF_BARE ? bare_order(l, axes) : fresh_order(r, l, axes);
    if (!known) return slip_fail(r, SLIP_R_LAYOUT);
    permute(l, axes);
    return SLIP_OK;
}

/* Memory for tiles of the inputs that are not compact. */
static slip_buf *plan_tiles(summing *s) {
    slip_launch *l = s->l;
    slip_buf *b = slip_buf_new((size_t)l->kernel->nparams * SLIP_TILE_BYTES);
    for (int p = 0; b && p < l->kernel->nparams; p++)
        if (!l->fixed[p] && l->kernel->params[p].kind == SLIP_IN && !slip_compact(l, p))
            s->args[p] = s->tiles[p] = slip_buf_data(b) + (size_t)p * SLIP_TILE_BYTES;
    s->tiled = true;
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
    slip_buf *tiles = NULL, *scratch = NULL;
    s.type = l->kernel->params[s.out].type;
    memcpy(s.args, l->args, sizeof s.args);
    r->v[l->task->src[s.out]].word = 0;
    if (!l->simple && l->size && !(tiles = plan_tiles(&s))) return slip_fail(r, SLIP_R_ALLOC);
    if (l->kernel->scratch && (scratch = slip_buf_new((size_t)l->kernel->scratch)))
        s.scratch = slip_buf_data(scratch);
    bool ready = scratch || !l->kernel->scratch;
    if (ready) sum_unlocked(&s);
    if (tiles) slip_buf_release(tiles);
    if (scratch) slip_buf_release(scratch);
    if (!ready) return slip_fail(r, SLIP_R_ALLOC);
    return s.outcome ? slip_fail(r, SLIP_R_KERNEL) : SLIP_OK;
}

int slip_task_sum(slip_run *r, const slip_task *t) {
    slip_launch l;
    if (slip_launch_inputs(r, t, &l) < 0) return SLIP_FAIL;
    if (!l.simple) slip_input_strides(r, &l);
    if (!l.simple && l.kernel->nloops && slip_check_loops(r, &l) < 0) return SLIP_FAIL;
    if (sum_order(r, &l) < 0) return SLIP_FAIL;
    return sum_launch(r, &l);
}
