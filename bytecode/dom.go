package bytecode

// dominate is the algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast
// Dominance Algorithm" (2001), over normal and exception edges.
func (g *CFG) dominate() {
	g.idom = make([]int, len(g.Blocks))
	for i := range g.idom {
		g.idom[i] = -1
	}
	g.idom[0] = 0
	for changed := true; changed; {
		changed = false
		for _, b := range g.order[1:] {
			if d := g.commonDominator(b); g.idom[b] != d {
				g.idom[b], changed = d, true
			}
		}
	}
}

func (g *CFG) commonDominator(b int) int {
	d := -1
	for _, p := range g.Blocks[b].Pred {
		switch {
		case g.idom[p] < 0:
		case d < 0:
			d = p
		default:
			d = g.intersect(d, p)
		}
	}
	return d
}

func (g *CFG) intersect(a, b int) int {
	for a != b {
		for g.place[a] > g.place[b] {
			a = g.idom[a]
		}
		for g.place[b] > g.place[a] {
			b = g.idom[b]
		}
	}
	return a
}

// Idom is the immediate dominator of a block; the entry's is itself, and an
// unreachable block has -1.
func (g *CFG) Idom(block int) int { return g.idom[block] }

// Dominates reports whether every path to b passes a. A block dominates itself.
func (g *CFG) Dominates(a, b int) bool {
	if !g.Reachable(a) || !g.Reachable(b) {
		return false
	}
	for g.place[b] > g.place[a] {
		b = g.idom[b]
	}
	return a == b
}
