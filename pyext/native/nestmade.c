/* What an exit makes of the lists, dicts and sets of a nest: each becomes one object, for all that hold it.
 */
#include "nestlists.h"

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

static PyObject *object_of(slip_list *l, int64_t code);

/* A number of a word: 1 to 3 are Python's int, float, bool, from 16 on NumPy's types. */
static PyObject *number(int64_t word, int type) {
    switch (type) {
    case 1:
        return PyLong_FromLongLong(word);
    case SLIP_ITEM_FLOAT:
        return PyFloat_FromDouble(slip_word_float(word));
    case SLIP_ITEM_BOOL:
        return PyBool_FromLong(word & 0xff);
    case SLIP_ITEM_LIST:
        return object_of(list_at(word), list_at(word)->code);
    }
    return PyArray_Scalar(&word, slip.descr[type - SLIP_ITEM_NUMPY], NULL);
}

/* Of some words of an entry, from one on. */
static PyObject *tuple_of(const int64_t *entry, int64_t code, int from, int to) {
    PyObject *made = PyTuple_New(to - from);
    for (int i = from; made && i < to; i++) {
        PyObject *o = number(entry[i], slip_list_type(code, i));
        if (o)
            PyTuple_SET_ITEM(made, i - from, o);
        else
            Py_CLEAR(made);
    }
    return made;
}

PyObject *slip_list_item(const int64_t *entry, int64_t code, int from) {
    if (code & SLIP_LIST_TUPLES) return tuple_of(entry, code, from, slip_list_width(code));
    int type = slip_list_type(code, from);
    if (type == SLIP_ITEM_EITHER)
        return number(entry[from + 1], slip_list_type(code, from + 1 + (int)entry[from]));
    return number(entry[from], type);
}

PyObject *slip_list_key(const int64_t *entry, int64_t code) {
    if (slip_list_tuple_key(code)) return tuple_of(entry, code, 0, slip_list_keys(code));
    return number(entry[0], slip_list_type(code, 0));
}

/* A list, or a tuple. */
static PyObject *sequence(const slip_list *l, int64_t code) {
    bool frozen = code & SLIP_LIST_FROZEN;
    PyObject *made = frozen ? PyTuple_New((Py_ssize_t)l->count) : PyList_New((Py_ssize_t)l->count);
    for (int64_t i = 0; made && i < l->count; i++) {
        PyObject *o = slip_list_item(l->data + i * slip_list_width(code), code, 0);
        if (o == NULL)
            Py_CLEAR(made);
        else if (frozen)
            PyTuple_SET_ITEM(made, (Py_ssize_t)i, o);
        else
            PyList_SET_ITEM(made, (Py_ssize_t)i, o);
    }
    return made;
}

/* Classes of module collections, looked up once. */
PyObject *slip_collections_class(int which) {
    static const char *const names[] = {"deque", "defaultdict", "Counter"};
    static PyObject *classes[3];
    if (classes[which]) return classes[which];
    PyObject *module = PyImport_ImportModule("collections");
    if (module) classes[which] = PyObject_GetAttrString(module, names[which]);
    Py_XDECREF(module);
    return classes[which];
}

/* An object of a class, with an argument, or NULL. */
static PyObject *of_class(int which, PyObject *arg) {
    PyObject *class = slip_collections_class(which);
    if (class == NULL) return NULL;
    return arg ? PyObject_CallOneArg(class, arg) : PyObject_CallNoArgs(class);
}

static PyObject *deque(const slip_list *l, int64_t code) {
    PyObject *items = sequence(l, code);
    PyObject *made = items ? of_class(SLIP_DEQUE, items) : NULL;
    if (made && l->entries) { /* which bounds it */
        Py_DECREF(made);
        made = PyObject_CallFunction(slip_collections_class(SLIP_DEQUE), "OL", items, (long long)l->entries);
    }
    Py_XDECREF(items);
    return made;
}

/* What is done again, in order, to a new set: that goes over its items in the same order then. */
static bool replay(PyObject *set, const int64_t *entry, int64_t stride, int64_t code) {
    PyObject *k = slip_list_key(entry, code);
    bool removes = entry[stride - 1] == SLIP_ENTRY_REMOVES;
    bool done = k && (removes ? PySet_Discard(set, k) : PySet_Add(set, k)) >= 0;
    Py_XDECREF(k);
    return done;
}

static PyObject *set(const slip_list *l, int64_t code) {
    PyObject *made = PySet_New(NULL);
    for (int64_t i = 0; made && i < l->entries; i++)
        if (!replay(made, l->data + i * l->stride, l->stride, code)) Py_CLEAR(made);
    return made;
}

static PyObject *empty_dict(int kind) {
    static PyTypeObject *const factories[] = {&PyLong_Type, &PyFloat_Type, &PyList_Type};
    if (kind == SLIP_KIND_DICT) return PyDict_New();
    if (kind == SLIP_KIND_COUNTER) return of_class(SLIP_COUNTER, NULL);
    return of_class(SLIP_DEFAULTDICT, (PyObject *)factories[kind - SLIP_KIND_DEFAULT_INT]);
}

