/* Lists in loop nests: items of one or more words each, which the nest's own code reads and
 * writes. A function answers 0, or that the nest must be left. */
#include "nest.h"

#include <math.h>

/* The nest's code reads and writes the first two: jit/front/nestlists.go. */
typedef struct {
    int64_t *data;
    int64_t count; /* items */
    int64_t room;  /* words */
} slip_list;

struct slip_lists {
    int count;
    slip_list *list[SLIP_NEST_LISTS];
};

void slip_lists_free(slip_run *r) {
    for (int i = 0; r->lists && i < r->lists->count; i++) {
        PyMem_Free(r->lists->list[i]->data);
        PyMem_Free(r->lists->list[i]);
    }
    PyMem_Free(r->lists);
    r->lists = NULL;
}

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

static bool in_use(const slip_list *l, const int64_t *used, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (list_at(used[i]) == l) return true;
    return false;
}

/* One that nothing holds any more, or another. */
static slip_list *unused_list(slip_run *r, const int64_t *used, int64_t n) {
    if (r->lists == NULL && !(r->lists = PyMem_Calloc(1, sizeof *r->lists))) return NULL;
    for (int i = 0; i < r->lists->count; i++)
        if (!in_use(r->lists->list[i], used, n)) return r->lists->list[i];
    if (r->lists->count == SLIP_NEST_LISTS) return NULL;
    slip_list *l = PyMem_Calloc(1, sizeof *l);
    if (l) r->lists->list[r->lists->count++] = l;
    return l;
}

/* Room for so many words. */
static bool has_room(slip_list *l, int64_t words) {
    if (words <= l->room) return true;
    int64_t room = words + words / 2 + 16;
    if (words < 0 || room > PY_SSIZE_T_MAX / 16) return false;
    int64_t *data = PyMem_Realloc(l->data, (size_t)room * sizeof *data);
    if (data == NULL) return false;
    l->data = data;
    l->room = room;
    return true;
}

int64_t slip_nest_list_new(void *run, int64_t *w, int64_t count) {
    int64_t times = w[0] < 0 ? 0 : w[0], n = w[1], width = w[2], words;
    slip_list *l = unused_list(run, w + 3 + n, count - 3 - n);
    if (l == NULL || __builtin_mul_overflow(times, n, &words) || !has_room(l, words)) return 1;
    for (int64_t i = 0; i < words; i += n) memcpy(l->data + i, w + 3, (size_t)n * sizeof *l->data);
    l->count = words / width;
    w[0] = (int64_t)(intptr_t)l;
    return 0;
}

int64_t slip_nest_list_room(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    return !has_room(l, (l->count + w[1]) * w[2]);
}

/* Behind slip_nest_list_room it cannot fail. */
int64_t slip_nest_list_extend(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]), *more = list_at(w[1]);
    int64_t width = w[2], added = more->count;
    if (!has_room(l, (l->count + added) * width)) return 1;
    if (added) memcpy(l->data + l->count * width, more->data, (size_t)(added * width) * sizeof *l->data);
    l->count += added;
    return 0;
}

int64_t slip_nest_list_part(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    int64_t width = w[5];
    if (!has_room(l, (l->count + w[3]) * width)) return 1;
    const int64_t *from = list_at(w[1])->data;
    for (int64_t i = 0, at = w[2]; i < w[3]; i++, at += w[4])
        memcpy(l->data + (l->count + i) * width, from + at * width, (size_t)width * sizeof *from);
    l->count += w[3];
    return 0;
}

static double as_float(int64_t word) {
    double d;
    memcpy(&d, &word, sizeof d);
    return d;
}

/* Whether an item has to stand in front of another one that stands behind it: equal ones stay. */
static bool in_front(int64_t a, int64_t b, bool floats, bool back) {
    if (floats) return back ? as_float(a) > as_float(b) : as_float(a) < as_float(b);
    return back ? a > b : a < b;
}

static void merge(int64_t *to, const int64_t *from, int64_t low, int64_t middle, int64_t high, bool floats,
                  bool back) {
    int64_t i = low, j = middle;
    for (int64_t k = low; k < high; k++) {
        bool second = i == middle || (j < high && in_front(from[j], from[i], floats, back));
        to[k] = second ? from[j++] : from[i++];
    }
}

static bool has_nan(const slip_list *l) {
    for (int64_t i = 0; i < l->count; i++)
        if (isnan(as_float(l->data[i]))) return true;
    return false;
}

/* Merges runs, which are twice as long each time, to and fro. */
int64_t slip_nest_list_sort(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    bool floats = w[1], back = w[2];
    int64_t n = l->count;
    if (floats && has_nan(l)) return 1;
    int64_t *memory = n > 1 ? PyMem_Malloc((size_t)n * sizeof *memory) : NULL, *to = memory, *from = l->data;
    if (n > 1 && memory == NULL) return 1;
    for (int64_t run = 1; run < n; run *= 2) {
        for (int64_t low = 0; low < n; low += 2 * run)
            merge(to, from, low, Py_MIN(low + run, n), Py_MIN(low + 2 * run, n), floats, back);
        int64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (n > 1 && from != l->data) memcpy(l->data, from, (size_t)n * sizeof *from);
    PyMem_Free(memory);
    return 0;
}

/* What the form of items tells beside their types. */
enum { TUPLES = 1 << 8, FROZEN = 1 << 9 };

/* A number of a word: 1 to 3 are Python's int, float, bool, from 16 on NumPy's types. */
static PyObject *number(int64_t word, int kind) {
    double d;
    switch (kind) {
    case 1:
        return PyLong_FromLongLong(word);
    case 2:
        memcpy(&d, &word, sizeof d);
        return PyFloat_FromDouble(d);
    case 3:
        return PyBool_FromLong(word & 0xff);
    }
    return PyArray_Scalar(&word, slip.descr[kind - 16], NULL);
}

static PyObject *item(const int64_t *words, int64_t code) {
    int width = (int)(code & 0xff);
    if (!(code & TUPLES)) return number(words[0], (int)(code >> 16 & 0xff));
    PyObject *made = PyTuple_New(width);
    for (int i = 0; made && i < width; i++) {
        PyObject *o = number(words[i], (int)(code >> (16 + 8 * i) & 0xff));
        if (o)
            PyTuple_SET_ITEM(made, i, o);
        else
            Py_CLEAR(made);
    }
    return made;
}

/* Of two words: the list, and the form of its items. A frozen one is a tuple. */
PyObject *slip_list_object(const int64_t *w) {
    const slip_list *l = list_at(w[0]);
    int64_t width = w[1] & 0xff;
    bool frozen = w[1] & FROZEN;
    PyObject *made = frozen ? PyTuple_New((Py_ssize_t)l->count) : PyList_New((Py_ssize_t)l->count);
    for (int64_t i = 0; made && i < l->count; i++) {
        PyObject *o = item(l->data + i * width, w[1]);
        if (o == NULL)
            Py_CLEAR(made);
        else if (frozen)
            PyTuple_SET_ITEM(made, (Py_ssize_t)i, o);
        else
            PyList_SET_ITEM(made, (Py_ssize_t)i, o);
    }
    return made;
}
