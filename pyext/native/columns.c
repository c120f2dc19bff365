/* Kernels over many short rows (points in the plane, colours): the few last
 * axes are taken apart, and each of their columns runs along the long axis.
 * What does not move with a column is filled in once, what several columns
 * share is gathered once, and sums over short axes add columns up. */
#include "columns.h"

#include "extremes.h"

enum {
    LEAST_ROWS = 48,       /* fewer are not worth taking apart */
    STRIP_ELEMENTS = 4096, /* of all columns of an operand */
    LEAST_STRIP = 64,
    LONGEST_STRIP = 1024,
};

/* Whether an axis and the one behind it are one axis in all operands. */
static bool merges(const slip_launch *l, int axis) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        const npy_intp *s = l->strides[p];
        if (!l->fixed[p] && l->args[p] && s[axis] != s[axis + 1] * l->dims[axis + 1]) return false;
    }
    return true;
}

/* The short axes, and before them those that make the long one. */
static bool split(const slip_launch *l, slip_columns *c) {
    c->axis = l->rank;
    for (c->width = 1; c->axis > 0 && c->width * l->dims[c->axis - 1] <= SLIP_MAX_COLUMNS; c->axis--)
        c->width *= l->dims[c->axis - 1];
    if (c->axis == 0 || c->width == 1) return false;
    c->outer = c->axis - 1;
    c->rows = l->dims[c->outer];
    while (c->outer > 0 && merges(l, c->outer - 1)) c->rows *= l->dims[--c->outer];
    return c->rows >= LEAST_ROWS;
}

/* Whether adding columns up gives what NumPy gives: it adds short rows from left
 * to right, as it does across rows. Of two zeros or NaNs its maximum of a
 * row may take another than that of columns. */
static bool adds_up(const slip_folding *f, npy_intp width) {
    bool real = f->how->type == SLIP_F32 || f->how->type == SLIP_F64;
    if (f->count * f->inner > width || width % (f->count * f->inner)) return false;
    if (real && f->how->copies) return false;
    return !real || f->inner > 1 || (f->how->adds && f->count < SLIP_SHORT_ROW);
}

/* The offset of the element with a number in the axes from `first` to before `last`. */
static npy_intp offset_of(const slip_launch *l, const npy_intp *strides, int first, int last,
                          npy_intp number) {
    npy_intp at = 0;
    for (int i = last - 1; i >= first; i--) {
        at += number % l->dims[i] * strides[i];
        number /= l->dims[i];
    }
    return at;
}

static void bind_operand(slip_columns *c, const slip_launch *l, int p) {
    slip_operand_columns *o = &c->operands[p];
    o->n = 0;
    o->step = l->strides[p][c->axis - 1];
    for (npy_intp k = 0; k < c->width; k++) {
        npy_intp at = offset_of(l, l->strides[p], c->axis, l->rank, k);
        int i = 0;
        while (i < o->n && o->offset[i] != at) i++;
        if (i == o->n) o->offset[o->n++] = at;
        o->of[k] = (uint8_t)i;
    }
}

static bool takes(const slip_launch *l, const slip_folds *all, slip_columns *c) {
    if (l->simple || !l->size || !split(l, c)) return false;
    for (int i = 0; i < all->n; i++)
        if (!adds_up(&all->list[i], c->width)) return false;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (l->kernel->params[p].kind == SLIP_OUT && l->task->outs[p] != SLIP_OUT_TILE) return false;
    return true;
}

/* Whether the launch, which has strides, is to be run by columns. */
bool slip_columns_take(const slip_launch *l, const slip_folds *all) {
    slip_columns c;
    return takes(l, all, &c);
}

/* The same, with the columns of each operand. */
bool slip_columns_fit(const slip_launch *l, const slip_folds *all, slip_columns *c) {
    if (!takes(l, all, c)) return false;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (!l->fixed[p] && l->args[p]) bind_operand(c, l, p);
    c->strip = STRIP_ELEMENTS / c->width;
    if (c->strip < LEAST_STRIP) c->strip = LEAST_STRIP;
    if (c->strip > LONGEST_STRIP) c->strip = LONGEST_STRIP;
    return true;
}

/* Results of a fold in each row. */
static npy_intp kept(const slip_columns *c, const slip_folding *f) { return c->width / f->count; }

