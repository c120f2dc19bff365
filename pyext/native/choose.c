/* array[mask], read and written: elements are moved without a branch on each bit
 * of the mask, which no processor foresees for masks without a pattern. */
#include "native.h"

#include <immintrin.h>

enum { BLOCK = 8, WIDE = 32 };
static const uint64_t ONES = 0x0101010101010101u;

static uint64_t block_of(const uint8_t *mask) {
    uint64_t word;
    memcpy(&word, mask, BLOCK);
    return word;
}

/* The number of trues; -1 if a byte is neither 0 nor 1. */
static npy_intp usual_count(const uint8_t *mask, npy_intp n) {
    enum { STEP = sizeof(__m128i) };
    __m128i total = _mm_setzero_si128(), seen = total;
    npy_intp i = 0, sums[2];
    uint8_t odd = 0;
    for (; i + STEP <= n; i += STEP) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(mask + i));
        seen = _mm_or_si128(seen, bytes);
        total = _mm_add_epi64(total, _mm_sad_epu8(bytes, _mm_setzero_si128()));
    }
    _mm_storeu_si128((__m128i *)sums, total);
    for (; i < n; i++) {
        odd |= mask[i];
        sums[0] += mask[i];
    }
    bool plain =
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(seen, _mm_set1_epi8(1)), _mm_set1_epi8(1))) == 0xffff;
    return plain && odd <= 1 ? sums[0] + sums[1] : -1;
}

__attribute__((target("avx2"))) static npy_intp wide_count(const uint8_t *mask, npy_intp n) {
    enum { STEP = sizeof(__m256i) };
    __m256i none = _mm256_setzero_si256(), one = _mm256_set1_epi8(1);
    __m256i total = none, other = none, seen = none;
    npy_intp i = 0, sums[4];
    for (; i + 2 * STEP <= n; i += 2 * STEP) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(mask + i));
        __m256i y = _mm256_loadu_si256((const __m256i *)(mask + i + STEP));
        seen = _mm256_or_si256(seen, _mm256_or_si256(x, y));
        total = _mm256_add_epi64(total, _mm256_sad_epu8(x, none));
        other = _mm256_add_epi64(other, _mm256_sad_epu8(y, none));
    }
    _mm256_storeu_si256((__m256i *)sums, _mm256_add_epi64(total, other));
    bool plain = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(seen, one), one)) == -1;
    npy_intp rest = usual_count(mask + i, n - i);
    return plain && rest >= 0 ? sums[0] + sums[1] + sums[2] + sums[3] + rest : -1;
}

npy_intp slip_count_true(const uint8_t *mask, npy_intp n) {
    return n > WIDE && __builtin_cpu_supports("avx2") ? wide_count(mask, n) : usual_count(mask, n);
}

typedef struct {
    uint64_t low, high;
} pair;

enum { BITS = 64, PLACES = 256 };

/* Bit i tells whether byte i of BITS is not 0. */
static inline uint64_t usual_bits(const uint8_t *mask) {
    uint64_t bits = 0;
    for (int j = 0; j < BITS; j += (int)sizeof(__m128i)) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(mask + j));
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())) << j;
    }
    return ~bits;
}

__attribute__((target("avx2"))) static inline uint64_t wide_bits(const uint8_t *mask) {
    __m256i none = _mm256_setzero_si256(), low = _mm256_loadu_si256((const __m256i *)mask);
    __m256i high = _mm256_loadu_si256((const __m256i *)(mask + BITS / 2));
    uint32_t falses = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, none));
    return ~((uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, none)) << BITS / 2 | falses);
}

/* The same of at most as many. */
static uint64_t bits_of_some(const uint8_t *mask, npy_intp n) {
    uint64_t bits = 0;
    if (n >= BITS) return usual_bits(mask);
    for (npy_intp i = 0; i < n; i++) bits |= (uint64_t)(mask[i] != 0) << i;
    return bits;
}

/* Where few are chosen all their places are found first: then many reads are under way at once. Of
 * elements from i on places are found until there are PLACES; where that ends. */
#define FIND_PLACES(kind, ...)                                                                               \
    __VA_ARGS__ static npy_intp kind##_places(npy_intp *places, npy_intp *known, const uint8_t *mask,        \
                                              npy_intp i, npy_intp n) {                                      \
        npy_intp found = 0;                                                                                  \
        for (; i < n && found < PLACES; i += BITS) {                                                         \
            uint64_t bits = i + BITS <= n ? kind##_bits(mask + i) : bits_of_some(mask + i, n - i);           \
            for (; bits; bits &= bits - 1) places[found++] = i + __builtin_ctzll(bits);                      \
        }                                                                                                    \
        *known = found;                                                                                      \
        return i;                                                                                            \
    }

FIND_PLACES(usual)
FIND_PLACES(wide, __attribute__((target("avx2"))))

