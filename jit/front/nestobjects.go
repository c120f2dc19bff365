package front

import (
	"fmt"
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// This file is about which values of a nest are one object: where the nest is left, locals
// and results that share one get the same.

// held is a value that something holds from now on: a NumPy scalar or a tuple is an object
// of its own.
func (n *nester) held(v nval) nval {
	if v.who == 0 && (v.kind == nTuple || (v.kind == nNumber || v.kind == nComplex) && v.typ.Kind == ir.NpScalar) {
		n.numbers++
		v.who = n.numbers
	}
	return v
}

// object is the number of the object that a value is, or 0.
func (v nval) object() int {
	if v.arr != nil {
		return v.arr.who
	}
	return v.who
}

// shares tells which objects before them a value, its items and what it is a part of are, in a
// list of values.
func (v nval) shares(objects map[int]int) string {
	text := sharedAs(v.object(), objects)
	if v.arr != nil && v.arr.base != nil {
		text += " of" + sharedAs(v.arr.base.who, objects)
	}
	for _, item := range v.items {
		text += item.shares(objects)
	}
	return text
}

func sharedAs(who int, objects map[int]int) string {
	if who <= 0 {
		return ""
	}
	first, ok := objects[who]
	if !ok {
		objects[who] = len(objects)
		return ""
	}
	return fmt.Sprint(" as ", first)
}

// inList stands for the object that a NumPy scalar in a list is.
const inList = -1

// anItem stands for one that is an item of a tuple, nobody knows which.
const anItem = -2

// mayHold says that a value may be held by something else than where it comes from.
func (n *nester) mayHold(v nval) *stop {
	if v.who == inList {
		return refuse(reason.Escapes, "a NumPy scalar out of a list is held by something else in a loop")
	}
	if s := n.firmAll(v); s != nil {
		return s
	}
	for _, item := range v.items {
		if s := n.mayHold(item); s != nil {
			return s
		}
	}
	return nil
}

// isShared says that a NumPy scalar is a local's value when the statement is done.
func (n *nester) isShared(v nval) bool {
	if v.kind == nTuple {
		return slices.ContainsFunc(v.items, n.isShared)
	}
	if v.typ.Kind != ir.NpScalar || v.who == 0 {
		return false
	}
	if n.stmt == nil {
		return true
	}
	for slot, local := range n.now.locals {
		if hold([]nval{local}, v.who) && n.liveBehind(slot) {
			return true
		}
	}
	for call := n.now.call; call != nil; call = call.caller.call {
		if hold(call.caller.locals, v.who) || hold(call.caller.stack, v.who) {
			return true
		}
	}
	return v.who < 0 || hold(n.now.attrs, v.who) || hold(n.now.stack, v.who)
}

// hold says that one of the values is an object, or has it among its items.
func hold(values []nval, who int) bool {
	return slices.ContainsFunc(values, func(v nval) bool { return v.object() == who || hold(v.items, who) })
}

// liveBehind says that a local may be read behind the statement, one of an inlined function behind
// the present instruction.
func (n *nester) liveBehind(slot int) bool {
	if n.inlined != nil {
		return n.function().CFG.LiveIn(n.behind).Has(slot)
	}
	g, next := n.code.CFG, n.code.NextStart(n.stmt.pc+1)
	if next < 0 || g.Blocks[max(g.BlockAt(next), 0)].PC != next && g.LiveIn(next).Has(slot) {
		return true // a block that begins there may be another way, else it is looked at below
	}
	for b := g.BlockAt(n.stmt.pc); b >= 0 && b < len(g.Blocks) && g.Blocks[b].PC < next; b++ {
		for _, to := range g.Blocks[b].Succ {
			if g.LiveIn(g.Blocks[to].PC).Has(slot) {
				return true
			}
		}
	}
	return false
}
