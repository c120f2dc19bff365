package ref

import "slipstream/sched/kernel"

// parts are the bits of the real and the imaginary part.
type parts [2]uint64

func (p parts) each(f func(uint64) uint64) parts { return parts{f(p[0]), f(p[1])} }

func (e *evaluator) complexArg(in *kernel.Inst, n int) parts {
	low, high := e.arg(in, n), e.upper[in.Args[n]]
	if e.typeOf(in, n) == kernel.C64 {
		return parts{low & 0xffffffff, low >> 32}
	}
	return parts{low, high}
}

// join gives the lowest 64 bits of a number and leaves the others in e.high.
func (e *evaluator) join(t kernel.Type, p parts) uint64 {
	if t == kernel.C64 {
		return p[0] | p[1]<<32
	}
	e.high = p[1]
	return p[0]
}

func (e *evaluator) complexArith(in *kernel.Inst) uint64 {
	x, y := e.complexArg(in, 0), e.complexArg(in, 1)
	var sum parts
	for i := range sum {
		bits, flags := Arith(in.Op, in.Type.Part(), x[i], y[i])
		sum[i] = bits
		e.flags |= flags
	}
	return e.join(in.Type, sum)
}

func (e *evaluator) castComplex(in *kernel.Inst) uint64 {
	from, x := e.typeOf(in, 0), parts{e.arg(in, 0)}
	if from.IsComplex() {
		x, from = e.complexArg(in, 0), from.Part()
	}
	to := in.Type.Part()
	real, flags := cast(from, to, x[0])
	imag, more := uint64(0), Flags(0)
	if e.typeOf(in, 0).IsComplex() {
		imag, more = cast(from, to, x[1])
	}
	e.flags |= flags | more
	return e.join(in.Type, parts{real, imag})
}
