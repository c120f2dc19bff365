package front

import (
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about comparisons whose outcome is known when compiling: of
// texts, of element types, and of shapes.

// folded compares where that needs no array or number; ok says that it did.
func (e *eval) folded(text string, left, right Val) (v Val, ok bool, s *stop) {
	if v, ok := foldedInts(text, left, right); ok {
		return v, true, nil
	}
	if v, ok := e.joinedTexts(text, left, right); ok {
		return v, true, nil
	}
	if text != "==" && text != "!=" {
		return Val{}, false, nil
	}
	a, s := e.look(left)
	if s != nil {
		return Val{}, false, s
	}
	b, s := e.look(right)
	if s != nil {
		return Val{}, false, s
	}
	var equal bool
	switch {
	case ofDType(a) && namesDType(b) || ofDType(b) && namesDType(a):
		v, s = e.ask("operator", map[string]string{"==": "eq", "!=": "ne"}[text], a, b)
		return v, true, s
	case bothPinned(a, b) && a.Desc.Why == "" && b.Desc.Why == "":
		equal = a.Desc.ID == b.Desc.ID
	case a.Kind == Const && b.Kind == Const && (a.Const.T == "str" || b.Const.T == "str"):
		equal = a.Const.Equal(b.Const)
	case isText(a) && neverText(b) || isText(b) && neverText(a):
		equal = false
	case a.Kind == Tup && b.Kind == Tup:
		if equal, s = e.sameLengths(a.Items, b.Items); s != nil {
			return Val{}, false, s
		}
	default:
		return Val{}, false, nil
	}
	return boolVal(equal == (text == "==")), true, nil
}

// byIdentity says that == and != of two objects, or of one and None, ask whether they are one.
func (e *eval) byIdentity(text string, left, right Val) bool {
	if text != "==" && text != "!=" {
		return false
	}
	a, s := e.look(left)
	b, t := e.look(right)
	return s == nil && t == nil && (a.Kind == Object || b.Kind == Object) && e.onlyItself(a) && e.onlyItself(b)
}

func isText(v Val) bool { return v.Kind == Const && v.Const.T == "str" }

// neverText says that v is equal to no text: one of Python's numbers, a sequence, or what is
// equal to itself alone.
func neverText(v Val) bool {
	switch v.Kind {
	case Runtime:
		return pythonNumber(v.Type)
	case Tup, List, Dict, Made:
		return true
	case Host:
		return pinned[v.Desc.Kind] && v.Desc.Why == "" && v.Desc.Kind != KindFunction
	}
	return false
}

// joinedTexts is the sum of two known texts.
func (e *eval) joinedTexts(text string, left, right Val) (Val, bool) {
	a, s := e.look(left)
	b, t := e.look(right)
	if s != nil || t != nil || text != "+" || !isText(a) || !isText(b) {
		return Val{}, false
	}
	return constVal(bytecode.Const{T: "str", V: a.Const.V + b.Const.V}), true
}

// namesDType says that numpy.dtype takes v without a warning.
func namesDType(v Val) bool {
	switch {
	case ofDType(v):
		return true
	case v.Kind == Host && v.Desc.Kind == KindFunction:
		return npy.NamesType(v.Desc.Name)
	case v.Kind == Const && v.Const.T == "str":
		return npy.NamesType("numpy." + v.Const.V)
	}
	return false
}

// containsOp looks for a literal or an element type among others.
func (e *eval) containsOp(in *bytecode.Inst) *stop {
	vs := e.popN(2)
	item, s := e.look(vs[0])
	if s != nil {
		return s
	}
	of, s := e.look(vs[1])
	if s != nil {
		return s
	}
	found, s := e.contains(of, item)
	if s != nil {
		return s
	}
	e.push(boolVal(found != (in.Arg == 1)))
	return nil
}

func (e *eval) contains(of, item Val) (bool, *stop) {
	unknown := refuse(reason.NotConstant, "a search among values known only at run time")
	if of.Kind == Object && of.Desc.Name == sequence {
		items, s := e.sequenceItems(of)
		if s != nil {
			return false, s
		}
		of = Val{Kind: List, Items: items}
	}
	items := of.Items
	if of.Kind == Object && of.Desc.Name == dictionary && item.Kind == Const && item.Const.T == "str" {
		return e.hasKey(of, item.Const.V)
	}
	if of.Kind == Const && of.Const.T == "str" && item.Kind == Const && item.Const.T == "str" {
		return strings.Contains(of.Const.V, item.Const.V), nil
	}
	if of.Kind == Const && of.Const.T == "frozenset" {
		items = constVal(bytecode.Const{T: "tuple", Items: of.Const.Items}).Items
	} else if of.Kind == Dict {
		items = constVal(of.Const).Items
	} else if of.Kind != Tup && of.Kind != List && of.Kind != Set {
		return false, unknown
	}
	if ofDType(item) && !slices.ContainsFunc(items, func(v Val) bool { return !namesDType(v) }) {
		v, s := e.ask("operator", "contains", Val{Kind: Tup, Items: items}, item)
		return v.Const.V == "True", s
	}
	if item.isNone() && !slices.ContainsFunc(items, e.mayBeNone) {
		return slices.ContainsFunc(items, Val.isNone), nil
	}
	wanted, ok := e.comparable(item)
	if !ok {
		return false, unknown
	}
	found := false
	for _, v := range items {
		c, ok := e.comparable(v)
		if !ok {
			return false, unknown
		}
		found = found || c.Equal(wanted)
	}
	return found, nil
}

// comparable is a value, pinned where it enters the region, that is equal to others of these
// kinds that read alike, and to no other.
func (e *eval) comparable(v Val) (bytecode.Const, bool) {
	v, s := e.look(v)
	if s != nil {
		return bytecode.Const{}, false
	}
	if v.Kind == Runtime && (v.Type.Kind == ir.PyInt || v.Type.Kind == ir.PyBool) && !e.general && !e.varies(v) {
		if c, ok := e.constant(v); ok {
			v = constVal(c)
		}
	}
	if v.Kind == Const && v.Const.T == "bool" {
		return intConst(map[string]string{"True": "1", "False": "0"}[v.Const.V]), true
	}
	return v.Const, comparedByText(v)
}

// varies says that a number enters the region in a variable that the function assigns to in a loop.
func (e *eval) varies(v Val) bool {
	if v.Num == 0 {
		return true
	}
	in := e.inputs[v.Num-1]
	return in.Source == sched.FromArg && (in.Index >= len(e.args) || e.code.cycled[e.args[in.Index]])
}

// mayBeNone says that it is not known whether a value is equal to None: numbers are not.
func (e *eval) mayBeNone(v Val) bool {
	v, s := e.look(v)
	return s != nil || v.Kind != Const && v.Kind != Runtime
}

// comparedByText says that v is equal to others of these kinds that read alike, and to no other.
func comparedByText(v Val) bool {
	return v.Kind == Const && (v.Const.T == "str" || v.Const.T == "int" || v.Const.T == "none")
}

func ofDType(v Val) bool { return v.Kind == Host && v.Desc.Kind == KindDType }

// ask folds a call that the types of its arguments answer.
func (e *eval) ask(module, function string, args ...Val) (Val, *stop) {
	d, s := e.find(hostObject{path: []string{module, function}})
	if s != nil {
		return Val{}, s
	}
	return e.ofTypes(hostObject{desc: d}, bound{pos: args})
}

// sameLengths compares shapes as they are in this call; the run looks whether
// they still compare so, up to the first lengths that differ.
func (e *eval) sameLengths(a, b []Val) (bool, *stop) {
	if s := e.onlyInts(append(append([]Val(nil), a...), b...)); s != nil || len(a) != len(b) {
		return false, s
	}
	for i := range a {
		equal, s := e.sameLength(a[i], b[i])
		if s != nil || !equal {
			return false, s
		}
	}
	return true, nil
}

// onlyInts refuses items whose comparison could do anything else.
func (e *eval) onlyInts(items []Val) *stop {
	for _, item := range items {
		v, s := e.look(item)
		if s != nil {
			return s
		}
		if v.Kind != Const && v.Kind != Runtime || v.Kind == Const && v.Const.T != "int" || v.Kind == Runtime && v.Type.Kind != ir.PyInt {
			return refuse(reason.Branch, "a comparison of tuples of other things than integers")
		}
	}
	return nil
}

func (e *eval) sameLength(a, b Val) (bool, *stop) {
	x, y, s := e.operands(a, b)
	if s != nil {
		return false, s
	}
	v := Val{Kind: Runtime, Type: ir.PyBoolType}
	v.ID = e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: "==", Args: []ir.ID{x.id, y.id}})
	equal, known := e.foreseen(v)
	if !known {
		return false, refuse(reason.Branch, "a comparison of lengths that are only known at run time")
	}
	return equal, nil
}

// foldable says that a call of types gives a literal.
func foldable(d *Desc) bool {
	return d.Kind == KindConst && (d.Const.T == "bool" || d.Const.T == "int" || d.Const.T == "str")
}
