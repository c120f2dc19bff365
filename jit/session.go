package jit

import (
	"encoding/json"
	"slices"
	"sync"

	"slipstream/bytecode"
	"slipstream/jit/front"
	"slipstream/jit/reason"
)

// session is what the compiler knows of one function of the host: its code
// and the regions cut from it so far.
type session struct {
	mu      sync.Mutex
	fn      *front.Function
	regions []*region
	spliced bool // the first code with stubs was written
}

// maxVersions is how many entries for different types a region may have;
// maxRegions bounds the stubs of one function.
const (
	maxVersions = 8
	maxFailures = 4 // so often nothing could be compiled at a place
	maxRegions  = 32
	maxLoops    = 8 // whose stubs stand in the first code
)

// region is a place where compiled code can be entered.
type region struct {
	id      int
	pc      int
	exits   []front.Exit // in the order of the stub's exit numbers
	direct  bool
	entries []entry
	// generation counts changes of the calling convention: the callable of an
	// older one stays with the code it was spliced into.
	generation int
	failures   int
	given      bool  // given up: no stub (the first one stays, to count calls)
	starts     []int // where it can be cut
	behind     []int // where it must be cut for what locals held to be freed in time
	// resume tells how it enters a loop that has begun, or is nil.
	resume *front.Resume
	wanted bool // one that enters none is wanted at the same place
}

// entry is one compiled version of a region.
type entry struct {
	image   func(direct bool) ([]byte, error)
	exitMap []int
	host    []front.HostSpec
	loops   []loopSpec
}

type loopSpec struct {
	Host int      `json:"host"`
	Sig  []string `json:"sig"`
}

func openSession(text json.RawMessage) (*session, *reason.Refusal) {
	code, err := bytecode.ParseCode(text)
	if err != nil {
		return nil, refusalOf(err)
	}
	if code.IsGenerator() {
		return nil, &reason.Refusal{Reason: reason.Generator, Detail: "generators and coroutines run in Python", Line: code.FirstLineNo}
	}
	if name := front.LooksAtFrame(code); name != "" {
		return nil, &reason.Refusal{Reason: reason.FrameAccess, Detail: name + " can see all variables", Line: code.FirstLineNo}
	}
	fn, err := front.NewFunction(code)
	if err != nil {
		return nil, refusalOf(err)
	}
	pc := fn.FirstPC()
	if pc < 0 {
		return nil, &reason.Refusal{Reason: reason.CodeShape, Detail: "no statement where compiled code could be entered"}
	}
	s := &session{fn: fn}
	s.regionAt(pc)
	return s, nil
}

// regionAt finds or adds the region at pc.
func (s *session) regionAt(pc int) *region {
	for _, r := range s.regions {
		if r.pc == pc {
			return r
		}
	}
	r := &region{id: len(s.regions), pc: pc}
	s.regions = append(s.regions, r)
	return r
}

// probe adds regions without entries, so that the values seen there start
// them. It says whether any is new.
func (s *session) probe(pcs []int) bool {
	added := false
	for _, pc := range pcs {
		if r := s.enteredAt(pc); r != nil {
			r.wanted = true
			added = r.given && r.turn() || added
		}
		if len(s.regions) >= maxRegions || s.taken(pc) {
			continue
		}
		if p, ok := s.fn.Begins(pc); ok {
			s.enter([]front.Resume{p})
			added = true
			continue
		}
		s.regionAt(pc)
		added = true
	}
	return added
}

// enteredAt is the region at pc if it goes on with a loop there.
func (s *session) enteredAt(pc int) *region {
	for _, r := range s.regions {
		if r.pc == pc && r.inside() {
			return r
		}
	}
	return nil
}

// inside says that the region is entered where rounds of a loop begin.
func (r *region) inside() bool { return r.resume != nil && !r.resume.Begins }

// turn makes it one that begins with its statement, like others.
func (r *region) turn() bool {
	r.resume, r.entries, r.exits, r.given, r.failures = nil, nil, nil, false, 0
	r.generation++
	return true
}

// enter adds regions that go on with loops, with all the exits that they may have.
func (s *session) enter(places []front.Resume) {
	for _, p := range places {
		if len(s.regions) >= maxRegions || s.taken(p.PC) {
			continue
		}
		r := s.regionAt(p.PC)
		r.resume, r.exits = &p, slices.Clone(p.Exits)
	}
}

// loops adds regions for all loops where the code is written for the first time: a call that
// runs it may be the only one.
func (s *session) loops() {
	if s.spliced || len(s.fn.CFG.Loops) > maxLoops {
		return
	}
	s.enter(s.fn.LoopStarts())
	s.enter(s.fn.Rounds())
}

