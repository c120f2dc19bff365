package bytecode

// Boundary is a pc where a stub can be spliced in.
type Boundary struct {
	PC             int  `json:"pc"`
	End            int  `json:"end"` // end of the instructions the jump overwrites; the next stub starts here or later
	Depth          int  `json:"depth"`
	Line           int  `json:"line"`
	StatementStart bool `json:"statement_start"`
}

// patchBytes is the size of EXTENDED_ARG and JUMP_FORWARD.
const patchBytes = 4

// Boundaries lists the places for stubs in order of pc. They lie behind the
// first RESUME, on paths reached without an exception, and where two code
// units can be overwritten by a jump.
func (g *CFG) Boundaries() []Boundary {
	out := []Boundary{}
	targets := g.targets()
	for i := g.firstResume() + 1; i < len(g.Prog.raw); i++ {
		if end, ok := g.patchable(i, targets); ok {
			out = append(out, g.boundary(i, end))
		}
	}
	return out
}

func (g *CFG) boundary(raw, end int) Boundary {
	first := g.Prog.first[raw]
	in := &g.Prog.Insts[first]
	return Boundary{in.PC, end, len(g.frames[first].stack), in.Line, g.statementStart(raw)}
}

// firstResume is the raw instruction that ends the prologue. Before it a
// frame is not visible to tracebacks, and a generator is not yet made.
func (g *CFG) firstResume() int {
	for i, first := range g.Prog.first {
		if g.Prog.Insts[first].Op == Resume {
			return i
		}
	}
	return len(g.Prog.raw)
}

// targets marks the raw instructions that something jumps to.
func (g *CFG) targets() []bool {
	p := g.Prog
	marks := make([]bool, len(p.raw))
	for i := range p.Insts {
		if t := p.Insts[i].Target; t >= 0 {
			marks[p.rawAt(t)] = true
		}
	}
	for _, e := range p.Exc {
		marks[p.rawAt(e.Target)] = true
	}
	return marks
}

// patchable finds where the instructions end that a jump at raw overwrites.
func (g *CFG) patchable(raw int, targets []bool) (end int, ok bool) {
	p := g.Prog
	start := p.raw[raw].pc
	if first := p.first[raw]; !g.frames[first].known || g.HandlerOnly(g.blockOf[first]) {
		return 0, false
	}
	for i := raw; i < len(p.raw); i++ {
		if i > raw && targets[i] || !g.movable(i) {
			return 0, false
		}
		if end = p.raw[i].end; end-start >= patchBytes {
			return end, true
		}
		if last := g.lastOf(i).Op; last.Ends() || last.Jumps() {
			return 0, false
		}
	}
	return 0, false
}

func (g *CFG) lastOf(raw int) *Inst {
	p := g.Prog
	if raw+1 < len(p.first) {
		return &p.Insts[p.first[raw+1]-1]
	}
	return &p.Insts[len(p.Insts)-1]
}

func (g *CFG) movable(raw int) bool {
	p := g.Prog
	for i := p.first[raw]; i < len(p.Insts) && p.Insts[i].PC == p.raw[raw].pc; i++ {
		if opTable[p.Insts[i].Op].flags&stays != 0 {
			return false
		}
	}
	return true
}

// statementStart: nothing but iterators and exits of with blocks lies on the
// stack, and the instruction begins a line or follows the end of a statement.
func (g *CFG) statementStart(raw int) bool {
	first := g.Prog.first[raw]
	for _, t := range g.frames[first].stack {
		if t == value || t == saved {
			return false
		}
	}
	in, before := &g.Prog.Insts[first], g.lastOf(raw-1)
	return in.Line > 0 && (in.Line != before.Line || g.endsStatement(raw-1))
}

func (g *CFG) endsStatement(raw int) bool {
	switch g.lastOf(raw).Op {
	case StoreFast, StoreDeref, StoreName, StoreGlobal, StoreAttr, StoreSubscr, StoreSlice,
		DeleteFast, DeleteDeref, DeleteName, DeleteGlobal, DeleteAttr, DeleteSubscr, Resume, Nop:
		return true
	case PopTop:
		// Behind a conditional jump it drops the left side of and, or.
		return raw > 0 && !g.lastOf(raw-1).Op.Jumps()
	}
	return false
}
