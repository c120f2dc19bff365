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

// This file is about loops over ranges whose rounds have nothing to do with one another: what they compute of elements
// of arrays is computed for many rounds side by side, as slices are. Loops inside of such a loop go on in their order, each
// round of theirs for all rounds of the outer one: that is an interchange of the two. No element's steps change,
// so each has the same bits.
//
// It is an attempt. Where arrays overlap, an index is out of range, or NumPy would report something, what was
// stored is put back, and the loop runs round by round. So does always its last round, which leaves the locals as they are then.

// fewestLanes is how many rounds are done side by side at the least: more where several stores are noted, and most where
// each is of a place of its own. mostLanes are done at the most, and mostInLanes with those of loops inside in all: nobody else
// runs meanwhile.
const (
	fewestLanes = 32
	fewestNoted = 80
	fewestApart = 128
	mostLanes   = 1 << 24
	mostInLanes = 1 << 25
	farthest    = 1 << 61 // from 0 that an index may be: two of them have a sum
	// farthestFloat is where floats of 64 bits still tell numbers apart.
	farthestFloat = 1 << 52
)

// byOnes names the iterators of ranges whose rounds may be done side by side.
const byOnes = "by ones"

// laneLoop is what is known of such a loop by its code alone.
type laneLoop struct {
	assigned map[int]bool // locals that it assigns
	arrays   []int        // locals that are indexed
	stored   map[int]bool // those of them that are stored into
	stores   int
	loops    bool         // there are others inside
	behind   bool         // something is done behind a store
	values   bool         // the loop's variable is of use as a number
	spread   bool         // rounds of loops inside store into places of their own
	fixed    map[int]bool // locals of which an element is read first that is the same in all rounds
	same     bool         // such a one is stored into, and there are no loops inside
}

// lanes are the rounds of a loop that are done side by side.
type lanes struct {
	*nester
	plan         *laneLoop
	slot         int // the loop's variable
	first, count nest.ID
	from         []int              // the local that each value on the stack was, or -1
	defined      map[int]bool       // locals that this round has assigned
	carried      map[int]*narray    // and those that a loop inside carries on, in memory
	along        map[int]laneAccess // how arrays that are stored into are indexed
	unseen       []*narray          // expressions that nothing has computed so far, which may be reported
	count64      *narray            // the loop's variable, where it is of use as a number
	failed       int                // the block where the attempt has failed
	work         nest.ID            // rounds of the loops around that are inside of this one
	facts        []nval             // the conditions of branches
	path         *lanePath
	told         bool // it is known that NumPy reports what Python raises
	constants    []laneConstant
	begun        map[int]bool // locals with arrays that have been stored into
}

// laneAccess is the axis along which an array is indexed by the loop's variable, and how far from it.
type laneAccess struct {
	axis   int
	offset string
	low    nest.ID
}

// inLanes attempts to do a loop's rounds side by side. It says whether the block has ended.
func (n *nester) inLanes(in *bytecode.Inst, it nval) bool {
	if it.over != overRange || it.name != byOnes || n.inlined != nil || n.values() || n.noLanes[in.PC] || n.stmt == nil || len(n.f.Insts) > maxNestInsts/2 {
		return false
	}
	plan := n.code.laneLoop(in)
	if plan == nil {
		n.noLanes[in.PC] = true
		return false
	}
	l := &lanes{nester: n, plan: plan, slot: n.code.next(in).Arg, defined: map[int]bool{}, carried: map[int]*narray{}, along: map[int]laneAccess{}, begun: map[int]bool{}}
	n.inRounds = true
	if s := l.attempt(in, it); s != nil {
		n.noLanes[in.PC], n.again = true, true
	}
	n.inRounds = false
	return true
}

// next is the instruction behind another.
func (f *Function) next(in *bytecode.Inst) *bytecode.Inst { return &f.Program.Insts[f.at[in.End]] }

