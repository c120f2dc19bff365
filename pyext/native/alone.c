/* A program whose first frame is the lowest, as `slipstream run` needs it.
 *
 * What a program sees of its stack (tracebacks, warnings that look beyond its
 * first frame, the depth at which recursion ends) is then what plain Python
 * shows. The thread's frames are unhooked while the program runs, as switches
 * between stacks do it (greenlet). Nobody else reaches them meanwhile: they
 * belong to calls that wait for this one. */
#include "native.h"

#if PY_VERSION_HEX >= 0x030D0000
#define CURRENT_FRAME(thread) ((thread)->current_frame)
#else
#define CURRENT_FRAME(thread) ((thread)->cframe->current_frame)
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define REMAINING(thread) ((thread)->py_recursion_remaining)
#define LIMIT(thread) ((thread)->py_recursion_limit)
enum { CALLS = 0 };
#else
/* Calls of C functions count, too: one leads from here to the program. */
enum { CALLS = 1 };
#define REMAINING(thread) ((thread)->recursion_remaining)
#define LIMIT(thread) ((thread)->recursion_limit)
#endif

/* The pending exception as an object that has its traceback. */
static PyObject *caught(void) {
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace) PyException_SetTraceback(value, trace);
    Py_XDECREF(trace);
    Py_DECREF(type);
    return value;
#endif
}

PyObject *slip_alone(PyObject *module, PyObject *call) {
    (void)module;
    PyThreadState *thread = PyThreadState_Get();
    struct _PyInterpreterFrame *below = CURRENT_FRAME(thread);
    /* A change of the limit by the program moves what remains by as much. */
    int depth = LIMIT(thread) - REMAINING(thread) + CALLS;
    CURRENT_FRAME(thread) = NULL;
    REMAINING(thread) += depth;
    PyObject *result = PyObject_CallNoArgs(call);
    CURRENT_FRAME(thread) = below;
    REMAINING(thread) -= depth;
    if (!result) return caught();
    Py_DECREF(result);
    Py_RETURN_NONE;
}
