/* quantile, percentile and median of all elements of float64 arrays: the elements
 * at a few places of the sorted array, without sorting it. NumPy divides the whole
 * array at each of these places, and at its ends. */
#include <emmintrin.h>
#include <math.h>

#include "fpu.h"
#include "native.h"

enum {
    FEW = 8,      /* quantiles: of more, one partition of NumPy's has the most in common */
    SMALL = 2048, /* elements that are divided as they are */
    SORTED = 16,  /* elements that are sorted */
    BLOCK = 16,   /* elements that are looked at together */
    ATTEMPTS = 3, /* with ever more of the sample around a place */
};

static uint64_t random_word(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void insertion_sort(double *a, npy_intp n) {
    for (npy_intp i = 1; i < n; i++) {
        double x = a[i];
        npy_intp j = i;
        for (; j > 0 && x < a[j - 1]; j--) a[j] = a[j - 1];
        a[j] = x;
    }
}

/* One of three elements: an order of the user's cannot foresee which. */
static double pivot_of(const double *a, npy_intp n, uint64_t *seed) {
    double x = a[random_word(seed) % (uint64_t)n], y = a[random_word(seed) % (uint64_t)n],
           z = a[random_word(seed) % (uint64_t)n];
    double low = x < y ? x : y, high = x < y ? y : x;
    return z < low ? low : z > high ? high : z;
}

/* Hoare's partition: what is before *i is not above the pivot, what is behind *j
 * not below, and *j < *i. */
static void divide(double *a, npy_intp n, double pivot, npy_intp *i, npy_intp *j) {
    *i = 0;
    *j = n - 1;
    while (*i <= *j) {
        while (a[*i] < pivot) ++*i;
        while (pivot < a[*j]) --*j;
        if (*i > *j) break;
        double x = a[*i];
        a[(*i)++] = a[*j];
        a[(*j)--] = x;
    }
}

/* Moves element k of the sorted array to its place, what is smaller before it. */
static void move_to_place(double *a, npy_intp n, npy_intp k, uint64_t *seed) {
    while (n > SORTED) {
        npy_intp i, j;
        divide(a, n, pivot_of(a, n, seed), &i, &j);
        if (k > j && k < i) return;
        if (k <= j) {
            n = j + 1;
        } else {
            a += i;
            n -= i;
            k -= i;
        }
    }
    insertion_sort(a, n);
}

static void sort(double *a, npy_intp n, uint64_t *seed) {
    while (n > SORTED) {
        npy_intp i, j;
        divide(a, n, pivot_of(a, n, seed), &i, &j);
        if (j + 1 < n - i) {
            sort(a, j + 1, seed);
            a += i;
            n -= i;
        } else {
            sort(a + i, n - i, seed);
            n = j + 1;
        }
    }
    insertion_sort(a, n);
}

/* What is looked for in: elements a, room for n of them, and a sorted sample. */
typedef struct {
    const double *a;
    double *room, *sample;
    npy_intp n, sampled;
    uint64_t seed;
} search;

static void take_sample(search *s) {
    s->sampled = (npy_intp)(pow((double)s->n, 2.0 / 3) / 2);
    for (npy_intp i = 0; i < s->sampled; i++) s->sample[i] = s->a[random_word(&s->seed) % (uint64_t)s->n];
    sort(s->sample, s->sampled, &s->seed);
}

/* Elements from low to high are gathered; below counts those before them. */
typedef struct {
    double low, high;
    npy_intp below, inside;
    bool nan;
} between;

static void gather_some(between *b, const double *x, npy_intp n, double *to) {
    for (npy_intp i = 0; i < n; i++) {
        b->nan = b->nan || x[i] != x[i];
        b->below += x[i] < b->low;
        to[b->inside] = x[i];
        b->inside += (x[i] >= b->low) & (x[i] <= b->high);
    }
}

/* Most blocks have no element inside, and are only counted. */
static void gather(between *b, const double *x, npy_intp n, double *to) {
    __m128d low = _mm_set1_pd(b->low), high = _mm_set1_pd(b->high), nan = _mm_setzero_pd();
    __m128i below = _mm_setzero_si128();
    npy_intp i = 0;
    b->below = b->inside = 0;
    for (; i + BLOCK <= n; i += BLOCK) {
        __m128d inside = _mm_setzero_pd();
        __m128i before = below;
        for (int j = 0; j < BLOCK; j += 2) {
            __m128d v = _mm_loadu_pd(x + i + j), less = _mm_cmplt_pd(v, low);
            below = _mm_sub_epi64(below, _mm_castpd_si128(less));
            inside = _mm_or_pd(inside, _mm_andnot_pd(less, _mm_cmple_pd(v, high)));
            nan = _mm_or_pd(nan, _mm_cmpunord_pd(v, v));
        }
        if (_mm_movemask_pd(inside) == 0) continue;
        below = before;
        gather_some(b, x + i, BLOCK, to);
    }
    int64_t counts[2];
    _mm_storeu_si128((__m128i *)counts, below);
    b->below += counts[0] + counts[1];
    b->nan = b->nan || _mm_movemask_pd(nan);
    gather_some(b, x + i, n - i, to);
}

/* The part of the sample that elements k and k + 1 lie in, most probably. */
static between around(const search *s, npy_intp k, double width) {
    double p = (double)k / (double)s->n, at = p * (double)s->sampled;
    double apart = width * (2 + 2.5 * sqrt((double)s->sampled * p * (1 - p)));
    npy_intp from = (npy_intp)floor(at - apart), to = (npy_intp)ceil(at + apart) + 1;
    return (between){from < 0 ? -INFINITY : s->sample[from], to >= s->sampled ? INFINITY : s->sample[to], 0,
                     0, false};
}

/* Of zeros with both signs it is chance which lies where. */
static bool has_both_zeros(const double *a, npy_intp n) {
    bool plus = false, minus = false;
    for (npy_intp i = 0; i < n; i++)
        if (a[i] == 0) *(signbit(a[i]) ? &minus : &plus) = true;
    return plus && minus;
}

/* Elements k and k + 1 of n, sorted; false where only NumPy knows. */
static bool pair_of(double *a, npy_intp n, npy_intp k, uint64_t *seed, double pair[2]) {
    move_to_place(a, n, k, seed);
    pair[0] = pair[1] = a[k];
    if (k + 1 < n) pair[1] = a[k + 1];
    for (npy_intp i = k + 2; i < n; i++) pair[1] = a[i] < pair[1] ? a[i] : pair[1];
    return !((pair[0] == 0 || pair[1] == 0) && has_both_zeros(a, n));
}

static bool whole(search *s, npy_intp k, double pair[2]) {
    for (npy_intp i = 0; i < s->n; i++) {
        s->room[i] = s->a[i];
        if (s->a[i] != s->a[i]) return false;
    }
    return pair_of(s->room, s->n, k, &s->seed, pair);
}

/* Elements k and k + 1 of the sorted array, k + 1 < n or k + 1 == n. */
static bool find(search *s, npy_intp k, double pair[2]) {
    double width = 1;
    for (int i = 0; i < ATTEMPTS && s->n > SMALL; i++, width *= 4) {
        between b = around(s, k, width);
        gather(&b, s->a, s->n, s->room);
        if (b.nan) return false;
        npy_intp last = k + 1 < s->n ? k + 1 : k;
        if (b.below <= k && last < b.below + b.inside)
            return pair_of(s->room, b.inside, k - b.below, &s->seed, pair);
    }
    return whole(s, k, pair);
}

/* NumPy's "linear" between two elements, step for step. */
static bool between_two(search *s, double q, double *result) {
    double place = (double)(s->n - 1) * q, before = floor(place), pair[2];
    if (!(q >= 0 && q <= 1) || !(place < (double)(s->n - 1)) || !find(s, (npy_intp)before, pair))
        return false;
    double t = place - before, difference = pair[1] - pair[0];
    /* which NumPy computes and reports although it may not take it */
    volatile double up = pair[0] + difference * t, down = difference * (1 - t);
    *result = t >= 0.5 ? pair[1] - down : up;
    return true;
}

static bool middle(search *s, double *result) {
    double pair[2];
    if (!find(s, (s->n - 1) / 2, pair)) return false;
    *result = s->n % 2 ? pair[0] : (pair[0] + pair[1]) / 2;
    return *result != 0; /* the sign of a sum that is zero is NumPy's */
}

/* What is asked for: the middle, or n quantiles. */
typedef struct {
    double q[FEW];
    npy_intp n;
    bool middle, scalar;
} question;

static bool answer(const question *ask, search *s, double *results) {
    if (s->n > SMALL) take_sample(s);
    slip_fp_clear(SLIP_FP_STATUS);
    bool known = true;
    for (npy_intp i = 0; known && i < ask->n; i++)
        known = ask->middle ? middle(s, results) : between_two(s, ask->q[i], results + i);
    return known && !(slip_fp_get() & SLIP_FP_REPORTABLE);
}

/* Whether the few elements that are asked for could be found. */
static bool search_all(const question *ask, PyArrayObject *a, double *results) {
    search s = {.a = PyArray_DATA(a), .n = PyArray_SIZE(a), .seed = 1};
    s.room = PyMem_RawMalloc((size_t)(2 * s.n) * sizeof(double));
    if (s.room == NULL) return false;
    s.sample = s.room + s.n;
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_THRESHOLDED(s.n);
    bool known = answer(ask, &s, results);
    NPY_END_THREADS;
    PyMem_RawFree(s.room);
    return known;
}

static bool add_number(question *ask, PyObject *o) {
    if (!PyFloat_CheckExact(o) || ask->n == FEW) return false;
    ask->q[ask->n++] = PyFloat_AS_DOUBLE(o);
    return true;
}

static bool add_array(question *ask, PyArrayObject *q) {
    bool few = PyArray_NDIM(q) == 1 && PyArray_TYPE(q) == NPY_DOUBLE && PyArray_ISBEHAVED_RO(q) &&
               PyArray_DIM(q, 0) <= FEW;
    for (npy_intp i = 0; few && i < PyArray_DIM(q, 0); i++)
        ask->q[ask->n++] = *(double *)PyArray_GETPTR1(q, i);
    return few;
}

/* A float, or a list, tuple or array of them. */
static bool read_question(question *ask, PyObject *q) {
    ask->scalar = PyFloat_CheckExact(q);
    if (ask->scalar) return add_number(ask, q);
    if (PyArray_CheckExact(q)) return add_array(ask, (PyArrayObject *)q);
    if (!PyList_CheckExact(q) && !PyTuple_CheckExact(q)) return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(q); i++)
        if (!add_number(ask, PySequence_Fast_GET_ITEM(q, i))) return false;
    return true;
}

