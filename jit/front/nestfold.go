package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about reductions in nests: sum, max, mean and their like, of whole arrays
// or along axes, by NumPy's own loops; and about the place of the largest element.

// bufferedElements is how many elements NumPy converts at a time.
const bufferedElements = 8192

// exactMean is the largest count that float32 has as it is.
const exactMean = 1 << 24

// reductionOf is the row of a function that reduces, or of a method.
func reductionOf(f npy.Function) bool { return f.Treat == npy.Reduce || f.Treat == npy.Mean }

// reduceList reduces a list of numbers as the array that it makes.
func (n *nester) reduceList(f npy.Function, c nestArgs) (nval, *stop) {
	if len(c.pos) == 0 {
		return nval{}, wrongArguments()
	}
	a, s := n.arrayOfNumbers(nestArgs{pos: c.pos[:1]})
	if s != nil || n.entered {
		return a, s
	}
	return n.reduceCall(f, nestArgs{append([]nval{a}, c.pos[1:]...), c.named})
}

// reduceCall calls a function or method that reduces an array.
func (n *nester) reduceCall(f npy.Function, c nestArgs) (nval, *stop) {
	if len(c.pos) > 2 {
		return nval{}, wrongArguments()
	}
	args, s := c.bound("a", "axis", "keepdims")
	if s != nil {
		return nval{}, s
	}
	keep, s := literalBool(args[2], false)
	if s != nil || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	if f.LooksUp {
		if s := n.guardUfunc(f.Ufunc); s != nil {
			return nval{}, s
		}
	}
	a, s := n.arrayIn(args[0])
	if s != nil {
		return nval{}, s
	}
	axes, s := namedAxes(args[1], a.rank(), f.FirstAxis)
	if s != nil {
		return nval{}, s
	}
	if f.Treat == npy.Mean && a.typ.IsComplex() {
		return nval{}, refuse(reason.Reduction, "a mean of complex numbers in a loop")
	}
	total, s := n.foldAlong(f, a, axes, keep)
	if s != nil || f.Treat != npy.Mean {
		return total, s
	}
	return n.meanOf(total, a, axes)
}

// namedAxes is the set of axes that an argument names.
func namedAxes(v nval, rank int, first bool) (int, *stop) {
	c, ok := constOf(v)
	switch {
	case !v.given() && first:
		c, ok = intConst("0"), true
	case !v.given():
		c, ok = noneConst, true
	}
	if axes := reducedAxes(reduction{axis: c}, rank); ok && axes != 0 {
		return axes, nil
	}
	return 0, refuse(reason.Reduction, "axes that are only known at run time in a loop")
}

// constOf is a literal, or a tuple of such.
func constOf(v nval) (bytecode.Const, bool) {
	if v.kind == nKnown && v.val.Kind == Const {
		return v.val.Const, true
	}
	c := bytecode.Const{T: "tuple"}
	for _, item := range v.items {
		x, ok := constOf(item)
		if !ok {
			return c, false
		}
		c.Items = append(c.Items, x)
	}
	return c, v.kind == nTuple
}

// foldAlong is what a ufunc makes of an array along axes.
func (n *nester) foldAlong(f npy.Function, a *narray, axes int, keep bool) (nval, *stop) {
	if a.typ == kernel.Bool && f.Treat == npy.Reduce && f.Ufunc == "add" && axes == 1<<a.rank()-1 && !keep {
		id, s := n.trues(a)
		return numberOf(ir.ScalarOf(kernel.I64), id), s
	}
	a, s := n.operandOfFold(f, a)
	if s != nil {
		return nval{}, s
	}
	number, s := n.foldNumber(f.Ufunc, a.typ)
	if s != nil {
		return nval{}, s
	}
	if !a.computed() && a.rank() > 1 {
		if s := n.inOrder(a); s != nil {
			return nval{}, s
		}
	}
	out := &narray{typ: a.typ, addr: nest.None}
	for axis, d := range a.dims {
		if axes>>axis&1 == 0 {
			out.dims = append(out.dims, d)
		} else if keep {
			out.dims = append(out.dims, n.int(1))
		}
	}
	words, function, how, s := n.wordsOfFold(a, axes, number)
	if s != nil {
		return nval{}, s
	}
	if out.rank() == 0 && a.typ.IsComplex() {
		return n.foldToMemory(function, how, words, a.typ)
	}
	if out.rank() == 0 {
		id, s := n.host(function, a.typ, how, append(words, n.int(0)))
		return numberOf(ir.ScalarOf(a.typ), id), s
	}
	n.holding = append(n.holding, arrayOf(a))
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	_, s = n.host(function, kernel.I64, how, append(words, out.addr))
	return arrayOf(out), s
}

// foldToMemory has a complex number put where it can be read: an answer has one word.
func (n *nester) foldToMemory(function, how int, words []nest.ID, t kernel.Type) (nval, *stop) {
	out := &narray{typ: t, dims: []nest.ID{n.int(1)}, addr: nest.None}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	if _, s := n.host(function, kernel.I64, how, append(words, out.addr)); s != nil {
		return nval{}, s
	}
	return n.peek(t, out.addr), nil
}

