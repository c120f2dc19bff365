/* Iterators that go on where a loop nest has left off: over the elements of an array, and over the
 * items of several sequences as itertools.product gives them, or of one as itertools.combinations
 * does. Those of itertools cannot be told where they are (3.14 forgets how, and 3.12 warns), so
 * there is one of our own, which nobody but the loop on whose stack it lies ever has. */
#include "nest.h"

#include <stddef.h>

enum { MOST = 16 };

typedef struct {
    PyObject_VAR_HEAD int kind;
    PyObject *pools; /* a tuple of ranges, lists and tuples, one for each index */
    int64_t digits[];
} indices;

static PyTypeObject indices_type;

static void indices_dealloc(PyObject *self) {
    Py_XDECREF(((indices *)self)->pools);
    Py_TYPE(self)->tp_free(self);
}

static int64_t count(const indices *it, Py_ssize_t i) {
    return (int64_t)PyObject_Size(PyTuple_GET_ITEM(it->pools, i));
}

/* By how much an index is larger than the one before it, at the least. */
static int64_t rising(const indices *it) { return it->kind == SLIP_MADE_COMBINATIONS; }

/* The largest value of an index. */
static int64_t last(const indices *it, Py_ssize_t i) {
    int64_t behind = it->kind == SLIP_MADE_COMBINATIONS ? Py_SIZE(it) - 1 - i : 0;
    return count(it, i) - 1 - behind;
}

static void advance(indices *it) {
    Py_ssize_t i = Py_SIZE(it) - 1;
    it->digits[i]++;
    for (; i > 0 && it->digits[i] > last(it, i); i--) it->digits[i - 1]++;
    for (i++; i < Py_SIZE(it); i++)
        it->digits[i] = it->kind == SLIP_MADE_PRODUCT ? 0 : it->digits[i - 1] + rising(it);
}

static PyObject *indices_next(PyObject *self) {
    indices *it = (indices *)self;
    if (it->digits[0] > last(it, 0)) return NULL;
    PyObject *items = PyTuple_New(Py_SIZE(it));
    for (Py_ssize_t i = 0; items && i < Py_SIZE(it); i++) {
        PyObject *item = PySequence_GetItem(PyTuple_GET_ITEM(it->pools, i), (Py_ssize_t)it->digits[i]);
        if (item)
            PyTuple_SET_ITEM(items, i, item);
        else
            Py_CLEAR(items);
    }
    if (items) advance(it);
    return items;
}

static PyTypeObject indices_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "slipstream._native.indices",
    .tp_basicsize = offsetof(indices, digits),
    .tp_itemsize = sizeof(int64_t),
    .tp_dealloc = indices_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = indices_next,
};

PyObject *slip_indices_over(PyObject *pools, int kind, const int64_t *digits) {
    indices *it = PyObject_NewVar(indices, &indices_type, PyTuple_GET_SIZE(pools));
    if (it == NULL) return NULL;
    it->kind = kind;
    it->pools = Py_NewRef(pools);
    memcpy(it->digits, digits, (size_t)Py_SIZE(it) * sizeof *digits);
    return (PyObject *)it;
}

/* numpy.ndenumerate, or NULL. */
static PyObject *enumerated;

/* Tells the indices of an element, as `coords` gives them. */
static void go_to(PyArrayIterObject *it, PyArrayObject *a, npy_intp at) {
    for (int i = PyArray_NDIM(a) - 1; i >= 0; at /= PyArray_DIM(a, i--))
        it->coordinates[i] = at % PyArray_DIM(a, i);
}

/* Of the elements of an array the ones from these indices on. */
static PyArrayIterObject *flat_from(PyObject *of, const int64_t *digits) {
    PyArrayObject *a = (PyArrayObject *)of;
    PyArrayIterObject *it = (PyArrayIterObject *)PyArray_IterNew(of);
    npy_intp at = 0;
    for (int i = 0; i < PyArray_NDIM(a); i++) at = at * PyArray_DIM(a, i) + (npy_intp)digits[i];
    if (it && at < it->size) {
        PyArray_ITER_GOTO1D(it, at);
        go_to(it, a, at); /* of one axis the macro leaves out */
    }
    if (it) it->index = at;
    return it;
}

