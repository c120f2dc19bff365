package front

import (
	"fmt"

	"slipstream/jit/ir"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about numpy.linalg.norm in nests, whose recipe says what its steps are: all elements side
// by side, their product with themselves, its root.

// norm is numpy.linalg.norm of a vector of floats, or of an array of the nest's own, with no other arguments.
func (n *nester) norm(c nestArgs) (nval, *stop) {
	x, s := n.vectorIn(c)
	if s != nil {
		return nval{}, s
	}
	if !x.typ.IsFloat() || x.rank() < 1 || x.rank() > 1 && !x.own && x.computed() {
		return nval{}, wrongArguments()
	}
	if _, s := n.find(hostObject{path: []string{"slipstream._recipes", "checked", "norm"}}); s != nil {
		return nval{}, s
	}
	v, s := n.sideBySide(x)
	if s != nil {
		return nval{}, s
	}
	square, s := n.product(nest.Dot, v, v)
	if s != nil {
		return nval{}, s
	}
	return n.numpySqrt(numberOf(ir.ScalarOf(x.typ), square.id))
}

// vectorIn is the one argument of a function, an array or a list of numbers.
func (n *nester) vectorIn(c nestArgs) (*narray, *stop) {
	if len(c.named) > 0 || len(c.pos) != 1 {
		return nil, wrongArguments()
	}
	of, s := c.pos[0], (*stop)(nil)
	if isListLiteral(of) {
		if of, s = n.arrayOfNumbers(c); s != nil {
			return nil, s
		}
	}
	if !n.isArray(of) {
		return nil, wrongArguments()
	}
	return n.arrayIn(of)
}

// sideBySide has the elements of an array in a row: where they lie, or in a copy. Nothing but the
// elements may be asked of it.
func (n *nester) sideBySide(x *narray) (nval, *stop) {
	x, s := n.memory(arrayOf(x))
	if s != nil {
		return nval{}, s
	}
	if x.rank() > 1 {
		return n.shapedAs(arrayOf(x), knownVal(constVal(intConst("-1"))), true)
	}
	if x.own && x.base == nil && n.inRow(x) {
		return arrayOf(x), nil
	}
	size := n.int(int64(x.typ.Size()))
	inRow := n.compare(kernel.Eq, x.strides[0], size)
	b := *x
	b.dims = []nest.ID{n.scalar(kernel.Select, kernel.I64, inRow, n.int(0), x.dims[0])}
	b.place = fmt.Sprint(b.where())
	copied := &narray{typ: x.typ, dims: b.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{x.typ}, args: []nval{arrayOf(&b)}}
	if s := n.compute(copied); s != nil {
		return nval{}, s
	}
	row := *x
	row.addr = n.scalar(kernel.Select, kernel.I64, inRow, x.addr, copied.addr)
	row.strides = []nest.ID{size}
	row.place = fmt.Sprint(row.where())
	return arrayOf(&row), nil
}
