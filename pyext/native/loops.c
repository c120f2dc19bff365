/* NumPy's inner loops: the function and data of a ufunc for exact types. */
#include "native.h"

/* Type characters of a signature such as "dd->d", without the arrow. */
static int parse_signature(const char *text, char *nums, int room) {
    int n = 0;
    for (; *text; text++) {
        if (*text == '-' || *text == '>') continue;
        PyArray_Descr *d = n < room ? PyArray_DescrFromType(*text) : NULL;
        if (d == NULL) return -1;
        nums[n++] = (char)d->type_num;
        Py_DECREF(d);
    }
    return n;
}

static PyObject *loop_at(PyUFuncObject *u, int i) {
    return Py_BuildValue("(KK)", (unsigned long long)(uintptr_t)u->functions[i],
                         (unsigned long long)(uintptr_t)(u->data ? u->data[i] : NULL));
}

/* loop(ufunc, "dd->d") -> (function, data) as addresses, or None. */
PyObject *slip_loop(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    char nums[NPY_MAXARGS];
    if (n != 2 || !PyObject_TypeCheck(args[0], &PyUFunc_Type) || !PyUnicode_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "loop(ufunc, signature)");
        return NULL;
    }
    PyUFuncObject *u = (PyUFuncObject *)args[0];
    const char *text = PyUnicode_AsUTF8(args[1]);
    int wanted = text ? parse_signature(text, nums, NPY_MAXARGS) : -1;
    if (wanted < 0 && PyErr_Occurred()) return NULL;
    if (wanted != u->nargs || u->core_enabled) Py_RETURN_NONE;
    for (int i = 0; i < u->ntypes; i++)
        if (memcmp(u->types + (size_t)i * (size_t)u->nargs, nums, (size_t)wanted) == 0) return loop_at(u, i);
    Py_RETURN_NONE;
}
