package front

import (
	"fmt"
	"math"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about attributes, methods and functions of complex numbers in nests, and
// of complex arrays.

// numberAttr is an attribute of a number, or the look-up of its method.
func (n *nester) numberAttr(v nval, in *bytecode.Inst) *stop {
	conjugate := in.Name == "conjugate" || in.Name == "conj"
	switch {
	case in.Method && (conjugate || numberMethods[in.Name] != nil && !v.isComplex()):
		n.pushMethod(v, in.Name)
		return nil
	case !in.Method && (in.Name == "real" || in.Name == "imag"):
		x, s := n.partOfNumber(v, in.Name)
		if s == nil {
			n.push(x)
		}
		return s
	case v.kind == nKnown:
		n.eval.stack = []Val{v.val}
		if s := n.eval.loadAttr(in); s != nil {
			return s
		}
		return n.takeOver()
	}
	return refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of a number in a loop", in.Name))
}

// pushMethod pushes a method and its NULL, in the order of the CPython version.
func (n *nester) pushMethod(v nval, name string) {
	m, null := nval{kind: nMethod, name: name, items: []nval{v}}, knownVal(Val{Kind: Null})
	if n.function().Program.NullFirst() {
		m, null = null, m
	}
	n.push(m)
	n.push(null)
}

// partOfNumber is the real or the imaginary part; of a bool of Python's an int.
func (n *nester) partOfNumber(v nval, name string) (nval, *stop) {
	x, s := n.scalarOf(v)
	if s != nil {
		return x, s
	}
	which := map[string]int{"real": 0, "imag": 1}[name]
	if x.kind == nComplex {
		return n.anew(x.items[which]), nil
	}
	if x.typ.Kind == ir.PyBool {
		x = numberOf(ir.PyIntType, n.cast(x.id, kernel.I64))
	}
	if which == 1 {
		return numberOf(x.typ, n.constant(x.typ.DType, 0)), nil
	}
	return n.copied(x)
}

// anew notes that a number is made of values that others have: it is another object.
func (n *nester) anew(x nval) nval {
	for _, id := range x.ids() {
		n.refound[id] = true
	}
	return x
}

// copied is a number that is another object than the one it is made of, which for
// NumPy's scalars can be told.
func (n *nester) copied(x nval) (nval, *stop) {
	for _, id := range n.imports {
		if x.typ.Kind == ir.NpScalar && id == x.id {
			return x, refuse(reason.UnknownAttr, "a part of a number from before the loop")
		}
	}
	return n.anew(x), nil
}

// methodOfNumber calls a method of a number.
func (n *nester) methodOfNumber(m nval, args []nval) (nval, *stop) {
	x, s := n.scalarOf(m.items[0])
	if s != nil {
		return x, s
	}
	if of := numberMethods[m.name]; of != nil && len(args) == 0 && x.kind == nNumber {
		return of(n, x)
	}
	if len(args) > 0 || m.name == "conj" && x.typ.Kind != ir.NpScalar {
		return nval{}, wrongArguments()
	}
	if x.kind != nComplex {
		return n.partOfNumber(x, "real")
	}
	p := x.parts()
	return complexOf(x.typ, pair{p[0], n.scalar(kernel.Neg, x.typ.DType.Part(), p[1])}), nil
}

// partOfArray is the real or the imaginary part of complex elements: a view.
func (n *nester) partOfArray(a *narray, name string) (nval, *stop) {
	if !a.typ.IsComplex() || name != "real" && name != "imag" {
		return nval{}, refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of an array in a loop", name))
	}
	b := *a
	b.typ, b.base = a.typ.Part(), a.root()
	if name == "imag" {
		b.addr = n.behindPart(a.typ, a.addr)
	}
	n.numbers++
	b.who, b.place = n.numbers, fmt.Sprint(b.where(), b.typ)
	return arrayOf(&b), nil
}

// conjugate is a method of complex arrays; of real ones it gives the array itself.
func (n *nester) conjugate(v nval) (nval, *stop) {
	a, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	if !a.typ.IsComplex() {
		return nval{}, refuse(reason.UnknownAttr, "the conjugate of a real array in a loop")
	}
	return n.elementwise("conjugate", []nval{v})
}

// partFunction is numpy.real or numpy.imag.
func partFunction(name string) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != 1 {
			return nval{}, wrongArguments()
		}
		if !n.isArray(args[0]) {
			return n.partOfNumber(args[0], name)
		}
		a, s := n.memory(args[0])
		if s != nil {
			return nval{}, s
		}
		return n.partOfArray(a, name)
	}
}

// realArgument is an argument that is a real number, as a float.
func (n *nester) realArgument(v nval) (nest.ID, *stop) {
	x, s := n.number(v)
	if s != nil {
		return nest.None, s
	}
	if numpyBool(x.typ) {
		return nest.None, wrongArguments()
	}
	return n.cast(x.id, kernel.F64), nil
}

// complexArgument is an argument that is a number.
func (n *nester) complexArgument(v nval) (pair, *stop) {
	x, s := n.scalarOf(v)
	if s != nil {
		return pair{}, s
	}
	if numpyBool(x.typ) {
		return pair{}, wrongArguments()
	}
	return n.asComplex(x, kernel.C128)
}

// complexCall is complex(a) of any number, or complex(a, b) of real ones.
func (n *nester) complexCall(args []nval) (nval, *stop) {
	if len(args) == 1 {
		p, s := n.complexArgument(args[0])
		return complexOf(ir.PyComplexType, p), s
	}
	p, s := n.realArguments(args)
	return complexOf(ir.PyComplexType, p), s
}

