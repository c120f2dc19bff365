package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about operators of complex numbers in nests: the steps are those of
// CPython's Objects/complexobject.c, and of NumPy's scalarmath.c and npy_math_complex.c,
// which differ. NumPy computes with numbers of which neither type holds the other as it
// does with arrays, by a ufunc's loop. Its products are fused with sums on some processors;
// that shows nowhere, for one of the two numbers is real then.

// complexBinary is an operator of numbers of which one at least is complex.
func (n *nester) complexBinary(text string, a, b nval) (nval, *stop) {
	x, s := n.scalarOf(a)
	if s != nil {
		return x, s
	}
	y, s := n.scalarOf(b)
	if s != nil {
		return y, s
	}
	if pythonComplexes(x.typ, y.typ) {
		return n.pythonComplex(text, x, y)
	}
	return n.numpyComplex(text, x, y)
}

// pythonComplexes says that Python's complex computes. It does so with a float64 to its
// right, too, which is one of its floats; to its left, that one comes first.
func pythonComplexes(a, b ir.Type) bool {
	return pythonNumber(a) && (pythonNumber(b) || a.Kind == ir.PyComplex && b == ir.ScalarOf(kernel.F64))
}

func (n *nester) pythonComplex(text string, a, b nval) (nval, *stop) {
	if text == "==" || text == "!=" {
		return n.equalToInt(text, a, b)
	}
	if text == "**" {
		return n.pythonComplexPower(a, b)
	}
	x, s := n.asComplex(a, kernel.C128)
	if s != nil {
		return nval{}, s
	}
	y, s := n.asComplex(b, kernel.C128)
	if s != nil {
		return nval{}, s
	}
	var p pair
	switch text {
	case "+", "-":
		p = n.complexSum(text, kernel.F64, x, y)
	case "*":
		if s := n.unfused(kernel.F64); s != nil {
			return nval{}, s
		}
		p = n.complexProduct(kernel.F64, x, y)
	case "/":
		p, s = n.pythonQuotient(x, y)
	default:
		s = refuse(reason.ScalarOperator, "operator "+text+" of complex numbers in a loop")
	}
	return complexOf(ir.PyComplexType, p), s
}

// equalToInt compares: an int as what it is, which a float need not be.
func (n *nester) equalToInt(text string, a, b nval) (nval, *stop) {
	var sides [2]pair
	for i, v := range []nval{a, b} {
		if v.typ.Kind == ir.PyInt {
			id, s := n.exactFloat(v.id)
			if s != nil {
				return nval{}, s
			}
			v = numberOf(ir.PyFloatType, id)
		}
		var s *stop
		if sides[i], s = n.asComplex(v, kernel.C128); s != nil {
			return nval{}, s
		}
	}
	return numberOf(ir.PyBoolType, n.complexEqual(text, sides[0], sides[1])), nil
}

func (n *nester) complexEqual(text string, x, y pair) nest.ID {
	op, both := kernel.Eq, kernel.And
	if text == "!=" {
		op, both = kernel.Ne, kernel.Or
	}
	return n.scalar(both, kernel.Bool, n.compare(op, x[0], y[0]), n.compare(op, x[1], y[1]))
}

func (n *nester) complexSum(text string, t kernel.Type, x, y pair) pair {
	op := arithmetic[text]
	return pair{n.scalar(op, t, x[0], y[0]), n.scalar(op, t, x[1], y[1])}
}

func (n *nester) complexProduct(t kernel.Type, x, y pair) pair {
	product := func(i, j int) nest.ID { return n.scalar(kernel.Mul, t, x[i], y[j]) }
	return pair{n.scalar(kernel.Sub, t, product(0, 0), product(1, 1)), n.scalar(kernel.Add, t, product(0, 1), product(1, 0))}
}

// unfused asks whether the interpreter and NumPy's scalars round each product: what compiles them may
// fuse it with the sum on processors that can.
func (n *nester) unfused(t kernel.Type) *stop {
	answer, err := n.asker.Ask(Question{Ask: "unfused", ID: -1, In: []string{t.String()}})
	if err != nil || !answer.Loop {
		return refuse(reason.ScalarOperator, "complex numbers whose products are fused here")
	}
	return nil
}

// unit is 1.0 of a type.
func (n *nester) unit(t kernel.Type) nest.ID {
	if t == kernel.F32 {
		return n.constant(t, 0x3f800000)
	}
	return n.float(1)
}

// larger orders the parts of a divisor by their size: both ways to divide by it are then
// the same steps.
type larger struct {
	first nest.ID // the real part is the larger one
	p     pair    // the larger part, the other one
}

func (n *nester) largerOf(t kernel.Type, y pair) larger {
	size := pair{n.scalar(kernel.Abs, t, y[0]), n.scalar(kernel.Abs, t, y[1])}
	first := n.compare(kernel.Ge, size[0], size[1])
	return larger{first, n.ordered(t, first, y)}
}

