package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about functions that go through something else than a generator expression: what
// map and filter give, or what a loop can go over by itself. They go through a generator of
// slipstream._iterators instead, whose code is interpreted in place.

// helperIDs are below those of all other functions: one may be entered inside of itself.
const helperIDs = -1 << 30

// helper is a generator of the module's.
func (n *nester) helper(name string) (*callee, *stop) {
	d, s := n.find(hostObject{path: []string{"slipstream._iterators", name}})
	if s != nil {
		return nil, s
	}
	a, err := n.asker.Ask(Question{Ask: "code", ID: d.ID})
	if err != nil || a.Function == nil {
		return nil, refuse(reason.CallDepth, name+" is not inlined: "+a.Error)
	}
	f, s := interpretable(a.Function)
	if s != nil {
		return nil, s
	}
	of := *d
	n.numbers++
	of.ID = helperIDs - n.numbers
	return &callee{code: f, desc: a.Function, of: &of}, nil
}

// plainItems goes through anything; what map and filter give has the name of its generator.
const plainItems = "items"

// generatorOver is a generator that goes through a value: its code and its locals.
func (n *nester) generatorOver(v nval) (*callee, []nval, *stop) {
	if v.kind == nGenerator {
		return n.throughGenerator(v)
	}
	name, args := plainItems, []nval{v}
	if v.kind == nIterable && v.over == overCalls {
		name, args = v.name, slices.Clone(v.items)
	}
	c, s := n.helper(name)
	for _, a := range args {
		if s == nil {
			s = n.laidOutAll(a)
		}
	}
	if s != nil {
		return nil, nil, s
	}
	locals, s := n.bindCall(c, nil, args)
	return c, locals, s
}

// laidOutAll computes what waits in a value to be gone through: it is held from now on.
func (n *nester) laidOutAll(v nval) *stop {
	if v.arr != nil {
		return n.assignable(v.arr)
	}
	for _, item := range v.items {
		if s := n.laidOutAll(item); s != nil {
			return s
		}
	}
	return nil
}

func (n *nester) throughGenerator(g nval) (*callee, []nval, *stop) {
	c, s := n.codeMade(g.val)
	if s != nil {
		return nil, nil, s
	}
	locals := make([]nval, len(c.code.slots))
	for slot := range locals {
		locals[slot] = knownVal(Val{})
	}
	locals[0] = g.items[0]
	return c, locals, nil
}

// goesThrough says that a value can be gone through in place of a generator.
func (n *nester) goesThrough(v nval) bool {
	switch v.kind {
	case nGenerator, nIterable, nRange, nList:
		return true
	case nTuple:
		return len(v.items) > 0
	}
	return n.isArray(v) && n.rankOf(v) == 1
}

func (n *nester) rankOf(v nval) int {
	if v.kind == nArray {
		return v.arr.rank()
	}
	return n.heap[v.val.Obj].Type.Rank
}

// mapOf is map, of one iterable or two.
func (n *nester) mapOf(args []nval) (nval, *stop) {
	v := nval{kind: nIterable, over: overCalls}
	switch len(args) {
	case 2:
		v.name, v.items = "mapped", args
	case 3:
		pairs := nval{kind: nIterable, over: overSeveral, items: args[1:]}
		v.name, v.items = "mapped_pairs", []nval{args[0], pairs}
	default:
		return v, wrongArguments()
	}
	return v, n.allIterable(args[1:])
}

// filterOf is filter, by a function or by what is true.
func (n *nester) filterOf(args []nval) (nval, *stop) {
	if len(args) != 2 {
		return nval{}, wrongArguments()
	}
	v := nval{kind: nIterable, over: overCalls, name: "filtered", items: args}
	if args[0].isNone() {
		v.name, v.items = "true", args[1:]
	}
	return v, n.allIterable(args[1:])
}

func (n *nester) allIterable(args []nval) *stop {
	for _, v := range args {
		if !n.goesThrough(v) || v.kind == nGenerator {
			return refuse(reason.Loop, "map or filter of what a loop does not go over")
		}
	}
	return nil
}

// keyedTaker is the taker of min or max with a key.
func keyedTaker(text string) *taker {
	return &taker{begin: nothing, item: bestKeyed(text), result: (*nester).bestItemOfKeyed}
}

var keyedTakers map[string]*taker

func init() {
	keyedTakers = map[string]*taker{"builtins.max": keyedTaker(">"), "builtins.min": keyedTaker("<")}
}

// bestKeyed keeps the first one of the items with a key that no other one is better than.
func bestKeyed(text string) func(*nester, nval, func(nval) *stop) *stop {
	return func(n *nester, v nval, on func(nval) *stop) *stop {
		v, s := n.inNumbers(v)
		if s != nil {
			return refuse(reason.UnknownValue, "the best of items that are no numbers in a loop")
		}
		best := n.now.stack[0]
		if best.kind == nKnown && best.val.Kind == Unbound {
			return on(v)
		}
		if !sameForm(best, v) {
			return refuse(reason.UnknownValue, "the best by numbers of several types in a loop")
		}
		t, s := n.better(text, v.items[0], best.items[0])
		if s != nil {
			return s
		}
		return on(n.selected(t, v, best))
	}
}

func (n *nester) bestItemOfKeyed(best nval) (nval, *stop) {
	best, s := n.bestResult(best)
	if s == nil && best.kind == nTuple {
		return best.items[1], nil
	}
	return best, s
}

// sumFrom is sum of what comes behind a first summand.
func sumFrom(start nval) *taker {
	t := *takers["builtins.sum"]
	t.begin = func(n *nester, _ *bytecode.Inst) (nval, *stop) {
		x, s := n.scalarOf(start)
		if s == nil && x.kind == nNumber && x.typ.Kind == ir.PyFloat && n.compensates() {
			x = nval{kind: nTuple, items: []nval{x, numberOf(ir.PyFloatType, n.constant(kernel.F64, 0))}}
		}
		return x, s
	}
	return &t
}
