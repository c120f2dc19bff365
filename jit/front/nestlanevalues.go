package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about values in rounds side by side: see nestlanes.go.

var laneHandlers map[bytecode.Op]func(*lanes, *bytecode.Inst) *stop

func init() {
	laneHandlers = map[bytecode.Op]func(*lanes, *bytecode.Inst) *stop{
		bytecode.Nop:           func(*lanes, *bytecode.Inst) *stop { return nil },
		bytecode.LoadFast:      (*lanes).load,
		bytecode.StoreFast:     (*lanes).store,
		bytecode.Copy:          (*lanes).copyOne,
		bytecode.Swap:          (*lanes).swapTwo,
		bytecode.BinaryOp:      (*lanes).operator,
		bytecode.UnaryNegative: (*lanes).negative,
		bytecode.BinarySubscr:  (*lanes).element,
		bytecode.StoreSubscr:   (*lanes).storeElement,
		bytecode.Call:          (*lanes).callSame,
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
		return l.carry(a, in.Arg, v)
	}
	if v.kind == nLane || in.Arg == l.slot {
		return refuse(reason.Loop, "another local that is the loop's variable")
	}
	l.now.locals[in.Arg], l.defined[in.Arg] = v, true
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
	switch {
	case s != nil:
		return s
	case vs[0].kind == nLane || vs[1].kind == nLane:
		return l.shifted(text, vs[0], vs[1])
	case !isLane(vs[0]) && !isLane(vs[1]):
		return l.result(l.binary(text, vs[0], vs[1]))
	case !laneOperators[text]:
		return refuse(reason.Loop, "operator "+text+" in rounds side by side")
	case len(l.carried) > 0 && slices.ContainsFunc(vs, l.isNarrow):
		return refuse(reason.Loop, "a local that becomes another type in rounds side by side")
	}
	name, _ := npy.BinaryOperator(text)
	return l.result(l.elementwise(name, vs))
}

func (l *lanes) negative(*bytecode.Inst) *stop {
	vs, s := l.numbersOf(1)
	switch {
	case s != nil:
		return s
	case isLane(vs[0]):
		return l.result(l.elementwise("negative", vs))
	case vs[0].kind == nLane:
		return refuse(reason.Loop, "a loop's variable is negated")
	}
	l.push(vs[0])
	s = l.unary("-")
	l.mark(-1)
	return s
}

// shifted is the loop's variable and a number that is the same in all rounds.
func (l *lanes) shifted(text string, a, b nval) *stop {
	if text == "+" && a.kind != nLane {
		a, b = b, a
	}
	op, known := map[string]kernel.Op{"+": kernel.Add, "-": kernel.Sub}[text]
	if !known || a.kind != nLane || !b.numeric() {
		return refuse(reason.Loop, "what else is computed of a loop's variable")
	}
	x, s := l.number(b)
	if s != nil || x.typ.Kind != ir.PyInt {
		return refuse(reason.Loop, "what else is computed of a loop's variable")
	}
	l.between(x.id, l.int(-farthest), l.int(farthest))
	low := l.scalar(op, kernel.I64, a.items[0].id, x.id)
	l.between(low, l.int(-farthest), l.int(farthest))
	return l.result(nval{kind: nLane, name: fmt.Sprint(a.name, text, x.id), items: []nval{numberOf(ir.PyIntType, low)}}, nil)
}
