package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// eval interprets one region.
type eval struct {
	state
	code   *Function
	asker  Asker
	fn     *ir.Func
	inputs []Input
	facts  []Fact
	hosts  []HostSpec
	exits  []Exit
	// foreseenExits: the stub's exits cannot become others.
	foreseenExits bool
	sets          map[string]bool // names of attributes that a nest sets: see nester.attr
	viewed        []int           // locals whose arrays views would keep to the end of the frame
	args          []int           // slots passed
	passed        []bool          // by slot
	descs         []*Desc
	entry         int // pc
	depth         int // stack depth at entry
	// lengths gives the length each symbol had when compiling, -1 unknown.
	lengths []int64
	line    int
	marks   []mark
	// inlined is the call of a Python function whose body is being
	// interpreted, nil in the function itself; callees are those met so far.
	inlined *frame
	callees map[int]*callee
	budget  int // instructions of inlined functions still allowed
	// loopInside: such a function has a loop, and it is not understood.
	loopInside bool
	parts      []part
	// updated is the attribute whose array is being updated in place, to be set
	// to what it is.
	updated part
	// indices are the ints made of integers of NumPy's.
	indices map[ir.ID]Val
	// made counts the objects made that have an identity of their own besides arrays.
	made int
	// handed are the lists and dicts among them that the present exit hands over.
	handed map[int]ir.ID
	// consumed are the iterators that have no items left.
	consumed []int
	// functions are what those are made of that the region makes; shared: one of them
	// is handed over with a cell of the function's own.
	functions []*madeFunction
	shared    bool
	// reading are the object numbers of the functions whose cells are being read, outermost first.
	reading []int
	// block is the pc of the with block that a refusal lies in, or -1.
	block int
	// flagCall is one more than the host object that tells flags.
	flagCall int
	// general: no branch is foreseen from the values of this call.
	general bool
	looping bool // it belongs to a nest, which has no effects but its stores
	// owners are the calls in which lists and dicts were made, walked those with loops
	// over them: see changes.go.
	owners map[int]*frame
	walked map[int]bool
	tuples map[*Val]ir.ID // those made so far, by where their items are known
	met    map[string]int // how often branches were that are guessed: see guess.go
}

// Function is a decoded and analysed function, shared by its regions.
type Function struct {
	Program *bytecode.Program
	CFG     *bytecode.CFG
	slots   []bytecode.LocalInfo
	at      map[int]int // pc -> index of its first Inst
	starts  map[int]int // statement starts: pc -> depth
	ends    map[int]int // statement starts: pc -> end of what a stub overwrites
	// assigned locals are bound by the function itself, not only by its caller.
	assigned map[int]bool
	// cycled are those that it binds in a loop.
	cycled map[int]bool
	// FewestLanes is how many rounds of a loop are done side by side at the least.
	FewestLanes int
	// pythons are loops, by their numbers, that were found not to be understood.
	pythons map[int]bool
	// loops are the pcs that backward jumps lead to.
	loops map[int]bool
	// cuts are statement starts where regions end, and others begin.
	cuts map[int]bool
	// guesses of branches, and their numbers: see guess.go.
	guesses []*guess
	sites   map[string]int
}

// Cut makes every region end at pc from now on.
func (f *Function) Cut(pc int) { f.cuts[pc] = true }

// IsCut says that regions end at pc.
func (f *Function) IsCut(pc int) bool { return f.cuts[pc] }

// NewFunction decodes and analyses a code object.
func NewFunction(code *bytecode.Code) (*Function, error) {
	p, err := bytecode.Decode(code)
	if err != nil {
		return nil, err
	}
	cfg, err := bytecode.Analyse(p)
	if err != nil {
		return nil, err
	}
	f := &Function{Program: p, CFG: cfg, FewestLanes: fewestLanes, slots: code.LocalsPlus(), at: map[int]int{}, starts: map[int]int{},
		sites: map[string]int{}, ends: map[int]int{}, assigned: map[int]bool{}, cycled: map[int]bool{}, loops: map[int]bool{}, cuts: map[int]bool{}}
	for i, in := range p.Insts {
		if !in.Mid {
			f.at[in.PC] = i
		}
		if in.Op == bytecode.StoreFast || in.Op == bytecode.StoreDeref {
			f.assigned[in.Arg] = true
			if b := cfg.BlockAt(in.PC); b >= 0 && cfg.LoopOf(b) >= 0 {
				f.cycled[in.Arg] = true
			}
		}
		if in.Target > 0 && in.Target <= in.PC {
			f.loops[in.Target] = true
		}
	}
	for _, b := range cfg.Boundaries() {
		if b.StatementStart {
			f.starts[b.PC], f.ends[b.PC] = b.Depth, b.End
		}
	}
	return f, nil
}

