/* Stores of loop nests into slices: of what may overlap, or may be reported, so that nothing must be seen
 * to have been stored. */
#include "nest.h"

/* One operation on more bytes in place takes NumPy no longer than keeping what is stored over: the front
 * leaves it where that is foreseen (nestexpr.go). */
enum { FEW = 8, LARGE_UPDATE = 1 << 16 };

typedef slip_sweep sweep;

/* The memory between the first and the last element of a parameter. */
static void extent(const sweep *s, int p, char **low, char **high) {
    *low = s->at[p];
    *high = s->at[p] + s->element[p];
    for (int i = 0; i < s->rank; i++) {
        npy_intp span = (s->dims[i] - 1) * s->strides[p][i];
        *(span < 0 ? low : high) += span;
    }
}

/* Whether a parameter is the array that is stored into. */
static bool is_target(const sweep *s, int p, int out) {
    return slip_sweeps_array(s, p) && s->at[p] == s->at[out] &&
           memcmp(s->strides[p], s->strides[out], (size_t)s->rank * sizeof **s->strides) == 0;
}

/* Whether a parameter is read where it is stored into, other than element for element. */
static bool overlaps(const sweep *s, int p, int out) {
    char *low, *high, *from, *to;
    if (!slip_sweeps_array(s, p) || is_target(s, p, out)) return false;
    extent(s, out, &low, &high);
    extent(s, p, &from, &to);
    return from < high && low < to;
}

/* Puts a parameter that is repeated along some axes into compact memory; NULL where it has many elements. */
static slip_buf *apart(sweep *s, int p, npy_intp n) {
    npy_intp dims[SLIP_MAX_RANK], few = 1, step = s->element[p];
    for (int i = 0; i < s->rank; i++) few *= dims[i] = s->strides[p][i] ? s->dims[i] : 1;
    slip_buf *b = few > n / FEW ? NULL : slip_buf_new((size_t)(few * step));
    if (b == NULL) return NULL;
    slip_gather(slip_buf_data(b), s->at[p], s->strides[p], s->rank, dims, 0, few, (int)step, false);
    s->at[p] = slip_buf_data(b);
    for (int i = s->rank - 1; i >= 0; step *= dims[i--])
        if (s->strides[p][i]) s->strides[p][i] = step;
    return b;
}

/* ---- rows with gaps ---- */

/* Rows of so many bytes that are no elements between them are computed as one: the gap ends in a page in
 * which an element lies. What is computed there may report. */
enum { GAP = 4096, SHORT_ROW = 1024, LONG_ROW = 128, MOSTLY = 4, NEAR = 1 << 18 };

/* How far apart an axis's elements are, in elements; 0: not a number of these. */
static npy_intp apart_by(const sweep *s, int p, int axis) {
    npy_intp by = s->strides[p][axis], size = slip_sweep_size(s, p);
    return size && by % size == 0 ? by / size : 0;
}

/* Whether what is read lies in all parameters alike, in rows with small gaps between; the number of
 * elements with these gaps. */
static npy_intp with_gaps(const sweep *s, int out, npy_intp *by) {
    int like = 0;
    npy_intp span = 1, inner = 1;
    while (like < out && !slip_sweeps_array(s, like)) like++;
    if (like == out || s->k->nloops || s->k->scratch || s->dims[s->rank - 1] > SHORT_ROW) return 0;
    for (int i = s->rank - 1; i >= 0; inner = by[i] * s->dims[i], i--) {
        by[i] = apart_by(s, like, i);
        span += (s->dims[i] - 1) * by[i];
        if (by[i] < inner || (i == s->rank - 1 && by[i] != 1)) return 0;
        for (int p = 0; p < out; p++)
            if (slip_sweeps_array(s, p) &&
                (apart_by(s, p, i) != by[i] || (by[i] - inner) * slip_sweep_size(s, p) >= GAP))
                return 0;
    }
    return span;
}

