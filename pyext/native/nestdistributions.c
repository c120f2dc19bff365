/* Numbers of distributions that loop nests draw: by the functions which NumPy's module of generators has
 * for that, whose numbers are those that its methods give (slipstream/_draws.py compares them). */
#include "nestdraw.h"

#include <dlfcn.h>

typedef double plain(bitgen_t *);
typedef double of_one(bitgen_t *, double);
typedef double of_two(bitgen_t *, double, double);
typedef void of_ints(bitgen_t *, uint64_t, uint64_t, npy_intp, bool, uint64_t *);

/* The order is that of jit/front/nestdraw.go. */
static struct {
    const char *name;
    int parameters; /* floats; of ints their first one and how many follow it */
    void *function;
} rows[] = {
    {"random_standard_normal", 0, NULL},
    {"random_standard_exponential", 0, NULL},
    {"random_exponential", 1, NULL},
    {"random_standard_gamma", 1, NULL},
    {"random_chisquare", 1, NULL},
    {"random_normal", 2, NULL},
    {"random_uniform", 2, NULL},
    {"random_gamma", 2, NULL},
    {"random_beta", 2, NULL},
    {"random_lognormal", 2, NULL},
    {"random_laplace", 2, NULL},
    {"random_bounded_uint64_fill", SLIP_DRAWS_INTS, NULL},
    {"random_bounded_uint64_fill", SLIP_DRAWS_MASKED_INTS, NULL},
    {"random_standard_uniform", 0, NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The library that the module is, which is loaded already. */
static void *library(void) {
    static void *found;
    if (found) return found;
    PyObject *module = PyImport_ImportModule("numpy.random._generator");
    PyObject *file = module ? PyObject_GetAttrString(module, "__file__") : NULL;
    const char *path = file ? PyUnicode_AsUTF8(file) : NULL;
    if (path) found = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    Py_XDECREF(module);
    Py_XDECREF(file);
    PyErr_Clear();
    return found;
}

static void *function_of(int64_t row) {
    if (row < 0 || row >= ROWS) return NULL;
    if (rows[row].function == NULL && library()) rows[row].function = dlsym(library(), rows[row].name);
    return rows[row].function;
}

static double parameter(int64_t word) {
    double d;
    memcpy(&d, &word, sizeof d);
    return d;
}

static void draw_ints(bitgen_t *bits, const int64_t *w, bool masked, npy_intp n, int64_t *to) {
    of_ints *fill = (of_ints *)rows[SLIP_DRAWS_INTS_ROW].function;
    fill(bits, (uint64_t)w[0], (uint64_t)w[1], n, masked, (uint64_t *)to);
}

/* n numbers of a row, whose parameters are words, one behind the other. */
static bool draw(bitgen_t *bits, int64_t row, const int64_t *w, npy_intp n, int64_t *to) {
    void *f = function_of(row);
    if (f == NULL || !function_of(SLIP_DRAWS_INTS_ROW)) return false;
    int parameters = rows[row].parameters;
    if (parameters >= SLIP_DRAWS_INTS) {
        draw_ints(bits, w, parameters == SLIP_DRAWS_MASKED_INTS, n, to);
        return true;
    }
    for (npy_intp i = 0; i < n; i++) {
        double x = parameters == 0   ? ((plain *)f)(bits)
                   : parameters == 1 ? ((of_one *)f)(bits, parameter(w[0]))
                                     : ((of_two *)f)(bits, parameter(w[0]), parameter(w[1]));
        memcpy(to + i, &x, sizeof x);
    }
    return true;
}

/* The generator as slip_nest_draw gets it, two parameters: a number. */
int64_t slip_nest_distribution(void *run, int64_t *w, int64_t row) {
    bitgen_t *bits = slip_draws_bits(run, w[0]);
    return bits == NULL || !draw(bits, row, w + 1, 1, w);
}

/* The same, an address, how many: they are put there. */
int64_t slip_nest_distributions(void *run, int64_t *w, int64_t row) {
    bitgen_t *bits = slip_draws_bits(run, w[0]);
    return bits == NULL || !draw(bits, row, w + 1, (npy_intp)w[4], (int64_t *)(intptr_t)w[3]);
}

/* draw(bit generator, row, a, b): for comparison with NumPy's methods. */
PyObject *slip_draw(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *bit_generator, *a, *b;
    int row;
    if (!PyArg_ParseTuple(args, "OiOO", &bit_generator, &row, &a, &b)) return NULL;
    PyObject *capsule = PyObject_GetAttrString(bit_generator, "capsule");
    bitgen_t *bits = capsule ? PyCapsule_GetPointer(capsule, "BitGenerator") : NULL;
    Py_XDECREF(capsule);
    if (bits == NULL || row < 0 || row >= ROWS) return capsule ? Py_NewRef(Py_NotImplemented) : NULL;
    bool ints = rows[row].parameters >= SLIP_DRAWS_INTS;
    int64_t w[2], number;
    double x[2] = {PyFloat_AsDouble(a), PyFloat_AsDouble(b)};
    memcpy(w, x, sizeof w);
    if (ints) w[0] = PyLong_AsLongLong(a);
    if (ints) w[1] = PyLong_AsLongLong(b);
    if (PyErr_Occurred()) return NULL;
    if (!draw(bits, row, w, 1, &number)) return Py_NewRef(Py_NotImplemented);
    memcpy(x, &number, sizeof number);
    return ints ? PyLong_FromLongLong(number) : PyFloat_FromDouble(x[0]);
}
