package front

import (
	"fmt"
	"math"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about complex numbers in nests. Each is two floats, so that neither the
// nest's instructions nor code generation know of them: an element is read and stored in
// two halves, and an exit hands over two words.

// pair is the real and the imaginary part.
type pair [2]nest.ID

// complexOf is a complex number of two floats.
func complexOf(t ir.Type, p pair) nval {
	part := partOf(t)
	return nval{kind: nComplex, typ: t, items: []nval{numberOf(part, p[0]), numberOf(part, p[1])}}
}

// partOf is the type of what .real and .imag give.
func partOf(t ir.Type) ir.Type {
	if t.Kind == ir.PyComplex {
		return ir.PyFloatType
	}
	return ir.ScalarOf(t.DType.Part())
}

func (v nval) parts() pair { return pair{v.items[0].id, v.items[1].id} }

// isComplex says that a value is a complex number, constant or not.
func (v nval) isComplex() bool {
	if v.kind == nKnown {
		return v.val.Kind == Const && v.val.Const.T == "complex" || v.val.Kind == Runtime && v.val.Type.DType.IsComplex()
	}
	return v.kind == nComplex
}

// scalarOf is a number of any type.
func (n *nester) scalarOf(v nval) (nval, *stop) {
	if !v.isComplex() || v.kind == nComplex {
		if v.kind == nComplex {
			return v, nil
		}
		return n.number(v)
	}
	known, s := n.look(v.val)
	switch {
	case s != nil:
		return v, s
	case known.Kind == Const:
		return n.complexLiteral(known.Const)
	case n.fn.Values[known.ID].Op != ir.Input:
		return v, refuse(reason.UnknownValue, "a number that is computed on the way to a loop")
	}
	return complexOf(known.Type, n.importedParts(known)), nil
}

func (n *nester) complexLiteral(c bytecode.Const) (nval, *stop) {
	var p pair
	for i, text := range strings.Fields(c.V) {
		x, err := parseFloat(text)
		if err != nil || i > 1 {
			return nval{}, refuse(reason.PythonNumber, "such a complex number")
		}
		p[i] = n.constant(kernel.F64, math.Float64bits(x))
	}
	return complexOf(ir.PyComplexType, p), nil
}

// importedParts are those of a number from before the loop, which is one argument.
func (n *nester) importedParts(v Val) pair {
	if p, ok := n.importedPairs[v.ID]; ok {
		return p
	}
	a, p := n.argument(nest.Arg{Type: v.Type.DType}, v.ID), pair{}
	for i := range p {
		p[i] = n.f.Add(0, nest.Inst{Op: nest.Part, Type: v.Type.DType.Part(), Num: a, Axis: i})
	}
	n.importedPairs[v.ID] = p
	return p
}

// handedComplex has an exit make a number, unless it is the one that came in. Locals that
// have one number have one object, too.
func (n *nester) handedComplex(x *nest.Exit, out *NestExit, v nval) Val {
	p := v.parts()
	p = pair{n.stands[p[0]], n.stands[p[1]]}
	for from, in := range n.importedPairs {
		if in == p && n.fn.Values[from].Type == v.typ {
			return Val{Kind: Runtime, Type: v.typ, ID: from}
		}
	}
	if known, ok := n.handedOver[v.who]; ok && v.who > 0 {
		return known
	}
	known, ok := n.pairsOut[p]
	if !ok || n.refound[p[0]] || n.refound[p[1]] || known.Type != v.typ || v.who > 0 {
		known = Val{Kind: Runtime, Type: v.typ, ID: n.handed(x, out, v.typ, HandedNumber, nil, v.ids())}
		n.pairsOut[p] = known
	}
	if v.who > 0 {
		n.handedOver[v.who] = known
	}
	return known
}

// asComplex gives the parts of a number in the type that is computed in: a real one has
// the imaginary part 0.0.
func (n *nester) asComplex(v nval, t kernel.Type) (pair, *stop) {
	p, reals := pair{nest.None, n.constant(t.Part(), 0)}, []nval{v}
	if v.kind == nComplex {
		reals = v.items
	}
	for i, x := range reals {
		id, s := n.operandAs(x, t.Part())
		if s != nil {
			return p, s
		}
		if x.typ.DType == kernel.F64 && t == kernel.C64 {
			n.reporting(id)
		}
		p[i] = id
	}
	return p, nil
}

// truthOfComplex is whether one part is not zero.
func (n *nester) truthOfComplex(v nval) (nest.ID, *stop) {
	x, s := n.scalarOf(v)
	if s != nil {
		return nest.None, s
	}
	zero := n.constant(x.typ.DType.Part(), 0)
	p := x.parts()
	return n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Ne, p[0], zero), n.compare(kernel.Ne, p[1], zero)), nil
}

