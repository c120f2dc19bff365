package front

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about values in rounds side by side: see nestlanes.go.

var laneHandlers map[bytecode.Op]func(*lanes, *bytecode.Inst) *stop

func init() {
	laneHandlers = map[bytecode.Op]func(*lanes, *bytecode.Inst) *stop{
		bytecode.Nop:           func(*lanes, *bytecode.Inst) *stop { return nil },
		bytecode.PopTop:        (*lanes).drop,
		bytecode.LoadFast:      (*lanes).load,
		bytecode.StoreFast:     (*lanes).store,
		bytecode.Copy:          (*lanes).copyOne,
		bytecode.Swap:          (*lanes).swapTwo,
		bytecode.BinaryOp:      (*lanes).operator,
		bytecode.UnaryNegative: (*lanes).negative,
		bytecode.BinarySubscr:  (*lanes).element,
		bytecode.StoreSubscr:   (*lanes).storeElement,
		bytecode.Call:          (*lanes).callOne,
		bytecode.CompareOp:     (*lanes).comparison,
		bytecode.ToBool:        (*lanes).truth,
		bytecode.LoadAttr:      (*lanes).attribute,
	}
}

func (l *lanes) load(in *bytecode.Inst) *stop {
	switch {
	case in.Arg == l.slot:
		l.push(nval{kind: nLane, name: "+", items: []nval{numberOf(ir.PyIntType, l.first)}})
	case l.defined[in.Arg]:
		l.push(l.now.locals[in.Arg])
	case l.plan.assigned[in.Arg]:
		return refuse(reason.Loop, "a local that one round leaves to the next")
	default:
		if s := l.loadFast(in); s != nil {
			return s
		}
	}
	l.mark(in.Arg)
	return nil
}

func (l *lanes) store(in *bytecode.Inst) *stop {
	vs, s := l.numbersOf(1)
	if s != nil {
		return s
	}
	v := vs[0]
	if a := l.carried[in.Arg]; a != nil {
		return l.carry(a, in.Arg, v, in.End)
	}
	if v.kind == nLane || in.Arg == l.slot {
		return refuse(reason.Loop, "another local that is the loop's variable")
	}
	l.now.locals[in.Arg], l.defined[in.Arg] = v, true
	return nil
}

func (l *lanes) drop(*bytecode.Inst) *stop {
	l.popped(1)
	return nil
}

// isLane says that a value is a number for each round.
func isLane(v nval) bool { return v.kind == nArray }

func (l *lanes) copyOne(in *bytecode.Inst) *stop {
	at := len(l.now.stack) - in.Arg
	l.now.stack = append(l.now.stack, l.now.stack[at])
	l.from = append(l.from, l.from[at])
	return nil
}

func (l *lanes) swapTwo(in *bytecode.Inst) *stop {
	at, top := len(l.now.stack)-in.Arg, len(l.now.stack)-1
	l.now.stack[at], l.now.stack[top] = l.now.stack[top], l.now.stack[at]
	l.from[at], l.from[top] = l.from[top], l.from[at]
	return nil
}

// popped takes values from the stack, and the locals that they were.
func (l *lanes) popped(k int) ([]nval, []int) {
	at := len(l.now.stack) - k
	slots := slices.Clone(l.from[at:])
	values := slices.Clone(l.popN(k))
	l.from = l.from[:at]
	return values, slots
}

// numbersOf takes values from the stack that are numbers, one for all rounds or one for each.
func (l *lanes) numbersOf(k int) ([]nval, *stop) {
	vs, slots := l.popped(k)
	for i, v := range vs {
		whole := slots[i] >= 0 && !l.defined[slots[i]] && l.isArray(v)
		if whole || !v.numeric() && !isLane(v) && v.kind != nLane {
			return nil, refuse(reason.Loop, "what is no number in rounds side by side")
		}
	}
	return vs, nil
}

func (l *lanes) result(v nval, s *stop) *stop {
	if s != nil {
		return s
	}
	if isLane(v) && v.arr.typ != kernel.F64 && v.arr.typ != kernel.F32 {
		return refuse(reason.Loop, "elements that are no floats of 32 or 64 bits")
	}
	if isLane(v) && !v.arr.computed() {
		l.unseen = append(l.unseen, v.arr)
	}
	l.push(v)
	l.mark(-1)
	return nil
}

// see notes that an expression is computed, with what goes into it.
func (l *lanes) see(v nval) {
	if !isLane(v) || v.arr.computed() {
		return
	}
	l.unseen = slices.DeleteFunc(l.unseen, func(a *narray) bool { return a == v.arr })
	for _, arg := range v.arr.args {
		l.see(arg)
	}
}

// laneOperators are those of which a number for each round has the same bits as one number.
var laneOperators = map[string]bool{"+": true, "-": true, "*": true, "/": true}

func (l *lanes) operator(in *bytecode.Inst) *stop {
	text := strings.TrimSuffix(in.Name, "=")
	vs, s := l.numbersOf(2)
	if s != nil {
		return s
	}
	if vs[0].kind == nLane || vs[1].kind == nLane {
		if done, s := l.shifted(text, vs[0], vs[1]); done || s != nil {
			return s
		}
	} else if !isLane(vs[0]) && !isLane(vs[1]) {
		return l.result(l.binary(text, vs[0], vs[1]))
	}
	return l.eachOperator(text, vs)
}

