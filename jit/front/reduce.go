package front

import (
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// reduction is a call of sum, max, min or mean with its options as literals.
type reduction struct {
	f        npy.Function
	array    Val
	axis     bytecode.Const
	keepdims bytecode.Const
	ddof     int // of a deviation
}

// reduce is np.sum(a, axis, keepdims=...) and its like, as function or method.
func (e *eval) reduce(f npy.Function, d hostObject, b bound) (Val, *stop) {
	if e.stored {
		return Val{}, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	if ok, s := e.isArray(b); s != nil || !ok {
		return e.reduceNumber(f, d, b, s)
	}
	if f.Treat == npy.Reduce && slices.ContainsFunc(b.kw, beyondFolds) {
		return e.callHost(d, b, npy.Function{Fresh: true})
	}
	r, s := e.readReduction(f, b)
	if s != nil {
		return Val{}, s
	}
	if f.LooksUp {
		if s := e.guardUfunc(f.Ufunc); s != nil {
			return Val{}, s
		}
	}
	if f.Treat == npy.Spread {
		return e.spread(r, d, b)
	}
	total, s := e.total(r)
	if s != nil || f.Treat != npy.Mean {
		return total, s
	}
	return e.divideByCount(r, total)
}

// beyondFolds are options with which NumPy's own function is called.
func beyondFolds(option string) bool {
	return option == "initial" || option == "where" || option == "dtype"
}

// guardUfunc relies on numpy having its own ufunc under its name.
func (e *eval) guardUfunc(name string) *stop {
	numpy, err := e.asker.Ask(Question{Ask: "object", Path: []string{"numpy"}})
	if err != nil || numpy.Desc == nil {
		return refuse(reason.UnknownValue, "the module numpy")
	}
	v, s := e.moduleAttribute(&Desc{ID: numpy.Desc.ID, Name: "numpy"}, name)
	if s == nil && (v.Kind != Host || v.Desc.Kind != KindUfunc || v.Desc.Name != "numpy."+name) {
		return refuse(reason.UnknownValue, "numpy."+name+" is not NumPy's own")
	}
	return s
}

// isArray says whether what is reduced is an array.
func (e *eval) isArray(b bound) (bool, *stop) {
	if len(b.pos) == 0 {
		return false, refuse(reason.CallArgument, "a reduction of nothing")
	}
	v, s := e.look(b.pos[0])
	return v.Kind == ArrayVal, s
}

// reduceNumber leaves the reduction of a single number to NumPy.
func (e *eval) reduceNumber(f npy.Function, d hostObject, b bound, s *stop) (Val, *stop) {
	if s != nil {
		return Val{}, s
	}
	if v, _ := e.look(b.pos[0]); f.FirstAxis || v.Kind != Runtime && v.Kind != Const {
		return Val{}, refuse(reason.Reduction, "a reduction of a value that is not an array")
	}
	return e.callHost(d, b, npy.Function{})
}

func (e *eval) readReduction(f npy.Function, b bound) (reduction, *stop) {
	r := reduction{f: f, axis: noneConst, keepdims: bytecode.Const{T: "bool", V: "False"}}
	if f.FirstAxis {
		r.axis = intConst("0")
	}
	if len(b.pos) == 0 || len(b.pos) > 2 {
		return r, refuse(reason.CallArgument, "a reduction with more than an array and an axis")
	}
	var s *stop
	if r.array, s = e.look(b.pos[0]); s != nil {
		return r, s
	}
	if r.array.Kind != ArrayVal {
		return r, refuse(reason.Reduction, "a reduction of a value that is not an array")
	}
	if len(b.pos) == 2 {
		b.kw, b.val = append(b.kw, "axis"), append(b.val, b.pos[1])
	}
	for i, name := range b.kw {
		c, ok := e.constant(b.val[i])
		switch {
		case !ok:
			return r, refuse(reason.NotConstant, name+" of a reduction that is only known at run time")
		case name == "axis" && (c.T == "none" || c.T == "int" || c.T == "tuple"):
			r.axis = c
		case name == "keepdims" && c.T == "bool":
			r.keepdims = c
		case name == "ddof" && f.Treat == npy.Spread && f.Ufunc != "" && c.T == "int" && (c.V == "0" || c.V == "1"):
			r.ddof = int(c.V[0] - '0')
		default:
			return r, refuse(reason.CallArgument, "option "+name+" of a reduction")
		}
	}
	return r, nil
}

// whole says that the reduction is one along NumPy's summation tree.
func (e *eval) whole(r reduction) bool {
	t := e.heap[r.array.Obj].Type
	all := r.axis.T == "none" || t.Rank == 1 && r.axis.T == "int" && (r.axis.V == "0" || r.axis.V == "-1")
	return r.f.Ufunc == "add" && t.DType.IsFloat() && t.Rank > 0 && all && r.keepdims.V == "False"
}

// total reduces by the ufunc: natively when all elements are summed, else by
// NumPy's own reduce.
func (e *eval) total(r reduction) (Val, *stop) {
	o := e.heap[r.array.Obj]
	if e.whole(r) {
		t := ir.ScalarOf(o.Type.DType)
		v := ir.Value{Op: ir.Sum, Type: t, Args: []ir.ID{o.ID}}
		e.gain(arrayGain)
		return e.result(v, []operand{{user: o.User}}), nil
	}
	return e.reduceCall(r)
}

// reduceCall calls ufunc.reduce(a, axis, dtype, None, keepdims).
func (e *eval) reduceCall(r reduction) (Val, *stop) {
	o := e.heap[r.array.Obj]
	callee, err := e.asker.Ask(Question{Ask: "object", Path: []string{"numpy", r.f.Ufunc, "reduce"}})
	if err != nil || callee.Desc == nil {
		return Val{}, refuse(reason.Reduction, "numpy."+r.f.Ufunc+".reduce")
	}
	dtype := noneConst
	if r.f.Treat == npy.Mean && !o.Type.DType.Exact() && !o.Type.DType.IsFloat() {
		return Val{}, refuse(reason.DType, "means of halves and of complex numbers have rules of their own")
	}
	if r.f.Treat == npy.Mean && !o.Type.DType.IsFloat() {
		dtype = bytecode.Const{T: "str", V: "f8"}
	}
	options := []bytecode.Const{r.axis, dtype, noneConst, r.keepdims}
	q := Question{Ask: "call", ID: callee.Desc.ID, Args: []CallArg{{DType: o.Type.DType.String(), Rank: o.Type.Rank}}}
	for i := range options {
		q.Args = append(q.Args, CallArg{Const: &options[i]})
	}
	a, err := e.asker.Ask(q)
	if err != nil || a.Desc == nil {
		return Val{}, refuse(reason.Reduction, "numpy."+r.f.Ufunc+".reduce: "+a.Error)
	}
	// Comparing, logic and integer arithmetic report nothing.
	quiet := r.f.Ufunc != "add" && r.f.Ufunc != "multiply" || o.Type.DType.Exact()
	o = e.widened(r, o, a.Desc)
	shape := e.reducedShape(r, e.fn.Values[o.ID].Shape, len(a.Desc.Dims))
	axes := e.foldAxes(r, o, a.Desc)
	e.gain(reductionGain(r, axes, quiet))
	return e.callResult(callee.Desc, o, options, a.Desc, shape, quiet, axes)
}

// reducedShape is that of the result: the axes that are not reduced stay.
func (e *eval) reducedShape(r reduction, of []ir.Sym, rank int) []ir.Sym {
	axes := reducedAxes(r, len(of))
	shape := []ir.Sym{}
	for i, s := range of {
		switch {
		case axes>>i&1 == 0:
			shape = append(shape, s)
		case r.keepdims.V == "True":
			shape = append(shape, ir.One)
		}
	}
	if axes == 0 || len(shape) != rank {
		return e.unknownShape(rank)
	}
	return shape
}

func (e *eval) callResult(callee *Desc, o object, options []bytecode.Const, d *Desc, shape []ir.Sym, quiet bool, axes int) (Val, *stop) {
	t, ok := kernel.ParseType(d.DType)
	if !ok || d.Kind != KindArray && d.Kind != KindNpScalar {
		return Val{}, refuse(reason.DType, "a result of type "+d.Why)
	}
	v := ir.Value{Op: ir.Call, Num: e.hostObject(callee.ID), Num2: -1, Args: []ir.ID{o.ID}, Quiet: quiet, Axes: axes}
	for _, c := range options {
		v.Args = append(v.Args, e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostConst(c)}))
	}
	if d.Kind == KindNpScalar {
		v.Type = ir.ScalarOf(t)
		return Val{Kind: Runtime, Type: v.Type, ID: e.addRead(v)}, nil
	}
	v.Type = ir.ArrayOf(t, len(d.Dims))
	v.Shape = shape
	return e.newObject(object{Type: v.Type, ID: e.addRead(v), Input: -1}), nil
}