// ordered is a pair as it is, or the other way round.
func (n *nester) ordered(t kernel.Type, first nest.ID, x pair) pair {
	return pair{n.scalar(kernel.Select, t, first, x[0], x[1]), n.scalar(kernel.Select, t, first, x[1], x[0])}
}

// numerators are those of both parts of x/y, and the common denominator.
func (n *nester) numerators(t kernel.Type, x pair, y larger) (pair, nest.ID) {
	ratio := n.scalar(kernel.Div, t, y.p[1], y.p[0])
	denominator := n.scalar(kernel.Add, t, y.p[0], n.scalar(kernel.Mul, t, y.p[1], ratio))
	u := n.ordered(t, y.first, x)
	real := n.scalar(kernel.Add, t, u[0], n.scalar(kernel.Mul, t, u[1], ratio))
	d := n.ordered(t, y.first, pair{u[1], n.scalar(kernel.Mul, t, u[0], ratio)})
	return pair{real, n.scalar(kernel.Sub, t, d[0], d[1])}, denominator
}

// divisor is one that is not zero, of which CPython raises and NumPy warns, nor a NaN: for that
// CPython has a constant result, and NumPy warns of the comparison.
func (n *nester) divisor(t kernel.Type, y pair) (larger, *stop) {
	by, zero := n.largerOf(t, y), n.constant(t, 0)
	some := n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Lt, by.p[0], zero), n.compare(kernel.Gt, by.p[0], zero))
	return by, n.guard(n.scalar(kernel.And, kernel.Bool, some, n.compare(kernel.Eq, by.p[1], by.p[1])))
}

func (n *nester) pythonQuotient(x, y pair) (pair, *stop) {
	if s := n.unfused(kernel.F64); s != nil {
		return pair{}, s
	}
	by, s := n.divisor(kernel.F64, y)
	if s != nil {
		return pair{}, s
	}
	q, d := n.numerators(kernel.F64, x, by)
	return pair{n.scalar(kernel.Div, kernel.F64, q[0], d), n.scalar(kernel.Div, kernel.F64, q[1], d)}, nil
}

// integerExponent is a literal int as an exponent, small enough for products alone.
func (n *nester) integerExponent(v nval) (int, bool) {
	if v.kind != nNumber || v.typ.Kind != ir.PyInt || n.f.Insts[v.id].Op != nest.Const {
		return 0, false
	}
	e := int64(n.f.Insts[v.id].Bits)
	return int(e), e >= -99 && e <= 99
}

// pythonComplexPower multiplies as CPython does for small whole exponents. It raises
// where the result is infinite, or divided by zero.
func (n *nester) pythonComplexPower(a, b nval) (nval, *stop) {
	e, ok := n.integerExponent(b)
	if !ok {
		return nval{}, refuse(reason.Power, "a power of complex numbers in a loop")
	}
	if s := n.unfused(kernel.F64); s != nil {
		return nval{}, s
	}
	x, s := n.asComplex(a, kernel.C128)
	if s != nil {
		return nval{}, s
	}
	one := pair{n.float(1), n.float(0)}
	p := n.raised(kernel.F64, one, x, max(e, -e))
	if e <= 0 {
		if p, s = n.pythonQuotient(one, p); s != nil {
			return nval{}, s
		}
	}
	for _, id := range p {
		infinite := n.compare(kernel.Eq, n.scalar(kernel.Abs, kernel.F64, id), n.constant(kernel.F64, 0x7ff<<52))
		if s := n.guard(n.scalar(kernel.Not, kernel.Bool, infinite)); s != nil {
			return nval{}, s
		}
	}
	return complexOf(ir.PyComplexType, p), nil
}

// raised multiplies by squares, from the lowest bit of the exponent on.
func (n *nester) raised(t kernel.Type, one, x pair, e int) pair {
	result := one
	for ; e > 0; e >>= 1 {
		if e&1 == 1 {
			result = n.complexProduct(t, result, x)
		}
		if e > 1 {
			x = n.complexProduct(t, x, x)
		}
	}
	return result
}

// numpyComplex is an operator of which one operand at least is a NumPy scalar.
func (n *nester) numpyComplex(text string, a, b nval) (nval, *stop) {
	name, ok := npy.BinaryOperator(text)
	if !ok {
		return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of complex numbers in a loop")
	}
	sig, _, s := n.resolve(name, nil, []operand{{typ: a.typ}, {typ: b.typ}})
	if s != nil {
		return nval{}, s
	}
	if !sig[0].IsComplex() || sig[0] != sig[1] || numpyBool(a.typ) || numpyBool(b.typ) {
		return nval{}, refuse(reason.UfuncTypes, name+" of these types in a loop")
	}
	t := sig[0]
	if text == "**" {
		return n.numpyComplexPower(t, a, b)
	}
	x, s := n.asComplex(a, t)
	if s != nil {
		return nval{}, s
	}
	y, s := n.asComplex(b, t)
	if s != nil {
		return nval{}, s
	}
	return n.numpyComplexOp(text, t, x, y)
}

