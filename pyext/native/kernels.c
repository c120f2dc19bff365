/* TaskKernel: binds a kernel to its operands, makes its results, runs it. */
#include "columns.h"

static int bind_scalar(slip_run *r, slip_launch *l, int p, const slip_slot *s) {
    int type = l->kernel->params[p].type;
    bool fits = slip_scalar_word(&r->e->values[l->task->src[p]], s, type, &l->words[p]) == 0;
    if (!SLIP_GUARD(range, fits)) return slip_fail(r, SLIP_R_RANGE);
    l->args[p] = &l->words[p];
    return SLIP_OK;
}

/* Contiguous, and not a single element with a negative step where NumPy's
 * loops would be told of it. */
static bool compact(const slip_run *r, const slip_slot *s, int rank) {
    return s->contiguous && !(SLIP_UNLIKELY(r->e->loops) && rank == 1 && s->strides[0] < 0);
}

/* Takes an array input; the first one gives the shape that a simple launch
 * needs all others to have. */
static void bind_array(const slip_run *r, slip_launch *l, const slip_slot *s, int rank, bool *first) {
    if (*first) {
        l->rank = rank;
        memcpy(l->dims, s->dims, sizeof(npy_intp) * (size_t)rank);
        l->simple = compact(r, s, rank);
        *first = false;
        return;
    }
    l->simple = l->simple && compact(r, s, rank) && rank == l->rank;
    for (int i = 0; l->simple && i < rank; i++) l->simple = l->dims[i] == s->dims[i];
}

/* Binds In and Scalar parameters and finds the iteration's shape. */
int slip_launch_inputs(slip_run *r, const slip_task *t, slip_launch *l) {
    bool first = true, spread = false;
    l->task = t;
    l->kernel = &r->e->kernels[t->kernel];
    l->table = l->kernel->table;
    l->simple = true;
    l->undoable = l->fused = l->rereads = false;
    l->each = 0;
    l->local = 0;
    l->unseen = l->behind = NULL;
    l->behind_of = SLIP_NONE;
    l->rank = 0;
    for (int p = 0; p < l->kernel->nparams; p++) {
        const slip_slot *s = &r->v[t->src[p]];
        const slip_value *def = &r->e->values[t->src[p]];
        int kind = l->kernel->params[p].kind;
        l->undo[p] = NULL;
        l->fixed[p] = kind == SLIP_SCALAR;
        if (kind == SLIP_OUT) continue;
        if (def->kind == SLIP_ARRAY && kind == SLIP_IN) {
            l->args[p] = s->data;
            bind_array(r, l, s, def->rank, &first);
            continue;
        }
        spread = spread || kind == SLIP_IN;
        if (bind_scalar(r, l, p, s) < 0) return SLIP_FAIL;
    }
    l->simple = l->simple && !(spread && l->rank);
    l->size = slip_product(l->rank, l->dims);
    if (l->simple) return SLIP_OK;
    return slip_broadcast(r, l) < 0 ? SLIP_FAIL : slip_check_fusion(r, l);
}

static PyObject *new_array(const slip_launch *l, int type, const npy_intp *strides) {
    PyArray_Descr *descr = slip.descr[type];
    Py_INCREF(descr);
    PyObject *a = PyArray_NewFromDescr(&PyArray_Type, descr, l->rank, (npy_intp *)l->dims,
                                       (npy_intp *)strides, NULL, 0, NULL);
    if (a == NULL) PyErr_Clear();
    return a;
}

/* A dying array that nobody else has and that is what the new one would be: NumPy
 * computes into such operands, too. Large memory that is there already is worth much. */
static PyObject *taken_over(slip_run *r, int old, int type, int rank, const npy_intp *dims,
                            const npy_intp *strides) {
    enum { ORDERS = NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_F_CONTIGUOUS };
    slip_slot *o = &r->v[old];
    PyArrayObject *a = (PyArrayObject *)o->obj;
    size_t bytes = sizeof(npy_intp) * (size_t)rank;
    if (!(o->held & SLIP_HOLDS_OBJ) || !PyArray_CheckExact(a) || Py_REFCNT(a) != 1) return NULL;
    bool own = (PyArray_FLAGS(a) & ~ORDERS) == (NPY_ARRAY_OWNDATA | NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE);
    if (!own || PyArray_BASE(a) || slip_referred_weakly((PyObject *)a)) return NULL;
    if (PyArray_DESCR(a) != slip.descr[type] || PyArray_NDIM(a) != rank || PyArray_SIZE(a) == 0) return NULL;
    if (memcmp(PyArray_DIMS(a), dims, bytes) || memcmp(PyArray_STRIDES(a), strides, bytes)) return NULL;
    o->held &= (uint8_t)~SLIP_HOLDS_OBJ;
    o->obj = NULL;
    return (PyObject *)a;
}

