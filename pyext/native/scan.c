/* cumsum and cumprod of one axis. NumPy's loop reads each element of the result
 * back from memory to compute the next, which takes longer than computing it. */
#include "native.h"

#include "fpu.h"

typedef void scan_fn(char *to, const char *from, npy_intp step, npy_intp n);

/* From left to right, as ufunc.accumulate. n is not 0. */
#define SCAN(name, T, op)                                                                                    \
    static void name(char *to, const char *from, npy_intp step, npy_intp n) {                                \
        T *out = (T *)to, so_far = *(const T *)from;                                                         \
        out[0] = so_far;                                                                                     \
        for (npy_intp i = 1; i < n; i++) {                                                                   \
            from += step;                                                                                    \
            so_far = so_far op * (const T *)from;                                                            \
            out[i] = so_far;                                                                                 \
        }                                                                                                    \
    }

SCAN(sums_double, double, +)
SCAN(sums_float, float, +)
SCAN(sums_word, uint64_t, +)
SCAN(products_double, double, *)
SCAN(products_float, float, *)
SCAN(products_word, uint64_t, *)

/* Signed integers wrap as unsigned ones do. */
static scan_fn *scan_of(int type, bool products) {
    switch (slip_type_of(type)) {
    case SLIP_F64:
        return products ? products_double : sums_double;
    case SLIP_F32:
        return products ? products_float : sums_float;
    case SLIP_I64:
    case SLIP_U64:
        return products ? products_word : sums_word;
    default:
        return NULL;
    }
}

/* Computes; false if there is something to report. */
static bool run_scan(scan_fn *scan, PyArrayObject *a, PyObject *result) {
    npy_intp n = PyArray_DIM(a, 0);
    slip_fp_clear(SLIP_FP_REPORTABLE);
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_THRESHOLDED(n);
    if (n) scan(PyArray_BYTES((PyArrayObject *)result), PyArray_BYTES(a), PyArray_STRIDE(a, 0), n);
    NPY_END_THREADS;
    return !(slip_fp_get() & slip_told);
}

static PyObject *scanned(PyObject *const *args, Py_ssize_t n, bool products) {
    PyArrayObject *a = (PyArrayObject *)args[0];
    bool fits = n == 1 && PyArray_CheckExact(args[0]) && PyArray_NDIM(a) == 1 && PyArray_ISBEHAVED_RO(a);
    scan_fn *scan = fits ? scan_of(PyArray_TYPE(a), products) : NULL;
    if (scan == NULL) {
        PyErr_SetString(PyExc_TypeError, "an array of one axis, of floats or of integers of 64 bits");
        return NULL;
    }
    PyArray_Descr *descr = PyArray_DescrFromType(PyArray_TYPE(a));
    PyObject *result = PyArray_NewFromDescr(&PyArray_Type, descr, 1, PyArray_DIMS(a), NULL, NULL, 0, NULL);
    if (result == NULL || run_scan(scan, a, result)) return result;
    Py_DECREF(result);
    PyErr_SetString(PyExc_FloatingPointError, "reported");
    return NULL;
}

PyObject *slip_cumsum(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return scanned(args, n, false);
}

PyObject *slip_cumprod(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return scanned(args, n, true);
}
