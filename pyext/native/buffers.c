/* Scratch memory of runs: 64-byte aligned, kept in free lists by size so that
 * a warm call allocates nothing. Used under the GIL only. */
#include "native.h"

#include <sys/mman.h>

enum {
    SMALLEST = 8, /* log2 of the smallest class */
    CLASSES = 18, /* up to 32 MiB */
    KEEP_BYTES = 32 << 20,
    KEEP_EACH = 8,
    HUGE_FROM = 4 << 20, /* NumPy's own limit */
    PAGE = 4096,
};

static slip_buf *kept[CLASSES][KEEP_EACH];
static int kept_count[CLASSES];
static size_t kept_bytes;

static int size_class(size_t size) {
    int class = 0;
    while (class < CLASSES && ((size_t)1 << (class + SMALLEST)) < size) class++;
    return class;
}

/* Large memory in large pages, as NumPy has its arrays: of small ones each is a
 * fault when it is first written. */
static void advise(char *from, size_t size) {
    size_t skip = -(uintptr_t)from % PAGE;
    if (size >= HUGE_FROM) madvise(from + skip, size - skip, MADV_HUGEPAGE);
}

slip_buf *slip_buf_new(size_t size) {
    int class = size_class(size);
    slip_buf *b;
    if (class < CLASSES && kept_count[class]) {
        b = kept[class][--kept_count[class]];
        kept_bytes -= b->size;
        b->refs = 1;
        return b;
    }
    size_t room = class < CLASSES ? (size_t)1 << (class + SMALLEST) : (size + 63) & ~(size_t)63;
    b = room < size ? NULL : aligned_alloc(64, room + SLIP_BUF_HEADER);
    if (b) advise((char *)b, room);
    if (b) *b = (slip_buf){1, room, class < CLASSES ? class : -1};
    return b;
}

void slip_buf_release(slip_buf *b) {
    if (--b->refs) return;
    int c = b->class;
    if (c >= 0 && kept_count[c] < KEEP_EACH && kept_bytes + b->size <= KEEP_BYTES) {
        kept[c][kept_count[c]++] = b;
        kept_bytes += b->size;
        return;
    }
    free(b);
}

/* Gives back what a slot holds; finalizers may run. */
void slip_slot_release(slip_slot *s) {
    uint8_t held = s->held;
    PyObject *obj = s->obj;
    s->held = 0;
    if (held & SLIP_HOLDS_BUF) slip_buf_release(s->buf);
    if (held & SLIP_HOLDS_ROOT) Py_DECREF(s->root);
    if (held & SLIP_HOLDS_OBJ) {
        s->obj = NULL;
        Py_DECREF(obj);
    }
}
