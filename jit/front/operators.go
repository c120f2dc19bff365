package front

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// operand is a number or array ready for an elementwise operation.
type operand struct {
	id    ir.ID
	typ   ir.Type
	shape []ir.Sym
	user  bool // its elements lie in user memory
	array bool // it was an array object, rank 0 included
}

// operandOf prepares v; arrays of rank 0 become the NumPy scalar they hold.
func (e *eval) operandOf(v Val) (operand, *stop) {
	v, s := e.look(v)
	if s != nil {
		return operand{}, s
	}
	switch v.Kind {
	case Runtime:
		return operand{id: v.ID, typ: v.Type}, nil
	case Const:
		return e.literal(v.Const)
	case ArrayVal:
		o := e.heap[v.Obj]
		if o.Type.Rank > 0 {
			return operand{o.ID, o.Type, e.fn.Values[o.ID].Shape, o.User, true}, nil
		}
		t := ir.ScalarOf(o.Type.DType)
		return operand{id: e.addRead(ir.Value{Op: ir.Item, Type: t, Args: []ir.ID{o.ID}}), typ: t, array: true}, nil
	}
	if v.Kind == Object {
		return operand{}, unknown(v)
	}
	return operand{}, refuse(reason.UnknownValue, "an operand that is neither a number nor an array")
}

// literal makes a Python number a value.
func (e *eval) literal(c bytecode.Const) (operand, *stop) {
	v := ir.Value{Op: ir.Number}
	switch c.T {
	case "int":
		n, err := strconv.ParseInt(c.V, 10, 64)
		if err != nil {
			return operand{}, refuse(reason.PythonNumber, "an int of more than 64 bits")
		}
		v.Type, v.Bits = ir.PyIntType, uint64(n)
	case "float":
		x, err := parseFloat(c.V)
		if err != nil {
			return operand{}, refuse(reason.PythonNumber, err.Error())
		}
		v.Type, v.Bits = ir.PyFloatType, math.Float64bits(x)
	case "bool":
		v.Type = ir.PyBoolType
		if c.V == "True" {
			v.Bits = 1
		}
	case "complex": // has no room in a value's bits
		v = ir.Value{Op: ir.HostConst, Type: ir.PyComplexType, Num: e.hostConst(c)}
	default:
		return operand{}, refuse(reason.UnknownValue, fmt.Sprintf("an operand of type %s", c.T))
	}
	return operand{id: e.add(v), typ: v.Type}, nil
}

func parseFloat(text string) (float64, error) {
	return strconv.ParseFloat(text, 64)
}

func (e *eval) binaryOp(in *bytecode.Inst) *stop {
	vs := e.popN(2)
	if text, inPlace := strings.CutSuffix(in.Name, "="); inPlace {
		if s := e.ownAttribute(in, vs[0]); s != nil {
			return s
		}
		return e.inPlace(text, vs[0], vs[1])
	}
	return e.binary(in.Name, vs[0], vs[1])
}

func (e *eval) compareOp(in *bytecode.Inst) *stop {
	vs := e.popN(2)
	return e.binary(in.Name, vs[0], vs[1])
}

// binary applies a binary operator or comparison.
func (e *eval) binary(text string, left, right Val) *stop {
	if text == "@" {
		v, s := e.callHost(hostObject{path: []string{"operator", "matmul"}}, bound{pos: []Val{left, right}}, npy.Function{Fresh: true, Own: "matmul"})
		e.push(v)
		return s
	}
	if v, ok, s := e.folded(text, left, right); ok || s != nil {
		e.push(v)
		return s
	}
	if e.byIdentity(text, left, right) {
		return e.areOne(left, right, text == "!=")
	}
	if v, ok := e.union(text, left, right); ok {
		e.push(v)
		return nil
	}
	if v, ok := e.joined(text, left, right); ok {
		e.push(v)
		return nil
	}
	if e.unsaid(text, left, right) {
		e.push(Val{Kind: Unsaid})
		return nil
	}
	v, s := e.apply(text, left, right)
	if s != nil {
		return s
	}
	e.push(v)
	return nil
}

// unsaid says that an operator makes a text about a class of NumPy's or Python's, which runs nobody's
// code: in a function that is inlined it is often for an error that does not come. Where
// it is wanted, the region ends.
func (e *eval) unsaid(text string, left, right Val) bool {
	l, s := e.look(left)
	if s != nil || text != "%" || e.inlined == nil || l.Kind != Const || l.Const.T != "str" {
		return false
	}
	r, s := e.look(right)
	if s != nil || r.Kind != Host || r.Desc.Kind != KindClass {
		return false
	}
	known := strings.HasPrefix(r.Desc.Name, "numpy.") || strings.HasPrefix(r.Desc.Name, "builtins.")
	return known && strings.Count(l.Const.V, "%") == 1 && strings.Contains(l.Const.V, "%s")
}

