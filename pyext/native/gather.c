/* Moving elements of strided memory to compact memory and back. */
#include "launch.h"

#include <immintrin.h>

/* Repeats the first `have` elements up to n. */
static void repeat(char *compact, npy_intp have, npy_intp n, int size) {
    while (have < n) {
        npy_intp more = have < n - have ? have : n - have;
        memcpy(compact + have * size, compact, (size_t)(more * size));
        have += more;
    }
}

#define COPY_RUN(type)                                                                                       \
    _Pragma("GCC unroll 4") for (npy_intp i = 0; i < n; i++, dst += to, src += from) * (type *)dst =         \
        *(const type *)src

enum { LINE = 64, AHEAD = 64 };

/* Long runs of elements that lie in a line of the cache each: these are fetched ahead, as no processor
 * foresees such steps far enough. Behind the run lies the next one, most often. */
#define COPY_APART(type)                                                                                     \
    if (from >= LINE)                                                                                        \
        for (npy_intp i = 0; i < n; i++) {                                                                   \
            __builtin_prefetch(src + (i + AHEAD) * from);                                                    \
            *(type *)(dst + i * to) = *(const type *)(src + i * from);                                       \
        }                                                                                                    \
    else                                                                                                     \
        for (npy_intp i = 0; i < n; i++) {                                                                   \
            __builtin_prefetch(dst + (i + AHEAD) * to, 1);                                                   \
            *(type *)(dst + i * to) = *(const type *)(src + i * from);                                       \
        }

static void copy_apart(char *dst, npy_intp to, const char *src, npy_intp from, npy_intp n, int size) {
    if (size == 8) {
        COPY_APART(int64_t)
    } else if (size == 4) {
        COPY_APART(int32_t)
    } else {
        COPY_APART(slip_element)
    }
}

/* One element over and over, in pairs of 16 bytes: what most processors store
 * at once. */
static void fill_run(char *dst, const char *src, npy_intp n, int size) {
    typedef int64_t pair __attribute__((vector_size(16), aligned(4), may_alias));
    int64_t word = size == 8 ? *(const int64_t *)src : *(const uint32_t *)src * INT64_C(0x100000001);
    npy_intp bytes = n * size, at = 0;
    pair both = {word, word};
    for (; at + 32 <= bytes; at += 32) {
        *(pair *)(dst + at) = both;
        *(pair *)(dst + at + 16) = both;
    }
    for (; at < bytes; at += size) memcpy(dst + at, &word, (size_t)size);
}

/* Every second element of eight bytes, four at a time; how many. What lies behind the last one is not
 * read. */
__attribute__((target("avx2"))) static npy_intp copy_seconds(char *dst, const char *src, npy_intp n) {
    npy_intp i = 0;
    for (; i + 5 <= n; i += 4) {
        const double *from = (const double *)src + 2 * i;
        __m256d pairs = _mm256_unpacklo_pd(_mm256_loadu_pd(from), _mm256_loadu_pd(from + 4));
        _mm256_storeu_pd((double *)dst + i, _mm256_permute4x64_pd(pairs, _MM_SHUFFLE(3, 1, 2, 0)));
    }
    return i;
}

/* n elements from steps of `from` bytes to steps of `to` bytes. */
void slip_copy_run(char *dst, npy_intp to, const char *src, npy_intp from, npy_intp n, int size) {
    if (to == size && from == size && n >= SLIP_SHORT_RUN) {
        memcpy(dst, src, (size_t)(n * size));
        return;
    }
    if (to == size && from == 0 && n >= SLIP_SHORT_RUN && (size == 4 || size == 8)) {
        fill_run(dst, src, n, size);
        return;
    }
    if (size == 8 && to == 8 && from == 16 && __builtin_cpu_supports("avx2")) {
        npy_intp done = copy_seconds(dst, src, n);
        dst += done * to;
        src += done * from;
        n -= done;
    }
    if ((from >= LINE || to >= LINE) && n >= 2 * AHEAD && (size == 4 || size == 8 || size == 16))
        copy_apart(dst, to, src, from, n, size);
    else if (size == 8)
        COPY_RUN(int64_t);
    else if (size == 4)
        COPY_RUN(int32_t);
    else if (size == 2)
        COPY_RUN(int16_t);
    else if (size == 16)
        COPY_RUN(slip_element);
    else
        COPY_RUN(char);
}

