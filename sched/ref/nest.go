package ref

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// Nest runs a loop nest, one instruction after the other. The host never asks it to
// leave, and has no functions.
func (d Device) Nest(f *nest.Func, kernels []*kernel.Kernel, args []sched.Datum) (int, []uint64, error) {
	e := &nestEvaluator{f: f, kernels: kernels, args: args, vals: make([]uint64, len(f.Insts)), answer: make([]uint64, f.Words)}
	for block := 0; ; {
		b := &f.Blocks[block]
		for _, id := range b.Body {
			left, err := e.inst(id, &f.Insts[id])
			if left || err != nil {
				return e.leave(f.Insts[id].Exit), e.answer, err
			}
		}
		if len(b.Term.Edges) == 0 {
			return e.leave(b.Term.Exit), e.answer, nil
		}
		edge := &b.Term.Edges[0]
		if len(b.Term.Edges) == 2 && e.vals[b.Term.Cond] == 0 {
			edge = &b.Term.Edges[1]
		}
		block = e.follow(edge)
	}
}

type nestEvaluator struct {
	f       *nest.Func
	kernels []*kernel.Kernel
	args    []sched.Datum
	vals    []uint64
	answer  []uint64
	flags   Flags
	rooms   [][]uint64 // kept: addresses do not keep memory
	journal []kept
}

// part is one float of a complex number.
func part(d sched.Datum, in *nest.Inst) uint64 {
	words := []uint64{d.Bits, d.High}
	if in.Type == kernel.F32 {
		words = []uint64{d.Bits & mask(in.Type), d.Bits >> 32}
	}
	return words[in.Axis]
}

func (e *nestEvaluator) leave(n int) int {
	e.undo()
	x := &e.f.Exits[n]
	for i, id := range x.Values {
		e.answer[x.At+i] = e.vals[id]
	}
	return n
}

// follow gives the parameters their values, all at once.
func (e *nestEvaluator) follow(edge *nest.Edge) int {
	values := make([]uint64, len(edge.Args))
	for i, a := range edge.Args {
		values[i] = e.vals[a]
	}
	for i, p := range e.f.Blocks[edge.To].Params {
		e.vals[p] = values[i]
	}
	return edge.To
}

// inst computes a value, or says that the nest is left.
func (e *nestEvaluator) inst(id nest.ID, in *nest.Inst) (left bool, err error) {
	switch in.Op {
	case nest.Number:
		e.vals[id] = e.args[in.Num].Bits
	case nest.Part:
		e.vals[id] = part(e.args[in.Num], in)
	case nest.Const:
		e.vals[id] = in.Bits & mask(in.Type)
	case nest.Scalar:
		return false, e.scalar(id, in)
	case nest.Checked:
		e.vals[id], left = checked(in, e.vals[in.Args[0]], e.vals[in.Args[1]])
	case nest.Quotient, nest.Remainder:
		e.vals[id] = divided(in, e.vals[in.Args[0]], e.vals[in.Args[1]])
	case nest.Dim:
		e.vals[id] = uint64(e.args[in.Num].Memory.Dims[in.Axis])
	case nest.Load:
		e.vals[id] = e.args[in.Num].Memory.Get(e.index(in.Args)...)
	case nest.Store:
		last := len(in.Args) - 1
		e.args[in.Num].Memory.Set(e.vals[in.Args[last]], e.index(in.Args[:last])...)
	case nest.Guard:
		left = e.vals[in.Args[0]] == 0
	case nest.Check:
		left = e.due(in)
	case nest.Poll:
		if e.vals[id] = e.vals[in.Args[0]]; e.vals[id] == 0 {
			e.vals[id] = 1
		}
	case nest.Rounds:
		e.vals[id] = 1
	case nest.Base:
		e.vals[id] = address(e.args[in.Num].Memory.Base)
	case nest.Stride:
		e.vals[id] = uint64(e.args[in.Num].Memory.Strides[in.Axis])
	case nest.Peek:
		e.vals[id] = element(in.Type, e.vals[in.Args[0]]).Get()
	case nest.Poke:
		element(e.f.Type(in.Args[1]), e.vals[in.Args[0]]).Set(e.vals[in.Args[1]])
	case nest.Host:
		return e.host(id, in)
	default:
		return false, fmt.Errorf("ref: no %v without a host", in.Op)
	}
	return left, nil
}

