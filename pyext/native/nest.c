/* Running a loop nest: one function over numbers and arrays, left by one of its ways. */
#include "nest.h"
#include "nestlists.h"

#include <math.h>
#include <time.h>

/* Rounds of loops between two looks at what else wants to run. */
enum { ROUNDS = 1 << 14 };

/* An array as the function reads it. */
typedef struct {
    int64_t data, dims[SLIP_MAX_RANK], strides[SLIP_MAX_RANK];
} place;

static int interrupt(void *unused) {
    (void)unused;
    PyErr_SetInterrupt();
    return 0;
}

/* Whether a signal is about to raise: then the loop is left, and it does so there.
 * CPython looks for signals right behind the call of the region, before the
 * variables are stored, and only then for pending calls: an interrupt by a pending
 * call is raised at the look behind that one, in the user's code.
 * Handlers that raise something of their own have run here; what they raised is
 * raised anew. */
static bool interrupted(void) {
    if (PyOS_InterruptOccurred()) {
        if (Py_AddPendingCall(interrupt, NULL) < 0) PyErr_SetInterrupt();
        return true;
    }
    if (PyErr_CheckSignals() == 0) return false;
    PyObject *type = Py_XNewRef(PyErr_Occurred());
    PyErr_Clear();
    PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), type);
    Py_XDECREF(type);
    return true;
}

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool changes(const slip_nest *n) {
    for (int i = 0; i < n->noutside; i++)
        if (n->outside[i].changes) return true;
    return false;
}

/* Lets other threads run, and signals' handlers. What they change is seen: elements
 * are read anew in each round, and for names, cells and attributes the loop is left. */
static int64_t look(void *run) {
    slip_draws_rest(run);
    PyThreadState *saved = PyEval_SaveThread();
    PyEval_RestoreThread(saved);
    return !slip_draws_resume(run) || interrupted() || !slip_inputs_stand(run) || SLIP_LEAVES;
}

/* Nobody else may run while lists from outside are not as they are to the nest: they are where it is time for
 * that, which is the later the longer it took to take them in, and looked at behind it. */
static int64_t look_outside(slip_run *r) {
    enum { SOON = 5000000, LATE = 50000000, TIMES = 8 };
    int64_t after = Py_MIN(Py_MAX(SOON, slip_outside_time(r) * TIMES), LATE), present = nanoseconds();
    if (r->begun == 0) r->begun = present;
    if (present - r->begun <= after && !SLIP_OFTEN && !SLIP_LEAVES) return 0;
    r->begun = present;
    if (changes(&r->e->nest) && !slip_outside_shown(r)) {
        PyErr_Clear(); /* it is tried again where the nest is left */
        return 1;
    }
    r->shown = look(r) || !slip_outside_same(r); /* then what others have changed stays */
    return r->shown;
}

static int64_t poll(void *run) { return ((slip_run *)run)->e->nest.noutside ? look_outside(run) : look(run); }

static int64_t frames(void *Py_UNUSED(run), int64_t *words, int64_t Py_UNUSED(unused)) {
    words[0] = slip_frames_left();
    return 0;
}

static int64_t reported(void *run) {
    slip_run *r = run;
    return slip_reported(r);
}

static double slip_nest_hypotf(double x, double y) { return hypotf((float)x, (float)y); }

