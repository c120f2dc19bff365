/* What variables hold when a run begins and no longer when it ends is freed
 * at its end. CPython frees it at the store, where __del__ and the call-backs
 * of weak references run: so it must be of a kind that does nothing then, or
 * be held by somebody else. */
#include "native.h"

/* A frame's locals lie behind its fields, and its stack behind them: the
 * callable, the place of a self, the arguments. Whether that is so, and whether
 * a stub of the function called us, shows in where the arguments lie. */
enum { FRAME_WORDS = 9, CALLABLE = 2, DEEPEST = 4, LONGEST = 32 };

static PyObject *const *locals_of(const slip_entry *e, PyObject *const *args) {
    PyObject *const *locals = args - CALLABLE - e->depth - e->nlocals;
    return locals == (PyObject *const *)slip_frame() + FRAME_WORDS ? locals : NULL;
}

static bool is_number(PyObject *o) {
    if (PyLong_CheckExact(o) || PyFloat_CheckExact(o) || PyBool_Check(o) || PyComplex_CheckExact(o))
        return true;
    for (int i = 0; i < SLIP_TYPES; i++)
        if (Py_TYPE(o) == slip_scalar_class(i)) return true;
    return false;
}

bool slip_referred_weakly(PyObject *o) {
    return *(PyObject **)((char *)o + Py_TYPE(o)->tp_weaklistoffset) != NULL;
}

/* It holds no objects, and nor does what its memory belongs to. */
static bool is_silent_array(PyObject *o) {
    while (o && Py_TYPE(o) == &PyArray_Type) {
        PyArrayObject *a = (PyArrayObject *)o;
        bool holds = PyDataType_REFCHK(PyArray_DESCR(a)) || PyArray_FLAGS(a) & NPY_ARRAY_WRITEBACKIFCOPY;
        if (holds || slip_referred_weakly(o)) return false;
        o = PyArray_BASE(a);
    }
    return o == NULL || PyBytes_CheckExact(o);
}

static bool is_silent_at(PyObject *o, int depth) {
    if (o == NULL || o == Py_None || is_number(o)) return true;
    if (Py_TYPE(o) == &PyArray_Type) return is_silent_array(o);
    if (PyUnicode_CheckExact(o) || PyBytes_CheckExact(o)) return true;
    if (!(PyTuple_CheckExact(o) || PyList_CheckExact(o)) || depth == DEEPEST) return false;
    if (PySequence_Fast_GET_SIZE(o) > LONGEST) return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); i++)
        if (!is_silent_at(PySequence_Fast_GET_ITEM(o, i), depth + 1)) return false;
    return true;
}

/* Whether nobody can tell when it is freed. */
bool slip_is_silent(PyObject *o) { return is_silent_at(o, 0); }

/* What a variable holds, where it is known: passed, or read from the frame. One that
 * functions inside share holds it in a cell. */
static PyObject *holder(const slip_free *f, PyObject *const *locals, PyObject *const *args) {
    return f->arg >= 0 ? args[f->arg] : locals[f->slot];
}

static PyObject *held(const slip_free *f, PyObject *const *locals, PyObject *const *args) {
    PyObject *o = holder(f, locals, args);
    return o && PyCell_Check(o) ? PyCell_GET(o) : o;
}

/* A call that came another way than from a stub, as the first one does, can
 * only tell of what it is passed. */
static bool all_passed(const slip_entry *e) {
    for (int i = 0; i < e->nfrees; i++)
        if (e->frees[i].arg < 0) return false;
    return true;
}

static bool in_cell(PyObject *holder, PyObject *o) {
    return holder && PyCell_Check(holder) && PyCell_GET(holder) == o;
}

/* What the run holds itself: what it has read from cells and namespaces. */
static Py_ssize_t own_references(const slip_run *r, PyObject *o) {
    Py_ssize_t n = 0;
    for (int i = 0; r->v && i < r->e->nvalues; i++) { /* the short way reads arguments only */
        const slip_slot *s = &r->v[i];
        n += (s->held & SLIP_HOLDS_OBJ && s->obj == o) + (s->held & SLIP_HOLDS_ROOT && s->root == o);
    }
    return n;
}

/* Whether others hold o than the run, this frame and the cells of variables that let it go. Where
 * a run returns, the frame lets go of its variables one by one, and it shows which of
 * them was the last to hold o: whether a weak reference in another one still stood. */
static bool is_shared(const slip_run *r, PyObject *const *locals, PyObject *const *args, PyObject *o) {
    const slip_entry *e = r->e;
    if (locals == NULL || o == NULL) return false;
    Py_ssize_t n = own_references(r, o);
    for (int i = 0; i < e->nlocals; i++) n += locals[i] == o;
    for (int i = 0; i < e->nfrees; i++) n += in_cell(holder(&e->frees[i], locals, args), o);
    for (int i = 0; i < e->nargs; i++) n += args[i] == o;
    return Py_REFCNT(o) > n;
}

/* Why a run must not begin: what variables hold is not known, or it shows that
 * it is freed late. Where all of it is silent or shared, nothing that is freed
 * holds what is shared. */
int slip_frees_reason(const slip_run *r, PyObject *const *args) {
    const slip_entry *e = r->e;
    PyObject *const *locals = locals_of(e, args);
    if (locals == NULL && !all_passed(e)) return SLIP_R_GUARD;
    for (int i = 0; i < e->nfrees; i++) {
        PyObject *o = held(&e->frees[i], locals, args);
        if (!slip_is_silent(o) && !is_shared(r, locals, args, o)) return SLIP_R_FREES;
    }
    return SLIP_R_NONE;
}
