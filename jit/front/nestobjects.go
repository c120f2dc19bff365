package front

import (
	"fmt"

	"slipstream/jit/ir"
)

// This file is about which values of a nest are one object: where the nest is left, locals
// and results that share one get the same.

// held is a value that something holds from now on: a NumPy scalar or a tuple is an object
// of its own.
func (n *nester) held(v nval) nval {
	if v.who == 0 && (v.kind == nTuple || (v.kind == nNumber || v.kind == nComplex) && v.typ.Kind == ir.NpScalar) {
		n.numbers++
		v.who = n.numbers
	}
	return v
}

// object is the number of the object that a value is, or 0.
func (v nval) object() int {
	if v.arr != nil {
		return v.arr.who
	}
	return v.who
}

// shares tells which objects before them a value, its items and what it is a part of are, in a
// list of values.
func (v nval) shares(objects map[int]int) string {
	text := sharedAs(v.object(), objects)
	if v.arr != nil && v.arr.base != nil {
		text += " of" + sharedAs(v.arr.base.who, objects)
	}
	for _, item := range v.items {
		text += item.shares(objects)
	}
	return text
}

func sharedAs(who int, objects map[int]int) string {
	if who <= 0 {
		return ""
	}
	first, ok := objects[who]
	if !ok {
		objects[who] = len(objects)
		return ""
	}
	return fmt.Sprint(" as ", first)
}