/* What the result of parameter p may take the memory of. A kernel with folds may run twice. */
static int lent_to(const slip_task *t, int p) { return t->reuse && !t->nfolds ? t->reuse[p] : SLIP_NONE; }

/* The same for a launch. Over blocks of rows what an earlier task made is read when later rows are made. */
static int lent(const slip_launch *l, int p) { return l->each ? SLIP_NONE : lent_to(l->task, p); }

static bool place_new(slip_run *r, slip_launch *l, int p, slip_slot *s, int type) {
    const npy_intp *strides = l->simple ? NULL : s->strides;
    int old = lent(l, p);
    PyObject *a = old >= 0 ? taken_over(r, old, type, l->rank, l->dims, s->strides) : NULL;
    if (a == NULL) a = new_array(l, type, strides);
    if (a == NULL) return false;
    slip_slot_own(s, a);
    s->writeable = true;
    s->data = PyArray_BYTES((PyArrayObject *)a);
    s->contiguous = PyArray_IS_C_CONTIGUOUS((PyArrayObject *)a);
    memcpy(s->strides, PyArray_STRIDES((PyArrayObject *)a), sizeof(npy_intp) * (size_t)l->rank);
    return true;
}

/* The memory of a dying temporary of the same shape and element size, whose
 * elements are then replaced one for one. */
static slip_buf *reusable(slip_run *r, const slip_launch *l, int p, const slip_slot *s) {
    int old = lent(l, p);
    if (old < 0) return NULL;
    slip_slot *o = &r->v[old];
    const slip_value *def = &r->e->values[old];
    bool same = (o->held & SLIP_HOLDS_BUF) && o->buf->refs == 1 && def->rank == l->rank &&
                slip_sizes[def->type] == slip_sizes[l->kernel->params[p].type];
    for (int i = 0; same && i < l->rank; i++)
        same = o->dims[i] == l->dims[i] && o->strides[i] == s->strides[i];
    if (!same || o->data != slip_buf_data(o->buf)) return NULL;
    o->held &= (uint8_t)~SLIP_HOLDS_BUF;
    return o->buf;
}

static bool place_temp(slip_run *r, slip_launch *l, int p, slip_slot *s, int size) {
    npy_intp n = l->local >> p & 1 ? l->size / l->dims[0] * l->each : l->size;
    s->buf = reusable(r, l, p, s);
    if (s->buf == NULL) s->buf = slip_buf_new((size_t)(n * size) + 1);
    if (s->buf == NULL) return false;
    s->held |= SLIP_HOLDS_BUF;
    s->data = slip_buf_data(s->buf);
    s->writeable = true;
    s->contiguous = l->simple || l->c_order;
    return true;
}

/* Whether a result becomes an array: of the program, or for a fold that is
 * NumPy's call. */
static bool as_array(const slip_launch *l, int p) {
    int mode = l->task->outs[p];
    if (mode == SLIP_OUT_NEW) return true;
    bool folded = mode == SLIP_OUT_TILE;
    for (int i = 1; i <= l->task->nfolds; i++) folded = folded || l->task[0].src[p] == l->task[i].src[0];
    return folded && !l->fused && !l->each;
}

static int place_array(slip_run *r, slip_launch *l, int p) {
    slip_slot *s = &r->v[l->task->src[p]];
    int type = l->kernel->params[p].type, size = slip_sizes[type];
    npy_intp step = size;
    for (int i = l->rank - 1; l->simple && i >= 0; i--) {
        s->strides[i] = step;
        step *= l->dims[i];
    }
    if (!l->simple && !slip_result_strides(l, p, size, s->strides)) return slip_fail(r, SLIP_R_LAYOUT);
    memcpy(s->dims, l->dims, sizeof(npy_intp) * (size_t)l->rank);
    if (l->fused && l->task->outs[p] == SLIP_OUT_TILE) {
        l->args[p] = NULL;
        return SLIP_OK;
    }
    bool placed = as_array(l, p) ? place_new(r, l, p, s, type) : place_temp(r, l, p, s, size);
    if (!placed) return slip_fail(r, SLIP_R_ALLOC);
    l->args[p] = s->data;
    if (!l->simple) memcpy(l->strides[p], s->strides, sizeof l->strides[p]);
    return SLIP_OK;
}

