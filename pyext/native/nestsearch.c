/* Places of numbers among sorted ones, and interpolation between these: NumPy's and CPython's
 * algorithms, whose results are the same where the numbers are not sorted at all
 * (slipstream/_searches.py compares them). */
#include "nestlists.h"

#include <immintrin.h>
#include <math.h>

/* Numbers in a row, from jit/front/nestsearch.go. */
typedef struct {
    int64_t count;
    const char *data;
    int64_t stride;
    bool ints;
} numbers;

static int64_t int_at(const numbers *a, int64_t i) {
    int64_t x;
    memcpy(&x, a->data + i * a->stride, sizeof x);
    return x;
}

static double float_at(const numbers *a, int64_t i) {
    int64_t word = int_at(a, i);
    return a->ints ? (double)word : slip_word_float(word);
}

/* NumPy's order has NaNs behind all else, Python's has them nowhere. */
static bool less(double a, double b, int64_t how) {
    return a < b || (!(how & SLIP_SEARCH_PYTHON) && b != b && a == a);
}

static bool in_front(const numbers *a, int64_t i, int64_t word, int64_t how) {
    bool right = how & SLIP_SEARCH_RIGHT;
    if (a->ints) return right ? int_at(a, i) <= word : int_at(a, i) < word;
    double x = float_at(a, i), key = slip_word_float(word);
    return right ? !less(key, x, how) : less(x, key, how);
}

