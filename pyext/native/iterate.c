/* Running a kernel over strided memory. Axes are sorted and merged so that
 * most launches end as one call; what stays strided is gathered in tiles. */
#include "launch.h"

#include <emmintrin.h>

enum {
    LONG_ROW = 64,      /* shorter rows are not worth a call of their own, */
    SOME_ROW = 5,       /* or of a kernel that computes many in one; fewer are gathered as fast */
    FAR_KEPT = 1 << 19, /* elements from which tiles that are kept are longer: 0.9x and 1.2x of 1,000,000 */
    FAR_TILE = 4096,
    KEEP_PAST = 24 << 20, /* bytes to keep from which they go past the caches */
};

typedef struct {
    slip_launch *l;
    int rows[SLIP_MAX_PARAMS], nrows; /* rows of l->strides in use */
} arrangement;

static void list_rows(arrangement *a) {
    slip_launch *l = a->l;
    a->nrows = 0;
    for (int p = 0; p < l->kernel->nparams; p++) {
        if (!l->fixed[p]) a->rows[a->nrows++] = p;
    }
}

static void swap_axes(arrangement *a, int i, int j) {
    slip_launch *l = a->l;
    npy_intp d = l->dims[i];
    l->dims[i] = l->dims[j];
    l->dims[j] = d;
    for (int k = 0; k < a->nrows; k++) {
        npy_intp *s = l->strides[a->rows[k]], x = s[i];
        s[i] = s[j];
        s[j] = x;
    }
}

/* The operand whose memory order the iteration follows: written memory first. */
static int leading_row(const slip_launch *l) {
    int first = -1;
    for (int p = 0; p < l->kernel->nparams; p++) {
        if (l->kernel->params[p].kind == SLIP_OUT && l->task->outs[p] != SLIP_OUT_SCALAR) return p;
        if (first < 0 && !l->fixed[p]) first = p;
    }
    return first;
}

static void sort_axes(arrangement *a) {
    slip_launch *l = a->l;
    int lead = leading_row(l);
    if (lead < 0) return;
    const npy_intp *s = l->strides[lead];
    for (int i = 1; i < l->rank; i++)
        for (int j = i; j > 0 && magnitude(s[j - 1]) < magnitude(s[j]); j--) swap_axes(a, j - 1, j);
}

static bool mergeable(const arrangement *a, int outer, int inner) {
    const slip_launch *l = a->l;
    for (int k = 0; k < a->nrows; k++) {
        const npy_intp *s = l->strides[a->rows[k]];
        if (s[outer] != s[inner] * l->dims[inner]) return false;
    }
    return true;
}

static void move_axis(arrangement *a, int to, int from) {
    slip_launch *l = a->l;
    l->dims[to] = l->dims[from];
    for (int k = 0; k < a->nrows; k++) l->strides[a->rows[k]][to] = l->strides[a->rows[k]][from];
}

static void merge_axes(arrangement *a) {
    slip_launch *l = a->l;
    int kept = 0;
    for (int i = 0; i < l->rank; i++) {
        if (l->dims[i] == 1) continue;
        if (kept && mergeable(a, kept - 1, i)) {
            npy_intp outer = l->dims[kept - 1];
            move_axis(a, kept - 1, i);
            l->dims[kept - 1] *= outer;
        } else {
            move_axis(a, kept++, i);
        }
    }
    l->rank = kept;
}

/* Sorts and merges the axes of a launch with strides. */
void slip_arrange(slip_launch *l) {
    arrangement a = {.l = l};
    list_rows(&a);
    sort_axes(&a);
    merge_axes(&a);
}

bool slip_compact(const slip_launch *l, int p) {
    npy_intp step = slip_sizes[l->kernel->params[p].type];
    for (int i = l->rank - 1; i >= 0; i--) {
        if (l->dims[i] == 1) continue;
        if (l->strides[p][i] != step) return false;
        step *= l->dims[i];
    }
    return true;
}

#define MOVES_4 -1, 0, -1, 0, -1, 0, -1, 0
#define MOVES_16 MOVES_4, MOVES_4, MOVES_4, MOVES_4

const int64_t slip_one_row[1 + 2 * SLIP_MAX_PARAMS] = {1, MOVES_16, MOVES_16};

static int64_t call(const slip_launch *l, void **args, npy_intp n, void *scratch, slip_run *r) {
    return l->kernel->fn(args, 0, n, scratch, l->table, &r->flags, slip_one_row);
}

typedef struct {
    slip_run *r;
    slip_launch *l;
    void *scratch;
    char *tiles[SLIP_MAX_PARAMS]; /* NULL: compact, used in place */
} tiling;

