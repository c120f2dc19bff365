package front

import (
	"fmt"
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// This file is about functions that the region makes, and about cells. A function
// is known by what it is made of; a call of it is interpreted like others. Where Python
// gets it, it is made as MAKE_FUNCTION makes it: of the same code, with the very cells.
// What the cells of the function itself hold is kept like its other locals, and stored
// into them where the region is left: nobody else runs before.

// madeFunction is what a function is made of.
type madeFunction struct {
	*callee
	code, defaults, options, annotations, closure Val
	parent                                        int   // whose constant the code is: see HostSpec.Of
	spaces                                        []int // of the parent, where they are not the function's
	given                                         Val   // the object, where other code has made it: its defaults are read where they are needed
}

// The bits by which MAKE_FUNCTION says what it is given.
const (
	withDefaults = 1 << iota
	withOptions
	withAnnotations
	withClosure
)

func (e *eval) makeFunction(in *bytecode.Inst) *stop {
	m := &madeFunction{code: e.pop(), parent: e.inlinedState()}
	if m.code.Kind != Code {
		return refuse(reason.UnknownValue, "a function of code known only at run time")
	}
	if e.inlined != nil {
		m.spaces = e.inlined.desc.Spaces
	}
	for _, with := range []int{withClosure, withAnnotations, withOptions, withDefaults} {
		if in.Arg&with != 0 {
			m.set(with, e.pop())
		}
	}
	e.pushFunction(m, e.identity())
	return nil
}

// setFunctionAttribute is how CPython 3.13 gives a function these things.
func (e *eval) setFunctionAttribute(in *bytecode.Inst) *stop {
	vs := e.popN(2) // attribute, function
	if vs[1].Kind != Made {
		return refuse(reason.UnknownValue, "a function of code known only at run time")
	}
	m := *e.functions[vs[1].Num]
	m.set(in.Arg, vs[0])
	e.pushFunction(&m, vs[1].Obj)
	return nil
}

func (m *madeFunction) set(what int, v Val) {
	*map[int]*Val{withDefaults: &m.defaults, withOptions: &m.options, withAnnotations: &m.annotations, withClosure: &m.closure}[what] = v
}

func (e *eval) pushFunction(m *madeFunction, identity int) {
	e.functions = append(e.functions, m)
	e.push(Val{Kind: Made, Num: len(e.functions) - 1, Obj: identity})
}

// callMade interprets a call of a function that the region has made.
func (e *eval) callMade(v Val, b bound) (Val, *stop) {
	c, s := e.codeMade(v)
	switch {
	case s != nil:
		return Val{}, s
	case c.code.Program.Code.IsGenerator():
		return Val{Kind: Iterator, Name: generator, Items: append([]Val{v}, b.pos...), Obj: e.identity()}, nil
	}
	return e.inlineCallee(c, b)
}

// codeMade is the code of a function that the region has made.
func (e *eval) codeMade(v Val) (*callee, *stop) {
	m := e.functions[v.Num]
	if m.callee == nil {
		c, s := e.calleeMade(m)
		if s != nil {
			return nil, s
		}
		m.callee = c
	}
	return m.callee, nil
}

// calleeMade asks for the code, which is a constant of the function's that makes it.
func (e *eval) calleeMade(m *madeFunction) (*callee, *stop) {
	a, err := e.asker.Ask(Question{Ask: "nested", ID: m.parent - 1, Name: strconv.Itoa(m.code.Num)})
	if err != nil || a.Function == nil {
		return nil, refuse(reason.CallDepth, m.code.Name+" is not inlined: "+a.Error)
	}
	f, s := interpretable(a.Function)
	if s == nil && f.Program.Code.IsGenerator() && f.Program.Code.Name != "<genexpr>" {
		s = refuse(reason.Generator, m.code.Name+" makes a generator")
	}
	if s != nil {
		return nil, s
	}
	a.Function.Spaces = m.spaces
	return &callee{code: f, desc: a.Function, of: &Desc{ID: -2 - a.Function.State, Name: m.code.Name}, made: m}, nil
}

// defaultOf is that of a parameter.
func (m *madeFunction) defaultOf(slot int, name string) (Val, bool) {
	if slot >= m.callee.code.Program.Code.ArgCount {
		return m.options.keyword(name)
	}
	i := slot - m.callee.code.Program.Code.ArgCount + len(m.defaults.Items)
	if i < 0 {
		return Val{}, false
	}
	return m.defaults.Items[i], true
}

// functionID makes the function for Python, once for each exit.
func (e *eval) functionID(v Val) (ir.ID, *stop) {
	if id, ok := e.handed[v.Obj]; ok {
		return id, nil
	}
	if id, ok := e.ready(v.Obj); ok && e.dirty {
		return id, nil
	}
	if e.dirty {
		return ir.None, refuse(reason.TwoEffects, "a function from before a store")
	}
	m := e.functions[v.Num]
	code, s := e.idOf(m.code)
	if s != nil {
		return ir.None, s
	}
	args := []ir.ID{code, e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.globalsOf(m)})}
	for _, part := range []Val{m.defaults, m.options, m.annotations, m.closure} {
		if part.Kind == Unbound {
			part = constVal(noneConst)
		}
		id, s := e.idOf(part)
		if s != nil {
			return ir.None, s
		}
		args = append(args, id)
	}
	id, s := e.objectCall([]string{"slipstream._native", "function"}, args, nil)
	e.hand(v.Obj, id)
	e.gain(-boxedLoss)
	return id, s
}