#define CHOOSE_FEW(T)                                                                                        \
    static void choose_few_##T(T *out, const T *in, const uint8_t *mask, npy_intp n, npy_intp count) {       \
        npy_intp places[PLACES + BITS];                                                                      \
        bool wide = __builtin_cpu_supports("avx2");                                                          \
        for (npy_intp i = 0; i < n && count > 0;) {                                                          \
            npy_intp known;                                                                                  \
            i = (wide ? wide_places : usual_places)(places, &known, mask, i, n);                             \
            if (known > count) known = count;                                                                \
            for (npy_intp k = 0; k < known; k++) out[k] = in[places[k]];                                     \
            out += known;                                                                                    \
            count -= known;                                                                                  \
        }                                                                                                    \
    }

CHOOSE_FEW(uint8_t)
CHOOSE_FEW(uint16_t)
CHOOSE_FEW(uint32_t)
CHOOSE_FEW(uint64_t)
CHOOSE_FEW(pair)

/* Whether all of WIDE elements are chosen, or none. Asked of fewer, the answer could
 * not be foreseen of masks that are mostly true. */
static bool all_are(const uint8_t *mask, uint64_t word) {
    uint64_t other = 0;
    for (int j = 0; j < WIDE; j += BLOCK) other |= block_of(mask + j) ^ word;
    return other == 0;
}

/* A block writes up to BLOCK elements, chosen or not: only while there is room. */
#define CHOOSE(T)                                                                                            \
    static inline T *block_##T(T *out, const T *in, const uint8_t *mask) {                                   \
        if (block_of(mask) == 0) return out;                                                                 \
        for (int j = 0; j < BLOCK; j++) {                                                                    \
            *out = in[j];                                                                                    \
            out += mask[j];                                                                                  \
        }                                                                                                    \
        return out;                                                                                          \
    }                                                                                                        \
    static void choose_##T(T *out, const T *in, const uint8_t *mask, npy_intp n, npy_intp count) {           \
        T *const end = out + count;                                                                          \
        npy_intp i = 0;                                                                                      \
        for (; i + WIDE <= n && end - out >= WIDE; i += WIDE) {                                              \
            if (all_are(mask + i, 0)) continue;                                                              \
            if (all_are(mask + i, ONES)) {                                                                   \
                memcpy(out, in + i, WIDE * sizeof(T));                                                       \
                out += WIDE;                                                                                 \
                continue;                                                                                    \
            }                                                                                                \
            for (int j = 0; j < WIDE; j += BLOCK) out = block_##T(out, in + i + j, mask + i + j);            \
        }                                                                                                    \
        for (; i + BLOCK <= n && end - out >= BLOCK; i += BLOCK) out = block_##T(out, in + i, mask + i);     \
        for (; out < end; i++)                                                                               \
            if (mask[i]) *out++ = in[i];                                                                     \
    }

CHOOSE(uint8_t)
CHOOSE(uint16_t)
CHOOSE(uint32_t)
CHOOSE(uint64_t)
CHOOSE(pair)

#define CHOOSE_EITHER(T)                                                                                     \
    (count < n / BLOCK ? choose_few_##T(out, in, mask, n, count) : choose_##T(out, in, mask, n, count))

bool slip_choose(void *out, const void *in, const uint8_t *mask, npy_intp n, npy_intp count, npy_intp size) {
    switch (size) {
    case 1:
        CHOOSE_EITHER(uint8_t);
        break;
    case 2:
        CHOOSE_EITHER(uint16_t);
        break;
    case 4:
        CHOOSE_EITHER(uint32_t);
        break;
    case 8:
        CHOOSE_EITHER(uint64_t);
        break;
    case 16:
        CHOOSE_EITHER(pair);
        break;
    default:
        return false;
    }
    return true;
}

/* Arrays of one shape that lie in memory as they are counted. */
static bool choosable(PyObject *a, PyObject *key) {
    if (!PyArray_CheckExact(a) || !PyArray_CheckExact(key)) return false;
    PyArrayObject *array = (PyArrayObject *)a, *mask = (PyArrayObject *)key;
    int rank = PyArray_NDIM(array), type = PyArray_TYPE(array);
    return PyArray_TYPE(mask) == NPY_BOOL && rank > 0 && rank == PyArray_NDIM(mask) &&
           PyArray_CompareLists(PyArray_DIMS(array), PyArray_DIMS(mask), rank) &&
           PyArray_ISCARRAY_RO(array) && PyArray_IS_C_CONTIGUOUS(mask) &&
           (PyTypeNum_ISNUMBER(type) || PyTypeNum_ISBOOL(type));
}

/* What is chosen, or NULL without an exception where NumPy has to do it. */
static PyObject *chosen(PyArrayObject *array, PyArrayObject *mask) {
    npy_intp n = PyArray_SIZE(array), count = slip_count_true(PyArray_DATA(mask), n);
    npy_intp size = PyArray_ITEMSIZE(array);
    if (count < 0 || size > (npy_intp)sizeof(pair) || (size & (size - 1))) return NULL;
    PyArray_Descr *descr = PyArray_DESCR(array);
    Py_INCREF(descr);
    PyObject *result = PyArray_NewFromDescr(&PyArray_Type, descr, 1, &count, NULL, NULL, 0, NULL);
    if (result == NULL) return NULL;
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_THRESHOLDED(n);
    slip_choose(PyArray_DATA((PyArrayObject *)result), PyArray_DATA(array), PyArray_DATA(mask), n, count,
                size);
    NPY_END_THREADS;
    return result;
}

/* operator.getitem, faster for masks. */
PyObject *slip_getitem(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != 2) {
        PyErr_SetString(PyExc_TypeError, "getitem takes an object and a key");
        return NULL;
    }
    if (choosable(args[0], args[1])) {
        PyObject *result = chosen((PyArrayObject *)args[0], (PyArrayObject *)args[1]);
        if (result || PyErr_Occurred()) return result;
    }
    return PyObject_GetItem(args[0], args[1]);
}

