package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lists that a nest makes: of numbers of one type each, or of tuples of
// such. A list is the address of where its words lie, how many items it has and how many fit
// (pyext/native/nestlists.c); an item is a word for each number. What an empty list will hold
// is known when something is appended: then all is interpreted anew with that.

// maxListWords bounds the numbers of an item.
const maxListWords = 6

// listForm is what the items of a list are; no types: not known so far. Of a dict or set it is what its
// keys and values are: see nesttables.go.
type listForm struct {
	types    []ir.Type
	tuple    bool // each is one
	frozen   bool // Python gets a tuple: it changes no more
	kind     containerKind
	bounded  bool       // a deque that holds so many items at the most
	keys     int        // of a table: how many of the types are its key's
	tupleKey bool       // which is a tuple of these
	rank     int        // of the array in a box
	inner    *innerForm // what the last word leads to, if that is a list
	alts     []ir.Type  // an item is a number of one of these: see nesteither.go
}

func (f listForm) String() string {
	text := fmt.Sprint(f.types, f.tuple, f.frozen, f.kind, f.keys, f.tupleKey, f.alts, f.bounded, f.rank)
	if f.inner != nil {
		text += f.inner.String()
	}
	return text
}

func (f listForm) known() bool { return len(f.types) > 0 }

// word is the place of a word of a list: see slip_list.
const listCount = 8

// isListLiteral says that a list has just been written down, and nobody has it yet.
func isListLiteral(v nval) bool { return v.kind == nTuple && v.name != "" }

func isList(v nval) bool { return v.kind == nList || isListLiteral(v) }

func (n *nester) buildList(in *bytecode.Inst) *stop {
	n.push(nval{kind: nTuple, items: n.popN(in.Arg), name: n.madeAt("list", in.PC)})
	return nil
}

// listExtend is what a display of constants is made with.
func (n *nester) listExtend(in *bytecode.Inst) *stop {
	v := n.pop()
	at := len(n.now.stack) - in.Arg
	if !isListLiteral(n.now.stack[at]) || v.kind != nTuple {
		return refuse(reason.Opcode, "a list of what is gone over in a loop")
	}
	n.now.stack[at].items = append(slices.Clone(n.now.stack[at].items), v.items...)
	return nil
}

// listAppend adds an item in a comprehension: nobody else has the list.
func (n *nester) listAppend(in *bytecode.Inst) *stop {
	v := n.pop()
	at := len(n.now.stack) - in.Arg
	list, s := n.asList(n.now.stack[at])
	if s != nil {
		return s
	}
	n.now.stack[at] = list
	return n.append(list, v, func(in nest.Inst) *stop { n.f.Add(n.block, in); return nil })
}

// loadFastAndClear has a comprehension's variable on the stack until it is through.
func (n *nester) loadFastAndClear(in *bytecode.Inst) *stop {
	if s := n.function().holdsCell(in); s != nil {
		return s
	}
	n.push(n.now.locals[in.Arg])
	n.now.locals[in.Arg] = knownVal(Val{})
	return nil
}

// formOf is the form of items that are alike.
func formOf(v nval) (listForm, bool) {
	switch {
	case v.kind == nNumber:
		return listForm{types: []ir.Type{v.typ}}, true
	case v.kind == nList:
		return listForm{types: []ir.Type{listWord}, inner: &innerForm{v.name, v.form}}, !v.form.frozen
	case v.kind == nArray && v.arr.box != nil:
		return listForm{types: []ir.Type{listWord}, inner: &innerForm{form: boxForm(v.arr.typ, v.arr.rank())}}, true
	}
	f := listForm{tuple: true}
	for _, item := range v.items {
		if item.kind != nNumber {
			return f, false
		}
		f.types = append(f.types, item.typ)
	}
	return f, v.kind == nTuple && v.name == "" && f.known() && len(f.types) <= maxListWords
}

// asList makes a list of one that has just been written down.
func (n *nester) asList(v nval) (nval, *stop) {
	if v.kind == nList {
		return v, nil
	}
	if !isListLiteral(v) {
		return v, refuse(reason.UnknownValue, "what is no list")
	}
	return n.repeated(v, n.int(1), false)
}

