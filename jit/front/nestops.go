package front

import (
	"math"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// binary applies an operator or comparison to numbers.
func (n *nester) binary(text string, a, b nval) (nval, *stop) {
	if n.isArray(a) || n.isArray(b) {
		return n.arrayOp(text, a, b)
	}
	if a.kind == nKnown && b.kind == nKnown {
		if v, ok, s := n.folded(text, a.val, b.val); ok || s != nil {
			return knownVal(v), s
		}
	}
	if a.isComplex() || b.isComplex() {
		return n.complexBinary(text, a, b)
	}
	x, s := n.number(a)
	if s != nil {
		return x, s
	}
	y, s := n.number(b)
	if s != nil {
		return y, s
	}
	if pythonNumber(x.typ) && pythonNumber(y.typ) {
		return n.python(text, x, y)
	}
	return n.numpy(text, x, y)
}

var comparisons = map[string]kernel.Op{"<": kernel.Lt, "<=": kernel.Le, ">": kernel.Gt, ">=": kernel.Ge, "==": kernel.Eq, "!=": kernel.Ne}

var arithmetic = map[string]kernel.Op{"+": kernel.Add, "-": kernel.Sub, "*": kernel.Mul}

var bitwise = map[string]kernel.Op{"&": kernel.And, "|": kernel.Or, "^": kernel.Xor}

// python is an operator between Python's own numbers.
func (n *nester) python(text string, a, b nval) (nval, *stop) {
	if op, ok := bitwise[text]; ok && a.typ.Kind == ir.PyBool && b.typ.Kind == ir.PyBool {
		return numberOf(ir.PyBoolType, n.scalar(op, kernel.Bool, a.id, b.id)), nil
	}
	float := a.typ.Kind == ir.PyFloat || b.typ.Kind == ir.PyFloat
	if float {
		return n.pythonFloats(text, a, b)
	}
	return n.pythonInts(text, n.cast(a.id, kernel.I64), n.cast(b.id, kernel.I64))
}

func (n *nester) pythonInts(text string, a, b nest.ID) (nval, *stop) {
	if op, ok := comparisons[text]; ok {
		return numberOf(ir.PyBoolType, n.compare(op, a, b)), nil
	}
	if op, ok := bitwise[text]; ok {
		return numberOf(ir.PyIntType, n.scalar(op, kernel.I64, a, b)), nil
	}
	if op, ok := arithmetic[text]; ok {
		id, s := n.checked(op, kernel.I64, a, b)
		return numberOf(ir.PyIntType, id), s
	}
	switch text {
	case "//", "%":
		id, s := n.divide(text, kernel.I64, a, b)
		return numberOf(ir.PyIntType, id), s
	case "/":
		return n.trueQuotient(a, b)
	case "<<", ">>":
		return n.shift(text, a, b)
	case "**":
		return n.intPower(a, b)
	}
	return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of ints in a loop")
}

// checked leaves where the result does not fit: Python's ints grow, NumPy's report.
func (n *nester) checked(op kernel.Op, t kernel.Type, a, b nest.ID) (nest.ID, *stop) {
	in := nest.Inst{Op: nest.Checked, KOp: op, Type: t, Args: []nest.ID{a, b}}
	if id, ok := n.made[key(in)]; ok {
		return id, nil
	}
	var s *stop
	if in.Exit, s = n.leaving(); s != nil {
		return nest.None, s
	}
	return n.add(in), nil
}

// divide rounds down; by zero it raises or reports, and of the smallest number by -1
// it does not fit.
func (n *nester) divide(text string, t kernel.Type, a, b nest.ID) (nest.ID, *stop) {
	if s := n.guard(n.compare(kernel.Ne, b, n.constant(t, 0))); s != nil {
		return nest.None, s
	}
	if !t.Unsigned() {
		minusOne, least := n.constant(t, ^uint64(0)), n.constant(t, 1<<(8*t.Size()-1))
		odd := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Eq, b, minusOne), n.compare(kernel.Eq, a, least))
		if s := n.guard(n.scalar(kernel.Not, kernel.Bool, odd)); s != nil {
			return nest.None, s
		}
	}
	op := nest.Quotient
	if text == "%" {
		op = nest.Remainder
	}
	return n.add(nest.Inst{Op: op, Type: t, Args: []nest.ID{a, b}}), nil
}

// exactFloat is an int as the float of the same value; of others Python compares and
// divides as it does with its own.
func (n *nester) exactFloat(a nest.ID) (nest.ID, *stop) {
	size := n.scalar(kernel.Abs, kernel.I64, a)
	fits := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Le, size, n.int(1<<53)), n.compare(kernel.Ge, size, n.int(0)))
	return n.cast(a, kernel.F64), n.guard(fits)
}

