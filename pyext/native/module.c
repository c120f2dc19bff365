/* slipstream._native: the module, its settings and the process-wide state. */
#define SLIP_OWNS_API
#include "blocks.h"

#include <pthread.h>

#include "../api.h"

slip_state slip = {.gil_work = 200000, .block = 128 << 10, .small = 2048};

/* Workers and locks do not survive a fork: the child runs eagerly. */
static void after_fork(void) {
    slip.forked = 1;
    slip.off = 1;
}

static PyObject *disabled(PyObject *module, PyObject *unused) { return PyBool_FromLong(slip.off); }

static PyObject *set_enabled(PyObject *module, PyObject *flag) {
    int on = PyObject_IsTrue(flag);
    if (on < 0) return NULL;
    slip.off = !on || slip.forked;
    Py_RETURN_NONE;
}

static void keep(PyObject **place, PyObject *o) {
    if (o) Py_XSETREF(*place, Py_NewRef(o));
}

static PyObject *configure(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"errvar",   "errdefault", "errraise", "errcheck", "errread", "sum_rule",
                            "gil_work", "small",      "block",    "weigh",    NULL};
    PyObject *var = NULL, *normal = NULL, *raising = NULL, *check = NULL;
    int sum_rule = slip.sum_rule, readable = slip.errread;
    long long work = slip.gil_work, small = slip.small, block = slip.block, weigh = slip.weigh;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$O!OO!OpiLLLL:configure", names, &PyContextVar_Type,
                                     &var, &normal, &PyTuple_Type, &raising, &check, &readable, &sum_rule,
                                     &work, &small, &block, &weigh))
        return NULL;
    if (!var != !normal || !var != !raising) {
        PyErr_SetString(PyExc_ValueError, "errvar, errdefault and errraise belong together");
        return NULL;
    }
    if (raising && PyTuple_GET_SIZE(raising) != SLIP_FP_REPORTABLE + 1) {
        PyErr_SetString(PyExc_ValueError, "errraise needs a value for each set of status bits");
        return NULL;
    }
    keep(&slip.errvar, var);
    keep(&slip.errdefault, normal);
    keep(&slip.errraise, raising);
    keep(&slip.errcheck, check);
    slip.errread = readable;
    slip.sum_rule = sum_rule != 0;
    slip.gil_work = work;
    slip.small = small;
    slip.block = block;
    slip.weigh = weigh;
    Py_RETURN_NONE;
}

