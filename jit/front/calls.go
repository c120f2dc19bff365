package front

import (
	"fmt"
	"strconv"

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
	if two[0].Kind == Leaver {
		return e.leaveWith(two[0], append(two[1:], args...))
	}
	return e.callBound(two, bound{args[:argc-len(kw)], kw, args[argc-len(kw):]})
}

// callBound calls what lies below the arguments with these.
func (e *eval) callBound(two []Val, b bound) *stop {
	callee := two[0]
	switch {
	case two[0].Kind == Null:
		callee = two[1]
	case two[0].Kind == Made && two[1].Kind == Walker: // the iterator of a generator expression
		b.pos = append([]Val{two[1]}, b.pos...)
	case two[1].Kind != Null:
		return refuse(reason.UnknownCall, fmt.Sprintf("%q is a method that Python calls", two[0].Name))
	}
	callee, s := e.look(callee)
	if s != nil {
		return s
	}
	made := len(e.fn.Values)
	v, s := e.callValue(callee, b)
	if s != nil {
		return s
	}
	if len(e.fn.Values) == made && callee.Kind == Host && callee.Desc.Kind != KindPython {
		e.spare(answerGain)
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
	case callee.Kind == Method && callee.Items[0].Kind != ArrayVal && callee.Items[0].Kind != Runtime:
		return e.callOwn(callee, b)
	case callee.Kind == Object && callee.Desc.Name == partial:
		return e.callPartial(callee, b)
	case callee.Kind == Method:
		b.pos = append([]Val{callee.Items[0]}, b.pos...)
		return e.callFunction(npy.FindMethod(callee.Name), methodObject(callee), b)
	case callee.Kind == Made:
		return e.callMade(callee, b)
	case callee.Kind == BoundMethod || callee.Kind == Bound:
		b.pos = append([]Val{callee.Items[0]}, b.pos...)
		return e.inline(callee.Desc, b)
	case callee.Kind == Host && callee.Desc.Kind == KindPython:
		return e.inline(callee.Desc, b)
	case callee.Kind == Host && callee.Desc.Kind == KindCached:
		return e.callCached(callee.Desc, b)
	case ownObject(callee):
		return e.callSpecial(callee, "__call__", b)
	case isClass(callee):
		return Val{}, refuse(reason.UnknownCall, "an object of a class is made")
	case isSuper(callee):
		return e.superOf(b)
	case callee.Kind == Host && callee.Desc.Kind == KindUfunc:
		return e.callUfunc(callee.Desc, b)
	case callee.Kind == Host:
		return e.callFunction(npy.FindFunction(callee.Desc.Name), hostObject{desc: callee.Desc}, b)
	}
	return Val{}, refuse(reason.UnknownCall, "a call of something not known when compiling")
}

// callFunction calls a function, or a method with its object as first argument.
func (e *eval) callFunction(f npy.Function, d hostObject, b bound) (Val, *stop) {
	if f.Recipe != "" && !e.stored {
		if v, ok := e.recipe(f.Recipe, b); ok {
			return v, nil
		}
	}
	switch f.Treat {
	case npy.Where:
		return e.where(d, b)
	case npy.Reduce, npy.Mean, npy.Spread:
		return e.reduce(f, d, b)
	case npy.Clip:
		return e.clip(f, d, b)
	case npy.Length:
		return e.length(b)
	case npy.AbsOf:
		return e.absOf(b)
	case npy.Attribute:
		return e.attributeOf(f.Attr, b)
	case npy.ErrState:
		return e.errState(b)
	case npy.GetAttr:
		return e.getAttr(b)
	case npy.HasAttr:
		return e.hasAttr(b)
	case npy.Iterator:
		return e.iterator(d.name(), b)
	case npy.TupleOf:
		return e.itemsAs(Tup, b)
	case npy.ListOf:
		return e.itemsAs(List, b)
	case npy.DictOf:
		return e.dictOf(b)
	case npy.SumOf:
		return e.sumOf(b)
	case npy.RangeOf:
		return e.rangeOf(b)
	case npy.AnyOf:
		return e.anyOf(d.name(), b)
	case npy.SliceOf:
		return sliceOf(b)
	case npy.Callable:
		return e.callable(b)
	case npy.IsInstance:
		return e.isInstance(d, b)
	case npy.TypeOf:
		return e.typeOf(d, b)
	case npy.OfTypes:
		e.spare(typesGain)
		return e.ofTypes(d, b)
	case npy.Limits:
		return e.limitsOf(d, b)
	case npy.Squeeze:
		return e.squeeze(d, b, f)
	case npy.PureOfNumbers:
		if f.Needs > 1 && len(b.pos) == 1 && len(b.kw) == 0 && e.oneAxisArray(b.pos[0]) {
			f.Needs = 1
			return e.callHost(d, b, f)
		}
		if f.Needs > 1 && len(b.pos) == 1 && len(b.kw) == 0 { // the largest of a sequence
			items, s := e.iterated(b.pos[0])
			if s != nil {
				return Val{}, s
			}
			b.pos = items
		}
		if s := e.onlyNumbers(b); s != nil {
			return Val{}, s
		}
		return e.callHost(d, b, f)
	case npy.Convert:
		return e.convert(f, d, b)
	case npy.Pure:
		return e.callHost(d, b, f)
	case npy.Writes:
		return constVal(noneConst), e.callWriter(f, d, b)
	}
	return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("%s is not compiled", d.name()))
}