// realArguments are two arguments that are real numbers.
func (n *nester) realArguments(args []nval) (p pair, s *stop) {
	if len(args) != 2 {
		return p, wrongArguments()
	}
	for i, a := range args {
		if p[i], s = n.realArgument(a); s != nil {
			return p, s
		}
	}
	return p, nil
}

// complexScalar is numpy.complex64 or numpy.complex128 of a number: a new object.
func complexScalar(t kernel.Type) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != 1 || n.isArray(args[0]) {
			return nval{}, wrongArguments()
		}
		x, s := n.scalarOf(args[0])
		if s != nil {
			return nval{}, s
		}
		if x.typ == ir.ScalarOf(t) || numpyBool(x.typ) {
			return nval{}, wrongArguments()
		}
		p, s := n.asComplex(x, t)
		return n.anew(complexOf(ir.ScalarOf(t), p)), s
	}
}

// complexAbs is that of the C library. Python's raises where it overflows.
func (n *nester) complexAbs(v nval) (nval, *stop) {
	x, s := n.scalarOf(v)
	if s != nil {
		return x, s
	}
	p := x.parts()
	if x.typ == ir.ScalarOf(kernel.C64) {
		wide := n.libm("hypotf", n.cast(p[0], kernel.F64), n.cast(p[1], kernel.F64))
		return numberOf(ir.ScalarOf(kernel.F32), n.cast(wide, kernel.F32)), nil
	}
	id := n.libm("hypot", p[0], p[1])
	if x.typ.Kind == ir.NpScalar {
		return numberOf(ir.ScalarOf(kernel.F64), id), nil
	}
	infinite := n.constant(kernel.F64, 0x7ff<<52)
	fine := n.compare(kernel.Le, id, n.float(math.MaxFloat64))
	for _, part := range p {
		fine = n.scalar(kernel.Or, kernel.Bool, fine, n.compare(kernel.Eq, n.scalar(kernel.Abs, kernel.F64, part), infinite))
	}
	return numberOf(ir.PyFloatType, id), n.guard(fine)
}

// inRange leaves unless a float lies between two bounds.
func (n *nester) inRange(id nest.ID, low, high float64) *stop {
	return n.guard(n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Ge, id, n.float(low)), n.compare(kernel.Le, id, n.float(high))))
}

// cmathFunction is one of module cmath, of a number whose parts are finite.
func cmathFunction(f func(*nester, pair) (nval, *stop)) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		if len(args) != 1 {
			return nval{}, wrongArguments()
		}
		p, s := n.complexArgument(args[0])
		if s != nil {
			return nval{}, s
		}
		for _, id := range p {
			if s := n.inRange(id, -math.MaxFloat64, math.MaxFloat64); s != nil {
				return nval{}, s
			}
		}
		return f(n, p)
	}
}

// cmathExp: above 700 begins the range in which the result may overflow.
func (n *nester) cmathExp(p pair) (nval, *stop) {
	if s := n.inRange(p[0], -math.MaxFloat64, 700); s != nil {
		return nval{}, s
	}
	return complexOf(ir.PyComplexType, n.polarForm(n.libm("exp", p[0]), p[1])), nil
}

// polarForm is the number of an absolute value and an angle.
func (n *nester) polarForm(size, angle nest.ID) pair {
	part := func(name string) nest.ID { return n.scalar(kernel.Mul, kernel.F64, size, n.libm(name, angle)) }
	return pair{part("cos"), part("sin")}
}

// cmathPhase raises where the C library says that the angle is too small.
func (n *nester) cmathPhase(p pair) (nval, *stop) {
	id := n.libm("atan2", p[1], p[0])
	large := n.compare(kernel.Ge, n.scalar(kernel.Abs, kernel.F64, id), n.float(0x1p-1000))
	zero := n.compare(kernel.Eq, p[1], n.float(0))
	return numberOf(ir.PyFloatType, id), n.guard(n.scalar(kernel.Or, kernel.Bool, large, zero))
}

func (n *nester) cmathPolar(p pair) (nval, *stop) {
	size, s := n.complexAbs(complexOf(ir.PyComplexType, p))
	if s != nil {
		return nval{}, s
	}
	phase, s := n.cmathPhase(p)
	return nval{kind: nTuple, items: []nval{size, phase}}, s
}

// twoReals are two arguments that are finite floats.
func twoReals(f func(*nester, pair) (nval, *stop)) func(*nester, []nval) (nval, *stop) {
	return func(n *nester, args []nval) (nval, *stop) {
		p, s := n.realArguments(args)
		for i := 0; i < len(p) && s == nil; i++ {
			s = n.inRange(p[i], -math.MaxFloat64, math.MaxFloat64)
		}
		if s != nil {
			return nval{}, s
		}
		return f(n, p)
	}
}

func (n *nester) cmathRect(p pair) (nval, *stop) {
	return complexOf(ir.PyComplexType, n.polarForm(p[0], p[1])), nil
}

func (n *nester) mathAtan2(p pair) (nval, *stop) {
	return numberOf(ir.PyFloatType, n.libm("atan2", p[0], p[1])), nil
}

// complexRows are the rows of nestCalls that are about complex numbers.
func complexRows() map[string]func(*nester, []nval) (nval, *stop) {
	return map[string]func(*nester, []nval) (nval, *stop){
		"builtins.complex": (*nester).complexCall,
		"numpy.complex64":  complexScalar(kernel.C64),
		"numpy.complex128": complexScalar(kernel.C128),
		"numpy.real":       partFunction("real"),
		"numpy.imag":       partFunction("imag"),
		"cmath.exp":        cmathFunction((*nester).cmathExp),
		"cmath.phase":      cmathFunction((*nester).cmathPhase),
		"cmath.polar":      cmathFunction((*nester).cmathPolar),
		"cmath.rect":       twoReals((*nester).cmathRect),
		"math.atan2":       twoReals((*nester).mathAtan2),
	}
}
