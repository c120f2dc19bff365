package emit

import "slipstream/sched/kernel"

// This file is sin and cos of float64, after IBM's accurate mathematical
// library as the GNU C library has it: the argument becomes an angle within
// half a quarter turn, the nearest multiple of 1/128 has its sine and cosine
// in a table, a polynomial adds the rest. The library distinguishes cases by
// the argument's size; here all are computed and one is chosen.

// The limits of the cases.
const (
	sinTiny  = 0x1p-26       // sin(x) is x
	cosTiny  = 0x1p-27       // cos(x) is 1
	straight = 0.85546875    // x itself is the angle
	quarter  = 0x1.368fdp+1  // pi/2 is subtracted once
	turns    = 0x1.921fbp+26 // multiples of pi/2 are subtracted in four parts
	taylor   = 0.126         // sines of smaller angles need no table
)

// pi/2 as two floats, and as four with few digits.
const (
	halfPi    = 0x1.921fb54442d18p+0
	halfPiLow = 0x1.1a62633145c07p-54
)

var halfPiParts = [4]float64{0x1.921fb58p+0, -0x1.dde973cp-27, -0x1.cb3b398p-55, -0x1.d747f23e32ed7p-83}

// Polynomials: x**3 to x**11 of small sines, x**3 and x**5 of sines, x**2 to
// x**6 of 1 - cos between the table's angles.
var (
	taylorSin = [5]float64{-0x1.5555555555555p-3, 0x1.1111111110ecep-7, -0x1.a01a019db08b8p-13, 0x1.71de27b9a7ed9p-19, -0x1.addffc2fcdf59p-26}
	tableSin  = [2]float64{-0x1.5555555555515p-3, 0x1.11110e829872fp-7}
	tableCos  = [3]float64{0.5, -0x1.5555555555535p-5, 0x1.6c16bedd9e239p-10}
)

// angle is a + da; the function's value is its sine, or its cosine where the
// mask says so, with the sign turned where bit 63 of flip is set.
type angle struct{ a, da, cosine, flip string }

// expandSin leaves subnormal arguments to the loop: they report underflow. A NaN gives itself.
func (b *block) expandSin(x string) (string, func() string) {
	size := b.size(x)
	zero := b.compareFloats("ueq", kernel.F64, size, b.f8(0))
	return b.either(b.within(size, 0x1p-1022, turns), zero), func() string { return b.sinOf(x, size) }
}

func (b *block) sinOf(x, size string) string {
	safe := b.choose(b.within(size, sinTiny, turns), x, b.f8(0))
	no := b.constant(kernel.Bool, 0)
	near := angle{a: safe, da: b.f8(0), cosine: no, flip: b.constant(kernel.I64, 0)}
	middle := angle{b.arith("fsub", b.f8(halfPi), size), b.f8(halfPiLow), b.constant(kernel.Bool, 1), b.bitsOf(safe)}
	y := b.sineOrCosine(b.pick(size, near, middle, b.reduced(safe, 0)))
	return b.orNaN(x, b.choose(b.compareFloats("olt", kernel.F64, size, b.f8(sinTiny)), x, y))
}

// orNaN is what the library gives for a NaN, and y for all else.
func (b *block) orNaN(x, y string) string {
	return b.choose(b.compareFloats("uno", kernel.F64, x, x), b.arith("fadd", x, x), y)
}

func (b *block) expandCos(x string) (string, func() string) {
	size := b.size(x)
	return b.compareFloats("ult", kernel.F64, size, b.f8(turns)), func() string { return b.cosOf(x, size) }
}

func (b *block) cosOf(x, size string) string {
	safe := b.choose(b.within(size, cosTiny, turns), x, b.f8(0))
	none, yes := b.constant(kernel.I64, 0), b.constant(kernel.Bool, 1)
	near := angle{a: safe, da: b.f8(0), cosine: yes, flip: none}
	y := b.arith("fsub", b.f8(halfPi), b.size(safe))
	a := b.arith("fadd", y, b.f8(halfPiLow))
	da := b.arith("fadd", b.arith("fsub", y, a), b.f8(halfPiLow))
	middle := angle{a, da, b.constant(kernel.Bool, 0), none}
	return b.orNaN(x, b.sineOrCosine(b.pick(size, near, middle, b.reduced(safe, 1))))
}

// pick chooses by the argument's size.
func (b *block) pick(size string, near, middle, far angle) angle {
	isNear := b.compareFloats("olt", kernel.F64, size, b.f8(straight))
	isMiddle := b.compareFloats("olt", kernel.F64, size, b.f8(quarter))
	of := func(t kernel.Type, x, y, z string) string {
		return b.selectOf(t, isNear, x, b.selectOf(t, isMiddle, y, z))
	}
	return angle{
		of(kernel.F64, near.a, middle.a, far.a), of(kernel.F64, near.da, middle.da, far.da),
		of(kernel.Bool, near.cosine, middle.cosine, far.cosine), of(kernel.I64, near.flip, middle.flip, far.flip),
	}
}

