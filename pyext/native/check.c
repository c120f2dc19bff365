/* What must hold of a decoded plan so that running it cannot misbehave:
 * values are made before they are read, kinds and types fit their uses, and
 * nothing that can fail stands between a store and its commit. */
#include "native.h"

enum { UNMADE, MADE, DROPPED };

/* Where an array's memory comes from. */
enum { HOST, FRESH, SCRATCH, TILE }; /* the user's; an array made by this run; no object; for folds only */

typedef struct {
    slip_entry *e;
    uint8_t *state;  /* per value */
    uint8_t *memory; /* per value */
    const char *why;
    bool stored;
} checker;

static bool refuse(checker *c, const char *why) {
    c->why = why;
    return false;
}

static bool made(checker *c, int value) {
    return (value >= 0 && c->state[value] == MADE) || refuse(c, "a value is read before it is made");
}

static bool readable(checker *c, int value) {
    return made(c, value) && (c->memory[value] != TILE || refuse(c, "what lies nowhere is read"));
}

static bool make(checker *c, int value, int memory) {
    if (value < 0 || c->state[value] != UNMADE) return refuse(c, "a value is made twice or not named");
    c->state[value] = MADE;
    c->memory[value] = (uint8_t)memory;
    return true;
}

static bool boxable(checker *c, int value) {
    if (!readable(c, value)) return false;
    return c->memory[value] != SCRATCH || refuse(c, "scratch memory is handed out");
}

static bool kind_type(checker *c, const slip_value *v) {
    static const int fixed[] = {-1, -1, SLIP_F64, SLIP_I64, SLIP_BOOL, SLIP_C128, -1};
    bool fits = fixed[v->kind] < 0 || fixed[v->kind] == v->type;
    if (v->kind != SLIP_ARRAY) fits = fits && v->rank == 0;
    return fits || refuse(c, "a value's kind and type disagree");
}

static bool check_inputs(checker *c) {
    const slip_entry *e = c->e;
    for (int i = 0; i < e->nvalues; i++)
        if (!kind_type(c, &e->values[i])) return false;
    for (int i = 0; i < e->ninputs; i++) {
        const slip_input *in = &e->inputs[i];
        if (in->value == SLIP_NONE ? in->equal < 0 : !make(c, in->value, HOST))
            return refuse(c, "an input binds nothing or a value twice");
        if (in->writable && (in->value < 0 || e->values[in->value].kind != SLIP_ARRAY))
            return refuse(c, "a writable input is no array");
        const slip_input *of = &e->inputs[in->source == SLIP_FROM_PART ? in->index : i];
        if (in->source == SLIP_FROM_PART &&
            (in->key < 0 || of->value < 0 || e->values[of->value].kind != SLIP_OBJECT))
            return refuse(c, "a part of something else than an object");
        if (in->source == SLIP_FROM_FACT && e->facts[in->index].expect >= 0)
            return refuse(c, "an input's fact has an expected value");
    }
    return true;
}

/* A dict, a cell, or a function whose state is expected: see facts.c. */
static bool fact_holder(const slip_entry *e, const slip_fact *f) {
    PyObject *holder = PyTuple_GET_ITEM(e->objects, f->dict);
    if (PyDict_Check(holder) || PyCell_Check(holder)) return true;
    if (!PyFunction_Check(holder) || f->expect < 0) return false;
    PyObject *state = PyTuple_GET_ITEM(e->objects, f->expect);
    return PyTuple_Check(state) && PyTuple_GET_SIZE(state) >= 3;
}

static bool check_facts(checker *c) {
    const slip_entry *e = c->e;
    for (int i = 0; i < e->nfacts; i++) {
        const slip_fact *f = &e->facts[i];
        PyObject *fallback = f->fallback < 0 ? NULL : PyTuple_GET_ITEM(e->objects, f->fallback);
        if (!fact_holder(e, f) || !PyUnicode_CheckExact(PyTuple_GET_ITEM(e->objects, f->key)) ||
            (fallback && !PyDict_Check(fallback)))
            return refuse(c, "a fact is not a name in a dict");
    }
    return true;
}

