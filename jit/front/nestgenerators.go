package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about generator expressions that a function goes through at once: their
// code is interpreted in place, as that of functions that are called. What the function
// has made of the items so far lies below the generator's own values on the stack.

// taker is a function that goes through a generator.
type taker struct {
	// begin is what it has before the first item.
	begin func(n *nester, in *bytecode.Inst) (nval, *stop)
	// item does with an item what the function does, and goes on with the generator.
	item func(n *nester, v nval, on func(sofar nval) *stop) *stop
	// result is what it gives when there are no more.
	result func(n *nester, sofar nval) (nval, *stop)
}

var takers map[string]*taker

func init() {
	takers = map[string]*taker{
		"builtins.sum":   {begin: known(intConst("0")), item: (*nester).sumItem, result: (*nester).sumResult},
		"builtins.max":   {begin: nothing, item: bestItem(">"), result: (*nester).bestResult},
		"builtins.min":   {begin: nothing, item: bestItem("<"), result: (*nester).bestResult},
		"builtins.any":   {begin: known(boolOf(false)), item: untilItem(true), result: sofar},
		"builtins.all":   {begin: known(boolOf(true)), item: untilItem(false), result: sofar},
		"builtins.list":  {begin: (*nester).emptyList, item: (*nester).listItemTaken, result: sofar},
		"builtins.tuple": {begin: (*nester).emptyList, item: (*nester).listItemTaken, result: (*nester).frozen},
	}
}

// takerOf is the taker of what is gone through as the function's first argument, with the
// generator; or nil.
func (n *nester) takerOf(d *Desc, args []nval, names []string) (*taker, nval) {
	t := takers[d.Name]
	args = throughTable(d.Name, args)
	if back, s := reversedOrder(argsOf(args, names).named); d.Name == "builtins.sorted" && s == nil && len(args) == 1+len(names) {
		if k := args[0].kind; k == nGenerator || k == nIterable {
			return sortedTaker(back), args[0]
		}
	}
	if d.Name == "builtins.sorted" && len(args) > 1 && args[0].kind != nGenerator && args[0].name != anyOrder && n.goesThrough(args[0]) {
		return keyedSort(args, names)
	}
	if t == nil || len(args) == 0 || !n.goesThrough(args[0]) {
		return nil, nval{}
	}
	more, of := args[1:], args[0]
	switch {
	case len(more) == 0 && (of.kind == nGenerator || !ownWay[d.Name](of)):
		return t, of
	case len(more) == 1 && slices.Equal(names, []string{"default"}) && more[0].kind == nKnown && isBest(t):
		return &taker{begin: t.begin, item: t.item, result: orElse(more[0])}, of
	case len(more) == 1 && slices.Equal(names, []string{"key"}) && isBest(t) && of.kind != nGenerator:
		return keyedTakers[d.Name], nval{kind: nIterable, over: overCalls, name: "keyed", items: []nval{more[0], of}}
	case len(more) == 1 && d.Name == "builtins.sum" && (len(names) == 0 || names[0] == "start") && (more[0].numeric() || more[0].isComplex()):
		return sumFrom(more[0]), of
	}
	return nil, nval{}
}

// ownWay says of which values functions know something better than to go through them.
var ownWay = map[string]func(nval) bool{
	"builtins.sum":   func(nval) bool { return false },
	"builtins.any":   func(nval) bool { return false },
	"builtins.all":   func(nval) bool { return false },
	"builtins.tuple": func(v nval) bool { return v.kind == nTuple },
	"builtins.list":  func(v nval) bool { return v.kind != nIterable },
	"builtins.max":   func(v nval) bool { return v.kind == nTuple },
	"builtins.min":   func(v nval) bool { return v.kind == nTuple },
}

// isBest says that a taker has nothing where there are no items.
func isBest(t *taker) bool { return t == takers["builtins.max"] || t == takers["builtins.min"] }

// orElse is the best item, or a literal.
func orElse(other nval) func(*nester, nval) (nval, *stop) {
	return func(_ *nester, best nval) (nval, *stop) {
		if best.kind == nKnown && best.val.Kind == Unbound {
			return other, nil
		}
		return best, nil
	}
}

func known(c bytecode.Const) func(*nester, *bytecode.Inst) (nval, *stop) {
	return func(*nester, *bytecode.Inst) (nval, *stop) { return knownVal(constVal(c)), nil }
}

