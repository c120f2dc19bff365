/* Parts of objects: attributes, items of dicts, tuples and lists. They are read
 * where that runs no code but CPython's own; others are left to the program. */
#include "native.h"

/* Whether attributes are looked up as CPython does it for plain objects. */
static bool looks_up(PyTypeObject *type, PyObject *name) {
    return type->tp_getattro == PyObject_GenericGetAttr && PyUnicode_CheckExact(name);
}

/* A slot that goes by its own name: a store by another name never changes what it has. */
static bool is_slot(PyObject *found, PyObject *name) {
    return Py_TYPE(found) == &PyMemberDescr_Type &&
           (PyDescr_NAME(found) == name || PyUnicode_Compare(PyDescr_NAME(found), name) == 0);
}

/* Whether what the class has under the name is read without code of the user's:
 * nothing, a slot, a field of a named tuple, a function, static or not, or a mere value. */
static bool plain_in_class(PyTypeObject *type, PyObject *name) {
    if (!looks_up(type, name)) return false;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL) return true;
    PyTypeObject *kind = Py_TYPE(found);
    return is_slot(found, name) || kind == &PyFunction_Type || kind == &PyStaticMethod_Type ||
           (PyObject *)kind == slip.fieldgetter || (kind->tp_descr_get == NULL && kind->tp_descr_set == NULL);
}

/* Whether o is a threading.local, of no class of a program's own, and this is what a thread
 * has there: reading it runs nobody's code. */
static bool is_of_thread(PyObject *o, PyObject *name) {
    return slip.local && Py_TYPE(o) == (PyTypeObject *)slip.local && PyUnicode_CheckExact(name) &&
           _PyType_Lookup(Py_TYPE(o), name) == NULL;
}