static bool check_operand(checker *c, const slip_operand *o) {
    if (o->value < 0) return true;
    if (c->e->values[o->value].kind != SLIP_PYINT) return refuse(c, "an index is not a Python int");
    return readable(c, o->value);
}

static bool check_view(checker *c, const slip_task *t) {
    const slip_value *v = c->e->values;
    int left = v[t->src[0]].rank, rank = 0;
    for (int i = 0; i < t->nindex; i++) {
        const slip_index *x = &t->index[i];
        if (!check_operand(c, &x->start) || !check_operand(c, &x->stop) || !check_operand(c, &x->step))
            return false;
        if (x->kind == SLIP_INDEX_INT && x->start.none) return refuse(c, "an integer index is absent");
        left -= x->kind != SLIP_INDEX_NEWAXIS;
        rank += x->kind != SLIP_INDEX_INT;
    }
    if (left < 0 || rank + left != v[t->dst].rank)
        return refuse(c, "a view has another rank than its index gives");
    return true;
}

/* Tasks with one array source: view, transpose, load, dim. */
static bool check_unary(checker *c, const slip_task *t) {
    if (t->nsrc != 1 || t->dst < 0 || !readable(c, t->src[0]))
        return refuse(c, "a view has no source or result");
    const slip_value *s = &c->e->values[t->src[0]], *d = &c->e->values[t->dst];
    bool array = t->kind == SLIP_VIEW || t->kind == SLIP_TRANSPOSE;
    if (s->kind != SLIP_ARRAY) return refuse(c, "a view's source is no array");
    if (array && (d->kind != SLIP_ARRAY || d->type != s->type))
        return refuse(c, "a view's result is of another type");
    if (t->kind == SLIP_VIEW && !check_view(c, t)) return false;
    if (t->kind == SLIP_TRANSPOSE && d->rank != s->rank) return refuse(c, "a transpose changes the rank");
    if (t->kind == SLIP_LOAD && (d->kind != SLIP_NPSCALAR || d->type != s->type || s->rank))
        return refuse(c, "a load is not of a rank-0 array");
    if (t->kind == SLIP_DIM && (d->kind != SLIP_PYINT || t->axis >= s->rank))
        return refuse(c, "no such dimension");
    return make(c, t->dst, array ? c->memory[t->src[0]] : HOST);
}

/* Whether a value may be given for an In or Scalar parameter. */
static bool check_argument(checker *c, const slip_value *v, const slip_param *p) {
    bool fits = v->type == p->type;
    if (v->kind == SLIP_ARRAY)
        fits = fits && (p->kind == SLIP_IN || v->rank == 0);
    else if (v->kind == SLIP_PYINT)
        fits = p->type != SLIP_BOOL;
    else if (v->kind == SLIP_PYFLOAT)
        fits = p->type >= SLIP_F32;
    else if (v->kind == SLIP_PYCOMPLEX)
        fits = p->type == SLIP_C64 || p->type == SLIP_C128;
    else if (v->kind == SLIP_PYBOOL)
        fits = true;
    else if (v->kind == SLIP_OBJECT)
        fits = false;
    return fits || refuse(c, "a kernel's argument is of another type");
}

static bool check_out(checker *c, const slip_task *t, int p, int rank) {
    const slip_value *v = &c->e->values[t->src[p]];
    int mode = t->outs[p];
    bool array = v->kind == SLIP_ARRAY, sum = t->kind == SLIP_SUM;
    if (v->kind == SLIP_OBJECT || v->type != c->e->kernels[t->kernel].params[p].type)
        return refuse(c, "a kernel's result is of another type");
    if (mode == SLIP_OUT_SCALAR)
        return (!array && (sum || rank == 0) && make(c, t->src[p], HOST)) ||
               refuse(c, "a scalar result of an array kernel");
    if (!array || sum || (mode == SLIP_OUT_INTO ? v->rank < rank : v->rank != rank))
        return refuse(c, "a kernel's result has another rank");
    if (mode == SLIP_OUT_TILE) return make(c, t->src[p], TILE);
    if (mode != SLIP_OUT_INTO) return make(c, t->src[p], mode == SLIP_OUT_TEMP ? SCRATCH : FRESH);
    c->stored = c->stored || c->memory[t->src[p]] == HOST;
    return readable(c, t->src[p]);
}

