package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lists that are put together, with operators or by extend.

// extend adds the items of another list.
func (n *nester) extend(list, more nval) *stop {
	other, s := n.asList(more)
	switch {
	case s != nil:
		return s
	case other.form.kind != plainList:
		return refuse(reason.UnknownValue, "a list of what is in a container of another kind in a loop")
	case !other.form.known():
		return nil // it is empty
	case !list.form.known():
		n.forms[list.name] = listForm{types: other.form.types, tuple: other.form.tuple, inner: other.form.inner, kind: list.form.kind}
		n.again, n.entered = true, true
		return nil
	case !alikeItems(list.form, other.form) || other.form.scalars() && !isListLiteral(more):
		return refuse(reason.UnknownValue, "a list of values of several types in a loop")
	}
	if s := n.settle(); s != nil {
		return s
	}
	width := n.int(int64(len(list.form.types)))
	if _, s := n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{list.id, n.lengthOf(other), width}); s != nil {
		return s
	}
	return n.into(list)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.ListExtend, Args: []nest.ID{list.id, other.id, width}, Exit: n.someExit()})
}

// scalars says that items hold NumPy scalars, which are objects of their own.
func (f listForm) scalars() bool {
	return slices.ContainsFunc(append(slices.Clone(f.types), f.alts...), func(t ir.Type) bool { return t.Kind == ir.NpScalar })
}

// listOp is an operator of which one operand is a list.
func (n *nester) listOp(text string, inPlace bool, a, b nval) (nval, *stop) {
	switch {
	case a.form.frozen || b.form.frozen || a.form.kind != plainList || b.form.kind != plainList:
	case text == "*" && isListLiteral(a) && b.numeric() && !inPlace:
		x, s := n.number(b)
		if s != nil || !x.typ.DType.Exact() {
			return a, wrongArguments()
		}
		times, s := n.place(x)
		if s != nil {
			return a, s
		}
		return n.repeated(a, times, true)
	case text == "+" && inPlace && a.kind == nList && isList(b):
		return a, n.extend(a, b)
	case text == "+" && isList(a) && isList(b):
		return n.joined(a, b)
	}
	return a, refuse(reason.ScalarOperator, "operator "+text+" of lists in a loop")
}

// joined is a new list of the items of two.
func (n *nester) joined(a, b nval) (nval, *stop) {
	x, s := n.asList(a)
	if s != nil {
		return a, s
	}
	y, s := n.asList(b)
	if s != nil {
		return a, s
	}
	if x.form.known() != y.form.known() && !x.form.scalars() && !y.form.scalars() { // the other one is empty
		if x.form.known() {
			return n.copyOfList(x)
		}
		return n.copyOfList(y)
	}
	if x.form.String() != y.form.String() || x.form.scalars() {
		return a, refuse(reason.UnknownValue, "lists of several types in a loop")
	}
	list, s := n.newList(x.name, x.form, n.int(0), nil)
	if s != nil {
		return a, s
	}
	width := n.widthOf(list)
	for _, of := range []nval{x, y} {
		if _, s := n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{list.id, n.lengthOf(of), width}); s != nil {
			return a, s
		}
		if _, s := n.host(nest.ListExtend, kernel.I64, 0, []nest.ID{list.id, of.id, width}); s != nil {
			return a, s
		}
	}
	return list, nil
}

// copyOfList is a new list of the items of one.
func (n *nester) copyOfList(of nval) (nval, *stop) {
	n.holding = append(n.holding, of)
	list, s := n.newList(of.name, of.form, n.int(0), nil)
	if s != nil {
		return list, s
	}
	width := n.int(int64(max(len(of.form.types), 1)))
	_, s = n.host(nest.ListExtend, kernel.I64, 0, []nest.ID{list.id, of.id, width})
	return list, s
}
