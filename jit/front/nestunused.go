package front

import "slices"

// This file is about expressions that nothing comes of: (a / b).shape tells a length that shows without a division, but
// NumPy divides all the same, and may report it.

// expression notes one that nobody has computed so far.
func (n *nester) expression(a *narray) nval {
	if !n.inRounds {
		n.expressions = append(n.expressions, a)
	}
	return arrayOf(a)
}

// computeUnused computes expressions that were computed for nothing else, and that nobody holds.
func (n *nester) computeUnused() *stop {
	waiting := slices.DeleteFunc(n.expressions, func(a *narray) bool { return a.computed() || a.seen })
	n.expressions = nil
	if len(waiting) == 0 {
		return nil
	}
	held := map[*narray]bool{}
	n.everywhere(func(v nval) { v.expressions(held) })
	for i := len(waiting) - 1; i >= 0; i-- { // those that others are of come first
		a := waiting[i]
		switch {
		case held[a]:
			n.expressions = append(n.expressions, a)
		case !a.seen:
			if s := n.compute(a); s != nil {
				return s
			}
		}
	}
	slices.Reverse(n.expressions)
	return nil
}

// expressions adds the arrays that a value is made of.
func (v nval) expressions(all map[*narray]bool) {
	if v.arr != nil && !all[v.arr] {
		all[v.arr] = true
		for _, a := range v.arr.args {
			a.expressions(all)
		}
	}
	for _, item := range v.items {
		item.expressions(all)
	}
}
