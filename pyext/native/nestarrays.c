/* Arrays in loop nests: memory for what is computed, kernels over rows, products, sums.
 * Each function gets words, as jit/front lays them out: an array is an address and a
 * stride for each axis. It answers 0, or that the nest must be left: then nothing that
 * can be seen has changed. */
#include "nest.h"

/* ---- kernels ---- */

enum { TILE = 256, TILES = 68 << 10, APART = 64, LOGGED = 2048, FEW_IN_ROW = 8 };

typedef slip_sweep sweep;

/* A complex number has a word for each part: those of the small one are put together. */
static void join_parts(int64_t *second) { memcpy((char *)(second - 1) + 4, second, 4); }

/* NumPy's loops take other code paths on negative strides, those over float16 wherever elements
 * do not lie side by side. */
static bool lies_otherwise(const sweep *s, int p, int axis) {
    if (!s->k->nloops) return false;
    npy_intp by = s->strides[p][axis];
    return by < 0 || (s->k->half && axis == s->rank - 1 && by != s->element[p]);
}

/* What is a number for the kernel may be the element of an array that does not move along the last axis. */
static void read_sizes(sweep *s, uint64_t repeated) {
    for (int p = 0; p < s->k->nparams; p++) {
        bool scalar = s->k->params[p].kind == SLIP_SCALAR;
        npy_intp size = slip_sizes[s->k->params[p].type];
        s->size[p] = scalar ? 0 : size;
        s->element[p] = scalar && !(repeated >> p & 1) ? 0 : size;
    }
}

/* Reads the words of the first parameters, and gives those behind them. NULL: NumPy's loops
 * would not take the code paths that they take here. */
int64_t *slip_sweep_read(sweep *s, slip_run *r, int64_t *w, int64_t kernel, int nparams) {
    s->r = r;
    s->k = &r->e->kernels[kernel];
    s->rank = (int)(*w & 0xff);
    s->scratch = NULL;
    s->log = NULL;
    read_sizes(s, (uint64_t)*w++ >> 8);
    for (int i = 0; i < s->rank; i++) s->dims[i] = *w++;
    if (nparams < 0) nparams += s->k->nparams + 1;
    for (int p = 0; p < nparams; p++) {
        if (!slip_sweeps_array(s, p)) {
            s->at[p] = (char *)w++;
            if (s->k->params[p].type == SLIP_C64) join_parts(w++);
            if (s->k->params[p].type == SLIP_C128) w++;
            memset(s->strides[p], 0, sizeof *s->strides);
            continue;
        }
        s->at[p] = (char *)(intptr_t)*w++;
        for (int i = 0; i < s->rank; i++) {
            s->strides[p][i] = *w++;
            if (!SLIP_GUARD(backwards, !lies_otherwise(s, p, i))) return NULL;
        }
    }
    return w;
}

static bool read_words(sweep *s, slip_run *r, int64_t *w, int64_t kernel) {
    return slip_sweep_read(s, r, w, kernel, -1) != NULL;
}

/* Whether something is a number of each row. */
static bool has_row_numbers(const sweep *s) {
    int p = 0;
    while (p < s->k->nparams && (!slip_sweeps_array(s, p) || slip_sweep_size(s, p))) p++;
    return p < s->k->nparams;
}

static void move_axis(sweep *s, int to, int from) {
    s->dims[to] = s->dims[from];
    for (int p = 0; p < s->k->nparams; p++) s->strides[p][to] = s->strides[p][from];
}

/* Takes axes of one element out; not the last one, along which numbers of rows do not move. */
static void drop_short_axes(sweep *s) {
    int kept = 0, last = s->rank - 1;
    bool fixed = s->dims[last] == 1 && has_row_numbers(s);
    for (int i = 0; i <= last; i++)
        if (s->dims[i] != 1 || (i == last && (fixed || kept == 0))) move_axis(s, kept++, i);
    s->rank = kept;
}

static void swap_axes(sweep *s, int i, int j) {
    int spare = s->rank;
    if (spare == SLIP_MAX_RANK) return;
    move_axis(s, spare, i);
    move_axis(s, i, j);
    move_axis(s, j, spare);
}

/* How far a step along an axis leads in memory, in all arrays, and no further than `most` in any. */
static npy_intp reach(const sweep *s, int axis, npy_intp most) {
    npy_intp sum = 0;
    for (int p = 0; p < s->k->nparams; p++) {
        npy_intp by = slip_sweeps_array(s, p) ? s->strides[p][axis] : 0;
        by = by < 0 ? -by : by;
        sum += by < most ? by : most;
    }
    return sum;
}

