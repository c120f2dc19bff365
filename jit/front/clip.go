package front

import (
	"slices"
	"strconv"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/sched/kernel"
)

// clip is numpy.clip of an array, as numpy._core._methods._clip has it.
func (e *eval) clip(f npy.Function, d hostObject, b bound) (Val, *stop) {
	bounds, ok := e.bounds(b, d.desc == nil)
	if !ok {
		return e.callHost(d, b, f)
	}
	a, s := e.operandOf(b.pos[0])
	if s != nil {
		return Val{}, s
	}
	if a.array && a.typ.DType.IsInt() {
		if ops, ok := e.intBounds(a.typ.DType, bounds); ok {
			return e.clipInts(a, ops)
		}
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

// intBounds are numbers that integers of a type are clipped to; nil where there is none. NumPy drops an int
// that is no narrower than the type, or raises.
func (e *eval) intBounds(t kernel.Type, bounds [2]Val) (ops [2]*operand, ok bool) {
	for i, v := range bounds {
		if v.isNone() {
			continue
		}
		o, s := e.operandOf(v)
		if s != nil || o.array || !e.boundIn(t, o, v) {
			return ops, false
		}
		ops[i] = &o
	}
	return ops, true
}

func (e *eval) boundIn(t kernel.Type, o operand, v Val) bool {
	c, _ := e.constant(v)
	return boundOf(t, o.typ, c.V)
}

// boundOf says that an integer type has a bound of a type: all of its own, and an int that it holds; text is
// the int where it is known.
func boundOf(t kernel.Type, of ir.Type, text string) bool {
	switch {
	case of == ir.ScalarOf(t):
		return true
	case of.Kind != ir.PyInt:
		return false
	case t == kernel.I64: // of which each number is one, and no element is beyond them
		return true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && t.Holds(n)
}

// clipInts compares twice, which is what NumPy's loop does with each integer.
func (e *eval) clipInts(a operand, bounds [2]*operand) (Val, *stop) {
	v := Val{}
	for i, o := range bounds {
		if o == nil {
			continue
		}
		var s *stop
		if v, s = e.ufunc([2]string{"maximum", "minimum"}[i], nil, []operand{a, *o}); s != nil {
			return v, s
		}
		if a, s = e.operandOf(v); s != nil {
			return v, s
		}
	}
	return v, nil
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
