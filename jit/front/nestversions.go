package front

import (
	"fmt"
	"slices"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about the ways between blocks: each place has a block for each set of types
// that comes there.

// jumpTo ends the block with a way to pc.
func (n *nester) jumpTo(pc int) *stop {
	edge, s := n.edge(pc)
	if s == nil {
		n.f.Blocks[n.block].Term.Edges = []nest.Edge{edge}
	}
	return s
}

// fork ends the block with two ways.
func (n *nester) fork(condition nest.ID, yes, no int) *stop {
	first, s := n.edge(yes)
	if s != nil {
		return s
	}
	second, s := n.edge(no)
	if s == nil {
		n.branches()
		n.f.Blocks[n.block].Term = nest.Term{Cond: condition, Edges: []nest.Edge{first, second}, Exit: -1}
	}
	return s
}

// edge leads to the version of pc for the present state, or out of the loop.
func (n *nester) edge(pc int) (nest.Edge, *stop) {
	n.holding = nil // what comes along lies on the stack again
	s := n.settle()
	if s == nil {
		s = n.computeWaiting()
	}
	if s != nil {
		return nest.Edge{}, s
	}
	n.flush()
	if n.function().CFG.BlockAt(pc) < 0 {
		return nest.Edge{}, refuse(reason.CodeShape, "a jump into an instruction")
	}
	return n.version(pc)
}

// version finds or makes the block for pc and the types of the present state.
func (n *nester) version(pc int) (nest.Edge, *stop) {
	state, s := n.general(pc)
	if s != nil {
		return nest.Edge{}, s
	}
	key, values := fmt.Sprintf("%d", pc), []nest.ID{}
	goesOn := state.call != nil || slices.ContainsFunc(state.stack, func(v nval) bool { return v.kind != nIter })
	n.inside = goesOn
	if goesOn && n.stmt != nil {
		key += fmt.Sprintf(" in %d %v %v", n.stmt.number, n.now.stored, n.now.kept)
	}
	if state.call != nil {
		key += fmt.Sprintf(" call %d", state.call.number)
	}
	objects := map[int]int{}
	for _, list := range [][]nval{state.locals, state.stack, state.attrs} {
		for _, v := range list {
			text, s := n.signature(v)
			if s != nil {
				return nest.Edge{}, s
			}
			key += ";" + text + v.shares(objects)
			values = append(values, v.ids()...)
		}
	}
	values = append(values, state.poll)
	v := n.versions[key]
	if v == nil {
		place := fmt.Sprint(pc, state.walked())
		if n.counts[place]++; n.counts[place] > n.maxVersions(pc) && !goesOn {
			return nest.Edge{}, refuse(reason.TooLarge, "values of many sets of types meet at one place")
		}
		v = &version{pc: pc, block: n.f.NewBlock()}
		if goesOn {
			v.stmt = n.stmt
		} else {
			state.stored, state.kept = false, false
		}
		v.state = n.parameters(v.block, state)
		n.versions[key] = v
		n.work = append(n.work, v)
	}
	edge := nest.Edge{To: v.block, Args: values}
	if !goesOn {
		edge = n.forgetOn(edge)
	}
	return edge, nil
}

// maxVersions bounds the sets of types at a place.
func (n *nester) maxVersions(pc int) int {
	if n.inlined == nil && n.innermost(pc) < 0 {
		return maxNestEnds
	}
	return maxNestVersions
}

// general is the present state as it is at pc: without what nobody reads any more,
// and with numbers in the place of constants where the loop has others there, too.
func (n *nester) general(pc int) (nestState, *stop) {
	if s := n.computeAll(&n.now, nval{}); s != nil {
		return n.now, s
	}
	for i, v := range n.now.stack {
		if s := n.firmAll(v); s != nil {
			return n.now, s
		}
		v, s := n.solid(v)
		if s != nil {
			return n.now, s
		}
		n.now.stack[i] = v
	}
	state, live := n.now.clone(), n.function().CFG.LiveIn(pc)
	for slot, v := range state.locals {
		switch {
		case n.fixed(slot):
			continue
		case !live.Has(slot):
			state.locals[slot] = nval{kind: nDead}
			continue
		}
		v, s := n.resolved(v)
		if s != nil {
			return state, s
		}
		state.locals[slot] = v
	}
	state.attrs = n.withAll(state.attrs)
	for _, list := range [][]nval{state.stack, state.attrs} {
		for i, v := range list {
			v, s := n.resolved(v)
			if s != nil {
				return state, s
			}
			list[i] = v
		}
	}
	return state, nil
}

// fixed says that a local holds in the whole nest what it held before.
func (n *nester) fixed(slot int) bool { return n.inlined == nil && !n.assigned[slot] }

// resolved makes numbers of constants and of what has not been looked at.
func (n *nester) resolved(v nval) (nval, *stop) {
	if v.kind == nTuple {
		return v.eachItem(n.resolved)
	}
	if v.kind != nKnown || v.val.Kind == Unbound || v.val.Kind == Slot && isLiteralInput(n.descs[v.val.Num]) {
		return v, nil
	}
	known, s := n.look(v.val)
	switch {
	case s != nil && v.val.Kind == Slot && n.code.slots[v.val.Num].Boxed():
		return v, nil // it may be empty so far: its cell lives in the whole function
	case s != nil:
		return v, s
	}
	if v = tupleOf(known); v.kind == nTuple {
		return n.resolved(v)
	}
	if !v.numeric() && !v.isComplex() {
		return v, nil
	}
	return n.scalarOf(v)
}

// parameters gives a block parameters for the numbers of a state.
func (n *nester) parameters(block int, state nestState) nestState {
	fresh := func(of nval) nval {
		return of.with(func(id nest.ID) nest.ID {
			param := n.f.Add(block, nest.Inst{Op: nest.Param, Type: n.f.Type(id)})
			if length, known := n.foreseenLength(id); known && of.kind == nArray {
				n.lengthsSeen[param] = seenLength{length, true}
			}
			return param
		})
	}
	for slot, v := range state.locals {
		if !n.fixed(slot) {
			state.locals[slot] = fresh(v)
		}
	}
	for _, list := range [][]nval{state.stack, state.attrs} {
		for i, v := range list {
			list[i] = fresh(v)
		}
	}
	state.poll = n.f.Add(block, nest.Inst{Op: nest.Param, Type: kernel.I64})
	return state
}
