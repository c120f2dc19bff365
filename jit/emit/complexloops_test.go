package emit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/sched/ref"
)

// sizes is a loop with NumPy's calling convention that calls the C function at data for both parts of each element.
const sizes = `target triple = "x86_64-unknown-linux-gnu"
define void @sizes(ptr %args, ptr %dims, ptr %steps, ptr %data) {
entry:
  %x0 = load ptr, ptr %args
  %yp = getelementptr ptr, ptr %args, i64 1
  %y0 = load ptr, ptr %yp
  %n = load i64, ptr %dims
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %k = shl i64 %i, 1
  %rp = getelementptr double, ptr %x0, i64 %k
  %ip = getelementptr double, ptr %rp, i64 1
  %r = load double, ptr %rp
  %j = load double, ptr %ip
  %y = call double %data(double %r, double %j)
  %p = getelementptr double, ptr %y0, i64 %i
  store double %y, ptr %p
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %exit
exit:
  ret void
}
`

// complexKernel compiles a loop's expansion; its calls go to loop.
func complexKernel(t *testing.T, m *machine, target emit.Target, text string, table []uintptr) *compiled {
	t.Helper()
	k := parse(t, text)
	target.Own = map[string]bool{k.Loops[0].String(): true}
	return &compiled{m: m, k: k, address: m.symbol(m.load(emit.Emit(k, target)), emit.Symbol), table: table}
}

// Products fuse the one with the real part; squares are products.
func TestComplexProducts(t *testing.T) {
	m := newMachine(t)
	target, _ := mathTarget(t)
	product := complexKernel(t, m, target, "kernel (in c16, in c16, out c16) loops [multiply c16,c16->c16]\n%0 = load c16 p0\n%1 = load c16 p1\n%2 = loop c16 l0 %0 %1\nstore p2 %2", []uintptr{0, 0, 0, 1})
	square := complexKernel(t, m, target, "kernel (in c16, out c16) loops [square c16->c16]\n%0 = load c16 p0\n%1 = loop c16 l0 %0\nstore p1 %1", []uintptr{0, 0, 0, 1})
	r := rand.New(rand.NewPCG(9, 1))
	for n := range 70 {
		x, y := arguments(r, 2*n+2), arguments(r, 2*n+2)
		got, squares := make([]complex128, n+1), make([]complex128, n+1)
		product.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice(paired(y)), ref.Slice(got)}, 0, n+1)
		square.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice(squares)}, 0, n+1)
		for i := range got {
			a, b, c, d := x[2*i], x[2*i+1], y[2*i], y[2*i+1]
			same(t, real(got[i]), math.FMA(a, c, -(b*d)))
			same(t, imag(got[i]), math.FMA(a, d, b*c))
			same(t, real(squares[i]), math.FMA(a, a, -(b*b)))
			same(t, imag(squares[i]), math.FMA(a, b, b*a))
		}
	}
}

// Sizes of what is too large, too small or not finite are the loop's, and all where it goes backwards.
func TestComplexSizes(t *testing.T) {
	m := newMachine(t)
	target, library := mathTarget(t)
	loop, note := m.symbol(m.load(sizes), "sizes"), m.symbol(m.harness, "note")
	hypot, err := purego.Dlsym(library, "hypot")
	if err != nil {
		t.Fatal(err)
	}
	const text = "kernel (in c16, out f8) loops [absolute c16->f8]\n%0 = load c16 p0\n%1 = loop f8 l0 %0\nstore p1 %1"
	forwards := complexKernel(t, m, target, text, []uintptr{loop, hypot, note, 1})
	backwards := complexKernel(t, m, target, text, []uintptr{loop, hypot, note, loop})
	r := rand.New(rand.NewPCG(9, 2))
	for n := range 70 {
		x := arguments(r, 2*n+2)
		sizes, all := make([]float64, n+1), make([]float64, n+1)
		forwards.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice(sizes)}, 0, n+1)
		backwards.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice(all)}, 0, n+1)
		for i, got := range sizes {
			high, low := math.Abs(x[2*i]), math.Abs(x[2*i+1])
			exact := math.Hypot(high, low)
			if high < low {
				high, low = low, high
			}
			q := low / high
			if got != high*math.Sqrt(math.FMA(q, q, 1)) && math.Abs(got-exact) > 1e-15*exact {
				t.Fatalf("%x, want %x", got, exact)
			}
			if math.Abs(all[i]-exact) > 1e-15*exact {
				t.Fatalf("%x, want %x", all[i], exact)
			}
		}
	}
}

