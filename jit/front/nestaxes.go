package front

import (
	"fmt"
	"slices"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays in nests with their axes in another order: views, and what becomes of
// them by another shape.

// transpose is numpy.transpose: all axes the other way round, or in a literal order.
func (n *nester) transpose(c nestArgs) (nval, *stop) {
	args, s := c.bound("a", "axes")
	if s != nil || !args[0].given() || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	return n.inAxesOf(args[0], args[1])
}

// transposeMethod takes the axes one by one, too.
func (n *nester) transposeMethod(of nval, c nestArgs) (nval, *stop) {
	switch {
	case len(c.named) > 0:
		return nval{}, wrongArguments()
	case len(c.pos) == 0:
		return n.inAxesOf(of, absent)
	case len(c.pos) == 1 && (c.pos[0].kind == nTuple || c.pos[0].isNone()):
		return n.inAxesOf(of, c.pos[0])
	}
	return n.inAxesOf(of, nval{kind: nTuple, items: c.pos})
}

func (n *nester) inAxesOf(of, axes nval) (nval, *stop) {
	a, s := n.memory(of)
	if s != nil {
		return nval{}, s
	}
	if !axes.given() || axes.isNone() {
		return arrayOf(n.transposed(a)), nil
	}
	if axes.kind != nTuple || len(axes.items) != a.rank() {
		return nval{}, wrongArguments()
	}
	var order []int
	for _, item := range axes.items {
		axis, s := n.literalAxis(item, a.rank())
		if s != nil || slices.Contains(order, axis) {
			return nval{}, wrongArguments()
		}
		order = append(order, axis)
	}
	return arrayOf(n.inAxes(a, order)), nil
}

// swapAxes is numpy.swapaxes, of two literal axes.
func (n *nester) swapAxes(c nestArgs) (nval, *stop) {
	args, s := c.bound("a", "axis1", "axis2")
	if s != nil || !args[2].given() || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	a, s := n.memory(args[0])
	if s != nil {
		return nval{}, s
	}
	i, s := n.literalAxis(args[1], a.rank())
	if s != nil {
		return nval{}, s
	}
	j, s := n.literalAxis(args[2], a.rank())
	if s != nil {
		return nval{}, s
	}
	order := countTo(a.rank())
	order[i], order[j] = order[j], order[i]
	return arrayOf(n.inAxes(a, order)), nil
}

// literalAxis is an axis that stands in the code; negative ones count from the end.
func (n *nester) literalAxis(v nval, rank int) (int, *stop) {
	axis, ok := n.literalInt(v)
	if ok && axis < 0 {
		axis += int64(rank)
	}
	if !ok || axis < 0 || axis >= int64(rank) {
		return 0, wrongArguments()
	}
	return int(axis), nil
}

func countTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// inAxes is a view with the axes in another order.
func (n *nester) inAxes(a *narray, order []int) *narray {
	b := *a
	b.dims, b.strides, b.base = make([]nest.ID, len(order)), make([]nest.ID, len(order)), a.root()
	for i, axis := range order {
		b.dims[i], b.strides[i] = a.dims[axis], a.strides[axis]
	}
	n.numbers++
	b.who, b.place, b.turned = n.numbers, fmt.Sprint(b.where()), a.turned || n.turns(a, order)
	return &b
}

// turns says that an order of axes is likely another one in memory, too: that of axes of one element is not.
func (n *nester) turns(a *narray, order []int) bool {
	long := slices.DeleteFunc(slices.Clone(order), func(axis int) bool { return n.isOne(a.dims[axis]) || n.mayRepeat(a.dims[axis]) })
	return !slices.IsSorted(long)
}

// rearranged is what is likely no view, by another shape: a copy, of which nobody has to know.
func (n *nester) rearranged(a *narray, dims []nest.ID, always bool) (nval, *stop) {
	whole := &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
	if s := n.compute(whole); s != nil {
		return nval{}, s
	}
	b := n.shaped(whole, dims)
	n.loose[whole.who] = nest.None
	if len(dims) == 1 && !always {
		n.loose[whole.who] = n.isCopied(a)
	}
	return arrayOf(b), nil
}

// isCopied says that NumPy cannot have all elements of an array, and it has some, along one axis in its memory.
func (n *nester) isCopied(a *narray) nest.ID {
	chained, behind, reach := n.constant(kernel.Bool, 1), n.constant(kernel.Bool, 0), n.int(0)
	for axis := a.rank() - 1; axis >= 0; axis-- {
		short := n.compare(kernel.Eq, a.dims[axis], n.int(1))
		follows := n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Eq, a.strides[axis], reach), n.scalar(kernel.Not, kernel.Bool, behind))
		chained = n.scalar(kernel.And, kernel.Bool, chained, n.scalar(kernel.Or, kernel.Bool, short, follows))
		reach = n.scalar(kernel.Select, kernel.I64, short, reach, n.scalar(kernel.Mul, kernel.I64, a.strides[axis], a.dims[axis]))
		behind = n.scalar(kernel.Or, kernel.Bool, behind, n.scalar(kernel.Not, kernel.Bool, short))
	}
	some := n.compare(kernel.Gt, n.sizeOf(a), n.int(0))
	return n.scalar(kernel.And, kernel.Bool, some, n.scalar(kernel.Not, kernel.Bool, chained))
}

// firm leaves unless an array that something gets hold of is what NumPy would have made.
func (n *nester) firm(a *narray) *stop {
	root := a.root()
	if root == nil {
		return nil
	}
	copied, ok := n.loose[root.who]
	switch {
	case !ok:
		return nil
	case copied == nest.None:
		return refuse(reason.UnknownCall, "another shape of an array in another order in a loop")
	}
	delete(n.loose, root.who)
	return n.guard(copied)
}

func (n *nester) firmAll(v nval) *stop {
	if v.arr != nil {
		return n.firm(v.arr)
	}
	for _, item := range v.items {
		if s := n.firmAll(item); s != nil {
			return s
		}
	}
	return nil
}
