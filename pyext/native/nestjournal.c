/* What the present statement of a loop nest has stored over: element by element, or a slice at a time,
 * each once. Where the statement is left in its middle all of it is put back, the latest first. Nothing
 * else is: what other threads store elsewhere in the same arrays stays. */
#include "nest.h"

enum {
    MOST_WORDS = 1 << 23, /* of a journal: 64 MiB */
    FEW_SLOTS = 64,
};

/* A record: where the one before it begins, its slot, where the elements lie, axes and bytes of an
 * element, their number, lengths and strides, then the elements. */
enum { BEFORE, SLOT, PLACE, KIND, COUNT, AXES };

struct slip_journal {
    int64_t *words, used, room;
    int64_t last;    /* record, or -1 */
    int64_t records; /* their number */
    int64_t *slots;  /* by place: 1 + where a record begins, or 0 */
    int64_t nslots;  /* a power of two */
};

void slip_journal_free(slip_run *r) {
    if (r->journal == NULL) return;
    PyMem_Free(r->journal->words);
    PyMem_Free(r->journal->slots);
    PyMem_Free(r->journal);
    r->journal = NULL;
}

static struct slip_journal *journal_of(slip_run *r) {
    if (r->journal || !(r->journal = PyMem_Calloc(1, sizeof *r->journal))) return r->journal;
    r->journal->last = -1;
    r->journal->nslots = FEW_SLOTS;
    r->journal->slots = PyMem_Calloc(FEW_SLOTS, sizeof *r->journal->slots);
    if (r->journal->slots == NULL) slip_journal_free(r);
    return r->journal;
}

static int rank_of(const int64_t *record) { return (int)(record[KIND] >> 8); }

static int64_t *elements_of(int64_t *record) { return record + AXES + 2 * rank_of(record); }

static int64_t slot_of(const struct slip_journal *j, int64_t place) {
    return (int64_t)(((uint64_t)place * 0x9e3779b97f4a7c15u) >> 20) & (j->nslots - 1);
}

/* The slot of a record, or the empty one that it would have. */
static int64_t find(const struct slip_journal *j, const int64_t *record) {
    size_t same = (size_t)(AXES - PLACE + 2 * rank_of(record)) * sizeof *record;
    int64_t at = slot_of(j, record[PLACE]);
    for (; j->slots[at]; at = (at + 1) & (j->nslots - 1))
        if (memcmp(j->words + j->slots[at] - 1 + PLACE, record + PLACE, same) == 0) break;
    return at;
}

/* No two slots more than half of which are in use. */
static bool more_slots(struct slip_journal *j) {
    if (2 * (j->records + 1) <= j->nslots) return true;
    int64_t *slots = PyMem_Calloc((size_t)j->nslots * 2, sizeof *slots);
    if (slots == NULL) return false;
    PyMem_Free(j->slots);
    j->slots = slots;
    j->nslots *= 2;
    for (int64_t at = j->last; at >= 0; at = j->words[at + BEFORE]) {
        int64_t slot = slot_of(j, j->words[at + PLACE]);
        while (slots[slot]) slot = (slot + 1) & (j->nslots - 1);
        slots[slot] = at + 1;
        j->words[at + SLOT] = slot;
    }
    return true;
}

static bool more_words(struct slip_journal *j, int64_t words) {
    if (words > MOST_WORDS - j->used) return false;
    if (j->used + words <= j->room) return true;
    int64_t room = 2 * (j->used + words) + 256;
    int64_t *more = PyMem_Realloc(j->words, (size_t)room * sizeof *more);
    if (more == NULL) return false;
    j->words = more;
    j->room = room;
    return true;
}

static void move(int64_t *record, bool back) {
    int rank = rank_of(record), size = (int)(record[KIND] & 255);
    char *place = (char *)(intptr_t)record[PLACE], *kept = (char *)elements_of(record);
    npy_intp dims[SLIP_MAX_RANK], strides[SLIP_MAX_RANK];
    if (rank == 0) {
        memcpy(back ? place : kept, back ? kept : place, (size_t)size);
        return;
    }
    memcpy(dims, record + AXES, (size_t)rank * sizeof *dims);
    memcpy(strides, record + AXES + rank, (size_t)rank * sizeof *strides);
    slip_gather(kept, place, strides, rank, dims, 0, record[COUNT], size, back);
}

static int64_t size_in_words(const int64_t *record) {
    return AXES + 2 * rank_of(record) + (record[COUNT] * (record[KIND] & 255) + 7) / 8;
}

int64_t slip_nest_note(void *run, int64_t *w, int64_t size) {
    struct slip_journal *j = journal_of(run);
    int rank = (int)w[0];
    int64_t record[AXES + 2 * SLIP_MAX_RANK] = {-1, 0, w[1 + rank], (int64_t)rank << 8 | size, 1};
    for (int i = 0; i < rank; i++) {
        record[COUNT] *= w[1 + i];
        record[AXES + i] = w[1 + i];
        record[AXES + rank + i] = w[2 + rank + i];
    }
    if (j == NULL || !more_slots(j)) return 1;
    int64_t slot = find(j, record);
    if (j->slots[slot] || record[COUNT] == 0) return 0;
    if (record[COUNT] > MOST_WORDS || !more_words(j, size_in_words(record))) return 1;
    record[BEFORE] = j->last;
    record[SLOT] = slot;
    memcpy(j->words + j->used, record, (size_t)(AXES + 2 * rank) * sizeof *record);
    move(j->words + j->used, false);
    j->slots[slot] = j->used + 1;
    j->last = j->used;
    j->used += size_in_words(record);
    j->records++;
    return 0;
}

static void clear(struct slip_journal *j) {
    for (int64_t at = j->last; at >= 0; at = j->words[at + BEFORE]) j->slots[j->words[at + SLOT]] = 0;
    j->last = -1;
    j->used = j->records = 0;
}

int64_t slip_nest_forget(void *run, int64_t *Py_UNUSED(words), int64_t Py_UNUSED(unused)) {
    slip_run *r = run;
    if (r->journal) clear(r->journal);
    return 0;
}

void slip_journal_undo(slip_run *r) {
    struct slip_journal *j = r->journal;
    if (j == NULL) return;
    for (int64_t at = j->last; at >= 0; at = j->words[at + BEFORE]) move(j->words + at, true);
    clear(j);
}
