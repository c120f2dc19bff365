package ref

import (
	"math"
	"testing"

	"slipstream/sched/kernel"
)

func TestEveryOperationHasATwin(t *testing.T) {
	if len(evalTable) != len(kernel.Ops()) {
		t.Fatalf("%d twins for %d operations", len(evalTable), len(kernel.Ops()))
	}
	for _, op := range kernel.Ops() {
		if evalTable[op] == nil {
			t.Errorf("%s has no twin", op)
		}
	}
}

func parse(t *testing.T, text string) *kernel.Kernel {
	t.Helper()
	k, err := kernel.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEvalLoopsAndScalars(t *testing.T) {
	k := parse(t, `kernel (in f8, scalar f8, out f8) loops [exp f8->f8]
%0 = load f8 p0
%1 = load f8 p1
%2 = mul f8 %0 %1
%3 = loop f8 l0 %2
store p2 %3`)
	in, scale, out := []float64{0, 1, 2}, 0.5, make([]float64, 3)
	loops := Loops{"exp f8->f8": func(a []uint64) uint64 {
		return math.Float64bits(math.Exp(math.Float64frombits(a[0])))
	}}
	flags, err := Eval(k, []Operand{Slice(in), Element(&scale), Slice(out)}, 3, loops)
	if err != nil || flags != 0 {
		t.Fatal(flags, err)
	}
	for i, x := range in {
		if out[i] != math.Exp(x*scale) {
			t.Errorf("element %d: %g", i, out[i])
		}
	}
	if _, err := Eval(k, []Operand{Slice(in), Element(&scale), Slice(out)}, 3, nil); err == nil {
		t.Error("a missing loop is not noticed")
	}
}

// The sums that distinguish NumPy's order from other orders.
func TestEvalSum(t *testing.T) {
	k := parse(t, "kernel (in f8, out f8)\n%0 = load f8 p0\nsum p1 %0")
	sum := func(v []float64) float64 {
		out := make([]float64, 1)
		if _, err := Eval(k, []Operand{Slice(v), Slice(out)}, len(v), nil); err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	if got := sum(nil); math.Float64bits(got) != 1<<63 {
		t.Errorf("empty leaf: %g, want -0", got)
	}
	if got := sum([]float64{1e16, 1, 1, -1e16}); got != 0 {
		t.Errorf("sequential: %g", got)
	}
	if got := sum([]float64{1e16, 1, 1, -1e16, 0, 0, 0, 0}); got != 0 {
		t.Errorf("pairs: %g", got)
	}
	if got := sum([]float64{1e16, 0, -1e16, 0, 0, 0, 0, 0, 1}); got != 1 {
		t.Errorf("tail after the accumulators: %g", got)
	}
}

func TestArithFlags(t *testing.T) {
	inf, nan, big, tiny := math.Inf(1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64
	for _, c := range []struct {
		op   kernel.Op
		x, y float64
		want Flags
	}{
		{kernel.Add, 1, 2, 0}, {kernel.Add, inf, -inf, Invalid}, {kernel.Add, inf, 1, 0},
		{kernel.Add, big, big, Overflow}, {kernel.Add, tiny, tiny, 0}, {kernel.Add, nan, inf, 0},
		{kernel.Sub, inf, inf, Invalid}, {kernel.Sub, -big, big, Overflow},
		{kernel.Mul, 0, inf, Invalid}, {kernel.Mul, big, 2, Overflow}, {kernel.Mul, tiny, 0.5, Underflow},
		{kernel.Mul, tiny, 3, 0}, {kernel.Mul, 0x1p-1022, 0.5, 0}, {kernel.Mul, 0x1.8p-1022, 0x1.8p-52, Underflow},
		{kernel.Mul, 0, 5, 0},
		{kernel.Div, 1, 0, Divide}, {kernel.Div, 0, 0, Invalid}, {kernel.Div, inf, 0, 0},
		{kernel.Div, inf, inf, Invalid}, {kernel.Div, 1, inf, 0}, {kernel.Div, big, 0.5, Overflow},
		{kernel.Div, tiny, 2, Underflow}, {kernel.Div, 0, nan, 0},
	} {
		got := arithFlags(c.op, kernel.F64, math.Float64bits(c.x), math.Float64bits(c.y))
		if got != c.want {
			t.Errorf("%g %s %g raises %d, want %d", c.x, c.op, c.y, got, c.want)
		}
	}
}

func TestCast(t *testing.T) {
	f := math.Float64bits
	for _, c := range []struct {
		from, to kernel.Type
		in, out  uint64
		flags    Flags
	}{
		{kernel.F64, kernel.I32, f(-2.9), 0xfffffffe, 0},
		{kernel.F64, kernel.I32, f(2147483647.9), 0x7fffffff, 0},
		{kernel.F64, kernel.I32, f(2147483648), 0x80000000, Invalid},
		{kernel.F64, kernel.I64, f(math.NaN()), 1 << 63, Invalid},
		{kernel.F64, kernel.I64, f(-0x1p63), 1 << 63, 0},
		{kernel.F64, kernel.F32, f(1e300), 0x7f800000, Overflow},
		{kernel.F64, kernel.F32, f(1e-300), 0, Underflow},
		{kernel.F64, kernel.Bool, f(math.NaN()), 1, 0},
		{kernel.F64, kernel.Bool, 1 << 63, 0, 0},
		{kernel.I64, kernel.I32, 1 << 32, 0, 0},
		{kernel.I64, kernel.Bool, 1 << 32, 1, 0},
		{kernel.Bool, kernel.F32, 1, 0x3f800000, 0},
		{kernel.I64, kernel.F32, 1<<62 + 1<<38 + 1, 0x5e800001, 0},
	} {
		out, flags := cast(c.from, c.to, c.in)
		if out != c.out || flags != c.flags {
			t.Errorf("%s -> %s of %#x: %#x flags %d, want %#x flags %d", c.from, c.to, c.in, out, flags, c.out, c.flags)
		}
	}
}
