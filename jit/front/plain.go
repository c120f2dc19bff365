package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about calls of Python's own objects that are answered when compiling:
// partial functions, attributes by name, dict.get, methods of known texts, and
// texts made of known values.

// callPartial calls what a functools.partial holds: it may be given other parts at any
// time, so these are looked at in each call.
func (e *eval) callPartial(p Val, b bound) (Val, *stop) {
	function, s := e.partNamed(p, "func")
	if s != nil {
		return Val{}, s
	}
	first, s := e.partNamed(p, "args")
	if s != nil {
		return Val{}, s
	}
	items, s := e.iterated(first)
	if s != nil {
		return Val{}, s
	}
	options, s := e.partNamed(p, "keywords")
	if s != nil {
		return Val{}, s
	}
	if options, s = e.mapped(options); s != nil || options.Kind != Dict {
		return Val{}, refuse(reason.UnknownCall, "a partial function with keywords known only at run time")
	}
	return e.callValue(function, filled(b, items, options))
}

func (e *eval) partNamed(v Val, name string) (Val, *stop) {
	return e.part(v, bytecode.Const{T: "str", V: name})
}

// filled puts the arguments of a partial function before those of its call, whose
// keywords take the place of the former's.
func filled(b bound, first []Val, options Val) bound {
	all := bound{pos: append(slices.Clone(first), b.pos...)}
	given := map[string]int{}
	for i, name := range b.kw {
		given[name] = i
	}
	for i, name := range options.Const.Items {
		v := options.Items[i]
		if at, ok := given[name.V]; ok {
			v = b.val[at]
		}
		all.kw, all.val = append(all.kw, name.V), append(all.val, v)
	}
	for i, name := range b.kw {
		if _, ok := options.keyword(name); !ok {
			all.kw, all.val = append(all.kw, name), append(all.val, b.val[i])
		}
	}
	return all
}

// getAttr is getattr(value, name) or with a default.
func (e *eval) getAttr(b bound) (Val, *stop) {
	v, name, s := e.valueAndName(b, 3)
	if s != nil {
		return Val{}, s
	}
	found, s := e.attribute(v, name)
	if s == nil || len(b.pos) < 3 {
		return found, s
	}
	if has, missing := e.has(v, name); missing != nil || has {
		return found, s
	}
	return b.pos[2], nil
}

func (e *eval) hasAttr(b bound) (Val, *stop) {
	v, name, s := e.valueAndName(b, 2)
	if s != nil {
		return Val{}, s
	}
	if v.Kind == Object || v.Kind == Host && v.Desc.Kind == KindModule {
		_, s := e.attribute(v, name)
		return boolVal(true), s
	}
	has, s := e.has(v, name)
	return boolVal(has), s
}

// has asks it of a value whose type decides.
func (e *eval) has(v Val, name string) (bool, *stop) {
	if v.Kind != ArrayVal && v.Kind != Runtime && v.Kind != Const && !ofDType(v) {
		return false, refuse(reason.UnknownAttr, fmt.Sprintf("whether something has an attribute %q", name))
	}
	has, s := e.ask("builtins", "hasattr", v, constVal(bytecode.Const{T: "str", V: name}))
	return has.Const.V == "True", s
}

