package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/sched/kernel"
)

// This file is about means that a program computes itself and that a deviation
// needs once more, as in (x - x.mean()) / x.std().

// meanBefore is the mean of the same elements along the same axis, which it keeps.
func (e *eval) meanBefore(r reduction) (Val, bool) {
	o := e.heap[r.array.Obj]
	all := r
	all.keepdims = keptAxes(false)
	if e.whole(all) {
		return e.numberBefore(o)
	}
	axis, ok := axisNumber(r.axis.V, o.Type.Rank)
	if !ok || r.axis.T != "int" || o.Type.Rank < 2 {
		return Val{}, false
	}
	kept := r
	kept.keepdims = keptAxes(true)
	for i := range e.heap {
		v := Val{Kind: ArrayVal, Obj: i}
		switch id := e.heap[i].ID; {
		case e.isMean(id, o.ID, kept, axis):
			return v, true
		case e.isMean(id, o.ID, all, axis):
			v, _, s := e.view(v, alongAxis(axis, o.Type.Rank))
			return v, s == nil
		}
	}
	return Val{}, false
}

func keptAxes(kept bool) bytecode.Const { return boolVal(kept).Const }

// numberBefore is the mean of all elements.
func (e *eval) numberBefore(of object) (Val, bool) {
	mem := ir.None // what is only computed never changes
	if of.User {
		mem = e.mem
	}
	for id := range e.fn.Values {
		v := &e.fn.Values[id]
		if v.Op != ir.Elem || v.KOp != kernel.Div || v.Type.Kind != ir.NpScalar {
			continue
		}
		total, count := e.fn.Values[v.Args[0]], e.fn.Values[v.Args[1]]
		counts := count.Op == ir.Dim && count.Args[0] == of.ID && (count.Num == -1 || of.Type.Rank == 1)
		if counts && total.Op == ir.Sum && total.Args[0] == of.ID && total.Mem == mem && !e.errorsChanged(id) {
			return Val{Kind: Runtime, Type: v.Type, ID: ir.ID(id)}, true
		}
	}
	return Val{}, false
}

// errorsChanged says that what id reported was the matter of another error state.
func (e *eval) errorsChanged(id int) bool {
	return slices.ContainsFunc(e.fn.Values[id:], func(v ir.Value) bool { return v.Op == ir.Errors })
}

// isMean says that id is numpy.add.reduce(of, ...) / length, in the memory as it is now.
func (e *eval) isMean(id, of ir.ID, r reduction, axis int) bool {
	v := e.fn.Values[id]
	if v.Op != ir.Elem || v.KOp != kernel.Div || len(v.Args) != 2 {
		return false
	}
	total, count := e.fn.Values[v.Args[0]], e.fn.Values[v.Args[1]]
	return count.Op == ir.Dim && count.Args[0] == of && count.Num == axis &&
		total.Op == ir.Call && total.Mem == e.mem && len(total.Args) == 5 && total.Args[0] == of && e.sums(total, r)
}

// sums says that a call is numpy.add.reduce with these options.
func (e *eval) sums(total ir.Value, r reduction) bool {
	add, err := e.asker.Ask(Question{Ask: "object", Path: []string{"numpy", "add", "reduce"}})
	if err != nil || add.Desc == nil || total.Num != e.hostObject(add.Desc.ID) {
		return false
	}
	for i, c := range []bytecode.Const{r.axis, noneConst, noneConst, r.keepdims} {
		if e.fn.Values[total.Args[i+1]].Num != e.hostConst(c) {
			return false
		}
	}
	return true
}

// alongAxis is the key that gives back the axis of length one.
func alongAxis(axis, rank int) Val {
	key := Val{Kind: Tup}
	for i := range rank {
		item := constVal(noneConst)
		if i != axis {
			item = Val{Kind: SliceVal, Items: []Val{item, item, item}}
		}
		key.Items = append(key.Items, item)
	}
	return key
}
