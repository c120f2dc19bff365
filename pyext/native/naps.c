/* Naps: a function whose loops are over so soon that Python is faster has its own code for a while. Then it
 * has again the code with regions, which are weighed anew: its loops may have become long.
 *
 * A thread waits until the first of them is due, and asks the main thread to see to it. It never has
 * the interpreter's lock. */
#include "native.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

/* Nanoseconds of the first nap, and of the longest: each is twice as long as the one before. */
enum { FIRST_NAP = 20000000, LONGEST_NAP = 1000000000, AGAIN = 10000000 };

typedef struct nap {
    struct nap *next;
    PyObject *of;       /* a weak reference to what knows the function */
    PyObject *function; /* one to the function */
    PyObject *codes; /* a tuple: its own code, that with regions, and those that it has while it is weighed */
    PyObject *regions; /* a tuple, or NULL */
    int64_t due;       /* 0: it is awake */
    int count;
} nap;

static nap *naps; /* with the interpreter's lock */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t due; /* the first one, or 0 */
    bool runs, over;
} waiter = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Borrowed; NULL where it is no more. */
static PyObject *referent(PyObject *weak) {
#if PY_VERSION_HEX >= 0x030D0000
    PyObject *found;
    if (PyWeakref_GetRef(weak, &found) <= 0) return NULL;
    Py_DECREF(found);
    return found;
#else
    PyObject *found = PyWeakref_GetObject(weak);
    return found == NULL || found == Py_None ? NULL : found;
#endif
}

static void drop(nap **place) {
    nap *n = *place;
    *place = n->next;
    Py_DECREF(n->of);
    Py_DECREF(n->function);
    Py_DECREF(n->codes);
    Py_XDECREF(n->regions);
    PyMem_Free(n);
}

/* Whoever has given the function other code meanwhile has the last word. */
static void wake_one(nap *n) {
    PyObject *of = referent(n->of), *function = referent(n->function);
    PyObject *codes = n->codes, *awake = PyTuple_GET_ITEM(codes, 1);
    n->due = 0;
    if (of == NULL || function == NULL) return;
    if (((PyFunctionObject *)function)->func_code != PyTuple_GET_ITEM(codes, 0)) return;
    Py_INCREF(codes);
    Py_INCREF(of);
    Py_INCREF(function);
    for (Py_ssize_t i = 0; n->regions && i < PyTuple_GET_SIZE(n->regions); i++)
        slip_weigh_anew((slip_region *)PyTuple_GET_ITEM(n->regions, i));
    if (PyObject_SetAttrString(of, "_code", awake) < 0 ||
        PyObject_SetAttrString(function, "__code__", awake) < 0)
        PyErr_Clear();
    Py_DECREF(codes);
    Py_DECREF(function);
    Py_DECREF(of);
}

static void set_due(int64_t due) {
    if (slip.forked) return;
    pthread_mutex_lock(&waiter.lock);
    waiter.due = due;
    pthread_cond_signal(&waiter.changed);
    pthread_mutex_unlock(&waiter.lock);
}

static nap *due_until(int64_t at) {
    for (nap *n = naps; n; n = n->next)
        if (n->due && n->due <= at) return n;
    return NULL;
}

/* Wakes those that are due at a time; the first one after that is waited for. Setting a function's code may
 * call anybody's audit hook, so that the list may be another one behind it. */
static void wake_until(int64_t at) {
    for (nap *n; (n = due_until(at)) != NULL;) wake_one(n);
    int64_t due = 0;
    for (nap *n = naps; n; n = n->next)
        if (n->due && (due == 0 || n->due < due)) due = n->due;
    set_due(due);
}

static int wake(void *unused) {
    (void)unused;
    PyObject *type, *value, *trace;
    uint32_t status = slip_fp_get();
    PyErr_Fetch(&type, &value, &trace);
    wake_until(now());
    PyErr_Restore(type, value, trace);
    slip_fp_restore(status);
    return 0;
}

static void *wait_for_due(void *unused) {
    (void)unused;
    pthread_mutex_lock(&waiter.lock);
    while (!waiter.over) {
        struct timespec until = {waiter.due / 1000000000, waiter.due % 1000000000};
        if (waiter.due == 0) {
            pthread_cond_wait(&waiter.changed, &waiter.lock);
        } else if (now() < waiter.due) {
            pthread_cond_timedwait(&waiter.changed, &waiter.lock, &until);
        } else {
            waiter.due = Py_AddPendingCall(wake, NULL) == 0 ? 0 : now() + AGAIN;
        }
    }
    pthread_mutex_unlock(&waiter.lock);
    return NULL;
}