static bool searchable(PyObject *o) {
    PyArrayObject *a = (PyArrayObject *)o;
    return PyArray_CheckExact(o) && PyArray_TYPE(a) == NPY_DOUBLE && PyArray_NDIM(a) > 0 && PyArray_SIZE(a) &&
           PyArray_ISBEHAVED_RO(a) && PyArray_ISONESEGMENT(a);
}

static PyObject *boxed(const question *ask, const double *results) {
    if (ask->scalar) return PyArray_Scalar((void *)results, slip.descr[SLIP_F64], NULL);
    PyObject *made = PyArray_SimpleNew(1, (npy_intp *)&ask->n, NPY_DOUBLE);
    if (made) memcpy(PyArray_DATA((PyArrayObject *)made), results, (size_t)ask->n * sizeof(double));
    return made;
}

/* function(array, ...), where the elements can be found; else it is called. */
static PyObject *ordered(PyObject *const *args, Py_ssize_t n, double scale, bool middle) {
    question ask = {.middle = middle, .scalar = middle, .n = middle};
    double results[FEW];
    if (n != (middle ? 2 : 3)) {
        PyErr_SetString(PyExc_TypeError, "NumPy's function, an array and what is asked of it");
        return NULL;
    }
    bool known = searchable(args[1]) && (middle || read_question(&ask, args[2])) && ask.n;
    for (npy_intp i = 0; i < ask.n; i++) ask.q[i] /= scale;
    if (known && search_all(&ask, (PyArrayObject *)args[1], results)) return boxed(&ask, results);
    return PyObject_Vectorcall(args[0], args + 1, (size_t)(n - 1), NULL);
}

PyObject *slip_quantile(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return ordered(args, n, 1, false);
}

PyObject *slip_percentile(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return ordered(args, n, 100, false);
}

PyObject *slip_median(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return ordered(args, n, 1, true);
}