func (e *eval) unknownShape(rank int) []ir.Sym {
	shape := make([]ir.Sym, rank)
	for i := range shape {
		shape[i] = e.symbol(-1)
	}
	return shape
}

// divideByCount makes a mean of a sum, as numpy._core._methods._mean does. An
// empty mean warns there: 1 // count fails for it and leads back.
func (e *eval) divideByCount(r reduction, total Val) (Val, *stop) {
	count, s := e.count(r)
	if s != nil {
		return Val{}, s
	}
	e.counted(r, count)
	return e.divide(total, count)
}

// exactCount is the largest number up to which float32 has all integers.
const exactCount = 1 << 24

// counted leaves the region for counts that are not divided by as usual: none,
// and those that float32 does not have. NumPy's count is an int64, by which
// float32 is divided as float64 and rounded; else that is float32's own division.
func (e *eval) counted(r reduction, count Val) {
	if e.heap[r.array.Obj].Type.DType == kernel.F32 {
		limit := e.add(ir.Value{Op: ir.Number, Type: ir.PyIntType, Bits: exactCount})
		times := ir.Value{Op: ir.PyOp, Type: ir.PyIntType, Name: "//", Args: []ir.ID{limit, count.ID}}
		count.ID = e.add(times)
	}
	e.notZero(count)
}

