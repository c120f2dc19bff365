/* Tasks that go over large arrays a block of rows at a time. What one of them makes of a
 * block is in cache when the next one reads it, and what only they read has memory
 * for one block. A row is all that has one index of the first axis: no task here reduces
 * over that axis, so what is made of a row is made of that row alone, in the same steps. */
#include "blocks.h"

enum {
    WORTH = 8,     /* blocks in the widest array: with fewer it is in cache as it is */
    LONGEST = 4,   /* blocks in a row */
    NARROW = 32,   /* elements of a row that is folded: kernels do shorter ones column by column */
    FOLDED = 2048, /* elements that a kernel makes before they are folded */
    SHORT = 64,    /* elements of a row that is computed, where operands have to be spread */
};

typedef struct {
    slip_launch l; /* over all rows; its kernel is NULL for a call of reduce, which reads the one operand */
    npy_intp step[SLIP_MAX_PARAMS], within[SLIP_MAX_PARAMS]; /* bytes from row to row: of all, of a block */
    npy_intp width, each;                                    /* elements of a row; rows at a time */
    int nfolds;
    slip_folding folds[SLIP_MAX_FOLDS];
} slip_step;

/* Of values: nothing behind the last of the tasks needs it; it has memory for one block; one of the
 * tasks makes it, so that of a block there are only the rows that belong to it. */
enum { DIES = 1, LOCAL = 2, MADE = 4 };

typedef struct {
    slip_run *r;
    int first, n;
    npy_intp rows, each; /* of the first axis; of those in a block */
    uint8_t *values;     /* DIES, LOCAL, MADE */
    slip_step *steps;
    int nsteps, wide, spared, written; /* of what goes over, and is, large memory */
    int64_t work;
    slip_buf *scratch;
} blocks;

static const slip_value *def_of(const blocks *b, int v) { return &b->r->e->values[v]; }

/* ---- which tasks ---- */

static bool is_view_of_rows(const slip_task *t) {
    if (t->kind != SLIP_VIEW || t->nindex == 0) return false;
    const slip_index *x = &t->index[0];
    return x->kind == SLIP_INDEX_SLICE && x->start.none && x->stop.none && x->step.none;
}

static bool folds_rows(const slip_entry *e, const slip_task *t) {
    return e->values[t->dst].kind == SLIP_ARRAY && t->axis > 0 && !(t->axis & 1) && t->fold.fn && !t->places;
}

static bool is_kernel_over_rows(const slip_entry *e, const slip_task *t) {
    const slip_kernel *k = &e->kernels[t->kernel];
    if (t->stores || t->nfolds > SLIP_MAX_FOLDS || k->flags & (SLIP_KF_ELIDES | SLIP_KF_FUSED)) return false;
    for (int p = 0; p < t->nsrc; p++)
        if (t->outs[p] == SLIP_OUT_SCALAR) return false;
    for (int i = 1; i <= t->nfolds; i++)
        if (!folds_rows(e, t + i)) return false;
    return true;
}

/* Whether a task may run block by block, or once for all blocks. */
static bool may_join(const slip_entry *e, const slip_task *t) {
    switch (t->kind) {
    case SLIP_KERNEL:
        return is_kernel_over_rows(e, t);
    case SLIP_FOLD:
        return folds_rows(e, t);
    case SLIP_CALL:
        return t->reduces && folds_rows(e, t);
    case SLIP_DIM:
    case SLIP_NUMBER:
        return true;
    default:
        return is_view_of_rows(t);
    }
}

/* Views and numbers alone are no work. */
static bool begins(const slip_task *t) { return t->kind == SLIP_KERNEL || t->kind == SLIP_CALL; }

void slip_blocks_mark(slip_entry *e) {
    int end = e->ntasks;
    for (int i = e->ntasks - 1; i >= 0; i--) {
        slip_task *t = &e->tasks[i];
        if (!may_join(e, t)) end = i;
        t->block = begins(t) && end - i > 1 ? end - i : 0;
    }
}

/* ---- memory for one block ---- */

/* Values that are forgotten before the last of the tasks ends, and so are their views. */
static void find_dying(blocks *b) {
    const slip_task *t = &b->r->e->tasks[b->first];
    memset(b->values, 0, (size_t)b->r->e->nvalues);
    for (int i = 0; i < b->n; i++)
        for (int d = 0; d < t[i].ndrops; d++) b->values[t[i].drops[d]] = DIES;
    for (int i = b->n - 1; i >= 0; i--)
        if (t[i].kind == SLIP_VIEW && !b->values[t[i].dst]) b->values[t[i].src[0]] = 0;
}

