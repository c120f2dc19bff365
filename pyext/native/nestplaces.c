/* Arrays of places in loop nests, along one axis: a negative place counts from the end, and where one is out
 * of range the nest is left, which is looked at before anything is stored. */
#include "nest.h"

/* The words of both functions, but for what follows. */
typedef struct {
    npy_intp n;
    const char *places;
    npy_intp by;
    int64_t length;
    char *data;
    npy_intp step;
} places;

static places places_of(const int64_t *w) {
    return (places){w[0], (const char *)(intptr_t)w[1], w[2], w[3], (char *)(intptr_t)w[4], w[5]};
}

/* A place, or -1 where it is out of range. */
static inline int64_t place_at(const places *p, npy_intp i) {
    int64_t at = *(const int64_t *)(p->places + i * p->by);
    if (at < 0) at += p->length;
    return at < p->length ? at : -1;
}

#define GATHER(T)                                                                                            \
    for (npy_intp i = 0; i < p.n; i++) {                                                                     \
        int64_t at = place_at(&p, i);                                                                        \
        if (at < 0) return 1;                                                                                \
        ((T *)out)[i] = *(const T *)(p.data + at * p.step);                                                  \
    }                                                                                                        \
    return 0

int64_t slip_nest_gather(void *Py_UNUSED(run), int64_t *w, int64_t size) {
    places p = places_of(w);
    char *out = (char *)(intptr_t)w[6];
    switch (size) {
    case 1:
        GATHER(uint8_t);
    case 2:
        GATHER(uint16_t);
    case 4:
        GATHER(uint32_t);
    case 8:
        GATHER(uint64_t);
    }
    GATHER(slip_element);
}

static bool all_in_range(const places *p) {
    bool in = true;
    for (npy_intp i = 0; i < p->n; i++) in &= place_at(p, i) >= 0;
    return in;
}

#define SCATTER(T)                                                                                           \
    for (npy_intp i = 0; i < p.n; i++)                                                                       \
        *(T *)(p.data + place_at(&p, i) * p.step) = *(const T *)(value + i * step);                          \
    return 0

/* The last one wins, as in NumPy. A number is the last word itself. */
int64_t slip_nest_scatter(void *Py_UNUSED(run), int64_t *w, int64_t size) {
    places p = places_of(w);
    npy_intp step = w[7];
    const char *value = w[6] ? (const char *)(intptr_t)w[8] : (const char *)(w + 8);
    if (!all_in_range(&p)) return 1;
    switch (size) {
    case 1:
        SCATTER(uint8_t);
    case 2:
        SCATTER(uint16_t);
    case 4:
        SCATTER(uint32_t);
    case 8:
        SCATTER(uint64_t);
    }
    SCATTER(slip_element);
}
