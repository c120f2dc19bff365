package front

import (
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about texts, and tuples of literals, in locals. A region knows such a value by a guard that it is this very
// one. Where only statements read it that are left to Python anyway, all is interpreted anew without looking at it: it
// may be another one in each round of a loop around.

// readText is a local with such a value, by what reads it.
type readText struct {
	left   map[int]bool // statements that are left though it is known, by their pc
	needed bool         // it is of use elsewhere
}

func isLiteralInput(d *Desc) bool {
	return d != nil && d.Kind == KindConst && d.Const != nil && (d.Const.T == "str" || d.Const.T == "bytes" || d.Const.T == "tuple")
}

// unread refuses to look at a local whose value is of no use.
func (n *nester) unread(v Val) *stop {
	if n.inlined != nil || v.Kind != Slot {
		return nil
	}
	if t := n.texts[v.Num]; t != nil && !t.needed {
		n.unreadSlot = v.Num
		return refuse(reason.UnknownValue, "a text, or a tuple of literals, that only Python reads")
	}
	return nil
}

// rereads says that all is to be interpreted anew since a statement that is left has read such a value for nothing, or
// another one wants it.
func (n *nester) rereads() bool {
	if n.stmt == nil || n.inlined != nil {
		return false
	}
	if t := n.texts[n.unreadSlot]; n.unreadSlot >= 0 && t != nil {
		n.unreadSlot = -1
		t.needed = !t.left[n.stmt.pc]
		n.again = n.again || t.needed
		return t.needed
	}
	for _, in := range n.eval.inputs[min(n.stmt.inputs, len(n.eval.inputs)):] {
		if in.Source != sched.FromArg || !isLiteralInput(in.sample) || in.Index >= len(n.eval.args) {
			continue
		}
		slot := n.eval.args[in.Index]
		if t := n.texts[slot]; t == nil {
			n.texts[slot] = &readText{left: map[int]bool{}}
		} else if t.needed {
			continue
		}
		n.texts[slot].left[n.stmt.pc] = true
		n.again = true
	}
	return n.again
}