/* An operand that does not move along the innermost axis. NumPy's loops inside are
 * called for whole tiles instead. */
static bool stays(const slip_launch *l, int p) {
    return !l->fixed[p] && l->kernel->nloops == 0 && l->kernel->params[p].kind == SLIP_IN && l->rank > 0 &&
           l->dims[l->rank - 1] > 1 && l->strides[p][l->rank - 1] == 0;
}

/* The same, and the kernel has not been told that it may. */
static bool repeats(const slip_launch *l, int p) { return stays(l, p) && !l->kernel->params[p].row; }

/* A row with operands that do not move along it: a tile holds such an element as
 * often as is wanted at a time. */
static int64_t run_repeating(tiling *t, char *const *args, const char **held) {
    slip_launch *l = t->l;
    npy_intp n = l->dims[l->rank - 1], most = n < SLIP_TILE ? n : SLIP_TILE;
    void *now[SLIP_MAX_PARAMS];
    int64_t outcome = 0;
    for (int p = 0; p < l->kernel->nparams; p++) {
        int size = slip_sizes[l->kernel->params[p].type];
        if (t->tiles[p] && held[p] != args[p]) slip_copy_run(t->tiles[p], size, args[p], 0, most, size);
        held[p] = args[p];
    }
    for (npy_intp at = 0; at < n && !outcome; at += most) {
        for (int p = 0; p < l->kernel->nparams; p++) {
            npy_intp step = l->fixed[p] ? 0 : at * slip_sizes[l->kernel->params[p].type];
            now[p] = t->tiles[p] ? t->tiles[p] : args[p] + step;
        }
        outcome = call(l, now, n - at < most ? n - at : most, t->scratch, t->r);
    }
    return outcome;
}

/* The rows of a kernel that computes those of the innermost two axes in one call. */
static void describe_rows(const slip_launch *l, int64_t *rows) {
    int outer = l->rank - 2;
    *rows++ = outer >= 0 ? l->dims[outer] : 1;
    for (int p = 0; p < l->kernel->nparams; p++) {
        *rows++ = stays(l, p) ? 0 : -1;
        *rows++ = outer >= 0 && !l->fixed[p] ? l->strides[p][outer] : 0;
    }
}

/* Rows whose operands advance by one element or not at all: one call a row, or for
 * all those of an axis. The addresses are stepped, not computed anew. */
static int64_t run_rows(tiling *t, bool repeating) {
    slip_launch *l = t->l;
    npy_intp at[SLIP_MAX_RANK] = {0};
    char *args[SLIP_MAX_PARAMS];
    const char *held[SLIP_MAX_PARAMS] = {NULL};
    int moving[SLIP_MAX_PARAMS], n = 0, last = l->rank - 1;
    int64_t rows[1 + 2 * SLIP_MAX_PARAMS];
    bool several = !repeating && l->kernel->nloops == 0;
    if (several) describe_rows(l, rows);
    for (int p = 0; p < l->kernel->nparams; p++) {
        args[p] = l->args[p];
        if (!l->fixed[p]) moving[n++] = p;
    }
    for (;;) {
        int64_t outcome = repeating ? run_repeating(t, args, held)
                                    : l->kernel->fn((void **)args, 0, l->rank ? l->dims[last] : 1, t->scratch,
                                                    l->table, &t->r->flags, several ? rows : slip_one_row);
        if (outcome) return outcome;
        int i = several ? last - 2 : last - 1;
        for (; i >= 0 && ++at[i] == l->dims[i]; i--) {
            for (int k = 0; k < n; k++) args[moving[k]] -= (at[i] - 1) * l->strides[moving[k]][i];
            at[i] = 0;
        }
        if (i < 0) return 0;
        for (int k = 0; k < n; k++) args[moving[k]] += l->strides[moving[k]][i];
    }
}

static void move_tile(tiling *t, int p, npy_intp first, npy_intp n, bool scatter) {
    slip_launch *l = t->l;
    slip_gather(t->tiles[p], l->args[p], l->strides[p], l->rank, l->dims, first, n,
                slip_sizes[l->kernel->params[p].type], scatter);
}

