package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about setting attributes of objects: effects like stores into
// arrays, where no code runs for it but CPython's own; the run looks.

var noPart = part{-1, -1}

// attr is an attribute that was set, of the object that is input of.
type attr struct {
	of   int
	name string
	v    Val
}

func (e *eval) storeAttr(in *bytecode.Inst) *stop {
	vs := e.popN(2) // value, object
	of, s := e.look(vs[1])
	if s != nil {
		return s
	}
	if of.Kind != Object || of.Desc.Name != "" {
		return refuse(reason.StoreTarget, fmt.Sprintf("attribute %q of a value that is not a plain object", in.Name))
	}
	return e.storePart(of, in.Name, vs[0])
}

// storePart sets an attribute, or an item of a dict.
func (e *eval) storePart(of Val, name string, value Val) *stop {
	v, s := e.look(value)
	switch {
	case s != nil:
		return s
	case e.setsItself(of, name, v):
		return nil
	case e.stored:
		return refuse(reason.TwoEffects, "a second store in the same statement")
	case !mayBeSet(v):
		return refuse(reason.StoreTarget, fmt.Sprintf("%q is set to something else than numbers and arrays", name))
	}
	id, s := e.idOf(v)
	if s != nil {
		return s
	}
	return e.set(of, name, v, id)
}

// ownAttribute prepares o.name += x or d["name"] += x of an array, which updates the array and then
// sets the attribute to what it is: that has to be nothing, which the run looks at
// before the update.
func (e *eval) ownAttribute(in *bytecode.Inst, target Val) *stop {
	of, name, s := e.updatedPart(in)
	if s != nil || target.Kind != ArrayVal || of.Kind != Object {
		return s
	}
	d, s := e.find(hostObject{path: []string{"slipstream._native", "ownpart"}})
	if s != nil {
		return s
	}
	key := e.hostKey(name)
	args := []ir.ID{e.inputID(of.Num), e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: key})}
	v := ir.Value{Op: ir.Call, Type: ir.PyBoolType, Num: e.hostObject(d.ID), Num2: -1, Args: args, Quiet: true}
	e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: e.addRead(v)}, true)
	e.updated = part{of.Num, key}
	return nil
}

// updatedPart tells of which object, and by which name, an instruction updates an
// attribute or the item of a dict.
func (e *eval) updatedPart(in *bytecode.Inst) (of Val, name string, s *stop) {
	insts, n := e.function().Program.Insts, len(e.stack)
	rest := insts[e.function().at[in.End]:]
	switch {
	case n >= 1 && len(rest) > 1 && rest[0].Op == bytecode.Swap && rest[1].Op == bytecode.StoreAttr:
		of, s = e.look(e.stack[n-1])
		return of, rest[1].Name, s
	case n >= 2 && len(rest) > 2 && rest[0].Op == bytecode.Swap && rest[1].Op == bytecode.Swap && rest[2].Op == bytecode.StoreSubscr:
		of, s = e.look(e.stack[n-2])
		if s != nil || of.Kind != Object || of.Desc.Name != dictionary {
			return Val{}, "", s
		}
		key, _ := e.constant(e.stack[n-1])
		return of, key.V, s
	}
	return Val{}, "", nil
}

// setsItself says that v is what the attribute is already: see ownAttribute.
func (e *eval) setsItself(of Val, name string, v Val) bool {
	p := part{of.Num, e.hostKey(name)}
	if v.Kind != ArrayVal || e.updated != p {
		return false
	}
	e.updated = noPart
	set, ok, s := e.setPart(of, bytecode.Const{T: "str", V: name})
	if s != nil || ok {
		return ok && set.same(v)
	}
	in := e.heap[v.Obj].Input
	return in >= 0 && e.inputs[in].Source == sched.FromPart && e.parts[e.inputs[in].Index] == p
}

// mayBeSet says that it does not matter how often v is made.
func mayBeSet(v Val) bool {
	for _, item := range v.Items {
		if !mayBeSet(item) {
			return false
		}
	}
	if v.Kind == Host && v.Desc.Kind != KindClass {
		return true // an object that is there
	}
	return v.Kind == Const || v.Kind == Runtime || v.Kind == ArrayVal || v.Kind == Tup
}

func (e *eval) set(of Val, name string, v Val, id ir.ID) *stop {
	callee, s := e.find(hostObject{path: []string{"slipstream._native", "setpart"}})
	if s != nil {
		return s
	}
	key := e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostKey(name)})
	e.prepare()
	e.shown(v)
	args := []ir.ID{e.mem, e.inputID(of.Num), key, id}
	e.mem = e.add(ir.Value{Op: ir.Write, Type: ir.MemType, Num: e.hostObject(callee.ID), Num2: -1, Args: args, Quiet: true})
	e.stored, e.dirty = true, true
	e.attrs = append(e.attrs, attr{of.Num, name, v})
	e.gain(setGain)
	return nil
}

// shown notes that others see the memory of v from now on.
func (e *eval) shown(v Val) {
	for _, item := range v.Items {
		e.shown(item)
	}
	if v.Kind == ArrayVal {
		e.readInOrder(e.heap[v.Obj].ID)
	}
}

// setPart gives an attribute that was set. Parts of other objects were read when the
// region was entered: these may be the same, or have the same dict, so that a store
// changes what goes by its name, and how many there are. Nobody's code runs for a
// store, so it changes nothing else.
func (e *eval) setPart(v Val, key bytecode.Const) (Val, bool, *stop) {
	if v.Desc.Name == dictionary && key.T != "str" && len(e.attrs) > 0 {
		return Val{}, false, refuse(reason.TwoEffects, "the keys of a dict behind a store into an object")
	}
	for i := len(e.attrs) - 1; i >= 0; i-- {
		switch a := e.attrs[i]; {
		case key.T != "str" || a.name != key.V || v.Desc.Kind == KindClass:
		case a.of != v.Num:
			return Val{}, false, refuse(reason.TwoEffects, "a part of an object behind a store into another one")
		default:
			return a.v, true, nil
		}
	}
	return Val{}, false, nil
}

// mayStill says that an attribute may be what it was when the region was entered,
// though another object was given one of this name: it is now another one.
func (e *eval) mayStill(v Val, key bytecode.Const) bool {
	for _, a := range e.attrs {
		if a.name == key.V && (a.of == v.Num || e.inputs[a.of].sample.ID == v.Desc.ID) {
			return false
		}
	}
	return key.T == "str" && !e.stored && !e.general
}

// still has the run look whether it is. Two objects may be one, or have one dict.
func (e *eval) still(of Val, key bytecode.Const, v Val) *stop {
	if v.Kind == BoundMethod {
		return refuse(reason.TwoEffects, "a method of an object behind a store into another one")
	}
	id, s := e.idOf(v)
	if s != nil {
		return s
	}
	callee, s := e.find(hostObject{path: []string{"slipstream._native", "still"}})
	if s != nil {
		return s
	}
	name := e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostKey(key.V)})
	args := []ir.ID{e.inputID(of.Num), name, id}
	is := e.addRead(ir.Value{Op: ir.Call, Type: ir.PyBoolType, Num: e.hostObject(callee.ID), Num2: -1, Args: args, Quiet: true})
	e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: is}, true)
	return nil
}
