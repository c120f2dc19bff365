package bytecode

import (
	"maps"
	"slices"
)

// forwardJumps names the jumps that can be repeated, in the version that
// needs it.
var forwardJumps = map[Op]string{
	Jump:             "JUMP_FORWARD",
	PopJumpIfTrue:    "POP_JUMP_FORWARD_IF_TRUE",
	PopJumpIfFalse:   "POP_JUMP_FORWARD_IF_FALSE",
	PopJumpIfNone:    "POP_JUMP_FORWARD_IF_NONE",
	PopJumpIfNotNone: "POP_JUMP_FORWARD_IF_NOT_NONE",
	JumpIfTrueOrPop:  "JUMP_IF_TRUE_OR_POP",
	JumpIfFalseOrPop: "JUMP_IF_FALSE_OR_POP",
}

// notTaken goes on with the original instructions. Where tracing reports a
// line at each jump backward, the rest of the stub's line is repeated behind
// the call, so that the way back leads to another line and no line is
// reported twice.
func (s *splicer) notTaken(p *placed) {
	if !s.asm.ver.backwardLines {
		s.asm.jumpBack(p.tail)
		return
	}
	loc, cover := s.asm.loc, s.asm.cover
	ahead := map[int][]jumpFix{}
	if next := s.repeatLine(p, ahead); next >= 0 {
		s.asm.jumpBack(next)
	}
	for _, target := range slices.Sorted(maps.Keys(ahead)) {
		s.landAll(ahead[target])
		s.asm.jumpBack(target)
	}
	s.asm.loc, s.asm.cover = loc, cover
}

// repeatLine copies instructions and answers where the original code goes on
// behind the last one; -1 if it does not. Jumps to what has not been copied
// are left in ahead by their targets.
func (s *splicer) repeatLine(p *placed, ahead map[int][]jumpFix) int {
	prog, ended := s.g.Prog, false
	for i := prog.rawAt(p.PC); i < len(prog.raw); i++ {
		pc := prog.raw[i].pc
		fixes := ahead[pc]
		switch {
		case ended && len(fixes) == 0:
			return -1
		case pc >= p.end && !s.repeatable(i, p) && ended:
			return -1
		case pc >= p.end && !s.repeatable(i, p):
			return pc
		}
		s.landAll(fixes)
		delete(ahead, pc)
		ended = s.repeatOne(i, ahead)
	}
	return -1
}

func (s *splicer) landAll(fixes []jumpFix) {
	for _, f := range fixes {
		s.asm.land(f)
	}
}

func (s *splicer) repeatOne(raw int, ahead map[int][]jumpFix) (ended bool) {
	last := s.g.lastOf(raw)
	if !s.jumpsForward(raw) {
		return s.repeat(raw)
	}
	s.asm.cover = s.g.Prog.Handler(last.PC)
	s.asm.loc = locationOf(last)
	ahead[last.Target] = append(ahead[last.Target], s.asm.jumpAhead(forwardJumps[last.Op]))
	return last.Op.Ends()
}

func (s *splicer) jumpsForward(raw int) bool {
	last := s.g.lastOf(raw)
	return forwardJumps[last.Op] != "" && last.Target > last.PC
}

// repeatable: an instruction on the stub's line where no other stub begins.
func (s *splicer) repeatable(raw int, p *placed) bool {
	prog := s.g.Prog
	for i := range s.stubs {
		if s.stubs[i].PC == prog.raw[raw].pc {
			return false
		}
	}
	line := prog.Insts[prog.At(p.PC)].Line
	return prog.Insts[prog.first[raw]].Line == line && (s.g.movable(raw) || s.jumpsForward(raw))
}