static int64_t run_tile(tiling *t, npy_intp first, npy_intp n) {
    slip_launch *l = t->l;
    void *args[SLIP_MAX_PARAMS];
    for (int p = 0; p < l->kernel->nparams; p++) {
        args[p] = l->args[p];
        if (l->fixed[p]) continue;
        if (t->tiles[p] == NULL)
            args[p] = (char *)args[p] + first * slip_sizes[l->kernel->params[p].type];
        else
            args[p] = t->tiles[p];
        if (t->tiles[p] && l->kernel->params[p].kind == SLIP_IN) move_tile(t, p, first, n, false);
    }
    int64_t outcome = call(l, args, n, t->scratch, t->r);
    for (int p = 0; !outcome && p < l->kernel->nparams; p++)
        if (t->tiles[p] && l->kernel->params[p].kind == SLIP_OUT) move_tile(t, p, first, n, true);
    return outcome;
}

static int64_t run_tiles(tiling *t) {
    int64_t outcome = 0;
    for (npy_intp at = 0; at < t->l->size && !outcome; at += SLIP_TILE) {
        npy_intp left = t->l->size - at;
        outcome = run_tile(t, at, left < SLIP_TILE ? left : SLIP_TILE);
    }
    return outcome;
}

/* A kernel that has not been told of all that stays in a row is told of nothing that does. */
static bool any_repeats(const slip_launch *l) {
    bool any = false;
    for (int p = 0; p < l->kernel->nparams; p++) any = any || repeats(l, p);
    return any;
}

/* Memory for tiles of what is not compact, or along rows does not move; how many there are. */
static int plan_tiles(tiling *t, char *memory, bool rows) {
    int n = 0;
    bool some = rows && any_repeats(t->l);
    for (int p = 0; p < t->l->kernel->nparams; p++) {
        t->tiles[p] = NULL;
        if (rows ? some && stays(t->l, p) : !t->l->fixed[p] && !slip_compact(t->l, p))
            t->tiles[p] = memory + (size_t)n++ * SLIP_TILE_BYTES;
    }
    return n;
}

/* How many operands are not compact in the order of the iteration. */
int slip_gathered(const slip_launch *l) {
    int n = 0;
    for (int p = 0; p < l->kernel->nparams; p++) n += !l->fixed[p] && !slip_compact(l, p);
    return n;
}

/* Elements from which a row is not gathered with others. What is left of a row behind whole vectors is
 * slow for elements that a processor cannot mask, filling tiles with what repeats for few elements. */
static npy_intp long_row(const slip_launch *l) {
    if (l->fused || l->kernel->nloops) return LONG_ROW;
    for (int p = 0; p < l->kernel->nparams; p++) {
        int type = l->kernel->params[p].type;
        bool odd = slip_sizes[type] < 4 || type == SLIP_C64 || type == SLIP_C128;
        if (!l->fixed[p] && (odd || repeats(l, p))) return LONG_ROW;
    }
    return SOME_ROW;
}

/* Whether the innermost axis is worth a call a row: long, all operands compact or the same. */
bool slip_long_rows(const slip_launch *l) {
    int last = l->rank - 1;
    if (l->rank > 1 && l->dims[last] < long_row(l)) return false;
    for (int p = 0; l->rank && p < l->kernel->nparams; p++)
        if (!l->fixed[p] && !stays(l, p) && l->strides[p][last] != slip_sizes[l->kernel->params[p].type])
            return false;
    return true;
}

/* Whether NumPy would call its loops for a few elements at a time. */
bool slip_short_rows(const slip_launch *l) { return l->rank > 1 && l->dims[l->rank - 1] < SLIP_SHORT_RUN; }

static int64_t run_strided(slip_run *r, slip_launch *l, void *scratch, char *tiles) {
    tiling t = {.r = r, .l = l, .scratch = scratch};
    bool rows = slip_long_rows(l);
    int held = tiles ? plan_tiles(&t, tiles, rows) : 0;
    return rows ? run_rows(&t, held > 0) : run_tiles(&t);
}

/* Copies whole lines past the caches: what is kept is not read again, and fetching
 * its lines first would cost as much as the copy. */
static void copy_past(char *to, const char *from, size_t n) {
    enum { LINE = 64, VECTORS = LINE / sizeof(__m128i) };
    size_t lines = n / LINE * LINE;
    for (size_t at = 0; at < lines; at += LINE) {
        __m128i v[VECTORS];
        for (int i = 0; i < VECTORS; i++) v[i] = _mm_loadu_si128((const __m128i *)(from + at) + i);
        for (int i = 0; i < VECTORS; i++) _mm_stream_si128((__m128i *)(to + at) + i, v[i]);
    }
    memcpy(to + lines, from + lines, n - lines);
}

