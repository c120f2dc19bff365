package devicetest

import (
	"math"
	"testing"
	"unsafe"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// filled makes an array of different numbers.
func filled(dims ...int) *sched.Memory {
	m := sched.NewMemory(kernel.F64, dims...)
	n := 0.0
	sched.Each(dims, func(i []int) { n++; m.Set(math.Float64bits(n/3), i...) })
	return m
}

// layouts are ways in which an operand of shape 5 by 7 may lie in memory.
var layouts = map[string]func() sched.Strided{
	"C":       func() sched.Strided { return of(filled(5, 7)) },
	"Fortran": func() sched.Strided { m := filled(7, 5); return sched.Strided{Base: m.Base, Strides: []int{8, 40}} },
	"spaced": func() sched.Strided {
		m := filled(10, 14)
		return sched.Strided{Base: m.Base, Strides: []int{2 * 14 * 8, 16}}
	},
	"backwards": func() sched.Strided {
		m := filled(5, 7)
		return sched.Strided{Base: unsafe.Add(m.Base, 34*8), Strides: []int{-56, -8}}
	},
	"row":     func() sched.Strided { return sched.Strided{Base: filled(7).Base, Strides: []int{0, 8}} },
	"column":  func() sched.Strided { return sched.Strided{Base: filled(5).Base, Strides: []int{8, 0}} },
	"element": func() sched.Strided { return sched.Strided{Base: filled().Base, Strides: []int{0, 0}} },
}

// strides reads and writes memory in every layout.
func strides(t *testing.T, d sched.Device) {
	k := Parse(t, axpy)
	c, twin := load(t, d, k), load(t, ref.Device{}, k)
	dims := []int{5, 7}
	for name, layout := range layouts {
		for _, target := range []string{"C", "Fortran", "spaced", "backwards"} {
			a, x := math.Float64bits(1.1), layout()
			have, want := layouts[target](), layouts[target]()
			launch(t, c, dims, x, one(&a, 2), of(filled(5, 7)), have)
			launch(t, twin, dims, x, one(&a, 2), of(filled(5, 7)), want)
			if !equal(dims, have, want) {
				t.Errorf("%s into %s differs", name, target)
			}
		}
	}
	launch(t, c, []int{0, 7}, of(filled(1, 7)), one(new(uint64), 2), of(filled(1, 7)), of(filled(1, 7)))
}

func equal(dims []int, a, b sched.Strided) bool {
	x := &sched.Memory{Base: a.Base, Dims: dims, Strides: a.Strides, Type: kernel.F64}
	y := &sched.Memory{Base: b.Base, Dims: dims, Strides: b.Strides, Type: kernel.F64}
	same := true
	sched.Each(dims, func(i []int) { same = same && x.Get(i...) == y.Get(i...) })
	return same
}

// inPlace: an output may be the memory of an input.
func inPlace(t *testing.T, d sched.Device) {
	k := Parse(t, axpy)
	for _, n := range []int{1, 7, 8, 9, 100, 1023, 2500} {
		a, have, want := math.Float64bits(-0.3), filled(n), filled(n)
		launch(t, load(t, d, k), []int{n}, of(have), one(&a, 1), of(have), of(have))
		launch(t, load(t, ref.Device{}, k), []int{n}, of(want), one(&a, 1), of(want), of(want))
		if !equal([]int{n}, of(have), of(want)) {
			t.Errorf("%d elements differ", n)
		}
	}
}

// flags: what an element raises is reported, and nothing else.
func flags(t *testing.T, d sched.Device) {
	k := Parse(t, "kernel (in f8, in f8, out f8)\n%0 = load f8 p0\n%1 = load f8 p1\n%2 = div f8 %0 %1\nstore p2 %2")
	c := load(t, d, k)
	for _, row := range []struct {
		x, y float64
		want sched.Flags
	}{
		{1, 3, 0}, {1, 0, sched.FlagDivide}, {0, 0, sched.FlagInvalid}, {1e300, 1e-300, sched.FlagOverflow},
		{1e-300, 3e300, sched.FlagUnderflow}, {math.NaN(), 1, 0}, {math.Inf(1), 0, 0},
	} {
		for _, at := range []int{0, 10, 20} {
			x, y := filled(21), filled(21)
			x.Set(math.Float64bits(row.x), at)
			y.Set(math.Float64bits(row.y), at)
			if have := launch(t, c, []int{21}, of(x), of(y), of(filled(21))); have != row.want {
				t.Errorf("%g/%g at %d raises %#x, want %#x", row.x, row.y, at, have, row.want)
			}
		}
	}
}

// sums: leaves of the summation tree, of every length.
func sums(t *testing.T, d sched.Device) {
	k := Parse(t, "kernel (in f8, out f8)\n%0 = load f8 p0\n%1 = mul f8 %0 %0\nsum p1 %1")
	c, twin := load(t, d, k), load(t, ref.Device{}, k)
	for n := 1; n <= 128; n++ {
		var have, want uint64
		x := filled(n)
		launch(t, c, []int{n}, of(x), one(&have, 1))
		launch(t, twin, []int{n}, of(x), one(&want, 1))
		if have != want {
			t.Errorf("%d elements: %v, want %v", n, math.Float64frombits(have), math.Float64frombits(want))
		}
	}
}
