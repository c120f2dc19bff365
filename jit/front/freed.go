package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched"
)

// freed is a local of the function to which the region gives another value, and
// the pc behind the store. CPython frees there what the local held before, and
// __del__ and the callbacks of weak references run: the region frees it when it
// hands its values over. So a region is entered only where nobody can tell.
type freed struct{ slot, next int }

// replace notes that a local is given v.
func (e *eval) replace(slot, pc int, v Val) {
	if e.inlined != nil || !e.code.CFG.MaybeBound(e.entry).Has(slot) || e.passed[slot] && e.unchanged(slot, v) {
		return
	}
	e.letGo(slot, e.code.behind(pc))
}

// letGo notes that what a local held at entry is freed later than at a place.
func (e *eval) letGo(slot, next int) {
	for _, f := range e.freed {
		if f.slot == slot {
			return
		}
	}
	e.freed = append(e.freed, freed{slot, next})
}

// A local that nothing reads any more holds its value all the same: a weak
// reference or an address outlives what else refers to the object. That shows
// for objects from before the region, and for those that it hands over or whose
// memory is theirs; others nobody has seen.

// handedOver are the values that Python gets at pc, and those whose memory
// they may have.
func (e *eval) handedOver(pc int) map[ir.ID]bool {
	seen := map[ir.ID]bool{}
	for _, v := range e.stack {
		e.reach(v, seen)
	}
	for slot, v := range e.locals {
		if e.live(pc, slot) && !e.unchanged(slot, v) {
			e.reach(v, seen)
		}
	}
	return seen
}

// heldToTheEnd stores the locals that hold objects from before the region: they are
// freed in the order of the locals, by which other locals may tell. Where
// nothing ran before the region none of these is of this call. Views are not
// made for this: the region is entered where nobody can tell when what they
// are of is freed.
func (e *eval) heldToTheEnd(x *Exit) ([]ir.ID, *stop) {
	var args []ir.ID
	if e.entry == e.code.FirstPC() {
		return nil, nil
	}
	for slot, v := range e.locals {
		if e.code.slots[slot].Boxed() || e.unchanged(slot, v) || !e.keeps(v, nil) {
			continue
		}
		if v.Kind == ArrayVal && e.fn.Values[e.heap[v.Obj].ID].Op != ir.Input {
			e.outlived(e.heap[v.Obj].ID)
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

// store has the exit store a value, which goes behind its other arguments, into a local.
func (x *Exit) store(slot int, id ir.ID, args []ir.ID) []ir.ID {
	x.Stores = append(x.Stores, slot)
	return append(args, id)
}

// outlived notes the locals with what a view is of.
func (e *eval) outlived(id ir.ID) {
	seen := map[ir.ID]bool{}
	e.reachMemory(id, seen)
	for _, in := range e.inputs {
		if seen[in.ID] && in.Source == sched.FromArg {
			e.viewed = append(e.viewed, e.args[in.Index])
		}
	}
}

func (e *eval) reach(v Val, seen map[ir.ID]bool) {
	for _, item := range v.Items {
		e.reach(item, seen)
	}
	switch v.Kind {
	case Made:
		for _, part := range e.partsOf(v) {
			e.reach(part, seen)
		}
	case ArrayVal:
		e.reachMemory(e.heap[v.Obj].ID, seen)
	case Result:
		e.reachMemory(v.ID, seen)
	}
}

func (e *eval) reachMemory(id ir.ID, seen map[ir.ID]bool) {
	if id == ir.None || seen[id] {
		return
	}
	seen[id] = true
	switch v := &e.fn.Values[id]; v.Op {
	case ir.View, ir.Transpose, ir.Call:
		for _, a := range v.Args {
			e.reachMemory(a, seen)
		}
	}
}

// keeps says that a local's value shows to be held.
func (e *eval) keeps(v Val, seen map[ir.ID]bool) bool {
	switch v.Kind {
	case Slot, Object, BoundMethod, Bound, SuperOf, Flags:
		return true
	case ArrayVal:
		return e.memoryShows(e.heap[v.Obj].ID, seen)
	case Made:
		if v.From > 0 {
			return true
		}
		return slices.ContainsFunc(e.partsOf(v), func(part Val) bool { return e.keeps(part, seen) })
	case Result:
		return seen[v.ID] || v.Num == shared && e.memoryShows(v.ID, seen)
	case Tup, List, Dict:
		if v.Kind == Tup && v.From > 0 {
			return true
		}
		return slices.ContainsFunc(v.Items, func(item Val) bool { return e.keeps(item, seen) })
	}
	return false
}

// memoryShows says that an array is, or has the memory of, one from before the region
// or one of seen.
func (e *eval) memoryShows(id ir.ID, seen map[ir.ID]bool) bool {
	v := &e.fn.Values[id]
	switch {
	case seen[id] || v.Op == ir.Input:
		return true
	case v.Op == ir.View || v.Op == ir.Transpose || v.Op == ir.Call && e.mayShare(id):
		return slices.ContainsFunc(v.Args, func(a ir.ID) bool { return a != ir.None && e.memoryShows(a, seen) })
	}
	return false
}

// mayShare says that a call's result may be a view of what it was passed.
func (e *eval) mayShare(id ir.ID) bool {
	for _, o := range e.heap {
		if o.ID == id {
			return o.Fixed
		}
	}
	return true
}

// behind is the pc of the instruction that follows the one at pc.
func (f *Function) behind(pc int) int {
	for _, in := range f.Program.Insts[f.at[pc]:] {
		if in.PC > pc {
			return in.PC
		}
	}
	return -1
}

// frees lists the locals whose values at entry are freed late by a region that
// ends at end: all but the one whose store is the last thing that it does, and
// those that another guard knows; and those that views would keep longer.
func (e *eval) frees(end int) (late sched.Frees, behind []int) {
	late.Locals, late.Depth = len(e.code.slots), e.depth
	for i, f := range e.freed {
		if (i < len(e.freed)-1 || f.next != end) && !e.silent(f.slot) {
			of := sched.Local{Slot: f.slot, Arg: slices.Index(e.args, f.slot)}
			late.Of, behind = append(late.Of, of), append(behind, f.next)
		}
	}
	for _, slot := range e.viewed {
		of := sched.Local{Slot: slot, Arg: slices.Index(e.args, slot)}
		if !slices.Contains(late.Of, of) {
			late.Of = append(late.Of, of)
		}
	}
	return late, behind
}

// silent says that a local is guarded to be a number, or an object that the
// region holds.
func (e *eval) silent(slot int) bool {
	n := slices.Index(e.args, slot)
	return slices.ContainsFunc(e.inputs, func(in Input) bool {
		number := in.Type.Kind >= ir.NpScalar && in.Type.Kind <= ir.PyComplex
		return in.Source == sched.FromArg && in.Index == n && (number || in.Equal >= 0)
	})
}
