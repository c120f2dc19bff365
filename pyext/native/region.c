/* Region: the callable that spliced bytecode calls. It tries its entries in
 * order; None tells the caller to run its own instructions. */
#include "native.h"

static PyObject *not_taken(slip_region *self, int reason) {
    self->reasons[reason]++;
    self->last_reason = reason;
    Py_RETURN_NONE;
}

/* Holds the entry while it runs: it may be removed by what it calls. */
static int try_at(slip_region *self, Py_ssize_t i, PyObject *const *args, Py_ssize_t n, PyObject **result) {
    slip_entry *e = self->entries[i];
    if (e == NULL || e->nargs != n) return SLIP_TRY_MISSED;
    e->refs++;
    int outcome = slip_try(self, e, args, result);
    slip_entry_release(e);
    return outcome;
}

/* Reports an error of ours that must not reach the user's program. Requests
 * to stop (KeyboardInterrupt, SystemExit) are no errors: -1, still raised. */
static int hook_failed(slip_region *self) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) return -1;
    PyErr_WriteUnraisable((PyObject *)self);
    self->enabled = 0;
    return 0;
}

static PyObject *call_hook(slip_region *self, PyObject *const *args, Py_ssize_t n) {
    PyObject *tuple = PyTuple_New(n), *hook = Py_NewRef(self->on_miss), *answer = NULL;
    if (tuple) {
        for (Py_ssize_t i = 0; i < n; i++) PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
        PyObject *both[] = {(PyObject *)self, tuple};
        uint32_t status = slip_fp_get();
        answer = PyObject_Vectorcall(hook, both, 2, NULL);
        slip_fp_restore(status);
        Py_DECREF(tuple);
    }
    Py_DECREF(hook);
    return answer;
}

/* Asks Python for an entry: its index, -1 for none, -2 with an exception. */
static Py_ssize_t entry_from_hook(slip_region *self, PyObject *const *args, Py_ssize_t n) {
    PyObject *answer = call_hook(self, args, n);
    if (answer == NULL) return hook_failed(self) < 0 ? -2 : -1;
    Py_ssize_t i = -1;
    if (answer != Py_None) {
        i = PyLong_AsSsize_t(answer);
        if (i == -1 && PyErr_Occurred() && hook_failed(self) < 0) i = -2;
    }
    Py_DECREF(answer);
    return i < self->count ? i : -1;
}

/* What nothing fits time and again is let alone for ever longer: asking each version costs more than
 * a small region is worth. */
static void rest_from_misses(slip_region *self) {
    if (++self->missed < SLIP_PATIENCE) return;
    self->rest = self->missed < SLIP_LONGEST_REST ? self->missed : SLIP_LONGEST_REST;
    self->missed = 2 * self->rest;
}

/* No entry fits; one that failed has counted its reason already. */
static PyObject *missed(slip_region *self, PyObject *const *args, Py_ssize_t n, bool counted) {
    PyObject *result = NULL;
    self->misses++;
    if (self->on_miss && self->on_miss != Py_None && slip_calls_left(SLIP_COMPILING)) {
        Py_ssize_t i = entry_from_hook(self, args, n);
        if (i == -2) return NULL;
        int outcome = i < 0 ? SLIP_TRY_MISSED : try_at(self, i, args, n, &result);
        if (outcome != SLIP_TRY_MISSED) self->missed = 0;
        if (outcome == SLIP_TRY_TAKEN) return result;
        if (outcome == SLIP_TRY_FAILED) Py_RETURN_NONE;
    }
    if (self->inside && ++self->vain >= SLIP_VAIN) self->failing = SLIP_TROUBLE;
    rest_from_misses(self);
    if (counted) Py_RETURN_NONE;
    return not_taken(self, SLIP_R_GUARD);
}

