package front

import (
	"maps"
	"reflect"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about branches in rounds side by side: both ways are gone, each for the rounds that take it, and
// where ways meet each round has its own's values (if-conversion). What is divided by, and what a root is taken of, is 1 in
// the other rounds: nothing is reported for them. See nestlanes.go.

// laneFact is that a condition of a branch holds, or that it does not.
type laneFact struct {
	number int
	holds  bool
}

// laneMask says in which rounds something is done: those for which all facts of one of its lists are true.
type laneMask [][]laneFact

// mostFacts are the branches in a loop.
const mostFacts = 8

var everyRound = laneMask{nil}

func (m laneMask) all() bool { return len(m) == 1 && len(m[0]) == 0 }

// and is those of them for which another fact is true.
func (m laneMask) and(f laneFact) laneMask {
	var with laneMask
	for _, facts := range m {
		if !slices.Contains(facts, laneFact{f.number, !f.holds}) {
			with = append(with, append(slices.Clone(facts), f))
		}
	}
	return with
}

// or is these and others, none of which they share: two lists that differ in what one fact says are one without it.
func (m laneMask) or(others laneMask) laneMask {
	all := append(slices.Clone(m), others...)
	for i := range all {
		for k := range i {
			if at := onlyDifference(all[i], all[k]); at >= 0 {
				one := slices.Delete(slices.Clone(all[i]), at, at+1)
				return slices.Delete(slices.Delete(all, i, i+1), k, k+1).or(laneMask{one})
			}
		}
	}
	return all
}

// onlyDifference is where two lists have opposite facts, if all others are the same: else -1.
func onlyDifference(a, b []laneFact) int {
	at := -1
	for i, f := range a {
		opposite := slices.Contains(b, laneFact{f.number, !f.holds})
		if !opposite && !slices.Contains(b, f) || opposite && at >= 0 {
			return -1
		}
		if opposite {
			at = i
		}
	}
	if len(a) != len(b) {
		return -1
	}
	return at
}

func (m laneMask) has(fact int) bool {
	return slices.ContainsFunc(m, func(facts []laneFact) bool {
		return slices.ContainsFunc(facts, func(f laneFact) bool { return f.number == fact })
	})
}

// lanePath is where the interpretation of a loop's body stands.
type lanePath struct {
	under   laneMask            // the rounds that come here
	dead    bool                // no round does
	waiting map[int][]laneState // those that have jumped on, by where to
}

// laneState is what some rounds hold.
type laneState struct {
	under   laneMask
	locals  []nval
	stack   []nval
	from    []int
	defined map[int]bool
}

func (l *lanes) state(under laneMask) laneState {
	return laneState{under, slices.Clone(l.now.locals), slices.Clone(l.now.stack), slices.Clone(l.from), maps.Clone(l.defined)}
}

// jumpOn has some rounds wait at the place that they jump to. At the loop's end they have nothing to wait for.
func (l *lanes) jumpOn(under laneMask, to, header int) {
	if to != header {
		l.path.waiting[to] = append(l.path.waiting[to], l.state(under))
	}
}

// branchEach goes on with the rounds that do not jump.
func (l *lanes) branchEach(in *bytecode.Inst, header int) *stop {
	vs, _ := l.popped(1)
	jumps := in.Op == bytecode.PopJumpIfTrue
	if truth, known := knownTruth(vs[0]); known {
		if truth == jumps {
			l.jumpOn(l.path.under, in.Target, header)
			l.path.dead = true
		}
		return nil
	}
	condition, s := l.truthOfEach(vs[0])
	if s != nil {
		return s
	}
	if len(l.facts) == mostFacts {
		return refuse(reason.Loop, "many branches in rounds side by side")
	}
	fact := len(l.facts)
	l.facts = append(l.facts, condition)
	under := l.path.under
	l.jumpOn(under.and(laneFact{fact, jumps}), in.Target, header)
	l.path.under = under.and(laneFact{fact, !jumps})
	return nil
}

func (l *lanes) truthOfEach(v nval) (nval, *stop) {
	switch {
	case !isLane(v):
		return v, refuse(reason.Loop, "a branch that all rounds side by side take")
	case v.arr.typ == kernel.Bool:
		return v, nil
	}
	return l.elementwise("not_equal", []nval{v, numberOf(ir.ScalarOf(v.arr.typ), l.constant(v.arr.typ, 0))})
}

// arrive goes on with all rounds that come to an instruction.
func (l *lanes) arrive(pc int) *stop {
	states := l.path.waiting[pc]
	if delete(l.path.waiting, pc); len(states) == 0 {
		return nil
	}
	if !l.path.dead {
		states = append([]laneState{l.state(l.path.under)}, states...)
	}
	l.path.dead = false
	met := states[len(states)-1]
	live := l.code.CFG.LiveIn(pc)
	for i := len(states) - 2; i >= 0; i-- {
		if s := l.meet(&met, states[i], live); s != nil {
			return s
		}
	}
	l.path.under, l.now.locals, l.now.stack, l.from, l.defined = met.under, met.locals, met.stack, met.from, met.defined
	return nil
}

// meet has rounds with one state go on with those of another.
func (l *lanes) meet(to *laneState, other laneState, live bytecode.Set) *stop {
	mask := other.under.without(to.under)
	for _, slot := range slices.Sorted(maps.Keys(to.defined)) {
		if !other.defined[slot] || !live.Has(slot) && l.carried[slot] == nil && slot != l.slot {
			delete(to.defined, slot)
			continue
		}
		v, s := l.either(mask, other.locals[slot], to.locals[slot])
		if s != nil {
			return s
		}
		to.locals[slot] = v
	}
	for i, v := range other.stack {
		var s *stop
		if to.stack[i], s = l.either(mask, v, to.stack[i]); s != nil {
			return s
		}
		if to.from[i] != other.from[i] {
			to.from[i] = -1
		}
	}
	to.under = other.under.or(to.under)
	return nil
}

// without is a mask for rounds of which others are known to come as well, and none else: what all of them have in
// common need not be asked.
func (m laneMask) without(others laneMask) laneMask {
	common := func(f laneFact) bool {
		return !slices.ContainsFunc(append(slices.Clone(m), others...), func(facts []laneFact) bool { return !slices.Contains(facts, f) })
	}
	var fewer laneMask
	for _, facts := range m {
		fewer = append(fewer, slices.DeleteFunc(slices.Clone(facts), common))
	}
	return fewer
}

// either is one value in the rounds of a mask, and another in those besides.
func (l *lanes) either(mask laneMask, x, y nval) (nval, *stop) {
	if isLane(x) && isLane(y) && x.arr == y.arr {
		x.typ = eitherType(x.typ, y.typ)
		return x, nil
	} else if reflect.DeepEqual(x, y) {
		return x, nil
	}
	t, typ, s := l.typeOfEither(x, y)
	if s != nil {
		return x, s
	}
	v, s := l.choose(mask, x, y, t)
	v.typ = typ
	return v, s
}

// anyNumber is the type of a number of each round that may be an int of Python's, a float, or one of NumPy's, of the
// same value. With ir.PyFloatType it is no int, and without a type one of NumPy's for sure.
var anyNumber = ir.PyIntType

// eitherType is the type of a number that is of one type or of the other.
func eitherType(a, b ir.Type) ir.Type {
	for _, t := range []ir.Type{anyNumber, ir.PyFloatType} {
		if a == t || b == t {
			return t
		}
	}
	return a
}

// typeOfEither is the type of elements that numbers of two kinds have, and which numbers of Python's they may be.
func (l *lanes) typeOfEither(x, y nval) (kernel.Type, ir.Type, *stop) {
	t, typ, s := l.typeOfEach(x)
	if s != nil {
		return t, typ, s
	}
	other, otherTyp, s := l.typeOfEach(y)
	if s == nil && t != other {
		s = refuse(reason.Loop, "a local of one type or another in rounds side by side")
	}
	return t, eitherType(typ, otherTyp), s
}

func (l *lanes) typeOfEach(v nval) (kernel.Type, ir.Type, *stop) {
	if isLane(v) {
		return v.arr.typ, v.typ, nil
	}
	if whole, literal := l.literalInt(v); literal && whole < farthestFloat && whole > -farthestFloat {
		return kernel.F64, anyNumber, nil
	}
	x, s := l.number(v)
	switch {
	case s != nil:
		return 0, v.typ, s
	case x.typ == ir.PyFloatType:
		return kernel.F64, x.typ, nil
	case x.typ.Kind == ir.NpScalar && (x.typ.DType == kernel.F64 || x.typ.DType == kernel.F32):
		return x.typ.DType, ir.Type{}, nil
	}
	return 0, x.typ, refuse(reason.Loop, "a local of one type or another in rounds side by side")
}

// choose is one value in the rounds of a mask, and another in those besides, as elements of a type.
func (l *lanes) choose(mask laneMask, x, y nval, t kernel.Type) (nval, *stop) {
	m, s := l.maskOfEach(mask)
	if s != nil {
		return x, s
	}
	return l.selected(m, x, y, t)
}

// selected is the same of a condition.
func (l *lanes) selected(condition, x, y nval, t kernel.Type) (nval, *stop) {
	out := &narray{typ: t, addr: nest.None, op: kernel.Select, in: []kernel.Type{kernel.Bool, t, t}, dims: []nest.ID{l.count}, args: []nval{condition}}
	for _, v := range []nval{x, y} {
		v, s := l.operandOfChoice(v, t)
		if s != nil {
			return v, s
		}
		out.args = append(out.args, v)
	}
	return arrayOf(out), nil
}

// maskOfEach is a mask as an expression.
func (l *lanes) maskOfEach(m laneMask) (nval, *stop) {
	var mask nval
	for i, facts := range m {
		var all nval
		for k, f := range facts {
			v, s := l.facts[f.number], (*stop)(nil)
			if !f.holds {
				v, s = l.elementwise("logical_not", []nval{v})
			}
			if s == nil && k > 0 {
				v, s = l.elementwise("logical_and", []nval{all, v})
			}
			if all = v; s != nil {
				return v, s
			}
		}
		if i > 0 {
			var s *stop
			if all, s = l.elementwise("logical_or", []nval{mask, all}); s != nil {
				return all, s
			}
		}
		mask = all
	}
	return mask, nil
}

// underMask is what is stored: what was there stays in rounds that do not come here.
func (l *lanes) underMask(v, old nval, t kernel.Type) (nval, *stop) {
	if l.path.under.all() {
		return v, nil
	}
	return l.choose(l.path.under, v, old, t)
}

// harmless is an operand that is 1 in rounds that do not come here.
func (l *lanes) harmless(v nval) (nval, *stop) {
	if l.path.under.all() || !isLane(v) {
		return v, nil
	}
	of := v.arr.typ
	if of != kernel.F32 {
		of = kernel.F64
	}
	x, s := l.choose(l.path.under, v, numberOf(ir.PyFloatType, l.float(1)), of)
	x.typ = v.typ
	return x, s
}

// held is what conditions read, and what rounds hold that wait: its memory is in use.
func (l *lanes) held() []nval {
	all := slices.Clone(l.facts)
	for _, pc := range slices.Sorted(maps.Keys(l.path.waiting)) {
		for _, s := range l.path.waiting[pc] {
			all = append(append(all, s.locals...), s.stack...)
		}
	}
	return all
}

// keepFacts computes conditions that are of use behind a store of a value into an array that they read.
func (l *lanes) keepFacts(a *narray, v nval, behind int) *stop {
	l.holding = append(l.held(), v)
	last := l.code.Program.Insts[l.code.at[behind]]
	for i, fact := range l.facts {
		needed := !(last.Op == bytecode.Jump && last.Target < behind) && l.path.under.has(i)
		for _, states := range l.path.waiting {
			needed = needed || slices.ContainsFunc(states, func(s laneState) bool { return s.under.has(i) })
		}
		if !needed || fact.arr.computed() || !fact.arr.readsFrom(a) {
			continue
		}
		kept, s := l.computedNow(fact, kernel.Bool)
		if s != nil {
			return s
		}
		l.facts[i] = arrayOf(kept)
	}
	return nil
}
