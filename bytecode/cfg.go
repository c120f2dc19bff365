package bytecode

// Block is a basic block: a run of Insts entered only at its first one.
// A block lies wholly inside or outside each exception range.
type Block struct {
	ID         int
	First, End int   // half-open range in Program.Insts
	PC         int   // pc of the first instruction
	Succ       []int // normal successors; the fall-through, if any, is first
	Exc        int   // block of the exception handler, -1 for none
	Pred       []int // all predecessors, also by exception edges
}

// CFG is what the analyses know of a Program. It is frozen after Analyse.
type CFG struct {
	Prog   *Program
	Blocks []Block
	Loops  []Loop

	blockOf []int // by index in Insts
	order   []int // reachable blocks in reverse post-order
	place   []int // position in order, -1 for unreachable
	idom    []int
	frames  []frame // before each instruction
	live    []Set   // before each instruction
	cold    Set     // blocks
	normal  Set     // blocks reachable without an exception
	boxed   Set     // slots that hold cells
	loopOf  []int   // innermost loop of a block, -1 for none
}

// Analyse finds blocks, dominators, loops, stack depths, bound and live
// locals. It fails only for code no compiler emits, such as a stack that
// underflows or that is entered with different depths.
func Analyse(p *Program) (*CFG, error) {
	g := &CFG{Prog: p, boxed: boxedSlots(p.Code)}
	g.split()
	if err := g.connect(); err != nil {
		return nil, err
	}
	g.number()
	if err := g.flow(); err != nil {
		return nil, err
	}
	g.dominate()
	g.findLoops()
	g.liveness()
	g.findCold()
	return g, nil
}

// leaders marks the instructions that start a block.
func (g *CFG) leaders() []bool {
	p := g.Prog
	lead := make([]bool, len(p.Insts)+1)
	mark := func(pc int) {
		if i := p.At(pc); i >= 0 {
			lead[i] = true
		}
	}
	lead[0] = true
	for i := range p.Insts {
		in := &p.Insts[i]
		if in.Target >= 0 {
			mark(in.Target)
		}
		if in.Op.Jumps() || in.Op.Ends() {
			lead[i+1] = true
		}
	}
	for _, e := range p.Exc {
		mark(e.Start)
		mark(e.End)
		mark(e.Target)
	}
	return lead
}

func (g *CFG) split() {
	lead, n := g.leaders(), len(g.Prog.Insts)
	g.blockOf = make([]int, n)
	for i := 0; i < n; i++ {
		if lead[i] {
			g.Blocks = append(g.Blocks, Block{ID: len(g.Blocks), First: i, PC: g.Prog.Insts[i].PC, Exc: -1})
		}
		b := len(g.Blocks) - 1
		g.blockOf[i] = b
		g.Blocks[b].End = i + 1
	}
}

func (g *CFG) connect() error {
	p := g.Prog
	for b := range g.Blocks {
		blk := &g.Blocks[b]
		last := &p.Insts[blk.End-1]
		if !last.Op.Ends() {
			if blk.End == len(p.Insts) {
				return refuse(MalformedCode, last.PC, "control runs off the end")
			}
			blk.Succ = append(blk.Succ, b+1)
		}
		if last.Target >= 0 {
			blk.Succ = append(blk.Succ, g.blockOf[p.At(last.Target)])
		}
		if e := p.Handler(blk.PC); e != nil {
			blk.Exc = g.blockOf[p.At(e.Target)]
		}
	}
	return nil
}

// flowTo lists the blocks control can go to, the handler last.
func (g *CFG) flowTo(b int) []int {
	blk := &g.Blocks[b]
	if blk.Exc < 0 {
		return blk.Succ
	}
	return append(append([]int(nil), blk.Succ...), blk.Exc)
}

// number computes reverse post-order and the predecessors of reachable blocks.
func (g *CFG) number() {
	g.order, g.place = g.walk(g.flowTo)
	for _, b := range g.order {
		for _, s := range g.flowTo(b) {
			g.Blocks[s].Pred = append(g.Blocks[s].Pred, b)
		}
	}
	g.normal = NewSet(len(g.Blocks))
	reached, _ := g.walk(func(b int) []int { return g.Blocks[b].Succ })
	for _, b := range reached {
		g.normal.Add(b)
	}
}

// walk answers the blocks reachable over next in reverse post-order. It keeps
// its own stack: generated code can have very long chains of blocks.
func (g *CFG) walk(next func(int) []int) (order, place []int) {
	type visit struct{ block, edge int }
	place = make([]int, len(g.Blocks))
	for i := range place {
		place[i] = -1
	}
	place[0] = 0
	for stack := []visit{{}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if to := next(top.block); top.edge < len(to) {
			s := to[top.edge]
			top.edge++
			if place[s] < 0 {
				place[s] = 0
				stack = append(stack, visit{block: s})
			}
			continue
		}
		order = append(order, top.block)
		stack = stack[:len(stack)-1]
	}
	for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
		order[i], order[j] = order[j], order[i]
	}
	for i, b := range order {
		place[b] = i
	}
	return order, place
}

// Reachable reports whether control can enter the block at all.
func (g *CFG) Reachable(block int) bool { return g.place[block] >= 0 }

// Order lists the reachable blocks in reverse post-order.
func (g *CFG) Order() []int { return g.order }

// BlockAt is the block that holds the instruction at pc, or -1.
func (g *CFG) BlockAt(pc int) int {
	if i := g.Prog.At(pc); i >= 0 {
		return g.blockOf[i]
	}
	return -1
}

// HandlerOnly reports whether the block is entered only because something raised.
func (g *CFG) HandlerOnly(block int) bool { return g.Reachable(block) && !g.normal.Has(block) }

// Cold reports whether every path from the block must end in a raise.
func (g *CFG) Cold(block int) bool { return g.cold.Has(block) }

// findCold is a least fixed point, so an endless loop is not cold.
func (g *CFG) findCold() {
	g.cold = NewSet(len(g.Blocks))
	for changed := true; changed; {
		changed = false
		for i := len(g.order) - 1; i >= 0; i-- {
			if b := g.order[i]; !g.cold.Has(b) && g.mustRaise(b) {
				g.cold.Add(b)
				changed = true
			}
		}
	}
}

func (g *CFG) mustRaise(b int) bool {
	blk := &g.Blocks[b]
	switch op := g.Prog.Insts[blk.End-1].Op; {
	case op == RaiseVarargs || op == Reraise:
		return true
	case op == ReturnValue:
		return false
	}
	for _, s := range blk.Succ {
		if !g.cold.Has(s) {
			return false
		}
	}
	return true
}