// methodObject is the function behind a method of an array or NumPy scalar.
func methodObject(m Val) hostObject {
	class := "ndarray"
	if m.Items[0].Kind == Runtime {
		class = npy.ScalarClass(m.Items[0].Type.DType)
	}
	return hostObject{path: []string{"numpy", class, m.Name}}
}

// attributeOf is a function that asks for an attribute, such as numpy.ndim.
func (e *eval) attributeOf(name string, b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	if s != nil {
		return Val{}, s
	}
	if o, s := e.operandOf(v); v.Kind == Const && s == nil {
		v = Val{Kind: Runtime, Type: o.typ, ID: o.id}
	}
	if v.Kind == Runtime {
		return e.scalarAttribute(v, name)
	}
	return e.attribute(v, name)
}

// ofTypes folds a question that the types of the arguments answer.
func (e *eval) ofTypes(d hostObject, b bound) (Val, *stop) {
	a, s := e.tried(d, b)
	switch {
	case s != nil:
		return Val{}, s
	case a.Kind == KindDType || a.Kind == KindFunction:
		return Val{Kind: Host, Desc: a}, nil
	case foldable(a):
		return constVal(*a.Const), nil
	}
	return Val{}, refuse(reason.UnknownCall, d.name()+" gives something else than a literal or a type")
}

// tried tells what a call gives whose result the types of the arguments decide.
func (e *eval) tried(d hostObject, b bound) (*Desc, *stop) {
	callee, s := e.find(d)
	if s != nil {
		return nil, s
	}
	h := hostCall{eval: e, q: Question{Ask: "call", ID: callee.ID, Kw: b.kw}}
	for _, a := range append(append([]Val(nil), b.pos...), b.val...) {
		a, s := e.look(a)
		if s != nil {
			return nil, s
		}
		x, s := h.trial(a)
		if s != nil {
			return nil, s
		}
		h.q.Args = append(h.q.Args, x)
	}
	a, err := e.asker.Ask(h.q)
	if err != nil || a.Desc == nil {
		return nil, refuse(reason.UnknownCall, fmt.Sprintf("%s raises: %s", d.name(), a.Error))
	}
	return a.Desc, nil
}

func (e *eval) onlyNumbers(b bound) *stop {
	for _, a := range b.pos {
		v, s := e.look(a)
		if s != nil {
			return s
		}
		if v.Kind != Runtime && v.Kind != Const && (v.Kind != ArrayVal || e.heap[v.Obj].Type.Rank > 0) {
			return refuse(reason.CallArgument, "argument is not a number")
		}
	}
	return nil
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
	if len(b.pos) == 1 {
		t, s := e.look(b.pos[0])
		switch {
		case s == nil && (t.Kind == Tup || t.Kind == List || t.Kind == Dict || t.Kind == Set):
			return constVal(intConst(strconv.Itoa(len(t.Items)))), nil
		case s == nil && t.Kind == Object && t.Desc.Name != "" && t.Desc.Name != partial:
			return e.part(t, noneConst)
		case s == nil && ownObject(t):
			return e.lengthOf(t)
		case s == nil && t.Kind == Result:
			return constVal(intConst(strconv.Itoa(len(t.Desc.Items)))), nil
		}
	}
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
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	o, s := e.operandOf(b.pos[0])
	if s != nil {
		return Val{}, s
	}
	if o.array || o.typ.Kind == ir.NpScalar && o.typ.DType.IsFloat() {
		return e.ufunc("absolute", nil, []operand{o})
	}
	return e.hostOperator(unaryFunctions["abs"], o)
}

// where is numpy.where with three arguments. With one it gives places.
func (e *eval) where(d hostObject, b bound) (Val, *stop) {
	if len(b.pos) == 1 && len(b.kw) == 0 {
		return e.callHost(d, b, npy.Function{Fresh: true, Quiet: true})
	}
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
	if s := castable("where", []kernel.Type{kernel.Bool, t, t}, ops); s != nil {
		return Val{}, s
	}
	shape, s := e.broadcast(ops)
	if s != nil {
		return Val{}, s
	}
	if e.stored {
		return Val{}, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	// Of numbers, too, where makes an array: one without axes.
	e.gain(ufuncGain)
	v := ir.Value{Op: ir.Elem, KOp: kernel.Select, In: t, Type: ir.ArrayOf(t, len(shape)), Args: ids(ops), Shape: shape}
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
