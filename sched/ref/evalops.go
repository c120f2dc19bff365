package ref

import (
	"math"

	"slipstream/sched/kernel"
)

// evalTable has one function an operation.
var evalTable = [...]func(e *evaluator, in *kernel.Inst, i int) uint64{
	kernel.Load:   evalLoad,
	kernel.Const:  func(_ *evaluator, in *kernel.Inst, _ int) uint64 { return in.Bits },
	kernel.Add:    evalArith,
	kernel.Sub:    evalArith,
	kernel.Mul:    evalArith,
	kernel.Div:    evalArith,
	kernel.Neg:    evalNeg,
	kernel.Abs:    evalAbs,
	kernel.Sqrt:   evalSqrt,
	kernel.Lt:     evalCompare,
	kernel.Le:     evalCompare,
	kernel.Gt:     evalCompare,
	kernel.Ge:     evalCompare,
	kernel.Eq:     evalCompare,
	kernel.Ne:     evalCompare,
	kernel.And:    func(e *evaluator, in *kernel.Inst, _ int) uint64 { return e.arg(in, 0) & e.arg(in, 1) },
	kernel.Or:     func(e *evaluator, in *kernel.Inst, _ int) uint64 { return e.arg(in, 0) | e.arg(in, 1) },
	kernel.Xor:    func(e *evaluator, in *kernel.Inst, _ int) uint64 { return e.arg(in, 0) ^ e.arg(in, 1) },
	kernel.Not:    evalNot,
	kernel.Shl:    evalShl,
	kernel.Shr:    evalShr,
	kernel.Min:    evalMin,
	kernel.Max:    evalMax,
	kernel.Select: evalSelect,
	kernel.IsNaN:  func(e *evaluator, in *kernel.Inst, _ int) uint64 { return boolBits(math.IsNaN(e.float(in, 0))) },
	kernel.Cast:   evalCast,
	kernel.Loop:   evalLoop,
}

func (e *evaluator) arg(in *kernel.Inst, n int) uint64 { return e.vals[in.Args[n]] }

func (e *evaluator) typeOf(in *kernel.Inst, n int) kernel.Type { return e.k.Body[in.Args[n]].Type }

func (e *evaluator) float(in *kernel.Inst, n int) float64 {
	return toFloat(e.typeOf(in, n), e.arg(in, n))
}

func (e *evaluator) int(in *kernel.Inst, n int) int64 {
	return toInt(e.typeOf(in, n), e.arg(in, n))
}

func evalLoad(e *evaluator, in *kernel.Inst, i int) uint64 {
	o := e.args[in.Param]
	if e.k.Params[in.Param].Kind == kernel.Scalar {
		o.Stride = 0
	}
	e.high = loadHigh(in.Type, o.at(i))
	return load(in.Type, o.at(i))
}

func evalArith(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type.IsComplex() {
		return e.complexArith(in)
	}
	bits, flags := Arith(in.Op, in.Type, e.arg(in, 0), e.arg(in, 1))
	e.flags |= flags
	return bits
}

// Arith is + - * / of one type, with the flags it raises. The conversions around every float operation
// keep the compiler from fusing a product with a sum.
func Arith(op kernel.Op, t kernel.Type, a, b uint64) (uint64, Flags) {
	switch t {
	case kernel.F64:
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		return math.Float64bits(float64(floatArith(op, x, y))), arithFlags(op, t, a, b)
	case kernel.F32:
		x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
		return uint64(math.Float32bits(float32(floatArith(op, x, y)))), arithFlags(op, t, a, b)
	}
	x, y := toInt(t, a), toInt(t, b)
	switch op {
	case kernel.Add:
		x += y
	case kernel.Sub:
		x -= y
	default:
		x *= y
	}
	return fromInt(t, x), 0
}

func floatArith[T float32 | float64](op kernel.Op, x, y T) T {
	switch op {
	case kernel.Add:
		return T(x + y)
	case kernel.Sub:
		return T(x - y)
	case kernel.Mul:
		return T(x * y)
	}
	return T(x / y)
}

func evalNeg(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type.IsComplex() {
		sign := signBit(in.Type.Part())
		return e.join(in.Type, e.complexArg(in, 0).each(func(x uint64) uint64 { return x ^ sign }))
	}
	if in.Type.IsFloat() {
		return e.arg(in, 0) ^ signBit(in.Type)
	}
	return fromInt(in.Type, -e.int(in, 0))
}

func evalAbs(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type.IsFloat() {
		return e.arg(in, 0) &^ signBit(in.Type)
	}
	x := e.int(in, 0)
	if x < 0 && !in.Type.Unsigned() {
		x = -x
	}
	return fromInt(in.Type, x)
}

// evalSqrt: the double root of a float32 rounds to the right float32, because
// 53 >= 2*24+2 bits.
func evalSqrt(e *evaluator, in *kernel.Inst, _ int) uint64 {
	x := e.float(in, 0)
	if x < 0 {
		e.flags |= Invalid
		return defaultNaN(in.Type)
	}
	if x == 0 || math.IsNaN(x) {
		return e.arg(in, 0)
	}
	return fromFloat(in.Type, math.Sqrt(x))
}

