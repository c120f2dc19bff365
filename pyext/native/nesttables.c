/* Dicts and sets in loop nests: entries in the order in which they came, found by open addressing. A
 * function answers 0, or that the nest must be left. */
#include "nestlists.h"

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

void slip_table_clear(slip_list *l) {
    PyMem_Free(l->slots);
    l->slots = NULL;
    l->mask = -1;
}

/* A float that equals another one has its bits, but for zeros. NaN comes here never. */
static uint64_t key_word(const slip_list *l, const int64_t *key, int column) {
    bool zero = slip_list_type(l->code, column) == SLIP_ITEM_FLOAT && slip_word_float(key[column]) == 0;
    return zero ? 0 : (uint64_t)key[column];
}

static uint64_t hash(const slip_list *l, const int64_t *key) {
    uint64_t h = 0;
    for (int i = 0, n = slip_list_keys(l->code); i < n; i++) {
        h = (h ^ key_word(l, key, i)) * 0x9e3779b97f4a7c15;
        h ^= h >> 32;
    }
    return h;
}

static bool same_key(const slip_list *l, const int64_t *a, const int64_t *b) {
    for (int i = 0, n = slip_list_keys(l->code); i < n; i++)
        if (key_word(l, a, i) != key_word(l, b, i)) return false;
    return true;
}

/* The entry of a key, or NULL. */
static int64_t *find(const slip_list *l, const int64_t *key) {
    if (l->entries == 0) return NULL;
    for (uint64_t at = hash(l, key) & (uint64_t)l->mask;; at = (at + 1) & (uint64_t)l->mask) {
        if (l->slots[at] < 0) return NULL;
        int64_t *entry = l->data + l->slots[at] * l->stride;
        if (entry[l->stride - 1] == SLIP_ENTRY_THERE && same_key(l, entry, key)) return entry;
    }
}

static void enter(slip_list *l, int64_t number) {
    uint64_t at = hash(l, l->data + number * l->stride) & (uint64_t)l->mask;
    while (l->slots[at] >= 0) at = (at + 1) & (uint64_t)l->mask;
    l->slots[at] = (int32_t)number;
}

/* Entries of a dict that are gone leave no trace; those of a set tell of its order. */
static void compact(slip_list *l) {
    int64_t to = 0;
    for (int64_t i = 0; i < l->entries; i++) {
        const int64_t *entry = l->data + i * l->stride;
        if (!slip_list_lives(l, entry)) continue;
        memmove(l->data + to++ * l->stride, entry, (size_t)l->stride * sizeof *entry);
    }
    l->entries = to;
}

/* At most half of the slots are taken behind this. */
static bool more_slots(slip_list *l) {
    if (slip_list_kind(l->code) != SLIP_KIND_SET && l->entries > 2 * l->count) compact(l);
    int64_t slots = 16;
    while (slots < 4 * (l->entries + 1)) slots *= 2;
    if (slots > INT32_MAX) return false;
    int32_t *memory = PyMem_Malloc((size_t)slots * sizeof *memory);
    if (memory == NULL) return false;
    PyMem_Free(l->slots);
    l->slots = memory;
    l->mask = slots - 1;
    for (int64_t i = 0; i < slots; i++) memory[i] = -1;
    for (int64_t i = 0; i < l->entries; i++)
        if (slip_list_lives(l, l->data + i * l->stride)) enter(l, i);
    return true;
}

/* How often something may be removed from a set, all of which is done again where the nest is left. */
enum { MOST_REMOVED = 1 << 16 };

/* Where the entry of a key lies, or 0. */
int64_t slip_nest_table_find(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    w[0] = (int64_t)(intptr_t)find(list_at(w[0]), w + 1);
    return 0;
}

/* Room for one more entry: nothing moves where the key is there. */
int64_t slip_nest_table_room(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    if (find(l, w + 1)) return 0;
    if (2 * (l->entries + 1) > l->mask + 1 && !more_slots(l)) return 1;
    return !slip_list_has_room(l, (l->entries + 1) * l->stride);
}

static int64_t *new_entry(slip_list *l, const int64_t *words, int64_t what) {
    int64_t *entry = l->data + l->entries * l->stride;
    memcpy(entry, words, (size_t)(l->stride - 1) * sizeof *entry);
    entry[l->stride - 1] = what;
    l->entries++;
    return entry;
}

/* Of a table, a key and a value; 1: one that is there keeps its value. Gives where the entry lies. Behind
 * slip_nest_table_room it cannot fail. */
int64_t slip_nest_table_put(void *Py_UNUSED(run), int64_t *w, int64_t unless) {
    slip_list *l = list_at(w[0]);
    int keys = slip_list_keys(l->code);
    int64_t *entry = find(l, w + 1);
    if (entry == NULL) {
        entry = new_entry(l, w + 1, SLIP_ENTRY_THERE);
        enter(l, l->entries - 1);
        l->count++;
    } else if (!unless) {
        memcpy(entry + keys, w + 1 + keys, (size_t)(l->stride - 1 - keys) * sizeof *entry);
    }
    w[0] = (int64_t)(intptr_t)entry;
    return 0;
}

/* Room to tell that something is removed. */
int64_t slip_nest_table_log(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    if (slip_list_kind(l->code) != SLIP_KIND_SET) return 0;
    if (l->entries - l->count > MOST_REMOVED) return 1;
    return !slip_list_has_room(l, (l->entries + 1) * l->stride);
}

/* Behind slip_nest_table_log it cannot fail. */
int64_t slip_nest_table_remove(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    int64_t *entry = find(l, w + 1);
    if (entry == NULL) return 0;
    entry[l->stride - 1] = SLIP_ENTRY_GONE;
    l->count--;
    l->removed = true;
    if (slip_list_kind(l->code) == SLIP_KIND_SET) new_entry(l, w + 1, SLIP_ENTRY_REMOVES);
    return 0;
}

int64_t slip_nest_table_empty(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    l->count = l->entries = 0;
    l->removed = l->emptied = true;
    for (int64_t i = 0; i <= l->mask; i++) l->slots[i] = -1;
    return 0;
}

/* The number of the first entry that is there, from one on. */
int64_t slip_nest_table_next(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    const slip_list *l = list_at(w[0]);
    int64_t i = w[1];
    while (i < l->entries && !slip_list_lives(l, l->data + i * l->stride)) i++;
    w[0] = i;
    return 0;
}
