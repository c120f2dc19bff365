package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about std and var in nests, in the steps of numpy._core._methods._var.

// spreadOf is the row of a function whose steps are written out, or of a method.
func spreadOf(f npy.Function) bool { return f.Treat == npy.Spread && f.Ufunc != "" }

// spreadCall calls std or var of floats. With no more elements than ddof NumPy warns.
func (n *nester) spreadCall(f npy.Function, c nestArgs) (nval, *stop) {
	if len(c.pos) > 2 {
		return nval{}, wrongArguments()
	}
	args, s := c.bound("a", "axis", "ddof", "keepdims")
	if s != nil || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	a, s := n.arrayIn(args[0])
	if s != nil {
		return nval{}, s
	}
	if s := n.knownSpread(a.typ); s != nil {
		return nval{}, s
	}
	axes, s := namedAxes(args[1], a.rank(), false)
	if s != nil {
		return nval{}, s
	}
	v, s := n.variance(a, axes, args[2], args[3])
	if s != nil || !f.Root {
		return v, s
	}
	if v.kind == nNumber {
		return n.numpySqrt(v)
	}
	return n.elementwise("sqrt", []nval{v})
}

func (n *nester) knownSpread(t kernel.Type) *stop {
	answer, err := n.asker.Ask(Question{Ask: "fold", Name: "var", ID: -1, In: []string{t.String()}})
	if !t.IsFloat() || err != nil || !answer.Loop {
		return refuse(reason.Reduction, "a deviation of such elements in a loop")
	}
	return nil
}

// variance is the mean square deviation from the mean, which is computed once.
func (n *nester) variance(a *narray, axes int, ddof, keepdims nval) (nval, *stop) {
	keep, s := literalBool(keepdims, false)
	if s != nil {
		return nval{}, s
	}
	if !a.computed() {
		if s := n.laidOut(a); s != nil {
			return nval{}, s
		}
	}
	n.holding = append(n.holding, arrayOf(a))
	sum := npy.Function{Treat: npy.Mean, Ufunc: "add"}
	total, s := n.foldAlong(sum, a, axes, true)
	if s != nil {
		return nval{}, s
	}
	n.holding = append(n.holding, total)
	count := n.countAlong(a, axes)
	mean, s := n.quotientOfFold(total, count, count)
	if s != nil {
		return nval{}, s
	}
	if s := n.compute(mean.arr); s != nil {
		return nval{}, s
	}
	n.holding = append(n.holding, mean)
	squares, s := n.squaredDistance(a, mean)
	if s != nil {
		return nval{}, s
	}
	if total, s = n.foldAlong(sum, squares.arr, axes, keep); s != nil {
		return nval{}, s
	}
	return n.quotientOfFold(total, count, n.without(count, ddof))
}

func (n *nester) squaredDistance(a *narray, mean nval) (nval, *stop) {
	x, s := n.elementwise("subtract", []nval{arrayOf(a), mean})
	if s != nil {
		return nval{}, s
	}
	return n.elementwise("square", []nval{x})
}

// without is the count less the degrees of freedom, or no number where they do not stand in the code.
func (n *nester) without(count nest.ID, ddof nval) nest.ID {
	if !ddof.given() {
		return count
	}
	k, ok := n.literalInt(ddof)
	if !ok || k < 0 {
		return nest.None
	}
	return n.scalar(kernel.Sub, kernel.I64, count, n.int(k))
}

// countAlong is the number of elements that are reduced to one.
func (n *nester) countAlong(a *narray, axes int) nest.ID {
	count := n.int(1)
	for axis, d := range a.dims {
		if axes>>axis&1 != 0 {
			count = n.scalar(kernel.Mul, kernel.I64, count, d)
		}
	}
	return count
}

// quotientOfFold divides a sum of so many summands by a number that floats hold.
func (n *nester) quotientOfFold(total nval, count, by nest.ID) (nval, *stop) {
	if by == nest.None {
		return nval{}, refuse(reason.Reduction, "degrees of freedom that are only known at run time in a loop")
	}
	fits := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Gt, by, n.int(0)), n.compare(kernel.Le, count, n.int(exactMean)))
	if s := n.guard(fits); s != nil {
		return nval{}, s
	}
	if total.kind == nNumber {
		t := total.typ.DType
		id := n.scalar(kernel.Div, t, total.id, n.cast(by, t))
		n.reporting(id, total.id)
		return numberOf(total.typ, id), nil
	}
	t := total.arr.typ
	divisor := numberOf(ir.ScalarOf(t), n.cast(by, t))
	out := &narray{typ: t, dims: total.arr.dims, addr: nest.None, op: kernel.Div, in: []kernel.Type{t, t}, args: []nval{total, divisor}}
	return n.expression(out), nil
}
