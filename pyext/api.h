/* The C table through which slipstream._native calls Go without Python.
 *
 * Shared by the cgo side (table.c) and the plain C side (native/): both are
 * compiled separately, so the number in front must change with the layout. */
#ifndef SLIPSTREAM_API_H
#define SLIPSTREAM_API_H

#include <stdint.h>

#define SLIP_ABI 1

/* Work over the items [0, items), cut into pieces of at least `grain` items.
 * The caller owns the struct and keeps it alive until the job has been joined. */
typedef struct {
    void (*call)(void *argument, int64_t begin, int64_t end);
    void *argument;
    int64_t items;
    int64_t grain;
} slip_job;

/* Statuses of run and poll. */
enum { SLIP_RUNNING = 0, SLIP_DONE = 1, SLIP_CANCELLED = 2, SLIP_FAILED = -1 };

typedef struct {
    int64_t abi;
    int64_t (*run)(slip_job *job);                     /* here and now: a status */
    int64_t (*submit)(slip_job *job);                  /* on workers: an id > 0, or SLIP_FAILED */
    int64_t (*poll)(int64_t id, int64_t microseconds); /* waits at most so long: a status */
    void (*cancel)(int64_t id);                        /* asks; poll tells when it has stopped */
} slip_go_api;

#endif
