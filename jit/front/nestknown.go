package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about what is known of values before a loop begins: identities, types, flags, texts and
// what they are members of. The region's interpretation answers such questions, where it computes
// nothing for it.

// asRegion has the region's interpretation do an instruction with values that do not change in the nest.
func (n *nester) asRegion(in *bytecode.Inst, values ...nval) *stop {
	n.eval.stack = nil
	for _, v := range values {
		x, ok := v.asKnown()
		if !ok || x.Kind == Runtime || x.Kind == Made {
			return refuse(reason.NotConstant, "what is only known in a loop")
		}
		n.eval.stack = append(n.eval.stack, x)
	}
	s := handlers[in.Op](n.eval, in)
	for i, v := range n.eval.stack {
		n.eval.stack[i] = n.asLiteral(v)
	}
	computed := func(v Val) bool {
		return n.onTheWay(v) || v.Kind == Runtime && n.fn.Values[v.ID].Op != ir.Input
	}
	if s == nil && slices.ContainsFunc(n.eval.stack, computed) {
		s = refuse(reason.UnknownValue, "a value that is computed on the way to a loop")
	}
	if s != nil {
		return s // what was looked at stays known, and relied on
	}
	return n.takeOver()
}

// asLiteral is a number of Python's that the region knows beforehand as the literal that it is: nobody
// computes it in front of the nest.
func (n *nester) asLiteral(v Val) Val {
	if v.Kind != Runtime || v.Const.T == "" || v.Type.Kind == ir.NpScalar || n.fn.Values[v.ID].Op == ir.Input {
		return v
	}
	return constVal(v.Const)
}

// neverChanges says that a value is one whose methods, and functions that get it, change nothing.
func (n *nester) neverChanges(v nval) bool {
	x, ok := v.asKnown()
	switch {
	case !ok:
		return false
	case x.Kind == Host:
		return x.Desc.Kind != KindPython && x.Desc.Kind != KindCached && x.Desc.Kind != KindClass
	case x.Kind == Tup || x.Kind == Method:
		return !slices.ContainsFunc(x.Items, func(item Val) bool { return !n.neverChanges(knownVal(item)) })
	}
	return x.Kind == Const || x.Kind == Null
}

// callAsRegion has the region's interpretation do a call of what has no effect, if it can.
func (n *nester) callAsRegion(why *stop, in *bytecode.Inst, values ...nval) *stop {
	if came, asks := n.asTheyCame(values); asks {
		return n.orAsRegion(why, in, came...)
	}
	if slices.ContainsFunc(values, func(v nval) bool { return !n.neverChanges(v) }) {
		return why
	}
	return n.orAsRegion(why, in, values...)
}

// orAsRegion has the region's interpretation do what the nest refuses, if it can.
func (n *nester) orAsRegion(why *stop, in *bytecode.Inst, values ...nval) *stop {
	if why != nil && !n.entered && !n.again && n.asRegion(in, values...) == nil {
		return nil
	}
	return why
}

// sameItems compares two tuples, or two lists that have just been written down, item by item. A NaN that
// may be the same object in both is left to Python: it is equal to itself there.
func (n *nester) sameItems(text string, a, b nval) (nval, *stop) {
	if text != "==" && text != "!=" || isListLiteral(a) != isListLiteral(b) {
		return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of tuples in a loop")
	}
	if len(a.items) != len(b.items) {
		return knownVal(boolVal(text == "!=")), nil
	}
	all := n.constant(kernel.Bool, 1)
	for i, x := range a.items {
		s := n.noNaN(x)
		if s != nil {
			return nval{}, s
		}
		compare := n.binary
		if x.kind == nTuple && b.items[i].kind == nTuple {
			compare = n.sameItems
		}
		same, s := compare("==", x, b.items[i])
		if s != nil {
			return nval{}, s
		}
		t, s := n.truthOf(same)
		if s != nil {
			return nval{}, s
		}
		all = n.scalar(kernel.And, kernel.Bool, all, t)
	}
	if text == "!=" {
		all = n.scalar(kernel.Not, kernel.Bool, all)
	}
	return numberOf(ir.PyBoolType, all), nil
}

// noNaN leaves where a number is none.
func (n *nester) noNaN(v nval) *stop {
	if v.kind == nTuple {
		for _, item := range v.items {
			if s := n.noNaN(item); s != nil {
				return s
			}
		}
		return nil
	}
	if v.kind != nNumber || !v.typ.DType.IsFloat() {
		return nil
	}
	return n.guard(n.compare(kernel.Eq, v.id, v.id))
}

