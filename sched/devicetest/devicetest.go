// Package devicetest is the compliance suite of devices: every device that
// computes passes it, bit for bit.
package devicetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// Run holds d to the contract of sched.Device.
func Run(t *testing.T, d sched.Device) {
	t.Run("known", func(t *testing.T) { known(t, d) })
	t.Run("operations", func(t *testing.T) { operations(t, d) })
	t.Run("strides", func(t *testing.T) { strides(t, d) })
	t.Run("in place", func(t *testing.T) { inPlace(t, d) })
	t.Run("flags", func(t *testing.T) { flags(t, d) })
	t.Run("sums", func(t *testing.T) { sums(t, d) })
}

// Parse reads a kernel or ends the test.
func Parse(t testing.TB, text string) *kernel.Kernel {
	t.Helper()
	k, err := kernel.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return k
}

func load(t testing.TB, d sched.Device, k *kernel.Kernel) sched.Code {
	t.Helper()
	c, err := d.Load(k)
	if err != nil {
		t.Fatalf("%v\n%s", err, k)
	}
	return c
}

func launch(t testing.TB, c sched.Code, dims []int, ops ...sched.Strided) sched.Flags {
	t.Helper()
	flags, err := c.Run(&sched.Launch{Dims: dims, Args: ops})
	if err != nil {
		t.Fatal(err)
	}
	return flags
}

func of(m *sched.Memory) sched.Strided { return sched.Strided{Base: m.Base, Strides: m.Strides} }

// one is a number that is the same for every element.
func one(p *uint64, rank int) sched.Strided {
	return sched.Strided{Base: unsafe.Pointer(p), Strides: make([]int, rank)}
}

const axpy = `kernel (in f8, scalar f8, in f8, out f8)
%0 = load f8 p0
%1 = load f8 p1
%2 = mul f8 %0 %1
%3 = load f8 p2
%4 = add f8 %2 %3
store p3 %4`

// known has results that were worked out by hand.
func known(t *testing.T, d sched.Device) {
	x, y, out := []float64{1, 2, 3}, []float64{10, 20, 30}, make([]float64, 3)
	two := math.Float64bits(2)
	c := load(t, d, Parse(t, axpy))
	f := launch(t, c, []int{3}, of(sched.MemoryOf(kernel.F64, x)), one(&two, 1), of(sched.MemoryOf(kernel.F64, y)), of(sched.MemoryOf(kernel.F64, out)))
	if f != 0 || !slices.Equal(out, []float64{12, 24, 36}) {
		t.Errorf("2x+y is %v, flags %#x", out, f)
	}
	var result, four uint64 = 0, math.Float64bits(4)
	c = load(t, d, Parse(t, "kernel (scalar f8, out f8)\n%0 = load f8 p0\n%1 = sqrt f8 %0\nstore p1 %1"))
	launch(t, c, nil, one(&four, 0), one(&result, 0))
	if math.Float64frombits(result) != 2 {
		t.Errorf("the root of 4 is %v", math.Float64frombits(result))
	}
}

// operations compares every operation, on every type it takes, with ref.
func operations(t *testing.T, d sched.Device) {
	for _, op := range kernel.Ops() {
		for _, typ := range kernel.Types() {
			for _, k := range kernelsOf(op, typ) {
				t.Run(fmt.Sprint(op, " ", typ, " ", k.Body[len(k.Body)-1].Type), func(t *testing.T) { compare(t, d, k) })
			}
		}
	}
}

