/* Loop nests: what their functions may ask of the host. */
#ifndef SLIPSTREAM_NEST_H
#define SLIPSTREAM_NEST_H

#include "launch.h"

enum {
    SLIP_NEST_ROOMS = 32,  /* results that live at a time */
    SLIP_NEST_ANSWER = 96, /* words of what a call gives */
    SLIP_NEST_PARAMS = 32, /* of a kernel in a nest */
    SLIP_SUM_CHUNK = 8192,
};

/* A kernel, the axes that it goes along, and its parameters. */
typedef struct {
    slip_run *r;
    const slip_kernel *k;
    int rank;
    npy_intp dims[SLIP_MAX_RANK];
    npy_intp size[SLIP_MAX_PARAMS];    /* of an element; 0: the same one along the last axis */
    npy_intp element[SLIP_MAX_PARAMS]; /* of an array's; 0: it is a number */
    char *at[SLIP_MAX_PARAMS];
    npy_intp strides[SLIP_MAX_PARAMS][SLIP_MAX_RANK];
    npy_intp by[SLIP_MAX_PARAMS]; /* strides along the last axis */
    void *scratch;
    char *tiles;  /* memory for elements that do not lie side by side */
    char *log;    /* where what is stored over is kept, or NULL */
    bool several; /* rows are computed in one call */
} slip_sweep;

/* Whether a parameter is no number. */
static inline bool slip_sweeps_array(const slip_sweep *s, int p) { return s->element[p] != 0; }

static inline npy_intp slip_sweep_size(const slip_sweep *s, int p) { return s->size[p]; }

/* matmul.c */
SLIP_HIDDEN bool slip_matmul_loop(int num, char **args, const npy_intp *dims, const npy_intp *steps);

/* nestrooms.c: 0, or 1 where the nest has to be left */
SLIP_HIDDEN void slip_rooms_free(slip_run *r);
SLIP_HIDDEN int64_t slip_nest_room(void *run, int64_t *words, int64_t live);
SLIP_HIDDEN int64_t slip_nest_keep(void *run, int64_t *words, int64_t live);
SLIP_HIDDEN int64_t slip_nest_zeros(void *run, int64_t *words, int64_t live);
/* Whether new array a got the memory kept at an address in the place of its own. */
SLIP_HIDDEN bool slip_rooms_taken(slip_run *r, PyArrayObject *a, int64_t address, const npy_intp *strides);
/* Frees the arrays in which none of these addresses lies. */
SLIP_HIDDEN bool slip_rooms_forget(slip_run *r, const int64_t *live, int64_t n);
/* Takes over a reference to an array. */
SLIP_HIDDEN bool slip_rooms_keep(slip_run *r, PyObject *array);
/* The array whose first element lies there, borrowed, or NULL. */
SLIP_HIDDEN PyObject *slip_rooms_array(const slip_run *r, int64_t address);
/* Where the words of what a call gave lie until the next one. */
SLIP_HIDDEN int64_t *slip_rooms_answer(slip_run *r);

