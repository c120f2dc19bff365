/* Lists, deques, dicts and sets that come from outside into a loop nest. Their numbers are copied where the
 * nest is entered, and where it is left the objects themselves get what has changed; in between nobody else
 * runs. An object is one list, however often it is met. */
#include "nestlists.h"

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

/* What is taken in. Depth is how many lists it lies in. */
typedef struct {
    slip_run *run;
    const slip_outside *form;
} taking;

static slip_list *take_in(const taking *t, PyObject *object, int depth);

static bool int_word(PyObject *o, int64_t *word) {
    int overflow = 0;
    if (!PyLong_CheckExact(o)) return false;
    *word = PyLong_AsLongLongAndOverflow(o, &overflow);
    return !overflow;
}

/* A NaN is found by what it is, and stays with Python. */
static bool float_word(PyObject *o, int64_t *word) {
    if (!PyFloat_CheckExact(o)) return false;
    double d = PyFloat_AS_DOUBLE(o);
    memcpy(word, &d, sizeof d);
    return d == d;
}

/* The word of an item of a type. */
static bool word_of(const taking *t, PyObject *o, int type, int depth, int64_t *word) {
    switch (type) {
    case SLIP_ITEM_NONE:
        return false;
    case SLIP_ITEM_INT:
        return int_word(o, word);
    case SLIP_ITEM_FLOAT:
        return float_word(o, word);
    case SLIP_ITEM_BOOL:
        *word = o == Py_True;
        return PyBool_Check(o);
    case SLIP_ITEM_LIST:
        *word = (int64_t)(intptr_t)take_in(t, o, depth + 1);
        return *word != 0;
    }
    return false;
}

/* A number of one of several types: which, and its word. */
static bool either_words(const taking *t, PyObject *o, int64_t code, int column, int depth, int64_t *words) {
    for (int i = column + 1; i < SLIP_LIST_COLUMNS; i++) {
        int type = slip_list_type(code, i);
        words[0] = i - column - 1;
        if (type && word_of(t, o, type, depth, words + 1)) return true;
    }
    return false;
}

static bool tuple_words(const taking *t, PyObject *o, int64_t code, int from, int to, int depth,
                        int64_t *words) {
    if (!PyTuple_CheckExact(o) || PyTuple_GET_SIZE(o) != to - from) return false;
    for (int i = from; i < to; i++)
        if (!word_of(t, PyTuple_GET_ITEM(o, i - from), slip_list_type(code, i), depth, words + i - from))
            return false;
    return true;
}

/* The words of an item, or of a key's value, from a column on. */
static bool item_words(const taking *t, PyObject *o, int64_t code, int from, int depth, int64_t *words) {
    int type = slip_list_type(code, from);
    if (code & SLIP_LIST_TUPLES) return tuple_words(t, o, code, from, slip_list_width(code), depth, words);
    if (type == SLIP_ITEM_EITHER) return either_words(t, o, code, from, depth, words);
    return word_of(t, o, type, depth, words);
}

static bool key_words(const taking *t, PyObject *o, int64_t code, int64_t *words) {
    if (slip_list_tuple_key(code)) return tuple_words(t, o, code, 0, slip_list_keys(code), 0, words);
    return word_of(t, o, slip_list_type(code, 0), 0, words);
}

static bool take_items(const taking *t, slip_list *l, PyObject *sequence, int depth) {
    PyObject **items = PySequence_Fast_ITEMS(sequence);
    int64_t n = PySequence_Fast_GET_SIZE(sequence);
    if (!slip_outside_room(l, n * l->stride)) return false;
    while (l->count < n && item_words(t, items[l->count], l->code, 0, depth, l->data + l->count * l->stride))
        l->count++;
    if (l->count < n) slip_outside_room(l, (l->count - n) * l->stride);
    return l->count == n;
}

static bool take_deque(const taking *t, slip_list *l, PyObject *deque, int depth) {
    PyObject *items = PySequence_List(deque);
    bool taken = items && take_items(t, l, items, depth);
    Py_XDECREF(items);
    return taken;
}

