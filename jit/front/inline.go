package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about calls of plain Python functions: their code is
// interpreted in place. No frame of theirs exists in which CPython could go
// on, so there are no boundaries inside: the calling statement runs as a
// whole, or CPython does it all.

// Bounds of inlining: calls within calls, and instructions of one region.
const (
	maxDepth   = 8
	maxInlined = 2000
)

// frame is one call of an inlined function.
type frame struct {
	*callee
	caller  *frame
	callers []Val // the caller's locals
	result  Val
	recipe  *recipe                 // what it is of one of NumPy's functions, in nests
	item    func(Val) (bool, *stop) // of a generator: what is done with an item; whether there is to be another one
}

// callee is a function that may be inlined.
type callee struct {
	code *Function
	desc *FunctionDesc
	of   *Desc
	made *madeFunction // where the region has made it
}

// function is the one whose code is being interpreted.
func (e *eval) function() *Function {
	if e.inlined != nil {
		return e.inlined.code
	}
	return e.code
}

// inlinedState numbers the state of the inlined function, from one.
func (e *eval) inlinedState() int {
	if e.inlined != nil {
		return e.inlined.desc.State + 1
	}
	return 0
}

// inline interprets a call.
func (e *eval) inline(d *Desc, b bound) (Val, *stop) {
	if s := e.mayNest(d); s != nil {
		return Val{}, s
	}
	facts := len(e.facts)
	c, s := e.calleeOf(d)
	if s == nil && c.desc.Self {
		e.loopInside = true
		s = refuse(reason.CallDepth, d.Name+" calls itself")
	}
	if s != nil {
		return Val{}, s
	}
	v, s := e.inlineCallee(c, b)
	if s != nil {
		e.facts = e.facts[:facts]
	}
	return v, s
}

func (e *eval) inlineCallee(c *callee, b bound) (Val, *stop) {
	if s := e.mayNest(c.of); s != nil {
		return Val{}, s
	}
	facts, inputs := len(e.facts), len(e.inputs)
	locals, s := e.bind(c, b)
	if s != nil {
		return Val{}, s
	}
	v, s := e.enter(&frame{callee: c, caller: e.inlined, callers: e.locals}, locals)
	if s != nil {
		// The region ends before this statement. What was relied on inside the
		// function may change at any time: a decorated one is compiled, too.
		e.facts, e.inputs = e.facts[:facts], e.inputs[:inputs]
	}
	return v, s
}

func (e *eval) enter(f *frame, locals []Val) (Val, *stop) {
	callerLocals, callerStack := e.locals, e.stack
	e.locals, e.stack, e.inlined = locals, nil, f
	s := e.body(f.code)
	e.locals, e.stack, e.inlined = callerLocals, callerStack, f.caller
	e.gain(callGain)
	return f.result, s
}

// mayNest keeps within the depth, and out of recursion.
func (e *eval) mayNest(d *Desc) *stop {
	depth := 1
	for f := e.inlined; f != nil; f = f.caller {
		if f.of.ID == d.ID {
			e.loopInside = true
			return refuse(reason.CallDepth, d.Name+" calls itself")
		}
		depth++
	}
	if depth > maxDepth {
		return refuse(reason.CallDepth, fmt.Sprintf("%s is called from the %dth function within a function", d.Name, maxDepth))
	}
	return nil
}

// calleeOf asks for a function's code, and relies on its staying so.
func (e *eval) calleeOf(d *Desc) (*callee, *stop) {
	if c := e.callees[d.ID]; c != nil {
		return c, nil
	}
	a, err := e.asker.Ask(Question{Ask: "code", ID: d.ID})
	if err != nil || a.Function == nil {
		return nil, refuse(reason.CallDepth, fmt.Sprintf("%s is not inlined: %s", d.Name, a.Error))
	}
	f, s := inlinable(a.Function, d.Name)
	if s != nil {
		return nil, s
	}
	c := &callee{code: f, desc: a.Function, of: d}
	e.fact(Fact{Dict: e.hostObject(d.ID), Key: e.hostKey("__code__"), Expect: e.hostObject(a.Function.State),
		Fallback: -1, Name: d.Name + ".__code__"})
	e.callees[d.ID] = c
	return c, nil
}

// inlinable analyses code that is to be interpreted.
func inlinable(d *FunctionDesc, name string) (*Function, *stop) {
	f, s := interpretable(d)
	if s == nil && f.Program.Code.IsGenerator() {
		s = refuse(reason.Generator, name+" makes a generator")
	}
	return f, s
}

func interpretable(d *FunctionDesc) (*Function, *stop) {
	code, err := bytecode.ParseCode(d.Code)
	if err != nil {
		return nil, refuse(reason.CodeShape, err.Error())
	}
	f, err := NewFunction(code)
	if err != nil {
		return nil, refuse(reason.CodeShape, err.Error())
	}
	return f, nil
}

