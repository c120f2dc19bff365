package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about what becomes of lists outside: objects where a nest is left, and arrays.

// handedList has an exit make a list.
func (n *nester) handedList(v nval, x *nest.Exit, out *NestExit) Val {
	if known, ok := n.handedOver[v.who]; ok && v.who > 0 {
		return known
	}
	id := n.handed(x, out, ir.ObjectType, HandedList, nil, []nest.ID{v.id, n.listCode(v.form)})
	made := Val{Kind: Result, Type: ir.ObjectType, ID: id}
	n.handedOver[v.who] = made
	return made
}

// listCode is a word that tells what the items of a list are: how many words, whether they are
// tuples, whether it is one itself, and of each word its type: see pyext/native/nestlists.c.
func (n *nester) listCode(f listForm) nest.ID { return n.int(formCode(f)) }

// codeFrozen says that what Python has is a tuple, or a deque whose items alone may change.
const codeFrozen = 1 << 9

func formCode(f listForm) int64 {
	if !f.known() {
		f.types = []ir.Type{ir.PyIntType, ir.PyIntType}[:f.kind.fewestWords()]
	}
	code := int64(len(f.types)) | int64(f.kind)<<10
	if f.tuple {
		code |= 1 << 8
	}
	if f.frozen {
		code |= codeFrozen
	}
	if f.tupleKey {
		code |= int64(f.keys) << 14
	}
	if f.kind == anArray {
		code |= int64(f.rank) << (16 + 8)
	}
	types := f.types
	if f.alts != nil {
		types = append(slices.Clone(types[:len(types)-1]), f.alts...)
	}
	for i, t := range types {
		code |= int64(itemCode(t)) << (16 + 8*i)
	}
	return code
}

// itemCode is what the host calls the type of a number.
func itemCode(t ir.Type) int {
	if t.Kind == ir.NpScalar {
		return 16 + int(t.DType)
	}
	switch t {
	case listWord:
		return 5
	case whichWord:
		return 6
	}
	return map[ir.Kind]int{ir.PyInt: 1, ir.PyFloat: 2, ir.PyBool: 3, ir.PyComplex: 4}[t.Kind]
}

// arrayOfList is numpy.array of a list of numbers.
func (n *nester) arrayOfList(list, dtype nval) (nval, *stop) {
	if list.form.kind == plainList && (list.form.inner != nil || list.form.tuple) {
		return n.arrayOfRows(list, dtype)
	}
	if !list.form.known() && list.form.kind == plainList {
		return list, n.raises() // it is empty so far, and then it is one of floats
	}
	if list.form.kind != plainList || list.form.alts != nil {
		return nval{}, refuse(reason.UnknownValue, "an array of such a list in a loop")
	}
	own := ownType(list.form.types[0])
	t, s := typeOf(dtype, own)
	if s != nil || t != own && !kernel.Castable(own, t) {
		return nval{}, wrongArguments()
	}
	count := n.lengthOf(list)
	if s := n.guard(n.compare(kernel.Gt, count, n.int(0))); s != nil { // else it is one of float64
		return nval{}, s
	}
	of := &narray{typ: own, dims: []nest.ID{count}, addr: n.wordOf(list, 0), strides: []nest.ID{n.int(8)}, own: true}
	out := &narray{typ: t, dims: of.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{own}, args: []nval{arrayOf(of)}}
	return arrayOf(out), n.compute(out)
}
