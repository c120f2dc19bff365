/* Values as host objects, and Python numbers as elements. */
#include "native.h"

#include <math.h>

static PyObject *box_npscalar(int type, const slip_element *element) {
    if (type == SLIP_BOOL)
        return Py_NewRef((element->word & 0xff) ? PyArrayScalar_True : PyArrayScalar_False);
    PyTypeObject *class = slip_scalar_class(type);
    PyObject *o = class->tp_alloc(class, 0);
    if (o) memcpy((char *)o + SLIP_SCALAR_AT, element, (size_t)slip_sizes[type]);
    return o;
}

/* A view as NumPy's basic indexing makes it: flags of its source, and the
 * source as base, which NumPy collapses to the owner. */
PyObject *slip_view_of(const slip_value *def, PyArrayObject *source, const npy_intp *dims,
                       const npy_intp *strides, char *data) {
    PyArray_Descr *descr = PyArray_DESCR(source);
    if (PyArray_ITEMSIZE(source) != slip_sizes[def->type])
        descr = slip.descr[def->type]; /* parts of complex numbers */
    Py_INCREF(descr);
    PyObject *view = PyArray_NewFromDescr(&PyArray_Type, descr, def->rank, (npy_intp *)dims,
                                          (npy_intp *)strides, data, PyArray_FLAGS(source), NULL);
    if (view == NULL) return NULL;
    Py_INCREF(source);
    if (PyArray_SetBaseObject((PyArrayObject *)view, (PyObject *)source) < 0) {
        Py_DECREF(view);
        return NULL;
    }
    return view;
}

static PyObject *box_view(const slip_value *def, slip_slot *s) {
    return slip_view_of(def, (PyArrayObject *)s->root, s->dims, s->strides, s->data);
}

static PyObject *box_new(const slip_value *def, slip_slot *s) {
    double d;
    Py_complex c;
    switch (def->kind) {
    case SLIP_PYCOMPLEX:
        memcpy(&c, &s->element, sizeof c);
        return PyComplex_FromCComplex(c);
    case SLIP_ARRAY:
        return box_view(def, s);
    case SLIP_NPSCALAR:
        return box_npscalar(def->type, &s->element);
    case SLIP_PYFLOAT:
        memcpy(&d, &s->word, 8);
        return PyFloat_FromDouble(d);
    case SLIP_PYINT:
        return PyLong_FromLong(s->word);
    default:
        return PyBool_FromLong(s->word & 0xff);
    }
}

/* The object of a value, made at most once a run: a borrowed reference. */
PyObject *slip_box(slip_run *r, int value) {
    slip_slot *s = &r->v[value];
    if (s->obj == NULL) {
        PyObject *o = box_new(&r->e->values[value], s);
        if (o) slip_slot_own(s, o);
    }
    return s->obj;
}

static int word_f32(double d, int64_t *out) {
    float f = (float)d;
    if (isinf(f) && !isinf(d)) return SLIP_FAIL; /* NumPy warns of the overflow */
    *out = 0;
    memcpy(out, &f, 4);
    return SLIP_OK;
}

/* A half of a number that is zero or normal; other ones are left to NumPy. */
static int word_f16(double d, int64_t *out) {
    int exponent;
    if (!isfinite(d)) return SLIP_FAIL;
    double mantissa = rint(ldexp(frexp(fabs(d), &exponent), 11)); /* the 11 bits that a half keeps */
    int64_t sign = signbit(d) ? 0x8000 : 0;
    int64_t magnitude = ((int64_t)(exponent + 13) << 10) + (int64_t)mantissa;
    if (d == 0) magnitude = 0;
    *out = sign | magnitude;
    return d == 0 || (exponent >= -13 && magnitude < 0x7c00) ? SLIP_OK : SLIP_FAIL;
}

/* An integer element; fails where the type does not hold the number. */
static int word_int(int64_t i, int type, int64_t *out) {
    int unused = 64 - 8 * slip_sizes[type];
    bool plain = type == SLIP_U8 || type == SLIP_U16 || type == SLIP_U32 || type == SLIP_U64;
    uint64_t cut = (uint64_t)i << unused;
    *out = (int64_t)(cut >> unused);
    int64_t back = plain ? *out : (int64_t)cut >> unused;
    return back == i && !(plain && i < 0) ? SLIP_OK : SLIP_FAIL;
}

static int word_from_int(int64_t i, int type, int64_t *out) {
    double d = (double)i;
    switch (type) {
    case SLIP_F64:
        memcpy(out, &d, 8);
        return SLIP_OK;
    case SLIP_F32: /* by way of double, as NumPy converts Python ints */
        return word_f32(d, out);
    case SLIP_F16:
        return word_f16(d, out);
    case SLIP_BOOL:
        *out = i != 0;
        return SLIP_OK;
    default:
        return word_int(i, type, out);
    }
}

static int word_from_float(double d, int type, int64_t *out) {
    switch (type) {
    case SLIP_F16:
        return word_f16(d, out);
    case SLIP_F32:
        return word_f32(d, out);
    default:
        memcpy(out, &d, 8);
        return SLIP_OK;
    }
}

static int word_of_real(const slip_value *def, const slip_slot *s, int type, int64_t *out) {
    double d;
    if (def->kind != SLIP_PYFLOAT) return word_from_int(s->word, type, out);
    memcpy(&d, &s->word, 8);
    return word_from_float(d, type, out);
}

/* A Python number as a complex element: the parts one by one, or that of a
 * real number and 0.0. */
static int complex_word(const slip_value *def, const slip_slot *s, int type, slip_element *out) {
    int part = type == SLIP_C64 ? SLIP_F32 : SLIP_F64;
    int64_t imaginary = 0;
    double d[2];
    memcpy(d, &s->element, sizeof d);
    if (def->kind != SLIP_PYCOMPLEX) {
        if (word_of_real(def, s, part, &out->word) < 0) return SLIP_FAIL;
    } else if (word_from_float(d[0], part, &out->word) < 0 || word_from_float(d[1], part, &imaginary) < 0) {
        return SLIP_FAIL;
    }
    if (type == SLIP_C64)
        out->word |= (int64_t)((uint64_t)imaginary << 32);
    else
        out->high = imaginary;
    return SLIP_OK;
}

/* The element of a kernel's scalar parameter of the given type; fails when
 * NumPy would raise or warn on converting the Python number. The element of a
 * rank-0 array is copied, so that no store of the kernel can change it. */
int slip_scalar_word(const slip_value *def, const slip_slot *s, int type, slip_element *out) {
    *out = (slip_element){0, 0};
    if (def->kind == SLIP_ARRAY) {
        memcpy(out, s->data, (size_t)slip_sizes[type]);
        return SLIP_OK;
    }
    if (def->kind == SLIP_NPSCALAR || (def->kind == SLIP_PYFLOAT && type == SLIP_F64)) {
        *out = s->element;
        return SLIP_OK;
    }
    if (type >= SLIP_C64) return complex_word(def, s, type, out);
    return word_of_real(def, s, type, &out->word);
}