static int64_t place_of(const numbers *a, int64_t low, int64_t high, int64_t word, int64_t how) {
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (in_front(a, middle, word, how))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NumPy's way from 2.5 on: both halves of an odd count share the number in the middle. */
static int64_t place_by_halves(const numbers *a, int64_t word, int64_t how) {
    int64_t base = 0;
    if (a->count == 0) return 0;
    for (int64_t length = a->count; length > 1; length -= length / 2)
        if (in_front(a, base + length / 2, word, how)) base += length / 2;
    return base + in_front(a, base, word, how);
}

/* How many numbers, their address, their stride, or a list; from which place on, up to which one (-1: all);
 * a number of their type: where it belongs. */
int64_t slip_nest_search(void *Py_UNUSED(run), int64_t *w, int64_t how) {
    numbers a = {w[0], (const char *)(intptr_t)w[1], w[2], !(how & SLIP_SEARCH_FLOATS)};
    if (how & SLIP_SEARCH_LIST) {
        const slip_list *l = (const slip_list *)(intptr_t)w[0];
        a = (numbers){l->count, (const char *)l->data, l->stride * (int64_t)sizeof *l->data, a.ints};
    }
    int64_t low = w[3], high = w[4] == -1 ? a.count : w[4];
    if (low < 0 || high < 0 || high > a.count) return 1;
    unsigned status = _mm_getcsr();
    w[0] = how & SLIP_SEARCH_HALVES ? place_by_halves(&a, w[5], how) : place_of(&a, low, high, w[5], how);
    _mm_setcsr(status);
    return 0;
}

enum { NEAR = 8 };

/* The interval near a place in the middle that a number is in, or bounds of where that is. */
static bool near(const numbers *a, double x, int64_t at, int64_t *low, int64_t *high) {
    if (x < float_at(a, at)) {
        if (x < float_at(a, at - 1)) {
            *high = at - 1;
            if (at > NEAR && x >= float_at(a, at - NEAR)) *low = at - NEAR;
            return false;
        }
        *low = at - 1;
        return true;
    }
    for (*low = at; *low < at + 2; ++*low)
        if (x < float_at(a, *low + 1)) return true;
    if (at < a->count - NEAR - 1 && x < float_at(a, at + NEAR)) *high = at + NEAR;
    return false;
}

/* The interval of at least two numbers: -1 in front of all, their count behind. */
static int64_t interval(const numbers *a, double x) {
    if (x > float_at(a, a->count - 1)) return a->count;
    if (x < float_at(a, 0)) return -1;
    int64_t low = 0, high = a->count;
    if (a->count <= 4) {
        for (low = 1; low < a->count && x >= float_at(a, low);) low++;
        return low - 1;
    }
    if (near(a, x, 1, &low, &high)) return low;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (x >= float_at(a, middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

static double between(const numbers *xs, const numbers *ys, int64_t i, double x) {
    double x0 = float_at(xs, i), y0 = float_at(ys, i);
    if (i == xs->count - 1 || x0 == x) return y0;
    double x1 = float_at(xs, i + 1), y1 = float_at(ys, i + 1);
    double slope = (y1 - y0) / (x1 - x0);
    double y = slope * (x - x0) + y0;
    if (isnan(y)) y = slope * (x - x1) + y1;
    return isnan(y) && y0 == y1 ? y0 : y;
}

static double interpolated(const numbers *xs, const numbers *ys, double x, const double outside[2]) {
    if (xs->count == 1) {
        double only = float_at(xs, 0);
        return x < only ? outside[0] : x > only ? outside[1] : float_at(ys, 0);
    }
    if (isnan(x)) return x;
    int64_t i = interval(xs, x);
    return i < 0 ? outside[0] : i == xs->count ? outside[1] : between(xs, ys, i, x);
}

/* How many places, their address and stride, address and stride of their values, a number; what it gives in
 * front of all and behind, where how has SLIP_INTERP_LEFT and SLIP_INTERP_RIGHT: the value there. */
int64_t slip_nest_interp(void *Py_UNUSED(run), int64_t *w, int64_t how) {
    numbers xs = {w[0], (const char *)(intptr_t)w[1], w[2], how & SLIP_INTERP_INT_PLACES};
    numbers ys = {w[0], (const char *)(intptr_t)w[3], w[4], how & SLIP_INTERP_INT_VALUES};
    if (xs.count < 1) return 1;
    unsigned status = _mm_getcsr();
    double outside[2] = {how & SLIP_INTERP_LEFT ? slip_word_float(w[6]) : float_at(&ys, 0),
                         how & SLIP_INTERP_RIGHT ? slip_word_float(w[7]) : float_at(&ys, ys.count - 1)};
    double y = interpolated(&xs, &ys, slip_word_float(w[5]), outside);
    _mm_setcsr(status);
    memcpy(w, &y, sizeof y);
    return 0;
}

typedef int64_t host(void *, int64_t *, int64_t);

/* One number of either function, of one-dimensional arrays of 64-bit floats or ints: for comparison with
 * NumPy's. */
static PyObject *searched(host *f, PyArrayObject *a, PyArrayObject *b, double x, int64_t how) {
    int64_t w[8] = {PyArray_DIM(a, 0), (int64_t)(intptr_t)PyArray_DATA(a), PyArray_STRIDE(a, 0), 0, -1};
    int64_t key = (int64_t)x;
    double result;
    if (f == slip_nest_interp) {
        w[3] = (int64_t)(intptr_t)PyArray_DATA(b), w[4] = PyArray_STRIDE(b, 0);
        double outside[2] = {-7.5, NAN};
        memcpy(w + 6, outside, sizeof outside);
    }
    if (f == slip_nest_interp || how & SLIP_SEARCH_FLOATS) memcpy(&key, &x, sizeof key);
    w[5] = key;
    if (f(NULL, w, how)) return Py_NewRef(Py_NotImplemented);
    memcpy(&result, w, sizeof result);
    return f == slip_nest_interp ? PyFloat_FromDouble(result) : PyLong_FromLongLong(w[0]);
}

/* search(function, array, array, number, how) */
PyObject *slip_search(PyObject *Py_UNUSED(module), PyObject *args) {
    PyArrayObject *a, *b;
    double x;
    long long how;
    int interpolates;
    if (!PyArg_ParseTuple(args, "pO!O!dL", &interpolates, &PyArray_Type, &a, &PyArray_Type, &b, &x, &how))
        return NULL;
    if (PyArray_NDIM(a) != 1 || PyArray_NDIM(b) != 1) return Py_NewRef(Py_NotImplemented);
    return searched(interpolates ? slip_nest_interp : slip_nest_search, a, b, x, how);
}
