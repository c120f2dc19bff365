package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about calls of ufuncs by name: their operands, the array to
// write into, and options.

func (e *eval) callUfunc(d *Desc, b bound) (Val, *stop) {
	b, out, s := e.takeOut(d, b)
	if s != nil {
		return Val{}, s
	}
	if (d.Name == "numpy.multiply" || d.Name == "numpy.square") && out.Kind == ArrayVal && e.heap[out.Obj].Type.DType.IsComplex() {
		return Val{}, inPlaceProduct()
	}
	if len(b.pos) != d.NIn {
		return Val{}, refuse(reason.UfuncOption, fmt.Sprintf("%s with %d operands", d.Name, len(b.pos)))
	}
	if len(b.kw) == 1 && b.kw[0] == "where" && d.NOut == 1 && out.Kind == ArrayVal {
		return out, e.ufuncWhere(d, b, out)
	}
	if len(b.kw) > 0 || d.NOut != 1 {
		return e.ufuncCall(d, b, out)
	}
	ops, s := e.operandsOf(b.pos)
	if s != nil {
		return Val{}, s
	}
	e.gain(ufuncGain - scalarGain)
	v, s := e.ufunc(strings.TrimPrefix(d.Name, "numpy."), d, ops)
	if s != nil && noLoop(s) {
		return e.ufuncCall(d, b, out)
	}
	if s != nil || out.isNone() {
		return v, s
	}
	return out, e.writeOut(out, v)
}

func (e *eval) operandsOf(vals []Val) ([]operand, *stop) {
	ops := make([]operand, len(vals))
	for i, a := range vals {
		o, s := e.operandOf(a)
		if s != nil {
			return nil, s
		}
		ops[i] = o
	}
	return ops, nil
}

// ufuncWhere computes where a mask is true, and elsewhere the same of ones, of
// which nothing is reported; out keeps what it has there.
func (e *eval) ufuncWhere(d *Desc, b bound, out Val) *stop {
	mask, s := e.operandOf(b.val[0])
	if s != nil {
		return s
	}
	ops, s := e.operandsOf(b.pos)
	if s != nil {
		return s
	}
	if mask.typ.Kind != ir.Array || mask.typ.DType != kernel.Bool || e.heap[out.Obj].Type.Rank == 0 {
		return refuse(reason.UfuncOption, "where= of something else than an array of bools")
	}
	for i, o := range ops {
		if o.typ.Kind == ir.Array {
			if ops[i], s = e.orOne(mask, o); s != nil {
				return s
			}
		}
	}
	v, s := e.ufunc(strings.TrimPrefix(d.Name, "numpy."), d, ops)
	if s != nil {
		return s
	}
	if v.Kind != ArrayVal || e.fn.Values[e.heap[v.Obj].ID].Op != ir.Elem || !sameKind(e.heap[v.Obj].Type.DType, e.heap[out.Obj].Type.DType) {
		return refuse(reason.UfuncOption, "where= of "+d.Name)
	}
	x, s := e.operandOf(v)
	if s != nil {
		return s
	}
	return e.storeMasked(out, mask, x)
}

// orOne is the operand where the mask is true, elsewhere 1.
func (e *eval) orOne(mask, o operand) (operand, *stop) {
	one := ir.Value{Op: ir.Number, Type: ir.PyIntType, Bits: 1}
	if o.typ.DType == kernel.Bool {
		one.Type = ir.PyBoolType
	}
	ops := []operand{mask, o, {id: e.add(one), typ: one.Type}}
	shape, s := e.broadcast(ops)
	if s != nil {
		return operand{}, s
	}
	v := ir.Value{Op: ir.Elem, KOp: kernel.Select, In: o.typ.DType, Type: ir.ArrayOf(o.typ.DType, len(shape)), Args: ids(ops), Shape: shape}
	return e.operandOf(e.result(v, ops))
}

// takeOut separates the array to write into, None if there is none.
func (e *eval) takeOut(d *Desc, b bound) (bound, Val, *stop) {
	out := constVal(noneConst)
	if d.NOut == 1 && len(b.pos) == d.NIn+1 && npy.OutByPlace(d.Name) {
		out = b.pos[d.NIn]
		b.pos = b.pos[:d.NIn]
	}
	rest := bound{pos: b.pos}
	for i, name := range b.kw {
		if name == "out" {
			out = b.val[i]
			continue
		}
		rest.kw, rest.val = append(rest.kw, name), append(rest.val, b.val[i])
	}
	out, s := e.look(out)
	if s == nil && out.Kind == Tup && len(out.Items) == 1 {
		out, s = e.look(out.Items[0])
	}
	if s == nil && out.Kind != ArrayVal && !out.isNone() {
		s = refuse(reason.UfuncOption, "an out that is no array")
	}
	return rest, out, s
}

// writeOut writes a ufunc's result as augmented assignment does: for both,
// NumPy acts as if the operands had been read before.
func (e *eval) writeOut(out, v Val) *stop {
	o := e.heap[out.Obj]
	if v.Kind != ArrayVal && o.Type.Rank > 0 {
		return refuse(reason.UfuncOption, "writing a number into an array with axes")
	}
	if v.Kind == ArrayVal && o.Type.Rank == 0 {
		return refuse(reason.UfuncOption, "writing an array into one without axes")
	}
	return e.replaceBy(out, v, "out=")
}

// ufuncCall leaves options and several results to NumPy's own code. What
// where= leaves out is whatever the new memory holds.
func (e *eval) ufuncCall(d *Desc, b bound, out Val) (Val, *stop) {
	if !out.isNone() || slices.Contains(b.kw, "signature") || slices.Contains(b.kw, "extobj") {
		return Val{}, refuse(reason.UfuncOption, fmt.Sprintf("%s with %s", d.Name, strings.Join(b.kw, ", ")))
	}
	return e.callHost(hostObject{desc: d}, b, npy.Function{Fresh: true})
}