func (e *eval) valueAndName(b bound, most int) (Val, string, *stop) {
	if len(b.pos) < 2 || len(b.pos) > most || len(b.kw) > 0 {
		return Val{}, "", refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	if s != nil {
		return v, "", s
	}
	name, ok := e.constant(b.pos[1])
	if !ok || name.T != "str" {
		return v, "", refuse(reason.NotConstant, "the name of an attribute that is only known at run time")
	}
	return v, name.V, nil
}

// callable says whether a value can be called, where its kind tells.
func (e *eval) callable(b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	v, s := e.look(b.pos[0])
	switch {
	case s != nil:
		return v, s
	case v.Kind == Method || v.Kind == BoundMethod || v.Kind == Bound || v.Kind == Made, v.Kind == Host && functionKinds[v.Desc.Kind], v.Kind == Object && v.Desc.Name == partial:
		return boolVal(true), nil
	case v.Kind == ArrayVal || v.Kind == Runtime || v.Kind == Const || v.Kind == Tup || v.Kind == List || v.Kind == Dict:
		return boolVal(false), nil
	}
	return v, refuse(reason.UnknownCall, "whether something can be called")
}

var functionKinds = map[string]bool{KindUfunc: true, KindFunction: true, KindPython: true, KindCached: true}

// textMethods are methods of texts whose results the compiler may ask for.
var textMethods = map[string]bool{
	"lower": true, "upper": true, "strip": true, "lstrip": true, "rstrip": true, "startswith": true, "endswith": true,
	"replace": true, "capitalize": true, "title": true, "casefold": true, "isdigit": true, "isalpha": true, "format": true,
	"count": true, "find": true, "removeprefix": true, "removesuffix": true,
}

// ownMethod finds a method of a text or dict.
func ownMethod(v Val, name string) bool {
	switch {
	case v.Kind == Const && v.Const.T == "str":
		return textMethods[name]
	case v.Kind == List:
		return listMethods[name]
	case v.Kind == Dict, v.Kind == Object && v.Desc.Name == dictionary:
		return name == "get" || name == "copy"
	}
	return false
}

func (e *eval) callOwn(m Val, b bound) (Val, *stop) {
	if of := m.Items[0]; of.Kind == List {
		return e.changeList(m, b)
	} else if of.Kind != Const && m.Name == "copy" {
		return e.dictOf(bound{pos: append([]Val{of}, b.pos...), kw: b.kw, val: b.val})
	} else if of.Kind != Const {
		return e.dictGet(of, b)
	}
	d, s := e.find(hostObject{path: []string{"builtins", "str", m.Name}})
	if s != nil || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	for _, v := range b.pos {
		if c, ok := e.constant(v); !ok || c.T != "str" && c.T != "int" {
			return Val{}, refuse(reason.CallArgument, "arguments that are only known at run time")
		}
	}
	return e.ofTypes(hostObject{desc: d}, bound{pos: append([]Val{m.Items[0]}, b.pos...)})
}

// dictOf is dict(), of keywords or of another dict.
func (e *eval) dictOf(b bound) (Val, *stop) {
	d := e.emptyDict()
	if len(b.pos) > 1 || len(b.pos) == 1 && len(b.kw) > 0 {
		return d, refuse(reason.CallArgument, "arguments")
	}
	if len(b.pos) == 1 {
		of, s := e.mapped(b.pos[0])
		if s == nil && of.Kind != Dict {
			s = refuse(reason.UnknownCall, "a dict of something else than a dict of a few texts")
		}
		d.Const, d.Items = of.Const, of.Items
		return d, s
	}
	for i, name := range b.kw {
		var s *stop
		if d, s = d.with(bytecode.Const{T: "str", V: name}, b.val[i]); s != nil {
			return d, s
		}
	}
	return d, nil
}

// dictGet is get(key) or get(key, default).
func (e *eval) dictGet(d Val, b bound) (Val, *stop) {
	if len(b.pos) < 1 || len(b.pos) > 2 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	key, ok := e.constant(b.pos[0])
	if !ok || key.T != "str" {
		return Val{}, refuse(reason.NotConstant, "a key that is only known at run time")
	}
	there, s := e.hasKey(d, key.V)
	switch {
	case s != nil:
		return Val{}, s
	case !there && len(b.pos) == 2:
		return b.pos[1], nil
	case !there:
		return constVal(noneConst), nil
	case d.Kind == Dict:
		v, _ := d.keyword(key.V)
		return v, nil
	}
	return e.part(d, key)
}

// hasKey says whether a dict has a key, and pins that.
func (e *eval) hasKey(d Val, key string) (bool, *stop) {
	if d.Kind == Dict {
		_, ok := d.keyword(key)
		return ok, nil
	}
	if slices.Contains(d.Desc.Keys, key) {
		_, s := e.part(d, bytecode.Const{T: "str", V: key})
		return s == nil, s
	}
	if s := e.pinKeys(d); s == nil {
		return false, nil
	}
	return e.hasKeyAmongMany(d, key)
}

// hasKeyAmongMany says the same of a dict whose keys are not told: whether it lacks this
// one is a part of it.
func (e *eval) hasKeyAmongMany(d Val, key string) (bool, *stop) {
	lacks, s := e.part(d, bytecode.Const{T: "tuple", Items: []bytecode.Const{noneConst, {T: "str", V: key}}})
	if s != nil {
		return false, s
	}
	c, ok := e.constant(lacks)
	if !ok || c.T != "bool" {
		return false, refuse(reason.UnknownCall, "a key of a dict that is only known at run time")
	}
	return c.V != "True", nil
}

// formatValue is a value in an f-string: one that is known.
func (e *eval) formatValue(in *bytecode.Inst) *stop {
	spec := constVal(bytecode.Const{T: "str"})
	if in.Arg&4 != 0 {
		spec = e.pop()
	}
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	return e.formatted(v, in.Arg&3, &spec)
}

func (e *eval) convertValue(in *bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	return e.formatted(v, in.Arg, nil)
}

// conversions are !s, !r and !a.
var conversions = map[int]string{1: "str", 2: "repr", 3: "ascii"}

func (e *eval) formatted(v Val, conversion int, spec *Val) *stop {
	if v.Kind != Const || v.Const.T != "str" && v.Const.T != "int" && v.Const.T != "none" && v.Const.T != "bool" && v.Const.T != "float" {
		return refuse(reason.Opcode, "the text of a value that is only known at run time")
	}
	var s *stop
	if name := conversions[conversion]; name != "" {
		if v, s = e.ask("builtins", name, v); s != nil {
			return s
		}
	}
	if spec != nil {
		if v, s = e.ask("builtins", "format", v, *spec); s != nil {
			return s
		}
	}
	e.push(v)
	return nil
}

func (e *eval) buildString(in *bytecode.Inst) *stop {
	all := bytecode.Const{T: "str"}
	for _, v := range e.popN(in.Arg) {
		if v.Kind != Const || v.Const.T != "str" {
			return refuse(reason.Opcode, "the text of a value that is only known at run time")
		}
		all.V += v.Const.V
	}
	e.push(constVal(all))
	return nil
}
