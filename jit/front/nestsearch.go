package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about places of numbers among sorted ones (numpy.searchsorted, module bisect) and
// interpolation between these (numpy.interp), for one number at a time: the host does what NumPy and CPython do
// (pyext/native/nestsearch.c).

func searchRows() map[string]func(*nester, nestArgs) (nval, *stop) {
	return map[string]func(*nester, nestArgs) (nval, *stop){
		"numpy.interp":         (*nester).interp,
		"numpy.searchsorted":   (*nester).searchSorted,
		"_bisect.bisect_left":  bisection(0),
		"_bisect.bisect_right": bisection(nest.SearchRight),
		"_bisect.insort_left":  insertion(0),
		"_bisect.insort_right": insertion(nest.SearchRight),
	}
}

// sameSearch refuses where NumPy's function is not found to do what the host does.
func (n *nester) sameSearch(name string) *stop {
	_, s := n.find(hostObject{path: []string{"slipstream._searches", "checked", name}})
	return s
}

// row is a one-dimensional array of floats or ints of 64 bits, or one that a list of such would become.
func (n *nester) row(v nval) (*narray, *stop) {
	if isListLiteral(v) {
		var s *stop
		if v, s = n.arrayOfNumbers(argsOf([]nval{v}, nil)); s != nil {
			return nil, s
		}
	}
	if !n.isArray(v) {
		return nil, wrongArguments()
	}
	a, s := n.memory(v)
	if s != nil {
		return nil, s
	}
	if a.rank() != 1 || a.typ != kernel.F64 && a.typ != kernel.I64 {
		return nil, wrongArguments()
	}
	return a, nil
}

// asFloat is a real number as NumPy makes a float of it.
func (n *nester) asFloat(v nval) (nest.ID, *stop) {
	if !v.numeric() {
		return nest.None, wrongArguments()
	}
	x, s := n.number(v)
	if s == nil && x.typ.DType.IsComplex() {
		s = wrongArguments()
	}
	if s != nil {
		return nest.None, s
	}
	return n.cast(x.id, kernel.F64), nil
}

// interp is numpy.interp of a number.
func (n *nester) interp(c nestArgs) (nval, *stop) {
	args, s := c.bound("x", "xp", "fp", "left", "right")
	if s != nil || !args[2].given() {
		return nval{}, wrongArguments()
	}
	x, s := n.asFloat(args[0])
	if s == nil {
		s = n.sameSearch("interp")
	}
	if s != nil {
		return nval{}, s
	}
	places, values, s := n.pointsOf(args[1], args[2])
	if s != nil {
		return nval{}, s
	}
	how, outside, s := n.valuesOutside(args[3:5])
	if s != nil {
		return nval{}, s
	}
	if places.typ == kernel.I64 {
		how |= nest.InterpIntPlaces
	}
	if values.typ == kernel.I64 {
		how |= nest.InterpIntValues
	}
	words := append([]nest.ID{places.dims[0], places.addr, places.strides[0], values.addr, values.strides[0], x}, outside...)
	id, s := n.host(nest.Interp, kernel.F64, how, words)
	return numberOf(ir.ScalarOf(kernel.F64), id), s
}

// pointsOf are places and values between which is interpolated, as many of the one as of the other.
func (n *nester) pointsOf(xp, fp nval) (places, values *narray, s *stop) {
	if places, s = n.row(xp); s != nil {
		return nil, nil, s
	}
	n.holding = append(n.holding, arrayOf(places))
	if values, s = n.row(fp); s != nil {
		return nil, nil, s
	}
	return places, values, n.guard(n.compare(kernel.Eq, places.dims[0], values.dims[0]))
}

// valuesOutside are the values in front of the first place and behind the last one, if they are given.
func (n *nester) valuesOutside(args []nval) (how int, words []nest.ID, s *stop) {
	for i, flag := range []int{nest.InterpLeft, nest.InterpRight} {
		x := n.float(0)
		if args[i].given() && !args[i].isNone() {
			if x, s = n.asFloat(args[i]); s != nil {
				return 0, nil, s
			}
			how |= flag
		}
		words = append(words, x)
	}
	return how, words, nil
}

