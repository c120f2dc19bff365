/* Reading a plan image into an entry. Nothing in the image is trusted: every
 * number is checked before it is used as a length or an index. */
#include "blocks.h"

typedef struct {
    const int64_t *words;
    int64_t at, size;
    bool bad;
    slip_entry *e;
    char *arena; /* NULL in the first pass, which only measures */
    size_t used;
} reader;

static int64_t next(reader *r) {
    if (r->at >= r->size) {
        r->bad = true;
        return 0;
    }
    return r->words[r->at++];
}

/* A number in [low, high); damage is remembered and reads as low. */
static int64_t ranged(reader *r, int64_t low, int64_t high) {
    int64_t w = next(r);
    if (w < low || w >= high) {
        r->bad = true;
        return low;
    }
    return w;
}

static int count(reader *r) { return (int)ranged(r, 0, SLIP_MAX_COUNT); }

static void *take(reader *r, size_t n, size_t size) {
    size_t at = r->used;
    r->used += (n * size + 15) & ~(size_t)15;
    return r->arena ? r->arena + at : NULL;
}

/* Lists are read through a pointer that is NULL while measuring. */
static int *int_list(reader *r, int n, int low, int high) {
    int *list = take(r, (size_t)n, sizeof(int));
    for (int i = 0; i < n && !r->bad; i++) {
        int w = (int)ranged(r, low, high);
        if (list) list[i] = w;
    }
    return list;
}

static void read_frees(reader *r) {
    slip_entry *e = r->e;
    e->frees = take(r, (size_t)e->nfrees, sizeof(slip_free));
    for (int i = 0; i < e->nfrees && !r->bad; i++) {
        slip_free f;
        f.slot = (int)ranged(r, 0, e->nlocals);
        f.arg = (int)ranged(r, SLIP_NONE, e->nargs);
        if (e->frees) e->frees[i] = f;
    }
}

static void read_inputs(reader *r) {
    slip_entry *e = r->e;
    e->inputs = take(r, (size_t)e->ninputs, sizeof(slip_input));
    for (int i = 0; i < e->ninputs && !r->bad; i++) {
        slip_input in;
        in.value = (int)ranged(r, SLIP_NONE, e->nvalues);
        in.source = (int)ranged(r, SLIP_FROM_ARG, SLIP_FROM_PART + 1);
        const int limits[] = {e->nargs, e->nargs, e->nfacts, e->nobjects, i};
        in.index = (int)ranged(r, 0, limits[in.source]);
        in.writable = ranged(r, 0, 2) != 0;
        in.equal = (int)ranged(r, SLIP_NONE, e->nobjects);
        in.key = (int)ranged(r, SLIP_NONE, e->nobjects);
        in.class = (int)ranged(r, SLIP_NONE, e->nobjects);
        if (e->inputs) e->inputs[i] = in;
    }
}

static void read_facts(reader *r) {
    slip_entry *e = r->e;
    e->facts = take(r, (size_t)e->nfacts, sizeof(slip_fact));
    e->fact_values = take(r, (size_t)e->nfacts, sizeof(PyObject *));
    e->tags = take(r, 2 * (size_t)e->nfacts, sizeof(uint64_t));
    for (int i = 0; i < e->nfacts && !r->bad; i++) {
        slip_fact f;
        f.dict = (int)ranged(r, 0, e->nobjects);
        f.key = (int)ranged(r, 0, e->nobjects);
        f.expect = (int)ranged(r, SLIP_NONE, e->nobjects);
        f.fallback = (int)ranged(r, SLIP_NONE, e->nobjects);
        if (e->facts) e->facts[i] = f;
    }
}

static void read_values(reader *r) {
    slip_entry *e = r->e;
    e->values = take(r, (size_t)e->nvalues, sizeof(slip_value));
    for (int i = 0; i < e->nvalues && !r->bad; i++) {
        slip_value v;
        v.kind = (uint8_t)ranged(r, SLIP_ARRAY, SLIP_OBJECT + 1);
        v.type = (uint8_t)ranged(r, SLIP_BOOL, SLIP_TYPES);
        v.rank = (uint8_t)ranged(r, 0, SLIP_MAX_RANK + 1);
        if (e->values) e->values[i] = v;
    }
}

