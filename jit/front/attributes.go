package front

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

func (e *eval) loadAttr(in *bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	facts, inputs := len(e.facts), len(e.inputs)
	a, s := e.attribute(v, in.Name)
	if s == nil {
		e.pushCallable(a, in.Method)
		return nil
	}
	method, ok := e.foreignMethod(v, in.Name)
	if !ok || !in.Method {
		return s
	}
	e.facts, e.inputs = e.facts[:facts], e.inputs[:inputs]
	e.push(method)
	e.push(v)
	return nil
}

func (e *eval) attribute(v Val, name string) (Val, *stop) {
	switch {
	case v.Kind == Host && v.Desc.Kind == KindModule:
		return e.moduleAttribute(v.Desc, name)
	case v.Kind == Host && v.Desc.Kind == KindUfunc:
		return e.ufuncAttribute(v.Desc, name)
	case v.Kind == Host && v.Desc.Kind == KindOther:
		return e.limit(v, name)
	case ofDType(v):
		return e.ask("builtins", "getattr", v, constVal(bytecode.Const{T: "str", V: name}))
	case ownMethod(v, name):
		return Val{Kind: Method, Name: name, Items: []Val{v}}, nil
	case v.Kind == Object && v.Desc.Name != "" && v.Desc.Name != record:
		return Val{}, unknown(v)
	case v.Kind == Object:
		return e.objectAttribute(v, name)
	case isClass(v):
		return e.objectAttribute(byParts(v), name)
	case v.Kind == Flags:
		return e.flag(v.Items[0], flagNames[name])
	case v.Kind == SuperOf:
		return e.superAttribute(v, name)
	case v.Kind == Result && slices.Contains(v.Desc.Fields, name):
		return e.resultItem(v, slices.Index(v.Desc.Fields, name))
	case v.Kind == ArrayVal:
		return e.arrayAttribute(v, name)
	case v.Kind == Runtime && v.Type.Kind == ir.NpScalar:
		return e.scalarAttribute(v, name)
	}
	return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of a value that is not an array or a module", name))
}

func (e *eval) moduleAttribute(m *Desc, name string) (Val, *stop) {
	a, err := e.asker.Ask(Question{Ask: "attr", ID: m.ID, Name: name})
	if err != nil || a.Desc == nil || a.Desc.Kind == KindMissing {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("module %s has no plain attribute %q", m.Name, name))
	}
	if a.Desc.Kind == KindPython && npy.Own(m.Name) {
		// Another of NumPy's functions may call it by this name: sum looks numpy.add up.
		return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%s.%s is a Python function", m.Name, name))
	}
	f := Fact{Dict: e.hostModuleDict(m.ID), Key: e.hostKey(name), Expect: -1, Fallback: -1, Name: m.Name + "." + name}
	return e.factValue(f, a.Desc)
}

// ufuncAttribute finds a method of one of NumPy's own ufuncs.
func (e *eval) ufuncAttribute(d *Desc, name string) (Val, *stop) {
	short, ok := strings.CutPrefix(d.Name, "numpy.")
	if !ok || npy.FindFunction(d.Name+"."+name).Treat == npy.Leave {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of %s", name, d.Name))
	}
	a, err := e.asker.Ask(Question{Ask: "object", Path: []string{"numpy", short, name}})
	if err != nil || a.Desc == nil {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("%s has no %q", d.Name, name))
	}
	return Val{Kind: Host, Desc: a.Desc}, nil
}

// arrayAttributes gives the meaning of ndarray's attributes.
var arrayAttributes = map[string]func(*eval, Val) (Val, *stop){
	"shape":    (*eval).shapeOf,
	"ndim":     (*eval).ndimOf,
	"size":     (*eval).sizeOf,
	"T":        (*eval).transposeOf,
	"dtype":    (*eval).dtypeOf,
	"itemsize": (*eval).itemSizeOf,
	"real":     (*eval).realOf,
	"imag":     called("imag"),
	"nbytes":   called("nbytes"),
	"strides":  called("strides"),
	"flags":    func(e *eval, v Val) (Val, *stop) { return Val{Kind: Flags, Items: []Val{v}, Obj: e.identity()}, nil },
}

// called is an attribute that NumPy's own code answers: it reports nothing.
func called(name string) func(*eval, Val) (Val, *stop) {
	return func(e *eval, v Val) (Val, *stop) {
		class := "ndarray"
		if v.Kind == Runtime {
			class = npy.ScalarClass(v.Type.DType)
		}
		get := hostObject{path: []string{"numpy", class, name, "__get__"}}
		return e.callHost(get, bound{pos: []Val{v}}, npy.Function{Quiet: true})
	}
}

