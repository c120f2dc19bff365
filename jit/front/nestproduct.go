package front

import (
	"slices"
	"strings"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about functions of arrays in nests: products, sums, ufuncs by name, and
// what makes arrays.

// product is that of two vectors.
func (n *nester) product(function int, a, b nval) (nval, *stop) {
	var words []nest.ID
	var types [2]kernel.Type
	for i, v := range []nval{a, b} {
		if !n.isArray(v) {
			return nval{}, refuse(reason.UnknownCall, "a product with a number in a loop")
		}
		x, s := n.memory(v)
		if s != nil {
			return nval{}, s
		}
		if x.rank() != 1 {
			return nval{}, refuse(reason.UnknownCall, "a product of matrices in a loop")
		}
		if i == 0 {
			words = append(words, x.dims[0])
		} else if s := n.guard(n.compare(kernel.Eq, words[0], x.dims[0])); s != nil {
			return nval{}, s
		}
		words = append(words, x.addr, x.strides[0])
		types[i] = x.typ
	}
	if types[0] != types[1] || !types[0].IsFloat() && !types[0].IsComplex() {
		return nval{}, refuse(reason.UfuncTypes, "a product of these types in a loop")
	}
	return n.numberFrom(function, types[0], words)
}

// matmul is the operator @: of vectors a number, else an array.
func (n *nester) matmul(a, b nval) (nval, *stop) {
	if !n.isArray(a) || !n.isArray(b) {
		return nval{}, refuse(reason.UnknownCall, "a product with a number in a loop")
	}
	x, s := n.memory(a)
	if s != nil {
		return nval{}, s
	}
	y, s := n.memory(b)
	if s != nil {
		return nval{}, s
	}
	switch {
	case x.rank() == 1 && y.rank() == 1:
		return n.product(nest.Matmul, arrayOf(x), arrayOf(y))
	case x.rank() > 2 || y.rank() > 2 || x.typ != y.typ || !x.typ.IsFloat() && !x.typ.IsComplex():
		return nval{}, refuse(reason.UfuncTypes, "such a product in a loop")
	}
	if s := n.guard(n.compare(kernel.Eq, x.dims[x.rank()-1], y.dims[0])); s != nil {
		return nval{}, s
	}
	out := &narray{typ: x.typ, addr: nest.None, args: []nval{arrayOf(x), arrayOf(y)}}
	m, p, zero := n.int(1), n.int(1), n.int(0)
	rows, columns := zero, zero
	if x.rank() == 2 {
		m, rows = x.dims[0], x.strides[0]
		out.dims = append(out.dims, m)
	}
	if y.rank() == 2 {
		p, columns = y.dims[1], y.strides[1]
		out.dims = append(out.dims, p)
	}
	words := []nest.ID{m, x.dims[x.rank()-1], p, x.addr, rows, x.strides[x.rank()-1], y.addr, y.strides[0], columns}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	_, s = n.host(nest.Matrices, kernel.I64, int(x.typ), append(words, out.addr))
	return arrayOf(out), s
}

// outer is a ufunc's method: all elements of one array with all of the other.
func (n *nester) outer(name string, args []nval) (nval, *stop) {
	if len(args) != 2 || !n.isArray(args[0]) || !n.isArray(args[1]) {
		return nval{}, wrongArguments()
	}
	a, s := n.memory(args[0])
	if s != nil {
		return nval{}, s
	}
	b, s := n.arrayIn(args[1])
	if s != nil {
		return nval{}, s
	}
	if a.rank()+b.rank() > 2 {
		return nval{}, wrongArguments()
	}
	column := *a
	column.dims, column.strides = []nest.ID{a.dims[0], n.int(1)}, []nest.ID{a.strides[0], n.int(0)}
	column.base = a.root()
	return n.elementwise(name, []nval{arrayOf(&column), arrayOf(b)})
}

// ufuncCall calls a ufunc, or its method outer.
func (n *nester) ufuncCall(d *Desc, args []nval) (nval, bool, *stop) {
	name, ok := strings.CutPrefix(d.Name, "numpy.")
	arrays := slices.ContainsFunc(args, n.isArray)
	if of, outer := strings.CutSuffix(name, ".outer"); ok && outer && arrays {
		v, s := n.outer(of, args)
		return v, true, s
	}
	_, known := nestCalls[d.Name]
	if !ok || d.Kind != KindUfunc || known && !arrays && !slices.ContainsFunc(args, nval.isComplex) {
		return nval{}, false, nil
	}
	if !arrays {
		v, s := n.ofLoop(name, args...)
		return v, true, s
	}
	v, s := n.elementwise(name, args)
	return v, true, s
}

// flip is a view with all axes reversed.
func (n *nester) flip(args []nval) (nval, *stop) {
	if len(args) != 1 || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	a, s := n.memory(args[0])
	if s != nil {
		return nval{}, s
	}
	none := knownVal(constVal(noneConst))
	key := nval{kind: nTuple}
	for range a.rank() {
		key.items = append(key.items, nval{kind: nSlice, items: []nval{none, none, knownVal(constVal(intConst("-1")))}})
	}
	b, s := n.view(a, key)
	return arrayOf(b), s
}
