package emit

import (
	"fmt"

	"slipstream/sched/kernel"
)

func lowerCast(b *block, in *kernel.Inst) string {
	return b.cast(b.argType(in, 0), in.Type, b.arg(in, 0))
}

// cast chooses by the classes of both types.
func (b *block) cast(from, to kernel.Type, x string) string {
	switch {
	case from == to:
		return x
	case to.IsComplex():
		return b.castComplex(from, to, x)
	case to == kernel.F16:
		return b.narrowHalf(b.toSingle(from, x))
	case from == kernel.F16:
		return b.widenHalf(to, x)
	case from == kernel.Bool:
		return b.castBool(to, x)
	case to == kernel.Bool && from.IsFloat():
		return b.compareFloats("une", from, x, b.constant(from, 0))
	case to == kernel.Bool:
		return b.def("icmp ne %s %s, zeroinitializer", b.vec(from), x)
	case from.IsInt() && to.IsInt():
		return b.resize(from, to, x)
	}
	return b.convert(from, to, x)
}

func (b *block) castBool(to kernel.Type, x string) string {
	if to.IsInt() {
		return b.def("zext %s %s to %s", b.vec(kernel.Bool), x, b.vec(to))
	}
	one := map[kernel.Type]uint64{kernel.F32: 0x3f800000, kernel.F64: 0x3ff << 52}[to]
	vec := b.vec(to)
	return b.def("select %s %s, %s %s, %s zeroinitializer", b.vec(kernel.Bool), x, vec, b.constant(to, one), vec)
}

func (b *block) resize(from, to kernel.Type, x string) string {
	if to.Size() < from.Size() {
		return b.def("trunc %s %s to %s", b.vec(from), x, b.vec(to))
	}
	if to.Size() == from.Size() {
		return x
	}
	if from.Unsigned() {
		return b.def("zext %s %s to %s", b.vec(from), x, b.vec(to))
	}
	return b.def("sext %s %s to %s", b.vec(from), x, b.vec(to))
}

// convert is a conversion from or to a float type. A float that no integer
// can hold has no result in LLVM's terms; the instruction that it selects,
// as a constrained operation, gives what NumPy's cast gives.
func (b *block) convert(from, to kernel.Type, x string) string {
	name, meta := conversion(from, to)
	params := "metadata"
	if meta == rounded {
		params = "metadata, metadata"
	}
	full := fmt.Sprintf("llvm.experimental.constrained.%s.%s.%s", name, b.suffix(to), b.suffix(from))
	b.declare(b.vec(to), full, b.vec(from)+", "+params)
	return b.def("call %s @%s(%s %s, %s) #1", b.vec(to), full, b.vec(from), x, meta)
}

func conversion(from, to kernel.Type) (name, meta string) {
	switch {
	case from.IsInt() && from.Unsigned():
		return "uitofp", rounded
	case from.IsInt():
		return "sitofp", rounded
	case to.IsInt():
		return "fptosi", strict
	case to.Size() < from.Size():
		return "fptrunc", rounded
	}
	return "fpext", strict
}
