package front

import (
	"fmt"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about objects that are no arrays or numbers: their attributes
// and items enter the region as other values do. They are read when it is
// entered, which shows only where reading runs other code: then it is refused.

// part is an attribute or item of an object.
type part struct {
	of, key int // input, host object
}

// objectInput lets an object in for its parts.
func (e *eval) objectInput(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	if d.Class == 0 {
		return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%q is %s", name, d.Why))
	}
	in := e.input(Input{Source: source, Index: index, Type: ir.ObjectType, Equal: -1, Name: name,
		Class: e.hostObject(d.Class) + 1, sample: d})
	return Val{Kind: Object, Num: in, Desc: d, Name: name}, nil
}

// part gives an attribute or item, or a method.
func (e *eval) part(v Val, key bytecode.Const) (Val, *stop) {
	set, ok, s := e.setPart(v, key)
	switch {
	case ok:
		return set, nil
	case s == nil:
		return e.partAtEntry(v, key)
	case !e.mayStill(v, key):
		return Val{}, s
	}
	found, s := e.partAtEntry(v, key)
	if s == nil {
		s = e.still(v, key, found)
	}
	return found, s
}

// partAtEntry gives what the region finds when it is entered.
func (e *eval) partAtEntry(v Val, key bytecode.Const) (Val, *stop) {
	if e.sets[key.V] && key.T == "str" {
		return Val{}, refuse(reason.TwoEffects, fmt.Sprintf("attribute %q is read in a loop that sets one of this name", key.V))
	}
	name := v.Name + "." + lastText(key)
	a, err := e.asker.Ask(Question{Ask: "part", ID: v.Desc.ID, Args: []CallArg{{Const: &key}}})
	if err != nil || a.Desc == nil || a.Desc.Kind == KindMissing {
		return Val{}, unknown(v)
	}
	host := e.hostConst(key)
	if key.T == "str" {
		host = e.hostKey(key.V)
	}
	index := e.partIndex(part{v.Num, host})
	if a.Where == "method" {
		return e.methodOf(v, index, a.Desc, name)
	}
	return e.inputValue(sched.FromPart, index, a.Desc, name)
}

// lastText is a name, or that of a pair of what is looked for and a name.
func lastText(key bytecode.Const) string {
	if len(key.Items) > 0 {
		return lastText(key.Items[len(key.Items)-1])
	}
	return key.V
}

func unknown(v Val) *stop {
	return refuse(reason.UnknownValue, fmt.Sprintf("%q is %s", v.Name, v.Desc.Why))
}

// Containers, whose parts are items, not attributes.
const (
	dictionary = "dict"
	sequence   = "sequence" // a list
	tuple      = "tuple"
	partial    = "partial" // a functools.partial, of which attributes are read
	record     = "record"  // a tuple of a class of its own, of which both are read
)

// ordered says that v is an object with items that are counted.
func ordered(v Val) bool {
	return v.Kind == Object && (v.Desc.Name == sequence || v.Desc.Name == tuple || v.Desc.Name == record)
}

// maxItems bounds the items of tuples and the keys of dicts that enter a region one by one.
const maxItems = 16

// containerItem is an item by a literal key.
func (e *eval) containerItem(v, key Val) (Val, *stop) {
	k, ok := e.constant(key)
	if ok && (v.Desc.Name == dictionary && k.T == "str" || ordered(v) && k.T == "int") {
		return e.part(v, k)
	}
	if ownObject(v) {
		return e.callSpecial(v, "__getitem__", bound{pos: []Val{key}})
	}
	return Val{}, unknown(v)
}

// tupleInput lets a tuple in by its items, where they are few: it is known as one
// that the region makes. Others are looked at by their parts.
func (e *eval) tupleInput(source sched.SourceKind, index int, d *Desc, name string) (Val, *stop) {
	of := *d
	of.Kind, of.Name, of.Const = KindOther, tuple, nil
	v, s := e.objectInput(source, index, &of, name)
	if s != nil {
		return v, s
	}
	if items, s := e.sequenceItems(v); s == nil {
		return Val{Kind: Tup, Items: items, From: v.Num + 1}, nil
	}
	return v, nil
}

// sequenceItems are the items of a tuple or list. Its length is pinned.
func (e *eval) sequenceItems(v Val) ([]Val, *stop) {
	length, s := e.part(v, noneConst)
	if s != nil {
		return nil, s
	}
	n := maxItems + 1
	if k, ok := e.presently(length); ok {
		n, _ = strconv.Atoi(k.V)
	}
	if n > maxItems {
		return nil, refuse(reason.UnknownValue, fmt.Sprintf("%q has more than %d items", v.Name, maxItems))
	}
	e.constant(length)
	items := make([]Val, n)
	for i := range items {
		if items[i], s = e.part(v, intConst(strconv.Itoa(i))); s != nil {
			return nil, s
		}
	}
	return items, nil
}

// presently is the value of a number in this call, without relying on it.
func (e *eval) presently(v Val) (bytecode.Const, bool) {
	if v.Kind != Runtime || v.Num == 0 || e.inputs[v.Num-1].sample.Const == nil {
		return bytecode.Const{}, false
	}
	return *e.inputs[v.Num-1].sample.Const, true
}

func (e *eval) partIndex(p part) int {
	for i, q := range e.parts {
		if p == q {
			return i
		}
	}
	e.parts = append(e.parts, p)
	return len(e.parts) - 1
}

// methodOf is a method that is a plain function.
func (e *eval) methodOf(v Val, index int, d *Desc, name string) (Val, *stop) {
	if strings.Contains(d.Name, "<locals>") {
		// The region would keep it, and what it closes over, alive.
		return Val{}, refuse(reason.UnknownValue, fmt.Sprintf("%q is a function that other code has just made", name))
	}
	in := e.input(Input{Source: sched.FromPart, Index: index, Type: ir.ObjectType, Equal: e.hostObject(d.ID), Name: name, sample: d})
	return Val{Kind: BoundMethod, Num: in, Items: []Val{v}, Desc: d}, nil
}

// counting gives the length of a list or dict in the place of one whose truth is asked.
func (e *eval) counting(v Val) Val {
	if v.Kind != Object || v.Desc.Name != dictionary && !ordered(v) {
		return v
	}
	if length, s := e.part(v, noneConst); s == nil {
		return length
	}
	return v
}