#define PLACE(T)                                                                                             \
    static void place_##T(T *out, const T *in, const uint8_t *mask, npy_intp n) {                            \
        for (npy_intp i = 0; i < n; i += BITS) {                                                             \
            uint64_t bits = bits_of_some(mask + i, n - i);                                                   \
            if (bits == UINT64_MAX) {                                                                        \
                memcpy(out + i, in, BITS * sizeof *in);                                                      \
                in += BITS;                                                                                  \
                continue;                                                                                    \
            }                                                                                                \
            for (; bits; bits &= bits - 1) out[i + __builtin_ctzll(bits)] = *in++;                           \
        }                                                                                                    \
    }

PLACE(uint8_t)
PLACE(uint16_t)
PLACE(uint32_t)
PLACE(uint64_t)
PLACE(pair)

void slip_place(void *out, const void *in, const uint8_t *mask, npy_intp n, npy_intp size) {
    switch (size) {
    case 1:
        place_uint8_t(out, in, mask, n);
        break;
    case 2:
        place_uint16_t(out, in, mask, n);
        break;
    case 4:
        place_uint32_t(out, in, mask, n);
        break;
    case 8:
        place_uint64_t(out, in, mask, n);
        break;
    default:
        place_pair(out, in, mask, n);
    }
}

#define FILL(T)                                                                                              \
    static void fill_##T(T *out, T value, const uint8_t *mask, npy_intp n) {                                 \
        for (npy_intp i = 0; i < n; i += BITS) {                                                             \
            uint64_t bits = bits_of_some(mask + i, n - i);                                                   \
            for (int j = 0; bits == UINT64_MAX && j < BITS; j++) out[i + j] = value;                         \
            for (; bits && bits != UINT64_MAX; bits &= bits - 1) out[i + __builtin_ctzll(bits)] = value;     \
        }                                                                                                    \
    }

FILL(uint8_t)
FILL(uint16_t)
FILL(uint32_t)
FILL(uint64_t)

/* One element of at most 8 bytes wherever the mask is true. */
void slip_fill_masked(void *out, const void *value, const uint8_t *mask, npy_intp n, npy_intp size) {
    switch (size) {
    case 1:
        fill_uint8_t(out, *(const uint8_t *)value, mask, n);
        break;
    case 2:
        fill_uint16_t(out, *(const uint16_t *)value, mask, n);
        break;
    case 4:
        fill_uint32_t(out, *(const uint32_t *)value, mask, n);
        break;
    default:
        fill_uint64_t(out, *(const uint64_t *)value, mask, n);
    }
}

/* An element for each true of the mask, of the array's own type, in other memory. */
static bool placeable(PyArrayObject *array, PyArrayObject *mask, PyObject *value) {
    if (!PyArray_CheckExact(value)) return false;
    PyArrayObject *v = (PyArrayObject *)value;
    npy_intp size = PyArray_ITEMSIZE(array);
    return PyArray_NDIM(v) == 1 && PyArray_TYPE(v) == PyArray_TYPE(array) && PyArray_ISCARRAY_RO(v) &&
           PyArray_ISWRITEABLE(array) && size <= (npy_intp)sizeof(pair) && !(size & (size - 1)) &&
           slip_disjoint(array, v) && slip_disjoint(array, mask) &&
           slip_count_true(PyArray_DATA(mask), PyArray_SIZE(mask)) == PyArray_DIM(v, 0);
}

/* operator.setitem, faster for masks. */
PyObject *slip_setitem(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != 3) {
        PyErr_SetString(PyExc_TypeError, "setitem takes an object, a key and a value");
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[0], *mask = (PyArrayObject *)args[1];
    if (choosable(args[0], args[1]) && placeable(array, mask, args[2])) {
        slip_place(PyArray_DATA(array), PyArray_DATA((PyArrayObject *)args[2]), PyArray_DATA(mask),
                   PyArray_SIZE(array), PyArray_ITEMSIZE(array));
        Py_RETURN_NONE;
    }
    if (PyObject_SetItem(args[0], args[1], args[2]) < 0) return NULL;
    Py_RETURN_NONE;
}
