package bytecode

import "sort"

// Loop is a natural loop. Loops are sorted from large to small, so that a loop's
// Parent comes before it.
type Loop struct {
	Header  int
	Latches []int // blocks that jump back to the header
	Blocks  Set
	Parent  int // index in CFG.Loops, -1 for an outermost loop
	Depth   int // 1 for an outermost loop
}

// findLoops merges the back edges of one header to one loop.
func (g *CFG) findLoops() {
	latches := map[int][]int{}
	for _, b := range g.order {
		for _, s := range g.Blocks[b].Succ {
			if g.Dominates(s, b) {
				latches[s] = append(latches[s], b)
			}
		}
	}
	for header, from := range latches {
		sort.Ints(from)
		g.Loops = append(g.Loops, Loop{Header: header, Latches: from, Blocks: g.loopBody(header, from), Parent: -1})
	}
	// A larger loop that shares no header always comes first, so parents do too.
	sort.Slice(g.Loops, func(i, j int) bool {
		a, b := &g.Loops[i], &g.Loops[j]
		if n, m := a.Blocks.Len(), b.Blocks.Len(); n != m {
			return n > m
		}
		return a.Header < b.Header
	})
	g.nestLoops()
}

func (g *CFG) loopBody(header int, from []int) Set {
	body := NewSet(len(g.Blocks))
	body.Add(header)
	for work := append([]int(nil), from...); len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !body.Has(b) {
			body.Add(b)
			work = append(work, g.Blocks[b].Pred...)
		}
	}
	return body
}

func (g *CFG) nestLoops() {
	g.loopOf = make([]int, len(g.Blocks))
	for b := range g.loopOf {
		g.loopOf[b] = -1
	}
	for i := range g.Loops {
		l := &g.Loops[i]
		l.Parent, l.Depth = g.loopOf[l.Header], 1
		if l.Parent >= 0 {
			l.Depth = g.Loops[l.Parent].Depth + 1
		}
		for _, b := range l.Blocks.Slots() {
			g.loopOf[b] = i
		}
	}
}

// LoopOf is the innermost loop around a block: an index in Loops, or -1.
func (g *CFG) LoopOf(block int) int { return g.loopOf[block] }