static slip_param *read_params(reader *r, int n) {
    slip_param *params = take(r, (size_t)n, sizeof(slip_param));
    for (int i = 0; i < n && !r->bad; i++) {
        slip_param p;
        int64_t kind = ranged(r, SLIP_IN, SLIP_ROW + 1);
        p.row = kind == SLIP_ROW;
        p.kind = p.row ? SLIP_IN : (uint8_t)kind;
        p.type = (uint8_t)ranged(r, SLIP_BOOL, SLIP_TYPES);
        if (params) params[i] = p;
    }
    return params;
}

static void read_kernels(reader *r) {
    slip_entry *e = r->e;
    e->kernels = take(r, (size_t)e->nkernels, sizeof(slip_kernel));
    for (int i = 0; i < e->nkernels && !r->bad; i++) {
        slip_kernel k;
        k.fn = (slip_fn)(intptr_t)next(r);
        k.nparams = (int)ranged(r, 1, SLIP_MAX_PARAMS + 1);
        k.nloops = (int)ranged(r, 0, SLIP_MAX_LOOPS + 1);
        k.scratch = ranged(r, 0, (int64_t)1 << 30);
        k.flags = (int)ranged(r, 0, 2 * SLIP_KF_COPIES);
        k.cost = ranged(r, 0, (int64_t)1 << 30);
        k.passes = ranged(r, 0, (int64_t)1 << 30);
        k.params = read_params(r, k.nparams);
        k.table = take(r, 2 * (size_t)k.nloops + 2, sizeof(void *));
        r->bad = r->bad || k.fn == NULL;
        if (e->kernels) e->kernels[i] = k;
    }
}

static slip_operand read_operand(reader *r) {
    slip_operand o;
    o.value = (int)ranged(r, SLIP_NONE, r->e->nvalues);
    o.constant = next(r);
    o.none = ranged(r, 0, 2) != 0;
    return o;
}

static slip_index *read_index(reader *r, int n) {
    slip_index *items = take(r, (size_t)n, sizeof(slip_index));
    for (int i = 0; i < n && !r->bad; i++) {
        slip_index x;
        x.kind = (int)ranged(r, SLIP_INDEX_INT, SLIP_INDEX_NEWAXIS + 1);
        x.start = read_operand(r);
        x.stop = read_operand(r);
        x.step = read_operand(r);
        if (items) items[i] = x;
    }
    return items;
}

static uint64_t *read_sets(reader *r, int n) {
    uint64_t *sets = take(r, (size_t)n, sizeof(uint64_t));
    for (int i = 0; i < n && !r->bad; i++) {
        uint64_t set = (uint64_t)next(r);
        if (sets) sets[i] = set;
    }
    return sets;
}

static slip_order *read_orders(reader *r, int n) {
    slip_order *orders = take(r, (size_t)n, sizeof(slip_order));
    for (int i = 0; i < n && !r->bad; i++) {
        slip_order o;
        o.rule = (int)ranged(r, SLIP_ORDER_UFUNC, SLIP_ORDER_KEEP + 1);
        o.of = (uint64_t)next(r);
        o.temps = (uint64_t)next(r);
        o.loop = (int)ranged(r, 0, SLIP_MAX_LOOPS);
        o.reads = (uint32_t)ranged(r, 0, (int64_t)1 << 32);
        if (orders) orders[i] = o;
    }
    return orders;
}

