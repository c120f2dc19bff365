/* One run of an entry: guards, tasks in order, result. */
#include "blocks.h"

enum { STACK_SLOTS = 24 };

static PyObject *exit_tuple(slip_run *r, const slip_exit *x, int number) {
    bool several = r->e->region_exits > 1;
    Py_ssize_t n = several ? 1 + r->e->region_width : x->nvalues, at = 0;
    PyObject *t = PyTuple_New(n);
    if (t == NULL) return NULL;
    if (several) PyTuple_SET_ITEM(t, at++, PyLong_FromLong(number));
    for (int i = 0; i < x->nvalues; i++) {
        PyObject *o = slip_box(r, x->values[i]);
        if (o == NULL) {
            Py_DECREF(t);
            return NULL;
        }
        PyTuple_SET_ITEM(t, at++, Py_NewRef(o));
    }
    while (at < n) PyTuple_SET_ITEM(t, at++, Py_NewRef(Py_None));
    return t;
}

/* What the stub expects for an exit; NULL with an exception. */
static PyObject *exit_result(slip_run *r, int exit) {
    const slip_exit *x = &r->e->exits[exit];
    if (r->e->direct) return Py_XNewRef(slip_box(r, x->values[0]));
    if (r->e->region_exits == 1 && x->nvalues == 0) Py_RETURN_TRUE;
    return exit_tuple(r, x, r->e->exit_map[exit]);
}

/* Boxes the exit of a commit or leave. With the user's memory already
 * written there is no way back: then running out of memory is raised, as
 * NumPy would at the next statement. */
int slip_settle(slip_run *r, int exit, bool stored) {
    if (!stored && slip_reported(r)) return slip_fail(r, SLIP_R_FPFLAGS);
    PyObject *result = exit_result(r, exit);
    if (result == NULL) {
        if (stored) return SLIP_RAISE;
        PyErr_Clear();
        return slip_fail(r, SLIP_R_ALLOC);
    }
    Py_XSETREF(r->pending, result);
    r->worked = 0;
    return SLIP_OK;
}

static int task_tuple(slip_run *r, const slip_task *t, bool stored) {
    PyObject *made = PyTuple_New(t->nsrc);
    for (int i = 0; made && i < t->nsrc; i++) {
        PyObject *o = slip_box(r, t->src[i]);
        if (o == NULL)
            Py_CLEAR(made);
        else
            PyTuple_SET_ITEM(made, i, Py_NewRef(o));
    }
    if (made == NULL) {
        if (stored) return SLIP_RAISE; /* as in slip_settle */
        PyErr_Clear();
        return slip_fail(r, SLIP_R_ALLOC);
    }
    slip_slot_own(&r->v[t->dst], made);
    return SLIP_OK;
}

/* The status bits of a set of classes of reports. */
static uint32_t class_bits(int classes) { return (uint32_t)((classes & 1) | (classes & 14) << 1); }

/* Another error state: what was raised so far belongs to the one before. */
static int task_errors(slip_run *r, const slip_task *t, bool stored) {
    if (!stored && slip_reported(r)) return slip_fail(r, SLIP_R_FPFLAGS);
    r->reported = (r->ambient & ~class_bits(t->axis & 15)) | class_bits(t->axis >> 4);
    r->changed = t->axis != 0;
    r->flags = 0;
    slip_fp_clear(r->reported);
    if (r->e->loops) slip_x87_clear();
    return SLIP_OK;
}

/* Calls and operators may clear the status bits: settle ours first. */
static int settled(slip_run *r, const slip_task *t, int (*run)(slip_run *, const slip_task *)) {
    if (slip_reported(r)) return slip_fail(r, SLIP_R_FPFLAGS);
    int outcome = run(r, t);
    slip_fp_clear(r->reported);
    return outcome;
}

/* What has run along with the kernel is done. */
static int task_fold(slip_run *r, const slip_task *t) {
    if (r->folded == 0) return settled(r, t, slip_task_call);
    r->folded--;
    return SLIP_OK;
}

static int task_call(slip_run *r, const slip_task *t) {
    if (SLIP_LIKELY(!r->placed)) return settled(r, t, slip_task_call);
    r->placed = false;
    return SLIP_OK;
}

