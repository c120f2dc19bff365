/* TaskFold: a reduction of what the kernel before it computes, by NumPy's own
 * inner loop, called as NumPy's reduction calls it. It runs along with the
 * kernel, tile by tile, so that its operand need not lie in memory. Where it
 * cannot, it is the call of NumPy's reduce. */
#include "columns.h"

enum {
    LONGEST_TILE = 1 << 14, /* elements: half a level-2 cache of float64 */
    CHUNK = 8192,           /* before NumPy 2.3 longer sums came in pieces */
};

/* The ufuncs whose reductions are known: whether a result starts with the
 * first element or with a number, and whether elements may come in pieces. */
static const struct {
    const char *name;
    bool copies, number;
} rows[] = {
    {"add", false, false},    {"multiply", false, true},    {"maximum", true, false},
    {"minimum", true, false}, {"logical_or", false, false}, {"logical_and", false, true},
};

static bool is_float(int type) { return type == SLIP_F32 || type == SLIP_F64; }

static bool is_complex(int type) { return type == SLIP_C64 || type == SLIP_C128; }

static void set_one(char *to, int type) {
    double d = 1.0;
    float f = 1.0f;
    memset(to, 0, 2 * sizeof d);
    if (type == SLIP_F64 || type == SLIP_C128)
        memcpy(to, &d, sizeof d);
    else if (type == SLIP_F32 || type == SLIP_C64)
        memcpy(to, &f, sizeof f);
    else
        to[0] = 1;
}

/* NumPy's loop that takes two elements of a type and gives a third. */
static bool find_loop(slip_fold *f, const PyUFuncObject *u, int num) {
    for (int i = 0; u->nargs == 3 && i < u->ntypes; i++) {
        const char *types = u->types + 3 * (size_t)i;
        if (types[0] != num || types[1] != num || types[2] != num) continue;
        f->fn = u->functions[i];
        f->data = u->data ? u->data[i] : NULL;
        return f->fn != NULL;
    }
    return false;
}

static bool describe(slip_fold *f, const PyUFuncObject *u, int type) {
    *f = (slip_fold){.type = type, .size = slip_sizes[type]};
    if (type == SLIP_F16) return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (u->name == NULL || strcmp(u->name, rows[i].name) != 0) continue;
        f->copies = rows[i].copies;
        if (rows[i].number) set_one(f->start, type);
        if (rows[i].copies && is_complex(type)) return false;
        f->pieces = rows[i].copies || !(is_float(type) || is_complex(type));
        f->adds = i == 0 && is_float(type);
        f->largest = strcmp(rows[i].name, "maximum") == 0;
        if (!find_loop(f, u, slip_nums[type])) return false;
        slip_fold_few(f);
        return true;
    }
    return false;
}

/* Reads what a callee is: ufunc.reduce. */
void slip_fold_describe_any(slip_fold *f, PyObject *callee, int type) {
    PyObject *self = PyCFunction_Check(callee) ? PyCFunction_GET_SELF(callee) : NULL;
    if (self == NULL || Py_TYPE(self) != &PyUFunc_Type || !describe(f, (PyUFuncObject *)self, type))
        f->fn = NULL;
}

/* The same of a task's. Those of complex numbers call NumPy's reduce. */
void slip_fold_describe(slip_fold *f, PyObject *callee, int type) {
    slip_fold_describe_any(f, callee, type);
    if (is_complex(type)) f->fn = NULL;
}

/* Kept lengths outside, reduced ones, kept ones inside; false where axes of
 * both kinds alternate further. */
bool slip_split_axes(slip_folding *f, int rank, const npy_intp *dims, unsigned axes) {
    f->outer = f->count = f->inner = 1;
    for (int i = 0; i < rank; i++) {
        npy_intp n = dims[i];
        if (n == 1) continue;
        if (axes >> i & 1) {
            if (f->inner != 1) return false;
            f->count *= n;
        } else if (f->count == 1) {
            f->outer *= n;
        } else {
            f->inner *= n;
        }
    }
    return f->count > 1;
}

/* Whether NumPy hands the elements of a row to its loop in several calls. */
bool slip_in_chunks(const slip_folding *f) {
    return slip.sum_rule && f->inner == 1 && f->count > CHUNK &&
           (is_float(f->how->type) || is_complex(f->how->type));
}

static bool bind_fold(const slip_launch *l, const slip_task *t, slip_folding *f) {
    f->task = t;
    f->how = &t->fold;
    f->param = 0;
    while (f->param < l->kernel->nparams && l->task->src[f->param] != t->src[0]) f->param++;
    return t->fold.fn && slip_split_axes(f, l->rank, l->dims, (unsigned)t->axis) && !slip_in_chunks(f);
}