/* In the order of the compiler's table: sched/nest/hosts.go. */
static void *const table[] = {
    (void *)poll,
    (void *)reported,
    (void *)pow,
    (void *)exp,
    (void *)log,
    (void *)sin,
    (void *)cos,
    (void *)tan,
    (void *)tanh,
    (void *)atan,
    (void *)atan2,
    (void *)hypot,
    (void *)floor,
    (void *)ceil,
    (void *)log2,
    (void *)log10,
    (void *)sinh,
    (void *)cosh,
    (void *)asin,
    (void *)acos,
    (void *)rint,
    (void *)slip_nest_float_mod,
    (void *)slip_nest_float_floor,
    (void *)slip_nest_hypotf,
    (void *)slip_nest_room,
    (void *)slip_nest_keep,
    (void *)slip_nest_zeros,
    (void *)slip_nest_sweep,
    (void *)slip_nest_write,
    (void *)slip_nest_dot,
    (void *)slip_nest_matmul,
    (void *)slip_nest_matrices,
    (void *)slip_nest_count,
    (void *)slip_nest_fold,
    (void *)slip_nest_fold_kernel,
    (void *)slip_nest_place,
    (void *)slip_nest_gcd,
    (void *)slip_nest_int_root,
    (void *)slip_nest_int_power,
    (void *)slip_nest_mod_power,
    (void *)slip_nest_round,
    (void *)slip_nest_list_new,
    (void *)slip_nest_list_room,
    (void *)slip_nest_list_extend,
    (void *)slip_nest_list_part,
    (void *)slip_nest_list_sort,
    (void *)slip_nest_call_out,
    (void *)slip_nest_gather,
    (void *)slip_nest_scatter,
    (void *)slip_nest_trues,
    (void *)slip_nest_compress,
    (void *)slip_nest_expand,
    (void *)slip_nest_note,
    (void *)slip_nest_forget,
    (void *)frames,
    (void *)slip_nest_draw,
    (void *)slip_nest_list_front,
    (void *)slip_nest_list_flat,
    (void *)slip_nest_list_behind,
    (void *)slip_nest_table_find,
    (void *)slip_nest_table_room,
    (void *)slip_nest_table_put,
    (void *)slip_nest_table_log,
    (void *)slip_nest_table_remove,
    (void *)slip_nest_table_empty,
    (void *)slip_nest_table_next,
    (void *)slip_nest_heap_check,
    (void *)slip_nest_heap_push,
    (void *)slip_nest_heap_pop,
    (void *)slip_nest_heap_make,
    (void *)slip_nest_distribution,
    (void *)slip_nest_distributions,
    (void *)slip_nest_box_rows,
    (void *)slip_nest_box,
    (void *)slip_nest_search,
    (void *)slip_nest_interp,
    (void *)slip_nest_list_insert,
    (void *)slip_nest_list_delete,
    (void *)slip_nest_no_nan,
    (void *)slip_nest_try_write,
    (void *)slip_nest_try_sweep,
    (void *)slip_nest_try_note,
    (void *)slip_nest_undo,
    (void *)slip_nest_reported,
};

/* next + left * step, which may have more than 64 bits. */
static PyObject *behind_last(const int64_t *words) {
    PyObject *next = PyLong_FromLongLong(words[0]), *step = PyLong_FromLongLong(words[1]);
    PyObject *left = PyLong_FromLongLong(words[2]);
    PyObject *span = step && left ? PyNumber_Multiply(left, step) : NULL;
    PyObject *stop = next && span ? PyNumber_Add(next, span) : NULL;
    Py_XDECREF(next);
    Py_XDECREF(step);
    Py_XDECREF(left);
    Py_XDECREF(span);
    return stop;
}

/* A range by its first value, step and length, which is what is left of one. */
static PyObject *range_of(const int64_t *words) {
    PyObject *stop = behind_last(words);
    PyObject *range = stop ? PyObject_CallFunction((PyObject *)&PyRange_Type, "LOL", (long long)words[0],
                                                   stop, (long long)words[1])
                           : NULL;
    Py_XDECREF(stop);
    return range;
}

static PyObject *range_iterator(const int64_t *words) {
    PyObject *range = range_of(words);
    PyObject *it = range ? PyObject_GetIter(range) : NULL;
    Py_XDECREF(range);
    return it;
}

/* An iterator that has given so many items. */
static PyObject *advanced(PyObject *it, int64_t by) {
    for (int64_t i = 0; it && i < by; i++) {
        PyObject *passed = PyIter_Next(it);
        if (passed == NULL) Py_CLEAR(it);
        Py_XDECREF(passed);
    }
    return it;
}

/* iter(array), or reversed(array), that goes on with an index. That of a deque is not told where to go on. */
static PyObject *array_iterator(PyObject *array, int64_t next, bool back) {
    PyObject *it = NULL;
    if (array && (PyObject *)Py_TYPE(array) == slip_collections_class(SLIP_DEQUE))
        return advanced(PyObject_GetIter(array), next);
    if (array) it = back ? PyObject_CallOneArg((PyObject *)&PyReversed_Type, array) : PyObject_GetIter(array);
    PyObject *done = it ? PyObject_CallMethod(it, "__setstate__", "L", (long long)next) : NULL;
    if (done == NULL) Py_CLEAR(it);
    Py_XDECREF(done);
    return it;
}

