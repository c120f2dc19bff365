package emit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"slipstream/jit/libm"
	"slipstream/sched/kernel"
)

// Loops of NumPy that call the C library for each element, computed here in
// its steps on whole vectors. Elements out of the ordinary range are left to
// the loop. Products are fused with sums where the C compiler fused them: on
// processors with such an instruction the library has code for it.

// Expansion is a row: a loop that kernels compute themselves.
type Expansion struct {
	Ufunc  string
	In     []kernel.Type // one or two
	Out    kernel.Type
	Signed bool // also of negative numbers
	// Known says whether the library's constants are those of the steps; nil: there are none.
	Known func(c *libm.Constants) bool
	// steps gives a mask of the elements that they are right for, "" if all, and the result (of complex
	// numbers their parts) where they are for all of a vector. They raise no flag that the loop does not raise.
	steps func(b *block, x []string) (ordinary string, result func() string)
}

// Expansions are the rows.
var Expansions = append([]Expansion{
	ofLibrary("exp", true, func(c *libm.Constants) bool { return c.Exp != nil }, (*block).expandExp),
	ofLibrary("log", false, func(c *libm.Constants) bool { return c.Log != nil }, (*block).expandLog),
	ofLibrary("sin", true, func(c *libm.Constants) bool { return c.SinCos != nil }, (*block).expandSin),
	ofLibrary("cos", true, func(c *libm.Constants) bool { return c.SinCos != nil }, (*block).expandCos),
}, ofComplex()...)

func ofLibrary(name string, signed bool, known func(*libm.Constants) bool, steps func(*block, string) (string, func() string)) Expansion {
	first := func(b *block, x []string) (string, func() string) { return steps(b, x[0]) }
	return Expansion{name, []kernel.Type{kernel.F64}, kernel.F64, signed, known, first}
}

func expansion(l kernel.LoopRef) *Expansion {
	for i := range Expansions {
		if Expansions[i].Loop() == l.String() {
			return &Expansions[i]
		}
	}
	return nil
}

// Loop is the text of a row's loop: exp f8->f8.
func (x *Expansion) Loop() string {
	return kernel.LoopRef{Ufunc: x.Ufunc, Sig: append(slices.Clone(x.In), x.Out)}.String()
}

// Complex says that a loop has other bits where a step is negative.
func (x *Expansion) Complex() bool { return x.In[0].IsComplex() }

func lowerExpansion(b *block, in *kernel.Inst) string {
	var x []string
	row := expansion(b.k.Loops[in.Loop])
	for n, t := range row.In {
		x = append(x, b.asParts(t, b.arg(in, n)))
	}
	ordinary, steps := row.steps(b, x)
	all := b.allOf(ordinary)
	if row.Complex() {
		all = b.def("and i1 %s, %s", all, b.forwards(in))
	}
	unpack := b.carryComplex()
	id := b.names
	usual, rare, after := fmt.Sprintf("usual%d", id), fmt.Sprintf("rare%d", id), fmt.Sprintf("after%d", id)
	b.line("br i1 %s, label %%%s, label %%%s", all, usual, rare)
	b.label(rare)
	slow := b.callOnVector(in, x)
	b.line("br label %%%s", after)
	b.label(usual)
	fast, from := steps(), b.at
	b.line("br label %%%s", after)
	b.label(after)
	result := b.def("phi %s [ %s, %%%s ], [ %s, %%%s ]", b.partsVec(row.Out), fast, from, slow, rare)
	unpack()
	return b.fromParts(row.Out, result)
}

func (b *block) allOf(mask string) string {
	if mask == "" {
		return "true"
	}
	bits := fmt.Sprintf("i%d", b.lanes)
	return b.def("icmp eq %s %s, -1", bits, b.def("bitcast %s %s to %s", b.vec(kernel.Bool), mask, bits))
}

// forwards says that the loop is NumPy's own, not the executor's that calls it with negative steps.
func (b *block) forwards(in *kernel.Inst) string {
	return b.def("icmp ne ptr %s, %s", b.tableEntry(2*in.Loop), b.tableEntry(2*len(b.k.Loops)+1))
}