static PyObject *run_region(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    slip_region *self = (slip_region *)object;
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    PyObject *result = NULL;
    if (SLIP_UNLIKELY(slip.off || !self->enabled)) return not_taken(self, SLIP_R_DISABLED);
    if (SLIP_UNLIKELY(kwnames && PyTuple_GET_SIZE(kwnames))) {
        PyErr_SetString(PyExc_TypeError, "a region takes no keyword arguments");
        return NULL;
    }
    if (SLIP_UNLIKELY(!SLIP_GUARD(tracing, !slip_traced()))) return not_taken(self, SLIP_R_TRACING);
    /* Somebody may have made another function of the code. */
    bool home = self->globals == NULL || self->globals == Py_None ||
                SLIP_GUARD(home, slip_frame_globals() == self->globals);
    if (SLIP_UNLIKELY(!home)) return not_taken(self, SLIP_R_GUARD);
    if (SLIP_UNLIKELY(self->rest)) {
        self->rest--;
        return not_taken(self, SLIP_R_GUARD);
    }
    bool shape = false, rests = false;
    for (Py_ssize_t i = 0; i < self->count; i++) {
        int outcome = try_at(self, i, args, n, &result);
        if (outcome == SLIP_TRY_MISSED) continue;
        self->missed = 0;
        if (outcome == SLIP_TRY_TAKEN) return result;
        if (outcome == SLIP_TRY_RESTS) {
            rests = true;
            continue;
        }
        /* shapes it was not compiled for may fit another entry */
        shape = self->last_reason == SLIP_R_SHAPE;
        if (!shape) Py_RETURN_NONE;
    }
    if (rests) Py_RETURN_NONE;
    return missed(self, args, n, shape);
}

/* Tells that runs fail, once in a row. */
static int tell_failure(slip_region *self) {
    if (!slip_calls_left(SLIP_COMPILING)) return 0;
    self->failing = SLIP_TROUBLE + 1;
    self->lost = self->vain >= SLIP_VAIN;
    if (self->on_failure == NULL || self->on_failure == Py_None) return 0;
    uint32_t status = slip_fp_get();
    PyObject *hook = Py_NewRef(self->on_failure), *answer = PyObject_CallOneArg(hook, (PyObject *)self);
    slip_fp_restore(status);
    Py_DECREF(hook);
    if (answer == NULL) return hook_failed(self);
    Py_DECREF(answer);
    return 0;
}

/* Runs the region, or lets Python do it, to compare the two. */
static PyObject *run_weighed(slip_region *self, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    if (slip_weigh_plain(self)) return not_taken(self, SLIP_R_WEIGHED);
    unsigned long long hits = self->hits;
    PyObject *result = run_region((PyObject *)self, args, nargsf, kwnames);
    if (self->hits == hits) slip_weigh_skip(self);
    return result;
}

/* The same for a function. */
static PyObject *run_tried(slip_region *self, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    if (slip_trial_plain(self)) return not_taken(self, SLIP_R_WEIGHED);
    return run_region((PyObject *)self, args, nargsf, kwnames);
}

static PyObject *region_call(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *kwnames) {
    slip_region *self = (slip_region *)object;
    if (SLIP_UNLIKELY(slip.plain != NULL) && slip_weigh_inside(self)) return not_taken(self, SLIP_R_WEIGHED);
    if (SLIP_UNLIKELY(slip.off)) return run_region(object, args, nargsf, kwnames);
    bool weighs = !self->weighed && slip.weigh && self->enabled &&
                  self->hits >= (self->again ? self->again : (unsigned long long)slip.weigh);
    PyObject *result = SLIP_UNLIKELY(weighs)        ? run_weighed(self, args, nargsf, kwnames)
                       : SLIP_UNLIKELY(self->trial) ? run_tried(self, args, nargsf, kwnames)
                                                    : run_region(object, args, nargsf, kwnames);
    if (SLIP_UNLIKELY(self->tried)) self->failing = SLIP_TROUBLE;
    if (SLIP_UNLIKELY(self->failing == SLIP_TROUBLE) && result && tell_failure(self) < 0) Py_CLEAR(result);
    return result;
}

static PyObject *region_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"name", NULL};
    PyObject *name;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:Region", names, &name)) return NULL;
    slip_region *self = (slip_region *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->vectorcall = region_call;
    self->name = Py_NewRef(name);
    self->on_miss = Py_NewRef(Py_None);
    self->on_failure = Py_NewRef(Py_None);
    self->exits = 1;
    self->enabled = 1;
    return (PyObject *)self;
}

static int region_traverse(PyObject *object, visitproc visit, void *arg) {
    slip_region *self = (slip_region *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->on_miss);
    Py_VISIT(self->on_failure);
    Py_VISIT(self->globals);
    for (Py_ssize_t i = 0; i < self->count; i++) {
        /* a running call holds the entry, too, and so its objects */
        if (self->entries[i] && self->entries[i]->refs == 1) Py_VISIT(self->entries[i]->objects);
    }
    return 0;
}

