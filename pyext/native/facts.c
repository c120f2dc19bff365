/* Facts: names whose values a plan relies on. Looking them all up costs more
 * than the rest of a small call, so it is done only after a change:
 *
 * CPython 3.12 and later tell of changes through a dict watcher. A change to
 * a name that some plan reads moves the process's epoch on; an entry that was
 * checked in this epoch needs one compare.
 *
 * CPython 3.11 keeps a version tag in each dict, new after every change.
 *
 * Values found are kept as borrowed pointers. As long as the dict has not
 * changed it owns them; after a change they are never looked at. So nothing
 * of the user's lives longer than without us. */
#include "native.h"

/* Not every fact is a name in a dict: what a closure's cell holds, and the
 * state of a function that was inlined, are looked at in every call, which
 * costs a few compares. */
static bool is_name(const slip_entry *e, const slip_fact *f) {
    return PyDict_Check(PyTuple_GET_ITEM(e->objects, f->dict));
}

static bool same_or_none(PyObject *now, PyObject *then) {
    return now == then || (now == NULL && then == Py_None);
}

static bool same_function(PyObject *function, PyObject *state) {
    PyFunctionObject *f = (PyFunctionObject *)function;
    PyObject *code = PyTuple_GET_ITEM(state, 0);
    return (SLIP_LIKELY(f->func_code == code) || slip_naps_alike(function, f->func_code, code)) &&
           same_or_none(f->func_defaults, PyTuple_GET_ITEM(state, 1)) &&
           same_or_none(f->func_kwdefaults, PyTuple_GET_ITEM(state, 2));
}

static bool unnamed_holds(slip_entry *e, int i) {
    const slip_fact *f = &e->facts[i];
    PyObject *holder = PyTuple_GET_ITEM(e->objects, f->dict);
    PyObject *expected = f->expect < 0 ? NULL : PyTuple_GET_ITEM(e->objects, f->expect);
    if (PyFunction_Check(holder)) return same_function(holder, expected);
    PyObject *found = PyCell_GET(holder);
    e->fact_values[i] = found;
    return found != NULL && (expected == NULL || found == expected);
}

static bool unnamed_hold(slip_entry *e) {
    for (int i = 0; i < e->nfacts; i++)
        if (!is_name(e, &e->facts[i]) && !unnamed_holds(e, i)) return false;
    return true;
}

static void find_unnamed(slip_entry *e) {
    e->unnamed = false;
    for (int i = 0; i < e->nfacts; i++) e->unnamed = e->unnamed || !is_name(e, &e->facts[i]);
}

static PyObject *look_up(slip_entry *e, const slip_fact *f) {
    PyObject *key = PyTuple_GET_ITEM(e->objects, f->key);
    PyObject *found = PyDict_GetItemWithError(PyTuple_GET_ITEM(e->objects, f->dict), key);
    if (found == NULL && f->fallback >= 0 && !PyErr_Occurred())
        found = PyDict_GetItemWithError(PyTuple_GET_ITEM(e->objects, f->fallback), key);
    if (found == NULL) PyErr_Clear();
    return found;
}

static bool look_up_all(slip_entry *e) {
    for (int i = 0; i < e->nfacts; i++) {
        const slip_fact *f = &e->facts[i];
        if (!is_name(e, f)) continue;
        PyObject *found = look_up(e, f);
        if (found == NULL || (f->expect >= 0 && found != PyTuple_GET_ITEM(e->objects, f->expect)))
            return false;
        e->fact_values[i] = found;
    }
    return true;
}

/* Adds to a counter; the new count, or -1 with an exception. */
static long count(PyObject *counts, PyObject *key, long by) {
    PyObject *old = PyDict_GetItemWithError(counts, key);
    long now = (old ? PyLong_AsLong(old) : 0) + by;
    if (old == NULL && PyErr_Occurred()) return -1;
    if (now <= 0) return old == NULL || PyDict_DelItem(counts, key) == 0 ? 0 : -1;
    PyObject *new = PyLong_FromLong(now);
    int outcome = new ? PyDict_SetItem(counts, key, new) : -1;
    Py_XDECREF(new);
    return outcome < 0 ? -1 : now;
}

static PyObject *namespaces; /* address of a dict -> number of facts that look into it */

static long count_namespace(PyObject *dict, long by) {
    PyObject *key = PyLong_FromVoidPtr(dict);
    long now = key ? count(namespaces, key, by) : -1;
    Py_XDECREF(key);
    return now;
}

/* Whether some plan relies on names in a dict. */
bool slip_is_namespace(PyObject *dict) {
    PyObject *key = PyLong_FromVoidPtr(dict);
    int found = key ? PyDict_Contains(namespaces, key) : -1;
    Py_XDECREF(key);
    if (found < 0) PyErr_Clear();
    return found != 0;
}