func (e *eval) operands(left, right Val) (a, b operand, s *stop) {
	if a, s = e.operandOf(left); s != nil {
		return
	}
	b, s = e.operandOf(right)
	return
}

// apply computes an operator: by a kernel or an inner loop, else by NumPy's own code.
func (e *eval) apply(text string, left, right Val) (Val, *stop) {
	a, b, s := e.operands(left, right)
	if s != nil {
		return Val{}, s
	}
	v, s := e.operator(text, a, b, right)
	name, _ := npy.BinaryOperator(text)
	if s == nil || !noLoop(s) || binaryFunctions[name] == "" {
		return v, s
	}
	o := hostObject{path: []string{"operator", binaryFunctions[name]}}
	return e.callHost(o, bound{pos: []Val{left, right}}, npy.Function{Fresh: true})
}

// noLoop says that neither a kernel nor an inner loop fits the operands of a ufunc.
func noLoop(s *stop) bool { return s.reason == reason.UfuncTypes || s.reason == reason.Power }

func (e *eval) operator(text string, a, b operand, right Val) (Val, *stop) {
	if pythonNumber(a.typ) && pythonNumber(b.typ) {
		return e.pythonOp(text, a, b)
	}
	name, ok := npy.BinaryOperator(text)
	if !ok {
		return Val{}, refuse(reason.Opcode, fmt.Sprintf("operator %s on arrays", text))
	}
	if !a.array && !b.array {
		return e.scalarOp(name, a, b)
	}
	if name == "power" {
		return e.power(a, b, right)
	}
	return e.ufunc(name, nil, []operand{a, b})
}

func pythonNumber(t ir.Type) bool { return t.Weak() || t.Kind == ir.PyBool }

// scalarOpAllowed names the operators whose NumPy scalar arithmetic has the
// bits and reports of the ufunc. Integer arithmetic warns on overflow, and
// powers and floor division have code of their own: that code is called.
func scalarOpAllowed(name string, sig []kernel.Type) bool {
	switch name {
	case "add", "subtract", "multiply", "divide":
		return sig[0].IsFloat()
	case "less", "less_equal", "greater", "greater_equal":
		return !sig[0].IsComplex() // a NaN beside a real part counts in one of them only
	case "equal", "not_equal", "bitwise_and", "bitwise_or", "bitwise_xor":
		return true
	}
	return false
}

func (e *eval) scalarOp(name string, a, b operand) (Val, *stop) {
	sig, _, s := e.resolve(name, nil, []operand{a, b})
	if s != nil {
		return Val{}, s
	}
	// Python's complex computes with a float64 itself, which is one of its floats.
	if !scalarOpAllowed(name, sig) || a.typ.Kind == ir.PyComplex || b.typ.Kind == ir.PyComplex {
		return e.hostOperator(binaryFunctions[name], a, b)
	}
	return e.ufunc(name, nil, []operand{a, b})
}

// power follows ndarray's own short cuts for literal exponents: which ones
// there are depends on NumPy's version, so NumPy is asked.
func (e *eval) power(a, b operand, exponent Val) (Val, *stop) {
	if a.array && !b.array && pythonNumber(b.typ) && a.typ.DType.IsFloat() {
		c, ok := e.constant(exponent)
		if !ok {
			return Val{}, refuse(reason.Power, "an exponent that is only known at run time")
		}
		q := Question{Ask: "power", ID: -1, In: []string{a.typ.DType.String()}, Args: []CallArg{{Const: &c}}}
		answer, err := e.asker.Ask(q)
		if err != nil || answer.Error != "" {
			return Val{}, refuse(reason.Power, "an exponent NumPy does not take: "+answer.Error)
		}
		if answer.Where != "power" {
			return e.ufunc(answer.Where, nil, []operand{a})
		}
	}
	if a.array && a.typ.DType == kernel.Bool && pythonNumber(b.typ) {
		return Val{}, refuse(reason.Power, "a power of truth values, which NumPy squares in a type of its own")
	}
	if two := (bytecode.Const{T: "int", V: "2"}); a.array && a.typ.DType.IsInt() && exponent.Kind == Const && exponent.Const.Equal(two) {
		return e.ufunc("square", nil, []operand{a}) // the same bits: both wrap
	}
	return e.ufunc("power", nil, []operand{a, b})
}

