package front

import (
	"math"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// branch follows a conditional jump whose outcome is known when compiling, or
// foreseen from the numbers and lengths that this call has. The test of a
// while loop is not foreseen: it comes out both ways in every call.
func (e *eval) branch(in *bytecode.Inst) (int, *stop) {
	v, s := e.look(e.pop())
	if s != nil {
		return 0, s
	}
	if in.Op == bytecode.PopJumpIfTrue || in.Op == bytecode.PopJumpIfFalse {
		v = e.counting(v)
	}
	var taken, known bool
	switch in.Op {
	case bytecode.PopJumpIfNone:
		taken, known = v.isNone(), v.Kind != Unbound
	case bytecode.PopJumpIfNotNone:
		taken, known = !v.isNone(), v.Kind != Unbound
	default:
		var truth bool
		if truth, known = e.truth(v); !known && e.ahead(in) {
			truth, known = e.foreseen(v)
		}
		if !known {
			truth, known = e.spared(in, v)
		}
		if !known {
			truth, known = e.guessed(in, v)
		}
		taken = truth == (in.Op == bytecode.PopJumpIfTrue)
	}
	if !known {
		return 0, refuse(reason.Branch, "a branch on a value that is only known at run time")
	}
	if taken {
		return e.jump(in, in.Target)
	}
	return following, nil
}

// orPop is a or b, a and b: the value stays where the jump is taken.
func (e *eval) orPop(in *bytecode.Inst) (int, *stop) {
	v := e.pop()
	looked, s := e.look(v)
	if s != nil {
		return 0, s
	}
	truth, known := e.truth(looked)
	if !known {
		truth, known = e.guessed(in, looked)
	}
	switch {
	case !known:
		return 0, refuse(reason.Branch, "a branch on a value that is only known at run time")
	case truth != (in.Op == bytecode.JumpIfTrueOrPop):
		return following, nil
	}
	e.push(v)
	return e.jump(in, in.Target)
}

// ahead says that a jump leads on, and not out of a while loop.
func (e *eval) ahead(in *bytecode.Inst) bool {
	return in.Target > in.PC && !e.function().loops[in.End]
}

// foreseen gives the truth that a number has in this call. Numbers that enter
// the region are pinned by guards, unless the function assigns to them in a loop: those
// change from one round to the next. Where lengths take part, which
// are no guards, the run looks whether it still holds. The last version that a
// place may have foresees nothing and serves all other values.
func (e *eval) foreseen(v Val) (truth, known bool) {
	if v.Kind != Runtime || e.general {
		return false, false
	}
	f := forecast{eval: e}
	x, ok := f.value(v.ID)
	if !ok || f.seen && e.stored {
		return false, false
	}
	if f.derived {
		f.inputs = nil // the run looks: a version for odd numbers serves all of them
	}
	for _, in := range f.inputs {
		e.inputs[in].Equal = e.hostConst(*e.inputs[in].sample.Const)
	}
	if f.seen && !e.looksAt(v, x != 0, "must") {
		return false, false
	}
	return x != 0, true
}

// spared is the truth with which a jump does not lead to a raise statement, where
// the other one does on all ways: the run looks that it is not raised.
func (e *eval) spared(in *bytecode.Inst, v Val) (truth, known bool) {
	f := e.function()
	there, onward := f.raises(in.Target), f.raises(in.End)
	if v.Kind != Runtime || e.stored || there == onward {
		return false, false
	}
	truth = there != (in.Op == bytecode.PopJumpIfTrue)
	return truth, e.looksAt(v, truth, "spared")
}

// looksAt has the run look whether v has the truth that it has in this call.
func (e *eval) looksAt(v Val, truth bool, check string, number ...int) bool {
	if v.Type.Kind == ir.NpScalar {
		var s *stop
		if v, s = e.hostOperator("truth", operand{id: v.ID, typ: v.Type}); s != nil {
			return false
		}
	}
	e.check(v, truth, check, number...)
	return true
}

// must leaves the region, for a version of other shapes, unless v has the truth.
func (e *eval) must(v Val, truth bool) { e.check(v, truth, "must") }

// mustCount leaves the region unless a length is n.
func (e *eval) mustCount(length ir.ID, n int) *stop {
	wanted, s := e.literal(intConst(strconv.Itoa(n)))
	if s == nil {
		same := e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: "==", Args: []ir.ID{length, wanted.id}})
		e.must(Val{Kind: Runtime, Type: ir.PyBoolType, ID: same}, true)
	}
	return s
}

// check leaves the region unless v has the truth; a guess has a number.
func (e *eval) check(v Val, truth bool, check string, number ...int) {
	zero := e.add(ir.Value{Op: ir.Number, Type: ir.PyIntType})
	text := "=="
	if truth {
		text = "!="
	}
	holds := e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: text, Args: []ir.ID{v.ID, zero}})
	args := []ir.ID{holds}
	for _, n := range number {
		args = append(args, e.add(ir.Value{Op: ir.Number, Type: ir.PyIntType, Bits: uint64(n)}))
	}
	e.add(ir.Value{Op: ir.PyOp, Type: ir.PyBoolType, Name: check, Args: args})
}

// forecast computes numbers as they are in this call.
type forecast struct {
	*eval
	inputs []int // Python's numbers that the result depends on
	seen   bool  // it depends on lengths of arrays or on NumPy's scalars, too
	// derived: it is computed from them by other operators than comparisons.
	derived bool
}

