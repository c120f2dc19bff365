package front

import (
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about module heapq: lists of numbers, or of tuples of such, on which the host does
// what CPython's algorithm does (pyext/native/nestheaps.c).

// heapOf is the list that a function of heapq gets.
func (n *nester) heapOf(args []nval, count int) (nval, *stop) {
	if len(args) != count || !isList(args[0]) {
		return nval{}, wrongArguments()
	}
	list, s := n.asList(args[0])
	if s != nil {
		return list, s
	}
	if list.form.frozen || list.form.inner != nil || list.form.kind != plainList {
		return list, refuse(reason.UnknownValue, "a heap of other items than numbers in a loop")
	}
	return list, n.comparable(list.form)
}

// ordered refuses items that the host does not compare.
func (n *nester) comparable(f listForm) *stop {
	if f.alts != nil {
		return refuse(reason.UnknownValue, "a heap of numbers of several types in a loop")
	}
	for _, t := range f.types {
		if t.DType != kernel.F64 && t.DType != kernel.I64 {
			return refuse(reason.UnknownValue, "a heap of other numbers than ints and floats in a loop")
		}
	}
	return nil
}

func (n *nester) heapPush(args []nval) (nval, *stop) {
	list, s := n.heapOf(args, 2)
	if s != nil {
		return list, s
	}
	x, ok, s := n.itemFor(list, args[1])
	if s != nil || !ok {
		return none(), s
	}
	words := append([]nest.ID{list.id}, x.ids()...)
	if list.form.tuple {
		if _, s := n.host(nest.HeapCheck, kernel.I64, 0, words); s != nil {
			return none(), s
		}
	}
	if _, s := n.roomBeside(nest.ListRoom, []nest.ID{list.id, n.int(1), n.widthOf(list)}); s != nil {
		return none(), s
	}
	return none(), n.into(list)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.HeapPush, Args: words, Exit: n.someExit()})
}

func (n *nester) heapPop(args []nval) (nval, *stop) {
	list, s := n.heapOf(args, 1)
	if s != nil {
		return list, s
	}
	if !list.form.known() {
		return list, n.raises()
	}
	if s := n.guard(n.compare(kernel.Gt, n.lengthOf(list), n.int(0))); s != nil {
		return list, s
	}
	if list.form.tuple {
		if _, s := n.host(nest.HeapCheck, kernel.I64, 1, []nest.ID{list.id}); s != nil {
			return list, s
		}
	}
	v := n.itemOf(list, n.int(0), true)
	return v, n.outOf(list)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.HeapPop, Args: []nest.ID{list.id}, Exit: n.someExit()})
}

func (n *nester) heapify(args []nval) (nval, *stop) {
	list, s := n.heapOf(args, 1)
	if s != nil || !list.form.known() {
		return none(), s
	}
	if _, s := n.host(nest.HeapCheck, kernel.I64, 2, []nest.ID{list.id}); s != nil {
		return none(), s
	}
	return none(), n.into(list)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.HeapMake, Args: []nest.ID{list.id}, Exit: n.someExit()})
}

func heapRows() map[string]func(*nester, []nval) (nval, *stop) {
	return map[string]func(*nester, []nval) (nval, *stop){
		"_heapq.heappush":         (*nester).heapPush,
		"_heapq.heappop":          (*nester).heapPop,
		"_heapq.heapify":          (*nester).heapify,
		"builtins.dict":           newTable(aDict),
		"builtins.set":            newTable(aSet),
		"collections.Counter":     newTable(aCounter),
		"collections.defaultdict": (*nester).defaultDict,
	}
}
