package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about loops that Python has begun, or has gone on with since compiled code
// left them in the middle: a region enters them where a round begins. The call that
// runs meanwhile keeps the code that it began with, so this region's stub stands in the
// code, with all ways out that it may ever have, before anybody knows its types.

// maxResumeWords bounds the values that the ways out of such a region hand over, which are
// instructions of the stub.
const maxResumeWords = 600

// Resume is a place where a round of a loop begins, and a region can go on with the loop.
type Resume struct {
	PC     int
	Take   int    // iterators on the stack that become the region's
	Begins bool   // no round begins there but the loop itself: the region may go on behind it
	Around int    // the loop that Python goes on with meanwhile, or -1
	Exits  []Exit // all that it may have
}

// leaves notes that a loop is Python's.
func (f *Function) leaves(loop int) {
	if f.pythons == nil {
		f.pythons = map[int]bool{}
	}
	f.pythons[loop] = true
}

// around is the innermost loop around another one that is known to be Python's, or -1.
func (f *Function) around(loop int) int {
	for loop = f.CFG.Loops[loop].Parent; loop >= 0 && !f.pythons[loop]; {
		loop = f.CFG.Loops[loop].Parent
	}
	return loop
}

// Begins describes the entry where a loop begins that is in no other one but Python's: in a call that is under
// way it serves as in all later ones.
func (f *Function) Begins(pc int) (Resume, bool) {
	r := Resume{PC: pc, Begins: true, Around: -1}
	l := f.loopAt(pc)
	if l < 0 || f.CFG.HandlerOnly(f.CFG.BlockAt(pc)) {
		return r, false
	}
	if r.Around = f.CFG.Loops[l].Parent; r.Around >= 0 {
		return r, f.pythons[r.Around] && f.allExits(&r, append([]int{pc}, f.reached(l, r.Around)...))
	}
	if f.starts[pc] == 0 { // else in a with block, which is left first
		r.Exits = []Exit{{PC: -1, Return: true}, {PC: -1, Return: true, None: true}}
	}
	pcs := []int{pc}
	f.walk(f.CFG.BlockAt(pc), func(b int) bool {
		pcs = append(pcs, f.places(b)...)
		return true
	})
	slices.Sort(pcs)
	pcs = slices.DeleteFunc(pcs, func(to int) bool { return to < pc })
	return r, f.allExits(&r, slices.Compact(pcs))
}

// Rounds lists where the loops of a function can be entered.
func (f *Function) Rounds() []Resume {
	var all []Resume
	for l := range f.CFG.Loops {
		if r, ok := f.round(l); ok {
			all = append(all, r)
		}
	}
	return all
}

// LoopStarts lists the statements that begin loops which are in no other one.
func (f *Function) LoopStarts() []Resume {
	var all []Resume
	for pc := range f.starts {
		if r, ok := f.Begins(pc); ok {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b Resume) int { return a.PC - b.PC })
	return all
}

// round describes the entry into a loop, if there is a place for one: what lies on the
// stack there are iterators, but for what lay there in front of all loops.
func (f *Function) round(loop int) (Resume, bool) {
	pc := f.roundStart(loop)
	if pc < 0 || f.CFG.HandlerOnly(f.CFG.BlockAt(pc)) || f.starts[pc]-f.iterators(loop) != f.below(loop) {
		return Resume{}, false
	}
	if h := f.Program.Handler(pc); h != nil && h.Depth > f.below(loop)+f.iterators(f.around(loop)) {
		return Resume{}, false // it wants the iterators
	}
	r := Resume{PC: pc, Around: f.around(loop)}
	r.Take = f.iterators(loop) - f.iterators(r.Around)
	return r, f.allExits(&r, f.reached(loop, r.Around))
}

// below is how many values lie on the stack in front of a loop and those around it.
func (f *Function) below(loop int) int {
	for f.CFG.Loops[loop].Parent >= 0 {
		loop = f.CFG.Loops[loop].Parent
	}
	header := f.CFG.Blocks[f.CFG.Loops[loop].Header]
	return f.CFG.DepthAt(header.PC) - f.iterators(loop)
}

// allExits adds the exits to places, if they are not too many.
func (f *Function) allExits(r *Resume, pcs []int) bool {
	words := 0
	for _, to := range pcs {
		xs, ok := f.exitsFrom(r, to)
		if !ok {
			return false
		}
		for _, x := range xs {
			words += len(x.Stores) + len(x.Push) + 1
		}
		r.Exits = append(r.Exits, xs...)
	}
	return words <= maxResumeWords
}