/* Rows of few elements to compact memory: stepping through the axes for each
 * would take longer than its elements. */
#define COPY_ROWS(T, count)                                                                                  \
    for (npy_intp r = 0; r < rows; r++, src += row_step, to += count)                                        \
        for (npy_intp i = 0; i < count; i++) to[i] = *(const T *)(src + i * step)

#define SHORT_ROWS(T)                                                                                        \
    static void short_rows_##T(T *to, const char *src, npy_intp rows, npy_intp row_step, npy_intp n,         \
                               npy_intp step) {                                                              \
        if (n == 2)                                                                                          \
            COPY_ROWS(T, 2);                                                                                 \
        else if (n == 3)                                                                                     \
            COPY_ROWS(T, 3);                                                                                 \
        else if (n == 4)                                                                                     \
            COPY_ROWS(T, 4);                                                                                 \
        else                                                                                                 \
            COPY_ROWS(T, n);                                                                                 \
    }

SHORT_ROWS(int8_t)
SHORT_ROWS(int16_t)
SHORT_ROWS(int32_t)
SHORT_ROWS(int64_t)
SHORT_ROWS(slip_element)

static void copy_short_rows(char *to, const char *src, npy_intp rows, npy_intp row_step, npy_intp n,
                            npy_intp step, int size) {
    if (size == 8)
        short_rows_int64_t((int64_t *)to, src, rows, row_step, n, step);
    else if (size == 4)
        short_rows_int32_t((int32_t *)to, src, rows, row_step, n, step);
    else if (size == 2)
        short_rows_int16_t((int16_t *)to, src, rows, row_step, n, step);
    else if (size == 16)
        short_rows_slip_element((slip_element *)to, src, rows, row_step, n, step);
    else
        short_rows_int8_t((int8_t *)to, src, rows, row_step, n, step);
}

/* Each element of a row so many times: rows of an axis along which nothing moves, in
 * vectors of so many bytes. */
#define FILL_ROWS(T, bytes, ...)                                                                             \
    __VA_ARGS__ static void fill_rows_##T##_##bytes(T *to, const char *src, npy_intp rows,                   \
                                                    npy_intp row_step, npy_intp n) {                         \
        typedef T few __attribute__((vector_size(bytes), aligned(4), may_alias));                            \
        enum { EACH = bytes / sizeof(T) };                                                                   \
        for (npy_intp r = 0; r < rows; r++, src += row_step, to += n) {                                      \
            T one = *(const T *)src;                                                                         \
            few all = one - (few){0};                                                                        \
            npy_intp i = 0;                                                                                  \
            for (; i + EACH <= n; i += EACH) *(few *)(to + i) = all;                                         \
            for (; i < n; i++) to[i] = one;                                                                  \
        }                                                                                                    \
    }

FILL_ROWS(int32_t, 16)
FILL_ROWS(int64_t, 16)
FILL_ROWS(int32_t, 64, __attribute__((target("avx512f"))))
FILL_ROWS(int64_t, 64, __attribute__((target("avx512f"))))

/* Elements after which an operand repeats: broadcast outer axes do not move. */
static npy_intp period(const npy_intp *strides, int rank, const npy_intp *dims) {
    npy_intp n = 1;
    int outer = 0;
    while (outer < rank && strides[outer] == 0) outer++;
    for (int i = outer; i < rank; i++) n *= dims[i];
    return n;
}

