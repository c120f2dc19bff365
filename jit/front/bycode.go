package front

import (
	"fmt"
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about functions that other code has made while it ran, lambdas that are
// passed for instance: each call may bring another one of the same code, and a region that
// knew one by itself would keep it, and what it closes over, alive. So a region knows the
// code and the globals, and reads what the cells hold when it is entered.

// function is the name of such an object, whose parts are what it is made of.
const function = "function"

// partOfFunction says that a part is one of a function's.
func (e *eval) partOfFunction(index int) bool {
	return e.inputs[e.parts[index].of].sample.Name == function
}

// functionByCode lets a function in by what it is made of.
func (e *eval) functionByCode(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	a, err := e.asker.Ask(Question{Ask: "bycode", ID: d.ID})
	if err != nil || a.Function == nil || d.Kind != KindPython {
		return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%q is a function that other code has just made", name))
	}
	f, s := inlinable(a.Function, name)
	if s != nil {
		return Val{}, s
	}
	of, parts := *d, a.Function.Defaults
	of.Kind, of.Name, of.Class = KindOther, function, parts[2].ID
	v, s := e.objectInput(source, index, &of, name)
	if s != nil {
		return v, s
	}
	for i, key := range []string{"__code__", "__globals__"} {
		at := e.partIndex(part{v.Num, e.hostKey(key)})
		e.input(Input{Source: sched.FromPart, Index: at, Type: ir.ObjectType, Equal: e.hostObject(parts[i].ID), Name: name + "." + key, sample: parts[i]})
	}
	m := &madeFunction{given: v, closure: Val{Kind: Tup}}
	m.callee = &callee{code: f, desc: a.Function, of: &Desc{ID: -2 - a.Function.State, Name: f.Program.Code.Name}, made: m}
	if s := e.readCells(m, d.ID, name); s != nil {
		return v, s
	}
	e.functions = append(e.functions, m)
	return Val{Kind: Made, Num: len(e.functions) - 1, Obj: e.identity(), From: v.Num + 1, Name: name}, nil
}

// readCells reads what the cells of a function hold. One that calls itself by its name lies in a
// cell of its own, in a function's that it calls, or further in.
func (e *eval) readCells(m *madeFunction, id int, name string) *stop {
	if slices.Contains(e.reading, id) {
		return refuse(reason.UnknownValue, fmt.Sprintf("%q is a function that lies in a cell of its own", name))
	}
	e.reading = append(e.reading, id)
	defer func() { e.reading = e.reading[:len(e.reading)-1] }()
	for i, name := range m.callee.code.Program.Code.FreeVars {
		v, s := e.partAtEntry(m.given, intConst(strconv.Itoa(i)))
		if s != nil {
			return refuse(reason.UnknownValue, fmt.Sprintf("%q, which %s closes over, is not known", name, m.given.Name))
		}
		e.cells = append(e.cells, v)
		m.closure.Items = append(m.closure.Items, Val{Kind: Cell, Num: len(e.code.slots) + len(e.cells) - 1, Name: name, From: m.given.Num + 1})
	}
	return nil
}

// defaultGiven is the default that a function was made with.
func (e *eval) defaultGiven(c *callee, slot int) (Val, *stop) {
	missing := refuse(reason.CallArgument, fmt.Sprintf("%s is called without an argument", c.of.Name))
	if slot >= c.code.Program.Code.ArgCount {
		return Val{}, missing
	}
	v, s := e.partAtEntry(c.made.given, bytecode.Const{T: "str", V: "__defaults__"})
	if s != nil {
		return v, s
	}
	items, s := e.iterated(v)
	if s != nil { // None
		return Val{}, missing
	}
	i := slot - c.code.Program.Code.ArgCount + len(items)
	if i < 0 || i >= len(items) {
		return Val{}, missing
	}
	return items[i], nil
}

// cellsStand refuses where a cell from elsewhere is read behind a store: it may be one of the
// function's own, into which nothing is stored before the region is left.
func (e *eval) cellsStand() *stop {
	for slot, v := range e.outermost() {
		if e.code.slots[slot].Boxed() && !e.unchanged(slot, v) {
			return refuse(reason.TwoEffects, "a closure variable behind a store into another one")
		}
	}
	return nil
}
