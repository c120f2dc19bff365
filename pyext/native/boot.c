/* Boot: the callable in the code of a function that has not been compiled
 * yet. Its callback may compile; None tells the caller to run the original.
 *
 * A list of a function has this call begin anew, with the code that the function has
 * now. The boot stands before RESUME, where a frame is not seen by anybody, so
 * the call looks as if it had had that code from the beginning.
 *
 * The answer is None, (None, what the call returns) or (what to call, None). */
#include "native.h"

typedef struct {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyObject *callback, *weakrefs;
    char enabled;
} boot;

/* A callable answer is called with the same arguments, outside of the
 * callback, so that what the user's function raises is the user's. */
static PyObject *follow(PyObject *answer, PyObject *const *args, Py_ssize_t n) {
    PyObject *tuple = NULL, *result = PyObject_Vectorcall(answer, args, (size_t)n, NULL);
    Py_DECREF(answer);
    if (result) {
        tuple = PyTuple_Pack(2, Py_None, result);
        Py_DECREF(result);
    }
    return tuple;
}

/* The function in a list of one, or NULL. */
static PyObject *only_function(PyObject *answer) {
    bool one = PyList_CheckExact(answer) && PyList_GET_SIZE(answer) == 1;
    return one && PyFunction_Check(PyList_GET_ITEM(answer, 0)) ? PyList_GET_ITEM(answer, 0) : NULL;
}

#if PY_VERSION_HEX >= 0x030C0000
#define REMAINING(thread) ((thread)->py_recursion_remaining)
#else
#define REMAINING(thread) ((thread)->recursion_remaining)
#endif

/* The call that begins anew is no deeper than the one that it stands for. The boot's frame
 * tells when it is over. */
PyObject *slip_begun_anew(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    REMAINING(PyThreadState_Get())--;
    Py_RETURN_NONE;
}

/* Requests to stop pass; any other error is ours and switches us off. */
static PyObject *failed(boot *self) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) return NULL;
    PyErr_WriteUnraisable((PyObject *)self);
    self->enabled = 0;
    Py_RETURN_NONE;
}

/* Whether somebody watches all code. A frame before RESUME has not been told of it yet. */
static bool watched(void) {
#if PY_VERSION_HEX >= 0x030C0000
    enum { TOOLS = 6 };
    PyObject *monitoring = PySys_GetObject("monitoring");
    bool any = false;
    for (int i = 0; i < TOOLS && monitoring && !any; i++) {
        PyObject *tool = PyObject_CallMethod(monitoring, "get_tool", "i", i);
        PyObject *events =
            tool && tool != Py_None ? PyObject_CallMethod(monitoring, "get_events", "i", i) : NULL;
        any = events && PyLong_AsLong(events) != 0;
        Py_XDECREF(events);
        Py_XDECREF(tool);
    }
    PyErr_Clear();
    return any;
#else
    return false;
#endif
}

static PyObject *boot_call(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    boot *self = (boot *)object;
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (slip.off || !self->enabled || self->callback == NULL || slip_traced() || watched()) Py_RETURN_NONE;
    if (!slip_calls_left(SLIP_COMPILING)) Py_RETURN_NONE;
    if (kwnames && PyTuple_GET_SIZE(kwnames)) {
        PyErr_SetString(PyExc_TypeError, "a boot takes no keyword arguments");
        return NULL;
    }
    PyObject *callback = Py_NewRef(self->callback);
    uint32_t status = slip_fp_get();
    PyObject *answer = PyObject_Vectorcall(callback, args, (size_t)n, NULL);
    slip_fp_restore(status);
    Py_DECREF(callback);
    if (answer == NULL) return failed(self);
    if (answer == Py_None) return answer;
    if (PyCallable_Check(answer)) return follow(answer, args, n);
    PyObject *function = only_function(answer), *told = function ? PyTuple_Pack(2, function, Py_None) : NULL;
    if (function) {
        /* Somebody may have made another function of the code: the original runs there. */
        if (function != slip_frame_function()) Py_XSETREF(told, Py_NewRef(Py_None));
        if (told && told != Py_None) REMAINING(PyThreadState_Get())++;
        Py_DECREF(answer);
        return told;
    }
    PyErr_Format(PyExc_TypeError, "callback returned %R", answer);
    Py_DECREF(answer);
    return failed(self);
}

static PyObject *boot_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"callback", NULL};
    PyObject *callback;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:Boot", names, &callback)) return NULL;
    boot *self = (boot *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->vectorcall = boot_call;
    self->callback = Py_NewRef(callback);
    self->enabled = 1;
    return (PyObject *)self;
}

static int boot_traverse(PyObject *object, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((boot *)object)->callback);
    return 0;
}

static int boot_clear(PyObject *object) {
    Py_CLEAR(((boot *)object)->callback);
    return 0;
}

static void boot_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (((boot *)object)->weakrefs) PyObject_ClearWeakRefs(object);
    boot_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(boot, vectorcall), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(boot, weakrefs), READONLY, NULL},
    {"callback", T_OBJECT_EX, offsetof(boot, callback), READONLY, NULL},
    {"enabled", T_BOOL, offsetof(boot, enabled), 0, NULL},
    {NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, boot_new},
    {Py_tp_dealloc, boot_dealloc},
    {Py_tp_traverse, boot_traverse},
    {Py_tp_clear, boot_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, members},
    {Py_tp_doc, "Boot(callback): None, or (None, the result of the callable that the callback gives), or "
                "(function, None) for a list of a function: this call begins anew with it"},
    {0, NULL},
};

PyType_Spec slip_boot_spec = {
    .name = "slipstream._native.Boot",
    .basicsize = sizeof(boot),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