func paired(x []float64) []complex128 {
	z := make([]complex128, len(x)/2)
	for i := range z {
		z[i] = complex(x[2*i], x[2*i+1])
	}
	return z
}

func same(t *testing.T, got, want float64) {
	t.Helper()
	if math.Float64bits(got) != math.Float64bits(want) && !(got != got && want != want) {
		t.Fatalf("%x, want %x", got, want)
	}
}

// Comparisons of sizes say what the sizes say, of numbers on and near the limit, too.
func TestComparedSizes(t *testing.T) {
	m := newMachine(t)
	target, library := mathTarget(t)
	loop, note := m.symbol(m.load(sizes), "sizes"), m.symbol(m.harness, "note")
	hypot, err := purego.Dlsym(library, "hypot")
	if err != nil {
		t.Fatal(err)
	}
	table := []uintptr{loop, hypot, note, 1}
	size := complexKernel(t, m, target, "kernel (in c16, out f8) loops [absolute c16->f8]\n%0 = load c16 p0\n%1 = loop f8 l0 %0\nstore p1 %1", table)
	less := complexKernel(t, m, target, "kernel (in c16, scalar f8, out b1) loops [absolute c16->f8]\n%0 = load c16 p0\n%1 = loop f8 l0 %0\n%2 = load f8 p1\n%3 = lt b1 %1 %2\nstore p2 %3", table)
	above := complexKernel(t, m, target, "kernel (in c16, scalar f8, out b1) loops [absolute c16->f8]\n%0 = load c16 p0\n%1 = loop f8 l0 %0\n%2 = load f8 p1\n%3 = le b1 %2 %1\nstore p2 %3", table)
	r := rand.New(rand.NewPCG(9, 3))
	for n := range 70 {
		x := arguments(r, 2*n+2)
		all := make([]float64, n+1)
		size.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice(all)}, 0, n+1)
		for _, limit := range append(arguments(r, 20), all[0], math.Nextafter(all[n], 9), -all[n/2], math.Nextafter(all[n/2], 0)) {
			below, from := make([]bool, n+1), make([]bool, n+1)
			less.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice([]float64{limit}), ref.Slice(below)}, 0, n+1)
			above.run([]ref.Operand{ref.Slice(paired(x)), ref.Slice([]float64{limit}), ref.Slice(from)}, 0, n+1)
			for i, v := range all {
				if below[i] != (v < limit) || from[i] != (limit <= v) {
					t.Fatalf("%x and %x: %v, %v", v, limit, below[i], from[i])
				}
			}
		}
	}
}

// Code for complex loops is there for every processor with fused multiply-add, in sums, too, whose
// registers are narrower.
func TestComplexLoopsOfOtherCPUs(t *testing.T) {
	c := llvmtest.Compiler(t)
	cpus := map[string]string{"haswell": "+avx,+avx2,+fma"}
	for _, cpu := range []string{"skylake-avx512", "znver4"} {
		cpus[cpu] = cpus["haswell"] + ",+avx512f,+avx512bw,+avx512dq,+avx512vl"
	}
	for cpu, features := range cpus {
		target := emit.Target{Triple: c.Host().Triple, CPU: cpu, Features: features, Own: map[string]bool{}}
		for _, p := range []string{"c8 f4", "c16 f8"} {
			z, part, _ := strings.Cut(p, " ")
			text := strings.NewReplacer("Z", z, "P", part).Replace("(in Z, in Z, %s) loops [multiply Z,Z->Z; absolute Z->P; square Z->Z]\n%%0 = load Z p0\n%%1 = load Z p1\n" +
				"%%2 = loop Z l0 %%0 %%1\n%%3 = loop Z l2 %%2\n%%4 = loop P l1 %%3\n%s")
			for _, ends := range [][2]string{
				{"out P", "store p2 %4"},
				{"out b1", "%5 = const " + part + " 0x0\n%6 = lt b1 %5 %4\nstore p2 %6"},
				{"out " + part, "sum p2 %4"},
				{"out " + z, "%5 = cast " + z + " %4\n%6 = loop " + z + " l0 %5 %1\nstore p2 %6"},
			} {
				k := parse(t, "kernel "+fmt.Sprintf(text, strings.ReplaceAll(ends[0], "P", part), ends[1]))
				for _, l := range k.Loops {
					target.Own[l.String()] = true
				}
				loads(t, k, target)
			}
		}
	}
}