// divide is true_divide(total, count, out=total): the sum's own memory and strides.
func (e *eval) divide(total, count Val) (Val, *stop) {
	a, b, s := e.operands(total, count)
	if s != nil {
		return Val{}, s
	}
	return e.computedInto("divide", a, b)
}

// computedInto is a ufunc whose result takes the place of its first operand.
func (e *eval) computedInto(ufunc string, ops ...operand) (Val, *stop) {
	v, s := e.ufunc(ufunc, nil, ops)
	if s == nil && v.Kind == ArrayVal {
		e.fn.Values[e.heap[v.Obj].ID].SameShape = true
	}
	return v, s
}

// count is the number of elements that each result of the reduction is made of.
func (e *eval) count(r reduction) (Val, *stop) {
	o := e.heap[r.array.Obj]
	if r.axis.T == "none" {
		return e.dim(o.ID, -1), nil
	}
	axes := []bytecode.Const{r.axis}
	if r.axis.T == "tuple" {
		axes = r.axis.Items
	}
	product := constVal(intConst("1"))
	for _, x := range axes {
		n, ok := axisNumber(x.V, o.Type.Rank)
		if !ok || x.T != "int" {
			return Val{}, refuse(reason.Reduction, "an axis out of range")
		}
		if len(axes) == 1 {
			return e.dim(o.ID, n), nil
		}
		a, b, s := e.operands(product, e.dim(o.ID, n))
		if s != nil {
			return Val{}, s
		}
		if product, s = e.pythonOp("*", a, b); s != nil {
			return Val{}, s
		}
	}
	a, _, s := e.operands(product, product)
	return Val{Kind: Runtime, Type: ir.PyIntType, ID: a.id}, s
}

// notZero leaves the region when count is 0: 1 // 0 raises.
func (e *eval) notZero(count Val) {
	one := e.add(ir.Value{Op: ir.Number, Type: ir.PyIntType, Bits: 1})
	e.add(ir.Value{Op: ir.PyOp, Type: ir.PyIntType, Name: "//", Args: []ir.ID{one, count.ID}})
}

func axisNumber(text string, rank int) (int, bool) {
	n, err := strconv.Atoi(text)
	if err == nil && n < 0 {
		n += rank
	}
	return n, err == nil && n >= 0 && n < rank
}
