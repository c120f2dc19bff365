package ref

import (
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Device is a sched.Device that computes one element at a time.
type Device struct {
	Loops Loops // stand for NumPy's inner loops
}

// Name is the device's name.
func (Device) Name() string { return "ref" }

// Load makes a kernel ready; there is nothing to compile.
func (d Device) Load(k *kernel.Kernel) (sched.Code, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	return code{k, d.Loops}, nil
}

type code struct {
	k     *kernel.Kernel
	loops Loops
}

// Run applies the kernel row by row, or to the one row of a sum.
func (c code) Run(l *sched.Launch) (sched.Flags, error) {
	if len(l.Dims) == 0 {
		return c.row(l, nil, 1)
	}
	last := len(l.Dims) - 1
	var all sched.Flags
	var failed error
	sched.Each(l.Dims[:last], func(index []int) {
		if failed == nil {
			var flags sched.Flags
			flags, failed = c.row(l, index, l.Dims[last])
			all |= flags
		}
	})
	return all, failed
}

// row applies the kernel to n elements along the last axis.
func (c code) row(l *sched.Launch, index []int, n int) (sched.Flags, error) {
	args := make([]Operand, len(l.Args))
	for p, a := range l.Args {
		o := Operand{Base: a.Base}
		for axis, i := range index {
			o.Base = Operand{o.Base, a.Strides[axis]}.at(i)
		}
		if len(l.Dims) > 0 {
			o.Stride = a.Strides[len(l.Dims)-1]
		}
		args[p] = o
	}
	flags, err := Eval(c.k, args, n, c.loops)
	return sched.Flags(flags), err
}