// value is exact: integers of 53 bits, floats, and 0 or 1 for bools.
func (f *forecast) value(id ir.ID) (float64, bool) {
	v := &f.fn.Values[id]
	switch v.Op {
	case ir.Number:
		return number(v)
	case ir.Input:
		in := f.eval.inputs[v.Num]
		switch {
		case in.Source == sched.FromArg && f.code.cycled[f.args[in.Index]]:
			return 0, false
		case in.sample.Value != nil:
			f.seen = true
			return constNumber(*in.sample.Value)
		case in.sample.Const == nil:
			return 0, false
		}
		f.inputs = append(f.inputs, v.Num)
		return constNumber(*in.sample.Const)
	case ir.Dim:
		f.seen = true
		return f.length(v)
	case ir.Call:
		f.seen = true
		return f.flagged(v)
	case ir.PyOp:
		return f.operator(v)
	case ir.Elem:
		return f.comparison(v)
	}
	return 0, false
}

func number(v *ir.Value) (float64, bool) {
	if v.Type.Kind == ir.PyFloat {
		return math.Float64frombits(v.Bits), true
	}
	return exact(int64(v.Bits))
}

func exact(n int64) (float64, bool) {
	return float64(n), n <= 1<<53 && n >= -1<<53
}

func constNumber(c bytecode.Const) (float64, bool) {
	switch c.T {
	case "bool":
		return map[string]float64{"True": 1}[c.V], true
	case "int":
		n, err := strconv.ParseInt(c.V, 10, 64)
		x, ok := exact(n)
		return x, ok && err == nil
	case "float":
		x, err := parseFloat(c.V)
		return x, err == nil
	}
	return 0, false
}

// length is that of an axis, or the number of elements.
func (f *forecast) length(v *ir.Value) (float64, bool) {
	shape := f.fn.Values[v.Args[0]].Shape
	if v.Num >= 0 {
		shape = shape[v.Num : v.Num+1]
	}
	product := int64(1)
	for _, s := range shape {
		if f.eval.lengths[s] < 0 {
			return 0, false
		}
		product *= f.eval.lengths[s]
	}
	return exact(product)
}

// operator computes comparisons, and arithmetic where it is exact or rounds as Python's does.
func (f *forecast) operator(v *ir.Value) (float64, bool) {
	var x [2]float64
	for i, a := range v.Args {
		n, ok := f.value(a)
		if !ok {
			return 0, false
		}
		x[i] = n
	}
	if v.Name == "-1" {
		return -x[0], true
	}
	if v.Type.Kind == ir.PyBool {
		return compared(v.Name, x)
	}
	f.seen, f.derived = true, true
	if v.Type.Kind == ir.PyInt {
		return wholeNumber(v.Name, x)
	}
	return floatNumber(v.Name, x)
}

// wholeNumber is an operator on ints of 53 bits, as its result is.
func wholeNumber(operator string, x [2]float64) (float64, bool) {
	a, b := int64(x[0]), int64(x[1])
	switch operator {
	case "+":
		return exact(a + b)
	case "-":
		return exact(a - b)
	case "*":
		product := x[0] * x[1]
		return product, math.Abs(product) <= 1<<53
	case "//":
		if b != 0 {
			return exact((a - floorMod(a, b)) / b)
		}
	case "%":
		if b != 0 {
			return exact(floorMod(a, b))
		}
	case "&":
		return exact(a & b)
	}
	return 0, false
}

// floorMod has the sign of the divisor.
func floorMod(a, b int64) int64 {
	m := a % b
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m
}

func floatNumber(operator string, x [2]float64) (float64, bool) {
	switch operator {
	case "+":
		return x[0] + x[1], true
	case "-":
		return x[0] - x[1], true
	case "*":
		return x[0] * x[1], true
	case "/":
		return x[0] / x[1], x[1] != 0
	}
	return 0, false
}

func compared(operator string, x [2]float64) (float64, bool) {
	holds, ok := map[string]bool{"<": x[0] < x[1], "<=": x[0] <= x[1], ">": x[0] > x[1], ">=": x[0] >= x[1],
		"==": x[0] == x[1], "!=": x[0] != x[1]}[operator]
	if holds {
		return 1, true
	}
	return 0, ok
}

// comparison computes those of NumPy's scalars, in the type that they are compared in.
func (f *forecast) comparison(v *ir.Value) (float64, bool) {
	var x [2]float64
	operator := map[kernel.Op]string{kernel.Lt: "<", kernel.Le: "<=", kernel.Gt: ">", kernel.Ge: ">=", kernel.Eq: "==", kernel.Ne: "!="}[v.KOp]
	if operator == "" || v.Type.Kind != ir.NpScalar {
		return 0, false
	}
	for i, a := range v.Args {
		n, ok := f.value(a)
		whole := n == math.Trunc(n) && math.Abs(n) <= 1<<53
		switch {
		case !ok || v.In.IsInt() && (!whole || !v.In.Holds(int64(n))):
			return 0, false
		case v.In == kernel.F32:
			n = float64(float32(n))
		case !v.In.Exact() && v.In != kernel.F64:
			return 0, false
		}
		x[i] = n
	}
	return compared(operator, x)
}
