/* What the present statement of a loop nest has stored over: large slices as they are, all else in blocks
 * of memory with a bit for each byte that was. Where the statement is left in its middle these bytes are
 * put back, the last ones first, and no others: what other threads store beside them stays. A block is
 * copied as a whole when it is first met; it lies in one page. */
#include "nest.h"

enum {
    BLOCK = 128, /* bytes */
    MOST = 1 << 19,
    FEW_SLOTS = 64,
    SLICES = 16,
    LARGE = 128, /* elements of a slice that is kept as it is, or four times as many side by side */
};

typedef struct {
    char *place;
    int64_t slot;
    uint64_t stored[BLOCK / 64];
    char bytes[BLOCK];
} block;

/* A slice that has been noted: a loop in the statement often stores into the same one again. */
typedef struct {
    int64_t age;
    int64_t words[2 + 2 * SLIP_MAX_RANK];
} slice;

/* A large slice: its elements, from before `blocks` blocks were met. */
typedef struct {
    int64_t blocks;
    slip_buf *bytes;
    char *at;
    int rank, size;
    npy_intp n, dims[SLIP_MAX_RANK], strides[SLIP_MAX_RANK];
} kept_slice;

struct slip_journal {
    kept_slice *large;
    int64_t nlarge, room_large, bytes;
    block *blocks;
    int64_t count, room, last; /* of blocks; the one that was noted last */
    int64_t *slots, nslots;    /* by place: 1 + the number of a block, or 0 */
    int64_t age;               /* of the statement: slices of others are out of date */
    slice slices[SLICES];
};

static void drop_large(struct slip_journal *j) {
    while (j->nlarge > 0) slip_buf_release(j->large[--j->nlarge].bytes);
    j->bytes = 0;
}

void slip_journal_free(slip_run *r) {
    if (r->journal == NULL) return;
    drop_large(r->journal);
    PyMem_Free(r->journal->large);
    PyMem_Free(r->journal->blocks);
    PyMem_Free(r->journal->slots);
    PyMem_Free(r->journal);
    r->journal = NULL;
}

static struct slip_journal *journal_of(slip_run *r) {
    if (r->journal || !(r->journal = PyMem_Calloc(1, sizeof *r->journal))) return r->journal;
    r->journal->age = 1;
    r->journal->nslots = FEW_SLOTS;
    r->journal->slots = PyMem_Calloc(FEW_SLOTS, sizeof *r->journal->slots);
    if (r->journal->slots == NULL) slip_journal_free(r);
    return r->journal;
}

static uint64_t mixed(uint64_t word) { return word * 0x9e3779b97f4a7c15u >> 32; }

/* The slot of a block, or the empty one that it would have. */
static int64_t find(const struct slip_journal *j, const char *place) {
    int64_t at = (int64_t)mixed((uintptr_t)place / BLOCK) & (j->nslots - 1);
    while (j->slots[at] && j->blocks[j->slots[at] - 1].place != place) at = (at + 1) & (j->nslots - 1);
    return at;
}

/* At most half of the slots are in use. */
static bool more_slots(struct slip_journal *j) {
    if (2 * (j->count + 1) <= j->nslots) return true;
    int64_t *slots = PyMem_Calloc((size_t)j->nslots * 4, sizeof *slots);
    if (slots == NULL) return false;
    PyMem_Free(j->slots);
    j->slots = slots;
    j->nslots *= 4;
    for (int64_t i = 0; i < j->count; i++) {
        j->blocks[i].slot = find(j, j->blocks[i].place);
        slots[j->blocks[i].slot] = i + 1;
    }
    return true;
}

static bool more_blocks(struct slip_journal *j) {
    if (j->count < j->room) return true;
    int64_t room = 2 * j->room + 16;
    block *more = j->count < MOST ? PyMem_Realloc(j->blocks, (size_t)room * sizeof *more) : NULL;
    if (more == NULL) return false;
    j->blocks = more;
    j->room = room;
    return true;
}

static block *add_block(struct slip_journal *j, char *place) {
    if (!more_slots(j) || !more_blocks(j)) return NULL;
    block *b = &j->blocks[j->count];
    *b = (block){.place = place, .slot = find(j, place)};
    memcpy(b->bytes, place, BLOCK);
    j->slots[b->slot] = ++j->count;
    return b;
}

static block *block_at(struct slip_journal *j, char *place) {
    if (j->count && j->blocks[j->last].place == place) return &j->blocks[j->last];
    int64_t slot = find(j, place);
    block *b = j->slots[slot] ? &j->blocks[j->slots[slot] - 1] : add_block(j, place);
    if (b) j->last = b - j->blocks;
    return b;
}

/* Some of the bytes of a block. */
static void mark(block *b, npy_intp from, npy_intp n) {
    for (int i = 0; i < BLOCK / 64; i++, from -= 64) {
        npy_intp low = from < 0 ? 0 : from, high = from + n > 64 ? 64 : from + n;
        if (low < high) b->stored[i] |= ~UINT64_C(0) >> (64 - (high - low)) << low;
    }
}

static bool note_bytes(struct slip_journal *j, char *at, npy_intp n) {
    while (n > 0) {
        npy_intp inside = (npy_intp)((uintptr_t)at % BLOCK), some = n < BLOCK - inside ? n : BLOCK - inside;
        block *b = block_at(j, at - inside);
        if (b == NULL) return false;
        mark(b, inside, some);
        at += some;
        n -= some;
    }
    return true;
}

static bool note_axes(struct slip_journal *j, char *at, int rank, const int64_t *dims, const int64_t *strides,
                      npy_intp size) {
    if (rank == 0) return note_bytes(j, at, size);
    if (rank == 1 && *strides == size) return note_bytes(j, at, *dims * size);
    for (int64_t i = 0; i < *dims; i++, at += *strides)
        if (!note_axes(j, at, rank - 1, dims + 1, strides + 1, size)) return false;
    return true;
}