PyObject *slip_elements_from(PyObject *of, const int64_t *digits, bool indexed) {
    PyObject *flat = of ? (PyObject *)flat_from(of, digits) : NULL;
    if (flat == NULL || !indexed) return flat;
    PyObject *it = enumerated ? PyObject_CallOneArg(enumerated, of) : NULL;
    if (it && PyObject_SetAttrString(it, "iter", flat) < 0) Py_CLEAR(it);
    Py_DECREF(flat);
    return it;
}

/* ("flat", array, how many elements were given) */
static PyObject *told_flat(const char *name, PyObject *o) {
    PyArrayIterObject *it = (PyArrayIterObject *)o;
    if (!PyArray_CheckExact(it->ao) || PyArray_NDIM(it->ao) == 0) Py_RETURN_NONE;
    return Py_BuildValue("(sOn)", name, it->ao, (Py_ssize_t)it->index);
}

static PyObject *told_enumerated(PyObject *it) {
    PyObject *flat = PyObject_GetAttrString(it, "iter"), *told = NULL;
    if (flat && Py_IS_TYPE(flat, &PyArrayIter_Type) && Py_REFCNT(flat) == 2)
        told = told_flat("ndenumerate", flat);
    Py_XDECREF(flat);
    PyErr_Clear();
    return told ? told : Py_NewRef(Py_None);
}

static const char *name_of(int kind) {
    if (kind == SLIP_MADE_PRODUCT) return "product";
    return kind == SLIP_MADE_COMBINATIONS ? "combinations" : "combinations_with_replacement";
}

/* ("product", index, range of the index as its first item, its step and its length, ...) */
static PyObject *told_indices(const indices *it) {
    PyObject *told = PyList_New(0), *name = PyUnicode_FromString(name_of(it->kind)), *made = NULL;
    bool ok = told && name && PyList_Append(told, name) == 0;
    for (Py_ssize_t i = 0; ok && i < Py_SIZE(it); i++) {
        PyObject *pool = PyTuple_GET_ITEM(it->pools, i);
        PyObject *row = PyRange_Check(pool) ? PyObject_GetAttrString(pool, "start") : NULL;
        PyObject *step = row ? PyObject_GetAttrString(pool, "step") : NULL;
        long long first = row ? PyLong_AsLongLong(row) : 0, by = step ? PyLong_AsLongLong(step) : 0;
        PyObject *digit =
            step ? Py_BuildValue("(LLLL)", (long long)it->digits[i], first, by, (long long)count(it, i))
                 : NULL;
        ok = digit && PyList_Append(told, digit) == 0;
        Py_XDECREF(row);
        Py_XDECREF(step);
        Py_XDECREF(digit);
    }
    if (ok) made = PyList_AsTuple(told);
    Py_XDECREF(told);
    Py_XDECREF(name);
    PyErr_Clear();
    return made ? made : Py_NewRef(Py_None);
}

PyObject *slip_told_indices(PyObject *it) {
    if (Py_IS_TYPE(it, &indices_type)) return told_indices((indices *)it);
    if (Py_IS_TYPE(it, &PyArrayIter_Type)) return told_flat("flat", it);
    if (enumerated && (PyObject *)Py_TYPE(it) == enumerated) return told_enumerated(it);
    Py_RETURN_NONE;
}

int slip_indices_init(void) {
    PyObject *numpy = PyImport_ImportModule("numpy");
    enumerated = numpy ? PyObject_GetAttrString(numpy, "ndenumerate") : NULL;
    if (enumerated && !PyType_Check(enumerated)) Py_CLEAR(enumerated);
    Py_XDECREF(numpy);
    PyErr_Clear();
    return PyType_Ready(&indices_type);
}