static bool check_reuse(checker *c, const slip_task *t, int p) {
    int old = t->reuse ? t->reuse[p] : SLIP_NONE;
    if (old == SLIP_NONE) return true;
    int mode = t->outs[p];
    bool scratch = c->memory[old] == SCRATCH, array = c->e->values[old].kind == SLIP_ARRAY;
    if (!readable(c, old) || !array || !(scratch ? mode == SLIP_OUT_TEMP : mode == SLIP_OUT_NEW))
        return refuse(c, "memory is taken that cannot be");
    c->state[old] = DROPPED;
    return true;
}

static bool check_params(checker *c, const slip_task *t, int *rank) {
    const slip_kernel *k = &c->e->kernels[t->kernel];
    for (int p = 0; p < k->nparams; p++) {
        const slip_value *v = &c->e->values[t->src[p]];
        bool out = k->params[p].kind == SLIP_OUT;
        if (out != (t->outs[p] != SLIP_NOT_OUT)) return refuse(c, "an out mode disagrees with the kernel");
        if (out) continue;
        if (!readable(c, t->src[p]) || !check_argument(c, v, &k->params[p])) return false;
        if (v->kind == SLIP_ARRAY && v->rank > *rank) *rank = v->rank;
    }
    return true;
}

/* A loop's operands that are read as they lie are among those of the order. */
static bool check_reads(checker *c, const slip_task *t, const slip_order *o) {
    if (o->reads && o->loop >= c->e->kernels[t->kernel].nloops) return refuse(c, "an order of no loop");
    for (int i = 0; i < SLIP_MAX_READS; i++) {
        int p = (int)(o->reads >> (8 * i) & 255) - 1;
        if (p == SLIP_READS_OTHER - 1) continue;
        if (p >= SLIP_MAX_PARAMS || (p >= 0 && !(o->of >> p & 1)))
            return refuse(c, "a loop reads what is not its operand");
    }
    return true;
}

/* Orders are made of array parameters and earlier orders. */
static bool check_orders(checker *c, const slip_task *t) {
    uint64_t known = 0;
    for (int p = 0; p < t->nsrc; p++)
        if (t->outs[p] == SLIP_NOT_OUT && c->e->values[t->src[p]].kind == SLIP_ARRAY &&
            c->e->kernels[t->kernel].params[p].kind == SLIP_IN)
            known |= (uint64_t)1 << p;
    for (int i = 0; i < t->norders; i++) {
        const slip_order *o = &t->orders[i];
        bool single = (o->of & (o->of - 1)) == 0;
        if (o->of == 0 || (o->of & ~known) || (o->temps & ~o->of) || (o->rule == SLIP_ORDER_KEEP && !single))
            return refuse(c, "a memory order of what it cannot be of");
        if (!check_reads(c, t, o)) return false;
        known |= (uint64_t)1 << (SLIP_MAX_PARAMS + i);
    }
    return true;
}

static bool check_apart(checker *c, const slip_task *t) {
    for (int i = 0; i < t->napart; i++)
        if (!readable(c, t->apart[i]) || c->e->values[t->apart[i]].kind != SLIP_ARRAY)
            return refuse(c, "what a store lies apart from is no array");
    return true;
}

