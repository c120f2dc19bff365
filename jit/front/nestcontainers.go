package front

import (
	"fmt"
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lists in lists, and about deques. A word of a list can be the address of another one, so
// two names for one list are one address, as they are one object to Python. Which lists are in use the host finds out
// from those that the nest has at hand, through their forms (pyext/native/nestlists.c).

// containerKind says what Python has of a list: the numbers are those of pyext/native/nestlists.h.
type containerKind uint8

const (
	plainList containerKind = iota
	aDeque
	anArray // a box: see nestboxes.go
	aDict
	aSet
	aCounter
	defaultInt
	defaultFloat
	defaultList
)

// isTable says that items are found by keys.
func (f listForm) isTable() bool { return f.kind >= aDict }

// fewestWords is how many numbers an entry has at the least.
func (k containerKind) fewestWords() int {
	if k < aDict || k == aSet {
		return 1
	}
	return 2
}

// listWord is the type of a word that leads to another list.
var listWord = ir.Type{Kind: ir.Object, DType: kernel.I64}

// innerForm is what such a word leads to: a list, where it was written down and what it holds, as far as that is known.
type innerForm struct {
	name string
	form listForm
}

func (i *innerForm) String() string {
	if i.form.allKnown() {
		return i.form.String()
	}
	return i.form.String() + i.name
}

// allKnown says that it is known what the lists in a list hold, too.
func (f listForm) allKnown() bool {
	return f.known() && (f.inner == nil || f.inner.form.allKnown())
}

// maxListDepth bounds how deep lists lie in lists: one that is in itself has no end.
const maxListDepth = 8

// tooDeep says that lists lie deeper in lists than that, or that one may be in itself.
func (n *nester) tooDeep(f listForm) bool {
	depth, met := 0, map[string]bool{}
	for ; f.inner != nil && depth <= maxListDepth; depth++ {
		name := f.inner.name
		if met[name] && name != "" {
			return true
		}
		met[name] = true
		f = f.inner.form
		if known := n.forms[name]; !f.known() && known.kind == f.kind {
			f = known
		}
	}
	return depth > maxListDepth
}

// endless says that a list which is written down somewhere would have items like itself, or lists too deep in it.
func (n *nester) endless(name string, item listForm) bool {
	return n.tooDeep(item) || item.inner != nil && item.inner.name != "" && item.inner.name == name
}

// settled is a form with what has been found out about lists in lists.
func (n *nester) settled(f listForm) listForm {
	if f.inner == nil || n.tooDeep(f) {
		return f
	}
	inner := *f.inner
	known := n.forms[inner.name]
	wider := known.known() && !inner.form.known() || len(known.alts) > len(inner.form.alts)
	if wider && known.kind == inner.form.kind {
		inner.form = known
	}
	inner.form = n.settled(inner.form)
	f.inner = &inner
	return f
}

// joins says that an item of one form can stand beside those of another one. Where that shows what a list in it
// holds, all begins anew.
func (n *nester) joins(list, item listForm) bool {
	if list.alts != nil {
		types, ok := item.choices()
		return ok && !slices.ContainsFunc(types, func(t ir.Type) bool { return !slices.Contains(list.alts, t) })
	}
	if list.inner == nil || item.inner == nil {
		return list.String() == item.String()
	}
	a, b := list.inner, item.inner
	switch {
	case a.form.kind != b.form.kind || a.form.frozen || b.form.frozen:
		return false
	case a.form.known() && !b.form.known():
		n.learn(b.name, a.form)
		return true
	case b.form.known() && !a.form.known():
		n.learn(a.name, b.form)
		return true
	case !a.form.known():
		return true
	case a.form.inner != nil && b.form.inner != nil:
		return n.joins(a.form, b.form)
	case a.form.String() == b.form.String():
		return true
	}
	// Where rows are of several types all become wider: a row is then what the list says of its rows.
	x, y := nval{name: a.name, form: a.form}, nval{name: b.name, form: b.form}
	return n.widens(x, b.form) || n.widens(y, a.form)
}

// learn notes what lists hold that are written down somewhere.
func (n *nester) learn(name string, form listForm) {
	if n.forms[name].known() {
		return // all has begun anew since
	}
	n.forms[name] = form
	n.again = true
}

// alikeItems says that items of one list can be put into another one.
func alikeItems(a, b listForm) bool {
	a.kind, a.bounded = b.kind, b.bounded
	return a.String() == b.String()
}

// asItem makes a value what a list can hold.
func (n *nester) asItem(v nval) (nval, *stop) {
	switch {
	case isListLiteral(v):
		list, s := n.asList(v)
		n.holding = append(n.holding, list)
		return list, s
	case v.kind == nList:
		return v, nil
	case n.isArray(v):
		boxed, s := n.boxed(v)
		n.holding = append(n.holding, boxed)
		return boxed, s
	}
	x, s := n.objectsIn(v)
	if s == nil {
		s = n.noNaNOfPython(x)
	}
	return x, s
}

// noNaNOfPython leaves where a float of Python's is a NaN, which lists find by what it is: it stays the object that
// it is there.
func (n *nester) noNaNOfPython(v nval) *stop {
	for _, item := range v.items {
		if s := n.noNaNOfPython(item); s != nil {
			return s
		}
	}
	if v.kind != nNumber || v.typ.Kind != ir.PyFloat || n.fromItem[v.id] {
		return nil
	}
	return n.noNaN(v)
}

// objectsIn makes numbers of the constants in a value. A NumPy scalar that the nest gets is somebody else's object.
func (n *nester) objectsIn(v nval) (nval, *stop) {
	if v.kind == nTuple {
		return v.eachItem(n.objectsIn)
	}
	x, s := n.number(v)
	if v.kind == nKnown && x.typ.Kind == ir.NpScalar {
		x.who = inList
	}
	return x, s
}

// innerOf reads the list that a word leads to.
func (n *nester) innerOf(list nval, place nest.ID) nval {
	n.numbers++
	inner := n.settled(list.form).inner
	n.listCode(inner.form) // exits need the word, and add none
	id := n.read(list, nest.Inst{Op: nest.Peek, Type: kernel.I64, Args: []nest.ID{place}}, anywhere)
	n.handle[id] = true
	if inner.form.kind == anArray {
		return n.outOfBox(id, inner.form)
	}
	return nval{kind: nList, id: id, name: inner.name, form: inner.form, who: n.numbers}
}

// unpackList has the items of a list on the stack, the first one on top.
func (n *nester) unpackList(list nval, count int) *stop {
	if !list.form.known() {
		return n.raises() // it is empty
	}
	if s := n.guard(n.compare(kernel.Eq, n.lengthOf(list), n.int(int64(count)))); s != nil {
		return s
	}
	if s := mayNotRead(list); s != nil {
		return s
	}
	for i := count - 1; i >= 0; i-- {
		n.push(n.itemOf(list, n.int(int64(i)), false))
	}
	return nil
}

// arrayOfRows is numpy.array of a list of lists, or of tuples, of numbers of one type.
func (n *nester) arrayOfRows(list, dtype nval) (nval, *stop) {
	unknown := refuse(reason.UnknownValue, "an array of such a list in a loop")
	form := n.settled(list.form)
	if form.inner != nil && form.inner.form.kind == anArray && !dtype.given() {
		return n.joinList(list, true)
	}
	if form.inner != nil {
		form = form.inner.form
		if !form.known() {
			return list, n.raises()
		}
		if form.tuple || form.kind != plainList {
			return nval{}, unknown
		}
	}
	if !form.known() || form.inner != nil || form.alts != nil {
		return nval{}, unknown
	}
	for _, t := range form.types {
		if t != form.types[0] {
			return nval{}, unknown
		}
	}
	own := ownType(form.types[0])
	t, s := typeOf(dtype, own)
	if s != nil || t != own && !kernel.Castable(own, t) {
		return nval{}, wrongArguments()
	}
	of, s := n.rowsOfList(list, form)
	if s != nil {
		return nval{}, s
	}
	of.typ = own
	out := &narray{typ: t, dims: of.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{own}, args: []nval{arrayOf(of)}}
	return arrayOf(out), n.compute(out)
}

// rowsOfList are the words of a list's items as an array of two axes.
func (n *nester) rowsOfList(list nval, form listForm) (*narray, *stop) {
	count := n.lengthOf(list)
	if s := n.guard(n.compare(kernel.Gt, count, n.int(0))); s != nil {
		return nil, s
	}
	flat, each := list, n.int(int64(len(form.types)))
	if list.form.inner != nil {
		var s *stop
		n.holding = append(n.holding, list)
		if flat, s = n.newList("flat", form, n.int(0), nil); s != nil {
			return nil, s
		}
		if each, s = n.host(nest.ListFlat, kernel.I64, 0, []nest.ID{flat.id, list.id}); s != nil {
			return nil, s
		}
	}
	row := n.scalar(kernel.Mul, kernel.I64, each, n.int(8))
	return &narray{dims: []nest.ID{count, each}, addr: n.wordOf(flat, 0), strides: []nest.ID{row, n.int(8)}, own: true}, nil
}

// methodOfContainer calls a method of a deque, a dict or a set.
func (n *nester) methodOfContainer(of nval, name string, c nestArgs) (nval, *stop) {
	unknown := refuse(reason.UnknownCall, fmt.Sprintf("method %q of such a container in a loop", name))
	if len(c.named) > 0 {
		return none(), unknown
	}
	rows := tableMethods
	if of.form.kind == aDeque {
		rows = dequeMethods
	}
	if m, ok := rows[name]; ok && len(c.pos) >= m.fewest && len(c.pos) <= m.most && (m.of == nil || m.of(of.form.kind)) {
		return m.call(n, of, c.pos)
	}
	return none(), unknown
}

// containerMethod is a method with the numbers of arguments that it takes.
type containerMethod struct {
	fewest, most int
	of           func(containerKind) bool // which kinds have it; nil: all
	call         func(*nester, nval, []nval) (nval, *stop)
}

var dequeMethods map[string]containerMethod

func init() {
	dequeMethods = map[string]containerMethod{
		"append":     {1, 1, nil, func(n *nester, of nval, args []nval) (nval, *stop) { return none(), n.append(of, args[0], n.into(of)) }},
		"extend":     {1, 1, nil, (*nester).extendDeque},
		"appendleft": {1, 1, nil, (*nester).appendLeft},
		"pop":        {0, 0, nil, func(n *nester, of nval, _ []nval) (nval, *stop) { return n.popped(of) }},
		"popleft":    {0, 0, nil, (*nester).popLeft},
		"clear":      {0, 0, nil, (*nester).cleared},
	}
}

func (n *nester) extendDeque(of nval, args []nval) (nval, *stop) {
	if !isList(args[0]) || of.form.bounded {
		return none(), refuse(reason.UnknownCall, "a deque is extended by something else than a list in a loop")
	}
	return none(), n.extend(of, args[0])
}

// moveFirst has the first item of a deque lie so many items further on.
func (n *nester) moveFirst(of nval, first nest.ID, items int64, store func(nest.Inst) *stop) *stop {
	by := n.int(8 * items * int64(len(of.form.types)))
	return store(nest.Inst{Op: nest.Poke, Args: []nest.ID{of.id, n.scalar(kernel.Add, kernel.I64, first, by)}})
}

// popLeft takes the first item out of a deque: the others stay where they are. The host does it, for before it is done
// room may be made for another one elsewhere.
func (n *nester) popLeft(of nval, _ []nval) (nval, *stop) {
	if !of.form.known() {
		return of, n.raises()
	}
	if s := n.guard(n.compare(kernel.Gt, n.lengthOf(of), n.int(0))); s != nil {
		return of, s
	}
	if s := mayNotRead(of); s != nil {
		return of, s
	}
	take := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.ListDelete, Args: []nest.ID{of.id, n.int(0)}, Exit: n.someExit()}
	return n.itemOf(of, n.int(0), true), n.outOf(of)(take)
}

