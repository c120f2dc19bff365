/* The bins that numpy.histogram finds, by one multiplication an element: where that falls far enough
 * from an edge, NumPy's steps, which divide and compare with the edges, give the same bin. Strips in
 * which an element lies near an edge go through these steps. */
#include "bins.h"

#include <float.h>
#include <immintrin.h>

#include "fpu.h"

enum { BLOCK = 65536, STRIP = 512, FEW = 4096, TABLES = 4 };

/* Of a bin, on both sides of an edge. */
static const double NEAR = 0x1p-20;

typedef struct {
    double x[STRIP], w[STRIP];
    int32_t at[STRIP];
} strip;

/* Elements as doubles, four at a time. */
#define LOAD(T)                                                                                              \
    {                                                                                                        \
        typedef T few __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));            \
        typedef double wide __attribute__((vector_size(32), aligned(8), may_alias));                         \
        const T *in = (const T *)h->x + from;                                                                \
        npy_intp i = 0;                                                                                      \
        for (; i + 4 <= n; i += 4)                                                                           \
            *(wide *)(to + i) = __builtin_convertvector(*(const few *)(in + i), wide);                       \
        for (; i < n; i++) to[i] = (double)in[i];                                                            \
        return;                                                                                              \
    }

#define LOADS(name, ...)                                                                                     \
    __VA_ARGS__ static void name(const slip_bins *h, npy_intp from, npy_intp n, double *to) {                \
        switch (h->type) {                                                                                   \
        case NPY_BYTE:                                                                                       \
            LOAD(npy_byte)                                                                                   \
        case NPY_UBYTE:                                                                                      \
            LOAD(npy_ubyte)                                                                                  \
        case NPY_SHORT:                                                                                      \
            LOAD(npy_short)                                                                                  \
        case NPY_USHORT:                                                                                     \
            LOAD(npy_ushort)                                                                                 \
        case NPY_INT:                                                                                        \
            LOAD(npy_int)                                                                                    \
        case NPY_UINT:                                                                                       \
            LOAD(npy_uint)                                                                                   \
        default:                                                                                             \
            LOAD(npy_long)                                                                                   \
        }                                                                                                    \
    }

LOADS(usual_load)
LOADS(wide_load, __attribute__((target("avx2"))))

bool slip_bins_take(int type) { return type == NPY_DOUBLE || (type >= NPY_BYTE && type <= NPY_LONG); }

/* Elements as they are, if they can be read there, else in the strip. */
static const double *elements(const slip_bins *h, npy_intp from, npy_intp n, strip *s, bool wide) {
    if (h->type == NPY_DOUBLE) return (const double *)h->x + from;
    (wide ? wide_load : usual_load)(h, from, n, s->x);
    return s->x;
}

typedef struct {
    double low, high;
    bool nan;
} ends;

static void usual_ends(ends *e, const double *x, npy_intp n) {
    __m128d low = _mm_set1_pd(e->low), high = _mm_set1_pd(e->high), nan = _mm_setzero_pd();
    double l[2], u[2];
    npy_intp i = 0;
    for (; i + 2 <= n; i += 2) {
        __m128d v = _mm_loadu_pd(x + i);
        low = _mm_min_pd(v, low);
        high = _mm_max_pd(v, high);
        nan = _mm_or_pd(nan, _mm_cmpunord_pd(v, v));
    }
    _mm_storeu_pd(l, low);
    _mm_storeu_pd(u, high);
    e->low = l[0] < l[1] ? l[0] : l[1];
    e->high = u[0] > u[1] ? u[0] : u[1];
    e->nan = e->nan || _mm_movemask_pd(nan);
    if (i == n) return;
    e->nan = e->nan || x[i] != x[i];
    e->low = x[i] < e->low ? x[i] : e->low;
    e->high = x[i] > e->high ? x[i] : e->high;
}

