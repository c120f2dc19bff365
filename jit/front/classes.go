package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about what objects have by their classes: properties, methods bound to
// the class, methods of special names, what super finds, and whether they are
// instances. All this is looked up anew in each call, as the parts of objects are, and
// has to be the same function: so it shows when a class changes, its bases do, or an
// object gets something of its own in the place of it.

// The ways by which a function is found, first in the pairs of classes.c.
const (
	byProperty    = "property"
	byClassMethod = "classmethod"
	bySpecialName = "special"
	byMethod      = "method" // written in C, of a class that nobody can change
	byComparison  = "compared"
)

// classInput lets a class in, which is pinned.
func (e *eval) classInput(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	if source == sched.FromArg && strings.Contains(d.Name, "<locals>") {
		// The region would keep it alive.
		return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%q is a class that other code has just made", name))
	}
	in := e.input(Input{Source: source, Index: index, Type: ir.ObjectType, Equal: e.hostObject(d.ID), Name: name, sample: d})
	return Val{Kind: Host, Desc: d, Num: in + 1, Name: name}, nil
}

func isClass(v Val) bool { return v.Kind == Host && v.Desc.Kind == KindClass }

// ownObject says that v is an object whose parts are attributes, and no class.
func ownObject(v Val) bool {
	return v.Kind == Object && (v.Desc.Name == "" || v.Desc.Name == record) && v.Desc.Kind != KindClass
}

// byParts is a class as an object that is looked at by its parts.
func byParts(class Val) Val {
	d := *class.Desc
	d.Name, d.Why = "", "a class"
	return Val{Kind: Object, Num: class.Num - 1, Desc: &d, Name: class.Name}
}

// objectAttribute gives an attribute of an object, or of a class looked at by its
// parts. A property is its function's result.
func (e *eval) objectAttribute(v Val, name string) (Val, *stop) {
	found, s := e.part(v, bytecode.Const{T: "str", V: name})
	if s == nil || s.reason != reason.UnknownValue {
		return found, s
	}
	if get, ok := e.byClass(v, byProperty, name); ok {
		return e.inline(get, bound{pos: []Val{v}})
	}
	of, ok := e.byClass(v, byClassMethod, name)
	if !ok {
		return found, s
	}
	class, s := e.classOf(v)
	return Val{Kind: Bound, Items: []Val{class}, Desc: of, Obj: e.identity()}, s
}

// byClass finds a function that the class of an object has, and pins it.
func (e *eval) byClass(v Val, way, name string) (d *Desc, ok bool) {
	key := bytecode.Const{T: "tuple", Items: []bytecode.Const{{T: "str", V: way}, {T: "str", V: name}}}
	return e.functionPart(v, CallArg{Const: &key}, e.hostConst(key), name)
}

func (e *eval) functionPart(v Val, key CallArg, host int, name string) (*Desc, bool) {
	a, err := e.asker.Ask(Question{Ask: "part", ID: v.Desc.ID, Args: []CallArg{key}})
	if err != nil || a.Desc == nil || a.Desc.Kind != KindPython || strings.Contains(a.Desc.Name, "<locals>") {
		return nil, false
	}
	e.input(Input{Source: sched.FromPart, Index: e.partIndex(part{v.Num, host}), Type: ir.ObjectType,
		Equal: e.hostObject(a.Desc.ID), Name: v.Name + "." + name, sample: a.Desc})
	return a.Desc, true
}

// classOf is the class of an object, and a class looked at by its parts itself.
func (e *eval) classOf(v Val) (Val, *stop) {
	if v.Desc.Kind == KindClass {
		return Val{Kind: Host, Desc: e.inputs[v.Num].sample, Num: v.Num + 1, Name: v.Name}, nil
	}
	return e.partNamed(v, "__class__")
}

// dictMethods are those that are given values. Dicts are not asked by pairs, which may be keys.
var dictMethods = map[string]bool{"setdefault": true, "update": true, "pop": true}

// foreignMethod is a method of an object of a class that nobody can change, which Python will call:
// its arguments may be computed before. The class is looked at, or the object is pinned.
func (e *eval) foreignMethod(v Val, name string) (Val, bool) {
	switch {
	case v.Kind == Object && v.Desc.Name == dictionary:
		d, s := e.find(hostObject{path: []string{"builtins", "dict", name}})
		return Val{Kind: Host, Desc: d, Name: v.Name + "." + name}, s == nil && dictMethods[name]
	case v.Kind != Object && (v.Kind != Host || v.Desc.Kind != KindOther):
		return Val{}, false
	}
	key := bytecode.Const{T: "tuple", Items: []bytecode.Const{{T: "str", V: byMethod}, {T: "str", V: name}}}
	a, err := e.asker.Ask(Question{Ask: "part", ID: v.Desc.ID, Args: []CallArg{{Const: &key}}})
	if err != nil || a.Desc == nil || a.Desc.Kind == KindMissing {
		return Val{}, false
	}
	return Val{Kind: Host, Desc: a.Desc, Name: v.Name + "." + name}, true
}

