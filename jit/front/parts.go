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
	if set, ok, s := e.setPart(v, key); ok || s != nil {
		return set, s
	}
	name := v.Name + "." + key.V
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

func unknown(v Val) *stop {
	return refuse(reason.UnknownValue, fmt.Sprintf("%q is %s", v.Name, v.Desc.Why))
}

// Containers, whose parts are items, not attributes.
const (
	dictionary = "dict"
	sequence   = "sequence" // a tuple or list
)

// containerItem is an item by a literal key.
func (e *eval) containerItem(v, key Val) (Val, *stop) {
	k, ok := e.constant(key)
	if ok && (v.Desc.Name == dictionary && k.T == "str" || v.Desc.Name == sequence && k.T == "int") {
		return e.part(v, k)
	}
	return Val{}, unknown(v)
}

// unpackSequence pushes the items of a tuple or list, the first on top. Its
// length is pinned.
func (e *eval) unpackSequence(v Val, n int) *stop {
	length, s := e.part(v, noneConst)
	if s != nil {
		return s
	}
	if k, ok := e.constant(length); !ok || k.V != strconv.Itoa(n) {
		return refuse(reason.UnknownValue, "unpacks a tuple of another length")
	}
	for i := n - 1; i >= 0; i-- {
		item, s := e.part(v, intConst(strconv.Itoa(i)))
		if s != nil {
			return s
		}
		e.push(item)
	}
	return nil
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
