package nest

import (
	"slices"

	"slipstream/sched/kernel"
)

// Number keeps of instructions that compute the same only the first one, where it stands on
// all ways to the others: value numbering along the dominator tree. What is known before
// it runs is folded, checks that have passed before, or always pass, go, and so does what
// nobody uses. Each exit still has words of its own for values that have become one.
//
// Code generation takes the longer the more there is, and LLVM runs no passes over nests.
func (f *Func) Number() {
	f.literalsFirst()
	n := &numberer{simplifier: &simplifier{f: f, value: make([]ID, len(f.Insts))}, idom: f.dominators(), table: map[shape][]made{}}
	for id := range n.value {
		n.value[id] = ID(id)
	}
	for _, b := range f.Order() {
		n.block(b)
	}
	n.rewrite()
	f.dropUnused()
}

type numberer struct {
	*simplifier
	idom  []int
	table map[shape][]made
	first []ID // literals that folding made: they stand where the function begins
}

// shape is what two instructions that compute the same have in common.
type shape struct {
	op        Op
	t         kernel.Type
	kop       kernel.Op
	num, axis int
	bits      uint64
	args      [3]ID
}

type made struct {
	id    ID
	block int
}

// literalsFirst moves the literals of the first block to its beginning.
func (f *Func) literalsFirst() {
	slices.SortStableFunc(f.Blocks[0].Body, func(a, b ID) int {
		return f.later(a) - f.later(b)
	})
}

func (f *Func) later(id ID) int {
	if f.Insts[id].Op == Const {
		return 0
	}
	return 1
}

func (n *numberer) block(b int) {
	body := n.f.Blocks[b].Body
	n.f.Blocks[b].Body = slices.DeleteFunc(slices.Clone(body), func(id ID) bool { return n.inst(b, id) })
	n.f.Blocks[0].Body = append(n.first, n.f.Blocks[0].Body...)
	n.first = nil
}

// inst says that an instruction is not needed: its value is another one's, or it is a check
// that passes.
func (n *numberer) inst(block int, id ID) bool {
	in := &n.f.Insts[id]
	if !in.Op.Info().Same || len(in.Args) > len(shape{}.args) {
		return false
	}
	for i, a := range in.Args {
		in.Args[i] = n.find(a)
	}
	if one := n.folded(in); one != None {
		n.value[id] = one
		return true
	}
	if in.Op == Guard && n.always(in.Args[0]) {
		return true
	}
	key := shapeOf(in)
	for _, m := range n.table[key] {
		if dominates(n.idom, m.block, block) {
			n.value[id] = m.id
			return true
		}
	}
	n.table[key] = append(n.table[key], made{id, block})
	return false
}

func shapeOf(in *Inst) shape {
	key := shape{in.Op, in.Type, in.KOp, in.Num, in.Axis, in.Bits, [3]ID{None, None, None}}
	copy(key.args[:], in.Args)
	return key
}

// dropUnused removes instructions whose values nobody uses, where running them does nothing
// else.
func (f *Func) dropUnused() {
	used := make([]bool, len(f.Insts))
	order := f.Order()
	f.mark(used, f.roots(order))
	for _, b := range order {
		f.Blocks[b].Body = slices.DeleteFunc(f.Blocks[b].Body, func(id ID) bool { return !used[id] })
	}
}

// roots are the instructions that do something, and what exits and ends of blocks use.
func (f *Func) roots(order []int) []ID {
	var all []ID
	for _, b := range order {
		for _, id := range f.Blocks[b].Body {
			if in := &f.Insts[id]; !in.Op.Info().Same || in.Op.Info().Leaves || in.Op == Scalar && in.KOp.Info().Raises {
				all = append(all, id)
			}
		}
		t := &f.Blocks[b].Term
		if t.Cond != None {
			all = append(all, t.Cond)
		}
		for _, e := range t.Edges {
			all = append(all, e.Args...)
		}
	}
	for _, x := range f.Exits {
		all = append(all, x.Values...)
	}
	return all
}

func (f *Func) mark(used []bool, list []ID) {
	for len(list) > 0 {
		id := list[len(list)-1]
		list = list[:len(list)-1]
		if !used[id] {
			used[id] = true
			list = append(list, f.Insts[id].Args...)
		}
	}
}
