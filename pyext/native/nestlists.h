/* Lists, deques, dicts and sets that a nest makes. */
#ifndef SLIPSTREAM_NESTLISTS_H
#define SLIPSTREAM_NESTLISTS_H

#include "nest.h"

typedef struct slip_lists slip_lists;

/* The nest's code reads and writes the first three: jit/front/nestlists.go. In a table (a dict or a set)
 * each entry has one word more than its form tells: whether it is there. */
typedef struct {
    int64_t *data;
    int64_t count;   /* items */
    int64_t entries; /* of a table, in their order: those that are there, and those that were */
    int64_t *base;   /* where its memory begins */
    int64_t room;    /* words of it */
    int64_t code;    /* the form: jit/front/nestlists.go, listCode */
    int64_t stride;  /* words of an entry */
    int32_t *slots;  /* of a table: numbers of entries, or -1 */
    int64_t mask;    /* one less than there are slots */
    slip_lists *of;
    PyObject *made; /* what an exit has made of it, or what it came as */
    bool used_now;
    bool lent;             /* its memory is a part of somebody else's */
    bool outside;          /* it came from outside: see nestoutside.c */
    bool removed, emptied; /* of a table: something was taken out of it, or all */
    int64_t first;         /* of a set from outside: entries that came with it */
} slip_list;

/* What a form tells: words of an entry, then flags, the kind, words of a tuple as key, then a type for each
 * word. */
enum {
    SLIP_LIST_TUPLES = 1 << 8, /* an item, or the value of a key, is a tuple */
    SLIP_LIST_FROZEN = 1 << 9, /* it is a tuple itself, or a deque whose items alone may change */
    SLIP_LIST_KINDS = 10,
    SLIP_LIST_KEYS = 14,
    SLIP_LIST_TYPES = 16,
    SLIP_LIST_COLUMNS = 6,
    SLIP_ITEM_NONE = 0, /* nothing is known but that there are no items */
    SLIP_ITEM_INT = 1,
    SLIP_ITEM_FLOAT = 2,
    SLIP_ITEM_BOOL = 3,
    SLIP_ITEM_LIST = 5,
    SLIP_ITEM_EITHER = 6, /* which of the types behind this one the next word is of */
    SLIP_ITEM_NUMPY = 16,
};

/* The kinds, from jit/front/nestcontainers.go. */
enum {
    SLIP_KIND_LIST,
    SLIP_KIND_DEQUE,
    SLIP_KIND_ARRAY, /* one array: its lengths, where its elements lie, and these */
    SLIP_KIND_DICT,
    SLIP_KIND_SET,
    SLIP_KIND_COUNTER,
    SLIP_KIND_DEFAULT_INT,
    SLIP_KIND_DEFAULT_FLOAT,
    SLIP_KIND_DEFAULT_LIST,
};

/* What an entry's last word says. */
enum { SLIP_ENTRY_GONE, SLIP_ENTRY_THERE, SLIP_ENTRY_REMOVES };

static inline int slip_list_width(int64_t code) { return (int)(code & 0xff); }
static inline int slip_list_kind(int64_t code) { return (int)(code >> SLIP_LIST_KINDS & 15); }
static inline bool slip_list_is_table(int64_t code) { return slip_list_kind(code) >= SLIP_KIND_DICT; }
static inline int slip_list_type(int64_t code, int column) {
    return (int)((uint64_t)code >> (SLIP_LIST_TYPES + 8 * column) & 0xff);
}
static inline int slip_box_rank(int64_t code) { return slip_list_type(code, 1); }
static inline bool slip_list_tuple_key(int64_t code) { return code >> SLIP_LIST_KEYS & 3; }
static inline int slip_list_keys(int64_t code) {
    return slip_list_tuple_key(code) ? (int)(code >> SLIP_LIST_KEYS & 3) : 1;
}
static inline int64_t slip_list_entries(const slip_list *l) {
    return slip_list_is_table(l->code) ? l->entries : l->count;
}
static inline bool slip_list_lives(const slip_list *l, const int64_t *entry) {
    return !slip_list_is_table(l->code) || entry[l->stride - 1] == SLIP_ENTRY_THERE;
}

static inline double slip_word_float(int64_t word) {
    double d;
    memcpy(&d, &word, sizeof d);
    return d;
}

SLIP_HIDDEN bool slip_list_has_room(slip_list *l, int64_t words);

/* The list that an object from outside is, or NULL; a new one for it, empty so far. */
SLIP_HIDDEN slip_list *slip_outside_known(const slip_lists *lists, PyObject *object);
SLIP_HIDDEN slip_list *slip_list_of_outside(slip_run *r, PyObject *object, int64_t code);
/* Room for so many words of one; less than none: so many were not looked at. */
SLIP_HIDDEN bool slip_outside_room(slip_list *l, int64_t words);
/* Its object gets what has changed. False: an exception is set. */
SLIP_HIDDEN bool slip_outside_settle(slip_list *l);
/* Whether its object is as it is. */
SLIP_HIDDEN bool slip_outside_stands(const slip_list *l);

/* nestmade.c: Python's objects of an entry's words; a class of module collections. */
enum { SLIP_DEQUE, SLIP_DEFAULTDICT, SLIP_COUNTER };
SLIP_HIDDEN PyObject *slip_list_item(const int64_t *entry, int64_t code, int from);
SLIP_HIDDEN PyObject *slip_list_key(const int64_t *entry, int64_t code);
SLIP_HIDDEN PyObject *slip_collections_class(int which);
SLIP_HIDDEN void slip_table_clear(slip_list *l);

#endif
