package front

import (
	"math"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about functions of modules math and operator in nests, and about methods of numbers.

func init() {
	for name, text := range operatorNames {
		nestCalls["_operator."+name] = func(n *nester, args []nval) (nval, *stop) {
			if len(args) != 2 {
				return nval{}, wrongArguments()
			}
			return n.binary(text, args[0], args[1])
		}
	}
	nestCalls["math.isnan"] = ofFloat(func(n *nester, x nest.ID) (nval, *stop) {
		return numberOf(ir.PyBoolType, n.compare(kernel.Ne, x, x)), nil
	})
	nestCalls["math.isinf"] = ofFloat(func(n *nester, x nest.ID) (nval, *stop) {
		return numberOf(ir.PyBoolType, n.infinite(x)), nil
	})
	nestCalls["math.isfinite"] = ofFloat(func(n *nester, x nest.ID) (nval, *stop) {
		less := n.compare(kernel.Lt, n.scalar(kernel.Abs, kernel.F64, x), n.float(math.Inf(1)))
		return numberOf(ir.PyBoolType, less), nil
	})
	nestCalls["math.degrees"] = scaled(180 / math.Pi)
	nestCalls["math.radians"] = scaled(math.Pi / 180)
	nestNamed["math.isclose"] = (*nester).isClose
	nestCalls["numpy.shape"] = ofArrays("shape")
	nestCalls["numpy.size"] = ofArrays("size")
}

// operatorNames are the functions that are operators.
var operatorNames = map[string]string{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
	"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>"}

// scaled is a product with a constant: the function computes it so, and raises nothing.
func scaled(by float64) func(*nester, []nval) (nval, *stop) {
	return ofFloat(func(n *nester, x nest.ID) (nval, *stop) {
		return numberOf(ir.PyFloatType, n.scalar(kernel.Mul, kernel.F64, x, n.float(by))), nil
	})
}

// infinite says that a float is plus or minus infinity.
func (n *nester) infinite(x nest.ID) nest.ID {
	return n.compare(kernel.Eq, n.scalar(kernel.Abs, kernel.F64, x), n.float(math.Inf(1)))
}

// isClose is math.isclose: CPython's steps.
func (n *nester) isClose(c nestArgs) (nval, *stop) {
	args, s := c.bound("a", "b", "rel_tol", "abs_tol")
	if s != nil || len(c.pos) > 2 || !args[0].given() || !args[1].given() {
		return nval{}, wrongArguments()
	}
	ids := []nest.ID{nest.None, nest.None, n.float(1e-9), n.float(0)}
	for i, v := range args {
		if !v.given() {
			continue
		}
		x, s := n.number(v)
		if s != nil {
			return nval{}, s
		}
		ids[i] = n.cast(x.id, kernel.F64)
	}
	return n.close(ids[0], ids[1], ids[2], ids[3])
}

func (n *nester) close(a, b, relative, absolute nest.ID) (nval, *stop) {
	for _, tolerance := range []nest.ID{relative, absolute} { // negative ones raise
		if s := n.guard(n.scalar(kernel.Not, kernel.Bool, n.compare(kernel.Lt, tolerance, n.float(0)))); s != nil {
			return nval{}, s
		}
	}
	apart := n.scalar(kernel.Abs, kernel.F64, n.scalar(kernel.Sub, kernel.F64, b, a))
	within := n.compare(kernel.Le, apart, absolute)
	for _, x := range []nest.ID{a, b} {
		share := n.scalar(kernel.Abs, kernel.F64, n.scalar(kernel.Mul, kernel.F64, relative, x))
		within = n.scalar(kernel.Or, kernel.Bool, within, n.compare(kernel.Le, apart, share))
	}
	none := n.scalar(kernel.Or, kernel.Bool, n.infinite(a), n.infinite(b))
	within = n.scalar(kernel.And, kernel.Bool, within, n.scalar(kernel.Not, kernel.Bool, none))
	return numberOf(ir.PyBoolType, n.scalar(kernel.Or, kernel.Bool, within, n.compare(kernel.Eq, a, b))), nil
}

// ofArrays is a function that is an attribute of an array.
func ofArrays(name string) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != 1 || !n.isArray(args[0]) {
			return nval{}, wrongArguments()
		}
		a, s := n.arrayIn(args[0])
		if s == nil {
			s = n.attributeOfArray(a, name)
		}
		if s != nil {
			return nval{}, s
		}
		return n.pop(), nil
	}
}

// numberMethods are the methods of real numbers without arguments.
var numberMethods = map[string]func(*nester, nval) (nval, *stop){
	"item":       (*nester).pythons,
	"tolist":     (*nester).pythons,
	"is_integer": (*nester).isInteger,
	"bit_length": (*nester).bitLength,
}

// bitLength is how many bits an int of Python's has: half of those that are left are looked at in each step.
func (n *nester) bitLength(x nval) (nval, *stop) {
	if x.typ.Kind != ir.PyInt && x.typ.Kind != ir.PyBool {
		return x, refuse(reason.UnknownAttr, "method of a number in a loop")
	}
	rest := n.scalar(kernel.Abs, kernel.I64, n.cast(x.id, kernel.I64))
	if s := n.guard(n.compare(kernel.Ge, rest, n.int(0))); s != nil { // all but the smallest number
		return x, s
	}
	length := n.int(0)
	for bits := int64(32); bits > 0; bits /= 2 {
		high := n.scalar(kernel.Shr, kernel.I64, rest, n.int(bits))
		more := n.compare(kernel.Ne, high, n.int(0))
		rest = n.scalar(kernel.Select, kernel.I64, more, high, rest)
		by := n.scalar(kernel.Select, kernel.I64, more, n.int(bits), n.int(0))
		length = n.scalar(kernel.Add, kernel.I64, length, by)
	}
	return n.anew(numberOf(ir.PyIntType, n.scalar(kernel.Add, kernel.I64, length, rest))), nil
}

// pythons is the number of Python's that a NumPy scalar is.
func (n *nester) pythons(x nval) (nval, *stop) {
	t := ir.PyIntType
	switch d := x.typ.DType; {
	case x.typ.Kind != ir.NpScalar || d == kernel.U64:
		return x, refuse(reason.UnknownAttr, "method of a number in a loop")
	case d == kernel.Bool:
		t = ir.PyBoolType
	case d.IsFloat():
		t = ir.PyFloatType
	}
	return n.anew(numberOf(t, n.cast(x.id, t.DType))), nil
}

// isInteger says that a float is a whole number.
func (n *nester) isInteger(x nval) (nval, *stop) {
	if !x.typ.DType.IsFloat() {
		if x.typ.Kind == ir.PyInt || x.typ.Kind == ir.PyBool { // an int has the method since CPython 3.12
			return x, refuse(reason.UnknownAttr, "method of a number in a loop")
		}
		return knownVal(boolVal(true)), nil
	}
	wide := n.cast(x.id, kernel.F64)
	whole := n.compare(kernel.Eq, n.libm("floor", wide), wide)
	finite := n.scalar(kernel.Not, kernel.Bool, n.infinite(wide))
	return numberOf(ir.PyBoolType, n.scalar(kernel.And, kernel.Bool, whole, finite)), nil
}
