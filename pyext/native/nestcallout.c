/* Calls of NumPy's own functions in the middle of a loop nest. The words say what is called, with
 * what, and what comes of it (jit/front/nestcallout.go): a form, then what that needs. What the nest
 * computes becomes an array for as long as the call takes; what comes back has to be what was
 * foreseen. Whatever is otherwise leaves the nest, and Python does the statement anew. */
#include "nest.h"

enum { NOTHING, ARRAY, NUMBER, OBJECT, TUPLE, LIST, SLICE, ADDRESS };
enum { KIND_INT = 1, KIND_FLOAT, KIND_BOOL, KIND_COMPLEX, KIND_NUMPY = 16 };
enum { MOST_VIEWS = 16, MOST_ARGUMENTS = 12 };

/* A call in the making: the next word, and the arrays that stand for the nest's memory. */
typedef struct {
    slip_run *r;
    int64_t *w;
    PyObject *views[MOST_VIEWS];
    int count;
} call;

static int form_of(int64_t code) { return (int)(code & 0xff); }

static int kind_of(int64_t code) { return (int)(code >> 8 & 0xff); }

static int number_in(int64_t code) { return (int)(code >> 16); }

static PyObject *array_of(call *c, int64_t code) {
    int rank = number_in(code);
    char *data = (char *)(intptr_t)c->w[0];
    npy_intp *dims = (npy_intp *)c->w + 1, *strides = dims + rank;
    PyArray_Descr *descr = slip.descr[kind_of(code)];
    c->w += 1 + 2 * rank;
    if (c->count == MOST_VIEWS) return NULL;
    Py_INCREF(descr);
    PyObject *o =
        PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, strides, data, NPY_ARRAY_WRITEABLE, NULL);
    if (o) c->views[c->count++] = Py_NewRef(o);
    return o;
}

/* A number of a type of NumPy's has its bits; a complex one the words of both parts. */
static PyObject *numpy_number(int type, const int64_t *w) {
    int64_t bits[2] = {w[0], type >= SLIP_C64 ? w[1] : 0};
    if (type == SLIP_C64) bits[0] = (int64_t)((uint64_t)(uint32_t)w[0] | (uint64_t)w[1] << 32);
    return PyArray_Scalar(bits, slip.descr[type], NULL);
}

static PyObject *number_of(call *c, int kind) {
    const int64_t *w = c->w;
    double d[2];
    bool parts = kind == KIND_COMPLEX || kind - KIND_NUMPY >= SLIP_C64;
    memcpy(d, w, parts ? sizeof d : sizeof *d);
    c->w += parts ? 2 : 1;
    switch (kind) {
    case KIND_INT:
        return PyLong_FromLongLong(w[0]);
    case KIND_FLOAT:
        return PyFloat_FromDouble(d[0]);
    case KIND_BOOL:
        return PyBool_FromLong(w[0] & 0xff);
    case KIND_COMPLEX:
        return PyComplex_FromDoubles(d[0], d[1]);
    }
    return numpy_number(kind - KIND_NUMPY, w);
}

static PyObject *argument(call *c);

static PyObject *items_of(call *c, int n) {
    PyObject *made = PyTuple_New(n);
    for (int i = 0; made && i < n; i++) {
        PyObject *o = argument(c);
        if (o)
            PyTuple_SET_ITEM(made, i, o);
        else
            Py_CLEAR(made);
    }
    return made;
}

static PyObject *sequence(call *c, int64_t code) {
    PyObject *items = items_of(c, number_in(code)), *made = items;
    if (items == NULL || form_of(code) == TUPLE) return items;
    if (form_of(code) == LIST)
        made = PySequence_List(items);
    else
        made =
            PySlice_New(PyTuple_GET_ITEM(items, 0), PyTuple_GET_ITEM(items, 1), PyTuple_GET_ITEM(items, 2));
    Py_DECREF(items);
    return made;
}

/* The next argument, a new reference; NULL with or without an exception. */
static PyObject *argument(call *c) {
    int64_t code = *c->w++;
    switch (form_of(code)) {
    case ARRAY:
        return array_of(c, code);
    case NUMBER:
        return number_of(c, kind_of(code));
    case OBJECT:
        return Py_NewRef(PyTuple_GET_ITEM(c->r->e->objects, number_in(code)));
    case ADDRESS:
        return Py_NewRef((PyObject *)(intptr_t)*c->w++);
    }
    return sequence(c, code);
}

/* ---- what comes back ---- */

/* Whether nobody has kept an array of memory that it does not own, as a result that is a view does. */
static bool given_back(const call *c) {
    for (int i = 0; i < c->count; i++)
        if (Py_REFCNT(c->views[i]) != 1) return false;
    return true;
}

/* Whether an array lies as the nest takes it to: in C's order, or along one axis, forwards. One without
 * elements lies anywhere. */
