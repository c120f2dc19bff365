/* Regions without loops are weighed against the interpreter (functions with loops: see trial.c): between some
 * of their runs Python runs the same instructions, and what passes from one arrival to the next is compared.
 * What gains nothing is told to the hook, which takes it out of the code. */
#include "native.h"

#include <stdlib.h>
#include <time.h>

/* Arrivals of each kind that are compared, and nanoseconds between them from which on nothing is tried. */
enum { SAMPLES = 40, FEW = 6, LONG = 2000000, FAR = 20 };

/* Nanoseconds, about, that asking a region takes, and one that wants to know how far an iterator is: where
 * there is none Python needs less by that. */
enum { ASKING = 50, ASKING_INSIDE = 120 };

/* Arrivals at regions inside of one that Python runs for once, until that is enough: it gains. */
enum { MOST_INSIDE = 64 };

struct slip_weighing {
    int64_t since; /* the last arrival, or 0 */
    uint32_t random;
    bool plain;    /* what runs since then is Python */
    int64_t asked; /* what it lost by asking regions */
    int count[2];
    int64_t took[2][SAMPLES]; /* by plain */
};

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_length(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The times of one kind up to the `most` shortest of them. */
static int64_t shortest(struct slip_weighing *w, bool plain, int most) {
    int64_t sum = 0;
    qsort(w->took[plain], (size_t)w->count[plain], sizeof **w->took, by_length);
    for (int i = 0; i < most; i++) sum += w->took[plain][i];
    return sum;
}

/* Python is faster in the quarter of the shortest times, which nothing else came between and for which it had
 * learned what it runs, in the half of them, and in all but the longest. */
static bool gains_nothing(struct slip_weighing *w) {
    int64_t least[2] = {shortest(w, false, SAMPLES / 4), shortest(w, true, SAMPLES / 4)};
    int64_t half[2] = {shortest(w, false, SAMPLES / 2), shortest(w, true, SAMPLES / 2)};
    int64_t all[2] = {shortest(w, false, SAMPLES - 2), shortest(w, true, SAMPLES - 2)};
    return least[1] < least[0] - least[0] / 32 && half[1] < half[0] && all[1] < all[0];
}

void slip_weigh_end(slip_region *self) {
    slip_weigh_forget(self);
    PyMem_Free(self->weighing);
    self->weighing = NULL;
    self->weighed = 1;
}

/* Whether enough is known before all times are taken: runs are long, or Python takes far longer. */
static bool known(struct slip_weighing *w) {
    bool plain = w->plain;
    if (!plain && w->count[0] == FEW) return shortest(w, false, 1) > LONG;
    if (!plain || w->count[0] < FEW) return false;
    int64_t native = shortest(w, false, 1), python = shortest(w, true, 1);
    return python > FAR * native || (w->count[1] >= FEW && python > 2 * native);
}

/* Notes the time since the last arrival. */
static void note(slip_region *self, struct slip_weighing *w, int64_t at) {
    int64_t took = at - w->since - (w->plain ? w->asked : 0);
    if (w->count[w->plain] < SAMPLES) w->took[w->plain][w->count[w->plain]++] = took;
    if (known(w)) {
        slip_weigh_end(self);
    } else if (w->count[0] == SAMPLES && w->count[1] == SAMPLES) {
        if (gains_nothing(w)) {
            self->vain = SLIP_VAIN;
            self->failing = SLIP_TROUBLE;
        }
        slip_weigh_end(self);
    }
}

/* Which kind comes next: any order, so that the last rounds of loops fall to both. */
static bool next_is_plain(struct slip_weighing *w) {
    if (w->count[0] < FEW) return false;
    if (w->count[0] == SAMPLES || w->count[1] == SAMPLES) return w->count[0] == SAMPLES;
    w->random = w->random * 1664525 + 1013904223;
    return w->random >> 31;
}

void slip_weigh_anew(slip_region *self) {
    slip_weigh_end(self);
    self->weighed = 0;
    self->again = 0;
}

/* A function with loops is weighed as a whole. */
static bool has_loops(const slip_region *self) {
    return self->inside || (self->count && self->entries[0] && self->entries[0]->nested);
}

bool slip_weigh_plain(slip_region *self) {
    if (has_loops(self)) {
        slip_weigh_end(self);
        self->tried = SLIP_TRIED_BEGIN;
        return false;
    }
    if (self->weighing == NULL) self->weighing = PyMem_Calloc(1, sizeof *self->weighing);
    if (self->weighing == NULL) return false;
    int64_t at = now();
    if (self->weighing->since) note(self, self->weighing, at);
    struct slip_weighing *w = self->weighing;
    if (w == NULL) return self->failing == SLIP_TROUBLE;
    w->plain = next_is_plain(w);
    w->since = at;
    slip_weigh_forget(self);
    if (w->plain) {
        slip.plain = self;
        slip.inside = 0;
        w->asked = ASKING;
    }
    return w->plain;
}

void slip_weigh_forget(slip_region *self) {
    if (slip.plain == self) slip.plain = NULL;
}

static bool lies_in(const slip_region *self, const slip_region *of) {
    return self->begin > of->begin && self->begin < of->end;
}

bool slip_weigh_inside(slip_region *self) {
    slip_region *of = slip.plain;
    if (self == of || self->group != of->group || !lies_in(self, of)) return false;
    if (slip.inside++ < MOST_INSIDE) {
        of->weighing->asked += self->inside ? ASKING_INSIDE : ASKING;
        return true;
    }
    slip_weigh_end(of);
    return false;
}

/* The run that began was none: what follows is not compared. */
void slip_weigh_skip(slip_region *self) {
    if (self->weighing) self->weighing->since = 0;
}