/* The fold's result would have its short axes as one last axis. */
static bool chooses(slip_run *r, const slip_launch *l, const slip_folds *all, const slip_columns *c) {
    const slip_task *t = all->list[0].task;
    int last = l->rank - 1, n = 0;
    if (all->n != 1 || !t->places || !slip_has_places(all->list[0].how->type)) return false;
    for (int i = 0; i < l->rank; i++) n += !(t->axis >> i & 1);
    while (last > 0 && t->axis >> last & 1) last--;
    npy_intp few = kept(c, &all->list[0]);
    return n > 1 && r->e->values[t->dst].rank == n && few > 1 && l->dims[last] == few &&
           r->e->values[t[1].dst].rank == n - 1;
}

/* Makes the result of the argmin behind the fold, in the place of the fold's. */
bool slip_columns_place(slip_run *r, const slip_launch *l, const slip_folds *all, slip_columns *c) {
    npy_intp dims[SLIP_MAX_RANK];
    int n = 0;
    if (!(c->chooses = chooses(r, l, all, c))) return true;
    for (int i = 0; i < l->rank; i++)
        if (!(all->list[0].task->axis >> i & 1)) dims[n++] = l->dims[i];
    PyObject *made = PyArray_SimpleNew(n - 1, dims, NPY_INTP);
    slip_slot *s = &r->v[all->list[0].task[1].dst];
    if (made == NULL || !slip_bind(s, &r->e->values[all->list[0].task[1].dst], made)) {
        PyErr_Clear();
        Py_XDECREF(made);
        return false;
    }
    slip_slot_own(s, made);
    c->places = PyArray_DATA((PyArrayObject *)made);
    return true;
}

static char *place(char *memory, size_t *used, npy_intp bytes) {
    size_t at = *used;
    *used += ((size_t)bytes + 127) & ~(size_t)63;
    return memory ? memory + at : NULL;
}

static bool in_place(const slip_launch *l, const slip_columns *c, int p) {
    return l->args[p] && c->operands[p].step == slip_sizes[l->kernel->params[p].type];
}

/* Lays out tiles of operands, results and sums; the bytes they take. */
size_t slip_columns_plan(const slip_launch *l, const slip_folds *all, slip_columns *c, char *memory) {
    size_t used = 0;
    c->scratch = place(memory, &used, l->kernel->scratch);
    for (int p = 0; p < l->kernel->nparams; p++) {
        npy_intp bytes = c->strip * slip_sizes[l->kernel->params[p].type];
        c->operands[p].tiles = NULL;
        if (l->fixed[p] || in_place(l, c, p)) continue;
        c->operands[p].tiles = place(memory, &used, l->args[p] ? c->operands[p].n * bytes : bytes);
    }
    for (int i = 0; i < all->n; i++) {
        const slip_folding *f = &all->list[i];
        bool whole = kept(c, f) == 1;
        c->sums[i] = whole ? NULL : place(memory, &used, kept(c, f) * c->strip * f->how->size);
    }
    return used;
}

static char *base_of(const slip_launch *l, const slip_columns *c, int p, npy_intp first) {
    return (char *)l->args[p] + c->operands[p].base + first * c->operands[p].step;
}

/* Fills the tiles of an operand for n rows from `first` on. */
static void gather(const slip_launch *l, const slip_columns *c, int p, npy_intp first, npy_intp n) {
    const slip_operand_columns *o = &c->operands[p];
    int size = slip_sizes[l->kernel->params[p].type];
    for (int i = 0; i < o->n; i++) {
        const char *from = base_of(l, c, p, first) + o->offset[i];
        slip_copy_run(o->tiles + i * c->strip * size, size, from, o->step, n, size);
    }
}

static void gather_all(const slip_launch *l, const slip_columns *c, npy_intp first, npy_intp n, bool still) {
    for (int p = 0; p < l->kernel->nparams; p++)
        if (!l->fixed[p] && l->args[p] && c->operands[p].tiles && (c->operands[p].step == 0) == still)
            gather(l, c, p, first, n);
}

static void bind_column(const slip_launch *l, const slip_columns *c, npy_intp column, npy_intp first,
                        void **args) {
    for (int p = 0; p < l->kernel->nparams; p++) {
        const slip_operand_columns *o = &c->operands[p];
        int size = slip_sizes[l->kernel->params[p].type];
        if (l->fixed[p])
            args[p] = l->args[p];
        else if (o->tiles)
            args[p] = o->tiles + (l->args[p] ? o->of[column] * c->strip * size : 0);
        else
            args[p] = base_of(l, c, p, first) + o->offset[o->of[column]];
    }
}

