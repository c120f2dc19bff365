package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about dicts and sets that a nest makes: of numbers, or tuples of such, as keys, and what lists
// hold as values. They are lists whose entries, a key and a value each, the host finds (pyext/native/nesttables.c).
// What reads a missing key and puts it in at once, as a defaultdict does, may do so although the statement can
// still be left: done anew it finds the key. That is why no such statement may ask for keys, too.

// tableEntries is the place of the word that counts entries, with those that are gone: see slip_list.
const tableEntries = 16

// maxTupleKey bounds the numbers of a key.
const maxTupleKey = 3

func hasValues(k containerKind) bool { return k != aSet }

func isSet(k containerKind) bool { return k == aSet }

// hasDefault says that reading a missing key puts it in.
func (k containerKind) hasDefault() bool { return k >= defaultInt }

var tableMethods map[string]containerMethod

func init() {
	tableMethods = map[string]containerMethod{
		"get":        {2, 2, hasValues, (*nester).tableGet},
		"setdefault": {2, 2, hasValues, (*nester).tableSetDefault},
		"pop":        {1, 2, hasValues, (*nester).tablePop},
		"keys":       {0, 0, hasValues, viewOf("keys")},
		"values":     {0, 0, hasValues, viewOf("values")},
		"items":      {0, 0, hasValues, viewOf("items")},
		"add":        {1, 1, isSet, func(n *nester, of nval, args []nval) (nval, *stop) { return none(), n.put(of, args[0], none()) }},
		"discard":    {1, 1, isSet, func(n *nester, of nval, args []nval) (nval, *stop) { return none(), n.removeKey(of, args[0], false) }},
		"remove":     {1, 1, isSet, func(n *nester, of nval, args []nval) (nval, *stop) { return none(), n.removeKey(of, args[0], true) }},
		"clear":      {0, 0, nil, (*nester).clearTable},
	}
}

// newTable is a function that makes an empty container.
func newTable(kind containerKind) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) > 0 {
			return nval{}, wrongArguments()
		}
		return n.newContainer(kind)
	}
}

// defaultDict is collections.defaultdict of a type.
func (n *nester) defaultDict(args []nval) (nval, *stop) {
	kinds := map[string]containerKind{"builtins.int": defaultInt, "builtins.float": defaultFloat, "builtins.list": defaultList}
	if len(args) != 1 || args[0].kind != nKnown || args[0].val.Kind != Host || kinds[args[0].val.Desc.Name] == 0 {
		return nval{}, wrongArguments()
	}
	return n.newContainer(kinds[args[0].val.Desc.Name])
}

// buildMap makes a dict of the keys and values on the stack.
func (n *nester) buildMap(in *bytecode.Inst) *stop {
	of, s := n.newContainer(aDict)
	for i := 0; i < 2*in.Arg && s == nil && !n.again; i += 2 {
		at := len(n.now.stack) - 2*in.Arg + i
		s = n.put(of, n.now.stack[at], n.now.stack[at+1])
	}
	n.popN(2 * in.Arg)
	n.push(of)
	return s
}

// buildConstKeyMap makes a dict of the values on the stack, and a tuple of keys on top of them.
func (n *nester) buildConstKeyMap(in *bytecode.Inst) *stop {
	keys, values := n.pop(), n.popN(in.Arg)
	of, s := n.newContainer(aDict)
	for i := 0; i < len(values) && s == nil && !n.again; i++ {
		s = n.put(of, keys.items[i], values[i])
	}
	n.push(of)
	return s
}

// buildSet makes a set of what is on the stack.
func (n *nester) buildSet(in *bytecode.Inst) *stop {
	items := n.popN(in.Arg)
	of, s := n.newContainer(aSet)
	for i := 0; i < len(items) && s == nil && !n.again; i++ {
		s = n.put(of, items[i], none())
	}
	n.push(of)
	return s
}

// setAdd and mapAdd put something in in a comprehension.
func (n *nester) setAdd(in *bytecode.Inst) *stop {
	v := n.pop()
	return n.put(n.now.stack[len(n.now.stack)-in.Arg], v, none())
}

func (n *nester) mapAdd(in *bytecode.Inst) *stop {
	v := n.popN(2)
	return n.put(n.now.stack[len(n.now.stack)-in.Arg], v[0], v[1])
}

// tableKey is a key as numbers.
type tableKey struct {
	ids   []nest.ID
	types []ir.Type
	tuple bool
	val   nval
}