static PyObject *attribute(PyObject *o, PyObject *name) {
    if (is_of_thread(o, name)) {
        PyObject *own = PyObject_GetAttr(o, name);
        if (own == NULL) PyErr_Clear();
        return own;
    }
    if (slip_is_class_name(o, name)) return Py_NewRef((PyObject *)Py_TYPE(o));
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

/* An item of a tuple of a class of its own, which is indexed, iterated and measured as
 * all tuples are, and is true when it has items. */
static PyObject *item_of_record(PyObject *o, PyObject *key) {
    PyTypeObject *type = Py_TYPE(o);
    bool plain = type->tp_iter == PyTuple_Type.tp_iter && type->tp_as_sequence && type->tp_as_mapping &&
                 type->tp_as_sequence->sq_length == PyTuple_Type.tp_as_sequence->sq_length &&
                 type->tp_as_mapping->mp_length == PyTuple_Type.tp_as_mapping->mp_length &&
                 type->tp_as_mapping->mp_subscript == PyTuple_Type.tp_as_mapping->mp_subscript;
    plain = plain && (type->tp_as_number == NULL || type->tp_as_number->nb_bool == NULL);
    return plain ? item(((PyTupleObject *)o)->ob_item, PyTuple_GET_SIZE(o), key) : NULL;
}

static PyObject *or_none(PyObject *o) { return Py_NewRef(o ? o : Py_None); }

/* What a function is made of, and by their numbers what its cells hold, looked at without the
 * audit that attributes of functions have. */
static PyObject *of_function(PyObject *o, PyObject *key) {
    PyFunctionObject *f = (PyFunctionObject *)o;
    if (PyUnicode_CheckExact(key)) {
        if (PyUnicode_CompareWithASCIIString(key, "__code__") == 0) return Py_NewRef(f->func_code);
        if (PyUnicode_CompareWithASCIIString(key, "__globals__") == 0) return Py_NewRef(f->func_globals);
        if (PyUnicode_CompareWithASCIIString(key, "__defaults__") == 0) return or_none(f->func_defaults);
        if (PyUnicode_CompareWithASCIIString(key, "__kwdefaults__") == 0) return or_none(f->func_kwdefaults);
        return attribute(o, key);
    }
    PyObject *cells = f->func_closure, *none[] = {NULL};
    PyObject *cell =
        item(cells ? ((PyTupleObject *)cells)->ob_item : none, cells ? PyTuple_GET_SIZE(cells) : 0, key);
    PyObject *found = cell && PyCell_Check(cell) ? PyCell_Get(cell) : NULL;
    Py_XDECREF(cell);
    return found;
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

/* Whether a key is a pair of None and a text, which asks whether a dict lacks the text. */
static bool asks_absence(PyObject *key) {
    return PyTuple_GET_SIZE(key) == 2 && PyTuple_GET_ITEM(key, 0) == Py_None &&
           PyUnicode_CheckExact(PyTuple_GET_ITEM(key, 1));
}

static PyObject *about_keys(PyObject *dict, PyObject *key) {
    if (!asks_absence(key)) return PyBool_FromLong(has_keys(dict, key));
    int has = PyDict_Contains(dict, PyTuple_GET_ITEM(key, 1));
    if (has < 0) PyErr_Clear(); /* a key of the user's was asked whether it is equal */
    return has < 0 ? NULL : PyBool_FromLong(!has);
}

/* A new reference; NULL, without an exception, where it is left to the program.
 * The key None is the length of a tuple, list or dict, a tuple of texts whether these
 * are the keys of a dict, one of None and a text whether it lacks that one. What has
 * to do with classes is in classes.c. */
PyObject *slip_part(PyObject *o, PyObject *key) {
    if (slip_asks_class(o, key)) return slip_class_part(o, key);
    if (PyTuple_CheckExact(o) || PyList_CheckExact(o))
        return item(PySequence_Fast_ITEMS(o), PySequence_Fast_GET_SIZE(o), key);
    if (PyTuple_Check(o) && !PyUnicode_CheckExact(key)) return item_of_record(o, key);
    if (PyFunction_Check(o)) return of_function(o, key);
    if (!PyDict_CheckExact(o)) return attribute(o, key);
    if (key == Py_None) return PyLong_FromSsize_t(PyDict_GET_SIZE(o));
    if (PyTuple_CheckExact(key)) return about_keys(o, key);
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
    PyObject *key = Py_NewRef(args[1]);
    if (PyUnicode_CheckExact(key)) PyUnicode_InternInPlace(&key); /* as the keys of plans are */
    PyObject *found = slip_part(args[0], key);
    Py_DECREF(key);
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
    if (found && !is_slot(found, name) && Py_TYPE(found)->tp_descr_set) return false;
    if (_PyType_Lookup(Py_TYPE(o), slip.name)) return false; /* a property may answer */
    PyObject *own = _PyObject_GenericGetAttrWithDict(o, slip.name, NULL, 1);
    Py_XDECREF(own);
    return own == NULL && !PyErr_Occurred();
}

/* Whether that is so of the item of a dict, in which no plan looks names up. */
static bool plain_item(PyObject *o, PyObject *key) {
    return PyDict_CheckExact(o) && PyUnicode_CheckExact(key) && !slip_is_namespace(o);
}

/* What the object and not its class has under a name; NULL where that is not certain: its class may
 * have the very same. */
static PyObject *own_attribute(PyObject *o, PyObject *name) {
    PyObject *found = _PyType_Lookup(Py_TYPE(o), name);
    PyObject *own =
        found == NULL || is_slot(found, name) || !Py_TYPE(found)->tp_descr_get ? attribute(o, name) : NULL;
    if (own && own == found) Py_CLEAR(own);
    return own;
}

/* True where an object and not its class has an attribute, and neither setting it nor freeing what
 * it holds runs anybody's code. */
PyObject *slip_settable(PyObject *o, PyObject *name) {
    PyObject *old = plain_to_set(o, name) ? own_attribute(o, name) : NULL;
    bool can = old && slip_is_silent(old);
    Py_XDECREF(old);
    PyErr_Clear();
    return PyBool_FromLong(can);
}

/* ownpart(object, name) -> True, where the object and not its class has the attribute, or
 * a dict the item, and setting it runs nobody's code; else it raises. */
PyObject *slip_own_part(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    bool own = false;
    if (nargs == 2 && plain_item(args[0], args[1])) {
        own = PyDict_GetItemWithError(args[0], args[1]) != NULL;
    } else if (nargs == 2 && plain_to_set(args[0], args[1])) {
        PyObject *found = own_attribute(args[0], args[1]);
        own = found != NULL;
        Py_XDECREF(found);
    }
    if (own) Py_RETURN_TRUE;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "an attribute that the program has to set");
    return NULL;
}

/* setpart(object, name, value): sets an attribute, or an item of a dict, or raises
 * where others' code would run: when it is set, or when what it held is freed. */
PyObject *slip_set_part(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    bool item = nargs == 3 && plain_item(args[0], args[1]);
    bool plain = item || (nargs == 3 && plain_to_set(args[0], args[1]));
    PyObject *old = plain ? slip_part(args[0], args[1]) : NULL;
    plain = plain && !PyErr_Occurred() && (old == NULL || old == args[2] || slip_is_silent(old));
    Py_XDECREF(old);
    if (plain) {
        int set = (item ? PyDict_SetItem : PyObject_GenericSetAttr)(args[0], args[1], args[2]);
        return set < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "an attribute that the program has to set");
    return NULL;
}

/* still(object, key, value): whether a part is the value that it was, or a number of
 * this type and these bits. */
PyObject *slip_still(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    PyObject *now = nargs == 3 ? slip_part(args[0], args[1]) : NULL;
    bool same = now && slip_same_constant(now, args[2]);
    Py_XDECREF(now);
    return PyBool_FromLong(same);
}

/* The key that functools.lru_cache makes of arguments by position, where types do not matter. */
static PyObject *key_of(PyObject *arguments) {
    PyObject *first = PyTuple_GET_SIZE(arguments) == 1 ? PyTuple_GET_ITEM(arguments, 0) : NULL;
    return first && (PyUnicode_CheckExact(first) || PyLong_CheckExact(first)) ? first : arguments;
}

/* Whether a cache has an answer to a call. */
static bool answers(PyObject *cache, PyObject *arguments) {
    return PyDict_CheckExact(cache) && PyTuple_CheckExact(arguments) &&
           PyDict_GetItemWithError(cache, key_of(arguments));
}

/* cached(wrapper, cache, arguments, result, ...): calls of what functools.lru_cache made, four
 * words each, where the caches have answers, so that nobody's code runs; it raises where one
 * has not, or where another result comes of it. */
PyObject *slip_cached(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    bool same = nargs % 4 == 0;
    for (Py_ssize_t i = 0; i < nargs && same; i += 4) same = answers(args[i + 1], args[i + 2]);
    for (Py_ssize_t i = 0; i < nargs && same; i += 4) {
        PyObject *result = PyObject_CallObject(args[i], args[i + 2]);
        same = result == args[i + 3];
        Py_XDECREF(result);
    }
    if (same) Py_RETURN_NONE;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_LookupError, "a cache has another result, or none");
    return NULL;
}

