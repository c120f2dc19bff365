package front

import (
	"fmt"
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched/nest"
)

// region makes the nest a region: its exits become the region's, whose values are
// those that the exits' words make.
func (n *nester) region() (*Region, *stop) {
	r := &Region{PC: n.from, Args: n.eval.args, End: n.from}
	if n.resume != nil {
		r.Take = n.resume.Take
	}
	out := &Nest{Func: n.f, Kernels: n.kernels, Loops: n.ufuncs, Args: n.args, Line: n.line}
	n.tellChanges()
	n.f.TrimJournal()
	out.Ways = make([]NestExit, len(n.ways))
	n.stands = n.f.Simplify(n.refound)
	for _, i := range n.byRank() {
		w := n.ways[i]
		x, s := n.leave(i, w)
		if s != nil {
			return nil, s
		}
		out.Ways[i] = x
		if w.pc >= 0 && n.innermost(w.pc) < 0 {
			r.End = w.pc
			r.Next = appendNew(r.Next, n.code.NextStart(w.pc))
		}
	}
	for slot := range n.assigned {
		if n.code.CFG.MaybeBound(n.from).Has(slot) {
			n.letGo(slot, -2)
		}
	}
	slices.SortFunc(n.freed, func(a, b freed) int { return a.slot - b.slot })
	n.f.Number()
	n.f.Select()
	if err := n.f.Check(); err != nil {
		panic(fmt.Errorf("%w in\n%s", err, n.f.Text()))
	}
	r.Func, r.Inputs, r.Facts, r.Exits, r.Hosts, r.Nest = n.fn, n.eval.inputs, n.facts, n.exits, n.hosts, out
	r.Lines = n.linesInside()
	r.Frees, r.Behind = n.frees(-1)
	return r, nil
}

// byRank orders the exits as the stub looks through them: returns, then what leads out of
// all loops, then the others.
func (n *nester) byRank() []int {
	order := make([]int, len(n.ways))
	for i := range order {
		order[i] = i
	}
	rank := func(w way) int {
		switch {
		case w.result != nil:
			return 0
		case n.innermost(w.pc) < 0:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank(n.ways[a]) - rank(n.ways[b]) })
	return order
}

func (n *nester) linesInside() []int {
	var lines []int
	for _, in := range n.code.Program.Insts {
		if in.Line > 0 && n.seen[in.Line] && !slices.Contains(lines, in.Line) {
			lines = append(lines, in.Line)
		}
	}
	slices.Sort(lines)
	return lines
}

// leave describes one exit: the locals that the loop has changed, and the iterators
// of the loops that are under way.
func (n *nester) leave(number int, w way) (NestExit, *stop) {
	x := &n.f.Exits[number]
	x.At = n.f.Words
	out := NestExit{}
	n.handedOver, n.numbersOut, n.pairsOut = map[int]Val{}, map[nest.ID]Val{}, map[pair]Val{}
	for slot, v := range w.state.locals {
		var s *stop
		if n.locals[slot], s = n.handedLocal(v, x, &out); s != nil {
			return out, s
		}
	}
	s := n.setAttrs(w.state.attrs, x, &out)
	if s == nil {
		s = n.leaveBy(w, x, &out)
	}
	n.f.Words += len(x.Values)
	return out, s
}

// handedLocal is what a local, or an attribute, holds where an exit leads.
func (n *nester) handedLocal(v nval, x *nest.Exit, out *NestExit) (Val, *stop) {
	switch v.kind {
	case nDead:
		return Val{}, nil
	case nComplex:
		return n.handedComplex(x, out, v), nil
	case nNumber:
		return n.handedNumber(x, out, v), nil
	case nArray:
		return n.handedArray(x, out, v.arr), nil
	case nList:
		return n.handedList(v, x, out), nil
	case nTuple:
		if v.val.Kind == Unbound {
			return n.handedTuple(v, x, out)
		}
	}
	return v.val, nil
}

