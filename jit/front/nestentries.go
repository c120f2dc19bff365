package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about loops over dicts that a nest makes, and functions that go through dicts, sets and deques.

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
