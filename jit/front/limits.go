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

// This file is about numpy.finfo and numpy.iinfo of a type, and about
// squeezing axes that have length one in this call.

// limits are the attributes of those objects that are numbers. None warns.
var limits = map[string]bool{
	"eps": true, "epsneg": true, "max": true, "min": true, "tiny": true, "smallest_normal": true, "resolution": true, "bits": true,
}

func (e *eval) limitsOf(d hostObject, b bound) (Val, *stop) {
	a, s := e.tried(d, b)
	switch {
	case s != nil:
		return Val{}, s
	case a.Kind != KindOther:
		return Val{}, refuse(reason.UnknownCall, d.name()+" gives no object of its own")
	}
	e.gain(callGain)
	return Val{Kind: Host, Desc: a}, nil
}

// limit reads one of them: a number that is part of the region.
func (e *eval) limit(v Val, name string) (Val, *stop) {
	if !limits[name] {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of the limits of a type", name))
	}
	get, s := e.find(hostObject{path: []string{"builtins", "getattr"}})
	if s != nil {
		return Val{}, s
	}
	a, s := e.tried(hostObject{desc: get}, bound{pos: []Val{v, constVal(bytecode.Const{T: "str", V: name})}})
	switch {
	case s != nil:
		return Val{}, s
	case a.Kind == KindConst && numeric(a.Const.T):
		return constVal(*a.Const), nil
	}
	t, ok := kernel.ParseType(a.DType)
	if a.Kind != KindNpScalar || a.ID < 0 || !ok {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of the limits of a type", name))
	}
	id := e.add(ir.Value{Op: ir.HostConst, Type: ir.ScalarOf(t), Num: e.hostObject(a.ID)})
	found := Val{Kind: Runtime, Type: ir.ScalarOf(t), ID: id}
	if a.Value != nil {
		found.Const = *a.Value // for loops
	}
	return found, nil
}

// squeeze without axes removes those that have length one in this call; the
// run looks whether they still have, and the others not.
func (e *eval) squeeze(d hostObject, b bound, f npy.Function) (Val, *stop) {
	if len(b.pos) == 1 && len(b.kw) == 0 && !e.stored && !e.general {
		v, s := e.look(b.pos[0])
		if s != nil {
			return Val{}, s
		}
		if axes, ok := e.unitAxes(v); ok {
			b.pos = []Val{v, axes}
		}
	}
	return e.callHost(d, b, f)
}

func (e *eval) unitAxes(v Val) (axes Val, ok bool) {
	axes = Val{Kind: Tup}
	if v.Kind != ArrayVal {
		return axes, false
	}
	shape := e.fn.Values[e.heap[v.Obj].ID].Shape
	for _, length := range shape {
		if e.lengths[length] < 0 {
			return axes, false
		}
	}
	one, s := e.literal(intConst("1"))
	if s != nil {
		return axes, false
	}
	for axis, length := range shape {
		is := e.lengths[length] == 1
		if is {
			axes.Items = append(axes.Items, constVal(intConst(strconv.Itoa(axis))))
		}
		n := e.dim(e.heap[v.Obj].ID, axis)
		equal := e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: "==", Args: []ir.ID{n.ID, one.id}})
		e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: equal}, is)
	}
	return axes, true
}