static PyObject *tuple_of(slip_run *r, const slip_made *m) {
    PyObject *made = PyTuple_New(m->nof);
    for (int i = 0; made && i < m->nof; i++) {
        PyObject *o = slip_box(r, m->of[i]);
        if (o)
            PyTuple_SET_ITEM(made, i, Py_NewRef(o));
        else
            Py_CLEAR(made);
    }
    return made;
}

/* What was looked at when the run began can be set. */
static PyObject *set_attribute(slip_run *r, const slip_made *m) {
    PyObject *args[3];
    for (int i = 0; i < 3; i++)
        if ((args[i] = slip_box(r, m->of[i])) == NULL) return NULL;
    return slip_set_part(NULL, args, 3);
}

/* zip(*iterators), or enumerate(iterator, next). */
static PyObject *over_iterators(slip_run *r, const slip_made *m, const int64_t *words) {
    if (m->kind == SLIP_MADE_ENUMERATE)
        return PyObject_CallFunction((PyObject *)&PyEnum_Type, "OL", slip_box(r, m->of[0]),
                                     (long long)words[0]);
    PyObject *of = tuple_of(r, m);
    PyObject *it = of ? PyObject_CallObject((PyObject *)&PyZip_Type, of) : NULL;
    Py_XDECREF(of);
    return it;
}

/* map(function, *iterators) */
static PyObject *map_over(slip_run *r, const slip_made *m) {
    PyObject *of = tuple_of(r, m);
    PyObject *it = of ? PyObject_CallObject((PyObject *)&PyMap_Type, of) : NULL;
    Py_XDECREF(of);
    return it;
}

/* Over the items of ranges, lists and tuples. */
static PyObject *over_pools(slip_run *r, const slip_made *m, const int64_t *words) {
    PyObject *pools = tuple_of(r, m);
    PyObject *it = pools ? slip_indices_over(pools, m->kind, words) : NULL;
    Py_XDECREF(pools);
    return it;
}

/* A view of an array's memory: the address, lengths and strides; the array has moved by so many bytes. */
static bool make_view(slip_run *r, const slip_made *m, const int64_t *words, int64_t moved) {
    slip_slot *s = &r->v[m->value];
    int rank = r->e->values[m->value].rank;
    PyObject *of = slip_box(r, m->of[0]);
    if (of == NULL) return false;
    s->root = Py_NewRef(of);
    s->held |= SLIP_HOLDS_ROOT;
    s->data = (char *)(intptr_t)(words[0] + moved);
    memcpy(s->dims, words + 1, (size_t)rank * sizeof *s->dims);
    memcpy(s->strides, words + 1 + rank, (size_t)rank * sizeof *s->strides);
    return true;
}

/* Whether an array's elements lie nowhere: NumPy may give all axes of one without elements the stride 0. */
static bool lies_nowhere(PyArrayObject *a) {
    for (int i = 0; i < PyArray_NDIM(a); i++)
        if (PyArray_STRIDE(a, i) != 0) return false;
    return PyArray_SIZE(a) == 0;
}

/* A view of a copy, whose elements lay at the first address. */
static bool make_part(slip_run *r, const slip_made *m, const int64_t *words) {
    slip_slot *s = &r->v[m->value];
    PyArrayObject *of = (PyArrayObject *)slip_box(r, m->of[0]);
    if (of == NULL || !make_view(r, m, words + 1, (intptr_t)PyArray_BYTES(of) - words[0])) return false;
    if (lies_nowhere(of)) {
        s->data = PyArray_BYTES(of);
        memset(s->strides, 0, sizeof s->strides);
    }
    return true;
}

/* The array that a call gave, where it is all of it: nobody else has it. */
PyObject *slip_given_array(const slip_run *r, const slip_value *def, const int64_t *words) {
    PyObject *o = slip_rooms_array(r, words[0]);
    PyArrayObject *a = (PyArrayObject *)o;
    if (o == NULL || PyArray_NDIM(a) != def->rank || PyArray_DESCR(a) != slip.descr[def->type]) return NULL;
    size_t size = (size_t)def->rank * sizeof(npy_intp);
    bool same = memcmp(PyArray_DIMS(a), words + 1, size) == 0;
    return same && memcmp(PyArray_STRIDES(a), words + 1 + def->rank, size) == 0 ? o : NULL;
}