func (e *eval) globalsOf(m *madeFunction) int {
	if len(m.spaces) > 0 {
		return e.hostObject(m.spaces[0])
	}
	return e.hostDict("globals")
}

// partsOf are the values that a function holds: its cells are those of the frame, or of
// calls that are over.
func (e *eval) partsOf(v Val) []Val {
	m := e.functions[v.Num]
	parts := slices.Concat(m.defaults.Items, m.options.Items)
	for _, c := range m.closure.Items {
		if c.Kind == Cell && c.Desc == nil && c.Num >= len(e.code.slots) {
			parts = append(parts, *e.cell(c))
		}
	}
	return parts
}

// A Cell is one of the function's own, by its slot; one of a call that is interpreted,
// which has a number behind the slots; or with Desc one that exists.

func (e *eval) makeCell(in *bytecode.Inst) *stop {
	e.cells = append(e.cells, e.locals[in.Arg])
	e.locals[in.Arg] = Val{Kind: Cell, Num: len(e.code.slots) + len(e.cells) - 1}
	return nil
}

// cell is the place of what a cell holds.
func (e *eval) cell(c Val) *Val {
	if c.Num < len(e.code.slots) {
		return &e.outermost()[c.Num]
	}
	return &e.cells[c.Num-len(e.code.slots)]
}

// outermost are the locals of the function itself.
func (e *eval) outermost() []Val {
	if e.inlined == nil {
		return e.locals
	}
	f := e.inlined
	for f.caller != nil {
		f = f.caller
	}
	return f.callers
}

// cellAt is the cell that an instruction names.
func (e *eval) cellAt(slot int) (Val, *stop) {
	if e.inlined == nil {
		return Val{Kind: Cell, Num: slot}, nil
	}
	free := slot - (len(e.inlined.code.slots) - len(e.inlined.code.Program.Code.FreeVars))
	switch {
	case free < 0 && e.locals[slot].Kind == Cell:
		return e.locals[slot], nil
	case free >= 0 && e.inlined.made != nil:
		return e.inlined.made.closure.Items[free], nil
	case free >= 0 && free < len(e.inlined.desc.Cells):
		return Val{Kind: Cell, Desc: &Desc{ID: e.inlined.desc.Cells[free]}, Name: e.inlined.code.slots[slot].Name}, nil
	}
	return Val{}, refuse(reason.Opcode, "a variable that functions inside it share")
}

func (e *eval) loadClosure(in *bytecode.Inst) *stop {
	c, s := e.cellAt(in.Arg)
	e.push(c)
	return s
}

