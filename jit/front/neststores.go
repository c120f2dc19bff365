package front

import (
	"slices"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about what a statement stores: as late as can be, so that it can still be left as
// a whole before; and where something can fail behind a store, the host keeps a journal of what
// was there, and an exit puts it back.

// delayed is a store that waits.
type delayed struct {
	in    nest.Inst
	fails bool   // it may
	fresh bool   // into what the statement has made: nobody sees it where that is done anew
	bare  bool   // no journal tells of it: into a list, or by a function of the host
	of    string // the form of the list that it is into: one of another form is another list
	item  bool   // into an item of a list: its head stays
	takes bool   // it only takes something out of a container, whose memory may move before
}

// delay keeps a store back: the statement may have others, and before each of them there
// are indices that may be out of range. Only the first one may itself fail, unless a journal is kept.
func (n *nester) delay(d delayed) *stop {
	if s := n.mayChange(); s != nil {
		return s
	}
	if d.fails && len(n.delayed) > 0 {
		if !n.journal() {
			return n.behindStore("a second store in the same statement")
		}
		n.flush()
	}
	if d.in.Op.Info().Leaves {
		d.in.Exit = n.someExit()
	}
	if d.fails {
		var s *stop
		if d.in.Exit, s = n.leaving(); s != nil {
			return s
		}
	}
	if d.fresh && len(n.delayed) == 0 {
		n.f.Add(n.block, d.in)
		return nil
	}
	n.delayed = append(n.delayed, d)
	return nil
}

// outOf takes something out of a container.
func (n *nester) outOf(list nval) func(nest.Inst) *stop {
	n.changing(list)
	n.moving(list)
	return func(in nest.Inst) *stop {
		if s := n.mayMoveItems(list); s != nil {
			return s
		}
		return n.delay(delayed{in: in, fresh: n.isFresh(list.made), bare: true, of: list.form.String(), takes: true})
	}
}

// roomBeside makes room in a container: before what waits, where that only takes something out of one, as in
// out.append(stack.pop()).
func (n *nester) roomBeside(function int, words []nest.ID) (nest.ID, *stop) {
	if slices.ContainsFunc(n.delayed, func(d delayed) bool { return !d.takes }) {
		return n.host(function, kernel.I64, 0, words)
	}
	x, s := n.leaving()
	if s != nil {
		return nest.None, s
	}
	return n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: function, Args: words, Exit: x}), nil
}

// isFresh says that something has been made since the present statement began.
func (n *nester) isFresh(made int) bool { return n.stmt != nil && made == n.stmt.number }

// flush does the stores.
func (n *nester) flush() {
	for _, d := range n.delayed {
		switch {
		case d.fresh:
		case n.journal() && !d.bare:
			n.note(d.in)
			n.now.kept = true
		default:
			n.now.stored = true
		}
	}
	for _, d := range n.delayed {
		n.f.Add(n.block, d.in)
	}
	n.delayed = nil
}

// journal says that one is kept of the present statement's stores.
func (n *nester) journal() bool { return n.stmt != nil && n.journals[n.stmt.pc] }

// behindStore refuses what can fail behind a store, unless a journal remedies that.
func (n *nester) behindStore(detail string) *stop {
	n.mayKeepJournal()
	return refuse(reason.TwoEffects, detail)
}

// mayKeepJournal has all interpreted anew, with a journal of the present statement's stores. Where
// one is kept already, it does not help.
func (n *nester) mayKeepJournal() bool {
	if n.stmt == nil || n.journal() {
		return false
	}
	n.journals[n.stmt.pc], n.again = true, true
	return true
}

// note has the journal tell what lies where something is about to be stored.
func (n *nester) note(in nest.Inst) {
	t, words := kernel.Type(0), []nest.ID(nil)
	switch in.Op {
	case nest.Store:
		t, words = n.f.Args[in.Num].Type, []nest.ID{n.int(0), n.addressOf(in.Num, in.Args[:len(in.Args)-1])}
	case nest.Poke:
		t, words = n.f.Type(in.Args[1]), []nest.ID{n.int(0), in.Args[0]}
	default: // Write
		params := n.kernels[in.Axis].Params
		rank, _ := nest.RankOf(n.f.Insts[in.Args[0]].Bits)
		t = params[len(params)-1].Type
		words = append(append(words, n.int(int64(rank))), in.Args[1:1+rank]...)
		words = append(words, in.Args[len(in.Args)-1-rank:]...)
	}
	n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Note, Axis: t.Size(), Args: words, Exit: n.someExit()})
}

// addressOf is where an element of an array lies.
func (n *nester) addressOf(array int, at []nest.ID) nest.ID {
	addr := n.once(nest.Base, array, 0)
	for axis, i := range at {
		by := n.scalar(kernel.Mul, kernel.I64, i, n.once(nest.Stride, array, axis))
		addr = n.scalar(kernel.Add, kernel.I64, addr, by)
	}
	return addr
}

// forget lets stand what the statement has stored.
func (n *nester) forget() {
	if n.now.kept {
		n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Forget, Args: []nest.ID{n.int(0)}, Exit: n.someExit()})
		n.now.kept = false
	}
}

// forgetOn does so on a way out of the statement, of which there may be others.
func (n *nester) forgetOn(edge nest.Edge) nest.Edge {
	if !n.now.kept {
		return edge
	}
	from, state := n.block, n.now
	n.block = n.f.NewBlock()
	n.forget()
	n.f.Blocks[n.block].Term.Edges = []nest.Edge{edge}
	edge = nest.Edge{To: n.block}
	n.block, n.now = from, state
	return edge
}