// repeated is a new list of some items, several times or once.
func (n *nester) repeated(v nval, times nest.ID, several bool) (nval, *stop) {
	form := n.forms[v.name]
	var words []nest.ID
	for i, item := range v.items {
		x, s := n.asItem(item)
		if s != nil {
			return v, s
		}
		f, ok := formOf(x)
		if n.endless(v.name, f) {
			return v, refuse(reason.UnknownValue, "lists in lists without end in a loop")
		}
		first := i == 0 && form.alts == nil
		if s := n.mayHold(x); !ok || s != nil || !first && !n.joins(form, f) && !n.widens(nval{name: v.name, form: form}, f) {
			return v, refuse(reason.UnknownValue, "a list of values of several types, or of others than numbers, in a loop")
		}
		if n.isShared(x) || isScalar(x) && hold(v.items[:i], x.object()) && x.object() != 0 {
			return v, refuse(reason.Escapes, "a NumPy scalar that a variable and a list share in a loop")
		}
		if several && isScalar(x) {
			return v, refuse(reason.UnknownValue, "a list that holds an object several times, in a loop")
		}
		if n.again {
			n.entered = true
			return v, nil
		}
		if first {
			form = f
		}
		words = append(words, n.wordsFor(form, x)...)
	}
	return n.newList(v.name, form, times, words)
}

func (n *nester) newList(name string, form listForm, times nest.ID, words []nest.ID) (nval, *stop) {
	if s := n.settle(); s != nil {
		return nval{}, s
	}
	form = n.settled(form)
	pattern := append([]nest.ID{times, n.int(int64(len(words))), n.listCode(form)}, words...)
	id, s := n.host(nest.ListNew, kernel.I64, 0, append(pattern, n.handles()...))
	n.numbers++
	n.handle[id] = true
	n.listCode(form) // exits need the word, and add none
	list := nval{kind: nList, id: id, name: name, form: form, who: n.numbers}
	if n.stmt != nil {
		list.made = n.stmt.number
	}
	n.holding = append(n.holding, list) // another one that the instruction makes lies elsewhere
	return list, s
}

// handles are the lists that are in use.
func (n *nester) handles() []nest.ID {
	var all []nest.ID
	n.everywhere(func(v nval) { all = v.handles(all) })
	for _, d := range n.delayed {
		if len(d.in.Args) > 1 && n.handle[d.in.Args[1]] && !slices.Contains(all, d.in.Args[1]) {
			all = append(all, d.in.Args[1]) // an item that is about to be put into a list
		}
	}
	return all
}

func (v nval) handles(all []nest.ID) []nest.ID {
	if v.kind == nList && !slices.Contains(all, v.id) {
		all = append(all, v.id)
	}
	if v.arr != nil {
		all = v.arr.boxes(all)
	}
	for _, item := range v.items {
		all = item.handles(all)
	}
	return all
}

// wordOf is a word of a list's head.
func (n *nester) wordOf(list nval, at int64) nest.ID {
	from := n.scalar(kernel.Add, kernel.I64, list.id, n.int(at))
	word := nest.Inst{Op: nest.Peek, Type: kernel.I64, Args: []nest.ID{from}}
	return n.read(list, word, func(d delayed) bool { return !d.item })
}

// read reads a word of a list: before what waits, where that stores elsewhere.
func (n *nester) read(list nval, word nest.Inst, there func(delayed) bool) nest.ID {
	of := list.form.String()
	if slices.ContainsFunc(n.delayed, func(d delayed) bool { return d.bare && (d.of == "" || d.of == of) && there(d) }) {
		return n.add(word)
	}
	return n.f.Add(n.block, word)
}

func anywhere(delayed) bool { return true }

func (n *nester) lengthOf(list nval) nest.ID { return n.wordOf(list, listCount) }

