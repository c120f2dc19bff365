/* argmin and argmax along a last axis of few elements, where NumPy spends more
 * on each row than on its elements. Others are NumPy's. */
#include "extremes.h"

#include <immintrin.h>

/* NumPy's rule: of equals the first, and the first NaN before all others. */
#define NEVER(x) false
#define IS_NAN(x) ((x) != (x))
#define LESS(x, best) ((x) < (best))
#define MORE(x, best) ((x) > (best))
#define NOT_MORE(x, best) !__builtin_isgreaterequal(x, best)
#define NOT_LESS(x, best) !__builtin_islessequal(x, best)

/* The place in each of n rows of `count` neighbours; and in rows whose elements
 * lie in columns, the first of which is overwritten. Which is taken is a mask
 * and no branch: no processor foresees it. */
#define PLACES(T, I, name, better, is_nan)                                                                   \
    static void rows_##name(npy_intp *to, const T *in, npy_intp n, npy_intp count) {                         \
        for (npy_intp i = 0; i < n; i++, in += count) {                                                      \
            npy_intp at = 0;                                                                                 \
            for (npy_intp k = 1; k < count; k++) {                                                           \
                int64_t take = -(int64_t)(better(in[k], in[at]) & !is_nan(in[at]));                          \
                at = (k & take) | (at & ~take);                                                              \
            }                                                                                                \
            to[i] = at;                                                                                      \
        }                                                                                                    \
    }                                                                                                        \
    static void column_##name(npy_intp *to, T *best, const T *in, npy_intp n, npy_intp k) {                  \
        for (npy_intp i = 0; i < n; i++) {                                                                   \
            int64_t take = -(int64_t)(better(in[i], best[i]) & !is_nan(best[i]));                            \
            ((I *)best)[i] = (((const I *)in)[i] & (I)take) | (((I *)best)[i] & ~(I)take);                   \
            to[i] = (k & take) | (k == 1 ? 0 : to[i] & ~take);                                               \
        }                                                                                                    \
    }                                                                                                        \
    static void columns_##name(npy_intp *to, T *in, npy_intp n, npy_intp count, npy_intp apart) {            \
        for (npy_intp k = 1; k < count; k++) {                                                               \
            npy_intp done = wide_##name(to, in, in + k * apart, n, k);                                       \
            column_##name(to + done, in + done, in + k * apart + done, n - done, k);                         \
        }                                                                                                    \
    }

/* A column of doubles in vectors of four, as far as they go. */
#define WIDE_COLUMN(name, at_least)                                                                          \
    __attribute__((target("avx2"))) static npy_intp four_##name(npy_intp *to, double *best,                  \
                                                                const double *in, npy_intp n, npy_intp k) {  \
        npy_intp i = 0;                                                                                      \
        __m256i number = _mm256_set1_epi64x(k);                                                              \
        for (; i + 4 <= n; i += 4) {                                                                         \
            __m256d x = _mm256_loadu_pd(in + i), b = _mm256_loadu_pd(best + i);                              \
            __m256d keeps = _mm256_or_pd(_mm256_cmp_pd(x, b, at_least), _mm256_cmp_pd(b, b, _CMP_UNORD_Q));  \
            __m256i old = k == 1 ? _mm256_setzero_si256() : _mm256_loadu_si256((const __m256i *)(to + i));   \
            _mm256_storeu_pd(best + i, _mm256_blendv_pd(x, b, keeps));                                       \
            __m256d place = _mm256_blendv_pd(_mm256_castsi256_pd(number), _mm256_castsi256_pd(old), keeps);  \
            _mm256_storeu_pd((double *)(to + i), place);                                                     \
        }                                                                                                    \
        return i;                                                                                            \
    }                                                                                                        \
    static npy_intp wide_##name(npy_intp *to, double *best, const double *in, npy_intp n, npy_intp k) {      \
        return __builtin_cpu_supports("avx2") ? four_##name(to, best, in, n, k) : 0;                         \
    }