// callOnVector calls the loop on one vector.
func (b *block) callOnVector(in *kernel.Inst, x []string) string {
	row := expansion(b.k.Loops[in.Loop])
	for n, t := range row.In {
		b.line("store %s %s, ptr %%math.in%d, align 64", b.partsVec(t), x[n], n)
		b.setOperand(n, fmt.Sprintf("%%math.in%d", n), t.Size())
	}
	b.setOperand(len(row.In), "%math.out", row.Out.Size())
	b.line("store i64 %d, ptr %%count", b.lanes)
	b.callLoop(in)
	return b.def("load %s, ptr %%math.out, align 64", b.partsVec(row.Out))
}

func (b *block) f8(x float64) string { return b.constant(kernel.F64, math.Float64bits(x)) }

func (b *block) fma(x, y, z string) string { return b.constrained("fma", kernel.F64, x, y, z) }

func (b *block) arith(name, x, y string) string { return b.constrained(name, kernel.F64, x, y) }

func (b *block) word(op, x string, n uint64) string {
	return b.def("%s %s %s, %s", op, b.vec(kernel.I64), x, b.constant(kernel.I64, n))
}

func (b *block) bitsOf(x string) string {
	return b.def("bitcast %s %s to %s", b.vec(kernel.F64), x, b.vec(kernel.I64))
}

func (b *block) fromBits(x string) string {
	return b.def("bitcast %s %s to %s", b.vec(kernel.I64), x, b.vec(kernel.F64))
}

// within is a mask of low <= x < high; false for NaNs.
func (b *block) within(x string, low, high float64) string {
	least := b.compareFloats("oge", kernel.F64, x, b.f8(low))
	return b.def("and %s %s, %s", b.vec(kernel.Bool), least, b.compareFloats("olt", kernel.F64, x, b.f8(high)))
}

func (b *block) choose(mask, yes, no string) string {
	return b.selectOf(kernel.F64, mask, yes, no)
}

// row reads word `column` of the table's rows.
func (b *block) row(table, rows string, column int) string {
	pointers, vec := fmt.Sprintf("<%d x ptr>", b.lanes), b.vec(kernel.I64)
	address := b.def("getelementptr inbounds [2 x i64], ptr @%s, %s %s, i64 %d", table, vec, rows, column)
	mask := fmt.Sprintf("<%d x i1>", b.lanes)
	name := b.declare(vec, fmt.Sprintf("llvm.masked.gather.v%di64.v%dp0", b.lanes, b.lanes), pointers+", i32, "+mask+", "+vec)
	return b.def("call %s @%s(%s %s, i32 8, %s splat (i1 true), %s poison) #1", vec, name, pointers, address, mask, vec)
}

// table adds a table of two words a row to the module.
func (b *block) table(name string, words []uint64) string {
	items := make([]string, len(words))
	for i, w := range words {
		items[i] = fmt.Sprintf("i64 %d", int64(w))
	}
	b.globals[name] = fmt.Sprintf("[%d x i64] [%s], align 64", len(words), strings.Join(items, ", "))
	return name
}

// polynomial is fma(x, fma(x, ..., c1), c0), of the steps of Horner's scheme.
func (b *block) polynomial(x string, c ...string) string {
	sum := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		sum = b.fma(x, sum, c[i])
	}
	return sum
}

// expandExp: x = k ln2/128 + r, exp(x) = 2**(k/128) exp(r). Of what is below
// 2**-54 the result is 1; at 512 begins the range in which it may overflow.
func (b *block) expandExp(x string) (string, func() string) {
	size := b.size(x)
	return b.compareFloats("olt", kernel.F64, size, b.f8(512)), func() string { return b.expOf(x, size) }
}

func (b *block) expOf(x, size string) string {
	c := b.target.Math.Exp
	normal := b.within(size, 0x1p-54, 512)
	x = b.choose(normal, x, b.f8(0))
	const shift = 0x1.8p52
	shifted := b.fma(b.f8(c.InvLn2N), x, b.f8(shift))
	number := b.bitsOf(shifted)
	k := b.arith("fsub", shifted, b.f8(shift))
	r := b.fma(k, b.f8(c.NegLn2LoN), b.fma(k, b.f8(c.NegLn2HiN), x))
	rows, table := b.word("and", number, 127), b.table("exp", c.Table[:])
	tail := b.fromBits(b.row(table, rows, 0))
	scale := b.fromBits(b.def("add %s %s, %s", b.vec(kernel.I64), b.row(table, rows, 1), b.word("shl", number, 45)))
	r2 := b.arith("fmul", r, r)
	low := b.fma(r2, b.polynomial(r, b.f8(c.Poly[0]), b.f8(c.Poly[1])), b.arith("fadd", tail, r))
	low = b.fma(b.arith("fmul", r2, r2), b.polynomial(r, b.f8(c.Poly[2]), b.f8(c.Poly[3])), low)
	return b.fma(scale, low, scale)
}

