/* What objects have by their classes, where finding it runs no code but CPython's
 * own: getters, methods bound to a class, methods that go by a special name, and
 * whether an object is an instance. */
#include "native.h"

static PyObject *of_object; /* the getter of __class__ that every object has */
static PyObject *class_name, *fget, *func;

void slip_classes_init(void) {
    class_name = PyUnicode_InternFromString("__class__");
    fget = PyUnicode_InternFromString("fget");
    func = PyUnicode_InternFromString("__func__");
    if (class_name) of_object = _PyType_Lookup(&PyBaseObject_Type, class_name);
}

/* Whether o has its class under this name. */
bool slip_is_class_name(PyObject *o, PyObject *name) {
    PyTypeObject *type = Py_TYPE(o);
    if (name != class_name || name == NULL || type->tp_getattro != PyObject_GenericGetAttr) return false;
    return of_object && _PyType_Lookup(type, name) == of_object;
}

/* What a function is wrapped in by property, classmethod or staticmethod: a new
 * reference to the function, or NULL. */
static PyObject *unwrapped(PyObject *wrapper, PyTypeObject *kind, PyObject *name) {
    if (wrapper == NULL || name == NULL || !Py_IS_TYPE(wrapper, kind)) return NULL;
    PyObject *found = PyObject_GenericGetAttr(wrapper, name);
    if (found && PyFunction_Check(found)) return found;
    Py_XDECREF(found);
    PyErr_Clear();
    return NULL;
}

/* A class's own look-up: of names that its own class, the metaclass, has not. */
static PyObject *found_in_class(PyTypeObject *type, PyObject *name) {
    if (Py_TYPE(type)->tp_getattro != PyType_Type.tp_getattro || _PyType_Lookup(Py_TYPE(type), name))
        return NULL;
    return _PyType_Lookup(type, name);
}

static PyObject *class_attribute(PyTypeObject *type, PyObject *name) {
    PyObject *found = found_in_class(type, name);
    if (found == NULL) return NULL;
    if (Py_IS_TYPE(found, &PyStaticMethod_Type)) return unwrapped(found, &PyStaticMethod_Type, func);
    bool plain = PyFunction_Check(found) || Py_TYPE(found)->tp_descr_get == NULL;
    return plain ? Py_NewRef(found) : NULL;
}

/* The function of a class method. That of an object's class is bound to the class
 * unless the object has something else under the name. */
static PyObject *of_class_method(PyObject *o, PyObject *name) {
    if (PyType_Check(o)) return unwrapped(found_in_class((PyTypeObject *)o, name), &PyClassMethod_Type, func);
    if (Py_TYPE(o)->tp_getattro != PyObject_GenericGetAttr) return NULL;
    PyObject *function = unwrapped(_PyType_Lookup(Py_TYPE(o), name), &PyClassMethod_Type, func);
    PyObject *bound = function ? _PyObject_GenericGetAttrWithDict(o, name, NULL, 1) : NULL;
    bool same = bound && PyMethod_Check(bound) && PyMethod_GET_SELF(bound) == (PyObject *)Py_TYPE(o) &&
                PyMethod_GET_FUNCTION(bound) == function;
    Py_XDECREF(bound);
    if (!same) Py_CLEAR(function);
    PyErr_Clear();
    return function;
}

/* The function that CPython calls for an attribute that is a property. */
static PyObject *getter_of(PyObject *o, PyObject *name) {
    if (PyType_Check(o) || Py_TYPE(o)->tp_getattro != PyObject_GenericGetAttr) return NULL;
    return unwrapped(_PyType_Lookup(Py_TYPE(o), name), &PyProperty_Type, fget);
}

/* The function by which the class does what goes by a special name. */
static PyObject *special(PyObject *o, PyObject *name) {
    PyObject *found = PyType_Check(o) ? NULL : _PyType_Lookup(Py_TYPE(o), name);
    return found && PyFunction_Check(found) ? Py_NewRef(found) : NULL;
}

/* What an instruction that loads a method pushes below the object: a method written in C of a class that
 * nobody can change, whose objects have no attributes of their own. */