/* A key, and its value if there is one. */
static bool take_entry(const taking *t, slip_list *l, PyObject *key, PyObject *value, int depth) {
    int64_t w[1 + SLIP_LIST_COLUMNS], keys = slip_list_keys(l->code);
    if (!key_words(t, key, l->code, w + 1)) return false;
    if (value && !item_words(t, value, l->code, (int)keys, depth, w + 1 + keys)) return false;
    w[0] = (int64_t)(intptr_t)l;
    return !slip_nest_table_room(NULL, w, 0) && !slip_nest_table_put(NULL, w, 0);
}

static bool take_dict(const taking *t, slip_list *l, PyObject *dict, int depth) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(dict, &at, &key, &value))
        if (!take_entry(t, l, key, value, depth)) return false;
    return true;
}

static bool take_set(const taking *t, slip_list *l, PyObject *set, int depth) {
    PyObject *it = PyObject_GetIter(set), *key;
    bool taken = it != NULL;
    while (taken && (key = PyIter_Next(it))) {
        taken = take_entry(t, l, key, NULL, depth);
        Py_DECREF(key);
    }
    Py_XDECREF(it);
    l->first = l->entries;
    return taken;
}

static bool of_class(PyObject *o, int which) {
    return (PyObject *)Py_TYPE(o) == slip_collections_class(which);
}

static bool has_factory(PyObject *o, PyTypeObject *class) {
    if (!of_class(o, SLIP_DEFAULTDICT)) return false;
    PyObject *factory = PyObject_GetAttrString(o, "default_factory");
    Py_XDECREF(factory);
    return factory == (PyObject *)class;
}

static bool unbounded(PyObject *o) {
    PyObject *most = PyObject_GetAttrString(o, "maxlen");
    Py_XDECREF(most);
    return most == Py_None;
}

/* Whether an object is of the class that a form has. */
static bool fits(PyObject *o, int64_t code) {
    switch (slip_list_kind(code)) {
    case SLIP_KIND_LIST:
        return code & SLIP_LIST_FROZEN ? PyTuple_CheckExact(o) : PyList_CheckExact(o);
    case SLIP_KIND_DEQUE:
        return of_class(o, SLIP_DEQUE) && unbounded(o);
    case SLIP_KIND_DICT:
        return PyDict_CheckExact(o);
    case SLIP_KIND_SET:
        return Py_IS_TYPE(o, &PySet_Type);
    case SLIP_KIND_COUNTER:
        return of_class(o, SLIP_COUNTER);
    case SLIP_KIND_DEFAULT_INT:
        return has_factory(o, &PyLong_Type);
    case SLIP_KIND_DEFAULT_FLOAT:
        return has_factory(o, &PyFloat_Type);
    case SLIP_KIND_DEFAULT_LIST:
        return has_factory(o, &PyList_Type);
    }
    return false;
}

static bool take_all(const taking *t, slip_list *l, PyObject *o, int depth) {
    switch (slip_list_kind(l->code)) {
    case SLIP_KIND_LIST:
        return take_items(t, l, o, depth);
    case SLIP_KIND_DEQUE:
        return take_deque(t, l, o, depth);
    case SLIP_KIND_SET:
        return take_set(t, l, o, depth);
    }
    return take_dict(t, l, o, depth);
}

static bool is_taken_in(const slip_entry *e, int value) {
    for (int i = 0; i < e->nest.noutside; i++)
        if (e->tasks[0].src[e->nest.outside[i].arg] == value) return true;
    return false;
}

/* Whether something is looked up in an input. */
static bool has_parts(const slip_entry *e, int input) {
    for (int i = 0; i < e->ninputs; i++)
        if (e->inputs[i].source == SLIP_FROM_PART && e->inputs[i].index == input) return true;
    return false;
}

/* Whether an object that may change is looked into in another way, too. */
static bool is_input(const slip_run *r, PyObject *object) {
    const slip_entry *e = r->e;
    for (int i = 0; i < e->ninputs; i++) {
        int value = e->inputs[i].value;
        if (value < 0 || e->values[value].kind != SLIP_OBJECT || r->v[value].obj != object) continue;
        if (!is_taken_in(e, value) && has_parts(e, i)) return true;
    }
    return false;
}

static slip_list *take_in(const taking *t, PyObject *object, int depth) {
    if (depth >= t->form->depth) return NULL;
    int64_t code = t->form->codes[depth];
    slip_list *l = slip_outside_known(t->run->lists, object);
    if (l) return l->code == code ? l : NULL;
    if (!fits(object, code) || (t->form->changes && is_input(t->run, object))) return NULL;
    l = slip_list_of_outside(t->run, object, code);
    return l && take_all(t, l, object, depth) ? l : NULL;
}