static void drop_entries(slip_region *self) {
    slip_entry **entries = self->entries;
    Py_ssize_t n = self->count;
    self->entries = NULL;
    self->count = self->room = 0;
    for (Py_ssize_t i = 0; i < n; i++)
        if (entries[i]) slip_entry_release(entries[i]);
    PyMem_Free(entries);
}

static int region_clear(PyObject *object) {
    slip_region *self = (slip_region *)object;
    Py_XSETREF(self->on_miss, Py_NewRef(Py_None));
    Py_XSETREF(self->on_failure, Py_NewRef(Py_None));
    Py_CLEAR(self->globals);
    self->enabled = 0;
    drop_entries(self);
    slip_weigh_end(self);
    slip_trial_end(self);
    return 0;
}

static void region_dealloc(PyObject *object) {
    slip_region *self = (slip_region *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    slip_weigh_end(self);
    slip_trial_end(self);
    if (self->weakrefs) PyObject_ClearWeakRefs(object);
    drop_entries(self);
    Py_CLEAR(self->on_miss);
    Py_CLEAR(self->on_failure);
    Py_CLEAR(self->globals);
    Py_CLEAR(self->name);
    type->tp_free(object);
    Py_DECREF(type);
}

static int make_room(slip_region *self) {
    if (self->count < self->room) return 0;
    Py_ssize_t room = self->room ? 2 * self->room : 4;
    slip_entry **entries = PyMem_Realloc(self->entries, (size_t)room * sizeof *entries);
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->entries = entries;
    self->room = room;
    return 0;
}

static PyObject *region_add(slip_region *self, PyObject *args) {
    PyObject *image, *objects, *loops, *map;
    if (!PyArg_ParseTuple(args, "SO!O!O!:add", &image, &PyTuple_Type, &objects, &PyTuple_Type, &loops,
                          &PyTuple_Type, &map))
        return NULL;
    slip_entry *e = slip_entry_new(image, objects, loops, map, self->exits, self->width);
    if (e == NULL) return NULL;
    if (make_room(self) < 0) {
        slip_entry_release(e);
        return NULL;
    }
    self->entries[self->count] = e;
    return PyLong_FromSsize_t(self->count++);
}

static PyObject *region_remove(slip_region *self, PyObject *index) {
    Py_ssize_t i = PyLong_AsSsize_t(index);
    if (i == -1 && PyErr_Occurred()) return NULL;
    if (i < 0 || i >= self->count || self->entries[i] == NULL) {
        PyErr_SetString(PyExc_IndexError, "no such entry");
        return NULL;
    }
    slip_entry *e = self->entries[i];
    self->entries[i] = NULL;
    slip_entry_release(e);
    Py_RETURN_NONE;
}

static PyObject *region_clear_entries(slip_region *self, PyObject *unused) {
    drop_entries(self);
    Py_RETURN_NONE;
}

static PyObject *region_end_trial(slip_region *self, PyObject *unused) {
    slip_trial_end(self);
    Py_RETURN_NONE;
}

/* How often a nest left by an exit. */
static uint64_t exit_hits(const slip_entry *e, int exit) {
    uint64_t n = 0;
    for (int i = 0; i < e->nest.nways; i++)
        if (e->nest.ways[i].exit == exit) n += e->nest.ways[i].hits;
    return n;
}

/* The same for all exits; None of entries that are no nest. */
static PyObject *all_exit_hits(const slip_entry *e) {
    if (!e->nested) Py_RETURN_NONE;
    PyObject *list = PyList_New(e->nexits);
    for (int i = 0; list && i < e->nexits; i++) {
        PyObject *n = PyLong_FromUnsignedLongLong(exit_hits(e, i));
        if (n == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, n);
    }
    return list;
}

static PyObject *entry_record(const slip_entry *e) {
    if (e == NULL) Py_RETURN_NONE;
    return Py_BuildValue("{s:K,s:K,s:n,s:N}", "hits", (unsigned long long)e->hits, "misses",
                         (unsigned long long)e->misses, "image", e->image_size, "exits", all_exit_hits(e));
}

static PyObject *region_entries(slip_region *self, PyObject *unused) {
    PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list && i < self->count; i++) {
        PyObject *record = entry_record(self->entries[i]);
        if (record == NULL || PyList_Append(list, record) < 0) Py_CLEAR(list);
        Py_XDECREF(record);
    }
    return list;
}