func boolOf(truth bool) bytecode.Const {
	return bytecode.Const{T: "bool", V: map[bool]string{true: "True", false: "False"}[truth]}
}

func nothing(*nester, *bytecode.Inst) (nval, *stop) { return knownVal(Val{}), nil }

func sofar(_ *nester, v nval) (nval, *stop) { return v, nil }

// makeFunction makes the function of a generator expression, of values that do not change
// in the nest.
func (n *nester) makeFunction(in *bytecode.Inst) *stop {
	n.eval.stack = nil
	for _, v := range n.popN(nestNeeds(in)) {
		x, ok := v.asKnown()
		if !ok {
			return refuse(reason.Escapes, "a function that is made in a loop")
		}
		n.eval.stack = append(n.eval.stack, x)
	}
	if s := handlers[in.Op](n.eval, in); s != nil {
		return s
	}
	return n.takeOver()
}

// asKnown is a value of the region, if it is one.
func (v nval) asKnown() (Val, bool) {
	if v.kind != nTuple {
		return v.val, v.kind == nKnown
	}
	out := Val{Kind: Tup}
	for _, item := range v.items {
		x, ok := item.asKnown()
		if !ok {
			return out, false
		}
		out.Items = append(out.Items, x)
	}
	return out, true
}

// generator is a call of such a function: nothing of it has run. Those of comprehensions, which
// are functions before CPython 3.12, run at once.
func (n *nester) generator(in *bytecode.Inst, made, of nval) *stop {
	c, s := n.codeMade(made.val)
	switch {
	case s != nil:
		return s
	case !c.code.Program.Code.IsGenerator():
		return n.comprehension(in, c, nval{kind: nGenerator, val: made.val, items: []nval{of}})
	}
	n.push(nval{kind: nGenerator, val: made.val, items: []nval{of}})
	return nil
}

// comprehension goes over to the function of a comprehension.
func (n *nester) comprehension(in *bytecode.Inst, c *callee, g nval) *stop {
	s := n.mayCall(c.of)
	if s != nil {
		return s
	}
	_, locals, s := n.throughGenerator(g)
	if s != nil {
		return s
	}
	return n.enterCode(c, nestCall{next: in.End}, locals)
}

// take goes over to the code of a generator.
func (n *nester) take(in *bytecode.Inst, t *taker, g nval) *stop {
	c, locals, s := n.generatorOver(g)
	if s == nil {
		s = n.mayCall(c.of)
	}
	if s != nil {
		return s
	}
	first, s := t.begin(n, in)
	if s != nil {
		return s
	}
	return n.enterCode(c, nestCall{next: in.End, taker: t}, locals, first)
}

// yield hands an item over.
func (n *nester) yield(in *bytecode.Inst) *stop {
	if n.now.call == nil || n.now.call.taker == nil {
		return refuse(reason.Generator, "generators and coroutines run in Python")
	}
	return n.now.call.taker.item(n, n.pop(), func(sofar nval) *stop {
		n.now.stack[0] = sofar
		n.push(knownVal(constVal(noneConst)))
		if n.entered { // the block has ended
			return n.jumpTo(in.End)
		}
		return nil
	})
}

// taken goes on behind the call that went through a generator.
func (n *nester) taken() *stop {
	v, s := n.now.call.taker.result(n, n.now.stack[0])
	if s != nil || n.entered { // or the block has ended
		n.entered = false
		return s
	}
	return n.back(v)
}

// compensates says that sum of floats adds what is lost in rounding: since CPython 3.12.
func (n *nester) compensates() bool { return n.code.Program.Code.Version != [2]int{3, 11} }

// sumItem adds an item as sum does: of Python's own floats, what was lost in rounding is
// added up apart, and so they are a tuple of two (Neumaier, Rundungsfehleranalyse, 1974).
func (n *nester) sumItem(v nval, on func(nval) *stop) *stop {
	sum := n.now.stack[0]
	if sum.kind == nTuple {
		return n.compensated(sum, v, on)
	}
	x, s := n.binary("+", sum, v)
	if s == nil && x.kind == nNumber && x.typ.Kind == ir.PyFloat && n.compensates() {
		x = nval{kind: nTuple, items: []nval{x, numberOf(ir.PyFloatType, n.float(0))}}
	}
	if s != nil {
		return s
	}
	return on(x)
}

