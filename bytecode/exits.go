package bytecode

import "strconv"

// exits takes the region's answer apart and leaves the stub.
func (s *splicer) exits(p *placed) {
	if p.Direct {
		s.asm.op("RETURN_VALUE", 0)
		return
	}
	width := p.width()
	s.size = max(s.size, p.depth+width+3)
	if width == 0 {
		s.asm.op("POP_TOP", 0)
	} else {
		s.asm.op("UNPACK_SEQUENCE", width)
	}
	if len(p.Exits) == 1 {
		s.leave(p, 0, 0)
		return
	}
	for number := range p.Exits {
		padding := width - 1 - p.Exits[number].values()
		if number == len(p.Exits)-1 {
			s.asm.op("POP_TOP", 0)
			s.leave(p, number, padding)
			return
		}
		other := s.compare(number)
		s.leave(p, number, padding)
		s.asm.land(other)
	}
}

// compare goes on when the exit number on top of the stack is this one, and
// drops it.
func (s *splicer) compare(number int) jumpFix {
	a := s.asm
	a.op("COPY", 1)
	a.op("LOAD_CONST", s.constant(Const{T: "int", V: strconv.Itoa(number)}))
	a.op("IS_OP", 0)
	other := a.jumpAhead(s.named("POP_JUMP_IF_FALSE", "POP_JUMP_FORWARD_IF_FALSE"))
	a.op("POP_TOP", 0)
	return other
}

func (s *splicer) leave(p *placed, number, padding int) {
	e, a := &p.Exits[number], s.asm
	for _, slot := range e.Stores {
		s.slotOp("STORE_FAST", "STORE_DEREF", slot)
	}
	s.dropPadding(padding+p.Take, e.Push+one(e.Return))
	for _, slot := range e.Deletes {
		s.unbind(p, slot)
	}
	switch {
	case e.ReturnNone:
		a.op("LOAD_CONST", s.constant(Const{T: "none"}))
		a.op("RETURN_VALUE", 0)
	case e.Return:
		a.op("RETURN_VALUE", 0)
	default:
		s.fill(e.Fill)
		s.jumpTo(p, e)
	}
}

// dropPadding drops values below the top ones, which keep their order.
func (s *splicer) dropPadding(padding, top int) {
	order := make([]int, top)
	for i := range order {
		order[i] = i
	}
	for range padding {
		s.exchange(order, top+1)
		s.asm.op("POP_TOP", 0)
		if top > 1 { // the one on top has come to lie lowest
			order = append(order[top-1:], order[:top-1]...)
		}
	}
	for i := 0; i < top; i++ {
		for order[i] != i {
			at := top - 1 // bring the top to where it belongs, or something to the top
			if order[at] == at {
				at = i
			} else {
				at = order[at]
			}
			s.exchange(order, top-at)
			order[at], order[top-1] = order[top-1], order[at]
		}
	}
}

// exchange swaps the top with the value at a depth; alone it is already there.
func (s *splicer) exchange(order []int, depth int) {
	if len(order) > 0 && depth > 1 {
		s.asm.op("SWAP", depth)
	}
}

// fill puts locals and NULLs in the places of pushed values.
func (s *splicer) fill(fills []Fill) {
	a := s.asm
	for _, f := range fills {
		if f.At > 1 {
			a.op("SWAP", f.At)
		}
		a.op("POP_TOP", 0)
		if f.Slot < 0 {
			a.op("PUSH_NULL", 0)
		} else {
			s.load(f.Slot)
		}
		if f.At > 1 {
			a.op("SWAP", f.At)
		}
	}
}

// unbind empties a slot. One that may be empty already, because nothing reads
// it any more and another stub has emptied it, is filled first: CPython raises
// when it deletes nothing.
func (s *splicer) unbind(p *placed, slot int) {
	if s.g.MaybeUnbound(p.PC).Has(slot) || !s.g.LiveIn(p.PC).Has(slot) {
		s.asm.op("LOAD_CONST", s.constant(Const{T: "none"}))
		s.slotOp("STORE_FAST", "STORE_DEREF", slot)
	}
	s.slotOp("DELETE_FAST", "DELETE_DEREF", slot)
}

// jumpTo drops what the target does not expect on the stack, such as the
// iterator of a loop that is over.
func (s *splicer) jumpTo(p *placed, e *Exit) {
	for range p.below() + e.Push - s.g.DepthAt(e.Target) {
		s.asm.op("POP_TOP", 0)
	}
	s.asm.jumpBack(s.landing(p, e.Target))
}

// landing is where to jump to continue at target. The first instruction of
// another stub leads into that stub. The stub's own place does not: the
// region has just said that it gets no further.
func (s *splicer) landing(p *placed, target int) int {
	if target == p.PC {
		return p.tail
	}
	for i := range s.stubs {
		if target == s.stubs[i].PC {
			return target
		}
	}
	if pc, ok := s.moved[target]; ok {
		return pc
	}
	return target
}
