package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// subscript reads an element of an array, or an item of a tuple.
func (n *nester) subscript(*bytecode.Inst) *stop {
	vs := n.popN(2)
	if vs[0].kind == nTuple {
		return n.item(vs[0], vs[1])
	}
	if key := vs[1].val.Const; isFlags(vs[0]) && vs[1].kind == nKnown && vs[1].val.Kind == Const && key.T == "str" {
		return n.pushFlag(vs[0], key.V, true)
	}
	if vs[0].kind == nList && vs[1].kind == nSlice {
		part, s := n.slicedList(vs[0], vs[1])
		if s == nil {
			n.push(part)
		}
		return s
	}
	if vs[0].kind == nList {
		return n.listItem(vs[0], vs[1])
	}
	if !n.isElement(vs[0], vs[1]) && n.isArray(vs[0]) {
		return n.part(vs[0], vs[1])
	}
	if isContainer(vs[0]) && vs[1].kind == nKnown {
		return n.itemOfContainer(vs[0].val, vs[1].val)
	}
	if vs[0].kind == nKnown && vs[0].val.Kind == Host && vs[0].val.Desc.Kind == KindIndexed {
		return n.madeOf(vs[0], vs[1])
	}
	a, at, s := n.element(vs[0], vs[1])
	if s != nil {
		return s
	}
	t := n.f.Args[a].Type
	n.push(numberOf(ir.ScalarOf(t), n.add(nest.Inst{Op: nest.Load, Type: t, Num: a, Args: at})))
	return nil
}

// madeOf is what an object that makes arrays of an index makes of one.
func (n *nester) madeOf(of, key nval) *stop {
	v, s := n.outside(getItem, npy.FindFunction(of.val.Desc.Name), []nval{of, key}, nil)
	if s == nil {
		n.push(v)
	}
	return s
}

// isContainer says that a value is a dict or list that the region gets.
func isContainer(v nval) bool {
	return v.kind == nKnown && v.val.Kind == Object && (v.val.Desc.Name == dictionary || ordered(v.val))
}

// itemOfContainer is an item by a literal key, which is read when the nest is entered: nothing in it
// changes what it does not make.
func (n *nester) itemOfContainer(of, key Val) *stop {
	v, s := n.containerItem(of, key)
	if s != nil {
		return s
	}
	item, s := n.known(v)
	if s == nil {
		n.push(item)
	}
	return s
}

// element is the number of an array, and the indices of one of its elements.
func (n *nester) element(array, key nval) (int, []nest.ID, *stop) {
	if array.kind != nKnown || array.val.Kind != ArrayVal {
		return 0, nil, refuse(reason.UnknownValue, "indexing of a value that is not an array")
	}
	a, s := n.array(array.val)
	if s != nil {
		return 0, nil, s
	}
	keys := []nval{key}
	if key.kind == nTuple {
		keys = key.items
	}
	if len(keys) != n.f.Args[a].Rank || len(keys) == 0 {
		return 0, nil, refuse(reason.FancyIndex, "an index in a loop that gives more than one element")
	}
	at := make([]nest.ID, len(keys))
	for axis, k := range keys {
		if at[axis], s = n.index(k, a, axis); s != nil {
			return 0, nil, s
		}
	}
	return a, at, nil
}

// index is a place along an axis: negative ones count from the end, others than those
// in range raise.
func (n *nester) index(k nval, array, axis int) (nest.ID, *stop) {
	return n.indexIn(k, n.dim(array, axis).id, fmt.Sprintf("%d.%d", array, axis))
}

// isElement says that an index is of one element of an array that the region gets.
func (n *nester) isElement(array, key nval) bool {
	keys := []nval{key}
	if key.kind == nTuple {
		keys = key.items
	}
	if array.kind != nKnown || array.val.Kind != ArrayVal || len(keys) != n.heap[array.val.Obj].Type.Rank || isListLiteral(key) {
		return false
	}
	if n.heap[array.val.Obj].Type.DType.IsComplex() {
		return false // its halves are read at their addresses
	}
	for _, k := range keys {
		if !k.numeric() {
			return false
		}
	}
	return true
}

// storePart stores into a part of an array, or into an element of a view.
func (n *nester) storePart(v, array, key nval) *stop {
	if !n.isArray(array) {
		return refuse(reason.StoreTarget, "a store into what is no array in a loop")
	}
	a, s := n.memory(array)
	if s != nil {
		return s
	}
	if isListLiteral(key) {
		stores := len(n.delayed)
		if s := n.storeRows(a, key, v); s == nil || len(n.delayed) != stores {
			return s
		}
	}
	if n.isFancy(key) {
		return n.storeChosen(a, key, v)
	}
	target, s := n.view(a, key)
	if s != nil {
		return s
	}
	if target.rank() > 0 {
		return n.storeArray(target, v)
	}
	if s := n.mayStore(target); s != nil {
		return s
	}
	words, s := n.elementWords(v, target.typ)
	if s != nil {
		return s
	}
	if s := n.settle(); s != nil {
		return s
	}
	if s := n.computeOthers(nval{}); s != nil {
		return s
	}
	return n.pokes(target.typ, target.addr, words, n.isFresh(target.made))
}

// storeSubscript stores an element.
func (n *nester) storeSubscript(*bytecode.Inst) *stop {
	vs := n.popN(3)
	if vs[1].kind == nList {
		return n.storeItem(vs[0], vs[1], vs[2])
	}
	if !n.isElement(vs[1], vs[2]) && n.isArray(vs[1]) || n.isArray(vs[0]) {
		return n.storePart(vs[0], vs[1], vs[2])
	}
	x, s := n.number(vs[0])
	if s != nil {
		return s
	}
	a, at, s := n.element(vs[1], vs[2])
	if s != nil {
		return s
	}
	o := n.heap[vs[1].val.Obj]
	if !o.User || o.Input < 0 || o.Fixed {
		return refuse(reason.StoreTarget, "a store into an array that is not the caller's")
	}
	id, s := n.stored(x, n.f.Args[a].Type)
	if s != nil {
		return s
	}
	if s := n.settle(); s != nil {
		return s
	}
	if s := n.computeOthers(nval{}); s != nil {
		return s
	}
	n.inputs[o.Input].Writable = true
	return n.delay(delayed{in: nest.Inst{Op: nest.Store, Num: a, Args: append(at, id)}})
}

// stored is a number as an element, where NumPy stores it without a word.
func (n *nester) stored(x nval, t kernel.Type) (nest.ID, *stop) {
	from := x.typ.DType
	switch {
	case from == t:
		return x.id, nil
	case x.typ.Kind == ir.PyInt && t != kernel.Bool:
		return n.intAs(x.id, t)
	case t == kernel.Bool && from.IsInt():
		return n.compare(kernel.Ne, x.id, n.constant(from, 0)), nil
	case t.IsFloat() && from.IsFloat():
		id := n.cast(x.id, t)
		if t == kernel.F32 {
			n.reporting(id)
		}
		return id, nil
	case from.Exact() && t.IsInt() && x.typ.Kind == ir.NpScalar, from == kernel.Bool, from.IsInt() && t.IsFloat():
		return n.cast(x.id, t), nil
	}
	return nest.None, refuse(reason.StoreType, fmt.Sprintf("%v stored as %v in a loop", x.typ, t))
}
