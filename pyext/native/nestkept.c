/* Memory of large results outside of loops: NumPy's own, which becomes the result's where an exit
 * hands it over, so that nothing is copied. */
#include "nest.h"

/* Smaller ones are copied out of memory that is used again and again. */
enum { LARGE = 1 << 14 };

struct slip_kept {
    int count;
    PyArrayObject *array[SLIP_NEST_ROOMS];
};

void slip_kept_free(slip_run *r) {
    for (int i = 0; r->kept && i < r->kept->count; i++) Py_DECREF(r->kept->array[i]);
    PyMem_Free(r->kept);
    r->kept = NULL;
}

static void forget(struct slip_kept *all, int i) {
    Py_DECREF(all->array[i]);
    all->array[i] = all->array[--all->count];
}

/* What no local holds any more goes at once, as it does in Python. */
static void forget_dead(struct slip_kept *all, const int64_t *live, int64_t n) {
    for (int i = all->count; i-- > 0;)
        if (!slip_lives(PyArray_BYTES(all->array[i]), (size_t)PyArray_NBYTES(all->array[i]), live, n))
            forget(all, i);
}

int64_t slip_nest_keep(void *run, int64_t *w, int64_t live) {
    slip_run *r = run;
    if (w[0] <= LARGE) return slip_nest_room(run, w, live);
    if (w[0] > w[1]) return 1;
    if (r->kept == NULL && !(r->kept = PyMem_Calloc(1, sizeof *r->kept))) return 1;
    forget_dead(r->kept, w + 2, live);
    if (r->kept->count == SLIP_NEST_ROOMS) return 1;
    npy_intp bytes = w[0];
    PyObject *a = PyArray_SimpleNew(1, &bytes, NPY_BYTE);
    if (a == NULL) {
        PyErr_Clear(); /* Python runs out of memory for itself */
        return 1;
    }
    r->kept->array[r->kept->count++] = (PyArrayObject *)a;
    w[0] = (int64_t)(intptr_t)PyArray_BYTES((PyArrayObject *)a);
    return 0;
}

static bool same_layout(PyArrayObject *a, const npy_intp *strides) {
    return memcmp(PyArray_STRIDES(a), strides, (size_t)PyArray_NDIM(a) * sizeof *strides) == 0;
}

/* The memory of both is of one size and of one allocator. */
static void exchange(PyArrayObject *a, PyArrayObject *b) {
    PyArrayObject_fields *x = (PyArrayObject_fields *)a, *y = (PyArrayObject_fields *)b;
    char *data = x->data;
    x->data = y->data;
    y->data = data;
}

bool slip_kept_taken(slip_run *r, PyArrayObject *a, int64_t address, const npy_intp *strides) {
    for (int i = 0; r->kept && i < r->kept->count; i++) {
        PyArrayObject *k = r->kept->array[i];
        if (PyArray_BYTES(k) != (char *)(intptr_t)address) continue;
        if (PyArray_NBYTES(k) != PyArray_NBYTES(a) || !same_layout(a, strides)) return false;
        exchange(a, k);
        forget(r->kept, i);
        return true;
    }
    return false;
}