__attribute__((target("avx2"))) static void wide_ends(ends *e, const double *x, npy_intp n) {
    __m256d low = _mm256_set1_pd(e->low), high = _mm256_set1_pd(e->high), nan = _mm256_setzero_pd();
    __m256d low2 = low, high2 = high;
    double l[4], u[4];
    npy_intp i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256d v = _mm256_loadu_pd(x + i), v2 = _mm256_loadu_pd(x + i + 4);
        low = _mm256_min_pd(v, low);
        high = _mm256_max_pd(v, high);
        low2 = _mm256_min_pd(v2, low2);
        high2 = _mm256_max_pd(v2, high2);
        nan = _mm256_or_pd(nan, _mm256_cmp_pd(v, v2, _CMP_UNORD_Q));
    }
    _mm256_storeu_pd(l, _mm256_min_pd(low, low2));
    _mm256_storeu_pd(u, _mm256_max_pd(high, high2));
    for (int k = 0; k < 4; k++) {
        e->low = l[k] < e->low ? l[k] : e->low;
        e->high = u[k] > e->high ? u[k] : e->high;
    }
    e->nan = e->nan || _mm256_movemask_pd(nan);
    usual_ends(e, x + i, n - i);
}

bool slip_bins_ends(slip_bins *h) {
    bool wide = __builtin_cpu_supports("avx2");
    ends e = {NPY_INFINITY, -NPY_INFINITY, false};
    strip s;
    unsigned status = _mm_getcsr();
    for (npy_intp i = 0; i < h->n; i += STRIP) {
        npy_intp n = h->n - i < STRIP ? h->n - i : STRIP;
        (wide ? wide_ends : usual_ends)(&e, elements(h, i, n, &s, wide), n);
    }
    _mm_setcsr(status);
    h->first = e.low;
    h->last = e.high;
    return !e.nan && npy_isfinite(e.low) && npy_isfinite(e.high);
}

bool slip_bins_edges(slip_bins *h, double *edges) {
    double step = h->width / (double)h->bins;
    bool grows = step > 0;
    edges[0] = 0 * step + h->first;
    for (npy_intp k = 1; k < h->bins; k++) {
        edges[k] = (double)k * step + h->first;
        grows = grows && edges[k] > edges[k - 1];
    }
    edges[h->bins] = h->last;
    return grows && edges[h->bins] > edges[h->bins - 1];
}

/* The margin is for the rounding of NumPy's quotient and product, of ours, and of the edges: a few
 * units in the last place of what they are computed from. Without one no element is far from an edge. */
static void measure(slip_bins *h) {
    double most = h->first < 0 ? -h->first : h->first, other = h->last < 0 ? -h->last : h->last;
    most = other > most ? other : most;
    h->scale = (double)h->bins / h->width;
    bool fine = (16 + most / h->width) * (double)h->bins < 0x1p52 * NEAR / 4;
    h->low = fine && npy_isfinite(h->scale) ? NEAR : 2;
    h->high = 1 - NEAR;
    h->least = h->width * DBL_MIN * 2;
    h->least = h->least > DBL_MIN ? h->least : DBL_MIN;
}

/* Whether all elements are far from edges or the ends themselves, and their bins. */
static bool usual_guess(const slip_bins *h, const double *x, npy_intp n, int32_t *at) {
    bool all = true;
    for (npy_intp i = 0; i < n; i++) {
        double place = (x[i] - h->first) * h->scale;
        int32_t bin = _mm_cvttsd_si32(_mm_set_sd(place));
        double rest = place - (double)bin;
        bool far = (rest >= h->low) & (rest <= h->high) & (place < (double)h->bins);
        all &= far | (x[i] == h->first) | (x[i] == h->last);
        at[i] = bin < (int32_t)h->bins ? bin : (int32_t)h->bins - 1;
    }
    return all;
}