/* Adds a column of n elements to the sum it belongs to. The first is added to
 * what the sum starts with. */
static void add_column(const slip_columns *c, const slip_folding *f, char *sums, npy_intp column, char *in,
                       npy_intp n) {
    npy_intp place = column / (f->count * f->inner) * f->inner + column % f->inner;
    npy_intp size = f->how->size, step = size;
    bool first = column / f->inner % f->count == 0;
    char *to = sums + place * c->strip * size;
    if (first && f->how->copies) {
        memcpy(to, in, (size_t)(n * size));
        return;
    }
    char *args[3] = {first ? (char *)f->how->start : to, in, to};
    npy_intp steps[3] = {first ? 0 : step, step, step};
    f->how->fn(args, &n, steps, f->how->data);
}

static char *sums_of(const slip_columns *c, const slip_folds *all, int i, npy_intp row) {
    return c->sums[i] ? c->sums[i] : all->list[i].out + row * all->list[i].how->size;
}

static int64_t run_column(slip_run *r, const slip_launch *l, const slip_folds *all, slip_columns *c,
                          npy_intp column, npy_intp before, npy_intp first, npy_intp n) {
    void *args[SLIP_MAX_PARAMS];
    bind_column(l, c, column, first, args);
    int64_t outcome = l->kernel->fn(args, 0, n, c->scratch, l->table, &r->flags, slip_one_row);
    for (int i = 0; !outcome && i < all->n; i++) {
        r->flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS; /* the loop may clear it */
        const slip_folding *f = &all->list[i];
        add_column(c, f, sums_of(c, all, i, before + first), column, args[f->param], n);
    }
    return outcome;
}

/* The places of extremes among the sums of each row. */
static void choose(slip_run *r, const slip_folding *f, const slip_columns *c, npy_intp row, npy_intp n) {
    r->flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS;
    slip_places(c->places + row, c->sums[0], f->how->type, f->task->places == 2, n, kept(c, f), c->strip);
    slip_fp_clear(r->reported); /* comparing reports nothing */
}

/* Puts sums where the result has them: those of a row next to each other. */
static void spread(const slip_columns *c, const slip_folding *f, const char *sums, npy_intp first,
                   npy_intp n) {
    npy_intp k = kept(c, f), size = f->how->size;
    for (npy_intp i = 0; i < k; i++)
        slip_copy_run(f->out + (first * k + i) * size, k * size, sums + i * c->strip * size, size, n,
                      (int)size);
}

/* The rows of one long axis, from the row `before` of the results on. */
static int64_t run_rows(slip_run *r, const slip_launch *l, const slip_folds *all, slip_columns *c,
                        npy_intp before) {
    int64_t outcome = 0;
    for (npy_intp at = 0; at < c->rows && !outcome; at += c->strip) {
        npy_intp n = c->rows - at < c->strip ? c->rows - at : c->strip;
        gather_all(l, c, at, n, false);
        for (npy_intp k = 0; k < c->width && !outcome; k++)
            outcome = run_column(r, l, all, c, k, before, at, n);
        if (c->chooses) choose(r, &all->list[0], c, before + at, n);
        for (int i = 0; i < all->n && !c->chooses; i++)
            if (c->sums[i]) spread(c, &all->list[i], c->sums[i], before + at, n);
    }
    return outcome;
}

/* Where operands begin for the number `at` of the axes outside of the long one. */
static void move_bases(const slip_launch *l, slip_columns *c, npy_intp at) {
    for (int p = 0; p < l->kernel->nparams; p++)
        if (!l->fixed[p] && l->args[p]) c->operands[p].base = offset_of(l, l->strides[p], 0, c->outer, at);
}

/* Runs the kernel and its folds: 0 or the number of the kernel's exit. */
int64_t slip_columns_run(slip_run *r, const slip_launch *l, const slip_folds *all, slip_columns *c) {
    int64_t outcome = 0;
    npy_intp n = l->size / (c->rows * c->width);
    for (npy_intp i = 0; i < n && !outcome; i++) {
        move_bases(l, c, i);
        gather_all(l, c, 0, c->strip, true);
        outcome = run_rows(r, l, all, c, i * c->rows);
    }
    return outcome;
}
