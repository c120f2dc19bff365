package front

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// call calls a function that nests compute.
func (n *nester) call(in *bytecode.Inst) *stop {
	args := n.popN(in.Arg)
	two := n.popN(2)
	if two[0].kind == nMethod || two[1].kind == nMethod {
		return n.method(in, two, args)
	}
	if two[0].kind == nKnown && two[0].val.Kind == Made && two[1].kind == nIter && len(args) == 0 {
		return n.generator(in, two[0], two[1])
	}
	callee := two[0]
	if callee.kind == nKnown && callee.val.Kind == Null {
		callee = two[1]
	} else if two[1].kind != nKnown || two[1].val.Kind != Null {
		return refuse(reason.UnknownCall, "a method in a loop")
	}
	if self, of := n.boundMethod(callee); of != nil {
		return n.callPython(in, of, append([]nval{self}, args...))
	}
	if callee.kind == nKnown && callee.val.Kind == Made {
		return n.callInner(in, callee.val, args)
	}
	whole := append(slices.Clone(two), args...)
	if callee.kind != nKnown || callee.val.Kind != Host {
		return n.callAsRegion(refuse(reason.UnknownCall, "a call in a loop"), in, whole...)
	}
	if callee.val.Desc.Kind == KindPython {
		return n.callPython(in, callee.val.Desc, args)
	}
	d := callee.val.Desc
	if t, g := n.takerOf(d, args, in.KwNames); t != nil {
		return n.take(in, t, g)
	}
	if text, ok := map[string]string{"builtins.max": ">", "builtins.min": "<"}[d.Name]; ok && len(in.KwNames) == 0 {
		return n.extremum(text, in, args)
	}
	begun := n.attempt()
	v, s := n.callKnown(d, args, in.KwNames)
	if n.onlyLooked(begun, s) {
		if n.enterRecipe(in, d, args) {
			return nil
		}
		v, s = n.orOutside(s, hostObject{desc: d}, npy.FindFunction(d.Name), args, in.KwNames)
	}
	if s == nil {
		n.push(v)
	}
	return n.callAsRegion(s, in, whole...)
}

// boundMethod is the object and the function of a method that is a plain function, or of an object
// whose class says how it is called.
func (n *nester) boundMethod(callee nval) (nval, *Desc) {
	switch v := callee.val; {
	case callee.kind != nKnown:
		return nval{}, nil
	case v.Kind == BoundMethod || v.Kind == Bound:
		return knownVal(v.Items[0]), v.Desc
	case ownObject(v):
		if of, ok := n.byClass(v, bySpecialName, "__call__"); ok {
			return callee, of
		}
	}
	return nval{}, nil
}

// callKnown calls a function that nests compute by themselves.
func (n *nester) callKnown(d *Desc, args []nval, names []string) (nval, *stop) {
	if f := n.namedCall(d, args); f != nil {
		return f(n, argsOf(args, names))
	}
	if v, known, s := n.ufuncInto(d, args, names); known || s != nil {
		return v, s
	}
	if len(names) > 0 {
		return nval{}, refuse(reason.CallArgument, "arguments by name in a loop")
	}
	if v, known, s := n.ufuncCall(d, args); known || s != nil {
		return v, s
	}
	if f, ok := nestCalls[d.Name]; ok {
		return f(n, args)
	}
	return nval{}, refuse(reason.UnknownCall, d.Name+" in a loop")
}

// namedCall is a function that takes arguments by name, or nil.
func (n *nester) namedCall(d *Desc, args []nval) func(*nester, nestArgs) (nval, *stop) {
	if f := npy.FindFunction(d.Name); reductionOf(f) && len(args) > 0 && n.isArray(args[0]) {
		return func(n *nester, c nestArgs) (nval, *stop) { return n.reduceCall(f, c) }
	} else if reductionOf(f) && len(args) > 0 && (isList(args[0]) || args[0].kind == nTuple) {
		return func(n *nester, c nestArgs) (nval, *stop) { return n.reduceList(f, c) }
	} else if spreadOf(f) {
		return func(n *nester, c nestArgs) (nval, *stop) { return n.spreadCall(f, c) }
	}
	return nestNamed[d.Name]
}

