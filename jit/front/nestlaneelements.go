package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about elements of arrays in rounds side by side: see nestlanes.go.

// arrayFrom is the array from before the loop that a value is.
func (l *lanes) arrayFrom(v nval, slot int) (*narray, *stop) {
	if slot < 0 || !slices.Contains(l.plan.arrays, slot) || !l.isArray(v) {
		return nil, refuse(reason.Loop, "an index of what is no array from before the loop")
	}
	return l.memory(v)
}

// element reads an element: one for each round, or the same in all.
func (l *lanes) element(*bytecode.Inst) *stop {
	vs, slots := l.popped(2)
	if vs[0].kind == nTuple && vs[1].kind == nKnown {
		s := l.item(vs[0], vs[1])
		l.mark(-1)
		return s
	}
	a, s := l.arrayFrom(vs[0], slots[0])
	if s != nil {
		return s
	}
	keys := laneKeys(vs[1])
	if axis := laneAxis(keys); axis >= 0 {
		if !a.typ.Exact() && a.typ != kernel.F64 && a.typ != kernel.F32 {
			return refuse(reason.Loop, "elements that are no real numbers in rounds side by side")
		}
		b, s := l.view(a, slots[0], keys, axis)
		l.push(arrayOf(b))
		l.mark(-1)
		return s
	}
	at, s := l.placesOf(a, keys, -1)
	if s != nil {
		return s
	}
	addr := l.addressIn(a, at)
	if l.plan.stored[slots[0]] {
		if s := l.notStored(slots[0], a.typ, at, addr); s != nil {
			return s
		}
	}
	return l.result(l.peek(a.typ, addr), nil)
}

func laneKeys(key nval) []nval {
	if key.kind == nTuple {
		return key.items
	}
	return []nval{key}
}

// laneAxis is the only axis that is indexed by the loop's variable, -1 for none, -2 for several.
func laneAxis(keys []nval) int {
	axis := -1
	for i, k := range keys {
		switch {
		case k.kind == nLane && axis >= 0:
			return -2
		case k.kind == nLane:
			axis = i
		}
	}
	return axis
}

// placesOf are the indices along all axes but one.
func (l *lanes) placesOf(a *narray, keys []nval, but int) ([]nest.ID, *stop) {
	at := make([]nest.ID, len(keys))
	if but == -2 || len(keys) != a.rank() {
		return nil, refuse(reason.Loop, "an index of no element in rounds side by side")
	}
	for axis, k := range keys {
		if axis == but {
			continue
		}
		if !k.numeric() {
			return nil, refuse(reason.Loop, "an index that is no number in rounds side by side")
		}
		var s *stop
		if at[axis], s = l.indexIn(k, a.dims[axis], fmt.Sprint("length ", a.dims[axis])); s != nil {
			return nil, s
		}
	}
	return at, nil
}

func (l *lanes) addressIn(a *narray, at []nest.ID) nest.ID {
	addr := a.addr
	for axis, i := range at {
		addr = l.scalar(kernel.Add, kernel.I64, addr, l.scalar(kernel.Mul, kernel.I64, i, a.strides[axis]))
	}
	return addr
}

// laneConstant is an element of an array that is stored into, which is the same in all rounds.
type laneConstant struct {
	slot      int
	typ       kernel.Type // its bits
	addr, was nest.ID
}

// notStored requires that an element that is the same in all rounds is none that one of them stores, or stays the same
// when it is stored.
func (l *lanes) notStored(slot int, t kernel.Type, at []nest.ID, addr nest.ID) *stop {
	if l.plan.same && l.plan.fixed[slot] && !l.begun[slot] {
		bits := map[int]kernel.Type{4: kernel.I32, 8: kernel.I64}[t.Size()]
		l.constants = append(l.constants, laneConstant{slot, bits, addr, l.peek(bits, addr).id})
		return nil
	}
	by, known := l.along[slot]
	if !known {
		return refuse(reason.Loop, "an element of what is stored into")
	}
	before := l.compare(kernel.Lt, at[by.axis], by.low)
	behind := l.compare(kernel.Gt, at[by.axis], l.scalar(kernel.Add, kernel.I64, by.low, l.count))
	l.require(l.scalar(kernel.Or, kernel.Bool, before, behind))
	return nil
}

// stayTheSame requires that what was read as the same in all rounds still is what it was.
func (l *lanes) stayTheSame(slot int) {
	l.begun[slot] = true
	for _, c := range l.constants {
		if c.slot == slot {
			l.require(l.compare(kernel.Eq, l.peek(c.typ, c.addr).id, c.was))
		}
	}
}

