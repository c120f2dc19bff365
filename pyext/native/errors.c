/* The error state in which NumPy's code is called from a plan: what it would
 * report raises. Setting and resetting a context variable makes three objects and
 * takes 0.2 to 1 us, as much as many a call; so where no context variable is set,
 * which is the common case, the context's table of variables is exchanged for one
 * that was made before: np.linspace(a + b, b) of ten elements 0.95x to 1.02x. */
#include "native.h"

typedef struct {
    PyObject *var, *value, *vars; /* vars: the table in which var alone has the value */
} state_table;

static state_table tables[SLIP_FP_REPORTABLE + 1];

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000
/* The beginning of a context, which is CPython's own; see is_as_known. */
typedef struct {
    PyObject head;
    PyObject *previous, *vars, *weakreflist;
} context_head;

static bool is_as_known(void) {
    return PyContext_Type.tp_weaklistoffset == offsetof(context_head, weakreflist) &&
           PyContext_Type.tp_itemsize == 0;
}

/* The present context, if it is made and no variable is set in it. */
static context_head *empty_context(PyThreadState *ts) {
    PyObject *context = ts->context;
    if (context == NULL || !is_as_known() || PyObject_Size(context) != 0) return NULL;
    return (context_head *)context;
}

static void exchange(PyThreadState *ts, context_head *context, PyObject *vars) {
    context->vars = vars;
    ts->context_ver++; /* variables keep what was found last in a version */
}

/* In a context of its own. Every array asks which memory it is to be made of, and
 * an answer that is not found is looked for again: so the usual one is in it, too. */
static bool set_all(PyObject *value) {
    PyObject *token = PyContextVar_Set(slip.errvar, value);
    PyObject *before = token ? PyDataMem_SetHandler(NULL) : NULL;
    Py_XDECREF(token);
    Py_XDECREF(before);
    return before != NULL;
}

static bool make_table(state_table *t, PyObject *value) {
    PyObject *context = PyContext_New();
    bool made = context && PyContext_Enter(context) == 0;
    if (made) {
        made = set_all(value);
        if (PyContext_Exit(context) < 0) made = false;
    }
    if (made) {
        Py_XSETREF(t->var, Py_NewRef(slip.errvar));
        Py_XSETREF(t->value, Py_NewRef(value));
        Py_XSETREF(t->vars, Py_NewRef(((context_head *)context)->vars));
    }
    Py_XDECREF(context);
    return made;
}

static bool enter_fast(slip_errors *e, uint32_t reported, PyObject *value) {
    PyThreadState *ts = PyThreadState_Get();
    state_table *t = &tables[reported];
    context_head *context = empty_context(ts);
    if (context == NULL) return false;
    if (SLIP_UNLIKELY(t->value != value || t->var != slip.errvar) && !make_table(t, value)) {
        PyErr_Clear();
        return false;
    }
    e->context = (PyObject *)context;
    e->before = context->vars;
    e->during = Py_NewRef(t->vars);
    exchange(ts, context, Py_NewRef(t->vars));
    return true;
}

/* What has run set other variables: they stay, the error state is taken back as
 * a token made in the table before takes it. */
static bool leave_changed(PyThreadState *ts, slip_errors *e, context_head *context) {
    PyObject *now = context->vars;
    exchange(ts, context, e->before);
    PyObject *token = PyContextVar_Set(slip.errvar, slip.errdefault);
    e->before = context->vars;
    exchange(ts, context, now);
    Py_CLEAR(e->before);
    int reset = token ? PyContextVar_Reset(slip.errvar, token) : -1;
    Py_XDECREF(token);
    return reset == 0;
}

static bool leave_fast(slip_errors *e) {
    PyThreadState *ts = PyThreadState_Get();
    context_head *context = (context_head *)e->context;
    bool left = true;
    if (SLIP_UNLIKELY(context->vars != e->during)) {
        left = leave_changed(ts, e, context);
    } else {
        exchange(ts, context, e->before);
        Py_DECREF(e->during); /* the context's */
    }
    Py_CLEAR(e->during);
    return left;
}
#else
static bool enter_fast(slip_errors *e, uint32_t reported, PyObject *value) { return false; }
static bool leave_fast(slip_errors *e) { return true; }
#endif

/* False with an exception. */
bool slip_errors_enter(slip_errors *e, uint32_t reported) {
    PyObject *value = PyTuple_GET_ITEM(slip.errraise, reported);
    *e = (slip_errors){NULL};
    if (enter_fast(e, reported, value)) return true;
    e->token = PyContextVar_Set(slip.errvar, value);
    return e->token != NULL;
}

/* Keeps an exception; false where the state could not be taken back. */
bool slip_errors_leave(slip_errors *e) {
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    bool left = e->token ? PyContextVar_Reset(slip.errvar, e->token) == 0 : leave_fast(e);
    if (!left) PyErr_Clear();
    Py_CLEAR(e->token);
    PyErr_Restore(type, value, trace);
    return left;
}
