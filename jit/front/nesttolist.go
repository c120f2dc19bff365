package front

import (
	"fmt"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lists that are made at once of what there is: of the elements of an array, of
// another list, of a range.

// itemType is what Python has in a list of an array's elements.
func itemType(t kernel.Type) (ir.Type, bool) {
	switch {
	case t == kernel.Bool:
		return ir.PyBoolType, true
	case t.IsInt() && t != kernel.U64:
		return ir.PyIntType, true
	case t.IsFloat():
		return ir.PyFloatType, true
	}
	return ir.Type{}, false
}

// newListHere is an empty list that the present instruction makes.
func (n *nester) newListHere(t ir.Type) (nval, *stop) {
	name := n.madeAt("made", n.behind)
	return n.newList(name, listForm{types: []ir.Type{t}}, n.int(0), nil)
}

// toList is the method of arrays: of more axes it gives lists of lists.
func (n *nester) toList(of nval) (nval, *stop) {
	a, s := n.arrayIn(of)
	if s != nil {
		return nval{}, s
	}
	t, ok := itemType(a.typ)
	if !ok || a.rank() != 1 {
		return nval{}, refuse(reason.UnknownCall, fmt.Sprintf("a list of %v elements along %d axes in a loop", a.typ, a.rank()))
	}
	return n.listOfElements(a, t)
}

// listOfElements copies the elements of an array into a new list.
func (n *nester) listOfElements(a *narray, t ir.Type) (nval, *stop) {
	n.holding = append(n.holding, arrayOf(a))
	list, s := n.newListHere(t)
	if s != nil {
		return list, s
	}
	k, s := n.kernelAs(arrayOf(a), t.DType, a.dims)
	if s != nil {
		return list, s
	}
	s = n.fillList(list, a.dims[0], func(addr nest.ID) *stop {
		_, s := n.host(nest.Sweep, kernel.I64, k.number, append(k.words, addr, n.int(8)))
		return s
	})
	if s == nil && t.Kind == ir.PyFloat {
		_, s = n.host(nest.NoNaN, kernel.I64, 0, []nest.ID{list.id}) // see noNaNOfPython
	}
	return list, s
}

// fillList puts so many items of a word each into an empty list that nobody else has.
func (n *nester) fillList(list nval, count nest.ID, fill func(addr nest.ID) *stop) *stop {
	if _, s := n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{list.id, count, n.int(1)}); s != nil {
		return s
	}
	if s := fill(n.wordOf(list, 0)); s != nil {
		return s
	}
	return n.setLength(list, count, func(in nest.Inst) *stop { n.f.Add(n.block, in); return nil })
}

// listOf is list of something that is not gone through item by item: an array, whose elements stay
// NumPy's, a list, a tuple of numbers, a range.
func (n *nester) listOf(args []nval) (nval, *stop) {
	switch {
	case len(args) != 1:
		return nval{}, wrongArguments()
	case n.isArray(args[0]):
		a, s := n.arrayIn(args[0])
		if s != nil || a.rank() != 1 || !elementary(a.typ) {
			return nval{}, refuse(reason.UnknownCall, "a list of the rows of an array in a loop")
		}
		return n.listOfElements(a, ir.ScalarOf(a.typ))
	case args[0].kind == nList && args[0].form.kind == plainList && !args[0].form.scalars():
		return n.copyOfList(args[0])
	case args[0].kind == nList && args[0].form.kind == aDeque && !args[0].form.scalars():
		return n.listOfDeque(args[0])
	case args[0].kind == nTuple:
		return n.asList(nval{kind: nTuple, items: args[0].items, name: n.madeAt("made", n.behind)})
	case args[0].kind == nRange:
		return n.listOfRange(args[0])
	}
	return nval{}, refuse(reason.UnknownCall, "such a list in a loop")
}

func (n *nester) listOfDeque(of nval) (nval, *stop) {
	form := of.form
	form.kind, form.bounded = plainList, false
	n.holding = append(n.holding, of)
	list, s := n.newList(of.name, form, n.int(0), nil)
	if s != nil {
		return list, s
	}
	_, s = n.host(nest.ListExtend, kernel.I64, 0, []nest.ID{list.id, of.id, n.widthOf(of)})
	return list, s
}

func (n *nester) listOfRange(r nval) (nval, *stop) {
	it, s := n.rangeIter(r)
	if s != nil {
		return nval{}, s
	}
	list, s := n.newListHere(ir.PyIntType)
	if s != nil {
		return list, s
	}
	count := it.items[2].id
	return list, n.fillList(list, count, func(addr nest.ID) *stop {
		_, s := n.host(nest.Count, kernel.I64, 0, []nest.ID{count, it.items[0].id, it.items[1].id, addr})
		return s
	})
}
