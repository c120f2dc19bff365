package emit

import "slipstream/sched/kernel"

// A vector of complex numbers is one of integers of their size. What is done
// to both parts alike is done to a vector of twice as many floats.

// onParts applies op to the parts of arguments of type from; the result is of
// type to.
func (b *block) onParts(from, to kernel.Type, op func(parts []string) string, args ...string) string {
	given, wanted := b.vec(from), b.vec(to)
	b.lanes *= 2
	defer func() { b.lanes /= 2 }()
	var parts []string
	for _, a := range args {
		parts = append(parts, b.def("bitcast %s %s to %s", given, a, b.vec(from.Part())))
	}
	return b.def("bitcast %s %s to %s", b.vec(to.Part()), op(parts), wanted)
}

// castComplex: the imaginary part of a real number is 0.0, whose bits are 0.
func (b *block) castComplex(from, to kernel.Type, x string) string {
	part := to.Part()
	if from.IsComplex() {
		return b.onParts(from, to, func(p []string) string { return b.convert(from.Part(), part, p[0]) }, x)
	}
	bits := binaries[part].word
	real := b.def("bitcast %s %s to %s", b.vec(part), b.cast(from, part, x), b.vec(bits))
	return b.def("zext %s %s to %s", b.vec(bits), real, b.vec(to))
}
