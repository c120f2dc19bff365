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

// sameInAll are the functions that are called, of what is the same in all rounds.
var sameInAll = map[string]bool{"builtins.range": true, "builtins.len": true}

func (l *lanes) callSame(in *bytecode.Inst) *stop {
	at := max(0, len(l.now.stack)-in.Arg-2)
	for i, v := range l.now.stack[at:] {
		host := v.kind == nKnown && v.val.Kind == Host
		if host && !sameInAll[v.val.Desc.Name] || !host && v.kind == nKnown && v.val.Kind == Object || l.eachRound(v, l.from[at+i]) {
			return refuse(reason.Loop, "a call in rounds side by side")
		}
	}
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

// attribute is one of an array from before the loop.
func (l *lanes) attribute(in *bytecode.Inst) *stop {
	vs, slots := l.popped(1)
	if in.Method || l.eachRound(vs[0], slots[0]) || !l.isArray(vs[0]) {
		return refuse(reason.Loop, "an attribute in rounds side by side")
	}
	l.push(vs[0])
	s := l.loadAttr(in)
	l.mark(-1)
	return s
}

// inner is a loop inside, whose rounds are done in their order.
func (l *lanes) inner(in *bytecode.Inst) *stop {
	vs, _ := l.popped(1)
	it, slot := vs[0], l.code.next(in).Arg
	if it.kind != nIter || it.over != overRange || slot == l.slot {
		return refuse(reason.Loop, "a loop over something else than a range inside of rounds side by side")
	}
	left := it.items[2].id
	l.between(left, l.int(0), l.int(mostLanes))
	around := l.work
	l.work = l.scalar(kernel.Mul, kernel.I64, around, left)
	l.require(l.compare(kernel.Le, l.work, l.int(mostInLanes)))
	l.require(l.compare(kernel.Le, l.scalar(kernel.Mul, kernel.I64, l.work, l.count), l.int(mostInLanes)))
	before, carried, s := maps.Clone(l.defined), maps.Clone(l.carried), l.carryInto(in)
	if s == nil {
		s = l.computeLocals()
	}
	if s == nil {
		s = l.settle()
	}
	if s == nil {
		s = l.rounds(in, it)
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
	made, proved := maps.Clone(n.made), maps.Clone(n.proved)
	n.block = inside
	n.now.locals[n.code.next(in).Arg] = numberOf(ir.PyIntType, at)
	if s := l.body(in); s != nil {
		return s
	}
	on := n.scalar(kernel.Add, kernel.I64, at, it.items[1].id)
	fewer := n.scalar(kernel.Sub, kernel.I64, left, n.int(1))
	n.f.Blocks[n.block].Term.Edges = []nest.Edge{{To: header, Args: []nest.ID{on, fewer}}}
	n.block, n.made, n.proved = behind, made, proved
	return nil
}

// carryInto puts locals that a loop inside carries from round to round into memory.
func (l *lanes) carryInto(in *bytecode.Inst) *stop {
	for _, slot := range l.code.assignedIn(in) {
		if !l.defined[slot] || l.carried[slot] != nil {
			continue
		}
		v := l.now.locals[slot]
		if !l.startsSum(v) {
			return refuse(reason.Loop, "a local of another type that is carried on in rounds side by side")
		}
		pythons := l.isPythons(v)
		if !isLane(v) {
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
		of := arrayOf(a)
		if pythons {
			of.typ = ir.PyFloatType // as long as nothing has been added
		}
		l.now.locals[slot], l.carried[slot] = of, a
	}
	return nil
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
func (l *lanes) carry(a *narray, slot int, v nval) *stop {
	if !isLane(v) || v.arr.typ != kernel.F64 || v.arr.narrow() {
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
	return l.write(nest.TrySweep, v, a)
}