// callSpecial calls what the class of an object has under a special name.
func (e *eval) callSpecial(v Val, name string, b bound) (Val, *stop) {
	of, ok := e.byClass(v, bySpecialName, name)
	if !ok {
		return Val{}, unknown(v)
	}
	b.pos = append([]Val{v}, b.pos...)
	return e.inline(of, b)
}

// lengthOf is len of an object whose class says what that is: no less than zero.
func (e *eval) lengthOf(v Val) (Val, *stop) {
	n, s := e.callSpecial(v, "__len__", bound{})
	if s != nil {
		return n, s
	}
	if n.Kind == Const && n.Const.T == "int" && !strings.HasPrefix(n.Const.V, "-") {
		return n, nil
	}
	if n.Kind != Runtime || n.Type.Kind != ir.PyInt {
		return n, refuse(reason.UnknownCall, "a length that is no integer")
	}
	if e.fn.Values[n.ID].Op == ir.Dim {
		return n, nil
	}
	zero, s := e.literal(intConst("0"))
	holds := e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: ">=", Args: []ir.ID{n.ID, zero.id}})
	e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: holds}, true)
	return n, s
}

// typeOf is type(value).
func (e *eval) typeOf(d hostObject, b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	if s == nil && ownObject(v) {
		return e.classOf(v)
	}
	return e.ofTypes(d, b)
}

// isInstance is isinstance(value, classes).
func (e *eval) isInstance(d hostObject, b bound) (Val, *stop) {
	if len(b.pos) != 2 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	if s != nil {
		return v, s
	}
	classes, s := e.look(b.pos[1])
	if s != nil {
		return v, s
	}
	if v.Kind != Object && !e.amongClasses(classes) {
		return e.ofTypes(d, b)
	}
	is, s := e.instanceOf(d, v, classes)
	return boolVal(is), s
}

// union is int | float, of which isinstance is asked; it never leaves the region.
func (e *eval) union(text string, left, right Val) (Val, bool) {
	if text != "|" {
		return Val{}, false
	}
	all := Val{Kind: Union}
	for _, v := range []Val{left, right} {
		v, s := e.look(v)
		switch {
		case s == nil && v.Kind == Union:
			all.Items = append(all.Items, v.Items...)
		case s == nil && e.plainClass(v):
			all.Items = append(all.Items, v)
		default:
			return Val{}, false
		}
	}
	return all, true
}

// plainClass says that v is a class of type's.
func (e *eval) plainClass(v Val) bool {
	if isClass(v) {
		return v.Desc.Why == ""
	}
	if v.Kind != Host || v.Desc.Kind != KindFunction {
		return false
	}
	d, s := e.find(hostObject{path: []string{"builtins", "type"}})
	if s != nil {
		return false
	}
	kind, s := e.ofTypes(hostObject{desc: d}, bound{pos: []Val{v}})
	return s == nil && kind.Kind == Host && kind.Desc.ID == d.ID
}

// amongClasses says that there is a class of the program's own.
func (e *eval) amongClasses(v Val) bool {
	v, s := e.look(v)
	return s == nil && (isClass(v) || slices.ContainsFunc(v.Items, e.amongClasses))
}

func (e *eval) instanceOf(d hostObject, v, class Val) (bool, *stop) {
	class, s := e.look(class)
	switch {
	case s != nil:
		return false, s
	case class.Kind == Tup || class.Kind == Union:
		for _, c := range class.Items {
			if is, s := e.instanceOf(d, v, c); s != nil || is {
				return is, s
			}
		}
		return false, nil
	case class.Kind != Host || class.Desc.Kind != KindClass && class.Desc.Kind != KindFunction:
		return false, refuse(reason.CallArgument, "a class that is only known at run time")
	case class.Desc.Why == abstract:
		return e.instanceOfAbstract(d, v, class)
	case v.Kind == Object:
		return e.objectOf(v, class)
	case class.Desc.Why != "":
		return false, refuse(reason.CallArgument, class.Desc.Why)
	}
	asked := *class.Desc
	asked.Kind = KindFunction // of which the trial call may be passed the object
	is, s := e.ofTypes(d, bound{pos: []Val{v, {Kind: Host, Desc: &asked}}})
	return is.Const.V == "True", s
}

// abstract is the Why of a class that is asked for its instances in a way of its own: others
// may be told to be its subclasses.
const abstract = "an abstract class"

// instanceOfAbstract asks now, and has the run ask again, since that may change.
func (e *eval) instanceOfAbstract(d hostObject, v, class Val) (bool, *stop) {
	if e.stored {
		return false, refuse(reason.TwoEffects, "a question behind a store in the same statement")
	}
	callee, s := e.find(d)
	if s != nil {
		return false, s
	}
	h := hostCall{eval: e, q: Question{Ask: "call", ID: callee.ID}}
	trial, id, s := h.asked(v)
	if s != nil {
		return false, s
	}
	h.q.Args = []CallArg{trial, {Object: class.Desc.ID + 1}}
	a, err := e.asker.Ask(h.q)
	if err != nil || a.Desc == nil || a.Desc.Kind != KindConst || a.Desc.Const.T != "bool" {
		return false, refuse(reason.CallArgument, fmt.Sprintf("whether it is an instance of %s is for others to say", class.Desc.Name))
	}
	of, s := e.idOf(class)
	if s != nil {
		return false, s
	}
	is := a.Desc.Const.V == "True"
	e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: e.addRead(ir.Value{Op: ir.Call, Type: ir.PyBoolType,
		Num: e.hostObject(callee.ID), Num2: -1, Args: []ir.ID{id, of}, Quiet: true})}, is)
	return is, nil
}

