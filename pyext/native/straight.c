/* The short way of the commonest small plan: one kernel over arguments, whose
 * new array is the result. A call on a hundred elements is mostly the values
 * of a run, the order of tasks and the general forms of operands; here there
 * are none. What does not fit (another shape or memory order, much work)
 * goes the long way, which decides. */
#include "native.h"

static bool same_shape(PyArrayObject *a, PyArrayObject *b) {
    const npy_intp *x = PyArray_DIMS(a), *y = PyArray_DIMS(b);
    for (int i = 0; i < PyArray_NDIM(a); i++)
        if (x[i] != y[i]) return false;
    return true;
}

static bool bind_operand(const slip_input *in, PyObject *o, slip_straight *s) {
    slip_slot scalar;
    if (in->def.kind != SLIP_ARRAY) {
        if (!slip_bind(&scalar, &in->def, o)) return false;
        if (in->param >= 0) s->words[in->param] = scalar.element;
        return true;
    }
    PyArrayObject *a = (PyArrayObject *)o;
    if (!slip_is_array(o, &in->def, NPY_ARRAY_C_CONTIGUOUS)) return false;
    if (in->param < 0) return true;
    s->args[in->param] = PyArray_DATA(a);
    if (s->first) return SLIP_GUARD(short_way, same_shape(s->first, a));
    s->first = a;
    return true;
}

/* Whether the run can go this way. */
bool slip_straight_bind(const slip_entry *e, PyObject *const *args, slip_straight *s) {
    s->first = NULL;
    for (int i = 0; i < e->ninputs; i++) {
        const slip_input *in = &e->inputs[i];
        PyObject *o = args[in->index];
        if (!slip_equals(e, in, o)) return false;
        if (in->value >= 0 && !bind_operand(in, o, s)) return false;
    }
    s->n = slip_product(PyArray_NDIM(s->first), PyArray_DIMS(s->first));
    /* of a single element NumPy's loops may be told a negative step */
    if (e->loops && (s->n == 1 || slip_elides(&e->kernels[e->tasks[0].kernel], s->n))) return false;
    return s->n * e->kernels[e->tasks[0].kernel].cost < slip.gil_work;
}

static PyObject *new_result(const slip_use *u, PyArrayObject *shape) {
    PyArray_Descr *descr = slip.descr[u->type];
    Py_INCREF(descr);
    PyObject *a = PyArray_NewFromDescr(&PyArray_Type, descr, PyArray_NDIM(shape), PyArray_DIMS(shape), NULL,
                                       NULL, 0, NULL);
    if (a == NULL) PyErr_Clear();
    return a;
}

/* Numbers as elements; fails where NumPy would warn or raise. */
static int convert_scalars(slip_run *r, const slip_task *t, slip_straight *s) {
    for (int p = 0; p < t->nsrc; p++) {
        const slip_use *u = &t->uses[p];
        if (u->kind != SLIP_SCALAR) continue;
        slip_slot scalar;
        scalar.element = s->words[p];
        bool fits = slip_scalar_word(&u->def, &scalar, u->type, &s->words[p]) == 0;
        if (!SLIP_GUARD(range, fits)) return slip_fail(r, SLIP_R_RANGE);
        s->args[p] = &s->words[p];
    }
    return SLIP_OK;
}

static int compute(slip_run *r, const slip_task *t, slip_straight *s) {
    if (s->n == 0) return SLIP_OK;
    int outcome = slip_plain_run(r, &r->e->kernels[t->kernel], s->args, s->n);
    if (outcome == SLIP_OK && slip_reported(r)) return slip_fail(r, SLIP_R_FPFLAGS);
    return outcome;
}

int slip_straight_run(slip_run *r, slip_straight *s) {
    const slip_entry *e = r->e;
    const slip_task *t = &e->tasks[0];
    if (convert_scalars(r, t, s) < 0) return SLIP_FAIL;
    PyObject *result = new_result(&t->uses[e->result], s->first);
    if (result == NULL) return slip_fail(r, SLIP_R_ALLOC);
    s->args[e->result] = PyArray_DATA((PyArrayObject *)result);
    int outcome = compute(r, t, s);
    if (SLIP_UNLIKELY(outcome != SLIP_OK))
        Py_DECREF(result);
    else
        r->pending = result;
    return outcome;
}