/* NumPy's own NPY_ARRAY_WARN_ON_WRITE, which is in none of its headers: what
 * broadcast_arrays gives, of which NumPy warns when it is asked whether it is writeable. */
#define ASKED_IT_WARNS (1u << 31)

/* flag(array, letter): whether an array has the flag C, F or W of memory order or
 * being writeable. */
PyObject *slip_flag(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs) {
    static const struct {
        const char *letter;
        int flag;
    } flags[] = {{"C", NPY_ARRAY_C_CONTIGUOUS}, {"F", NPY_ARRAY_F_CONTIGUOUS}, {"W", NPY_ARRAY_WRITEABLE}};
    bool known = nargs == 2 && PyArray_CheckExact(args[0]) && PyUnicode_Check(args[1]);
    if (known && ((unsigned)PyArray_FLAGS((PyArrayObject *)args[0]) & ASKED_IT_WARNS)) known = false;
    for (int i = 0; i < 3 && known; i++)
        if (PyUnicode_CompareWithASCIIString(args[1], flags[i].letter) == 0)
            return PyBool_FromLong(PyArray_CHKFLAGS((PyArrayObject *)args[0], flags[i].flag));
    PyErr_SetString(PyExc_TypeError, "flag takes an array and one of C, F and W");
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

/* The class of named tuples' fields, and threading.local. Without them these are left to the program. */
void slip_parts_init(void) {
    PyObject *collections = PyImport_ImportModule("_collections");
    if (collections) slip.fieldgetter = PyObject_GetAttrString(collections, "_tuplegetter");
    Py_XDECREF(collections);
    PyObject *thread = PyImport_ImportModule("_thread");
    if (thread) slip.local = PyObject_GetAttrString(thread, "_local");
    Py_XDECREF(thread);
    slip.name = PyUnicode_InternFromString("__name__");
    slip_classes_init();
    PyErr_Clear();
}

/* Whether a part is what the plan expects: of a method, its function. */
bool slip_equals_part(const slip_entry *e, const slip_input *in, PyObject *part, PyObject *of) {
    if (in->equal >= 0 && slip_asks_class(of, PyTuple_GET_ITEM(e->objects, in->key)))
        return SLIP_GUARD(inherited, slip_same_constant(part, PyTuple_GET_ITEM(e->objects, in->equal)));
    if (in->equal < 0 || !PyMethod_Check(part)) return slip_equals(e, in, part);
    PyObject *function = PyTuple_GET_ITEM(e->objects, in->equal);
    return SLIP_GUARD(method, PyMethod_GET_FUNCTION(part) == function && PyMethod_GET_SELF(part) == of);
}
