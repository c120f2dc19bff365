//go:build amd64

// Package cpu is a device that runs compiled kernels on this processor. It
// does not compile: it is given a function that does. The host's own executor
// runs the same machine code faster; this one exists to be compared with.
package cpu

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"

	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Device runs machine code.
type Device struct {
	// Compile gives the address of a kernel's machine code.
	Compile func(*kernel.Kernel) (uintptr, error)
	// Loop gives address and data of one of NumPy's inner loops; nil: there
	// are none.
	Loop func(kernel.LoopRef) (fn, data uintptr, err error)
}

// Name is the device's name.
func (*Device) Name() string { return "cpu" }

// Load compiles a kernel.
func (d *Device) Load(k *kernel.Kernel) (sched.Code, error) {
	addr, err := d.Compile(k)
	if err != nil {
		return nil, err
	}
	c := &code{k: k, addr: addr, table: make([]uintptr, 0, 2*len(k.Loops)+2)}
	for _, l := range k.Loops {
		if d.Loop == nil {
			return nil, fmt.Errorf("cpu: no loop %v", l)
		}
		fn, data, err := d.Loop(l)
		if err != nil {
			return nil, err
		}
		c.table = append(c.table, fn, data)
	}
	c.table = append(c.table, 0, 0)
	return c, nil
}

type code struct {
	k     *kernel.Kernel
	addr  uintptr
	table []uintptr
}

// Run gathers the operands into compact arrays, calls the kernel once and
// puts the results where they belong.
func (c *code) Run(l *sched.Launch) (sched.Flags, error) {
	compact := make([]*sched.Memory, len(l.Args))
	args := make([]unsafe.Pointer, len(l.Args)+1)
	for p, param := range c.k.Params {
		args[p] = l.Args[p].Base
		if param.Kind == kernel.Scalar || c.k.Reduce != nil && param.Kind == kernel.Out {
			continue
		}
		compact[p] = sched.NewMemory(param.Type, l.Dims...)
		args[p] = compact[p].Base
		if param.Kind == kernel.In {
			transfer(compact[p], c.strided(l, p))
		}
	}
	flags, err := c.call(args, l.Size())
	if err != nil {
		return 0, err
	}
	for _, s := range c.k.Stores {
		transfer(c.strided(l, s.Param), compact[s.Param])
	}
	return flags, nil
}

// strided is an operand as an array of the launch's shape.
func (c *code) strided(l *sched.Launch, p int) *sched.Memory {
	return &sched.Memory{Base: l.Args[p].Base, Dims: l.Dims, Strides: l.Args[p].Strides, Type: c.k.Params[p].Type}
}

func transfer(to, from *sched.Memory) {
	sched.Each(to.Dims, func(index []int) { to.Move(index, from, index) })
}

// call runs the machine code with clear status bits and reads those it sets.
func (c *code) call(args []unsafe.Pointer, n int) (sched.Flags, error) {
	scratch, rows := make([]uint64, c.k.ScratchBytes()/8+8), c.k.OneRow()
	flags := new(uint64)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := getControl()
	setControl(before &^ 0x3f)
	outcome, _, _ := purego.SyscallN(c.addr, uintptr(unsafe.Pointer(&args[0])), 0, uintptr(n),
		uintptr(unsafe.Pointer(&scratch[0])), uintptr(unsafe.Pointer(&c.table[0])), uintptr(unsafe.Pointer(flags)), uintptr(unsafe.Pointer(&rows[0])))
	raised := sched.Flags(getControl()) | sched.Flags(*flags)
	setControl(before)
	runtime.KeepAlive(args)
	if outcome != 0 {
		return 0, fmt.Errorf("cpu: the kernel left by exit %d", outcome)
	}
	return raised & sched.FlagsReported, nil
}
