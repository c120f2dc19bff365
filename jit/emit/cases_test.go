package emit_test

import (
	"math/rand/v2"
	"testing"

	"slipstream/sched/kernel"
)

func parse(t testing.TB, text string) *kernel.Kernel {
	t.Helper()
	k, err := kernel.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return k
}

// Kernels that random ones seldom are.
var cases = map[string]string{
	"swap in place": `kernel (in f8, in f8, out f8, out f8)
		%0 = load f8 p0
		%1 = load f8 p1
		store p2 %1
		store p3 %0`,
	"swap bytes in place": `kernel (in b1, in b1, out b1, out b1)
		%0 = load b1 p0
		%1 = load b1 p1
		store p2 %1
		store p3 %0`,
	"input read after the only call": `kernel (in f8, in f8, out f8, out f8) loops [twist f8->f8]
		%0 = load f8 p1
		%1 = loop f8 l0 %0
		%2 = load f8 p0
		%3 = neg f8 %2
		store p2 %1
		store p3 %3`,
	"input is operand of a later call": `kernel (in f8, out f8, out f8) loops [twist f8->f8]
		%0 = load f8 p0
		%1 = loop f8 l0 %0
		%2 = loop f8 l0 %0
		store p1 %1
		store p2 %2`,
	"result stored twice": `kernel (in f8, out f8, out f8) loops [twist f8->f8]
		%0 = load f8 p0
		%1 = loop f8 l0 %0
		store p1 %1
		store p2 %1`,
	"ten slots": `kernel (in f8, out f8) loops [twist f8->f8]
		%0 = load f8 p0
		%1 = loop f8 l0 %0
		%2 = loop f8 l0 %1
		%3 = loop f8 l0 %2
		%4 = loop f8 l0 %3
		%5 = loop f8 l0 %4
		%6 = loop f8 l0 %5
		%7 = loop f8 l0 %6
		%8 = loop f8 l0 %7
		%9 = loop f8 l0 %8
		%10 = loop f8 l0 %9
		%11 = add f8 %10 %9
		store p1 %11`,
	"value across two calls": `kernel (in f8, in f4, in b1, out f8, out b1) loops [twist f8->f8; blur f8,f8->f8]
		%0 = load f8 p0
		%1 = load f4 p1
		%2 = load b1 p2
		%3 = cast f8 %1
		%4 = mul f8 %0 %3
		%5 = lt b1 %3 %0
		%6 = and b1 %5 %2
		%7 = loop f8 l0 %4
		%8 = select f8 %6 %7 %4
		%9 = loop f8 l1 %8 %7
		%10 = select f8 %6 %9 %4
		store p3 %10
		store p4 %6`,
	"sum of a loop": `kernel (in f8, scalar f8, out f8) loops [twist f8->f8]
		%0 = load f8 p0
		%1 = load f8 p1
		%2 = sub f8 %0 %1
		%3 = loop f8 l0 %2
		%4 = mul f8 %3 %3
		sum p2 %4`,
	"nothing loaded": `kernel (scalar f8, out f8, out i4)
		%0 = load f8 p0
		%1 = const i4 0xffffffff
		store p1 %0
		store p2 %1`,
	"unused operation raises": `kernel (in f8, out f8)
		%0 = load f8 p0
		%1 = div f8 %0 %0
		store p1 %0`,
}

func TestCases(t *testing.T) {
	m := newMachine(t)
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			c := m.compile(parse(t, text))
			r := rand.New(rand.NewPCG(3, 4))
			for _, n := range []int{1, 2, 5, 8, 63, 64, 100, 128, 1000, 1023, 1024, 1025, 3000} {
				if c.k.Reduce != nil && n > 128 {
					break
				}
				compareRun(t, c, r, 0, n, 20, true)
				compareRun(t, c, r, 1, n, 0, false)
			}
		})
	}
}

// The strides that a loop sees choose its code in NumPy, and with it the bits.
func TestTrueStrides(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(5, 6))
	for text, want := range map[string]int64{
		"kernel (in f8, out f8) loops [twist f8->f8]\n%0 = load f8 p0\n%1 = loop f8 l0 %0\nstore p1 %1":                                        8,
		"kernel (scalar f8, out f8) loops [twist f8->f8]\n%0 = load f8 p0\n%1 = loop f8 l0 %0\nstore p1 %1":                                    0,
		"kernel (in f8, out f8) loops [twist f8->f8]\n%0 = const f8 0x4000000000000000\n%1 = loop f8 l0 %0\nstore p1 %1":                       0,
		"kernel (scalar f8, out f8) loops [twist f8->f8]\n%0 = load f8 p0\n%1 = neg f8 %0\n%2 = loop f8 l0 %1\nstore p1 %2":                    8,
		"kernel (in f8, out f8) loops [blur f8,f8->f8]\n%0 = load f8 p0\n%1 = const f8 0x4000000000000000\n%2 = loop f8 l0 %0 %1\nstore p1 %2": 0,
	} {
		c := m.compile(parse(t, text))
		compareRun(t, c, r, 0, 100, 0, false)
		if c.strides[0] != want {
			t.Errorf("stride %d, want %d in\n%s", c.strides[0], want, c.k)
		}
	}
}
