/* The switches of test builds; empty in others. */
#include "native.h"

#ifdef SLIP_FAULTS

static bool off[SLIP_G_COUNT];
static uint64_t failed[SLIP_G_COUNT]; /* how often a guard did not hold */
static uint64_t left, missed, state;
static double share; /* of the places where a run could be left */
static long every;

/* A guard that is switched off always holds. */
bool slip_guard_holds(enum slip_guard guard, bool holds) {
    failed[guard] += !holds;
    return holds || off[guard];
}

/* xorshift64*: repeatable, which rand() of another thread would not be. */
static double chance(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (double)((state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

static bool due(void) {
    static long n;
    if (every > 0) return ++n % every == 0;
    return share > 0 && chance() < share;
}

/* An entry fits, but is passed over. Always passed over it would do nothing. */
bool slip_faults_miss(void) {
    bool miss = every != 1 && due();
    missed += miss;
    return miss;
}

bool slip_faults_leave(void) {
    bool leave = due();
    left += leave;
    return leave;
}

bool slip_faults_often(void) { return every > 0 || share > 0; }

static int find(const char *name) {
    static const char *const names[] = {
#define NAME(name, text) #name,
        SLIP_GUARDS(NAME)
#undef NAME
    };
    for (int i = 0; i < SLIP_G_COUNT; i++)
        if (strcmp(name, names[i]) == 0) return i;
    return -1;
}

/* faults(*, off="", every=0, share=0.0, seed=1): from now on. */
PyObject *slip_faults(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"off", "every", "share", "seed", NULL};
    const char *guard = "";
    unsigned long long seed = 1;
    every = 0;
    share = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$sldK:faults", names, &guard, &every, &share, &seed))
        return NULL;
    memset(off, 0, sizeof off);
    state = seed * 2 + 1;
    int i = find(guard);
    if (*guard && i < 0) return PyErr_Format(PyExc_ValueError, "no guard %s", guard);
    if (i >= 0) off[i] = true;
    Py_RETURN_NONE;
}

/* What happened so far: a dict of counts, guards by name. */
PyObject *slip_faults_counts(PyObject *module, PyObject *unused) {
    PyObject *counts = Py_BuildValue("{s:K,s:K}", "left", left, "missed", missed);
#define COUNT(name, text)                                                                                    \
    if (counts) {                                                                                            \
        PyObject *n = PyLong_FromUnsignedLongLong(failed[SLIP_G_##name]);                                    \
        if (n == NULL || PyDict_SetItemString(counts, #name, n) < 0) Py_CLEAR(counts);                       \
        Py_XDECREF(n);                                                                                       \
    }
    SLIP_GUARDS(COUNT)
#undef COUNT
    return counts;
}

#endif
