/* Views: arrays that share memory with another one. They stay virtual (data,
 * dims, strides) until somebody asks for the object. */
#include "native.h"

static npy_intp operand_value(const slip_run *r, const slip_operand *o) {
    return o->value >= 0 ? (npy_intp)r->v[o->value].word : (npy_intp)o->constant;
}

/* Makes d a view with the memory of s: one reference more to its holder. */
static void share(slip_slot *d, slip_slot *s) {
    d->data = s->data;
    d->writeable = s->writeable;
    d->contiguous = false;
    if (s->held & SLIP_HOLDS_BUF) {
        d->buf = s->buf;
        d->buf->refs++;
        d->held |= SLIP_HOLDS_BUF;
        return;
    }
    d->root = Py_NewRef(s->held & SLIP_HOLDS_ROOT ? s->root : s->obj);
    d->held |= SLIP_HOLDS_ROOT;
}

/* Contiguous as NumPy sees it: axes of length 1 do not matter. */
static bool is_contiguous(const slip_slot *s, int rank, npy_intp size) {
    for (int i = rank - 1; i >= 0; i--) {
        if (s->dims[i] == 0) return true;
        if (s->dims[i] != 1 && s->strides[i] != size) return false;
        size *= s->dims[i];
    }
    return true;
}

static int add_integer(slip_run *r, const slip_index *x, slip_slot *d, npy_intp dim, npy_intp stride) {
    npy_intp i = operand_value(r, &x->start);
    if (i < 0) i += dim;
    if (!SLIP_GUARD(index, i >= 0 && i < dim)) return slip_fail(r, SLIP_R_INDEX);
    d->data += i * stride;
    return SLIP_OK;
}

/* Python's meaning of bounds; an empty slice keeps step 1, as in NumPy. */
static int add_slice(slip_run *r, const slip_index *x, slip_slot *d, int at, npy_intp dim, npy_intp stride) {
    Py_ssize_t step = x->step.none ? 1 : operand_value(r, &x->step);
    if (step == 0) return slip_fail(r, SLIP_R_INDEX);
    if (step < -PY_SSIZE_T_MAX) step = -PY_SSIZE_T_MAX;
    Py_ssize_t start = step < 0 ? PY_SSIZE_T_MAX : 0;
    Py_ssize_t stop = step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    if (!x->start.none) start = operand_value(r, &x->start);
    if (!x->stop.none) stop = operand_value(r, &x->stop);
    Py_ssize_t n = PySlice_AdjustIndices(dim, &start, &stop, step);
    if (n <= 0) {
        n = start = 0;
        step = 1;
    }
    d->data += start * stride;
    d->dims[at] = n;
    d->strides[at] = (npy_intp)((npy_uintp)stride * (npy_uintp)step); /* may wrap when n is 1 */
    return SLIP_OK;
}

static void add_axis(slip_slot *d, int at, npy_intp dim, npy_intp stride) {
    d->dims[at] = dim;
    d->strides[at] = stride;
}

int slip_task_view(slip_run *r, const slip_task *t) {
    slip_slot *s = &r->v[t->src[0]], *d = &r->v[t->dst];
    const slip_value *def = &r->e->values[t->src[0]];
    int from = 0, to = 0, outcome = SLIP_OK;
    share(d, s);
    for (int i = 0; i < t->nindex && outcome == SLIP_OK; i++) {
        const slip_index *x = &t->index[i];
        if (x->kind == SLIP_INDEX_NEWAXIS) {
            add_axis(d, to++, 1, 0);
            continue;
        }
        npy_intp dim = s->dims[from], stride = s->strides[from];
        from++;
        if (x->kind == SLIP_INDEX_INT)
            outcome = add_integer(r, x, d, dim, stride);
        else
            outcome = add_slice(r, x, d, to++, dim, stride);
    }
    for (; from < def->rank; from++) add_axis(d, to++, s->dims[from], s->strides[from]);
    d->contiguous = is_contiguous(d, to, slip_sizes[def->type]);
    return outcome;
}

int slip_task_transpose(slip_run *r, const slip_task *t) {
    slip_slot *s = &r->v[t->src[0]], *d = &r->v[t->dst];
    const slip_value *def = &r->e->values[t->src[0]];
    share(d, s);
    for (int i = 0; i < def->rank; i++)
        add_axis(d, i, s->dims[def->rank - 1 - i], s->strides[def->rank - 1 - i]);
    d->contiguous = is_contiguous(d, def->rank, slip_sizes[def->type]);
    return SLIP_OK;
}

int slip_task_load(slip_run *r, const slip_task *t) {
    slip_slot *d = &r->v[t->dst];
    d->element = (slip_element){0, 0};
    memcpy(&d->element, r->v[t->src[0]].data, (size_t)slip_sizes[r->e->values[t->dst].type]);
    return SLIP_OK;
}

int slip_task_dim(slip_run *r, const slip_task *t) {
    const slip_slot *s = &r->v[t->src[0]];
    r->v[t->dst].word = t->axis < 0 ? slip_product(r->e->values[t->src[0]].rank, s->dims) : s->dims[t->axis];
    return SLIP_OK;
}
