package emit

import (
	"fmt"
	"math"
	"strings"

	"slipstream/sched/kernel"
)

// Loops over complex numbers in the steps of NumPy's vector code for processors with fused
// multiply-add. Other code of NumPy's, which it takes for negative steps and
// operands that overlap, rounds otherwise.

func ofComplex() []Expansion {
	var rows []Expansion
	for _, t := range []kernel.Type{kernel.C64, kernel.C128} {
		rows = append(rows,
			Expansion{"multiply", []kernel.Type{t, t}, t, true, nil, func(b *block, x []string) (string, func() string) {
				return "", func() string { return b.complexProduct(t, x[0], x[1]) }
			}},
			Expansion{"square", []kernel.Type{t}, t, true, nil, func(b *block, x []string) (string, func() string) {
				return "", func() string { return b.complexProduct(t, x[0], x[0]) }
			}},
			Expansion{"absolute", []kernel.Type{t}, t.Part(), true, nil, func(b *block, x []string) (string, func() string) {
				return b.complexSize(t, x[0])
			}})
	}
	return rows
}

// Whole complex numbers are no type of a register: parts of them are what goes from one block to another.

// partsVec is the type of a vector of t, of complex numbers that of their parts.
func (b *block) partsVec(t kernel.Type) string {
	if !t.IsComplex() {
		return b.vec(t)
	}
	return fmt.Sprintf("<%d x %s>", 2*b.lanes, t.Part().Info().LLVM)
}

func (b *block) asParts(t kernel.Type, x string) string {
	if !t.IsComplex() {
		return x
	}
	return b.def("bitcast %s %s to %s", b.vec(t), x, b.partsVec(t))
}

func (b *block) fromParts(t kernel.Type, x string) string {
	if !t.IsComplex() {
		return x
	}
	return b.def("bitcast %s %s to %s", b.partsVec(t), x, b.vec(t))
}

// carryComplex has the values that are known go on as parts; what it returns is for the next block.
func (b *block) carryComplex() func() {
	parts := make(map[kernel.ID]string)
	for id := range b.k.Body {
		v, t := kernel.ID(id), b.k.Body[id].Type
		if name, ok := b.vals[v]; ok && t.IsComplex() && b.k.Body[id].Op != kernel.Const {
			parts[v] = b.asParts(t, name)
		}
	}
	return func() {
		for id := range b.k.Body {
			if name, ok := parts[kernel.ID(id)]; ok {
				b.vals[kernel.ID(id)] = b.fromParts(b.k.Body[id].Type, name)
			}
		}
	}
}

// complexProduct: the products with the imaginary part of x are rounded, those with the real part fused.
func (b *block) complexProduct(t kernel.Type, x, y string) string {
	swapped := func(i int) int { return i ^ 1 }
	real := func(i int) int { return i &^ 1 }
	imag := func(i int) int { return i | 1 }
	b.lanes *= 2
	defer func() { b.lanes /= 2 }()
	products := b.constrained("fmul", t.Part(), b.places(t, x, imag), b.places(t, y, swapped))
	return b.addSub(t.Part(), b.places(t, x, real), y, products)
}

// places are parts of a vector of parts, by their numbers.
func (b *block) places(t kernel.Type, x string, of func(int) int) string {
	return b.shuffle(t.Part(), b.lanes, x, x, b.lanes, of)
}

// shuffle takes parts of two vectors of n parts; those of y follow those of x.
func (b *block) shuffle(t kernel.Type, n int, x, y string, wanted int, of func(int) int) string {
	items := make([]string, wanted)
	for i := range items {
		items[i] = fmt.Sprintf("i32 %d", of(i))
	}
	vec := fmt.Sprintf("<%d x %s>", n, t.Info().LLVM)
	return b.def("shufflevector %s %s, %s %s, <%d x i32> <%s>", vec, x, vec, y, wanted, strings.Join(items, ", "))
}

