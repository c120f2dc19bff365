/* The error state in which NumPy's code is called from a plan: what it would report
 * raises. Setting and resetting a context variable makes three objects: 0.3 us, and up to
 * 2 us where the call has used up the caches, as much as many a call. So where no context
 * variable is set, which is the common case, the call runs in a context made before. */
#include "native.h"

typedef struct {
    PyObject *value, *context; /* the context in which NumPy's error state is value, while nobody is in it */
} slip_context;

static slip_context spare[SLIP_FP_REPORTABLE + 1];

enum { OWN_VARIABLES = 2 };

/* Every array asks which memory it is to be made of, and CPython remembers only what is
 * found: so the usual memory is in the context, too. */
static bool set_all(PyObject *value) {
    PyObject *token = PyContextVar_Set(slip.errvar, value);
    PyObject *before = token ? PyDataMem_SetHandler(NULL) : NULL;
    Py_XDECREF(token);
    Py_XDECREF(before);
    return before != NULL;
}

static PyObject *context_with(PyObject *value) {
    PyObject *context = PyContext_New();
    if (context == NULL || PyContext_Enter(context) < 0) {
        Py_XDECREF(context);
        return NULL;
    }
    bool all = set_all(value);
    if (PyContext_Exit(context) < 0 || !all) Py_CLEAR(context);
    return context;
}

/* Takes the spare context, or makes one: calls may be nested, and threads take turns. */
static PyObject *take_context(uint32_t reported, PyObject *value) {
    PyObject *context = spare[reported].value == value ? spare[reported].context : NULL;
    if (context == NULL) return context_with(value);
    spare[reported].context = NULL;
    return context;
}

static void give_context(uint32_t reported, PyObject *value, PyObject *context) {
    PyObject *old = spare[reported].context;
    spare[reported] = (slip_context){value, context};
    Py_XDECREF(old);
}

/* Whether the thread has no context variables that the call could miss. */
static bool no_variables(void) {
    PyObject *context = PyThreadState_Get()->context;
    return context == NULL || PyObject_Size(context) == 0;
}

/* What has run during the call (a finalizer, a signal's handler) has set variables of
 * its own: they are set where it would have set them. Not NumPy's error state, which it
 * has made of the one in here. */
static int hand_on(PyObject *context) {
    PyObject *items = PyMapping_Items(context);
    int outcome = items ? 0 : -1;
    for (Py_ssize_t i = 0; outcome == 0 && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i), *set = PyTuple_GET_ITEM(item, 1);
        if (PyTuple_GET_ITEM(item, 0) == slip.errvar || set == PyDataMem_DefaultHandler) continue;
        PyObject *token = PyContextVar_Set(PyTuple_GET_ITEM(item, 0), set);
        if (token == NULL) outcome = -1;
        Py_XDECREF(token);
    }
    Py_XDECREF(items);
    return outcome;
}

/* Whether the error state is still the one that was set. */
static bool unchanged(PyObject *value) {
    PyObject *now = NULL;
    if (PyContextVar_Get(slip.errvar, NULL, &now) < 0) PyErr_Clear();
    Py_XDECREF(now);
    return now == value;
}

static int leave_context(slip_errors *e) {
    bool same = unchanged(e->value);
    int outcome = PyContext_Exit(e->context);
    if (SLIP_LIKELY(same && outcome == 0 && PyObject_Size(e->context) == OWN_VARIABLES)) {
        give_context(e->reported, e->value, e->context);
        return 0;
    }
    if (outcome == 0) outcome = hand_on(e->context);
    Py_DECREF(e->context);
    return outcome;
}

static int leave_token(slip_errors *e) {
    int outcome = PyContextVar_Reset(slip.errvar, e->token);
    Py_DECREF(e->token);
    return outcome;
}

/* False with an exception. */
bool slip_errors_enter(slip_errors *e, uint32_t reported) {
    *e = (slip_errors){.reported = reported, .value = PyTuple_GET_ITEM(slip.errraise, reported)};
    if (no_variables()) {
        e->context = take_context(reported, e->value);
        if (e->context && PyContext_Enter(e->context) == 0) return true;
        Py_CLEAR(e->context);
        PyErr_Clear();
    }
    e->token = PyContextVar_Set(slip.errvar, e->value);
    return e->token != NULL;
}

/* Keeps an exception; false where the state could not be taken back. */
bool slip_errors_leave(slip_errors *e) {
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    bool left = (e->context ? leave_context(e) : leave_token(e)) == 0;
    if (!left) PyErr_Clear();
    PyErr_Restore(type, value, trace);
    return left;
}
