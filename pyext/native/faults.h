/* Guards by class, so that tests can switch one off and have runs left where
 * they would not be. Only builds with SLIP_FAULTS (python/tests/faults) do
 * so; elsewhere a guard is the condition itself. */
#ifndef SLIPSTREAM_FAULTS_H
#define SLIPSTREAM_FAULTS_H

#include <stdbool.h>

/* name, what holds */
#define SLIP_GUARDS(G)                                                                                       \
    G(names, "looked-up names mean what they meant")                                                         \
    G(home, "the code runs in the function that it was made for")                                            \
    G(functions, "inlined functions and cells are as they were")                                             \
    G(constant, "an argument that decided something has the same value")                                     \
    G(of, "an object is of exactly the class")                                                               \
    G(method, "a method is the same function of the same object")                                            \
    G(inherited, "what a class says is what it said")                                                        \
    G(class, "an array is exactly an ndarray")                                                               \
    G(rank, "it has as many axes")                                                                           \
    G(dtype, "its elements are of the type")                                                                 \
    G(memory, "they are aligned")                                                                            \
    G(writable, "what is stored into is writable")                                                           \
    G(number, "a number is of exactly the type")                                                             \
    G(wide, "an int has 64 bits")                                                                            \
    G(tracing, "nobody looks on")                                                                            \
    G(errstate, "NumPy's error state is one that is understood")                                             \
    G(control, "the processor rounds as usual")                                                              \
    G(depth, "inlined calls could have been made")                                                           \
    G(reports, "NumPy would report nothing")                                                                 \
    G(short_way, "operands of the short way are of one shape")                                               \
    G(broadcast, "shapes go together")                                                                       \
    G(cover, "values inside a kernel have the whole shape")                                                  \
    G(backwards, "no input runs backwards into a loop of NumPy")                                             \
    G(itself, "elements that are stored into do not overlap each other")                                     \
    G(overlap, "nothing is read that a store changes")                                                       \
    G(into, "what is stored goes into the shape")                                                            \
    G(empty, "an empty target is given nothing")                                                             \
    G(index, "an index is in range")                                                                         \
    G(range, "a Python number fits the element type")                                                        \
    G(result, "a call gives what it gave")                                                                   \
    G(frees, "nothing tells when what a variable held is freed")                                             \
    G(stands, "names that a loop reads are what they were when it began")                                    \
    G(must, "sizes are those a shape was computed for")

#define SLIP_G_ROW(name, text) SLIP_G_##name,
enum slip_guard { SLIP_GUARDS(SLIP_G_ROW) SLIP_G_COUNT };
#undef SLIP_G_ROW

#ifdef SLIP_FAULTS
__attribute__((visibility("hidden"))) bool slip_guard_holds(enum slip_guard guard, bool holds);
__attribute__((visibility("hidden"))) bool slip_faults_miss(void);
__attribute__((visibility("hidden"))) bool slip_faults_leave(void);
__attribute__((visibility("hidden"))) bool slip_faults_often(void);
#define SLIP_GUARD(name, holds) slip_guard_holds(SLIP_G_##name, holds)
#define SLIP_MISSES slip_faults_miss()
#define SLIP_LEAVES slip_faults_leave()
#define SLIP_OFTEN slip_faults_often() /* loops are looked at in each round */
#else
#define SLIP_GUARD(name, holds) (holds)
#define SLIP_MISSES false
#define SLIP_LEAVES false
#define SLIP_OFTEN false
#endif

#endif