// callKw calls with the names of the last arguments on top of them.
func (n *nester) callKw(in *bytecode.Inst) *stop {
	names := n.pop()
	named := *in
	for _, item := range names.items {
		named.KwNames = append(named.KwNames, item.val.Const.V)
	}
	return n.call(&named)
}

// nestCalls are the functions that nests compute, by their qualified names.
var nestCalls map[string]func(*nester, []nval) (nval, *stop)

func init() {
	nestCalls = map[string]func(*nester, []nval) (nval, *stop){
		"builtins.range": (*nester).rangeOf,
		"builtins.enumerate": func(_ *nester, args []nval) (nval, *stop) {
			if len(args) != 1 {
				return nval{}, wrongArguments()
			}
			return nval{kind: nIterable, over: overCount, items: args}, nil
		},
		"builtins.zip": func(_ *nester, args []nval) (nval, *stop) {
			if len(args) == 0 {
				return nval{}, wrongArguments()
			}
			return nval{kind: nIterable, over: overSeveral, items: args}, nil
		},
		"builtins.map":      (*nester).mapOf,
		"builtins.filter":   (*nester).filterOf,
		"builtins.reversed": (*nester).reversedOf,
		"builtins.list":     (*nester).listOf,
		"builtins.len":      (*nester).lengthOfArray,
		"builtins.abs":      (*nester).absoluteOf,
		"builtins.int":      ofNumber((*nester).toInt),
		"builtins.float":    ofNumber((*nester).toFloat),
		"builtins.bool":     ofNumber(func(n *nester, x nval) (nval, *stop) { t, s := n.truthOf(x); return numberOf(ir.PyBoolType, t), s }),
		"math.sqrt":         ofNumber((*nester).squareRoot),
		"math.fabs": ofFloat(func(n *nester, x nest.ID) (nval, *stop) {
			return numberOf(ir.PyFloatType, n.scalar(kernel.Abs, kernel.F64, x)), nil
		}),
		"math.floor": rounding("floor"),
		"math.ceil":  rounding("ceil"),
		"builtins.divmod": func(n *nester, args []nval) (nval, *stop) {
			if len(args) != 2 {
				return nval{}, wrongArguments()
			}
			q, s := n.binary("//", args[0], args[1])
			if s != nil {
				return nval{}, s
			}
			r, s := n.binary("%", args[0], args[1])
			return nval{kind: nTuple, items: []nval{q, r}}, s
		},
		"math.exp":                finiteFunction("exp"),
		"math.log":                finiteFunction("log"),
		"math.log2":               finiteFunction("log2"),
		"math.log10":              finiteFunction("log10"),
		"math.sin":                finiteFunction("sin"),
		"math.cos":                finiteFunction("cos"),
		"math.tan":                finiteFunction("tan"),
		"math.tanh":               finiteFunction("tanh"),
		"math.sinh":               finiteFunction("sinh"),
		"math.cosh":               finiteFunction("cosh"),
		"math.atan":               finiteFunction("atan"),
		"math.asin":               finiteFunction("asin"),
		"math.acos":               finiteFunction("acos"),
		"numpy.count_nonzero":     (*nester).countNonzero,
		"numpy.sqrt":              ofNumber((*nester).numpySqrt),
		"numpy.absolute":          ofNumber((*nester).numpyAbsolute),
		"numpy.ndindex":           (*nester).indicesOf,
		"numpy.ascontiguousarray": (*nester).asContiguous,
		"numpy.ndenumerate":       (*nester).indexedElements,
		"numpy.flip":              (*nester).flip,
		"numpy.dot": func(n *nester, args []nval) (nval, *stop) {
			if len(args) != 2 {
				return nval{}, wrongArguments()
			}
			return n.product(nest.Dot, args[0], args[1])
		},
	}
	maps.Copy(nestCalls, complexRows())
	maps.Copy(nestCalls, heapRows())
}

func wrongArguments() *stop { return refuse(reason.CallArgument, "arguments of a call in a loop") }

