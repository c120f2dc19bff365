package front

import (
	"slices"

	"slipstream/bytecode"
)

// This file finds out of a loop's code alone whether its rounds may be done side by side: see nestlanes.go.

// laneLoop is what the code of the loop with a FOR_ITER says, or nil: it holds what has no place there.
func (f *Function) laneLoop(in *bytecode.Inst) *laneLoop {
	l := &laneLoop{assigned: map[int]bool{}, stored: map[int]bool{}, fixed: map[int]bool{}}
	s := laneScan{f: f, laneLoop: l, slot: f.next(in).Arg, inner: map[int]bool{}}
	if !s.loop(in) || l.stores == 0 || l.loops && s.across {
		return nil
	}
	for slot := range l.stored {
		l.same = l.same || s.fixed[slot] && !l.loops
	}
	live := f.CFG.LiveIn(in.PC)
	for slot := range l.assigned {
		if live.Has(slot) && slot != f.next(in).Arg {
			return nil // the next round, or what comes behind the loop, reads it
		}
	}
	return l
}

// laneScan goes through a loop's instructions.
type laneScan struct {
	*laneLoop
	f      *Function
	slot   int          // the loop's variable
	inner  map[int]bool // those of loops inside
	stack  []laneItem
	joins  map[int][]laneItem // what lies on the stack where jumps lead to
	across bool               // an index by the loop's variable is not that of the last axis
}

// laneItem is what is known of a value on the stack.
type laneItem struct {
	slot   int  // the local that it was, or -1
	each   bool // it is, or holds, an index by the loop's variable
	across bool // which is not the last one
	whole  bool // it is a literal int
	inner  bool // it is, or holds, an index by the variable of a loop inside
}

// loop goes through the loop of a FOR_ITER.
func (s *laneScan) loop(in *bytecode.Inst) bool {
	first, end := s.f.next(in), s.f.at[in.Target]
	if s.f.loopOfHeader(in.PC) < 0 || first.Op != bytecode.StoreFast || end <= s.f.at[in.PC] {
		return false
	}
	s.assigned[first.Arg] = true
	around, below, reached := s.joins, len(s.stack), true
	s.joins = map[int][]laneItem{}
	for i := s.f.at[first.End]; i < end; i++ {
		one, ok := &s.f.Program.Insts[i], true
		reached, ok = s.arrive(one.PC, reached)
		switch {
		case !ok || !reached:
		case one.Op == bytecode.Jump:
			ok, reached = s.jump(one, in, below, end), false
		case one.Op == bytecode.PopJumpIfTrue || one.Op == bytecode.PopJumpIfFalse:
			ok = s.pop(1) && s.jump(one, in, below, end)
		case one.Op == bytecode.ForIter:
			ok = s.pop(1) && s.inside(one, end)
			i = s.f.at[one.Target] - 1
		default:
			ok = s.one(one)
		}
		if !ok {
			return false
		}
	}
	s.joins = around
	return !reached
}

// inside goes through a loop inside of another one.
func (s *laneScan) inside(in *bytecode.Inst, end int) bool {
	slot := s.f.next(in).Arg
	s.loops, s.inner[slot] = true, true
	return slot != s.slot && s.f.at[in.Target] < end && len(s.joins) == 0 && s.loop(in)
}

// jump notes what lies on the stack where a jump leads to: on within the loop, or to its next round.
func (s *laneScan) jump(in, header *bytecode.Inst, below, end int) bool {
	if in.Target == header.PC {
		return len(s.stack) == below
	}
	items, known := s.joins[in.Target]
	if known && len(items) != len(s.stack) || in.Target <= in.PC || s.f.at[in.Target] >= end {
		return false
	}
	s.joins[in.Target] = joinedStacks(items, s.stack)
	return true
}

// arrive says whether an instruction is reached at all, and whether what lies on the stack is then known.
func (s *laneScan) arrive(pc int, reached bool) (bool, bool) {
	items, known := s.joins[pc]
	delete(s.joins, pc)
	switch {
	case !known:
		return reached, true
	case reached && len(items) != len(s.stack):
		return true, false
	case !reached:
		s.stack = nil
	}
	s.stack = joinedStacks(s.stack, items)
	return true, true
}

// joinedStacks are values on the stack that came on two ways, or on one.
func joinedStacks(a, b []laneItem) []laneItem {
	all := slices.Clone(b)
	for i, v := range a {
		to := &all[i]
		if to.slot != v.slot {
			to.slot = -1
		}
		to.each, to.across, to.inner, to.whole = to.each || v.each, to.across || v.across, to.inner || v.inner, to.whole && v.whole
	}
	return all
}

func (s *laneScan) pop(k int) bool {
	if len(s.stack) < k {
		return false
	}
	s.stack = s.stack[:len(s.stack)-k]
	return true
}

