package front

import (
	"fmt"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// This file is about functions behind functools.lru_cache, called with objects that are
// known. What such a call gives is in its cache, where it was called like this before: the
// run makes the call, if it is still there, and looks whether it gives the same. So the
// cache counts its hits; a run that is left behind the call counts one more.

// cached is the Name of the Desc of such a function.
const cached = "cached"

func (e *eval) callCached(f Val, b bound) (Val, *stop) {
	if len(b.kw) > 0 || e.stored {
		return Val{}, refuse(reason.CallArgument, "keywords of a function with a cache")
	}
	h := hostCall{eval: e, q: Question{Ask: "cached", ID: f.Desc.ID}}
	ids := []ir.ID{e.inputID(f.Num), ir.None}
	for _, a := range b.pos {
		id, s := h.pinned(a)
		if s != nil {
			return Val{}, s
		}
		ids = append(ids, id)
	}
	a, err := e.asker.Ask(h.q)
	if err != nil || a.Desc == nil {
		return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("%s has a cache: %s", f.Name, a.Error))
	}
	v, s := e.kept(f, a.Desc)
	if s != nil {
		return Val{}, s
	}
	if ids[1], s = e.idOf(v); s != nil {
		return Val{}, s
	}
	return v, e.foundAgain(ids)
}

// pinned adds an argument of which everything is known, and gives what is handed over.
func (h *hostCall) pinned(a Val) (ir.ID, *stop) {
	a, s := h.look(a)
	if s != nil {
		return ir.None, s
	}
	if c, ok := h.constant(a); ok && (c.T == "str" || c.T == "int" || c.T == "bool" || c.T == "none") {
		h.q.Args = append(h.q.Args, CallArg{Const: &c})
		return h.idOf(a)
	}
	if a.Kind != Host || !pinned[a.Desc.Kind] || a.Desc.Why != "" {
		return ir.None, refuse(reason.CallArgument, "a function with a cache is called with what is only known at run time")
	}
	h.q.Args = append(h.q.Args, CallArg{Object: a.Desc.ID + 1})
	return h.idOf(a)
}

// kept is the value in the cache: the very object.
func (e *eval) kept(f Val, d *Desc) (Val, *stop) {
	switch {
	case foldable(d) || d.Kind == KindConst && d.Const.T == "none":
		v := constVal(*d.Const)
		v.Literal = &HostSpec{ID: d.ID}
		return v, nil
	case pinned[d.Kind] && d.Kind != KindClass, d.Kind == KindDType:
		return Val{Kind: Host, Desc: d}, nil
	}
	return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("%s gives %s from its cache", f.Name, d.Kind))
}

func (e *eval) foundAgain(args []ir.ID) *stop {
	callee, s := e.find(hostObject{path: []string{"slipstream._native", "cached"}})
	if s != nil {
		return s
	}
	same := e.addRead(ir.Value{Op: ir.Call, Type: ir.PyBoolType, Num: e.hostObject(callee.ID), Num2: -1, Args: args, Quiet: true})
	e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: same}, true)
	e.gain(callGain)
	return nil
}
