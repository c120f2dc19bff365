/* A nest's memory: for what it computes, and arrays that NumPy's functions gave it. What no
 * local holds any more is used again, or freed. */
#include "nest.h"

typedef struct {
    slip_buf *buf;   /* memory of the nest's own, */
    PyObject *array; /* or an array, */
    char *data;      /* and where either lies */
    size_t size;
} slip_room;

struct slip_rooms {
    int count;
    slip_room room[SLIP_NEST_ROOMS];
    int64_t answer[SLIP_NEST_ANSWER];
};

static void release(slip_room *m) {
    if (m->buf) slip_buf_release(m->buf);
    Py_XDECREF(m->array);
    *m = (slip_room){0};
}

void slip_rooms_free(slip_run *r) {
    for (int i = 0; r->rooms && i < r->rooms->count; i++) release(&r->rooms->room[i]);
    PyMem_Free(r->rooms);
    r->rooms = NULL;
}

static struct slip_rooms *rooms_of(slip_run *r) {
    if (r->rooms == NULL) r->rooms = PyMem_Calloc(1, sizeof *r->rooms);
    return r->rooms;
}

int64_t *slip_rooms_answer(slip_run *r) { return rooms_of(r) ? r->rooms->answer : NULL; }

static bool lives(const slip_room *m, const int64_t *live, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        const char *p = (const char *)(intptr_t)live[i];
        if (p >= m->data && p < m->data + m->size) return true;
    }
    return false;
}

static bool is_free(const slip_room *m) { return m->buf == NULL && m->array == NULL; }

bool slip_rooms_forget(slip_run *r, const int64_t *live, int64_t n) {
    if (rooms_of(r) == NULL) return false;
    for (int i = 0; i < r->rooms->count; i++) {
        slip_room *m = &r->rooms->room[i];
        if (m->array && !lives(m, live, n)) release(m);
    }
    return true;
}

/* A place in the table, or NULL. */
static slip_room *unused_room(struct slip_rooms *all) {
    for (int i = 0; i < all->count; i++)
        if (is_free(&all->room[i])) return &all->room[i];
    return all->count == SLIP_NEST_ROOMS ? NULL : &all->room[all->count++];
}

bool slip_rooms_keep(slip_run *r, PyObject *array) {
    slip_room *m = unused_room(r->rooms);
    if (m == NULL) {
        Py_DECREF(array);
        return false;
    }
    PyArrayObject *a = (PyArrayObject *)array;
    npy_intp size = PyArray_NDIM(a) == 1 ? PyArray_DIM(a, 0) * PyArray_STRIDE(a, 0) : PyArray_NBYTES(a);
    *m = (slip_room){NULL, array, PyArray_BYTES(a), size ? (size_t)size : 1};
    return true;
}

static slip_room *room_at(const slip_run *r, int64_t address) {
    for (int i = 0; r->rooms && i < r->rooms->count; i++) {
        slip_room *m = &r->rooms->room[i];
        if (m->array && m->data == (char *)(intptr_t)address) return m;
    }
    return NULL;
}

PyObject *slip_rooms_array(const slip_run *r, int64_t address) {
    const slip_room *m = room_at(r, address);
    return m ? m->array : NULL;
}

/* The memory of both is of one size and of one allocator. */
static void exchange(PyArrayObject *a, PyArrayObject *b) {
    PyArrayObject_fields *x = (PyArrayObject_fields *)a, *y = (PyArrayObject_fields *)b;
    char *data = x->data;
    x->data = y->data;
    y->data = data;
}

/* Bytes that only the table has. */
static bool is_kept(const slip_room *m) {
    PyArrayObject *k = (PyArrayObject *)m->array;
    return Py_REFCNT(k) == 1 && PyArray_TYPE(k) == NPY_BYTE && PyArray_CHKFLAGS(k, NPY_ARRAY_OWNDATA);
}

bool slip_rooms_taken(slip_run *r, PyArrayObject *a, int64_t address, const npy_intp *strides) {
    slip_room *m = room_at(r, address);
    if (m == NULL || !is_kept(m) || PyArray_NBYTES((PyArrayObject *)m->array) != PyArray_NBYTES(a))
        return false;
    if (memcmp(PyArray_STRIDES(a), strides, (size_t)PyArray_NDIM(a) * sizeof *strides)) return false;
    exchange(a, (PyArrayObject *)m->array);
    release(m);
    return true;
}

static slip_room *more_room(struct slip_rooms *all, slip_room *unused, size_t size) {
    slip_buf *b = slip_buf_new(size);
    if (unused == NULL) unused = unused_room(all);
    if (b == NULL || unused == NULL) {
        if (b) slip_buf_release(b);
        return NULL;
    }
    release(unused);
    *unused = (slip_room){b, NULL, slip_buf_data(b), b->size};
    return unused;
}

int64_t slip_nest_room(void *run, int64_t *w, int64_t live) {
    slip_run *r = run;
    if (w[0] < 0 || w[0] > w[1]) return 1;
    size_t size = w[0] ? (size_t)w[0] : 1;
    slip_room *unused = NULL;
    if (rooms_of(r) == NULL) return 1;
    for (int i = 0; i < r->rooms->count; i++) {
        slip_room *m = &r->rooms->room[i];
        if (is_free(m) || lives(m, w + 2, live)) continue;
        unused = m;
        if (m->array || m->size < size) continue;
        w[0] = (int64_t)(intptr_t)m->data;
        return 0;
    }
    slip_room *m = more_room(r->rooms, unused, size);
    w[0] = m ? (int64_t)(intptr_t)m->data : 0;
    return m == NULL;
}

/* Smaller results are copied out of memory that is used again and again. */
enum { LARGE = 1 << 14 };

/* Memory of NumPy's for a result outside of loops: it becomes the result's where an exit hands that
 * over, so that nothing is copied. */
static int64_t keep(slip_run *r, int64_t *w, int64_t live, bool zeros) {
    if (w[0] > w[1] || !slip_rooms_forget(r, w + 2, live)) return 1;
    npy_intp bytes = w[0];
    PyObject *a = zeros ? PyArray_ZEROS(1, &bytes, NPY_BYTE, 0) : PyArray_SimpleNew(1, &bytes, NPY_BYTE);
    if (a == NULL) {
        PyErr_Clear(); /* Python runs out of memory for itself */
        return 1;
    }
    w[0] = (int64_t)(intptr_t)PyArray_BYTES((PyArrayObject *)a);
    return !slip_rooms_keep(r, a);
}

int64_t slip_nest_keep(void *run, int64_t *w, int64_t live) {
    return w[0] <= LARGE ? slip_nest_room(run, w, live) : keep(run, w, live, false);
}

/* The system clears large memory where it is first touched. */
int64_t slip_nest_zeros(void *run, int64_t *w, int64_t live) {
    if (w[0] > LARGE) return keep(run, w, live, true);
    int64_t bytes = w[0], left = slip_nest_room(run, w, live);
    if (!left) memset((void *)(intptr_t)w[0], 0, (size_t)bytes);
    return left;
}
