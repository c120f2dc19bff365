/* Lists in loop nests: items of one or more words each, which the nest's own code reads and
 * writes. A function answers 0, or that the nest must be left. */
#include "nestlists.h"

#include <math.h>

struct slip_lists {
    slip_list **all;
    int64_t count, room;
    slip_list **unused; /* as many have room here */
    int64_t nunused;
    int64_t fresh;       /* handed out since the last look at what is in use */
    int64_t grown;       /* words of memory that they got since */
    int64_t many, large; /* from here on it is looked again */
    slip_list **outside; /* those from outside, by their objects' addresses: open addressing */
    int64_t noutside, mask;
    int64_t taken; /* words of these */
    struct chunk *chunks;
};

/* Memory that serves one after the other. */
struct chunk {
    struct chunk *before;
    int64_t words, used;
    int64_t memory[];
};

enum { FEW_LISTS = 16, FEW_OUTSIDE = 15, FEW_WORDS = 1 << 17, CHUNK = 1 << 10, LARGEST_CHUNK = 1 << 17 };

/* So many words that live as long as the run, or NULL. */
static int64_t *lasting(slip_lists *lists, int64_t words) {
    struct chunk *c = lists->chunks;
    if (c == NULL || c->words - c->used < words) {
        int64_t size = Py_MIN(c ? 4 * c->words : CHUNK, LARGEST_CHUNK);
        if (words > size) return NULL;
        c = PyMem_Malloc(sizeof *c + (size_t)size * sizeof *c->memory);
        if (c == NULL) return NULL;
        *c = (struct chunk){lists->chunks, size, 0};
        lists->chunks = c;
    }
    c->used += words;
    return c->memory + c->used - words;
}

static void free_memory(slip_list *l) {
    if (!l->lent) PyMem_Free(l->base);
    PyMem_Free(l->slots);
}

/* One for the next run that needs few lists. */
static slip_lists *spare;

static void free_chunks(struct chunk *c) {
    for (struct chunk *before; c; c = before) {
        before = c->before;
        PyMem_Free(c);
    }
}

static void free_lists(slip_lists *lists) {
    free_chunks(lists->chunks);
    PyMem_Free(lists->all);
    PyMem_Free(lists->unused);
    PyMem_Free(lists->outside);
    PyMem_Free(lists);
}

/* Keeps the memory that each run needs. */
static void empty(slip_lists *lists) {
    struct chunk *first = lists->chunks;
    while (first && first->before) {
        lists->chunks = first->before;
        PyMem_Free(first);
        first = lists->chunks;
    }
    if (first) first->used = 0;
    if (lists->noutside) memset(lists->outside, 0, ((size_t)lists->mask + 1) * sizeof *lists->outside);
    spare = lists;
    *spare = (slip_lists){.all = lists->all,
                          .room = lists->room,
                          .unused = lists->unused,
                          .outside = lists->outside,
                          .mask = lists->mask,
                          .chunks = first};
}

void slip_lists_free(slip_run *r) {
    slip_lists *lists = r->lists;
    if (lists == NULL) return;
    for (int64_t i = 0; i < lists->count; i++) {
        Py_XDECREF(lists->all[i]->made);
        free_memory(lists->all[i]);
    }
    r->lists = NULL;
    if (spare == NULL && lists->room <= FEW_LISTS && lists->mask <= FEW_OUTSIDE)
        empty(lists);
    else
        free_lists(lists);
}

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

/* What is in it is in use, too. How deep lists lie in lists their forms tell. */
static void mark(slip_list *l) {
    if (l->used_now) return;
    l->used_now = true;
    int width = slip_list_width(l->code);
    for (int column = 0; column < width && column < SLIP_LIST_COLUMNS; column++) {
        if (slip_list_type(l->code, column) != SLIP_ITEM_LIST) continue;
        for (int64_t i = 0, n = slip_list_entries(l); i < n; i++) {
            const int64_t *entry = l->data + i * l->stride;
            if (slip_list_lives(l, entry)) mark(list_at(entry[column]));
        }
    }
}

/* Finds those that nothing holds any more. */
static void collect(slip_lists *lists, const int64_t *used, int64_t n) {
    for (int64_t i = 0; i < lists->count; i++) lists->all[i]->used_now = false;
    for (int64_t i = 0; i < n; i++) mark(list_at(used[i]));
    for (int64_t i = 0; i < lists->count; i++)
        if (lists->all[i]->outside) mark(lists->all[i]);
    int64_t words = 0;
    lists->nunused = 0;
    for (int64_t i = 0; i < lists->count; i++) {
        slip_list *l = lists->all[i];
        words += l->used_now ? l->room : 0;
        if (!l->used_now) lists->unused[lists->nunused++] = l;
    }
    lists->fresh = lists->grown = 0;
    lists->many = Py_MAX(FEW_LISTS, lists->count - lists->nunused);
    lists->large = Py_MAX(FEW_WORDS, words);
}

