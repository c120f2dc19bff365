package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about calls of NumPy's own code that write into an array. What
// they are handed has the array's type already, so that nothing is converted
// and reported while they write: they check first and raise, or do all.

// write calls a function that writes into its first argument, an array.
func (e *eval) write(o hostObject, b bound, quiet bool) *stop {
	target := &e.heap[b.pos[0].Obj]
	if s := e.mayStore(target); s != nil {
		return s
	}
	callee, s := e.find(o)
	if s != nil {
		return s
	}
	h := hostCall{eval: e, v: ir.Value{Op: ir.Write, Type: ir.MemType, Num: e.hostObject(callee.ID), Num2: -1, Quiet: quiet}}
	h.v.Args = []ir.ID{e.mem}
	for _, a := range append(append([]Val(nil), b.pos...), b.val...) {
		if s := h.argument(a); s != nil {
			return s
		}
	}
	if len(b.kw) > 0 {
		h.v.Num2 = e.host(HostSpec{KwNames: b.kw})
	}
	e.readInOrder(e.heap[b.pos[0].Obj].ID)
	e.mem = e.add(h.v)
	e.changed(e.heap[b.pos[0].Obj].ID)
	e.gain(-boxedLoss)
	return nil
}

// callWriter calls a function that writes into its first argument.
func (e *eval) callWriter(f npy.Function, o hostObject, b bound) *stop {
	if len(b.pos) <= f.Value || len(b.pos) > f.Out {
		return refuse(reason.CallArgument, "arguments")
	}
	for _, name := range b.kw {
		if !slices.Contains(f.Options, name) {
			return refuse(reason.CallArgument, "argument "+name+" of a call")
		}
	}
	target, s := e.look(b.pos[0])
	if s != nil {
		return s
	}
	if target.Kind != ArrayVal || e.heap[target.Obj].Type.Rank == 0 {
		return refuse(reason.StoreTarget, "a call that writes into something else than an array with axes")
	}
	b.pos = slices.Clone(b.pos)
	b.pos[0] = target
	if s := e.storedAs(f, b.pos, e.heap[target.Obj].Type.DType); s != nil {
		return s
	}
	if f.At {
		if s := e.updatesAt(&f, b.pos); s != nil {
			return s
		}
	}
	if f.Own != "" {
		o = hostObject{path: []string{"slipstream._native", f.Own}}
	}
	return e.write(o, b, f.Quiet)
}

// updatesAt chooses who updates the places of an array that indices name.
func (e *eval) updatesAt(f *npy.Function, args []Val) *stop {
	t := e.heap[args[0].Obj].Type
	by, s := e.operandOf(args[2])
	switch {
	case s == nil && t.DType.Exact() && by.typ.Weak() && (by.typ.Kind != ir.PyInt || t.DType == kernel.U64):
		// which are computed in float64: Python's int is an int64 there
		return refuse(reason.StoreType, "a call that stores "+by.typ.String()+" as "+t.String())
	case t.DType.IsInt():
		f.Own, f.Quiet = "", true
		return nil
	case s != nil:
		return s
	}
	at, s := e.operandOf(args[1])
	if s != nil {
		return s
	}
	one := by.typ == t || by.typ.Kind == ir.PyFloat && t.DType == kernel.F64
	if !t.DType.IsFloat() || t.Rank != 1 || at.typ != ir.ArrayOf(kernel.I64, 1) || !one {
		return refuse(reason.StoreType, "updates at indices of more than one axis")
	}
	e.gain(ownGain)
	return nil
}

// storedAs converts what a function stores as elements of type t, so that
// nothing is converted while it is stored.
func (e *eval) storedAs(f npy.Function, args []Val, t kernel.Type) *stop {
	if f.Value == 0 {
		return nil
	}
	v, s := e.look(args[f.Value])
	if s != nil || f.Own == "" && len(f.Options) == 0 && (v.Kind == Tup || v.Kind == List) {
		return s
	}
	x, s := e.operandOf(v)
	switch {
	case s != nil || x.typ.Weak() || x.typ.DType == t:
		return s
	case !f.Converts || x.typ.Kind != ir.Array || !sameKind(x.typ.DType, t):
		return refuse(reason.StoreType, "a call that stores "+x.typ.String()+" as "+t.String())
	}
	args[f.Value] = e.cast(x, t)
	return nil
}

// mayStore says why nothing can be stored into an array here.
func (e *eval) mayStore(target *object) *stop {
	switch {
	case e.stored:
		return refuse(reason.TwoEffects, "a second store in the same statement")
	case target.Fixed:
		return refuse(reason.StoreTarget, "a store into a result that may share memory with an argument")
	case target.Input >= 0:
		e.inputs[target.Input].Writable = true
	}
	if !e.private(target.ID) {
		e.prepare()
	}
	return nil
}

// readInOrder notes that memory is stored into: where it was made in the region,
// it is read in order with stores from now on, as the user's is.
func (e *eval) readInOrder(id ir.ID) {
	root := e.fn.Root(id)
	for i := range e.heap {
		if o := &e.heap[i]; !o.User && e.fn.Root(o.ID) == root {
			o.User = true
		}
	}
}

// changed notes an effect that shows, on memory that others see. What only the
// region has is forgotten when it fails.
func (e *eval) changed(id ir.ID) {
	if !e.private(id) {
		e.stored, e.dirty = true, true
	}
}

// private says that an array was made since the last Commit and given to nobody.
func (e *eval) private(id ir.ID) bool {
	root := e.fn.Root(id)
	switch e.fn.Values[root].Op {
	case ir.Elem, ir.Loop, ir.Call:
	default:
		return false
	}
	for i := range e.fn.Values[root:] {
		v := &e.fn.Values[int(root)+i]
		args := v.Args
		switch v.Op {
		case ir.Commit:
			return false
		case ir.Write:
			args = args[2:]
		case ir.Call, ir.MakeTuple:
		default:
			continue
		}
		if slices.ContainsFunc(args, func(a ir.ID) bool { return e.fn.Root(a) == root }) {
			return false
		}
	}
	return true
}

// asStored gives what is handed over to be stored as elements of type t. quiet:
// to do so reports nothing.
func (e *eval) asStored(value Val, t kernel.Type) (Val, bool, *stop) {
	value, s := e.look(value)
	if s != nil || value.Kind == Tup || value.Kind == List {
		return value, false, s // is converted before anything is written
	}
	x, s := e.operandOf(value)
	if s != nil {
		return Val{}, false, s
	}
	y, s := e.storable(x, t)
	switch {
	case s != nil:
		return Val{}, false, s
	case y.id != x.id:
		return Val{Kind: Runtime, Type: y.typ, ID: y.id}, true, nil
	case x.typ.Weak():
		return value, t.Exact() || t == kernel.F64, nil
	case x.typ.DType == t:
		return value, true, nil
	}
	return e.cast(x, t), true, nil
}
