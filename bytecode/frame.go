package bytecode

// item says what the analyses must know of one stack entry.
type item uint8

const (
	value    item = iota
	iterator      // kept below a loop's body
	exitFunc      // kept below a with's body
	saved         // may be NULL: the old content of a comprehension's variable
)

// frame is what is known before an instruction on every path to it.
type frame struct {
	known   bool
	stack   []item
	unbound Set // slots that may hold nothing
	bound   Set // slots that may hold something
}

func (f *frame) clone() frame {
	return frame{true, append([]item(nil), f.stack...), f.unbound.Clone(), f.bound.Clone()}
}

// merge joins another path; it fails when the depths differ.
func (f *frame) merge(o *frame) (grew, ok bool) {
	if !f.known {
		*f = o.clone()
		return true, true
	}
	if len(f.stack) != len(o.stack) {
		return false, false
	}
	for i, t := range o.stack {
		if f.stack[i] != t {
			joined := joinItem(f.stack[i], t)
			grew = grew || joined != f.stack[i]
			f.stack[i] = joined
		}
	}
	grew = f.unbound.Union(o.unbound) || grew
	return f.bound.Union(o.bound) || grew, true
}

// joinItem: an entry that may be NULL on one path may be NULL.
func joinItem(a, b item) item {
	if a == saved || b == saved {
		return saved
	}
	return value
}

// flow runs the frames to a fixed point.
func (g *CFG) flow() error {
	g.frames = make([]frame, len(g.Prog.Insts))
	entry := g.entryFrame()
	g.frames[0].merge(&entry)
	for changed := true; changed; {
		changed = false
		for _, b := range g.order {
			grew, err := g.flowBlock(b)
			if err != nil {
				return err
			}
			changed = changed || grew
		}
	}
	// A comprehension that restores a cell looks like a store to a plain local.
	for i := range g.frames {
		if g.frames[i].known {
			g.frames[i].unbound.Union(g.boxed)
			g.frames[i].bound.Union(g.boxed)
		}
	}
	return nil
}

func (g *CFG) entryFrame() frame {
	slots := g.Prog.Code.LocalsPlus()
	f := frame{known: true, unbound: NewSet(len(slots)), bound: NewSet(len(slots))}
	for i, info := range slots {
		if info.IsArg {
			f.bound.Add(i)
		} else {
			f.unbound.Add(i)
		}
	}
	return f
}

func (g *CFG) flowBlock(b int) (bool, error) {
	blk := &g.Blocks[b]
	if !g.frames[blk.First].known {
		return false, nil
	}
	f, grew := g.frames[blk.First].clone(), false
	for i := blk.First; i < blk.End; i++ {
		in := &g.Prog.Insts[i]
		changed, ok := g.frames[i].merge(&f)
		if !ok {
			return false, refuse(MalformedCode, in.PC, "the stack has two depths")
		}
		grew = grew || changed
		if err := g.flowRaise(blk, in, &f, &grew); err != nil {
			return false, err
		}
		if in.Target >= 0 {
			if err := g.flowJump(in, &f, &grew); err != nil {
				return false, err
			}
		}
		if !f.step(in, false) {
			return false, refuse(MalformedCode, in.PC, "the stack underflows")
		}
		if len(f.stack) > g.Prog.Code.StackSize+spare {
			return false, refuse(MalformedCode, in.PC, "the stack overflows")
		}
	}
	if g.Prog.Insts[blk.End-1].Op.Ends() {
		return grew, nil
	}
	return grew, g.join(blk.End, &f, &grew)
}

// flowRaise sends the frame before the instruction to the handler.
func (g *CFG) flowRaise(blk *Block, in *Inst, f *frame, grew *bool) error {
	if blk.Exc < 0 {
		return nil
	}
	e := g.Prog.Handler(in.PC)
	if e == nil || e.Depth > len(f.stack) {
		return refuse(MalformedCode, in.PC, "a handler wants a deeper stack")
	}
	h := f.clone()
	h.stack = h.stack[:e.Depth]
	h.push(1 + one(e.Lasti))
	return g.join(g.Blocks[blk.Exc].First, &h, grew)
}