// appendLeft puts an item in front of the first one.
func (n *nester) appendLeft(of nval, args []nval) (nval, *stop) {
	x, ok, s := n.itemFor(of, args[0])
	if s != nil || !ok {
		return none(), s
	}
	if _, s := n.host(nest.ListFront, kernel.I64, 0, []nest.ID{of.id}); s != nil {
		return none(), s
	}
	count, first := n.lengthOf(of), n.wordOf(of, 0)
	width := int64(len(of.form.types))
	for i, id := range n.wordsFor(of.form, x) {
		to := n.scalar(kernel.Add, kernel.I64, first, n.int(8*(int64(i)-width)))
		if s := n.into(of)(nest.Inst{Op: nest.Poke, Args: []nest.ID{to, id}}); s != nil {
			return none(), s
		}
	}
	if s := n.moveFirst(of, first, -1, n.into(of)); s != nil {
		return none(), s
	}
	count, _ = n.oneMoreIn(of, count) // a full one lets go its last item
	return none(), n.setLength(of, count, n.into(of))
}

// oneMoreIn is how many items a deque has with one more, and whether it was full.
func (n *nester) oneMoreIn(of nval, count nest.ID) (more, full nest.ID) {
	more = n.scalar(kernel.Add, kernel.I64, count, n.int(1))
	if !of.form.bounded {
		return more, n.constant(kernel.Bool, 0)
	}
	full = n.compare(kernel.Ge, count, n.wordOf(of, dequeLimit))
	return n.scalar(kernel.Select, kernel.I64, full, count, more), full
}