func (n *nester) leaveBy(w way, x *nest.Exit, out *NestExit) *stop {
	n.fn.Blocks[0].Term = ir.Term{}
	n.tellCalls(w, x, out)
	if w.result != nil {
		if s := n.leaveResult(*w.result, x, out); s != nil {
			return s
		}
		out.Exit, out.Args = n.fn.Blocks[0].Term.Exit, n.fn.Blocks[0].Term.Args
		return nil
	}
	number, args, s := n.newExit(w.pc)
	if s != nil {
		return s
	}
	for _, it := range slices.Backward(w.state.stack) {
		n.exits[number].Push = append(n.exits[number].Push, PushedValue)
		args = append(args, n.handedIterator(x, out, it))
	}
	out.Exit, out.Args = number, args
	if n.rounds() && n.innermost(w.pc) >= 0 {
		x.Values = append(x.Values, n.stands[w.state.poll])
		out.Left = x.At + len(x.Values)
	}
	return nil
}

func (n *nester) leaveResult(v nval, x *nest.Exit, out *NestExit) *stop {
	if v.kind == nKnown {
		return n.leaveReturn(v.val)
	}
	n.eval.handed = nil
	id, s := n.handedValue(v, x, out)
	if s != nil {
		return s
	}
	return n.leaveFor(Exit{PC: -1, Return: true}, []ir.ID{id})
}

// handedValue has an exit make a number, an array, or a tuple of such.
func (n *nester) handedValue(v nval, x *nest.Exit, out *NestExit) (ir.ID, *stop) {
	switch v.kind {
	case nComplex:
		return n.idOf(n.handedComplex(x, out, v))
	case nNumber:
		return n.idOf(n.handedNumber(x, out, v))
	case nArray:
		return n.idOf(n.handedArray(x, out, v.arr))
	case nList:
		return n.handedList(v, x, out).ID, nil
	case nKnown:
		return n.idOf(v.val)
	}
	made, s := n.handedTuple(v, x, out)
	return made.ID, s
}

// handedTuple has an exit make a tuple.
func (n *nester) handedTuple(v nval, x *nest.Exit, out *NestExit) (Val, *stop) {
	if known, ok := n.handedOver[v.who]; ok && v.who > 0 {
		return known, nil
	}
	if v.val.Kind != Unbound {
		id, s := n.idOf(v.val)
		return Val{Kind: Result, Type: ir.ObjectType, ID: id}, s
	}
	var of []ir.ID
	for _, item := range v.items {
		id, s := n.handedValue(item, x, out)
		if s != nil {
			return Val{}, s
		}
		of = append(of, id)
	}
	made := Val{Kind: Result, Type: ir.ObjectType, ID: n.handed(x, out, ir.ObjectType, HandedTuple, of, nil)}
	n.handedOver[v.who] = made
	return made, nil
}

// handedIterator has an exit make an iterator, and first those that it goes on with.
func (n *nester) handedIterator(x *nest.Exit, out *NestExit, it nval) ir.ID {
	switch it.over {
	case overRange:
		return n.handed(x, out, ir.ObjectType, RangeIterator, nil, it.ids())
	case overArray:
		of := it.val
		if it.arr != nil {
			of = n.handedArray(x, out, it.arr)
		}
		return n.handed(x, out, ir.ObjectType, it.byIndex(), []ir.ID{n.heap[of.Obj].ID}, it.items[0].ids())
	case overList:
		list := n.handedList(it.items[1], x, out)
		return n.handed(x, out, ir.ObjectType, it.byIndex(), []ir.ID{list.ID}, it.items[0].ids())
	case overTable:
		return n.handedTable(x, out, it)
	case overItems:
		of, s := n.handedValue(it.items[1], x, out)
		if s != nil {
			panic("front: a tuple that is gone over cannot be handed over")
		}
		return n.handed(x, out, ir.ObjectType, it.byIndex(), []ir.ID{of}, it.items[0].ids())
	case overMapped:
		return n.handedMap(x, out, it)
	case overPlaces:
		return n.handedPlaces(x, out, it)
	case overTuple:
		tuple, s := n.handedValue(nval{kind: nTuple, items: it.items[1:]}, x, out)
		if s != nil {
			panic("front: a tuple of numbers that cannot be handed over")
		}
		return n.handed(x, out, ir.ObjectType, ArrayIterator, []ir.ID{tuple}, it.items[0].ids())
	}
	kind, inner, words := ZipIterator, it.items, []nest.ID(nil)
	if it.over == overCount {
		kind, inner, words = EnumerateIterator, it.items[1:], it.items[0].ids()
	}
	var of []ir.ID
	for _, one := range inner {
		of = append(of, n.handedIterator(x, out, one))
	}
	return n.handed(x, out, ir.ObjectType, kind, of, words)
}