/* An array of its own, of the same words. */
static bool make_copy(slip_run *r, const slip_made *m, const int64_t *words) {
    const slip_value *def = &r->e->values[m->value];
    PyObject *given = slip_given_array(r, def, words);
    if (given) {
        slip_slot_own(&r->v[m->value], Py_NewRef(given));
        return true;
    }
    npy_intp dims[SLIP_MAX_RANK], strides[SLIP_MAX_RANK];
    memcpy(dims, words + 1, (size_t)def->rank * sizeof *dims);
    memcpy(strides, words + 1 + def->rank, (size_t)def->rank * sizeof *strides);
    PyArray_Descr *descr = slip.descr[def->type];
    Py_INCREF(descr);
    PyObject *a = PyArray_NewFromDescr(&PyArray_Type, descr, def->rank, dims, NULL, NULL, 0, NULL);
    if (a == NULL) return false;
    npy_intp n = PyArray_SIZE((PyArrayObject *)a);
    if (n && !slip_rooms_taken(r, (PyArrayObject *)a, words[0], strides))
        slip_gather(PyArray_BYTES((PyArrayObject *)a), (char *)(intptr_t)words[0], strides, def->rank, dims,
                    0, n, slip_sizes[def->type], false);
    slip_slot_own(&r->v[m->value], a);
    return true;
}

/* A number of one word, or of one for each part. */
static slip_element number_of(int type, const int64_t *words) {
    if (type == SLIP_C64)
        return (slip_element){(words[0] & 0xffffffff) | (int64_t)((uint64_t)words[1] << 32), 0};
    return (slip_element){words[0], type == SLIP_C128 ? words[1] : 0};
}

static bool make(slip_run *r, const slip_way *w, const slip_made *m, const int64_t *answer) {
    slip_slot *s = &r->v[m->value];
    const int64_t *words = answer + m->word;
    PyObject *it = NULL;
    switch (m->kind) {
    case SLIP_MADE_NUMBER:
        s->element = number_of(r->e->values[m->value].type, words);
        return true;
    case SLIP_MADE_TUPLE:
        it = tuple_of(r, m);
        break;
    case SLIP_MADE_SET:
        it = set_attribute(r, m);
        break;
    case SLIP_MADE_LIST:
        it = slip_list_object(words);
        break;
    case SLIP_MADE_ENTRIES:
        it = slip_table_iterator(words);
        break;
    case SLIP_MADE_VIEW:
        return make_view(r, m, words, 0);
    case SLIP_MADE_PART:
        return make_part(r, m, words);
    case SLIP_MADE_COPY:
        return make_copy(r, m, words);
    case SLIP_MADE_RANGE:
        it = range_iterator(words);
        break;
    case SLIP_MADE_OVER:
    case SLIP_MADE_REVERSED:
        it = array_iterator(slip_box(r, m->of[0]), words[0], m->kind == SLIP_MADE_REVERSED);
        break;
    case SLIP_MADE_MAP:
        it = map_over(r, m);
        break;
    case SLIP_MADE_WHOLE_RANGE:
        it = range_of(words);
        break;
    case SLIP_MADE_PRODUCT:
    case SLIP_MADE_COMBINATIONS:
    case SLIP_MADE_REPEATING:
        it = over_pools(r, m, words);
        break;
    case SLIP_MADE_FLAT:
    case SLIP_MADE_INDEXED:
        it = slip_elements_from(slip_box(r, m->of[0]), words, m->kind == SLIP_MADE_INDEXED);
        break;
    default:
        it = over_iterators(r, m, words);
    }
    if (it) slip_slot_own(s, it);
    return it != NULL;
}

static void place_of(place *p, const slip_slot *s, int rank) {
    p->data = (int64_t)(intptr_t)s->data;
    memcpy(p->dims, s->dims, (size_t)rank * sizeof *p->dims);
    memcpy(p->strides, s->strides, (size_t)rank * sizeof *p->strides);
}

/* A loop that is entered in each round, and left in the same one, gains nothing by it. A few calls
 * gain less than it takes to begin, and many weigh against that. */
static void count_rounds(slip_region *region, const slip_way *w, int64_t rounds) {
    enum { FEW = 3, FEW_CALLS = 8, LOST = 4 };
    if (w->told == SLIP_TOLD_ROUNDS)
        region->vain = rounds < FEW ? region->vain + 1 : 0;
    else if (w->told == SLIP_TOLD_NOTHING)
        region->vain += LOST;
    else if (rounds < FEW_CALLS)
        region->vain++;
    else
        region->vain = rounds / FEW_CALLS < region->vain ? region->vain - (int)(rounds / FEW_CALLS) : 0;
}