func (n *nester) keyOf(v nval) (tableKey, *stop) {
	unknown := refuse(reason.UnknownValue, "such a key of a dict or set in a loop")
	if v.kind != nTuple && !v.numeric() || isListLiteral(v) {
		return tableKey{}, unknown
	}
	x, s := n.inNumbers(v)
	if s != nil {
		return tableKey{}, s
	}
	form, ok := formOf(x)
	if !ok || form.inner != nil || form.tuple && (len(form.types) < 2 || len(form.types) > maxTupleKey) {
		return tableKey{}, unknown
	}
	k := tableKey{x.ids(), form.types, form.tuple, x}
	for i, t := range k.types {
		switch {
		case t.DType == kernel.F64:
			if s := n.guard(n.compare(kernel.Eq, k.ids[i], k.ids[i])); s != nil {
				return k, s
			}
		case t.DType != kernel.I64 || t.Kind == ir.NpScalar && k.tuple:
			return k, unknown
		}
	}
	return k, n.settle()
}

// matches says whether a key can be looked up in a table, and whether it is one of its own types.
func (k tableKey) matches(f listForm) (finds, own bool) {
	if k.tuple != f.tupleKey || len(k.types) != f.keys {
		return false, false
	}
	own = true
	for i, t := range k.types {
		if t.DType != f.types[i].DType {
			return false, false
		}
		own = own && t == f.types[i]
	}
	return true, own
}

// formWith is what a table holds whose first key is this one.
func (k tableKey) formWith(kind containerKind, value listForm) listForm {
	return listForm{types: append(append([]ir.Type(nil), k.types...), value.types...), tuple: value.tuple,
		kind: kind, keys: len(k.types), tupleKey: k.tuple, inner: value.inner, alts: value.alts}
}

// valueForm is what the values of a table are.
func (f listForm) valueForm() listForm {
	return listForm{types: f.types[f.keys:], tuple: f.tuple, inner: f.inner, alts: f.alts}
}

// lookUp finds the entry of a key: its address, or 0. The key itself is none of the table's objects.
func (n *nester) lookUp(of nval, key nval) (tableKey, nest.ID, *stop) {
	k, s := n.keyOf(key)
	if s != nil {
		return k, nest.None, s
	}
	if finds, _ := k.matches(of.form); !finds {
		return k, nest.None, refuse(reason.UnknownValue, "a key of another type than those of a dict or set in a loop")
	}
	at, s := n.silent(nest.TableFind, 0, append([]nest.ID{of.id}, k.ids...))
	return k, at, s
}

// silent calls a function of the host that changes nothing, and cannot fail.
func (n *nester) silent(function, axis int, words []nest.ID) (nest.ID, *stop) {
	n.flush()
	if n.stmt == nil {
		return nest.None, refuse(reason.NestedStack, "a dict or set is asked where Python could not go on")
	}
	in := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: function, Axis: axis, Args: words, Exit: n.someExit()}
	return n.f.Add(n.block, in), nil
}

// found says that an entry is there.
func (n *nester) found(at nest.ID) nest.ID { return n.compare(kernel.Ne, at, n.int(0)) }

// inEntry is what some words of an entry are: the key, or the value.
func (n *nester) inEntry(of nval, at nest.ID, from, to int, tuple bool) nval {
	v := nval{kind: nTuple}
	for i := from; i < to; i++ {
		place := n.scalar(kernel.Add, kernel.I64, at, n.int(int64(8*i)))
		t := of.form.types[i]
		if t == listWord {
			return n.innerOf(of, place)
		}
		x := numberOf(t, n.add(nest.Inst{Op: nest.Peek, Type: t.DType, Args: []nest.ID{place}}))
		if t.Kind == ir.NpScalar {
			x.who = inList
		}
		v.items = append(v.items, x)
	}
	if !tuple {
		return v.items[0]
	}
	return v
}

func (n *nester) keyIn(of nval, at nest.ID) nval {
	return n.inEntry(of, at, 0, of.form.keys, of.form.tupleKey)
}

func (n *nester) valueIn(of nval, at nest.ID) nval {
	return n.inEntry(of, at, of.form.keys, len(of.form.types), of.form.tuple)
}

// asks notes that a statement looks which keys a table has: it may put none in by looking.
func (n *nester) asks(of nval) *stop {
	if !of.form.isTable() || n.stmt == nil {
		return nil
	}
	n.stmt.asked = true
	return n.mayLook()
}

