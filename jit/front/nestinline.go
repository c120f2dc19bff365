package front

import (
	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about calls of plain Python functions in loops: their code is
// interpreted in place, with its branches and loops. No frame of theirs exists, so what
// fails in them leaves at the start of the calling statement.

// nestCall is one call of an inlined function.
type nestCall struct {
	number int
	frame  *frame
	caller nestState  // without what the call was made of
	next   int        // pc behind it
	taker  *taker     // of a generator: the function that goes through it
	rec    *recursion // of a function that calls itself, and not through another such call: what it goes back by
}

// enterCall goes over to the first instruction of a function.
func (n *nester) enterCall(in *bytecode.Inst, d *Desc, args []nval) *stop {
	if r := n.recursionOf(d); r != nil {
		return n.callAgain(in, r, args)
	}
	if s := n.mayCall(d); s != nil {
		return s
	}
	c, s := n.calleeOf(d)
	if s != nil {
		return s
	}
	locals, s := n.bindCall(c, in.KwNames, args)
	if s != nil {
		return s
	}
	if n.recursesFromHere(d) {
		return n.enterRecursion(c, in.End, locals)
	}
	return n.enterCode(c, nestCall{next: in.End}, locals)
}

// enterMade goes over to a function that the nest, or other code, has made.
func (n *nester) enterMade(in *bytecode.Inst, made Val, args []nval) *stop {
	c, s := n.codeMade(made)
	switch {
	case s != nil:
		return s
	case c.code.Program.Code.IsGenerator():
		return refuse(reason.Generator, "generators and coroutines run in Python")
	}
	if s := n.mayCall(c.of); s != nil {
		return s
	}
	locals, s := n.bindCall(c, in.KwNames, args)
	if s != nil {
		return s
	}
	return n.enterCode(c, nestCall{next: in.End}, locals)
}

// mayCall says that a function can be entered here: what fails inside of it leaves in front of
// the statement.
func (n *nester) mayCall(d *Desc) *stop {
	if n.recurs(d) {
		n.mayRecur(d)
	}
	if s := n.mayNest(d); s != nil {
		return s
	}
	if n.stmt == nil || n.now.stored {
		return n.behindStore("a call behind a store in the same statement")
	}
	return n.computeHeld()
}

// enterCode goes over to a function with its locals and what lies on its stack.
func (n *nester) enterCode(c *callee, call nestCall, locals []nval, stack ...nval) *stop {
	n.stmt.loops = n.stmt.loops || len(c.code.CFG.Loops) > 0
	n.numbers++
	call.number, call.caller = n.numbers, n.now.clone()
	call.frame = &frame{callee: c, caller: n.inlined, callers: n.outermost()}
	n.now = nestState{locals: locals, stack: stack, poll: n.now.poll, call: &call, stored: n.now.stored, kept: n.now.kept, attrs: n.now.attrs}
	n.inlined = call.frame
	n.entered = true
	return n.jumpTo(c.code.Program.Insts[0].PC)
}

// bindCall gives the locals of a call what CPython would.
func (n *nester) bindCall(c *callee, names []string, args []nval) ([]nval, *stop) {
	code := c.code.Program.Code
	wrong := refuse(reason.CallArgument, c.of.Name+" is called with other arguments in a loop")
	byPlace := len(args) - len(names)
	rest := max(0, byPlace-code.ArgCount)
	if code.Flags&bytecode.FlagVarKeywords != 0 || rest > 0 && code.Flags&bytecode.FlagVarArgs == 0 {
		return nil, wrong
	}
	locals, given := make([]nval, len(c.code.slots)), make([]bool, len(c.code.slots))
	for slot := range locals {
		if of := c.code.slots[slot]; of.Boxed() && of.Kind&bytecode.Free == 0 {
			return nil, refuse(reason.Escapes, c.of.Name+" shares variables with other functions")
		}
		locals[slot] = knownVal(Val{})
	}
	for i, a := range args {
		slot := i
		if at := i - byPlace; at >= 0 {
			slot = keyword(code, names[at])
		}
		if slot < 0 || slot < len(given) && given[slot] {
			return nil, wrong
		}
		a, s := n.solid(a)
		if s == nil {
			s = n.mayHold(a)
		}
		if s != nil {
			return nil, s
		}
		if args[i] = n.held(a); i < code.ArgCount || i >= byPlace {
			locals[slot], given[slot] = args[i], true
		}
	}
	if code.Flags&bytecode.FlagVarArgs != 0 {
		locals[code.ArgCount+code.KwOnlyArgCount] = n.held(nval{kind: nTuple, items: args[byPlace-rest : byPlace]})
	}
	for slot := range code.ArgCount + code.KwOnlyArgCount {
		if given[slot] {
			continue
		}
		v, s := n.defaultOf(c, slot)
		if s != nil {
			return nil, s
		}
		locals[slot] = knownVal(v)
	}
	return locals, nil
}

// back goes on behind the call with its result.
func (n *nester) back(result nval) *stop {
	if s := n.settle(); s != nil {
		return s
	}
	if r := n.now.call.rec; r != nil {
		return n.backAgain(r, result)
	}
	return n.behindCall(result)
}

// behindCall goes on in the caller.
func (n *nester) behindCall(result nval) *stop {
	call := n.now.call
	if r := call.frame.recipe; r != nil {
		r.returns = true
	}
	left := n.now
	n.now = call.caller.clone()
	n.now.poll, n.now.stored, n.now.kept, n.now.attrs = left.poll, left.stored, left.kept, left.attrs
	n.inlined = nil
	if n.now.call != nil {
		n.inlined = n.now.call.frame
	}
	n.push(result)
	return n.jumpTo(call.next)
}