// Starts says that a statement starts at pc.
func (f *Function) Starts(pc int) bool {
	_, ok := f.starts[pc]
	return ok
}

// raises says that all ways from pc lead to a raise statement.
func (f *Function) raises(pc int) bool {
	b := f.CFG.BlockAt(pc)
	return b >= 0 && f.CFG.Cold(b)
}

// Overlap says that stubs at both pcs would overwrite the same instruction.
func (f *Function) Overlap(a, b int) bool { return a < f.ends[b] && b < f.ends[a] }

// FirstPC is the first statement start in code order, or -1.
func (f *Function) FirstPC() int { return f.NextStart(0) }

// NextStart is the first statement start at or behind pc, or -1.
func (f *Function) NextStart(pc int) int {
	for _, in := range f.Program.Insts {
		if in.PC >= pc && !in.Mid {
			if _, ok := f.starts[in.PC]; ok {
				return in.PC
			}
		}
	}
	return -1
}

// ArgsAt lists the slots a region at pc is passed: live and certainly bound.
// A slot that holds a cell is passed as the cell, bound or not.
func (f *Function) ArgsAt(pc int) []int {
	live, unbound := f.CFG.LiveIn(pc), f.CFG.MaybeUnbound(pc)
	var args []int
	for i := range f.slots {
		if live.Has(i) && (f.slots[i].Boxed() || !unbound.Has(i)) {
			args = append(args, i)
		}
	}
	return args
}

// Evaluate interprets the code from the statement start pc. descs describe
// the values of f.ArgsAt(pc) in order (a cell's: its contents). general asks
// for a version that relies on no values of numbers where it need not. With resume it enters
// loops that have begun, whose iterators come last in descs.
func (f *Function) Evaluate(pc int, descs []*Desc, general bool, resume *Resume, asker Asker) (*Region, *reason.Refusal) {
	loop, refusal := f.nested(pc, descs, resume, asker, false)
	if loop != nil {
		return loop, nil
	}
	if resume != nil && !resume.Begins {
		if refusal == nil {
			refusal = f.newEval(pc, descs, asker).at(pc, refuse(reason.Loop, "a round that comes to no end"))
		}
		return &Region{PC: pc, Refusal: refusal}, refusal
	}
	e := f.newEval(pc, descs, asker)
	e.general = general
	end, why := e.run()
	e.loopInside = e.loopInside || why != nil && (f.makes(end) || f.takes(end))
	if e.loopInside && (end == pc || e.trivial()) {
		inside, told := f.nested(pc, descs, nil, asker, true)
		if inside != nil {
			return inside, nil
		}
		if told != nil && why != nil {
			why.Reason, why.Detail = told.Reason, told.Detail
		}
	}
	if refusal != nil && why != nil && (f.loopAt(pc) >= 0 || f.loopOfHeader(pc) >= 0) {
		why.Reason, why.Detail = refusal.Reason, refusal.Detail // what keeps the loop in Python, not where it begins
		why.Line, why.EndLine, why.Col, why.EndCol = refusal.Line, refusal.EndLine, refusal.Col, refusal.EndCol
	}
	if end == pc || e.trivial() {
		if why == nil {
			why = e.at(pc, refuse(reason.NoGain, "no array operation to run natively"))
		}
		next := e.next(why)
		if e.loopInside && f.Starts(end) && end != pc {
			next = []int{end}
		}
		if behind := f.behindRefused(refusal, pc, end); behind >= 0 {
			next = append([]int{behind}, next...)
		}
		return &Region{PC: pc, Refusal: why, Next: next, AtLoop: e.atLoop(why) || e.closes(why)}, why
	}
	r := &Region{PC: pc, Args: e.args, Func: e.fn, Inputs: e.inputs, Facts: e.facts, Exits: e.exits,
		Hosts: e.hosts, End: end, Refusal: why}
	if why != nil {
		r.Next = e.next(why)
	}
	if e.loopInside && f.Starts(end) {
		r.Next = appendNew(r.Next, end) // the statement that calls a function with a loop: it tells of itself
		r.Refusal = nil
	}
	if e.atLoop(why) || e.closes(why) {
		r.Refusal = nil
	}
	r.Lines = e.lines()
	r.Starts = e.starts()
	r.Frees, r.Behind = e.frees(end)
	return r, nil
}

