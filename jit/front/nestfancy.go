package front

import (
	"slices"

	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about indices in nests that are arrays: masks, and places. NumPy itself takes out
// what they choose, and stores there.

// isFancy says that an index is an array with axes or a list that was written down, or a tuple with one.
func (n *nester) isFancy(key nval) bool {
	chooses := func(v nval) bool { return n.isArray(v) || isListLiteral(v) }
	return chooses(key) || key.kind == nTuple && slices.ContainsFunc(key.items, chooses)
}

// chosen is what an index takes out of an array: a copy.
func (n *nester) chosen(a *narray, key nval) (nval, *stop) {
	if words, s := n.placesIn(a, key); s != nil || words != nil {
		if s != nil {
			return nval{}, s
		}
		return n.gathered(a, words)
	}
	if mask, s := n.maskOver(a, key); s != nil || mask != nil {
		if s != nil {
			return nval{}, s
		}
		return n.compressed(a, mask)
	}
	return n.outside(getItem, npy.Function{Treat: npy.Pure, Fresh: true, Quiet: true, Index: true}, []nval{arrayOf(a), key}, nil)
}

// storeChosen stores where an index says. NumPy looks at all of it before it stores anything, and
// nothing is converted on the way but what any type holds.
func (n *nester) storeChosen(a *narray, key, v nval) *stop {
	if s := n.mayStore(a); s != nil {
		return s
	}
	v, s := n.asChosen(a, v)
	if s != nil {
		return s
	}
	if n.isArray(key) {
		if done, s := n.scattered(a, key, v); done || s != nil {
			return s
		}
		if done, s := n.expanded(a, key, v); done || s != nil {
			return s
		}
	}
	setitem := hostObject{path: []string{"slipstream._native", "setitem"}}
	return n.writeOutside(setitem, npy.Function{Quiet: true}, []nval{arrayOf(a), key, v}, nil)
}

// asChosen is a value in the type of the array that it is stored into.
func (n *nester) asChosen(a *narray, v nval) (nval, *stop) {
	if !n.isArray(v) {
		ids, s := n.elementWords(v, a.typ)
		return scalarOfWords(a.typ, ids), s
	}
	x, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	if x.typ != a.typ {
		if !kernel.Castable(x.typ, a.typ) {
			return nval{}, refuse(reason.StoreType, "a conversion of what an index array stores in a loop")
		}
		x = &narray{typ: a.typ, dims: x.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{x.typ}, args: []nval{arrayOf(x)}}
	}
	x, s = n.memory(arrayOf(x))
	n.holding = append(n.holding, arrayOf(x))
	return arrayOf(x), s
}
