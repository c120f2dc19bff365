package front

import (
	"maps"
	"slices"
)

// recipe reads the straight line that stands for the call of one of NumPy's
// functions that is written in Python. Where it raises or is not understood, all
// is as before.
func (e *eval) recipe(name string, b bound) (Val, bool) {
	d, s := e.find(hostObject{path: []string{"slipstream._recipes", "checked", name}})
	if s != nil {
		return Val{}, false
	}
	if e.startsWithItems(b) {
		return Val{}, false
	}
	before, inputs, callees := e.mark(e.entry), slices.Clone(e.inputs), maps.Clone(e.callees)
	v, s := e.inline(d, b)
	if s == nil {
		e.gain(recipeGain)
		return v, true
	}
	e.inputs, e.callees = inputs, callees
	e.rollback(before)
	return Val{}, false
}

// startsWithItems says that the first argument is a tuple or a list, of which NumPy makes an array.
func (e *eval) startsWithItems(b bound) bool {
	if len(b.pos) == 0 {
		return false
	}
	v, s := e.look(b.pos[0])
	return s == nil && (v.Kind == Tup || v.Kind == List)
}
