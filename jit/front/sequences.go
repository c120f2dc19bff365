package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// This file is about lists made for a call, slices handed to one, and tuples
// that one gives.

// buildList makes a list that only calls may be handed: each gets a new one,
// which nobody else sees.
func (e *eval) buildList(in *bytecode.Inst) *stop {
	e.push(Val{Kind: List, Items: e.popN(in.Arg)})
	return nil
}

// listExtend adds literals, the way a list of them is written.
func (e *eval) listExtend(in *bytecode.Inst) *stop {
	items := e.pop()
	at := len(e.stack) - in.Arg
	if at < 0 || e.stack[at].Kind != List || items.Kind != Tup {
		return refuse(reason.Opcode, "a list made of something iterable")
	}
	all := append(append([]Val(nil), e.stack[at].Items...), items.Items...)
	e.stack[at] = Val{Kind: List, Items: all}
	return nil
}

// listAppend adds one item, the way (*all, item) is written.
func (e *eval) listAppend(in *bytecode.Inst) *stop {
	item := e.pop()
	at := len(e.stack) - in.Arg
	if at < 0 || e.stack[at].Kind != List {
		return refuse(reason.Opcode, "a list made of something iterable")
	}
	all := append(append([]Val(nil), e.stack[at].Items...), item)
	e.stack[at] = Val{Kind: List, Items: all}
	return nil
}

// handOver is idOf for arguments of calls: lists and slices may be among them.
func (h *hostCall) handOver(a Val) (ir.ID, *stop) {
	switch a.Kind {
	case Tup, List, SliceVal:
		if a.Literal != nil {
			return h.idOf(a)
		}
	default:
		return h.idOf(a)
	}
	ids := make([]ir.ID, len(a.Items))
	for i, item := range a.Items {
		item, s := h.look(item)
		if s != nil {
			return ir.None, s
		}
		if ids[i], s = h.handOver(item); s != nil {
			return ir.None, s
		}
	}
	return h.sequence(a.Kind, ids)
}

// sequence makes a tuple, list or slice of its items.
func (h *hostCall) sequence(kind ValKind, ids []ir.ID) (ir.ID, *stop) {
	if kind == SliceVal {
		return h.objectCall("slice", ids)
	}
	id := h.add(ir.Value{Op: ir.MakeTuple, Type: ir.TupleType, Args: ids})
	if kind == List {
		return h.objectCall("list", []ir.ID{id})
	}
	return id, nil
}

// objectCall calls a builtin that cannot fail.
func (h *hostCall) objectCall(builtin string, args []ir.ID) (ir.ID, *stop) {
	d, s := h.find(hostObject{path: []string{"builtins", builtin}})
	if s != nil {
		return ir.None, s
	}
	v := ir.Value{Op: ir.Call, Type: ir.ObjectType, Num: h.hostObject(d.ID), Num2: -1, Args: args, Quiet: true}
	return h.addRead(v), nil
}

// resultItem is an item of a tuple that a call gave.
func (e *eval) resultItem(r Val, n int) (Val, *stop) {
	o := hostObject{path: []string{"operator", "getitem"}}
	callee, s := e.find(o)
	if s != nil {
		return Val{}, s
	}
	index := e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostConst(intConst(fmt.Sprint(n)))})
	h := hostCall{eval: e, item: true}
	h.v = ir.Value{Op: ir.Call, Num: e.hostObject(callee.ID), Num2: -1, Args: []ir.ID{r.ID, index}, Quiet: true}
	e.gain(-boxedLoss)
	return h.result(r.Desc.Items[n], npy.Function{Fresh: r.Num == fresh})
}

// itemsOf gives the items of a tuple; those that a call made are read.
func (e *eval) itemsOf(v Val) ([]Val, *stop) {
	if v.Kind != Result {
		return v.Items, nil
	}
	items := make([]Val, len(v.Desc.Items))
	for i := range items {
		var s *stop
		if items[i], s = e.resultItem(v, i); s != nil {
			return nil, s
		}
	}
	return items, nil
}