static slip_task read_task(reader *r) {
    slip_entry *e = r->e;
    slip_task t = {0};
    t.kind = (int)ranged(r, SLIP_VIEW, SLIP_NEST + 1);
    t.dst = (int)ranged(r, SLIP_NONE, e->nvalues);
    t.axis = (int)ranged(r, SLIP_NONE, 1 << SLIP_MAX_RANK); /* of a reduction: a set */
    t.kernel = (int)ranged(r, SLIP_NONE, e->nkernels);
    t.callee = (int)ranged(r, SLIP_NONE, e->nobjects);
    t.kwnames = (int)ranged(r, SLIP_NONE, e->nobjects);
    t.op = (int)ranged(r, SLIP_NONE, SLIP_OPERATORS);
    t.exit = (int)ranged(r, SLIP_NONE, e->nexits);
    next(r); /* the line is for people */
    t.nsrc = count(r);
    int nouts = count(r), nreuse = count(r);
    t.ndrops = count(r);
    t.nindex = count(r);
    t.only_c = ranged(r, 0, 2) != 0;
    t.ncover = count(r);
    t.quiet = ranged(r, 0, 2) != 0;
    t.over = ranged(r, 0, 2) != 0;
    t.norders = (int)ranged(r, 0, SLIP_MAX_ORDERS + 1);
    t.napart = count(r);
    r->bad = r->bad || (nouts != 0 && nouts != t.nsrc) || (nreuse != 0 && nreuse != t.nsrc);
    t.src = int_list(r, t.nsrc, 0, e->nvalues);
    t.outs = int_list(r, nouts, SLIP_NOT_OUT, SLIP_OUT_TILE + 1);
    t.reuse = int_list(r, nreuse, SLIP_NONE, e->nvalues);
    t.drops = int_list(r, t.ndrops, 0, e->nvalues);
    t.apart = int_list(r, t.napart, 0, e->nvalues);
    t.cover = read_sets(r, t.ncover);
    t.orders = read_orders(r, t.norders);
    t.order_of = int_list(r, t.norders ? t.nsrc : 0, SLIP_NONE, t.norders);
    t.uses = take(r, (size_t)nouts, sizeof(slip_use));
    t.index = read_index(r, t.nindex);
    if (nouts == 0) t.outs = NULL;
    if (nreuse == 0) t.reuse = NULL;
    if (t.norders == 0) t.order_of = NULL;
    return t;
}

static void read_tasks(reader *r) {
    slip_entry *e = r->e;
    e->tasks = take(r, (size_t)e->ntasks, sizeof(slip_task));
    for (int i = 0; i < e->ntasks && !r->bad; i++) {
        slip_task t = read_task(r);
        if (e->tasks) e->tasks[i] = t;
    }
}

static slip_way read_way(reader *r) {
    slip_entry *e = r->e;
    slip_way w = {0};
    w.exit = (int)ranged(r, 0, e->nexits);
    w.left = (int)ranged(r, 0, e->nest.words + 1);
    w.told = (int)ranged(r, SLIP_TOLD_ROUNDS, SLIP_TOLD_NOTHING + 1);
    w.nmade = count(r);
    w.made = take(r, (size_t)w.nmade, sizeof(slip_made));
    for (int i = 0; i < w.nmade && !r->bad; i++) {
        slip_made m;
        m.value = (int)ranged(r, 0, e->nvalues);
        m.word = (int)ranged(r, 0, e->nest.words + 1);
        m.kind = (int)ranged(r, SLIP_MADE_NUMBER, SLIP_MADE_ENTRIES + 1);
        m.nof = count(r);
        m.of = int_list(r, m.nof, 0, e->nvalues);
        if (w.made) w.made[i] = m;
    }
    return w;
}

static void read_outside(reader *r) {
    slip_nest *n = &r->e->nest;
    n->noutside = count(r);
    n->outside = take(r, (size_t)n->noutside, sizeof(slip_outside));
    for (int i = 0; i < n->noutside && !r->bad; i++) {
        slip_outside o;
        o.arg = (int)ranged(r, 0, INT_MAX);
        o.changes = ranged(r, 0, 2) != 0;
        o.depth = count(r);
        o.codes = take(r, (size_t)o.depth, sizeof *o.codes);
        for (int k = 0; k < o.depth && !r->bad; k++) {
            int64_t code = next(r);
            if (o.codes) o.codes[k] = code;
        }
        if (n->outside) n->outside[i] = o;
    }
}

static void read_nest(reader *r) {
    slip_nest *n = &r->e->nest;
    if (!r->e->nested) return;
    n->fn = (slip_nest_fn)(intptr_t)next(r);
    n->words = count(r);
    n->nways = count(r);
    n->ways = take(r, (size_t)n->nways, sizeof(slip_way));
    for (int i = 0; i < n->nways && !r->bad; i++) {
        slip_way w = read_way(r);
        if (n->ways) n->ways[i] = w;
    }
    read_outside(r);
    r->bad = r->bad || n->fn == NULL;
}

