package front

import (
	"fmt"
	"math"
	"slices"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lengths in nests: how operands fit together, and what is foreseen of lengths
// that are only known at run time. An axis that has one element in this call is likely to be repeated,
// others are taken to be as long as those that they meet.

// fit is the common shape of operands. Where it does not show that two lengths are equal,
// or one is 1, the nest is left unless they are.
func (n *nester) fit(shapes ...[]nest.ID) ([]nest.ID, *stop) {
	rank := 0
	for _, dims := range shapes {
		rank = max(rank, len(dims))
	}
	out := make([]nest.ID, rank)
	for axis := range out {
		out[axis] = nest.None
		for _, dims := range shapes {
			at := axis - rank + len(dims)
			if at < 0 {
				continue
			}
			both, s := n.sameLength(out[axis], dims[at])
			if s != nil {
				return nil, s
			}
			out[axis] = both
		}
	}
	return out, nil
}

func (n *nester) sameLength(a, b nest.ID) (nest.ID, *stop) {
	switch {
	case a == nest.None || n.isOne(a):
		return b, nil
	case a == b || n.isOne(b):
		return a, nil
	case n.mayRepeat(a) && !n.mayRepeat(b):
		return n.orRepeated(a, b)
	case n.mayRepeat(b) && !n.mayRepeat(a):
		return n.orRepeated(b, a)
	}
	if x, y := n.lengthLike(a), n.lengthLike(b); x != y {
		n.made[likeLength(max(x, y))] = min(x, y)
	}
	return a, n.guard(n.compare(kernel.Eq, a, b))
}

// likeLength is where a block has the length that a length is equal to.
func likeLength(of nest.ID) string { return fmt.Sprint("length ", of) }

// lengthLike is one of all the lengths that are known to be equal to one.
func (n *nester) lengthLike(a nest.ID) nest.ID {
	for {
		b, ok := n.made[likeLength(a)]
		if !ok {
			return a
		}
		a = b
	}
}

// sameShape says that all lengths of two shapes are known to be equal.
func (n *nester) sameShape(a, b []nest.ID) bool {
	return slices.EqualFunc(a, b, func(x, y nest.ID) bool { return n.lengthLike(x) == n.lengthLike(y) })
}

// orRepeated is the common length of an axis that may have one element and another one.
func (n *nester) orRepeated(a, b nest.ID) (nest.ID, *stop) {
	one := n.compare(kernel.Eq, a, n.int(1))
	fits := n.scalar(kernel.Or, kernel.Bool, one, n.compare(kernel.Eq, a, b))
	return b, n.guard(fits)
}

// computedAtAll leaves where an expression among operands would be repeated no times in the common shape:
// NumPy computes it, and reports, all the same.
func (n *nester) computedAtAll(operands []nval, common []nest.ID) *stop {
	for _, v := range operands {
		if v.kind != nArray || v.arr.computed() {
			continue
		}
		for axis, length := range common {
			d := n.int(1)
			if at := axis - len(common) + v.arr.rank(); at >= 0 {
				d = v.arr.dims[at]
			}
			if s := n.repeatedAtAll(d, length); s != nil {
				return s
			}
		}
	}
	return nil
}

// repeatedAtAll leaves where an axis that has one element meets one that has none.
func (n *nester) repeatedAtAll(d, length nest.ID) *stop {
	if d == length || !n.isOne(d) && !n.mayRepeat(d) {
		return nil
	}
	some := n.compare(kernel.Ne, length, n.int(0))
	if !n.isOne(d) {
		some = n.scalar(kernel.Or, kernel.Bool, some, n.compare(kernel.Eq, d, n.int(0)))
	}
	return n.guard(some)
}

func (n *nester) isOne(id nest.ID) bool {
	in := &n.f.Insts[id]
	return in.Op == nest.Const && in.Bits == 1
}

func (n *nester) isZero(id nest.ID) bool {
	in := &n.f.Insts[id]
	return in.Op == nest.Const && in.Bits == 0
}

// mayRepeat says that an axis has one element in this call, but not in each.
func (n *nester) mayRepeat(id nest.ID) bool {
	length, known := n.foreseenLength(id)
	return known && length == 1 && n.f.Insts[id].Op != nest.Const
}

// foreseenLength is what an integer is in this call, where it shows.
func (n *nester) foreseenLength(id nest.ID) (int64, bool) {
	if l, ok := n.lengthsSeen[id]; ok {
		return l.length, l.known
	}
	length, known := n.lengthNow(&n.f.Insts[id])
	n.lengthsSeen[id] = seenLength{length, known}
	return length, known
}

type seenLength struct {
	length int64
	known  bool
}

func (n *nester) lengthNow(in *nest.Inst) (int64, bool) {
	switch in.Op {
	case nest.Const:
		return int64(in.Bits), in.Type == kernel.I64 || in.Type == kernel.Bool
	case nest.Dim:
		length := n.eval.lengths[n.fn.Values[n.args[in.Num]].Shape[in.Axis]]
		return length, length >= 0
	case nest.Scalar:
		return n.operatorNow(in)
	}
	return 0, false
}

func (n *nester) operatorNow(in *nest.Inst) (int64, bool) {
	var x [3]int64
	if in.Type != kernel.I64 && in.Type != kernel.Bool || len(in.Args) > len(x) {
		return 0, false
	}
	for i, a := range in.Args {
		v, known := n.foreseenLength(a)
		if !known && in.KOp == kernel.Min {
			return n.foreseenLength(in.Args[1-i]) // a bound within what is long enough, likely
		}
		if !known {
			return 0, false
		}
		x[i] = v
	}
	compute := operatorsOfLengths[in.KOp]
	if compute == nil {
		return 0, false
	}
	return compute(x[0], x[1], x[2]), true
}

// operatorsOfLengths are those that the bounds of slices are made with.
var operatorsOfLengths = map[kernel.Op]func(a, b, c int64) int64{
	kernel.Add: func(a, b, _ int64) int64 { return a + b },
	kernel.Sub: func(a, b, _ int64) int64 { return a - b },
	kernel.Mul: func(a, b, _ int64) int64 { return a * b },
	kernel.Min: func(a, b, _ int64) int64 { return min(a, b) },
	kernel.Max: func(a, b, _ int64) int64 { return max(a, b) },
	kernel.Eq:  func(a, b, _ int64) int64 { return oneIf(a == b) },
	kernel.Ne:  func(a, b, _ int64) int64 { return oneIf(a != b) },
	kernel.Lt:  func(a, b, _ int64) int64 { return oneIf(a < b) },
	kernel.Ge:  func(a, b, _ int64) int64 { return oneIf(a >= b) },
	kernel.Select: func(a, b, c int64) int64 {
		if a != 0 {
			return b
		}
		return c
	},
}

func oneIf(truth bool) int64 {
	if truth {
		return 1
	}
	return 0
}

// inOrder leaves unless all that an expression reads has its axes in C's order.
func (n *nester) inOrder(a *narray) *stop { return n.partsInOrder(a, map[*narray]bool{}) }

func (n *nester) partsInOrder(a *narray, seen map[*narray]bool) *stop {
	if seen[a] {
		return nil
	}
	seen[a] = true
	if a.computed() {
		return n.stridesFall(a)
	}
	for _, v := range a.args {
		if v.kind == nArray {
			if s := n.partsInOrder(v.arr, seen); s != nil {
				return s
			}
		}
	}
	return nil
}

// stridesFall leaves unless each axis of an array has at most the stride of those before
// it. An axis of length one has no say.
func (n *nester) stridesFall(a *narray) *stop {
	if a.own && a.base == nil {
		return nil
	}
	last := nest.None
	for axis, d := range a.dims {
		if n.isOne(d) {
			continue
		}
		stride := n.strideUnlessOne(a, axis, last)
		if last != nest.None {
			if s := n.guard(n.compare(kernel.Ge, last, stride)); s != nil {
				return s
			}
		}
		last = stride
	}
	if last == nest.None {
		return nil
	}
	return n.guard(n.compare(kernel.Ge, last, n.int(0)))
}

// strideUnlessOne is an axis's stride, or the last one where it may turn out to have one element.
func (n *nester) strideUnlessOne(a *narray, axis int, last nest.ID) nest.ID {
	if !n.mayRepeat(a.dims[axis]) {
		return a.strides[axis]
	}
	if last == nest.None {
		last = n.int(math.MaxInt64)
	}
	one := n.compare(kernel.Eq, a.dims[axis], n.int(1))
	return n.scalar(kernel.Select, kernel.I64, one, last, a.strides[axis])
}

// strideIn is how an operand moves along an axis of the common length.
func (n *nester) strideIn(a *narray, axis int, common nest.ID) nest.ID {
	if a.dims[axis] == common || !n.mayRepeat(a.dims[axis]) {
		return a.strides[axis]
	}
	one := n.compare(kernel.Eq, a.dims[axis], n.int(1))
	return n.scalar(kernel.Select, kernel.I64, one, n.int(0), a.strides[axis])
}