// wordsOfFold are what a function of the host that folds gets, but for where the result is
// put: an expression is computed as it is folded.
func (n *nester) wordsOfFold(a *narray, axes, number int) ([]nest.ID, int, int, *stop) {
	if s := n.computeShared(arrayOf(a), a.dims, false); s != nil {
		return nil, 0, 0, s
	}
	if a.computed() {
		words := append([]nest.ID{n.int(int64(a.rank()))}, a.dims...)
		words = append(append(append(words, n.int(int64(axes))), a.addr), a.strides...)
		return words, nest.Fold, number, nil
	}
	k, s := n.kernelBy(&kernelMaker{dims: a.dims}, arrayOf(a), a.typ)
	if s != nil {
		return nil, 0, 0, s
	}
	words := append([]nest.ID{n.int(int64(number)), n.int(int64(axes))}, k.words...)
	return words, nest.FoldKernel, k.number, nil
}

// foldNumber is what the host calls the loop of a ufunc, where NumPy's reductions are
// what it takes them for.
func (n *nester) foldNumber(ufunc string, t kernel.Type) (int, *stop) {
	a, err := n.asker.Ask(Question{Ask: "fold", Name: ufunc, ID: -1, In: []string{t.String()}})
	for i, name := range nest.Folds {
		if name == ufunc && err == nil && a.Loop {
			return i | int(t)<<4, nil
		}
	}
	return 0, refuse(reason.Reduction, fmt.Sprintf("%s of %v in a loop", ufunc, t))
}

// operandOfFold converts what is reduced to the type in which NumPy does.
func (n *nester) operandOfFold(f npy.Function, a *narray) (*narray, *stop) {
	t := a.typ
	switch {
	case f.Treat == npy.Mean && t.Exact():
		return n.inFloats(a)
	case (f.Ufunc == "logical_or" || f.Ufunc == "logical_and") && t != kernel.Bool:
		v, s := n.elementwise("not_equal", []nval{arrayOf(a), knownVal(constVal(intConst("0")))})
		return v.arr, s
	case (f.Ufunc == "add" || f.Ufunc == "multiply") && t.Exact():
		t = kernel.I64
		if a.typ.IsInt() && a.typ.Unsigned() {
			t = kernel.U64
		}
	}
	if t == a.typ {
		return a, nil
	}
	return &narray{typ: t, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}, nil
}

// inFloats has integers added up as float64: NumPy converts some at a time.
func (n *nester) inFloats(a *narray) (*narray, *stop) {
	size := n.int(1)
	for _, d := range a.dims {
		size = n.scalar(kernel.Mul, kernel.I64, size, d)
	}
	b := &narray{typ: kernel.F64, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
	return b, n.guard(n.compare(kernel.Le, size, n.int(bufferedElements)))
}

// meanOf divides a sum by the number of its summands.
func (n *nester) meanOf(total nval, a *narray, axes int) (nval, *stop) {
	count := n.countAlong(a, axes)
	return n.quotientOfFold(total, count, count)
}

// placeOfExtreme is argmax or argmin of all elements, as C counts them.
func placeOfExtreme(largest int) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		args, s := c.bound("a", "axis")
		if s != nil || !n.isArray(args[0]) {
			return nval{}, wrongArguments()
		}
		a, s := n.arrayIn(args[0])
		if s != nil {
			return nval{}, s
		}
		axes, s := namedAxes(args[1], a.rank(), false)
		if s != nil || axes != 1<<a.rank()-1 || a.rank() > 1 && args[1].given() && !args[1].isNone() {
			return nval{}, refuse(reason.Reduction, "places along axes in a loop")
		}
		if a.rank() > 1 && !(a.computed() && a.own && a.base == nil) {
			a = &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
		}
		if a, s = n.memory(arrayOf(a)); s != nil {
			return nval{}, s
		}
		size := n.int(1)
		for _, d := range a.dims {
			size = n.scalar(kernel.Mul, kernel.I64, size, d)
		}
		id, s := n.host(nest.Place, kernel.I64, largest|int(a.typ)<<4, []nest.ID{size, a.addr, a.strides[a.rank()-1]})
		return numberOf(ir.ScalarOf(kernel.I64), id), s
	}
}

// countNonzero is how many elements of an array are not zero: an int, or in later versions of NumPy an int64.
func (n *nester) countNonzero(args []nval) (nval, *stop) {
	if len(args) != 1 || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	mask, s := n.maskOf(args[0])
	if s != nil {
		return nval{}, s
	}
	callee, s := n.find(hostObject{path: []string{"numpy", "count_nonzero"}})
	if s != nil {
		return nval{}, s
	}
	a, err := n.asker.Ask(Question{Ask: "call", ID: callee.ID, Args: []CallArg{{DType: kernel.Bool.String(), Rank: 1}}})
	if err != nil || a.Desc == nil {
		return nval{}, wrongArguments()
	}
	r, s := resultOf(a.Desc)
	if s != nil {
		return nval{}, s
	}
	id, s := n.trues(mask.arr)
	return numberOf(r.typ, id), s
}

// trues is how many elements of an array of bools are true.
func (n *nester) trues(a *narray) (nest.ID, *stop) {
	if a.computed() && (!a.own || a.base != nil) {
		a = &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
	}
	if !a.computed() {
		if s := n.compute(a); s != nil { // in whatever order: they are counted
			return nest.None, s
		}
	}
	return n.host(nest.Trues, kernel.I64, 0, []nest.ID{n.sizeOf(a), a.addr, a.strides[a.rank()-1]})
}
