package nest

import (
	"fmt"

	"slipstream/sched/kernel"
)

// Check says what is wrong with f, if anything: values that are used where they
// have not been made, types that do not fit, edges and exits that lead nowhere.
func (f *Func) Check() error {
	if len(f.Blocks) == 0 || len(f.Blocks[0].Params) > 0 {
		return fmt.Errorf("nest: no block to begin in")
	}
	for n := range f.Blocks {
		for _, e := range f.Blocks[n].Term.Edges {
			if e.To <= 0 || e.To >= len(f.Blocks) {
				return fmt.Errorf("nest: b%d: an edge to b%d, which is none", n, e.To)
			}
		}
	}
	c := &checker{f: f, home: make([]int, len(f.Insts)), idom: f.dominators()}
	for i := range c.home {
		c.home[i] = -1
	}
	for n := range f.Blocks {
		for _, id := range append(append([]ID(nil), f.Blocks[n].Params...), f.Blocks[n].Body...) {
			c.home[id] = n
		}
	}
	for _, n := range f.Order() {
		if err := c.block(n); err != nil {
			return fmt.Errorf("nest: b%d: %w", n, err)
		}
	}
	return nil
}

type checker struct {
	f    *Func
	home []int // the block of each value
	idom []int
	at   int
	made map[ID]bool // so far in this block
}

func (c *checker) block(n int) error {
	c.at, c.made = n, map[ID]bool{}
	b := &c.f.Blocks[n]
	for _, id := range b.Params {
		c.made[id] = true
	}
	for _, id := range b.Body {
		if err := c.inst(id); err != nil {
			return fmt.Errorf("v%d: %w", id, err)
		}
		c.made[id] = true
	}
	return c.term(&b.Term)
}

func (c *checker) uses(ids []ID) error {
	for _, id := range ids {
		if id < 0 || int(id) >= len(c.f.Insts) || c.home[id] < 0 {
			return fmt.Errorf("no value v%d", id)
		}
		if !c.made[id] && (c.home[id] == c.at || !dominates(c.idom, c.home[id], c.at)) {
			return fmt.Errorf("v%d is not made on all ways", id)
		}
	}
	return nil
}

// dominates says that block a stands on all ways to b.
func dominates(idom []int, a, b int) bool {
	for b >= 0 && b != a {
		b = idom[b]
	}
	return b == a
}

func (c *checker) inst(id ID) error {
	in := &c.f.Insts[id]
	if err := c.uses(in.Args); err != nil {
		return err
	}
	if in.Op.Info().Leaves {
		if err := c.exit(in.Exit); err != nil {
			return err
		}
	}
	switch in.Op {
	case Number, Part, Dim, Stride, Base, Load, Store:
		return c.argument(in)
	case Peek, Poke:
		if c.f.Type(in.Args[0]) != kernel.I64 || len(in.Args) != map[Op]int{Peek: 1, Poke: 2}[in.Op] {
			return fmt.Errorf("an address of %v", c.f.Type(in.Args[0]))
		}
	case Host:
		if in.Num < 0 || in.Num >= numHosts || len(in.Args) == 0 {
			return fmt.Errorf("no function %d of the host", in.Num)
		}
	case Guard:
		if c.f.Type(in.Args[0]) != kernel.Bool {
			return fmt.Errorf("a guard on %v", c.f.Type(in.Args[0]))
		}
	case Checked, Quotient, Remainder:
		if !in.Type.IsInt() || c.f.Type(in.Args[0]) != in.Type || c.f.Type(in.Args[1]) != in.Type {
			return fmt.Errorf("integers of other types")
		}
	case Scalar:
		return c.scalar(in)
	}
	return nil
}

// scalar: operands are of the type of the result, but for those of comparisons,
// conversions and the truth of a choice.
func (c *checker) scalar(in *Inst) error {
	info := in.KOp.Info()
	if len(in.Args) != info.Arity {
		return fmt.Errorf("%d operands", len(in.Args))
	}
	first := 0
	if in.KOp == kernel.Select {
		first = 1
	}
	for _, a := range in.Args[first:] {
		want := in.Type
		if info.ToBool {
			want = c.f.Type(in.Args[0])
		}
		if in.KOp != kernel.Cast && c.f.Type(a) != want {
			return fmt.Errorf("an operand of %v for %v", c.f.Type(a), want)
		}
	}
	return nil
}