static bool put(PyObject *dict, const int64_t *entry, int64_t code) {
    PyObject *k = slip_list_key(entry, code),
             *v = k ? slip_list_item(entry, code, slip_list_keys(code)) : NULL;
    bool done = v && PyDict_SetItem(dict, k, v) >= 0;
    Py_XDECREF(k);
    Py_XDECREF(v);
    return done;
}

static PyObject *dict(const slip_list *l, int64_t code) {
    PyObject *made = empty_dict(slip_list_kind(code));
    for (int64_t i = 0; made && i < l->entries; i++) {
        const int64_t *entry = l->data + i * l->stride;
        if (slip_list_lives(l, entry) && !put(made, entry, code)) Py_CLEAR(made);
    }
    return made;
}

static PyObject *array(const slip_list *l, int64_t code) {
    npy_intp dims[SLIP_MAX_RANK];
    int rank = slip_box_rank(code);
    for (int i = 0; i < rank; i++) dims[i] = (npy_intp)l->data[i];
    PyArray_Descr *descr = slip.descr[slip_list_type(code, 0) - SLIP_ITEM_NUMPY];
    Py_INCREF(descr);
    PyObject *made = PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, NULL, NULL, 0, NULL);
    PyArrayObject *a = (PyArrayObject *)made;
    if (made) memcpy(PyArray_BYTES(a), (char *)(intptr_t)l->data[rank], (size_t)PyArray_NBYTES(a));
    return made;
}

static PyObject *make(const slip_list *l, int64_t code) {
    switch (slip_list_kind(code)) {
    case SLIP_KIND_LIST:
        return sequence(l, code);
    case SLIP_KIND_DEQUE:
        return deque(l, code);
    case SLIP_KIND_SET:
        return set(l, code);
    case SLIP_KIND_ARRAY:
        return array(l, code);
    }
    return dict(l, code);
}

static PyObject *object_of(slip_list *l, int64_t code) {
    if (l->made == NULL) l->made = make(l, code);
    return Py_XNewRef(l->made);
}

/* Of two words: where it lies, and its form. */
PyObject *slip_list_object(const int64_t *w) { return object_of(list_at(w[0]), w[1]); }

/* An object for a box: an argument, a view of it, or the array that a call gave. */
static PyObject *object_of_box(slip_run *r, const slip_list *l, const int64_t *w, int64_t how) {
    int rank = slip_box_rank(l->code);
    slip_value def = {.kind = SLIP_ARRAY, .type = slip_list_type(l->code, 0) - SLIP_ITEM_NUMPY, .rank = rank};
    if (how == SLIP_BOX_GIVEN) {
        int64_t place[1 + 2 * SLIP_MAX_RANK] = {l->data[rank]};
        memcpy(place + 1, l->data, (size_t)rank * sizeof *place);
        memcpy(place + 1 + rank, w + 2, (size_t)rank * sizeof *place);
        return Py_XNewRef(slip_given_array(r, &def, place));
    }
    PyObject *of = slip_box(r, r->e->tasks[0].src[w[1]]);
    if (of == NULL || how == SLIP_BOX_ARGUMENT) return Py_XNewRef(of);
    return slip_view_of(&def, (PyArrayObject *)of, l->data, w + 2, (char *)(intptr_t)l->data[rank]);
}

/* A box, the number of an argument, strides: it is an object that others may have, too. */
int64_t slip_nest_box(void *run, int64_t *w, int64_t how) {
    slip_list *l = list_at(w[0]);
    l->made = object_of_box(run, l, w, how);
    if (l->made) return 0;
    PyErr_Clear(); /* Python runs out of memory for itself */
    return 1;
}

static PyObject *view_of(PyObject *dict, int64_t which) {
    static const char *const views[] = {NULL, "keys", "values", "items"};
    return which ? PyObject_CallMethod(dict, views[which], NULL) : Py_NewRef(dict);
}

/* An iterator over a dict, or keys, values or items of it, that goes on with an entry: of where it lies, its
 * form, the entry, and which. */
PyObject *slip_table_iterator(const int64_t *w) {
    const slip_list *l = list_at(w[0]);
    PyObject *dict = slip_list_object(w), *view = dict ? view_of(dict, w[3]) : NULL;
    PyObject *it = view ? PyObject_GetIter(view) : NULL;
    for (int64_t i = 0; it && i < w[2]; i++) {
        if (!slip_list_lives(l, l->data + i * l->stride)) continue;
        PyObject *passed = PyIter_Next(it);
        if (passed == NULL && PyErr_Occurred()) Py_CLEAR(it);
        Py_XDECREF(passed);
    }
    Py_XDECREF(dict);
    Py_XDECREF(view);
    return it;
}
