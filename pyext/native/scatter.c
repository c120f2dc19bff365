/* Stores at indices that NumPy would begin before it has looked at all of them,
 * or whose reports come too late: these check first, and undo what is reported. */
#include "native.h"

#include "fpu.h"

/* More updates than these NumPy does as fast, and has nothing to keep. */
enum { FEW_UPDATES = 512 };

/* Indices as they are counted, each within an axis of n; NULL with an exception. */
static PyArrayObject *indices_within(PyObject *indices, npy_intp n) {
    PyArrayObject *all = (PyArrayObject *)PyArray_FROMANY(indices, NPY_INTP, 0, 0, NPY_ARRAY_CARRAY_RO);
    if (all == NULL) return NULL;
    const npy_intp *at = PyArray_DATA(all);
    npy_intp count = PyArray_SIZE(all), bad = 0;
    for (npy_intp i = 0; i < count; i++) bad |= (at[i] >= n) | (at[i] < -n);
    if (!bad) return all;
    Py_DECREF(all);
    PyErr_SetString(PyExc_IndexError, "index out of bounds");
    return NULL;
}

/* numpy.put in its mode "raise". */
PyObject *slip_put(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != 3 || !PyArray_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "put takes an array, indices and values");
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[0];
    PyArrayObject *indices = indices_within(args[1], PyArray_SIZE(array));
    if (indices == NULL) return NULL;
    PyObject *result = PyArray_PutTo(array, args[2], (PyObject *)indices, NPY_RAISE);
    Py_DECREF(indices);
    return result;
}

/* One update of each element that an index names, in order; old keeps what was there. */
#define UPDATE(name, T, op)                                                                                  \
    static void name(char *array, npy_intp length, const npy_intp *at, npy_intp n, const char *by,           \
                     npy_intp step, char *kept) {                                                            \
        T *a = (T *)array, *old = (T *)kept;                                                                 \
        for (npy_intp i = 0; i < n; i++, by += step) {                                                       \
            T *x = a + (at[i] < 0 ? at[i] + length : at[i]);                                                 \
            old[i] = *x;                                                                                     \
            *x = *x op * (const T *)by;                                                                      \
        }                                                                                                    \
    }                                                                                                        \
    static void name##_undo(char *array, npy_intp length, const npy_intp *at, npy_intp n,                    \
                            const char *kept) {                                                              \
        T *a = (T *)array;                                                                                   \
        for (npy_intp i = n; i-- > 0;) a[at[i] < 0 ? at[i] + length : at[i]] = ((const T *)kept)[i];         \
    }

UPDATE(add_double, double, +)
UPDATE(add_float, float, +)
UPDATE(subtract_double, double, -)
UPDATE(subtract_float, float, -)

typedef void update_fn(char *, npy_intp, const npy_intp *, npy_intp, const char *, npy_intp, char *);
typedef void undo_fn(char *, npy_intp, const npy_intp *, npy_intp, const char *);

typedef struct {
    int type;
    update_fn *update;
    undo_fn *undo;
} update_row;

static const update_row add_rows[] = {
    {NPY_DOUBLE, add_double, add_double_undo}, {NPY_FLOAT, add_float, add_float_undo}, {-1, NULL, NULL}};
static const update_row subtract_rows[] = {{NPY_DOUBLE, subtract_double, subtract_double_undo},
                                           {NPY_FLOAT, subtract_float, subtract_float_undo},
                                           {-1, NULL, NULL}};

/* Memory of one axis as it is counted, of which the array shares nothing. */
static bool plain_axis(PyObject *o, PyArrayObject *array) {
    PyArrayObject *a = (PyArrayObject *)o;
    return PyArray_CheckExact(o) && PyArray_NDIM(a) == 1 && PyArray_ISCARRAY_RO(a) && slip_disjoint(a, array);
}

/* What is added: elements of the array's type, or one number. */
typedef struct {
    const char *first;
    npy_intp step;
    double number;
} addend;

static bool addend_of(PyObject *o, PyArrayObject *array, npy_intp n, addend *by) {
    if (PyFloat_CheckExact(o) && PyArray_TYPE(array) == NPY_DOUBLE) {
        by->number = PyFloat_AS_DOUBLE(o);
        by->first = (const char *)&by->number;
        by->step = 0;
        return true;
    }
    PyArrayObject *a = (PyArrayObject *)o;
    if (!plain_axis(o, array) || PyArray_TYPE(a) != PyArray_TYPE(array) || PyArray_DIM(a, 0) != n)
        return false;
    by->first = PyArray_BYTES(a);
    by->step = PyArray_ITEMSIZE(array);
    return true;
}

/* Updates all elements, or none with an exception. */
static int update_all(const update_row *row, PyArrayObject *array, PyArrayObject *at, const addend *by) {
    npy_intp n = PyArray_DIM(at, 0), length = PyArray_DIM(array, 0);
    char *kept = PyMem_Malloc((size_t)(n ? n : 1) * (size_t)PyArray_ITEMSIZE(array));
    if (kept == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    slip_fp_clear(SLIP_FP_STATUS);
    row->update(PyArray_BYTES(array), length, PyArray_DATA(at), n, by->first, by->step, kept);
    bool reports = (slip_fp_get() & slip_told) != 0;
    if (reports) {
        row->undo(PyArray_BYTES(array), length, PyArray_DATA(at), n, kept);
        PyErr_SetString(PyExc_FloatingPointError, "reported");
    }
    PyMem_Free(kept);
    return reports ? -1 : 0;
}

/* ufunc.at(array, indices, by) of one axis. */
static PyObject *update(const update_row *row, PyObject *const *args, Py_ssize_t n) {
    PyArrayObject *array = (PyArrayObject *)args[0];
    addend by;
    bool fits = n == 3 && PyArray_CheckExact(args[0]) && PyArray_NDIM(array) == 1 &&
                PyArray_ISCARRAY(array) && plain_axis(args[1], array) &&
                PyArray_TYPE((PyArrayObject *)args[1]) == NPY_INTP &&
                PyArray_DIM((PyArrayObject *)args[1], 0) <= FEW_UPDATES &&
                addend_of(args[2], array, PyArray_DIM((PyArrayObject *)args[1], 0), &by);
    while (row->type >= 0 && fits && row->type != PyArray_TYPE(array)) row++;
    if (!fits || row->type < 0) {
        PyErr_SetString(PyExc_TypeError, "arrays that lie in another way, or many updates");
        return NULL;
    }
    PyArrayObject *at = indices_within(args[1], PyArray_DIM(array, 0));
    if (at == NULL) return NULL;
    int done = update_all(row, array, at, &by);
    Py_DECREF(at);
    if (done < 0) return NULL;
    Py_RETURN_NONE;
}

PyObject *slip_add_at(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return update(add_rows, args, n);
}

PyObject *slip_subtract_at(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    return update(subtract_rows, args, n);
}