// itemPlaces are the addresses of an item's numbers.
func (n *nester) itemPlaces(list nval, at nest.ID) []nest.ID {
	width := int64(len(list.form.types))
	first := n.scalar(kernel.Add, kernel.I64, n.wordOf(list, 0), n.scalar(kernel.Mul, kernel.I64, at, n.int(8*width)))
	places := make([]nest.ID, width)
	for i := range places {
		places[i] = n.scalar(kernel.Add, kernel.I64, first, n.int(int64(8*i)))
	}
	return places
}

// itemOf reads an item. A NumPy scalar stays the object that the list has, unless it is
// taken out.
func (n *nester) itemOf(list nval, at nest.ID, taken bool) nval {
	if !list.form.known() {
		return numberOf(ir.PyIntType, n.int(0)) // of an empty list: nobody gets it
	}
	v := nval{kind: nTuple}
	for i, place := range n.itemPlaces(list, at) {
		t := list.form.types[i]
		if t == listWord {
			return n.innerOf(list, place)
		}
		x := numberOf(t, n.read(list, nest.Inst{Op: nest.Peek, Type: t.DType, Args: []nest.ID{place}}, anywhere))
		n.fromItem[x.id] = true
		if t.Kind == ir.NpScalar && !taken {
			x.who = inList
		}
		v.items = append(v.items, x)
	}
	if !list.form.tuple {
		return v.items[0]
	}
	return v
}

// raises goes on in Python where what comes next does: an item is asked for where there is none.
func (n *nester) raises() *stop {
	x, s := n.leaving()
	if s == nil {
		n.f.Blocks[n.block].Term = nest.Term{Cond: nest.None, Exit: x}
		n.entered = true
	}
	return s
}

// append adds an item to a list; what stores is done by store.
func (n *nester) append(list, v nval, store func(nest.Inst) *stop) *stop {
	x, ok, s := n.itemFor(list, v)
	if s != nil || !ok {
		return s
	}
	width := n.int(int64(len(list.form.types)))
	if _, s := n.roomBeside(nest.ListRoom, []nest.ID{list.id, n.int(1), width}); s != nil {
		return s
	}
	count := n.lengthOf(list)
	if s := n.putItem(list, count, x, store); s != nil {
		return s
	}
	if list.form.bounded {
		return n.letGoFirst(list, count, store)
	}
	return n.setLength(list, n.scalar(kernel.Add, kernel.I64, count, n.int(1)), store)
}

func (n *nester) setLength(list nval, count nest.ID, store func(nest.Inst) *stop) *stop {
	to := n.scalar(kernel.Add, kernel.I64, list.id, n.int(listCount))
	return store(nest.Inst{Op: nest.Poke, Args: []nest.ID{to, count}})
}

func (n *nester) putItem(list nval, at nest.ID, x nval, store func(nest.Inst) *stop) *stop {
	ids := n.wordsFor(list.form, x)
	for i, place := range n.itemPlaces(list, at) {
		if s := store(nest.Inst{Op: nest.Poke, Args: []nest.ID{place, ids[i]}}); s != nil {
			return s
		}
	}
	return nil
}

// into stores into a list.
func (n *nester) into(list nval) func(nest.Inst) *stop {
	n.changing(list)
	n.moving(list)
	return func(in nest.Inst) *stop {
		if s := n.mayMoveItems(list); s != nil {
			return s
		}
		return n.delay(delayed{in: in, fresh: n.isFresh(list.made), bare: true, of: list.form.String()})
	}
}

// intoItem stores into an item of a list.
func (n *nester) intoItem(list nval) func(nest.Inst) *stop {
	n.changing(list)
	return func(in nest.Inst) *stop {
		return n.delay(delayed{in: in, fresh: n.isFresh(list.made), bare: true, of: list.form.String(), item: true})
	}
}