func (n *nester) trueQuotient(a, b nest.ID) (nval, *stop) {
	x, s := n.exactFloat(a)
	if s != nil {
		return nval{}, s
	}
	y, s := n.exactFloat(b)
	if s != nil {
		return nval{}, s
	}
	if s := n.guard(n.compare(kernel.Ne, b, n.int(0))); s != nil {
		return nval{}, s
	}
	return numberOf(ir.PyFloatType, n.scalar(kernel.Div, kernel.F64, x, y)), nil
}

// shift is by 0 to 63 bits, to the left without losing any.
func (n *nester) shift(text string, a, by nest.ID) (nval, *stop) {
	in := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Ge, by, n.int(0)), n.compare(kernel.Lt, by, n.int(64)))
	if s := n.guard(in); s != nil {
		return nval{}, s
	}
	if text == ">>" {
		return numberOf(ir.PyIntType, n.scalar(kernel.Shr, kernel.I64, a, by)), nil
	}
	moved := n.scalar(kernel.Shl, kernel.I64, a, by)
	same := n.compare(kernel.Eq, n.scalar(kernel.Shr, kernel.I64, moved, by), a)
	return numberOf(ir.PyIntType, moved), n.guard(same)
}

func (n *nester) pythonFloats(text string, a, b nval) (nval, *stop) {
	var ids [2]nest.ID
	_, compares := comparisons[text]
	for i, v := range []nval{a, b} {
		var s *stop
		switch {
		case v.typ.Kind == ir.PyInt && compares:
			ids[i], s = n.exactFloat(v.id)
		default:
			ids[i] = n.cast(v.id, kernel.F64)
		}
		if s != nil {
			return nval{}, s
		}
	}
	x, y := ids[0], ids[1]
	if compares {
		return numberOf(ir.PyBoolType, n.compare(comparisons[text], x, y)), nil
	}
	if op, ok := arithmetic[text]; ok {
		return numberOf(ir.PyFloatType, n.scalar(op, kernel.F64, x, y)), nil
	}
	switch text {
	case "/":
		s := n.guard(n.compare(kernel.Ne, y, n.float(0)))
		return numberOf(ir.PyFloatType, n.scalar(kernel.Div, kernel.F64, x, y)), s
	case "**":
		return n.finite(n.libm("pow", x, y))
	case "//", "%":
		id, s := n.floatDivision(text, x, y)
		return numberOf(ir.PyFloatType, id), s
	}
	return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of floats in a loop")
}

func (n *nester) libm(name string, args ...nest.ID) nest.ID {
	for i, f := range nest.Functions {
		if f == name {
			return n.add(nest.Inst{Op: nest.Function, Type: kernel.F64, Num: i, Args: args})
		}
	}
	panic("front: no function " + name)
}

// finite leaves where a float of Python's is not finite: it may have to raise.
func (n *nester) finite(id nest.ID) (nval, *stop) {
	size := n.scalar(kernel.Abs, kernel.F64, id)
	return numberOf(ir.PyFloatType, id), n.guard(n.compare(kernel.Le, size, n.float(math.MaxFloat64)))
}

// numpy is an operator of which one operand at least is a NumPy scalar.
func (n *nester) numpy(text string, a, b nval) (nval, *stop) {
	name, ok := npy.BinaryOperator(text)
	if !ok {
		return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of NumPy's scalars in a loop")
	}
	sig, _, s := n.resolve(name, nil, []operand{{typ: a.typ}, {typ: b.typ}})
	if s != nil {
		return nval{}, s
	}
	if !elementary(sig[0]) || sig[0] != sig[1] || !elementary(sig[2]) {
		return nval{}, refuse(reason.UfuncTypes, name+" of these types in a loop")
	}
	t := sig[0]
	x, s := n.operandAs(a, t)
	if s != nil {
		return nval{}, s
	}
	y, s := n.operandAs(b, t)
	if s != nil {
		return nval{}, s
	}
	return n.numpyOp(text, t, sig[2], x, y)
}