func (n *nester) compensated(sum, v nval, on func(nval) *stop) *stop {
	x, s := n.number(v)
	if s != nil {
		return s
	}
	if x.typ.Kind != ir.PyFloat {
		return refuse(reason.UnknownValue, "a sum of floats and other numbers in a loop")
	}
	high, lost := sum.items[0].id, sum.items[1].id
	total := n.scalar(kernel.Add, kernel.F64, high, x.id)
	larger := n.compare(kernel.Ge, n.scalar(kernel.Abs, kernel.F64, high), n.scalar(kernel.Abs, kernel.F64, x.id))
	first := n.scalar(kernel.Select, kernel.F64, larger, high, x.id)
	second := n.scalar(kernel.Select, kernel.F64, larger, x.id, high)
	rest := n.scalar(kernel.Add, kernel.F64, n.scalar(kernel.Sub, kernel.F64, first, total), second)
	return on(nval{kind: nTuple, items: []nval{
		numberOf(ir.PyFloatType, total), numberOf(ir.PyFloatType, n.scalar(kernel.Add, kernel.F64, lost, rest)),
	}})
}

// sumResult adds what was lost, unless that is 0 or not finite.
func (n *nester) sumResult(sum nval) (nval, *stop) {
	if sum.kind != nTuple {
		return sum, nil
	}
	total, lost := sum.items[0].id, sum.items[1].id
	finite := n.compare(kernel.Eq, n.scalar(kernel.Sub, kernel.F64, lost, lost), n.float(0))
	use := n.scalar(kernel.And, kernel.Bool, finite, n.compare(kernel.Ne, lost, n.float(0)))
	better := n.scalar(kernel.Add, kernel.F64, total, lost)
	return numberOf(ir.PyFloatType, n.scalar(kernel.Select, kernel.F64, use, better, total)), nil
}

// bestItem keeps the first one of those that no other one is better than.
func bestItem(text string) func(*nester, nval, func(nval) *stop) *stop {
	return func(n *nester, v nval, on func(nval) *stop) *stop {
		x, s := n.number(v)
		if s != nil {
			return s
		}
		best := n.now.stack[0]
		if best.kind == nKnown && best.val.Kind == Unbound {
			return on(x)
		}
		if best, s = n.number(best); s != nil {
			return s
		}
		if best.typ != x.typ {
			return refuse(reason.UnknownValue, "the best of numbers of several types in a loop")
		}
		t, s := n.better(text, x, best)
		if s != nil {
			return s
		}
		return on(numberOf(x.typ, n.scalar(kernel.Select, x.typ.DType, t, x.id, best.id)))
	}
}

// bestResult: of nothing there is none, which raises.
func (n *nester) bestResult(best nval) (nval, *stop) {
	if best.kind != nKnown || best.val.Kind != Unbound {
		return best, nil
	}
	return best, n.raises()
}

// untilItem ends with the first item of a truth.
func untilItem(truth bool) func(*nester, nval, func(nval) *stop) *stop {
	return func(n *nester, v nval, on func(nval) *stop) *stop {
		t, s := n.truthOf(v)
		if s != nil {
			return s
		}
		sofar := n.now.stack[0]
		end := func() *stop { return n.back(knownVal(constVal(boolOf(truth)))) }
		next := func() *stop { return on(sofar) }
		if truth {
			return n.split(t, end, next)
		}
		return n.split(t, next, end)
	}
}

// emptyList is what list begins with.
func (n *nester) emptyList(in *bytecode.Inst) (nval, *stop) {
	return n.asList(nval{kind: nTuple, name: n.madeAt("list", in.PC)})
}

// frozen makes a list that nobody has seen a tuple.
func (n *nester) frozen(list nval) (nval, *stop) {
	list.form.frozen = true
	n.listCode(list.form) // exits need the word, and add none
	return list, nil
}

func (n *nester) listItemTaken(v nval, on func(nval) *stop) *stop {
	list := n.now.stack[0]
	s := n.append(list, v, func(in nest.Inst) *stop { n.f.Add(n.block, in); return nil })
	if s != nil || n.again {
		return s
	}
	return on(list)
}
