/* numpy.histogram of float64 arrays with equal bins, in one pass: the bins that NumPy finds, by the
 * same steps, and the same sums of weights, which it adds up in blocks. */
#include "native.h"

#include <emmintrin.h>
#include <float.h>

enum { SHORTEST = 2048, BLOCK = 65536, STRIP = 512 };

typedef struct {
    const double *x, *w; /* w: weights, or NULL */
    const double *edges;
    npy_intp n, bins;
    double first, width;
} histogram;

/* Where elements fall if nothing is rounded. */
static void estimate(const histogram *h, const double *x, npy_intp n, int32_t *at) {
    __m128d first = _mm_set1_pd(h->first), width = _mm_set1_pd(h->width), bins = _mm_set1_pd((double)h->bins);
    npy_intp i = 0;
    for (; i + 2 <= n; i += 2) {
        __m128d f = _mm_mul_pd(_mm_div_pd(_mm_sub_pd(_mm_loadu_pd(x + i), first), width), bins);
        _mm_storel_epi64((__m128i *)(at + i), _mm_cvttpd_epi32(f));
    }
    for (; i < n; i++) at[i] = _mm_cvttsd_si32(_mm_set_sd((x[i] - h->first) / h->width * (double)h->bins));
}

/* NumPy looks at the edges once. What another thread writes meanwhile falls somewhere. */
static void correct(const histogram *h, const double *x, npy_intp n, int32_t *at) {
    int32_t last = (int32_t)h->bins - 1;
    for (npy_intp i = 0; i < n; i++) {
        int32_t bin = at[i] < 0 ? 0 : at[i] > last ? last : at[i];
        bin -= x[i] < h->edges[bin] && bin > 0;
        bin += x[i] >= h->edges[bin + 1] && bin != last;
        at[i] = bin;
    }
}

static void count(const histogram *h, npy_intp *counts) {
    int32_t at[STRIP];
    for (npy_intp i = 0; i < h->n; i += STRIP) {
        npy_intp n = h->n - i < STRIP ? h->n - i : STRIP;
        estimate(h, h->x + i, n, at);
        correct(h, h->x + i, n, at);
        for (npy_intp k = 0; k < n; k++) counts[at[k]]++;
    }
}

static void add_block(const histogram *h, npy_intp from, npy_intp to, double *sums) {
    int32_t at[STRIP];
    for (npy_intp i = from; i < to; i += STRIP) {
        npy_intp n = to - i < STRIP ? to - i : STRIP;
        estimate(h, h->x + i, n, at);
        correct(h, h->x + i, n, at);
        for (npy_intp k = 0; k < n; k++) sums[at[k]] += h->w[i + k];
    }
}

/* Whether all sums are finite: of others NumPy may report. */
static bool add_up(const histogram *h, double *sums, double *block) {
    bool finite = true;
    for (npy_intp i = 0; i < h->n; i += BLOCK) {
        memset(block, 0, (size_t)h->bins * sizeof *block);
        add_block(h, i, h->n - i < BLOCK ? h->n : i + BLOCK, block);
        for (npy_intp b = 0; b < h->bins; b++) sums[b] += block[b];
    }
    for (npy_intp b = 0; b < h->bins; b++) finite = finite && npy_isfinite(sums[b]);
    return finite;
}

/* Whether nothing happened that NumPy could report. */
static bool fill(const histogram *h, void *result, double *block) {
    enum { INEXACT = 0x20 };
    bool finite = true;
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS;
    uint32_t status = slip_fp_get();
    slip_fp_set(status & ~(uint32_t)SLIP_FP_STATUS);
    if (h->w)
        finite = add_up(h, result, block);
    else
        count(h, result);
    uint32_t seen = slip_fp_get() & (uint32_t)SLIP_FP_STATUS & ~(uint32_t)INEXACT;
    slip_fp_set(status);
    NPY_END_THREADS;
    return finite && seen == 0;
}

static bool is_plain(PyObject *o) {
    PyArrayObject *a = (PyArrayObject *)o;
    return PyArray_CheckExact(o) && PyArray_TYPE(a) == NPY_DOUBLE && PyArray_NDIM(a) > 0 &&
           PyArray_ISCARRAY_RO(a);
}