// body interprets until the return.
func (e *eval) body(f *Function) *stop {
	for i := 0; ; {
		in := &f.Program.Insts[i]
		if e.budget--; e.budget < 0 {
			return refuse(reason.CallDepth, fmt.Sprintf("more than %d instructions of functions called", maxInlined))
		}
		next, s := e.stepOn(in)
		switch {
		case s != nil:
			e.loopInside = e.loopInside || len(f.CFG.Loops) > 0
			return refuse(s.reason, fmt.Sprintf("in %s, line %d: %s", f.Program.Code.Name, in.Line, s.detail))
		case next == returned:
			return nil
		case next == following:
			i++
		default:
			i = f.at[next]
		}
	}
}

// bind gives the locals of a call what CPython would: arguments by position
// and name, then defaults.
func (e *eval) bind(c *callee, b bound) ([]Val, *stop) {
	code := c.code.Program.Code
	wrong := func(what string) *stop {
		return refuse(reason.CallArgument, fmt.Sprintf("%s is called with %s", c.of.Name, what))
	}
	collects := code.Flags&bytecode.FlagVarKeywords != 0
	options := e.emptyDict()
	locals := make([]Val, len(c.code.slots))
	named := code.ArgCount + code.KwOnlyArgCount
	n := copy(locals[:code.ArgCount], b.pos)
	switch rest := b.pos[n:]; {
	case code.Flags&bytecode.FlagVarArgs != 0:
		locals[named] = Val{Kind: Tup, Items: rest}
	case len(rest) > 0:
		return nil, wrong("too many arguments")
	}
	for i, name := range b.kw {
		slot := keyword(code, name)
		if slot < 0 && collects {
			var s *stop
			if options, s = options.with(bytecode.Const{T: "str", V: name}, b.val[i]); s != nil {
				return nil, s
			}
			continue
		}
		if slot < 0 || locals[slot].Kind != Unbound {
			return nil, wrong(fmt.Sprintf("an unexpected %q", name))
		}
		locals[slot] = b.val[i]
	}
	if collects {
		locals[code.NumArgs()-1] = options
	}
	for slot := range locals[:named] {
		if locals[slot].Kind == Unbound {
			v, s := e.defaultOf(c, slot)
			if s != nil {
				return nil, s
			}
			locals[slot] = v
		}
	}
	return locals, nil
}

// keyword finds the slot that an argument by name goes to, or -1.
func keyword(code *bytecode.Code, name string) int {
	for slot := code.PosOnlyArgCount; slot < code.ArgCount+code.KwOnlyArgCount; slot++ {
		if code.VarNames[slot] == name {
			return slot
		}
	}
	return -1
}

// defaultOf gives a parameter its default.
func (e *eval) defaultOf(c *callee, slot int) (Val, *stop) {
	code := c.code.Program.Code
	name := code.VarNames[slot]
	missing := refuse(reason.CallArgument, fmt.Sprintf("%s is called without %q", c.of.Name, name))
	if c.made != nil && c.made.given.Kind != Unbound {
		return e.defaultGiven(c, slot)
	}
	if c.made != nil {
		v, ok := c.made.defaultOf(slot, name)
		if !ok {
			return Val{}, missing
		}
		return v, nil
	}
	if slot < code.ArgCount {
		i := slot - code.ArgCount + len(c.desc.Defaults)
		if i < 0 {
			return Val{}, missing
		}
		return fixedValue(c.desc.Defaults[i], name)
	}
	if c.desc.KwDefaults == nil {
		return Val{}, missing
	}
	v, s := e.item(*c.desc.KwDefaults, -1, name)
	if s != nil && s.reason == reason.MissingName {
		return Val{}, missing
	}
	return v, s
}

// fixedValue is a default: its tuple is part of the function's state.
func fixedValue(d *Desc, name string) (Val, *stop) {
	switch d.Kind {
	case KindConst:
		v := constVal(*d.Const)
		v.Literal = &HostSpec{ID: d.ID}
		return v, nil
	case KindModule, KindUfunc, KindFunction, KindPython, KindCached, KindDType:
		return Val{Kind: Host, Desc: d}, nil
	}
	return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("the default of %q is not a number", name))
}

// foreignGlobal looks a name up in the namespaces of another module.
func (e *eval) foreignGlobal(spaces []int, name string) (Val, *stop) {
	return e.item(spaces[0], spaces[1], name)
}

// item looks a name up in the dict that has a number in the job, and in
// another one (or -1) where it is missing.
func (e *eval) item(space, fallback int, name string) (Val, *stop) {
	f := Fact{Dict: e.hostObject(space), Key: e.hostKey(name), Expect: -1, Fallback: -1, Name: name}
	a, err := e.asker.Ask(Question{Ask: "item", ID: space, Name: name})
	if fallback >= 0 {
		f.Fallback = e.hostObject(fallback)
	}
	if err == nil && fallback >= 0 && a.Desc != nil && a.Desc.Kind == KindMissing {
		a, err = e.asker.Ask(Question{Ask: "item", ID: fallback, Name: name})
	}
	if err != nil || a.Desc == nil || a.Desc.Kind == KindMissing {
		return Val{}, refuse(reason.MissingName, fmt.Sprintf("%q is not defined", name))
	}
	return e.factValue(f, a.Desc)
}

// copyFreeVars makes the closure's cells readable: see cellAt.
func (e *eval) copyFreeVars(*bytecode.Inst) *stop {
	if e.inlined == nil {
		return refuse(reason.Opcode, "a region begins before the function does")
	}
	return nil
}
