package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/nest"
)

// This file is about attributes that a nest sets, of objects from before it. Nobody else runs
// meanwhile: they are like locals, and set where the nest is left. What they held must be
// freed unnoticed, and setting them must run nobody's code: that is looked at when the nest
// is entered.

// nattr is an attribute that is set, and what it holds when the nest is entered.
type nattr struct {
	of    int // the object's input
	name  string
	entry nval
}

// settable is the key that asks whether an object has an attribute of its own that can be set.
const settable = "settable"

// storeAttr sets an attribute. When the first one of a name is met all is interpreted anew:
// reading others of that name is looked at, too.
func (n *nester) storeAttr(in *bytecode.Inst) *stop {
	vs := n.popN(2) // value, object
	if !n.eval.sets[in.Name] {
		n.eval.sets[in.Name] = true
		n.again, n.entered = true, true
		return nil
	}
	at, s := n.attr(vs[1], in.Name)
	if s != nil {
		return s
	}
	v, s := n.assignableValue(vs[0])
	if s == nil {
		n.now.attrs[at] = n.held(v)
	}
	return s
}

// loadSet reads an attribute of which one of the name is set.
func (n *nester) loadSet(of nval, name string) *stop {
	at, s := n.attr(of, name)
	if s == nil {
		n.push(n.now.attrs[at])
	}
	return s
}

// attr is the number of an attribute in the nest's state.
func (n *nester) attr(of nval, name string) (int, *stop) {
	if of.kind != nKnown || of.val.Kind != Object || of.val.Desc.Name != "" {
		return 0, refuse(reason.StoreTarget, fmt.Sprintf("attribute %q of a value that is not a plain object, in a loop that sets one", name))
	}
	at := slices.IndexFunc(n.attrs, func(a nattr) bool { return a.name == name })
	if at >= 0 && n.attrs[at].of != of.val.Num {
		return 0, refuse(reason.TwoEffects, fmt.Sprintf("attribute %q of two objects, in a loop that sets one", name))
	}
	if at < 0 {
		entry, s := n.attrAtEntry(of.val, name)
		if s != nil {
			return 0, s
		}
		n.attrs, at = append(n.attrs, nattr{of.val.Num, name, entry}), len(n.attrs)
	}
	n.now.attrs = n.withAll(n.now.attrs)
	return at, nil
}

// withAll adds to what attributes hold those that nothing has touched so far.
func (n *nester) withAll(attrs []nval) []nval {
	for _, a := range n.attrs[len(attrs):] {
		attrs = append(attrs, a.entry)
	}
	return attrs
}

// attrAtEntry reads an attribute that can be set.
func (n *nester) attrAtEntry(of Val, name string) (nval, *stop) {
	key := bytecode.Const{T: "tuple", Items: []bytecode.Const{{T: "str", V: settable}, {T: "str", V: name}}}
	can, s := n.partAtEntry(of, key)
	if s != nil {
		return nval{}, s
	}
	if c, ok := n.eval.constant(can); !ok || c.V != "True" {
		return nval{}, refuse(reason.StoreTarget, fmt.Sprintf("attribute %q, which the program has to set", name))
	}
	n.eval.sets[name] = false
	v, s := n.partAtEntry(of, bytecode.Const{T: "str", V: name})
	n.eval.sets[name] = true
	if s != nil {
		return nval{}, s
	}
	entry, s := n.known(v)
	if s == nil {
		_, s = n.assignableValue(entry)
	}
	return entry, s
}

// setAttrs has an exit set what has changed.
func (n *nester) setAttrs(attrs []nval, x *nest.Exit, out *NestExit) *stop {
	for i, v := range attrs {
		a := n.attrs[i]
		now, s := n.handedLocal(v, x, out)
		if s != nil {
			return s
		}
		if a.entry.kind == nKnown && now.same(a.entry.val) {
			continue
		}
		id, s := n.idOf(now)
		if s != nil {
			return s
		}
		name := n.eval.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: n.hostKey(a.name)})
		n.handed(x, out, ir.ObjectType, HandedSet, []ir.ID{n.inputID(a.of), name, id}, nil)
	}
	return nil
}