func ofNumber(f func(*nester, nval) (nval, *stop)) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != 1 {
			return nval{}, wrongArguments()
		}
		x, s := n.number(args[0])
		if s != nil {
			return nval{}, s
		}
		return f(n, x)
	}
}

// ofFloat is a function of module math: of a float, or of what is exactly one.
func ofFloat(f func(*nester, nest.ID) (nval, *stop)) func(*nester, []nval) (nval, *stop) {
	return ofNumber(func(n *nester, x nval) (nval, *stop) { return f(n, n.cast(x.id, kernel.F64)) })
}

// finiteFunction leaves where the result is not finite: the function raises then, or not.
func finiteFunction(name string) func(*nester, []nval) (nval, *stop) {
	return ofFloat(func(n *nester, x nest.ID) (nval, *stop) { return n.finite(n.libm(name, x)) })
}

// rounding makes an int of a float of Python's, or of an int.
func rounding(name string) func(*nester, []nval) (nval, *stop) {
	return ofNumber(func(n *nester, x nval) (nval, *stop) {
		switch {
		case x.typ.DType == kernel.F64:
			return n.toInt(numberOf(ir.PyFloatType, n.libm(name, x.id)))
		case x.typ.Kind == ir.PyInt:
			return x, nil
		}
		return nval{}, wrongArguments()
	})
}

func (n *nester) rangeOf(args []nval) (nval, *stop) {
	if len(args) < 1 || len(args) > 3 {
		return nval{}, wrongArguments()
	}
	r := nval{kind: nRange, items: []nval{knownVal(constVal(intConst("0"))), {}, knownVal(constVal(intConst("1")))}}
	if len(args) == 1 {
		r.items[1] = args[0]
	}
	if len(args) > 1 {
		copy(r.items, args)
	}
	for i := range r.items {
		x, s := n.number(r.items[i])
		if s != nil {
			return nval{}, s
		}
		if !x.typ.DType.IsInt() || x.typ.DType == kernel.U64 {
			return nval{}, wrongArguments()
		}
		r.items[i] = numberOf(ir.PyIntType, n.cast(x.id, kernel.I64))
	}
	return r, nil
}

// reversedOf is reversed: of a range the range with the same iterator.
func (n *nester) reversedOf(args []nval) (nval, *stop) {
	if len(args) != 1 {
		return nval{}, wrongArguments()
	}
	if args[0].kind != nRange {
		return nval{kind: nIterable, over: overBack, items: args}, nil
	}
	it, s := n.rangeIter(args[0])
	if s != nil {
		return nval{}, s
	}
	start, step, left := it.items[0].id, it.items[1].id, it.items[2].id
	span := n.scalar(kernel.Mul, kernel.I64, left, step)
	back := n.scalar(kernel.Sub, kernel.I64, n.int(0), step)
	last := n.scalar(kernel.Add, kernel.I64, n.scalar(kernel.Add, kernel.I64, start, span), back)
	stop := n.scalar(kernel.Add, kernel.I64, start, back)
	if s := n.guard(n.inHalf(start, step, last)); s != nil {
		return nval{}, s
	}
	r := nval{kind: nRange}
	for _, id := range []nest.ID{last, stop, back} {
		r.items = append(r.items, numberOf(ir.PyIntType, id))
	}
	return r, nil
}

// inHalf says that numbers are so small that sums of two of them do not wrap.
func (n *nester) inHalf(ids ...nest.ID) nest.ID {
	all := n.constant(kernel.Bool, 1)
	for _, id := range ids {
		small := n.compare(kernel.Lt, n.scalar(kernel.Abs, kernel.I64, id), n.int(1<<62))
		some := n.compare(kernel.Ge, n.scalar(kernel.Abs, kernel.I64, id), n.int(0))
		all = n.scalar(kernel.And, kernel.Bool, all, n.scalar(kernel.And, kernel.Bool, small, some))
	}
	return all
}

