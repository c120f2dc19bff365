package front

import (
	"slices"

	"slipstream/jit/npy"
)

// clip is numpy.clip of an array of floats, as numpy._core._methods._clip has
// it: of integers, bounds out of range are dropped there, which NumPy does.
func (e *eval) clip(f npy.Function, d hostObject, b bound) (Val, *stop) {
	bounds, ok := e.bounds(b, d.desc == nil)
	if !ok {
		return e.callHost(d, b, f)
	}
	a, s := e.operandOf(b.pos[0])
	if s != nil {
		return Val{}, s
	}
	if !a.array || !a.typ.DType.IsFloat() {
		return e.callHost(d, b, f)
	}
	ops, name := []operand{a}, ""
	for i, v := range bounds {
		if v.isNone() {
			continue
		}
		o, s := e.operandOf(v)
		if s != nil {
			return Val{}, s
		}
		ops, name = append(ops, o), [2]string{"maximum", "minimum"}[i]
	}
	if len(ops) < 3 {
		return e.ufunc(name, nil, ops)
	}
	own, s := e.find(hostObject{path: []string{"numpy._core.umath", "clip"}})
	if s != nil {
		return Val{}, s
	}
	return e.ufunc("clip", own, ops)
}

// bounds are the two arguments of clip: the method may be told one, the
// function has to be told both.
func (e *eval) bounds(b bound, method bool) (bounds [2]Val, ok bool) {
	names := []string{"", "a_min", "a_max"}
	if method {
		names = []string{"", "min", "max"}
	}
	if len(b.pos) == 0 || len(b.pos) > 3 {
		return bounds, false
	}
	given := append([]Val(nil), b.pos...)
	for i := len(given); i < 3; i++ {
		at := slices.Index(b.kw, names[i])
		if at < 0 && !method {
			return bounds, false
		}
		v := constVal(noneConst)
		if at >= 0 {
			v = b.val[at]
		}
		given = append(given, v)
	}
	for _, name := range b.kw {
		if slices.Index(names, name) < len(b.pos) {
			return bounds, false // an option, or given twice
		}
	}
	for i := range bounds {
		v, s := e.look(given[i+1])
		if s != nil {
			return bounds, false
		}
		bounds[i] = v
	}
	return bounds, !(bounds[0].isNone() && bounds[1].isNone())
}
