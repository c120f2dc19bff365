package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about a nest's locals.

func (n *nester) loadFast(in *bytecode.Inst) *stop {
	v := n.now.locals[in.Arg]
	if v.waits() && !n.inRounds && !n.function().neededBehind(n.function().indexOf(in), in.Arg) {
		n.now.locals[in.Arg] = nval{kind: nDead}
	}
	return n.loadLocal(v, in)
}

func (n *nester) loadLocal(v nval, in *bytecode.Inst) *stop {
	switch {
	case v.kind == nDead || v.kind == nKnown && v.val.Kind == Unbound:
		return refuse(reason.UnboundLocal, fmt.Sprintf("%q may be unbound here", n.function().slots[in.Arg].Name))
	case v.kind == nKnown:
		s := n.unread(v.val)
		if s == nil {
			v, s = n.known(v.val)
		}
		if s != nil {
			return s
		}
	}
	n.push(v)
	return nil
}

func (n *nester) storeFast(in *bytecode.Inst) *stop {
	v := n.pop()
	if n.inlined != nil && n.function().slots[in.Arg].Boxed() {
		return refuse(reason.Escapes, "a variable that functions share is assigned in a loop")
	}
	if v.kind == nDead || v.kind == nKnown && (v.val.Kind == Unbound || v.val.Kind == Slot && v.val.Num == in.Arg) {
		n.now.locals[in.Arg] = v
		return nil
	}
	if n.inlined != nil && v.who == inList { // nobody sees who holds it there
		n.now.locals[in.Arg] = v
		return nil
	}
	if n.mayWait(in, v) {
		n.wait(in, v)
		return nil
	}
	v, s := n.assignableValue(v)
	if s == nil {
		n.now.locals[in.Arg] = n.held(v)
	}
	return s
}

// deleteFast leaves a local without a value.
func (n *nester) deleteFast(in *bytecode.Inst) *stop {
	v := n.now.locals[in.Arg]
	if v.kind == nDead || v.kind == nKnown && v.val.Kind == Unbound {
		return refuse(reason.UnboundLocal, "del of a name that may be unbound")
	}
	n.now.locals[in.Arg] = knownVal(Val{})
	return nil
}

// assignedKinds are what a local, or an attribute, can become of what is known.
var assignedKinds = []ValKind{Const, ArrayVal, Runtime, Host, Object}

// assignableValue makes a value what a local, or an attribute, can hold.
func (n *nester) assignableValue(v nval) (nval, *stop) {
	if s := n.mayHold(v); s != nil {
		return v, s
	}
	switch {
	case isListLiteral(v):
		return n.asList(v)
	case v.kind == nNumber || v.kind == nComplex || v.kind == nList:
		return v, nil
	case v.kind == nArray:
		return v, n.assignable(v.arr)
	case v.kind == nTuple:
		v, s := n.solid(v)
		if s != nil {
			return v, s
		}
		return v, n.assignableTuple(v)
	case v.kind == nKnown && slices.Contains(assignedKinds, v.val.Kind):
		return v, nil
	}
	return v, refuse(reason.Escapes, "a local that is no number is assigned in a loop")
}