// pythonOp is an operator between Python's own numbers.
func (e *eval) pythonOp(text string, a, b operand) (Val, *stop) {
	t, ok := pythonResult(text, a.typ, b.typ)
	if !ok {
		name, _ := npy.BinaryOperator(text)
		return e.hostOperator(binaryFunctions[name], a, b)
	}
	e.spare(-numberLoss)
	id := e.add(ir.Value{Op: ir.PyOp, Type: t, Name: text, Args: []ir.ID{a.id, b.id}})
	return Val{Kind: Runtime, Type: t, ID: id}, nil
}

func pythonResult(text string, a, b ir.Type) (ir.Type, bool) {
	if a.Kind == ir.PyComplex || b.Kind == ir.PyComplex {
		return ir.Type{}, false
	}
	switch text {
	case "<", "<=", ">", ">=", "==", "!=":
		return ir.PyBoolType, true
	}
	if a.Kind == ir.PyBool || b.Kind == ir.PyBool {
		return ir.Type{}, false
	}
	float := a.Kind == ir.PyFloat || b.Kind == ir.PyFloat
	switch text {
	case "/":
		return ir.PyFloatType, true
	case "+", "-", "*", "//", "%", "**":
		if float {
			return ir.PyFloatType, true
		}
		return ir.PyIntType, true
	case "&", "|", "^", "<<", ">>":
		return ir.PyIntType, !float
	}
	return ir.Type{}, false
}

func (e *eval) unaryOp(in *bytecode.Inst) *stop {
	text := map[bytecode.Op]string{bytecode.UnaryNegative: "-", bytecode.UnaryInvert: "~", bytecode.UnaryPositive: "+"}[in.Op]
	x := e.pop()
	if v, ok := foldedUnary(in.Op, x); ok {
		e.push(v)
		return nil
	}
	a, s := e.operandOf(x)
	if s != nil {
		return s
	}
	v, s := e.unary(text, a)
	if s != nil {
		return s
	}
	e.push(v)
	return nil
}

func (e *eval) unary(text string, a operand) (Val, *stop) {
	name, _ := npy.UnaryOperator(text)
	switch {
	case a.array:
		return e.ufunc(name, nil, []operand{a})
	case text == "+" && a.typ.Weak():
		return Val{Kind: Runtime, Type: a.typ, ID: a.id}, nil
	case text == "-" && a.typ.Weak() && a.typ.Kind != ir.PyComplex:
		id := e.add(ir.Value{Op: ir.PyOp, Type: a.typ, Name: "-1", Args: []ir.ID{a.id}})
		return Val{Kind: Runtime, Type: a.typ, ID: id}, nil
	case text == "-" && a.typ.Kind == ir.NpScalar && a.typ.DType.IsFloat(), text == "~" && a.typ.Kind == ir.NpScalar:
		return e.ufunc(name, nil, []operand{a})
	}
	if text == "~" && a.typ.Kind == ir.PyBool {
		return Val{}, refuse(reason.ScalarOperator, "~ of a Python bool warns")
	}
	return e.hostOperator(unaryFunctions[text], a)
}

// unaryFunctions are what the module operator calls unary operators.
var unaryFunctions = map[string]string{"-": "neg", "~": "invert", "+": "pos", "not": "not_", "abs": "abs"}

// binaryFunctions are what it calls binary ones, by the ufunc they stand for.
var binaryFunctions = map[string]string{
	"add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv",
	"remainder": "mod", "power": "pow", "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor",
	"left_shift": "lshift", "right_shift": "rshift",
}

// hostOperator leaves an operator on numbers to their own arithmetic, which
// reports and raises in ways of its own: then the region is left.
func (e *eval) hostOperator(name string, ops ...operand) (Val, *stop) {
	if name == "" {
		return Val{}, refuse(reason.ScalarOperator, "an operator without a function")
	}
	args := make([]Val, len(ops))
	for i, o := range ops {
		args[i] = Val{Kind: Runtime, Type: o.typ, ID: o.id}
	}
	quiet := name == "not_" || name == "truth"
	return e.callHost(hostObject{path: []string{"operator", name}}, bound{pos: args}, npy.Function{Quiet: quiet})
}

// inPlace is an augmented assignment's operator: arrays are updated where
// they lie.
func (e *eval) inPlace(text string, target, right Val) *stop {
	t, s := e.look(target)
	if s != nil {
		return s
	}
	switch {
	case t.Kind == List && text == "+":
		return e.extend(t, right)
	case t.Kind == List || t.Kind == Dict:
		return refuse(reason.StoreTarget, "a list or dict that is changed in place")
	case t.Kind != ArrayVal:
		return e.binary(text, t, right)
	}
	return e.updateArray(text, t, right)
}

