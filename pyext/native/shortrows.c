/* Reductions of rows of few elements, where a call of NumPy's loop for each row
 * would take longer than what it computes. */
#include "folds.h"

/* Sums of rows shorter than the pairwise tree's leaves, to which NumPy adds
 * its 0: a call of the loop for each would take longer than the sums. */
#define SUM_SHORT(T)                                                                                         \
    static inline void sum_rows_##T(T *to, const T *in, npy_intp rows, npy_intp count) {                     \
        for (npy_intp i = 0; i < rows; i++, in += count) {                                                   \
            T sum = in[0];                                                                                   \
            for (npy_intp k = 1; k < count; k++) sum += in[k];                                               \
            to[i] = (T)0 + sum;                                                                              \
        }                                                                                                    \
    }                                                                                                        \
    static void sum_short_##T(T *to, const T *in, npy_intp rows, npy_intp count) {                           \
        switch (count) {                                                                                     \
        case 2:                                                                                              \
            sum_rows_##T(to, in, rows, 2);                                                                   \
            break;                                                                                           \
        case 3:                                                                                              \
            sum_rows_##T(to, in, rows, 3);                                                                   \
            break;                                                                                           \
        case 4:                                                                                              \
            sum_rows_##T(to, in, rows, 4);                                                                   \
            break;                                                                                           \
        default:                                                                                             \
            sum_rows_##T(to, in, rows, count);                                                               \
        }                                                                                                    \
    }

SUM_SHORT(double)
SUM_SHORT(float)

/* Extremes of such rows; false where which zero or NaN it is depends on how
 * NumPy goes through a row. */
#define EXTREME(T, name, better)                                                                             \
    static bool name(T *to, const T *in, npy_intp count) {                                                   \
        T best = in[0];                                                                                      \
        bool nan = best != best;                                                                             \
        for (npy_intp k = 1; k < count; k++) {                                                               \
            nan |= in[k] != in[k];                                                                           \
            best = better(in[k], best) ? in[k] : best;                                                       \
        }                                                                                                    \
        *to = best;                                                                                          \
        return !nan && best != 0;                                                                            \
    }

EXTREME(double, max_double, __builtin_isgreater)
EXTREME(double, min_double, __builtin_isless)
EXTREME(float, max_float, __builtin_isgreater)
EXTREME(float, min_float, __builtin_isless)

static bool find_extreme(const slip_folding *f, const char *in) {
    if (f->how->type == SLIP_F64)
        return (f->how->largest ? max_double : min_double)((double *)f->to, (const double *)in, f->count);
    return (f->how->largest ? max_float : min_float)((float *)f->to, (const float *)in, f->count);
}

static void find_extremes(slip_folding *f, char *in, npy_intp rows) {
    npy_intp size = f->how->size;
    for (npy_intp i = 0; i < rows; i++, in += f->count * size, f->to += size) {
        if (SLIP_LIKELY(find_extreme(f, in))) continue;
        memcpy(f->to, in, (size_t)size);
        slip_call_loop(f->how, f->to, in + size, 0, f->count - 1);
    }
}

/* Whole rows of few elements; the number of elements taken. */
npy_intp slip_fold_short(slip_folding *f, char *in, npy_intp n) {
    npy_intp rows = n / f->count;
    bool extreme = f->how->copies && (f->how->type == SLIP_F32 || f->how->type == SLIP_F64);
    if (!(f->how->adds || extreme) || f->count >= SLIP_SHORT_ROW || f->done > 0) return 0;
    if (extreme) {
        find_extremes(f, in, rows);
        return rows * f->count;
    }
    if (f->how->type == SLIP_F64)
        sum_short_double((double *)f->to, (const double *)in, rows, f->count);
    else
        sum_short_float((float *)f->to, (const float *)in, rows, f->count);
    f->to += rows * f->how->size;
    return rows * f->count;
}
