package emit

import "slipstream/sched/kernel"

// Halves are bits to a kernel. Their conversions are written out in integer
// arithmetic, because not every processor has instructions for them, and
// because NumPy's keep the payload of a NaN and raise no flag.

func (b *block) toSingle(from kernel.Type, x string) string {
	if from == kernel.Bool {
		return b.castBool(kernel.F32, x)
	}
	return b.convert(from, kernel.F32, x)
}

// binary is how a floating-point type lies in an integer of its size.
type binary struct {
	word     kernel.Type
	shift    int    // from a half's fraction to this one
	rebias   uint64 // added to a half's exponent, in place
	infinity uint64
	tiny     uint64 // 2**-24
}

var binaries = map[kernel.Type]binary{
	kernel.F32: {kernel.I32, 13, 112 << 23, 0x7f800000, 0x33800000},
	kernel.F64: {kernel.I64, 42, 1008 << 52, 0x7ff << 52, (1023 - 24) << 52},
}

// widenHalf makes a float. A subnormal half is its integer times 2**-24.
func (b *block) widenHalf(to kernel.Type, x string) string {
	f := binaries[to]
	t := f.word
	word := b.vec(t)
	wide := b.resize(kernel.U16, t, x)
	sign := b.def("shl %s %s, %s", word, b.maskBits(t, wide, 0x8000), b.constant(t, uint64(8*t.Size()-16)))
	magnitude := b.maskBits(t, wide, 0x7fff)
	shifted := b.def("shl %s %s, %s", word, magnitude, b.constant(t, uint64(f.shift)))
	normal := b.def("add %s %s, %s", word, shifted, b.constant(t, f.rebias))
	special := b.def("or %s %s, %s", word, shifted, b.constant(t, f.infinity))
	bits := b.chooseBelow(t, magnitude, 0x7c00, normal, special)
	bits = b.chooseBelow(t, magnitude, 0x400, b.subnormal(to, magnitude), bits)
	return b.def("bitcast %s %s to %s", word, b.def("or %s %s, %s", word, sign, bits), b.vec(to))
}

func (b *block) subnormal(to kernel.Type, magnitude string) string {
	f := binaries[to]
	count := b.chooseBelow(f.word, magnitude, 0x400, magnitude, "zeroinitializer")
	number := b.convert(kernel.I32, to, b.resize(f.word, kernel.I32, count))
	tiny := b.constrained("fmul", to, number, b.constant(to, f.tiny))
	return b.def("bitcast %s %s to %s", b.vec(to), tiny, b.vec(f.word))
}

// narrowHalf makes a half of zero, or of a number that it holds normally.
func (b *block) narrowHalf(x string) string {
	t, word := kernel.I32, b.vec(kernel.I32)
	bits := b.def("bitcast %s %s to %s", b.vec(kernel.F32), x, word)
	sign := b.maskBits(t, b.def("lshr %s %s, %s", word, bits, b.constant(t, 16)), 0x8000)
	magnitude := b.maskBits(t, bits, 0x7fffffff)
	shifted := b.def("lshr %s %s, %s", word, magnitude, b.constant(t, 13))
	normal := b.def("sub %s %s, %s", word, shifted, b.constant(t, 112<<10))
	half := b.def("or %s %s, %s", word, sign, b.chooseBelow(t, magnitude, 1, "zeroinitializer", normal))
	return b.resize(kernel.U32, kernel.U16, half)
}

func (b *block) maskBits(t kernel.Type, x string, bits uint64) string {
	return b.def("and %s %s, %s", b.vec(t), x, b.constant(t, bits))
}

// chooseBelow is yes where x is less than limit, else no.
func (b *block) chooseBelow(t kernel.Type, x string, limit uint64, yes, no string) string {
	less := b.def("icmp ult %s %s, %s", b.vec(t), x, b.constant(t, limit))
	return b.def("select %s %s, %s %s, %s %s", b.vec(kernel.Bool), less, b.vec(t), yes, b.vec(t), no)
}