// behindRefused is where a loop nest may begin that does not understand a statement in front of its loop,
// or -1: a list that is made behind it is the nest's own.
func (f *Function) behindRefused(r *reason.Refusal, pc, end int) int {
	if r == nil || r.PC < pc || r.PC >= end {
		return -1
	}
	if next := f.NextStart(r.PC + 1); next < end {
		return next
	}
	return -1
}

// makes says that the statement at pc makes a function: that of a generator expression has
// a loop.
func (f *Function) makes(pc int) bool {
	next := f.NextStart(pc + 1)
	return pc >= 0 && slices.ContainsFunc(f.Program.Insts, func(in bytecode.Inst) bool {
		return in.Op == bytecode.MakeFunction && in.PC >= pc && (next < 0 || in.PC < next)
	})
}

// takersByName are functions that go through what they are given: a statement with one is a loop.
var takersByName = []string{"map", "filter", "sum", "min", "max", "any", "all", "sorted"}

// takes says that the statement at pc reads a function that goes through something.
func (f *Function) takes(pc int) bool {
	next := f.NextStart(pc + 1)
	return pc >= 0 && slices.ContainsFunc(f.Program.Insts, func(in bytecode.Inst) bool {
		return in.Op == bytecode.LoadGlobal && in.PC >= pc && (next < 0 || in.PC < next) && slices.Contains(takersByName, in.Name)
	})
}

// atLoop says that what ended a region is the beginning of a loop, which is one of its own:
// no reason that anybody has to be told.
func (e *eval) atLoop(why *reason.Refusal) bool {
	return why != nil && why.Reason == reason.Cut && e.code.loopAt(why.PC) >= 0
}

// closes says that what ended a region is the end of a loop's body: what keeps the loop in
// Python is told where it begins.
func (e *eval) closes(why *reason.Refusal) bool {
	if why == nil || why.Reason != reason.Loop {
		return false
	}
	i, ok := e.code.at[why.PC]
	return ok && closesLoop(&e.code.Program.Insts[i])
}

func (f *Function) newEval(pc int, descs []*Desc, asker Asker) *eval {
	e := &eval{code: f, asker: asker, fn: ir.New(), args: f.ArgsAt(pc), entry: pc, depth: f.starts[pc],
		lengths: []int64{ir.One: 1}, callees: map[int]*callee{}, budget: maxInlined, block: -1, updated: noPart}
	n := len(f.slots)
	e.locals, e.slots = make([]Val, n), make([]Val, n)
	e.passed, e.descs = make([]bool, n), make([]*Desc, n)
	for i, slot := range e.args {
		e.locals[slot] = Val{Kind: Slot, Num: slot}
		e.passed[slot], e.descs[slot] = true, descs[i]
	}
	e.mem = e.add(ir.Value{Op: ir.Memory, Type: ir.MemType})
	return e
}

// run interprets until a return or something not understood, and gives the pc
// where Python goes on (-1: the function returned) and why.
func (e *eval) run() (int, *reason.Refusal) {
	insts := e.code.Program.Insts
	var before mark
	for i := e.code.at[e.entry]; ; {
		in := &insts[i]
		if !in.Mid {
			before = e.mark(in.PC)
		}
		if in.Line > 0 {
			e.line = in.Line
		}
		if s := e.boundary(in); s != nil {
			return e.fallBack(in, s)
		}
		next, s := e.stepOn(in)
		if s != nil {
			return e.stopInside(in, s, before)
		}
		switch {
		case next == returned:
			return -1, nil
		case next == following:
			i++
		default:
			i = e.code.at[next]
		}
	}
}

