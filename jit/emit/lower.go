package emit

import (
	"fmt"
	"math"

	"slipstream/sched/kernel"
)

// Metadata of the constrained intrinsics.
const (
	strict  = `metadata !"fpexcept.strict"`
	rounded = `metadata !"round.tonearest", ` + strict
)

// suffixes name the types in intrinsics.
var suffixes = map[string]string{"float": "f32", "double": "f64"}

// elemSuffix names t in memory.
func elemSuffix(t kernel.Type) string {
	mem := t.Info().Mem
	if name, ok := suffixes[mem]; ok {
		return name
	}
	return mem
}

// suffix names the vector of t in memory; without lanes, the element.
func (e *emitter) suffix(t kernel.Type) string {
	if e.lanes == 0 {
		return elemSuffix(t)
	}
	return fmt.Sprintf("v%d%s", e.lanes, elemSuffix(t))
}

// lowerings has one function an operation; the memory operations and Loop
// are not computed in a block.
var lowerings = [...]func(b *block, in *kernel.Inst) string{
	kernel.Load:   nil,
	kernel.Const:  nil,
	kernel.Add:    arithmetic("fadd", "add"),
	kernel.Sub:    arithmetic("fsub", "sub"),
	kernel.Mul:    arithmetic("fmul", "mul"),
	kernel.Div:    arithmetic("fdiv", ""),
	kernel.Neg:    lowerNeg,
	kernel.Abs:    lowerAbs,
	kernel.Sqrt:   lowerSqrt,
	kernel.Lt:     comparison("olt", "slt", "ult"),
	kernel.Le:     comparison("ole", "sle", "ule"),
	kernel.Gt:     comparison("ogt", "sgt", "ugt"),
	kernel.Ge:     comparison("oge", "sge", "uge"),
	kernel.Eq:     comparison("oeq", "eq", "eq"),
	kernel.Ne:     comparison("une", "ne", "ne"),
	kernel.And:    bitwise("and"),
	kernel.Or:     bitwise("or"),
	kernel.Xor:    bitwise("xor"),
	kernel.Not:    lowerNot,
	kernel.Shl:    lowerShl,
	kernel.Shr:    lowerShr,
	kernel.Min:    extremum("smin", "umin"),
	kernel.Max:    extremum("smax", "umax"),
	kernel.Select: lowerSelect,
	kernel.IsNaN:  lowerIsNaN,
	kernel.Cast:   lowerCast,
	kernel.Loop:   lowerExpansion,
}

// constant is a splat of an element's bits; without lanes, the element.
func (e *emitter) constant(t kernel.Type, bits uint64) string {
	if e.lanes == 0 {
		return literal(t, bits)
	}
	return fmt.Sprintf("splat (%s %s)", t.Info().LLVM, literal(t, bits))
}

// literal is an element's bits as LLVM writes them.
func literal(t kernel.Type, bits uint64) string {
	switch {
	case t == kernel.Bool:
		return fmt.Sprint(bits != 0)
	case !t.IsFloat():
		unused := 64 - 8*t.Size()
		return fmt.Sprint(int64(bits) << unused >> unused)
	case t == kernel.F32: // LLVM writes a float as the double of the same value
		bits = widenBits(uint32(bits))
	}
	return fmt.Sprintf("0x%016X", bits)
}

// widenBits is float32 to float64 on bits, so that a NaN stays as it is.
func widenBits(bits uint32) uint64 {
	if bits&0x7f800000 != 0x7f800000 {
		return math.Float64bits(float64(math.Float32frombits(bits)))
	}
	return uint64(bits&0x80000000)<<32 | 0x7ff<<52 | uint64(bits&0x7fffff)<<29
}

// constrained calls a constrained intrinsic on operands of type t.
func (b *block) constrained(name string, t kernel.Type, args ...string) string {
	vec, params, list := b.vec(t), "", ""
	for _, a := range args {
		params += vec + ", "
		list += vec + " " + a + ", "
	}
	full := b.declare(vec, "llvm.experimental.constrained."+name+"."+b.suffix(t), params+"metadata, metadata")
	return b.def("call %s @%s(%s%s) #1", vec, full, list, rounded)
}

// intrinsic calls an ordinary one on operands of type t; extra follows them.
func (b *block) intrinsic(name string, t kernel.Type, args []string, extra string) string {
	vec, params, list := b.vec(t), "", ""
	for i, a := range args {
		if i > 0 {
			params, list = params+", ", list+", "
		}
		params += vec
		list += vec + " " + a
	}
	if extra != "" {
		params, list = params+", i1", list+", "+extra
	}
	return b.def("call %s @%s(%s) #1", vec, b.declare(vec, name+"."+b.suffix(t), params), list)
}

func arithmetic(float, integer string) func(*block, *kernel.Inst) string {
	return func(b *block, in *kernel.Inst) string {
		x, y := b.arg(in, 0), b.arg(in, 1)
		switch {
		case in.Type.IsFloat():
			return b.constrained(float, in.Type, x, y)
		case in.Type.IsComplex():
			return b.onParts(in.Type, in.Type, func(p []string) string { return b.constrained(float, in.Type.Part(), p...) }, x, y)
		}
		return b.def("%s %s %s, %s", integer, b.vec(in.Type), x, y)
	}
}

