/* Masks in loop nests: what they choose of an array, and stores there. Words: rank, lengths, an array, where
 * the bools lie, one after the other, for each of its elements in C's order; then what is told below. */
#include "nest.h"

typedef struct {
    int rank;
    npy_intp dims[SLIP_MAX_RANK], strides[SLIP_MAX_RANK], n;
    char *at;
    const uint8_t *mask;
    bool compact; /* its elements lie as they are counted */
} masked;

static const int64_t *masked_read(masked *m, const int64_t *w, npy_intp size) {
    m->rank = (int)*w++;
    for (int i = 0; i < m->rank; i++) m->dims[i] = *w++;
    m->at = (char *)(intptr_t)*w++;
    for (int i = 0; i < m->rank; i++) m->strides[i] = *w++;
    m->mask = (const uint8_t *)(intptr_t)*w++;
    m->n = slip_product(m->rank, m->dims);
    m->compact = true;
    for (int i = m->rank - 1; i >= 0; size *= m->dims[i--])
        m->compact = m->compact && (m->strides[i] == size || m->dims[i] == 1);
    return w;
}

/* How many are chosen, and an address: there they are put. */
int64_t slip_nest_compress(void *Py_UNUSED(run), int64_t *words, int64_t size) {
    masked m;
    const int64_t *w = masked_read(&m, words, size);
    void *out = (void *)(intptr_t)w[1];
    if (m.n == 0 || m.compact) return m.n && !slip_choose(out, m.at, m.mask, m.n, w[0], size);
    slip_buf *all = slip_buf_new((size_t)(m.n * size));
    if (all == NULL) return 1;
    slip_gather(slip_buf_data(all), m.at, m.strides, m.rank, m.dims, 0, m.n, (int)size, false);
    bool done = slip_choose(out, slip_buf_data(all), m.mask, m.n, w[0], size);
    slip_buf_release(all);
    return !done;
}

typedef struct {
    const char *next;
    npy_intp step, size;
} values;

static void store_along(masked *m, int axis, char *at, values *v) {
    for (npy_intp i = 0; i < m->dims[axis]; i++, at += m->strides[axis]) {
        if (axis < m->rank - 1) {
            store_along(m, axis + 1, at, v);
        } else if (*m->mask++) {
            slip_copy_run(at, v->size, v->next, v->size, 1, (int)v->size);
            v->next += v->step;
        }
    }
}

/* 1, a stride and an address: one element after the other is stored where the mask is true. 0, 0 and a number
 * of at most 8 bytes: that is. */
int64_t slip_nest_expand(void *Py_UNUSED(run), int64_t *words, int64_t size) {
    masked m;
    const int64_t *w = masked_read(&m, words, size);
    values v = {w[0] ? (const char *)(intptr_t)w[2] : (const char *)(w + 2), w[1], size};
    if (m.n == 0) return 0;
    if (m.compact && w[0] == 0)
        slip_fill_masked(m.at, v.next, m.mask, m.n, size);
    else if (m.compact && v.step == size)
        slip_place(m.at, v.next, m.mask, m.n, size);
    else
        store_along(&m, 0, m.at, &v);
    return 0;
}
