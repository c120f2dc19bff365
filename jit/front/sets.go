package front

import (
	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about sets of texts, types, classes and shapes, which are asked how many they
// are and whether something is among them. In which order they come nobody knows; a set
// never leaves the region.

func (e *eval) buildSet(in *bytecode.Inst) *stop {
	set := Val{Kind: Set, Obj: e.identity()}
	for _, item := range e.popN(in.Arg) {
		var s *stop
		if set, s = e.withItem(set, item); s != nil {
			return s
		}
	}
	e.push(set)
	return nil
}

// setAdd adds one item, the way {x for x in y} is written.
func (e *eval) setAdd(in *bytecode.Inst) *stop {
	item := e.pop()
	at := len(e.stack) - in.Arg
	if at < 0 || e.stack[at].Kind != Set {
		return refuse(reason.Opcode, "a set made of something iterable")
	}
	set, s := e.withItem(e.stack[at], item)
	e.stack[at] = set
	return s
}

// withItem is the set with an item, which may be there already.
func (e *eval) withItem(set, item Val) (Val, *stop) {
	item, s := e.look(item)
	if s != nil {
		return set, s
	}
	if !inSets(item) {
		return set, refuse(reason.NotConstant, "a set of values known only at run time")
	}
	if item.Kind == Tup {
		if s := e.onlyInts(item.Items); s != nil {
			return set, s // others may have no hash
		}
	}
	for _, other := range set.Items {
		equal, s := e.equalInSet(item, other)
		if s != nil || equal {
			return set, s
		}
	}
	set.Items = append(append([]Val(nil), set.Items...), item)
	return set, nil
}

// inSets says that v is hashed and compared without a program's code.
func inSets(v Val) bool {
	switch v.Kind {
	case Const:
		return comparedByText(v)
	case Tup:
		return true // of integers: see equalInSet
	}
	return ofDType(v) || v.Kind == Host && pinned[v.Desc.Kind] && v.Desc.Why == ""
}

func (e *eval) equalInSet(a, b Val) (bool, *stop) {
	switch {
	case a.Kind == Tup && b.Kind == Tup:
		return e.sameLengths(a.Items, b.Items)
	case a.Kind == Const && b.Kind == Const:
		return a.Const.Equal(b.Const), nil
	case ofDType(a) && ofDType(b):
		return a.Desc.Name == b.Desc.Name, nil
	case bothPinned(a, b):
		return a.Desc.ID == b.Desc.ID, nil
	case ofDType(a) || ofDType(b): // a class or a text may name a type
		return false, refuse(reason.NotConstant, "a set of types and of what may name them")
	}
	return false, nil
}
