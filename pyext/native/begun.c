/* Iterators that Python has begun, as what a loop that goes on with them needs:
 * ("range", next, step, how many are left), ("array", array, next index),
 * ("reversed", array, next index), ("list", list, next index), ("enumerate", next number, iterator) or
 * ("zip", iterators), the iterators as such tuples, and those of indices.c. They are only looked at.
 *
 * An iterator that somebody else holds would be seen to stand still: there is None for
 * it, as for what is of another kind. CPython tells the places of iterators by
 * __reduce__ only, which takes as long as a round of a loop; here they are read from the
 * objects, in a layout that is tried out first. */
#include "native.h"

typedef struct {
    PyObject_HEAD
#if PY_VERSION_HEX < 0x030C0000
        long index;
#endif
    long start, step, len;
} range_iterator;

typedef struct {
    PyObject_HEAD Py_ssize_t index;
    PyObject *of; /* NULL: at its end */
} array_iterator; /* and one that goes back */

typedef struct {
    PyObject_HEAD Py_ssize_t next;
    PyObject *inner, *result, *many; /* many: the next number, when it has more than 63 bits */
} enumeration;

typedef struct {
    PyObject_HEAD Py_ssize_t n;
    PyObject *inner, *result;
    int strict;
} zipped;

static struct {
    PyObject *range, *array, *reversed, *list, *enumerate,
        *zip; /* the kinds' names, NULL where the layout is another */
} kinds;

static PyObject *begun(PyObject *it, Py_ssize_t holders);

static PyObject *of_range(range_iterator *it) {
#if PY_VERSION_HEX < 0x030C0000
    long next = (long)((unsigned long)it->start + (unsigned long)it->index * (unsigned long)it->step);
    long left = it->len - it->index;
#else
    long next = it->start, left = it->len;
#endif
    return Py_BuildValue("(Olll)", kinds.range, next, it->step, left);
}

static PyObject *of_array(PyObject *kind, array_iterator *it) {
    if (it->of == NULL || !PyArray_CheckExact(it->of)) Py_RETURN_NONE;
    return Py_BuildValue("(OOn)", kind, it->of, it->index);
}

static PyObject *of_list(array_iterator *it) {
    if (it->of == NULL || !PyList_CheckExact(it->of)) Py_RETURN_NONE;
    return Py_BuildValue("(OOn)", kinds.list, it->of, it->index);
}

static PyObject *of_enumeration(enumeration *it) {
    PyObject *inner = it->many == NULL ? begun(it->inner, 1) : Py_NewRef(Py_None);
    if (inner == NULL || inner == Py_None) return inner;
    return Py_BuildValue("(OnN)", kinds.enumerate, it->next, inner);
}

static PyObject *of_zip(zipped *it) {
    if (it->strict) Py_RETURN_NONE;
    PyObject *told = PyTuple_New(it->n + 1);
    if (told) PyTuple_SET_ITEM(told, 0, Py_NewRef(kinds.zip));
    for (Py_ssize_t i = 0; told && i < it->n; i++) {
        PyObject *inner = begun(PyTuple_GET_ITEM(it->inner, i), 1);
        if (inner == NULL || inner == Py_None) {
            Py_DECREF(told);
            return inner;
        }
        PyTuple_SET_ITEM(told, i + 1, inner);
    }
    return told;
}

static PyObject *begun(PyObject *it, Py_ssize_t holders) {
    if (Py_REFCNT(it) != holders) Py_RETURN_NONE;
    if (Py_IS_TYPE(it, &PyRangeIter_Type) && kinds.range) return of_range((range_iterator *)it);
    if (Py_IS_TYPE(it, &PySeqIter_Type) && kinds.array) return of_array(kinds.array, (array_iterator *)it);
    if (Py_IS_TYPE(it, &PyReversed_Type) && kinds.reversed)
        return of_array(kinds.reversed, (array_iterator *)it);
    if (Py_IS_TYPE(it, &PyListIter_Type) && kinds.list) return of_list((array_iterator *)it);
    if (Py_IS_TYPE(it, &PyEnum_Type) && kinds.enumerate) return of_enumeration((enumeration *)it);
    if (Py_IS_TYPE(it, &PyZip_Type) && kinds.zip) return of_zip((zipped *)it);
    return slip_told_indices(it);
}

/* The stack of the loop and that of the call hold it. */
PyObject *slip_begun(PyObject *module, PyObject *it) {
    (void)module;
    return begun(it, 2);
}

/* Whether an iterator made by this text is told of as it should be. */
static bool told_as(const char *text, const char *wanted) {
    PyObject *space = PyDict_New(), *same = NULL;
    PyObject *it = space ? PyRun_String(text, Py_eval_input, PyEval_GetBuiltins(), space) : NULL;
    if (it) {
        PyObject *first = PyIter_Next(it), *told = begun(it, 1);
        same = told ? PyObject_Repr(told) : NULL;
        Py_XDECREF(first);
        Py_XDECREF(told);
    }
    bool right = same && PyUnicode_CompareWithASCIIString(same, wanted) == 0;
    Py_XDECREF(same);
    Py_XDECREF(it);
    Py_XDECREF(space);
    PyErr_Clear();
    return right;
}

static void try_out(PyObject **kind, const char *name, const char *text, const char *wanted) {
    *kind = PyUnicode_InternFromString(name);
    if (*kind && !told_as(text, wanted)) Py_CLEAR(*kind);
    PyErr_Clear();
}

/* Whether the index of an iterator over three items lies where it should: 1 behind the first one. */
static void index_lies(PyObject **kind, const char *name, PyObject *it, PyObject *of) {
    *kind = PyUnicode_InternFromString(name);
    PyObject *first = it ? PyIter_Next(it) : NULL;
    array_iterator *a = (array_iterator *)it;
    if (first == NULL || a->index != 1 || a->of != of) Py_CLEAR(*kind);
    Py_XDECREF(first);
    Py_XDECREF(it);
    PyErr_Clear();
}

void slip_begun_init(void) {
    try_out(&kinds.range, "range", "iter(range(7, 100, 3))", "('range', 10, 3, 30)");
    try_out(&kinds.enumerate, "enumerate", "enumerate(iter(range(4)), 7)",
            "('enumerate', 8, ('range', 1, 1, 3))");
    try_out(&kinds.zip, "zip", "zip(range(4), range(9, 0, -2))",
            "('zip', ('range', 1, 1, 3), ('range', 7, -2, 4))");
    PyObject *of = PyTuple_Pack(3, Py_None, Py_None, Py_None);
    if (of == NULL) return;
    index_lies(&kinds.array, "array", PySeqIter_New(of), of);
    PyObject *list = PySequence_List(of);
    index_lies(&kinds.list, "list", list ? PyObject_GetIter(list) : NULL, list);
    Py_XDECREF(list);
    index_lies(&kinds.reversed, "reversed", PyObject_CallOneArg((PyObject *)&PyReversed_Type, of), of);
    Py_DECREF(of);
}