static void keep(const slip_launch *l, int p, npy_intp at, npy_intp n) {
    size_t size = (size_t)slip_sizes[l->kernel->params[p].type], from = (size_t)at * size;
    char *to = slip_buf_data(l->undo[p]) + from;
    const char *old = (const char *)l->args[p] + from;
    if ((size_t)l->size * size >= KEEP_PAST)
        copy_past(to, old, (size_t)n * size);
    else
        memcpy(to, old, (size_t)n * size);
}

/* Keeps what is about to be overwritten, tile by tile, so that the kernel
 * finds it in cache. */
static int64_t run_keeping(slip_run *r, slip_launch *l, void *scratch) {
    int64_t outcome = 0;
    npy_intp tile = l->size < FAR_KEPT ? SLIP_KEEP_TILE : FAR_TILE;
    for (npy_intp at = 0; at < l->size && !outcome; at += tile) {
        npy_intp end = at + tile < l->size ? at + tile : l->size;
        for (int p = 0; p < l->kernel->nparams; p++)
            if (l->undo[p]) keep(l, p, at, end - at);
        l->kept = end;
        outcome = l->kernel->fn(l->args, at, end, scratch, l->table, &r->flags, slip_one_row);
    }
    _mm_sfence();
    return outcome;
}

static void move_undo(slip_launch *l, int p, bool back) {
    int size = slip_sizes[l->kernel->params[p].type];
    char *kept = slip_buf_data(l->undo[p]);
    if (l->simple)
        memcpy(l->args[p], kept, (size_t)(l->kept * size));
    else
        slip_gather(kept, l->args[p], l->strides[p], l->rank, l->dims, 0, l->size, size, back);
}

/* Puts the user's memory back as it was. */
void slip_undo(slip_launch *l) {
    for (int p = 0; l->kept && p < l->kernel->nparams; p++)
        if (l->undo[p]) move_undo(l, p, true);
}

static int64_t run_keeping_strided(slip_run *r, slip_launch *l, void *scratch, char *tiles) {
    for (int p = 0; p < l->kernel->nparams; p++)
        if (l->undo[p]) move_undo(l, p, false);
    l->kept = l->size;
    return run_strided(r, l, scratch, tiles);
}

/* The C library knows the processor's fastest way to move memory. */
static int64_t copy(const slip_launch *l) {
    memmove(l->args[1], l->args[0], (size_t)l->size * (size_t)slip_sizes[l->kernel->params[1].type]);
    return 0;
}

static int64_t run(slip_run *r, slip_launch *l, void *scratch, char *tiles) {
    if (l->simple && (l->kernel->flags & SLIP_KF_COPIES)) return copy(l);
    if (l->undoable)
        return l->simple ? run_keeping(r, l, scratch) : run_keeping_strided(r, l, scratch, tiles);
    return l->simple ? call(l, l->args, l->size, scratch, r) : run_strided(r, l, scratch, tiles);
}

static int64_t run_unlocked(slip_run *r, slip_launch *l, void *scratch, char *tiles) {
    PyThreadState *saved = NULL;
    if (l->size * l->kernel->cost >= slip.gil_work) saved = PyEval_SaveThread();
    int64_t outcome = run(r, l, scratch, tiles);
    if (saved) PyEval_RestoreThread(saved);
    return outcome;
}

static size_t scratch_of(const slip_launch *l) { return ((size_t)l->kernel->scratch + 63) & ~(size_t)63; }

static size_t tiles_of(const slip_launch *l) { return (size_t)l->kernel->nparams * SLIP_TILE_BYTES; }

static bool needs_tiles(const slip_launch *l) { return !l->simple && (!slip_long_rows(l) || any_repeats(l)); }

size_t slip_iterate_memory(const slip_launch *l) { return scratch_of(l) + (l->simple ? 0 : tiles_of(l)); }

int64_t slip_iterate_in(slip_run *r, slip_launch *l, char *memory) {
    l->kept = 0;
    if (!l->simple) slip_arrange(l);
    return run(r, l, memory, needs_tiles(l) ? memory + scratch_of(l) : NULL);
}

int64_t slip_iterate(slip_run *r, slip_launch *l) {
    l->kept = 0;
    if (l->size == 0) return 0;
    bool tiled = needs_tiles(l);
    size_t need = scratch_of(l), tiles = tiled ? tiles_of(l) : 0;
    if (need + tiles == 0) return run_unlocked(r, l, NULL, NULL);
    slip_buf *b = slip_buf_new(need + tiles);
    if (b == NULL) return -1;
    char *memory = slip_buf_data(b);
    int64_t outcome = run_unlocked(r, l, memory, tiled ? memory + need : NULL);
    slip_buf_release(b);
    return outcome;
}
