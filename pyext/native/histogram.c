/* numpy.histogram of floats and integers with equal bins, in one pass over what it is given: NumPy's
 * edges and bins, and the same sums of weights. What it does not know is NumPy's. */
#include <float.h>

#include "bins.h"

enum { A, BINS, RANGE, DENSITY, WEIGHTS, ARGUMENTS };

/* Integers up to here have a double each. */
static const double EXACT = 0x1p53;

static bool is_plain(PyObject *o) {
    return PyArray_CheckExact(o) && PyArray_ISBEHAVED_RO((PyArrayObject *)o);
}

static bool number(PyObject *o, double *to) {
    if (PyFloat_Check(o) && (PyFloat_CheckExact(o) || PyArray_IsScalar(o, Double)))
        *to = PyFloat_AS_DOUBLE(o);
    else if (PyLong_CheckExact(o))
        *to = PyLong_AsDouble(o);
    else
        return false;
    if (*to == -1 && PyErr_Occurred()) return false;
    return npy_isfinite(*to) && (PyFloat_Check(o) || (*to < EXACT && *to > -EXACT));
}

/* Of zeros with both signs NumPy's reduction knows which is the last edge. */
static bool sign_of_last(slip_bins *h, PyObject *flat) {
    if (h->last != 0 || h->type != NPY_DOUBLE) return true;
    PyObject *last = PyObject_CallMethod(flat, "max", NULL);
    bool found = last && number(last, &h->last);
    Py_XDECREF(last);
    return found;
}

static bool ends_of(slip_bins *h, PyObject *range, PyObject *flat) {
    h->partly = range != Py_None;
    if (!h->partly) {
        if (!slip_bins_ends(h) || !sign_of_last(h, flat)) return false;
        return h->type == NPY_DOUBLE || (h->first > -EXACT && h->last < EXACT);
    }
    return PyTuple_CheckExact(range) && PyTuple_GET_SIZE(range) == 2 &&
           number(PyTuple_GET_ITEM(range, 0), &h->first) && number(PyTuple_GET_ITEM(range, 1), &h->last) &&
           h->first <= h->last;
}

/* Whether they are far enough apart for no step of NumPy's to underflow. */
static bool measure(slip_bins *h) {
    if (h->first == h->last) {
        h->first -= 0.5;
        h->last += 0.5;
    }
    h->width = h->last - h->first;
    return npy_isfinite(h->width) && h->width > DBL_MIN / DBL_EPSILON;
}

/* NumPy's are a view of what counts them. */
static PyObject *edges_of(slip_bins *h) {
    npy_intp n = h->bins + 1;
    PyArrayObject *edges = (PyArrayObject *)PyArray_SimpleNew(1, &n, NPY_DOUBLE);
    PyObject *view = NULL;
    h->edges = edges ? PyArray_DATA(edges) : NULL;
    if (edges && slip_bins_edges(h, PyArray_DATA(edges))) view = PyArray_View(edges, NULL, NULL);
    Py_XDECREF(edges);
    return view;
}

static bool fill(slip_bins *h, void *result, double *block) {
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_THRESHOLDED(h->n);
    bool done = h->w ? slip_bins_add(h, result, block) : slip_bins_count(h, result);
    NPY_END_THREADS;
    return done;
}

static PyObject *sums_of(slip_bins *h) {
    PyObject *sums = PyArray_ZEROS(1, &h->bins, h->w ? NPY_DOUBLE : NPY_INTP, 0);
    double *block = h->w ? PyMem_Malloc((size_t)slip_bins_room(h->bins) * sizeof *block) : NULL;
    bool done = sums && (block || !h->w) && fill(h, PyArray_DATA((PyArrayObject *)sums), block);
    PyMem_Free(block);
    if (!done) Py_CLEAR(sums);
    return sums;
}