// itemFor is a value as an item of a list. Where that shows what the list holds, all begins
// anew: false.
func (n *nester) itemFor(list, v nval) (nval, bool, *stop) {
	x, s := n.asItem(v)
	if s != nil {
		return v, false, s
	}
	form, ok := formOf(x)
	form.kind, form.bounded = list.form.kind, list.form.bounded
	switch {
	case n.endless(list.name, form):
		return v, false, refuse(reason.UnknownValue, "lists in lists without end in a loop")
	case !ok, list.form.known() && !n.joins(list.form, form) && !n.widens(list, form):
		return v, false, refuse(reason.UnknownValue, "a list of values of several types, or of others than numbers, in a loop")
	case !list.form.known() && form.scalars() && cameFromOutside(list):
		return v, false, refuse(reason.Escapes, "a NumPy scalar that is put into a list from outside in a loop")
	case n.isShared(x):
		return v, false, refuse(reason.Escapes, "a NumPy scalar that a variable and a list share in a loop")
	case !list.form.known():
		n.forms[list.name] = form
		n.again = true
	}
	if n.again {
		n.entered = true
		return v, false, nil
	}
	return x, true, n.settle()
}

// listMethod calls a method of a list.
func (n *nester) listMethod(of nval, name string, c nestArgs) (nval, *stop) {
	none := knownVal(constVal(noneConst))
	list, s := n.asList(of)
	if s != nil {
		return none, s
	}
	if list.form.kind != plainList {
		return n.methodOfContainer(list, name, c)
	}
	if name == "sort" && len(c.pos) == 0 && !list.form.scalars() && !list.form.frozen {
		back, s := reversedOrder(c.named)
		if s != nil {
			return none, s
		}
		return n.sortInPlace(list, back)
	}
	if v, known, s := n.movedBy(list, name, c.pos); known && len(c.named) == 0 && !list.form.frozen {
		return v, s
	}
	switch {
	case len(c.named) > 0 || list.form.frozen:
	case name == "append" && len(c.pos) == 1:
		return none, n.append(list, c.pos[0], n.into(list))
	case name == "extend" && len(c.pos) == 1 && isList(c.pos[0]):
		return none, n.extend(list, c.pos[0])
	case name == "pop" && len(c.pos) == 0:
		return n.popped(list)
	}
	return none, refuse(reason.UnknownCall, fmt.Sprintf("method %q of a list in a loop", name))
}

// popped takes the last item out of a list.
func (n *nester) popped(list nval) (nval, *stop) {
	if !list.form.known() {
		return list, n.raises()
	}
	count := n.lengthOf(list)
	if s := n.guard(n.compare(kernel.Gt, count, n.int(0))); s != nil {
		return list, s
	}
	if s := mayNotRead(list); s != nil {
		return list, s
	}
	last := n.scalar(kernel.Sub, kernel.I64, count, n.int(1))
	v := n.itemOf(list, last, true)
	return v, n.setLength(list, last, n.outOf(list))
}

// listItem reads an item by its index.
func (n *nester) listItem(list, key nval) *stop {
	if list.form.isTable() {
		return n.tableItem(list, key)
	}
	if !list.form.known() {
		return n.raises()
	}
	count := n.lengthOf(list)
	at, s := n.indexIn(key, count, fmt.Sprint("list of ", count))
	switch {
	case s != nil:
		return s
	case list.form.alts != nil:
		return n.pushEither(list, n.itemPlaces(list, at)[0])
	}
	n.push(n.itemOf(list, at, false))
	return nil
}

// storeItem stores an item by its index.
func (n *nester) storeItem(v, list, key nval) *stop {
	if list.form.frozen {
		return refuse(reason.StoreTarget, "a store into a tuple in a loop")
	}
	if list.form.isTable() {
		return n.storeInTable(v, list, key)
	}
	x, ok, s := n.itemFor(list, v)
	if s != nil || !ok {
		return s
	}
	count := n.lengthOf(list)
	at, s := n.indexIn(key, count, fmt.Sprint("list of ", count))
	if s != nil {
		return s
	}
	return n.putItem(list, at, x, n.intoItem(list))
}

// solid makes lists of those in a value that have just been written down.
func (n *nester) solid(v nval) (nval, *stop) {
	if isListLiteral(v) {
		return n.asList(v)
	}
	if v.kind != nTuple {
		return v, nil
	}
	items := slices.Clone(v.items)
	for i := range items {
		var s *stop
		if items[i], s = n.solid(items[i]); s != nil {
			return v, s
		}
	}
	v.items = items
	return v, nil
}