// roundStart is the first statement start of a loop's rounds: behind the assignment of a
// for statement's item.
func (f *Function) roundStart(loop int) int {
	g := f.CFG
	header := g.Blocks[g.Loops[loop].Header].PC
	if in := f.Program.Insts[f.at[header]]; in.Op == bytecode.ForIter {
		header = in.End
	}
	pc := f.NextStart(header)
	if pc < 0 || g.LoopOf(g.BlockAt(pc)) != loop {
		return -1
	}
	for _, latch := range g.Loops[loop].Latches {
		if !g.Dominates(g.BlockAt(pc), latch) {
			return -1
		}
	}
	return pc
}

// iterators counts those on the stack in a loop.
func (f *Function) iterators(loop int) int {
	count := 0
	for ; loop >= 0; loop = f.CFG.Loops[loop].Parent {
		if f.Program.Insts[f.CFG.Blocks[f.CFG.Loops[loop].Header].First].Op == bytecode.ForIter {
			count++
		}
	}
	return count
}

// reached lists where a region that has entered a loop, in one of Python's, may hand over: the places
// in the loops that it goes on with where Python can, and the first ones behind them.
func (f *Function) reached(loop, around int) []int {
	for f.CFG.Loops[loop].Parent != around {
		loop = f.CFG.Loops[loop].Parent
	}
	inside := f.CFG.Loops[loop].Blocks
	var pcs []int
	f.walk(f.CFG.Loops[loop].Header, func(b int) bool {
		places := f.places(b)
		if inside.Has(b) {
			pcs = append(pcs, places...)
			return true
		}
		pcs = append(pcs, places[:min(1, len(places))]...)
		return len(places) == 0
	})
	slices.Sort(pcs)
	return pcs
}