static PyObject *quotient(PyObject *stolen, PyObject *by) {
    PyObject *made = stolen && by ? PyNumber_TrueDivide(stolen, by) : NULL;
    Py_XDECREF(stolen);
    Py_XDECREF(by);
    return made;
}

/* n / db / n.sum() */
static PyObject *density_of(slip_bins *h, PyObject *sums) {
    PyObject *widths = PyArray_SimpleNew(1, &h->bins, NPY_DOUBLE);
    PyObject *total = PyObject_CallMethod(sums, "sum", NULL);
    if (widths == NULL || total == NULL || PyObject_IsTrue(total) != 1) {
        Py_XDECREF(widths);
        Py_XDECREF(total);
        return NULL;
    }
    double *to = PyArray_DATA((PyArrayObject *)widths);
    for (npy_intp k = 0; k < h->bins; k++) to[k] = h->edges[k + 1] - h->edges[k];
    return quotient(quotient(Py_NewRef(sums), widths), total);
}

/* The result, or NULL where NumPy has to do it. */
static PyObject *binned(slip_bins *h, bool density) {
    PyObject *edges = edges_of(h), *sums = edges ? sums_of(h) : NULL, *result = NULL;
    if (sums && density) Py_SETREF(sums, density_of(h, sums));
    if (sums) result = PyTuple_Pack(2, sums, edges);
    Py_XDECREF(sums);
    Py_XDECREF(edges);
    return result;
}

static bool weighed(slip_bins *h, PyObject *array, PyObject *weights, PyObject **flat) {
    PyArrayObject *w = (PyArrayObject *)weights;
    if (weights == Py_None) return true;
    if (!is_plain(weights) || PyArray_TYPE(w) != NPY_DOUBLE || !PyArray_SAMESHAPE((PyArrayObject *)array, w))
        return false;
    *flat = PyArray_Ravel(w, NPY_CORDER);
    h->w = *flat ? PyArray_DATA((PyArrayObject *)*flat) : NULL;
    return *flat != NULL;
}

static bool count_of(slip_bins *h, PyObject *bins) {
    bool is_int = PyLong_CheckExact(bins) || PyArray_IsScalar(bins, Integer);
    h->bins = is_int ? PyNumber_AsSsize_t(bins, NULL) : 0;
    return h->bins >= 1 && h->bins <= 1 << 24;
}

/* NULL, perhaps with an exception, where NumPy has to do it. */
static PyObject *attempt(PyObject *const *args) {
    slip_bins h = {0};
    PyObject *flat = NULL, *w = NULL, *result = NULL;
    bool density = args[DENSITY] == Py_True;
    if (!count_of(&h, args[BINS]) || !is_plain(args[A]) ||
        (!density && args[DENSITY] != Py_None && args[DENSITY] != Py_False))
        return NULL;
    h.type = PyArray_TYPE((PyArrayObject *)args[A]);
    h.n = PyArray_SIZE((PyArrayObject *)args[A]);
    if (h.n == 0 || !slip_bins_take(h.type) || !weighed(&h, args[A], args[WEIGHTS], &w)) return NULL;
    flat = PyArray_Ravel((PyArrayObject *)args[A], NPY_CORDER);
    h.x = flat ? PyArray_DATA((PyArrayObject *)flat) : NULL;
    if (flat && ends_of(&h, args[RANGE], flat) && measure(&h)) result = binned(&h, density);
    Py_XDECREF(flat);
    Py_XDECREF(w);
    return result;
}

/* histogram(numpy.histogram, a, bins, range, density, weights) */
PyObject *slip_histogram(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != ARGUMENTS + 1) {
        PyErr_SetString(PyExc_TypeError, "NumPy's function and all of its arguments");
        return NULL;
    }
    PyObject *result = attempt(args + 1);
    if (result) return result;
    PyErr_Clear(); /* which NumPy's function raises again */
    return PyObject_Vectorcall(args[0], args + 1, ARGUMENTS, NULL);
}