static bool is_local(const blocks *b, int v) { return b->values[v] & LOCAL; }

static void forget(slip_run *r, int v) {
    slip_slot_drop(&r->v[v]);
    slip_slot_init(&r->v[v]);
}

static void forget_results(slip_run *r, const slip_task *t) {
    for (int p = 0; p < t->nsrc; p++)
        if (t->outs[p] != SLIP_NOT_OUT && t->outs[p] != SLIP_OUT_INTO) forget(r, t->src[p]);
    for (int i = 1; i <= t->nfolds; i++) forget(r, t[i].dst);
}

/* As if the first n tasks had not been looked at. */
static void undo(blocks *b, int n) {
    const slip_task *t = &b->r->e->tasks[b->first];
    for (int i = 0; i < n; i++)
        if (t[i].kind == SLIP_KERNEL)
            forget_results(b->r, t + i);
        else if (t[i].kind != SLIP_FOLD)
            forget(b->r, t[i].dst);
}

/* ---- binding ---- */

/* The first task says how many rows there are, and how many are a block. */
static bool fits_rows(blocks *b, int rank, const npy_intp *dims, npy_intp bytes) {
    if (rank < 1 || bytes == 0) return false;
    npy_intp row = bytes / dims[0];
    if (b->rows == 0) {
        b->rows = dims[0];
        b->each = slip.block / row ? slip.block / row : 1;
    }
    return dims[0] == b->rows && row <= LONGEST * slip.block && b->each * row <= LONGEST * slip.block;
}

/* What goes over much memory. */
static void count(blocks *b, npy_intp size, int64_t cost, npy_intp bytes) {
    b->work += size * cost;
    b->wide += bytes >= WORTH * slip.block;
}

static bool bind_fold(blocks *b, slip_step *s, const slip_task *t, int rank, const npy_intp *dims) {
    slip_folding *f = &s->folds[s->nfolds++];
    *f = (slip_folding){.task = t, .how = &t->fold};
    if (!slip_split_axes(f, rank, dims, (unsigned)t->axis) || slip_in_chunks(f)) return false;
    b->values[t->dst] |= MADE;
    while (s->l.kernel && s->l.task->src[f->param] != t->src[0]) f->param++;
    bool narrow = f->inner == 1 && f->count <= NARROW && s->l.kernel && s->l.size >= slip.small;
    if (narrow) return false;
    return slip_fold_place(b->r, rank, dims, f);
}

static bool bind_call(blocks *b, slip_step *s, const slip_task *t) {
    const slip_slot *of = &b->r->v[t->src[0]];
    int rank = def_of(b, t->src[0])->rank, size = slip_sizes[t->fold.type];
    npy_intp n = slip_product(rank, of->dims);
    s->l.kernel = NULL;
    if (!of->contiguous || !fits_rows(b, rank, of->dims, n * size)) return false;
    s->width = n / b->rows;
    s->each = b->each;
    s->l.args[0] = of->data;
    s->within[0] = s->width * size;
    s->step[0] = is_local(b, t->src[0]) ? 0 : s->within[0];
    count(b, n, 1, n * size);
    return bind_fold(b, s, t, rank, of->dims);
}

/* How an operand moves from row to row: false where a row is made of other rows' results, too. What
 * only the folds behind the kernel read moves nowhere. */
static bool find_steps(const blocks *b, slip_step *s, int p) {
    int v = s->l.task->src[p], rank = def_of(b, v)->rank;
    bool moves = !s->l.fixed[p] && rank == s->l.rank && b->r->v[v].dims[0] == b->rows;
    s->within[p] = moves && s->l.task->outs[p] != SLIP_OUT_TILE ? b->r->v[v].strides[0] : 0;
    s->step[p] = is_local(b, v) ? 0 : s->within[p];
    return moves || !(b->values[v] & MADE);
}

/* Operands that would have to be gathered from memory are no gain, results in another order no blocks. */
static bool lies_well(const blocks *b, slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        int v = l->task->src[p];
        const slip_slot *s = &b->r->v[v];
        bool array = l->kernel->params[p].kind == SLIP_IN && def_of(b, v)->kind == SLIP_ARRAY;
        if (array && !s->contiguous && slip_product(def_of(b, v)->rank, s->dims) > b->rows) return false;
    }
    return l->simple || l->size == b->rows || l->size < slip.small || l->dims[l->rank - 1] >= SHORT;
}

static npy_intp widest(const slip_launch *l) {
    npy_intp most = 0;
    for (int p = 0; p < l->kernel->nparams; p++) {
        npy_intp bytes = l->size * slip_sizes[l->kernel->params[p].type];
        if (!l->fixed[p] && bytes > most) most = bytes;
    }
    return most;
}

