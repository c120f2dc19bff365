package emit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
	"slipstream/jit/libm"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/sched/ref"
)

// each is a loop with NumPy's calling convention that calls the C function at
// data for each element.
const each = `target triple = "x86_64-unknown-linux-gnu"
define void @each(ptr %args, ptr %dims, ptr %steps, ptr %data) {
entry:
  %x0 = load ptr, ptr %args
  %yp = getelementptr ptr, ptr %args, i64 1
  %y0 = load ptr, ptr %yp
  %n = load i64, ptr %dims
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %xp = getelementptr double, ptr %x0, i64 %i
  %x = load double, ptr %xp
  %y = call double %data(double %x)
  %p = getelementptr double, ptr %y0, i64 %i
  store double %y, ptr %p
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %exit
exit:
  ret void
}
`

// mathTarget is this machine with the constants of its C library.
func mathTarget(t testing.TB) (emit.Target, uintptr) {
	t.Helper()
	library, err := purego.Dlopen("libm.so.6", purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		t.Skip(err)
	}
	constants, err := libm.Find()
	if err != nil {
		t.Skip(err)
	}
	target := llvmtest.Compiler(t).Host()
	target.Math = constants
	return target, library
}

// arguments of every size and both signs, and those where the code divides.
func arguments(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	edges := []float64{0, math.Copysign(0, -1), 1, 0x1p-54, 0x1p-55, 512, -512, 511.9999999999999, 0x1p-26, 0x1p-27, 0.85546875, 0.126, -0.126, math.Nextafter(0.126, 0), 0x1.368fdp+1, 0x1.921fbp+26, math.Nextafter(0x1.921fbp+26, 0), 105414357, math.Pi / 2, -math.Pi / 2, math.Pi, 3 * math.Pi / 4, -745.2, 709.8, 710, math.Inf(1), math.Inf(-1),
		math.NaN(), 5e-324, 0x1p-1022, 0x1.fffffffffffffp-1023, math.MaxFloat64, -1, 1 - 0x1p-4, 1 + 0x1.09p-4, 1 - 0x1p-53, 1 + 0x1p-52}
	for i := range x {
		switch r.IntN(5) {
		case 0:
			x[i] = r.NormFloat64() * 10
		case 1:
			x[i] = 1 + (r.Float64()-0.5)/4
		case 2:
			x[i] = math.Float64frombits(r.Uint64())
		case 3:
			x[i] = math.Ldexp(r.Float64()-0.5, r.IntN(30))
		default:
			x[i] = math.Ldexp(r.Float64(), r.IntN(60)-54)
		}
		if r.IntN(100) == 0 {
			x[i] = edges[r.IntN(len(edges))]
		}
	}
	return x
}

// What is computed here of exp, log, sin and cos has the bits and flags of the library.
func TestExpansions(t *testing.T) {
	m := newMachine(t)
	target, library := mathTarget(t)
	loop, note := m.symbol(m.load(each), "each"), m.symbol(m.harness, "note")
	for i := range emit.Expansions {
		row := &emit.Expansions[i]
		if row.Complex() {
			continue
		}
		name := row.Ufunc
		k := parse(t, "kernel (in f8, out f8) loops ["+name+" f8->f8]\n%0 = load f8 p0\n%1 = loop f8 l0 %0\nstore p1 %1")
		function, err := purego.Dlsym(library, name)
		if err != nil {
			t.Fatal(err)
		}
		var both [2]*compiled
		for i, own := range []bool{true, false} {
			target.Own = map[string]bool{row.Loop(): own}
			address := m.symbol(m.load(emit.Emit(k, target)), emit.Symbol)
			both[i] = &compiled{m: m, k: k, address: address, table: []uintptr{loop, function, note}}
		}
		r := rand.New(rand.NewPCG(7, 8))
		for n := range 40 {
			compareBoth(t, both, arguments(r, 1+n*n*n/8))
		}
		compareBoth(t, both, arguments(r, 300_000))
		for _, x := range arguments(r, 3000) {
			compareBoth(t, both, []float64{x})
		}
	}
}

func compareBoth(t *testing.T, both [2]*compiled, x []float64) {
	t.Helper()
	var y [2][]float64
	var flags [2]ref.Flags
	for i, c := range both {
		y[i] = make([]float64, len(x))
		flags[i] = c.run([]ref.Operand{ref.Slice(x), ref.Slice(y[i])}, 0, len(x))
	}
	for i, got := range y[0] {
		if want := y[1][i]; math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%x: %x, want %x", x[i], got, want)
		}
	}
	if flags[0] != flags[1] {
		t.Fatalf("flags %d, want %d, of %d elements, first %x", flags[0], flags[1], len(x), x[0])
	}
}
