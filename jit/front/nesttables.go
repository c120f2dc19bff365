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
	x, s := n.objectsIn(v)
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

// learns finds out what a table holds by what is about to be put in: false, if all begins anew.
func (n *nester) learns(of nval, k tableKey, value listForm) (bool, *stop) {
	switch {
	case n.endless(of.name, value):
		return false, refuse(reason.UnknownValue, "lists in lists without end in a loop")
	case cameFromOutside(of) && (value.scalars() || (listForm{types: k.types}).scalars()):
		return false, refuse(reason.Escapes, "a NumPy scalar that is put into a dict from outside in a loop")
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
	n.changing(of)
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
