package bytecode

// liveness finds, before each instruction, the slots of localsplus whose
// value may still be read. Cells are always live: other functions see them.
func (g *CFG) liveness() {
	n := g.Prog.Code.NLocalsPlus()
	g.live = make([]Set, len(g.Prog.Insts))
	for i := range g.live {
		g.live[i] = NewSet(n)
	}
	for changed := true; changed; {
		changed = false
		for i := len(g.order) - 1; i >= 0; i-- {
			changed = g.liveBlock(g.order[i]) || changed
		}
	}
}

func (g *CFG) liveBlock(b int) bool {
	blk, changed := &g.Blocks[b], false
	after := g.boxed.Clone()
	for _, s := range blk.Succ {
		after.Union(g.live[g.Blocks[s].First])
	}
	for i := blk.End - 1; i >= blk.First; i-- {
		g.liveThrough(&g.Prog.Insts[i], after)
		if blk.Exc >= 0 {
			after.Union(g.live[g.Blocks[blk.Exc].First])
		}
		after.Union(g.boxed)
		changed = g.live[i].Union(after) || changed
	}
	return changed
}

// liveThrough turns the slots live behind an instruction into those before it.
func (g *CFG) liveThrough(in *Inst, live Set) {
	switch in.Op {
	case StoreFast:
		live.Remove(in.Arg)
	case LoadFast, LoadFastAndClear, DeleteFast:
		live.Add(in.Arg)
	}
}

func boxedSlots(c *Code) Set {
	slots := c.LocalsPlus()
	boxed := NewSet(len(slots))
	for i, info := range slots {
		if info.Boxed() {
			boxed.Add(i)
		}
	}
	return boxed
}

// LiveIn is the set of live slots before the instruction at pc; nil where
// there is no instruction. The caller must not change it.
func (g *CFG) LiveIn(pc int) Set {
	if i := g.Prog.At(pc); i >= 0 {
		return g.live[i]
	}
	return nil
}