// attempt has blocks that do all rounds but the last one; then the loop goes on with that, and where the attempt
// fails from its beginning.
func (l *lanes) attempt(in *bytecode.Inst, it nval) *stop {
	n, start, left := l.nester, it.items[0].id, it.items[2].id
	before, made, proved := n.now.clone(), maps.Clone(n.made), maps.Clone(n.proved)
	l.failed, l.first, l.work = n.f.NewBlock(), start, n.int(1)
	l.count = n.scalar(kernel.Sub, kernel.I64, left, n.int(1))
	l.between(l.count, n.int(l.fewest()), n.int(mostLanes))
	l.between(start, n.int(-farthest), n.int(farthest))
	if s := l.areApart(); s != nil {
		return s
	}
	l.mark(-1)
	if s := l.countRounds(); s != nil {
		return s
	}
	if s := l.body(in); s != nil {
		return s
	}
	if l.notes() {
		n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Forget, Args: []nest.ID{n.int(0)}, Exit: n.someExit()})
	}
	last := n.scalar(kernel.Add, kernel.I64, start, l.count)
	n.now = before.clone()
	n.now.locals[l.slot] = numberOf(ir.PyIntType, n.scalar(kernel.Sub, kernel.I64, last, n.int(1)))
	n.push(nval{kind: nIter, over: overRange, items: []nval{numberOf(ir.PyIntType, last), it.items[1], numberOf(ir.PyIntType, n.int(1))}})
	if s := n.jumpTo(in.PC); s != nil {
		return s
	}
	n.block, n.now, n.made, n.proved, n.pending, n.covered = l.failed, before.clone(), made, proved, nil, map[nest.ID]bool{}
	if l.notes() {
		n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Undo, Args: []nest.ID{n.int(0)}, Exit: n.someExit()})
	}
	it.name = ""
	n.push(it)
	return n.jumpTo(in.PC)
}

// fewest is how many rounds gain by being done side by side.
func (l *lanes) fewest() int64 {
	switch {
	case l.code.FewestLanes != fewestLanes:
		return int64(l.code.FewestLanes)
	case l.plan.spread:
		return fewestApart
	case l.notes():
		return fewestNoted
	}
	return fewestLanes
}

// notes says that a journal is kept: more can fail when something is stored.
func (l *lanes) notes() bool {
	return l.plan.stores > 1 || l.plan.loops || l.plan.behind || l.plan.same
}

// require goes on where a condition holds. Elsewhere the attempt has failed.
func (l *lanes) require(condition nest.ID) {
	n := l.nester
	to := n.f.NewBlock()
	n.f.Blocks[n.block].Term = nest.Term{Cond: condition, Edges: []nest.Edge{{To: to}, {To: l.failed}}, Exit: -1}
	n.block = to
}

func (l *lanes) between(x, low, high nest.ID) {
	l.require(l.scalar(kernel.And, kernel.Bool, l.compare(kernel.Ge, x, low), l.compare(kernel.Le, x, high)))
}

// areApart requires that what is stored into shares no memory with any other array, and that no two of its
// elements do.
func (l *lanes) areApart() *stop {
	var all []*narray
	for _, slot := range l.plan.arrays {
		v := l.now.locals[slot]
		if v.kind == nKnown {
			v, _ = l.known(v.val)
		}
		if l.plan.assigned[slot] || !l.isArray(v) {
			return refuse(reason.Loop, "an index of what is no array from before the loop")
		}
		a, s := l.memory(v)
		if s != nil {
			return s
		}
		all = append(all, a)
	}
	for i, a := range all {
		if !l.plan.stored[l.plan.arrays[i]] {
			continue
		}
		if s := l.ownElements(a); s != nil {
			return s
		}
		for k, b := range all {
			if k != i && (k > i || !l.plan.stored[l.plan.arrays[k]]) {
				l.apart(a, b)
			}
		}
	}
	return nil
}

func (l *lanes) apart(a, b *narray) {
	if ra, rb := a.root(), b.root(); ra != nil && !ra.given && (rb == nil || rb.who != ra.who && !rb.given) {
		return // the nest's own
	}
	lowA, highA := l.extent(a)
	lowB, highB := l.extent(b)
	l.require(l.scalar(kernel.Or, kernel.Bool, l.compare(kernel.Le, highA, lowB), l.compare(kernel.Le, highB, lowA)))
}

