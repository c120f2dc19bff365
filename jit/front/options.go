package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// This file is about calls of ufuncs by name: their operands, the array to
// write into, and options.

func (e *eval) callUfunc(d *Desc, b bound) (Val, *stop) {
	b, out, s := e.takeOut(d, b)
	if s != nil {
		return Val{}, s
	}
	if len(b.pos) != d.NIn {
		return Val{}, refuse(reason.UfuncOption, fmt.Sprintf("%s with %d operands", d.Name, len(b.pos)))
	}
	if len(b.kw) > 0 || d.NOut != 1 {
		return e.ufuncCall(d, b, out)
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
	e.gain(ufuncGain - scalarGain)
	v, s := e.ufunc(name, d, ops)
	if s != nil && noLoop(s) {
		return e.ufuncCall(d, b, out)
	}
	if s != nil || out.isNone() {
		return v, s
	}
	return out, e.writeOut(out, v)
}

// takeOut separates the array to write into, None if there is none.
func (e *eval) takeOut(d *Desc, b bound) (bound, Val, *stop) {
	out := constVal(noneConst)
	if d.NOut == 1 && len(b.pos) == d.NIn+1 {
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
	if v.Kind == ArrayVal && !o.User && !o.Viewed && e.fn.Values[e.heap[v.Obj].ID].Args[0] != o.ID {
		return refuse(reason.UfuncOption, "writing into another array made in the same region")
	}
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