// kernelsOf gives the kernels that apply op to operands of one type.
func kernelsOf(op kernel.Op, typ kernel.Type) []*kernel.Kernel {
	row := op.Info()
	if row.Arity < 1 || !slices.Contains(row.Accepts, typ.Info().Class) {
		return nil
	}
	results := []kernel.Type{typ}
	if row.ToBool {
		results[0] = kernel.Bool
	} else if op == kernel.Cast {
		results = kernel.Types()
	}
	var all []*kernel.Kernel
	for _, result := range results {
		k := new(kernel.Kernel)
		var args []kernel.ID
		for n := range row.Arity {
			param := typ
			if op == kernel.Select && n == 0 {
				param = kernel.Bool
			}
			k.Params = append(k.Params, kernel.Param{Kind: kernel.In, Type: param})
			k.Body = append(k.Body, kernel.Inst{Op: kernel.Load, Type: param, Param: n})
			args = append(args, kernel.ID(n))
		}
		k.Params = append(k.Params, kernel.Param{Kind: kernel.Out, Type: result})
		k.Body = append(k.Body, kernel.Inst{Op: op, Type: result, Args: args})
		k.Stores = []kernel.Store{{Param: row.Arity, Value: kernel.ID(row.Arity)}}
		if k.Check() == nil { // not every type can be cast to every other
			all = append(all, k)
		}
	}
	return all
}

// compare runs k on d and on ref, over all pairs of special elements.
func compare(t *testing.T, d sched.Device, k *kernel.Kernel) {
	const n = 300
	rng := rand.New(rand.NewPCG(1, 2))
	var ops, twin []sched.Strided
	var outs []*sched.Memory
	for _, p := range k.Params {
		m := sched.NewMemory(p.Type, n)
		if p.Kind == kernel.Out {
			ops, outs = append(ops, of(m)), append(outs, m)
			m = sched.NewMemory(p.Type, n)
			twin, outs = append(twin, of(m)), append(outs, m)
			continue
		}
		for u, i := units(m), 0; i < u.Dims[0]; i++ {
			u.Set(special(rng, u.Type), i)
		}
		ops, twin = append(ops, of(m)), append(twin, of(m))
	}
	have := launch(t, load(t, d, k), []int{n}, ops...)
	want := launch(t, load(t, ref.Device{}, k), []int{n}, twin...)
	if have != want {
		t.Errorf("flags %#x, want %#x", have, want)
	}
	mine, theirs := units(outs[0]), units(outs[1])
	for i := range mine.Dims[0] {
		if h, w := mine.Get(i), theirs.Get(i); h != w && !bothNaN(mine.Type, h, w) {
			t.Fatalf("element %d: %#x, want %#x\n%s", i, h, w, k)
		}
	}
}

// units is the memory of a vector; that of complex numbers as their parts.
func units(m *sched.Memory) *sched.Memory {
	if !m.Type.IsComplex() {
		return m
	}
	part := m.Type.Part()
	return &sched.Memory{Base: m.Base, Dims: []int{2 * m.Dims[0]}, Strides: []int{part.Size()}, Type: part}
}

// bothNaN: which of two NaNs an operation passes on is the machine's choice.
func bothNaN(t kernel.Type, a, b uint64) bool { return isNaN(t, a) && isNaN(t, b) }

func isNaN(t kernel.Type, bits uint64) bool {
	switch t {
	case kernel.F32:
		return math.IsNaN(float64(math.Float32frombits(uint32(bits))))
	case kernel.F64:
		return math.IsNaN(math.Float64frombits(bits))
	}
	return false
}

var specials = []float64{0, math.Copysign(0, -1), 1, -1, 1.5, -2.25, 7, 31, 64, 1e-3, 1e30, -1e300, 0x1p-1030,
	0x1p-149, 0x1p31, -0x1p63, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.MaxFloat32}

func special(rng *rand.Rand, t kernel.Type) uint64 {
	x := specials[rng.IntN(len(specials))]
	switch t {
	case kernel.Bool:
		return uint64(rng.IntN(2))
	case kernel.F64:
		return math.Float64bits(x)
	case kernel.F32:
		return uint64(math.Float32bits(float32(x)))
	}
	ints := []int64{0, 1, -1, 2, 31, 32, 63, 64, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, 12345}
	return uint64(ints[rng.IntN(len(ints))]) & (^uint64(0) >> (64 - 8*t.Size()))
}