// byIndex is the kind of an iterator over items by their index.
func (v nval) byIndex() HandedKind {
	if v.back {
		return HandedReversed
	}
	return ArrayIterator
}

// handed adds words to an exit, and the value that they make.
func (n *nester) handed(x *nest.Exit, out *NestExit, t ir.Type, kind HandedKind, of []ir.ID, words []nest.ID) ir.ID {
	id := n.add0(ir.Value{Op: ir.Param, Type: t})
	out.Makes = append(out.Makes, Handed{ID: id, Word: x.At + len(x.Values), Kind: kind, Of: of})
	for _, w := range words {
		x.Values = append(x.Values, n.stands[w])
	}
	return id
}

// handedNumber has an exit make a number, unless it is the one that came in: it stays the
// same object. Locals that have one number have one object, too.
func (n *nester) handedNumber(x *nest.Exit, out *NestExit, v nval) Val {
	for from, id := range n.imports {
		if id == n.stands[v.id] && n.fn.Values[from].Type == v.typ {
			return Val{Kind: Runtime, Type: v.typ, ID: from}
		}
	}
	if known, ok := n.handedOver[v.who]; ok && v.who > 0 {
		return known
	}
	id := n.stands[v.id]
	known, ok := n.numbersOut[id]
	if !ok || n.refound[id] || known.Type != v.typ || v.who > 0 {
		known = Val{Kind: Runtime, Type: v.typ, ID: n.handed(x, out, v.typ, HandedNumber, nil, v.ids())}
		n.numbersOut[id] = known
	}
	if v.who > 0 {
		n.handedOver[v.who] = known
	}
	return known
}

// add0 adds a value that stands in no block.
func (n *nester) add0(v ir.Value) ir.ID {
	n.fn.Values = append(n.fn.Values, v)
	return ir.ID(len(n.fn.Values) - 1)
}

// handedArray has an exit make an array: a view of one that the region got, or a new one
// with the elements of the nest's memory. Locals that share one get the same.
func (n *nester) handedArray(x *nest.Exit, out *NestExit, a *narray) Val {
	if v, ok := n.handedOver[a.who]; ok && a.who > 0 {
		return v
	}
	if !a.own && a.who == 0 {
		return a.of
	}
	kind, of := HandedCopy, []ir.ID(nil)
	words := a.where()
	switch {
	case a.box != nil:
		kind, words = HandedList, []nest.ID{*a.box, n.listCode(boxForm(a.typ, a.rank()))}
	case a.base != nil:
		base := n.handedArray(x, out, a.base)
		kind, of, words = HandedPart, []ir.ID{n.heap[base.Obj].ID}, append([]nest.ID{a.base.addr}, words...)
	case !a.own:
		kind, of = HandedView, []ir.ID{n.heap[a.of.Obj].ID}
	}
	t := ir.ArrayOf(a.typ, a.rank())
	id := n.handed(x, out, t, kind, of, words)
	n.heap = append(n.heap, object{Type: t, ID: id, User: true, Input: -1})
	v := Val{Kind: ArrayVal, Obj: len(n.heap) - 1}
	n.handedOver[a.who] = v
	return v
}
