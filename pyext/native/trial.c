/* Trials: functions with loops are weighed as a whole, in blocks of calls, as loops may be over about as soon
 * as a clock is read. Some blocks run natively. Then the function has code in which nothing is asked but the
 * region where it begins, and Python runs as many. The hook sees to the code, and is told what came out.
 *
 * The region where a function begins counts its calls; where there is none, one that has no code does. */
#include "native.h"

#include <string.h>
#include <time.h>

/* Calls of a block, blocks of each kind, calls before the first one, which are not counted, and nanoseconds
 * that it takes Python to ask a region at least. */
enum { CALLS = 8, BLOCKS = 6, BEFORE = 16, ASKING = 35 };

/* Nanoseconds of a call from which on Python is not to run one: it might take for ever. */
enum { LONG = 50000 };

/* What gained is tried again when that takes a hundredth of what was run meanwhile, and then after so many
 * times as many runs each time. */
enum { SHARE = 100, LATER = 8 };

struct slip_trial {
    int64_t since;
    int calls;               /* since then; below zero: before the first block */
    int count;               /* of blocks */
    bool plain, counts;      /* Python runs it; it has no code */
    int64_t took[2][BLOCKS]; /* by plain */
};

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

PyObject *slip_trial_begin(slip_region *self, PyObject *counts) {
    if (self->trial == NULL) self->trial = PyMem_Malloc(sizeof *self->trial);
    if (self->trial == NULL) return PyErr_NoMemory();
    *self->trial = (struct slip_trial){.calls = -BEFORE, .counts = PyObject_IsTrue(counts) > 0};
    Py_RETURN_NONE;
}

void slip_trial_end(slip_region *self) {
    PyMem_Free(self->trial);
    self->trial = NULL;
    self->tried = SLIP_TRIED_NOTHING;
}

/* Nanoseconds of the shortest block, and of all but the longest, which may be another program's: asking is
 * left out. */
static int64_t shortest(const struct slip_trial *t, bool plain) {
    int64_t least = t->took[plain][0];
    for (int i = 1; i < BLOCKS && t->took[plain][i]; i++)
        if (t->took[plain][i] < least) least = t->took[plain][i];
    return least - (plain || t->counts) * ASKING * CALLS;
}

static int64_t most(const struct slip_trial *t, bool plain) {
    int64_t all = 0, longest = 0;
    for (int i = 0; i < BLOCKS; i++) {
        all += t->took[plain][i];
        longest = t->took[plain][i] > longest ? t->took[plain][i] : longest;
    }
    return all - longest - (plain || t->counts) * ASKING * CALLS * (BLOCKS - 1);
}

static bool lost(const struct slip_trial *t) {
    int64_t native = shortest(t, false);
    return shortest(t, true) < native - native / 32 && most(t, true) < most(t, false);
}

/* Whether blocks say enough: Python takes twice as long, or is not to be tried. */
static bool is_clear(const struct slip_trial *t) {
    if (!t->plain) return shortest(t, false) > (int64_t)LONG * CALLS;
    return t->count > 1 && shortest(t, true) > 2 * shortest(t, false);
}

/* What gained may lose with other arguments: it is tried again much later. */
static void gained(slip_region *self) {
    struct slip_trial *t = self->trial;
    int64_t times = t->plain ? 1 + shortest(t, true) / (shortest(t, false) + CALLS) : 1;
    int64_t rest = (BEFORE + CALLS * BLOCKS) * SHARE * (times > 0 ? times : 1);
    self->later = self->later ? LATER * self->later : rest;
    self->tried = SLIP_TRIED_GAINED;
}

static void end_block(slip_region *self) {
    struct slip_trial *t = self->trial;
    bool clear = is_clear(t);
    if (!clear && t->count < BLOCKS) return;
    if (clear || (t->plain && !lost(t))) {
        gained(self);
    } else if (t->plain) {
        self->tried = SLIP_TRIED_LOST;
    } else {
        t->plain = true;
        t->calls = -BEFORE;
        t->count = 0;
        self->tried = SLIP_TRIED_PLAIN;
    }
}

/* Notes a call. Whether Python is to run what follows. */
bool slip_trial_plain(slip_region *self) {
    struct slip_trial *t = self->trial;
    bool plain = t->plain;
    if (t->count == BLOCKS) return plain; /* nobody has seen to it */
    if (++t->calls == CALLS) {
        t->took[plain][t->count++] = now() - t->since;
        t->calls = 0;
        end_block(self);
    }
    if (t->calls == 0) t->since = now();
    return plain;
}