func (s *laneScan) push(v laneItem) bool {
	s.stack = append(s.stack, v)
	return true
}

// top are values on the stack, fewer where there are no more.
func (s *laneScan) top(k int) []laneItem { return s.stack[max(0, len(s.stack)-k):] }

// index notes an index: a value and a key.
func (s *laneScan) index(of, key laneItem) {
	if s.across = s.across || key.across; of.slot >= 0 && !slices.Contains(s.arrays, of.slot) {
		s.arrays = append(s.arrays, of.slot)
	}
}

var laneOther = laneItem{slot: -1}

// joined are values as one: a tuple, or what is computed of them.
func joined(of []laneItem) laneItem {
	v := laneOther
	for i, item := range of {
		v.each, v.inner, v.across = v.each || item.each, v.inner || item.inner, v.across || item.each && i < len(of)-1
	}
	return v
}

// one says whether an instruction may stand in such a loop.
func (s *laneScan) one(in *bytecode.Inst) bool {
	s.behind = s.behind || s.stores > 0 && in.Op != bytecode.Nop
	switch in.Op {
	case bytecode.Nop:
		return true
	case bytecode.LoadFast:
		return !s.f.slots[in.Arg].Boxed() && s.push(laneItem{slot: in.Arg, each: in.Arg == s.slot, inner: s.inner[in.Arg]})
	case bytecode.LoadConst:
		return s.push(laneItem{slot: -1, whole: s.f.Program.Code.Consts[in.Arg].T == "int"})
	case bytecode.PushNull, bytecode.LoadGlobal:
		if in.Null && in.Op == bytecode.LoadGlobal {
			s.push(laneOther)
		}
		return s.push(laneOther)
	case bytecode.StoreFast:
		s.assigned[in.Arg] = true
		return !s.f.slots[in.Arg].Boxed() && in.Arg != s.slot && s.pop(1)
	case bytecode.LoadAttr:
		return s.pop(1) && s.push(laneOther) && (!in.Method || s.push(laneOther))
	case bytecode.PopTop:
		return s.pop(1)
	case bytecode.UnaryNegative, bytecode.GetIter, bytecode.ToBool:
		return s.pop(1) && s.push(laneOther)
	case bytecode.BuildTuple:
		v := joined(s.top(in.Arg))
		return s.pop(in.Arg) && s.push(v)
	case bytecode.Call:
		s.values = s.values || joined(s.top(in.Arg)).each
		return len(in.KwNames) == 0 && s.pop(in.Arg+2) && s.push(laneOther)
	}
	return s.onStack(in)
}

// onStack is the same of instructions that look at what lies on the stack.
func (s *laneScan) onStack(in *bytecode.Inst) bool {
	needs := map[bytecode.Op]int{bytecode.Copy: in.Arg, bytecode.Swap: in.Arg, bytecode.BinaryOp: 2, bytecode.CompareOp: 2, bytecode.BinarySubscr: 2, bytecode.StoreSubscr: 3}[in.Op]
	if needs == 0 || len(s.stack) < needs {
		return false
	}
	vs := s.top(needs)
	last := len(vs) - 1
	switch in.Op {
	case bytecode.Copy:
		return s.push(vs[0])
	case bytecode.Swap:
		vs[0], vs[last] = vs[last], vs[0]
		return true
	case bytecode.BinaryOp:
		v := laneItem{slot: -1, each: vs[0].each || vs[1].each, inner: vs[0].inner || vs[1].inner}
		s.values = s.values || v.each && !(slices.Contains([]string{"+", "-"}, in.Name) && (vs[0].whole || vs[1].whole))
		return s.pop(2) && s.push(v)
	case bytecode.CompareOp:
		s.values = s.values || vs[0].each || vs[1].each
		return s.pop(2) && s.push(laneOther)
	case bytecode.BinarySubscr:
		s.index(vs[0], vs[1])
		if _, known := s.fixed[vs[0].slot]; !known {
			s.fixed[vs[0].slot] = !vs[1].each
		}
		return s.pop(2) && s.push(laneOther)
	}
	s.index(vs[1], vs[2])
	s.stored[vs[1].slot], s.spread = true, s.spread || vs[2].inner
	s.stores++
	return vs[1].slot >= 0 && vs[2].each && s.pop(3)
}

// assignedIn are the locals that the loop of a FOR_ITER assigns, but for its variable.
func (f *Function) assignedIn(in *bytecode.Inst) []int {
	var all []int
	for _, one := range f.Program.Insts[f.at[f.next(in).End]:f.at[in.Target]] {
		if one.Op == bytecode.StoreFast && !slices.Contains(all, one.Arg) {
			all = append(all, one.Arg)
		}
	}
	return all
}
