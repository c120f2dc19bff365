package front

import (
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about sorted with a key: what is gone through becomes a list of tuples, each a key and what stands
// behind it, which the host sorts by the keys; then the keys are dropped.

// keyedSort is the taker of sorted with a key, and what it goes through, or nil.
func keyedSort(args []nval, names []string) (*taker, nval) {
	c := argsOf(args, names)
	key, ok := c.named["key"]
	if !ok || len(c.pos) != 1 || key.isNone() {
		return nil, nval{}
	}
	rest := map[string]nval{}
	for name, v := range c.named {
		if name != "key" {
			rest[name] = v
		}
	}
	back, s := reversedOrder(rest)
	if s != nil {
		return nil, nval{}
	}
	result := func(n *nester, list nval) (nval, *stop) { return n.sortedByKeys(list, back) }
	keyed := nval{kind: nIterable, over: overCalls, name: "keyed", items: []nval{key, c.pos[0]}}
	return &taker{begin: (*nester).emptyList, item: (*nester).keyedItemTaken, result: result}, keyed
}

// keyedItemTaken adds a key with its item, of which a tuple is taken apart.
func (n *nester) keyedItemTaken(v nval, on func(nval) *stop) *stop {
	if v.kind == nTuple && len(v.items) == 2 && v.items[1].kind == nTuple && v.items[1].name == "" && len(v.items[1].items) > 1 {
		v = nval{kind: nTuple, items: append([]nval{v.items[0]}, v.items[1].items...)}
	}
	return n.listItemTaken(v, on)
}

// sortedByKeys is the list of what stands behind the keys, in their order.
func (n *nester) sortedByKeys(list nval, back bool) (nval, *stop) {
	if !list.form.known() {
		return list, nil
	}
	key := list.form.types[0].DType
	if key != kernel.F64 && key != kernel.I64 || len(list.form.types) < 2 {
		return list, refuse(reason.UnknownValue, "sorting by other keys than ints or floats in a loop")
	}
	n.holding = append(n.holding, list)
	if s := n.sortWords(list, key, back); s != nil {
		return list, s
	}
	form := listForm{types: list.form.types[1:], tuple: len(list.form.types) > 2}
	out, s := n.newList(list.name+" by keys", form, n.int(0), nil)
	if s != nil {
		return out, s
	}
	_, s = n.host(nest.ListBehind, kernel.I64, 0, []nest.ID{out.id, list.id})
	return out, s
}

// sortWords has the host sort items by their first words.
func (n *nester) sortWords(list nval, t kernel.Type, back bool) *stop {
	floats, turned := n.int(0), n.int(0)
	if t == kernel.F64 {
		floats = n.int(1)
	}
	if back {
		turned = n.int(1)
	}
	_, s := n.host(nest.ListSort, kernel.I64, 0, []nest.ID{list.id, floats, turned})
	return s
}