static bool may_report(const slip_run *r, const slip_launch *l) {
    return (l->kernel->flags & SLIP_KF_RAISES) && r->reported;
}

/* The iteration takes the shape of what is stored into, to which the inputs
 * must broadcast. NumPy computes what an empty target takes nothing of, and
 * reports it: then the shape stays that of the value. */
static int shape_into(slip_run *r, slip_launch *l, int p) {
    const slip_slot *s = &r->v[l->task->src[p]];
    int rank = r->e->values[l->task->src[p]].rank, missing = rank - l->rank;
    if (!SLIP_GUARD(writable, s->writeable)) return slip_fail(r, SLIP_R_READONLY);
    bool same = missing == 0;
    for (int i = 0; i < l->rank; i++) {
        npy_intp have = l->dims[i], want = missing < 0 ? -1 : s->dims[missing + i];
        same = same && have == want;
        if (!SLIP_GUARD(into, have == want || have == 1)) return slip_fail(r, SLIP_R_SHAPE);
    }
    npy_intp value = slip_product(l->rank, l->dims);
    l->simple = l->simple && same && s->contiguous;
    bool unseen = value && may_report(r, l) && slip_product(rank, s->dims) == 0;
    l->size = value;
    if (!SLIP_GUARD(empty, !unseen)) return SLIP_OK;
    l->rank = rank;
    memcpy(l->dims, s->dims, sizeof(npy_intp) * (size_t)rank);
    l->size = slip_product(rank, l->dims);
    return slip_check_overlap(r, l, p);
}

/* Memory for a value that nobody sees, or not yet. */
static int place_apart(slip_run *r, slip_launch *l, int p, int size, slip_buf **place) {
    if (*place) return slip_fail(r, SLIP_R_SHAPE);
    *place = slip_buf_new((size_t)(l->size * size) + 1);
    if (*place == NULL) return slip_fail(r, SLIP_R_ALLOC);
    l->args[p] = slip_buf_data(*place);
    npy_intp step = size;
    for (int i = l->rank - 1; i >= 0; i--) {
        l->strides[p][i] = step;
        step *= l->dims[i];
    }
    return SLIP_OK;
}

static int place_into(slip_run *r, slip_launch *l, int p) {
    slip_slot *s = &r->v[l->task->src[p]];
    int size = slip_sizes[l->kernel->params[p].type];
    bool empty = slip_product(r->e->values[l->task->src[p]].rank, s->dims) == 0;
    if (empty && l->size) return place_apart(r, l, p, size, &l->unseen);
    if (l->behind_of == p) return place_apart(r, l, p, size, &l->behind);
    l->args[p] = s->data;
    if (!l->simple) memcpy(l->strides[p], s->strides, sizeof l->strides[p]);
    /* what only this run has is forgotten with it, and some is stored again in any case */
    if (!may_report(r, l) || !l->task->stores || (l->task->over && !l->rereads)) return SLIP_OK;
    l->undo[p] = slip_buf_new((size_t)(l->size * size) + 1);
    if (l->undo[p] == NULL) return slip_fail(r, SLIP_R_ALLOC);
    l->undoable = true;
    return SLIP_OK;
}

static int place_out(slip_run *r, slip_launch *l, int p) {
    slip_slot *s = &r->v[l->task->src[p]];
    switch (l->task->outs[p]) {
    case SLIP_NOT_OUT:
        return SLIP_OK;
    case SLIP_OUT_SCALAR:
        s->element = (slip_element){0, 0};
        l->args[p] = &s->element;
        l->fixed[p] = true;
        return SLIP_OK;
    case SLIP_OUT_INTO:
        return place_into(r, l, p);
    default:
        return place_array(r, l, p);
    }
}

static bool stores_into(const slip_task *t) {
    for (int p = 0; p < t->nsrc; p++)
        if (t->outs[p] == SLIP_OUT_INTO) return true;
    return false;
}

/* The iteration may grow beyond the inputs' shape only when it has a single
 * result, stored into that shape. */
static int shape_outs(slip_run *r, slip_launch *l) {
    int rank = l->rank, outs = 0;
    npy_intp dims[SLIP_MAX_RANK];
    memcpy(dims, l->dims, sizeof dims);
    for (int p = 0; p < l->task->nsrc; p++) {
        outs += l->task->outs[p] != SLIP_NOT_OUT;
        if (l->task->outs[p] == SLIP_OUT_INTO && shape_into(r, l, p) < 0) return SLIP_FAIL;
    }
    bool grown = rank != l->rank || memcmp(dims, l->dims, sizeof(npy_intp) * (size_t)rank);
    return grown && outs > 1 ? slip_fail(r, SLIP_R_SHAPE) : SLIP_OK;
}

