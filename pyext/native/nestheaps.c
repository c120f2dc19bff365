/* heapq on the lists of loop nests: CPython's algorithm, so items lie in the same order. */
#include "nestlists.h"

#include <math.h>

static slip_list *list_at(int64_t word) { return (slip_list *)(intptr_t)word; }

static bool column_is_float(int64_t code, int column) {
    int type = slip_list_type(code, column);
    return type == SLIP_ITEM_FLOAT || type == SLIP_ITEM_NUMPY + SLIP_F64;
}

/* Items in their order: tuples by the first number that differs. */
static bool in_front(const slip_list *l, const int64_t *a, const int64_t *b) {
    for (int i = 0; i < l->stride; i++) {
        if (column_is_float(l->code, i)) {
            double x = slip_word_float(a[i]), y = slip_word_float(b[i]);
            if (x != y || i == l->stride - 1) return x < y;
        } else if (a[i] != b[i]) {
            return a[i] < b[i];
        }
    }
    return false;
}

/* Whether tuples are found to be equal by what they hold, not by what that equals: a NaN. */
static bool unsure(const slip_list *l, const int64_t *item) {
    if (!(l->code & SLIP_LIST_TUPLES)) return false;
    for (int i = 0; i < l->stride; i++)
        if (column_is_float(l->code, i) && isnan(slip_word_float(item[i]))) return true;
    return false;
}

static int64_t *item_at(const slip_list *l, int64_t i) { return l->data + i * l->stride; }

static void copy_item(const slip_list *l, int64_t *to, const int64_t *from) {
    memmove(to, from, (size_t)l->stride * sizeof *to);
}

/* Moves an item from a place towards the first one. */
static void rise(slip_list *l, int64_t start, int64_t at) {
    int64_t item[SLIP_LIST_COLUMNS];
    copy_item(l, item, item_at(l, at));
    while (at > start) {
        int64_t parent = (at - 1) >> 1;
        if (!in_front(l, item, item_at(l, parent))) break;
        copy_item(l, item_at(l, at), item_at(l, parent));
        at = parent;
    }
    copy_item(l, item_at(l, at), item);
}

/* Moves an item down to where it has no others below it, then up again. */
static void sink(slip_list *l, int64_t at) {
    int64_t start = at, item[SLIP_LIST_COLUMNS];
    copy_item(l, item, item_at(l, at));
    for (int64_t child; (child = 2 * at + 1) < l->count; at = child) {
        if (child + 1 < l->count && !in_front(l, item_at(l, child), item_at(l, child + 1))) child++;
        copy_item(l, item_at(l, at), item_at(l, child));
    }
    copy_item(l, item_at(l, at), item);
    rise(l, start, at);
}

/* Whether something on the way from a place to the first one is unsure. */
static bool unsure_above(const slip_list *l, int64_t at) {
    while (at > 0) {
        at = (at - 1) >> 1;
        if (unsure(l, item_at(l, at))) return true;
    }
    return false;
}

/* The same of the way that the last item goes when the first one is gone. */
static bool unsure_below(const slip_list *l) {
    int64_t last = l->count - 1;
    if (unsure(l, item_at(l, last))) return true;
    for (int64_t at = 0, child; (child = 2 * at + 1) < last; at = child) {
        if (unsure(l, item_at(l, child))) return true;
        if (child + 1 == last) break;
        if (unsure(l, item_at(l, child + 1))) return true;
        if (!in_front(l, item_at(l, child), item_at(l, child + 1))) child++;
    }
    return false;
}

/* Whether items cannot be told apart that will be compared: where one is put in, taken out (1), or all (2).
 */
int64_t slip_nest_heap_check(void *Py_UNUSED(run), int64_t *w, int64_t how) {
    slip_list *l = list_at(w[0]);
    if (!(l->code & SLIP_LIST_TUPLES)) return 0;
    if (how == 0) return unsure(l, w + 1) || unsure_above(l, l->count);
    if (how == 1) return l->count > 0 && unsure_below(l);
    for (int64_t i = 0; i < l->count; i++)
        if (unsure(l, item_at(l, i))) return 1;
    return 0;
}

/* There is room. */
int64_t slip_nest_heap_push(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    memcpy(item_at(l, l->count), w + 1, (size_t)l->stride * sizeof *w);
    l->count++;
    rise(l, 0, l->count - 1);
    return 0;
}

/* Drops the first item. */
int64_t slip_nest_heap_pop(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    if (--l->count == 0) return 0;
    copy_item(l, l->data, item_at(l, l->count));
    sink(l, 0);
    return 0;
}

int64_t slip_nest_heap_make(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    slip_list *l = list_at(w[0]);
    for (int64_t i = l->count / 2; i-- > 0;) sink(l, i);
    return 0;
}
