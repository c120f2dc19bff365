package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about loops that run natively as a whole: a region that begins with
// a for or while statement becomes a function of its own (sched/nest), over numbers
// and the elements of arrays. Its basic blocks are interpreted in as many versions
// as their locals have types, four at most in a loop, so a sum that begins as an int and goes
// on as a float64 has its first round in a version of its own. What is not
// understood refuses the whole loop.

// Bounds of a nest: versions of one place, instructions, and exits, which the stub
// looks through one by one.
const (
	maxNestVersions = 4
	maxNestEnds     = 12 // versions of a place behind all loops: rounds that are written out may each end there
	maxNestInsts    = 8000
	maxNestExits    = 60
)

// Nest is a region that is one loop nest.
type Nest struct {
	Func    *nest.Func
	Kernels []*kernel.Kernel // that it calls
	Loops   map[string]int   // the host objects of the ufuncs whose loops these call
	Args    []ir.ID          // the values of Func.Args
	Ways    []NestExit       // by the function's exits
	Line    int
}

// NestExit is what one exit of the function leaves the region by.
type NestExit struct {
	Left  int // 1 + the word that has how many rounds were left, where that is told
	Told  sched.Told
	Exit  int // number in Region.Exits
	Args  []ir.ID
	Makes []Handed
}

// Handed is a value that an exit's words make: a number of one word, or an iterator.
type Handed struct {
	ID   ir.ID
	Word int
	Kind HandedKind
	Of   []ir.ID // what an iterator goes over, or a view is of: an array, or iterators
}

// HandedKind says what words make.
type HandedKind uint8

// The kinds: a range iterator has the words next value, step and how many are left; an
// array's has the next index, enumerate's the next number.
const (
	HandedNumber HandedKind = iota
	RangeIterator
	ArrayIterator
	EnumerateIterator
	ZipIterator
	HandedView     // address, lengths, strides
	HandedCopy     // the same: the elements that lie there
	HandedTuple    // no words: of other values
	HandedList     // where it lies, what its items are
	HandedPart     // two addresses, lengths, strides
	HandedSet      // no words: an attribute of the first, called as the second, becomes the third
	HandedReversed // the next index: goes back through an array or a tuple
	HandedRange    // first value, step, how many: a range
	MapIterator    // no words: map of the first of Of over the others
	// Iterators over places, whose words are the next indices, an int for each of Of or for each axis.
	ProductIterator
	CombinationsIterator
	RepeatingIterator // combinations with repetitions
	FlatIterator      // the elements of an array
	IndexedIterator   // the same, with their indices
	TableIterator     // over a dict: where it lies, its form, the next entry, what it gives
)

// loopAt finds the loop whose statement starts at pc: the loop's index in CFG.Loops, or
// -1. A for statement makes its iterator there, and a while statement tests; one
// without a test, and the body of one with, begin with the loop's first block.
func (f *Function) loopAt(pc int) int {
	if _, ok := f.starts[pc]; !ok {
		return -1
	}
	g := f.CFG
	if h := f.loopOfHeader(pc); h >= 0 && f.Program.Insts[f.at[pc]].Op != bytecode.ForIter {
		return h
	}
	outside := g.LoopOf(g.BlockAt(pc))
	for _, in := range f.Program.Insts[f.at[pc]:] {
		if _, start := f.starts[in.PC]; start && in.PC != pc && !in.Mid {
			return -1
		}
		if in.Op == bytecode.ForIter {
			return f.loopOfHeader(in.PC)
		}
		if in.Target > 0 {
			for _, to := range []int{in.End, in.Target} {
				if l := f.loopOfHeader(to); l >= 0 && g.Loops[l].Parent == outside && to > in.PC && in.Op != bytecode.Jump {
					return l
				}
			}
			return -1
		}
		if in.Op.Ends() {
			return -1
		}
	}
	return -1
}

func (f *Function) loopOfHeader(pc int) int {
	for n := range f.CFG.Loops {
		if f.CFG.Blocks[f.CFG.Loops[n].Header].PC == pc {
			return n
		}
	}
	return -1
}

