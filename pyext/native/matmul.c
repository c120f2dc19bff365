/* a @ b of small arrays: NumPy's own inner loop without the machinery of a
 * generalized ufunc around it, which takes ten times as long. */
#include "native.h"

/* A ufunc's loops of operands of one type, by type number, looked up once. */
typedef struct {
    const char *name;
    bool looked;
    PyUFuncGenericFunction loop[NPY_CDOUBLE + 1];
    void *data[NPY_CDOUBLE + 1];
} loops;

static loops known = {.name = "matmul"};

static void look_up(loops *l, PyUFuncObject *u) {
    if (u->nargs != 3) return;
    for (int i = 0; i < u->ntypes; i++) {
        const char *t = u->types + 3 * i;
        if (t[0] != t[1] || t[1] != t[2] || t[0] < 0 || t[0] > NPY_CDOUBLE || l->loop[(int)t[0]]) continue;
        l->loop[(int)t[0]] = u->functions[i];
        l->data[(int)t[0]] = u->data ? u->data[i] : NULL;
    }
}

static void look_up_once(loops *l) {
    if (l->looked) return;
    l->looked = true;
    PyObject *module = PyImport_ImportModule("numpy._core._multiarray_umath");
    PyObject *ufunc = module ? PyObject_GetAttrString(module, l->name) : NULL;
    if (ufunc && PyObject_TypeCheck(ufunc, &PyUFunc_Type)) look_up(l, (PyUFuncObject *)ufunc);
    PyErr_Clear();
    Py_XDECREF(ufunc);
    Py_XDECREF(module);
}

static bool run_loop(loops *l, int num, char **args, const npy_intp *dims, const npy_intp *steps) {
    look_up_once(l);
    if (l->loop[num] == NULL) return false;
    if (args) l->loop[num](args, dims, steps, l->data[num]);
    return true;
}

/* NumPy's loop of matmul, of the type with NumPy's number; false if there is none. Without
 * args it is looked up. */
bool slip_matmul_loop(int num, char **args, const npy_intp *dims, const npy_intp *steps) {
    return run_loop(&known, num, args, dims, steps);
}

/* Matrices m x n and n x p; vectors are those with one row or column. */
typedef struct {
    PyArrayObject *a, *b;
    npy_intp dims[4];  /* 1, m, n, p */
    npy_intp steps[9]; /* of the outer loop; of a, b and the result */
} product;

/* NumPy gives an axis of length one the step 0. */
static npy_intp step_of(PyArrayObject *x, int axis) {
    return PyArray_DIM(x, axis) == 1 ? 0 : PyArray_STRIDE(x, axis);
}

static bool plain(PyObject *x) {
    PyArrayObject *a = (PyArrayObject *)x;
    return PyArray_CheckExact(x) && PyArray_NDIM(a) >= 1 && PyArray_NDIM(a) <= 2 && PyArray_ISBEHAVED_RO(a) &&
           PyArray_SIZE(a) > 0 && PyArray_TYPE(a) <= NPY_CDOUBLE && known.loop[PyArray_TYPE(a)];
}

static bool describe(product *d, PyObject *x, PyObject *y) {
    look_up_once(&known);
    if (!plain(x) || !plain(y)) return false;
    PyArrayObject *a = d->a = (PyArrayObject *)x, *b = d->b = (PyArrayObject *)y;
    int rows = PyArray_NDIM(a) - 1, columns = PyArray_NDIM(b) - 1;
    npy_intp n = PyArray_DIM(a, rows), size = PyArray_ITEMSIZE(a);
    if (PyArray_TYPE(a) != PyArray_TYPE(b) || PyArray_DIM(b, 0) != n) return false;
    npy_intp m = rows ? PyArray_DIM(a, 0) : 1, p = columns ? PyArray_DIM(b, 1) : 1;
    memcpy(d->dims, (npy_intp[]){1, m, n, p}, sizeof d->dims);
    memset(d->steps, 0, sizeof d->steps);
    if (rows) d->steps[3] = step_of(a, 0);
    d->steps[4] = step_of(a, rows);
    d->steps[5] = step_of(b, 0);
    if (columns) d->steps[6] = step_of(b, 1);
    d->steps[7] = m == 1 ? 0 : (columns ? p : 1) * size;
    d->steps[8] = p == 1 ? 0 : size;
    return true;
}

static PyObject *empty_result(const product *d) {
    npy_intp dims[2];
    int rank = 0;
    if (PyArray_NDIM(d->a) == 2) dims[rank++] = d->dims[1];
    if (PyArray_NDIM(d->b) == 2) dims[rank++] = d->dims[3];
    PyArray_Descr *descr = PyArray_DESCR(d->a);
    Py_INCREF(descr);
    return PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, NULL, NULL, 0, NULL);
}

/* Computes; false if there is something to report. */
static bool multiply(const product *d, PyObject *result) {
    int type = PyArray_TYPE(d->a);
    char *args[3] = {PyArray_DATA(d->a), PyArray_DATA(d->b), PyArray_DATA((PyArrayObject *)result)};
    slip_fp_clear(SLIP_FP_REPORTABLE);
    slip_x87_clear();
    NPY_BEGIN_THREADS_DEF;
    NPY_BEGIN_THREADS_THRESHOLDED(d->dims[1] * d->dims[2] * d->dims[3]);
    known.loop[type](args, d->dims, d->steps, known.data[type]);
    NPY_END_THREADS;
    return !((slip_fp_get() | slip_x87_get()) & slip_told);
}

/* a @ b of arrays; what NumPy would report, or do otherwise, raises. */
PyObject *slip_matmul(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    product d;
    if (n != 2 || !describe(&d, args[0], args[1])) {
        PyErr_SetString(PyExc_TypeError, "matmul takes two arrays of one type that can be multiplied");
        return NULL;
    }
    PyObject *result = empty_result(&d);
    if (result == NULL) return NULL;
    bool quiet = multiply(&d, result);
    if (quiet && !PyErr_Occurred()) return PyArray_Return((PyArrayObject *)result);
    Py_DECREF(result);
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_FloatingPointError, "matmul");
    return NULL;
}