// extent is where the memory of an array begins, and where it ends.
func (l *lanes) extent(a *narray) (low, high nest.ID) {
	low, high = a.addr, l.scalar(kernel.Add, kernel.I64, a.addr, l.int(int64(a.typ.Size())))
	for axis, by := range a.strides {
		span := l.scalar(kernel.Mul, kernel.I64, l.scalar(kernel.Sub, kernel.I64, a.dims[axis], l.int(1)), by)
		low = l.scalar(kernel.Add, kernel.I64, low, l.scalar(kernel.Min, kernel.I64, span, l.int(0)))
		high = l.scalar(kernel.Add, kernel.I64, high, l.scalar(kernel.Max, kernel.I64, span, l.int(0)))
	}
	return low, high
}

// ownElements requires that a step along an axis leads over all that lies along those behind it, or in front of it.
func (l *lanes) ownElements(a *narray) *stop {
	if a.typ != kernel.F64 && a.typ != kernel.F32 {
		return refuse(reason.Loop, "elements that are no floats of 32 or 64 bits")
	}
	axes := make([]int, a.rank())
	for i := range axes {
		axes[i] = a.rank() - 1 - i
	}
	own := l.stepsOver(a, axes)
	if slices.Reverse(axes); len(axes) > 1 {
		own = l.scalar(kernel.Or, kernel.Bool, own, l.stepsOver(a, axes))
	}
	l.require(own)
	return nil
}

// stepsOver says whether a step along each axis leads over what lies along those before it.
func (l *lanes) stepsOver(a *narray, axes []int) nest.ID {
	inside, own := l.int(int64(a.typ.Size())), l.constant(kernel.Bool, 1)
	for _, axis := range axes {
		by := l.scalar(kernel.Abs, kernel.I64, a.strides[axis])
		own = l.scalar(kernel.And, kernel.Bool, own, l.compare(kernel.Ge, by, inside))
		inside = l.scalar(kernel.Mul, kernel.I64, by, a.dims[axis])
	}
	return own
}

// body goes through a loop's instructions.
func (l *lanes) body(header *bytecode.Inst) *stop {
	insts := l.code.Program.Insts
	first := l.code.next(header)
	l.defined[first.Arg] = true
	around, facts := l.path, len(l.facts)
	l.path = &lanePath{under: everyRound, waiting: map[int][]laneState{}}
	for i := l.code.at[first.End]; i < l.code.at[header.Target]; i++ {
		in := &insts[i]
		s := l.arrive(in.PC)
		l.holding = l.held()
		switch {
		case s != nil || l.path.dead:
		case in.Op == bytecode.Jump:
			l.jumpOn(l.path.under, in.Target, header.PC)
			l.path.dead = true
		case in.Op == bytecode.PopJumpIfTrue || in.Op == bytecode.PopJumpIfFalse:
			s = l.branchEach(in, header.PC)
		case in.Op == bytecode.ForIter:
			s = l.inner(in)
			i = l.code.at[in.Target] - 1
		default:
			s = l.one(in)
		}
		if s != nil {
			return s
		}
	}
	l.path, l.facts = around, l.facts[:facts]
	if len(l.unseen) > 0 {
		return refuse(reason.Loop, "what is computed for nothing in rounds side by side")
	}
	return l.settle()
}

// one does an instruction for all rounds.
func (l *lanes) one(in *bytecode.Inst) *stop {
	if do, ok := laneHandlers[in.Op]; ok {
		return do(l, in)
	}
	s := nestHandlers[in.Op](l.nester, in)
	if s == nil && l.entered {
		s = refuse(reason.Loop, "a call of a function in rounds side by side")
	}
	l.mark(-1)
	return s
}

// mark notes which local the last value on the stack was.
func (l *lanes) mark(slot int) {
	for len(l.from) < len(l.now.stack) {
		l.from = append(l.from, -1)
	}
	if l.from = l.from[:len(l.now.stack)]; len(l.from) > 0 {
		l.from[len(l.from)-1] = slot
	}
}
