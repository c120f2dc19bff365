package front

import (
	"fmt"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

func (e *eval) call(in *bytecode.Inst) *stop { return e.callWith(in.Arg, in.KwNames) }

func (e *eval) callKw(in *bytecode.Inst) *stop {
	names := e.pop()
	if names.Kind != Tup {
		return refuse(reason.UnknownCall, "keyword names that are not literal")
	}
	var kw []string
	for _, n := range names.Items {
		kw = append(kw, n.Const.V)
	}
	return e.callWith(in.Arg, kw)
}

// callWith calls what lies below the arguments: a callable and NULL in either
// order, or a method and its object.
func (e *eval) callWith(argc int, kw []string) *stop {
	args := e.popN(argc)
	two := e.popN(2)
	callee := two[0]
	switch {
	case two[0].Kind == Null:
		callee = two[1]
	case two[1].Kind != Null:
		return refuse(reason.UnknownCall, "a bound method")
	}
	callee, s := e.look(callee)
	if s != nil {
		return s
	}
	v, s := e.callValue(callee, bound{args[:argc-len(kw)], kw, args[argc-len(kw):]})
	if s != nil {
		return s
	}
	e.push(v)
	return nil
}

// bound holds the arguments of a call.
type bound struct {
	pos []Val
	kw  []string
	val []Val
}

func (e *eval) callValue(callee Val, b bound) (Val, *stop) {
	switch {
	case callee.Kind == Method:
		b.pos = append([]Val{callee.Items[0]}, b.pos...)
		return e.callFunction(npy.FindMethod(callee.Name), "ndarray."+callee.Name, b)
	case callee.Kind == Host && callee.Desc.Kind == KindUfunc:
		return e.callUfunc(callee.Desc, b)
	case callee.Kind == Host:
		return e.callFunction(npy.FindFunction(callee.Desc.Name), callee.Desc.Name, b)
	}
	return Val{}, refuse(reason.UnknownCall, "a call of something not known when compiling")
}

func (e *eval) callUfunc(d *Desc, b bound) (Val, *stop) {
	if len(b.kw) > 0 {
		return Val{}, refuse(reason.UfuncOption, fmt.Sprintf("%s with %s", d.Name, strings.Join(b.kw, ", ")))
	}
	if d.NOut != 1 || len(b.pos) != d.NIn {
		return Val{}, refuse(reason.UfuncOption, fmt.Sprintf("%s with %d operands", d.Name, len(b.pos)))
	}
	ops := make([]operand, len(b.pos))
	for i, a := range b.pos {
		o, s := e.operandOf(a)
		if s != nil {
			return Val{}, s
		}
		ops[i] = o
	}
	name, ok := strings.CutPrefix(d.Name, "numpy.")
	if !ok {
		name = d.Name
	}
	return e.ufunc(name, d, ops)
}

func (e *eval) callFunction(f npy.Function, name string, b bound) (Val, *stop) {
	switch f.Treat {
	case npy.Where:
		return e.where(b)
	case npy.Reduce, npy.Mean:
		return e.reduce(f, b)
	case npy.Length:
		return e.length(b)
	case npy.AbsOf:
		return e.absOf(b)
	}
	return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("%s is not compiled", name))
}

func (e *eval) oneArray(b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	if s == nil && v.Kind != ArrayVal {
		s = refuse(reason.UnknownCall, "argument is not an array")
	}
	return v, s
}

func (e *eval) length(b bound) (Val, *stop) {
	v, s := e.oneArray(b)
	if s != nil {
		return Val{}, s
	}
	if e.heap[v.Obj].Type.Rank == 0 {
		return Val{}, refuse(reason.UnknownCall, "len of an array without axes")
	}
	return e.dim(e.heap[v.Obj].ID, 0), nil
}

func (e *eval) absOf(b bound) (Val, *stop) {
	v, s := e.oneArray(b)
	if s != nil {
		return Val{}, s
	}
	o, s := e.operandOf(v)
	if s != nil {
		return Val{}, s
	}
	return e.ufunc("absolute", nil, []operand{o})
}

// where is numpy.where with three arguments.
func (e *eval) where(b bound) (Val, *stop) {
	if len(b.pos) != 3 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "where without two choices")
	}
	ops := make([]operand, 3)
	for i, a := range b.pos {
		o, s := e.operandOf(a)
		if s != nil {
			return Val{}, s
		}
		ops[i] = o
	}
	t, s := e.whereType(ops[1], ops[2])
	if s != nil {
		return Val{}, s
	}
	shape, s := e.broadcast(ops)
	if s != nil {
		return Val{}, s
	}
	if len(shape) == 0 {
		return Val{}, refuse(reason.Rank, "where of scalars gives an array without axes")
	}
	if e.stored {
		return Val{}, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	v := ir.Value{Op: ir.Elem, KOp: kernel.Select, In: t, Type: resultType(ops, t), Args: ids(ops), Shape: shape}
	return e.result(v, ops), nil
}

// whereType is numpy.result_type of the choices: that of adding them, save
// for two bools.
func (e *eval) whereType(x, y operand) (kernel.Type, *stop) {
	if x.typ.DType == y.typ.DType && x.typ.Weak() == y.typ.Weak() {
		return x.typ.DType, nil
	}
	sig, _, s := e.resolve("add", nil, []operand{x, y})
	if s != nil {
		return 0, s
	}
	return sig[0], nil
}
