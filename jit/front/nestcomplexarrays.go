package front

import (
	"slices"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about products of complex arrays in nests. On some processors NumPy's loop
// fuses one of the products with the sum, so the order of the operands counts, and where
// it takes a step of 0 or memory that overlaps it does not. Kernels call the loop on
// elements that lie side by side: what NumPy would do otherwise is left to it.

// elidedBytes is the size from which on NumPy computes an operator into an operand that
// nobody else has: into the right one with the operands the other way round.
const elidedBytes = 256 << 10

// complexArrays says that a result is a product of complex operands.
func complexArrays(a *narray) bool {
	return a.loop != nil && a.loop.Ufunc == "multiply" && a.typ.IsComplex()
}

// mayMultiply leaves products of one element where NumPy may take its iterator, which goes
// over axes of length one with a step of 0. It does not for one axis.
func (n *nester) mayMultiply(a *narray) *stop {
	if !complexArrays(a) || a.rank() < 2 {
		return nil
	}
	return n.guard(n.compare(kernel.Ne, n.sizeOf(a), n.int(1)))
}

// mayElide leaves products with an operand to the right that may be nobody else's, where
// they are large.
func (n *nester) mayElide(text string, right, product nval) *stop {
	if text != "*" || right.kind != nArray || !n.isTemporary(right.arr) || !complexArrays(product.arr) {
		return nil
	}
	most := n.int(elidedBytes / int64(product.arr.typ.Size()))
	return n.guard(n.compare(kernel.Lt, n.sizeOf(product.arr), most))
}

// isTemporary says that an array's memory may be its own and nobody else may hold it.
func (n *nester) isTemporary(a *narray) bool {
	if !a.computed() {
		return true
	}
	if a.base != nil {
		copied, ok := n.loose[a.base.who]
		return ok && copied == nest.None
	}
	return a.own && !n.isHeld(a)
}

// isHeld says that a variable holds an array.
func (n *nester) isHeld(a *narray) bool {
	same := func(v nval) bool { return v.kind == nArray && v.arr.who == a.who }
	return a.who > 0 && slices.ContainsFunc(n.now.locals, same)
}

// mayMultiplyInPlace leaves products and squares in place of one element, and those with an array that
// shares memory, unless it is the same.
func (n *nester) mayMultiplyInPlace(text string, a *narray, v nval) *stop {
	if text != "*" && text != "**" || !a.typ.IsComplex() {
		return nil
	}
	if s := n.guard(n.compare(kernel.Ne, n.sizeOf(a), n.int(1))); s != nil || !n.isArray(v) {
		return s
	}
	b, s := n.arrayIn(v)
	if s != nil || !b.computed() || b.place == a.place && b.typ == a.typ {
		return s
	}
	return n.guard(n.apart(a, b))
}

// sizeOf is the number of an array's elements.
func (n *nester) sizeOf(a *narray) nest.ID {
	size := n.int(1)
	for _, d := range a.dims {
		size = n.scalar(kernel.Mul, kernel.I64, size, d)
	}
	return size
}

// apart says that two arrays lie apart, or are the same.
func (n *nester) apart(a, b *narray) nest.ID {
	apart := n.outsideOf(a, b)
	if a.rank() != b.rank() || a.typ != b.typ {
		return apart
	}
	same := n.compare(kernel.Eq, a.addr, b.addr)
	for i, id := range slices.Concat(a.dims, a.strides) {
		other := slices.Concat(b.dims, b.strides)[i]
		same = n.scalar(kernel.And, kernel.Bool, same, n.compare(kernel.Eq, id, other))
	}
	return n.scalar(kernel.Or, kernel.Bool, apart, same)
}

// extent is where an array's first byte and its last one lie.
func (n *nester) extent(a *narray) pair {
	low, high, zero := a.addr, n.scalar(kernel.Add, kernel.I64, a.addr, n.int(int64(a.typ.Size()-1))), n.int(0)
	for axis, d := range a.dims {
		span := n.scalar(kernel.Mul, kernel.I64, n.scalar(kernel.Sub, kernel.I64, d, n.int(1)), a.strides[axis])
		low = n.scalar(kernel.Add, kernel.I64, low, n.scalar(kernel.Min, kernel.I64, span, zero))
		high = n.scalar(kernel.Add, kernel.I64, high, n.scalar(kernel.Max, kernel.I64, span, zero))
	}
	return pair{low, high}
}