__attribute__((target("avx2"))) static bool wide_guess(const slip_bins *h, const double *x, npy_intp n,
                                                       int32_t *at) {
    __m256d first = _mm256_set1_pd(h->first), scale = _mm256_set1_pd(h->scale), end = _mm256_set1_pd(h->last);
    __m256d bins = _mm256_set1_pd((double)h->bins), low = _mm256_set1_pd(h->low);
    __m256d high = _mm256_set1_pd(h->high), all = _mm256_cmp_pd(low, low, _CMP_EQ_OQ);
    __m128i last = _mm_set1_epi32((int32_t)h->bins - 1);
    npy_intp i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256d v = _mm256_loadu_pd(x + i), place = _mm256_mul_pd(_mm256_sub_pd(v, first), scale);
        __m128i bin = _mm256_cvttpd_epi32(place);
        __m256d rest = _mm256_sub_pd(place, _mm256_cvtepi32_pd(bin));
        __m256d far =
            _mm256_and_pd(_mm256_cmp_pd(rest, low, _CMP_GE_OQ), _mm256_cmp_pd(rest, high, _CMP_LE_OQ));
        far = _mm256_and_pd(far, _mm256_cmp_pd(place, bins, _CMP_LT_OQ));
        far = _mm256_or_pd(far, _mm256_cmp_pd(v, first, _CMP_EQ_OQ));
        all = _mm256_and_pd(all, _mm256_or_pd(far, _mm256_cmp_pd(v, end, _CMP_EQ_OQ)));
        _mm_storeu_si128((__m128i *)(at + i), _mm_min_epi32(bin, last));
    }
    bool sure = _mm256_movemask_pd(all) == 15;
    return usual_guess(h, x + i, n - i, at + i) && sure;
}

/* The same by a look at the nearest edge; false also where NumPy's quotient may be too small. */
static bool usual_compare(const slip_bins *h, const double *x, npy_intp n, int32_t *at) {
    int32_t bins = (int32_t)h->bins;
    bool all = h->low < 1;
    for (npy_intp i = 0; i < n; i++) {
        double apart = x[i] - h->first;
        int32_t edge = _mm_cvttsd_si32(_mm_set_sd(apart * h->scale + 0.5));
        edge = edge < 0 ? 0 : edge > bins ? bins : edge;
        int32_t bin = edge - (x[i] < h->edges[edge]);
        at[i] = bin < 0 ? 0 : bin < bins ? bin : bins - 1;
        all &= (apart >= h->least) | (apart == 0);
    }
    return all;
}

__attribute__((target("avx2"))) static bool wide_compare(const slip_bins *h, const double *x, npy_intp n,
                                                         int32_t *at) {
    __m256d first = _mm256_set1_pd(h->first), scale = _mm256_set1_pd(h->scale), zero = _mm256_setzero_pd();
    __m256d half = _mm256_set1_pd(0.5), least = _mm256_set1_pd(h->least);
    __m256d all = _mm256_cmp_pd(least, least, _CMP_EQ_OQ);
    __m128i bins = _mm_set1_epi32((int32_t)h->bins), none = _mm_setzero_si128();
    __m128i last = _mm_sub_epi32(bins, _mm_set1_epi32(1));
    __m256i evens = _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0);
    npy_intp i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256d v = _mm256_loadu_pd(x + i), apart = _mm256_sub_pd(v, first);
        __m128i edge = _mm256_cvttpd_epi32(_mm256_add_pd(_mm256_mul_pd(apart, scale), half));
        edge = _mm_max_epi32(_mm_min_epi32(edge, bins), none);
        __m256d before = _mm256_cmp_pd(v, _mm256_i32gather_pd(h->edges, edge, 8), _CMP_LT_OQ);
        __m256i narrow = _mm256_permutevar8x32_epi32(_mm256_castpd_si256(before), evens);
        __m128i bin = _mm_add_epi32(edge, _mm256_castsi256_si128(narrow));
        _mm_storeu_si128((__m128i *)(at + i), _mm_max_epi32(_mm_min_epi32(bin, last), none));
        __m256d large = _mm256_cmp_pd(apart, least, _CMP_GE_OQ);
        all = _mm256_and_pd(all, _mm256_or_pd(large, _mm256_cmp_pd(apart, zero, _CMP_EQ_OQ)));
    }
    bool sure = _mm256_movemask_pd(all) == 15;
    return usual_compare(h, x + i, n - i, at + i) && sure;
}