static bool makes_arrays(const slip_task *t) {
    for (int p = 0; p < t->nsrc; p++)
        if (t->outs[p] == SLIP_OUT_NEW || t->outs[p] == SLIP_OUT_TEMP || t->outs[p] == SLIP_OUT_TILE)
            return true;
    return false;
}

static int place_outs(slip_run *r, slip_launch *l, bool into) {
    if (into && shape_outs(r, l) < 0) return SLIP_FAIL;
    if (into && l->kernel->nloops && slip_check_targets(r, l) < 0) return SLIP_FAIL;
    if (!l->simple) slip_input_strides(r, l);
    if (!l->simple && makes_arrays(l->task) && slip_find_orders(r, l) < 0) return SLIP_FAIL;
    for (int p = 0; p < l->kernel->nparams; p++)
        if (place_out(r, l, p) < 0) return SLIP_FAIL;
    return SLIP_OK;
}

static void store_what_is_behind(slip_run *r, slip_launch *l) {
    const slip_slot *s = &r->v[l->task->src[l->behind_of]];
    int rank = r->e->values[l->task->src[l->behind_of]].rank;
    int size = slip_sizes[l->kernel->params[l->behind_of].type];
    slip_gather(slip_buf_data(l->behind), s->data, s->strides, rank, s->dims, 0, l->size, size, true);
}

static int run_placed(slip_run *r, slip_launch *l, bool into) {
    if (into && slip_reported(r)) return slip_fail(r, SLIP_R_FPFLAGS);
    int64_t outcome = slip_iterate(r, l);
    bool apart = l->undoable || l->unseen || l->behind || l->task->over;
    bool stands = !outcome && !(apart && slip_reported(r));
    if (l->undoable && !stands) slip_undo(l);
    if (l->behind && stands) store_what_is_behind(r, l);
    if (outcome) return slip_fail(r, outcome < 0 ? SLIP_R_ALLOC : SLIP_R_KERNEL);
    return stands ? SLIP_OK : slip_fail(r, SLIP_R_FPFLAGS);
}

/* Passes over memory to keep one target: it is read if no operand is, written to
 * new lines, and faulted in if no free list has its memory. Where NumPy computes
 * first and copies then, which is where it reads no target, it has two more. */
static int keeping(const slip_launch *l, int p, npy_intp bytes) {
    bool read = false;
    for (int i = 0; i < l->kernel->nparams; i++)
        read = read || (l->kernel->params[i].kind == SLIP_IN && l->args[i] == l->args[p]);
    npy_intp own = l->size * slip_sizes[l->kernel->params[p].type];
    return (read ? 1 : 0) + !l->simple + (bytes > SLIP_NEAR_BYTES) + (own > SLIP_FRESH_BYTES);
}

/* Bytes of all operands of a launch in compact memory, and of the widest. */
static npy_intp operand_bytes(const slip_launch *l, npy_intp *widest) {
    npy_intp bytes = 0;
    *widest = 0;
    for (int p = 0; p < l->kernel->nparams; p++) {
        npy_intp own = l->fixed[p] ? 0 : l->size * slip_sizes[l->kernel->params[p].type];
        if (own > *widest) *widest = own;
        bytes += own;
    }
    return bytes;
}

/* Whether an update in place goes over memory so much more often than NumPy
 * that it loses what entering NumPy's operations costs, and more than was worked
 * before. NumPy's own loops inside decide by themselves. */
static bool keeps_too_much(const slip_run *r, const slip_launch *l) {
    const slip_kernel *k = l->kernel;
    npy_intp widest, bytes = operand_bytes(l, &widest);
    int64_t passes = 0;
    if (!l->undoable || k->nloops) return false;
    for (int p = 0; p < k->nparams; p++) {
        passes += !l->fixed[p];
        if (l->undo[p]) passes += keeping(l, p, bytes);
    }
    /* kept tile by tile, a pass costs a tenth more */
    return (11 * passes - 10 * k->passes) * widest > 10 * (k->cost * SLIP_ENTRY_BYTES + r->worked);
}

/* Little computation over much memory that has to be gathered first, or kept
 * for the case that it reports: NumPy's own passes are as fast. Only where
 * leaving loses little work. */