/* The length of tiles: whole rows, unless they may be folded in pieces. */
static bool choose_tile(slip_folds *all) {
    npy_intp row = 0;
    bool pieces = true;
    for (int i = 0; i < all->n; i++) {
        const slip_folding *f = &all->list[i];
        if (f->inner != 1) continue;
        if (row && f->count != row) return false;
        row = f->count;
        pieces = pieces && f->how->pieces;
    }
    all->tile = SLIP_TILE;
    if (row && row <= SLIP_TILE)
        all->tile -= SLIP_TILE % row;
    else if (row && row <= LONGEST_TILE)
        all->tile = row;
    else if (row && !pieces)
        return false;
    return true;
}

/* Whether the folds behind a kernel can run along with it: its results lie in
 * C order, and NumPy would call its loops on the same elements. */
bool slip_folds_fit(slip_run *r, slip_launch *l, slip_folds *all) {
    const slip_task *t = l->task;
    all->n = t->nfolds;
    if (all->n > SLIP_MAX_FOLDS || l->size == 0) return false;
    if (!l->simple) {
        slip_input_strides(r, l);
        if (slip_find_orders(r, l) < 0 || !l->c_order) return false;
    }
    for (int i = 0; i < all->n; i++)
        if (!bind_fold(l, t + 1 + i, &all->list[i])) return false;
    return choose_tile(all);
}

static bool place_array(slip_slot *s, int of, const npy_intp *lengths, const slip_folding *f, int rank) {
    npy_intp dims[SLIP_MAX_RANK];
    int n = 0;
    for (int i = 0; i < of; i++) {
        bool reduced = f->task->axis >> i & 1;
        if (!reduced || rank == of) dims[n++] = reduced ? 1 : lengths[i];
    }
    PyArray_Descr *descr = slip.descr[f->how->type];
    Py_INCREF(descr);
    PyObject *a = PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, NULL, NULL, 0, NULL);
    if (a == NULL) {
        PyErr_Clear();
        return false;
    }
    slip_slot_own(s, a);
    s->data = PyArray_BYTES((PyArrayObject *)a);
    s->contiguous = s->writeable = true;
    memcpy(s->dims, dims, sizeof(npy_intp) * (size_t)rank);
    memcpy(s->strides, PyArray_STRIDES((PyArrayObject *)a), sizeof(npy_intp) * (size_t)rank);
    return true;
}

/* Rows begin one by one. */
static void begin(slip_folding *f) {
    npy_intp n = f->inner == 1 || f->how->copies ? 0 : f->outer * f->inner;
    f->done = f->column = 0;
    for (npy_intp i = 0; i < n; i++) memcpy(f->out + i * f->how->size, f->how->start, (size_t)f->how->size);
}

bool slip_fold_place(slip_run *r, int rank, const npy_intp *dims, slip_folding *f) {
    slip_slot *s = &r->v[f->task->dst];
    const slip_value *def = &r->e->values[f->task->dst];
    s->element = (slip_element){0, 0};
    if (def->kind == SLIP_ARRAY && !place_array(s, rank, dims, f, def->rank)) return false;
    f->out = f->to = def->kind == SLIP_ARRAY ? s->data : (char *)&s->element;
    begin(f);
    return true;
}

/* Rows of neighbours to one element each. */
static void fold_rows(slip_folding *f, char *in, npy_intp n) {
    const slip_fold *how = f->how;
    npy_intp taken = slip_fold_short(f, in, n);
    if (taken == 0) taken = slip_fold_sums(f, in, n);
    if (taken == 0) taken = slip_fold_extremes(f, in, n);
    in += taken * how->size;
    n -= taken;
    while (n > 0) {
        npy_intp left = f->count - f->done, run = left < n ? left : n;
        npy_intp skip = how->copies && f->done == 0;
        if (f->done == 0) memcpy(f->to, how->copies ? in : how->start, (size_t)how->size);
        if (run > skip) slip_call_loop(how, f->to, in + skip * how->size, 0, run - skip);
        in += run * how->size;
        n -= run;
        f->done += run;
        if (f->done < f->count) continue;
        f->done = 0;
        f->to += how->size;
    }
}

/* Adds rows to one: a call of NumPy's loop for each would take longer than the sums of a short one. Some
 * rows at a time, each as it lies, so that the sums are read and written less often. */
