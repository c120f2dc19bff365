package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about numpy.clip in nests: see clip.go.

func (n *nester) clip(c nestArgs) (nval, *stop) { return n.clipNamed(c, "a_min", "a_max") }

func (n *nester) clipMethod(c nestArgs) (nval, *stop) { return n.clipNamed(c, "min", "max") }

// clipNamed: a bound that is not given, as a method may be told, is None.
func (n *nester) clipNamed(c nestArgs, low, high string) (nval, *stop) {
	args, s := c.bound("a", low, high)
	if s != nil || !args[0].given() || low == "a_min" && !args[2].given() {
		return nval{}, wrongArguments()
	}
	bounds := [2]nval{args[1], args[2]}
	for i, b := range bounds {
		if !b.given() || b.isNone() {
			bounds[i] = absent
		} else if bounds[i], s = n.number(b); s != nil {
			return nval{}, s
		}
	}
	if !bounds[0].given() && !bounds[1].given() {
		return nval{}, wrongArguments()
	}
	if n.isArray(args[0]) {
		return n.clipArray(args[0], bounds, args[1:])
	}
	return n.clipNumber(args[0], bounds, args[1:])
}

func (n *nester) clipArray(v nval, bounds [2]nval, given []nval) (nval, *stop) {
	a, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	switch {
	case a.typ.IsInt():
		if s := n.boundsIn(a.typ, bounds, given); s != nil {
			return nval{}, s
		}
	case !a.typ.IsFloat():
		return nval{}, wrongArguments()
	case bounds[0].given() && bounds[1].given():
		return n.clipFloats(arrayOf(a), bounds)
	}
	return n.eachBound(arrayOf(a), bounds, n.elementwise)
}

// eachBound compares with one bound and then the other.
func (n *nester) eachBound(v nval, bounds [2]nval, compare func(string, []nval) (nval, *stop)) (nval, *stop) {
	for i, b := range bounds {
		if !b.given() {
			continue
		}
		var s *stop
		if v, s = compare([2]string{"maximum", "minimum"}[i], []nval{v, b}); s != nil {
			return v, s
		}
	}
	return v, nil
}

// clipFloats has NumPy's own loop compare, which knows NaN and the zeros.
func (n *nester) clipFloats(v nval, bounds [2]nval) (nval, *stop) {
	own, s := n.find(hostObject{path: []string{"numpy._core.umath", "clip"}})
	if s != nil {
		return nval{}, s
	}
	return n.elementwiseBy(own, "clip", []nval{v, bounds[0], bounds[1]})
}

// boundsIn says that integers of a type are clipped to numbers that it has.
func (n *nester) boundsIn(t kernel.Type, bounds [2]nval, given []nval) *stop {
	for i, b := range bounds {
		if b.given() && !boundOf(t, b.typ, given[i].val.Const.V) {
			return refuse(reason.CallArgument, "bounds of another type in a loop")
		}
	}
	return nil
}

// clipNumber clips a number, which NumPy makes an array of.
func (n *nester) clipNumber(v nval, bounds [2]nval, given []nval) (nval, *stop) {
	x, s := n.number(v)
	if s != nil {
		return nval{}, s
	}
	if x.typ.Weak() {
		x = numberOf(ir.ScalarOf(ownType(x.typ)), x.id)
	}
	t := x.typ.DType
	if !t.IsInt() {
		return n.clipFloat(x, bounds)
	}
	if s := n.boundsIn(t, bounds, given); s != nil {
		return nval{}, s
	}
	return n.eachBound(x, bounds, func(name string, args []nval) (nval, *stop) {
		b, s := n.stored(args[1], t)
		return numberOf(args[0].typ, n.scalar(map[string]kernel.Op{"maximum": kernel.Max, "minimum": kernel.Min}[name], t, args[0].id, b)), s
	})
}

// clipFloat computes as for an array of one element.
func (n *nester) clipFloat(x nval, bounds [2]nval) (nval, *stop) {
	if !x.typ.DType.IsFloat() {
		return nval{}, wrongArguments()
	}
	if !bounds[0].given() || !bounds[1].given() {
		return n.eachBound(x, bounds, func(name string, args []nval) (nval, *stop) { return n.ofLoop(name, args...) })
	}
	v, s := n.clipFloats(x, bounds)
	if s != nil {
		return v, s
	}
	v.arr.dims = []nest.ID{n.int(1)}
	if s := n.compute(v.arr); s != nil {
		return nval{}, s
	}
	return n.peek(v.arr.typ, v.arr.addr), nil
}
