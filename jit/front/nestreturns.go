package front

import (
	"fmt"
	"slices"

	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about where functions that call themselves return to: results of the same types come to
// one place, and the last frame on the stack tells behind which call it goes on.

// comeBackTo has all returns that are known so far go on behind a call.
func (n *nester) comeBackTo(r *recursion, site *callSite) *stop {
	r.sites = append(r.sites, site)
	for _, ret := range r.returns {
		if s := n.goOn(r, ret, site); s != nil {
			return s
		}
	}
	return nil
}

// backAgain returns from one of the calls.
func (n *nester) backAgain(r *recursion, result nval) *stop {
	if s := n.mayHold(result); s != nil {
		return s
	}
	n.now.locals, n.now.stack = nil, []nval{result}
	state, s := n.general(r.call.frame.code.Program.Insts[0].PC)
	if s != nil {
		return s
	}
	n.flush()
	if n.now.stored {
		return n.behindStore("a return behind a store in the same statement")
	}
	state.stored, state.kept = n.now.stored, n.now.kept
	if s := n.mayGiveBack(r, state.stack[0]); s != nil {
		return s
	}
	ret, values, s := n.returnTo(r, state)
	if s == nil {
		n.f.Blocks[n.block].Term.Edges = []nest.Edge{{To: ret.block, Args: values}}
	}
	return s
}

// mayGiveBack refuses results that are what came in, and what the function has made: the caller's
// locals could not tell which object it is.
func (n *nester) mayGiveBack(r *recursion, v nval) *stop {
	if s := n.mayKeep(r, v); s != nil {
		return s
	}
	objects := map[int]bool{}
	v.objects(objects)
	for who := range objects {
		if r.incoming[who] {
			return refuse(reason.Escapes, "an argument of a function that calls itself is its result")
		}
	}
	return nil
}

// returnTo finds or makes where results of these types come to.
func (n *nester) returnTo(r *recursion, state nestState) (*returnSite, []nest.ID, *stop) {
	key, values := fmt.Sprint(state.kept), []nest.ID{}
	objects := map[int]int{}
	for _, list := range [][]nval{state.stack, state.attrs} {
		for _, v := range list {
			text, s := n.signature(v)
			if s != nil {
				return nil, nil, s
			}
			key += ";" + text + v.shares(objects)
			values = append(values, v.ids()...)
		}
	}
	values = append(values, state.poll)
	for _, ret := range r.returns {
		if ret.key == key {
			return ret, values, nil
		}
	}
	ret := &returnSite{key: key, block: n.f.NewBlock()}
	ret.state = n.parameters(ret.block, state)
	n.renumber(ret.state.stack)
	r.returns = append(r.returns, ret)
	return ret, values, n.goBack(r, ret)
}

// renumber makes other objects of values: each call has its own.
func (n *nester) renumber(list []nval) {
	fresh := map[int]int{}
	var other func(v nval) nval
	other = func(v nval) nval {
		if v.who > 0 {
			if fresh[v.who] == 0 {
				n.numbers++
				fresh[v.who] = n.numbers
			}
			v.who = fresh[v.who]
		}
		v.items = slices.Clone(v.items)
		for i := range v.items {
			v.items[i] = other(v.items[i])
		}
		return v
	}
	for i := range list {
		list[i] = other(list[i])
	}
}

// goBack goes on with a result: behind the first call where no other one is under way, else in the
// one that the last frame is of.
func (n *nester) goBack(r *recursion, ret *returnSite) *stop {
	return n.aside(func() *stop {
		n.begin(ret.block, ret.state.clone(), n.stmt)
		count := n.lengthOf(r.frames)
		some := n.compare(kernel.Ne, count, n.int(0))
		last := n.f.NewBlock()
		ret.from = n.f.NewBlock()
		n.f.Blocks[ret.block].Term = nest.Term{Cond: some, Edges: []nest.Edge{{To: ret.from}, {To: last}}, Exit: -1}
		n.begin(ret.from, ret.state.clone(), n.stmt)
		left := n.scalar(kernel.Sub, kernel.I64, count, n.int(1))
		n.setCount(r, left)
		ret.frame = n.frameAt(r, left)
		ret.site = n.add(nest.Inst{Op: nest.Peek, Type: kernel.I64, Args: []nest.ID{ret.frame}})
		for _, site := range r.sites {
			if s := n.goOn(r, ret, site); s != nil {
				return s
			}
		}
		n.begin(last, ret.state.clone(), n.stmt)
		return n.behindCall(n.now.stack[0])
	})
}

// goOn goes on behind one call with the results that come to one place.
func (n *nester) goOn(r *recursion, ret *returnSite, site *callSite) *stop {
	block := n.f.NewBlock()
	ret.ways = append(ret.ways, block)
	return n.aside(func() *stop {
		n.begin(block, ret.state.clone(), n.stmt)
		read := map[nest.ID]nest.ID{}
		for i, id := range site.saved {
			read[id] = n.add(nest.Inst{Op: nest.Peek, Type: n.f.Type(id), Args: []nest.ID{n.wordAt(ret.frame, 1+i)}})
		}
		state := n.restored(r, site.state, func(id nest.ID) nest.ID {
			if other, ok := read[id]; ok {
				return other
			}
			return id
		})
		state.poll, state.attrs = n.now.poll, n.now.attrs
		state.stored, state.kept = n.now.stored, n.now.kept
		result := n.now.stack[0]
		n.now = state
		n.inlined = state.call.frame
		n.push(result)
		return n.jumpTo(site.next)
	})
}

// restored is a state with what was read from a frame, and so are those of the calls that it is in.
func (n *nester) restored(r *recursion, s nestState, other func(nest.ID) nest.ID) nestState {
	s = s.clone()
	for _, list := range [][]nval{s.locals, s.stack} {
		for i, v := range list {
			list[i] = v.with(other)
		}
	}
	if s.call.rec != r {
		again := *s.call
		n.numbers++
		again.number, again.caller = n.numbers, n.restored(r, s.call.caller, other)
		s.call = &again
	}
	return s
}

// aside makes other blocks in the middle of one.
func (n *nester) aside(make func() *stop) *stop {
	was := *n
	s := make()
	n.block, n.now, n.inlined, n.entered, n.inside = was.block, was.now, was.inlined, was.entered, was.inside
	n.pending, n.covered, n.proved, n.made = was.pending, was.covered, was.proved, was.made
	n.delayed, n.loose, n.holding, n.expressions = was.delayed, was.loose, was.holding, was.expressions
	return s
}

// linkReturns ends the blocks that go on in a caller, when all of them are known.
func (n *nester) linkReturns() {
	for _, r := range n.recursions {
		for _, ret := range r.returns {
			n.block = ret.from
			for i, to := range ret.ways {
				if i == len(ret.ways)-1 {
					n.f.Blocks[n.block].Term.Edges = []nest.Edge{{To: to}}
					break
				}
				rest := n.f.NewBlock()
				is := n.f.Add(n.block, nest.Inst{Op: nest.Scalar, KOp: kernel.Eq, Type: kernel.Bool, Args: []nest.ID{ret.site, n.int(int64(i))}})
				n.f.Blocks[n.block].Term = nest.Term{Cond: is, Edges: []nest.Edge{{To: to}, {To: rest}}, Exit: -1}
				n.block = rest
			}
			if len(ret.ways) == 0 {
				n.f.Blocks[n.block].Term.Exit = r.exit
			}
		}
	}
}