static bool check_kernel(checker *c, const slip_task *t) {
    int rank = 0, outs = 0;
    if (t->kernel < 0 || !t->outs || t->nsrc != c->e->kernels[t->kernel].nparams)
        return refuse(c, "a kernel has another number of parameters");
    const slip_kernel *k = &c->e->kernels[t->kernel];
    if ((t->kind == SLIP_SUM) != ((k->flags & SLIP_KF_REDUCE) != 0))
        return refuse(c, "a reduction kernel in a plain task, or the reverse");
    if (!check_params(c, t, &rank) || !check_orders(c, t) || !check_apart(c, t)) return false;
    for (int p = 0; p < t->nsrc; p++) {
        if (t->outs[p] == SLIP_NOT_OUT) continue;
        outs++;
        if (!check_reuse(c, t, p) || !check_out(c, t, p, rank)) return false;
    }
    if (outs == 0 || (t->kind == SLIP_SUM && (outs != 1 || k->params[t->nsrc - 1].kind != SLIP_OUT ||
                                              k->params[t->nsrc - 1].type == SLIP_BOOL)))
        return refuse(c, "a kernel has the wrong results");
    return true;
}

static bool check_call(checker *c, const slip_task *t) {
    for (int i = 0; i < t->nsrc; i++) {
        if (!boxable(c, t->src[i])) return false;
        if (t->kind == SLIP_WRITE && i == 0)
            c->stored =
                c->stored || c->memory[t->src[0]] == HOST || c->e->values[t->src[0]].kind == SLIP_OBJECT;
        else
            c->memory[t->src[i]] = HOST; /* the callee may have kept it */
    }
    if (t->kind != SLIP_TUPLE) {
        PyObject *names = t->kwnames < 0 ? NULL : PyTuple_GET_ITEM(c->e->objects, t->kwnames);
        if (t->callee < 0 || (names && !PyTuple_CheckExact(names)) ||
            (names && PyTuple_GET_SIZE(names) > t->nsrc))
            return refuse(c, "a call without a callee, or with odd keyword names");
    }
    if (t->kind == SLIP_TUPLE && (t->dst < 0 || c->e->values[t->dst].kind != SLIP_OBJECT))
        return refuse(c, "a tuple is not an object");
    if (t->kind == SLIP_WRITE) {
        int into = t->nsrc > 0 ? c->e->values[t->src[0]].kind : SLIP_NPSCALAR;
        return ((into == SLIP_ARRAY || into == SLIP_OBJECT) && t->dst < 0) ||
               refuse(c, "a call writes into nothing");
    }
    return make(c, t->dst, t->kind == SLIP_CALL ? FRESH : HOST); /* a call gives a new array */
}

/* The kernel that a fold may run along with: only folds stand between. */
static const slip_task *kernel_of(const checker *c, const slip_task *t) {
    do {
        if (t-- == c->e->tasks) return NULL;
    } while (t->kind == SLIP_FOLD);
    return t->kind == SLIP_KERNEL ? t : NULL;
}

static bool check_fold_operand(checker *c, const slip_task *t) {
    const slip_task *k = kernel_of(c, t);
    for (int p = 0; k && t->nsrc && p < k->nsrc; p++) {
        int mode = k->outs[p];
        if (k->src[p] == t->src[0] &&
            (mode == SLIP_OUT_NEW || mode == SLIP_OUT_TEMP || mode == SLIP_OUT_TILE))
            return made(c, t->src[0]);
    }
    return refuse(c, "a fold of what the kernel before it does not make");
}

static bool check_fold(checker *c, const slip_task *t) {
    if (!check_fold_operand(c, t)) return false;
    const slip_value *s = &c->e->values[t->src[0]], *d = t->dst < 0 ? s : &c->e->values[t->dst];
    int left = s->rank - __builtin_popcount((unsigned)t->axis);
    bool array = d->kind == SLIP_ARRAY && (d->rank == s->rank || (d->rank == left && left > 0));
    if (t->axis <= 0 || t->axis >> s->rank || d->type != s->type || t->callee < 0 || t->kwnames >= 0 ||
        !(array || (d->kind == SLIP_NPSCALAR && left == 0)))
        return refuse(c, "a fold gives something else");
    for (int i = 1; i < t->nsrc; i++)
        if (!boxable(c, t->src[i])) return false;
    return make(c, t->dst, FRESH);
}