int64_t slip_take_in(slip_run *r, PyObject *object, const slip_outside *form) {
    slip_list *l = take_in(&(taking){r, form}, object, 0);
    PyErr_Clear();
    return (int64_t)(intptr_t)l;
}

/* Whether an object of Python's is what words say. */
static bool stands(PyObject *o, int64_t word, int type) {
    int64_t other;
    if (type == SLIP_ITEM_LIST) return o == list_at(word)->made;
    return word_of(NULL, o, type, 0, &other) && other == word;
}

static bool stands_tuple(PyObject *o, const int64_t *entry, int64_t code, int from) {
    int to = slip_list_width(code);
    if (!PyTuple_CheckExact(o) || PyTuple_GET_SIZE(o) != to - from) return false;
    for (int i = from; i < to; i++)
        if (!stands(PyTuple_GET_ITEM(o, i - from), entry[i], slip_list_type(code, i))) return false;
    return true;
}

static bool item_stands(PyObject *o, const int64_t *entry, int64_t code, int from) {
    int type = slip_list_type(code, from);
    if (code & SLIP_LIST_TUPLES) return stands_tuple(o, entry, code, from);
    if (type == SLIP_ITEM_EITHER)
        return stands(o, entry[from + 1], slip_list_type(code, from + 1 + (int)entry[from]));
    return stands(o, entry[from], type);
}

static bool settle_item(PyObject *list, const slip_list *l, int64_t i) {
    const int64_t *entry = l->data + i * l->stride;
    bool there = i < PyList_GET_SIZE(list);
    if (there && item_stands(PyList_GET_ITEM(list, i), entry, l->code, 0)) return true;
    PyObject *o = slip_list_item(entry, l->code, 0);
    if (o && there) return PyList_SetItem(list, (Py_ssize_t)i, o) == 0;
    bool done = o && PyList_Append(list, o) == 0;
    Py_XDECREF(o);
    return done;
}

static bool settle_list(const slip_list *l, PyObject *list) {
    if (PyList_GET_SIZE(list) > l->count &&
        PyList_SetSlice(list, (Py_ssize_t)l->count, PY_SSIZE_T_MAX, NULL) < 0)
        return false;
    for (int64_t i = 0; i < l->count; i++)
        if (!settle_item(list, l, i)) return false;
    return true;
}

static bool deque_stands(const slip_list *l, PyObject *items) {
    bool same = PyList_GET_SIZE(items) == l->count;
    for (int64_t i = 0; same && i < l->count; i++)
        same = item_stands(PyList_GET_ITEM(items, i), l->data + i * l->stride, l->code, 0);
    return same;
}

/* Item by item, so that who goes over it does not notice. */
static bool settle_still_deque(const slip_list *l, PyObject *deque) {
    for (int64_t i = 0; i < l->count; i++) {
        const int64_t *entry = l->data + i * l->stride;
        PyObject *there = PySequence_GetItem(deque, (Py_ssize_t)i), *o = NULL;
        bool done = there && item_stands(there, entry, l->code, 0);
        if (there && !done && (o = slip_list_item(entry, l->code, 0)))
            done = PySequence_SetItem(deque, (Py_ssize_t)i, o) == 0;
        Py_XDECREF(there);
        Py_XDECREF(o);
        if (!done) return false;
    }
    return true;
}

static bool settle_deque(const slip_list *l, PyObject *deque) {
    if (l->code & SLIP_LIST_FROZEN) return settle_still_deque(l, deque);
    PyObject *items = PySequence_List(deque), *done = NULL;
    bool settled = items && deque_stands(l, items);
    if (items && !settled && settle_list(l, items)) {
        done = PyObject_CallMethod(deque, "clear", NULL);
        Py_XDECREF(done);
        done = done ? PyObject_CallMethod(deque, "extend", "O", items) : NULL;
        Py_XDECREF(done);
    }
    Py_XDECREF(items);
    return settled || done;
}

