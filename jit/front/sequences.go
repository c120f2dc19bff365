package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about lists and dicts, slices handed to calls, and tuples that one
// gives. A list or dict is known by what it is made of until something is done
// with it that could change it: in front of that the region ends. Each call gets
// a list of its own, which nobody else sees; Python gets one.

func (e *eval) identity() int {
	e.made++
	if e.owners == nil {
		e.owners, e.walked = map[int]*frame{}, map[int]bool{}
	}
	e.owners[e.made] = e.inlined
	return e.made
}

func (e *eval) buildList(in *bytecode.Inst) *stop {
	e.push(Val{Kind: List, Items: e.popN(in.Arg), Obj: e.identity()})
	return nil
}

// containerID makes a list or dict that an exit hands over, once: two names
// may have it. Between a store and its Commit nothing may be made that can fail.
func (e *eval) containerID(v Val) (ir.ID, *stop) {
	if id, ok := e.handed[v.Obj]; ok {
		return id, nil
	}
	if id, ok := e.ready(v.Obj); ok && e.dirty {
		return id, nil
	}
	if e.dirty {
		return ir.None, refuse(reason.TwoEffects, "a list or dict from before a store")
	}
	args, s := e.idsOf(v.Items)
	if s != nil {
		return ir.None, s
	}
	id, s := e.makeContainer(v, args)
	e.hand(v.Obj, id)
	e.gain(-boxedLoss)
	return id, s
}

// hand notes what the present exit hands over.
func (e *eval) hand(object int, id ir.ID) {
	if e.handed == nil {
		e.handed = map[int]ir.ID{}
	}
	e.handed[object] = id
}

func (e *eval) makeContainer(v Val, args []ir.ID) (ir.ID, *stop) {
	if v.Kind == List {
		return e.objectCall([]string{"builtins", "list"}, []ir.ID{e.add(ir.Value{Op: ir.MakeTuple, Type: ir.TupleType, Args: args})}, nil)
	}
	var names []string
	for _, name := range v.Const.Items {
		names = append(names, name.V)
	}
	return e.objectCall([]string{"builtins", "dict"}, args, names)
}

// listExtend adds literals, the way a list of them is written, or what *items stands for.
func (e *eval) listExtend(in *bytecode.Inst) *stop {
	items, s := e.iterated(e.pop())
	at := len(e.stack) - in.Arg
	if s != nil || at < 0 || e.stack[at].Kind != List {
		return refuse(reason.Opcode, "a list made of something iterable")
	}
	e.stack[at].Items = append(append([]Val(nil), e.stack[at].Items...), items...)
	return nil
}

// listAppend adds one item, the way (*all, item) is written.
func (e *eval) listAppend(in *bytecode.Inst) *stop {
	item := e.pop()
	at := len(e.stack) - in.Arg
	if at < 0 || e.stack[at].Kind != List {
		return refuse(reason.Opcode, "a list made of something iterable")
	}
	e.stack[at].Items = append(append([]Val(nil), e.stack[at].Items...), item)
	return nil
}

// handOver is idOf for arguments of calls: lists and slices may be among them.
func (h *hostCall) handOver(a Val) (ir.ID, *stop) {
	switch a.Kind {
	case Tup, List, SliceVal:
		if a.Literal != nil || a.From > 0 {
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

// sequenceAs makes an array of numbers in a tuple or list that is stored into one of
// type t: as NumPy does, every item is converted by itself. Arrays among them may lie in
// the target, into which NumPy stores one after the other.
func (e *eval) sequenceAs(v Val, t kernel.Type) (Val, *stop) {
	v, s := e.look(v)
	if s != nil || v.Kind != Tup && v.Kind != List || !e.allNumbers(v) {
		return v, s
	}
	dtype, s := e.dtypeNamed(t)
	if s != nil {
		return Val{}, s
	}
	array := hostObject{path: []string{"numpy", "array"}}
	return e.callFunction(npy.FindFunction("numpy.array"), array, bound{pos: []Val{v}, kw: []string{"dtype"}, val: []Val{dtype}})
}

// allNumbers says that no item is an array.
func (e *eval) allNumbers(v Val) bool {
	return !slices.ContainsFunc(v.Items, func(item Val) bool {
		item, s := e.look(item)
		switch {
		case s != nil:
			return true
		case item.Kind == Tup || item.Kind == List:
			return !e.allNumbers(item)
		}
		return item.Kind != Const && item.Kind != Runtime
	})
}

// sequence makes a tuple, list or slice of its items.
func (h *hostCall) sequence(kind ValKind, ids []ir.ID) (ir.ID, *stop) {
	if kind == SliceVal {
		return h.objectCall([]string{"builtins", "slice"}, ids, nil)
	}
	id := h.add(ir.Value{Op: ir.MakeTuple, Type: ir.TupleType, Args: ids})
	if kind == List {
		h.gain(-boxedLoss)
		return h.objectCall([]string{"builtins", "list"}, []ir.ID{id}, nil)
	}
	return id, nil
}

// objectCall calls what makes an object and cannot fail, with the last arguments by name.
func (e *eval) objectCall(path []string, args []ir.ID, names []string) (ir.ID, *stop) {
	d, s := e.find(hostObject{path: path})
	if s != nil {
		return ir.None, s
	}
	v := ir.Value{Op: ir.Call, Type: ir.ObjectType, Num: e.hostObject(d.ID), Num2: -1, Args: args, Quiet: true}
	if len(names) > 0 {
		v.Num2 = e.host(HostSpec{KwNames: names})
	}
	return e.addRead(v), nil
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

// iterated gives the items of a tuple or list whose length is known or is pinned.
func (e *eval) iterated(v Val) ([]Val, *stop) {
	v, s := e.look(v)
	switch {
	case s != nil:
		return nil, s
	case ordered(v):
		return e.sequenceItems(v)
	case v.Kind == Tup || v.Kind == List || v.Kind == Result || v.Kind == Set && len(v.Items) < 2:
		return e.itemsOf(v)
	case v.Kind == Iterator:
		return e.consume(v)
	}
	return nil, refuse(reason.UnknownValue, "unpacks a value that is not a tuple of known length")
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

// unpackEx pushes the items of a tuple or list, those in the middle as a list:
// first, *rest = items.
func (e *eval) unpackEx(in *bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	before, after := in.Arg&0xff, in.Arg>>8
	items, s := e.iterated(v)
	if s != nil {
		return s
	}
	end := len(items) - after
	if end < before {
		return refuse(reason.UnknownValue, "unpacks a tuple of another length")
	}
	middle := Val{Kind: List, Items: items[before:end], Obj: e.identity()}
	for _, item := range slices.Backward(append(append(append([]Val(nil), items[:before]...), middle), items[end:]...)) {
		e.push(item)
	}
	return nil
}