static bool check_number(checker *c, const slip_task *t) {
    bool one = t->op >= SLIP_NEG && t->op != SLIP_GUESS;
    if (t->op < 0 || t->nsrc != (one ? 1 : 2) || t->dst < 0)
        return refuse(c, "an operator has another number of operands");
    for (int i = 0; i < t->nsrc; i++) {
        int kind = c->e->values[t->src[i]].kind;
        if (!readable(c, t->src[i]) || kind < SLIP_PYFLOAT || kind > SLIP_PYBOOL)
            return refuse(c, "an operand is no Python number");
    }
    int kind = c->e->values[t->dst].kind;
    if (kind < SLIP_PYFLOAT || kind > SLIP_PYBOOL) return refuse(c, "a number's result is no Python number");
    if (t->op >= SLIP_MUST && (kind != SLIP_PYBOOL || c->e->values[t->src[0]].kind != SLIP_PYBOOL))
        return refuse(c, "what must hold is no bool");
    return make(c, t->dst, HOST);
}

static bool check_exit(checker *c, const slip_task *t) {
    if (t->exit < 0) return refuse(c, "a commit or leave names no exit");
    const slip_exit *x = &c->e->exits[t->exit];
    for (int i = 0; i < x->nvalues; i++)
        if (!boxable(c, x->values[i])) return false;
    if (c->e->direct && (x->nvalues != 1 || c->e->nexits != 1))
        return refuse(c, "a direct plan has one exit with one value");
    /* what is handed out may be seen by the user from here on */
    for (int i = 0; i < c->e->nvalues; i++)
        if (c->memory[i] == FRESH) c->memory[i] = HOST;
    return true;
}

/* What an iterator goes over, or a view is of: an array, or iterators that were made before. */
static bool check_over(checker *c, const slip_made *m) {
    static const int least[] = {0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 3, 2, 0, 1, 1, 1, 1, 1, 0},
                     many[] = {0, 0, 1, 1, SLIP_MAX_COUNT, 1, 0, SLIP_MAX_COUNT, 0, 1, 1, 3, 3, 0, 6, 6,
                               6, 1, 1, 0};
    if (m->nof > many[m->kind] || m->nof < least[m->kind])
        return refuse(c, "an iterator over nothing, or too much");
    for (int i = 0; i < m->nof; i++)
        if (!boxable(c, m->of[i])) return false;
    return true;
}

/* The words that tell of more than every value of the kind has. */
static int more_words(const slip_entry *e, const slip_made *m) {
    const slip_value *v = &e->values[m->value];
    if (m->kind == SLIP_MADE_NUMBER) return v->type >= SLIP_C64;
    if (m->kind >= SLIP_MADE_FLAT) return m->nof ? e->values[m->of[0]].rank : 0;
    if (m->kind >= SLIP_MADE_PRODUCT) return m->nof;
    return v->kind == SLIP_ARRAY && m->kind != SLIP_MADE_LIST ? 2 * v->rank : 0;
}

/* Elements are an array's. */
static bool of_right_kind(const slip_entry *e, const slip_made *m) {
    bool elements = m->kind == SLIP_MADE_FLAT || m->kind == SLIP_MADE_INDEXED;
    return !elements || (m->nof && e->values[m->of[0]].kind == SLIP_ARRAY);
}