static bool more_lists(slip_lists *lists) {
    if (lists->count < lists->room) return true;
    int64_t room = lists->room * 2 + FEW_LISTS;
    slip_list **all = PyMem_Realloc(lists->all, (size_t)room * sizeof(slip_list *));
    if (all) lists->all = all;
    slip_list **unused = PyMem_Realloc(lists->unused, (size_t)room * sizeof(slip_list *));
    if (unused) lists->unused = unused;
    if (all && unused) lists->room = room;
    return all && unused;
}

static slip_list *another_list(slip_lists *lists) {
    slip_list *l = more_lists(lists) ? (slip_list *)lasting(lists, sizeof *l / sizeof(int64_t)) : NULL;
    if (l == NULL) return NULL;
    *l = (slip_list){.of = lists};
    return lists->all[lists->count++] = l;
}

static slip_lists *lists_of(slip_run *r) {
    if (r->lists == NULL && spare) {
        r->lists = spare;
        spare = NULL;
    }
    if (r->lists == NULL) r->lists = PyMem_Calloc(1, sizeof *r->lists);
    return r->lists;
}

/* One that nothing holds any more, or another. */
static slip_list *unused_list(slip_run *r, const int64_t *used, int64_t n) {
    slip_lists *lists = lists_of(r);
    if (lists == NULL) return NULL;
    if ((lists->nunused == 0 && lists->fresh >= lists->many && lists->many) || lists->grown > lists->large)
        collect(lists, used, n);
    lists->many = Py_MAX(FEW_LISTS, lists->many);
    lists->large = Py_MAX(FEW_WORDS, lists->large);
    lists->fresh++;
    return lists->nunused ? lists->unused[--lists->nunused] : another_list(lists);
}

/* Moves what it holds to the beginning of its memory. */
static void move_down(slip_list *l) {
    int64_t words = slip_list_entries(l) * l->stride;
    if (words && l->data != l->base) memmove(l->base, l->data, (size_t)words * sizeof *l->data);
    l->data = l->base;
}

/* Room for so many words. Where half of the memory lies free in front, that is used first. */
bool slip_list_has_room(slip_list *l, int64_t words) {
    int64_t front = l->data - l->base;
    if (words >= 0 && words <= l->room - front) return true;
    if (words >= 0 && words <= l->room && front >= l->room / 2) {
        move_down(l);
        return true;
    }
    int64_t room = words + words / 2 + 16;
    if (words < 0 || room > PY_SSIZE_T_MAX / 16) return false;
    move_down(l);
    int64_t *data = PyMem_Realloc(l->lent ? NULL : l->base, (size_t)room * sizeof *data);
    if (data == NULL) return false;
    if (l->lent) memcpy(data, l->base, (size_t)(slip_list_entries(l) * l->stride) * sizeof *data);
    l->lent = false;
    l->of->grown += room - l->room;
    l->data = l->base = data;
    l->room = room;
    return true;
}

static bool has_room(slip_list *l, int64_t words) { return slip_list_has_room(l, words); }

static void begin_list(slip_list *l, int64_t code) {
    l->data = l->base;
    l->code = code;
    l->stride = slip_list_width(code) + (slip_list_is_table(code) ? 1 : 0);
    l->count = l->entries = 0;
    slip_table_clear(l);
    Py_CLEAR(l->made); /* of a box */
}

static slip_list **place_outside(const slip_lists *lists, PyObject *object) {
    uint64_t at = ((uint64_t)(uintptr_t)object >> 4) * 0x9e3779b97f4a7c15;
    for (at >>= 32;; at++) {
        slip_list **l = &lists->outside[at & (uint64_t)lists->mask];
        if (*l == NULL || (*l)->made == object) return l;
    }
}

slip_list *slip_outside_known(const slip_lists *lists, PyObject *object) {
    return lists && lists->noutside ? *place_outside(lists, object) : NULL;
}

/* At most half of the places are taken behind this. */
static bool more_outside(slip_lists *lists) {
    if (lists->outside && 2 * (lists->noutside + 1) <= lists->mask + 1) return true;
    slip_lists larger = {.mask = lists->outside ? 2 * lists->mask + 1 : 15};
    larger.outside = PyMem_Calloc((size_t)larger.mask + 1, sizeof(slip_list *));
    if (larger.outside == NULL) return false;
    for (int64_t i = 0; lists->outside && i <= lists->mask; i++)
        if (lists->outside[i]) *place_outside(&larger, lists->outside[i]->made) = lists->outside[i];
    PyMem_Free(lists->outside);
    lists->outside = larger.outside;
    lists->mask = larger.mask;
    return true;
}

