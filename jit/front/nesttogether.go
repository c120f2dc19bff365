package front

import (
	"slices"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file computes expressions that locals have held, together where they have one shape: see nestwaiting.go.

// withParts adds what else waits and is a part of some arrays.
func (n *nester) withParts(all []*narray) []*narray {
	parts := map[*narray]bool{}
	for _, a := range all {
		arrayOf(a).expressions(parts)
	}
	for _, a := range n.waitingLocals(func(int) bool { return true }) {
		if parts[a] && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// computeTogether computes arrays: those of one shape in one go.
func (n *nester) computeTogether(all []*narray) *stop {
	for len(all) > 0 {
		alike := func(a *narray) bool { return n.sameShape(a.dims, all[0].dims) }
		group := slices.DeleteFunc(slices.Clone(all), func(a *narray) bool { return !alike(a) })
		rest := slices.DeleteFunc(slices.Clone(all), alike)
		if s := n.computeGroup(group); s != nil {
			return s
		}
		all = rest
	}
	return nil
}

func (n *nester) computeGroup(group []*narray) *stop {
	held, m := n.alsoHeld(group...), &kernelMaker{dims: group[0].dims, byRows: true}
	for _, a := range group {
		delete(held, a)
	}
	for _, a := range group {
		s := n.mayLie(a)
		if s == nil {
			s = n.computeParts(arrayOf(a), m.dims, held)
		}
		if s != nil {
			return s
		}
	}
	if group = slices.DeleteFunc(group, (*narray).computed); len(group) == 0 {
		return nil // as parts of one another
	}
	m.begin(n)
	var values []kernel.ID
	for _, a := range group {
		values = append(values, m.cast(m.value(arrayOf(a)), a.typ))
		n.holding = append(n.holding, a.args...) // none of them makes room for another one's result
	}
	if len(m.k.Params)+len(group) > maxNestParams {
		return n.computeEach(group)
	}
	for i, a := range group {
		if s := n.room(a); s != nil {
			return s
		}
		m.store(values[i], a.typ)
		m.words = append(append(m.words, a.addr), a.strides...)
	}
	k, s := m.end()
	if s == nil {
		_, s = n.host(nest.Sweep, kernel.I64, k.number, k.words)
	}
	return s
}

func (n *nester) computeEach(all []*narray) *stop {
	for _, a := range all {
		if s := n.computed(arrayOf(a)); s != nil {
			return s
		}
	}
	return nil
}

// computeShared computes what has waited where it is a part of something of another shape, or of use again: not for each of
// the places, and not twice.
func (n *nester) computeShared(v nval, dims []nest.ID, whole bool) *stop {
	if v.kind != nArray || !v.arr.hasWaited() {
		return nil
	}
	held := n.alsoHeld(v.arr)
	switch {
	case !whole && n.isHeldNow(v.arr):
		return n.laidOut(v.arr)
	case !whole:
		return n.computeParts(v, dims, held)
	}
	for _, arg := range v.arr.args {
		if s := n.computeParts(arg, dims, held); s != nil {
			return s
		}
	}
	return nil
}

// isHeldNow says that a local or the stack holds an array.
func (n *nester) isHeldNow(a *narray) bool {
	found := false
	n.everywhereNow(func(x nval) {
		found = found || x.arr == a || slices.ContainsFunc(x.items, func(item nval) bool { return item.arr == a })
	})
	return found
}

// alsoHeld are the arrays that locals and the stack hold, or hold something of, beside some.
func (n *nester) alsoHeld(arrays ...*narray) map[*narray]bool {
	held := map[*narray]bool{}
	n.everywhereNow(func(x nval) {
		if !slices.Contains(arrays, x.arr) {
			x.expressions(held)
		}
	})
	return held
}

func (n *nester) computeParts(v nval, dims []nest.ID, held map[*narray]bool) *stop {
	if v.kind != nArray || v.arr.computed() {
		return nil
	}
	if v.arr.waits && (held[v.arr] || !n.sameShape(v.arr.dims, dims)) {
		return n.laidOut(v.arr)
	}
	for _, arg := range v.arr.args {
		if s := n.computeParts(arg, dims, held); s != nil {
			return s
		}
	}
	return nil
}

// hasWaited says that a local has held an expression, or a part of it.
func (a *narray) hasWaited() bool {
	return !a.computed() && (a.waits || slices.ContainsFunc(a.args, func(v nval) bool { return v.kind == nArray && v.arr.hasWaited() }))
}