static slice *slice_of(struct slip_journal *j, const int64_t *w, int rank) {
    uint64_t place = (uint64_t)w[1 + rank];
    return &j->slices[mixed(place ^ (uint64_t)w[1] << 20) % SLICES];
}

static bool is_slice(const struct slip_journal *j, const slice *s, const int64_t *w, int rank, int64_t size) {
    return s->age == j->age * 256 + size && memcmp(s->words, w, (size_t)(2 + 2 * rank) * sizeof *w) == 0;
}

/* Whether a slice has been noted in this statement; it is from now on. */
static bool known(struct slip_journal *j, const int64_t *w, int rank, int64_t size) {
    slice *s = slice_of(j, w, rank);
    size_t same = (size_t)(2 + 2 * rank) * sizeof *w;
    bool is = is_slice(j, s, w, rank, size);
    s->age = j->age * 256 + size;
    memcpy(s->words, w, same);
    return is;
}

bool slip_journal_has(slip_run *r, int rank, const npy_intp *dims, char *at, const npy_intp *strides,
                      npy_intp size) {
    int64_t w[2 + 2 * SLIP_MAX_RANK];
    if (r->journal == NULL || rank == 0) return false;
    w[0] = rank;
    memcpy(w + 1, dims, (size_t)rank * sizeof *w);
    w[1 + rank] = (int64_t)(intptr_t)at;
    memcpy(w + 2 + rank, strides, (size_t)rank * sizeof *w);
    return is_slice(r->journal, slice_of(r->journal, w, rank), w, rank, size);
}

static bool is_large(int rank, const int64_t *dims, const int64_t *strides, npy_intp n, npy_intp size) {
    return rank && n >= (strides[rank - 1] == size && dims[rank - 1] >= LARGE ? 4 * LARGE : LARGE);
}

static kept_slice *more_large(struct slip_journal *j) {
    if (j->nlarge == j->room_large) {
        int64_t room = 2 * j->room_large + 4;
        kept_slice *more = PyMem_Realloc(j->large, (size_t)room * sizeof *more);
        if (more == NULL) return NULL;
        j->large = more;
        j->room_large = room;
    }
    return &j->large[j->nlarge];
}

static bool keep_slice(struct slip_journal *j, char *at, int rank, const int64_t *dims,
                       const int64_t *strides, npy_intp n, npy_intp size) {
    int64_t bytes = n * size + (int64_t)sizeof(kept_slice);
    kept_slice *s = j->bytes + bytes <= (int64_t)MOST * BLOCK ? more_large(j) : NULL;
    slip_buf *copy = s ? slip_buf_new((size_t)(n * size)) : NULL;
    if (copy == NULL) return false;
    *s = (kept_slice){.blocks = j->count, .bytes = copy, .at = at, .rank = rank, .size = (int)size, .n = n};
    memcpy(s->dims, dims, (size_t)rank * sizeof *dims);
    memcpy(s->strides, strides, (size_t)rank * sizeof *strides);
    slip_gather(slip_buf_data(copy), at, s->strides, rank, s->dims, 0, n, s->size, false);
    j->nlarge++;
    j->bytes += bytes;
    return true;
}

static void put_slice_back(const kept_slice *s) {
    slip_gather(slip_buf_data(s->bytes), s->at, s->strides, s->rank, s->dims, 0, s->n, s->size, true);
}

/* What is stored by rounds side by side: it lies together, and most of it is stored once. */
int64_t slip_nest_try_note(void *run, int64_t *w, int64_t size) {
    struct slip_journal *j = journal_of(run);
    w[0] = j && (known(j, w, 1, size) || keep_slice(j, (char *)(intptr_t)w[2], 1, w + 1, w + 3, w[1], size));
    return 0;
}

int64_t slip_nest_note(void *run, int64_t *w, int64_t size) {
    struct slip_journal *j = journal_of(run);
    int rank = (int)w[0];
    if (j == NULL) return 1;
    if (rank && known(j, w, rank, size)) return 0;
    npy_intp n = 1;
    for (int i = 0; i < rank; i++) n *= w[1 + i];
    if (is_large(rank, w + 1, w + 2 + rank, n, size))
        return !keep_slice(j, (char *)(intptr_t)w[1 + rank], rank, w + 1, w + 2 + rank, n, size);
    return !note_axes(j, (char *)(intptr_t)w[1 + rank], rank, w + 1, w + 2 + rank, size);
}

static void clear(struct slip_journal *j) {
    for (int64_t i = 0; i < j->count; i++) j->slots[j->blocks[i].slot] = 0;
    j->count = j->last = 0;
    drop_large(j);
    j->age++;
}

int64_t slip_nest_forget(void *run, int64_t *Py_UNUSED(words), int64_t Py_UNUSED(unused)) {
    slip_run *r = run;
    if (r->journal) clear(r->journal);
    slip_draws_forget(r);
    return 0;
}

static void put_back(const block *b) {
    for (int i = 0; i < BLOCK; i++)
        if (b->stored[i / 64] >> (i % 64) & 1) b->place[i] = b->bytes[i];
}

void slip_journal_undo(slip_run *r) {
    struct slip_journal *j = r->journal;
    int64_t block = j ? j->count : 0;
    for (int64_t i = j ? j->nlarge : 0; i > 0; i--) {
        while (block > j->large[i - 1].blocks) put_back(&j->blocks[--block]);
        put_slice_back(&j->large[i - 1]);
    }
    while (block > 0) put_back(&j->blocks[--block]);
    if (j) clear(j);
    slip_draws_undo(r);
}
