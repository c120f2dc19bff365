package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about indices that are arrays: masks and lists of places.

// itemOrItems reads a view or an element, or what arrays of indices choose.
func (e *eval) itemOrItems(c, key Val) (Val, *stop) {
	if !e.fancy(key) {
		return e.arrayItem(c, key)
	}
	if e.heap[c.Obj].Type.Rank == 0 {
		return Val{}, refuse(reason.FancyIndex, "an index of an array without axes")
	}
	// NumPy copies what it chooses; it reports nothing, and an index out of range raises.
	f := npy.Function{Fresh: true, Quiet: true, Index: true}
	return e.callHost(getItem, bound{pos: []Val{c, key}}, f)
}

// fancy says whether a key holds arrays. One without axes may choose a view.
func (e *eval) fancy(key Val) bool {
	key, s := e.look(key)
	if s != nil {
		return false
	}
	parts, found := []Val{key}, false
	if key.Kind == Tup {
		parts = key.Items
	}
	for _, p := range parts {
		p, s := e.look(p)
		if s != nil || p.Kind == ArrayVal && e.heap[p.Obj].Type.Rank == 0 {
			return false
		}
		found = found || p.Kind == ArrayVal || p.Kind == List
	}
	return found
}

// maskOf recognises a key that is one array of bools with the axes of c.
func (e *eval) maskOf(c, key Val) (operand, bool) {
	key, s := e.look(key)
	if s != nil || key.Kind != ArrayVal {
		return operand{}, false
	}
	o, a := e.heap[key.Obj], e.heap[c.Obj]
	if o.Type.DType != kernel.Bool || o.Type.Rank != a.Type.Rank || o.Type.Rank == 0 {
		return operand{}, false
	}
	x, s := e.operandOf(key)
	return x, s == nil
}

// storeChosen is container[key] = value for a key that holds arrays.
func (e *eval) storeChosen(c, key, value Val) *stop {
	o := &e.heap[c.Obj]
	if x, s := e.operandOf(value); s == nil && !x.array && x.typ.Kind != ir.Array {
		if mask, ok := e.maskOf(c, key); ok {
			return e.storeMasked(c, mask, x)
		}
	}
	value, quiet, s := e.asStored(value, o.Type.DType)
	if s != nil {
		return s
	}
	if _, ok := e.maskOf(c, key); ok {
		e.gain(maskGain)
	}
	return e.write(hostObject{path: []string{"slipstream._native", "setitem"}}, bound{pos: []Val{c, key, value}}, quiet)
}

// storeMasked writes a number where the mask is true: every element gets the
// number or itself, and the mask has exactly the array's shape.
func (e *eval) storeMasked(c Val, mask, x operand) *stop {
	o := e.heap[c.Obj]
	x, s := e.storable(x, o.Type.DType)
	if s != nil {
		return s
	}
	if x.typ.Kind == ir.Array && x.typ.DType != o.Type.DType {
		if x, s = e.operandOf(e.cast(x, o.Type.DType)); s != nil {
			return s
		}
	}
	old, s := e.operandOf(c)
	if s != nil {
		return s
	}
	ops := []operand{mask, x, old}
	shape, s := e.broadcast(ops)
	if s != nil {
		return s
	}
	if len(shape) != o.Type.Rank {
		return refuse(reason.StoreType, "a store into an array with fewer axes")
	}
	v := ir.Value{Op: ir.Elem, KOp: kernel.Select, In: o.Type.DType, Type: o.Type, Args: ids(ops), Shape: shape, SameShape: true}
	chosen := e.heap[e.result(v, ops).Obj].ID
	return e.renew(&e.heap[c.Obj], chosen)
}