// dequeLimit is the place of the word that bounds a deque: that in which tables count entries.
const dequeLimit = tableEntries

// letGoFirst has a deque that was full begin with its second item, behind an append.
func (n *nester) letGoFirst(of nval, count nest.ID, store func(nest.Inst) *stop) *stop {
	more, full := n.oneMoreIn(of, count)
	by := n.scalar(kernel.Select, kernel.I64, full, n.int(8*int64(len(of.form.types))), n.int(0))
	first := n.scalar(kernel.Add, kernel.I64, n.wordOf(of, 0), by)
	if s := store(nest.Inst{Op: nest.Poke, Args: []nest.ID{of.id, first}}); s != nil {
		return s
	}
	return n.setLength(of, more, store)
}

// madeAt names what is made at a place of the function that is interpreted: by that function's
// number, which is the same whenever the nest is interpreted anew.
func (n *nester) madeAt(what string, pc int) string {
	function := noFunction
	if n.inlined != nil {
		function = n.inlined.of.ID
	}
	return fmt.Sprintf("%s %d %d", what, function, pc)
}

// noFunction is no object's number.
const noFunction = -1

// newContainer is an empty one, which an instruction makes.
func (n *nester) newContainer(kind containerKind) (nval, *stop) {
	return n.newForm(listForm{kind: kind})
}