func (n *nester) numpyOp(text string, t, to kernel.Type, x, y nest.ID) (nval, *stop) {
	if op, ok := comparisons[text]; ok {
		return numberOf(ir.ScalarOf(kernel.Bool), n.compare(op, x, y)), nil
	}
	if op, ok := bitwise[text]; ok && t.Exact() {
		return numberOf(ir.ScalarOf(to), n.scalar(op, t, x, y)), nil
	}
	op, plain := arithmetic[text]
	switch {
	case (text == "<<" || text == ">>") && t.IsInt():
		op := map[string]kernel.Op{"<<": kernel.Shl, ">>": kernel.Shr}[text]
		return numberOf(ir.ScalarOf(to), n.scalar(op, t, x, y)), nil
	case plain && t.IsInt():
		id, s := n.checked(op, t, x, y)
		return numberOf(ir.ScalarOf(to), id), s
	case text == "/" && t.IsFloat():
		id := n.scalar(kernel.Div, t, x, y)
		n.reporting(id, x) // not y: a number divided by infinity is finite
		return numberOf(ir.ScalarOf(to), id), nil
	case plain && t.IsFloat():
		id := n.scalar(op, t, x, y)
		n.reporting(id, x, y)
		return numberOf(ir.ScalarOf(to), id), nil
	case (text == "//" || text == "%") && t.IsInt():
		id, s := n.divide(text, t, x, y)
		return numberOf(ir.ScalarOf(to), id), s
	case (text == "//" || text == "%") && t == kernel.F64:
		id, s := n.floatDivision(text, x, y)
		n.reporting(id)
		return numberOf(ir.ScalarOf(to), id), s
	case text == "**" && t == kernel.F64:
		id := n.libm("pow", x, y)
		n.reporting(id)
		return numberOf(ir.ScalarOf(to), id), nil
	}
	return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of NumPy's scalars in a loop")
}

// operandAs converts an operand to the type that NumPy computes in.
func (n *nester) operandAs(v nval, t kernel.Type) (nest.ID, *stop) {
	switch {
	case v.typ.Kind == ir.PyInt:
		return n.intAs(v.id, t)
	case v.typ.Kind == ir.PyFloat && t == kernel.F32:
		id := n.cast(v.id, t)
		n.reporting(id)
		return id, nil
	case v.typ.DType == t, kernel.Castable(v.typ.DType, t) || v.typ.Kind == ir.PyBool:
		return n.cast(v.id, t), nil
	}
	return nest.None, refuse(reason.UfuncTypes, "a conversion of NumPy's scalars in a loop")
}

// intAs converts a Python int; one that does not fit raises.
func (n *nester) intAs(id nest.ID, t kernel.Type) (nest.ID, *stop) {
	switch {
	case t == kernel.I64 || t == kernel.Bool:
		return n.cast(id, t), nil
	case t == kernel.F64:
		return n.cast(id, t), nil
	case t == kernel.F32: // by way of double, as NumPy converts Python's ints
		id = n.cast(n.cast(id, kernel.F64), t)
		n.reporting(id)
		return id, nil
	case t == kernel.U64:
		return n.cast(id, t), n.guard(n.compare(kernel.Ge, id, n.int(0)))
	case t.IsInt():
		small := n.cast(id, t)
		return small, n.guard(n.compare(kernel.Eq, n.cast(small, kernel.I64), id))
	}
	return nest.None, refuse(reason.UfuncTypes, "a conversion of an int in a loop")
}

func (n *nester) unary(text string) *stop {
	v := n.pop()
	if n.isArray(v) {
		name, _ := npy.UnaryOperator(text)
		v, s := n.elementwise(name, []nval{v})
		if s == nil {
			n.push(v)
		}
		return s
	}
	if v.kind == nKnown {
		op := map[string]bytecode.Op{"-": bytecode.UnaryNegative, "+": bytecode.UnaryPositive, "~": bytecode.UnaryInvert}[text]
		if folded, ok := foldedUnary(op, v.val); ok {
			n.push(knownVal(folded))
			return nil
		}
	}
	x, s := n.scalarOf(v)
	if s != nil {
		return s
	}
	v, s = n.unaryOf(text, x)
	if s == nil {
		n.push(v)
	}
	return s
}

func (n *nester) unaryOf(text string, x nval) (nval, *stop) {
	t := x.typ
	if x.kind == nComplex {
		return n.complexUnary(text, x)
	}
	if t.Kind == ir.PyBool && text != "~" {
		x = numberOf(ir.PyIntType, n.cast(x.id, kernel.I64))
		t = x.typ
	}
	switch {
	case t.DType == kernel.Bool && !(text == "~" && t.Kind == ir.NpScalar):
	case text == "+" && t.Kind != ir.NpScalar:
		return x, nil
	case text == "-" && t.DType.IsFloat():
		return numberOf(t, n.scalar(kernel.Neg, t.DType, x.id)), nil
	case text == "-" && !t.DType.Unsigned():
		id, s := n.checked(kernel.Sub, t.DType, n.constant(t.DType, 0), x.id)
		return numberOf(t, id), s
	case text == "~" && t.DType.Exact():
		return numberOf(t, n.scalar(kernel.Not, t.DType, x.id)), nil
	}
	return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of a number in a loop")
}