slip_list *slip_list_of_outside(slip_run *r, PyObject *object, int64_t code) {
    slip_lists *lists = lists_of(r);
    slip_list *l = lists && more_outside(lists) ? another_list(lists) : NULL;
    if (l == NULL) return NULL;
    begin_list(l, code);
    l->outside = true;
    l->made = Py_NewRef(object);
    lists->noutside++;
    return *place_outside(lists, object) = l;
}

bool slip_outside_room(slip_list *l, int64_t words) {
    enum { SMALL = 256 };
    l->of->taken += words;
    if (words < 0) return true;
    int64_t *memory = words <= SMALL && l->base == NULL ? lasting(l->of, words) : NULL;
    if (memory == NULL) return slip_list_has_room(l, words);
    l->base = l->data = memory;
    l->room = words;
    l->lent = true;
    return true;
}

/* What has become an object of Python's meanwhile, as an item of one from outside, is one from now on. */
static void note_made(slip_lists *lists) {
    for (int64_t i = 0; i < lists->count; i++) {
        slip_list *l = lists->all[i];
        if (l->made == NULL || l->outside || slip_list_kind(l->code) == SLIP_KIND_ARRAY) continue;
        l->outside = true;
        l->removed = l->emptied = false;
        l->first = l->entries;
    }
}

bool slip_outside_shown(const slip_run *r) {
    if (!slip_outside_settled(r)) return false;
    if (r->lists) note_made(r->lists);
    return true;
}

bool slip_outside_same(const slip_run *r) {
    for (int64_t i = 0; r->lists && i < r->lists->count; i++)
        if (r->lists->all[i]->outside && !slip_outside_stands(r->lists->all[i])) return false;
    return true;
}

bool slip_outside_settled(const slip_run *r) {
    for (int64_t i = 0; r->lists && i < r->lists->count; i++)
        if (r->lists->all[i]->outside && !slip_outside_settle(r->lists->all[i])) return false;
    return true;
}

int64_t slip_outside_time(const slip_run *r) {
    enum { WORD = 2, LIST = 25 };
    return r->lists ? WORD * r->lists->taken + LIST * r->lists->noutside : 0;
}

int64_t slip_nest_list_new(void *run, int64_t *w, int64_t count) {
    int64_t times = w[0] < 0 ? 0 : w[0], n = w[1], code = w[2], words;
    slip_list *l = unused_list(run, w + 3 + n, count - 3 - n);
    if (l == NULL) return 1;
    begin_list(l, code);
    if (__builtin_mul_overflow(times, n, &words) || !has_room(l, words)) return 1;
    for (int64_t i = 0; i < words; i += n) memcpy(l->data + i, w + 3, (size_t)n * sizeof *l->data);
    l->count = words / slip_list_width(code);
    w[0] = (int64_t)(intptr_t)l;
    return 0;
}

int64_t slip_nest_list_room(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    return !has_room(l, (l->count + w[1]) * w[2]);
}

/* Behind slip_nest_list_room it cannot fail. */
int64_t slip_nest_list_extend(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]), *more = list_at(w[1]);
    int64_t width = w[2], added = more->count;
    if (!has_room(l, (l->count + added) * width)) return 1;
    if (added) memcpy(l->data + l->count * width, more->data, (size_t)(added * width) * sizeof *l->data);
    l->count += added;
    return 0;
}

int64_t slip_nest_list_part(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    int64_t width = w[5];
    if (!has_room(l, (l->count + w[3]) * width)) return 1;
    const int64_t *from = list_at(w[1])->data;
    for (int64_t i = 0, at = w[2]; i < w[3]; i++, at += w[4])
        memcpy(l->data + (l->count + i) * width, from + at * width, (size_t)width * sizeof *from);
    l->count += w[3];
    return 0;
}

/* Moves the items from a place on. */
static void move_items(slip_list *l, int64_t from, int64_t to) {
    size_t width = (size_t)l->stride * sizeof *l->data;
    memmove(l->data + to * l->stride, l->data + from * l->stride, (size_t)(l->count - from) * width);
    l->count += to - from;
}

int64_t slip_nest_list_insert(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    move_items(l, w[1], w[1] + 1);
    memcpy(l->data + w[1] * l->stride, w + 2, (size_t)l->stride * sizeof *w);
    return 0;
}

int64_t slip_nest_list_delete(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    if (w[1] == 0) { /* the others stay where they are */
        l->data += l->stride;
        l->count--;
    } else {
        move_items(l, w[1] + 1, w[1]);
    }
    return 0;
}

/* Whether an item has to stand in front of another one that stands behind it: equal ones stay. */
static bool in_front(int64_t a, int64_t b, bool floats, bool back) {
    if (floats)
        return back ? slip_word_float(a) > slip_word_float(b) : slip_word_float(a) < slip_word_float(b);
    return back ? a > b : a < b;
}

