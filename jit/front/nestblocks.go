package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/reason"
	"slipstream/sched/nest"
)

// This file goes through the blocks of a nest: where statements begin, what is left to
// Python, and where a failure leaves.

func (n *nester) begin(block int, s nestState, stmt *statement) {
	n.block, n.now, n.stmt = block, s, stmt
	n.pending, n.covered, n.proved, n.expressions = nil, map[nest.ID]bool{}, map[string]nest.ID{}, nil
	n.made, n.delayed, n.loose = map[string]nest.ID{}, nil, map[int]nest.ID{}
	n.inlined = nil
	if s.call != nil {
		n.inlined = s.call.frame
	}
}

// through interprets a block, or the part of one that begins at an instruction.
func (n *nester) through(pc int) (*bytecode.Inst, *stop) {
	f := n.function()
	insts := f.Program.Insts
	for i := f.at[pc]; ; i++ {
		in := &insts[i]
		if len(n.f.Insts) > maxNestInsts || len(n.ways) > maxNestExits {
			return in, refuse(reason.TooLarge, "a loop of too many instructions, or ways out")
		}
		within := n.inlined
		done, s := n.one(in, in.PC > pc && n.leads(i))
		if s != nil {
			n.inlined = within // whose instruction it is
			s = n.leaveBefore(in, s)
			done = true
		}
		if s != nil || done {
			return in, s
		}
	}
}

// one interprets an instruction, or goes over to the block that begins with it.
func (n *nester) one(in *bytecode.Inst, leads bool) (done bool, s *stop) {
	if leads && !in.Mid {
		return true, n.jumpTo(in.PC)
	}
	if in.Line > 0 && n.inlined == nil {
		n.line = in.Line
	}
	if s := n.boundary(in); s != nil {
		return true, s
	}
	if s := n.mayEnter(in); s != nil {
		return true, s
	}
	n.behind = in.End
	done, s = n.step(in)
	if s == nil && in.Line > 0 && n.inlined == nil {
		n.seen[in.Line] = true
	}
	return done, s
}

// mayEnter keeps out of loops that are left to Python, and of those around.
func (n *nester) mayEnter(in *bytecode.Inst) *stop {
	if in.Mid || n.inlined != nil {
		return nil
	}
	if l := n.code.loopAt(in.PC); l >= 0 && n.left[n.headerPC(l)] != nil {
		return leftLoop(n.left[n.headerPC(l)])
	}
	if l := n.code.loopOfHeader(in.PC); l >= 0 {
		switch {
		case n.left[in.PC] != nil:
			return leftLoop(n.left[in.PC])
		case l == n.around:
			return refuse(reason.Cut, "the loop around is no part of this one")
		}
		n.loops++
	}
	if n.behindResumed(in) {
		return refuse(reason.Cut, "the loop that was entered is over")
	}
	return nil
}

// leftLoop says why a loop is left to Python.
func leftLoop(r *reason.Refusal) *stop { return &stop{r.Reason, r.Detail, r} }

func (n *nester) headerPC(loop int) int { return n.code.CFG.Blocks[n.code.CFG.Loops[loop].Header].PC }

// leaveBefore ends the block in front of what is not understood, where Python can go
// on there. In a loop every round of which comes there the loop is left, too: all is
// interpreted anew without it.
func (n *nester) leaveBefore(in *bytecode.Inst, why *stop) *stop {
	if n.again {
		return nil // all is interpreted anew in any case
	}
	if n.takesIn() || n.rereads() || n.unfitRecipe(in) || n.notWaiting() {
		return nil
	}
	if l := n.code.loopAt(n.startOf(in)); l >= 0 && n.inlined == nil {
		n.code.leaves(l)
	}
	here, pc := why.at, in.PC
	if n.inlined != nil {
		if n.stmt == nil {
			return why
		}
		pc = n.stmt.pc
		why = refuse(why.reason, fmt.Sprintf("in %s, line %d: %s", n.function().Program.Code.Name, in.Line, why.detail))
	}
	if r := n.recursionAround(); r != nil && !n.function().raises(in.PC) {
		r.why, n.again = why, true
		return nil
	}
	if here == nil {
		here = n.at(pc, why)
	}
	stuck := n.stmt == nil || n.now.stored
	l := n.wholeLoop(pc)
	if n.inlined != nil && n.function().raises(in.PC) {
		l = -1
	}
	if stuck && l < 0 && n.mayKeepJournal() {
		return nil
	}
	if stuck && l < 0 {
		l = n.innermost(pc)
	}
	if l >= 0 && n.left[n.headerPC(l)] == nil {
		n.code.leaves(l)
		n.left[n.headerPC(l)], n.again = here, true
		return nil
	}
	if stuck {
		return why
	}
	if !n.function().raises(in.PC) {
		n.left[-1-pc] = here // not a loop's
	}
	b, from := &n.f.Blocks[n.block], 0
	if n.stmt.block == n.block {
		from = n.stmt.body
	}
	b.Body = b.Body[:from]
	n.pending, n.covered, n.delayed, n.expressions = nil, map[nest.ID]bool{}, nil, nil
	if n.stmt.exit < 0 {
		n.stmt.exit = n.exit(way{pc: n.stmt.pc, state: n.stmt.state})
	}
	b.Term = nest.Term{Cond: nest.None, Exit: n.stmt.exit}
	return nil
}

