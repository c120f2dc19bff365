/* Types and functions shared by the files of slipstream._native. */
#ifndef SLIPSTREAM_NATIVE_H
#define SLIPSTREAM_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL slipstream_array_api
#define PY_UFUNC_UNIQUE_SYMBOL slipstream_ufunc_api
#ifndef SLIP_OWNS_API
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>
#include <numpy/ufuncobject.h>

#include <stdbool.h>
#include <stdint.h>

#include "faults.h"
#include "fpu.h"
#include "image.h"

#define SLIP_HIDDEN __attribute__((visibility("hidden")))
#define SLIP_LIKELY(x) __builtin_expect(!!(x), 1)
#define SLIP_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* ---- process-wide state (module.c); read and written under the GIL ---- */

typedef struct {
    int off;                          /* forked child or switched off: every region says "not taken" */
    int forked;                       /* this process is a forked child; never cleared */
    int sum_rule;                     /* 0: one pairwise tree over all; 1: chunks of 8192, left to right */
    struct slip_region *plain;        /* the region that Python runs to be compared, or NULL */
    int inside;                       /* arrivals at regions inside of it since then */
    int64_t gil_work;                 /* element operations from which a kernel runs without the GIL */
    int64_t block;                    /* bytes of the rows that tasks go over at a time; see blocks.c */
    int64_t small;                    /* elements below which overhead decides, not passes over memory */
    int64_t weigh;                    /* runs of a region until it is weighed; 0: never */
    PyObject *errvar;                 /* NumPy's error-state context variable, or NULL: not configured */
    PyObject *errdefault;             /* its default value */
    PyObject *errcheck;               /* says whether the present value means the same */
    PyObject *errtwin, *errother;     /* values that do, and do not; strong references */
    PyObject *errseen;                /* a value met once */
    PyObject *errraise;               /* tuple: values that raise what is reported, by status bits */
    int errread;                      /* values are laid out as guards.c reads them */
    const void *go;                   /* table of the Go side, or NULL */
    uint64_t epoch;                   /* counts changes of watched names (facts.c) */
    PyObject *local;                  /* the class threading.local, or NULL */
    PyObject *fieldgetter;            /* the class of named tuples' fields, or NULL */
    PyObject *name;                   /* the text "__name__", or NULL */
    PyArray_Descr *descr[SLIP_TYPES]; /* NumPy's own descriptor objects */
} slip_state;

extern SLIP_HIDDEN slip_state slip;

/* ---- a decoded plan (entry.c), immutable but for the facts' cache ---- */

typedef int64_t (*slip_fn)(void **args, int64_t begin, int64_t end, void *scratch, void **table,
                           int64_t *flags, const int64_t *rows);
typedef int64_t (*slip_nest_fn)(void **args, int64_t begin, int64_t end, void *scratch, void **table,
                                int64_t *flags);

typedef struct {
    uint8_t kind, type, rank;
} slip_value;

typedef struct {
    int value, source, index, equal, key, class;
    bool writable;
    slip_value def; /* of value */
    int param;      /* of a straight plan's kernel, or SLIP_NONE */
} slip_input;

typedef struct {
    int dict, key, expect, fallback;
} slip_fact;

typedef struct {
    uint8_t kind, type;
    bool row; /* SLIP_IN: it may stay at one element along a row */
} slip_param;

/* A kernel's parameter as one task uses it: all that a plain run reads. */
typedef struct {
    int value;
    uint8_t kind, type, out;
    slip_value def; /* of value */
} slip_use;

typedef struct {
    slip_fn fn;
    int nparams, nloops, flags;
    int64_t scratch, cost;
    int64_t passes; /* of NumPy over memory, for the same */
    bool half;      /* it calls NumPy's loops, and has float16 in memory */
    slip_param *params;
    void **table; /* (function, data) of each NumPy loop */
} slip_kernel;

/* Whether NumPy copies one vector into another one in the same memory element after the other: they go the
 * same way at other steps, so what it reads may be what it has written. At the same steps it begins at the
 * end where need be, and all else goes by way of a copy. */