static bool no_gain(const slip_run *r, const slip_launch *l, const slip_folds *folds) {
    if (!l->task->first_kernel) return false;
    if (keeps_too_much(r, l)) return true;
    if (l->size < slip.small || l->simple || slip_long_rows(l)) return false;
    if (slip_short_rows(l) || (l->fused && slip_columns_take(l, folds))) return false;
    npy_intp widest;
    /* an operand that never lies in memory saves two passes */
    return r->worked < operand_bytes(l, &widest) &&
           2 * slip_gathered(l) > l->kernel->cost + (l->fused ? 4 : 0);
}

/* The stride of an axis of one element may be any, and an update in place
 * keeps it. */
static bool keeps_odd(const slip_task *t, int rank, const npy_intp *dims) {
    bool odd = false;
    for (int i = 0; t->keeps && i < rank; i++) odd = odd || dims[i] == 1;
    return odd;
}

/* Axes of one element have the step 0 in NumPy's iterator, with which its loop rounds all
 * products of complex numbers. It takes a shorter way for one axis. */
static bool stepless(const slip_kernel *k, int rank, npy_intp size) {
    return (k->flags & SLIP_KF_FUSED) && rank > 1 && size == 1;
}

/* Binds what a kernel reads; whether it may run on it. */
int slip_launch_bind(slip_run *r, const slip_task *t, slip_launch *l) {
    int outcome = slip_launch_inputs(r, t, l);
    if (outcome < 0) return outcome;
    if (stepless(l->kernel, l->rank, l->size) || slip_elides(l->kernel, l->size))
        return slip_fail(r, SLIP_R_SHAPE);
    l->simple = l->simple && !keeps_odd(t, l->rank, l->dims);
    if (SLIP_LIKELY(!l->kernel->nloops || l->simple)) return SLIP_OK;
    slip_input_strides(r, l);
    return slip_check_loops(r, l);
}

int slip_launch_outs(slip_run *r, slip_launch *l) { return place_outs(r, l, stores_into(l->task)); }

void slip_launch_release(slip_launch *l) {
    for (int p = 0; l->undoable && p < l->kernel->nparams; p++)
        if (l->undo[p]) slip_buf_release(l->undo[p]);
    if (l->unseen) slip_buf_release(l->unseen);
    if (l->behind) slip_buf_release(l->behind);
}

static int general_kernel(slip_run *r, const slip_task *t, bool fuse) {
    slip_launch l;
    slip_folds folds;
    int outcome = slip_launch_bind(r, t, &l);
    if (outcome < 0) return outcome;
    bool into = stores_into(t);
    l.fused = fuse && t->nfolds && !into && slip_folds_fit(r, &l, &folds);
    outcome = place_outs(r, &l, into);
    if (outcome == SLIP_OK && !l.simple && l.size && !l.fused) slip_arrange(&l);
    if (outcome == SLIP_OK && no_gain(r, &l, &folds)) outcome = slip_fail(r, SLIP_R_GAIN);
    if (outcome == SLIP_OK) outcome = l.fused ? slip_folds_run(r, &l, &folds) : run_placed(r, &l, into);
    slip_launch_release(&l);
    return outcome;
}

/* Forgets the results of a kernel and its folds. */
static void drop_results(slip_run *r, const slip_task *t) {
    for (int p = 0; p < t->nsrc; p++) {
        if (t->outs[p] == SLIP_NOT_OUT) continue;
        slip_slot_drop(&r->v[t->src[p]]);
        slip_slot_init(&r->v[t->src[p]]);
    }
    for (int i = 1; i <= t->nfolds; i++) {
        slip_slot_drop(&r->v[t[i].dst]);
        slip_slot_init(&r->v[t[i].dst]);
    }
}

static int with_folds(slip_run *r, const slip_task *t) {
    int outcome = general_kernel(r, t, true);
    if (outcome != SLIP_REDO) return outcome;
    drop_results(r, t);
    return general_kernel(r, t, false);
}

/* The commonest case, at a third of the cost: contiguous arrays of one shape
 * and scalars in, new or scratch arrays out, too little work to share. */