func (c *checker) argument(in *Inst) error {
	if in.Num < 0 || in.Num >= len(c.f.Args) {
		return fmt.Errorf("no argument %d", in.Num)
	}
	a, indices := c.f.Args[in.Num], in.Args
	if in.Op == Store {
		indices = indices[:len(indices)-1]
	}
	switch {
	case a.Array == (in.Op == Number || in.Op == Part), in.Op == Number && a.Type.IsComplex():
		return fmt.Errorf("argument %d is of another kind", in.Num)
	case in.Op == Dim, in.Op == Stride:
		if in.Axis < 0 || in.Axis >= a.Rank {
			return fmt.Errorf("no axis %d", in.Axis)
		}
		return nil
	case in.Op == Part && (!a.Type.IsComplex() || in.Type != a.Type.Part() || in.Axis < 0 || in.Axis > 1):
		return fmt.Errorf("argument %d has no such part", in.Num)
	case in.Op == Number, in.Op == Part, in.Op == Base:
		return nil
	case len(indices) != a.Rank:
		return fmt.Errorf("%d indices of %d axes", len(indices), a.Rank)
	case in.Op == Store && c.f.Type(in.Args[len(in.Args)-1]) != a.Type, in.Op == Load && in.Type != a.Type:
		return fmt.Errorf("an element of another type than %v", a.Type)
	}
	return nil
}

func (c *checker) exit(n int) error {
	if n < 0 || n >= len(c.f.Exits) {
		return fmt.Errorf("no exit %d", n)
	}
	return c.uses(c.f.Exits[n].Values)
}

func (c *checker) term(t *Term) error {
	if len(t.Edges) == 0 {
		return c.exit(t.Exit)
	}
	if len(t.Edges) == 2 {
		if err := c.uses([]ID{t.Cond}); err != nil {
			return err
		}
	}
	for _, e := range t.Edges {
		if len(e.Args) != len(c.f.Blocks[e.To].Params) {
			return fmt.Errorf("an edge to b%d with %d values", e.To, len(e.Args))
		}
		if err := c.uses(e.Args); err != nil {
			return err
		}
		for i, p := range c.f.Blocks[e.To].Params {
			if c.f.Type(p) != c.f.Type(e.Args[i]) {
				return fmt.Errorf("parameter %d of b%d is of another type", i, e.To)
			}
		}
	}
	return nil
}

// dominators gives the immediate dominator of each block, -1 for none.
func (f *Func) dominators() []int {
	order, place := f.order()
	idom := make([]int, len(f.Blocks))
	for i := range idom {
		idom[i] = -1
	}
	preds := make([][]int, len(f.Blocks))
	for _, b := range order {
		for _, e := range f.Blocks[b].Term.Edges {
			preds[e.To] = append(preds[e.To], b)
		}
	}
	known := map[int]bool{0: true}
	for changed := true; changed; {
		changed = false
		for _, b := range order[1:] {
			best := -1
			for _, p := range preds[b] {
				if !known[p] {
					continue
				}
				if best < 0 {
					best = p
				}
				for x := p; x != best; {
					if place[x] > place[best] {
						x = idom[x]
					} else {
						best = idom[best]
					}
				}
			}
			if !known[b] || idom[b] != best {
				known[b], idom[b], changed = true, best, true
			}
		}
	}
	return idom
}

// order is the reverse post-order of the blocks that can be reached.
func (f *Func) order() (order, place []int) {
	seen := make([]bool, len(f.Blocks))
	var visit func(int)
	visit = func(b int) {
		seen[b] = true
		for _, e := range f.Blocks[b].Term.Edges {
			if e.To < len(seen) && !seen[e.To] {
				visit(e.To)
			}
		}
		order = append(order, b)
	}
	visit(0)
	place = make([]int, len(f.Blocks))
	for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
		order[i], order[j] = order[j], order[i]
	}
	for i, b := range order {
		place[b] = i
	}
	return order, place
}

// Cyclic says that there is a loop among the blocks that can be reached.
func (f *Func) Cyclic() bool {
	order, place := f.order()
	for _, b := range order {
		for _, e := range f.Blocks[b].Term.Edges {
			if place[e.To] <= place[b] {
				return true
			}
		}
	}
	return false
}

// Order lists the blocks that can be reached, each behind one that leads to it.
func (f *Func) Order() []int {
	order, _ := f.order()
	return order
}