static PyObject *attach(PyObject *module, PyObject *address) {
    const slip_go_api *api = PyLong_AsVoidPtr(address);
    if (api == NULL) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "no address");
        return NULL;
    }
    if (api->abi != SLIP_ABI) {
        PyErr_Format(PyExc_ImportError, "slipstream._core has border version %lld, need %d",
                     (long long)api->abi, SLIP_ABI);
        return NULL;
    }
    slip.go = api;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"configure", (PyCFunction)(void (*)(void))configure, METH_VARARGS | METH_KEYWORDS,
     "configure(*, errvar, errdefault, errraise, errcheck, errread, sum_rule, gil_work, small, block, "
     "weigh)"},
    {"blocks", slip_blocks_count, METH_NOARGS, "blocks() -> how often tasks ran over blocks of rows"},
    {"attach", attach, METH_O, "attach(address): the Go side's table of functions"},
    {"errstate", slip_errstate_read, METH_O, "errstate(value) -> (status bits, length of buffers), or None"},
    {"fold", (PyCFunction)(void (*)(void))slip_fold_array, METH_FASTCALL,
     "fold(ufunc.reduce, array of three axes) -> reduced over the middle one, or None"},
    {"search", slip_search, METH_VARARGS,
     "search(interpolates, array, array, number, how) -> where it belongs, or its value"},
    {"draw", slip_draw, METH_VARARGS,
     "draw(bit generator, row, a, b) -> a number of the distribution in that row"},
    {"getitem", (PyCFunction)(void (*)(void))slip_getitem, METH_FASTCALL, "getitem(a, key) -> a[key]"},
    {"argmin", (PyCFunction)(void (*)(void))slip_argmin, METH_FASTCALL,
     "argmin(array) -> array.argmin(axis=-1)"},
    {"argmax", (PyCFunction)(void (*)(void))slip_argmax, METH_FASTCALL,
     "argmax(array) -> array.argmax(axis=-1)"},
    {"cumsum", (PyCFunction)(void (*)(void))slip_cumsum, METH_FASTCALL,
     "cumsum(a) -> a.cumsum() of one axis, or an error where NumPy has more to do"},
    {"cumprod", (PyCFunction)(void (*)(void))slip_cumprod, METH_FASTCALL,
     "cumprod(a) -> a.cumprod() of one axis, or an error where NumPy has more to do"},
    {"quantile", (PyCFunction)(void (*)(void))slip_quantile, METH_FASTCALL,
     "quantile(numpy.quantile, a, q) -> numpy.quantile(a, q)"},
    {"percentile", (PyCFunction)(void (*)(void))slip_percentile, METH_FASTCALL,
     "percentile(numpy.percentile, a, q) -> numpy.percentile(a, q)"},
    {"median", (PyCFunction)(void (*)(void))slip_median, METH_FASTCALL,
     "median(numpy.median, a) -> numpy.median(a)"},
    {"histogram", (PyCFunction)(void (*)(void))slip_histogram, METH_FASTCALL,
     "histogram(numpy.histogram, a, bins, range, density, weights) -> numpy.histogram(a, bins, range, "
     "density, weights)"},
    {"setitem", (PyCFunction)(void (*)(void))slip_setitem, METH_FASTCALL,
     "setitem(a, key, value): a[key] = value"},
    {"put", (PyCFunction)(void (*)(void))slip_put, METH_FASTCALL, "numpy.put(a, indices, values)"},
    {"add_at", (PyCFunction)(void (*)(void))slip_add_at, METH_FASTCALL, "numpy.add.at(a, indices, values)"},
    {"subtract_at", (PyCFunction)(void (*)(void))slip_subtract_at, METH_FASTCALL,
     "numpy.subtract.at(a, indices, values)"},
    {"matmul", (PyCFunction)(void (*)(void))slip_matmul, METH_FASTCALL,
     "matmul(a, b) -> a @ b, or an error where NumPy has more to do"},
    {"loop", (PyCFunction)(void (*)(void))slip_loop, METH_FASTCALL,
     "loop(ufunc, 'dd->d') -> (function, data) or None"},
    {"function", (PyCFunction)(void (*)(void))slip_function, METH_FASTCALL,
     "function(code, globals, defaults, keyword defaults, annotations, closure), made as CPython makes it"},
    {"flag", (PyCFunction)(void (*)(void))slip_flag, METH_FASTCALL,
     "flag(array, letter): whether the array has the flag C, F or W"},
    {"ownpart", (PyCFunction)(void (*)(void))slip_own_part, METH_FASTCALL,
     "True where the object itself has the attribute and it is set without anybody's code"},
    {"setpart", (PyCFunction)(void (*)(void))slip_set_part, METH_FASTCALL,
     "setattr(o, name, value) where that runs nobody's code, else an exception"},
    {"cached", (PyCFunction)(void (*)(void))slip_cached, METH_FASTCALL,
     "cached(wrapper, cache, arguments, result, ...): calls that functools.lru_cache answers, else an "
     "exception"},
    {"nap_codes", slip_nap_codes, METH_VARARGS,
     "nap_codes(what has `_code`, its function, codes that that has by turns: its own, that with regions, "
     "...)"},
    {"nap", slip_nap, METH_VARARGS,
     "nap(function, its regions) -> whether it has the code with regions again in a while"},
    {"stay", slip_stay, METH_O, "stay(function): it keeps the code that it has"},
    {"woken", slip_woken, METH_O, "woken(function): its next nap is short"},
    {"wake", slip_wake, METH_NOARGS, "wake(): now, whatever naps"},
    {"naps_end", slip_naps_end, METH_NOARGS, "naps_end(): nothing wakes any more"},
    {"begun", slip_begun, METH_O,
     "begun(iterator) -> what a loop needs to go on with it, or None; it has one holder and the caller"},
    {"begun_anew", slip_begun_anew, METH_NOARGS, "what a boot's frame calls behind the call that began anew"},
    {"alone", slip_alone, METH_O,
     "alone(call) -> None, or what call() raised; nothing of the stack below is seen by it"},
    {"still", (PyCFunction)(void (*)(void))slip_still, METH_FASTCALL,
     "still(object, key, value): whether the part is the value"},
    {"part", (PyCFunction)(void (*)(void))slip_part_of, METH_FASTCALL,
     "part(object, key) -> (attribute or item,), or None where reading it could run other code"},
    {"disabled", disabled, METH_NOARGS, "whether every region answers None"},
    {"set_enabled", set_enabled, METH_O, "set_enabled(flag): for the whole process"},
#ifdef SLIP_FAULTS
    {"faults", (PyCFunction)(void (*)(void))slip_faults, METH_VARARGS | METH_KEYWORDS,
     "faults(*, off, every, share, seed): which guard holds always, which runs are left"},
    {"faults_counts", slip_faults_counts, METH_NOARGS, "what became of runs so far"},
#endif
    {NULL},
};

static int add_type(PyObject *module, PyType_Spec *spec) {
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int outcome = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
    Py_XDECREF(type);
    return outcome;
}

/* The names of reasons, so that Python needs no second table. */
static int add_reasons(PyObject *module) {
    static const char *const names[SLIP_REASONS] = {
        "none",   "guard",   "disabled", "tracing", "errstate", "control", "fpflags", "shape",
        "layout", "overlap", "readonly", "index",   "range",    "call",    "result",  "alloc",
        "kernel", "resting", "gain",     "depth",   "frees",    "raise",   "guess",   "weighed",
    };
    PyObject *tuple = PyTuple_New(SLIP_REASONS);
    for (int i = 0; tuple && i < SLIP_REASONS; i++) {
        PyObject *name = PyUnicode_FromString(names[i]);
        if (name == NULL)
            Py_CLEAR(tuple);
        else
            PyTuple_SET_ITEM(tuple, i, name);
    }
    int outcome = tuple ? PyModule_AddObjectRef(module, "REASONS", tuple) : -1;
    Py_XDECREF(tuple);
    return outcome;
}

static int init_state(void) {
    static bool done;
    if (done) return 0;
    for (int i = 0; i < SLIP_TYPES; i++) {
        slip.descr[i] = PyArray_DescrFromType(slip_nums[i]);
        if (slip.descr[i] == NULL) return -1;
    }
    if (slip_facts_init() < 0) return -1;
    slip_parts_init();
    slip_begun_init();
    if (slip_indices_init() < 0) return -1;
    pthread_atfork(NULL, NULL, after_fork);
    done = true;
    return 0;
}

static int exec_module(PyObject *module) {
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0) return -1;
    if (init_state() < 0 || add_type(module, &slip_region_spec) < 0 || add_type(module, &slip_boot_spec) < 0)
        return -1;
    return add_reasons(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "slipstream._native",
    .m_doc = "The hot path: regions, guards and outputs.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
