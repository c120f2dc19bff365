package front

import (
	"slipstream/bytecode"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about methods of lists that move items, about slices of lists, and about sorting.
// A method that changes its list first makes another one with what it is to hold: that may fail,
// and taking over its items cannot.

// searches are the methods and operators that compare each item, as functions of slipstream._iterators.
var searches = map[string]string{"index": "index", "count": "count", "remove": "remove"}

// search calls one of them.
func (n *nester) search(in *bytecode.Inst, name string, list, x nval) *stop {
	list, s := n.asList(list)
	if s != nil {
		return s
	}
	if list.form.tuple || list.form.inner != nil || list.form.kind != plainList || list.form.scalars() || !x.numeric() {
		return refuse(reason.UnknownValue, "a search for other values than numbers of Python's in a list in a loop")
	}
	c, s := n.helper(name)
	if s == nil {
		s = n.mayCall(c.of)
	}
	if s != nil {
		return s
	}
	locals, s := n.bindCall(c, nil, []nval{list, x})
	if s != nil {
		return s
	}
	return n.enterCode(c, nestCall{next: in.End}, locals)
}

// containsItem is the operator in, or not in, of a list.
func (n *nester) containsItem(in *bytecode.Inst, x, list nval) *stop {
	name := "contains"
	if in.Arg == 1 {
		name = "lacks"
	}
	return n.search(in, name, list, x)
}

// moved are the methods that move items, by how many arguments they take.
var moved = map[string]struct {
	args int
	call func(*nester, nval, []nval) (nval, *stop)
}{
	"clear":   {0, (*nester).cleared},
	"copy":    {0, func(n *nester, list nval, _ []nval) (nval, *stop) { return n.copyOfList(list) }},
	"reverse": {0, (*nester).turnedRound},
	"sort":    {0, func(n *nester, list nval, _ []nval) (nval, *stop) { return n.sortInPlace(list, false) }},
	"insert":  {2, (*nester).inserted},
	"pop":     {1, (*nester).poppedAt},
}

// movedBy calls such a method, if it is one.
func (n *nester) movedBy(list nval, name string, args []nval) (nval, bool, *stop) {
	m, ok := moved[name]
	if !ok || len(args) != m.args || list.form.scalars() {
		return list, false, nil
	}
	v, s := m.call(n, list, args)
	return v, true, s
}

func none() nval { return knownVal(constVal(noneConst)) }

func (n *nester) widthOf(list nval) nest.ID { return n.int(int64(max(len(list.form.types), 1))) }

// likeList is an empty list for items of another one.
func (n *nester) likeList(of nval) (nval, *stop) {
	n.holding = append(n.holding, of)
	return n.newList(of.name, of.form, n.int(0), nil)
}

// addPart adds so many items of another list, from one on, by steps.
func (n *nester) addPart(list, of nval, from, count, step nest.ID) *stop {
	_, s := n.host(nest.ListPart, kernel.I64, 0, []nest.ID{list.id, of.id, from, count, step, n.widthOf(list)})
	return s
}

// takeItems has a list hold what another one does, for which it has room.
func (n *nester) takeItems(list, from nval) *stop {
	if s := n.setLength(list, n.int(0), n.into(list)); s != nil {
		return s
	}
	add := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.ListExtend, Args: []nest.ID{list.id, from.id, n.widthOf(list)}, Exit: n.someExit()}
	return n.into(list)(add)
}

func (n *nester) cleared(list nval, _ []nval) (nval, *stop) {
	return none(), n.setLength(list, n.int(0), n.into(list))
}

func (n *nester) turnedRound(list nval, _ []nval) (nval, *stop) {
	other, s := n.likeList(list)
	if s != nil {
		return other, s
	}
	count := n.lengthOf(list)
	if s := n.addPart(other, list, n.scalar(kernel.Sub, kernel.I64, count, n.int(1)), count, n.int(-1)); s != nil {
		return other, s
	}
	return none(), n.takeItems(list, other)
}