// nester interprets a loop nest.
type nester struct {
	*eval
	f        *nest.Func
	from     int          // pc of the first statement
	around   int          // the loop that the region lies in, or -1
	resume   *Resume      // how it enters a loop that has begun, or nil
	assigned map[int]bool // slots that the function stores into
	shares   bool         // it assigns variables that functions inside share
	*findings
	again         bool // something was added to these
	unreadSlot    int  // the text that the present instruction is refused for, or -1
	fromOutside   takenIn
	recipes       []*recipe
	fromItem      map[nest.ID]bool // numbers that are items of lists
	handle        map[nest.ID]bool // words that are lists, or boxes
	outsideBoxed  bool             // an array from outside is put into a list
	storedOutside bool             // one is stored into
	recursions    []*recursion
	loops         int          // headers that were met
	seen          map[int]bool // lines
	versions      map[string]*version
	counts        map[string]int // versions of a pc
	work          []*version
	imports       map[ir.ID]nest.ID
	importedPairs map[ir.ID]pair // complex numbers
	args          []ir.ID
	consts        map[string]nest.ID
	lengthsSeen   map[nest.ID]seenLength
	ways          []way
	kernels       []*kernel.Kernel
	ufuncs        map[string]int
	attrs         []nattr // attributes that are set

	// of the block that is being interpreted
	now         nestState
	block       int
	behind      int                // pc behind the instruction
	stmt        *statement         // nil: what fails has nowhere to go
	numbers     int                // of statements and calls so far
	entered     bool               // a call has ended the block
	inside      bool               // the way that is being looked for goes on in the statement
	pending     []nest.ID          // floats whose reports have not been looked at
	expressions []*narray          // that nobody has computed so far
	inRounds    bool               // rounds are done side by side, which look after their expressions themselves
	covered     map[nest.ID]bool   // those that show in another one
	proved      map[string]nest.ID // indices in range
	made        map[string]nest.ID // values that the block has
	refound     map[nest.ID]bool   // those that were computed more than once: as many objects
	holding     []nval             // what the instruction has taken from the stack
	loose       map[int]nest.ID    // copies that nobody holds, by narray.who: where NumPy makes them, too
	delayed     []delayed          // stores that are done when nothing of the statement can fail any more

	stands     []nest.ID       // the values that are left, see nest.Func.Simplify
	handedOver map[int]Val     // by the exit that is being described: objects, by narray.who
	numbersOut map[nest.ID]Val // and numbers
	pairsOut   map[pair]Val    // complex ones
}

// findings are what one interpretation of a nest leaves to the next.
type findings struct {
	// left are the loops that are left to Python, by their headers' pc, and other
	// places that are.
	left      map[int]*reason.Refusal
	forms     map[string]listForm // what lists hold, by where they are written down
	unfit     map[string]bool     // calls that no recipe stands for
	sets      map[string]bool     // attributes that are set
	texts     map[int]*readText   // locals that hold texts, which statements that are left read
	outsides  map[int]*outside    // containers from outside that were asked for, by their numbers
	journals  map[int]bool        // statements whose stores can be taken back, by their pc
	recursive map[int]*recursive  // functions that call themselves, by their descriptions
	noLanes   map[int]bool        // loops, by the pc of their header, whose rounds are not done side by side
	early     map[int]bool        // assignments, by their pc, of expressions that are computed there
	byBlocks  map[string]bool     // calls that are not
	parted    map[int]bool        // statements, by their pc, that are not parts of those before them
}

func newFindings() *findings {
	return &findings{map[int]*reason.Refusal{}, map[string]listForm{}, map[string]bool{}, map[string]bool{},
		map[int]*readText{}, map[int]*outside{}, map[int]bool{}, map[int]*recursive{}, map[int]bool{}, map[int]bool{}, map[string]bool{}, map[int]bool{}}
}

// nestState is what is known at one point of a nest.
type nestState struct {
	locals []nval
	stack  []nval
	poll   nest.ID   // rounds until the host is looked at
	attrs  []nval    // what attributes hold that are set: see nester.attrs
	call   *nestCall // the inlined call that this is in, or nil
	stored bool      // the statement has stored something that cannot be taken back
	kept   bool      // it has stored something that can be
}

func (s *nestState) clone() nestState {
	return nestState{slices.Clone(s.locals), slices.Clone(s.stack), s.poll, slices.Clone(s.attrs), s.call, s.stored, s.kept}
}

// statement is the one that is being interpreted: a failure leaves at its start.
// Where it has branched its blocks share it.
type statement struct {
	number  int
	pc      int
	state   nestState
	exit    int // -1: not needed so far
	block   int // where it begins, and behind how many instructions
	body    int
	loops   bool     // it has called a function with a loop
	inputs  int      // that were known where it begins
	asked   bool     // it looks which keys a dict or set has
	puts    bool     // it puts a key in by reading it
	waited  []int    // the pc of assignments to locals that hold, or held, expressions
	latest  int      // the pc of the last one that it has gone on with, or 0
	inPlace []string // calls whose functions were interpreted in it
}

// version is a place with the types of its values.
type version struct {
	pc    int
	state nestState
	block int
	stmt  *statement // that goes on there, or nil
}

// way is an exit, to be made an exit of the region when all is known.
type way struct {
	pc     int
	state  nestState
	result *nval // returned, if it returns
}

// nested makes a region of what begins at pc, if there is a loop in it that is understood.
// A statement that is not is left to Python, where it stands in no loop, or only on some
// ways through one. A loop with such a statement on all ways is left as a whole.
// inside: the loop is one of a function that is called.
func (f *Function) nested(pc int, descs []*Desc, resume *Resume, asker Asker, inside bool) (*Region, *reason.Refusal) {
	if resume == nil && !inside && !f.hasLoop(pc) {
		return nil, nil
	}
	known := newFindings()
	for times := 1; ; times++ {
		n := f.newNester(pc, descs, asker, known)
		n.enter(resume)
		if in, s := n.interpret(descs); s != nil {
			return nil, n.at(in.PC, s)
		}
		n.again = n.again || n.noneReturned()
		switch {
		case n.again && times < maxInterpreted:
			continue
		case n.again:
			return nil, n.at(pc, refuse(reason.TooLarge, "a loop that is never known well enough"))
		}
		if n.loops == 0 && !inside || !n.f.Cyclic() && (inside || len(known.left) > 0) {
			return nil, firstOf(known.left)
		}
		r, s := n.region()
		if s != nil {
			return nil, n.at(pc, s)
		}
		r.Refusal = firstOf(known.left)
		return r, nil
	}
}