/* An exit of a nest makes its values, and they are those of an exit of the plan. */
static bool check_way(checker *c, const slip_way *w) {
    static const int words[] = {1, 3, 1, 1, 0, 1, 1, 0, 2, 2, 1, 0, 0, 3, 0, 0, 0, 0, 0, 4},
                     kinds[] = {-1,          SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT,
                                SLIP_ARRAY,  SLIP_ARRAY,  SLIP_OBJECT, SLIP_OBJECT, SLIP_ARRAY,
                                SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT,
                                SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT, SLIP_OBJECT};
    const slip_entry *e = c->e;
    for (int i = 0; i < w->nmade; i++) {
        const slip_made *m = &w->made[i];
        int kind = e->values[m->value].kind;
        bool number = kind >= SLIP_NPSCALAR && kind <= SLIP_PYCOMPLEX;
        bool item = m->kind == SLIP_MADE_LIST && kind == SLIP_ARRAY;
        if (!(m->kind == SLIP_MADE_NUMBER ? number : kind == kinds[m->kind] || item) ||
            !of_right_kind(e, m) || m->word + words[m->kind] + more_words(e, m) > e->nest.words)
            return refuse(c, "a nest makes a value of the wrong words");
        if (!check_over(c, m) || !make(c, m->value, HOST)) return false;
    }
    const slip_exit *x = &e->exits[w->exit];
    for (int i = 0; i < x->nvalues; i++)
        if (!boxable(c, x->values[i])) return false;
    for (int i = 0; i < w->nmade; i++) c->state[w->made[i].value] = UNMADE;
    return true;
}

static bool check_nest(checker *c, const slip_task *t) {
    const slip_entry *e = c->e;
    if (!e->nested || e->ntasks != 1 || e->direct || t->dst >= 0)
        return refuse(c, "a nest beside other tasks");
    for (int i = 0; i < t->nsrc; i++) {
        const slip_value *v = &e->values[t->src[i]];
        if (!readable(c, t->src[i]) || (v->kind != SLIP_OBJECT && v->type == SLIP_F16))
            return refuse(c, "an argument of a nest of a type that it does not know");
    }
    for (int i = 0; i < e->nest.noutside; i++)
        if (e->nest.outside[i].arg >= t->nsrc ||
            e->values[t->src[e->nest.outside[i].arg]].kind != SLIP_OBJECT)
            return refuse(c, "a list from outside that is no object");
    for (int i = 0; i < e->nest.nways; i++)
        if (!check_way(c, &e->nest.ways[i])) return false;
    return true;
}

static bool check_task(checker *c, slip_task *t) {
    bool leaves = t->kind == SLIP_COMMIT || t->kind == SLIP_LEAVE,
         waits = t->kind == SLIP_ERRORS || t->kind == SLIP_TUPLE;
    if (c->stored && !leaves && !waits) return refuse(c, "a task stands between a store and its commit");
    c->stored = c->stored && waits;
    switch (t->kind) {
    case SLIP_KERNEL:
    case SLIP_SUM:
        return check_kernel(c, t);
    case SLIP_CALL:
    case SLIP_TUPLE:
    case SLIP_WRITE:
        return check_call(c, t);
    case SLIP_FOLD:
        return check_fold(c, t);
    case SLIP_NUMBER:
        return check_number(c, t);
    case SLIP_COMMIT:
    case SLIP_LEAVE:
        return check_exit(c, t);
    case SLIP_NEST:
        return check_nest(c, t);
    case SLIP_ERRORS:
        return t->axis >= 0 || refuse(c, "an error state of no classes");
    default:
        return check_unary(c, t);
    }
}

static bool check_tasks(checker *c) {
    slip_entry *e = c->e;
    for (int i = 0; i < e->ntasks; i++) {
        slip_task *t = &e->tasks[i];
        if (!check_task(c, t)) return false;
        t->stores = c->stored;
        for (int d = 0; d < t->ndrops; d++) c->state[t->drops[d]] = DROPPED;
        if (t->kind == SLIP_LEAVE || t->kind == SLIP_NEST)
            return i == e->ntasks - 1 || refuse(c, "tasks behind the leave");
    }
    return refuse(c, "no leave at the end");
}

int slip_entry_check(slip_entry *e, const char **why) {
    checker c = {e, PyMem_Calloc(2, (size_t)e->nvalues + 1), NULL, "out of memory", false};
    if (c.state == NULL) {
        *why = c.why;
        return -1;
    }
    c.memory = c.state + e->nvalues + 1;
    bool good = check_facts(&c) && check_inputs(&c) && check_tasks(&c);
    *why = c.why;
    PyMem_Free(c.state);
    return good ? 0 : -1;
}
