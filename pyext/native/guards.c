/* Guards: what must hold before a plan is run. */
#include "native.h"

#include <limits.h>

/* NumPy's private flag of arrays to which a store gives a warning. */
#define WARN_ON_WRITE INT_MIN

#if PY_VERSION_HEX >= 0x030D0000
#define current_thread PyThreadState_GetUnchecked
#define current_frame(ts) ((ts)->current_frame)
#else
#define current_thread _PyThreadState_UncheckedGet
#define current_frame(ts) ((ts)->cframe->current_frame)
#endif

#if PY_VERSION_HEX >= 0x030C0000
/* Monitoring tools are known to the interpreter only in private fields, but
 * every code object carries the events that are active in it: CPython brings
 * them up to date at each entry and backward jump, so the calling frame's
 * code tells what it would report right now. */
static bool monitored_code(PyObject *code) {
    if (!PyCode_Check(code) || ((PyCodeObject *)code)->_co_monitoring == NULL) return false;
    const _PyCoMonitoringData *m = ((PyCodeObject *)code)->_co_monitoring;
    const unsigned char *tools = (const unsigned char *)&m->active_monitors;
    bool active = false;
    for (size_t i = 0; i < sizeof m->active_monitors; i++) active = active || tools[i];
    return active;
}

/* Up to CPython 3.13 a frame begins with its code. The first call compares;
 * asking each time costs more than all other checks of the thread. */
static bool monitored(PyThreadState *ts) {
    static enum { UNKNOWN, FIRST, ELSEWHERE } place;
    struct _PyInterpreterFrame *frame = current_frame(ts);
    if (frame == NULL) return false;
    if (SLIP_UNLIKELY(place != FIRST)) {
        PyObject *code = PyUnstable_InterpreterFrame_GetCode(frame);
        bool active = monitored_code(code);
        if (place == UNKNOWN)
            place = PY_VERSION_HEX < 0x030E0000 && *(PyObject **)frame == code ? FIRST : ELSEWHERE;
        Py_DECREF(code);
        return active;
    }
    return monitored_code(*(PyObject **)frame);
}
#endif

struct _PyInterpreterFrame *slip_frame(void) { return current_frame(current_thread()); }

/* Where a frame has its function and the globals of that. */
#if PY_VERSION_HEX >= 0x030C0000
enum { FRAME_FUNCTION = 2, FRAME_GLOBALS = 3 };
#else
enum { FRAME_FUNCTION = 0, FRAME_GLOBALS = 1 };
#endif

PyObject *slip_frame_function(void) { return ((PyObject **)slip_frame())[FRAME_FUNCTION]; }

PyObject *slip_frame_globals(void) { return ((PyObject **)slip_frame())[FRAME_GLOBALS]; }

bool slip_traced(void) {
    PyThreadState *ts = current_thread();
    if (ts->c_tracefunc || ts->c_profilefunc) return true;
#if PY_VERSION_HEX >= 0x030C0000
    return monitored(ts);
#else
    return false;
#endif
}

/* Whether this many calls could still be made, one in the other: CPython
 * raises where the thread is too deep in calls. */
bool slip_calls_left(int n) { return slip_frames_left() > n; }

int slip_frames_left(void) {
    PyThreadState *ts = current_thread();
#if PY_VERSION_HEX >= 0x030C0000
    return ts->py_recursion_remaining;
#else
    return ts->recursion_remaining;
#endif
}

/* What NumPy keeps in the capsules of its error state: three bits of mode a
 * class (0: ignore), and the length of buffers, which orders some reductions.
 * It is NumPy's own, so it is read only if a test at the start has shown that
 * it is still so (_numpy.py). */
typedef struct {
    int modes;
    npy_intp bufsize;
    PyObject *function;
} numpy_errstate;

enum { MODE = 7, DIVIDE_AT = 0, OVERFLOW_AT = 3, UNDERFLOW_AT = 6, INVALID_AT = 9 };

static const numpy_errstate *errstate_of(PyObject *value) {
    const numpy_errstate *state = NULL;
    if (PyCapsule_CheckExact(value)) state = PyCapsule_GetPointer(value, "numpy.ufunc.extobj");
    if (state == NULL) PyErr_Clear();
    return state;
}

/* The status bits of the classes whose mode is not "ignore". */
static uint32_t reported_bits(int modes) {
    return (uint32_t)((modes >> DIVIDE_AT & MODE ? SLIP_FP_DIVIDE : 0) |
                      (modes >> OVERFLOW_AT & MODE ? SLIP_FP_OVERFLOW : 0) |
                      (modes >> UNDERFLOW_AT & MODE ? SLIP_FP_UNDERFLOW : 0) |
                      (modes >> INVALID_AT & MODE ? SLIP_FP_INVALID : 0));
}

