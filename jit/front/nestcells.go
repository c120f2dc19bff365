package front

import (
	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about variables that functions inside of a function share with it. While a
// nest runs no other code does: it has them as its other locals, and their cells get their
// values where it is left.

// loadDeref reads a variable that the function assigns, or one that holds in the whole nest
// what it held before.
func (n *nester) loadDeref(in *bytecode.Inst) *stop {
	c, s := n.cellAt(in.Arg)
	switch {
	case s != nil:
		return s
	case (c.Desc != nil || c.From > 0) && n.shares: // it may be one of the function's own
		return refuse(reason.TwoEffects, "a closure variable of another function in a loop that assigns one")
	case c.Desc == nil && c.Num < len(n.code.slots) && n.assigned[c.Num]:
		return n.loadLocal(n.outermostState().locals[c.Num], in)
	}
	return n.loadKnown(in)
}

// outermostState is that of the function itself.
func (n *nester) outermostState() *nestState {
	state := &n.now
	for state.call != nil {
		state = &state.call.caller
	}
	return state
}