// taken says that a region at pc would stand in another's way.
func (s *session) taken(pc int) bool {
	return slices.ContainsFunc(s.regions, func(r *region) bool { return s.fn.Overlap(r.pc, pc) })
}

// exitNumber finds or adds an exit of the region.
func (r *region) exitNumber(x front.Exit) (n int, added bool) {
	for i, y := range r.exits {
		if sameExit(x, y) {
			return i, false
		}
	}
	r.exits = append(r.exits, x)
	return len(r.exits) - 1, true
}

func sameExit(x, y front.Exit) bool {
	return x.PC == y.PC && x.Return == y.Return && x.None == y.None &&
		slices.Equal(x.Stores, y.Stores) && slices.Equal(x.Deletes, y.Deletes) && slices.Equal(x.Push, y.Push)
}

// accept takes a compiled version in and says whether the stub changes.
func (r *region) accept(exits []front.Exit, direct bool) (exitMap []int, changed bool) {
	before := len(r.exits)
	for _, x := range exits {
		n, added := r.exitNumber(x)
		exitMap = append(exitMap, n)
		changed = changed || added
	}
	direct = direct && r.resume == nil && len(r.exits) == 1 && (before == 0 || r.direct)
	changed = changed || direct != r.direct
	r.direct = direct
	if changed {
		r.generation++
	}
	return exitMap, changed
}

// stub tells the host how a region's callable is called.
type stub struct {
	Region     int   `json:"region"`
	PC         int   `json:"pc"`
	Line       int   `json:"line"`
	Args       []int `json:"args"`
	Exits      int   `json:"exits"`
	Width      int   `json:"width"`
	Direct     bool  `json:"direct"`
	Generation int   `json:"generation"`
	Inside     bool  `json:"inside"`   // entered where rounds of loops begin
	Foreseen   bool  `json:"foreseen"` // with all exits: a call under way can use what is compiled
}

func (s *session) stubOf(r *region) stub {
	b := s.bytecodeStub(r)
	return stub{Region: r.id, PC: r.pc, Line: s.line(r.pc), Args: b.Args, Exits: max(1, len(r.exits)), Width: width(r.exits), Direct: r.direct,
		Generation: r.generation, Inside: r.inside(), Foreseen: r.resume != nil}
}

func (s *session) line(pc int) int {
	if i := s.fn.Program.At(pc); i >= 0 {
		return s.fn.Program.Insts[i].Line
	}
	return 0
}

func width(exits []front.Exit) int {
	most := 0
	for _, x := range exits {
		n := len(x.Stores) + len(x.Push)
		if x.Return && !x.None {
			n++
		}
		most = max(most, n)
	}
	return most
}

func (s *session) bytecodeStub(r *region) bytecode.Stub {
	b := bytecode.Stub{PC: r.pc, Region: r.id, Args: s.fn.ArgsAt(r.pc), Direct: r.direct}
	if b.Args == nil {
		b.Args = []int{}
	}
	if r.resume != nil {
		b.Take = r.resume.Take
	}
	for _, x := range r.exits {
		e := bytecode.Exit{Stores: x.Stores, Deletes: x.Deletes, Push: len(x.Push), Target: x.PC}
		for i, how := range x.Push {
			if how != front.PushedValue {
				e.Fill = append(e.Fill, bytecode.Fill{At: i + 1, Slot: max(int(how), -1)})
			}
		}
		e.Return, e.ReturnNone = x.Return && !x.None, x.Return && x.None
		b.Exits = append(b.Exits, e)
	}
	if len(b.Exits) == 0 {
		b.Exits = []bytecode.Exit{{Target: r.pc}}
	}
	if r.direct {
		b.Exits = nil
	}
	return b
}

// counted writes it with a stub at a place, that of a region with a number if there is none: with those of all
// other regions, or with none else.
func (s *session) counted(pc, number int, all bool) (*bytecode.Patch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counter := bytecode.Stub{PC: pc, Region: number, Args: []int{}, Exits: []bytecode.Exit{{Target: pc}}}
	var stubs []bytecode.Stub
	for _, r := range s.regions {
		switch {
		case !r.given && r.pc == pc:
			counter = s.bytecodeStub(r)
		case !r.given && all:
			stubs = append(stubs, s.bytecodeStub(r))
		}
	}
	return s.fn.CFG.Splice(append(stubs, counter))
}

// splice writes the function's code with the stubs of all living regions.
func (s *session) splice() (*bytecode.Patch, error) {
	var stubs []bytecode.Stub
	for _, r := range s.regions {
		if !r.given {
			stubs = append(stubs, s.bytecodeStub(r))
		}
	}
	return s.fn.CFG.Splice(stubs)
}