/* errstate(value) -> (status bits reported, length of buffers), or None. */
PyObject *slip_errstate_read(PyObject *module, PyObject *value) {
    const numpy_errstate *state = errstate_of(value);
    if (state == NULL) Py_RETURN_NONE;
    return Py_BuildValue("(in)", (int)reported_bits(state->modes), (Py_ssize_t)state->bufsize);
}

/* Whether another object than the default says the same, asked of Python. */
static bool same_as_default(void) {
    PyObject *answer = slip.errcheck ? PyObject_CallNoArgs(slip.errcheck) : NULL;
    bool same = answer == Py_True;
    if (answer == NULL) PyErr_Clear();
    Py_XDECREF(answer);
    return same;
}

/* Where values cannot be read: one that is met a second time is looked into
 * and remembered; code that makes a new one for every call (with
 * np.errstate()) pays nothing. */
static bool errstate_twin(PyObject *now) {
    if (now == slip.errtwin) return true;
    if (now == slip.errother) return false;
    if (now != slip.errseen) {
        Py_XSETREF(slip.errseen, Py_NewRef(now));
        return false;
    }
    bool same = same_as_default();
    if (same)
        Py_XSETREF(slip.errtwin, Py_NewRef(now));
    else
        Py_XSETREF(slip.errother, Py_NewRef(now));
    return same;
}

static bool read_errstate(PyObject *now, uint32_t *reported) {
    if (!slip.errread) return errstate_twin(now);
    const numpy_errstate *state = errstate_of(now);
    if (state == NULL || state->bufsize != NPY_BUFSIZE) return false;
    *reported = reported_bits(state->modes);
    return true;
}

/* Whether plans may run in NumPy's present error state, and what it reports. */
bool slip_errstate(uint32_t *reported) {
    PyObject *now = NULL;
    *reported = SLIP_FP_REPORTED;
    if (slip.errvar == NULL) return true;
    if (PyContextVar_Get(slip.errvar, NULL, &now) < 0) {
        PyErr_Clear();
        return false;
    }
    bool fit = now == NULL || now == slip.errdefault || read_errstate(now, reported);
    Py_XDECREF(now);
    return fit;
}

/* NumPy's own descriptor, or one that means the same and carries nothing else. */
static bool same_descr(PyArray_Descr *d, int type) {
    if (d == slip.descr[type]) return true;
    return d->type_num == slip_nums[type] && PyArray_ISNBO(d->byteorder) && PyDataType_METADATA(d) == NULL;
}

/* Whether o is an array as def says that has the flags, and may be read as it lies. */
bool slip_is_array(PyObject *o, const slip_value *def, int flags) {
    PyArrayObject *a = (PyArrayObject *)o;
    flags |= NPY_ARRAY_ALIGNED;
    return SLIP_GUARD(class, Py_TYPE(o) == &PyArray_Type) && SLIP_GUARD(rank, PyArray_NDIM(a) == def->rank) &&
           SLIP_GUARD(dtype, same_descr(PyArray_DESCR(a), def->type)) &&
           SLIP_GUARD(memory, (PyArray_FLAGS(a) & (flags | NPY_ARRAY_WRITEBACKIFCOPY)) == flags);
}

static bool bind_array(slip_slot *s, const slip_value *def, PyObject *o) {
    PyArrayObject *a = (PyArrayObject *)o;
    if (!slip_is_array(o, def, 0)) return false;
    int flags = PyArray_FLAGS(a);
    for (int i = 0; i < def->rank; i++) {
        s->dims[i] = PyArray_DIM(a, i);
        s->strides[i] = PyArray_STRIDE(a, i);
    }
    s->data = PyArray_BYTES(a);
    s->contiguous = (flags & NPY_ARRAY_C_CONTIGUOUS) != 0;
    s->writeable = (flags & (NPY_ARRAY_WRITEABLE | WARN_ON_WRITE)) == NPY_ARRAY_WRITEABLE;
    return true;
}

static bool bind_npscalar(slip_slot *s, int type, PyObject *o) {
    s->element = (slip_element){0, 0};
    if (!SLIP_GUARD(number, Py_TYPE(o) == slip_scalar_class(type))) return false;
    memcpy(&s->element, (char *)o + SLIP_SCALAR_AT, (size_t)slip_sizes[type]);
    return true;
}

static bool bind_int(slip_slot *s, PyObject *o) {
    int overflow = 0;
    if (!SLIP_GUARD(number, PyLong_CheckExact(o))) return false;
    s->word = PyLong_AsLongAndOverflow(o, &overflow);
    return SLIP_GUARD(wide, overflow == 0);
}

static bool bind_float(slip_slot *s, PyObject *o) {
    if (!SLIP_GUARD(number, PyFloat_CheckExact(o))) return false;
    double d = PyFloat_AS_DOUBLE(o);
    memcpy(&s->word, &d, 8);
    return true;
}

/* Binds o to a slot when it is exactly what the plan expects. The caller
 * settles who owns the reference. */
