package front

import (
	"maps"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about loops inside of rounds that are done side by side: see nestlanes.go.

// inner is a loop inside, whose rounds are done in their order.
func (l *lanes) inner(in *bytecode.Inst) *stop {
	vs, _ := l.popped(1)
	it, slot := vs[0], l.code.next(in).Arg
	if it.kind != nIter || it.over != overRange || slot == l.slot || !l.path.under.all() {
		return refuse(reason.Loop, "a loop over something else than a range inside of rounds side by side")
	}
	left := it.items[2].id
	l.between(left, l.int(0), l.int(mostLanes))
	around := l.work
	l.work = l.scalar(kernel.Mul, kernel.I64, around, left)
	l.require(l.compare(kernel.Le, l.work, l.int(mostInLanes)))
	l.require(l.compare(kernel.Le, l.scalar(kernel.Mul, kernel.I64, l.work, l.count), l.int(mostInLanes)))
	before, carried, s := maps.Clone(l.defined), maps.Clone(l.carried), l.carryInto(in, left)
	if s == nil {
		s = l.computeLocals()
	}
	if s == nil {
		s = l.settle()
	}
	locals := slices.Clone(l.now.locals)
	if s == nil {
		s = l.rounds(in, it)
	}
	l.mayBePythons(in)
	for _, other := range l.code.assignedIn(in) {
		if !before[other] {
			l.now.locals[other] = locals[other] // nothing that its rounds have made is of use behind it
		}
	}
	delete(before, slot) // it is the last round's
	l.work, l.defined, l.carried = around, before, carried
	return s
}

// rounds are the blocks of a loop inside.
func (l *lanes) rounds(in *bytecode.Inst, it nval) *stop {
	n := l.nester
	header, inside, behind := n.f.NewBlock(), n.f.NewBlock(), n.f.NewBlock()
	n.f.Blocks[n.block].Term.Edges = []nest.Edge{{To: header, Args: []nest.ID{it.items[0].id, it.items[2].id}}}
	at := n.f.Add(header, nest.Inst{Op: nest.Param, Type: kernel.I64})
	left := n.f.Add(header, nest.Inst{Op: nest.Param, Type: kernel.I64})
	n.block = header
	more := n.compare(kernel.Ne, left, n.int(0))
	n.f.Blocks[header].Term = nest.Term{Cond: more, Edges: []nest.Edge{{To: inside}, {To: behind}}, Exit: -1}
	made, proved, told := maps.Clone(n.made), maps.Clone(n.proved), l.told
	n.block = inside
	n.now.locals[n.code.next(in).Arg] = numberOf(ir.PyIntType, at)
	if s := l.body(in); s != nil {
		return s
	}
	on := n.scalar(kernel.Add, kernel.I64, at, it.items[1].id)
	fewer := n.scalar(kernel.Sub, kernel.I64, left, n.int(1))
	n.f.Blocks[n.block].Term.Edges = []nest.Edge{{To: header, Args: []nest.ID{on, fewer}}}
	n.block, n.made, n.proved, l.told = behind, made, proved, told
	return nil
}

// carryInto puts locals that a loop inside carries from round to round into memory.
func (l *lanes) carryInto(in *bytecode.Inst, rounds nest.ID) *stop {
	for _, slot := range l.code.assignedIn(in) {
		if !l.defined[slot] || l.carried[slot] != nil {
			continue
		}
		v := l.now.locals[slot]
		if !l.startsSum(v) {
			return refuse(reason.Loop, "a local of another type that is carried on in rounds side by side")
		}
		typ := v.typ
		if !isLane(v) {
			if _, whole := l.literalInt(v); whole {
				typ = anyNumber
			}
			ids, s := l.elementWords(v, kernel.F64)
			if s != nil {
				return s
			}
			v = scalarOfWords(kernel.F64, ids)
		}
		a, s := l.computedNow(v, kernel.F64)
		if s != nil {
			return s
		}
		l.now.locals[slot], l.carried[slot] = nval{kind: nArray, arr: a, typ: typ}, a
	}
	l.mayBePythons(in)
	for _, slot := range l.code.assignedIn(in) {
		if l.carried[slot] != nil && l.now.locals[slot].typ == anyNumber {
			l.require(l.compare(kernel.Gt, rounds, l.int(0))) // it is an int else
		}
	}
	return nil
}

// mayBePythons notes that locals that a loop inside carries on are what they were before it, in its first round,
// or have what it has assigned.
func (l *lanes) mayBePythons(in *bytecode.Inst) {
	for _, slot := range l.code.assignedIn(in) {
		if v := &l.now.locals[slot]; l.carried[slot] != nil {
			v.typ = eitherType(v.typ, ir.PyFloatType)
		}
	}
}

// computedNow puts a value into memory.
func (l *lanes) computedNow(v nval, t kernel.Type) (*narray, *stop) {
	a := &narray{typ: t, dims: []nest.ID{l.count}, addr: nest.None}
	s := l.room(a)
	if s == nil {
		s = l.write(nest.TrySweep, v, a)
	}
	return a, s
}

// computeLocals computes what locals hold in front of a loop inside: it may have no rounds, or many.
func (l *lanes) computeLocals() *stop {
	for _, slot := range slices.Sorted(maps.Keys(l.defined)) {
		v := l.now.locals[slot]
		if slot == l.slot || !isLane(v) || v.arr.computed() {
			continue
		}
		a, s := l.computedNow(v, v.arr.typ)
		if s != nil {
			return s
		}
		of := arrayOf(a)
		of.typ = v.typ
		l.now.locals[slot] = of
	}
	if len(l.unseen) > 0 {
		return refuse(reason.Loop, "what is computed for nothing in rounds side by side")
	}
	return nil
}

// startsSum says that a local that a loop carries on may as well be a float of 64 bits for each round from the beginning.
func (l *lanes) startsSum(v nval) bool {
	if isLane(v) {
		return v.arr.typ == kernel.F64
	}
	x, s := l.number(v)
	_, literal := l.literalInt(v)
	return s == nil && (literal || x.typ.DType == kernel.F64)
}

// narrow says that an expression has floats of other than 64 bits: with a number of Python's it gives such a one.
func (a *narray) narrow() bool {
	return a.typ.IsFloat() && a.typ != kernel.F64 || slices.ContainsFunc(a.args, func(v nval) bool { return v.kind == nArray && v.arr.narrow() })
}

// isNarrow says so of a value.
func (l *lanes) isNarrow(v nval) bool {
	if isLane(v) || v.kind == nLane {
		return isLane(v) && v.arr.typ != kernel.F64
	}
	x, s := l.number(v)
	return s != nil || x.typ.DType.IsFloat() && x.typ.DType != kernel.F64
}

// carry assigns a local that a loop inside carries on.
func (l *lanes) carry(a *narray, slot int, v nval, behind int) *stop {
	old := l.now.locals[slot]
	if !isLane(v) || v.arr.typ != kernel.F64 || v.arr.narrow() || v.typ == anyNumber && old.typ != anyNumber {
		return refuse(reason.Loop, "a local that becomes another type in rounds side by side")
	}
	for other := range l.defined {
		if x := l.now.locals[other]; other != slot && isLane(x) && x.arr.readsFrom(a) {
			return refuse(reason.Loop, "a local that is used behind its assignment")
		}
	}
	if slices.ContainsFunc(l.now.stack, func(x nval) bool { return isLane(x) && x.arr.readsFrom(a) }) {
		return refuse(reason.Loop, "a local that is used behind its assignment")
	}
	typ := v.typ
	if !l.path.under.all() {
		typ = eitherType(typ, old.typ)
	}
	s := l.keepFacts(a, v, behind)
	if s == nil {
		v, s = l.underMask(v, arrayOf(a), kernel.F64)
	}
	if s == nil {
		s = l.write(nest.TrySweep, v, a)
	}
	l.now.locals[slot] = nval{kind: nArray, arr: a, typ: typ}
	return s
}
