/* TaskCall and TaskNumber: work that stays with NumPy's or Python's own code. */
#include "folds.h"

#include <math.h>

enum { FEW_ARGUMENTS = 16 };

/* Forgets an exception: CPython redoes the statement and raises it itself.
 * An interrupt would not come again, so it is asked for anew. */
void slip_swallow(void) {
    bool interrupt = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
    PyErr_Clear();
    if (interrupt) PyErr_SetInterrupt();
}

_Thread_local uint32_t slip_told = SLIP_FP_REPORTABLE;

/* The executor's own functions look at the flags themselves. */
static PyObject *call_own(PyObject *callee, PyObject *const *args, Py_ssize_t n, PyObject *kwnames,
                          uint32_t reported) {
    slip_told = reported;
    PyObject *result = PyObject_Vectorcall(callee, args, (size_t)n, kwnames);
    slip_told = SLIP_FP_REPORTABLE;
    return result;
}

/* Calls in an error state in which what NumPy would report raises. */
PyObject *slip_call_raising(PyObject *callee, PyObject *const *args, Py_ssize_t n, PyObject *kwnames,
                            const slip_run *r, bool quiet) {
    uint32_t reported = r->reported;
    if (kwnames) n -= PyTuple_GET_SIZE(kwnames);
    if (quiet || (!reported && !r->changed) || slip.errvar == NULL)
        return call_own(callee, args, n, kwnames, reported);
    slip_errors errors;
    if (!slip_errors_enter(&errors, reported)) return NULL;
    PyObject *result = PyObject_Vectorcall(callee, args, (size_t)n, kwnames);
    if (!slip_errors_leave(&errors)) Py_CLEAR(result);
    return result;
}

static int box_all(slip_run *r, const slip_task *t, PyObject **args) {
    for (int i = 0; i < t->nsrc; i++) {
        args[i] = slip_box(r, t->src[i]);
        if (args[i] == NULL) return -1;
    }
    return 0;
}

/* Takes a result if it is what the plan expects of it. */
static int take_result(slip_run *r, int dst, PyObject *result) {
    slip_slot *d = &r->v[dst];
    if (result == NULL) {
        if (PyErr_Occurred()) slip_swallow();
        return slip_fail(r, SLIP_R_CALL);
    }
    if (!SLIP_GUARD(result, slip_bind(d, &r->e->values[dst], result))) {
        d->obj = NULL;
        Py_DECREF(result);
        return slip_fail(r, SLIP_R_RESULT);
    }
    slip_slot_own(d, result);
    return SLIP_OK;
}

/* The result of the call, NULL with or without an exception. */
static PyObject *call_boxed(slip_run *r, const slip_task *t) {
    PyObject *few[FEW_ARGUMENTS], **args = few, *result = NULL;
    PyObject *objects = r->e->objects;
    PyObject *kwnames = t->kwnames < 0 ? NULL : PyTuple_GET_ITEM(objects, t->kwnames);
    if (t->nsrc > FEW_ARGUMENTS && !(args = PyMem_Malloc((size_t)t->nsrc * sizeof *args))) return NULL;
    if (box_all(r, t, args) == 0)
        result = slip_call_raising(PyTuple_GET_ITEM(objects, t->callee), args, t->nsrc, kwnames, r, t->quiet);
    if (args != few) PyMem_Free(args);
    return result;
}

static int64_t bytes_of(const slip_run *r, int value) {
    const slip_value *def = &r->e->values[value];
    if (def->kind != SLIP_ARRAY) return 0;
    return slip_product(def->rank, r->v[value].dims) * slip_sizes[def->type];
}

/* Notes what a call has gone over at the least: a view is made without. Reductions go
 * over memory once and store nothing, which is less than an update that keeps. */
static void count_work(slip_run *r, const slip_task *t) {
    PyObject *made = r->v[t->dst].obj;
    if (made && PyArray_Check(made) && PyArray_BASE((PyArrayObject *)made)) return;
    r->worked += bytes_of(r, t->dst);
    for (int i = 0; i < t->nsrc; i++) r->worked += bytes_of(r, t->src[i]);
}