/* What was written stays, whatever happens: without memory for the values that are
 * handed over that is raised. */
static int leave(slip_run *r, slip_way *w, const int64_t *answer) {
    w->hits++;
    if (changes(&r->e->nest) && !r->shown && !slip_outside_settled(r)) return SLIP_RAISE;
    if (w->left) count_rounds(r->region, w, ROUNDS - answer[w->left - 1]);
    for (int i = 0; i < w->nmade; i++)
        if (!make(r, w, &w->made[i], answer)) return SLIP_RAISE;
    return slip_settle(r, w->exit, true);
}

enum { MUCH = 1000 }; /* nanoseconds of taking in, from which on it is looked whether that pays */

/* What takes much longer to take in than to go over gains nothing: Python needs some ten times as long for
 * what it looks at, and looks at less. */
static void weigh_outside(const slip_run *r, int64_t begun) {
    enum { ENOUGH = 8, TIMES = 8 };
    slip_region *region = r->region;
    region->taken++;
    region->taking += slip_outside_time(r);
    region->going += nanoseconds() - begun;
    if (region->taken >= ENOUGH && region->taking > TIMES * region->going) region->vain = SLIP_VAIN;
}

/* Takes in what comes from outside. Whether it is much. */
static int take_in(slip_run *r, place *places) {
    const slip_nest *n = &r->e->nest;
    for (int i = 0; i < n->noutside; i++) {
        place *p = &places[n->outside[i].arg];
        p->data = slip_take_in(r, (PyObject *)(intptr_t)p->data, &n->outside[i]);
        if (p->data == 0) return -1;
    }
    return slip_outside_time(r) > MUCH;
}

/* What does not fit may fit another version. Where that took long it shall not be tried for ever. */
static int not_taken_in(slip_run *r) {
    enum { FEW_TIMES = 8 };
    if (slip_outside_time(r) > MUCH) r->region->vain += SLIP_VAIN / FEW_TIMES;
    return slip_fail(r, SLIP_R_SHAPE);
}

static int run_nest(slip_run *r, const slip_task *t, void **args, place *places, int64_t *answer) {
    const slip_nest *n = &r->e->nest;
    for (int i = 0; i < t->nsrc; i++) {
        slip_slot *s = &r->v[t->src[i]];
        const slip_value *def = &r->e->values[t->src[i]];
        args[i] =
            def->kind == SLIP_ARRAY || def->kind == SLIP_OBJECT ? (void *)&places[i] : (void *)&s->element;
        if (def->kind == SLIP_ARRAY)
            place_of(&places[i], s, def->rank);
        else if (def->kind == SLIP_OBJECT) /* its address */
            places[i].data = (int64_t)(intptr_t)s->obj;
    }
    int much = n->noutside ? take_in(r, places) : 0;
    if (much < 0) return not_taken_in(r);
    int64_t begun = much ? nanoseconds() : 0;
    int64_t way = n->fn(args, 0, SLIP_OFTEN ? 1 : ROUNDS, answer, (void **)table, (int64_t *)r);
    if (much && slip.weigh) weigh_outside(r, begun);
    slip_journal_undo(r);
    return leave(r, &n->ways[way], answer);
}

int slip_task_nest(slip_run *r, const slip_task *t) {
    /* Nests look for reports where a number is not finite, which one that is too small is. */
    if (r->reported & SLIP_FP_UNDERFLOW) return slip_fail(r, SLIP_R_FPFLAGS);
    size_t arg = sizeof(void *) + sizeof(place), size = (size_t)t->nsrc * arg + (size_t)r->e->nest.words * 8;
    int64_t few[256];
    char *memory = size <= sizeof few ? (char *)few : PyMem_Malloc(size);
    if (memory == NULL) return slip_fail(r, SLIP_R_ALLOC);
    place *places = (place *)memory;
    void **args = (void **)(places + t->nsrc);
    int outcome = run_nest(r, t, args, places, (int64_t *)(args + t->nsrc));
    slip_draws_free(r);
    slip_rooms_free(r);
    slip_lists_free(r);
    slip_journal_free(r);
    if (memory != (char *)few) PyMem_Free(memory);
    return outcome;
}
