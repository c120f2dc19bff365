/* Functions behind functools.lru_cache: whether a call would find its result in the
 * cache, so that no code of the program's runs for it. */
#include "native.h"

enum { MOST_KEPT = 4096 };

typedef struct {
    PyObject *function, *last, *cache;
    int visited;
} search;

/* The dict that is visited in front of the function is the cache. What a bounded one
 * keeps is visited before, item by item. */
static int visit(PyObject *o, void *arg) {
    search *s = arg;
    if (o == s->function && s->last && PyDict_CheckExact(s->last)) s->cache = s->last;
    s->last = o;
    return s->cache != NULL || ++s->visited > MOST_KEPT;
}

/* The type of what lru_cache makes. */
static PyTypeObject *wrappers(void) {
    static PyTypeObject *type;
    if (type == NULL) {
        PyObject *functools = PyImport_ImportModule("functools");
        if (functools) type = (PyTypeObject *)PyObject_GetAttrString(functools, "_lru_cache_wrapper");
        Py_XDECREF(functools);
        PyErr_Clear();
    }
    return type;
}

/* A borrowed reference, or NULL. */
static PyObject *cache_of(PyObject *wrapper) {
    PyTypeObject *type = wrappers();
    if (type == NULL || !Py_IS_TYPE(wrapper, type) || type->tp_traverse == NULL) return NULL;
    PyObject *function = PyObject_GetAttrString(wrapper, "__wrapped__");
    search s = {function, NULL, NULL, 0};
    if (function) type->tp_traverse(wrapper, visit, &s);
    Py_XDECREF(function);
    PyErr_Clear();
    return s.cache;
}

/* Whether hashing and comparing an argument runs nobody's code. */
static bool is_plain(PyObject *o) {
    PyTypeObject *type = Py_TYPE(o);
    return type->tp_hash == PyBaseObject_Type.tp_hash || o == Py_None || type == &PyUnicode_Type ||
           type == &PyLong_Type || type == &PyBool_Type || type == &PyType_Type ||
           type->tp_hash == PyType_Type.tp_hash;
}

/* The key of a call with arguments by place, as functools makes it. */
static PyObject *key_of(PyObject *const *args, Py_ssize_t n) {
    for (Py_ssize_t i = 0; i < n; i++)
        if (!is_plain(args[i])) return NULL;
    if (n == 1 && (PyUnicode_CheckExact(args[0]) || PyLong_CheckExact(args[0]))) return Py_NewRef(args[0]);
    PyObject *key = PyTuple_New(n);
    for (Py_ssize_t i = 0; key && i < n; i++) PyTuple_SET_ITEM(key, i, Py_NewRef(args[i]));
    return key;
}

static bool is_kept(PyObject *wrapper, PyObject *const *args, Py_ssize_t n) {
    PyObject *cache = cache_of(wrapper), *key = cache ? key_of(args, n) : NULL;
    bool kept = key && PyDict_Contains(cache, key) == 1;
    Py_XDECREF(key);
    PyErr_Clear();
    return kept;
}

/* cached(wrapper, value, *args): whether wrapper(*args) is the value and is found in the
 * cache; it is called only where it is found, which counts as in any other call. */
PyObject *slip_cached(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    if (nargs < 2 || !is_kept(args[0], args + 2, nargs - 2)) Py_RETURN_FALSE;
    PyObject *found = PyObject_Vectorcall(args[0], args + 2, (size_t)(nargs - 2), NULL);
    if (found == NULL) return NULL;
    bool same = found == args[1];
    Py_DECREF(found);
    return PyBool_FromLong(same);
}

/* cache(wrapper, *args) -> (the dict of the cache, the key of this call), or None. */
PyObject *slip_cache(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    if (nargs < 1 || !is_kept(args[0], args + 1, nargs - 1)) Py_RETURN_NONE;
    PyObject *key = key_of(args + 1, nargs - 1);
    PyObject *both = key ? PyTuple_Pack(2, cache_of(args[0]), key) : NULL;
    Py_XDECREF(key);
    return both;
}
