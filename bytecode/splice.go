package bytecode

import (
	"slices"
	"sort"
	"strconv"
)

// Stub is a call of a region callable at a boundary. The callable gets the
// Args and answers None for "not taken", and the original instructions run.
// Any other answer is a taken exit:
//   - Direct: the answer is the function's return value;
//   - one exit: a tuple of exactly its values, or any object if it has none;
//   - several: a tuple of the exit's number, its values and None as padding,
//     all of one length.
//
// The values of an exit are the Stores in order, then the return value, then
// those of Push, then the padding.
type Stub struct {
	PC     int   `json:"pc"`
	Region int   `json:"region"`
	Args   []int `json:"args"` // slots; one that holds a cell is passed as the cell, others must be bound
	// Take is how many iterators on top of the stack the region goes on with: they are
	// passed behind Args, the lowest first, each as what a "taker" makes of it. What
	// lies on the stack is theirs no more at a taken exit, which pushes its own.
	Take   int    `json:"take,omitempty"`
	Direct bool   `json:"direct,omitempty"`
	Exits  []Exit `json:"exits,omitempty"`
}

// Exit is one way out of a taken stub. An exit to the stub's own PC runs the
// original instructions there rather than enter the region again.
type Exit struct {
	Stores     []int `json:"stores,omitempty"`  // slots, in the order of the values
	Deletes    []int `json:"deletes,omitempty"` // slots that are unbound afterwards
	Return     bool  `json:"return,omitempty"`  // return the last value
	ReturnNone bool  `json:"return_none,omitempty"`
	Push       int   `json:"push,omitempty"` // values left on the stack, the first is the top
	// Fill replaces values of Push by what no tuple can hold or need hold.
	Fill   []Fill `json:"fill,omitempty"`
	Target int    `json:"target"`
}

// Fill puts a local or, for Slot -1, NULL in the place of a pushed value: the
// one at At, counted from the top, which is 1.
type Fill struct {
	At   int `json:"at"`
	Slot int `json:"slot"`
}

func (e *Exit) values() int { return len(e.Stores) + one(e.Return) + e.Push }

// width is the length of the tuple a taken stub answers.
func (s *Stub) width() int {
	if len(s.Exits) == 1 {
		return s.Exits[0].values()
	}
	most := 0
	for i := range s.Exits {
		most = max(most, s.Exits[i].values())
	}
	return most + 1
}

// Patch is what code.replace needs, with the constants that go behind the
// original ones. A constant of T "region" stands for the callable number V.
type Patch struct {
	Bytes          Hex     `json:"code"`
	ExceptionTable Hex     `json:"exceptiontable"`
	LineTable      Hex     `json:"linetable"`
	StackSize      int     `json:"stacksize"`
	ExtraConsts    []Const `json:"extra_consts"`
}

// maxExits keeps exit numbers within CPython's cached small integers, which
// the compare chain tests by identity.
const maxExits = 250

// Splice decodes and analyses the code and adds the stubs.
func Splice(code *Code, stubs []Stub) (*Patch, error) {
	p, err := Decode(code)
	if err != nil {
		return nil, err
	}
	g, err := Analyse(p)
	if err != nil {
		return nil, err
	}
	return g.Splice(stubs)
}

// Splice appends the stubs behind the original code, each reached by a jump
// over the instructions at its boundary. Every other instruction, exception
// range and source position keeps its place. The layout is
//
//	original code | moved instructions of each stub | calls and exits of each stub
//
// so that every jump out of a stub goes backwards to a known place.
func (g *CFG) Splice(stubs []Stub) (*Patch, error) {
	s, err := g.newSplicer(stubs)
	if err != nil {
		return nil, err
	}
	for i := range s.stubs {
		s.moveInstructions(&s.stubs[i])
	}
	for i := range s.stubs {
		s.enter(&s.stubs[i])
		s.call(&s.stubs[i])
		s.exits(&s.stubs[i])
		if s.asm.err != nil {
			return nil, s.asm.err
		}
	}
	return s.patch()
}

