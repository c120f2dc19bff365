package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// This file is about Python's iterators over what is known item by item: map, zip,
// enumerate and reversed, and what takes all of their items at once. An iterator is
// interpreted where it is consumed, as Python does; it may be consumed once, and
// it never leaves the region.

// iterator is a call of one of them.
func (e *eval) iterator(name string, b bound) (Val, *stop) {
	it := Val{Kind: Iterator, Name: name, Items: b.pos, Obj: e.identity()}
	switch {
	case len(b.pos) == 0 || len(b.kw) > 0 && (name != "builtins.zip" || !slices.Equal(b.kw, []string{"strict"})):
		return Val{}, refuse(reason.CallArgument, "arguments")
	case len(b.kw) > 0:
		strict, ok := e.known(b.val[0])
		if !ok || strict.T != "bool" {
			return Val{}, refuse(reason.CallArgument, "arguments")
		}
		it.Const = strict
	}
	return it, nil
}

// consume gives the items of an iterator, once.
func (e *eval) consume(v Val) ([]Val, *stop) {
	if v.Name == generator {
		return e.generated(v)
	}
	if v.Name != "builtins.range" && slices.Contains(e.consumed, v.Obj) {
		return nil, refuse(reason.UnknownValue, "an iterator that was consumed before")
	}
	e.consumed = append(e.consumed, v.Obj)
	switch v.Name {
	case "builtins.range":
		return v.Items, nil
	case "builtins.map":
		return e.mapItems(v.Items)
	case "builtins.zip":
		return e.zipItems(v.Items, v.Const.V == "True")
	case "builtins.enumerate":
		return e.numberedItems(v.Items)
	}
	return e.reversedItems(v.Items)
}

func (e *eval) mapItems(args []Val) ([]Val, *stop) {
	f, s := e.look(args[0])
	if s != nil || len(args) == 1 {
		return nil, refuse(reason.UnknownCall, "a call of something not known when compiling")
	}
	rows, s := e.rows(args[1:], false)
	if s != nil {
		return nil, s
	}
	items := make([]Val, len(rows))
	for i, row := range rows {
		if items[i], s = e.callValue(f, bound{pos: row}); s != nil {
			return nil, s
		}
	}
	return items, nil
}

func (e *eval) zipItems(args []Val, strict bool) ([]Val, *stop) {
	rows, s := e.rows(args, strict)
	items := make([]Val, len(rows))
	for i, row := range rows {
		items[i] = Val{Kind: Tup, Items: row}
	}
	return items, s
}

// rows lists what several iterables give in turn, until the shortest is through; where
// these are of one length only, others are left to Python, which raises.
func (e *eval) rows(iterables []Val, strict bool) (rows [][]Val, s *stop) {
	for n, v := range iterables {
		column, s := e.iterated(v)
		if s != nil {
			return nil, s
		}
		if n == 0 {
			rows = make([][]Val, len(column))
		}
		if strict && len(rows) != len(column) {
			return nil, refuse(reason.CallArgument, "iterables of several lengths")
		}
		rows = rows[:min(len(rows), len(column))]
		for i := range rows {
			rows[i] = append(rows[i], column[i])
		}
	}
	return rows, nil
}

func (e *eval) numberedItems(args []Val) ([]Val, *stop) {
	if len(args) > 1 {
		return nil, refuse(reason.CallArgument, "arguments")
	}
	items, s := e.iterated(args[0])
	items = slices.Clone(items)
	for i, item := range items {
		items[i] = Val{Kind: Tup, Items: []Val{intVal(int64(i)), item}}
	}
	return items, s
}

func (e *eval) reversedItems(args []Val) ([]Val, *stop) {
	v, s := e.look(args[0])
	if s != nil || v.Kind == Iterator && v.Name != "builtins.range" || len(args) > 1 {
		return nil, refuse(reason.CallArgument, "what cannot be reversed")
	}
	items, s := e.iterated(v)
	items = slices.Clone(items)
	slices.Reverse(items)
	return items, s
}

// itemsAs is tuple(items) or list(items).
func (e *eval) itemsAs(kind ValKind, b bound) (Val, *stop) {
	made := Val{Kind: kind, Obj: e.identity()}
	if len(b.kw) > 0 || len(b.pos) > 1 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	if len(b.pos) == 0 {
		return made, nil
	}
	v, s := e.look(b.pos[0])
	if s != nil || kind == Tup && v.Kind == Tup {
		return v, s // a tuple is its own
	}
	items, s := e.iterated(v)
	made.Items = slices.Clone(items)
	return made, s
}

// sumOf is sum(items), which adds them one after the other. Python's own numbers
// it adds by other means.
func (e *eval) sumOf(b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	if e.oneAxisArray(b.pos[0]) {
		return e.callHost(hostObject{path: []string{"builtins", "sum"}}, b, npy.Function{})
	}
	items, s := e.iterated(b.pos[0])
	if s != nil {
		return Val{}, s
	}
	sum := intVal(0)
	for i, item := range items {
		if item, s = e.look(item); s != nil {
			return Val{}, s
		}
		if i == 0 && item.Kind != ArrayVal && (item.Kind != Runtime || item.Type.Kind != ir.NpScalar) {
			return Val{}, refuse(reason.CallArgument, "a sum of numbers of Python's")
		}
		if sum, s = e.apply("+", sum, item); s != nil {
			return Val{}, s
		}
	}
	return sum, nil
}