func (n *nester) lengthOfArray(args []nval) (nval, *stop) {
	if len(args) == 1 && args[0].kind == nKnown && args[0].val.Kind == Const && args[0].val.Const.T == "str" {
		return knownVal(constVal(intConst(fmt.Sprint(utf8.RuneCountInString(args[0].val.Const.V))))), nil
	}
	if len(args) == 1 && (args[0].kind == nTuple || isListLiteral(args[0])) {
		return knownVal(constVal(intConst(fmt.Sprint(len(args[0].items))))), nil
	}
	if len(args) == 1 && args[0].kind == nList {
		return numberOf(ir.PyIntType, n.lengthOf(args[0])), n.asks(args[0])
	}
	if len(args) == 1 && args[0].kind == nArray {
		return numberOf(ir.PyIntType, args[0].arr.dims[0]), nil
	}
	if len(args) != 1 || args[0].kind != nKnown || args[0].val.Kind != ArrayVal || n.heap[args[0].val.Obj].Type.Rank == 0 {
		return nval{}, wrongArguments()
	}
	a, s := n.array(args[0].val)
	if s != nil {
		return nval{}, s
	}
	return n.dim(a, 0), nil
}

func (n *nester) absoluteOf(args []nval) (nval, *stop) {
	if len(args) == 1 && n.isArray(args[0]) {
		return n.elementwise("absolute", args)
	}
	if len(args) == 1 && args[0].isComplex() {
		return n.complexAbs(args[0])
	}
	return ofNumber((*nester).absolute)(n, args)
}

func (n *nester) absolute(x nval) (nval, *stop) {
	if x.typ.Kind == ir.PyBool {
		return numberOf(ir.PyIntType, n.cast(x.id, kernel.I64)), nil
	}
	t := x.typ.DType
	if t == kernel.Bool {
		return x, nil
	}
	id := n.scalar(kernel.Abs, t, x.id)
	if t.IsInt() && !t.Unsigned() { // the smallest number has no opposite
		return numberOf(x.typ, id), n.guard(n.compare(kernel.Ge, id, n.constant(t, 0)))
	}
	return numberOf(x.typ, id), nil
}

// numpyAbsolute is the ufunc: the smallest integer stays as it is.
func (n *nester) numpyAbsolute(x nval) (nval, *stop) {
	if x.typ.Kind != ir.NpScalar || x.typ.DType == kernel.Bool {
		return nval{}, wrongArguments()
	}
	return numberOf(x.typ, n.scalar(kernel.Abs, x.typ.DType, x.id)), nil
}

func (n *nester) toInt(x nval) (nval, *stop) {
	t := x.typ.DType
	if !t.IsFloat() {
		s := (*stop)(nil)
		id := n.cast(x.id, kernel.I64)
		if t == kernel.U64 {
			s = n.guard(n.compare(kernel.Ge, id, n.int(0)))
		}
		return numberOf(ir.PyIntType, id), s
	}
	wide := n.cast(x.id, kernel.F64)
	fits := n.compare(kernel.Lt, n.scalar(kernel.Abs, kernel.F64, wide), n.float(1<<63))
	if s := n.guard(fits); s != nil {
		return nval{}, s
	}
	return numberOf(ir.PyIntType, n.cast(wide, kernel.I64)), nil
}

func (n *nester) toFloat(x nval) (nval, *stop) {
	return numberOf(ir.PyFloatType, n.cast(x.id, kernel.F64)), nil
}

// squareRoot is math.sqrt: it raises for negative numbers.
func (n *nester) squareRoot(x nval) (nval, *stop) {
	wide := n.cast(x.id, kernel.F64)
	if s := n.guard(n.compare(kernel.Ge, wide, n.float(0))); s != nil {
		return nval{}, s
	}
	return numberOf(ir.PyFloatType, n.scalar(kernel.Sqrt, kernel.F64, wide)), nil
}

func (n *nester) numpySqrt(x nval) (nval, *stop) {
	t := kernel.F64
	if x.typ.DType == kernel.F32 {
		t = kernel.F32
	} else if x.typ.DType == kernel.Bool || x.typ.Kind == ir.NpScalar && x.typ.DType != kernel.F64 {
		return nval{}, wrongArguments()
	}
	id := n.scalar(kernel.Sqrt, t, n.cast(x.id, t))
	n.reporting(id, x.id)
	return numberOf(ir.ScalarOf(t), id), nil
}