// eachOperator is an operator of which an operand is a number for each round.
func (l *lanes) eachOperator(text string, vs []nval) *stop {
	pythons := l.isPythons(vs[0]) && l.isPythons(vs[1])
	weak := l.isPythons(vs[0]) || l.isPythons(vs[1])
	switch {
	case !laneOperators[text]:
		return refuse(reason.Loop, "operator "+text+" in rounds side by side")
	case pythons && text == "/" && !l.isLiteral(vs[1]) && !l.isLiteral(vs[0]):
		return refuse(reason.Loop, "a division that may raise in rounds side by side")
	case (weak && l.eachIsPythons(vs)) && slices.ContainsFunc(vs, l.isNarrow) || l.mayBeInt(vs[0]) && !l.isFloat(vs[1]) || l.mayBeInt(vs[1]) && !l.isFloat(vs[0]):
		return refuse(reason.Loop, "a local that becomes another type in rounds side by side")
	}
	for i, v := range vs {
		var s *stop
		if vs[i], s = l.roundNumbers(v); s != nil {
			return s
		}
	}
	if text == "/" {
		var s *stop
		if vs[1], s = l.harmless(vs[1]); s != nil {
			return s
		}
	}
	if pythons && text == "/" && !l.isLiteral(vs[1]) {
		l.raises()
	}
	name, _ := npy.BinaryOperator(text)
	v, s := l.elementwise(name, vs)
	if pythons {
		v.typ = ir.PyFloatType
	}
	return l.result(v, s)
}

// mayBeInt says that a number for each round may be an int of Python's.
func (l *lanes) mayBeInt(v nval) bool { return isLane(v) && v.typ == anyNumber }

// isFloat says that a number is no int of Python's in any round.
func (l *lanes) isFloat(v nval) bool {
	if isLane(v) || v.kind == nLane {
		return isLane(v) && v.typ != anyNumber
	}
	x, s := l.number(v)
	return s == nil && x.typ.DType.IsFloat()
}

// isPythons says that a value is a number of Python's, one for all rounds or one for each.
func (l *lanes) isPythons(v nval) bool {
	if isLane(v) || v.kind == nLane {
		return v.kind == nLane || v.typ == ir.PyFloatType || v.typ == anyNumber
	}
	x, s := l.number(v)
	return s == nil && pythonNumber(x.typ)
}

// eachIsPythons says that one of some values is a number of Python's for each round: it would be a float of
// 64 bits, where Python's take the type of what they meet.
func (l *lanes) eachIsPythons(vs []nval) bool {
	return slices.ContainsFunc(vs, func(v nval) bool { return (isLane(v) || v.kind == nLane) && l.isPythons(v) })
}

// isLiteral says that a value is a number that is written down, that a float holds, and that is neither zero nor infinite.
func (l *lanes) isLiteral(v nval) bool {
	if v.kind != nKnown || v.val.Kind != Const {
		return false
	}
	x, s := l.number(v)
	if s != nil {
		return false
	}
	bits := l.f.Insts[x.id].Bits
	whole := int64(bits)
	return x.typ.DType.IsInt() && bits != 0 && whole <= farthestFloat && whole >= -farthestFloat ||
		x.typ.DType == kernel.F64 && bits<<1 != 0 && !math.IsInf(math.Float64frombits(bits), 0)
}

// roundNumbers are those of an index by the loop's variable, as far as a float can tell them apart.
func (l *lanes) roundNumbers(v nval) (nval, *stop) {
	if v.kind != nLane {
		return v, nil
	}
	if l.count64 == nil {
		return v, refuse(reason.Loop, "what else is computed of a loop's variable")
	}
	low := v.items[0].id
	l.between(low, l.int(-farthestFloat), l.int(farthestFloat))
	by := numberOf(ir.PyIntType, l.scalar(kernel.Sub, kernel.I64, low, l.first))
	return l.elementwise("add", []nval{arrayOf(l.count64), by})
}

// countRounds puts the loop's variable into memory, one number for each round.
func (l *lanes) countRounds() *stop {
	if !l.plan.values {
		return nil
	}
	a := &narray{typ: kernel.I64, dims: []nest.ID{l.count}, addr: nest.None}
	s := l.room(a)
	if s == nil {
		_, s = l.host(nest.Count, kernel.I64, 0, []nest.ID{l.count, l.first, l.int(1), a.addr})
	}
	l.count64, l.now.locals[l.slot] = a, arrayOf(a) // which keeps its memory in use
	return s
}

func (l *lanes) negative(*bytecode.Inst) *stop {
	vs, s := l.numbersOf(1)
	switch {
	case s != nil:
		return s
	case l.mayBeInt(vs[0]):
		return refuse(reason.Loop, "a number that may be an int is negated in rounds side by side") // 0 has no other sign
	case isLane(vs[0]):
		v, s := l.elementwise("negative", vs)
		v.typ = vs[0].typ
		return l.result(v, s)
	case vs[0].kind == nLane:
		return refuse(reason.Loop, "a loop's variable is negated")
	}
	l.push(vs[0])
	s = l.unary("-")
	l.mark(-1)
	return s
}

// shifted is the loop's variable and an int that is the same in all rounds, if that is what is added.
func (l *lanes) shifted(text string, a, b nval) (bool, *stop) {
	if text == "+" && a.kind != nLane {
		a, b = b, a
	}
	op, known := map[string]kernel.Op{"+": kernel.Add, "-": kernel.Sub}[text]
	if !known || a.kind != nLane || !b.numeric() {
		return false, nil
	}
	x, s := l.number(b)
	if s != nil || x.typ.Kind != ir.PyInt {
		return false, s
	}
	l.between(x.id, l.int(-farthest), l.int(farthest))
	low := l.scalar(op, kernel.I64, a.items[0].id, x.id)
	l.between(low, l.int(-farthest), l.int(farthest))
	return true, l.result(nval{kind: nLane, name: fmt.Sprint(a.name, text, x.id), items: []nval{numberOf(ir.PyIntType, low)}}, nil)
}
