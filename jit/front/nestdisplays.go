package front

import (
	"slipstream/bytecode"
)

// This file is about how dicts and sets are made in a nest: by calls, displays and comprehensions.

// newTable is a function that makes an empty container.
func newTable(kind containerKind) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) > 0 {
			return nval{}, wrongArguments()
		}
		return n.newContainer(kind)
	}
}

// defaultDict is collections.defaultdict of a type.
func (n *nester) defaultDict(args []nval) (nval, *stop) {
	kinds := map[string]containerKind{"builtins.int": defaultInt, "builtins.float": defaultFloat, "builtins.list": defaultList}
	if len(args) != 1 || args[0].kind != nKnown || args[0].val.Kind != Host || kinds[args[0].val.Desc.Name] == 0 {
		return nval{}, wrongArguments()
	}
	return n.newContainer(kinds[args[0].val.Desc.Name])
}

// buildMap makes a dict of the keys and values on the stack.
func (n *nester) buildMap(in *bytecode.Inst) *stop {
	of, s := n.newContainer(aDict)
	for i := 0; i < 2*in.Arg && s == nil && !n.again; i += 2 {
		at := len(n.now.stack) - 2*in.Arg + i
		s = n.put(of, n.now.stack[at], n.now.stack[at+1])
	}
	n.popN(2 * in.Arg)
	n.push(of)
	return s
}

// buildConstKeyMap makes a dict of the values on the stack, and a tuple of keys on top of them.
func (n *nester) buildConstKeyMap(in *bytecode.Inst) *stop {
	keys, values := n.pop(), n.popN(in.Arg)
	of, s := n.newContainer(aDict)
	for i := 0; i < len(values) && s == nil && !n.again; i++ {
		s = n.put(of, keys.items[i], values[i])
	}
	n.push(of)
	return s
}

// buildSet makes a set of what is on the stack.
func (n *nester) buildSet(in *bytecode.Inst) *stop {
	items := n.popN(in.Arg)
	of, s := n.newContainer(aSet)
	for i := 0; i < len(items) && s == nil && !n.again; i++ {
		s = n.put(of, items[i], none())
	}
	n.push(of)
	return s
}

// setAdd and mapAdd put something in in a comprehension.
func (n *nester) setAdd(in *bytecode.Inst) *stop {
	v := n.pop()
	return n.put(n.now.stack[len(n.now.stack)-in.Arg], v, none())
}

func (n *nester) mapAdd(in *bytecode.Inst) *stop {
	v := n.popN(2)
	return n.put(n.now.stack[len(n.now.stack)-in.Arg], v[0], v[1])
}
