package front

import (
	"maps"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about functions that make arrays in nests.

// nestNamed are the functions whose arguments may come by name, by their qualified names.
var nestNamed map[string]func(*nester, nestArgs) (nval, *stop)

func init() {
	nestNamed = map[string]func(*nester, nestArgs) (nval, *stop){
		"numpy.linalg.norm":      (*nester).norm,
		"numpy.where":            (*nester).where,
		"numpy.reshape":          (*nester).reshape,
		"numpy.ravel":            (*nester).ravel,
		"numpy.clip":             (*nester).clip,
		"numpy.transpose":        (*nester).transpose,
		"numpy.swapaxes":         (*nester).swapAxes,
		"numpy.empty_like":       likeOf(""),
		"numpy.zeros_like":       likeOf("0"),
		"numpy.ones_like":        likeOf("1"),
		"numpy.empty":            newArray(""),
		"numpy.ndarray":          newArray(""),
		"numpy.zeros":            newArray("0"),
		"numpy.ones":             newArray("1"),
		"numpy.full":             (*nester).full,
		"numpy.full_like":        (*nester).fullLike,
		"numpy.eye":              (*nester).eye,
		"numpy.identity":         (*nester).eye,
		"numpy.arange":           (*nester).arange,
		"numpy.array":            (*nester).arrayOfNumbers,
		"numpy.asarray":          (*nester).asArray,
		"builtins.round":         (*nester).roundOf,
		"collections.deque":      (*nester).dequeOf,
		"builtins.sorted":        (*nester).sortedCall,
		"itertools.product":      (*nester).productOf,
		"itertools.combinations": combinationsOf("combinations"),
		"itertools.combinations_with_replacement": combinationsOf("combinations_with_replacement"),
		"numpy.concatenate":                       joining(false, endToEnd),
		"numpy.stack":                             joining(false, stacked),
		"numpy.vstack":                            joining(false, stackedOf),
		"numpy.hstack":                            joining(true, endToEnd),
		"numpy.append":                            (*nester).appendedTo,
		"numpy.argmin":                            placeOfExtreme(0),
		"numpy.argmax":                            placeOfExtreme(1),
	}
	maps.Copy(nestNamed, drawRows())
	maps.Copy(nestNamed, searchRows())
}

// likeOf makes an array of another one's shape and order, of its type or another, filled
// or not.
func likeOf(value string) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		args, s := c.bound("a", "dtype")
		if s != nil {
			return nval{}, s
		}
		a, t, s := n.likeness(args[0], args[1])
		if s != nil {
			return nval{}, s
		}
		return n.filled(t, a.dims, value)
	}
}

// likeness is an array whose shape and order another one gets, and its type.
func (n *nester) likeness(of, dtype nval) (*narray, kernel.Type, *stop) {
	if !n.isArray(of) {
		return nil, 0, wrongArguments()
	}
	a, s := n.memory(of)
	if s == nil && a.rank() > 1 {
		s = n.inOrder(a)
	}
	if s != nil {
		return nil, 0, s
	}
	t, s := typeOf(dtype, a.typ)
	return a, t, s
}

// newArray makes an array of a shape.
func newArray(value string) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		t, dims, s := n.typeAndShape(c, "shape")
		if s != nil {
			return nval{}, s
		}
		return n.filled(t, dims, value)
	}
}

// typeAndShape are what an array is made of: a shape, by its name, and a dtype.
func (n *nester) typeAndShape(c nestArgs, shape string) (kernel.Type, []nest.ID, *stop) {
	args, s := c.bound(shape, "dtype")
	if s != nil {
		return 0, nil, s
	}
	t, s := typeOf(args[1], kernel.F64)
	if s != nil {
		return 0, nil, s
	}
	dims, s := n.shapeOf(args[0])
	return t, dims, s
}

// shapeOf are the lengths that an argument gives.
func (n *nester) shapeOf(v nval) ([]nest.ID, *stop) {
	if !v.given() {
		return nil, wrongArguments()
	}
	items := []nval{v}
	if v.kind == nTuple {
		items = v.items
	}
	var dims []nest.ID
	for _, item := range items {
		d, s := n.place(item)
		if s != nil {
			return nil, s
		}
		if s := n.guard(n.compare(kernel.Ge, d, n.int(0))); s != nil {
			return nil, s
		}
		dims = append(dims, d)
	}
	if len(dims) == 0 {
		return nil, wrongArguments()
	}
	return dims, fewAxes(len(dims))
}

// filled is new memory with a number in all places, or with whatever lies there.
func (n *nester) filled(t kernel.Type, dims []nest.ID, value string) (nval, *stop) {
	out := &narray{typ: t, dims: dims, addr: nest.None}
	switch {
	case value == "":
		return arrayOf(out), n.newRoom(out)
	case value == "0" && n.aroundAllLoops():
		return arrayOf(out), n.roomBy(nest.Zeros, out, maxBytes)
	}
	return n.filledWith(t, dims, knownVal(constVal(intConst(value))))
}