#define NO_WIDE_COLUMN(T, name)                                                                              \
    static npy_intp wide_##name(npy_intp *to, T *best, const T *in, npy_intp n, npy_intp k) {                \
        (void)to, (void)best, (void)in, (void)n, (void)k;                                                    \
        return 0;                                                                                            \
    }

WIDE_COLUMN(min_double, _CMP_GE_OQ)
WIDE_COLUMN(max_double, _CMP_LE_OQ)
NO_WIDE_COLUMN(float, min_float)
NO_WIDE_COLUMN(float, max_float)
NO_WIDE_COLUMN(int64_t, min_int64)
NO_WIDE_COLUMN(int64_t, max_int64)

PLACES(double, int64_t, min_double, NOT_MORE, IS_NAN)
PLACES(double, int64_t, max_double, NOT_LESS, IS_NAN)
PLACES(float, int32_t, min_float, NOT_MORE, IS_NAN)
PLACES(float, int32_t, max_float, NOT_LESS, IS_NAN)
PLACES(int64_t, int64_t, min_int64, LESS, NEVER)
PLACES(int64_t, int64_t, max_int64, MORE, NEVER)

/* Both leave flags in the processor that comparing has set. */
static bool in_rows(npy_intp *to, const void *in, int type, bool largest, npy_intp n, npy_intp count) {
    if (type == SLIP_F64)
        (largest ? rows_max_double : rows_min_double)(to, in, n, count);
    else if (type == SLIP_F32)
        (largest ? rows_max_float : rows_min_float)(to, in, n, count);
    else if (type == SLIP_I64)
        (largest ? rows_max_int64 : rows_min_int64)(to, in, n, count);
    else
        return false;
    return true;
}

bool slip_has_places(int type) { return type == SLIP_F64 || type == SLIP_F32 || type == SLIP_I64; }

void slip_places(npy_intp *to, void *in, int type, bool largest, npy_intp n, npy_intp count, npy_intp apart) {
    if (type == SLIP_F64)
        (largest ? columns_max_double : columns_min_double)(to, in, n, count, apart);
    else if (type == SLIP_F32)
        (largest ? columns_max_float : columns_min_float)(to, in, n, count, apart);
    else
        (largest ? columns_max_int64 : columns_min_int64)(to, in, n, count, apart);
}

static PyObject *places(PyArrayObject *a, bool largest) {
    int last = PyArray_NDIM(a) - 1;
    npy_intp count = last < 0 ? 0 : PyArray_DIM(a, last);
    bool few = last > 0 && count > 0 && count <= SLIP_FEW_PLACES && PyArray_ISCARRAY_RO(a) && PyArray_SIZE(a);
    if (!few || slip_type_of(PyArray_TYPE(a)) == SLIP_TYPES) return NULL;
    PyObject *made = PyArray_SimpleNew(last, PyArray_DIMS(a), NPY_INTP);
    if (made == NULL) return NULL;
    npy_intp n = PyArray_SIZE(a) / count;
    if (in_rows(PyArray_DATA((PyArrayObject *)made), PyArray_DATA(a), slip_type_of(PyArray_TYPE(a)), largest,
                n, count))
        return made;
    Py_DECREF(made);
    return NULL;
}

static PyObject *along_last(PyObject *const *args, Py_ssize_t n, bool largest) {
    if (n != 1 || !PyArray_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "an array, whose last axis is meant");
        return NULL;
    }
    PyArrayObject *a = (PyArrayObject *)args[0];
    PyObject *made = places(a, largest);
    if (made || PyErr_Occurred()) return made;
    made = (largest ? PyArray_ArgMax : PyArray_ArgMin)(a, PyArray_NDIM(a) - 1, NULL);
    return made && PyArray_Check(made) ? PyArray_Return((PyArrayObject *)made) : made;
}

PyObject *slip_argmin(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return along_last(args, n, false);
}

PyObject *slip_argmax(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return along_last(args, n, true);
}
