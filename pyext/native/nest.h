/* Loop nests: what their functions may ask of the host. */
#ifndef SLIPSTREAM_NEST_H
#define SLIPSTREAM_NEST_H

#include "launch.h"

enum {
    SLIP_NEST_ROOMS = 32,  /* results that live at a time */
    SLIP_NEST_PARAMS = 16, /* of a kernel in a nest */
    SLIP_SUM_CHUNK = 8192,
};

/* matmul.c */
SLIP_HIDDEN bool slip_matmul_loop(int num, char **args, const npy_intp *dims, const npy_intp *steps);
SLIP_HIDDEN bool slip_add_loop(int num, char **args, const npy_intp *dims, const npy_intp *steps);

/* nestarrays.c: 0, or 1 where the nest has to be left */
SLIP_HIDDEN void slip_rooms_free(slip_run *r);
SLIP_HIDDEN int64_t slip_nest_room(void *run, int64_t *words, int64_t live);
SLIP_HIDDEN int64_t slip_nest_sweep(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_write(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_dot(void *run, int64_t *words, int64_t type);
SLIP_HIDDEN int64_t slip_nest_matmul(void *run, int64_t *words, int64_t type);
SLIP_HIDDEN int64_t slip_nest_matrices(void *run, int64_t *words, int64_t type);
SLIP_HIDDEN int64_t slip_nest_total(void *run, int64_t *words, int64_t type);

#endif
