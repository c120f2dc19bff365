// Package driverstub satisfies the symbols that gorgonia.org/cu expects from
// the CUDA driver, so that one build runs on machines with and without it.
//
// It works together with an empty libcuda.a that the build puts first on the
// library path: cu's own "-lcuda" then finds nothing, and its symbols resolve
// to the jump stubs of this package.
package driverstub

/*
#cgo LDFLAGS: -ldl
#include "stub.h"
*/
import "C"

import (
	"fmt"
	"sync"
)

// Status is the outcome of opening the driver: Opened, NoLibrary, NoInit, or
// the driver's own positive error number.
type Status int

// Outcomes that are not the driver's own.
const (
	Opened    Status = 0
	NoLibrary Status = -1
	NoInit    Status = -2
)

// noDevice is the driver's number for a machine without a GPU.
const noDevice Status = 100

func (s Status) String() string {
	switch s {
	case Opened:
		return "the CUDA driver is open"
	case NoLibrary:
		return "there is no CUDA driver (libcuda.so.1)"
	case NoInit:
		return "libcuda.so.1 is not a CUDA driver"
	case noDevice:
		return "the CUDA driver sees no GPU"
	}
	return fmt.Sprintf("the CUDA driver reports error %d", int(s))
}

var open = sync.OnceValue(func() Status { return Status(C.slip_driver_open()) })

// Open loads and initialises the driver, once; later calls give the same
// answer. A process should not fork after it has been opened.
func Open() Status { return open() }

// Missing is how many of the functions cu refers to the opened driver lacks;
// they answer CUDA_ERROR_NOT_FOUND.
func Missing() int { return int(C.slip_driver_missing()) }

// Functions is how many driver functions there are stubs for.
func Functions() int { return int(C.slip_driver_functions()) }
