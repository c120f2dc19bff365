/* Parts of objects: attributes, items of dicts, tuples and lists. They are read
 * where that runs no code but CPython's own; others are left to the program. */
#include "native.h"

/* Whether what the class has under the name is read without code of the user's:
 * nothing, a slot, a field of a named tuple, a function, or a mere value. */
static bool plain_in_class(PyTypeObject *type, PyObject *name) {
    if (type->tp_getattro != PyObject_GenericGetAttr || !PyUnicode_CheckExact(name)) return false;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL) return true;
    PyTypeObject *kind = Py_TYPE(found);
    return kind == &PyMemberDescr_Type || kind == &PyFunction_Type || (PyObject *)kind == slip.fieldgetter ||
           (kind->tp_descr_get == NULL && kind->tp_descr_set == NULL);
}

static PyObject *attribute(PyObject *o, PyObject *name) {
    if (!plain_in_class(Py_TYPE(o), name)) return NULL;
    PyObject *found = _PyObject_GenericGetAttrWithDict(o, name, NULL, 1);
    if (found == NULL) PyErr_Clear();
    return found;
}

static PyObject *item(PyObject *const *items, Py_ssize_t n, PyObject *key) {
    if (key == Py_None) return PyLong_FromSsize_t(n);
    if (!PyLong_CheckExact(key)) return NULL;
    long i = PyLong_AsLong(key);
    if (i < 0 || i >= n) {
        PyErr_Clear();
        return NULL;
    }
    return Py_NewRef(items[i]);
}

/* Whether a dict has these texts for keys, in this order, and no others. */
static bool has_keys(PyObject *dict, PyObject *names) {
    Py_ssize_t at = 0, n = 0;
    PyObject *key;
    if (PyDict_GET_SIZE(dict) != PyTuple_GET_SIZE(names)) return false;
    for (; PyDict_Next(dict, &at, &key, NULL); n++)
        if (!PyUnicode_CheckExact(key) || PyUnicode_Compare(key, PyTuple_GET_ITEM(names, n)) != 0)
            return false;
    return true;
}

/* A new reference; NULL, without an exception, where it is left to the program.
 * The key None is the length of a tuple, list or dict, a tuple of texts whether these
 * are the keys of a dict. */
PyObject *slip_part(PyObject *o, PyObject *key) {
    if (PyTuple_CheckExact(o) || PyList_CheckExact(o))
        return item(PySequence_Fast_ITEMS(o), PySequence_Fast_GET_SIZE(o), key);
    if (!PyDict_CheckExact(o)) return attribute(o, key);
    if (key == Py_None) return PyLong_FromSsize_t(PyDict_GET_SIZE(o));
    if (PyTuple_CheckExact(key)) return PyBool_FromLong(has_keys(o, key));
    PyObject *found = PyUnicode_CheckExact(key) ? PyDict_GetItemWithError(o, key) : NULL;
    if (found == NULL) PyErr_Clear();
    return Py_XNewRef(found);
}

/* part(object, key) -> (what is read,), or None. */
PyObject *slip_part_of(PyObject *module, PyObject *const *args, Py_ssize_t nargs) {
    if (nargs != 2) {
        PyErr_SetString(PyExc_TypeError, "part takes an object and a key");
        return NULL;
    }
    PyObject *found = slip_part(args[0], args[1]);
    if (found == NULL) Py_RETURN_NONE;
    PyObject *one = PyTuple_Pack(1, found);
    Py_DECREF(found);
    return one;
}

/* Whether setting an attribute runs no code of the user's. What has a name of its
 * own may be a module, or share a module's dict, in which regions look names up. */
static bool plain_to_set(PyObject *o, PyObject *name) {
    if (Py_TYPE(o)->tp_setattro != PyObject_GenericSetAttr || !PyUnicode_CheckExact(name) || !slip.name)
        return false;
    PyObject *found = _PyType_Lookup(Py_TYPE(o), name);
    if (found && Py_TYPE(found) != &PyMemberDescr_Type && Py_TYPE(found)->tp_descr_set) return false;
    if (_PyType_Lookup(Py_TYPE(o), slip.name)) return false; /* a property may answer */
    PyObject *own = _PyObject_GenericGetAttrWithDict(o, slip.name, NULL, 1);
    Py_XDECREF(own);
    return own == NULL && !PyErr_Occurred();
}