static bool plain_inputs(slip_run *r, const slip_task *t, void **args, slip_element *words,
                         const slip_slot **shape) {
    const slip_slot *first = NULL;
    for (int p = 0; p < t->nsrc; p++) {
        const slip_use *u = &t->uses[p];
        const slip_slot *s = &r->v[u->value];
        if (u->kind == SLIP_OUT) continue;
        if (u->def.kind != SLIP_ARRAY) {
            if (slip_scalar_word(&u->def, s, u->type, &words[p]) < 0) return false;
            args[p] = &words[p];
            continue;
        }
        args[p] = s->data;
        if (!compact(r, s, u->def.rank)) return false;
        for (int i = 0; first && i < u->def.rank; i++)
            if (s->dims[i] != first->dims[i]) return false;
        first = s;
    }
    *shape = first;
    return true;
}

/* The memory of one result. */
static bool plain_memory(slip_run *r, slip_slot *s, const slip_use *u, int old, npy_intp n) {
    int rank = u->def.rank;
    if (u->out != SLIP_OUT_NEW) {
        s->buf = slip_buf_new((size_t)(n * slip_sizes[u->type]) + 1);
        if (s->buf == NULL) return false;
        s->held |= SLIP_HOLDS_BUF;
        s->data = slip_buf_data(s->buf);
        return true;
    }
    PyArray_Descr *descr = slip.descr[u->type];
    PyObject *a = old >= 0 ? taken_over(r, old, u->type, rank, s->dims, s->strides) : NULL;
    if (a == NULL) {
        Py_INCREF(descr);
        a = PyArray_NewFromDescr(&PyArray_Type, descr, rank, s->dims, NULL, NULL, 0, NULL);
    }
    if (a == NULL) return false;
    slip_slot_own(s, a);
    s->data = PyArray_BYTES((PyArrayObject *)a);
    return true;
}

/* One result: its shape, C order strides and memory. */
static bool plain_result(slip_run *r, slip_slot *s, const slip_use *u, int old, const npy_intp *dims,
                         npy_intp n) {
    npy_intp step = slip_sizes[u->type];
    s->contiguous = s->writeable = true;
    if (n == 0) step = 0; /* NumPy's strides of an array without elements */
    for (int i = u->def.rank - 1; i >= 0; i--) {
        s->dims[i] = dims[i];
        s->strides[i] = step;
        step *= dims[i];
    }
    return plain_memory(r, s, u, old, n);
}

static int plain_results(slip_run *r, const slip_task *t, void **args, const npy_intp *dims, npy_intp n) {
    for (int p = 0; p < t->nsrc; p++) {
        const slip_use *u = &t->uses[p];
        if (u->kind != SLIP_OUT) continue;
        slip_slot *s = &r->v[u->value];
        if (!plain_result(r, s, u, lent_to(t, p), dims, n)) {
            PyErr_Clear();
            return slip_fail(r, SLIP_R_ALLOC);
        }
        args[p] = s->data;
    }
    return SLIP_OK;
}

int slip_plain_run(slip_run *r, const slip_kernel *k, void **args, npy_intp n) {
    slip_buf *scratch = NULL;
    if (k->scratch && !(scratch = slip_buf_new((size_t)k->scratch))) return slip_fail(r, SLIP_R_ALLOC);
    int64_t outcome =
        k->fn(args, 0, n, scratch ? slip_buf_data(scratch) : NULL, k->table, &r->flags, slip_one_row);
    if (scratch) slip_buf_release(scratch);
    return outcome ? slip_fail(r, SLIP_R_KERNEL) : SLIP_OK;
}

static int run_kernel(slip_run *r, const slip_task *t) {
    const slip_kernel *k = &r->e->kernels[t->kernel];
    const slip_slot *shape;
    void *args[SLIP_MAX_PARAMS];
    slip_element words[SLIP_MAX_PARAMS];
    if (t->nfolds) return with_folds(r, t);
    if (!t->plain || !plain_inputs(r, t, args, words, &shape)) return general_kernel(r, t, false);
    npy_intp n = slip_product(t->uses[0].def.rank, shape->dims);
    if (n * k->cost >= slip.gil_work || stepless(k, t->uses[0].def.rank, n) || slip_elides(k, n) ||
        keeps_odd(t, t->uses[0].def.rank, shape->dims))
        return general_kernel(r, t, false);
    if (plain_results(r, t, args, shape->dims, n) < 0) return SLIP_FAIL;
    return n ? slip_plain_run(r, k, args, n) : SLIP_OK;
}

int slip_task_kernel(slip_run *r, const slip_task *t) {
    int outcome = run_kernel(r, t);
    /* the next kernel's loops may clear it */
    if (SLIP_UNLIKELY(r->e->kernels[t->kernel].nloops)) r->flags |= slip_x87_get();
    return outcome;
}