#define ADD_ROWS(kind, T, bytes, ...)                                                                        \
    __VA_ARGS__ static void kind##_##T(T *to, const T *in, npy_intp width, npy_intp rows) {                  \
        typedef T few __attribute__((vector_size(bytes), aligned(4), may_alias));                            \
        enum { EACH = (bytes) / sizeof(T), ROWS = 4 };                                                       \
        npy_intp r = 0, at;                                                                                  \
        for (; r + ROWS <= rows; r += ROWS, in += ROWS * width) {                                            \
            for (at = 0; at + EACH <= width; at += EACH) {                                                   \
                few sum = *(few *)(to + at) + *(const few *)(in + at);                                       \
                sum += *(const few *)(in + width + at);                                                      \
                sum += *(const few *)(in + 2 * width + at);                                                  \
                *(few *)(to + at) = sum + *(const few *)(in + 3 * width + at);                               \
            }                                                                                                \
            for (; at < width; at++)                                                                         \
                to[at] = to[at] + in[at] + in[width + at] + in[2 * width + at] + in[3 * width + at];         \
        }                                                                                                    \
        for (; r < rows; r++, in += width)                                                                   \
            for (at = 0; at < width; at++) to[at] += in[at];                                                 \
    }

ADD_ROWS(usual, double, 16)
ADD_ROWS(usual, float, 16)
ADD_ROWS(wide, double, 32, __attribute__((target("avx2"))))
ADD_ROWS(wide, float, 32, __attribute__((target("avx2"))))

/* Adds as many whole rows as there are, and says how many. */
static npy_intp add_rows(slip_folding *f, char *in, npy_intp n) {
    if (!f->how->adds || f->column || f->inner < 2) return 0;
    npy_intp left = f->count - f->done, rows = n / f->inner < left ? n / f->inner : left;
    bool wide = __builtin_cpu_supports("avx2");
    if (f->how->type == SLIP_F64)
        (wide ? wide_double : usual_double)((double *)f->to, (const double *)in, f->inner, rows);
    else
        (wide ? wide_float : usual_float)((float *)f->to, (const float *)in, f->inner, rows);
    f->done += rows;
    return rows;
}

/* The next kept row, where all that it is made of was there. */
static void next_row(slip_folding *f) {
    if (f->done < f->count) return;
    f->done = 0;
    f->to += f->inner * f->how->size;
}

/* Whole rows into one row. */
static void fold_columns(slip_folding *f, char *in, npy_intp n) {
    const slip_fold *how = f->how;
    while (n > 0) {
        npy_intp rows = add_rows(f, in, n);
        if (rows) {
            in += rows * f->inner * how->size;
            n -= rows * f->inner;
            next_row(f);
            continue;
        }
        npy_intp left = f->inner - f->column, run = left < n ? left : n;
        char *to = f->to + f->column * how->size;
        if (how->copies && f->done == 0)
            memcpy(to, in, (size_t)(run * how->size));
        else
            slip_call_loop(how, to, in, how->size, run);
        in += run * how->size;
        n -= run;
        f->column += run;
        if (f->column < f->inner) continue;
        f->column = 0;
        f->done++;
        next_row(f);
    }
}

/* Which zero or NaN a maximum in pieces gives may not be the one of the whole. */
static bool doubtful(const slip_folds *all) {
    for (int i = 0; i < all->n; i++) {
        const slip_folding *f = &all->list[i];
        if (f->inner != 1 || f->count <= all->tile || !f->how->copies || !is_float(f->how->type)) continue;
        for (npy_intp k = 0; k < f->outer; k++) {
            double x = f->how->type == SLIP_F64 ? ((const double *)f->out)[k] : ((const float *)f->out)[k];
            if (x == 0 || x != x) return true;
        }
    }
    return false;
}

typedef struct {
    slip_run *r;
    slip_launch *l;
    slip_folds *folds;
    char *scratch;
    char *tiles[SLIP_MAX_PARAMS]; /* NULL: compact, used in place */
} tiling;

/* Memory for tiles of what is gathered, and of what lies nowhere else. */
static size_t plan_tiles(tiling *t, char *memory) {
    size_t used = ((size_t)t->l->kernel->scratch + 63) & ~(size_t)63;
    t->scratch = memory;
    for (int p = 0; p < t->l->kernel->nparams; p++) {
        t->tiles[p] = NULL;
        if (t->l->fixed[p] || (t->l->args[p] && (t->l->simple || slip_compact(t->l, p)))) continue;
        t->tiles[p] = memory ? memory + used : NULL;
        used +=
            ((size_t)t->folds->tile * (size_t)slip_sizes[t->l->kernel->params[p].type] + 127) & ~(size_t)63;
    }
    return used;
}

static void bind_tile(tiling *t, void **args, npy_intp first, npy_intp n) {
    slip_launch *l = t->l;
    for (int p = 0; p < l->kernel->nparams; p++) {
        int size = slip_sizes[l->kernel->params[p].type];
        args[p] = l->args[p];
        if (l->fixed[p]) continue;
        if (t->tiles[p] == NULL)
            args[p] = (char *)args[p] + first * size;
        else
            args[p] = t->tiles[p];
        if (t->tiles[p] && l->args[p])
            slip_gather(t->tiles[p], l->args[p], l->strides[p], l->rank, l->dims, first, n, size, false);
    }
}

