package front

import (
	"fmt"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// This file is about loops over tuples and lists whose items are few and no numbers of one
// type: arrays, tuples of several things. Each item has a version of the loop's body, as if
// the rounds had been written out.

// walkOver is an iterator over items that are known one by one.
func (n *nester) walkOver(of nval) (nval, *stop) {
	of, s := n.solid(of)
	if s != nil {
		return of, s
	}
	if of.kind == nList {
		return nval{kind: nIter, over: overList, items: []nval{numberOf(ir.PyIntType, n.int(0)), of}}, nil
	}
	items, s := n.itemsOf(of)
	return nval{kind: nIter, over: overItems, items: append([]nval{numberOf(ir.PyIntType, n.int(0)), of}, items...)}, s
}

// itemsOf are the items of a tuple of the nest, or of a tuple or list that the region gets.
func (n *nester) itemsOf(v nval) ([]nval, *stop) {
	if v.kind == nTuple {
		if len(v.items) > maxAlike {
			return nil, refuse(reason.Loop, "a tuple of many items in a loop")
		}
		return v.items, n.assignableTuple(v)
	}
	known, s := n.sequenceItems(v.val)
	if s != nil {
		return nil, s
	}
	items := make([]nval, len(known))
	for i, item := range known {
		if items[i], s = n.known(item); s == nil && items[i].numeric() {
			items[i], s = n.number(items[i])
		}
		if s != nil {
			return nil, s
		}
	}
	return items, nil
}

// foreknown says whether an iterator that has items which are known one by one has another
// one, where that is known.
func (v nval) foreknown() (more, known bool) {
	switch v.over {
	case overItems:
		return len(v.left()) > 0, true
	case overList, overTable: // nothing is ever put into such a one
		return false, !v.items[1].form.known()
	case overCount:
		return v.items[1].foreknown()
	case overSeveral:
		more, known = true, true
		for _, inner := range v.items {
			m, k := inner.foreknown()
			if k && !m {
				return false, true
			}
			known = known && k
		}
		return more, known
	}
	return false, false
}

// left are the items that an iterator over such has not given.
func (v nval) left() []nval { return v.items[2:] }

// walked tells the rounds of loops apart that are written out: how many items are left.
func (s *nestState) walked() string {
	text := ""
	for state := s; ; state = &state.call.caller {
		for _, v := range state.stack {
			text += v.walked()
		}
		if state.call == nil {
			return text
		}
	}
}

func (v nval) walked() string {
	switch {
	case v.kind != nIter:
		return ""
	case v.over == overItems:
		return fmt.Sprint(" ", len(v.left()))
	}
	text := ""
	for _, inner := range v.items {
		text += inner.walked()
	}
	return text
}