static bool lies_plainly(PyArrayObject *a) {
    npy_intp step = PyArray_ITEMSIZE(a);
    if (PyArray_SIZE(a) == 0) return true;
    if (PyArray_NDIM(a) == 1) return PyArray_STRIDE(a, 0) > 0;
    for (int i = PyArray_NDIM(a) - 1; i >= 0; step *= PyArray_DIM(a, i--))
        if (PyArray_STRIDE(a, i) != step) return false;
    return true;
}

static bool take_array(call *c, PyObject *o, int64_t code, int64_t **out) {
    PyArrayObject *a = (PyArrayObject *)o;
    int rank = number_in(code);
    if (!PyArray_CheckExact(o) || PyArray_NDIM(a) != rank || PyArray_DESCR(a) != slip.descr[kind_of(code)] ||
        !PyArray_ISBEHAVED(a) || !lies_plainly(a))
        return false;
    *(*out)++ = (int64_t)(intptr_t)PyArray_BYTES(a);
    for (int i = 0; i < rank; i++) *(*out)++ = PyArray_DIM(a, i);
    for (int i = 0; i < rank; i++) *(*out)++ = PyArray_STRIDE(a, i);
    return slip_rooms_keep(c->r, Py_NewRef(o));
}

static bool take_number(PyObject *o, int kind, int64_t **out) {
    int64_t *to = *out;
    int overflow = 0;
    *out += 2;
    if (kind >= KIND_NUMPY) {
        if (!PyArray_IsScalar(o, Generic) || Py_TYPE(o) != slip_scalar_class(kind - KIND_NUMPY)) return false;
        PyArray_ScalarAsCtype(o, to);
        return true;
    }
    double d = PyFloat_CheckExact(o) ? PyFloat_AS_DOUBLE(o) : 0;
    switch (kind) {
    case KIND_INT:
        if (!PyLong_CheckExact(o)) return false;
        *to = PyLong_AsLongLongAndOverflow(o, &overflow);
        return overflow == 0;
    case KIND_FLOAT:
        memcpy(to, &d, sizeof d);
        return PyFloat_CheckExact(o);
    }
    *to = o == Py_True;
    return kind == KIND_BOOL && PyBool_Check(o);
}

static bool take(call *c, PyObject *o, int64_t **out) {
    int64_t code = *c->w++;
    bool fine = PyTuple_CheckExact(o) && PyTuple_GET_SIZE(o) == number_in(code);
    switch (form_of(code)) {
    case ARRAY:
        return take_array(c, o, code, out);
    case NUMBER:
        return take_number(o, kind_of(code), out);
    }
    for (int i = 0; fine && i < number_in(code); i++) fine = take(c, PyTuple_GET_ITEM(o, i), out);
    return fine;
}

/* ---- the call ---- */

/* NumPy's functions clear the processor's status word and leave in it what they do not report: what
 * the nest has to look at stands in it before and behind. */
static PyObject *invoke(slip_run *r, const int64_t *head, PyObject **args, int n) {
    PyObject *objects = r->e->objects, *callee = PyTuple_GET_ITEM(objects, head[0]);
    PyObject *kwnames = head[1] < 0 ? NULL : PyTuple_GET_ITEM(objects, head[1]);
    uint32_t status = slip_fp_get();
    if (r->e->loops) r->flags |= slip_x87_get();
    slip_fp_set(status & ~(uint32_t)SLIP_FP_STATUS);
    PyObject *result = slip_call_raising(callee, args, n, kwnames, r, head[2] != 0);
    slip_fp_set(status);
    if (r->e->loops) slip_x87_clear();
    return result;
}

static PyObject *call_with(call *c, const int64_t *head) {
    PyObject *args[MOST_ARGUMENTS], *result = NULL;
    int n = 0, count = (int)head[3];
    while (n < count && (args[n] = argument(c))) n++;
    if (n == count) result = invoke(c->r, head, args, n);
    while (n > 0) Py_DECREF(args[--n]);
    return result;
}

/* Words: callee, names of keywords, whether it reports nothing, number of arguments, where the addresses
 * that are in use begin; arguments, form of the result, number of addresses, these. */
int64_t slip_nest_call_out(void *run, int64_t *w, int64_t Py_UNUSED(unused)) {
    enum { HEAD = 5 };
    call c = {.r = run, .w = w + HEAD};
    int64_t *answer = slip_rooms_answer(run), *out = answer;
    if (answer == NULL || SLIP_LEAVES || !slip_rooms_forget(run, w + w[4], *(w + w[4] - 1))) return 1;
    PyObject *result = call_with(&c, w);
    bool writes = result && form_of(*c.w) == NOTHING; /* which is done */
    bool fine = writes || (result && take(&c, result, &out) && given_back(&c));
    if (result == NULL && PyErr_Occurred()) slip_swallow();
    Py_XDECREF(result);
    for (int i = 0; i < c.count; i++) Py_DECREF(c.views[i]);
    w[0] = (int64_t)(intptr_t)answer;
    return !fine;
}