int slip_run_task(slip_run *r, const slip_task *t, bool stored) {
    switch (t->kind) {
    case SLIP_KERNEL:
        return slip_task_kernel(r, t);
    case SLIP_LEAVE:
    case SLIP_COMMIT:
        return slip_settle(r, t->exit, stored);
    case SLIP_VIEW:
        return slip_task_view(r, t);
    case SLIP_TRANSPOSE:
        return slip_task_transpose(r, t);
    case SLIP_LOAD:
        return slip_task_load(r, t);
    case SLIP_DIM:
        return slip_task_dim(r, t);
    case SLIP_SUM:
        return slip_task_sum(r, t);
    case SLIP_CALL:
        return task_call(r, t);
    case SLIP_WRITE:
        return settled(r, t, slip_task_write);
    case SLIP_FOLD:
        return task_fold(r, t);
    case SLIP_ERRORS:
        return task_errors(r, t, stored);
    case SLIP_NUMBER:
        return settled(r, t, slip_task_number);
    case SLIP_NEST:
        return slip_task_nest(r, t);
    default:
        return task_tuple(r, t, stored);
    }
}

static void drop_dead(slip_run *r, const slip_task *t, int n) {
    for (int i = 0; i < n; i++)
        for (int d = 0; d < t[i].ndrops; d++) slip_slot_drop(&r->v[t[i].drops[d]]);
}

/* Runs task i, or several from there on over blocks of rows: how many in *n. */
static int run_next(slip_run *r, int i, bool stored, int *n) {
    const slip_task *t = &r->e->tasks[i];
    *n = 0;
    int outcome = t->block ? slip_blocks_run(r, i, n) : SLIP_OK;
    if (*n) return outcome;
    *n = 1;
    return slip_run_task(r, t, stored);
}

static int run_tasks(slip_run *r) {
    const slip_entry *e = r->e;
    bool stored = false;
    for (int i = 0, n; i < e->ntasks; i += n) {
        if (!stored && SLIP_LEAVES) return slip_fail(r, SLIP_R_KERNEL);
        int outcome = run_next(r, i, stored, &n);
        if (SLIP_UNLIKELY(outcome != SLIP_OK)) return outcome;
        stored = e->tasks[i].stores;
        drop_dead(r, &e->tasks[i], n);
    }
    return SLIP_OK;
}

/* Guards that depend on the thread, not on the arguments. */
static int thread_guards(slip_run *r) {
    if (SLIP_UNLIKELY(!SLIP_GUARD(errstate, slip_errstate(&r->reported)))) return SLIP_R_ERRSTATE;
    r->ambient = r->reported;
    uint32_t word = r->status = slip_fp_get();
    bool usual = (word & ~(uint32_t)SLIP_FP_STATUS) == SLIP_FP_DEFAULT;
    if (SLIP_UNLIKELY(!SLIP_GUARD(control, usual))) return SLIP_R_CONTROL;
    if (word & r->reported) slip_fp_set(word & ~(uint32_t)SLIP_FP_STATUS);
    if (r->e->loops) slip_x87_clear();
    return SLIP_R_NONE;
}

static int count_failure(slip_region *region, int reason) {
    region->failures++;
    region->reasons[reason]++;
    region->last_reason = reason;
    return SLIP_TRY_FAILED;
}

/* A run that fails costs what it computed, so an entry that only fails (data
 * with warnings in every call) is let alone for ever longer, in error states
 * that report the same. What only fails for its shapes, too: another entry that
 * was asked for meanwhile goes on. */
static void count_streak(slip_run *r, int outcome) {
    slip_entry *e = r->e;
    if (SLIP_UNLIKELY(e->resting != r->ambient)) {
        e->resting = r->ambient;
        e->streak = e->rest = 0;
    }
    if (outcome == SLIP_OK || r->pending) {
        e->streak = 0;
    } else if (++e->streak >= SLIP_PATIENCE) {
        e->gainless = r->reason == SLIP_R_GAIN;
        e->rest = e->streak < SLIP_LONGEST_REST ? e->streak : SLIP_LONGEST_REST;
        e->streak *= 2;
        if (e->streak > SLIP_LONGEST_REST) e->streak = SLIP_LONGEST_REST;
    }
}

/* What fails for its data may fail in one statement of many: see on_failure.
 * What a variable holds is no matter of data. */
static void count_failing(slip_run *r, int outcome) {
    if (outcome == SLIP_OK)
        r->region->failing = SLIP_UNLIKELY(r->region->vain >= SLIP_VAIN) ? SLIP_TROUBLE : 0;
    else if (r->reason == SLIP_R_SHAPE && r->region->vain >= SLIP_VAIN)
        r->region->failing = SLIP_TROUBLE;
    else if (r->reason == SLIP_R_GUESS || (r->reason == SLIP_R_FREES && r->region->failing < SLIP_TROUBLE))
        r->region->failing = SLIP_TROUBLE;
    else if (r->reason != SLIP_R_SHAPE && r->reason != SLIP_R_ALLOC && r->reason != SLIP_R_GAIN)
        r->region->failing++;
}