func (g *CFG) flowJump(in *Inst, f *frame, grew *bool) error {
	t := f.clone()
	if !t.step(in, true) {
		return refuse(MalformedCode, in.PC, "the stack underflows")
	}
	return g.join(g.Prog.At(in.Target), &t, grew)
}

func (g *CFG) join(at int, f *frame, grew *bool) error {
	changed, ok := g.frames[at].merge(f)
	if !ok {
		return refuse(MalformedCode, g.Prog.Insts[at].PC, "the stack has two depths")
	}
	*grew = *grew || changed
	return nil
}

func (f *frame) push(n int) {
	for range n {
		f.stack = append(f.stack, value)
	}
}

// spare is for canonical pairs of one raw instruction: the value between
// them never lies on CPython's own stack.
const spare = 2

// maxEffect bounds what damaged code can push before its depth is checked.
const maxEffect = 1 << 16

// step applies one instruction; false means the stack underflows.
func (f *frame) step(in *Inst, jump bool) bool {
	top := value
	n := len(f.stack)
	if n > 0 {
		top = f.stack[n-1]
	}
	effect := in.StackEffect(jump)
	if n+effect < 0 || effect > maxEffect {
		return false
	}
	f.bind(in, top)
	if effect < 0 {
		f.stack = f.stack[:n+effect]
	}
	f.push(effect)
	return f.mark(in)
}

// bind follows which slots hold something. Reading a slot proves it does.
func (f *frame) bind(in *Inst, top item) {
	switch in.Op {
	case DeleteFast, LoadFastAndClear:
		f.unbound.Add(in.Arg)
		f.bound.Remove(in.Arg)
	case LoadFast:
		f.unbound.Remove(in.Arg)
		f.bound.Add(in.Arg)
	case StoreFast:
		f.unbound.Remove(in.Arg)
		f.bound.Add(in.Arg)
		if top == saved {
			f.unbound.Add(in.Arg)
		}
	}
}

// mark sets the kind of the entries the instruction left on top.
func (f *frame) mark(in *Inst) bool {
	n := len(f.stack)
	switch in.Op {
	case Copy, Swap:
		return f.shuffle(in)
	case LoadFastAndClear:
		f.stack[n-1] = saved
	case GetIter, GetAIter:
		if n == 0 {
			return false
		}
		f.stack[n-1] = iterator
	case BeforeWith, BeforeAsyncWith:
		if n < 2 {
			return false
		}
		f.stack[n-2] = exitFunc
	}
	return true
}

func (f *frame) shuffle(in *Inst) bool {
	n, k := len(f.stack), in.Arg
	if in.Op == Copy {
		k++
	}
	if in.Arg < 1 || k > n {
		return false
	}
	if in.Op == Copy {
		f.stack[n-1] = f.stack[n-k]
	} else {
		f.stack[n-1], f.stack[n-k] = f.stack[n-k], f.stack[n-1]
	}
	return true
}

// DepthAt is the number of stack entries before the instruction at pc, -1
// where control never comes.
func (g *CFG) DepthAt(pc int) int {
	if i := g.Prog.At(pc); i >= 0 && g.frames[i].known {
		return len(g.frames[i].stack)
	}
	return -1
}

// MaybeUnbound is the set of slots that may hold nothing before the
// instruction at pc; nil where there is none. Slots that hold a cell are
// always members, because others can empty the cell. The caller must not change it.
func (g *CFG) MaybeUnbound(pc int) Set {
	if i := g.Prog.At(pc); i >= 0 && g.frames[i].known {
		return g.frames[i].unbound
	}
	return nil
}

// MaybeBound is the set of slots that may hold something before the instruction
// at pc; nil where there is none. The caller must not change it.
func (g *CFG) MaybeBound(pc int) Set {
	if i := g.Prog.At(pc); i >= 0 && g.frames[i].known {
		return g.frames[i].bound
	}
	return nil
}