/* NumPy's steps. What another thread writes meanwhile falls somewhere. */
static void estimate(const slip_bins *h, const double *x, npy_intp n, int32_t *at) {
    __m128d first = _mm_set1_pd(h->first), width = _mm_set1_pd(h->width), bins = _mm_set1_pd((double)h->bins);
    npy_intp i = 0;
    for (; i + 2 <= n; i += 2) {
        __m128d f = _mm_mul_pd(_mm_div_pd(_mm_sub_pd(_mm_loadu_pd(x + i), first), width), bins);
        _mm_storel_epi64((__m128i *)(at + i), _mm_cvttpd_epi32(f));
    }
    for (; i < n; i++) at[i] = _mm_cvttsd_si32(_mm_set_sd((x[i] - h->first) / h->width * (double)h->bins));
}

static void correct(const slip_bins *h, const double *x, npy_intp n, int32_t *at) {
    int32_t last = (int32_t)h->bins - 1;
    for (npy_intp i = 0; i < n; i++) {
        int32_t bin = at[i] < 0 ? 0 : at[i] > last ? last : at[i];
        bin -= (x[i] < h->edges[bin]) & (bin > 0);
        bin += (x[i] >= h->edges[bin + 1]) & (bin != last);
        at[i] = bin;
    }
}

/* Whether nothing happens that could be reported. */
static bool by_steps(const slip_bins *h, const double *x, npy_intp n, int32_t *at) {
    slip_fp_set(slip_fp_get() & ~(uint32_t)SLIP_FP_STATUS);
    estimate(h, x, n, at);
    bool silent = (slip_fp_get() & SLIP_FP_REPORTABLE) == 0;
    correct(h, x, n, at);
    return silent;
}

/* Those inside, and their weights, in the strip. */
static npy_intp keep(const slip_bins *h, const double *x, const double *w, npy_intp n, strip *s) {
    npy_intp kept = 0;
    for (npy_intp i = 0; i < n; i++) {
        double element = x[i];
        s->x[kept] = element;
        s->w[kept] = w ? w[i] : 0;
        kept += (element >= h->first) & (element <= h->last);
    }
    return kept;
}

typedef struct {
    strip s;
    bool wide;
    npy_intp n;
    const double *w; /* of the n elements whose bins are known */
} binning;

static bool all_inside(const binning *b, const slip_bins *h, const double *x, npy_intp n) {
    ends e = {h->last, h->first, false};
    (b->wide ? wide_ends : usual_ends)(&e, x, n);
    return !e.nan && e.low >= h->first && e.high <= h->last;
}

/* The bins of a strip; false where NumPy has to do it. */
static bool find(binning *b, const slip_bins *h, npy_intp from, npy_intp to) {
    npy_intp n = to - from < STRIP ? to - from : STRIP;
    const double *x = elements(h, from, n, &b->s, b->wide);
    b->w = h->w ? h->w + from : NULL;
    if (h->partly && !all_inside(b, h, x, n)) {
        n = keep(h, x, b->w, n, &b->s);
        x = b->s.x;
        b->w = b->s.w;
    }
    b->n = n;
    if (h->low > 1) return by_steps(h, x, n, b->s.at);
    if ((b->wide ? wide_guess : usual_guess)(h, x, n, b->s.at)) return true;
    return (b->wide ? wide_compare : usual_compare)(h, x, n, b->s.at) || by_steps(h, x, n, b->s.at);
}

static void begin(binning *b, slip_bins *h) {
    b->wide = __builtin_cpu_supports("avx2");
    measure(h);
}

/* In tables by turns: an element does not wait for the one before it, which often has the same bin. */
static void count_strip(const int32_t *at, npy_intp n, npy_intp bins, uint32_t *tables) {
    npy_intp k = 0;
    for (; k + TABLES <= n; k += TABLES) {
        tables[at[k]]++;
        tables[bins + at[k + 1]]++;
        tables[2 * bins + at[k + 2]]++;
        tables[3 * bins + at[k + 3]]++;
    }
    for (; k < n; k++) tables[at[k]]++;
}

static bool count_few(binning *b, const slip_bins *h, npy_intp *counts) {
    uint32_t *tables = PyMem_RawCalloc((size_t)(h->bins * TABLES), sizeof *tables);
    if (tables == NULL) return false;
    bool done = true;
    for (npy_intp i = 0; i < h->n && done; i += STRIP) {
        done = find(b, h, i, h->n);
        if (done) count_strip(b->s.at, b->n, h->bins, tables);
    }
    for (npy_intp t = 0; t < TABLES; t++)
        for (npy_intp k = 0; k < h->bins; k++) counts[k] += tables[t * h->bins + k];
    PyMem_RawFree(tables);
    return done;
}