static void read_exits(reader *r) {
    slip_entry *e = r->e;
    e->exits = take(r, (size_t)e->nexits, sizeof(slip_exit));
    e->exit_map = take(r, (size_t)e->nexits, sizeof(int));
    for (int i = 0; i < e->nexits && !r->bad; i++) {
        slip_exit x;
        x.nvalues = count(r);
        x.values = int_list(r, x.nvalues, 0, e->nvalues);
        if (e->exits) e->exits[i] = x;
    }
}

static void read_header(reader *r) {
    slip_entry *e = r->e;
    r->bad = next(r) != SLIP_MAGIC || next(r) != SLIP_FORMAT || next(r) != r->size;
    e->nargs = count(r);
    e->nobjects = count(r);
    e->ninputs = count(r);
    e->nfacts = count(r);
    e->nvalues = count(r);
    e->nkernels = count(r);
    e->ntasks = count(r);
    e->nexits = count(r);
    e->direct = ranged(r, 0, 2) != 0;
    e->nlocals = count(r);
    e->depth = count(r);
    e->nfrees = count(r);
    e->nested = ranged(r, 0, 2) != 0;
}

/* One pass over the image: measures when there is no arena, else fills it. */
static bool read_image(reader *r) {
    r->at = 0;
    r->used = 0;
    read_header(r);
    read_frees(r);
    read_inputs(r);
    read_facts(r);
    read_values(r);
    read_kernels(r);
    read_tasks(r);
    read_nest(r);
    read_exits(r);
    return !r->bad && r->at == r->size;
}

static void describe_task(slip_entry *e, slip_task *t) {
    const slip_kernel *k = &e->kernels[t->kernel];
    t->plain = t->kind == SLIP_KERNEL;
    for (int p = 0; p < t->nsrc; p++) {
        slip_use *u = &t->uses[p];
        const slip_value def = e->values[t->src[p]];
        *u = (slip_use){t->src[p], k->params[p].kind, k->params[p].type, (uint8_t)t->outs[p], def};
        bool array = def.kind == SLIP_ARRAY;
        bool fits = u->kind == SLIP_SCALAR ? !array : array && def.rank == t->uses[0].def.rank;
        bool out = u->out == SLIP_NOT_OUT || u->out == SLIP_OUT_NEW || u->out == SLIP_OUT_TEMP;
        t->plain = t->plain && fits && out && !(t->reuse && t->reuse[p] >= 0 && t->outs[p] != SLIP_OUT_NEW);
    }
    t->plain = t->plain && t->uses[0].kind == SLIP_IN;
    for (int i = 0; i < t->norders; i++) t->keeps = t->keeps || t->orders[i].rule == SLIP_ORDER_KEEP;
}

/* Whether the input's value is the kernel's n-th operand, as it is. */
static bool feeds(const slip_input *in, const slip_task *t, int p) {
    return in->value == t->uses[p].value && t->uses[p].kind != SLIP_OUT;
}

/* One plain kernel whose operands are arguments and whose one new array is
 * the result: no value is needed by anything else. */
static bool is_straight(slip_entry *e) {
    slip_task *t = &e->tasks[0];
    int operands = 0, results = 0, fed = 0;
    if (!e->direct || e->ntasks != 2 || !t->plain || e->tasks[1].kind != SLIP_LEAVE) return false;
    for (int p = 0; p < t->nsrc; p++) {
        if (t->uses[p].kind != SLIP_OUT) {
            operands++;
            continue;
        }
        if (t->uses[p].out != SLIP_OUT_NEW || t->uses[p].value != e->exits[0].values[0]) return false;
        e->result = p;
        results++;
    }
    for (int i = 0; i < e->ninputs; i++) {
        slip_input *in = &e->inputs[i];
        if (in->source != SLIP_FROM_ARG || in->writable || in->class >= 0) return false;
        in->param = SLIP_NONE;
        for (int p = 0; p < t->nsrc; p++) {
            if (!feeds(in, t, p)) continue;
            if (in->param >= 0) return false;
            in->param = p;
            fed++;
        }
    }
    return fed == operands && results == 1;
}

static bool lists(const int *values, int n, int value) {
    for (int i = 0; i < n; i++)
        if (values[i] == value) return true;
    return false;
}

