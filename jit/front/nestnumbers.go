package front

import (
	"maps"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about functions of several numbers in nests, and about numbers that are
// made another type.

func init() {
	for name, t := range namedTypes {
		if strings.HasPrefix(name, "numpy.") {
			nestCalls[name] = ofNumber(func(n *nester, x nval) (nval, *stop) { return n.numpyScalar(t, x) })
		}
	}
	nestCalls["math.gcd"] = ofInts(nest.Gcd, 2)
	nestCalls["math.isqrt"] = ofInts(nest.IntRoot, 1)
	nestCalls["math.trunc"] = ofNumber((*nester).truncated)
	nestCalls["builtins.pow"] = (*nester).power
}

// numpyScalar is a NumPy scalar of a number, which must not lose anything but a fraction.
func (n *nester) numpyScalar(t kernel.Type, x nval) (nval, *stop) {
	from := x.typ.DType
	id, s := x.id, (*stop)(nil)
	switch {
	case from == t:
	case t == kernel.Bool:
		id, s = n.truthOf(x)
	case x.typ.Kind == ir.PyInt:
		id, s = n.intAs(x.id, t)
	case t.IsFloat():
		id = n.cast(x.id, t)
		if from.IsFloat() && t == kernel.F32 {
			n.reporting(id)
		}
	case from.IsFloat():
		var whole nval
		if whole, s = n.toInt(x); s == nil {
			id, s = n.intAs(whole.id, t)
		}
	default:
		id, s = n.narrowed(x, t)
	}
	return numberOf(ir.ScalarOf(t), id), s
}

// narrowed is an integer of another type, which must hold it.
func (n *nester) narrowed(x nval, t kernel.Type) (nest.ID, *stop) {
	from := x.typ.DType
	id := n.cast(x.id, t)
	if kernel.Castable(from, t) {
		return id, nil
	}
	fits := n.compare(kernel.Eq, n.cast(id, from), x.id)
	switch {
	case !from.Unsigned() && t.Unsigned():
		fits = n.scalar(kernel.And, kernel.Bool, fits, n.compare(kernel.Ge, x.id, n.constant(from, 0)))
	case from.Unsigned() && !t.Unsigned():
		fits = n.scalar(kernel.And, kernel.Bool, fits, n.compare(kernel.Ge, id, n.constant(t, 0)))
	}
	return id, n.guard(fits)
}

// ofInts is a function of the host's, of Python's ints or NumPy's.
func ofInts(function, count int) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != count {
			return nval{}, wrongArguments()
		}
		words := make([]nest.ID, count)
		for i, v := range args {
			x, s := n.number(v)
			if s != nil || !x.typ.DType.Exact() {
				return nval{}, wrongArguments()
			}
			whole, s := n.toInt(x)
			if s != nil {
				return nval{}, s
			}
			words[i] = whole.id
		}
		id, s := n.host(function, kernel.I64, 0, words)
		return numberOf(ir.PyIntType, id), s
	}
}

// power is the function pow.
func (n *nester) power(args []nval) (nval, *stop) {
	if len(args) == 2 {
		return n.binary("**", args[0], args[1])
	}
	for _, v := range args {
		if x, s := n.number(v); s != nil || x.typ.Kind != ir.PyInt {
			return nval{}, wrongArguments()
		}
	}
	return ofInts(nest.ModPower, 3)(n, args)
}

// truncated is math.trunc.
func (n *nester) truncated(x nval) (nval, *stop) {
	if x.typ.Kind != ir.PyInt && x.typ.DType != kernel.F64 {
		return nval{}, wrongArguments()
	}
	return n.toInt(x)
}

// extremum is max or min of numbers: the first of those that are equal. Where they are of
// several types the code behind the call has a version for each that it may be.
func (n *nester) extremum(text string, in *bytecode.Inst, args []nval) *stop {
	if len(args) == 1 && args[0].kind == nTuple {
		args = args[0].items
	} else if len(args) == 1 {
		return wrongArguments()
	}
	if len(args) == 0 {
		return wrongArguments()
	}
	numbers := make([]nval, len(args))
	for i, v := range args {
		var s *stop
		if numbers[i], s = n.number(v); s != nil {
			return s
		}
	}
	return n.choose(text, in, numbers[0], numbers[1:])
}

// better says that a number comes before the best one so far.
func (n *nester) better(text string, x, best nval) (nest.ID, *stop) {
	is, s := n.binary(text, x, best)
	if s != nil {
		return nest.None, s
	}
	return n.truthOf(is)
}

// choose goes on with the better of numbers.
func (n *nester) choose(text string, in *bytecode.Inst, best nval, rest []nval) *stop {
	for i, x := range rest {
		t, s := n.better(text, x, best)
		if s != nil {
			return s
		}
		if x.typ != best.typ {
			on := func(best nval) *stop { return n.choose(text, in, best, rest[i+1:]) }
			return n.split(t, func() *stop { return on(x) }, func() *stop { return on(best) })
		}
		best = numberOf(best.typ, n.scalar(kernel.Select, best.typ.DType, t, x.id, best.id))
	}
	n.push(best)
	if n.entered {
		return n.jumpTo(in.End)
	}
	return nil
}

// split goes two ways, each of which ends its block. What waits to be computed is computed
// before, for both.
func (n *nester) split(condition nest.ID, yes, no func() *stop) *stop {
	if s := n.computeAll(&n.now, nval{}); s != nil {
		return s
	}
	s := n.settle()
	if s == nil {
		s = n.computeWaiting()
	}
	if s != nil {
		return s
	}
	n.flush()
	from, state, proved, made, inlined := n.block, n.now.clone(), n.proved, n.made, n.inlined
	n.entered = true
	term := nest.Term{Cond: condition, Exit: -1}
	for _, way := range []func() *stop{yes, no} {
		n.block, n.now, n.proved, n.made = n.f.NewBlock(), state.clone(), maps.Clone(proved), maps.Clone(made)
		n.inlined = inlined
		term.Edges = append(term.Edges, nest.Edge{To: n.block})
		if s := way(); s != nil {
			n.block, n.now, n.inlined, n.entered = from, state, inlined, false
			return s
		}
	}
	n.f.Blocks[from].Term = term
	return nil
}

// floatDivision is // or % of floats, as Python and NumPy both compute them.
func (n *nester) floatDivision(text string, x, y nest.ID) (nest.ID, *stop) {
	name := map[string]string{"//": "float_floor", "%": "float_mod"}[text]
	return n.libm(name, x, y), n.guard(n.compare(kernel.Ne, y, n.float(0)))
}

// intPower is a power of ints; of negative exponents it is a float.
func (n *nester) intPower(a, b nest.ID) (nval, *stop) {
	e := &n.f.Insts[b]
	if e.Op != nest.Const || e.Bits < 1 || e.Bits > 4 {
		id, s := n.host(nest.IntPower, kernel.I64, 0, []nest.ID{a, b})
		return numberOf(ir.PyIntType, id), s
	}
	result := a
	for range e.Bits - 1 {
		var s *stop
		if result, s = n.checked(kernel.Mul, kernel.I64, result, a); s != nil {
			return nval{}, s
		}
	}
	return numberOf(ir.PyIntType, result), nil
}