// reduced subtracts the nearest multiple n of pi/2, rounding four times; the
// function is the sine `ahead` quarter turns further.
func (b *block) reduced(x string, ahead uint64) angle {
	const integer = 0x1.8p52 // added: the sum's last bits are the integer
	sum := b.fma(x, b.f8(0x1.45f306dc9c883p-1), b.f8(integer))
	n := b.arith("fsub", sum, b.f8(integer))
	minus := b.negated(n)
	y := b.fma(minus, b.f8(halfPiParts[1]), b.fma(minus, b.f8(halfPiParts[0]), x))
	z := b.fma(minus, b.f8(halfPiParts[2]), y)
	da := b.fma(minus, b.f8(halfPiParts[2]), b.arith("fsub", y, z))
	a := b.fma(minus, b.f8(halfPiParts[3]), z)
	da = b.arith("fadd", da, b.fma(minus, b.f8(halfPiParts[3]), b.arith("fsub", z, a)))
	quarters := b.word("add", b.bitsOf(sum), ahead)
	odd := b.def("icmp ne %s %s, %s", b.vec(kernel.I64), b.word("and", quarters, 1), b.constant(kernel.I64, 0))
	return angle{a, da, odd, b.word("shl", b.word("lshr", quarters, 1), 63)}
}

// sineOrCosine adds to the table's angle k/128 what is left of the angle.
func (b *block) sineOrCosine(t angle) string {
	const step = 0x1.8p45 // added: the sum's last bits count 128ths
	size := b.size(t.a)
	sum := b.arith("fadd", size, b.f8(step))
	rest := b.arith("fsub", size, b.arith("fsub", sum, b.f8(step)))
	negative := b.compareFloats("olt", kernel.F64, t.a, b.f8(0))
	da := b.choose(negative, b.negated(t.da), t.da)
	x := b.choose(t.cosine, b.arith("fadd", rest, da), rest)
	s, c := b.rest(x, da, t.cosine)
	y := b.combined(sum, s, c, t.cosine)
	sign := b.selectOf(kernel.I64, t.cosine, b.constant(kernel.I64, 0), b.bitsOf(t.a))
	y = b.signed(y, sign)
	small := b.masked(b.compareFloats("olt", kernel.F64, size, b.f8(taylor)), t.cosine)
	return b.signed(b.choose(small, b.smallSine(t), y), t.flip)
}

// rest is sin(x + da) and 1 - cos(x + da) of the little angle; for a cosine,
// da is in x already.
func (b *block) rest(x, da, cosine string) (s, c string) {
	xx := b.arith("fmul", x, x)
	x3 := b.arith("fmul", x, xx)
	p := b.fma(x3, b.fma(xx, b.f8(tableSin[1]), b.f8(tableSin[0])), b.choose(cosine, x, da))
	s = b.choose(cosine, p, b.arith("fadd", x, p))
	q := b.arith("fmul", xx, b.polynomial(xx, b.f8(tableCos[0]), b.f8(tableCos[1]), b.f8(tableCos[2])))
	return s, b.choose(cosine, q, b.fma(x, da, q))
}

// combined is sin(t+r) = sin t + cos t sin r - sin t (1 - cos r), or
// cos(t+r) = cos t - sin t sin r - cos t (1 - cos r), for t in the last bits of
// place. A row of the table is a sine, the next the cosine of the same angle.
func (b *block) combined(place, s, c, cosine string) string {
	table := b.table("sincos", b.target.Math.SinCos.Table[:])
	one := b.def("zext %s %s to %s", b.vec(kernel.Bool), cosine, b.vec(kernel.I64))
	first := b.word("and", b.word("shl", b.bitsOf(place), 1), 0xff)
	own := b.def("or %s %s, %s", b.vec(kernel.I64), first, one)
	other := b.word("xor", own, 1)
	value := b.fromBits(b.row(table, own, 0))
	s = b.choose(cosine, b.negated(s), s)
	cor := b.fma(s, b.fromBits(b.row(table, other, 1)), b.fromBits(b.row(table, own, 1)))
	cor = b.fma(b.negated(c), value, cor)
	cor = b.fma(s, b.fromBits(b.row(table, other, 0)), cor)
	return b.arith("fadd", value, cor)
}

// smallSine is a Taylor polynomial.
func (b *block) smallSine(t angle) string {
	xx := b.arith("fmul", t.a, t.a)
	c := make([]string, len(taylorSin))
	for i, x := range taylorSin {
		c[i] = b.f8(x)
	}
	p := b.fma(b.polynomial(xx, c...), t.a, b.negated(b.arith("fmul", b.f8(0.5), t.da)))
	return b.arith("fadd", t.a, b.fma(p, xx, t.da))
}

func (b *block) size(x string) string {
	return b.intrinsic("llvm.fabs", kernel.F64, []string{x}, "")
}

func (b *block) negated(x string) string { return b.def("fneg %s %s", b.vec(kernel.F64), x) }

// signed turns the sign of x where bit 63 of bits is set.
func (b *block) signed(x, bits string) string {
	sign := b.word("and", bits, 1<<63)
	return b.fromBits(b.def("xor %s %s, %s", b.vec(kernel.I64), b.bitsOf(x), sign))
}

func (b *block) selectOf(t kernel.Type, mask, yes, no string) string {
	return b.def("select %s %s, %s %s, %s %s", b.vec(kernel.Bool), mask, b.vec(t), yes, b.vec(t), no)
}

func (b *block) either(x, y string) string {
	return b.def("or %s %s, %s", b.vec(kernel.Bool), x, y)
}

// masked is x where not y.
func (b *block) masked(x, y string) string {
	return b.selectOf(kernel.Bool, y, b.constant(kernel.Bool, 0), x)
}