func (n *nester) newForm(of listForm) (nval, *stop) {
	name := n.madeAt(fmt.Sprint(of.kind), n.behind)
	form := n.forms[name]
	form.kind, form.bounded = of.kind, of.bounded
	return n.newList(name, form, n.int(0), nil)
}

// dequeOf is collections.deque of nothing, or of a list, or of nothing and of so many items at the most.
func (n *nester) dequeOf(c nestArgs) (nval, *stop) {
	args, s := c.bound("iterable", "maxlen")
	switch {
	case s != nil || args[0].given() && !isList(args[0]):
		return nval{}, wrongArguments()
	case args[1].given() && !args[1].isNone():
		return n.boundedDeque(args)
	}
	of, s := n.newContainer(aDeque)
	if s != nil || !args[0].given() {
		return of, s
	}
	items, s := n.itemsForDeque(args[0])
	if s != nil {
		return of, s
	}
	return of, n.extendFresh(of, items)
}

func (n *nester) boundedDeque(args []nval) (nval, *stop) {
	if !args[1].numeric() {
		return nval{}, wrongArguments()
	}
	x, s := n.number(args[1])
	if s != nil || x.typ.Kind != ir.PyInt {
		return nval{}, wrongArguments()
	}
	if s := n.guard(n.compare(kernel.Gt, x.id, n.int(0))); s != nil {
		return nval{}, s
	}
	of, s := n.newForm(listForm{kind: aDeque, bounded: true})
	if s != nil {
		return of, s
	}
	limit := n.scalar(kernel.Add, kernel.I64, of.id, n.int(dequeLimit))
	n.f.Add(n.block, nest.Inst{Op: nest.Poke, Args: []nest.ID{limit, x.id}})
	if !args[0].given() || isListLiteral(args[0]) && len(args[0].items) == 0 {
		return of, nil
	}
	return of, n.lastOf(of, args[0], x.id)
}