static bool count_many(binning *b, const slip_bins *h, npy_intp *counts) {
    bool done = true;
    for (npy_intp i = 0; i < h->n && done; i += STRIP) {
        done = find(b, h, i, h->n);
        for (npy_intp k = 0; k < b->n && done; k++) counts[b->s.at[k]]++;
    }
    return done;
}

bool slip_bins_count(slip_bins *h, npy_intp *counts) {
    binning b;
    begin(&b, h);
    uint32_t status = slip_fp_get();
    bool few = h->bins <= FEW && h->n >= h->bins * TABLES && h->n < UINT32_MAX;
    bool done = (few ? count_few : count_many)(&b, h, counts);
    slip_fp_set(status);
    return done;
}

static void add_strip(const binning *b, npy_intp from, double *sums) {
    const double *w = b->w;
    for (npy_intp k = from, n = b->n; k < n; k++) sums[b->s.at[k]] += w[k];
}

static bool add_block(binning *b, const slip_bins *h, npy_intp from, npy_intp to, double *sums) {
    bool done = true;
    for (npy_intp i = from; i < to && done; i += STRIP) {
        done = find(b, h, i, to);
        if (done) add_strip(b, 0, sums);
    }
    return done;
}

/* Four strips by turns: an element does not wait for the one before it in its block. */
static void add_four(const binning *b, npy_intp bins, double *sums) {
    double *s1 = sums + bins, *s2 = s1 + bins, *s3 = s2 + bins;
    const double *w0 = b[0].w, *w1 = b[1].w, *w2 = b[2].w, *w3 = b[3].w;
    npy_intp n = b[0].n;
    for (int t = 1; t < TABLES; t++) n = b[t].n < n ? b[t].n : n;
    for (npy_intp k = 0; k < n; k++) {
        sums[b[0].s.at[k]] += w0[k];
        s1[b[1].s.at[k]] += w1[k];
        s2[b[2].s.at[k]] += w2[k];
        s3[b[3].s.at[k]] += w3[k];
    }
    for (int t = 0; t < TABLES; t++) add_strip(b + t, n, sums + t * bins);
}

static bool add_blocks(binning *b, const slip_bins *h, npy_intp from, double *sums) {
    bool done = true;
    for (npy_intp i = from; i < from + BLOCK && done; i += STRIP) {
        for (int t = 0; t < TABLES; t++) done = done && find(b + t, h, i + t * BLOCK, i + (t + 1) * BLOCK);
        if (done) add_four(b, h->bins, sums);
    }
    return done;
}

/* Some whole blocks at once, or what is left of one; the number of blocks, 0 where NumPy has to do it. */
static npy_intp add_some(binning *b, const slip_bins *h, npy_intp from, double *sums) {
    npy_intp left = h->n - from;
    if (h->bins <= FEW && left >= TABLES * BLOCK) return add_blocks(b, h, from, sums) ? TABLES : 0;
    return add_block(b, h, from, left < BLOCK ? h->n : from + BLOCK, sums);
}

/* NumPy adds up blocks. Of sums that are not finite it may report. */
bool slip_bins_add(slip_bins *h, double *sums, double *blocks) {
    binning b[TABLES];
    npy_intp some = 1, room = slip_bins_room(h->bins);
    for (int t = 0; t < TABLES; t++) begin(b + t, h);
    uint32_t status = slip_fp_get();
    for (npy_intp i = 0; i < h->n && some; i += some * BLOCK) {
        memset(blocks, 0, (size_t)room * sizeof *blocks);
        some = add_some(b, h, i, blocks);
        for (npy_intp t = 0; t < some; t++)
            for (npy_intp k = 0; k < h->bins; k++) sums[k] += blocks[t * h->bins + k];
    }
    for (npy_intp k = 0; k < h->bins; k++) some = some && npy_isfinite(sums[k]);
    slip_fp_set(status);
    return some;
}

npy_intp slip_bins_room(npy_intp bins) { return bins <= FEW ? bins * TABLES : bins; }
