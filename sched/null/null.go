// Package null is a device that accepts every kernel and computes nothing. It
// counts, so that tests can tell what a plan would have run.
package null

import (
	"sync/atomic"

	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Device counts what it is asked to do.
type Device struct {
	Loads, Launches, Elements atomic.Int64
}

// Name is the device's name.
func (*Device) Name() string { return "null" }

// Load accepts every kernel.
func (d *Device) Load(*kernel.Kernel) (sched.Code, error) {
	d.Loads.Add(1)
	return code{d}, nil
}

type code struct{ d *Device }

// Run leaves all memory as it is.
func (c code) Run(l *sched.Launch) (sched.Flags, error) {
	c.d.Launches.Add(1)
	c.d.Elements.Add(int64(l.Size()))
	return 0, nil
}
