package ref

import (
	"fmt"
	"slices"
	"unsafe"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

func address(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

func pointer(address uint64) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// element is an array without axes at an address.
func element(t kernel.Type, at uint64) *sched.Memory {
	return &sched.Memory{Base: pointer(at), Type: t}
}

// host is what the host does for a nest. Products and sums are its own business.
func (e *nestEvaluator) host(id nest.ID, in *nest.Inst) (left bool, err error) {
	words := make([]uint64, len(in.Args))
	for i, a := range in.Args {
		words[i] = e.vals[a]
	}
	switch in.Num {
	case nest.Room, nest.Keep, nest.Zeros:
		e.rooms = append(e.rooms, make([]uint64, words[0]/8+1))
		e.vals[id] = address(unsafe.Pointer(&e.rooms[len(e.rooms)-1][0]))
		return false, nil
	case nest.Sweep:
		return e.sweep(e.kernels[in.Axis], words)
	case nest.Write:
		return e.write(e.kernels[in.Axis], words)
	case nest.Note:
		e.note(words, in.Axis)
		return false, nil
	case nest.Forget:
		e.journal = nil
		return false, nil
	case nest.Reported:
		e.vals[id] = 1
		return false, nil
	case nest.TryWrite, nest.TrySweep, nest.TryNote, nest.Undo:
		return false, e.attempt(id, in, words)
	}
	return false, fmt.Errorf("ref: no %s without a host", nest.Hosts[in.Num])
}

// attempt says whether something was done.
func (e *nestEvaluator) attempt(id nest.ID, in *nest.Inst, words []uint64) (err error) {
	failed, flags := false, e.flags
	switch in.Num {
	case nest.TryWrite:
		failed, err = e.write(e.kernels[in.Axis], words)
	case nest.TrySweep:
		failed, err = e.sweep(e.kernels[in.Axis], words)
	case nest.TryNote:
		e.note(words, in.Axis)
	case nest.Undo:
		e.undo()
	}
	if e.vals[id] = 1; failed {
		e.vals[id], e.flags = 0, flags
	}
	return err
}

// sweep applies a kernel to one element after the other.
func (e *nestEvaluator) sweep(k *kernel.Kernel, words []uint64) (left bool, err error) {
	rank, repeated := nest.RankOf(words[0])
	dims, rest := words[1:1+rank], words[1+rank:]
	operands, strides := make([]Operand, len(k.Params)), make([][]uint64, len(k.Params))
	for p, param := range k.Params {
		if param.Kind == kernel.Scalar && repeated>>p&1 == 0 {
			operands[p].Base, rest = unsafe.Pointer(&rest[0]), rest[1:]
			continue
		}
		operands[p].Base, strides[p], rest = pointer(rest[0]), rest[1:1+rank], rest[1+rank:]
	}
	for _, index := range indices(dims) {
		at := make([]Operand, len(operands))
		for p, o := range operands {
			for axis, by := range strides[p] {
				o.Base = unsafe.Add(o.Base, index[axis]*int(by))
			}
			at[p] = o
		}
		flags, err := Eval(k, at, 1, nil)
		if e.flags |= flags; err != nil {
			return false, err
		}
	}
	return sched.Flags(e.flags)&sched.FlagsReported != 0, nil
}

// indices are those of all elements, the last axis first.
func indices(dims []uint64) [][]int {
	all := [][]int{{}}
	for _, n := range dims {
		var longer [][]int
		for _, index := range all {
			for i := range int(n) {
				longer = append(longer, append(append([]int(nil), index...), i))
			}
		}
		all = longer
	}
	return all
}

// write computes everything before it stores anything.
func (e *nestEvaluator) write(k *kernel.Kernel, words []uint64) (left bool, err error) {
	out := len(k.Params) - 1
	rank, _ := nest.RankOf(words[0])
	dims := make([]int, rank)
	for axis := range dims {
		dims[axis] = int(words[1+axis])
	}
	last := len(words) - 1 - rank
	target := &sched.Memory{Base: pointer(words[last]), Dims: dims, Type: k.Params[out].Type}
	for _, by := range words[last+1:] {
		target.Strides = append(target.Strides, int(by))
	}
	behind := sched.NewMemory(target.Type, dims...)
	own := append([]uint64(nil), words[:last]...)
	own = append(own, address(behind.Base))
	for _, by := range behind.Strides {
		own = append(own, uint64(by))
	}
	if left, err = e.sweep(k, own); left || err != nil {
		return left, err
	}
	for _, index := range indices(words[1 : 1+rank]) {
		target.Set(behind.Get(index...), index...)
	}
	return false, nil
}

// kept is an element that is stored over, byte by byte.
type kept struct {
	at    unsafe.Pointer
	bytes []byte
}

// note keeps the elements of an array.
func (e *nestEvaluator) note(words []uint64, size int) {
	rank := int(words[0])
	for _, index := range indices(words[1 : 1+rank]) {
		at := pointer(words[1+rank])
		for axis, i := range index {
			at = unsafe.Add(at, i*int(words[2+rank+axis]))
		}
		e.journal = append(e.journal, kept{at, slices.Clone(unsafe.Slice((*byte)(at), size))})
	}
}

// undo puts back what the statement has stored over, the latest first.
func (e *nestEvaluator) undo() {
	for _, k := range slices.Backward(e.journal) {
		copy(unsafe.Slice((*byte)(k.at), len(k.bytes)), k.bytes)
	}
	e.journal = nil
}
