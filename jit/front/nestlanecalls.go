package front

import (
	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about calls and comparisons in rounds side by side: see nestlanes.go.

// sameInAll are the functions that are called of what is the same in all rounds.
var sameInAll = map[string]bool{"builtins.range": true, "builtins.len": true}

// laneCalls are those that are called of a number for each round.
var laneCalls map[string]func(*lanes, []nval) (nval, *stop)

func init() {
	laneCalls = map[string]func(*lanes, []nval) (nval, *stop){
		"builtins.abs":   laneCall{ufunc: "absolute", same: true}.each,
		"builtins.max":   best("greater"),
		"builtins.min":   best("less"),
		"math.fabs":      laneCall{ufunc: "absolute", pythons: true}.each,
		"math.sqrt":      laneCall{ufunc: "sqrt", pythons: true, partial: true}.each,
		"numpy.absolute": laneCall{ufunc: "absolute"}.each,
		"numpy.sqrt":     laneCall{ufunc: "sqrt", partial: true}.each,
	}
}

// laneCall is a function of one number that a ufunc computes.
type laneCall struct {
	ufunc   string
	pythons bool // it takes floats, and gives one of Python's
	same    bool // it gives what it is given: else a number of NumPy's
	partial bool // it reports some arguments
}

func (c laneCall) each(l *lanes, args []nval) (nval, *stop) {
	v, known := args[0], len(args) == 1 && isLane(args[0])
	if !known || v.typ == anyNumber || v.arr.typ != kernel.F64 && (c.pythons || v.arr.typ != kernel.F32) {
		return v, refuse(reason.Loop, "a call in rounds side by side")
	}
	typ := v.typ
	if c.partial {
		var s *stop
		if v, s = l.harmless(v); s != nil {
			return v, s
		}
	}
	if c.partial && c.pythons {
		l.raises()
	}
	x, s := l.elementwise(c.ufunc, []nval{v})
	if c.pythons {
		x.typ = ir.PyFloatType
	} else if c.same {
		x.typ = typ
	}
	return x, s
}

// raises requires that NumPy is to report what Python raises: a root of what is less than zero, and a literal divided by zero.
func (l *lanes) raises() {
	if l.told {
		return
	}
	id := l.f.Add(l.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Reported, Args: []nest.ID{l.int(0)}, Exit: l.someExit()})
	l.require(l.compare(kernel.Ne, id, l.int(0)))
	l.told = true
}

// best is max or min: of equal ones the first.
func best(ufunc string) func(*lanes, []nval) (nval, *stop) {
	return func(l *lanes, args []nval) (nval, *stop) {
		found := args[0]
		for _, v := range args[1:] {
			t, typ, s := l.typeOfEither(v, found)
			if s != nil {
				return v, s
			}
			better, s := l.compareEach(ufunc, []nval{v, found})
			if s != nil {
				return v, s
			}
			if found, s = l.selected(better, v, found, t); s != nil {
				return v, s
			}
			found.typ = typ
		}
		return found, nil
	}
}

// compareEach compares numbers, one of which is another one in each round.
func (l *lanes) compareEach(ufunc string, vs []nval) (nval, *stop) {
	for i, v := range vs {
		var s *stop
		if vs[i], s = l.roundNumbers(v); s != nil {
			return v, s
		}
	}
	if l.eachIsPythons(vs) && (l.isNarrow(vs[0]) || l.isNarrow(vs[1])) {
		return vs[0], refuse(reason.Loop, "a local that becomes another type in rounds side by side")
	}
	return l.elementwise(ufunc, vs)
}

var laneComparisons = map[string]string{"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal"}

func (l *lanes) comparison(in *bytecode.Inst) *stop {
	vs, s := l.numbersOf(2)
	if s != nil {
		return s
	}
	var v nval
	if l.eachRound(vs[0], -1) || l.eachRound(vs[1], -1) {
		v, s = l.compareEach(laneComparisons[in.Name], vs)
	} else {
		v, s = l.binary(in.Name, vs[0], vs[1])
	}
	if s == nil {
		l.push(v)
		l.mark(-1)
	}
	return s
}

// truth leaves a truth as it is.
func (l *lanes) truth(*bytecode.Inst) *stop {
	vs, _ := l.popped(1)
	v, s := vs[0], (*stop)(nil)
	if _, known := knownTruth(v); !known {
		v, s = l.truthOfEach(v)
	}
	l.push(v)
	l.mark(-1)
	return s
}

func (l *lanes) callOne(in *bytecode.Inst) *stop {
	at := max(0, len(l.now.stack)-in.Arg-2)
	each, name := false, ""
	for i, v := range l.now.stack[at:] {
		if v.kind == nKnown && v.val.Kind == Host && v.val.Desc != nil {
			name = v.val.Desc.Name
		} else if v.kind == nKnown && v.val.Kind == Object {
			return refuse(reason.Loop, "a call in rounds side by side")
		}
		each = each || l.eachRound(v, l.from[at+i])
	}
	f := laneCalls[name]
	if !each && sameInAll[name] {
		return l.callSame(in)
	}
	if f == nil || !each || in.Arg == 0 {
		return refuse(reason.Loop, "a call in rounds side by side")
	}
	args, s := l.numbersOf(in.Arg)
	if s != nil {
		return s
	}
	l.popped(2)
	return l.result(f(l, args))
}

func (l *lanes) callSame(in *bytecode.Inst) *stop {
	s := l.call(in)
	if s == nil && (l.entered || len(l.now.stack) == 0) {
		s = refuse(reason.Loop, "a call in rounds side by side")
	}
	l.mark(-1)
	return s
}

// eachRound says that a value is another one in each round.
func (l *lanes) eachRound(v nval, slot int) bool {
	return v.kind == nLane || isLane(v) && (slot < 0 || l.defined[slot])
}

// attribute is one of an array from before the loop, or a function of a module.
func (l *lanes) attribute(in *bytecode.Inst) *stop {
	vs, slots := l.popped(1)
	module := vs[0].kind == nKnown && vs[0].val.Kind == Host
	if !module && (in.Method || l.eachRound(vs[0], slots[0]) || !l.isArray(vs[0])) {
		return refuse(reason.Loop, "an attribute in rounds side by side")
	}
	l.push(vs[0])
	s := l.loadAttr(in)
	l.mark(-1)
	return s
}