// inserted puts an item in front of another one; beyond the ends it is the first or the last.
func (n *nester) inserted(list nval, args []nval) (nval, *stop) {
	at, s := n.place(args[0])
	if s != nil {
		return list, s
	}
	x, ok, s := n.itemFor(list, args[1])
	if s != nil || !ok {
		return none(), s
	}
	at = n.clamped(at, n.lengthOf(list), n.int(0), n.lengthOf(list))
	if _, s := n.roomBeside(nest.ListRoom, []nest.ID{list.id, n.int(1), n.widthOf(list)}); s != nil {
		return none(), s
	}
	words := append([]nest.ID{list.id, at}, n.wordsFor(list.form, x)...)
	return none(), n.into(list)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.ListInsert, Args: words, Exit: n.someExit()})
}

// poppedAt takes an item out.
func (n *nester) poppedAt(list nval, args []nval) (nval, *stop) {
	if !list.form.known() {
		return list, n.raises()
	}
	count := n.lengthOf(list)
	at, s := n.indexIn(args[0], count, "list to pop from")
	if s != nil {
		return list, s
	}
	if s := mayNotRead(list); s != nil {
		return list, s
	}
	item := n.itemOf(list, at, true)
	take := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.ListDelete, Args: []nest.ID{list.id, at}, Exit: n.someExit()}
	return item, n.outOf(list)(take)
}

// slicedList is a new list of some of a list's items.
func (n *nester) slicedList(list, key nval) (nval, *stop) {
	if list.form.scalars() || list.form.frozen || list.form.kind != plainList {
		return list, refuse(reason.UnknownValue, "a slice of such a list in a loop")
	}
	b := &narray{}
	from, s := n.sliced(b, key, n.lengthOf(list), n.int(1))
	if s != nil {
		return list, s
	}
	part, s := n.likeList(list)
	if s != nil {
		return part, s
	}
	return part, n.addPart(part, list, from, b.dims[0], b.strides[0])
}

// sortable are the types of numbers that lists are sorted by, of which equal ones are the same but for
// zeros, which stay in their order. A NaN leaves: what Python makes of one depends on its algorithm.
func sortable(f listForm) bool {
	if f.tuple || f.inner != nil || f.alts != nil || f.kind != plainList || !f.known() {
		return false
	}
	return f.types[0].DType == kernel.F64 || f.types[0].DType == kernel.I64
}

// sorted sorts a list that nobody else has.
func (n *nester) sorted(list nval, back bool) (nval, *stop) {
	if !list.form.known() {
		return list, nil
	}
	if !sortable(list.form) {
		return list, refuse(reason.UnknownValue, "sorting of other items than ints or floats in a loop")
	}
	n.holding = append(n.holding, list)
	return list, n.sortWords(list, list.form.types[0].DType, back)
}

func (n *nester) sortInPlace(list nval, back bool) (nval, *stop) {
	other, s := n.copyOfList(list)
	if s != nil {
		return other, s
	}
	if other, s = n.sorted(other, back); s != nil {
		return other, s
	}
	return none(), n.takeItems(list, other)
}

// sortedTaker is sorted of what is gone through item by item.
func sortedTaker(back bool) *taker {
	result := func(n *nester, list nval) (nval, *stop) { return n.sorted(list, back) }
	return &taker{begin: (*nester).emptyList, item: (*nester).listItemTaken, result: result}
}

// sortedOf is sorted of an array or a list.
func (n *nester) sortedOf(v nval, back bool) (nval, *stop) {
	list, s := n.listOf([]nval{v})
	if s != nil {
		return list, s
	}
	return n.sorted(list, back)
}

// reversedOrder is the argument reverse.
func reversedOrder(named map[string]nval) (bool, *stop) {
	v, ok := named["reverse"]
	if len(named) > 1 || len(named) == 1 && !ok {
		return false, wrongArguments()
	}
	if !ok {
		v = absent
	}
	return literalBool(v, false)
}

// sortedCall is sorted with its arguments.
func (n *nester) sortedCall(c nestArgs) (nval, *stop) {
	back, s := reversedOrder(c.named)
	if s != nil || len(c.pos) != 1 {
		return nval{}, wrongArguments()
	}
	return n.sortedOf(c.pos[0], back)
}