/* How items are sorted: by their first words. */
typedef struct {
    int64_t width;
    bool floats, back;
} sorting;

static void merge(int64_t *to, const int64_t *from, int64_t low, int64_t middle, int64_t high, sorting s) {
    int64_t i = low, j = middle;
    for (int64_t k = low; k < high; k++) {
        bool second =
            i == middle || (j < high && in_front(from[j * s.width], from[i * s.width], s.floats, s.back));
        const int64_t *item = from + (second ? j++ : i++) * s.width;
        if (s.width == 1)
            to[k] = *item;
        else
            memcpy(to + k * s.width, item, (size_t)s.width * sizeof *to);
    }
}

static bool has_nan(const slip_list *l) {
    for (int64_t i = 0; i < l->count; i++)
        if (isnan(slip_word_float(l->data[i * l->stride]))) return true;
    return false;
}

int64_t slip_nest_no_nan(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    return has_nan(list_at(w[0]));
}

/* Merges runs, which are twice as long each time, to and fro. */
int64_t slip_nest_list_sort(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    sorting s = {l->stride, w[1], w[2]};
    int64_t n = l->count;
    size_t bytes = (size_t)(n * s.width) * sizeof *l->data;
    if (s.floats && has_nan(l)) return 1;
    int64_t *memory = n > 1 ? PyMem_Malloc(bytes) : NULL, *to = memory, *from = l->data;
    if (n > 1 && memory == NULL) return 1;
    for (int64_t run = 1; run < n; run *= 2) {
        for (int64_t low = 0; low < n; low += 2 * run)
            merge(to, from, low, Py_MIN(low + run, n), Py_MIN(low + 2 * run, n), s);
        int64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (n > 1 && from != l->data) memcpy(l->data, from, bytes);
    PyMem_Free(memory);
    return 0;
}

/* The items of a list without their first words. */
int64_t slip_nest_list_behind(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *to = list_at(w[0]), *from = list_at(w[1]);
    if (!has_room(to, from->count * to->stride)) return 1;
    for (int64_t i = 0; i < from->count; i++)
        memcpy(to->data + i * to->stride, from->data + i * from->stride + 1,
               (size_t)to->stride * sizeof *to->data);
    to->count = from->count;
    return 0;
}

/* Room for one more item in front. */
int64_t slip_nest_list_front(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    if (l->data - l->base >= l->stride) return 0;
    int64_t words = l->count * l->stride, room = 3 * words + 16 * l->stride;
    int64_t *base = PyMem_Malloc((size_t)room * sizeof *base);
    if (base == NULL) return 1;
    int64_t *data = base + words + 8 * l->stride;
    if (words) memcpy(data, l->data, (size_t)words * sizeof *data);
    if (!l->lent) PyMem_Free(l->base);
    l->lent = false;
    l->of->grown += room > l->room ? room - l->room : 0;
    l->base = base;
    l->data = data;
    l->room = room;
    return 0;
}

/* Arrays in boxes, one behind the other. All of their lengths have to be the same, or all but the first
 * ones. */
int64_t slip_nest_box_rows(void *Py_UNUSED(run), int64_t *w, int64_t stacks) {
    slip_list *l = list_at(w[0]);
    const slip_list *first = list_at(l->data[0]);
    char *to = (char *)(intptr_t)w[1];
    int rank = slip_box_rank(first->code), from = stacks ? 0 : 1;
    npy_intp size = slip_sizes[slip_list_type(first->code, 0) - SLIP_ITEM_NUMPY];
    w[0] = stacks ? l->count : 0;
    for (int64_t i = 0; i < l->count; i++) {
        const slip_list *b = list_at(l->data[i]);
        if (memcmp(b->data + from, first->data + from, (size_t)(rank - from) * sizeof *b->data)) return 1;
        size_t bytes = (size_t)(slip_product(rank, (const npy_intp *)b->data) * size);
        if (!stacks) w[0] += b->data[0];
        if (to && bytes) memcpy(to, (const char *)(intptr_t)b->data[rank], bytes);
        if (to) to += bytes;
    }
    return 0;
}

/* The items of a list's lists, one behind the other: a new list's, and how many each has. They have to
 * have as many each. */
int64_t slip_nest_list_flat(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *to = list_at(w[0]), *rows = list_at(w[1]);
    int64_t each = rows->count ? list_at(rows->data[0])->count : 0, width = to->stride;
    if (each == 0 || !has_room(to, rows->count * each * width)) return 1;
    for (int64_t i = 0; i < rows->count; i++) {
        slip_list *row = list_at(rows->data[i]);
        if (row->count != each) return 1;
        memcpy(to->data + i * each * width, row->data, (size_t)(each * width) * sizeof *to->data);
    }
    to->count = rows->count * each;
    w[0] = each;
    return 0;
}