static bool any_single(const slip_launch *l) {
    for (int i = 0; i < l->rank; i++)
        if (l->dims[i] == 1) return true;
    return false;
}

/* Whether all that is made lies in C order, whatever the stride of an axis of one element. */
static bool in_c_order(blocks *b, slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        if (l->task->outs[p] == SLIP_NOT_OUT || l->simple) continue;
        if (!slip_compact(l, p)) return false;
        b->r->v[l->task->src[p]].contiguous = true;
    }
    return l->simple || l->c_order || !l->task->nfolds || !any_single(l);
}

static bool bind_results(blocks *b, slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        int v = l->task->src[p], mode = l->task->outs[p];
        if (mode == SLIP_NOT_OUT) continue;
        if (mode == SLIP_OUT_INTO && !(b->values[v] & MADE)) return false;
        b->values[v] |= MADE;
        if (mode == SLIP_OUT_INTO || mode == SLIP_OUT_NEW || !(b->values[v] & DIES)) continue;
        b->values[v] |= LOCAL;
        l->local |= (uint32_t)1 << p;
    }
    l->each = b->each;
    bool placed = slip_launch_outs(b->r, l) == SLIP_OK;
    bool plain = !l->undoable && !l->unseen && !l->behind;
    slip_launch_release(l);
    return placed && plain && l->dims[0] == b->rows && in_c_order(b, l);
}

/* Large results: those that have memory for a block only, and those of the program. */
static void count_results(blocks *b, const slip_launch *l) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        bool wide = l->size * slip_sizes[l->kernel->params[p].type] >= WORTH * slip.block;
        b->spared += wide && l->local >> p & 1 && l->task->outs[p] == SLIP_OUT_TEMP;
        b->written += wide && l->task->outs[p] != SLIP_NOT_OUT && !(l->local >> p & 1);
    }
}

/* What is spared memory is worth blocks. To read an operand once only is, too, but less than is lost
 * by reading and writing large memory by turns: a / sqrt((a * a).sum(axis=1))[:, None] of
 * 100,000 rows of 64 takes 4.5 ms in two passes, and 5.5 ms in blocks of any length. */
static bool gains(const blocks *b) {
    return b->rows > b->each && (b->spared || (b->wide > 1 && !b->written));
}

static bool bind_kernel(blocks *b, slip_step *s, const slip_task *t) {
    slip_launch *l = &s->l;
    if (slip_launch_bind(b->r, t, l) < 0) return false;
    npy_intp bytes = widest(l);
    if (!fits_rows(b, l->rank, l->dims, bytes) || !lies_well(b, l) || !bind_results(b, l)) return false;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (!find_steps(b, s, p)) return false;
    count(b, l->size, l->kernel->cost, bytes);
    count_results(b, l);
    s->width = l->size / b->rows;
    s->each = t->nfolds && s->width < FOLDED ? FOLDED / s->width : t->nfolds ? 1 : b->each;
    if (s->each > b->each) s->each = b->each;
    for (int i = 1; i <= t->nfolds; i++)
        if (!bind_fold(b, s, t + i, l->rank, l->dims)) return false;
    return true;
}

/* A view, or a number: made once for all blocks. */
static bool bind_view(blocks *b, const slip_task *t) {
    if (slip_run_task(b->r, t, false) != SLIP_OK) return false;
    if (t->kind == SLIP_VIEW) b->values[t->dst] |= b->values[t->src[0]] & (LOCAL | MADE);
    return true;
}

static bool bind(blocks *b, int i) {
    const slip_task *t = &b->r->e->tasks[b->first + i];
    if (t->kind == SLIP_FOLD) return true; /* with its kernel */
    if (!begins(t)) return bind_view(b, t);
    slip_step *s = &b->steps[b->nsteps++];
    s->nfolds = 0;
    return t->kind == SLIP_KERNEL ? bind_kernel(b, s, t) : bind_call(b, s, t);
}

/* Binds as many tasks as fit, those behind them not at all. */
static bool bind_all(blocks *b) {
    for (int bound; b->n > 1; b->n = bound) {
        b->rows = b->work = b->nsteps = b->wide = b->spared = b->written = 0;
        find_dying(b);
        for (bound = 0; bound < b->n && bind(b, bound);) bound++;
        if (bound == b->n && gains(b)) return true;
        undo(b, bound < b->n ? bound + 1 : bound);
        if (bound == b->n || bound == 0) return false;
    }
    return false;
}

/* ---- running ---- */