#if PY_VERSION_HEX >= 0x030C0000

static int watcher = -1;
static PyObject *watched_names; /* name -> number of facts */

/* Comes before the change is made, so the next look-up sees the new value. */
static int dict_changed(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *value) {
    bool one = event == PyDict_EVENT_ADDED || event == PyDict_EVENT_MODIFIED || event == PyDict_EVENT_DELETED;
    if (!one || key == NULL || !PyUnicode_CheckExact(key) || PyDict_Contains(watched_names, key) != 0)
        slip.epoch++;
    return 0;
}

int slip_facts_init(void) {
    slip.epoch = 1;
    if (watcher >= 0) return 0;
    watched_names = PyDict_New();
    namespaces = PyDict_New();
    if (!watched_names || !namespaces) return -1;
    watcher = PyDict_AddWatcher(dict_changed);
    if (watcher < 0) PyErr_Clear(); /* all eight are taken: names are looked up in every call */
    return 0;
}

static int watch_dict(PyObject *dict, long by) {
    long now = count_namespace(dict, by);
    if (now < 0) return -1;
    if (watcher < 0) return 0;
    if (by > 0) return now == 1 ? PyDict_Watch(watcher, dict) : 0;
    return now == 0 ? PyDict_Unwatch(watcher, dict) : 0;
}

static int watch_fact(slip_entry *e, const slip_fact *f, long by) {
    if (!is_name(e, f)) return 0;
    if (count(watched_names, PyTuple_GET_ITEM(e->objects, f->key), by) < 0 ||
        watch_dict(PyTuple_GET_ITEM(e->objects, f->dict), by) < 0)
        return -1;
    return f->fallback < 0 ? 0 : watch_dict(PyTuple_GET_ITEM(e->objects, f->fallback), by);
}

static bool may_watch(void) { return watcher >= 0; }

static bool names_hold(slip_entry *e) {
    uint64_t now = slip.epoch;
    if (e->epoch == now || e->nfacts == 0) return true;
    if (!look_up_all(e)) return false;
    e->epoch = e->watching ? now : 0;
    return true;
}

#else

int slip_facts_init(void) {
    namespaces = PyDict_New();
    return namespaces ? 0 : -1;
}

static int watch_fact(slip_entry *e, const slip_fact *f, long by) {
    if (!is_name(e, f)) return 0;
    if (count_namespace(PyTuple_GET_ITEM(e->objects, f->dict), by) < 0) return -1;
    return f->fallback < 0 || count_namespace(PyTuple_GET_ITEM(e->objects, f->fallback), by) >= 0 ? 0 : -1;
}

static bool may_watch(void) { return false; }

static uint64_t tag(slip_entry *e, int dict) {
    return ((PyDictObject *)PyTuple_GET_ITEM(e->objects, dict))->ma_version_tag;
}

/* Compares the tags with those remembered, and remembers the new ones. */
static bool tags_changed(slip_entry *e) {
    bool changed = e->epoch == 0;
    for (int i = 0; i < e->nfacts; i++) {
        const slip_fact *f = &e->facts[i];
        if (!is_name(e, f)) continue;
        uint64_t a = tag(e, f->dict), b = f->fallback < 0 ? 0 : tag(e, f->fallback);
        changed = changed || e->tags[2 * i] != a || e->tags[2 * i + 1] != b;
        e->tags[2 * i] = a;
        e->tags[2 * i + 1] = b;
    }
    return changed;
}

/* epoch is 1 once all names have been found as expected. */
static bool names_hold(slip_entry *e) {
    if (e->nfacts == 0 || !tags_changed(e)) return true;
    e->epoch = look_up_all(e);
    return e->epoch != 0;
}

#endif

static int count_facts(slip_entry *e) {
    e->counted = true;
    for (int i = 0; i < e->nfacts; i++)
        if (watch_fact(e, &e->facts[i], 1) < 0) return -1;
    return 0;
}

int slip_facts_watch(slip_entry *e) {
    find_unnamed(e);
    e->watching = may_watch();
    return count_facts(e);
}

void slip_facts_unwatch(slip_entry *e) {
    if (!e->counted) return;
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    for (int i = 0; i < e->nfacts; i++)
        if (watch_fact(e, &e->facts[i], -1) < 0) PyErr_Clear();
    PyErr_Restore(type, value, trace);
}

bool slip_facts_valid(slip_entry *e) {
    return SLIP_GUARD(names, names_hold(e)) && (!e->unnamed || SLIP_GUARD(functions, unnamed_hold(e)));
}
