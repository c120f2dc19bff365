// Package ref is the slow, obvious twin of the machine code: it applies a
// kernel one element at a time and is the oracle that compiled kernels are
// compared with, bit for bit.
package ref

import (
	"fmt"
	"unsafe"

	"slipstream/sched/kernel"
)

// Operand is the memory of a parameter: element i lies Stride*i bytes behind
// Base. Stride 0 is the same element for all i.
type Operand struct {
	Base   unsafe.Pointer
	Stride int
}

// LoopFunc stands for one of NumPy's inner loops: element bits in, element
// bits out.
type LoopFunc func(args []uint64) uint64

// Loops finds the functions of a kernel by LoopRef.String.
type Loops map[string]LoopFunc

// Slice makes a contiguous operand of a Go slice.
func Slice[T any](s []T) Operand {
	var zero T
	return Operand{unsafe.Pointer(unsafe.SliceData(s)), int(unsafe.Sizeof(zero))}
}

// Element makes an operand of one element that all i share.
func Element[T any](p *T) Operand { return Operand{unsafe.Pointer(p), 0} }

// Eval applies k to elements [0, n) and returns the floating-point status
// flags that it raises. A Scalar operand's stride counts as 0.
func Eval(k *kernel.Kernel, args []Operand, n int, loops Loops) (Flags, error) {
	funcs, err := resolve(k, args, loops)
	if err != nil {
		return 0, err
	}
	e := &evaluator{k: k, args: args, loops: funcs, vals: make([]uint64, len(k.Body)), upper: make([]uint64, len(k.Body))}
	if k.Reduce != nil {
		e.reduce(n)
		return e.flags, nil
	}
	for i := range n {
		e.element(i)
		for _, s := range k.Stores {
			store(k.Params[s.Param].Type, args[s.Param].at(i), e.vals[s.Value], e.upper[s.Value])
		}
	}
	return e.flags, nil
}

func resolve(k *kernel.Kernel, args []Operand, loops Loops) ([]LoopFunc, error) {
	if len(args) != len(k.Params) {
		return nil, fmt.Errorf("ref: %d operands for %d parameters", len(args), len(k.Params))
	}
	funcs := make([]LoopFunc, len(k.Loops))
	for i, l := range k.Loops {
		funcs[i] = loops[l.String()]
		if funcs[i] == nil {
			return nil, fmt.Errorf("ref: no loop %s", l)
		}
	}
	return funcs, nil
}

type evaluator struct {
	k     *kernel.Kernel
	args  []Operand
	loops []LoopFunc
	vals  []uint64 // bits of every value for the element at hand
	upper []uint64 // the same: bits above the lowest 64
	high  uint64   // those of the value being made
	flags Flags
}

func (o Operand) at(i int) unsafe.Pointer { return unsafe.Add(o.Base, o.Stride*i) }

// element computes every value for element i.
func (e *evaluator) element(i int) {
	for id := range e.k.Body {
		in := &e.k.Body[id]
		e.high = 0
		e.vals[id] = evalTable[in.Op](e, in, i)
		e.upper[id] = e.high
	}
}

// reduce is the leaf of NumPy's pairwise sum, see kernel.Reduction.
func (e *evaluator) reduce(n int) {
	r := e.k.Reduce
	t := e.k.Body[r.Value].Type
	values := make([]uint64, n)
	for i := range n {
		e.element(i)
		values[i] = e.vals[r.Value]
	}
	store(t, e.args[r.Param].at(0), e.leaf(t, values), 0)
}

func (e *evaluator) leaf(t kernel.Type, v []uint64) uint64 {
	if len(v) < 8 {
		return e.fold(t, startOfSum(t), v)
	}
	var acc [8]uint64
	copy(acc[:], v)
	whole := len(v) &^ 7
	for i := 8; i < whole; i++ {
		acc[i%8] = e.add(t, acc[i%8], v[i])
	}
	for step := 1; step < 8; step *= 2 {
		for i := 0; i < 8; i += 2 * step {
			acc[i] = e.add(t, acc[i], acc[i+step])
		}
	}
	return e.fold(t, acc[0], v[whole:])
}

func (e *evaluator) fold(t kernel.Type, sum uint64, v []uint64) uint64 {
	for _, x := range v {
		sum = e.add(t, sum, x)
	}
	return sum
}

// startOfSum is the element that leaves every other unchanged: -0.0, or 0.
func startOfSum(t kernel.Type) uint64 {
	if t.IsFloat() {
		return signBit(t)
	}
	return 0
}

func (e *evaluator) add(t kernel.Type, a, b uint64) uint64 {
	bits, flags := Arith(kernel.Add, t, a, b)
	e.flags |= flags
	return bits
}