/* Whether an axis is to come before the one in front of it: all that lies in another line of the cache is
 * as far. */
static bool leads_further(const sweep *s, int axis) {
    enum { LINE = 64 };
    npy_intp before = reach(s, axis - 1, LINE), own = reach(s, axis, LINE);
    return before != own ? before < own : reach(s, axis - 1, 1 << 20) < reach(s, axis, 1 << 20);
}

/* Goes forwards along an axis that all arrays go backwards. */
static void turn_axis(sweep *s, int axis) {
    bool back = false, forth = false;
    for (int p = 0; p < s->k->nparams; p++) {
        npy_intp by = slip_sweeps_array(s, p) ? s->strides[p][axis] : 0;
        back = back || by < 0;
        forth = forth || by > 0;
    }
    if (!back || forth) return;
    for (int p = 0; p < s->k->nparams; p++) {
        if (!slip_sweeps_array(s, p)) continue;
        s->at[p] += (s->dims[axis] - 1) * s->strides[p][axis];
        s->strides[p][axis] = -s->strides[p][axis];
    }
}

/* The axis along which elements lie side by side comes last, as NumPy has it: no element depends on
 * another one. What is a number for each row stays one. */
static void order_axes(sweep *s) {
    for (int i = 0; i < s->rank; i++) turn_axis(s, i);
    if (has_row_numbers(s)) return;
    for (int i = 1; i < s->rank; i++)
        for (int j = i; j > 0 && leads_further(s, j); j--) swap_axes(s, j - 1, j);
}

/* Rows of a few elements cost a call each: the longest axis is better gone along in tiles. */
static void turn_short_rows(sweep *s) {
    int last = s->rank - 1, longest = last;
    if (s->dims[last] >= FEW_IN_ROW || s->k->nloops || has_row_numbers(s)) return;
    for (int i = 0; i < last; i++)
        if (s->dims[i] > FEW_IN_ROW && s->dims[i] > s->dims[longest]) longest = i;
    if (longest != last) swap_axes(s, last, longest);
}

/* Joins an axis with the one behind it where all arrays go on there. */
void slip_sweep_join(sweep *s) {
    drop_short_axes(s);
    order_axes(s);
    for (int i = s->rank - 2; i >= 0; i--) {
        for (int p = 0; p < s->k->nparams; p++)
            if (slip_sweeps_array(s, p) && s->strides[p][i] != s->strides[p][i + 1] * s->dims[i + 1]) return;
        s->dims[i] *= s->dims[i + 1];
        for (int p = 0; p < s->k->nparams; p++) s->strides[p][i] = s->strides[p][i + 1];
        s->rank--;
    }
}

int64_t slip_sweep_call(sweep *s, void **args, npy_intp n) {
    return s->k->fn(args, 0, n, s->scratch, s->k->table, &s->r->flags, slip_one_row);
}

/* Elements that do not lie side by side go through compact memory. */
static int64_t tiles(sweep *s, char **at, npy_intp n) {
    int out = s->k->nparams - 1;
    const npy_intp *by = s->by;
    npy_intp tile = s->k->nparams > SLIP_NEST_PARAMS / 2 ? TILE / 2 : TILE;
    void *args[SLIP_MAX_PARAMS];
    for (npy_intp done = 0; done < n; done += tile) {
        npy_intp m = n - done < tile ? n - done : tile;
        char *room = s->tiles;
        for (int p = 0; p < s->k->nparams; p++, room += slip_sweep_size(s, p - 1) * tile + APART) {
            args[p] = at[p] + done * by[p];
            if (by[p] == slip_sweep_size(s, p)) continue;
            /* what is repeated stays as it is for all tiles of a row */
            if (s->k->params[p].kind != SLIP_OUT && (by[p] || done == 0))
                slip_copy_run(room, slip_sweep_size(s, p), args[p], by[p], m, (int)slip_sweep_size(s, p));
            args[p] = room;
        }
        if (slip_sweep_call(s, args, m)) return 1;
        for (int p = out; p >= 0 && s->k->params[p].kind == SLIP_OUT; p--)
            if (by[p] != slip_sweep_size(s, p))
                slip_copy_run(at[p] + done * by[p], by[p], args[p], slip_sweep_size(s, p), m,
                              (int)slip_sweep_size(s, p));
    }
    return 0;
}

