/* Stand-ins for the CUDA driver's functions: each is one jump through a slot.
 *
 * Linking needs no CUDA, loading needs no driver, and nothing initialises CUDA
 * before slip_driver_open. The stand-ins are hidden, so they never shadow the
 * real functions for another library in the process. */
#include "stub.h"

#include <dlfcn.h>
#include <stddef.h>

#include "symbols.h"

#if !defined(__x86_64__)
#error "cuda/driverstub has jump stubs for x86-64 only"
#endif

enum {
    SUCCESS = 0,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    NOT_FOUND = 500,
    NO_LIBRARY = -1,
    NO_CUINIT = -2,
};

#define INDEX(i, s) I_##s = i,
enum { SLIP_DRIVER(INDEX) FUNCTIONS };

/* The arguments differ from function to function; in the C calling convention
 * of x86-64 a callee may ignore them. */
static int not_open(void) { return NOT_INITIALIZED; }
static int no_device(void) { return NO_DEVICE; }
static int not_found(void) { return NOT_FOUND; }
/* cu initialises the driver when it is loaded and ends the process on failure. */
static int init_later(unsigned flags) { return (void)flags, SUCCESS; }
static int zero(int *answer) { return *answer = 0, SUCCESS; }

#if defined(__clang__)
#pragma clang diagnostic ignored                                                                             \
    "-Winitializer-overrides" /* the three below replace the default on purpose */
#endif

/* Initialised statically: the Go runtime may run cu's init function while other
 * constructors of the process have not run yet. */
__attribute__((visibility("hidden"))) void *slip_driver_slots[FUNCTIONS] = {
    [0 ... FUNCTIONS - 1] = (void *)not_open,
    [I_cuInit] = (void *)init_later,
    [I_cuDeviceGetCount] = (void *)zero,
    [I_cuDriverGetVersion] = (void *)zero,
};

#define JUMP(i, s)                                                                                           \
    __asm__(".text\n.globl " #s "\n.hidden " #s "\n.type " #s ",@function\n" #s                              \
            ":\n\tendbr64\n\tjmp *slip_driver_slots+8*" #i "(%rip)\n");
SLIP_DRIVER(JUMP)

#define NAME(i, s) [i] = #s,
static const char *const names[FUNCTIONS] = {SLIP_DRIVER(NAME)};

static int missing;

/* Another thread may be calling through the slot. */
static void set_slot(int i, void *function) {
    __atomic_store_n(&slip_driver_slots[i], function, __ATOMIC_RELEASE);
}

static int keeps_answering(int i) {
    return i == I_cuInit || i == I_cuDeviceGetCount || i == I_cuDriverGetVersion;
}

static int give_up(int status) {
    for (int i = 0; i < FUNCTIONS; i++)
        if (!keeps_answering(i)) set_slot(i, (void *)no_device);
    return status;
}

static void resolve_all(void *library) {
    for (int i = 0; i < FUNCTIONS; i++) {
        void *function = dlsym(library, names[i]);
        if (function == NULL) missing++;
        set_slot(i, function ? function : (void *)not_found);
    }
}

int slip_driver_open(void) {
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return give_up(NO_LIBRARY);
    int (*init)(unsigned) = (int (*)(unsigned))dlsym(library, "cuInit");
    if (init == NULL) return give_up(NO_CUINIT);
    int status = init(0);
    if (status != SUCCESS) return give_up(status);
    missing = 0;
    resolve_all(library);
    return SUCCESS;
}

int slip_driver_missing(void) { return missing; }
int slip_driver_functions(void) { return FUNCTIONS; }