/* Whether anything but the task behind t reads what t makes. */
static bool read_elsewhere(const slip_entry *e, const slip_task *t) {
    for (const slip_task *u = t + 2; u < e->tasks + e->ntasks; u++)
        if (lists(u->src, u->nsrc, t->dst) || lists(u->apart, u->napart, t->dst)) return true;
    for (int i = 0; i < e->nexits; i++)
        if (lists(e->exits[i].values, e->exits[i].nvalues, t->dst)) return true;
    return false;
}

/* Whether a call is of an argmin (1) or argmax (2) along the last axis of what
 * the fold before it makes, and nothing else reads that. */
static int places_of(const slip_entry *e, const slip_task *fold, const slip_task *t) {
    PyObject *callee = t->kind == SLIP_CALL ? PyTuple_GET_ITEM(e->objects, t->callee) : NULL;
    if (callee == NULL || !PyCFunction_Check(callee) || t->nsrc != 1 || t->src[0] != fold->dst) return 0;
    if (e->values[t->dst].kind != SLIP_ARRAY || read_elsewhere(e, fold)) return 0;
    PyCFunction function = PyCFunction_GET_FUNCTION(callee);
    return function == (PyCFunction)(void (*)(void))slip_argmin   ? 1
           : function == (PyCFunction)(void (*)(void))slip_argmax ? 2
                                                                  : 0;
}

/* Folds stand right behind the kernel that makes their operands. */
static void describe_folds(slip_entry *e) {
    for (int i = e->ntasks - 1; i >= 0; i--) {
        slip_task *t = &e->tasks[i];
        t->reduces = t->kind == SLIP_CALL && t->nsrc && slip_reduces(e, t);
        if (t->kind != SLIP_FOLD || i == 0) continue;
        slip_fold_describe(&t->fold, PyTuple_GET_ITEM(e->objects, t->callee), e->values[t->src[0]].type);
        t[-1].nfolds = t->nfolds + 1;
        if (t[-1].kind != SLIP_FOLD && t->nfolds == 0) t->places = places_of(e, t, t + 1);
    }
}

static bool makes_numbers(const slip_task *t) {
    for (int p = 0; p < t->nsrc; p++)
        if (t->uses[p].out != SLIP_NOT_OUT && t->uses[p].out != SLIP_OUT_SCALAR) return false;
    return t->kind == SLIP_KERNEL;
}

static bool is_half(const slip_kernel *k) {
    bool half = false;
    for (int p = 0; p < k->nparams; p++) half = half || k->params[p].type == SLIP_F16;
    return half && k->nloops;
}

/* Whether a task may read memory. */
static bool reads(const slip_task *t) {
    return t->kind != SLIP_VIEW && t->kind != SLIP_DIM && t->kind != SLIP_NUMBER && t->kind != SLIP_COMMIT;
}

/* Copies next to one another what a call reads together. */
static void describe(slip_entry *e) {
    for (int i = 0; i < e->nkernels; i++) e->kernels[i].half = is_half(&e->kernels[i]);
    for (int i = 0; i < e->ninputs; i++)
        if (e->inputs[i].value >= 0) e->inputs[i].def = e->values[e->inputs[i].value];
    for (int i = 0; i < e->nkernels; i++) e->loops = e->loops || e->kernels[i].nloops;
    bool first = true, fresh = true;
    for (int i = 0; i < e->ntasks; i++) {
        first = first || e->tasks[i].kind == SLIP_COMMIT;
        fresh = fresh || e->tasks[i].kind == SLIP_COMMIT;
        e->tasks[i].over = e->tasks[i].over && fresh;
        fresh = fresh && !reads(&e->tasks[i]);
        if (e->tasks[i].kind != SLIP_KERNEL && e->tasks[i].kind != SLIP_SUM) continue;
        describe_task(e, &e->tasks[i]);
        e->tasks[i].first_kernel = first;
        first = first && makes_numbers(&e->tasks[i]);
    }
    describe_folds(e);
    slip_blocks_mark(e);
    e->straight = is_straight(e);
}

/* What a kernel calls before each of NumPy's loops. */
static void slip_note(int64_t *flags) { *flags |= (slip_fp_get() | slip_x87_get()) & SLIP_FP_STATUS; }