/* Goes over to the next of the axes outside of one that is through. */
static void carry(npy_intp *at, const char **p, const npy_intp *strides, const npy_intp *dims, int axis) {
    for (int i = axis; i > 0 && at[i] == dims[i]; i--) {
        *p += strides[i - 1] - at[i] * strides[i];
        at[i] = 0;
        at[i - 1]++;
    }
}

static void fill_rows(char *to, const char *src, npy_intp rows, npy_intp row_step, npy_intp n, int size) {
    bool wide = __builtin_cpu_supports("avx512f");
    if (size == 8)
        (wide ? fill_rows_int64_t_64 : fill_rows_int64_t_16)((int64_t *)to, src, rows, row_step, n);
    else
        (wide ? fill_rows_int32_t_64 : fill_rows_int32_t_16)((int32_t *)to, src, rows, row_step, n);
}

/* The axes without those of length one, each joined with those behind it where it goes on there. */
static int joined(npy_intp *by, npy_intp *lengths, const npy_intp *strides, int rank, const npy_intp *dims) {
    int n = 0;
    for (int i = 0; i < rank; i++) {
        if (dims[i] == 1) continue;
        bool goes_on = n > 0 && by[n - 1] == strides[i] * dims[i];
        if (!goes_on) lengths[n++] = 1;
        lengths[n - 1] *= dims[i];
        by[n - 1] = strides[i];
    }
    return n;
}

static void move_elements(char *compact, const char *base, const npy_intp *strides, int rank,
                          const npy_intp *dims, npy_intp first, npy_intp n, int size, bool scatter) {
    npy_intp at[SLIP_MAX_RANK], inner = rank ? dims[rank - 1] : 1;
    npy_intp step = rank ? strides[rank - 1] : 0;
    bool fills = step == 0 && inner > 1 && (size == 4 || size == 8);
    const char *p = base;
    for (int i = rank - 1; i >= 0; i--) {
        at[i] = first % dims[i];
        first /= dims[i];
        p += at[i] * strides[i];
    }
    while (n > 0) {
        if (!scatter && rank > 1 && (fills || inner < SLIP_SHORT_RUN) && at[rank - 1] == 0 && n >= inner) {
            npy_intp rows = dims[rank - 2] - at[rank - 2];
            if (rows > n / inner) rows = n / inner;
            if (fills)
                fill_rows(compact, p, rows, strides[rank - 2], inner, size);
            else
                copy_short_rows(compact, p, rows, strides[rank - 2], inner, step, size);
            compact += rows * inner * size;
            n -= rows * inner;
            p += rows * strides[rank - 2];
            at[rank - 2] += rows;
            carry(at, &p, strides, dims, rank - 2);
            continue;
        }
        npy_intp left = rank ? inner - at[rank - 1] : 1, run = left < n ? left : n;
        if (scatter)
            slip_copy_run((char *)p, step, compact, size, run, size);
        else
            slip_copy_run(compact, size, p, step, run, size);
        compact += run * size;
        n -= run;
        p += run * step;
        if (rank == 0) continue;
        at[rank - 1] += run;
        carry(at, &p, strides, dims, rank - 1);
    }
}

/* Elements [first, first+n) in C order of a strided array to compact memory,
 * or back (scatter). None have no place that could be computed. */
void slip_gather(char *compact, const char *base, const npy_intp *strides, int rank, const npy_intp *dims,
                 npy_intp first, npy_intp n, int size, bool scatter) {
    npy_intp by[SLIP_MAX_RANK], lengths[SLIP_MAX_RANK];
    if (n == 0) return;
    rank = joined(by, lengths, strides, rank, dims);
    strides = by;
    dims = lengths;
    npy_intp once = scatter ? n : period(strides, rank, dims);
    if (once > n) once = n;
    move_elements(compact, base, strides, rank, dims, first, once, size, scatter);
    repeat(compact, once, n, size);
}