// asked is a value of which a question is asked: an object stands for itself.
func (h *hostCall) asked(v Val) (CallArg, ir.ID, *stop) {
	id, s := h.handOver(v)
	if s != nil {
		return CallArg{}, id, s
	}
	if v.Kind == Object {
		return CallArg{Object: v.Desc.ID + 1}, id, nil
	}
	trial, s := h.trial(v)
	return trial, id, s
}

// objectOf says whether an object is an instance, and pins that.
func (e *eval) objectOf(v, class Val) (bool, *stop) {
	a, err := e.asker.Ask(Question{Ask: "part", ID: v.Desc.ID, Args: []CallArg{{Object: class.Desc.ID + 1}}})
	if err != nil || a.Desc == nil || a.Desc.Kind != KindConst {
		return false, refuse(reason.CallArgument, fmt.Sprintf("whether %q is an instance is for others to say", v.Name))
	}
	index := e.partIndex(part{v.Num, e.hostObject(class.Desc.ID)})
	is, s := e.inputValue(sched.FromPart, index, a.Desc, v.Name+" of "+class.Desc.Name)
	if s != nil {
		return false, s
	}
	c, _ := e.constant(is)
	return c.V == "True", nil
}

// onlyItself says that an object is equal to no other one, unless that says so.
func (e *eval) onlyItself(v Val) bool {
	if !ownObject(v) {
		return v.isNone()
	}
	key := bytecode.Const{T: "tuple", Items: []bytecode.Const{{T: "str", V: byComparison}, {T: "str", V: "identity"}}}
	is, s := e.partAtEntry(v, key)
	c, known := e.constant(is)
	return s == nil && known && c.V == "True"
}

func isSuper(v Val) bool {
	return v.Kind == Host && v.Desc.Kind == KindFunction && v.Desc.Name == "builtins.super"
}

// loadSuperAttr is an attribute of super(class, object).
func (e *eval) loadSuperAttr(in *bytecode.Inst) *stop {
	vs := e.popN(3)
	super, s := e.look(vs[0])
	if s != nil {
		return s
	}
	if !isSuper(super) {
		return refuse(reason.UnknownCall, "super, which is not Python's")
	}
	v, s := e.superOf(bound{pos: vs[1:]})
	if s != nil {
		return s
	}
	if v, s = e.superAttribute(v, in.Name); s == nil {
		e.pushCallable(v, in.Method)
	}
	return s
}

// superOf is super(class, object), or without arguments what stands for these in a
// function that is called.
func (e *eval) superOf(b bound) (Val, *stop) {
	if len(b.pos) == 0 && e.inlined != nil {
		class, s := e.ownClass()
		if s != nil {
			return class, s
		}
		b.pos = []Val{class, e.locals[0]}
	}
	if len(b.pos) != 2 || len(b.kw) > 0 {
		return Val{}, refuse(reason.FrameAccess, "super() looks into the frame")
	}
	class, s := e.look(b.pos[0])
	if s != nil {
		return class, s
	}
	v, s := e.look(b.pos[1])
	if s == nil && (!isClass(class) || !ownObject(v)) {
		s = refuse(reason.UnknownCall, "super of something else than an object")
	}
	return Val{Kind: SuperOf, Items: []Val{class, v}, Obj: e.identity()}, s
}

// ownClass is the class in whose body the function was written that is called.
func (e *eval) ownClass() (Val, *stop) {
	f := e.function()
	for slot, info := range f.slots {
		if info.Name == "__class__" && len(e.locals) > 0 && !f.slots[0].Boxed() && !f.assigned[0] {
			s := e.loadDeref(&bytecode.Inst{Arg: slot})
			if s != nil {
				return Val{}, s
			}
			return e.pop(), nil
		}
	}
	return Val{}, refuse(reason.FrameAccess, "super() looks into the frame")
}

func (e *eval) superAttribute(super Val, name string) (Val, *stop) {
	class, v := super.Items[0], super.Items[1]
	key := CallArg{Tuple: true, Items: []CallArg{{Object: class.Desc.ID + 1}, {Const: &bytecode.Const{T: "str", V: name}}}}
	of, ok := e.functionPart(v, key, e.host(HostSpec{Super: name, ID: class.Desc.ID}), name)
	if !ok {
		return Val{}, refuse(reason.UnknownAttr, fmt.Sprintf("super().%s is no plain method", name))
	}
	return Val{Kind: Bound, Items: []Val{v}, Desc: of, Obj: e.identity()}, nil
}
