package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched/kernel"
)

// This file is about calls in nests with arguments by name, and about arguments that are
// types.

// nestArgs are the arguments of a call.
type nestArgs struct {
	pos   []nval
	named map[string]nval
}

// argsOf gives the last arguments their names.
func argsOf(args []nval, names []string) nestArgs {
	by := nestArgs{pos: args[:len(args)-len(names)], named: map[string]nval{}}
	for i, name := range names {
		by.named[name] = args[len(by.pos)+i]
	}
	return by
}

// absent is an argument that is not given.
var absent = nval{kind: nDead}

func (v nval) given() bool { return v.kind != nDead }

func (v nval) isNone() bool { return v.kind == nKnown && v.val.isNone() }

// bound gives the arguments of these parameters, absent where there is none.
func (a nestArgs) bound(names ...string) ([]nval, *stop) {
	if len(a.pos) > len(names) {
		return nil, wrongArguments()
	}
	out := make([]nval, len(names))
	for i := range out {
		out[i] = absent
	}
	copy(out, a.pos)
	for name, v := range a.named {
		i := slices.Index(names, name)
		if i < len(a.pos) {
			return nil, wrongArguments()
		}
		out[i] = v
	}
	return out, nil
}

// namedTypes are the types that objects name, beside NumPy's dtypes.
var namedTypes = map[string]kernel.Type{
	"builtins.bool": kernel.Bool, "builtins.int": kernel.I64, "builtins.float": kernel.F64,
	"numpy.bool": kernel.Bool, "numpy.bool_": kernel.Bool, "numpy.int8": kernel.I8, "numpy.uint8": kernel.U8, "numpy.int16": kernel.I16, "numpy.uint16": kernel.U16,
	"numpy.int32": kernel.I32, "numpy.uint32": kernel.U32, "numpy.int64": kernel.I64, "numpy.uint64": kernel.U64,
	"numpy.float32": kernel.F32, "numpy.float64": kernel.F64,
}

// typeOf is the type that an argument names, or the other one where it is not given.
func typeOf(v nval, other kernel.Type) (kernel.Type, *stop) {
	if !v.given() || v.isNone() {
		return other, nil
	}
	if v.kind == nKnown && v.val.Kind == Host {
		d := v.val.Desc
		t, ok := namedTypes[d.Name]
		if d.Kind == KindDType {
			t, ok = kernel.ParseType(d.Name)
		}
		if ok && elementary(t) {
			return t, nil
		}
	}
	return 0, wrongArguments()
}

// ownType is the type of an array that NumPy makes of a number.
func ownType(t ir.Type) kernel.Type {
	if t.Kind == ir.PyInt {
		return kernel.I64
	}
	return t.DType
}

// literalInt is an int that stands in the code.
func (n *nester) literalInt(v nval) (int64, bool) {
	if v.kind != nKnown || v.val.Kind != Const || v.val.Const.T != "int" {
		return 0, false
	}
	x, s := n.number(v)
	if s != nil {
		return 0, false
	}
	return int64(n.f.Insts[x.id].Bits), true
}

// literalBool is False, True, or a parameter's default.
func literalBool(v nval, other bool) (bool, *stop) {
	if !v.given() {
		return other, nil
	}
	if v.kind != nKnown || v.val.Kind != Const || v.val.Const.T != "bool" {
		return false, wrongArguments()
	}
	return v.val.Const.V == "True", nil
}