/* Whether that is so of the item of a dict, in which no plan looks names up. */
static bool plain_item(PyObject *o, PyObject *key) {
    return PyDict_CheckExact(o) && PyUnicode_CheckExact(key) && !slip_is_namespace(o);
}

/* ownpart(object, name) -> True, where the object and not its class has the attribute, or
 * a dict the item, and setting it runs nobody's code; else it raises. */
PyObject *slip_own_part(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    if (nargs == 2 && plain_item(args[0], args[1])) {
        if (PyDict_GetItemWithError(args[0], args[1])) Py_RETURN_TRUE;
    } else if (nargs == 2 && plain_to_set(args[0], args[1])) {
        PyObject *found = _PyType_Lookup(Py_TYPE(args[0]), args[1]);
        if (found == NULL || Py_TYPE(found) == &PyMemberDescr_Type) Py_RETURN_TRUE;
    }
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "an attribute that the program has to set");
    return NULL;
}

/* setpart(object, name, value): sets an attribute, or an item of a dict, or raises
 * where others' code would run: when it is set, or when what it held is freed. */
PyObject *slip_set_part(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    bool item = nargs == 3 && plain_item(args[0], args[1]);
    bool plain = item || (nargs == 3 && plain_to_set(args[0], args[1]));
    PyObject *old = plain ? slip_part(args[0], args[1]) : NULL;
    plain = plain && !PyErr_Occurred() && (old == NULL || slip_is_silent(old));
    Py_XDECREF(old);
    if (plain) {
        int set = (item ? PyDict_SetItem : PyObject_GenericSetAttr)(args[0], args[1], args[2]);
        return set < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "an attribute that the program has to set");
    return NULL;
}

static bool is_closure(PyObject *o, PyCodeObject *code) {
    Py_ssize_t n = PyTuple_CheckExact(o) ? PyTuple_GET_SIZE(o) : 0;
    for (Py_ssize_t i = 0; i < n; i++)
        if (!PyCell_Check(PyTuple_GET_ITEM(o, i))) return false;
    return n == code->co_nfreevars;
}

/* function(code, globals, defaults, keyword defaults, annotations, closure): as the
 * instruction MAKE_FUNCTION makes it; the last four may be None. */
PyObject *slip_function(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    if (nargs != 6 || !PyCode_Check(args[0]) || !PyDict_Check(args[1]) ||
        !is_closure(args[5], (PyCodeObject *)args[0])) {
        PyErr_SetString(PyExc_TypeError, "a function that the program has to make");
        return NULL;
    }
    PyFunctionObject *f = (PyFunctionObject *)PyFunction_New(args[0], args[1]);
    if (f == NULL) return NULL;
    if (args[2] != Py_None) Py_XSETREF(f->func_defaults, Py_NewRef(args[2]));
    if (args[3] != Py_None) Py_XSETREF(f->func_kwdefaults, Py_NewRef(args[3]));
    if (args[4] != Py_None) Py_XSETREF(f->func_annotations, Py_NewRef(args[4]));
    if (args[5] != Py_None) Py_XSETREF(f->func_closure, Py_NewRef(args[5]));
    return (PyObject *)f;
}

/* The class of named tuples' fields. Without it they are left to the program. */
void slip_parts_init(void) {
    PyObject *collections = PyImport_ImportModule("_collections");
    if (collections) slip.fieldgetter = PyObject_GetAttrString(collections, "_tuplegetter");
    Py_XDECREF(collections);
    slip.name = PyUnicode_InternFromString("__name__");
    PyErr_Clear();
}

/* Whether a part is what the plan expects: of a method, its function. */
bool slip_equals_part(const slip_entry *e, const slip_input *in, PyObject *part, PyObject *of) {
    if (in->equal < 0 || !PyMethod_Check(part)) return slip_equals(e, in, part);
    PyObject *function = PyTuple_GET_ITEM(e->objects, in->equal);
    return SLIP_GUARD(method, PyMethod_GET_FUNCTION(part) == function && PyMethod_GET_SELF(part) == of);
}