int slip_task_call(slip_run *r, const slip_task *t) {
    int outcome = t->reduces ? slip_reduce_memory(r, t) : SLIP_REDO;
    if (outcome != SLIP_REDO) return outcome;
    outcome = take_result(r, t->dst, call_boxed(r, t));
    if (outcome == SLIP_OK && !t->reduces) count_work(r, t);
    return outcome;
}

/* The callee writes all that it is told to, or raises with nothing written. */
int slip_task_write(slip_run *r, const slip_task *t) {
    PyObject *result = call_boxed(r, t);
    if (result) {
        Py_DECREF(result);
        return SLIP_OK;
    }
    if (PyErr_Occurred()) slip_swallow();
    return slip_fail(r, SLIP_R_CALL);
}

static PyObject *power(PyObject *a, PyObject *b) { return PyNumber_Power(a, b, Py_None); }

#define COMPARISON(name, op)                                                                                 \
    static PyObject *name(PyObject *a, PyObject *b) { return PyObject_RichCompare(a, b, op); }

COMPARISON(less, Py_LT)
COMPARISON(less_equal, Py_LE)
COMPARISON(equal, Py_EQ)
COMPARISON(not_equal, Py_NE)
COMPARISON(greater, Py_GT)
COMPARISON(greater_equal, Py_GE)

static binaryfunc const operators[SLIP_OPERATORS] = {
    [SLIP_ADD] = PyNumber_Add,
    [SLIP_SUB] = PyNumber_Subtract,
    [SLIP_MUL] = PyNumber_Multiply,
    [SLIP_TRUEDIV] = PyNumber_TrueDivide,
    [SLIP_FLOORDIV] = PyNumber_FloorDivide,
    [SLIP_MOD] = PyNumber_Remainder,
    [SLIP_POW] = power,
    [SLIP_LSHIFT] = PyNumber_Lshift,
    [SLIP_RSHIFT] = PyNumber_Rshift,
    [SLIP_AND] = PyNumber_And,
    [SLIP_OR] = PyNumber_Or,
    [SLIP_XOR] = PyNumber_Xor,
    [SLIP_LT] = less,
    [SLIP_LE] = less_equal,
    [SLIP_EQ] = equal,
    [SLIP_NE] = not_equal,
    [SLIP_GT] = greater,
    [SLIP_GE] = greater_equal,
    [SLIP_NEG] = NULL,  /* unary */
    [SLIP_MUST] = NULL, /* no operators of Python's */
    [SLIP_SPARED] = NULL,
    [SLIP_GUESS] = NULL,
};

/* The commonest operators on two small ints, without objects. */
static bool int_operator(int op, int64_t a, int64_t b, int64_t *out) {
    long result = 0;
    bool done = op == SLIP_ADD   ? !__builtin_add_overflow(a, b, &result)
                : op == SLIP_SUB ? !__builtin_sub_overflow(a, b, &result)
                : op == SLIP_MUL ? !__builtin_mul_overflow(a, b, &result)
                                 : false;
    *out = result;
    return done;
}

static bool fast_number(slip_run *r, const slip_task *t) {
    const slip_value *values = r->e->values;
    if (t->nsrc != 2 || values[t->dst].kind != SLIP_PYINT || values[t->src[0]].kind != SLIP_PYINT ||
        values[t->src[1]].kind != SLIP_PYINT)
        return false;
    return int_operator(t->op, r->v[t->src[0]].word, r->v[t->src[1]].word, &r->v[t->dst].word);
}

static const int reasons_of_checks[] = {SLIP_R_SHAPE, SLIP_R_RAISE, SLIP_R_GUESS};

int slip_task_number(slip_run *r, const slip_task *t) {
    PyObject *args[2], *result = NULL;
    if (t->op >= SLIP_MUST) {
        r->v[t->dst].word = r->v[t->src[0]].word;
        if (SLIP_GUARD(must, r->v[t->dst].word)) return SLIP_OK;
        if (t->op == SLIP_GUESS) r->region->guess = r->v[t->src[1]].word;
        return slip_fail(r, reasons_of_checks[t->op - SLIP_MUST]);
    }
    if (fast_number(r, t)) return SLIP_OK;
    if (box_all(r, t, args) == 0)
        result = t->op == SLIP_NEG ? PyNumber_Negative(args[0]) : operators[t->op](args[0], args[1]);
    return take_result(r, t->dst, result);
}