// searchSorted is numpy.searchsorted of a number.
func (n *nester) searchSorted(c nestArgs) (nval, *stop) {
	args, s := c.bound("a", "v", "side")
	if s != nil || !args[1].given() || !args[1].numeric() {
		return nval{}, wrongArguments()
	}
	side, s := sideOf(args[2])
	if s != nil {
		return nval{}, s
	}
	way, s := n.wayOfSearch()
	if s != nil {
		return nval{}, s
	}
	a, s := n.row(args[0])
	if s != nil {
		return nval{}, s
	}
	x, s := n.number(args[1])
	if s != nil || x.typ.DType != a.typ && (a.typ != kernel.F64 || !x.typ.DType.IsInt() && x.typ.DType != kernel.F32) {
		return nval{}, wrongArguments()
	}
	id, s := n.searchFor(side|way, a.typ, []nest.ID{a.dims[0], a.addr, a.strides[0], n.int(0), n.int(-1), n.cast(x.id, a.typ)})
	return numberOf(ir.ScalarOf(kernel.I64), id), s
}

// wayOfSearch is which of two algorithms NumPy has.
func (n *nester) wayOfSearch() (int, *stop) {
	if n.sameSearch("searchsorted") == nil {
		return 0, nil
	}
	return nest.SearchHalves, n.sameSearch("searchsorted_by_halves")
}

// sideOf reads the argument that tells on which side of equal ones a number belongs.
func sideOf(v nval) (int, *stop) {
	if !v.given() {
		return 0, nil
	}
	known := v.kind == nKnown && isText(v.val)
	if known && v.val.Const.V == "left" {
		return 0, nil
	}
	if known && v.val.Const.V == "right" {
		return nest.SearchRight, nil
	}
	return 0, wrongArguments()
}

func (n *nester) searchFor(how int, t kernel.Type, words []nest.ID) (nest.ID, *stop) {
	if t == kernel.F64 {
		how |= nest.SearchFloats
	}
	return n.host(nest.Search, kernel.I64, how, words)
}

// bisection is a function of module bisect: a list or an array, a number, perhaps from where and up to where.
func bisection(how int) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		args, s := c.bound("a", "x", "lo", "hi")
		if s != nil || !args[1].given() || !args[1].numeric() {
			return nval{}, wrongArguments()
		}
		id, s := n.bisect(how, args)
		return numberOf(ir.PyIntType, id), s
	}
}

func (n *nester) bisect(how int, args []nval) (nest.ID, *stop) {
	words, t, s := n.sortedIn(args[0])
	if s != nil {
		return nest.None, s
	}
	if len(words) == 0 {
		return n.int(0), nil // of an empty list
	}
	if len(words) == 1 {
		how |= nest.SearchList
		words = append(words, n.int(0), n.int(0))
	}
	x, s := n.number(args[1])
	if s != nil || x.typ.DType != t {
		return nest.None, wrongArguments()
	}
	for i, bound := range []nest.ID{n.int(0), n.int(-1)} {
		if v := args[2+i]; v.given() && !v.isNone() {
			if bound, s = n.place(v); s != nil {
				return nest.None, s
			}
		}
		words = append(words, bound)
	}
	return n.searchFor(how|nest.SearchPython, t, append(words, x.id))
}

// sortedIn are the words for the host of what module bisect looks into, none of a list of which
// nothing is known but that it is empty.
func (n *nester) sortedIn(v nval) ([]nest.ID, kernel.Type, *stop) {
	if !isList(v) {
		a, s := n.row(v)
		if s != nil {
			return nil, 0, s
		}
		return []nest.ID{a.dims[0], a.addr, a.strides[0]}, a.typ, nil
	}
	list, s := n.heapOf([]nval{v}, 1)
	if s != nil || !list.form.known() {
		return nil, 0, s
	}
	if list.form.tuple {
		return nil, 0, refuse(reason.UnknownValue, "tuples in order in a loop")
	}
	return []nest.ID{list.id}, list.form.types[0].DType, nil
}

// insertion puts a number where it belongs in a list.
func insertion(how int) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		if len(c.named) > 0 || len(c.pos) != 2 || !isList(c.pos[0]) {
			return nval{}, wrongArguments()
		}
		at, s := n.bisect(how, []nval{c.pos[0], c.pos[1], absent, absent})
		if s != nil {
			return nval{}, s
		}
		return n.inserted(c.pos[0], []nval{numberOf(ir.PyIntType, at), c.pos[1]})
	}
}