/* Whether the elements along the last axis lie side by side everywhere. */
static bool compact_rows(sweep *s) {
    int last = s->rank - 1;
    bool compact = true;
    for (int p = 0; p < s->k->nparams; p++) {
        s->by[p] = s->strides[p][last];
        compact = compact && (s->by[p] == slip_sweep_size(s, p) || s->dims[last] == 1);
    }
    return compact;
}

/* Keeps what is stored over next. */
static void keep(sweep *s, const char *at, npy_intp by, npy_intp n) {
    npy_intp size = slip_sweep_size(s, s->k->nparams - 1);
    slip_copy_run(s->log, size, (char *)at, by, n, (int)size);
    s->log += n * size;
}

/* A row whose elements lie side by side; what it stores over is kept while it is in cache. */
static int64_t whole_row(sweep *s, char **outer, npy_intp n) {
    if (s->log == NULL) return slip_sweep_call(s, (void **)outer, n);
    int out = s->k->nparams - 1;
    char *at[SLIP_MAX_PARAMS];
    memcpy(at, outer, (size_t)s->k->nparams * sizeof *at);
    for (npy_intp done = 0, m; done < n; done += m) {
        m = n - done < LOGGED ? n - done : LOGGED;
        keep(s, at[out], slip_sweep_size(s, out), m);
        if (slip_sweep_call(s, (void **)at, m)) return 1;
        for (int p = 0; p <= out; p++) at[p] += m * slip_sweep_size(s, p);
    }
    return 0;
}

static int64_t row(sweep *s, char **outer, npy_intp n, bool compact) {
    int out = s->k->nparams - 1;
    if (compact) return whole_row(s, outer, n);
    if (s->log) keep(s, outer[out], s->by[out], n);
    return tiles(s, outer, n);
}

/* So many rows of elements that lie side by side, in one call. */
static int64_t call_rows(sweep *s, char **at, npy_intp count) {
    int64_t rows[1 + 2 * SLIP_MAX_PARAMS], *w = rows;
    *w++ = count;
    for (int p = 0; p < s->k->nparams; p++) {
        *w++ = -1;
        *w++ = s->strides[p][s->rank - 2];
    }
    return s->k->fn((void **)at, 0, s->dims[s->rank - 1], s->scratch, s->k->table, &s->r->flags, rows);
}

/* The last two axes. What is stored over is kept as many rows before as stay in cache. */
static int64_t whole_rows(sweep *s, char **outer) {
    int out = s->k->nparams - 1, axis = s->rank - 2;
    npy_intp count = s->dims[axis], n = s->dims[axis + 1];
    if (s->log == NULL) return call_rows(s, outer, count);
    char *at[SLIP_MAX_PARAMS];
    memcpy(at, outer, (size_t)s->k->nparams * sizeof *at);
    for (npy_intp done = 0, m, most = LOGGED / n ? LOGGED / n : 1; done < count; done += m) {
        m = count - done < most ? count - done : most;
        for (npy_intp i = 0; i < m; i++)
            keep(s, at[out] + i * s->strides[out][axis], slip_sweep_size(s, out), n);
        if (call_rows(s, at, m)) return 1;
        for (int p = 0; p <= out; p++) at[p] += m * s->strides[p][axis];
    }
    return 0;
}

static int64_t axes(sweep *s, int axis, char **outer, bool compact) {
    npy_intp n = s->dims[axis];
    if (axis == s->rank - 1) return row(s, outer, n, compact);
    if (axis == s->rank - 2 && s->several) return whole_rows(s, outer);
    char *at[SLIP_MAX_PARAMS];
    memcpy(at, outer, (size_t)s->k->nparams * sizeof *at);
    for (npy_intp i = 0; i < n; i++) {
        if (axes(s, axis + 1, at, compact)) return 1;
        for (int p = 0; p < s->k->nparams; p++) at[p] += s->strides[p][axis];
    }
    return 0;
}

/* Computes, and looks whether NumPy would report. */
int64_t slip_sweep_run(sweep *s) {
    _Alignas(64) char tiles[TILES];
    s->tiles = tiles;
    if (slip_product(s->rank, s->dims) == 0) return 0;
    if (s->rank > 0) slip_sweep_join(s);
    if (s->rank > 1) turn_short_rows(s);
    slip_buf *scratch = NULL;
    if (s->k->scratch && !(scratch = slip_buf_new((size_t)s->k->scratch))) return 1;
    s->scratch = scratch ? slip_buf_data(scratch) : NULL;
    bool compact = compact_rows(s);
    s->several = compact && s->k->nloops == 0 && !has_row_numbers(s);
    int64_t failed = axes(s, 0, s->at, compact);
    if (scratch) slip_buf_release(scratch);
    if (s->k->nloops) s->r->flags |= slip_x87_get();
    return failed || slip_reported(s->r);
}

