package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about dicts whose keys are literal texts, and calls with unpacked
// arguments: f(*rest, **options) of what an inlined function collected.

func (e *eval) buildMap(in *bytecode.Inst) *stop {
	var names []bytecode.Const
	var values []Val
	for items := e.popN(2 * in.Arg); len(items) > 0; items = items[2:] {
		names, values = append(names, items[0].Const), append(values, items[1])
	}
	return e.mapping(names, values)
}

func (e *eval) buildConstKeyMap(in *bytecode.Inst) *stop {
	names := e.pop()
	return e.mapping(names.Const.Items, e.popN(in.Arg))
}

func (e *eval) mapping(names []bytecode.Const, values []Val) *stop {
	if slices.ContainsFunc(names, func(c bytecode.Const) bool { return c.T != "str" }) {
		return refuse(reason.Opcode, "a dict with keys that are no literal texts")
	}
	d := e.emptyDict()
	for i, name := range names {
		var s *stop
		if d, s = d.with(name, values[i]); s != nil {
			return s
		}
	}
	e.push(d)
	return nil
}

func (e *eval) emptyDict() Val {
	return Val{Kind: Dict, Const: bytecode.Const{T: "tuple"}, Obj: e.identity()}
}

func (e *eval) dictMerge(in *bytecode.Inst) *stop {
	more, s := e.mapped(e.pop())
	at := len(e.stack) - in.Arg
	switch {
	case s != nil:
		return s
	case at < 0 || e.stack[at].Kind != Dict || more.Kind != Dict:
		return refuse(reason.UnknownCall, "keywords from a dict known only at run time")
	}
	merged := e.stack[at]
	for i, name := range more.Const.Items {
		var s *stop
		if merged, s = merged.with(name, more.Items[i]); s != nil {
			return s
		}
	}
	e.stack[at] = merged
	return nil
}

// with is the dict with one more keyword.
func (v Val) with(name bytecode.Const, value Val) (Val, *stop) {
	if _, ok := v.keyword(name.V); ok {
		return Val{}, refuse(reason.CallArgument, fmt.Sprintf("%q is given twice", name.V))
	}
	v.Const.Items = append(append([]bytecode.Const(nil), v.Const.Items...), name)
	v.Items = append(append([]Val(nil), v.Items...), value)
	return v, nil
}

func (v Val) keyword(name string) (Val, bool) {
	for i, k := range v.Const.Items {
		if k.V == name {
			return v.Items[i], true
		}
	}
	return Val{}, false
}

// callFunctionEx calls with a tuple of positional arguments and, where a flag
// says so, a dict of keywords.
func (e *eval) callFunctionEx(in *bytecode.Inst) *stop {
	b, options := bound{}, Val{Kind: Dict}
	if in.Arg&1 != 0 {
		options = e.pop()
	}
	rest, s := e.iterated(e.pop())
	switch {
	case s != nil:
		return refuse(reason.UnknownCall, "arguments from a sequence known only at run time")
	case options.Kind != Dict:
		return refuse(reason.UnknownCall, "keywords from a dict known only at run time")
	}
	b.pos = append(b.pos, rest...)
	for i, name := range options.Const.Items {
		b.kw, b.val = append(b.kw, name.V), append(b.val, options.Items[i])
	}
	return e.callBound(e.popN(2), b)
}

// listToTuple is the intrinsic function of CPython by which *args are made.
const listToTuple = 6

func (e *eval) callIntrinsic(in *bytecode.Inst) *stop {
	v := e.pop()
	if in.Arg != listToTuple || v.Kind != List {
		return refuse(reason.Opcode, "instruction CALL_INTRINSIC_1")
	}
	e.push(Val{Kind: Tup, Items: v.Items})
	return nil
}

// mapped gives a dict that enters the region as one of literal keys: which they are, in
// their order, is pinned.
func (e *eval) mapped(v Val) (Val, *stop) {
	v, s := e.look(v)
	if s != nil || v.Kind != Object || v.Desc.Name != dictionary {
		return v, s
	}
	d := e.emptyDict()
	for _, name := range v.Desc.Keys {
		item, s := e.part(v, bytecode.Const{T: "str", V: name})
		if s != nil {
			return v, s
		}
		if d, s = d.with(bytecode.Const{T: "str", V: name}, item); s != nil {
			return v, s
		}
	}
	return d, e.pinKeys(v)
}

// pinKeys makes the region rely on the keys of a dict.
func (e *eval) pinKeys(v Val) *stop {
	keys := bytecode.Const{T: "tuple"}
	for _, name := range v.Desc.Keys {
		keys.Items = append(keys.Items, bytecode.Const{T: "str", V: name})
	}
	same, s := e.part(v, keys)
	if s != nil {
		return s
	}
	if c, ok := e.constant(same); !ok || c.V != "True" {
		return refuse(reason.UnknownCall, "keywords from a dict known only at run time")
	}
	return nil
}
