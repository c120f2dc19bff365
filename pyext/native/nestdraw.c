/* Numbers that loop nests draw from generators of NumPy's, by the interface that NumPy publishes for
 * that (numpy/random/bitgen.h). A generator is locked as long as the nest runs, but for its looks at what
 * else wants to run. Its state is kept before a statement's first number: where the statement is left and
 * done anew, it gets the same numbers. */
#include "nestdraw.h"

enum { MOST_GENERATORS = 4 };

/* What PCG64 and PCG64DXSM have behind their interface's pointer, and where that leads. */
typedef struct {
    uint64_t *words; /* state and increment, the low half first */
    int has_uint32;
    uint32_t uinteger;
} pcg_state;

enum { PCG_WORDS = 4 };

/* The same of MT19937. */
typedef struct {
    uint32_t key[624];
    int pos;
} mersenne_state;

typedef struct {
    PyObject *generator, *lock;
    bitgen_t *bits;
    bool mersenne, kept; /* kept: the state as it was at the statement's first number */
    union {
        mersenne_state mersenne;
        struct {
            pcg_state own;
            uint64_t words[PCG_WORDS];
        } pcg;
    } before;
} drawn;

struct slip_draws {
    int count;
    drawn of[MOST_GENERATORS];
};

/* A number of what the generator tells of its state, the low half of it. */
static bool told(PyObject *bit_generator, const char *name, uint64_t *low) {
    PyObject *all = PyObject_GetAttrString(bit_generator, "state");
    PyObject *inner = all ? PyMapping_GetItemString(all, "state") : NULL;
    PyObject *number = inner ? PyMapping_GetItemString(inner, name) : NULL;
    *low = number ? PyLong_AsUnsignedLongLongMask(number) : 0;
    Py_XDECREF(all);
    Py_XDECREF(inner);
    Py_XDECREF(number);
    return number != NULL && !PyErr_Occurred();
}

/* Whether the state lies where it is looked for: compared once a process for each kind. */
static bool lies_there(const drawn *d, PyObject *bit_generator) {
    static bool proven[2];
    uint64_t low;
    if (proven[d->mersenne]) return true;
    if (!told(bit_generator, d->mersenne ? "pos" : "state", &low)) return false;
    proven[d->mersenne] = low == (d->mersenne ? (uint64_t)((mersenne_state *)d->bits->state)->pos
                                              : ((pcg_state *)d->bits->state)->words[0]);
    return proven[d->mersenne];
}

static bool known_kind(drawn *d, PyObject *bit_generator) {
    const char *name = Py_TYPE(bit_generator)->tp_name;
    d->mersenne = strcmp(name, "numpy.random._mt19937.MT19937") == 0;
    return d->mersenne || strcmp(name, "numpy.random._pcg64.PCG64") == 0 ||
           strcmp(name, "numpy.random._pcg64.PCG64DXSM") == 0;
}

static bool has_interface(drawn *d, PyObject *bit_generator) {
    if (!known_kind(d, bit_generator)) return false;
    PyObject *capsule = PyObject_GetAttrString(bit_generator, "capsule");
    d->bits = capsule ? PyCapsule_GetPointer(capsule, "BitGenerator") : NULL;
    Py_XDECREF(capsule); /* the generator holds it */
    return d->bits && lies_there(d, bit_generator);
}

/* Locks without waiting. */
static bool locked(PyObject *lock) {
    PyObject *done = PyObject_CallMethod(lock, "acquire", "O", Py_False);
    bool is = done == Py_True;
    Py_XDECREF(done);
    return is;
}

static void unlock(PyObject *lock) {
    PyObject *done = PyObject_CallMethod(lock, "release", NULL);
    Py_XDECREF(done);
    if (done == NULL) PyErr_Clear();
}

static bool opened(drawn *d, PyObject *generator) {
    PyObject *bit_generator = PyObject_GetAttrString(generator, "bit_generator");
    if (bit_generator == NULL) {
        PyErr_Clear();
        bit_generator = PyObject_GetAttrString(generator, "_bit_generator");
    }
    bool fine = bit_generator && has_interface(d, bit_generator);
    d->lock = fine ? PyObject_GetAttrString(bit_generator, "lock") : NULL;
    Py_XDECREF(bit_generator);
    if (d->lock && locked(d->lock)) {
        d->generator = Py_NewRef(generator);
        return true;
    }
    Py_CLEAR(d->lock);
    PyErr_Clear();
    return false;
}

