/* maximum and minimum of few floats. NumPy's loops clear the processor's status behind each call, which
 * takes longer than a hundred elements do: 66 ns for a row of 64 float32, 18 ns here. Which zero, and
 * which NaN, is the result depends on the order in which they compare. So calls in which a NaN comes up,
 * or zeros of both signs do, are left to them. All others have one answer. */
#include "folds.h"

#include <emmintrin.h>

enum { FEW = 2048 }; /* bytes; of more NumPy's wider vectors are as fast */

/* NumPy's own loop of a ufunc for a type. */
typedef struct {
    PyUFuncGenericFunction fn;
    void *data;
} numpys;

static numpys loops[2][2]; /* of float64 and float32: minimum, maximum */

/* Whether all zeros among the elements, and *result if it is one, have the sign of the first;
 * *result becomes it. */
#define ZERO(name, T, I)                                                                                     \
    static bool name(T *result, const T *in, npy_intp n) {                                                   \
        const I negative = (I)1 << (8 * sizeof(I) - 1);                                                      \
        I any = 0, first;                                                                                    \
        memcpy(&first, result, sizeof first);                                                                \
        bool minus = first == negative, plus = first == 0;                                                   \
        for (npy_intp i = 0; i < n; i++) {                                                                   \
            I bits;                                                                                          \
            memcpy(&bits, in + i, sizeof bits);                                                              \
            any |= (I)(bits == 0) | (I)(bits == negative) << 1;                                              \
        }                                                                                                    \
        minus = minus || any >> 1;                                                                           \
        plus = plus || any & 1;                                                                              \
        if (minus != plus) *result = minus ? -(T)0 : (T)0;                                                   \
        return minus != plus;                                                                                \
    }

ZERO(zero_float, float, uint32_t)
ZERO(zero_double, double, uint64_t)

/* The extreme of `best` and n elements; false where NumPy has to tell. */
#define EXTREME(name, T, V, p, extreme, better, zero)                                                        \
    static bool name(T *result, const T *in, npy_intp n) {                                                   \
        enum { EACH = sizeof(V) / sizeof(T) };                                                               \
        T best = *result, each[EACH];                                                                        \
        V a = _mm_set1_##p(best), b = a, c = a, d = a, nan = _mm_cmpunord_##p(a, a);                         \
        npy_intp i = 0;                                                                                      \
        for (; i + 4 * EACH <= n; i += 4 * EACH) {                                                           \
            V x = _mm_loadu_##p(in + i), y = _mm_loadu_##p(in + i + EACH);                                   \
            V z = _mm_loadu_##p(in + i + 2 * EACH), w = _mm_loadu_##p(in + i + 3 * EACH);                    \
            a = extreme(a, x);                                                                               \
            b = extreme(b, y);                                                                               \
            c = extreme(c, z);                                                                               \
            d = extreme(d, w);                                                                               \
            nan = _mm_or_##p(nan, _mm_or_##p(_mm_cmpunord_##p(x, y), _mm_cmpunord_##p(z, w)));               \
        }                                                                                                    \
        _mm_storeu_##p(each, extreme(extreme(a, b), extreme(c, d)));                                         \
        for (int k = 0; k < EACH; k++) best = each[k] better best ? each[k] : best;                          \
        bool known = _mm_movemask_##p(nan) == 0;                                                             \
        for (; i < n; i++) {                                                                                 \
            known = known && in[i] == in[i];                                                                 \
            best = in[i] better best ? in[i] : best;                                                         \
        }                                                                                                    \
        if (!known || best == 0) return known && zero(result, in, n);                                        \
        *result = best;                                                                                      \
        return true;                                                                                         \
    }

EXTREME(max_float, float, __m128, ps, _mm_max_ps, >, zero_float)
EXTREME(min_float, float, __m128, ps, _mm_min_ps, <, zero_float)
EXTREME(max_double, double, __m128d, pd, _mm_max_pd, >, zero_double)
EXTREME(min_double, double, __m128d, pd, _mm_min_pd, <, zero_double)

/* A reduction of neighbours to one element. Comparing leaves flags, which NumPy's loop does not. */
#define LOOP(T, name, known)                                                                                 \
    static void name(char **args, const npy_intp *n, const npy_intp *steps, void *data) {                    \
        const numpys *l = data;                                                                              \
        bool row =                                                                                           \
            *n <= FEW / (npy_intp)sizeof(T) && args[0] == args[2] && steps[0] == 0 && steps[1] == sizeof(T); \
        unsigned status = _mm_getcsr();                                                                      \
        bool done = row && known((T *)args[0], (const T *)args[1], *n);                                      \
        if (row) _mm_setcsr(status);                                                                         \
        if (!done) l->fn(args, n, steps, l->data);                                                           \
    }

LOOP(float, loop_max_float, max_float)
LOOP(float, loop_min_float, min_float)
LOOP(double, loop_max_double, max_double)
LOOP(double, loop_min_double, min_double)

static const PyUFuncGenericFunction own[2][2] = {{loop_min_double, loop_max_double},
                                                 {loop_min_float, loop_max_float}};

/* Whole rows of few floats: the status is saved once for all that NumPy need not be asked for. */
#define ROWS(T, name, known)                                                                                 \
    static void name(char *to, char *in, npy_intp rows, npy_intp n, const numpys *l) {                       \
        npy_intp rest = n - 1, steps[3] = {0, sizeof(T), 0};                                                 \
        unsigned status = _mm_getcsr();                                                                      \
        for (npy_intp r = 0; r < rows; r++, to += sizeof(T), in += n * (npy_intp)sizeof(T)) {                \
            memcpy(to, in, sizeof(T));                                                                       \
            if (SLIP_LIKELY(known((T *)to, (const T *)in + 1, rest))) continue;                              \
            char *args[3] = {to, in + sizeof(T), to};                                                        \
            _mm_setcsr(status);                                                                              \
            l->fn(args, &rest, steps, l->data);                                                              \
            status = _mm_getcsr();                                                                           \
        }                                                                                                    \
        _mm_setcsr(status);                                                                                  \
    }

ROWS(float, rows_max_float, max_float)
ROWS(float, rows_min_float, min_float)
ROWS(double, rows_max_double, max_double)
ROWS(double, rows_min_double, min_double)

static void (*const over_rows[2][2])(char *, char *, npy_intp, npy_intp, const numpys *) = {
    {rows_min_double, rows_max_double}, {rows_min_float, rows_max_float}};

/* Whole rows of few floats; the number of elements taken. */
npy_intp slip_fold_extremes(slip_folding *f, char *in, npy_intp n) {
    const slip_fold *how = f->how;
    bool floats = how->type == SLIP_F32 || how->type == SLIP_F64;
    if (!how->copies || !floats || f->done > 0 || f->count < 2 || f->count * how->size > FEW) return 0;
    npy_intp rows = n / f->count;
    over_rows[how->type == SLIP_F32][how->largest](f->to, in, rows, f->count, how->data);
    f->to += rows * how->size;
    return rows * f->count;
}

/* Puts the loops above before NumPy's of such a reduction. */
void slip_fold_few(slip_fold *f) {
    if (!f->copies || (f->type != SLIP_F32 && f->type != SLIP_F64)) return;
    numpys *l = &loops[f->type == SLIP_F32][f->largest];
    *l = (numpys){f->fn, f->data};
    f->fn = own[f->type == SLIP_F32][f->largest];
    f->data = l;
}
