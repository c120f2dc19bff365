package front

import (
	"fmt"
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays as items of lists. A list holds the address of a box, as it does that of
// another list: the lengths of an array, where its elements lie, and these, unless they are somebody else's. They do
// not change any more (pyext/native/nestlists.c). So whoever reads an item has the array itself; where the nest is
// left a box becomes one object, for all that hold it.

// boxForm is what a box holds.
func boxForm(t kernel.Type, rank int) listForm {
	return listForm{types: []ir.Type{ir.ScalarOf(t)}, kind: anArray, rank: rank}
}

// boxed puts an array into a box. What holds it has the array in the box from then on.
func (n *nester) boxed(v nval) (nval, *stop) {
	a, s := n.arrayIn(v)
	switch {
	case s != nil || a.box != nil:
		return arrayOf(a), s
	case a.who > 0 && n.heldBesides(a):
		return v, refuse(reason.Escapes, "an array that something else has is put into a list in a loop")
	}
	if s := n.inCOrder(a); s != nil {
		return v, s
	}
	if !a.computed() {
		return arrayOf(a), n.computeIn(a, n.newBox)
	}
	b, s := n.boxOf(a, v)
	if s == nil && a.who > 0 {
		b.who = a.who
		n.replaceObject(arrayOf(b))
	}
	return arrayOf(b), s
}

// boxOf is an array that lies somewhere as one in a box: a copy of the nest's own elements, others where they are.
func (n *nester) boxOf(a *narray, v nval) (*narray, *stop) {
	switch {
	case a.given && a.base == nil:
		return n.boxObject(a, nest.BoxGiven, nest.None)
	case a.own && a.base == nil:
		b := &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{v}}
		return b, n.computeIn(b, n.newBox)
	case a.own || a.base != nil || n.unfit[storesOutside]:
		return a, refuse(reason.Escapes, "an array that something else has is put into a list in a loop")
	}
	n.outsideBoxed = true
	return n.boxOutside(a)
}

// storesOutside stands for nests that store into arrays from outside: none of these is put into a list.
const storesOutside = "stores outside"

// mayStoreOutside notes that there is a store into an array from outside. Where one is in a list all is
// interpreted anew.
func (n *nester) mayStoreOutside() {
	if n.outsideBoxed && !n.unfit[storesOutside] {
		n.unfit[storesOutside], n.again = true, true
	}
	n.storedOutside = true
}

// boxOutside is an array from outside, or a view of one: the host makes the object.
func (n *nester) boxOutside(a *narray) (*narray, *stop) {
	if n.storedOutside {
		n.unfit[storesOutside], n.again = true, true
	}
	number, s := n.array(a.of)
	if s != nil {
		return a, s
	}
	if a.who > 0 {
		return n.boxObject(a, nest.BoxView, n.int(int64(number)))
	}
	return n.boxObject(a, nest.BoxArgument, n.int(int64(number)))
}

// boxObject is an array that the host has an object for, or makes one: elements stay where they are.
func (n *nester) boxObject(a *narray, how int, number nest.ID) (*narray, *stop) {
	if number == nest.None {
		number = n.int(0)
	}
	list, s := n.newList("box", boxForm(a.typ, a.rank()), n.int(1), append(slices.Clone(a.dims), a.addr))
	if s != nil {
		return a, s
	}
	if _, s := n.host(nest.Box, kernel.I64, how, append([]nest.ID{list.id, number}, a.strides...)); s != nil {
		return a, s
	}
	n.numbers++
	b := &narray{typ: a.typ, dims: a.dims, who: n.numbers}
	n.inBox(b, list.id)
	return b, nil
}

// inCOrder leaves unless the elements of an array would lie in C's order.
func (n *nester) inCOrder(a *narray) *stop {
	switch {
	case a.computed() && (a.rank() > 1 || !a.own || a.base != nil):
		return n.guard(n.contiguous(a, true))
	case a.rank() < 2:
		return nil
	}
	return n.inOrder(a)
}

