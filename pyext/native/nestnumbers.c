/* Functions of numbers for loop nests. Those of words answer 0, or that the nest must be left. */
#include "nest.h"

#include <math.h>

/* The remainder with the divisor's sign, as CPython (float_rem) and NumPy (npy_divmod) have it. */
double slip_nest_float_mod(double x, double y) {
    double mod = fmod(x, y);
    if (mod == 0) return copysign(0.0, y);
    return (y < 0) != (mod < 0) ? mod + y : mod;
}

/* The quotient rounded down (_float_div_mod, npy_divmod). */
double slip_nest_float_floor(double x, double y) {
    double mod = fmod(x, y), quotient = (x - mod) / y;
    if (mod != 0 && (y < 0) != (mod < 0)) quotient -= 1.0;
    if (quotient == 0) return copysign(0.0, x / y);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

int64_t slip_nest_gcd(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    uint64_t a = w[0] < 0 ? 0 - (uint64_t)w[0] : (uint64_t)w[0];
    uint64_t b = w[1] < 0 ? 0 - (uint64_t)w[1] : (uint64_t)w[1];
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    w[0] = (int64_t)a;
    return w[0] < 0;
}

/* The float root is off by one at most. */
int64_t slip_nest_int_root(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    if (w[0] < 0) return 1;
    uint64_t n = (uint64_t)w[0], root = (uint64_t)sqrt((double)n);
    while (root * root > n) root--;
    while ((root + 1) * (root + 1) <= n) root++;
    w[0] = (int64_t)root;
    return 0;
}

int64_t slip_nest_int_power(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    int64_t base = w[0], e = w[1], power = 1;
    if (e < 0) return 1;
    for (; e; e >>= 1) {
        if (e & 1 && __builtin_mul_overflow(power, base, &power)) return 1;
        if (e > 1 && __builtin_mul_overflow(base, base, &base)) return 1;
    }
    w[0] = power;
    return 0;
}

/* The remainder has the divisor's sign. */
int64_t slip_nest_mod_power(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    int64_t e = w[1], by = w[2];
    if (e < 0 || by == 0 || by == INT64_MIN) return 1;
    __int128 m = by < 0 ? -by : by, base = w[0] % m, power = 1 % m;
    if (base < 0) base += m;
    for (; e; e >>= 1) {
        if (e & 1) power = power * base % m;
        base = base * base % m;
    }
    w[0] = (int64_t)(by < 0 && power ? power - m : power);
    return 0;
}

/* What CPython's own method gives; false where it raises. */
static bool rounded_by_python(double x, int64_t digits, double *to) {
    PyObject *o = PyFloat_FromDouble(x);
    PyObject *r = o ? PyObject_CallMethod(o, "__round__", "L", (long long)digits) : NULL;
    if (r) *to = PyFloat_AsDouble(r);
    Py_XDECREF(o);
    Py_XDECREF(r);
    bool right = r != NULL;
    if (!right) PyErr_Clear();
    return right;
}

/* Below 2^43 the product is off by less than 2^-9, so farther than that from the middle between
 * two integers its nearest is that of the exact product. This one and the power of ten are
 * exact, and their quotient is rounded once: it is the float next to the decimal number. */
static bool rounded_by_division(double x, int64_t digits, double *to) {
    static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11};
    if (digits < 0 || digits >= (int64_t)(sizeof tens / sizeof *tens) || !(fabs(x) < 0x1p43)) return false;
    double product = x * tens[digits], near = rint(product);
    if (!(fabs(product) < 0x1p43) || fabs(fabs(product - near) - 0.5) < 0x1p-8) return false;
    *to = copysign(near / tens[digits], x);
    return true;
}

int64_t slip_nest_round(void *Py_UNUSED(run), int64_t *w, int64_t Py_UNUSED(unused)) {
    double x, rounded;
    memcpy(&x, w, sizeof x);
    if (!rounded_by_division(x, w[1], &rounded) && !rounded_by_python(x, w[1], &rounded)) return 1;
    memcpy(w, &rounded, sizeof x);
    return 0;
}
