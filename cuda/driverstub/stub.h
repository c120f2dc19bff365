#ifndef SLIPSTREAM_DRIVER_STUB_H
#define SLIPSTREAM_DRIVER_STUB_H

/* Loads libcuda.so.1 and initialises it. 0, a negative number (see stub.c), or
 * the driver's own error. Not for two threads at once. */
int slip_driver_open(void);

/* How many of the functions the opened driver lacks, and how many there are. */
int slip_driver_missing(void);
int slip_driver_functions(void);

#endif