static bool allocate(blocks *b) {
    size_t most = 0;
    for (int i = 0; i < b->nsteps; i++) {
        size_t need = b->steps[i].l.kernel ? slip_iterate_memory(&b->steps[i].l) : 0;
        if (need > most) most = need;
    }
    b->scratch = slip_buf_new(most + 1);
    return b->scratch != NULL;
}

static int64_t run_kernel(blocks *b, const slip_step *s, npy_intp n, void **args) {
    slip_run *r = b->r;
    char *memory = slip_buf_data(b->scratch);
    if (s->l.simple)
        return s->l.kernel->fn(args, 0, n * s->width, memory, s->l.table, &r->flags, slip_one_row);
    slip_launch part = s->l;
    part.dims[0] = n;
    part.size = n * s->width;
    memcpy(part.args, args, sizeof part.args);
    return slip_iterate_in(r, &part, memory);
}

/* Behind a kernel, or a call: the loops may clear what was reported so far. */
static void run_folds(blocks *b, slip_step *s, npy_intp row, npy_intp n, void **args) {
    for (int i = 0; i < s->nfolds; i++) {
        slip_folding *f = &s->folds[i];
        b->r->flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS;
        f->to = f->out + row * (f->outer / b->rows * f->inner * f->how->size);
        slip_fold_elements(f, args[f->param], n * s->width);
    }
}

/* n rows from a row of a block on; the block begins with row `first`. */
static int64_t run_part(blocks *b, slip_step *s, npy_intp first, npy_intp from, npy_intp n) {
    void *args[SLIP_MAX_PARAMS];
    int nparams = s->l.kernel ? s->l.kernel->nparams : 1;
    for (int p = 0; p < nparams; p++)
        args[p] = (char *)s->l.args[p] + first * s->step[p] + from * s->within[p];
    int64_t outcome = s->l.kernel ? run_kernel(b, s, n, args) : 0;
    if (!outcome) run_folds(b, s, first + from, n, args);
    return outcome;
}

static npy_intp least(npy_intp x, npy_intp y) { return x < y ? x : y; }

static int64_t run_block(blocks *b, npy_intp first, npy_intp n) {
    int64_t outcome = 0;
    for (int i = 0; i < b->nsteps; i++) {
        slip_step *s = &b->steps[i];
        for (npy_intp from = 0; from < n && !outcome; from += s->each)
            outcome = run_part(b, s, first, from, least(n - from, s->each));
    }
    return outcome;
}

static int64_t run_blocks(blocks *b) {
    int64_t outcome = 0;
    for (npy_intp at = 0; at < b->rows && !outcome; at += b->each)
        outcome = run_block(b, at, least(b->rows - at, b->each));
    return outcome;
}

static int run_all(blocks *b) {
    if (!allocate(b)) return slip_fail(b->r, SLIP_R_ALLOC);
    PyThreadState *saved = b->work >= slip.gil_work ? PyEval_SaveThread() : NULL;
    int64_t outcome = run_blocks(b);
    if (saved) PyEval_RestoreThread(saved);
    slip_buf_release(b->scratch);
    if (outcome) return slip_fail(b->r, SLIP_R_KERNEL);
    return slip_reported(b->r) ? slip_fail(b->r, SLIP_R_FPFLAGS) : SLIP_OK;
}

/* Whether the first task's operands are large at all: asked in each run of each task. */
static bool large(const slip_run *r, const slip_task *t) {
    for (int i = 0; i < t->nsrc; i++) {
        const slip_value *def = &r->e->values[t->src[i]];
        if (def->kind != SLIP_ARRAY || (t->kind == SLIP_KERNEL && t->uses[i].kind == SLIP_OUT)) continue;
        if (slip_product(def->rank, r->v[t->src[i]].dims) * slip_sizes[def->type] >= WORTH * slip.block)
            return true;
    }
    return false;
}

static uint64_t runs;

PyObject *slip_blocks_count(PyObject *module, PyObject *unused) { return PyLong_FromUnsignedLongLong(runs); }

int slip_blocks_run(slip_run *r, int i, int *done) {
    const slip_entry *e = r->e;
    blocks b = {.r = r, .first = i, .n = e->tasks[i].block};
    *done = 0;
    if (!large(r, &e->tasks[i])) return SLIP_OK;
    b.steps = PyMem_Malloc(sizeof(slip_step) * (size_t)b.n + (size_t)e->nvalues);
    if (b.steps == NULL) return SLIP_OK;
    b.values = (uint8_t *)(b.steps + b.n);
    int outcome = SLIP_OK;
    if (bind_all(&b)) {
        outcome = run_all(&b);
        runs++;
        *done = b.n;
    }
    PyMem_Free(b.steps);
    return outcome;
}
