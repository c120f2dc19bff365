/* Reductions in loop nests: by NumPy's own inner loops, on the same elements as NumPy's reduce
 * hands them, tile by tile of what a kernel computes or of what lies apart. As in nestarrays.c
 * a function answers 0, or that the nest must be left. */
#include "folds.h"
#include "nest.h"

enum { BUFFER = 8192 }; /* elements that NumPy brings together where they do not lie so */

/* In the order of the compiler's table: sched/nest/hosts.go. */
static const char *const names[] = {"add", "multiply", "maximum", "minimum", "logical_or", "logical_and"};

enum { FOLDS = sizeof names / sizeof *names };

static struct {
    bool looked;
    slip_fold fold;
} known[FOLDS][SLIP_TYPES];

static void look_up(slip_fold *f, const char *name, int type) {
    PyObject *module = PyImport_ImportModule("numpy._core._multiarray_umath");
    PyObject *ufunc = module ? PyObject_GetAttrString(module, name) : NULL;
    PyObject *reduce = ufunc ? PyObject_GetAttrString(ufunc, "reduce") : NULL;
    f->fn = NULL;
    if (reduce) slip_fold_describe_any(f, reduce, type);
    PyErr_Clear();
    Py_XDECREF(reduce);
    Py_XDECREF(ufunc);
    Py_XDECREF(module);
}

/* A fold by its number, which has the type above its lowest four bits; NULL: there is none. */
static const slip_fold *fold_of(int64_t number) {
    int which = (int)(number & 15), type = (int)(number >> 4);
    if (!known[which][type].looked) look_up(&known[which][type].fold, names[which], type);
    known[which][type].looked = true;
    return known[which][type].fold.fn ? &known[which][type].fold : NULL;
}

/* Where the elements of a fold come from: memory, or a kernel whose last parameter they are. */
typedef struct {
    slip_run *r;
    slip_folding f;
    int64_t axes;
    int rank;
    npy_intp n;
    const npy_intp *dims;
    char *data;              /* memory: the first element */
    const npy_intp *strides; /* and its strides */
    slip_sweep *s;           /* or the kernel */
} source;

/* NumPy's loops may clear what the processor's status word holds so far. */
static void note_flags(slip_run *r) { r->flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS; }

static bool is_inexact(int type) {
    return type == SLIP_F32 || type == SLIP_F64 || type == SLIP_C64 || type == SLIP_C128;
}

/* Whether the axes are kept ones, reduced ones, kept ones, and NumPy hands whole rows to its loop. */
static bool splits(source *o, char *out) {
    bool some = slip_split_axes(&o->f, o->rank, o->dims, (unsigned)o->axes);
    o->f.out = o->f.to = out;
    return (some || o->f.count < 2) && !slip_in_chunks(&o->f);
}

/* All results begin as they do, but for those that begin as their first element. */
static void begin(source *o) {
    const slip_fold *how = o->f.how;
    npy_intp n = 1;
    for (int i = 0; i < o->rank; i++)
        if (!(o->axes >> i & 1)) n *= o->dims[i];
    for (npy_intp i = 0; i < n; i++) memcpy(o->f.out + i * how->size, how->start, (size_t)how->size);
}

/* Whether elements lie side by side, as C counts them. */
static bool compact(const npy_intp *strides, int rank, const npy_intp *dims, npy_intp size) {
    for (int i = rank - 1; i >= 0; i--) {
        if (dims[i] != 1 && strides[i] != size) return false;
        size *= dims[i];
    }
    return true;
}

/* Whether NumPy goes through memory as C counts its elements. */
static bool falling(const source *o) {
    npy_intp last = NPY_MAX_INTP;
    for (int i = 0; i < o->rank; i++) {
        npy_intp by = magnitude(o->strides[i]);
        if (o->dims[i] == 1) continue;
        if (by == 0 || by > last) return false;
        last = by;
    }
    return true;
}

/* One row in memory, whose elements NumPy's loop finds by their stride; false: it is another. */
static bool one_row(source *o) {
    const slip_fold *how = o->f.how;
    if (o->f.count != o->n || o->n < 2) return false;
    npy_intp by = 0;
    for (int i = 0; i < o->rank; i++) {
        if (o->dims[i] == 1) continue;
        if (o->dims[i] != o->n) return false;
        by = o->strides[i];
    }
    npy_intp skip = how->copies, n = o->n - skip, steps[3] = {0, by, 0};
    char *args[3] = {o->f.out, o->data + skip * by, o->f.out};
    memcpy(o->f.out, how->copies ? o->data : how->start, (size_t)how->size);
    how->fn(args, &n, steps, how->data);
    return true;
}

/* Elements in a tile: whole rows. */
static npy_intp tile_of(const source *o) {
    npy_intp row = o->f.inner == 1 ? o->f.count : 1;
    npy_intp n = row <= SLIP_TILE ? SLIP_TILE - SLIP_TILE % row : row;
    return n < o->n ? n : o->n;
}

static size_t bytes_of(const slip_sweep *s, int p, npy_intp n) {
    return ((size_t)n * (size_t)slip_sizes[s->k->params[p].type] + 63) & ~(size_t)63;
}

/* Brings together what a kernel reads, and computes. */
static int64_t compute(source *o, char *room, npy_intp tile, npy_intp first, npy_intp n) {
    slip_sweep *s = o->s;
    void *args[SLIP_MAX_PARAMS];
    for (int p = 0; p < s->k->nparams; p++) {
        int size = slip_sizes[s->k->params[p].type];
        args[p] = s->at[p];
        if (s->k->params[p].kind == SLIP_SCALAR) continue;
        bool reads = p < s->k->nparams - 1;
        if (reads && compact(s->strides[p], s->rank, s->dims, size)) {
            args[p] = s->at[p] + first * size;
            continue;
        }
        args[p] = room;
        if (reads) slip_gather(room, s->at[p], s->strides[p], s->rank, s->dims, first, n, size, false);
        room += bytes_of(s, p, tile);
    }
    return s->k->fn(args, 0, n, s->scratch, s->k->table, &s->r->flags, slip_one_row);
}

