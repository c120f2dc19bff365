package front

import (
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about locals that hold an expression until it is used, as in
//
//	flux = a * (u[1:] - u[:-1])
//	u[1:] -= flux
//
// which is one kernel then, and no array for flux. Python could not go on between the two statements, so they are one
// to the nest: what fails leaves at the start of the first one. It is an attempt: where something is stored
// or refused meanwhile, all is interpreted anew with the local computed where it is assigned.

// quiet are the instructions of statements that change no array, unless a call does: see mayChange.
var quiet = map[bytecode.Op]bool{
	bytecode.Nop: true, bytecode.LoadFast: true, bytecode.StoreFast: true, bytecode.LoadConst: true, bytecode.LoadGlobal: true,
	bytecode.LoadDeref: true, bytecode.LoadAttr: true, bytecode.PushNull: true, bytecode.Copy: true, bytecode.Swap: true,
	bytecode.BinaryOp: true, bytecode.CompareOp: true, bytecode.UnaryNegative: true, bytecode.UnaryInvert: true,
	bytecode.BuildTuple: true, bytecode.BuildSlice: true, bytecode.BinarySubscr: true, bytecode.BinarySlice: true,
	bytecode.Call: true, bytecode.ToBool: true, bytecode.Jump: true, bytecode.PopJumpIfTrue: true, bytecode.PopJumpIfFalse: true,
	bytecode.PopJumpIfNone: true, bytecode.PopJumpIfNotNone: true, bytecode.ReturnValue: true,
}

// Bounds of an expression that waits: how many operations it has, and how many where what is used twice counts twice.
const (
	largestWaiting = 100
	widestWaiting  = 2000
)

// indexOf is where an instruction stands: two that are one of CPython's have one pc.
func (f *Function) indexOf(in *bytecode.Inst) int {
	first := f.at[in.PC]
	for at := first; at < len(f.Program.Insts); at++ {
		if &f.Program.Insts[at] == in {
			return at
		}
	}
	return first
}

// neededBehind says that what a local holds is read behind an instruction, in the same block or behind that.
func (f *Function) neededBehind(at, slot int) bool {
	b := &f.CFG.Blocks[f.CFG.BlockAt(f.Program.Insts[at].PC)]
	for i := at + 1; i < b.End; i++ {
		if in := &f.Program.Insts[i]; ofLocal(in, slot) {
			return in.Op != bytecode.StoreFast
		}
	}
	live := func(to int) bool { return to >= 0 && f.CFG.LiveIn(f.CFG.Blocks[to].PC).Has(slot) }
	return live(b.Exc) || slices.ContainsFunc(b.Succ, live)
}

// ofLocal says that an instruction reads, assigns or deletes a local.
func ofLocal(in *bytecode.Inst, slot int) bool {
	switch in.Op {
	case bytecode.LoadFast, bytecode.StoreFast, bytecode.DeleteFast, bytecode.LoadFastAndClear:
		return in.Arg == slot
	}
	return false
}

// mayWait says that an expression need not be computed where a local is assigned.
func (n *nester) mayWait(in *bytecode.Inst, v nval) bool {
	if v.kind != nArray || v.arr.computed() || n.inRounds || n.stmt == nil || n.hasChanged() || n.oneByOne() {
		return false
	}
	f := n.function()
	switch {
	case n.inlined != nil && !f.straight():
		return false
	case n.inlined == nil && n.early[in.PC], f.slots[in.Arg].Boxed(), !f.neededBehind(f.indexOf(in), in.Arg):
		return false
	}
	stacked := slices.ContainsFunc(n.now.stack, func(x nval) bool { return x.arr == v.arr })
	return !stacked && v.arr.small() && v.arr.ofReals()
}

// hasChanged says that the present statement has changed something, or is about to.
func (n *nester) hasChanged() bool { return n.now.stored || n.now.kept || len(n.delayed) > 0 }

// mostAttempts bounds what is interpreted anew for statements that are to be one.
const mostAttempts = 30

// oneByOne says that statements are computed one after the other: too much was refused.
func (n *nester) oneByOne() bool { return len(n.early)+len(n.parted)+len(n.byBlocks) > mostAttempts }

// ofReals says that an expression has no complex numbers: NumPy may round their products otherwise in a temporary array.
func (a *narray) ofReals() bool {
	return !a.typ.IsComplex() && !slices.ContainsFunc(a.args, func(v nval) bool {
		return v.isComplex() || v.kind == nArray && !v.arr.ofReals()
	})
}

// small says that an expression is within the bounds of those that wait.
func (a *narray) small() bool {
	operations := map[*narray]bool{}
	return a.uses(operations, widestWaiting) >= 0 && len(operations) <= largestWaiting
}

// uses is how many uses of results are left of some when those of an expression are taken, or a number below zero.
func (a *narray) uses(operations map[*narray]bool, left int) int {
	if a.computed() {
		return left
	}
	operations[a] = true
	left--
	for _, v := range a.args {
		if v.kind == nArray && left >= 0 {
			left = v.arr.uses(operations, left)
		}
	}
	return left
}

// wait has a local hold an expression.
func (n *nester) wait(in *bytecode.Inst, v nval) {
	v.arr.waits = true
	if n.inlined == nil {
		n.stmt.waited = append(n.stmt.waited, in.PC)
	}
	n.now.locals[in.Arg] = v
}

// waiting says that a local holds an expression, here or in what called this.
func (n *nester) waiting() bool {
	found := slices.ContainsFunc(n.now.locals, nval.waits)
	for c := n.now.call; c != nil; c = c.caller.call {
		found = found || slices.ContainsFunc(c.caller.locals, nval.waits)
	}
	return found && !n.inRounds
}

// goOnWaiting says that a statement goes on as a part of the one before, for which locals wait.
func (n *nester) goOnWaiting(in *bytecode.Inst) (bool, *stop) {
	if !n.waiting() {
		return false, nil
	}
	if n.hasChanged() {
		return false, n.mayChange()
	}
	s := n.computeBefore(in)
	if s == nil && n.waiting() {
		n.stmt.latest = in.PC
		return true, nil
	}
	return false, s
}

// computeBefore computes what waits for more than the statement that begins, where that may change something.
func (n *nester) computeBefore(in *bytecode.Inst) *stop {
	f := n.code
	b := &f.CFG.Blocks[f.CFG.BlockAt(in.PC)]
	start := f.at[in.PC]
	end := start + 1
	for end < b.End && !f.begins(end) {
		end++
	}
	switch {
	case n.parted[in.PC]:
		return n.computeWaiting()
	case !n.mayChangeArrays(f.Program.Insts[start:end]):
		return nil
	}
	return n.computeTogether(n.withParts(n.waitingLocals(func(slot int) bool { return f.neededBehind(end-1, slot) })))
}

// waitingLocals are the expressions that some locals hold.
func (n *nester) waitingLocals(of func(slot int) bool) []*narray {
	var all []*narray
	for slot, v := range n.now.locals {
		if v.waits() && of(slot) && !slices.Contains(all, v.arr) {
			all = append(all, v.arr)
		}
	}
	return all
}

// computeWaiting computes what locals hold before other code goes on.
func (n *nester) computeWaiting() *stop {
	if n.now.call != nil || !n.waiting() || n.hasChanged() {
		return n.mayChange()
	}
	return n.computeTogether(n.waitingLocals(func(int) bool { return true }))
}

// mayChangeArrays says so of a statement: it is not quiet, or an update of an array.
func (n *nester) mayChangeArrays(statement []bytecode.Inst) bool {
	first := &statement[0]
	updates := first.Op == bytecode.LoadFast && n.isArray(n.now.locals[first.Arg])
	return slices.ContainsFunc(statement, func(in bytecode.Inst) bool {
		return !quiet[in.Op] || updates && in.Op == bytecode.BinaryOp && strings.HasSuffix(in.Name, "=")
	})
}

// begins says that a statement begins with an instruction.
func (f *Function) begins(at int) bool {
	in := &f.Program.Insts[at]
	_, ok := f.starts[in.PC]
	return ok && !in.Mid
}

// waits says that a value is an expression that a local holds.
func (v nval) waits() bool { return v.arr != nil && v.arr.waits && !v.arr.computed() }

// mayChange refuses what changes something, or has others do so, while a local waits.
func (n *nester) mayChange() *stop {
	if n.waiting() {
		return refuse(reason.TwoEffects, "a change while a local waits for its use")
	}
	return nil
}

// notWaiting has a statement begin anew that went on with others. Where it does already, the locals that have waited in it are computed
// where they are assigned, and functions that were called in place by blocks of their own. It says whether
// there were any.
func (n *nester) notWaiting() bool {
	if n.stmt == nil || len(n.stmt.waited)+len(n.stmt.inPlace) == 0 {
		return false
	}
	if n.again = true; n.stmt.latest > 0 && !n.parted[n.stmt.latest] {
		n.parted[n.stmt.latest] = true
		return true
	}
	for _, pc := range n.stmt.waited {
		n.early[pc] = true
	}
	for _, call := range n.stmt.inPlace {
		n.byBlocks[call] = true
	}
	return true
}
