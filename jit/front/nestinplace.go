package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about calls of functions without branches: their instructions are interpreted in the middle of those of the
// caller, so expressions that go in, and that come of them, may wait on (see nestwaiting.go). Calls of others end a
// block (see nestinline.go). It is an attempt, too: what is refused in such a function is interpreted
// anew by a block of its own.

// inPlace are the instructions of functions that are called in place.
var inPlace = map[bytecode.Op]bool{bytecode.Resume: true, bytecode.CopyFreeVars: true, bytecode.UnpackSequence: true}

// straight says that a function has one way through it, on which it changes nothing.
func (f *Function) straight() bool {
	insts := f.Program.Insts
	if code := f.Program.Code; code.IsGenerator() || code.Flags&bytecode.FlagVarArgs != 0 || len(f.CFG.Loops) > 0 || len(insts) == 0 {
		return false
	}
	for i := range insts[:len(insts)-1] {
		if op := insts[i].Op; op.Ends() || insts[i].Target > 0 || !quiet[op] && !inPlace[op] {
			return false
		}
	}
	return insts[len(insts)-1].Op == bytecode.ReturnValue
}

// callPython calls a function of Python's.
func (n *nester) callPython(in *bytecode.Inst, d *Desc, args []nval) *stop {
	if n.mayCallInPlace(in, d) {
		if c, s := n.calleeOf(d); s == nil && c.code.straight() {
			return n.callInPlace(in, c, args)
		}
	}
	return n.enterCall(in, d, args)
}

// callInner calls one that the nest, or other code, has made.
func (n *nester) callInner(in *bytecode.Inst, made Val, args []nval) *stop {
	if c, s := n.codeMade(made); s == nil && n.mayCallInPlace(in, c.of) && c.code.straight() {
		return n.callInPlace(in, c, args)
	}
	return n.enterMade(in, made, args)
}

func (n *nester) mayCallInPlace(in *bytecode.Inst, d *Desc) bool {
	if n.inRounds || n.stmt == nil || n.hasChanged() || n.oneByOne() || n.byBlocks[placeOf(in, d)] {
		return false
	}
	return n.recursionOf(d) == nil && !n.recurs(d) && n.mayNest(d) == nil
}

// placeOf tells calls apart.
func placeOf(in *bytecode.Inst, d *Desc) string { return fmt.Sprint(in.PC, " ", d.ID) }

// callInPlace interprets a function's instructions, and pushes its result.
func (n *nester) callInPlace(in *bytecode.Inst, c *callee, args []nval) *stop {
	n.stmt.inPlace = append(n.stmt.inPlace, placeOf(in, c.of))
	for _, a := range args {
		if s := n.argumentWaits(a); s != nil {
			return s
		}
	}
	locals, s := n.bindCall(c, in.KwNames, args)
	if s != nil {
		return s
	}
	around, behind := n.inlined, n.behind
	n.numbers++
	call := &nestCall{number: n.numbers, caller: n.now.clone(), next: in.End}
	call.frame = &frame{callee: c, caller: around, callers: n.outermost()}
	n.now = nestState{locals: locals, poll: n.now.poll, call: call, stored: n.now.stored, kept: n.now.kept, attrs: n.now.attrs}
	n.inlined = call.frame
	result, s := n.throughStraight(c)
	if s != nil {
		return s
	}
	left := n.now
	n.now, n.inlined, n.behind, n.holding = call.caller, around, behind, nil
	n.now.poll, n.now.stored, n.now.kept, n.now.attrs = left.poll, left.stored, left.kept, left.attrs
	n.push(result)
	return nil
}

// argumentWaits has an argument wait for its use, if it is an expression that may.
func (n *nester) argumentWaits(a nval) *stop {
	if a.kind != nArray || a.arr.computed() {
		return n.computed(a)
	}
	if !a.arr.small() || !a.arr.ofReals() {
		return n.laidOut(a.arr)
	}
	a.arr.waits = true
	return nil
}

// throughStraight goes through a function without branches, up to its result.
func (n *nester) throughStraight(c *callee) (nval, *stop) {
	insts := c.code.Program.Insts
	for i := range insts[:len(insts)-1] {
		in := &insts[i]
		n.behind, n.holding = in.End, nil
		if len(n.now.stack) < nestNeeds(in) {
			return nval{}, refuse(reason.NestedStack, "uses a value from before the loop")
		}
		if s := nestHandlers[in.Op](n, in); s != nil {
			return nval{}, s
		}
		if n.entered {
			return nval{}, refuse(reason.Loop, "a call with branches in a function that is called in place")
		}
	}
	v := n.pop()
	if s := n.firmAll(v); s != nil {
		return v, s
	}
	if v.kind == nArray && !v.arr.computed() && !v.arr.ofReals() {
		return v, n.laidOut(v.arr)
	}
	return n.solid(v)
}
