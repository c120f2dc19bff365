package front

import (
	"fmt"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays in nests by another shape: views of what lies in C's order.

// reshape is numpy.reshape: the array, then the shape.
func (n *nester) reshape(c nestArgs) (nval, *stop) {
	if len(c.named) > 0 || len(c.pos) != 2 {
		return nval{}, wrongArguments()
	}
	return n.reshaped(c.pos[0], c.pos[1])
}

// reshapeMethod takes the lengths one by one, too.
func (n *nester) reshapeMethod(of nval, c nestArgs) (nval, *stop) {
	switch {
	case len(c.named) > 0 || len(c.pos) == 0:
		return nval{}, wrongArguments()
	case len(c.pos) == 1:
		return n.reshaped(of, c.pos[0])
	}
	return n.reshaped(of, nval{kind: nTuple, items: c.pos})
}

// ravel is the array along one axis.
func (n *nester) ravel(c nestArgs) (nval, *stop) {
	if len(c.named) > 0 || len(c.pos) != 1 {
		return nval{}, wrongArguments()
	}
	return n.shapedAs(c.pos[0], knownVal(constVal(intConst("-1"))), true)
}

func (n *nester) reshaped(of, shape nval) (nval, *stop) { return n.shapedAs(of, shape, false) }

// shapedAs: ravel makes the result from scratch where it copies.
func (n *nester) shapedAs(of, shape nval, ravel bool) (nval, *stop) {
	if !n.isArray(of) {
		return nval{}, wrongArguments()
	}
	a, s := n.memory(of)
	if s != nil {
		return nval{}, s
	}
	dims, s := n.newLengths(shape, n.sizeOf(a))
	if s == nil {
		s = fewAxes(len(dims))
	}
	if s != nil {
		return nval{}, s
	}
	if a.turned {
		return n.rearranged(a, dims, ravel)
	}
	if s := n.liesInOrder(a); s != nil {
		return nval{}, s
	}
	return arrayOf(n.shaped(a, dims)), nil
}

// shaped is a view of what lies in order.
func (n *nester) shaped(a *narray, dims []nest.ID) *narray {
	n.numbers++
	b := &narray{typ: a.typ, own: a.own, made: a.made, base: a.root(), of: a.of, addr: a.addr, dims: dims, who: n.numbers}
	b.strides = n.stridesOf(b)
	b.place = fmt.Sprint(b.where())
	return b
}

// stridesOf are those of elements that lie one after the other.
func (n *nester) stridesOf(a *narray) []nest.ID {
	bytes, strides := n.int(int64(a.typ.Size())), make([]nest.ID, a.rank())
	for axis := a.rank() - 1; axis >= 0; axis-- {
		strides[axis] = bytes
		bytes = n.scalar(kernel.Mul, kernel.I64, bytes, a.dims[axis])
	}
	return strides
}

// liesInOrder leaves unless the elements of an array, and it has some, lie one after the other.
func (n *nester) liesInOrder(a *narray) *stop {
	fits := n.compare(kernel.Gt, n.sizeOf(a), n.int(0))
	for axis, by := range n.stridesOf(a) {
		same := n.compare(kernel.Eq, a.strides[axis], by)
		short := n.compare(kernel.Eq, a.dims[axis], n.int(1))
		fits = n.scalar(kernel.And, kernel.Bool, fits, n.scalar(kernel.Or, kernel.Bool, same, short))
	}
	return n.guard(fits)
}

// newLengths are the lengths of a shape for so many elements, of which one may be -1.
func (n *nester) newLengths(shape nval, size nest.ID) ([]nest.ID, *stop) {
	items := []nval{shape}
	if shape.kind == nTuple {
		items = shape.items
	}
	dims, open, product := make([]nest.ID, len(items)), -1, n.int(1)
	for i, item := range items {
		if c, ok := n.literalInt(item); ok && c == -1 {
			if open >= 0 {
				return nil, wrongArguments()
			}
			open = i
			continue
		}
		d, s := n.place(item)
		if s != nil {
			return nil, s
		}
		if s := n.guard(n.compare(kernel.Gt, d, n.int(0))); s != nil {
			return nil, s
		}
		dims[i], product = d, n.scalar(kernel.Mul, kernel.I64, product, d)
	}
	if len(items) == 0 || len(items) > 8 {
		return nil, refuse(reason.UnknownCall, "such a shape in a loop")
	}
	if open >= 0 {
		dims[open] = n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: []nest.ID{size, n.scalar(kernel.Max, kernel.I64, product, n.int(1))}})
		product = n.scalar(kernel.Mul, kernel.I64, product, dims[open])
	}
	return dims, n.guard(n.compare(kernel.Eq, product, size))
}