// lastOf puts the last items of a list, so many at the most, into a deque that nobody else has.
func (n *nester) lastOf(of, list nval, most nest.ID) *stop {
	items, s := n.itemsForDeque(list)
	if s == nil {
		s = n.extendFresh(of, items)
	}
	if s != nil || n.again {
		return s
	}
	here := func(in nest.Inst) *stop { n.f.Add(n.block, in); return nil }
	count := n.lengthOf(of)
	over := n.scalar(kernel.Max, kernel.I64, n.scalar(kernel.Sub, kernel.I64, count, most), n.int(0))
	by := n.scalar(kernel.Mul, kernel.I64, over, n.int(8*int64(len(of.form.types))))
	if s := here(nest.Inst{Op: nest.Poke, Args: []nest.ID{of.id, n.scalar(kernel.Add, kernel.I64, n.wordOf(of, 0), by)}}); s != nil {
		return s
	}
	return n.setLength(of, n.scalar(kernel.Sub, kernel.I64, count, over), here)
}

// itemsForDeque is the list that a deque gets its items from.
func (n *nester) itemsForDeque(v nval) (nval, *stop) {
	items, s := n.asList(v)
	if s != nil || items.form.frozen || items.form.scalars() && !isListLiteral(v) {
		return items, wrongArguments()
	}
	n.holding = append(n.holding, items)
	return items, nil
}

// extendFresh puts the items of a list into a container that nobody else has.
func (n *nester) extendFresh(of, items nval) *stop {
	switch {
	case items.form.kind != plainList:
		return refuse(reason.UnknownValue, "a container of what is in one of another kind in a loop")
	case !items.form.known():
		return nil
	case !of.form.known():
		form := n.settled(items.form)
		form.kind = of.form.kind
		n.forms[of.name] = form
		n.again, n.entered = true, true
		return nil
	case !alikeItems(of.form, n.settled(items.form)):
		return refuse(reason.UnknownValue, "a container of values of several types in a loop")
	}
	width := n.widthOf(of)
	if _, s := n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{of.id, n.lengthOf(items), width}); s != nil {
		return s
	}
	_, s := n.host(nest.ListExtend, kernel.I64, 0, []nest.ID{of.id, items.id, width})
	return s
}

// mayMoveItems refuses to put something into a deque, or to take it out, while one of its form is gone over: that raises.
func (n *nester) mayMoveItems(of nval) *stop {
	if of.form.kind != aDeque {
		return nil
	}
	form := of.form.String()
	for state := &n.now; ; state = &state.call.caller {
		if slices.ContainsFunc(state.stack, func(v nval) bool { return v.goesOver(form) }) {
			return refuse(reason.Loop, "a deque that changes while a loop goes over it")
		}
		if state.call == nil {
			return nil
		}
	}
}

// goesOver says that an iterator goes over a container of a form.
func (v nval) goesOver(form string) bool {
	if v.kind != nIter {
		return false
	}
	if v.over == overList {
		return v.items[1].form.String() == form
	}
	return slices.ContainsFunc(v.items, func(item nval) bool { return item.goesOver(form) })
}