func (n *nester) looksIn() *stop {
	n.stmt.puts = true
	return n.mayLook()
}

func (n *nester) mayLook() *stop {
	if n.stmt.asked && n.stmt.puts {
		return refuse(reason.TwoEffects, "a statement that looks for keys, and puts one in by looking, in a loop")
	}
	return nil
}

// containsKey is the operator in of a dict or set.
func (n *nester) containsKey(key, of nval, not bool) *stop {
	if s := n.asks(of); s != nil {
		return s
	}
	t := n.constant(kernel.Bool, 0)
	if of.form.known() {
		_, at, s := n.lookUp(of, key)
		if s != nil {
			return s
		}
		t = n.found(at)
	} else if _, s := n.keyOf(key); s != nil {
		return s
	}
	if not {
		t = n.scalar(kernel.Not, kernel.Bool, t)
	}
	n.push(numberOf(ir.PyBoolType, t))
	return nil
}

// tableItem reads the value of a key.
func (n *nester) tableItem(of, key nval) *stop {
	at, s := nest.None, wrongArguments()
	switch {
	case of.form.kind == aSet:
	case of.form.kind.hasDefault():
		at, s = n.entryWith(of, key, n.missingOf(of.form.kind))
	case of.form.kind == aCounter:
		v, s := n.valueOr(of, key, knownVal(constVal(intConst("0"))))
		if s == nil && !n.entered {
			n.push(v)
		}
		return s
	case !of.form.known():
		return n.raises()
	default:
		at, s = n.entryThere(of, key)
	}
	if s != nil || n.again {
		return s
	}
	v, s := n.valueAt(of, at)
	if s == nil && !n.entered {
		n.push(v)
	}
	return s
}

// valueAt is the value of an entry. One of several types is on the stack behind the instruction.
func (n *nester) valueAt(of nval, at nest.ID) (nval, *stop) {
	if of.form.alts == nil {
		return n.valueIn(of, at), nil
	}
	return of, n.pushEither(of, n.valuePlace(of, at))
}

func (n *nester) valuePlace(of nval, at nest.ID) nest.ID {
	return n.scalar(kernel.Add, kernel.I64, at, n.int(8*int64(of.form.keys)))
}

// missingOf makes what a defaultdict puts in.
func (n *nester) missingOf(kind containerKind) func() (nval, *stop) {
	return func() (nval, *stop) {
		switch kind {
		case defaultInt:
			return numberOf(ir.PyIntType, n.int(0)), nil
		case defaultFloat:
			return numberOf(ir.PyFloatType, n.float(0)), nil
		}
		return n.newContainer(plainList)
	}
}

// entryThere is the entry of a key that has one, or the nest is left.
func (n *nester) entryThere(of, key nval) (nest.ID, *stop) {
	if s := n.asks(of); s != nil {
		return nest.None, s
	}
	_, at, s := n.lookUp(of, key)
	if s != nil {
		return at, s
	}
	return at, n.guard(n.found(at))
}

// learns finds out what a table holds by what is about to be put in: false, if all begins anew.
func (n *nester) learns(of nval, k tableKey, value listForm) (bool, *stop) {
	switch {
	case !of.form.known():
		n.forms[of.name] = n.settled(k.formWith(of.form.kind, value))
		n.again = true
	case !n.joins(of.form.valueForm(), value) && !n.widensValues(of, value):
		return false, refuse(reason.UnknownValue, "a dict with values of several types in a loop")
	}
	if n.again {
		n.entered = true
	}
	return !n.again, nil
}

// widensValues has a dict hold values of another type, too.
func (n *nester) widensValues(of nval, value listForm) bool {
	form, ok := widened(of.form.valueForm(), value)
	if !ok || of.form.keys+1+len(form.alts) > maxListWords || of.form.kind == aSet {
		return false
	}
	wider := of.form
	wider.types, wider.alts = append(slices.Clone(of.form.types[:of.form.keys]), form.types...), form.alts
	if n.forms[of.name].String() == wider.String() {
		return false
	}
	n.forms[of.name], n.again = wider, true
	return true
}

// asValue makes a value what a dict can hold.
func (n *nester) asValue(v nval) (nval, listForm, *stop) {
	x, s := n.asItem(v)
	if s != nil {
		return x, listForm{}, s
	}
	form, ok := formOf(x)
	if !ok || len(form.types)+maxTupleKey > maxListWords {
		return x, form, refuse(reason.UnknownValue, "such a value of a dict in a loop")
	}
	if n.isShared(x) {
		return x, form, refuse(reason.Escapes, "a NumPy scalar that a variable and a dict share in a loop")
	}
	return x, form, n.settle()
}