// stepOn takes a step and refuses what it made behind a store of the same statement:
// between a store and its Commit nothing may fail.
func (e *eval) stepOn(in *bytecode.Inst) (int, *stop) {
	stored, made := e.stored, len(e.fn.Values)
	next, s := e.step(in)
	e.spare(stepGain)
	if s == nil && slices.ContainsFunc(e.fn.Values[made:], tooManyAxes) {
		return next, refuse(reason.Rank, fmt.Sprintf("a result of more than %d axes", sched.MaxRank))
	}
	if s == nil && stored && slices.ContainsFunc(e.fn.Values[made:], computes) {
		return next, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	return next, s
}

func tooManyAxes(v ir.Value) bool { return v.Type.Rank > sched.MaxRank }

// computes says that a value is made when the region runs.
func computes(v ir.Value) bool {
	switch v.Op {
	case ir.Input, ir.HostConst, ir.Number, ir.MakeTuple:
		return false
	}
	return v.Type != ir.MemType
}

// The places step sends control to besides a pc.
const (
	following = -1
	returned  = -2
)

// closesLoop says that in goes back to the head of a loop, which Python does:
// the body's last statement ends here.
func closesLoop(in *bytecode.Inst) bool { return in.Op == bytecode.Jump && in.Target <= in.PC }

// boundary marks a statement start, and lets earlier effects stand.
func (e *eval) boundary(in *bytecode.Inst) *stop {
	if !e.statementBegins(in) {
		return nil
	}
	if s := e.makeCalls(); s != nil {
		return s
	}
	e.marks = append(e.marks, e.mark(in.PC))
	if e.code.loopAt(in.PC) >= 0 && in.PC != e.entry && !e.code.comprehends(in.PC) {
		return refuse(reason.Cut, "a loop is a region of its own")
	}
	if e.code.cuts[in.PC] && in.PC != e.entry {
		return refuse(reason.Cut, "entered anew because a region failed here")
	}
	if !e.dirty {
		return nil
	}
	n, args, s := e.exitAt(in.PC)
	if s != nil {
		return s
	}
	e.mem = e.add(ir.Value{Op: ir.Commit, Type: ir.MemType, Args: append([]ir.ID{e.mem}, args...), Num: n})
	e.dirty, e.stored = false, false
	return nil
}

// stopInside ends the region in front of an instruction where its statement has
// computed something already, else before the statement.
func (e *eval) stopInside(in *bytecode.Inst, why *stop, before mark) (int, *reason.Refusal) {
	last := e.marks[len(e.marks)-1]
	if len(before.state.stack) == 0 || before.state.saved <= last.state.saved {
		return e.fallBack(in, why)
	}
	failed := e.clone()
	e.rollback(before)
	if e.leaveInside(before.pc) == nil {
		return before.pc, e.at(in.PC, why)
	}
	e.state = failed
	return e.fallBack(in, why)
}

// fallBack ends the region at the last statement start where that is possible.
func (e *eval) fallBack(in *bytecode.Inst, why *stop) (int, *reason.Refusal) {
	r := e.at(in.PC, why)
	e.block = e.opened()
	for n := len(e.marks) - 1; n > 0; n-- {
		e.rollback(e.marks[n])
		if e.leaveAt(e.marks[n].pc) == nil {
			return e.marks[n].pc, r
		}
	}
	return e.entry, r
}

func (e *eval) at(pc int, s *stop) *reason.Refusal {
	r := &reason.Refusal{Reason: s.reason, Detail: s.detail, PC: pc}
	if i, ok := e.code.at[pc]; ok {
		in := e.code.Program.Insts[i]
		r.Line, r.EndLine, r.Col, r.EndCol = in.Line, in.EndLine, in.Col, in.EndCol
	}
	return r
}

func (e *eval) add(v ir.Value) ir.ID {
	v.Line, v.Mem = e.line, ir.None
	return e.fn.Add(v)
}

// addRead appends a value whose operands lie in user memory.
func (e *eval) addRead(v ir.Value) ir.ID {
	v.Line, v.Mem = e.line, e.mem
	return e.fn.Add(v)
}

func (e *eval) live(pc, slot int) bool { return e.code.CFG.LiveIn(pc).Has(slot) }