type splicer struct {
	g      *CFG
	asm    *assembler
	text   []byte     // the original code, overwritten at boundaries
	locs   []Location // one a unit of text
	stubs  []placed
	moved  map[int]int // pc of an overwritten instruction to its new place
	consts []Const
	size   int
}

type placed struct {
	Stub
	end, depth int // of the boundary
	tail       int // where the overwritten instructions went
}

// below is the depth of the stack under the iterators that the region takes.
func (p *placed) below() int { return p.depth - p.Take }

func (g *CFG) newSplicer(stubs []Stub) (*splicer, error) {
	code := g.Prog.Code
	locs, err := parseLocations(code)
	if err != nil {
		return nil, err
	}
	s := &splicer{g: g, locs: locs, moved: map[int]int{}, size: code.StackSize}
	s.text = append([]byte(nil), code.Bytes...)
	s.asm = &assembler{ver: g.Prog.ver, base: len(s.text)}
	return s, s.place(stubs)
}

// place checks every stub against its boundary and its neighbour.
func (s *splicer) place(stubs []Stub) error {
	at := map[int]Boundary{}
	for _, b := range s.g.Boundaries() {
		at[b.PC] = b
	}
	for i := range stubs {
		b, ok := at[stubs[i].PC]
		if !ok {
			return refuse(NotABoundary, stubs[i].PC, "no stub can be placed here")
		}
		p := placed{Stub: stubs[i], end: b.End, depth: b.Depth}
		if err := s.checkStub(&p); err != nil {
			return err
		}
		s.stubs = append(s.stubs, p)
	}
	sort.SliceStable(s.stubs, func(i, j int) bool { return s.stubs[i].PC < s.stubs[j].PC })
	for i := 1; i < len(s.stubs); i++ {
		if s.stubs[i].PC < s.stubs[i-1].end {
			return refuse(BadStub, s.stubs[i].PC, "overlaps the stub at pc %d", s.stubs[i-1].PC)
		}
	}
	return nil
}

func (s *splicer) checkStub(p *placed) error {
	switch {
	case p.Take < 0 || p.Take > p.depth:
		return refuse(BadStub, p.PC, "takes %d of %d values", p.Take, p.depth)
	case p.below() < s.handled(p.PC):
		return refuse(BadStub, p.PC, "takes what a handler wants")
	case p.Direct && (p.depth != 0 || len(p.Exits) != 0):
		return refuse(BadStub, p.PC, "a direct return needs an empty stack and no exits")
	case !p.Direct && (len(p.Exits) == 0 || len(p.Exits) > maxExits):
		return refuse(BadStub, p.PC, "%d exits", len(p.Exits))
	case !s.slots(p.Args):
		return refuse(BadStub, p.PC, "argument slot out of range")
	}
	for _, slot := range p.Args {
		if !s.g.boxed.Has(slot) && s.g.MaybeUnbound(p.PC).Has(slot) {
			return refuse(BadStub, p.PC, "argument slot %d may be unbound", slot)
		}
	}
	for i := range p.Exits {
		if err := s.checkExit(p, &p.Exits[i]); err != nil {
			return err
		}
	}
	return nil
}

// handled is how much of the stack the handler active at pc finds on it.
func (s *splicer) handled(pc int) int {
	if h := s.g.Prog.Handler(pc); h != nil {
		return h.Depth
	}
	return 0
}

func (s *splicer) slots(slots []int) bool {
	for _, slot := range slots {
		if slot < 0 || slot >= s.g.Prog.Code.NLocalsPlus() {
			return false
		}
	}
	return true
}