static inline bool slip_copies_in_steps(const slip_kernel *k, int rank, npy_intp from, npy_intp to) {
    return k->flags & SLIP_KF_COPIES && rank == 1 && from != 0 && from != to && (from > 0) == (to > 0);
}

/* From 256 KiB on NumPy may compute into an operand that nobody else has. */
static inline bool slip_elides(const slip_kernel *k, npy_intp n) {
    return (k->flags & SLIP_KF_ELIDES) && n >= (256 << 10) / 16;
}

typedef struct {
    int value; /* or SLIP_NONE: constant */
    int64_t constant;
    bool none;
} slip_operand;

typedef struct {
    int kind;
    slip_operand start, stop, step;
} slip_index;

/* NumPy's memory order of one operation's result; see sched.Order. Sets: bit p
 * is parameter p, bit SLIP_MAX_PARAMS + n the result with order n. */
typedef struct {
    int rule;
    uint64_t of, temps;
    int loop;       /* number of NumPy's loop that reads parameters as they lie */
    uint32_t reads; /* which: SLIP_O_READS; 0 without such a loop */
} slip_order;

/* A reduction by NumPy's own loop; fn is NULL where only NumPy's reduce is called. */
typedef struct {
    PyUFuncGenericFunction fn;
    void *data;
    int type, size;
    bool copies;  /* a result starts as the first element, else as `start` */
    bool pieces;  /* elements may be folded in several calls */
    bool largest; /* of a result that starts as the first element */
    bool adds;    /* sums of floats: fewer than eight elements are added from left to right */
    char start[16];
} slip_fold;

typedef struct {
    int kind, dst, axis, kernel, callee, kwnames, op, exit;
    int nsrc, ndrops, nindex, ncover, norders, napart;
    int nfolds;        /* of a kernel: fold tasks of its results right behind it */
    slip_fold fold;    /* of a fold */
    bool reduces;      /* a call that is a fold without a kernel */
    int places;        /* of a fold whose result only the argmin (1) or argmax (2) behind it reads */
    int block;         /* how many tasks from here on may run over blocks of rows; see blocks.c */
    bool first_kernel; /* leaving before it loses no work */
    bool quiet;        /* a call that reports nothing */
    bool over;         /* one operation that is computed anew from what is not stored into */
    bool only_c;       /* inputs in another order than C fail */
    bool stores;       /* writes memory that the user sees (check.c) */
    int *src, *drops;
    int *apart;      /* arrays that share no memory with what is stored into (kernels only) */
    int *outs;       /* per parameter: slip_out_mode (kernels only) */
    int *reuse;      /* per parameter: value or SLIP_NONE (kernels only) */
    slip_use *uses;  /* per parameter (kernels only) */
    bool plain;      /* arrays of one rank in, new or scratch arrays out */
    uint64_t *cover; /* sets of parameters that have the iteration's whole shape */
    slip_order *orders;
    int *order_of; /* per parameter: number of an order, or SLIP_NONE; NULL without orders */
    bool keeps;    /* an order is another array's */
    slip_index *index;
} slip_task;

typedef struct {
    int nvalues;
    int *values;
} slip_exit;

/* A value that words of a nest's answer make, and what happens at one of its exits. */
typedef struct {
    int value, word, kind, nof;
    int *of;
} slip_made;

typedef struct {
    int exit, nmade;
    int left; /* 1 + the word with the rounds that were left, 0: not told */
    int told; /* SLIP_TOLD_*: what these are */
    slip_made *made;
    uint64_t hits;
} slip_way;

/* An argument of a nest that is taken in as a list, or another container: its form, and those of the lists in
 * it (pyext/native/nestlists.h); whether any such object may change. */
typedef struct {
    int arg, depth;
    bool changes;
    int64_t *codes;
} slip_outside;

typedef struct {
    slip_nest_fn fn; /* NULL: the plan is no loop nest */
    int words, nways, noutside;
    slip_way *ways;
    slip_outside *outside;
} slip_nest;

