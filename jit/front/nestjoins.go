package front

import (
	"fmt"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays that are made of others: numpy.concatenate, stack, vstack, hstack and append, and
// numpy.array of arrays. They are of one type, and lie one after the other along the first axis.

// The ways of joining: along the first axis, along a new one in front, or that of vectors alone.
func endToEnd(int) bool    { return false }
func stacked(int) bool     { return true }
func stackedOf(r int) bool { return r == 1 }

func joining(vectors bool, stacks func(rank int) bool) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) { return n.join(c, vectors, stacks) }
}

// join joins what is in a tuple or a list along the first axis, or along a new one. vectors: it takes no others.
func (n *nester) join(c nestArgs, vectors bool, stacks func(rank int) bool) (nval, *stop) {
	args, s := c.bound("arrays", "axis")
	if s != nil || args[1].given() && (vectors || !n.isLiteralZero(args[1])) {
		return nval{}, wrongArguments()
	}
	rank, s := n.rankOfItems(args[0])
	if s != nil || vectors && rank != 1 {
		return nval{}, wrongArguments()
	}
	if args[0].kind == nList {
		return n.joinList(args[0], stacks(rank))
	}
	return n.joinItems(args[0].items, stacks(rank))
}

func (n *nester) isLiteralZero(v nval) bool {
	i, ok := n.literalInt(v)
	return ok && i == 0
}

// rankOfItems is how many axes the arrays have that are to be joined.
func (n *nester) rankOfItems(v nval) (int, *stop) {
	switch {
	case v.kind == nList:
		if form := n.settled(v.form); form.kind == plainList && form.inner != nil && form.inner.form.kind == anArray {
			return form.inner.form.rank, nil
		}
	case v.kind == nTuple && len(v.items) > 0 && n.isArray(v.items[0]):
		a, s := n.arrayIn(v.items[0])
		if s == nil {
			return a.rank(), nil
		}
	}
	return 0, wrongArguments()
}

// joinItems joins arrays that are written down.
func (n *nester) joinItems(items []nval, stacks bool) (nval, *stop) {
	var arrays []*narray
	for _, item := range items {
		if !n.isArray(item) {
			return nval{}, wrongArguments()
		}
		a, s := n.arrayIn(item)
		if s == nil && (a.rank() > 1 || !stacks) {
			s = n.inCOrderOfRank(a)
		}
		if s != nil {
			return nval{}, s
		}
		arrays = append(arrays, a)
	}
	out, s := n.roomForAll(arrays, stacks)
	if s != nil {
		return nval{}, s
	}
	at := out.addr
	for _, a := range arrays {
		part := &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
		there := func(b *narray) *stop {
			b.addr, b.strides = at, n.stridesOf(b)
			return nil
		}
		if s := n.computeIn(part, there); s != nil {
			return nval{}, s
		}
		at = n.scalar(kernel.Add, kernel.I64, at, n.bytesOf(a))
	}
	return arrayOf(out), nil
}

// inCOrderOfRank leaves where NumPy would look for another order of the axes.
func (n *nester) inCOrderOfRank(a *narray) *stop {
	if a.rank() < 2 {
		return nil
	}
	return n.inCOrder(a)
}

// roomForAll is memory for arrays of one type, whose lengths have to fit.
func (n *nester) roomForAll(arrays []*narray, stacks bool) (*narray, *stop) {
	first, count := arrays[0], n.int(int64(len(arrays)))
	if !stacks {
		count = n.int(0)
	}
	for _, a := range arrays {
		if a.typ != first.typ || a.rank() != first.rank() {
			return nil, refuse(reason.UnknownValue, "arrays of several types or numbers of axes are joined in a loop")
		}
		from := 0
		if !stacks {
			count, from = n.scalar(kernel.Add, kernel.I64, count, a.dims[0]), 1
		}
		for axis := from; axis < a.rank(); axis++ {
			if a.dims[axis] == first.dims[axis] {
				continue
			}
			if s := n.guard(n.compare(kernel.Eq, a.dims[axis], first.dims[axis])); s != nil {
				return nil, s
			}
		}
	}
	return n.roomForRows(first, count, stacks)
}

// roomForRows is memory for so many rows, or arrays, that are like one.
func (n *nester) roomForRows(like *narray, count nest.ID, stacks bool) (*narray, *stop) {
	rest := like.dims
	if !stacks {
		rest = rest[1:]
	}
	out := &narray{typ: like.typ, dims: append([]nest.ID{count}, rest...), addr: nest.None}
	if s := fewAxes(out.rank()); s != nil {
		return nil, s
	}
	return out, n.room(out)
}

// joinList joins the arrays in a list.
func (n *nester) joinList(list nval, stacks bool) (nval, *stop) {
	if s := n.guard(n.compare(kernel.Gt, n.lengthOf(list), n.int(0))); s != nil {
		return nval{}, s
	}
	n.holding = append(n.holding, list)
	how := 0
	if stacks {
		how = 1
	}
	count, s := n.host(nest.BoxRows, kernel.I64, how, []nest.ID{list.id, n.int(0)})
	if s != nil {
		return nval{}, s
	}
	out, s := n.roomForRows(n.itemOf(list, n.int(0), false).arr, count, stacks)
	if s == nil {
		_, s = n.host(nest.BoxRows, kernel.I64, how, []nest.ID{list.id, out.addr})
	}
	return arrayOf(out), s
}

// appendedTo is numpy.append of a vector, and a number of its type or another vector.
func (n *nester) appendedTo(c nestArgs) (nval, *stop) {
	if len(c.named) > 0 || len(c.pos) != 2 || !n.isArray(c.pos[0]) {
		return nval{}, wrongArguments()
	}
	a, s := n.arrayIn(c.pos[0])
	if s != nil || a.rank() != 1 {
		return nval{}, wrongArguments()
	}
	more := c.pos[1]
	if !n.isArray(more) {
		x, s := n.number(more)
		if s != nil || ownType(x.typ) != a.typ {
			return nval{}, refuse(reason.UnknownValue, fmt.Sprintf("something else than %v is appended in a loop", a.typ))
		}
		if more, s = n.arrayOfNumbers(nestArgs{pos: []nval{{kind: nTuple, items: []nval{x}}}}); s != nil {
			return nval{}, s
		}
		n.holding = append(n.holding, more)
	}
	return n.joinItems([]nval{c.pos[0], more}, false)
}