// entryWith is the entry of a key that is put in where it is missing.
func (n *nester) entryWith(of, key nval, other func() (nval, *stop)) (nest.ID, *stop) {
	k, s := n.keyOf(key)
	if s != nil {
		return nest.None, s
	}
	v, s := other()
	if s != nil {
		return nest.None, s
	}
	v, form, s := n.asValue(v)
	if s != nil {
		return nest.None, s
	}
	if ok, s := n.learns(of, k, form); s != nil || !ok {
		return nest.None, s
	}
	if s := n.looksIn(); s != nil {
		return nest.None, s
	}
	n.holding = append(n.holding, v)
	if s := n.roomFor(of, k); s != nil {
		return nest.None, s
	}
	words := append([]nest.ID{of.id}, k.ids...)
	return n.silent(nest.TablePut, 1, append(words, n.wordsFor(of.form.valueForm(), v)...))
}

// roomFor makes room for one more entry. A key of another type stays out, and so does one that would be put in
// while a loop goes over the dict: then its key has to be there.
func (n *nester) roomFor(of nval, k tableKey) *stop {
	finds, own := k.matches(of.form)
	if !finds {
		return refuse(reason.UnknownValue, "a key of another type than those of a dict or set in a loop")
	}
	if own && n.isShared(k.val) {
		return refuse(reason.Escapes, "a NumPy scalar that a variable and a dict share in a loop")
	}
	over := n.goneOver(of.form)
	if !own || len(over) > 0 {
		at, s := n.silent(nest.TableFind, 0, append([]nest.ID{of.id}, k.ids...))
		if s != nil {
			return s
		}
		stays := n.found(at)
		if own {
			for _, it := range over {
				stays = n.scalar(kernel.Or, kernel.Bool, stays, n.compare(kernel.Ne, it.items[1].id, of.id))
			}
		}
		if s := n.guard(stays); s != nil {
			return s
		}
	}
	_, s := n.roomBeside(nest.TableRoom, append([]nest.ID{of.id}, k.ids...))
	return s
}

// goneOver are the iterators over dicts of a form that are under way.
func (n *nester) goneOver(f listForm) []nval {
	var all []nval
	var visit func(v nval)
	visit = func(v nval) {
		if v.kind == nIter && v.over == overTable && v.items[1].form.String() == f.String() {
			all = append(all, v)
		}
		for _, item := range v.items {
			visit(item)
		}
	}
	for _, v := range n.now.stack {
		visit(v)
	}
	for c := n.now.call; c != nil; c = c.caller.call {
		for _, v := range c.caller.stack {
			visit(v)
		}
	}
	return all
}

// storeInTable gives a key a value.
func (n *nester) storeInTable(v, of, key nval) *stop {
	if of.form.kind == aSet {
		return wrongArguments()
	}
	return n.put(of, key, v)
}

// put puts a key in, with its value, unless that is None.
func (n *nester) put(of, key, v nval) *stop {
	k, s := n.keyOf(key)
	if s != nil {
		return s
	}
	words, form := append([]nest.ID{of.id}, k.ids...), listForm{}
	if of.form.kind != aSet {
		x, f, s := n.asValue(v)
		if s != nil {
			return s
		}
		n.holding = append(n.holding, x)
		form, v = f, x
	}
	if ok, s := n.learns(of, k, form); s != nil || !ok {
		return s
	}
	if of.form.kind != aSet {
		words = append(words, n.wordsFor(of.form.valueForm(), v)...)
	}
	if s := n.roomFor(of, k); s != nil {
		return s
	}
	return n.into(of)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.TablePut, Args: words, Exit: n.someExit()})
}

// removeKey takes a key out, which has to be there, if so is said.
func (n *nester) removeKey(of, key nval, there bool) *stop {
	if s := n.asks(of); s != nil {
		return s
	}
	if !of.form.known() {
		if _, s := n.keyOf(key); s != nil || !there {
			return s
		}
		return n.raises()
	}
	k, at, s := n.lookUp(of, key)
	if s != nil {
		return s
	}
	if there {
		if s := n.guard(n.found(at)); s != nil {
			return s
		}
	}
	return n.takeOut(of, k)
}

