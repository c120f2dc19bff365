/* The floating-point status and control word (MXCSR) of this thread. */
#ifndef SLIPSTREAM_FPU_H
#define SLIPSTREAM_FPU_H

#include <stdint.h>

#if !defined(__x86_64__)
#error "slipstream._native supports x86-64 only"
#endif

enum {
    SLIP_FP_INVALID = 0x01,
    SLIP_FP_DIVIDE = 0x04,
    SLIP_FP_OVERFLOW = 0x08,
    SLIP_FP_UNDERFLOW = 0x10,
    SLIP_FP_REPORTED = 0x0d,   /* by default */
    SLIP_FP_REPORTABLE = 0x1d, /* in some error state; inexact and denormal in none */
    SLIP_FP_STATUS = 0x3f,
    SLIP_FP_DEFAULT = 0x1f80, /* nothing trapped, round to nearest, no flush to zero */
};

/* The memory clobbers keep stores of computed elements before the read. */
static inline uint32_t slip_fp_get(void) {
    uint32_t word;
    __asm__ volatile("stmxcsr %0" : "=m"(word) : : "memory");
    return word;
}

static inline void slip_fp_set(uint32_t word) { __asm__ volatile("ldmxcsr %0" : : "m"(word) : "memory"); }

/* Clears the bits that would be mistaken for ours, if one of those that are
 * reported is set; loading the word costs more than reading it, and inexact
 * is set almost always. */
static inline void slip_fp_clear(uint32_t reported) {
    uint32_t word = slip_fp_get();
    if (word & reported) slip_fp_set(word & ~(uint32_t)SLIP_FP_STATUS);
}

/* Some of NumPy's integer loops report overflow through the C library, which
 * sets it in the x87 status word; the bits have the same places there. */
static inline uint32_t slip_x87_get(void) {
    uint16_t word;
    __asm__ volatile("fnstsw %0" : "=a"(word) : : "memory");
    return word & SLIP_FP_STATUS;
}

static inline void slip_x87_clear(void) {
    if (slip_x87_get() & SLIP_FP_REPORTABLE) __asm__ volatile("fnclex" : : : "memory");
}

/* NumPy reports what Python functions that a loop over objects calls (np.frompyfunc) leave
 * in the status word. Nothing may stay there that Python would not have left. */
static inline void slip_fp_restore(uint32_t word) {
    uint32_t now = slip_fp_get();
    if ((now ^ word) & SLIP_FP_REPORTABLE)
        slip_fp_set((now & ~(uint32_t)SLIP_FP_STATUS) | (word & SLIP_FP_STATUS));
}

#endif