/* What was raised and not reported is forgotten, as by NumPy's next operation; a run that fails
 * has not been. */
static void leave_status(const slip_run *r, bool taken) {
    uint32_t word = taken ? r->status & ~(uint32_t)SLIP_FP_REPORTABLE : r->status;
    slip_fp_restore(word);
    if (r->e->loops && !(word & SLIP_FP_REPORTABLE)) slip_x87_clear();
}

static int finish(slip_run *r, int outcome, PyObject **result) {
    *result = r->pending;
    leave_status(r, outcome == SLIP_OK || r->pending);
    count_streak(r, outcome);
    count_failing(r, outcome);
    if (outcome == SLIP_OK) {
        r->e->hits++;
        r->region->hits++;
        return SLIP_TRY_TAKEN;
    }
    if (outcome == SLIP_RAISE) {
        Py_CLEAR(*result);
        return SLIP_TRY_TAKEN;
    }
    count_failure(r->region, r->reason);
    return *result ? SLIP_TRY_TAKEN : SLIP_TRY_FAILED;
}

/* Whether a run whose arguments fit may begin. */
static bool may_begin(slip_run *r, PyObject *const *args) {
    r->reason = thread_guards(r);
    if (r->e->unnamed && !SLIP_GUARD(depth, slip_calls_left(SLIP_DEEPEST))) r->reason = SLIP_R_DEPTH;
    if (SLIP_UNLIKELY(r->reason != SLIP_R_NONE)) return false;
    if (SLIP_UNLIKELY(r->e->rest && r->e->resting == r->reported)) {
        r->e->rest--;
        r->reason = SLIP_R_RESTING;
    } else if (r->e->nfrees) {
        int why = slip_frees_reason(r, args);
        if (!SLIP_GUARD(frees, why != SLIP_R_FREES)) r->reason = SLIP_R_FREES;
        if (why == SLIP_R_GUARD) r->reason = why;
    }
    return r->reason == SLIP_R_NONE;
}

/* A run that may not begin. What variables hold is no matter of this call alone. */
static int not_begun(slip_run *r, PyObject **result) {
    if (r->reason == SLIP_R_FREES) return finish(r, SLIP_FAIL, result);
    return count_failure(r->region, r->reason);
}

static int run_entry(slip_run *r, PyObject *const *args, PyObject **result) {
    slip_entry *e = r->e;
    for (int i = 0; i < e->nvalues; i++) slip_slot_init(&r->v[i]);
    int outcome = SLIP_TRY_MISSED;
    if (!slip_bind_inputs(e, r->v, args))
        e->misses++;
    else if (!may_begin(r, args))
        outcome = not_begun(r, result);
    else
        outcome = finish(r, run_tasks(r), result);
    for (int i = 0; i < e->nvalues; i++) slip_slot_drop(&r->v[i]);
    return outcome;
}

static int run_with_values(slip_run *r, PyObject *const *args, PyObject **result) {
    slip_slot few[STACK_SLOTS];
    r->v = few;
    if (r->e->nvalues <= STACK_SLOTS) return run_entry(r, args, result);
    r->v = PyMem_Malloc((size_t)r->e->nvalues * sizeof *r->v);
    if (r->v == NULL) return count_failure(r->region, SLIP_R_ALLOC);
    int outcome = run_entry(r, args, result);
    PyMem_Free(r->v);
    return outcome;
}

/* Runs the entry when its guards hold. SLIP_TRY_TAKEN: *result is a new
 * reference, or NULL with an exception set. */
int slip_try(slip_region *region, slip_entry *e, PyObject *const *args, PyObject **result) {
    slip_straight s;
    /* what would gain nothing in any error state must cost next to nothing */
    if (SLIP_UNLIKELY(e->rest && e->gainless)) {
        e->rest--;
        count_failure(region, SLIP_R_RESTING);
        return SLIP_TRY_RESTS;
    }
    if (!slip_facts_valid(e) || SLIP_MISSES) {
        e->misses++;
        return SLIP_TRY_MISSED;
    }
    slip_run r = {.e = e, .region = region, .args = args};
    if (!e->straight || !slip_straight_bind(e, args, &s)) return run_with_values(&r, args, result);
    if (!may_begin(&r, args)) return not_begun(&r, result);
    return finish(&r, SLIP_LEAVES ? slip_fail(&r, SLIP_R_KERNEL) : slip_straight_run(&r, &s), result);
}
