package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about tuples in nests: as locals, gone over, indexed by what changes, and
// about what is unpacked.

// maxAlike bounds the tuples of which an item is chosen at run time.
const maxAlike = 16

// alike makes the items of a tuple numbers of one type, or tuples of such, so that any of
// them can stand for any other.
func (n *nester) alike(v nval) ([]nval, *stop) {
	if len(v.items) == 0 || len(v.items) > maxAlike {
		return nil, refuse(reason.Loop, "a tuple of no items, or of many, in a loop")
	}
	items := make([]nval, len(v.items))
	for i, item := range v.items {
		x, s := n.inNumbers(item)
		if s != nil {
			return nil, s
		}
		items[i] = x
		if isListLiteral(item) || i > 0 && !sameForm(items[0], x) {
			return nil, refuse(reason.UnknownValue, "a tuple of values of several types in a loop")
		}
	}
	return items, nil
}

// isScalar says that a value is, or has among its items, a NumPy scalar.
func isScalar(v nval) bool {
	return v.kind == nNumber && v.typ.Kind == ir.NpScalar || slices.ContainsFunc(v.items, isScalar)
}

// inNumbers makes the constants in a value numbers.
func (n *nester) inNumbers(v nval) (nval, *stop) {
	if v.kind != nTuple {
		return n.number(v)
	}
	return v.eachItem(n.inNumbers)
}

func sameForm(a, b nval) bool {
	if a.kind != b.kind || a.typ != b.typ || len(a.items) != len(b.items) {
		return false
	}
	for i := range a.items {
		if !sameForm(a.items[i], b.items[i]) {
			return false
		}
	}
	return true
}

// itemAt is the item at a place of those that are alike.
func (n *nester) itemAt(items []nval, at nest.ID) nval {
	v := items[len(items)-1]
	for i := len(items) - 2; i >= 0; i-- {
		v = n.selected(n.compare(kernel.Eq, at, n.int(int64(i))), items[i], v)
	}
	return v
}

func (n *nester) selected(t nest.ID, a, b nval) nval {
	if a.kind == nNumber {
		if a.id == b.id {
			return a
		}
		return numberOf(a.typ, n.scalar(kernel.Select, a.typ.DType, t, a.id, b.id))
	}
	items := make([]nval, len(a.items))
	for i := range items {
		items[i] = n.selected(t, a.items[i], b.items[i])
	}
	return nval{kind: nTuple, items: items}
}

// item is one of a tuple's.
func (n *nester) item(tuple, key nval) *stop {
	if i, ok := n.literalInt(key); ok {
		if i < 0 {
			i += int64(len(tuple.items))
		}
		if i < 0 || i >= int64(len(tuple.items)) {
			return refuse(reason.UnknownValue, "a tuple index out of range")
		}
		n.push(tuple.items[i])
		return nil
	}
	items, s := n.alike(tuple)
	if s != nil {
		return s
	}
	at, s := n.indexIn(key, n.int(int64(len(items))), fmt.Sprint("tuple of ", len(items)))
	if s == nil {
		v := n.itemAt(items, at)
		if isScalar(v) {
			v.who = anItem
		}
		n.push(v)
	}
	return s
}

// unpack has a tuple's items on the stack, or those of an array's first axis.
func (n *nester) unpack(in *bytecode.Inst) *stop {
	v := n.pop()
	if n.isArray(v) {
		return n.unpackArray(v, in.Arg)
	}
	if v.kind == nList && v.form.kind == plainList {
		return n.unpackList(v, in.Arg)
	}
	if v.kind != nTuple || len(v.items) != in.Arg {
		return refuse(reason.UnknownValue, "unpacks something else than a tuple in a loop")
	}
	for _, item := range slices.Backward(v.items) {
		n.push(item)
	}
	return nil
}

func (n *nester) unpackArray(v nval, count int) *stop {
	a, s := n.memory(v)
	if s != nil {
		return s
	}
	if s := n.guard(n.compare(kernel.Eq, a.dims[0], n.int(int64(count)))); s != nil {
		return s
	}
	for i := count - 1; i >= 0; i-- {
		n.push(n.rowAt(a, n.int(int64(i))))
	}
	return nil
}