/* Copies rows of compact elements with gaps between to where they belong. */
static void place_rows(const sweep *s, int out, const npy_intp *by, int axis, const char *from, char *to) {
    npy_intp size = slip_sweep_size(s, out), step = s->strides[out][axis];
    if (axis == s->rank - 1) {
        slip_copy_run(to, step, from, size, s->dims[axis], (int)size);
        return;
    }
    for (npy_intp i = 0; i < s->dims[axis]; i++)
        place_rows(s, out, by, axis + 1, from + i * by[axis] * size, to + i * step);
}

/* Has the kernel compute all rows and what lies between them in one go, then stores the rows. 0: nothing is
 * stored, for it is not worth it, or something is reported, maybe of what lies between. */
static bool write_rows(sweep *s, int out, npy_intp n) {
    npy_intp by[SLIP_MAX_RANK], span = s->rank > 1 ? with_gaps(s, out, by) : 0;
    if (span == 0 || span > n + n / MOSTLY || slip_reported(s->r)) return false;
    uint32_t status = slip_fp_get();
    int64_t flags = s->r->flags;
    slip_buf *rows = slip_buf_new((size_t)(span * slip_sweep_size(s, out)));
    char *at[SLIP_MAX_PARAMS];
    if (rows == NULL) return false;
    memcpy(at, s->at, (size_t)out * sizeof *at);
    at[out] = slip_buf_data(rows);
    bool stores = slip_sweep_call(s, (void **)at, span) == 0 && !slip_reported(s->r);
    if (stores) {
        place_rows(s, out, by, 0, slip_buf_data(rows), s->at[out]);
    } else {
        slip_fp_set(status);
        s->r->flags = flags;
    }
    slip_buf_release(rows);
    return stores;
}

/* Has the kernel compute into compact memory, then stores that. */
static int64_t write_behind(sweep *s, int out, npy_intp n) {
    char few[4096], *target = s->at[out];
    npy_intp size = slip_sweep_size(s, out), strides[SLIP_MAX_RANK], dims[SLIP_MAX_RANK], step = size;
    slip_buf *behind = n * size > (npy_intp)sizeof few ? slip_buf_new((size_t)(n * size)) : NULL;
    char *memory = behind ? slip_buf_data(behind) : few;
    if (behind == NULL && n * size > (npy_intp)sizeof few) return 1;
    int rank = s->rank;
    memcpy(dims, s->dims, sizeof dims);
    memcpy(strides, s->strides[out], sizeof strides);
    for (int i = rank - 1; i >= 0; step *= dims[i--]) s->strides[out][i] = step;
    s->at[out] = memory;
    int64_t failed = slip_sweep_run(s);
    if (!failed) slip_gather(memory, target, strides, rank, dims, 0, n, (int)size, true);
    if (behind) slip_buf_release(behind);
    return failed;
}

/* Whether what is stored over is read in any case, in long rows, so that it is cheap to keep it. NumPy's
 * loops may round otherwise in place. */
static bool updates_rows(const sweep *s, int out) {
    int p = 0, last = s->rank - 1;
    if (s->dims[last] < LONG_ROW || s->strides[out][last] != slip_sweep_size(s, out) || s->k->nloops)
        return false;
    while (p < out && !is_target(s, p, out)) p++;
    return p < out;
}

/* Computes in place, and puts back what was there where the kernel reports. */
static int64_t write_and_keep(sweep *s, int out, npy_intp n) {
    npy_intp size = slip_sweep_size(s, out);
    char few[4096], *target = s->at[out];
    slip_buf *kept = n * size > (npy_intp)sizeof few ? slip_buf_new((size_t)(n * size)) : NULL;
    char *log = kept ? slip_buf_data(kept) : few;
    if (kept == NULL && n * size > (npy_intp)sizeof few) return 1;
    s->log = log;
    int64_t failed = slip_sweep_run(s);
    if (failed)
        slip_gather(log, target, s->strides[out], s->rank, s->dims, 0, (s->log - log) / size, (int)size,
                    true);
    if (kept) slip_buf_release(kept);
    return failed;
}

