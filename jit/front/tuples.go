package front

import (
	"strconv"

	"slipstream/jit/reason"
)

// This file is about tuples made of others, mostly shapes.

// maxRepeated bounds the items of a repeated tuple.
const maxRepeated = 64

// joined is the sum of two tuples, or one repeated.
func (e *eval) joined(text string, left, right Val) (Val, bool) {
	a, s := e.look(left)
	if s != nil || text != "+" && text != "*" {
		return Val{}, false
	}
	b, s := e.look(right)
	switch {
	case s != nil:
		return Val{}, false
	case text == "*" && (b.Kind == Tup || b.Kind == List):
		a, b = b, a
	}
	if a.Kind != Tup && a.Kind != List {
		return Val{}, false
	}
	if text == "*" {
		return e.repeated(a, b)
	}
	return Val{Kind: a.Kind, Items: append(append([]Val(nil), a.Items...), b.Items...), Obj: e.identity()}, b.Kind == a.Kind
}

// repeated is a tuple or list so many times, which is pinned.
func (e *eval) repeated(t, by Val) (Val, bool) {
	if c, ok := e.presently(by); ok && c.T == "int" && len(c.V) < 3 {
		by.Const, _ = e.constant(by)
		by.Kind = Const
	}
	n, err := strconv.Atoi(by.Const.V)
	if by.Kind != Const || by.Const.T != "int" || err != nil || n*len(t.Items) > maxRepeated {
		return Val{}, false
	}
	all := Val{Kind: t.Kind, Obj: e.identity()}
	for range n {
		all.Items = append(all.Items, t.Items...)
	}
	return all, true
}

// tupleSlice is a slice of a tuple with literal bounds.
func (e *eval) tupleSlice(t, key Val) *stop {
	var bounds [3]*int64
	for i, v := range key.Items {
		c, ok := e.constant(v)
		n, err := strconv.ParseInt(c.V, 10, 64)
		switch {
		case ok && c.T == "none":
		case ok && c.T == "int" && err == nil && (i < 2 || n != 0):
			bounds[i] = &n
		default:
			return refuse(reason.NotConstant, "a slice of a tuple that is only known at run time")
		}
	}
	part, step := Val{Kind: t.Kind, Obj: e.identity()}, int64(1)
	if bounds[2] != nil {
		step = *bounds[2]
	}
	at, count := sliceRange(int64(len(t.Items)), bounds[0], bounds[1], bounds[2])
	for range count {
		part.Items, at = append(part.Items, t.Items[at]), at+step
	}
	e.push(part)
	return nil
}
