package front

import (
	"slices"
	"strings"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about ufuncs in nests that are told where to put their result, and about choices
// between arrays.

// ufuncInto calls a ufunc whose result goes into an array that is given: behind the operands, or by
// its name.
func (n *nester) ufuncInto(d *Desc, args []nval, names []string) (nval, bool, *stop) {
	name, ok := strings.CutPrefix(d.Name, "numpy.")
	if !ok || d.Kind != KindUfunc || strings.Contains(name, ".") || d.NOut != 1 || len(args) != d.NIn+1 {
		return nval{}, false, nil
	}
	if len(names) > 1 || len(names) == 1 && names[0] != "out" {
		return nval{}, false, nil
	}
	if len(names) == 0 && !npy.OutByPlace(name) {
		return nval{}, true, refuse(reason.UfuncOption, "an out that NumPy reports in a loop")
	}
	v, s := n.ufuncStored(name, args[:d.NIn], args[d.NIn])
	return v, true, s
}

func (n *nester) ufuncStored(name string, operands []nval, out nval) (nval, *stop) {
	if out.kind == nTuple && len(out.items) == 1 {
		out = out.items[0]
	}
	if !n.isArray(out) {
		return nval{}, refuse(reason.UfuncOption, "an out that is no array in a loop")
	}
	target, s := n.memory(out)
	if s != nil {
		return nval{}, s
	}
	if s := n.mayFillInPlace(name, target, operands); s != nil {
		return nval{}, s
	}
	v, s := n.elementwise(name, operands)
	if s != nil {
		return nval{}, s
	}
	if !sameKind(v.arr.typ, target.typ) || v.arr.rank() != target.rank() {
		return nval{}, refuse(reason.StoreType, "an out of another type or shape in a loop")
	}
	if s := n.storeArray(target, v); s != nil {
		return nval{}, s
	}
	if out.kind == nKnown {
		return out, nil
	}
	return arrayOf(target), nil
}

// mayFillInPlace leaves products of complex arrays unless they are what an update in place computes:
// stored elsewhere NumPy may round them otherwise.
func (n *nester) mayFillInPlace(name string, target *narray, operands []nval) *stop {
	text := map[string]string{"multiply": "*", "square": "**"}[name]
	if name == "absolute" && n.isArray(operands[0]) {
		return n.maySizeInto(target, operands[0])
	}
	if text == "" || !target.typ.IsComplex() {
		return nil
	}
	if !n.isArray(operands[0]) {
		return refuse(reason.UfuncOption, "a product of complex numbers with an out in a loop")
	}
	if first, s := n.arrayIn(operands[0]); s != nil || !first.same(target) {
		return refuse(reason.UfuncOption, "a product of complex numbers with an out in a loop")
	}
	return n.mayMultiplyInPlace(text, target, operands[len(operands)-1])
}

// maySizeInto leaves sizes of complex numbers that are stored over their parts: of what overlaps NumPy
// computes them otherwise.
func (n *nester) maySizeInto(target *narray, v nval) *stop {
	a, s := n.arrayIn(v)
	if s != nil || !a.typ.IsComplex() || !a.computed() {
		return s
	}
	return n.guard(n.outsideOf(a, target))
}

// same says that two arrays are the same elements.
func (a *narray) same(b *narray) bool {
	return a == b || a.computed() && a.place != "" && a.place == b.place && a.typ == b.typ
}

// where is numpy.where of a mask and two choices, one of three an array at least.
func (n *nester) where(c nestArgs) (nval, *stop) {
	args, s := c.bound("condition", "x", "y")
	if s != nil || !args[2].given() || len(c.named) > 0 || !slices.ContainsFunc(args, n.isArray) {
		return nval{}, wrongArguments()
	}
	t, s := n.commonType(args[1], args[2])
	if s != nil {
		return nval{}, s
	}
	out := &narray{typ: t, addr: nest.None, op: kernel.Select, in: []kernel.Type{kernel.Bool, t, t}}
	mask, s := n.maskOf(args[0])
	if s != nil {
		return nval{}, s
	}
	out.args = []nval{mask}
	for _, v := range args[1:] {
		x, s := n.operandOfChoice(v, t)
		if s != nil {
			return nval{}, s
		}
		out.args = append(out.args, x)
	}
	out.dims, s = n.fit(n.shapesOf(out.args)...)
	if s == nil {
		s = n.computedAtAll(out.args, out.dims)
	}
	return arrayOf(out), s
}

// maskOf is an operand of bools; of other types where takes what is not zero.
func (n *nester) maskOf(v nval) (nval, *stop) {
	if !n.isArray(v) {
		x, s := n.scalarOf(v)
		if s != nil {
			return nval{}, s
		}
		t, s := n.truthOf(x)
		return numberOf(ir.ScalarOf(kernel.Bool), t), s
	}
	a, s := n.arrayIn(v)
	if s == nil && a.typ != kernel.Bool {
		return n.elementwise("not_equal", []nval{arrayOf(a), knownVal(constVal(intConst("0")))})
	}
	return arrayOf(a), s
}

// commonType is numpy.result_type of two choices.
func (n *nester) commonType(x, y nval) (kernel.Type, *stop) {
	var ops [2]operand
	for i, v := range []nval{x, y} {
		if !n.isArray(v) {
			number, s := n.scalarOf(v)
			if s != nil {
				return 0, s
			}
			ops[i] = operand{typ: number.typ}
			continue
		}
		a, s := n.arrayIn(v)
		if s != nil {
			return 0, s
		}
		ops[i] = operand{typ: ir.ArrayOf(a.typ, a.rank()), array: true}
	}
	t, s := n.whereType(ops[0], ops[1])
	if s == nil && !computable(t) {
		s = refuse(reason.UfuncTypes, "a choice of these types in a loop")
	}
	return t, s
}

func (n *nester) operandOfChoice(v nval, t kernel.Type) (nval, *stop) {
	if n.isArray(v) {
		a, s := n.arrayIn(v)
		return arrayOf(a), s
	}
	x, s := n.scalarOf(v)
	if s != nil {
		return nval{}, s
	}
	return n.scalarAs(x, t)
}

func (n *nester) shapesOf(args []nval) [][]nest.ID {
	var shapes [][]nest.ID
	for _, v := range args {
		if v.kind == nArray {
			shapes = append(shapes, v.arr.dims)
		}
	}
	return shapes
}