// peek reads the element at an address.
func (n *nester) peek(t kernel.Type, addr nest.ID) nval {
	read := func(t kernel.Type, addr nest.ID) nest.ID {
		return n.add(nest.Inst{Op: nest.Peek, Type: t, Args: []nest.ID{addr}})
	}
	if !t.IsComplex() {
		return numberOf(ir.ScalarOf(t), read(t, addr))
	}
	return complexOf(ir.ScalarOf(t), pair{read(t.Part(), addr), read(t.Part(), n.behindPart(t, addr))})
}

// behindPart is the address of the imaginary part.
func (n *nester) behindPart(t kernel.Type, addr nest.ID) nest.ID {
	return n.scalar(kernel.Add, kernel.I64, addr, n.int(int64(t.Part().Size())))
}

// elementWords is what is stored as an element of type t: a complex one has two halves.
func (n *nester) elementWords(v nval, t kernel.Type) ([]nest.ID, *stop) {
	x, s := n.scalarOf(v)
	if s != nil {
		return nil, s
	}
	if t.IsComplex() {
		p, s := n.asComplex(x, t)
		return p[:], s
	}
	if x.kind == nComplex {
		return nil, refuse(reason.StoreType, fmt.Sprintf("%v stored as %v in a loop", x.typ, t))
	}
	id, s := n.stored(x, t)
	return []nest.ID{id}, s
}

// pokes stores the words of an element, of something fresh or not: see delay.
func (n *nester) pokes(t kernel.Type, addr nest.ID, words []nest.ID, fresh bool) *stop {
	for i, id := range words {
		if i > 0 {
			addr = n.behindPart(t, addr)
		}
		if s := n.delay(delayed{in: nest.Inst{Op: nest.Poke, Args: []nest.ID{addr, id}}, fresh: fresh}); s != nil {
			return s
		}
	}
	return nil
}

// computable says that a nest computes arrays of a type.
func computable(t kernel.Type) bool { return elementary(t) || t.IsComplex() }

// scalarAs is a number in the type that a ufunc computes in.
func (n *nester) scalarAs(v nval, t kernel.Type) (nval, *stop) {
	if t.IsComplex() {
		p, s := n.asComplex(v, t)
		return complexOf(ir.ScalarOf(t), p), s
	}
	if v.kind == nComplex {
		return nval{}, refuse(reason.UfuncTypes, "a conversion of a complex number in a loop")
	}
	id, s := n.operandAs(v, t)
	return numberOf(ir.ScalarOf(t), id), s
}

// scalarOfWords is an element of its words.
func scalarOfWords(t kernel.Type, ids []nest.ID) nval {
	switch len(ids) {
	case 0:
		return nval{}
	case 1:
		return numberOf(ir.ScalarOf(t), ids[0])
	}
	return complexOf(ir.ScalarOf(t), pair{ids[0], ids[1]})
}

// numberFrom has the host compute a number; a complex one into memory, for its answer has
// one word.
func (n *nester) numberFrom(function int, t kernel.Type, words []nest.ID) (nval, *stop) {
	if !t.IsComplex() {
		id, s := n.host(function, t, int(t), words)
		return numberOf(ir.ScalarOf(t), id), s
	}
	out := &narray{typ: t, dims: []nest.ID{n.int(1)}, addr: nest.None}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	if _, s := n.host(function, kernel.I64, int(t), append(words, out.addr)); s != nil {
		return nval{}, s
	}
	return n.peek(t, out.addr), nil
}