typedef struct {
    int slot, arg; /* or SLIP_NONE: not passed */
} slip_free;

typedef struct {
    Py_ssize_t refs;            /* the region's and one for each run in progress */
    void *arena;                /* memory of all arrays below */
    int nlocals, depth, nfrees; /* of the calling frame; see frees.c */
    int nargs, ninputs, nfacts, nvalues, nkernels, ntasks, nexits, nobjects;
    bool direct;
    bool nested;                    /* the one task is a loop nest */
    bool straight;                  /* one kernel from arguments to the result (straight.c) */
    int result;                     /* its kernel's parameter for that */
    bool loops;                     /* a kernel calls NumPy's loops */
    int region_exits, region_width; /* the region's when the entry was made */
    slip_input *inputs;
    slip_fact *facts;
    slip_value *values;
    slip_kernel *kernels;
    slip_task *tasks;
    slip_exit *exits;
    slip_nest nest;
    slip_free *frees;  /* locals */
    int *exit_map;     /* exit -> the region's exit number */
    PyObject *objects; /* tuple */
    Py_ssize_t image_size;
    uint64_t hits, misses;
    int streak, rest; /* failures running; calls to let pass before the next try */
    uint32_t resting; /* status bits that were reported during the streak */
    bool gainless;    /* the streak is of runs that would have gained nothing */
    /* facts.c: borrowed, valid while the names are known to be unchanged */
    PyObject **fact_values;
    uint64_t epoch;
    bool unnamed;   /* some facts are about cells and functions */
    uint64_t *tags; /* 3.11: version tag of each fact's dict and fallback */
    bool watching;
    bool counted; /* its facts are, see facts.c */
} slip_entry;

SLIP_HIDDEN slip_entry *slip_entry_new(PyObject *image, PyObject *objects, PyObject *loops,
                                       PyObject *exit_map, int exits, int width);
SLIP_HIDDEN void slip_entry_free(slip_entry *e);
SLIP_HIDDEN int slip_entry_check(slip_entry *e, const char **why);

static inline void slip_entry_release(slip_entry *e) {
    if (--e->refs == 0) slip_entry_free(e);
}

/* ---- values of a run ---- */

typedef struct {
    Py_ssize_t refs;
    size_t size;
    int class; /* of the free list, or -1 */
} slip_buf;

#define SLIP_BUF_HEADER 64

SLIP_HIDDEN slip_buf *slip_buf_new(size_t size);
SLIP_HIDDEN void slip_buf_release(slip_buf *b);

static inline char *slip_buf_data(slip_buf *b) { return (char *)b + SLIP_BUF_HEADER; }

/* The bits of one element, from the lowest address on. */
typedef struct {
    int64_t word;
    int64_t high; /* of complex128: the imaginary part */
} slip_element;

/* One value. An array has data, dims and strides; its memory belongs to obj,
 * to root (a view that has no object yet) or to buf (scratch). */
typedef struct {
    PyObject *obj;  /* host object, NULL while there is none */
    PyObject *root; /* valid if held */
    slip_buf *buf;  /* valid if held */
    char *data;
    union {
        int64_t word; /* scalars: bits of the element */
        slip_element element;
    };
    uint8_t held; /* what to release */
    bool contiguous;
    bool writeable;
    npy_intp dims[SLIP_MAX_RANK];
    npy_intp strides[SLIP_MAX_RANK];
} slip_slot;

enum { SLIP_HOLDS_OBJ = 1, SLIP_HOLDS_ROOT = 2, SLIP_HOLDS_BUF = 4 };

static inline void slip_slot_init(slip_slot *s) {
    s->obj = NULL;
    s->held = 0;
}

SLIP_HIDDEN void slip_slot_release(slip_slot *s);

static inline void slip_slot_drop(slip_slot *s) {
    if (s->held) slip_slot_release(s);
}

/* s takes over a reference to o. */
static inline void slip_slot_own(slip_slot *s, PyObject *o) {
    s->obj = o;
    s->held |= SLIP_HOLDS_OBJ;
}

