package front

import (
	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/nest"
)

// This file is about for statements over map: each round begins with a call, in whose place the
// function's code is interpreted. Where the loop is left, Python gets a map over what is left.

// overMap makes the iterator of a for statement over map, of functions that an exit can hand over.
func (n *nester) overMap(v nval) (nval, *stop) {
	f := v.items[0]
	if v.name != "mapped" && v.name != "mapped_pairs" || f.kind != nKnown || f.val.Kind != Host && f.val.From == 0 {
		return nval{}, refuse(reason.Loop, "a loop over filter, or map of a function that was made here")
	}
	inner, s := n.iterOf(v.items[1])
	if s == nil && inner.over == overItems {
		s = refuse(reason.Loop, "a loop over map of a few things of several types")
	}
	return nval{kind: nIter, over: overMapped, name: v.name, items: []nval{inner, f}}, s
}

// nextMapped begins a round of such a loop, or goes on behind it.
func (n *nester) nextMapped(in *bytecode.Inst, it nval) *stop {
	s := n.split(n.more(it.items[0]), func() *stop {
		x, inner := n.nextItem(it.items[0])
		n.push(nval{kind: nIter, over: overMapped, name: it.name, items: []nval{inner, it.items[1]}})
		args := []nval{x}
		if it.name == "mapped_pairs" {
			args = x.items
		}
		return n.callOn(in, it.items[1], args)
	}, func() *stop { return n.jumpTo(in.Target) })
	n.entered = false
	return s
}

// callOn calls a function, and goes on behind the instruction with what it gives.
func (n *nester) callOn(in *bytecode.Inst, f nval, args []nval) *stop {
	call := *in
	call.Op, call.Arg, call.KwNames = bytecode.Call, len(args), nil
	n.push(knownVal(Val{Kind: Null}))
	n.push(f)
	for _, v := range args {
		n.push(v)
	}
	n.entered = false
	if s := n.call(&call); s != nil || n.entered {
		return s
	}
	return n.jumpTo(in.End)
}

// handedMap has an exit make such an iterator.
func (n *nester) handedMap(x *nest.Exit, out *NestExit, it nval) ir.ID {
	f, s := n.idOf(it.items[1].val)
	if s != nil {
		panic("front: a function that cannot be handed over")
	}
	of, inner := []ir.ID{f}, it.items[:1]
	if it.name == "mapped_pairs" {
		inner = it.items[0].items
	}
	for _, one := range inner {
		of = append(of, n.handedIterator(x, out, one))
	}
	return n.handed(x, out, ir.ObjectType, MapIterator, of, nil)
}
