package front

import (
	"slipstream/jit/ir"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about the function round.

// roundOf rounds a number of Python's to an int, or to so many digits behind the point.
func (n *nester) roundOf(c nestArgs) (nval, *stop) {
	args, s := c.bound("number", "ndigits")
	if s != nil || !args[0].given() {
		return nval{}, wrongArguments()
	}
	if !args[1].given() || args[1].isNone() {
		return rounding("rint")(n, args[:1])
	}
	x, s := n.number(args[0])
	if s != nil {
		return nval{}, s
	}
	switch x.typ.Kind {
	case ir.PyFloat:
		return n.roundFloat(x, args[1])
	case ir.PyInt:
		return n.roundInt(x, args[1])
	}
	return nval{}, wrongArguments()
}

func (n *nester) roundFloat(x, digits nval) (nval, *stop) {
	d, s := n.number(digits)
	if s != nil || d.typ.Kind != ir.PyInt {
		return nval{}, wrongArguments()
	}
	id, s := n.host(nest.Round, kernel.F64, 0, []nest.ID{x.id, d.id})
	return numberOf(ir.PyFloatType, id), s
}

// roundInt rounds to a multiple of a power of ten: of two that are as near to the even one.
func (n *nester) roundInt(x, digits nval) (nval, *stop) {
	d, ok := n.literalInt(digits)
	if !ok || d < -18 {
		return nval{}, wrongArguments()
	}
	if d >= 0 {
		return x, nil
	}
	power := int64(1)
	for ; d < 0; d++ {
		power *= 10
	}
	by := []nest.ID{x.id, n.int(power)}
	quotient := n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: by})
	rest := n.add(nest.Inst{Op: nest.Remainder, Type: kernel.I64, Args: by})
	odd := n.compare(kernel.Ne, n.scalar(kernel.And, kernel.I64, quotient, n.int(1)), n.int(0))
	half := n.int(power / 2)
	tie := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Eq, rest, half), odd)
	up := n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Gt, rest, half), tie)
	near := n.scalar(kernel.Add, kernel.I64, quotient, n.cast(up, kernel.I64))
	id, s := n.checked(kernel.Mul, kernel.I64, near, n.int(power))
	return numberOf(ir.PyIntType, id), s
}