static PyObject *region_reasons(slip_region *self, PyObject *unused) {
    PyObject *dict = PyDict_New();
    for (int i = 0; dict && i < SLIP_REASONS; i++) {
        if (self->reasons[i] == 0) continue;
        PyObject *number = PyLong_FromLong(i);
        PyObject *count = PyLong_FromUnsignedLongLong(self->reasons[i]);
        if (!number || !count || PyDict_SetItem(dict, number, count) < 0) Py_CLEAR(dict);
        Py_XDECREF(number);
        Py_XDECREF(count);
    }
    return dict;
}

static PyObject *region_repr(slip_region *self) {
    return PyUnicode_FromFormat("<slipstream region %U>", self->name);
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)region_add, METH_VARARGS,
     "add(image, objects, loops, exit_map) -> index of the new entry"},
    {"remove", (PyCFunction)region_remove, METH_O, "remove(index): other indices stay"},
    {"clear", (PyCFunction)region_clear_entries, METH_NOARGS, "drop all entries"},
    {"entries", (PyCFunction)region_entries, METH_NOARGS,
     "one dict (hits, misses, image, hits by exit of a nest) an entry, None for a removed one"},
    {"begin_trial", (PyCFunction)slip_trial_begin, METH_O,
     "begin_trial(counts): calls are weighed; counts: the region has no code of its own"},
    {"end_trial", (PyCFunction)region_end_trial, METH_NOARGS, "end_trial(): no more"},
    {"reasons", (PyCFunction)region_reasons, METH_NOARGS, "counts by reason number"},
    {NULL},
};

static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(slip_region, vectorcall), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(slip_region, weakrefs), READONLY, NULL},
    {"name", T_OBJECT_EX, offsetof(slip_region, name), READONLY, NULL},
    {"on_miss", T_OBJECT_EX, offsetof(slip_region, on_miss), 0,
     "on_miss(region, args) -> index of an entry to try, or None"},
    {"on_failure", T_OBJECT_EX, offsetof(slip_region, on_failure), 0,
     "on_failure(region): runs that were begun fail one after the other"},
    {"globals", T_OBJECT, offsetof(slip_region, globals), 0, "of the function that it is for, or None"},
    {"enabled", T_BOOL, offsetof(slip_region, enabled), 0, NULL},
    {"weighed", T_BOOL, offsetof(slip_region, weighed), 0, "it is not, or no more, compared with Python"},
    {"tried", T_BYTE, offsetof(slip_region, tried), 0,
     "what is to be done for a trial of its function: see trial.c"},
    {"later", T_LONGLONG, offsetof(slip_region, later), READONLY, "runs until another one"},
    {"again", T_ULONGLONG, offsetof(slip_region, again), 0, "hits before which it is not weighed"},
    {"group", T_LONGLONG, offsetof(slip_region, group), 0, "a number that regions of one function share"},
    {"begin", T_INT, offsetof(slip_region, begin), 0, "where in the function's code it begins"},
    {"end", T_INT, offsetof(slip_region, end), 0, "where it ends"},
    {"inside", T_BOOL, offsetof(slip_region, inside), 0, "it is entered where rounds of loops begin"},
    {"vain", T_BOOL, offsetof(slip_region, lost), READONLY,
     "it gained nothing so often that on_failure is told"},
    {"exits", T_INT, offsetof(slip_region, exits), 0, "number of exits; set before add"},
    {"width", T_INT, offsetof(slip_region, width), 0, "most values of any exit"},
    {"hits", T_ULONGLONG, offsetof(slip_region, hits), READONLY, NULL},
    {"misses", T_ULONGLONG, offsetof(slip_region, misses), READONLY, NULL},
    {"failures", T_ULONGLONG, offsetof(slip_region, failures), READONLY,
     "runs that were begun and left early"},
    {"guess", T_LONGLONG, offsetof(slip_region, guess), READONLY,
     "the number of the last guess of a branch that was wrong"},
    {"last_reason", T_INT, offsetof(slip_region, last_reason), READONLY, NULL},
    {NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, region_new},
    {Py_tp_dealloc, region_dealloc},
    {Py_tp_traverse, region_traverse},
    {Py_tp_clear, region_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_repr, region_repr},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_tp_doc, "Region(name): native code for one place of a function"},
    {0, NULL},
};

PyType_Spec slip_region_spec = {
    .name = "slipstream._native.Region",
    .basicsize = sizeof(slip_region),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