func (e *eval) storeDeref(in *bytecode.Inst) *stop {
	v := e.pop()
	c, s := e.cellAt(in.Arg)
	if s != nil {
		return s
	}
	switch {
	case c.Desc != nil || c.From > 0:
		return refuse(reason.StoreTarget, "a variable of a function that exists")
	case e.inlined == nil:
		e.replace(in.Arg, in.PC, v)
	case c.Num < len(e.code.slots):
		e.letGo(c.Num, e.marks[len(e.marks)-1].pc)
	}
	*e.cell(c) = v
	e.cellStores++
	return nil
}

// newCell makes one for Python, once for each exit. A function that it holds may have
// this very cell: that is left to CPython.
func (e *eval) newCell(c Val) (ir.ID, *stop) {
	key := -1 - c.Num
	held := *e.cell(c)
	id, ok := e.handed[key]
	switch {
	case ok && id == ir.None || held.Kind == Unbound:
		return ir.None, refuse(reason.Escapes, "a cell that is unbound or holds itself")
	case ok:
		return id, nil
	case e.dirty:
		return ir.None, refuse(reason.TwoEffects, "a function from before a store")
	}
	e.hand(key, ir.None)
	id, s := e.idOf(held)
	if s != nil {
		return ir.None, s
	}
	id, s = e.objectCall([]string{"types", "CellType"}, []ir.ID{id}, nil)
	e.hand(key, id)
	return id, s
}

// cellID is the cell itself.
func (e *eval) cellID(c Val) (ir.ID, *stop) {
	switch {
	case c.Desc != nil:
		return e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostObject(c.Desc.ID)}), nil
	case c.Num < len(e.code.slots):
		e.shared = true
		return e.inputID(e.input(Input{Index: e.argIndex(c.Num), Type: ir.ObjectType, Equal: -1, Name: e.code.slots[c.Num].Name})), nil
	}
	return e.newCell(c)
}

// cellsToTheEnd stores what cells hold that others may have: those from before the
// region, and those that a function has which is handed over.
func (e *eval) cellsToTheEnd(x *Exit) ([]ir.ID, *stop) {
	var args []ir.ID
	for slot, v := range e.locals {
		of := e.code.slots[slot]
		if !of.Boxed() || e.unchanged(slot, v) || e.entry == e.code.FirstPC() && !e.shared && of.Kind&bytecode.Free == 0 {
			continue
		}
		id, s := e.idOf(v)
		if s != nil {
			return nil, s
		}
		args = x.store(slot, id, args)
	}
	return args, nil
}

// loadDeref reads what a cell holds.
func (e *eval) loadDeref(in *bytecode.Inst) *stop {
	c, s := e.cellAt(in.Arg)
	switch {
	case s != nil:
		return s
	case c.Desc != nil:
		return e.loadForeignCell(c)
	}
	if c.From > 0 { // of a function that other code has made
		if s := e.cellsStand(); s != nil {
			return s
		}
	}
	v := *e.cell(c)
	if v.Kind == Unbound {
		return refuse(reason.UnboundLocal, "a closure variable that may be unbound")
	}
	_, s = e.look(v) // it may be empty, and a store of it into itself is none
	e.push(v)
	return s
}

// loadForeignCell reads a closure variable of a function that exists. It may be one of
// the function's own, into which nothing is stored before the region is left.
func (e *eval) loadForeignCell(c Val) *stop {
	if s := e.cellsStand(); s != nil {
		return s
	}
	a, err := e.asker.Ask(Question{Ask: "cell", ID: c.Desc.ID})
	if err != nil || a.Desc == nil {
		return refuse(reason.UnboundLocal, fmt.Sprintf("%q is unbound", c.Name))
	}
	v, s := e.factValue(Fact{Dict: e.hostObject(c.Desc.ID), Key: e.hostKey(c.Name), Expect: -1, Fallback: -1, Name: c.Name}, a.Desc)
	if s == nil {
		e.push(v)
	}
	return s
}