// heldBesides says that there are views of an array, or that callers hold it: these would not get to know.
func (n *nester) heldBesides(a *narray) bool {
	found := false
	part := func(v nval) bool { return v.arr != nil && v.arr.base != nil && v.arr.base.who == a.who }
	n.everywhere(func(v nval) { found = found || v.any(part) })
	itself := func(v nval) bool { return v.arr != nil && v.arr.who == a.who }
	for c := n.now.call; c != nil; c = c.caller.call {
		for _, v := range slices.Concat(c.caller.locals, c.caller.stack) {
			found = found || v.any(itself)
		}
	}
	return found
}

// any says whether a condition holds for a value or its items.
func (v nval) any(is func(nval) bool) bool {
	return is(v) || slices.ContainsFunc(v.items, func(item nval) bool { return item.any(is) })
}

// newBox finds memory for an array that is computed: a box of its own.
func (n *nester) newBox(a *narray) *stop {
	rank := int64(a.rank())
	list, s := n.newList("box", boxForm(a.typ, a.rank()), n.int(1), append(slices.Clone(a.dims), n.int(0)))
	if s != nil {
		return s
	}
	bytes := n.scalar(kernel.Add, kernel.I64, n.bytesOf(a), n.int(7))
	words := n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: []nest.ID{bytes, n.int(8)}})
	if _, s := n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{list.id, words, n.int(1)}); s != nil {
		return s
	}
	put := func(at, v nest.ID) { n.f.Add(n.block, nest.Inst{Op: nest.Poke, Args: []nest.ID{at, v}}) }
	put(n.scalar(kernel.Add, kernel.I64, list.id, n.int(listCount)), n.scalar(kernel.Add, kernel.I64, words, n.int(rank+1)))
	behind := n.scalar(kernel.Add, kernel.I64, n.wordAtAddress(list.id), n.int(8*rank))
	put(behind, n.scalar(kernel.Add, kernel.I64, behind, n.int(8)))
	n.inBox(a, list.id)
	n.numbers++
	a.who = n.numbers
	return nil
}

func (n *nester) wordAtAddress(at nest.ID) nest.ID {
	return n.f.Add(n.block, nest.Inst{Op: nest.Peek, Type: kernel.I64, Args: []nest.ID{at}})
}

// inBox has an array lie in a box.
func (n *nester) inBox(a *narray, id nest.ID) {
	n.handle[id] = true
	n.listCode(boxForm(a.typ, a.rank())) // exits need the word, and add none
	a.addr = n.wordAtAddress(n.scalar(kernel.Add, kernel.I64, n.wordAtAddress(id), n.int(8*int64(a.rank()))))
	a.strides = n.stridesOf(a)
	a.own, a.box = true, &id
	a.place = fmt.Sprint(a.where())
}

// outOfBox is the array in a box.
func (n *nester) outOfBox(id nest.ID, f listForm) nval {
	n.numbers++
	a := &narray{typ: f.types[0].DType, who: n.numbers}
	first := n.wordAtAddress(id)
	for axis := range f.rank {
		a.dims = append(a.dims, n.wordAtAddress(n.scalar(kernel.Add, kernel.I64, first, n.int(8*int64(axis)))))
	}
	n.inBox(a, id)
	return arrayOf(a)
}

// replaceObject has the locals and what lies on the stack hold what an array became.
func (n *nester) replaceObject(by nval) {
	var other func(v nval) nval
	other = func(v nval) nval {
		if v.kind == nArray && v.arr.who == by.arr.who {
			return by
		}
		if len(v.items) > 0 {
			v, _ = v.eachItem(func(item nval) (nval, *stop) { return other(item), nil })
		}
		return v
	}
	for _, list := range [][]nval{n.now.locals, n.now.stack, n.now.attrs} {
		for i, v := range list {
			list[i] = other(v)
		}
	}
}

// isBoxed says that an array is, or is a part of, one that lies in a box.
func (a *narray) isBoxed() bool { return a.box != nil || a.base != nil && a.base.isBoxed() }

// boxes adds the boxes that an array is in, or is computed from.
func (a *narray) boxes(all []nest.ID) []nest.ID {
	for b := a; b != nil; b = b.base {
		if b.box != nil && !slices.Contains(all, *b.box) {
			all = append(all, *b.box)
		}
	}
	for _, v := range a.args {
		all = v.handles(all)
	}
	return all
}
