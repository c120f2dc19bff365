package front

import (
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about changes of lists and dicts that the region has made: items that are
// set or added. Nobody else has seen such a one, so a change is one of what is known of it,
// wherever it is named. It is left to Python where a name is out of reach: in the frames of
// callers, in defaults of functions, in a loop over it that is written out.

// setItem is list[i] = value or dict["name"] = value.
func (e *eval) setItem(container, key, value Val) *stop {
	k, ok := e.constant(key)
	if ok && container.Kind == Dict && k.T == "str" {
		return e.setKey(container, k, value)
	}
	n, err := strconv.Atoi(k.V)
	if !ok || container.Kind != List || k.T != "int" || err != nil {
		return refuse(reason.NotConstant, "a place in a list or dict that is only known at run time")
	}
	if n < 0 {
		n += len(container.Items)
	}
	if n < 0 || n >= len(container.Items) {
		return refuse(reason.UnknownValue, "a list index out of range")
	}
	changed := container
	changed.Items = slices.Clone(container.Items)
	changed.Items[n] = value
	return e.change(changed, value)
}

func (e *eval) setKey(d Val, key bytecode.Const, value Val) *stop {
	changed := d
	changed.Items = slices.Clone(d.Items)
	for i, name := range d.Const.Items {
		if name.V == key.V {
			changed.Items[i] = value
			return e.change(changed, value)
		}
	}
	changed, s := changed.with(key, value)
	if s != nil {
		return s
	}
	return e.change(changed, value)
}

// listMethods are those that change a list here.
var listMethods = map[string]bool{"append": true, "extend": true}

// extend is list += items.
func (e *eval) extend(list, items Val) *stop {
	e.push(list)
	more, s := e.iterated(items)
	if s != nil {
		return s
	}
	list.Items = slices.Concat(list.Items, more)
	return e.change(list, items)
}

// changeList is a call of one of its methods.
func (e *eval) changeList(m Val, b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	list, more, s := m.Items[0], b.pos, (*stop)(nil)
	if m.Name == "extend" {
		more, s = e.iterated(b.pos[0])
	}
	if s != nil {
		return Val{}, s
	}
	list.Items = slices.Concat(list.Items, more)
	return constVal(noneConst), e.change(list, b.pos[0])
}

// change gives a list or dict other items, by all its names. It gets value, which must not
// hold it.
func (e *eval) change(to, value Val) *stop {
	if e.owners[to.Obj] != e.inlined || e.walked[to.Obj] || e.heldByFunction(to) || holdsObject(value, to) {
		return refuse(reason.StoreTarget, "a change of a list or dict that others may have")
	}
	for _, values := range [][]Val{e.locals, e.stack, e.cells} {
		for i, v := range values {
			values[i] = withChanged(v, to)
		}
	}
	e.prepared = nil
	return nil
}

// heldByFunction says that a function that the region makes has it as a default.
func (e *eval) heldByFunction(v Val) bool {
	for _, m := range e.functions {
		if holdsObject(m.defaults, v) || holdsObject(m.options, v) {
			return true
		}
	}
	return false
}

func isObject(v, w Val) bool {
	return v.Kind == w.Kind && (v.Kind == List || v.Kind == Dict) && v.Obj == w.Obj
}

// holdsObject says that v is w or has it among its items.
func holdsObject(v, w Val) bool {
	if isObject(v, w) {
		return true
	}
	for _, item := range v.Items {
		if holdsObject(item, w) {
			return true
		}
	}
	return false
}

// withChanged is v with w in the place of what it was.
func withChanged(v, w Val) Val {
	if isObject(v, w) {
		return w
	}
	if !holdsObject(v, w) {
		return v
	}
	items := make([]Val, len(v.Items))
	for i, item := range v.Items {
		items[i] = withChanged(item, w)
	}
	v.Items = items
	return v
}