/* loops: one (function, data) pair of addresses for each loop of each kernel. */
static int fill_tables(slip_entry *e, PyObject *loops) {
    Py_ssize_t at = 0;
    for (int i = 0; i < e->nkernels; i++) {
        slip_kernel *k = &e->kernels[i];
        for (int j = 0; j < k->nloops; j++, at++) {
            unsigned long long fn = 0, data = 0;
            if (at >= PyTuple_GET_SIZE(loops)) break;
            if (!PyArg_ParseTuple(PyTuple_GET_ITEM(loops, at), "KK", &fn, &data)) return -1;
            if (fn == 0) break;
            k->table[2 * j] = (void *)(uintptr_t)fn;
            k->table[2 * j + 1] = (void *)(uintptr_t)data;
        }
        k->table[2 * k->nloops] = (void *)slip_note;
        k->table[2 * k->nloops + 1] = (void *)slip_call_backwards;
        if (k->nloops && k->table[2 * k->nloops - 2] == NULL) at = PY_SSIZE_T_MAX / 2;
    }
    if (at == PyTuple_GET_SIZE(loops)) return 0;
    PyErr_SetString(PyExc_ValueError, "loops do not match the kernels' loop tables");
    return -1;
}

static int fill_exit_map(slip_entry *e, PyObject *map, int exits, int width) {
    e->region_exits = exits;
    e->region_width = width;
    if (PyTuple_GET_SIZE(map) != e->nexits) {
        PyErr_SetString(PyExc_ValueError, "exit_map needs one number for each exit of the plan");
        return -1;
    }
    for (int i = 0; i < e->nexits; i++) {
        long to = PyLong_AsLong(PyTuple_GET_ITEM(map, i));
        if (to == -1 && PyErr_Occurred()) return -1;
        if (to < 0 || to >= exits || (exits > 1 && e->exits[i].nvalues > width)) {
            PyErr_SetString(PyExc_ValueError, "an exit does not fit the region");
            return -1;
        }
        e->exit_map[i] = (int)to;
    }
    return 0;
}

static int damaged(const char *why) {
    PyErr_Format(PyExc_ValueError, "damaged plan image: %s", why);
    return -1;
}

static int decode(slip_entry *e, PyObject *image) {
    reader r = {0};
    r.e = e;
    r.size = PyBytes_GET_SIZE(image) / 8;
    if (PyBytes_GET_SIZE(image) % 8) return damaged("length is not a multiple of 8");
    /* bytes objects start at odd addresses on some builds; copy once */
    int64_t *words = PyMem_Malloc((size_t)PyBytes_GET_SIZE(image) + 8);
    if (!words) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(words, PyBytes_AS_STRING(image), (size_t)PyBytes_GET_SIZE(image));
    r.words = words;
    bool good = read_image(&r);
    if (good) {
        e->arena = r.arena = PyMem_Calloc(1, r.used + 16);
        good = r.arena && read_image(&r);
    }
    PyMem_Free(words);
    return good ? 0 : damaged("a number is out of range");
}

static int fill(slip_entry *e, PyObject *objects, PyObject *loops, PyObject *map, int exits, int width) {
    const char *why = NULL;
    if (PyTuple_GET_SIZE(objects) != e->nobjects) return damaged("another number of objects");
    e->objects = Py_NewRef(objects);
    if (fill_tables(e, loops) < 0 || fill_exit_map(e, map, exits, width) < 0) return -1;
    if (slip_entry_check(e, &why) < 0) return damaged(why);
    describe(e);
    return slip_facts_watch(e);
}

slip_entry *slip_entry_new(PyObject *image, PyObject *objects, PyObject *loops, PyObject *exit_map, int exits,
                           int width) {
    slip_entry *e = PyMem_Calloc(1, sizeof(slip_entry));
    if (!e) {
        PyErr_NoMemory();
        return NULL;
    }
    e->refs = 1;
    e->image_size = PyBytes_GET_SIZE(image);
    if (decode(e, image) == 0 && fill(e, objects, loops, exit_map, exits, width) == 0) return e;
    slip_entry_free(e);
    return NULL;
}

void slip_entry_free(slip_entry *e) {
    slip_facts_unwatch(e);
    PyObject *objects = e->objects;
    PyMem_Free(e->arena);
    PyMem_Free(e);
    Py_XDECREF(objects);
}
