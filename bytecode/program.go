package bytecode

import "sort"

// NullFirst says that NULL lies below a callable on the stack, not above it.
func (p *Program) NullFirst() bool { return p.ver.nullFirst }

// At finds the first instruction at pc: its index in Insts, or -1.
func (p *Program) At(pc int) int {
	if i := p.rawAt(pc); i >= 0 {
		return p.first[i]
	}
	return -1
}

func (p *Program) rawAt(pc int) int {
	i := sort.Search(len(p.raw), func(i int) bool { return p.raw[i].pc >= pc })
	if i < len(p.raw) && p.raw[i].pc == pc {
		return i
	}
	return -1
}

// Handler finds the range that covers pc, or nil. Ranges never overlap.
func (p *Program) Handler(pc int) *ExcRange {
	i := sort.Search(len(p.Exc), func(i int) bool { return p.Exc[i].End > pc })
	if i < len(p.Exc) && p.Exc[i].Start <= pc {
		return &p.Exc[i]
	}
	return nil
}

// checkTargets makes every later lookup of a jump or handler succeed.
func (p *Program) checkTargets() error {
	for i := range p.Insts {
		if in := &p.Insts[i]; in.Target >= 0 && p.rawAt(in.Target) < 0 || in.Op.Jumps() && in.Target < 0 {
			return refuse(MalformedCode, in.PC, "jump to %d, which is not an instruction", in.Target)
		}
	}
	last := 0
	for _, e := range p.Exc {
		if e.Start < last || e.End <= e.Start || e.End > len(p.Code.Bytes) || p.rawAt(e.Target) < 0 {
			return refuse(MalformedCode, e.Start, "exception range %d to %d with handler %d", e.Start, e.End, e.Target)
		}
		last = e.End
	}
	return nil
}