typedef struct slip_region {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyObject *name, *on_miss, *on_failure, *weakrefs;
    PyObject *globals; /* of the function that it is for, or NULL: anybody calls it */
    slip_entry **entries;
    Py_ssize_t count, room;
    int exits, width, last_reason;
    int64_t guess;                  /* the number of the last one that was wrong */
    int failing;                    /* runs that failed one after the other, until the hook is told */
    int missed;                     /* calls that nothing fitted, one after the other */
    int rest;                       /* calls to let pass before the next try */
    struct slip_weighing *weighing; /* or NULL; see weigh.c */
    char weighed;                   /* it is as it shall be */
    struct slip_trial *trial;       /* or NULL; see trial.c */
    char tried;                     /* what is to be done for that */
    int64_t later;                  /* runs until another one */
    unsigned long long again;       /* runs before which it is not weighed; 0: as all */
    long long group;                /* that of the regions of the same function */
    int begin, end;                 /* where in its code */
    int vain;    /* rounds of a loop in which it was entered, one after the other, for nothing */
    char lost;   /* what is told is that it gained nothing so often */
    char inside; /* it is entered where rounds of loops begin */
    int taken;   /* runs that took lists in, and nanoseconds of that, and of the rest of these runs */
    int64_t taking, going;
    char enabled;
    unsigned long long hits, misses, failures;
    unsigned long long reasons[SLIP_REASONS];
} slip_region;

typedef struct {
    slip_entry *e;
    slip_region *region;
    slip_slot *v;
    PyObject *const *args;    /* of the call */
    int64_t flags;            /* status bits that kernels saved */
    uint32_t reported;        /* status bits that NumPy would report in the present error state */
    uint32_t ambient;         /* the same in the state in which the run began */
    uint32_t status;          /* the floating-point status and control word then */
    bool changed;             /* the plan has set another state */
    int reason;               /* set by what failed */
    int folded;               /* folds that ran along with the kernel before them */
    bool placed;              /* and so did the argmin behind them */
    int64_t worked;           /* bytes that calls went over since the last exit: lost where the run is left */
    PyObject *pending;        /* what to hand back when a later task fails */
    struct slip_rooms *rooms; /* a nest's memory, or NULL */
    struct slip_lists *lists; /* a nest's lists, or NULL */
    bool shown;    /* the objects of these have what has changed, and others may have changed them since */
    int64_t begun; /* when a nest with lists from outside was first looked at, or 0 */
    struct slip_draws *draws;     /* generators that a nest draws numbers from, or NULL */
    struct slip_journal *journal; /* what its statement has stored over, or NULL */
} slip_run;

/* The flags that a call of the executor's own functions would be told of by NumPy:
 * all outside of runs. */
extern _Thread_local uint32_t slip_told;

/* Outcomes of a task. A failure leaves no exception set. */
enum { SLIP_OK = 0, SLIP_FAIL = -1, SLIP_RAISE = -2 };

static inline int slip_fail(slip_run *r, int reason) {
    r->reason = reason;
    return SLIP_FAIL;
}

/* Whether NumPy would have reported something since the run began. */
static inline bool slip_reported(const slip_run *r) {
    uint32_t x87 = SLIP_UNLIKELY(r->e->loops) ? slip_x87_get() : 0;
    return !SLIP_GUARD(reports, !(((uint32_t)r->flags | slip_fp_get() | x87) & r->reported));
}

static const int slip_sizes[SLIP_TYPES] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 2, 8, 16};
static const int slip_nums[SLIP_TYPES] = {NPY_BOOL,   NPY_BYTE, NPY_UBYTE,  NPY_SHORT,  NPY_USHORT,
                                          NPY_INT,    NPY_UINT, NPY_LONG,   NPY_ULONG,  NPY_FLOAT,
                                          NPY_DOUBLE, NPY_HALF, NPY_CFLOAT, NPY_CDOUBLE};

/* The type with NumPy's number, SLIP_TYPES for another. */
static inline int slip_type_of(int num) {
    int type = 0;
    while (type < SLIP_TYPES && slip_nums[type] != num) type++;
    return type;
}