static int64_t run_tile(tiling *t, npy_intp first, npy_intp n) {
    void *args[SLIP_MAX_PARAMS];
    bind_tile(t, args, first, n);
    int64_t outcome = t->l->kernel->fn(args, 0, n, t->scratch, t->l->table, &t->r->flags, slip_one_row);
    for (int i = 0; !outcome && i < t->folds->n; i++) {
        slip_folding *f = &t->folds->list[i];
        t->r->flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS; /* the loop may clear it */
        slip_fold_elements(f, args[f->param], n);
    }
    return outcome;
}

static int64_t run_tiles(tiling *t) {
    int64_t outcome = 0;
    for (npy_intp at = 0; at < t->l->size && !outcome; at += t->folds->tile) {
        npy_intp left = t->l->size - at;
        outcome = run_tile(t, at, left < t->folds->tile ? left : t->folds->tile);
    }
    return outcome;
}

static int64_t run_unlocked(tiling *t, slip_columns *c) {
    PyThreadState *saved = NULL;
    if (t->l->size * t->l->kernel->cost >= slip.gil_work) saved = PyEval_SaveThread();
    int64_t outcome = c ? slip_columns_run(t->r, t->l, t->folds, c) : run_tiles(t);
    if (saved) PyEval_RestoreThread(saved);
    return outcome;
}

/* In tiles of elements, or of columns where rows are short. */
static int64_t run_placed(tiling *t, slip_columns *c) {
    size_t bytes = c ? slip_columns_plan(t->l, t->folds, c, NULL) : plan_tiles(t, NULL);
    slip_buf *b = slip_buf_new(bytes + 1);
    if (b == NULL) return -1;
    if (c)
        slip_columns_plan(t->l, t->folds, c, slip_buf_data(b));
    else
        plan_tiles(t, slip_buf_data(b));
    int64_t outcome = run_unlocked(t, c);
    slip_buf_release(b);
    return outcome;
}

/* Runs the kernel and its folds. SLIP_REDO: they must run one after the other. */
int slip_folds_run(slip_run *r, slip_launch *l, slip_folds *all) {
    tiling t = {.r = r, .l = l, .folds = all};
    slip_columns columns;
    slip_columns *c = slip_columns_fit(l, all, &columns) ? &columns : NULL;
    if (c && !slip_columns_place(r, l, all, c)) return slip_fail(r, SLIP_R_ALLOC);
    r->placed = c && c->chooses;
    for (int i = 0; i < all->n && !r->placed; i++)
        if (!slip_fold_place(r, l->rank, l->dims, &all->list[i])) return slip_fail(r, SLIP_R_ALLOC);
    int64_t outcome = run_placed(&t, c);
    if (outcome < 0) return slip_fail(r, SLIP_R_ALLOC);
    if (outcome) return slip_fail(r, SLIP_R_KERNEL);
    if (doubtful(all)) return SLIP_REDO;
    r->folded = all->n;
    return SLIP_OK;
}

/* Folds elements that lie one after the other. */
void slip_fold_elements(slip_folding *f, char *in, npy_intp n) {
    (f->inner == 1 ? fold_rows : fold_columns)(f, in, n);
}

static PyObject *fold_all(const slip_fold *how, PyArrayObject *a) {
    const npy_intp *dims = PyArray_DIMS(a);
    npy_intp kept[2] = {dims[0], dims[2]};
    slip_folding f = {.how = how, .outer = dims[0], .count = dims[1], .inner = dims[2]};
    PyObject *made = PyArray_SimpleNew(2, kept, slip_nums[how->type]);
    if (made == NULL) return NULL;
    f.out = f.to = PyArray_BYTES((PyArrayObject *)made);
    begin(&f);
    slip_fold_elements(&f, PyArray_BYTES(a), PyArray_SIZE(a));
    return made;
}

/* fold(ufunc.reduce, array): as a run does it, over the middle of three axes;
 * None if it is not known how. */
PyObject *slip_fold_array(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    PyArrayObject *a = n == 2 && PyArray_CheckExact(args[1]) ? (PyArrayObject *)args[1] : NULL;
    slip_fold how;
    if (a == NULL || PyArray_NDIM(a) != 3 || !PyArray_ISCARRAY_RO(a) || PyArray_SIZE(a) == 0) {
        PyErr_SetString(PyExc_TypeError, "fold(ufunc.reduce, array of three axes)");
        return NULL;
    }
    int type = slip_type_of(PyArray_TYPE(a));
    if (type == SLIP_TYPES) Py_RETURN_NONE;
    slip_fold_describe_any(&how, args[0], type);
    if (how.fn == NULL) Py_RETURN_NONE;
    return fold_all(&how, a);
}