// addSub is x*y-z of parts with even numbers and x*y+z of the others, each rounded once: there is an
// instruction, which hands on a NaN of z with its sign.
func (b *block) addSub(t kernel.Type, x, y, z string) string {
	n, width := b.lanes, 64/t.Size()
	for least := 16 / t.Size(); width > least && (n < width || 64/t.Size() == width && !b.hasWide()); {
		width /= 2
	}
	var pieces []string
	for at := 0; at < n; at += width {
		of := func(i int) int { return at + i%n }
		cut := func(v string) string { return b.shuffle(t, n, v, v, width, of) }
		pieces = append(pieces, b.addSubPiece(t, width, cut(x), cut(y), cut(z)))
	}
	for size := width; len(pieces) > 1; size *= 2 {
		var joined []string
		for i := 0; i < len(pieces); i += 2 {
			joined = append(joined, b.shuffle(t, size, pieces[i], pieces[i+1], 2*size, func(i int) int { return i }))
		}
		pieces = joined
	}
	if n < width {
		return b.shuffle(t, width, pieces[0], pieces[0], n, func(i int) int { return i })
	}
	return pieces[0]
}

// hasWide says that registers of 512 bits are used.
func (b *block) hasWide() bool {
	return b.k.Reduce == nil && strings.Contains(b.target.Features, "+avx512f")
}

func (b *block) addSubPiece(t kernel.Type, width int, x, y, z string) string {
	name, more := "llvm.x86.fma.vfmaddsub.", ""
	suffix := map[kernel.Type]string{kernel.F64: "pd", kernel.F32: "ps"}[t]
	switch width * t.Size() {
	case 32:
		suffix += ".256"
	case 64:
		name, suffix, more = "llvm.x86.avx512.vfmaddsub.", suffix+".512", ", i32 4" // the rounding mode is the current one
	}
	vec := fmt.Sprintf("<%d x %s>", width, t.Info().LLVM)
	b.declare(vec, name+suffix, strings.Repeat(vec+", ", 2)+vec+strings.TrimSuffix(more, " 4"))
	result := b.def("call %s @%s(%s %s, %s %s, %s %s%s) #1", vec, name+suffix, vec, x, vec, y, vec, z, more)
	b.line(`call void asm sideeffect "", "x"(%s %s) #1`, vec, result) // what nobody uses may be reported, too
	return result
}

// complexSize: the larger part times the root of 1 and the squared quotient of the parts. Left to the loop
// are parts whose quotient or product with it may leave the normal range, and what is not finite.
func (b *block) complexSize(t kernel.Type, x string) (string, func() string) {
	p, n := t.Part(), b.lanes
	part := func(which int) string {
		v := b.shuffle(p, 2*n, x, x, n, func(i int) int { return 2*i + which })
		return b.intrinsic("llvm.fabs", p, []string{v}, "")
	}
	re, im := part(0), part(1)
	more := b.compareFloats("ogt", p, re, im)
	high, low := b.selectOf(p, more, re, im), b.selectOf(p, more, im, re)
	none := b.constant(p, 0)
	isNone := b.compareFloats("oeq", p, high, none)
	fits := b.both(b.compareFloats("olt", p, high, b.extent(p, 1)), b.compareFloats("oge", p, high, b.extent(p, -1)))
	apart := b.either(b.compareFloats("oge", p, low, b.extent(p, -1)), b.compareFloats("oeq", p, low, none))
	return b.either(b.both(fits, apart), isNone), func() string {
		one := b.constant(p, partBits(p, 1))
		quotient := b.constrained("fdiv", p, low, b.selectOf(p, b.compareFloats("oeq", p, high, none), one, high))
		return b.constrained("fmul", p, high, b.constrained("sqrt", p, b.constrained("fma", p, quotient, quotient, one)))
	}
}

func (b *block) both(x, y string) string {
	return b.def("and %s %s, %s", b.vec(kernel.Bool), x, y)
}

// extent is a power of two that is far from the ends of the normal range, above 1 or below.
func (b *block) extent(p kernel.Type, side int) string {
	exponent := map[kernel.Type]int{kernel.F64: 500, kernel.F32: 60}[p]
	return b.constant(p, partBits(p, math.Ldexp(1, side*exponent)))
}

func partBits(p kernel.Type, x float64) uint64 {
	if p == kernel.F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}