static drawn *draws_from(slip_run *r, PyObject *generator) {
    if (r->draws == NULL && !(r->draws = PyMem_Calloc(1, sizeof *r->draws))) return NULL;
    for (int i = 0; i < r->draws->count; i++)
        if (r->draws->of[i].generator == generator) return &r->draws->of[i];
    if (r->draws->count == MOST_GENERATORS) return NULL;
    drawn *d = &r->draws->of[r->draws->count];
    if (!opened(d, generator)) return NULL;
    r->draws->count++;
    return d;
}

/* Unlocks for a while those of which no number may be taken back. */
void slip_draws_rest(slip_run *r) {
    for (int i = 0; r->draws && i < r->draws->count; i++)
        if (!r->draws->of[i].kept) unlock(r->draws->of[i].lock);
}

/* Locks them again, or forgets those that somebody else has locked: false. */
bool slip_draws_resume(slip_run *r) {
    bool all = true;
    for (int i = r->draws ? r->draws->count - 1 : -1; i >= 0; i--) {
        drawn *d = &r->draws->of[i];
        if (d->kept || locked(d->lock)) continue;
        PyErr_Clear();
        Py_DECREF(d->lock);
        Py_DECREF(d->generator);
        *d = r->draws->of[--r->draws->count];
        all = false;
    }
    return all;
}

void slip_draws_free(slip_run *r) {
    if (r->draws == NULL) return;
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    for (int i = 0; i < r->draws->count; i++) {
        unlock(r->draws->of[i].lock);
        Py_DECREF(r->draws->of[i].lock);
        Py_DECREF(r->draws->of[i].generator);
    }
    PyMem_Free(r->draws);
    r->draws = NULL;
    PyErr_Restore(type, value, trace);
}

/* Keeps the state, or has it as it was. */
static void move_state(drawn *d, bool back) {
    pcg_state *pcg = d->bits->state;
    void *now[] = {d->bits->state, pcg->words}, *then[] = {&d->before.pcg.own, d->before.pcg.words};
    size_t size[] = {sizeof *pcg, sizeof d->before.pcg.words};
    if (d->mersenne) {
        then[0] = &d->before.mersenne;
        size[0] = sizeof d->before.mersenne;
    }
    for (int i = 0; i < (d->mersenne ? 1 : 2); i++)
        memcpy(back ? now[i] : then[i], back ? then[i] : now[i], size[i]);
}

void slip_draws_forget(slip_run *r) {
    for (int i = 0; r->draws && i < r->draws->count; i++) r->draws->of[i].kept = false;
}

void slip_draws_undo(slip_run *r) {
    for (int i = 0; r->draws && i < r->draws->count; i++)
        if (r->draws->of[i].kept) move_state(&r->draws->of[i], true);
    slip_draws_forget(r);
}

static drawn *draws_by(slip_run *r, int64_t word) {
    PyObject *from = word < 0 ? PyTuple_GET_ITEM(r->e->objects, -1 - word) : (PyObject *)(intptr_t)word;
    return draws_from(r, from);
}

bitgen_t *slip_draws_bits(slip_run *r, int64_t word) {
    drawn *d = draws_by(r, word);
    return d ? d->bits : NULL;
}

/* A word: the generator, or -1 less the number of one among the entry's objects. Its state is noted,
 * unless the statement can be left no more; the result is a float of the interval from 0 to 1, where one
 * is asked for. */
int64_t slip_nest_draw(void *run, int64_t *w, int64_t asked) {
    enum { FLOAT = 1, LAST = 2 };
    slip_run *r = run;
    drawn *d = SLIP_LEAVES ? NULL : draws_by(r, w[0]);
    if (d == NULL) return 1;
    if (!(asked & LAST) && !d->kept) {
        move_state(d, false);
        d->kept = true;
    }
    if (asked & FLOAT) {
        double x = d->bits->next_double(d->bits->state);
        memcpy(w, &x, sizeof x);
    }
    return 0;
}
