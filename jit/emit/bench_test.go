package emit_test

import (
	"testing"

	"slipstream/jit/emit"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/jit/objload"
	"slipstream/sched/kernel"
)

var benchKernels = map[string]string{
	"axpy":  "kernel (in f8, in f8, in f8, out f8)\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = load f8 p2\n%3 = mul f8 %0 %1\n%4 = add f8 %3 %2\nstore p3 %4",
	"where": "kernel (in f8, in f8, in f8, out f8)\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = load f8 p2\n%3 = gt b1 %0 %1\n%4 = mul f8 %0 %2\n%5 = sub f8 %1 %2\n%6 = select f8 %3 %4 %5\nstore p3 %6",
	"chain": "kernel (in f8, in f8, out f8)\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = mul f8 %0 %1\n%3 = add f8 %2 %0\n%4 = div f8 %3 %1\n%5 = sub f8 %4 %2\n%6 = mul f8 %5 %5\n%7 = add f8 %6 %3\n%8 = sqrt f8 %7\n%9 = neg f8 %8\n%10 = mul f8 %9 %4\n%11 = add f8 %10 %1\nstore p2 %11",
	"loops": "kernel (in f8, in f8, out f8) loops [twist f8->f8; blur f8,f8->f8]\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = mul f8 %0 %1\n%3 = loop f8 l0 %2\n%4 = add f8 %3 %1\n%5 = loop f8 l1 %4 %0\n%6 = mul f8 %5 %4\nstore p2 %6",
	"sum":   "kernel (in f8, in f8, out f8)\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = sub f8 %0 %1\n%3 = mul f8 %2 %2\nsum p2 %3",
	"bytes": "kernel (in b1, in b1, out b1)\n%0 = load b1 p0\n%1 = load b1 p1\n%2 = and b1 %0 %1\nstore p2 %2",
}

// BenchmarkCompile is the way from a kernel to an address.
func BenchmarkCompile(b *testing.B) {
	c := llvmtest.Compiler(b)
	for name, text := range benchKernels {
		b.Run(name, func(b *testing.B) {
			k := parse(b, text)
			for b.Loop() {
				object, err := c.Compile(emit.Emit(k, c.Host()), c.Host(), 2)
				if err != nil {
					b.Fatal(err)
				}
				code, err := objload.Load(object)
				if err != nil {
					b.Fatal(err)
				}
				code.Close()
			}
		})
	}
}

// BenchmarkEmit is the text alone.
func BenchmarkEmit(b *testing.B) {
	k := parse(b, benchKernels["chain"])
	for b.Loop() {
		emit.Emit(k, goldenTarget)
	}
}

// BenchmarkRun is one call on arrays that fit the first cache.
func BenchmarkRun(b *testing.B) {
	m := newMachine(b)
	for name, text := range benchKernels {
		b.Run(name, func(b *testing.B) {
			c := m.compile(parse(b, text))
			n := 1000
			if c.k.Reduce != nil {
				n = 128
			}
			args := operands(ones(c.k, n))
			for b.Loop() {
				c.run(args, 0, n)
			}
		})
	}
}

func ones(k *kernel.Kernel, n int) []*array {
	var all []*array
	for _, p := range k.Params {
		a := newArray(p.Type, p.Kind, n)
		for i := range n {
			a.set(i, specials[p.Type][1])
		}
		all = append(all, a)
	}
	return all
}
