package jit

import (
	"math"
	"testing"
	"unsafe"

	"slipstream/jit/ir"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// device has a loop that stands for NumPy's.
var device = ref.Device{Loops: ref.Loops{"twist f8->f8": func(args []uint64) uint64 {
	return math.Float64bits(math.Float64frombits(args[0])*0.5 + 3)
}}}

// viewed understands integers, and slices of all elements in either direction.
func viewed(m *sched.Memory, index []ir.Index) *sched.Memory {
	to := &sched.Memory{Base: m.Base, Type: m.Type}
	for a, x := range index {
		dim, stride := m.Dims[a], m.Strides[a]
		switch {
		case x.Kind == ir.IndexInt:
			to.Base = unsafe.Add(to.Base, int(x.Start.Const)*stride)
			continue
		case !x.Step.None:
			to.Base = unsafe.Add(to.Base, (dim-1)*stride)
			stride = -stride
		}
		to.Dims, to.Strides = append(to.Dims, dim), append(to.Strides, stride)
	}
	return to
}

// interpreter is the meaning of SSA: one value after the other, nothing fused.
type interpreter struct {
	t     *testing.T
	f     *ir.Func
	vals  []sched.Datum
	flags sched.Flags
}

// interpret runs f on inputs by number and gives the values it leaves with.
func interpret(t *testing.T, f *ir.Func, inputs []sched.Datum) ([]sched.Datum, sched.Flags) {
	t.Helper()
	x := &interpreter{t: t, f: f, vals: make([]sched.Datum, len(f.Values))}
	for _, id := range f.Blocks[0].Body {
		v := &f.Values[id]
		switch v.Op {
		case ir.Input:
			x.vals[id] = inputs[v.Num]
		case ir.Number:
			x.vals[id] = sched.Datum{Bits: v.Bits}
		case ir.Elem, ir.Loop:
			x.elem(id, v)
		case ir.View:
			x.vals[id] = sched.Datum{Memory: viewed(x.vals[v.Args[0]].Memory, v.Index)}
		case ir.Sum:
			x.vals[id] = sched.Datum{Bits: math.Float64bits(0 + pairwise(float64s(x.vals[v.Args[0]].Memory)))}
		case ir.Store:
			x.store(v)
		}
	}
	var out []sched.Datum
	for _, id := range f.Blocks[0].Term.Args {
		out = append(out, x.vals[id])
	}
	return out, x.flags
}

func float64s(m *sched.Memory) []float64 {
	var all []float64
	sched.Each(m.Dims, func(i []int) { all = append(all, math.Float64frombits(m.Get(i...))) })
	return all
}

// pairwise is NumPy's sum, written down once more.
func pairwise(x []float64) float64 {
	n := len(x)
	switch {
	case n < 8:
		sum := math.Copysign(0, -1)
		for _, v := range x {
			sum += v
		}
		return sum
	case n > 128:
		half := n / 2
		half -= half % 8
		return pairwise(x[:half]) + pairwise(x[half:])
	}
	r := [8]float64(x)
	i := 8
	for ; i+8 <= n; i += 8 {
		for j := range r {
			r[j] += x[i+j]
		}
	}
	sum := ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
	for ; i < n; i++ {
		sum += x[i]
	}
	return sum
}

// elem applies one operation as a kernel of its own.
func (x *interpreter) elem(id ir.ID, v *ir.Value) {
	k := &kernel.Kernel{}
	var args []kernel.ID
	var ops []sched.Strided
	dims := x.shape(v)
	for n, a := range v.Args {
		want := v.In
		if v.Op == ir.Loop {
			want = v.Sig[n]
		} else if v.KOp == kernel.Select && n == 0 {
			want = kernel.Bool
		}
		t := x.f.Values[a].Type.DType
		k.Params = append(k.Params, kernel.Param{Kind: kernel.In, Type: t})
		k.Body = append(k.Body, kernel.Inst{Op: kernel.Load, Type: t, Param: n})
		if t != want {
			k.Body = append(k.Body, kernel.Inst{Op: kernel.Cast, Type: want, Args: []kernel.ID{kernel.ID(len(k.Body) - 1)}})
		}
		args = append(args, kernel.ID(len(k.Body)-1))
		ops = append(ops, x.strided(a, dims))
	}
	out := sched.NewMemory(v.Type.DType, dims...)
	k.Params = append(k.Params, kernel.Param{Kind: kernel.Out, Type: v.Type.DType})
	op := v.KOp
	if v.Op == ir.Loop {
		op, k.Loops = kernel.Loop, []kernel.LoopRef{{Ufunc: v.Name, Sig: v.Sig}}
	}
	k.Body = append(k.Body, kernel.Inst{Op: op, Type: v.Type.DType, Args: args})
	k.Stores = []kernel.Store{{Param: len(v.Args), Value: kernel.ID(len(k.Body) - 1)}}
	x.run(k, dims, append(ops, sched.Strided{Base: out.Base, Strides: out.Strides}))
	x.vals[id] = sched.Datum{Memory: out}
	if v.Type.Kind != ir.Array {
		x.vals[id] = sched.Datum{Bits: out.Get()}
	}
}

func (x *interpreter) run(k *kernel.Kernel, dims []int, ops []sched.Strided) {
	x.t.Helper()
	code, err := device.Load(k)
	if err != nil {
		x.t.Fatal(err)
	}
	flags, err := code.Run(&sched.Launch{Dims: dims, Args: ops})
	if err != nil {
		x.t.Fatal(err)
	}
	x.flags |= flags
}

// shape is the broadcast shape of a value's operands.
func (x *interpreter) shape(v *ir.Value) []int {
	dims := make([]int, v.Type.Rank)
	for i := range dims {
		dims[i] = 1
	}
	for _, a := range v.Args {
		if m := x.vals[a].Memory; m != nil {
			for i, d := range m.Dims {
				at := len(dims) - len(m.Dims) + i
				dims[at] = max(dims[at], d)
			}
		}
	}
	return dims
}

// strided is an operand repeated over a larger shape.
func (x *interpreter) strided(a ir.ID, dims []int) sched.Strided {
	s := sched.Strided{Strides: make([]int, len(dims))}
	m := x.vals[a].Memory
	if m == nil {
		word := x.vals[a].Bits
		s.Base = unsafe.Pointer(&word)
		return s
	}
	s.Base = m.Base
	for i, d := range m.Dims {
		if d != 1 {
			s.Strides[len(dims)-len(m.Dims)+i] = m.Strides[i]
		}
	}
	return s
}

// store casts and copies.
func (x *interpreter) store(v *ir.Value) {
	target := x.vals[v.Args[1]].Memory
	from := x.f.Values[v.Args[2]].Type.DType
	k := &kernel.Kernel{Params: []kernel.Param{{Kind: kernel.In, Type: from}, {Kind: kernel.Out, Type: target.Type}},
		Body: []kernel.Inst{{Op: kernel.Load, Type: from}, {Op: kernel.Cast, Type: target.Type, Args: []kernel.ID{0}}}, Stores: []kernel.Store{{Param: 1, Value: 1}}}
	// It may be a view of the target: all of it is read before anything is stored.
	apart := sched.NewMemory(target.Type, target.Dims...)
	x.run(k, target.Dims, []sched.Strided{x.strided(v.Args[2], target.Dims), {Base: apart.Base, Strides: apart.Strides}})
	sched.Each(target.Dims, func(i []int) { target.Move(i, apart, i) })
}