func numpyBool(t ir.Type) bool { return t == ir.ScalarOf(kernel.Bool) }

// scalarsCompute says that NumPy's scalars compute in type t themselves: it is that of
// one of them.
func scalarsCompute(t kernel.Type, a, b ir.Type) bool {
	return a == ir.ScalarOf(t) || b == ir.ScalarOf(t)
}

// numpyComplexOp computes, and notes what NumPy reports by.
func (n *nester) numpyComplexOp(text string, t kernel.Type, x, y pair) (nval, *stop) {
	var p pair
	switch text {
	case "==", "!=":
		return numberOf(ir.ScalarOf(kernel.Bool), n.complexEqual(text, x, y)), nil
	case "+", "-":
		p = n.complexSum(text, t.Part(), x, y)
		n.reporting(p[0], x[0], y[0])
		n.reporting(p[1], x[1], y[1])
	case "*":
		if s := n.unfused(t); s != nil {
			return nval{}, s
		}
		p = n.numpyProduct(t, x, y)
	case "/":
		var s *stop
		if p, s = n.numpyQuotient(t, x, y); s != nil {
			return nval{}, s
		}
	default:
		return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of complex numbers in a loop")
	}
	return complexOf(ir.ScalarOf(t), p), nil
}

// numpyProduct: each part has all four operands in it, so what is not finite shows.
func (n *nester) numpyProduct(t kernel.Type, x, y pair) pair {
	p := n.complexProduct(t.Part(), x, y)
	n.reporting(p[0], x[0], x[1], y[0], y[1])
	n.reporting(p[1], x[0], x[1], y[0], y[1])
	return p
}

// numpyQuotient multiplies by the reciprocal of a denominator, whose overflow shows
// nowhere else.
func (n *nester) numpyQuotient(t kernel.Type, x, y pair) (pair, *stop) {
	if s := n.unfused(t); s != nil {
		return pair{}, s
	}
	part := t.Part()
	by, s := n.divisor(part, y)
	if s != nil {
		return pair{}, s
	}
	q, d := n.numerators(part, x, by)
	scale := n.scalar(kernel.Div, part, n.unit(part), d)
	p := pair{n.scalar(kernel.Mul, part, q[0], scale), n.scalar(kernel.Mul, part, q[1], scale)}
	n.reporting(d)
	n.reporting(p[0], x[0], x[1])
	n.reporting(p[1], x[0], x[1])
	return p, nil
}

// numpyComplexPower multiplies as NumPy's scalars do for small whole exponents, but of zero.
func (n *nester) numpyComplexPower(t kernel.Type, a, b nval) (nval, *stop) {
	e, ok := n.integerExponent(b)
	if !ok || e < 1 || !scalarsCompute(t, a.typ, b.typ) {
		return nval{}, refuse(reason.Power, "a power of complex numbers in a loop")
	}
	if s := n.unfused(t); s != nil {
		return nval{}, s
	}
	x, s := n.asComplex(a, t)
	if s != nil {
		return nval{}, s
	}
	part, zero := t.Part(), n.constant(t.Part(), 0)
	some := n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Ne, x[0], zero), n.compare(kernel.Ne, x[1], zero))
	p := x
	switch e {
	case 1:
	case 2:
		p = n.complexProduct(part, x, x)
	case 3:
		p = n.complexProduct(part, x, n.complexProduct(part, x, x))
	default:
		p = n.raised(part, pair{n.unit(part), zero}, x, e)
	}
	for i := range p { // of zero the result is 0.0, whatever the signs
		p[i] = n.scalar(kernel.Select, part, some, p[i], zero)
		n.reporting(p[i])
	}
	return complexOf(ir.ScalarOf(t), p), nil
}

func (n *nester) complexUnary(text string, x nval) (nval, *stop) {
	part, p := x.typ.DType.Part(), x.parts()
	switch text {
	case "+":
		if x.typ.Kind == ir.PyComplex {
			return x, nil
		}
	case "-":
		return complexOf(x.typ, pair{n.scalar(kernel.Neg, part, p[0]), n.scalar(kernel.Neg, part, p[1])}), nil
	}
	return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of a complex number in a loop")
}

// ofLoop applies a ufunc to numbers as to an array of one element. Products of complex numbers by
// name are rounded in one way when NumPy meets the types first, and in another later.
func (n *nester) ofLoop(name string, args ...nval) (nval, *stop) {
	v, s := n.elementwise(name, args)
	if s != nil {
		return v, s
	}
	if v.arr.typ.IsComplex() && (name == "multiply" || name == "square") {
		return v, refuse(reason.UfuncTypes, "numpy."+name+" of complex numbers in a loop")
	}
	v.arr.dims = []nest.ID{n.int(1)}
	if s := n.compute(v.arr); s != nil {
		return nval{}, s
	}
	return n.peek(v.arr.typ, v.arr.addr), nil
}