static bool extreme(PyObject *flat, const char *name, double *to) {
    PyObject *x = PyObject_CallMethod(flat, name, NULL);
    bool found = x && PyFloat_Check(x);
    if (found) *to = PyFloat_AS_DOUBLE(x);
    Py_XDECREF(x);
    return found;
}

/* NumPy's edges for an array are those for its least and largest element. */
static PyObject *edges_of(PyObject *function, const double *ends, PyObject *bins) {
    npy_intp two = 2;
    PyObject *both = PyArray_SimpleNew(1, &two, NPY_DOUBLE), *edges = NULL;
    if (both == NULL) return NULL;
    memcpy(PyArray_DATA((PyArrayObject *)both), ends, 2 * sizeof *ends);
    PyObject *pair = PyObject_CallFunctionObjArgs(function, both, bins, NULL);
    if (pair && PyTuple_CheckExact(pair) && PyTuple_GET_SIZE(pair) == 2) edges = PyTuple_GET_ITEM(pair, 1);
    Py_XINCREF(edges);
    Py_XDECREF(pair);
    Py_DECREF(both);
    return edges;
}

/* What the edges say of the bins, if they are those of equal ones. */
static bool measure(histogram *h, PyObject *edges, double low, double high) {
    if (edges == NULL || !is_plain(edges) || PyArray_SIZE((PyArrayObject *)edges) != h->bins + 1)
        return false;
    h->edges = PyArray_DATA((PyArrayObject *)edges);
    h->first = low == high ? low - 0.5 : low;
    h->width = (low == high ? high + 0.5 : high) - h->first;
    return h->edges[0] == h->first && h->edges[h->bins] == h->first + h->width && npy_isfinite(h->width) &&
           h->width > DBL_MIN / DBL_EPSILON;
}

/* The result, or NULL without an exception where NumPy has to do it. */
static PyObject *binned(histogram *h, PyObject *edges) {
    PyObject *sums = PyArray_ZEROS(1, &h->bins, h->w ? NPY_DOUBLE : NPY_INTP, 0);
    double *block = h->w ? PyMem_Malloc((size_t)h->bins * sizeof *block) : NULL;
    bool done = sums && (block || !h->w) && fill(h, PyArray_DATA((PyArrayObject *)sums), block);
    PyMem_Free(block);
    PyObject *result = done ? PyTuple_Pack(2, sums, edges) : NULL;
    Py_XDECREF(sums);
    return result;
}

static PyObject *attempt(PyObject *function, PyObject *a, PyObject *bins, PyObject *weights) {
    long count = PyLong_CheckExact(bins) ? PyLong_AsLong(bins) : -1;
    if (count < 1 || count > 1 << 24 || !is_plain(a)) return NULL;
    PyArrayObject *array = (PyArrayObject *)a;
    histogram h = {.x = PyArray_DATA(array), .n = PyArray_SIZE(array), .bins = count};
    if (weights != Py_None) {
        PyArrayObject *w = (PyArrayObject *)weights;
        if (!is_plain(weights) || !PyArray_SAMESHAPE(array, w)) return NULL;
        h.w = PyArray_DATA(w);
    }
    if (h.n < SHORTEST || count > h.n) return NULL;
    PyObject *flat = PyArray_Ravel(array, NPY_CORDER), *edges = NULL, *result = NULL;
    double ends[2];
    if (flat && extreme(flat, "min", ends) && extreme(flat, "max", ends + 1) && npy_isfinite(ends[0]) &&
        npy_isfinite(ends[1]))
        edges = edges_of(function, ends, bins);
    if (measure(&h, edges, ends[0], ends[1])) result = binned(&h, edges);
    Py_XDECREF(flat);
    Py_XDECREF(edges);
    return result;
}

/* histogram(numpy.histogram, a, bins, weights) */
PyObject *slip_histogram(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != 4) {
        PyErr_SetString(PyExc_TypeError, "NumPy's function, an array, bins and weights");
        return NULL;
    }
    PyObject *result = attempt(args[0], args[1], args[2], args[3]);
    if (result) return result;
    PyErr_Clear(); /* which NumPy's function raises again */
    if (args[3] == Py_None) return PyObject_CallFunctionObjArgs(args[0], args[1], args[2], NULL);
    PyObject *name = Py_BuildValue("(s)", "weights");
    result = name ? PyObject_Vectorcall(args[0], args + 1, 2, name) : NULL;
    Py_XDECREF(name);
    return result;
}