bool slip_bind(slip_slot *s, const slip_value *def, PyObject *o) {
    s->obj = o;
    switch (def->kind) {
    case SLIP_ARRAY:
        return bind_array(s, def, o);
    case SLIP_NPSCALAR:
        return bind_npscalar(s, def->type, o);
    case SLIP_PYFLOAT:
        return bind_float(s, o);
    case SLIP_PYINT:
        return bind_int(s, o);
    case SLIP_PYCOMPLEX:
        if (!SLIP_GUARD(number, PyComplex_CheckExact(o))) return false;
        memcpy(&s->element, &((PyComplexObject *)o)->cval, sizeof s->element);
        return true;
    case SLIP_PYBOOL:
        s->word = o == Py_True;
        return SLIP_GUARD(number, PyBool_Check(o));
    default:
        return true;
    }
}

/* Identity, or for constants the same type and value (floats: same bits). */
bool slip_same_constant(PyObject *a, PyObject *b) {
    if (a == b) return true;
    if (Py_TYPE(a) != Py_TYPE(b)) return false;
    if (PyFloat_CheckExact(a)) {
        double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
        return memcmp(&x, &y, sizeof x) == 0;
    }
    if (PyLong_CheckExact(a)) {
        int equal = PyObject_RichCompareBool(a, b, Py_EQ);
        if (equal < 0) PyErr_Clear(); /* the limit of recursion: CPython meets it, too */
        return equal == 1;
    }
    return PyUnicode_CheckExact(a) && PyUnicode_Compare(a, b) == 0;
}

/* The object an input means now: borrowed, or NULL when there is none. */
static PyObject *source_object(slip_entry *e, const slip_input *in, PyObject *const *args) {
    switch (in->source) {
    case SLIP_FROM_ARG:
        return args[in->index];
    case SLIP_FROM_CELL:
        return PyCell_Check(args[in->index]) ? PyCell_GET(args[in->index]) : NULL;
    case SLIP_FROM_FACT:
        return e->fact_values[in->index];
    default:
        return PyTuple_GET_ITEM(e->objects, in->index);
    }
}

static bool of_class(const slip_entry *e, const slip_input *in, PyObject *o) {
    return in->class < 0 || SLIP_GUARD(of, (PyObject *)Py_TYPE(o) == PyTuple_GET_ITEM(e->objects, in->class));
}

/* A part is read anew, so the run holds it. */
static bool bind_part(slip_entry *e, const slip_input *in, slip_slot *v) {
    PyObject *of = v[e->inputs[in->index].value].obj;
    PyObject *o = slip_part(of, PyTuple_GET_ITEM(e->objects, in->key));
    slip_slot none, *s = in->value < 0 ? &none : &v[in->value];
    if (o == NULL) return false;
    bool fits =
        of_class(e, in, o) && slip_equals_part(e, in, o, of) &&
        (in->value < 0 || (slip_bind(s, &in->def, o) && SLIP_GUARD(writable, !in->writable || s->writeable)));
    if (fits && in->value >= 0)
        slip_slot_own(s, o);
    else
        Py_DECREF(o);
    return fits;
}

static bool bind_input(slip_entry *e, const slip_input *in, slip_slot *v, PyObject *const *args) {
    if (in->source == SLIP_FROM_PART) return bind_part(e, in, v);
    PyObject *o = source_object(e, in, args);
    if (o == NULL || !of_class(e, in, o)) return false;
    if (!slip_equals(e, in, o)) return false;
    if (in->value < 0) return true;
    slip_slot *s = &v[in->value];
    if (!slip_bind(s, &in->def, o) || !SLIP_GUARD(writable, !in->writable || s->writeable)) return false;
    /* arguments are held by the caller's stack, constants by the entry; a
     * cell or name may be rebound while we run */
    if (in->source == SLIP_FROM_CELL || in->source == SLIP_FROM_FACT) slip_slot_own(s, Py_NewRef(o));
    return true;
}

static bool stands(slip_run *r, const slip_input *in) {
    if (in->value < 0) return true;
    PyObject *was = r->v[in->value].obj;
    if (in->source != SLIP_FROM_PART) return source_object(r->e, in, r->args) == was;
    PyObject *of = r->v[r->e->inputs[in->index].value].obj;
    PyObject *is = slip_part(of, PyTuple_GET_ITEM(r->e->objects, in->key));
    Py_XDECREF(is);
    return is == was;
}

/* Whether names, cells and attributes still are what they were when the run began:
 * others may have run meanwhile. */
bool slip_inputs_stand(slip_run *r) {
    if (!slip_facts_valid(r->e)) return false;
    for (int i = 0; i < r->e->ninputs; i++)
        if (!SLIP_GUARD(stands, stands(r, &r->e->inputs[i]))) return false;
    return true;
}

bool slip_bind_inputs(slip_entry *e, slip_slot *v, PyObject *const *args) {
    for (int i = 0; i < e->ninputs; i++)
        if (!bind_input(e, &e->inputs[i], v, args)) return false;
    return true;
}