func (s *splicer) checkExit(p *placed, e *Exit) error {
	returns := e.Return || e.ReturnNone
	switch {
	case !s.slots(e.Stores) || !s.slots(e.Deletes):
		return refuse(BadStub, p.PC, "exit slot out of range")
	case returns && (p.below() != 0 || e.Push != 0 || e.Return && e.ReturnNone):
		return refuse(BadStub, p.PC, "a return needs an empty stack")
	case returns:
		return nil
	case e.Push < 0 || s.g.Prog.rawAt(e.Target) <= s.g.firstResume():
		return refuse(BadStub, p.PC, "exit to pc %d", e.Target)
	}
	depth := s.g.DepthAt(e.Target)
	if depth < 0 || depth > p.below()+e.Push || e.Push > 0 && depth != p.below()+e.Push {
		return refuse(BadStub, p.PC, "exit to pc %d with stack depth %d from depth %d", e.Target, depth, p.below())
	}
	for _, f := range e.Fill {
		if f.At < 1 || f.At > e.Push || f.Slot >= 0 && !s.bound(p, e, f.Slot) {
			return refuse(BadStub, p.PC, "fills place %d of %d with slot %d", f.At, e.Push, f.Slot)
		}
	}
	if slot := s.missing(p, e); slot >= 0 {
		return refuse(BadStub, p.PC, "exit to pc %d leaves slot %d unbound", e.Target, slot)
	}
	return nil
}

// bound says that a local is certainly bound at an exit that does not change it.
func (s *splicer) bound(p *placed, e *Exit, slot int) bool {
	kept := !slices.Contains(e.Stores, slot) && !slices.Contains(e.Deletes, slot)
	return kept && s.slots([]int{slot}) && !s.g.boxed.Has(slot) && !s.g.MaybeUnbound(p.PC).Has(slot)
}

// missing finds a slot that the code at the target reads without a check,
// because it is bound there on every original path, but that the exit does
// not bind. From 3.12 on CPython would crash.
func (s *splicer) missing(p *placed, e *Exit) int {
	unbound, live := s.g.MaybeUnbound(p.PC).Clone(), s.g.LiveIn(p.PC)
	for slot := range s.g.Prog.Code.NLocalsPlus() {
		if !live.Has(slot) {
			unbound.Add(slot) // another stub may have emptied it
		}
	}
	for _, slot := range e.Stores {
		unbound.Remove(slot)
	}
	for _, slot := range e.Deletes {
		unbound.Add(slot)
	}
	for _, slot := range s.g.LiveIn(e.Target).Slots() {
		if unbound.Has(slot) && !s.g.MaybeUnbound(e.Target).Has(slot) && !s.g.boxed.Has(slot) {
			return slot
		}
	}
	return -1
}

// moveInstructions copies the instructions under the boundary, each with its
// own position and handler, and jumps back behind them.
func (s *splicer) moveInstructions(p *placed) {
	prog := s.g.Prog
	p.tail = s.asm.pc()
	ended := false
	for i := prog.rawAt(p.PC); i < len(prog.raw) && prog.raw[i].pc < p.end; i++ {
		s.moved[prog.raw[i].pc] = s.asm.pc()
		ended = s.repeat(i)
	}
	if !ended {
		s.asm.jumpBack(p.end)
	}
}

// repeat copies one instruction to this place and says whether nothing runs
// on behind it.
func (s *splicer) repeat(raw int) (ended bool) {
	prog := s.g.Prog
	r, last := prog.raw[raw], s.g.lastOf(raw)
	s.asm.cover = prog.Handler(r.pc)
	s.asm.loc = locationOf(&prog.Insts[prog.first[raw]])
	if last.Op.Jumps() {
		s.moveBranch(last)
		return false
	}
	for pc := r.pc; pc < r.end; pc += 2 {
		s.asm.unit(prog.Code.Bytes[pc], int(prog.Code.Bytes[pc+1]))
	}
	return last.Op.Ends()
}

// moveBranch writes a conditional jump as a jump over one that goes back to
// its target. A target that starts a stub, even this one, enters it.
func (s *splicer) moveBranch(in *Inst) {
	opposite := map[Op]string{
		PopJumpIfTrue: "IF_FALSE", PopJumpIfFalse: "IF_TRUE",
		PopJumpIfNone: "IF_NOT_NONE", PopJumpIfNotNone: "IF_NONE",
	}[in.Op]
	past := s.asm.jumpAhead(s.named("POP_JUMP_"+opposite, "POP_JUMP_FORWARD_"+opposite))
	s.asm.jumpBack(in.Target)
	s.asm.land(past)
}

func locationOf(in *Inst) Location { return Location{in.Line, in.EndLine, in.Col, in.EndCol} }