// flagsName is the name of what stands for the flags of an array: nothing is called that.
const flagsName = "flags of an array"

// attributeOfKnown is what only arrays from before the loop tell, whose strides are theirs and not what
// the nest has made up for axes of one element.
func (n *nester) attributeOfKnown(v nval, name string) (nval, *stop) {
	a, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	switch name {
	case "flags":
		return nval{kind: nMethod, name: flagsName, items: []nval{v}}, nil
	case "strides":
		steps := nval{kind: nTuple}
		for _, step := range a.strides {
			steps.items = append(steps.items, n.anew(numberOf(ir.PyIntType, step)))
		}
		return steps, nil
	case "nbytes":
		bytes := n.int(int64(a.typ.Size()))
		for _, d := range a.dims {
			bytes = n.scalar(kernel.Mul, kernel.I64, bytes, d)
		}
		return numberOf(ir.PyIntType, bytes), nil
	}
	return nval{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of an array in a loop", name))
}

// stridesFlags are the flags that follow from strides: whether these are C's.
var stridesFlags = map[string]bool{"c_contiguous": true, "C_CONTIGUOUS": true, "C": true, "CONTIGUOUS": true, "contiguous": true,
	"f_contiguous": false, "F_CONTIGUOUS": false, "F": false, "fortran": false, "FORTRAN": false}

// isFlags says that a value is the flags of an array.
func isFlags(v nval) bool { return v.kind == nMethod && v.name == flagsName }

// pushFlag pushes one of them: by its attribute in small letters, or its key in capitals.
func (n *nester) pushFlag(flags nval, name string, key bool) *stop {
	if letter := map[bool]map[string]string{true: flagKeys, false: flagNames}[key][name]; letter == "W" {
		return n.pushWriteable(flags.items[0])
	}
	c, ok := stridesFlags[name]
	if !ok || key != (name == strings.ToUpper(name)) {
		return refuse(reason.UnknownAttr, fmt.Sprintf("flag %q of an array in a loop", name))
	}
	a, s := n.arrayIn(flags.items[0])
	if s == nil {
		n.push(numberOf(ir.PyBoolType, n.contiguous(a, c)))
	}
	return s
}

// pushWriteable says that an array that the region gets may be written into, which is then seen where it is entered.
func (n *nester) pushWriteable(v nval) *stop {
	if v.kind == nKnown && v.val.Kind == ArrayVal {
		o := n.heap[v.val.Obj]
		if in := o.Input; o.User && in >= 0 && !o.Fixed && n.inputs[in].sample.Flags != nil && strings.Contains(*n.inputs[in].sample.Flags, "W") {
			n.inputs[in].Writable = true
			n.push(knownVal(boolVal(true)))
			return nil
		}
	}
	return refuse(reason.UnknownAttr, `flag "writeable" of such an array in a loop`)
}

// asContiguous is numpy.ascontiguousarray of an array whose elements lie side by side, which is that array.
func (n *nester) asContiguous(args []nval) (nval, *stop) {
	if len(args) != 1 || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	a, s := n.memory(args[0])
	if s == nil {
		s = n.guard(n.contiguous(a, true))
	}
	return args[0], s
}

// sameAddress says whether two objects that the region gets are one.
func (n *nester) sameAddress(a, b nval) (nest.ID, bool) {
	if a.kind != nKnown || b.kind != nKnown {
		return nest.None, false
	}
	x, s := n.look(a.val)
	y, t := n.look(b.val)
	if s != nil || t != nil || x.Kind != Object || y.Kind != Object {
		return nest.None, false
	}
	return n.compare(kernel.Eq, n.objectAddress(x), n.objectAddress(y)), true
}

// contiguous says that elements lie side by side. An axis of one element has no say, and without
// elements they do.
func (n *nester) contiguous(a *narray, c bool) nest.ID {
	all, empty, step := n.constant(kernel.Bool, 1), n.constant(kernel.Bool, 0), n.int(int64(a.typ.Size()))
	axes := make([]int, a.rank())
	for axis := range axes {
		axes[axis] = axis
	}
	if c {
		slices.Reverse(axes)
	}
	for _, axis := range axes {
		d := a.dims[axis]
		fits := n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Eq, d, n.int(1)), n.compare(kernel.Eq, a.strides[axis], step))
		all = n.scalar(kernel.And, kernel.Bool, all, fits)
		empty = n.scalar(kernel.Or, kernel.Bool, empty, n.compare(kernel.Eq, d, n.int(0)))
		step = n.scalar(kernel.Mul, kernel.I64, step, d)
	}
	return n.scalar(kernel.Or, kernel.Bool, all, empty)
}