static PyObject *builtin_method(PyObject *o, PyObject *name) {
    PyTypeObject *type = Py_TYPE(o);
    bool fixed = PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE) && type->tp_dictoffset == 0 &&
                 type->tp_getattro == PyObject_GenericGetAttr && !PyType_Check(o);
    PyObject *found = fixed ? _PyType_Lookup(type, name) : NULL;
    bool method = found && PyType_HasFeature(Py_TYPE(found), Py_TPFLAGS_METHOD_DESCRIPTOR);
    return method && !PyFunction_Check(found) ? Py_NewRef(found) : NULL;
}

static PyObject *namespace_of(PyTypeObject *type) {
#if PY_VERSION_HEX >= 0x030C0000
    return PyType_GetDict(type);
#else
    return Py_XNewRef(type->tp_dict);
#endif
}

/* What a class itself has under the name. */
static PyObject *own(PyTypeObject *type, PyObject *name) {
    PyObject *space = namespace_of(type);
    PyObject *found = space ? PyDict_GetItemWithError(space, name) : NULL;
    Py_XINCREF(found);
    Py_XDECREF(space);
    if (found == NULL) PyErr_Clear();
    return found;
}

/* The function that super(type, o) finds under the name. */
static PyObject *behind(PyObject *o, PyTypeObject *type, PyObject *name) {
    PyObject *mro = Py_TYPE(o)->tp_mro, *found = NULL;
    bool behind = false;
    if (PyType_Check(o) || mro == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro) && found == NULL; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (behind) found = own(base, name);
        behind = behind || base == type;
    }
    if (found && !PyFunction_Check(found)) Py_CLEAR(found);
    return found;
}

/* isinstance(o, type), where nobody else has a say in it: a metaclass, or an object that
 * tells another class than its own. */
static PyObject *is_instance(PyObject *o, PyTypeObject *type) {
    if (Py_TYPE(o) == type) Py_RETURN_TRUE;
    bool told = Py_IS_TYPE(type, &PyType_Type) && class_name && of_object &&
                Py_TYPE(o)->tp_getattro == PyObject_GenericGetAttr &&
                _PyType_Lookup(Py_TYPE(o), class_name) == of_object;
    return told ? PyBool_FromLong(PyType_IsSubtype(Py_TYPE(o), type)) : NULL;
}

/* Whether it is the class that knows a part, or the object is one. */
bool slip_asks_class(PyObject *o, PyObject *key) {
    return PyType_Check(key) || PyType_Check(o) || (PyTuple_CheckExact(key) && !PyDict_CheckExact(o));
}

/* Whether the object is equal to itself alone, unless the other one says something else. */
static PyObject *equal_to_itself(PyObject *o) {
    return PyBool_FromLong(Py_TYPE(o)->tp_richcompare == PyBaseObject_Type.tp_richcompare);
}

/* Keys are pairs: what is looked for, and the name. A class in the first place: what
 * super finds behind that one. Of a class a name alone is a key, too. A class alone:
 * whether the object is an instance. */
PyObject *slip_class_part(PyObject *o, PyObject *key) {
    if (PyType_Check(key)) return is_instance(o, (PyTypeObject *)key);
    if (PyUnicode_CheckExact(key)) return class_attribute((PyTypeObject *)o, key);
    if (!PyTuple_CheckExact(key) || PyTuple_GET_SIZE(key) != 2) return NULL;
    PyObject *what = PyTuple_GET_ITEM(key, 0), *name = PyTuple_GET_ITEM(key, 1);
    if (!PyUnicode_CheckExact(name)) return NULL;
    if (PyType_Check(what)) return behind(o, (PyTypeObject *)what, name);
    if (!PyUnicode_CheckExact(what)) return NULL;
    if (PyUnicode_CompareWithASCIIString(what, "property") == 0) return getter_of(o, name);
    if (PyUnicode_CompareWithASCIIString(what, "classmethod") == 0) return of_class_method(o, name);
    if (PyUnicode_CompareWithASCIIString(what, "method") == 0) return builtin_method(o, name);
    if (PyUnicode_CompareWithASCIIString(what, "settable") == 0) return slip_settable(o, name);
    if (PyUnicode_CompareWithASCIIString(what, "compared") == 0) return equal_to_itself(o);
    return PyUnicode_CompareWithASCIIString(what, "special") == 0 ? special(o, name) : NULL;
}