int64_t slip_nest_sweep(void *r, int64_t *w, int64_t kernel) {
    sweep s;
    return !read_words(&s, r, w, kernel) || slip_sweep_run(&s);
}

/* ---- products and sums ---- */

/* The elements of a vector one after the other. */
static char *compact(char *from, npy_intp by, npy_intp n, npy_intp size) {
    char *to = PyMem_Malloc((size_t)(n * size));
    if (to) slip_copy_run(to, size, from, by, n, (int)size);
    return to;
}

/* A number is the first word; a complex one goes to the address behind the other words. */
static void answer(int64_t *w, int behind, int64_t type, const int64_t *number) {
    if (type < SLIP_C64)
        w[0] = number[0];
    else
        memcpy((char *)(intptr_t)w[behind], number, (size_t)slip_sizes[type]);
}

/* numpy.dot copies what does not run forwards, and takes one element for a number. */
int64_t slip_nest_dot(void *run, int64_t *w, int64_t type) {
    slip_run *r = run;
    npy_intp n = w[0], size = slip_sizes[type];
    char *a = (char *)(intptr_t)w[1], *b = (char *)(intptr_t)w[3];
    if (n == 1) {
        if (type >= SLIP_C64) return 1;
        if (type == SLIP_F64) *(double *)w = *(double *)a * *(double *)b;
        if (type == SLIP_F32) *(float *)w = *(float *)a * *(float *)b;
        return slip_reported(r);
    }
    bool odd[2] = {w[2] < size || w[2] % size, w[4] < size || w[4] % size};
    int64_t sum[2] = {0}, failed = 1;
    char *x = n && odd[0] ? compact(a, w[2], n, size) : a, *y = n && odd[1] ? compact(b, w[4], n, size) : b;
    if (x && y) {
        npy_intp steps[2] = {odd[0] ? size : w[2], odd[1] ? size : w[4]};
        PyDataType_GetArrFuncs(slip.descr[type])->dotfunc(x, steps[0], y, steps[1], sum, n, NULL);
        failed = PyErr_Occurred() != NULL;
    }
    if (x != a) PyMem_Free(x);
    if (y != b) PyMem_Free(y);
    answer(w, 5, type, sum);
    return failed || slip_reported(r);
}

int64_t slip_nest_matmul(void *run, int64_t *w, int64_t type) {
    slip_run *r = run;
    npy_intp n = w[0], dims[4] = {1, 1, n, 1}, steps[9] = {0};
    int64_t sum[2] = {0};
    char *args[3] = {(char *)(intptr_t)w[1], (char *)(intptr_t)w[3], (char *)sum};
    steps[4] = n == 1 ? 0 : w[2];
    steps[5] = n == 1 ? 0 : w[4];
    if (!slip_matmul_loop(slip_nums[type], args, dims, steps)) return 1;
    answer(w, 5, type, sum);
    return slip_reported(r);
}

/* NumPy gives an axis of length one the step 0. */
int64_t slip_nest_matrices(void *run, int64_t *w, int64_t type) {
    slip_run *r = run;
    npy_intp m = w[0], n = w[1], p = w[2], size = slip_sizes[type], dims[4] = {1, m, n, p};
    npy_intp steps[9] = {0, 0, 0, m == 1 ? 0 : w[4], n == 1 ? 0 : w[5], n == 1 ? 0 : w[7], p == 1 ? 0 : w[8]};
    char *args[3] = {(char *)(intptr_t)w[3], (char *)(intptr_t)w[6], (char *)(intptr_t)w[9]};
    steps[7] = m == 1 ? 0 : p * size;
    steps[8] = p == 1 ? 0 : size;
    bool found;
    NPY_BEGIN_THREADS_DEF;
    if (m * p == 0) return 0;
    if (!slip_matmul_loop(slip_nums[type], NULL, NULL, NULL)) return 1;
    NPY_BEGIN_THREADS_THRESHOLDED(m * n * p);
    found = slip_matmul_loop(slip_nums[type], args, dims, steps);
    NPY_END_THREADS;
    return !found || slip_reported(r);
}