/* Signals are the other threads'. */
static bool begin_waiting(void) {
    if (waiter.runs) return true;
    pthread_t thread;
    sigset_t all, before;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&waiter.changed, &clock);
    pthread_condattr_destroy(&clock);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    waiter.runs = pthread_create(&thread, NULL, wait_for_due, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (waiter.runs) pthread_detach(thread);
    return waiter.runs;
}

/* The record of a function, or NULL. */
static nap **find(PyObject *function) {
    for (nap **place = &naps; *place; place = &(*place)->next)
        if (referent((*place)->function) == function) return place;
    return NULL;
}

/* A function is no more. */
static PyObject *forget(PyObject *unused, PyObject *weak) {
    (void)unused;
    for (nap **place = &naps; *place; place = &(*place)->next)
        if ((*place)->function == weak) {
            drop(place);
            break;
        }
    Py_RETURN_NONE;
}

static PyMethodDef forgets = {"forget", forget, METH_O, NULL};

static PyObject *watched(PyObject *function) {
    PyObject *callback = PyCFunction_New(&forgets, NULL);
    PyObject *weak = callback ? PyWeakref_NewRef(function, callback) : NULL;
    Py_XDECREF(callback);
    return weak;
}

PyObject *slip_nap_codes(PyObject *module, PyObject *args) {
    PyObject *of, *function, *codes;
    if (!PyArg_ParseTuple(args, "OO!O!:nap_codes", &of, &PyFunction_Type, &function, &PyTuple_Type, &codes))
        return NULL;
    nap **known = find(function);
    int count = known ? (*known)->count : 0;
    if (known) drop(known);
    PyObject *weak = PyWeakref_NewRef(of, NULL), *weak_function = watched(function);
    nap *n = weak && weak_function ? PyMem_Malloc(sizeof *n) : NULL;
    if (n == NULL) {
        Py_XDECREF(weak);
        Py_XDECREF(weak_function);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    *n = (nap){naps, weak, weak_function, Py_NewRef(codes), NULL, 0, count};
    naps = n;
    Py_RETURN_NONE;
}

PyObject *slip_nap(PyObject *module, PyObject *args) {
    PyObject *function, *regions;
    if (!PyArg_ParseTuple(args, "O!O!:nap", &PyFunction_Type, &function, &PyTuple_Type, &regions))
        return NULL;
    nap **place = !slip.forked && begin_waiting() ? find(function) : NULL;
    if (place == NULL) Py_RETURN_FALSE;
    nap *n = *place;
    Py_XSETREF(n->regions, Py_NewRef(regions));
    int64_t length = n->count < 8 ? (int64_t)FIRST_NAP << n->count : LONGEST_NAP;
    n->due = now() + (length < LONGEST_NAP ? length : LONGEST_NAP);
    n->count++;
    wake_until(0);
    Py_RETURN_TRUE;
}

PyObject *slip_stay(PyObject *module, PyObject *function) {
    nap **place = find(function);
    if (place) (*place)->due = 0;
    Py_RETURN_NONE;
}

/* What gained when it was weighed begins with short naps again. */
PyObject *slip_woken(PyObject *module, PyObject *function) {
    nap **place = find(function);
    if (place) (*place)->count = 0;
    Py_RETURN_NONE;
}

PyObject *slip_wake(PyObject *module, PyObject *unused) {
    wake_until(INT64_MAX);
    Py_RETURN_NONE;
}

/* Behind it nothing is asked of the interpreter, which is about to end. */
PyObject *slip_naps_end(PyObject *module, PyObject *unused) {
    if (slip.forked) Py_RETURN_NONE; /* the thread is the parent's, and its lock may be taken for ever */
    pthread_mutex_lock(&waiter.lock);
    waiter.over = true;
    pthread_cond_signal(&waiter.changed);
    pthread_mutex_unlock(&waiter.lock);
    Py_RETURN_NONE;
}

static bool has(PyObject *codes, PyObject *code) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(codes); i++)
        if (PyTuple_GET_ITEM(codes, i) == code) return true;
    return false;
}

/* Whether two codes are ones that a function has had by turns: they do the same. */
bool slip_naps_alike(PyObject *function, PyObject *a, PyObject *b) {
    for (nap *n = naps; n; n = n->next)
        if (referent(n->function) == function) return has(n->codes, a) && has(n->codes, b);
    return false;
}