/* Whether contiguous arrays share no memory. */
static inline bool slip_disjoint(PyArrayObject *a, PyArrayObject *b) {
    const char *x = PyArray_BYTES(a), *y = PyArray_BYTES(b);
    return x + PyArray_NBYTES(a) <= y || y + PyArray_NBYTES(b) <= x;
}

/* Where a NumPy scalar object holds its element: the same place in all. */
#define SLIP_SCALAR_AT offsetof(PyDoubleScalarObject, obval)
_Static_assert(offsetof(PyByteScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyShortScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyIntScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyLongScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyHalfScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyCFloatScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyCDoubleScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");
_Static_assert(offsetof(PyFloatScalarObject, obval) == SLIP_SCALAR_AT, "scalars differ in layout");

/* The class of NumPy's scalars of a type. */
static inline PyTypeObject *slip_scalar_class(int type) { return slip.descr[type]->typeobj; }

static inline npy_intp slip_product(int rank, const npy_intp *dims) {
    npy_intp n = 1;
    for (int i = 0; i < rank; i++) n *= dims[i];
    return n;
}

/* guards.c */
SLIP_HIDDEN bool slip_traced(void);
SLIP_HIDDEN struct _PyInterpreterFrame *slip_frame(void);
SLIP_HIDDEN PyObject *slip_frame_function(void);
SLIP_HIDDEN PyObject *slip_frame_globals(void);
SLIP_HIDDEN bool slip_errstate(uint32_t *reported);
SLIP_HIDDEN void slip_parts_init(void);
SLIP_HIDDEN PyObject *slip_part(PyObject *o, PyObject *key);
SLIP_HIDDEN PyObject *slip_settable(PyObject *o, PyObject *name);
SLIP_HIDDEN void slip_classes_init(void);
SLIP_HIDDEN bool slip_is_class_name(PyObject *o, PyObject *name);
SLIP_HIDDEN PyObject *slip_class_part(PyObject *o, PyObject *key);
SLIP_HIDDEN bool slip_asks_class(PyObject *o, PyObject *key);
SLIP_HIDDEN PyObject *slip_cached(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_set_part(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_function(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_flag(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_alone(PyObject *module, PyObject *call);
SLIP_HIDDEN PyObject *slip_still(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_own_part(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN PyObject *slip_part_of(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
SLIP_HIDDEN bool slip_equals_part(const slip_entry *e, const slip_input *in, PyObject *part, PyObject *of);
SLIP_HIDDEN PyObject *slip_errstate_read(PyObject *module, PyObject *value);
SLIP_HIDDEN bool slip_is_array(PyObject *o, const slip_value *def, int flags);
SLIP_HIDDEN bool slip_same_constant(PyObject *a, PyObject *b);
SLIP_HIDDEN bool slip_bind(slip_slot *s, const slip_value *def, PyObject *o);
SLIP_HIDDEN bool slip_bind_inputs(slip_entry *e, slip_slot *v, PyObject *const *args);
SLIP_HIDDEN bool slip_inputs_stand(slip_run *r);

/* Whether an input has the value that the plan was made for, if it was for one. */
static inline bool slip_equals(const slip_entry *e, const slip_input *in, PyObject *o) {
    return in->equal < 0 ||
           SLIP_GUARD(constant, slip_same_constant(o, PyTuple_GET_ITEM(e->objects, in->equal)));
}

/* facts.c */
SLIP_HIDDEN int slip_facts_init(void);
SLIP_HIDDEN int slip_facts_watch(slip_entry *e);
SLIP_HIDDEN void slip_facts_unwatch(slip_entry *e);
SLIP_HIDDEN bool slip_facts_valid(slip_entry *e);
/* Calls that inlined functions make at most, and those that compiling makes:
 * near the limit of recursion a call runs as it is, and a later one compiles. */
enum { SLIP_DEEPEST = 16, SLIP_COMPILING = 200 };
SLIP_HIDDEN bool slip_calls_left(int n);
SLIP_HIDDEN int slip_frames_left(void);

/* exec.c */
enum { SLIP_TROUBLE = 2 }; /* runs that fail one after the other until the hook is told */
/* weigh.c: whether Python is to run the region's instructions this time. */
SLIP_HIDDEN bool slip_weigh_plain(slip_region *self);
SLIP_HIDDEN void slip_weigh_skip(slip_region *self);
SLIP_HIDDEN void slip_weigh_end(slip_region *self);
SLIP_HIDDEN void slip_weigh_forget(slip_region *self);
SLIP_HIDDEN void slip_weigh_anew(slip_region *self);
/* Whether it lies in what Python runs to be compared: then Python runs it, too. */
SLIP_HIDDEN bool slip_weigh_inside(slip_region *self);

/* trial.c */
enum { SLIP_TRIED_NOTHING, SLIP_TRIED_BEGIN, SLIP_TRIED_PLAIN, SLIP_TRIED_LOST, SLIP_TRIED_GAINED };
SLIP_HIDDEN PyObject *slip_trial_begin(slip_region *self, PyObject *counts);
SLIP_HIDDEN bool slip_trial_plain(slip_region *self);
SLIP_HIDDEN void slip_trial_end(slip_region *self);

/* naps.c */
SLIP_HIDDEN PyObject *slip_nap_codes(PyObject *module, PyObject *args);
SLIP_HIDDEN PyObject *slip_stay(PyObject *module, PyObject *function);
SLIP_HIDDEN PyObject *slip_nap(PyObject *module, PyObject *args);
SLIP_HIDDEN PyObject *slip_woken(PyObject *module, PyObject *function);
SLIP_HIDDEN PyObject *slip_wake(PyObject *module, PyObject *unused);
SLIP_HIDDEN PyObject *slip_naps_end(PyObject *module, PyObject *unused);
SLIP_HIDDEN bool slip_naps_alike(PyObject *function, PyObject *a, PyObject *b);

/* Failures, or calls that nothing fits, in a row before the first rest; calls in the longest one. */
enum { SLIP_PATIENCE = 16, SLIP_LONGEST_REST = 1024 };
enum { SLIP_VAIN = 64 }; /* rounds in which a loop was entered for nothing until it is */
enum { SLIP_TRY_MISSED, SLIP_TRY_FAILED, SLIP_TRY_TAKEN, SLIP_TRY_RESTS };
SLIP_HIDDEN int slip_try(slip_region *region, slip_entry *e, PyObject *const *args, PyObject **result);

SLIP_HIDDEN int slip_settle(slip_run *r, int exit, bool stored);
SLIP_HIDDEN int slip_run_task(slip_run *r, const slip_task *t, bool stored);

/* begun.c */
SLIP_HIDDEN void slip_begun_init(void);
SLIP_HIDDEN PyObject *slip_begun_anew(PyObject *module, PyObject *unused);
SLIP_HIDDEN PyObject *slip_begun(PyObject *module, PyObject *it);

/* indices.c */
SLIP_HIDDEN int slip_indices_init(void);
SLIP_HIDDEN PyObject *slip_told_indices(PyObject *it);

/* nest.c */
SLIP_HIDDEN int slip_task_nest(slip_run *r, const slip_task *t);

/* straight.c */
typedef struct {
    void *args[SLIP_MAX_PARAMS];
    slip_element words[SLIP_MAX_PARAMS];
    PyArrayObject *first; /* has the shape of all */
    npy_intp n;
} slip_straight;

SLIP_HIDDEN bool slip_straight_bind(const slip_entry *e, PyObject *const *args, slip_straight *s);
SLIP_HIDDEN int slip_straight_run(slip_run *r, slip_straight *s);

/* frees.c */
SLIP_HIDDEN bool slip_is_namespace(PyObject *dict);
SLIP_HIDDEN bool slip_is_silent(PyObject *o);
SLIP_HIDDEN bool slip_referred_weakly(PyObject *o);
SLIP_HIDDEN int slip_frees_reason(const slip_run *r, PyObject *const *args);

/* box.c */
SLIP_HIDDEN PyObject *slip_view_of(const slip_value *def, PyArrayObject *source, const npy_intp *dims,
                                   const npy_intp *strides, char *data);
SLIP_HIDDEN PyObject *slip_box(slip_run *r, int value); /* borrowed; NULL with an exception */
SLIP_HIDDEN int slip_scalar_word(const slip_value *def, const slip_slot *s, int type, slip_element *out);

/* views.c */
SLIP_HIDDEN int slip_task_view(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_transpose(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_load(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_dim(slip_run *r, const slip_task *t);

/* kernels.c, sums.c */
SLIP_HIDDEN int slip_task_kernel(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_sum(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_plain_run(slip_run *r, const slip_kernel *k, void **args, npy_intp n);

/* folds.c */
SLIP_HIDDEN PyObject *slip_fold_array(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN bool slip_reduces(const slip_entry *e, slip_task *t);
SLIP_HIDDEN void slip_fold_describe(slip_fold *f, PyObject *callee, int type);
SLIP_HIDDEN void slip_fold_describe_any(slip_fold *f, PyObject *callee, int type);

/* choose.c, matmul.c */
/* -1 where a byte is neither 0 nor 1 */
SLIP_HIDDEN npy_intp slip_count_true(const uint8_t *mask, npy_intp n);
/* The elements where the mask is true, `count` of them; false for sizes that no number has. */
SLIP_HIDDEN bool slip_choose(void *out, const void *in, const uint8_t *mask, npy_intp n, npy_intp count,
                             npy_intp size);
SLIP_HIDDEN void slip_place(void *out, const void *in, const uint8_t *mask, npy_intp n, npy_intp size);
SLIP_HIDDEN void slip_fill_masked(void *out, const void *value, const uint8_t *mask, npy_intp n,
                                  npy_intp size);
SLIP_HIDDEN PyObject *slip_draw(PyObject *module, PyObject *args);
SLIP_HIDDEN PyObject *slip_search(PyObject *module, PyObject *args);
SLIP_HIDDEN PyObject *slip_getitem(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_setitem(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_put(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_add_at(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_subtract_at(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_matmul(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* scan.c */
SLIP_HIDDEN PyObject *slip_cumsum(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_cumprod(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* select.c */
SLIP_HIDDEN PyObject *slip_quantile(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_percentile(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_median(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* histogram.c */
SLIP_HIDDEN PyObject *slip_histogram(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* extremes.c */
SLIP_HIDDEN PyObject *slip_argmin(PyObject *module, PyObject *const *args, Py_ssize_t n);
SLIP_HIDDEN PyObject *slip_argmax(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* errors.c: an error state in which what is reported raises */
typedef struct {
    uint32_t reported;
    PyObject *value;           /* borrowed */
    PyObject *context, *token; /* one of them */
} slip_errors;

SLIP_HIDDEN bool slip_errors_enter(slip_errors *e, uint32_t reported);
SLIP_HIDDEN bool slip_errors_leave(slip_errors *e);

/* calls.c */
SLIP_HIDDEN int slip_task_call(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_write(slip_run *r, const slip_task *t);
SLIP_HIDDEN int slip_task_number(slip_run *r, const slip_task *t);
SLIP_HIDDEN void slip_swallow(void);
SLIP_HIDDEN PyObject *slip_call_raising(PyObject *callee, PyObject *const *args, Py_ssize_t n,
                                        PyObject *kwnames, const slip_run *r, bool quiet);

/* loops.c */
SLIP_HIDDEN PyObject *slip_loop(PyObject *module, PyObject *const *args, Py_ssize_t n);

/* faults.c */
#ifdef SLIP_FAULTS
SLIP_HIDDEN PyObject *slip_faults(PyObject *module, PyObject *args, PyObject *kwargs);
SLIP_HIDDEN PyObject *slip_faults_counts(PyObject *module, PyObject *unused);
#endif

/* region.c, boot.c */
SLIP_HIDDEN extern PyType_Spec slip_region_spec, slip_boot_spec;

#endif
