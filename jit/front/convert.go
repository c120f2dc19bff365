package front

import (
	"math"
	"strconv"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about what is converted because it is stored, or by astype.

// convert is array.astype(type): a plain cast where that gives a new array whose
// memory order is known, else NumPy's own code.
func (e *eval) convert(f npy.Function, d hostObject, b bound) (Val, *stop) {
	if to, ok := e.plainCast(d, b); ok && !e.stored {
		x, s := e.operandOf(b.pos[0])
		if s != nil {
			return Val{}, s
		}
		return e.cast(x, to), nil
	}
	return e.callHost(d, b, f)
}

// plainCast is the type that an array is cast to. The result of one axis lies as it is
// counted, and so does, or as Fortran counts, that of what is computed here with two;
// else astype has a rule of its own, which differs from that of ufuncs.
func (e *eval) plainCast(d hostObject, b bound) (kernel.Type, bool) {
	if len(b.pos) == 0 || len(b.pos)+len(b.kw) != 2 || len(b.kw) == 1 && b.kw[0] != "dtype" {
		return 0, false
	}
	v, s := e.look(b.pos[0])
	if s != nil || v.Kind != ArrayVal {
		return 0, false
	}
	o := e.heap[v.Obj]
	if o.Type.Rank != 1 && (o.Type.Rank != 2 || !e.computed(o)) {
		return 0, false
	}
	a, s := e.tried(d, b)
	if s != nil || a.Kind != KindArray {
		return 0, false
	}
	to, ok := kernel.ParseType(a.DType)
	return to, ok && to != o.Type.DType && kernel.Castable(o.Type.DType, to)
}

// cast converts as a plain cast does.
func (e *eval) cast(x operand, to kernel.Type) Val {
	v := ir.Value{Op: ir.Elem, KOp: kernel.Cast, In: x.typ.DType, Args: []ir.ID{x.id}, Shape: x.shape}
	v.Type = resultType([]operand{x}, to)
	return e.result(v, []operand{x})
}

// storable gives what item assignment stores as elements of type t: a Python
// number as such an array takes it, of anything else what a plain cast converts
// with the same reports.
func (e *eval) storable(x operand, t kernel.Type) (operand, *stop) {
	from := x.typ
	switch {
	case t == kernel.Bool && (from.Kind == ir.PyInt || from.Kind == ir.PyFloat):
		return e.truthAsElement(x)
	case t.IsInt() && from.Kind == ir.PyFloat:
		return e.wholeAsElement(x, t)
	case from.Kind == ir.PyComplex && !t.IsComplex(), !from.Weak() && !kernel.Castable(from.DType, t):
		return x, refuse(reason.StoreType, "assignment that converts "+from.DType.String()+" to "+t.String())
	}
	return x, nil
}

// asNumber makes a Python number of one of NumPy's, where a basic index has it stored
// as one: into integers with a sign that may not hold it, which raises for them.
func (e *eval) asNumber(x operand, t kernel.Type) (operand, *stop) {
	from := x.typ.DType
	switch {
	case x.array || x.typ.Kind != ir.NpScalar || !t.IsInt() || t.Unsigned():
		return x, nil
	case from.IsFloat() || from == kernel.F16:
		return e.numberCall(x, "builtins", "int")
	case from.IsInt() && (from.Size() > t.Size() || from.Size() == t.Size() && from.Unsigned()):
		return e.numberCall(x, "operator", "index")
	}
	return x, nil
}

// truthAsElement is bool(x).
func (e *eval) truthAsElement(x operand) (operand, *stop) {
	v := e.fn.Values[x.id]
	if v.Op != ir.Number {
		return e.numberCall(x, "operator", "truth")
	}
	zero := v.Bits == 0 || x.typ.Kind == ir.PyFloat && math.Float64frombits(v.Bits) == 0
	return e.literal(boolVal(!zero).Const)
}

// wholeAsElement is int(x), which raises for what is no number. Beyond its type's
// range NumPy has rules of its own.
func (e *eval) wholeAsElement(x operand, t kernel.Type) (operand, *stop) {
	v := e.fn.Values[x.id]
	if v.Op != ir.Number {
		return e.numberCall(x, "builtins", "int")
	}
	whole := math.Trunc(math.Float64frombits(v.Bits))
	if !(whole >= math.MinInt64 && whole < math.MaxInt64) || !t.Holds(int64(whole)) {
		return x, refuse(reason.StoreType, "assignment of a number that "+t.String()+" does not hold")
	}
	return e.literal(intConst(strconv.FormatInt(int64(whole), 10)))
}

// numberCall calls a function of one number.
func (e *eval) numberCall(x operand, path ...string) (operand, *stop) {
	number := Val{Kind: Runtime, Type: x.typ, ID: x.id}
	v, s := e.callHost(hostObject{path: path}, bound{pos: []Val{number}}, npy.Function{Quiet: true})
	if s != nil {
		return x, s
	}
	return e.operandOf(v)
}

// withoutLeading takes the first of each leading axis that an array has beyond
// rank. Such an axis may be stored where it has length one: the run looks.
func (e *eval) withoutLeading(x operand, rank int) (operand, *stop) {
	more := len(x.shape) - rank
	if more <= 0 {
		return x, nil
	}
	one, s := e.literal(intConst("1"))
	if s != nil {
		return x, s
	}
	b := &indexBuilder{eval: e, shape: x.shape, args: []ir.ID{x.id}}
	for axis := range more {
		if rank == 0 || e.lengths[x.shape[axis]] != 1 {
			return x, refuse(reason.StoreType, "assignment of an array with more axes than the target")
		}
		equal := ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: "==", Args: []ir.ID{e.dim(x.id, axis).ID, one.id}}
		e.must(Val{ID: e.add(equal)}, true)
		if s := b.item(constVal(intConst("0")), nil); s != nil {
			return x, s
		}
	}
	if s := b.rest(rank); s != nil {
		return x, s
	}
	x.typ, x.shape = ir.ArrayOf(x.typ.DType, rank), b.out
	x.id = e.add(ir.Value{Op: ir.View, Type: x.typ, Args: b.args, Index: b.items, Shape: b.out})
	return x, nil
}