func (e *nestEvaluator) index(ids []nest.ID) []int {
	at := make([]int, len(ids))
	for i, id := range ids {
		at[i] = int(e.vals[id])
	}
	return at
}

// scalar evaluates a kernel of one operation.
func (e *nestEvaluator) scalar(id nest.ID, in *nest.Inst) error {
	k := &kernel.Kernel{}
	one := kernel.Inst{Op: in.KOp, Type: in.Type}
	var operands []Operand
	for i, a := range in.Args {
		t := e.f.Type(a)
		k.Params = append(k.Params, kernel.Param{Kind: kernel.Scalar, Type: t})
		k.Body = append(k.Body, kernel.Inst{Op: kernel.Load, Type: t, Param: i})
		one.Args = append(one.Args, kernel.ID(i))
		operands = append(operands, Operand{Base: unsafe.Pointer(&e.vals[a])})
	}
	k.Params = append(k.Params, kernel.Param{Kind: kernel.Out, Type: in.Type})
	k.Body = append(k.Body, one)
	k.Stores = []kernel.Store{{Param: len(in.Args), Value: kernel.ID(len(in.Args))}}
	var result uint64
	flags, err := Eval(k, append(operands, Operand{Base: unsafe.Pointer(&result)}), 1, nil)
	e.vals[id], e.flags = result&mask(in.Type), e.flags|flags
	return err
}

func mask(t kernel.Type) uint64 { return ^uint64(0) >> (64 - 8*t.Size()) }

// signed is an element as a number with a sign.
func signed(t kernel.Type, x uint64) int64 {
	unused := 64 - 8*t.Size()
	return int64(x<<unused) >> unused
}

func checked(in *nest.Inst, a, b uint64) (uint64, bool) {
	t := in.Type
	var low, high uint64
	switch in.KOp {
	case kernel.Add:
		low, high = bits.Add64(a, b, 0)
	case kernel.Sub:
		low, high = bits.Sub64(a, b, 0)
	default:
		high, low = bits.Mul64(a, b)
	}
	if t.Unsigned() {
		return low & mask(t), high != 0 || low&^mask(t) != 0
	}
	x, y := signed(t, a), signed(t, b)
	var r int64
	over := false
	switch in.KOp {
	case kernel.Add:
		r = x + y
		over = (x > 0) == (y > 0) && (r > 0) != (x > 0) && x != 0 && y != 0
	case kernel.Sub:
		r = x - y
		over = (x < 0) != (y < 0) && (r < 0) != (x < 0)
	default:
		r = x * y
		over = x != 0 && (r/x != y || x == -1 && y == math.MinInt64)
	}
	return uint64(r) & mask(t), over || signed(t, uint64(r)) != r
}

func divided(in *nest.Inst, a, b uint64) uint64 {
	t := in.Type
	if t.Unsigned() {
		if in.Op == nest.Quotient {
			return a / b
		}
		return a % b
	}
	x, y := signed(t, a), signed(t, b)
	q, r := x/y, x%y
	if r != 0 && (r < 0) != (y < 0) {
		q, r = q-1, r+y
	}
	if in.Op == nest.Quotient {
		return uint64(q) & mask(t)
	}
	return uint64(r) & mask(t)
}

// due says that a report is, and that it shows.
func (e *nestEvaluator) due(in *nest.Inst) bool {
	for _, a := range in.Args {
		x := math.Float64frombits(e.vals[a])
		if e.f.Type(a) == kernel.F32 {
			x = float64(math.Float32frombits(uint32(e.vals[a])))
		}
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return sched.Flags(e.flags)&sched.FlagsReported != 0
		}
	}
	return false
}