// takeOut takes an entry out at the end of the statement.
func (n *nester) takeOut(of nval, k tableKey) *stop {
	for _, it := range n.goneOver(of.form) {
		if s := n.guard(n.compare(kernel.Ne, it.items[1].id, of.id)); s != nil {
			return s
		}
	}
	if of.form.kind == aSet {
		if _, s := n.host(nest.TableLog, kernel.I64, 0, []nest.ID{of.id}); s != nil {
			return s
		}
	}
	words, into := append([]nest.ID{of.id}, k.ids...), n.outOf(of)
	if of.form.kind == aSet {
		into = n.into(of)
	}
	return into(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.TableRemove, Args: words, Exit: n.someExit()})
}

// deleteItem is the statement del d[k].
func (n *nester) deleteItem(*bytecode.Inst) *stop {
	vs := n.popN(2)
	if vs[0].kind == nList && vs[0].form.isTable() && vs[0].form.kind != aSet && vs[0].form.kind != aCounter {
		return n.removeKey(vs[0], vs[1], true)
	}
	if vs[0].kind == nList && vs[0].form.kind == plainList && vs[1].numeric() && !vs[0].form.scalars() && !vs[0].form.frozen {
		_, s := n.poppedAt(vs[0], vs[1:])
		return s
	}
	return refuse(reason.Opcode, "such a del in a loop")
}

// valueOr is the value of a key, or another value.
func (n *nester) valueOr(of, key, other nval) (nval, *stop) {
	if s := n.asks(of); s != nil {
		return of, s
	}
	x, form, s := n.asValue(other)
	if s != nil {
		return x, s
	}
	if !of.form.known() {
		_, s := n.keyOf(key)
		return x, s
	}
	_, number := form.choices()
	_, numbers := of.form.valueForm().choices()
	same := of.form.valueForm().String() == form.String()
	if of.form.inner != nil || !same && !(number && numbers) {
		return x, refuse(reason.UnknownValue, "a dict's value, or one of another form, in a loop")
	}
	_, at, s := n.lookUp(of, key)
	if s != nil {
		return x, s
	}
	there := n.found(at)
	if !same || form.scalars() {
		return x, n.split(there, func() *stop {
			v, s := n.valueAt(of, at)
			if s != nil || of.form.alts != nil {
				return s
			}
			n.push(v)
			return n.jumpTo(n.behind)
		}, func() *stop {
			n.push(x)
			return n.jumpTo(n.behind)
		})
	}
	at = n.scalar(kernel.Select, kernel.I64, there, at, n.entryOfNone(of))
	return n.selected(there, n.valueIn(of, at), x), nil
}

// entryOfNone is an address from which a value can be read, whatever that is: the table's own head.
func (n *nester) entryOfNone(of nval) nest.ID { return of.id }

func (n *nester) tableGet(of nval, args []nval) (nval, *stop) {
	return n.valueOr(of, args[0], args[1])
}

func (n *nester) tableSetDefault(of nval, args []nval) (nval, *stop) {
	at, s := n.entryWith(of, args[0], func() (nval, *stop) { return args[1], nil })
	if s != nil || n.again {
		return of, s
	}
	return n.valueAt(of, at)
}

// tablePop takes a key out, and gives its value.
func (n *nester) tablePop(of nval, args []nval) (nval, *stop) {
	if len(args) == 1 && !of.form.known() {
		return of, n.raises()
	}
	var v nval
	if len(args) == 1 {
		at, s := n.entryThere(of, args[0])
		if s == nil {
			s = mayNotRead(of)
		}
		if s != nil {
			return of, s
		}
		v = n.valueIn(of, at)
	} else {
		var s *stop
		if v, s = n.valueOr(of, args[0], args[1]); s == nil && n.entered && !n.again {
			s = refuse(reason.UnknownValue, "a dict's value, or one of another type, is taken out in a loop")
		}
		if s != nil {
			return v, s
		}
	}
	if n.again || !of.form.known() {
		return v, nil
	}
	k, s := n.keyOf(args[0])
	if s != nil {
		return v, s
	}
	return v, n.takeOut(of, k)
}

func (n *nester) clearTable(of nval, _ []nval) (nval, *stop) {
	if len(n.goneOver(of.form)) > 0 {
		return none(), refuse(reason.Loop, "a dict is emptied while a loop goes over it")
	}
	return none(), n.into(of)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.TableEmpty, Args: []nest.ID{of.id}, Exit: n.someExit()})
}

// views are what an iterator over a dict gives: pyext/native/nestmade.c.
var views = map[string]int64{"": 0, "keys": 1, "values": 2, "items": 3}

