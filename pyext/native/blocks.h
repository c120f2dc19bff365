/* Tasks that go over large arrays a block of rows at a time. */
#ifndef SLIPSTREAM_BLOCKS_H
#define SLIPSTREAM_BLOCKS_H

#include "folds.h"

/* Notes for each task how many from it on may run block by block. */
SLIP_HIDDEN void slip_blocks_mark(slip_entry *e);

/* How often tasks ran block by block: blocks() -> int. */
SLIP_HIDDEN PyObject *slip_blocks_count(PyObject *module, PyObject *unused);

/* Runs tasks from number i on, and says how many in *done: none where blocks gain
 * nothing, or do not fit. */
SLIP_HIDDEN int slip_blocks_run(slip_run *r, int i, int *done);

#endif