// walk visits a block and those behind it, as far as visit wants to go on.
func (f *Function) walk(block int, visit func(b int) bool) {
	seen, work := map[int]bool{block: true}, []int{block}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		if !visit(b) {
			continue
		}
		for _, to := range f.CFG.Blocks[b].Succ {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
}

// places are those in a block where a region may hand over.
func (f *Function) places(b int) []int {
	var pcs []int
	for _, in := range f.Program.Insts[f.CFG.Blocks[b].First:f.CFG.Blocks[b].End] {
		if f.handsOver(&in) {
			pcs = append(pcs, in.PC)
		}
	}
	return pcs
}

// handsOver says that a nest may leave in front of an instruction: a statement, the next
// round of a for statement, or a block that begins inside of a statement.
func (f *Function) handsOver(in *bytecode.Inst) bool {
	if in.Mid {
		return false
	}
	b := f.CFG.BlockAt(in.PC)
	leads := b >= 0 && f.CFG.Blocks[b].PC == in.PC && f.CFG.DepthAt(in.PC) == f.iterators(f.CFG.LoopOf(b))
	_, start := f.starts[in.PC]
	return start || leads || in.Op == bytecode.ForIter
}

// exitsFrom are the forms of the exit to a place: all locals that the function assigns and
// that are read behind it are stored, and those that the region has been passed. Of
// two that may be unbound there each may be stored or not.
func (f *Function) exitsFrom(r *Resume, pc int) ([]Exit, bool) {
	const mostUncertain = 2
	x, uncertain := Exit{PC: pc}, []int(nil)
	pushes := f.CFG.DepthAt(pc) - (f.starts[r.PC] - r.Take)
	if pushes < 0 {
		return nil, true // behind a with block, which Python leaves
	}
	live, unbound := f.CFG.LiveIn(pc), f.CFG.MaybeUnbound(pc)
	passed := f.ArgsAt(r.PC)
	for slot := range f.slots {
		switch {
		case !f.assigned[slot]:
		case f.slots[slot].Boxed():
			return nil, false
		case slices.Contains(passed, slot) || live.Has(slot) && !unbound.Has(slot):
			x.Stores = append(x.Stores, slot)
		case live.Has(slot):
			uncertain = append(uncertain, slot)
		}
	}
	if len(uncertain) > mostUncertain {
		return nil, false
	}
	for range pushes {
		x.Push = append(x.Push, PushedValue)
	}
	xs := []Exit{x}
	for _, slot := range uncertain {
		for _, y := range slices.Clone(xs) {
			y.Stores = append(slices.Clone(y.Stores), slot)
			xs = append(xs, y)
		}
	}
	return xs, true
}

// newExit describes leaving at pc: with what has changed, or, where the stub cannot change any
// more, in the one form that there is.
func (n *nester) newExit(pc int) (int, []ir.ID, *stop) {
	if n.resume == nil {
		return n.exitAt(pc)
	}
	n.eval.handed = nil
	for _, x := range n.resume.Exits {
		if x.PC != pc || !n.storesAllAt(&x) {
			continue
		}
		args, s := n.storedAt(&x)
		n.exits = append(n.exits, Exit{PC: pc, Stores: x.Stores})
		return len(n.exits) - 1, args, s
	}
	return 0, nil, refuse(reason.CodeShape, fmt.Sprintf("an exit to pc %d, which nobody has foreseen", pc))
}

// storesAllAt says that an exit stores what has a value and is read behind it, and no more.
func (n *nester) storesAllAt(x *Exit) bool {
	for slot, v := range n.locals {
		has := v.Kind != Unbound || n.passed[slot]
		stored := slices.Contains(x.Stores, slot)
		if n.code.assigned[slot] && n.live(x.PC, slot) && has != stored {
			return false
		}
	}
	return true
}

// storedAt are the values of an exit's locals. What nobody reads any more is emptied.
func (n *nester) storedAt(x *Exit) ([]ir.ID, *stop) {
	var args []ir.ID
	seen := n.eval.handedOver(x.PC)
	for _, slot := range x.Stores {
		v := n.locals[slot]
		live := n.live(x.PC, slot)
		if v.Kind == Unbound && live {
			return nil, refuse(reason.UnboundLocal, fmt.Sprintf("%q has no value behind the loop", n.code.slots[slot].Name))
		}
		if v.Kind == Unbound || !live && !n.unchanged(slot, v) && !n.keeps(v, seen) {
			v = constVal(noneConst)
		}
		id, s := n.storedID(slot, v)
		if s != nil {
			return nil, s
		}
		args = append(args, id)
	}
	return args, nil
}

// storedID is a local's value as it is handed over: an object that the region does not look at
// just passes through.
func (n *nester) storedID(slot int, v Val) (ir.ID, *stop) {
	if v.Kind != Slot || v.Num != slot {
		return n.idOf(v)
	}
	in := Input{Source: sched.FromArg, Index: n.argIndex(slot), Type: ir.ObjectType, Equal: -1, Name: n.code.slots[slot].Name, sample: n.descs[slot]}
	return n.inputID(n.input(in)), nil
}

// takeOverIterators puts the iterators that the region goes on with on the nest's stack.
func (n *nester) takeOverIterators(descs []*Desc) *stop {
	for i := range n.resume.Take {
		at := len(n.eval.args) + i
		v, s := n.inputValue(sched.FromArg, at, descs[at], "an iterator")
		if s != nil {
			return s
		}
		it, s := n.begun(v)
		if s != nil {
			return s
		}
		n.push(it)
	}
	return nil
}

// rounds says that the region begins where a round of a loop does.
func (n *nester) rounds() bool { return n.resume != nil && !n.resume.Begins }

// begun is an iterator as the host describes it: a tuple of its kind and what it goes on with.
func (n *nester) begun(v Val) (nval, *stop) {
	unknown := refuse(reason.Loop, "a loop over something else than ranges and arrays")
	if v.Kind != Tup || len(v.Items) < 2 || v.Items[0].Kind != Const {
		return nval{}, unknown
	}
	items := v.Items[1:]
	switch v.Items[0].Const.V {
	case "range":
		it := nval{kind: nIter, over: overRange}
		return it, n.counted(&it, items)
	case "array", "reversed":
		it, s := n.begunArray(items[0], items[1])
		it.back = v.Items[0].Const.V == "reversed"
		return it, s
	case "list":
		return n.begunList(items[0], items[1])
	case "enumerate":
		it := nval{kind: nIter, over: overCount}
		if s := n.counted(&it, items[:1]); s != nil {
			return nval{}, s
		}
		return n.begunInner(it, items[1:])
	case "flat", "ndenumerate":
		return n.begunElements(v.Items[0].Const.V, items)
	case "product", "combinations", "combinations_with_replacement":
		return n.begunPools(v.Items[0].Const.V, items)
	case "zip":
		return n.begunInner(nval{kind: nIter, over: overSeveral}, items)
	}
	return nval{}, unknown
}

func (n *nester) begunInner(it nval, items []Val) (nval, *stop) {
	for _, item := range items {
		inner, s := n.begun(item)
		if s != nil {
			return nval{}, s
		}
		it.items = append(it.items, inner)
	}
	return it, nil
}

func (n *nester) begunArray(of, next Val) (nval, *stop) {
	it, s := n.iterOf(knownVal(of))
	if s != nil {
		return nval{}, s
	}
	it.items = nil
	return it, n.counted(&it, []Val{next})
}

// counted gives an iterator its numbers.
func (n *nester) counted(it *nval, of []Val) *stop {
	for _, v := range of {
		x, s := n.number(knownVal(v))
		if s != nil {
			return s
		}
		it.items = append(it.items, x)
	}
	return nil
}

// behindResumed says that the loops that the region goes on with are over, or that which it is in one of Python's.
func (n *nester) behindResumed(in *bytecode.Inst) bool {
	inside := n.resume != nil && n.resume.Around >= 0 && in.PC != n.from
	return (n.rounds() || inside) && n.inlined == nil && n.code.handsOver(in) && n.innermost(in.PC) < 0
}