static bool settle_entry(PyObject *dict, const slip_list *l, const int64_t *entry) {
    PyObject *key = slip_list_key(entry, l->code), *v = key ? PyDict_GetItemWithError(dict, key) : NULL;
    int from = slip_list_keys(l->code);
    bool done = v && item_stands(v, entry, l->code, from);
    if (key && !done && !PyErr_Occurred()) {
        PyObject *o = slip_list_item(entry, l->code, from);
        done = o && PyDict_SetItem(dict, key, o) == 0;
        Py_XDECREF(o);
    }
    Py_XDECREF(key);
    return done;
}

/* Where keys were removed, others may have come again behind all: the order is that of the entries. */
static bool settle_dict(const slip_list *l, PyObject *dict) {
    if (l->removed) PyDict_Clear(dict);
    for (int64_t i = 0; i < l->entries; i++) {
        const int64_t *entry = l->data + i * l->stride;
        if (slip_list_lives(l, entry) && !settle_entry(dict, l, entry)) return false;
    }
    return true;
}

/* All that was done to it is done again, in order. */
static bool settle_set(const slip_list *l, PyObject *set) {
    int64_t from = l->emptied ? 0 : l->first;
    if (l->emptied && PySet_Clear(set) < 0) return false;
    for (int64_t i = from; i < l->entries; i++) {
        const int64_t *entry = l->data + i * l->stride;
        PyObject *key = slip_list_key(entry, l->code);
        bool removes = entry[l->stride - 1] == SLIP_ENTRY_REMOVES;
        bool done = key && (removes ? PySet_Discard(set, key) : PySet_Add(set, key)) >= 0;
        Py_XDECREF(key);
        if (!done) return false;
    }
    return true;
}

static bool settle(const slip_list *l) {
    if (PyTuple_CheckExact(l->made)) return true;
    switch (slip_list_kind(l->code)) {
    case SLIP_KIND_LIST:
        return settle_list(l, l->made);
    case SLIP_KIND_DEQUE:
        return settle_deque(l, l->made);
    case SLIP_KIND_SET:
        return settle_set(l, l->made);
    }
    return settle_dict(l, l->made);
}

bool slip_outside_settle(slip_list *l) {
    if (!settle(l)) return false;
    l->removed = l->emptied = false;
    l->first = l->entries;
    return true;
}

static bool list_stands(const slip_list *l, PyObject *list) {
    if (PyList_GET_SIZE(list) != l->count) return false;
    for (int64_t i = 0; i < l->count; i++)
        if (!item_stands(PyList_GET_ITEM(list, i), l->data + i * l->stride, l->code, 0)) return false;
    return true;
}

/* In their order, too. */
static bool dict_stands(const slip_list *l, PyObject *dict) {
    int64_t at = 0, words[SLIP_LIST_COLUMNS];
    int from = slip_list_keys(l->code);
    PyObject *key, *value;
    Py_ssize_t next = 0;
    if (PyDict_GET_SIZE(dict) != l->count) return false;
    while (PyDict_Next(dict, &next, &key, &value)) {
        while (!slip_list_lives(l, l->data + at * l->stride)) at++;
        const int64_t *entry = l->data + at++ * l->stride;
        if (!key_words(NULL, key, l->code, words) || memcmp(words, entry, (size_t)from * sizeof *words))
            return false;
        if (!item_stands(value, entry, l->code, from)) return false;
    }
    return true;
}

static bool set_stands(const slip_list *l, PyObject *set) {
    bool stands = PySet_GET_SIZE(set) == l->count;
    for (int64_t i = 0; stands && i < l->entries; i++) {
        const int64_t *entry = l->data + i * l->stride;
        if (!slip_list_lives(l, entry)) continue;
        PyObject *key = slip_list_key(entry, l->code);
        stands = key && PySet_Contains(set, key) == 1;
        Py_XDECREF(key);
    }
    PyErr_Clear();
    return stands;
}

bool slip_outside_stands(const slip_list *l) {
    if (PyTuple_CheckExact(l->made)) return true;
    switch (slip_list_kind(l->code)) {
    case SLIP_KIND_LIST:
        return list_stands(l, l->made);
    case SLIP_KIND_DEQUE: {
        PyObject *items = PySequence_List(l->made);
        bool same = items && deque_stands(l, items);
        PyErr_Clear();
        Py_XDECREF(items);
        return same;
    }
    case SLIP_KIND_SET:
        return set_stands(l, l->made);
    }
    return dict_stands(l, l->made);
}
