package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// This file is about functions whose results functools.lru_cache keeps. A call with
// arguments that are known gives what the cache holds for them. That it still does is seen
// at the end of the statement, where the call is made: it counts as a hit, and moves its
// entry to the front, as often as in Python. Nobody's code runs for that.

// cachedCall is a call that is due at the end of the statement: host objects.
type cachedCall struct{ wrapper, cache, arguments, result int }

func (e *eval) callCached(d *Desc, b bound) (Val, *stop) {
	unknown := refuse(reason.CallArgument, "a cached function is called with arguments that are only known at run time")
	if e.looping {
		return Val{}, refuse(reason.UnknownCall, "a cached function is called in a loop")
	}
	if len(b.kw) > 0 {
		return Val{}, unknown
	}
	q := Question{Ask: "cached", ID: d.ID}
	for _, v := range b.pos {
		arg, ok := e.pinnedArgument(v)
		if !ok {
			return Val{}, unknown
		}
		q.Args = append(q.Args, arg)
	}
	a, err := e.asker.Ask(q)
	if err != nil || a.Desc == nil || len(a.Desc.Items) != 2 {
		return Val{}, refuse(reason.UnknownCall, "the result of a cached function is not in its cache: "+a.Error)
	}
	result, s := fixedResult(a.Desc)
	if s != nil {
		return Val{}, s
	}
	cache, arguments := a.Desc.Items[0].ID, a.Desc.Items[1].ID
	e.calls = append(e.calls, cachedCall{e.hostObject(d.ID), e.hostObject(cache), e.hostObject(arguments), e.hostObject(a.Desc.ID)})
	return result, nil
}

// pinnedArgument is one that is a literal, or pinned by its identity.
func (e *eval) pinnedArgument(v Val) (arg CallArg, ok bool) {
	v, s := e.look(v)
	switch {
	case s == nil && v.Kind == Const && foldableType[v.Const.T]:
		return CallArg{Const: &v.Const}, true
	case s == nil && v.Kind == Host && pinned[v.Desc.Kind]:
		return CallArg{Object: v.Desc.ID + 1}, true
	}
	return arg, false
}

// fixedResult is a literal, or an object that is known by its identity.
func fixedResult(d *Desc) (Val, *stop) {
	switch {
	case d.Kind == KindConst && foldableType[d.Const.T]:
		v := constVal(*d.Const)
		v.Literal = &HostSpec{ID: d.ID}
		return v, nil
	case pinned[d.Kind]:
		return Val{Kind: Host, Desc: &Desc{Kind: d.Kind, ID: d.ID, Name: d.Name, Class: d.Class, NIn: d.NIn, NOut: d.NOut, Why: d.Why}}, nil
	}
	return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("a cached function gives something else than a literal, a function, a class or a module (%s)", d.Kind))
}

var foldableType = map[string]bool{"none": true, "bool": true, "int": true, "str": true}

// makeCalls makes the calls that are due: an effect, as stores are.
func (e *eval) makeCalls() *stop {
	if len(e.calls) == 0 {
		return nil
	}
	if e.stored {
		return refuse(reason.TwoEffects, "a cached function is called in a statement that stores")
	}
	callee, s := e.find(hostObject{path: []string{"slipstream._native", "cached"}})
	if s != nil {
		return s
	}
	e.prepare()
	args := []ir.ID{e.mem}
	for _, c := range e.calls {
		for _, host := range []int{c.wrapper, c.cache, c.arguments, c.result} {
			args = append(args, e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: host}))
		}
	}
	e.mem = e.add(ir.Value{Op: ir.Write, Type: ir.MemType, Num: e.hostObject(callee.ID), Num2: -1, Args: args, Quiet: true})
	e.calls, e.stored, e.dirty = nil, true, true
	return nil
}

// statementBegins says that a region may be left in front of in.
func (e *eval) statementBegins(in *bytecode.Inst) bool {
	depth, ok := e.code.starts[in.PC]
	return (ok && depth == e.depth || closesLoop(in)) && !in.Mid && len(e.stack) == 0
}