/* Whether something is read where it is stored into, other than element for element. */
static bool reads_elsewhere(const sweep *s, int out) {
    for (int p = 0; p < out; p++)
        if (!SLIP_GUARD(overlap, !overlaps(s, p, out))) return true;
    return false;
}

/* Where NumPy would report nothing may have been stored. */
static int64_t write_unless_reported(sweep *s, int out, npy_intp n) {
    bool updates = updates_rows(s, out) && !reads_elsewhere(s, out);
    if (updates && s->k->cost <= 1 && n * slip_sweep_size(s, out) > LARGE_UPDATE) return 1;
    if ((!updates || n * slip_sweep_size(s, out) <= NEAR) && write_rows(s, out, n)) return 0;
    return updates ? write_and_keep(s, out, n) : write_behind(s, out, n);
}

/* What overlaps is put aside, or all that is computed. */
static int64_t write_apart(sweep *s, int out, npy_intp n) {
    slip_buf *kept[SLIP_MAX_PARAMS];
    int count = 0;
    bool behind = false;
    for (int p = 0; p < out && !behind; p++)
        if (!SLIP_GUARD(overlap, !overlaps(s, p, out))) behind = (kept[count++] = apart(s, p, n)) == NULL;
    int64_t failed = behind ? write_behind(s, out, n) : slip_sweep_run(s);
    while (count > 0)
        if (kept[--count]) slip_buf_release(kept[count]);
    return failed;
}

int64_t slip_nest_write(void *r, int64_t *w, int64_t kernel) {
    sweep s;
    if (slip_sweep_read(&s, r, w, kernel, -1) == NULL) return 1;
    int out = s.k->nparams - 1;
    npy_intp n = slip_product(s.rank, s.dims);
    if (n == 0) return 0;
    if (slip_copies_in_steps(s.k, s.rank, s.strides[0][0], s.strides[out][0]) && overlaps(&s, 0, out))
        return 1;
    bool noted = slip_journal_has(r, s.rank, s.dims, s.at[out], s.strides[out], slip_sweep_size(&s, out));
    if (s.rank > 0) slip_sweep_join(&s);
    /* what has been noted is put back where the nest is left */
    bool reports = s.k->flags & SLIP_KF_RAISES && s.r->reported && !noted;
    return reports ? write_unless_reported(&s, out, n) : write_apart(&s, out, n);
}

/* ---- attempts ---- */

/* Whether a function was done. Nothing that it may have raised is left where it was not. */
static int64_t attempt(void *run, int64_t *w, int64_t kernel,
                       int64_t (*function)(void *, int64_t *, int64_t)) {
    slip_run *r = run;
    uint32_t status = slip_fp_get();
    int64_t flags = r->flags;
    bool done = function(run, w, kernel) == 0;
    if (!done) {
        slip_fp_set(status);
        slip_x87_clear();
        r->flags = flags;
    }
    w[0] = done;
    return 0;
}

int64_t slip_nest_try_write(void *run, int64_t *w, int64_t kernel) {
    return attempt(run, w, kernel, slip_nest_write);
}

int64_t slip_nest_try_sweep(void *run, int64_t *w, int64_t kernel) {
    return attempt(run, w, kernel, slip_nest_sweep);
}

int64_t slip_nest_undo(void *run, int64_t *Py_UNUSED(words), int64_t Py_UNUSED(unused)) {
    slip_journal_undo(run);
    return 0;
}

int64_t slip_nest_reported(void *run, int64_t *words, int64_t Py_UNUSED(unused)) {
    const uint32_t both = SLIP_FP_DIVIDE | SLIP_FP_INVALID;
    words[0] = (((slip_run *)run)->reported & both) == both;
    return 0;
}