// defaultNaN is the NaN that x86 makes of an invalid operation.
func defaultNaN(t kernel.Type) uint64 {
	if t == kernel.F32 {
		return 0xffc00000
	}
	return 0xfff8000000000000
}

func evalCompare(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if e.typeOf(in, 0).IsFloat() {
		return boolBits(compare(in.Op, e.float(in, 0), e.float(in, 1)))
	}
	if e.typeOf(in, 0).Unsigned() {
		return boolBits(compare(in.Op, e.arg(in, 0), e.arg(in, 1)))
	}
	return boolBits(compare(in.Op, e.int(in, 0), e.int(in, 1)))
}

func compare[T int64 | uint64 | float64](op kernel.Op, x, y T) bool {
	switch op {
	case kernel.Lt:
		return x < y
	case kernel.Le:
		return x <= y
	case kernel.Gt:
		return x > y
	case kernel.Ge:
		return x >= y
	case kernel.Eq:
		return x == y
	}
	return x != y
}

func evalNot(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type == kernel.Bool {
		return e.arg(in, 0) ^ 1
	}
	return fromInt(in.Type, ^e.int(in, 0))
}

func evalShl(e *evaluator, in *kernel.Inst, _ int) uint64 {
	x, n := e.int(in, 0), e.int(in, 1)
	if n < 0 || n >= int64(8*in.Type.Size()) {
		return 0
	}
	return fromInt(in.Type, x<<n)
}

func evalShr(e *evaluator, in *kernel.Inst, _ int) uint64 {
	x, n := e.int(in, 0), e.int(in, 1)
	if n < 0 || n >= int64(8*in.Type.Size()) {
		n = 64
	}
	if in.Type.Unsigned() {
		return uint64(x) >> n
	}
	return fromInt(in.Type, x>>n)
}

func evalMin(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type.Unsigned() {
		return min(e.arg(in, 0), e.arg(in, 1))
	}
	return fromInt(in.Type, min(e.int(in, 0), e.int(in, 1)))
}

func evalMax(e *evaluator, in *kernel.Inst, _ int) uint64 {
	if in.Type.Unsigned() {
		return max(e.arg(in, 0), e.arg(in, 1))
	}
	return fromInt(in.Type, max(e.int(in, 0), e.int(in, 1)))
}

func evalSelect(e *evaluator, in *kernel.Inst, _ int) uint64 {
	chosen := 2
	if e.arg(in, 0) != 0 {
		chosen = 1
	}
	e.high = e.upper[in.Args[chosen]]
	return e.arg(in, chosen)
}

func evalLoop(e *evaluator, in *kernel.Inst, _ int) uint64 {
	args := make([]uint64, len(in.Args))
	for n := range args {
		args[n] = e.arg(in, n)
	}
	return e.loops[in.Loop](args)
}

func evalCast(e *evaluator, in *kernel.Inst, _ int) uint64 {
	from, bits := e.typeOf(in, 0), e.arg(in, 0)
	if in.Type.IsComplex() {
		return e.castComplex(in)
	}
	out, flags := cast(from, in.Type, bits)
	e.flags |= flags
	return out
}

func cast(from, to kernel.Type, bits uint64) (uint64, Flags) {
	switch {
	case from == to:
		return bits, 0
	case to == kernel.F16:
		return halfBits(toInt(from, bits)), 0
	case from == kernel.F16:
		return widenHalf(to, bits), 0
	case from == kernel.U64 && to == kernel.F32:
		return uint64(math.Float32bits(float32(bits))), 0
	case from == kernel.U64 && to == kernel.F64:
		return math.Float64bits(float64(bits)), 0
	case !from.IsFloat() && to == kernel.F32:
		return uint64(math.Float32bits(float32(toInt(from, bits)))), 0 // one rounding
	case !from.IsFloat() && to == kernel.F64:
		return math.Float64bits(float64(toInt(from, bits))), 0
	case !from.IsFloat():
		return fromInt(to, toInt(from, bits)), 0
	case to.IsFloat():
		return castFloat(from, to, bits)
	case to == kernel.Bool:
		return boolBits(toFloat(from, bits) != 0), 0
	}
	return castInt(to, toFloat(from, bits))
}

func castFloat(from, to kernel.Type, bits uint64) (uint64, Flags) {
	x := toFloat(from, bits)
	out := fromFloat(to, x)
	if to == kernel.F64 {
		return out, 0
	}
	return out, roundFlags(to, x)
}

// castInt truncates. Out of range gives the "integer indefinite" value, as
// the instruction that NumPy's C cast compiles to does.
func castInt(to kernel.Type, x float64) (uint64, Flags) {
	limit := math.Ldexp(1, 8*to.Size()-1)
	trunc := math.Trunc(x)
	if !(trunc >= -limit && trunc < limit) {
		return signBit(to), Invalid
	}
	return fromInt(to, int64(trunc)), 0
}