/* nestarrays.c: the same */
SLIP_HIDDEN int64_t slip_nest_sweep(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_dot(void *run, int64_t *words, int64_t type);
SLIP_HIDDEN int64_t slip_nest_matmul(void *run, int64_t *words, int64_t type);
SLIP_HIDDEN int64_t slip_nest_matrices(void *run, int64_t *words, int64_t type);
/* the words of nparams parameters; of all but -1 - nparams where it is negative */
SLIP_HIDDEN int64_t *slip_sweep_read(slip_sweep *s, slip_run *r, int64_t *w, int64_t kernel, int nparams);
/* Joins an axis with the one behind it where all arrays go on there. */
SLIP_HIDDEN void slip_sweep_join(slip_sweep *s);
SLIP_HIDDEN int64_t slip_sweep_call(slip_sweep *s, void **args, npy_intp n);
/* Computes, and looks whether NumPy would report. */
SLIP_HIDDEN int64_t slip_sweep_run(slip_sweep *s);

/* nestwrites.c: the same */
SLIP_HIDDEN int64_t slip_nest_write(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_try_write(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_try_sweep(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_try_note(void *run, int64_t *words, int64_t size);
SLIP_HIDDEN int64_t slip_nest_undo(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_reported(void *run, int64_t *words, int64_t unused);

/* nestcallout.c: 0, or 1 where the nest has to be left */
SLIP_HIDDEN int64_t slip_nest_call_out(void *run, int64_t *words, int64_t unused);

/* nestdraw.c: the same */
SLIP_HIDDEN int64_t slip_nest_draw(void *run, int64_t *words, int64_t asked);
SLIP_HIDDEN void slip_draws_rest(slip_run *r);
SLIP_HIDDEN bool slip_draws_resume(slip_run *r);
SLIP_HIDDEN void slip_draws_free(slip_run *r);
SLIP_HIDDEN void slip_draws_forget(slip_run *r);
SLIP_HIDDEN void slip_draws_undo(slip_run *r);

/* nestplaces.c: the same */
SLIP_HIDDEN int64_t slip_nest_gather(void *run, int64_t *words, int64_t size);
SLIP_HIDDEN int64_t slip_nest_scatter(void *run, int64_t *words, int64_t size);

/* nestmasks.c: the same */
SLIP_HIDDEN int64_t slip_nest_compress(void *run, int64_t *words, int64_t size);
SLIP_HIDDEN int64_t slip_nest_expand(void *run, int64_t *words, int64_t size);

/* nestfolds.c: the same */
SLIP_HIDDEN int64_t slip_nest_count(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_fold(void *run, int64_t *words, int64_t fold);
SLIP_HIDDEN int64_t slip_nest_fold_kernel(void *run, int64_t *words, int64_t kernel);
SLIP_HIDDEN int64_t slip_nest_trues(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_place(void *run, int64_t *words, int64_t which);

/* nestoutside.c: the list that an object becomes, or 0 where it does not fit. */
SLIP_HIDDEN int64_t slip_take_in(slip_run *r, PyObject *object, const slip_outside *form);

/* nestlists.c: gives the objects that were taken in what has changed; false: an exception is set. About how
 * long it took to take them in, in nanoseconds. */
SLIP_HIDDEN bool slip_outside_settled(const slip_run *r);
/* The same, while the nest goes on; whether all objects are still as they are to it. */
SLIP_HIDDEN bool slip_outside_shown(const slip_run *r);
SLIP_HIDDEN bool slip_outside_same(const slip_run *r);
SLIP_HIDDEN int64_t slip_outside_time(const slip_run *r);

/* nestlists.c: the same */
SLIP_HIDDEN void slip_lists_free(slip_run *r);
SLIP_HIDDEN int64_t slip_nest_list_new(void *run, int64_t *words, int64_t count);
SLIP_HIDDEN int64_t slip_nest_list_room(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_extend(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_part(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_sort(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_insert(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_delete(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_no_nan(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_front(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_flat(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_list_behind(void *run, int64_t *words, int64_t unused);

/* nesttables.c: the same */
SLIP_HIDDEN int64_t slip_nest_table_find(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_table_room(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_table_put(void *run, int64_t *words, int64_t unless);
SLIP_HIDDEN int64_t slip_nest_table_log(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_table_remove(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_table_empty(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_table_next(void *run, int64_t *words, int64_t unused);

/* nestheaps.c: the same */
SLIP_HIDDEN int64_t slip_nest_heap_check(void *run, int64_t *words, int64_t how);
SLIP_HIDDEN int64_t slip_nest_heap_push(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_heap_pop(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_heap_make(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_distribution(void *run, int64_t *words, int64_t row);
SLIP_HIDDEN int64_t slip_nest_distributions(void *run, int64_t *words, int64_t row);
SLIP_HIDDEN int64_t slip_nest_box_rows(void *run, int64_t *words, int64_t stacks);
SLIP_HIDDEN int64_t slip_nest_box(void *run, int64_t *words, int64_t how);
enum { SLIP_BOX_ARGUMENT, SLIP_BOX_VIEW, SLIP_BOX_GIVEN };

/* nest.c: the array that a call gave, of these words (address, lengths, strides), or NULL. */
SLIP_HIDDEN PyObject *slip_given_array(const slip_run *r, const slip_value *def, const int64_t *words);

/* nestsearch.c: the same. How is what sched/nest/hosts.go tells. */
enum {
    SLIP_SEARCH_RIGHT = 1,
    SLIP_SEARCH_FLOATS = 2,
    SLIP_SEARCH_PYTHON = 4,
    SLIP_SEARCH_LIST = 8,
    SLIP_SEARCH_HALVES = 16
};
enum { SLIP_INTERP_LEFT = 1, SLIP_INTERP_RIGHT = 2, SLIP_INTERP_INT_PLACES = 4, SLIP_INTERP_INT_VALUES = 8 };
SLIP_HIDDEN int64_t slip_nest_search(void *run, int64_t *words, int64_t how);
SLIP_HIDDEN int64_t slip_nest_interp(void *run, int64_t *words, int64_t how);

/* nestmade.c */
SLIP_HIDDEN PyObject *slip_list_object(const int64_t *words);
SLIP_HIDDEN PyObject *slip_table_iterator(const int64_t *words);

/* indices.c: new iterators */
SLIP_HIDDEN PyObject *slip_indices_over(PyObject *pools, int kind, const int64_t *digits);
SLIP_HIDDEN PyObject *slip_elements_from(PyObject *of, const int64_t *digits, bool indexed);

/* nestjournal.c: the same */
SLIP_HIDDEN void slip_journal_undo(slip_run *r);
SLIP_HIDDEN void slip_journal_free(slip_run *r);
/* Whether the statement has noted a slice. */
SLIP_HIDDEN bool slip_journal_has(slip_run *r, int rank, const npy_intp *dims, char *at,
                                  const npy_intp *strides, npy_intp size);
SLIP_HIDDEN int64_t slip_nest_note(void *run, int64_t *words, int64_t size);
SLIP_HIDDEN int64_t slip_nest_forget(void *run, int64_t *words, int64_t unused);

/* nestnumbers.c: the same, but for functions of floats */
SLIP_HIDDEN double slip_nest_float_mod(double x, double y);
SLIP_HIDDEN double slip_nest_float_floor(double x, double y);
SLIP_HIDDEN int64_t slip_nest_gcd(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_int_root(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_int_power(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_mod_power(void *run, int64_t *words, int64_t unused);
SLIP_HIDDEN int64_t slip_nest_round(void *run, int64_t *words, int64_t unused);

#endif