/* Folds tile by tile. The result of a kernel is the last thing in its room. */
static int64_t tiles(source *o, char *room, npy_intp tile, char *result) {
    int size = (int)o->f.how->size;
    for (npy_intp at = 0; at < o->n; at += tile) {
        npy_intp n = o->n - at < tile ? o->n - at : tile;
        if (o->s == NULL)
            slip_gather(result, o->data, o->strides, o->rank, o->dims, at, n, size, false);
        else if (compute(o, room, tile, at, n))
            return 1;
        note_flags(o->r);
        slip_fold_elements(&o->f, result, n);
    }
    return 0;
}

static int64_t in_tiles(source *o) {
    npy_intp tile = tile_of(o);
    size_t before = o->s ? ((size_t)o->s->k->scratch + 63) & ~(size_t)63 : 0, used = before;
    for (int p = 0; o->s && p < o->s->k->nparams - 1; p++)
        if (o->s->k->params[p].kind != SLIP_SCALAR &&
            !compact(o->s->strides[p], o->rank, o->dims, slip_sizes[o->s->k->params[p].type]))
            used += bytes_of(o->s, p, tile);
    slip_buf *b = slip_buf_new(used + (size_t)tile * (size_t)o->f.how->size + 64);
    if (b == NULL) return 1;
    if (o->s) o->s->scratch = slip_buf_data(b);
    int64_t failed = tiles(o, slip_buf_data(b) + before, tile, slip_buf_data(b) + used);
    slip_buf_release(b);
    return failed;
}

/* NumPy brings elements together in a buffer where they do not lie side by side. Since 2.3 its
 * loop sees whole rows of these. */
static int64_t from_memory(source *o) {
    npy_intp size = o->f.how->size;
    if (compact(o->strides, o->rank, o->dims, size)) {
        slip_fold_elements(&o->f, o->data, o->n);
        return 0;
    }
    if (one_row(o)) return 0;
    bool apart = slip.sum_rule && is_inexact(o->f.how->type);
    if (apart || !falling(o) || (o->f.inner == 1 && o->f.count > BUFFER)) return 1;
    return in_tiles(o);
}

/* w[0] is the result where it is one number. */
static int64_t fold(source *o, int64_t *w, int64_t to) {
    int64_t number = 0;
    note_flags(o->r);
    if (o->f.how == NULL || !splits(o, to ? (char *)(intptr_t)to : (char *)&number)) return 1;
    o->n = slip_product(o->rank, o->dims);
    if (o->n == 0 && o->f.how->copies) return 1; /* which raises */
    if (!o->f.how->copies) begin(o);
    if (o->n && (o->s ? in_tiles(o) : from_memory(o))) return 1;
    note_flags(o->r);
    w[0] = number;
    return slip_reported(o->r);
}

int64_t slip_nest_fold(void *run, int64_t *w, int64_t number) {
    int rank = (int)w[0];
    source o = {.r = run, .rank = rank, .dims = w + 1, .axes = w[1 + rank], .strides = w + 3 + rank};
    o.f.how = fold_of(number);
    o.data = (char *)(intptr_t)w[2 + rank];
    return fold(&o, w, w[3 + 2 * rank]);
}

int64_t slip_nest_fold_kernel(void *run, int64_t *w, int64_t kernel) {
    slip_sweep s;
    int64_t *behind = slip_sweep_read(&s, run, w + 2, kernel, -2);
    source o = {.r = run, .axes = w[1], .s = &s};
    if (behind == NULL) return 1;
    o.rank = s.rank;
    o.dims = s.dims;
    o.f.how = fold_of(w[0]);
    return fold(&o, w, *behind);
}

/* NumPy's own function for the first of the least or largest elements. */
int64_t slip_nest_place(void *run, int64_t *w, int64_t which) {
    slip_run *r = run;
    int type = (int)(which >> 4);
    npy_intp n = w[0], size = slip_sizes[type], at = 0;
    char *data = (char *)(intptr_t)w[1];
    const PyArray_ArrFuncs *functions = PyDataType_GetArrFuncs(slip.descr[type]);
    PyArray_ArgFunc *find = which & 1 ? functions->argmax : functions->argmin;
    if (n == 0 || find == NULL) return 1;
    slip_buf *b = w[2] != size ? slip_buf_new((size_t)(n * size)) : NULL;
    if (w[2] != size && b == NULL) return 1;
    if (b) slip_copy_run(slip_buf_data(b), size, data, w[2], n, (int)size);
    note_flags(r);
    find(b ? slip_buf_data(b) : data, n, &at, NULL);
    slip_fp_clear(r->reported); /* comparing reports nothing */
    if (b) slip_buf_release(b);
    w[0] = at;
    return PyErr_Occurred() != NULL;
}

int64_t slip_nest_trues(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    if (w[0] > 1 && w[2] != 1) return 1;
    w[0] = slip_count_true((const uint8_t *)(intptr_t)w[1], w[0]);
    return w[0] < 0;
}

int64_t slip_nest_count(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    int64_t *to = (int64_t *)(intptr_t)w[3], next = w[1];
    for (int64_t i = 0; i < w[0]; i++, next += w[2]) to[i] = next;
    return 0;
}
