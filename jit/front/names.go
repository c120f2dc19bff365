package front

import (
	"fmt"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// look resolves an untouched local to what it holds.
func (e *eval) look(v Val) (Val, *stop) {
	if v.Kind != Slot {
		return v, nil
	}
	return e.slotValue(v.Num)
}

// slotValue makes the value of a passed slot an input, once.
func (e *eval) slotValue(slot int) (Val, *stop) {
	if e.slots[slot].Kind != Unbound {
		return e.slots[slot], nil
	}
	source := sched.FromArg
	if e.code.slots[slot].Boxed() {
		source = sched.FromCell
	}
	v, s := e.inputValue(source, e.argIndex(slot), e.descs[slot], e.code.slots[slot].Name)
	if s != nil {
		return Val{}, s
	}
	e.slots[slot] = v
	return v, nil
}

func (e *eval) argIndex(slot int) int {
	for i, s := range e.args {
		if s == slot {
			return i
		}
	}
	return -1
}

// inputValue gives the abstract value of an object that enters the region,
// and records what the region relies on.
func (e *eval) inputValue(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	switch d.Kind {
	case KindArray:
		return e.arrayInput(source, index, d, name)
	case KindNpScalar:
		t, ok := kernel.ParseType(d.DType)
		if !ok {
			return Val{}, refuse(reason.DType, fmt.Sprintf("%q is a NumPy scalar of type %s", name, d.Why))
		}
		return e.numberInput(source, index, d, name, ir.ScalarOf(t)), nil
	case KindConst:
		return e.constInput(source, index, d, name)
	case KindClass:
		return e.classInput(source, index, d, name)
	case KindOther:
		if d.Name == tuple {
			return e.tupleInput(source, index, d, name)
		}
		return e.objectInput(source, index, d, name)
	case KindPython, KindCached:
		if strings.Contains(d.Name, "<locals>") && (source == sched.FromArg || source == sched.FromPart && e.partOfFunction(index)) {
			return e.functionByCode(source, index, d, name)
		}
		fallthrough
	case KindModule, KindUfunc, KindFunction, KindIndexed, KindDType:
		e.guardEqual(source, index, d, name, e.hostObject(d.ID))
		return Val{Kind: Host, Desc: d}, nil
	}
	return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%q is %s", name, d.Why))
}

func (e *eval) arrayInput(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	t, ok := kernel.ParseType(d.DType)
	if !ok {
		return Val{}, refuse(reason.DType, fmt.Sprintf("%q is %s", name, d.Why))
	}
	if len(d.Dims) > sched.MaxRank {
		return Val{}, refuse(reason.Rank, fmt.Sprintf("%q has %d axes, more than %d", name, len(d.Dims), sched.MaxRank))
	}
	in := e.input(Input{Source: source, Index: index, Type: ir.ArrayOf(t, len(d.Dims)), Equal: -1, Name: name, sample: d})
	id := e.inputID(in)
	e.fn.Values[id].Shape = e.symbols(d.Dims)
	return e.newObject(object{Type: e.inputs[in].Type, ID: id, User: true, Input: in}), nil
}

func (e *eval) constInput(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	switch d.Const.T {
	case "float":
		return e.numberInput(source, index, d, name, ir.PyFloatType), nil
	case "int":
		return e.numberInput(source, index, d, name, ir.PyIntType), nil
	case "bool":
		return e.numberInput(source, index, d, name, ir.PyBoolType), nil
	case "complex":
		return e.numberInput(source, index, d, name, ir.PyComplexType), nil
	case "tuple":
		return e.tupleInput(source, index, d, name)
	}
	v := constVal(*d.Const)
	if in := e.guardEqual(source, index, d, name, e.hostConst(*d.Const)); !v.isNone() {
		v.From = in + 1
	}
	return v, nil
}

func (e *eval) numberInput(source sched.SourceKind, index int, d *Desc, name string, t ir.Type) Val {
	in := e.input(Input{Source: source, Index: index, Type: t, Equal: -1, Name: name, sample: d})
	return Val{Kind: Runtime, Type: t, ID: e.inputID(in), Num: in + 1}
}

// guardEqual makes the region rely on the very object, and gives the number of
// its input, or -1. A looked-up fact expects it already.
func (e *eval) guardEqual(source sched.SourceKind, index int, d *Desc, name string, host int) int {
	if source == sched.FromFact {
		return -1
	}
	return e.input(Input{Source: source, Index: index, Type: ir.ObjectType, Equal: host, Name: name, sample: d, ID: ir.None})
}

// input finds or adds an input.
func (e *eval) input(in Input) int {
	for i, x := range e.inputs {
		if x.Source == in.Source && x.Index == in.Index && x.Type == in.Type {
			return i
		}
	}
	in.ID = ir.None
	if in.Source == sched.FromPart {
		in.Of, in.Key = e.parts[in.Index].of, e.parts[in.Index].key
	}
	e.inputs = append(e.inputs, in)
	return len(e.inputs) - 1
}

func (e *eval) inputID(in int) ir.ID {
	if e.inputs[in].ID == ir.None {
		e.inputs[in].ID = e.add(ir.Value{Op: ir.Input, Type: e.inputs[in].Type, Num: in})
	}
	return e.inputs[in].ID
}

// newObject puts an array on the abstract heap.
func (e *eval) newObject(o object) Val {
	e.heap = append(e.heap, o)
	return Val{Kind: ArrayVal, Obj: len(e.heap) - 1}
}

// symbols names the axis lengths of an input: equal lengths get one name.
func (e *eval) symbols(dims []int64) []ir.Sym {
	syms := make([]ir.Sym, len(dims))
	for i, n := range dims {
		syms[i] = e.symbol(n)
	}
	return syms
}

// symbol names a length; an unknown one (negative) gets a name of its own.
func (e *eval) symbol(length int64) ir.Sym {
	for s, n := range e.lengths {
		if n == length && n >= 0 {
			return ir.Sym(s)
		}
	}
	e.lengths = append(e.lengths, length)
	return ir.Sym(len(e.lengths) - 1)
}

// constant gives the literal value of v; an input is pinned to its present
// value by a guard.
func (e *eval) constant(v Val) (bytecode.Const, bool) {
	v, s := e.look(v)
	if s != nil {
		return bytecode.Const{}, false
	}
	switch {
	case v.Kind == Const:
		return v.Const, true
	case v.Kind == Runtime && v.Num > 0 && e.inputs[v.Num-1].sample.Const != nil:
		in := &e.inputs[v.Num-1]
		in.Equal = e.hostConst(*in.sample.Const)
		return *in.sample.Const, true
	case v.Kind == Tup:
		return e.constantTuple(v)
	}
	return bytecode.Const{}, false
}

func (e *eval) constantTuple(v Val) (bytecode.Const, bool) {
	c := bytecode.Const{T: "tuple"}
	for _, item := range v.Items {
		x, ok := e.constant(item)
		if !ok {
			return c, false
		}
		c.Items = append(c.Items, x)
	}
	return c, true
}

func (e *eval) loadGlobal(in *bytecode.Inst) *stop {
	if frameNames[in.Name] {
		return refuse(reason.FrameAccess, fmt.Sprintf("%s() can see the frame", in.Name))
	}
	v, s := e.globalValue(in.Name)
	if s != nil {
		return s
	}
	e.pushCallable(v, in.Null)
	return nil
}

// pushCallable pushes what may be called, with NULL where this CPython has it.
func (e *eval) pushCallable(v Val, null bool) {
	first := e.function().Program.NullFirst()
	if null && first {
		e.push(Val{Kind: Null})
	}
	e.push(v)
	if null && !first {
		e.push(Val{Kind: Null})
	}
}

func (e *eval) globalValue(name string) (Val, *stop) {
	if e.inlined != nil && len(e.inlined.desc.Spaces) > 0 {
		return e.foreignGlobal(e.inlined.desc.Spaces, name)
	}
	a, err := e.asker.Ask(Question{Ask: "name", Name: name})
	if err != nil || a.Desc == nil || a.Desc.Kind == KindMissing {
		return Val{}, refuse(reason.MissingName, fmt.Sprintf("%q is not defined", name))
	}
	return e.factValue(Fact{Dict: e.hostDict("globals"), Key: e.hostKey(name), Expect: -1,
		Fallback: e.hostDict("builtins"), Name: name}, a.Desc)
}

// factValue gives the value of a looked-up name: numbers and arrays are
// looked up again when the namespace changes, other objects must stay.
func (e *eval) factValue(f Fact, d *Desc) (Val, *stop) {
	if enters[d.Kind] || d.Kind == KindConst && numeric(d.Const.T) {
		return e.inputValue(sched.FromFact, e.fact(f), d, f.Name)
	}
	if d.Kind == KindConst {
		f.Expect = e.hostObject(d.ID)
		e.fact(f)
		v := constVal(*d.Const)
		v.Literal = &HostSpec{ID: d.ID}
		return v, nil
	}
	f.Expect = e.hostObject(d.ID)
	e.fact(f)
	return Val{Kind: Host, Desc: d}, nil
}

// enters are the kinds of objects that are inputs where a name leads to them.
var enters = map[string]bool{KindArray: true, KindNpScalar: true, KindClass: true, KindOther: true}

func numeric(t string) bool { return t == "int" || t == "float" || t == "bool" }

// LooksAtFrame is a name that a code object mentions with which it can see all its
// variables: compiled code keeps those that are read by name only.
func LooksAtFrame(code *bytecode.Code) string {
	for _, name := range code.Names {
		if frameNames[name] && name != "globals" {
			return name
		}
	}
	return ""
}

// frameNames are builtins that look into the frame of their caller.
var frameNames = map[string]bool{
	"locals": true, "vars": true, "eval": true, "exec": true, "dir": true, "globals": true,
}