// contains is the operator in, of a number and a tuple of such. NaN is in what holds the
// same object, so of floats CPython looks.
func (n *nester) contains(in *bytecode.Inst) *stop {
	vs := n.popN(2)
	if vs[1].kind == nList && vs[1].form.isTable() {
		return n.containsKey(vs[0], vs[1], in.Arg == 1)
	}
	if vs[1].kind == nList {
		return n.containsItem(in, vs[0], vs[1])
	}
	if vs[1].kind != nTuple || !vs[0].numeric() {
		return n.orAsRegion(refuse(reason.Opcode, "the operator in of other values than a number and a tuple in a loop"), in, vs...)
	}
	any := n.constant(kernel.Bool, 0)
	x, s := n.number(vs[0])
	if s != nil {
		return s
	}
	if x.typ.DType.IsFloat() {
		if s := n.guard(n.compare(kernel.Eq, x.id, x.id)); s != nil {
			return s
		}
	}
	for _, item := range vs[1].items {
		v, s := n.binary("==", x, item)
		if s != nil {
			return s
		}
		t, s := n.truthOf(v)
		if s != nil {
			return s
		}
		any = n.scalar(kernel.Or, kernel.Bool, any, t)
	}
	if in.Arg == 1 {
		any = n.scalar(kernel.Not, kernel.Bool, any)
	}
	n.push(numberOf(ir.PyBoolType, any))
	return nil
}

// assignableTuple makes all that a tuple holds what a local can hold.
func (n *nester) assignableTuple(v nval) *stop {
	for _, item := range v.items {
		s := (*stop)(nil)
		switch item.kind {
		case nNumber:
		case nList:
		case nArray:
			s = n.assignable(item.arr)
		case nTuple:
			s = n.assignableTuple(item)
		case nKnown:
			if k := item.val.Kind; k != Const && k != ArrayVal && k != Runtime {
				s = refuse(reason.Escapes, "a local that is no number is assigned in a loop")
			}
		default:
			s = refuse(reason.Escapes, "a local that is no number is assigned in a loop")
		}
		if s != nil {
			return s
		}
	}
	return nil
}

// asArray is numpy.asarray of what is no array.
func (n *nester) asArray(c nestArgs) (nval, *stop) {
	if len(c.pos) == 0 || n.isArray(c.pos[0]) {
		return nval{}, wrongArguments()
	}
	if len(c.pos) == 2 {
		if _, ok := c.named["dtype"]; !ok { // which stands in the place of numpy.array's
			c = nestArgs{c.pos[:1], map[string]nval{"dtype": c.pos[1]}}
		}
	}
	return n.arrayOfNumbers(c)
}

// commonType is the type of an array of numbers: of one type, or of several of bool, int and float.
func commonType(numbers []nval) (kernel.Type, bool) {
	t, ranks := ownType(numbers[0].typ), map[kernel.Type]int{kernel.Bool: 1, kernel.I64: 2, kernel.F64: 3}
	alike := true
	for _, x := range numbers[1:] {
		other := ownType(x.typ)
		alike = alike && (t == other || ranks[t] > 0 && ranks[other] > 0)
		if ranks[other] > ranks[t] {
			t = other
		}
	}
	return t, alike
}

// arrayOfNumbers is numpy.array of a tuple or list of numbers.
func (n *nester) arrayOfNumbers(c nestArgs) (nval, *stop) {
	args, s := c.bound("object", "dtype")
	if s == nil && args[0].kind == nList {
		return n.arrayOfList(args[0], args[1])
	}
	if s != nil || args[0].kind != nTuple || len(args[0].items) == 0 {
		return nval{}, wrongArguments()
	}
	if n.isArray(args[0].items[0]) && !args[1].given() {
		return n.joinItems(args[0].items, true)
	}
	var numbers []nval
	for _, item := range args[0].items {
		x, s := n.number(item)
		if s != nil {
			return nval{}, s
		}
		numbers = append(numbers, x)
	}
	own, ok := commonType(numbers)
	if !ok && !args[1].given() {
		return nval{}, refuse(reason.UnknownValue, "an array of numbers of such types in a loop")
	}
	t, s := typeOf(args[1], own)
	if s != nil {
		return nval{}, s
	}
	out := &narray{typ: t, dims: []nest.ID{n.int(int64(len(numbers)))}, addr: nest.None}
	ids := make([]nest.ID, len(numbers))
	for i, x := range numbers {
		if ids[i], s = n.stored(x, t); s != nil {
			return nval{}, s
		}
	}
	if s := n.settle(); s != nil {
		return nval{}, s
	}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	for i, id := range ids {
		to := n.scalar(kernel.Add, kernel.I64, out.addr, n.int(int64(i*t.Size())))
		n.f.Add(n.block, nest.Inst{Op: nest.Poke, Args: []nest.ID{to, id}})
	}
	return arrayOf(out), nil
}