func (n *nester) filledWith(t kernel.Type, dims []nest.ID, value nval) (nval, *stop) {
	words, s := n.elementWords(value, t)
	if s != nil {
		return nval{}, s
	}
	if s := n.settle(); s != nil {
		return nval{}, s
	}
	out := &narray{typ: t, dims: dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{t}, args: []nval{scalarOfWords(t, words)}}
	return arrayOf(out), n.computeIn(out, n.newRoom)
}

// full is numpy.full: of the number's own type, or of another.
func (n *nester) full(c nestArgs) (nval, *stop) {
	args, s := c.bound("shape", "fill_value", "dtype")
	if s != nil || !args[1].given() || n.isArray(args[1]) {
		return nval{}, wrongArguments()
	}
	x, s := n.number(args[1])
	if s != nil {
		return nval{}, s
	}
	t, s := typeOf(args[2], ownType(x.typ))
	if s != nil {
		return nval{}, s
	}
	dims, s := n.shapeOf(args[0])
	if s != nil {
		return nval{}, s
	}
	return n.filledWith(t, dims, x)
}

func (n *nester) fullLike(c nestArgs) (nval, *stop) {
	args, s := c.bound("a", "fill_value", "dtype")
	if s != nil || !args[1].given() || n.isArray(args[1]) {
		return nval{}, wrongArguments()
	}
	a, t, s := n.likeness(args[0], args[2])
	if s != nil {
		return nval{}, s
	}
	return n.filledWith(t, a.dims, args[1])
}

// eye is a square matrix with ones on its diagonal.
func (n *nester) eye(c nestArgs) (nval, *stop) {
	if v, ok := c.named["dtype"]; ok && len(c.pos) == 1 {
		c.pos = append(c.pos, v)
		delete(c.named, "dtype")
	} else if len(c.pos) == 2 {
		return nval{}, wrongArguments() // of eye that is the number of columns
	}
	t, dims, s := n.typeAndShape(c, "n")
	if s == nil && len(dims) != 1 {
		s = wrongArguments()
	}
	if s != nil {
		return nval{}, s
	}
	v, s := n.filled(t, []nest.ID{dims[0], dims[0]}, "0")
	if s != nil {
		return nval{}, s
	}
	a := v.arr
	step := n.scalar(kernel.Add, kernel.I64, a.strides[0], a.strides[1])
	return v, n.sweepInto(&narray{typ: t, dims: dims, addr: a.addr, strides: []nest.ID{step}}, n.constant(t, oneOf(t)))
}

// oneOf are the bits of 1.
func oneOf(t kernel.Type) uint64 {
	switch t {
	case kernel.F64:
		return 0x3ff0000000000000
	case kernel.F32:
		return 0x3f800000
	}
	return 1
}

// sweepInto puts a number into all places of memory of the nest's own.
func (n *nester) sweepInto(a *narray, x nest.ID) *stop {
	k, s := n.kernelAs(numberOf(ir.ScalarOf(a.typ), x), a.typ, a.dims)
	if s != nil {
		return s
	}
	_, s = n.host(nest.Sweep, kernel.I64, k.number, append(append(k.words, a.addr), a.strides...))
	return s
}

// arange counts in ints.
func (n *nester) arange(c nestArgs) (nval, *stop) {
	if len(c.pos) < 1 || len(c.pos) > 3 || len(c.named) > 0 {
		return nval{}, wrongArguments()
	}
	for _, v := range c.pos {
		x, s := n.number(v)
		if s != nil {
			return nval{}, s
		}
		if x.typ.Kind != ir.PyInt && x.typ != ir.ScalarOf(kernel.I64) {
			return nval{}, refuse(reason.CallArgument, "an arange of other numbers than ints in a loop")
		}
	}
	r, s := n.rangeOf(c.pos)
	if s != nil {
		return nval{}, s
	}
	it, s := n.rangeIter(r)
	if s != nil {
		return nval{}, s
	}
	out := &narray{typ: kernel.I64, dims: []nest.ID{it.items[2].id}, addr: nest.None}
	if s := n.newRoom(out); s != nil {
		return nval{}, s
	}
	_, s = n.host(nest.Count, kernel.I64, 0, []nest.ID{it.items[2].id, it.items[0].id, it.items[1].id, out.addr})
	return arrayOf(out), s
}

// converted is a method astype: a copy in the order of the array.
func (n *nester) converted(v nval, c nestArgs) (nval, *stop) {
	args, s := c.bound("dtype")
	if s != nil || !args[0].given() {
		return nval{}, wrongArguments()
	}
	a, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	t, s := typeOf(args[0], a.typ)
	if s != nil {
		return nval{}, s
	}
	if t != a.typ && !kernel.Castable(a.typ, t) {
		return nval{}, refuse(reason.StoreType, "a conversion that may lose something in a loop")
	}
	if a.rank() > 1 {
		if s := n.inOrder(a); s != nil {
			return nval{}, s
		}
	}
	b := &narray{typ: t, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
	return arrayOf(b), n.compute(b)
}