func comparison(float, signed, unsigned string) func(*block, *kernel.Inst) string {
	return func(b *block, in *kernel.Inst) string {
		t := b.argType(in, 0)
		x, y := b.arg(in, 0), b.arg(in, 1)
		switch {
		case t.IsFloat():
			return b.compareFloats(float, t, x, y)
		case t.Unsigned():
			return b.def("icmp %s %s %s, %s", unsigned, b.vec(t), x, y)
		}
		return b.def("icmp %s %s %s, %s", signed, b.vec(t), x, y)
	}
}

// compareFloats is quiet: NumPy clears what its comparisons of NaNs raise.
func (b *block) compareFloats(predicate string, t kernel.Type, x, y string) string {
	vec, mask := b.vec(t), b.vec(kernel.Bool)
	name := b.declare(mask, "llvm.experimental.constrained.fcmp."+b.suffix(t), vec+", "+vec+", metadata, metadata")
	return b.def(`call %s @%s(%s %s, %s %s, metadata !"%s", %s) #1`, mask, name, vec, x, vec, y, predicate, strict)
}

func bitwise(name string) func(*block, *kernel.Inst) string {
	return func(b *block, in *kernel.Inst) string {
		return b.def("%s %s %s, %s", name, b.vec(in.Type), b.arg(in, 0), b.arg(in, 1))
	}
}

func extremum(signed, unsigned string) func(*block, *kernel.Inst) string {
	logical := bitwise(map[string]string{"umin": "and", "umax": "or"}[unsigned])
	return func(b *block, in *kernel.Inst) string {
		name := signed
		switch {
		case in.Type == kernel.Bool:
			return logical(b, in)
		case in.Type.Unsigned():
			name = unsigned
		}
		return b.intrinsic("llvm."+name, in.Type, []string{b.arg(in, 0), b.arg(in, 1)}, "")
	}
}

func lowerNeg(b *block, in *kernel.Inst) string {
	if t := in.Type; t.IsComplex() {
		return b.onParts(t, t, func(p []string) string { return b.def("fneg %s %s", b.vec(t.Part()), p[0]) }, b.arg(in, 0))
	}
	if in.Type.IsFloat() {
		return b.def("fneg %s %s", b.vec(in.Type), b.arg(in, 0))
	}
	return b.def("sub %s zeroinitializer, %s", b.vec(in.Type), b.arg(in, 0))
}

func lowerAbs(b *block, in *kernel.Inst) string {
	switch {
	case in.Type.IsFloat():
		return b.intrinsic("llvm.fabs", in.Type, []string{b.arg(in, 0)}, "")
	case in.Type.Unsigned():
		return b.arg(in, 0)
	}
	return b.intrinsic("llvm.abs", in.Type, []string{b.arg(in, 0)}, "i1 false")
}

func lowerSqrt(b *block, in *kernel.Inst) string {
	return b.constrained("sqrt", in.Type, b.arg(in, 0))
}

func lowerNot(b *block, in *kernel.Inst) string {
	ones := b.constant(in.Type, ^uint64(0))
	return b.def("xor %s %s, %s", b.vec(in.Type), b.arg(in, 0), ones)
}

// lowerShl: a count that is out of range must not reach the shift.
func lowerShl(b *block, in *kernel.Inst) string {
	vec, x, n := b.vec(in.Type), b.arg(in, 0), b.arg(in, 1)
	return b.inWidth(in.Type, n, func(safe string) string { return b.def("shl %s %s, %s", vec, x, safe) })
}

// inWidth is the shift by n where n is a bit's number, else 0.
func (b *block) inWidth(t kernel.Type, n string, shift func(safe string) string) string {
	vec, bits := b.vec(t), uint64(8*t.Size())
	fits := b.def("icmp ult %s %s, %s", vec, n, b.constant(t, bits))
	safe := b.def("and %s %s, %s", vec, n, b.constant(t, bits-1))
	return b.def("select %s %s, %s %s, %s zeroinitializer", b.vec(kernel.Bool), fits, vec, shift(safe), vec)
}

func lowerShr(b *block, in *kernel.Inst) string {
	vec, x, n := b.vec(in.Type), b.arg(in, 0), b.arg(in, 1)
	if in.Type.Unsigned() {
		return b.inWidth(in.Type, n, func(safe string) string { return b.def("lshr %s %s, %s", vec, x, safe) })
	}
	last := b.constant(in.Type, uint64(8*in.Type.Size()-1))
	fits := b.def("icmp ult %s %s, %s", vec, n, last)
	safe := b.def("select %s %s, %s %s, %s %s", b.vec(kernel.Bool), fits, vec, n, vec, last)
	return b.def("ashr %s %s, %s", vec, x, safe)
}

func lowerSelect(b *block, in *kernel.Inst) string {
	vec := b.vec(in.Type)
	return b.def("select %s %s, %s %s, %s %s", b.vec(kernel.Bool), b.arg(in, 0), vec, b.arg(in, 1), vec, b.arg(in, 2))
}

// lowerIsNaN looks at the bits: no flag even for a signalling NaN.
func lowerIsNaN(b *block, in *kernel.Inst) string {
	t := b.argType(in, 0)
	as, infinity := kernel.I64, uint64(0x7ff<<52)
	if t == kernel.F32 {
		as, infinity = kernel.I32, 0x7f800000
	}
	magnitude := ^uint64(0) >> 1 >> (64 - 8*t.Size())
	bits := b.def("bitcast %s %s to %s", b.vec(t), b.arg(in, 0), b.vec(as))
	abs := b.def("and %s %s, %s", b.vec(as), bits, b.constant(as, magnitude))
	return b.def("icmp ugt %s %s, %s", b.vec(as), abs, b.constant(as, infinity))
}