func (e *eval) updateArray(text string, target, right Val) *stop {
	v, s := e.newContents(text, target, right)
	if s != nil {
		return s
	}
	if s := e.replaceBy(target, v, fmt.Sprintf("%s=", text)); s != nil {
		return s
	}
	e.push(target)
	return nil
}

// inPlaceProduct leaves products of complex numbers in place to NumPy: of one element its
// loop takes them for a reduction, which rounds otherwise, as it does where what it stores
// overlaps what it reads.
func inPlaceProduct() *stop {
	return refuse(reason.UfuncOption, "a product of complex numbers in place")
}

// newContents is an array's new contents. Powers of floats are those of NumPy's loop as it
// meets them in place, which a call that gives a new array need not do; where the exponent
// is an array of one element, it is taken for a number, as it is not elsewhere.
func (e *eval) newContents(text string, target, right Val) (Val, *stop) {
	if text == "*" && e.heap[target.Obj].Type.DType.IsComplex() {
		return Val{}, inPlaceProduct()
	}
	if text != "**" || e.heap[target.Obj].Type.DType.Exact() {
		return e.apply(text, target, right)
	}
	if r, s := e.look(right); s == nil && r.Kind == ArrayVal && e.heap[r.Obj].Type.Rank > 0 {
		return Val{}, refuse(reason.Power, "an exponent that is an array")
	}
	a, b, s := e.operands(target, right)
	if s != nil {
		return Val{}, s
	}
	return e.operator(text, a, b, right)
}

// replaceBy gives an array new contents of the same shape and type.
func (e *eval) replaceBy(target, v Val, what string) *stop {
	o := &e.heap[target.Obj]
	if o.Type.Rank == 0 && v.Kind == Runtime {
		return e.replaceElement(target, v, what)
	}
	n := e.heap[v.Obj]
	if n.Type.Rank != o.Type.Rank || !sameKind(n.Type.DType, o.Type.DType) {
		return refuse(reason.StoreType, fmt.Sprintf("%s gives %v for an array of %v", what, n.Type, o.Type))
	}
	if n.Type != o.Type {
		x, s := e.operandOf(v)
		if s != nil {
			return s
		}
		n = e.heap[e.cast(x, o.Type.DType).Obj]
		o = &e.heap[target.Obj]
	}
	if s := e.renew(o, n.ID); s != nil {
		return s
	}
	if store := &e.fn.Values[e.mem]; store.Op == ir.Store && store.Args[2] == n.ID {
		store.Over = true
	}
	return nil
}

// renew gives an array the value id, which has its shape and type: its memory is
// stored into, unless nobody else has it and the value is computed from it. What
// a call gave may be a view, or lie otherwise than a result of ours.
func (e *eval) renew(o *object, id ir.ID) *stop {
	v, old := &e.fn.Values[id], &e.fn.Values[o.ID]
	if o.User || o.Viewed || v.Op != ir.Elem && v.Op != ir.Loop || e.fn.Replaced(v) != o.ID || old.Op == ir.Call && old.Axes == 0 {
		return e.storeInto(o, id)
	}
	v.SameShape = true
	o.ID = id
	return nil
}

// sameKind says that NumPy converts results of a ufunc from one type to the
// other unasked, and a kernel can.
func sameKind(from, to kernel.Type) bool {
	return from == to || kindOf(from) <= kindOf(to) && to != kernel.Bool && kernel.Castable(from, to)
}

func kindOf(t kernel.Type) int {
	switch {
	case t == kernel.Bool:
		return 0
	case t.IsComplex():
		return 4
	case !t.Exact():
		return 3
	case !t.Unsigned():
		return 2
	}
	return 1
}

// replaceElement is replace for an array without axes.
func (e *eval) replaceElement(target, v Val, what string) *stop {
	t := e.heap[target.Obj].Type
	if !sameKind(v.Type.DType, t.DType) {
		return refuse(reason.StoreType, fmt.Sprintf("%s gives %v for an array of %v", what, v.Type, t))
	}
	if v.Type.DType != t.DType {
		v = e.cast(operand{id: v.ID, typ: v.Type}, t.DType)
	}
	return e.storeInto(&e.heap[target.Obj], v.ID)
}

// storeInto writes value over the array target. Nothing that can fail may
// follow in the same statement.
func (e *eval) storeInto(target *object, value ir.ID) *stop {
	if s := e.mayStore(target); s != nil {
		return s
	}
	e.readInOrder(target.ID)
	e.mem = e.add(ir.Value{Op: ir.Store, Type: ir.MemType, Args: []ir.ID{e.mem, target.ID, value}})
	e.changed(target.ID)
	e.gain(e.storeGain(target, value))
	return nil
}