// maxInterpreted bounds how often a nest is interpreted: each time it knows more of what is left to
// Python, of what its lists hold and of what calls itself.
const maxInterpreted = 200

// hasLoop says that a loop begins at pc or behind it, as deep in others as pc is.
func (f *Function) hasLoop(pc int) bool {
	outside := f.CFG.LoopOf(f.CFG.BlockAt(pc))
	if f.loopOfHeader(pc) >= 0 {
		return true
	}
	return slices.ContainsFunc(f.CFG.Loops, func(l bytecode.Loop) bool { return l.Parent == outside && f.CFG.Blocks[l.Header].PC >= pc })
}

// firstOf is the refusal that stands first in the code. Where a nest ends because another
// region begins is none.
func firstOf(left map[int]*reason.Refusal) *reason.Refusal {
	var first *reason.Refusal
	for _, r := range left {
		if r.Reason != reason.Cut && (first == nil || r.PC < first.PC) {
			first = r
		}
	}
	return first
}

func (f *Function) newNester(pc int, descs []*Desc, asker Asker, known *findings) *nester {
	n := &nester{eval: f.newEval(pc, descs, asker), f: &nest.Func{}, from: pc, findings: known, unreadSlot: -1, fromOutside: newTakenIn(), fromItem: map[nest.ID]bool{}, seen: map[int]bool{},
		versions: map[string]*version{}, counts: map[string]int{}, imports: map[ir.ID]nest.ID{}, importedPairs: map[ir.ID]pair{}, consts: map[string]nest.ID{}, ufuncs: map[string]int{}, lengthsSeen: map[nest.ID]seenLength{}, refound: map[nest.ID]bool{}, handle: map[nest.ID]bool{}}
	n.eval.looping, n.eval.sets = true, known.sets
	n.around = f.CFG.LoopOf(f.CFG.BlockAt(pc))
	if f.loopOfHeader(pc) >= 0 {
		n.around = f.CFG.Loops[n.around].Parent
	}
	n.findAssigned()
	return n
}

// enter has the nest go on with loops that have begun.
func (n *nester) enter(resume *Resume) {
	if resume != nil {
		n.resume, n.around = resume, resume.Around
		n.eval.foreseenExits = true
	}
}

// findAssigned finds the locals that may be assigned: all that is stored into behind the nest's
// first statement.
func (n *nester) findAssigned() {
	n.assigned = map[int]bool{}
	g, first, again := n.code.CFG, n.code.CFG.BlockAt(n.from), false
	note := func(from, end int) {
		for _, in := range n.code.Program.Insts[from:end] {
			n.noteAssigned(&in)
		}
	}
	n.code.walk(first, func(b int) bool {
		again = again || slices.Contains(g.Blocks[b].Succ, first)
		if b != first {
			note(g.Blocks[b].First, g.Blocks[b].End)
		}
		return true
	})
	if from := n.code.at[n.from]; again {
		note(g.Blocks[first].First, g.Blocks[first].End)
	} else {
		note(from, g.Blocks[first].End)
	}
}

func (n *nester) noteAssigned(in *bytecode.Inst) {
	switch in.Op {
	case bytecode.StoreDeref:
		n.shares = true
		fallthrough
	case bytecode.StoreFast, bytecode.DeleteFast, bytecode.LoadFastAndClear:
		n.assigned[in.Arg] = true
	}
}

// interpret goes through the blocks that can be reached. It gives the instruction
// for which nothing is made of all this.
func (n *nester) interpret(descs []*Desc) (*bytecode.Inst, *stop) {
	n.f.NewBlock() // for constants and arguments
	n.begin(n.f.NewBlock(), nestState{locals: n.entryLocals()}, nil)
	n.now.poll = n.f.Add(0, nest.Inst{Op: nest.Rounds, Type: kernel.I64})
	n.f.Blocks[0].Term.Edges = []nest.Edge{{To: 1}}
	if n.resume != nil {
		if s := n.takeOverIterators(descs); s != nil || n.again {
			return &n.code.Program.Insts[n.code.at[n.from]], s
		}
	}
	if in, s := n.through(n.from); s != nil || n.again {
		return in, s
	}
	for len(n.work) > 0 {
		v := n.work[len(n.work)-1]
		n.work = n.work[:len(n.work)-1]
		n.begin(v.block, v.state.clone(), v.stmt)
		if in, s := n.through(v.pc); s != nil || n.again {
			return in, s
		}
	}
	n.linkReturns()
	return nil, nil
}

func (n *nester) entryLocals() []nval {
	locals := make([]nval, len(n.locals))
	for slot, v := range n.locals {
		locals[slot] = knownVal(v)
	}
	return locals
}