// startOf is where the statement with an instruction begins.
func (n *nester) startOf(in *bytecode.Inst) int {
	if n.stmt == nil {
		return in.PC
	}
	return n.stmt.pc
}

// innermost is the innermost loop of the nest around pc, or -1.
func (n *nester) innermost(pc int) int {
	l := n.code.CFG.LoopOf(n.code.CFG.BlockAt(pc))
	if l == n.around {
		return -1
	}
	return l
}

// wholeLoop is the loop of the nest of which every round comes to pc, or -1.
func (n *nester) wholeLoop(pc int) int {
	l, b := n.innermost(pc), n.code.CFG.BlockAt(pc)
	if l < 0 || n.headerPC(l) == pc && n.code.Program.Insts[n.code.at[pc]].Op != bytecode.ForIter {
		return l
	}
	for _, latch := range n.code.CFG.Loops[l].Latches {
		if !n.code.CFG.Dominates(b, latch) {
			return -1
		}
	}
	return l
}

// leads says that instruction i begins a basic block.
func (n *nester) leads(i int) bool {
	f := n.function()
	b := f.CFG.BlockAt(f.Program.Insts[i].PC)
	return b >= 0 && f.CFG.Blocks[b].First == i
}

// boundary lets what was done stand: a failure leaves here from now on.
func (n *nester) boundary(in *bytecode.Inst) *stop {
	if n.inlined != nil {
		return n.calledRound(in)
	}
	_, ok := n.code.starts[in.PC]
	if ok = ok || in.Op == bytecode.ForIter || n.stmt == nil; !ok || in.Mid || n.values() {
		return nil
	}
	n.holding = nil
	if s := n.settle(); s != nil {
		return s
	}
	if goesOn, s := n.goOnWaiting(in); goesOn || s != nil {
		return s
	}
	n.flush()
	n.forget()
	n.now.stored = false
	n.numbers++
	n.stmt = &statement{number: n.numbers, pc: in.PC, inputs: len(n.eval.inputs), state: n.now.clone(), exit: -1, block: n.block, body: len(n.f.Blocks[n.block].Body)}
	if in.Op != bytecode.ForIter && n.code.loopOfHeader(in.PC) >= 0 {
		return n.round()
	}
	return nil
}

// calledRound counts a round of a while loop in a function that is called: none of its
// places is one where Python could go on.
func (n *nester) calledRound(in *bytecode.Inst) *stop {
	if in.Mid || in.Op == bytecode.ForIter || n.function().loopOfHeader(in.PC) < 0 {
		return nil
	}
	return n.round()
}

// values says that something else than iterators lies on the stack.
func (n *nester) values() bool {
	return slices.ContainsFunc(n.now.stack, func(v nval) bool { return v.kind != nIter })
}

// leaving is the number of the exit to the start of the present statement.
func (n *nester) leaving() (int, *stop) {
	if n.stmt == nil {
		return 0, refuse(reason.NestedStack, "what can fail where Python could not go on")
	}
	if n.now.stored {
		return 0, n.behindStore("what can fail behind a store in the same statement")
	}
	return n.someExit(), nil
}

// exit adds a way out. Its values are put in when all are known.
func (n *nester) exit(w way) int {
	n.ways = append(n.ways, w)
	return n.f.NewExit(nil)
}

// add appends an instruction to the block, but for a value that the block has.
func (n *nester) add(in nest.Inst) nest.ID {
	switch in.Op {
	case nest.Scalar, nest.Checked, nest.Quotient, nest.Remainder:
	case nest.Load, nest.Peek:
		n.flush()
		return n.f.Add(n.block, in)
	default:
		return n.f.Add(n.block, in)
	}
	k := key(in)
	id, ok := n.made[k]
	if !ok {
		id = n.f.Add(n.block, in)
	}
	n.made[k], n.refound[id] = id, ok
	return id
}

// someExit is an exit for what never leaves.
func (n *nester) someExit() int {
	if n.stmt.exit < 0 {
		n.stmt.exit = n.exit(way{pc: n.stmt.pc, state: n.stmt.state})
	}
	return n.stmt.exit
}

// key tells values apart.
func key(in nest.Inst) string { return fmt.Sprint(in.Op, in.KOp, in.Type, in.Args) }

// guard leaves unless a condition holds.
func (n *nester) guard(condition nest.ID) *stop {
	x, s := n.leaving()
	if s == nil {
		n.add(nest.Inst{Op: nest.Guard, Args: []nest.ID{condition}, Exit: x})
	}
	return s
}

// settle looks whether a report is due for what was computed so far.
func (n *nester) settle() *stop {
	if s := n.computeUnused(); s != nil {
		return s
	}
	var roots []nest.ID
	for _, id := range n.pending {
		if !n.covered[id] {
			roots = append(roots, id)
		}
	}
	n.pending, n.covered = nil, map[nest.ID]bool{}
	if len(roots) == 0 {
		return nil
	}
	x, s := n.leaving()
	if s == nil {
		n.add(nest.Inst{Op: nest.Check, Args: roots, Exit: x})
	}
	return s
}