// view is the elements that an index by the loop's variable gives.
func (l *lanes) view(a *narray, slot int, keys []nval, axis int) (*narray, *stop) {
	at, s := l.placesOf(a, keys, axis)
	if s != nil {
		return nil, s
	}
	size := l.int(int64(a.typ.Size()))
	if l.plan.loops {
		if axis != a.rank()-1 {
			return nil, refuse(reason.Loop, "elements that do not lie side by side")
		}
		l.require(l.compare(kernel.Eq, a.strides[axis], size))
	}
	low := keys[axis].items[0].id
	access := laneAccess{axis, keys[axis].name, low}
	if known, ok := l.along[slot]; l.plan.stored[slot] && ok && (known.axis != axis || known.offset != access.offset) {
		return nil, refuse(reason.Loop, "elements that other rounds store")
	}
	l.along[slot] = access
	end := l.scalar(kernel.Add, kernel.I64, low, l.count)
	l.require(l.scalar(kernel.And, kernel.Bool, l.compare(kernel.Ge, low, l.int(0)), l.compare(kernel.Lt, end, a.dims[axis])))
	at[axis] = low
	l.numbers++
	b := &narray{typ: a.typ, own: a.own, made: a.made, base: a.root(), of: a.of, who: l.numbers,
		addr: l.addressIn(a, at), dims: []nest.ID{l.count}, strides: []nest.ID{a.strides[axis]}}
	b.place = fmt.Sprint(b.where())
	return b, nil
}

// storeElement stores an element of each round.
func (l *lanes) storeElement(in *bytecode.Inst) *stop {
	vs, slots := l.popped(2)
	a, s := l.arrayFrom(vs[0], slots[0])
	if s != nil {
		return s
	}
	values, s := l.numbersOf(1)
	if s != nil {
		return s
	}
	keys := laneKeys(vs[1])
	axis := laneAxis(keys)
	if axis < 0 {
		return refuse(reason.Loop, "rounds side by side that store into one element")
	}
	target, s := l.view(a, slots[0], keys, axis)
	if s == nil {
		s = l.mayStore(target)
	}
	if s != nil {
		return s
	}
	if l.waits(a, in.End) {
		return refuse(reason.Loop, "elements that are read before others are stored and used behind that")
	}
	v := values[0]
	if isLane(v) && v.arr.typ != target.typ && (v.arr.typ != kernel.F32 || target.typ != kernel.F64) || v.kind == nLane {
		return refuse(reason.StoreType, "elements stored as others in rounds side by side")
	}
	if s = l.keepFacts(a, v, in.End); s != nil {
		return s
	}
	if v, s = l.storable(v, target); s == nil {
		v, s = l.underMask(v, arrayOf(target), target.typ)
	}
	if s != nil {
		return s
	}
	if s = l.write(nest.TryWrite, v, target); s == nil {
		l.stayTheSame(slots[0])
	}
	return s
}

// waits says that an expression that is of use behind a store reads an array.
func (l *lanes) waits(a *narray, behind int) bool {
	live := l.code.CFG.LiveIn(behind)
	reads := func(v nval) bool { return isLane(v) && v.arr.readsFrom(a) }
	found := slices.ContainsFunc(l.now.stack, reads)
	for slot := range l.defined {
		found = found || live.Has(slot) && reads(l.now.locals[slot])
	}
	return found
}

// readsFrom says that an expression reads elements of an array.
func (a *narray) readsFrom(b *narray) bool {
	if a.computed() {
		return a.root() == b.root() && a.of.Obj == b.of.Obj
	}
	return slices.ContainsFunc(a.args, func(v nval) bool { return v.kind == nArray && v.arr.readsFrom(b) })
}

// write has a kernel compute what is put into an array, and requires that nothing is reported.
func (l *lanes) write(how int, v nval, target *narray) *stop {
	l.see(v)
	k, s := l.kernelAs(v, target.typ, target.dims)
	if s == nil {
		s = l.settle()
	}
	if s != nil {
		return s
	}
	words := append(append(k.words, target.addr), target.strides...)
	put := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: how, Axis: k.number, Args: words, Exit: l.someExit()}
	if how == nest.TryWrite && l.notes() {
		l.note(put)
		last := &l.f.Blocks[l.block].Body
		note := (*last)[len(*last)-1]
		l.f.Insts[note].Num = nest.TryNote
		l.require(l.compare(kernel.Ne, note, l.int(0)))
	}
	l.require(l.compare(kernel.Ne, l.f.Add(l.block, put), l.int(0)))
	return nil
}
