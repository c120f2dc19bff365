package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
)

// trivial says that the region computes nothing on arrays.
func (e *eval) trivial() bool {
	for _, id := range e.fn.Blocks[0].Body {
		switch v := e.fn.Values[id]; v.Op {
		case ir.Call, ir.Sum, ir.Store:
			return false
		case ir.Elem, ir.Loop:
			if v.Type.Kind == ir.Array {
				return false
			}
		}
	}
	return true
}

// next lists where another region may begin behind the place that stopped
// this one: the first statement start on each way out of it.
func (e *eval) next(why *reason.Refusal) []int {
	if why == nil {
		return nil
	}
	i, ok := e.code.at[why.PC]
	if !ok {
		return nil
	}
	var pcs []int
	in := e.code.Program.Insts[i]
	if in.Target > in.PC {
		pcs = appendNew(pcs, e.code.NextStart(in.Target))
	}
	if in.Op != bytecode.Jump {
		pcs = appendNew(pcs, e.code.NextStart(in.End))
	}
	return pcs
}

func appendNew(pcs []int, pc int) []int {
	if pc < 0 || slices.Contains(pcs, pc) {
		return pcs
	}
	return append(pcs, pc)
}

// lines lists the source lines of the values that are left.
func (e *eval) lines() []int {
	var lines []int
	for _, id := range e.fn.Blocks[0].Body {
		if l := e.fn.Values[id].Line; l > 0 && !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	slices.Sort(lines)
	return lines
}