// viewOf is one of a dict's views, to be gone over.
func viewOf(which string) func(*nester, nval, []nval) (nval, *stop) {
	return func(n *nester, of nval, _ []nval) (nval, *stop) {
		return nval{kind: nIterable, over: overTable, name: which, items: []nval{of}}, nil
	}
}

// anyOrder goes through a set for a function that gives the same whatever comes first.
const anyOrder = "in any order"

// throughTable has a function that goes through a dict, or a set, go through its keys.
func throughTable(name string, args []nval) []nval {
	if len(args) == 0 || args[0].kind != nList || args[0].form.kind == plainList {
		return args
	}
	if args[0].form.kind == aDeque {
		items := args[0]
		items.form.kind = plainList // for as long as the function runs
		return append([]nval{items}, args[1:]...)
	}
	keys := nval{kind: nIterable, over: overTable, items: args[:1]}
	if f := args[0].form; f.kind == aSet && !f.tupleKey && !f.scalars() {
		sum := name == "builtins.sum" && f.known() && f.types[0] == ir.PyIntType
		if name == "builtins.sorted" || len(args) == 1 && (sum || name == "builtins.min" || name == "builtins.max") {
			keys.name = anyOrder
		}
	}
	return append([]nval{keys}, args[1:]...)
}

// overEntries is an iterator over a dict. In which order a set is gone over depends on where its table has
// its elements.
func (n *nester) overEntries(of nval, which string) (nval, *stop) {
	if !of.form.isTable() || of.form.kind == aSet && which != anyOrder {
		return of, refuse(reason.Loop, "a loop over a set or a deque")
	}
	if s := n.asks(of); s != nil {
		return of, s
	}
	n.int(views[which]) // exits need the word, and add none
	first, s := n.entryFrom(of, n.int(0))
	return nval{kind: nIter, over: overTable, name: which, items: []nval{numberOf(ir.PyIntType, first), of}}, s
}

func (n *nester) entryFrom(of nval, number nest.ID) (nest.ID, *stop) {
	return n.silent(nest.TableNext, 0, []nest.ID{of.id, number})
}

// nextEntry is what an iterator over a dict gives, and the iterator behind it.
func (n *nester) nextEntry(it nval) (item, next nval) {
	at, of := it.items[0], it.items[1]
	next = nval{kind: nIter, over: overTable, name: it.name}
	behind, _ := n.entryFrom(of, n.oneMore(at).id)
	next.items = []nval{numberOf(ir.PyIntType, behind), of}
	if !of.form.known() {
		if it.name == "items" {
			zero := numberOf(ir.PyIntType, n.int(0))
			return nval{kind: nTuple, items: []nval{zero, zero}}, next
		}
		return numberOf(ir.PyIntType, n.int(0)), next // of an empty dict: nobody gets it
	}
	entry := n.entryAt(it)
	switch it.name {
	case "values":
		return n.valueIn(of, entry), next
	case "items":
		return nval{kind: nTuple, items: []nval{n.keyIn(of, entry), n.valueIn(of, entry)}}, next
	}
	return n.keyIn(of, entry), next
}

// entryAt is the address of an iterator's entry.
func (n *nester) entryAt(it nval) nest.ID {
	stride := n.int(8 * int64(len(it.items[1].form.types)+1))
	by := n.scalar(kernel.Mul, kernel.I64, it.items[0].id, stride)
	return n.scalar(kernel.Add, kernel.I64, n.wordOf(it.items[1], 0), by)
}

// goOnWithValue has an iterator's next value, of each of its types, on the stack, or its key with it.
func (n *nester) goOnWithValue(it nval, pc int) *stop {
	of, keys := it.items[1], it
	keys.name = "keys"
	key, next := n.nextEntry(keys)
	next.name = it.name
	n.push(next)
	s := n.onEither(of, n.valuePlace(of, n.entryAt(it)), func(x nval) *stop {
		if it.name == "items" {
			x = nval{kind: nTuple, items: []nval{key, x}}
		}
		n.push(x)
		return n.jumpTo(pc)
	})
	n.entered = false
	return s
}

// handedTable has an exit make an iterator over a dict.
func (n *nester) handedTable(x *nest.Exit, out *NestExit, it nval) ir.ID {
	of := it.items[1]
	words := []nest.ID{of.id, n.listCode(of.form), it.items[0].id, n.int(views[it.name])}
	return n.handed(x, out, ir.ObjectType, TableIterator, nil, words)
}