// enter overwrites the boundary with a jump to this place and sets line and
// handler of what follows.
func (s *splicer) enter(p *placed) {
	prog, v := s.g.Prog, s.asm.ver
	distance := (s.asm.pc() - p.PC - patchBytes) / 2
	if distance > 0xffff {
		s.asm.err = refuse(TooFar, p.PC, "the stub is %d units away", distance)
	}
	nop, _ := v.opcode("NOP")
	ext, _ := v.opcode("EXTENDED_ARG")
	jump, _ := v.opcode("JUMP_FORWARD")
	in := &prog.Insts[prog.At(p.PC)]
	s.asm.loc = Location{in.Line, in.Line, -1, -1}
	copy(s.text[p.PC:], []byte{ext, byte(distance >> 8), jump, byte(distance)})
	for pc := p.PC + patchBytes; pc < p.end; pc += 2 {
		s.text[pc], s.text[pc+1] = nop, 0
	}
	// A moved instruction that starts a line must not start it here as well.
	for pc := p.PC; pc < p.end; pc += 2 {
		s.locs[pc/2] = locationOf(in)
	}
	s.asm.cover = prog.Handler(p.PC)
}

// call leaves the region's answer on the stack, or goes to the moved
// instructions when it is None.
func (s *splicer) call(p *placed) {
	a, n := s.asm, len(p.Args)+p.Take
	s.callee(Const{T: "region", V: strconv.Itoa(p.Region)})
	for _, slot := range p.Args {
		s.load(slot)
	}
	for i := range p.Take {
		s.callee(Const{T: "taker"})
		a.op("COPY", p.Take-i+2+len(p.Args)+i+2)
		s.callWith(1)
	}
	s.callWith(n)
	a.op("COPY", 1)
	taken := a.jumpAhead(s.named("POP_JUMP_IF_NOT_NONE", "POP_JUMP_FORWARD_IF_NOT_NONE"))
	a.op("POP_TOP", 0)
	s.notTaken(p)
	a.land(taken)
	s.size = max(s.size, p.depth+n+5)
}

// callee pushes what is called.
func (s *splicer) callee(c Const) {
	number := s.constant(c)
	if s.asm.ver.nullFirst {
		s.asm.op("PUSH_NULL", 0)
	}
	s.asm.op("LOAD_CONST", number)
	if !s.asm.ver.nullFirst {
		s.asm.op("PUSH_NULL", 0)
	}
}

func (s *splicer) callWith(arguments int) {
	if _, ok := s.asm.ver.opcode("PRECALL"); ok {
		s.asm.op("PRECALL", arguments)
	}
	s.asm.op("CALL", arguments)
}

// named picks the spelling this version has.
func (s *splicer) named(name, older string) string {
	if _, ok := s.asm.ver.opcode(name); ok {
		return name
	}
	return older
}

func (s *splicer) load(slot int) {
	if s.g.boxed.Has(slot) {
		s.asm.op(s.named("LOAD_CLOSURE", "LOAD_FAST"), slot)
		return
	}
	s.asm.op("LOAD_FAST", slot)
}

func (s *splicer) slotOp(plain, boxed string, slot int) {
	if s.g.boxed.Has(slot) {
		plain = boxed
	}
	s.asm.op(plain, slot)
}

// constant answers the index of an appended constant, sharing equal ones.
func (s *splicer) constant(c Const) int {
	base := len(s.g.Prog.Code.Consts)
	for i, d := range s.consts {
		if c.T == d.T && c.V == d.V {
			return base + i
		}
	}
	s.consts = append(s.consts, c)
	return base + len(s.consts) - 1
}

func (s *splicer) patch() (*Patch, error) {
	code, a := s.g.Prog.Code, s.asm
	if a.err != nil {
		return nil, a.err
	}
	out := &Patch{Bytes: append(s.text, a.text...), StackSize: s.size, ExtraConsts: s.consts}
	out.LineTable = encodeLocations(code.FirstLineNo, append(s.locs, a.locs...))
	out.ExceptionTable = append(Hex(nil), code.ExceptionTable...)
	for _, e := range a.exc {
		out.ExceptionTable = appendException(out.ExceptionTable, e)
	}
	return out, nil
}