// scalarAttributes gives the meaning of attributes of NumPy's scalars, and of
// what numpy.ndim and its like tell of Python's numbers.
var scalarAttributes = map[string]func(*eval, Val) (Val, *stop){
	"shape":    func(*eval, Val) (Val, *stop) { return Val{Kind: Tup}, nil },
	"ndim":     func(*eval, Val) (Val, *stop) { return constVal(intConst("0")), nil },
	"size":     func(*eval, Val) (Val, *stop) { return constVal(intConst("1")), nil },
	"T":        func(_ *eval, v Val) (Val, *stop) { return v, nil },
	"real":     (*eval).realOf,
	"imag":     called("imag"),
	"nbytes":   called("nbytes"),
	"dtype":    func(e *eval, v Val) (Val, *stop) { return e.dtypeNamed(v.Type.DType) },
	"itemsize": func(_ *eval, v Val) (Val, *stop) { return itemSize(v.Type.DType), nil },
}

// realOf a real number is the very object, of a complex one a view.
func (e *eval) realOf(v Val) (Val, *stop) {
	t := v.Type
	if v.Kind == ArrayVal {
		t = e.heap[v.Obj].Type
	}
	if t.DType.IsComplex() {
		return called("real")(e, v)
	}
	return v, nil
}

func (e *eval) scalarAttribute(v Val, name string) (Val, *stop) {
	if f, ok := scalarAttributes[name]; ok {
		return f(e, v)
	}
	if npy.FindMethod(name).Treat != npy.Leave {
		return Val{Kind: Method, Name: name, Items: []Val{v}}, nil
	}
	return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of a NumPy scalar", name))
}

func (e *eval) itemSizeOf(v Val) (Val, *stop) { return itemSize(e.heap[v.Obj].Type.DType), nil }

func itemSize(t kernel.Type) Val { return constVal(intConst(strconv.Itoa(t.Size()))) }

func (e *eval) arrayAttribute(v Val, name string) (Val, *stop) {
	if f, ok := arrayAttributes[name]; ok {
		return f(e, v)
	}
	if npy.FindMethod(name).Treat != npy.Leave {
		return Val{Kind: Method, Name: name, Items: []Val{v}}, nil
	}
	return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("array attribute %q", name))
}

func (e *eval) dim(id ir.ID, axis int) Val {
	n := e.add(ir.Value{Op: ir.Dim, Type: ir.PyIntType, Args: []ir.ID{id}, Num: axis})
	return Val{Kind: Runtime, Type: ir.PyIntType, ID: n}
}

func (e *eval) shapeOf(v Val) (Val, *stop) {
	o := e.heap[v.Obj]
	t := Val{Kind: Tup}
	for axis := range o.Type.Rank {
		t.Items = append(t.Items, e.dim(o.ID, axis))
	}
	return t, nil
}

func (e *eval) ndimOf(v Val) (Val, *stop) {
	return constVal(intConst(strconv.Itoa(e.heap[v.Obj].Type.Rank))), nil
}

func (e *eval) sizeOf(v Val) (Val, *stop) { return e.dim(e.heap[v.Obj].ID, -1), nil }

func (e *eval) dtypeOf(v Val) (Val, *stop) { return e.dtypeNamed(e.heap[v.Obj].Type.DType) }

func (e *eval) dtypeNamed(t kernel.Type) (Val, *stop) {
	a, err := e.asker.Ask(Question{Ask: "dtype", Name: t.String()})
	if err != nil || a.Desc == nil {
		return Val{}, refuse(reason.UnknownAttr, "dtype")
	}
	return Val{Kind: Host, Desc: a.Desc}, nil
}

func (e *eval) transposeOf(v Val) (Val, *stop) {
	o := e.heap[v.Obj]
	e.heap[v.Obj].Viewed = true
	shape := append([]ir.Sym(nil), e.fn.Values[o.ID].Shape...)
	for i, j := 0, len(shape)-1; i < j; i, j = i+1, j-1 {
		shape[i], shape[j] = shape[j], shape[i]
	}
	id := e.add(ir.Value{Op: ir.Transpose, Type: o.Type, Args: []ir.ID{o.ID}, Shape: shape})
	return e.newObject(object{Type: o.Type, ID: id, User: o.User, Input: o.Input, Viewed: true, Fixed: o.Fixed}), nil
}