// expandLog: x = 2**k z, log(x) = k ln2 + log(c) + log(z/c), with a polynomial
// of its own near 1. Subnormal numbers and what has no finite logarithm are out
// of the ordinary.
func (b *block) expandLog(x string) (string, func() string) {
	return b.within(x, 0x1p-1022, math.Inf(1)), func() string {
		near := b.within(x, 1-0x1p-4, 1+0x1.09p-4)
		return b.choose(near, b.logNear(b.choose(near, x, b.f8(1))), b.logFar(x))
	}
}

func (b *block) logFar(x string) string {
	c, words := b.target.Math.Log, b.vec(kernel.I64)
	bits := b.bitsOf(x)
	offset := b.word("sub", bits, 0x3fe6<<48)
	rows, table := b.word("and", b.word("lshr", offset, 45), 127), b.table("log", c.Table[:])
	z := b.fromBits(b.def("sub %s %s, %s", words, bits, b.word("and", offset, 0xfff<<52)))
	k := b.exponent(offset)
	inverse, logC := b.fromBits(b.row(table, rows, 0)), b.fromBits(b.row(table, rows, 1))
	r := b.fma(z, inverse, b.f8(-1))
	w := b.fma(k, b.f8(c.Ln2Hi), logC)
	high := b.arith("fadd", w, r)
	low := b.fma(k, b.f8(c.Ln2Lo), b.arith("fadd", b.arith("fsub", w, high), r))
	r2 := b.arith("fmul", r, r)
	p := b.fma(r2, b.polynomial(r, b.f8(c.Poly[3]), b.f8(c.Poly[4])), b.polynomial(r, b.f8(c.Poly[1]), b.f8(c.Poly[2])))
	sum := b.fma(b.arith("fmul", r, r2), p, b.fma(r2, b.f8(c.Poly[0]), low))
	return b.arith("fadd", sum, high)
}

// exponent is the sign-extended upper twelve bits as a float. The conversion
// is one of 32 bits: older processors have no other.
func (b *block) exponent(bits string) string {
	half := b.def("trunc %s %s to %s", b.vec(kernel.I64), b.word("lshr", bits, 32), b.vec(kernel.I32))
	k := b.def("ashr %s %s, %s", b.vec(kernel.I32), half, b.constant(kernel.I32, 20))
	return b.convert(kernel.I32, kernel.F64, k)
}

// logNear computes r - r**2/2 in two parts, the rest as a polynomial.
func (b *block) logNear(x string) string {
	c := b.target.Math.Log.Near
	r := b.arith("fsub", x, b.f8(1))
	r2 := b.arith("fmul", r, r)
	r3 := b.arith("fmul", r, r2)
	part := func(n int) string {
		return b.fma(r2, b.f8(c[n+2]), b.fma(r, b.f8(c[n+1]), b.f8(c[n])))
	}
	p := b.fma(r3, b.f8(c[10]), part(7))
	p = b.fma(r3, b.fma(r3, p, part(4)), part(1))
	w := b.arith("fmul", r, b.f8(0x1p27))
	rHigh := b.arith("fsub", b.arith("fadd", r, w), w)
	rLow := b.arith("fsub", r, rHigh)
	w = b.arith("fmul", b.arith("fmul", rHigh, rHigh), b.f8(c[0]))
	high := b.arith("fadd", r, w)
	low := b.arith("fadd", b.arith("fsub", r, high), w)
	low = b.fma(b.arith("fmul", b.f8(c[0]), rLow), b.arith("fadd", rHigh, r), low)
	return b.arith("fadd", b.fma(r3, p, low), high)
}
