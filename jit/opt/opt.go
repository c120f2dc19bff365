// Package opt improves SSA without changing a bit of any result or report:
// it shares equal values, joins stores, and drops what has neither a use nor an
// effect.
// LLVM may do none of this for us, because strict floating-point operations
// are never merged or deleted there. It imports jit/ir only.
package opt

import (
	"fmt"
	"strings"

	"slipstream/jit/ir"
)

// Share replaces each pure value by an earlier equal one (value numbering).
// Memory tokens are part of a value, so two reads around a store differ.
func Share(f *ir.Func) {
	seen := make(map[string]ir.ID)
	to := identity(f)
	for b := range f.Blocks {
		kept := f.Blocks[b].Body[:0]
		for _, id := range f.Blocks[b].Body {
			v := &f.Values[id]
			replace(v, to)
			key, pure := keyOf(v)
			if first, ok := seen[key]; pure && ok {
				to[id] = first
				continue
			}
			seen[key] = id
			kept = append(kept, id)
		}
		f.Blocks[b].Body = kept
		replaceAll(f.Blocks[b].Term.Args, to)
	}
}

func identity(f *ir.Func) []ir.ID {
	to := make([]ir.ID, len(f.Values))
	for i := range to {
		to[i] = ir.ID(i)
	}
	return to
}

func replace(v *ir.Value, to []ir.ID) {
	replaceAll(v.Args, to)
	replaceAll(v.Apart, to)
	if v.Mem != ir.None {
		v.Mem = to[v.Mem]
	}
}

func replaceAll(ids []ir.ID, to []ir.ID) {
	for i, id := range ids {
		ids[i] = to[id]
	}
}

// keyOf is a text that equal pure values share. Results are objects with an
// identity for the program: arrays and numbers that are computed twice are two
// objects, so only what enters the region and literals are shared here. Inside
// a kernel, where nothing has an identity, package fuse shares the rest.
func keyOf(v *ir.Value) (string, bool) {
	if !v.Op.Info().Pure {
		return "", false
	}
	var b strings.Builder
	fmt.Fprint(&b, v.Op, v.Type, v.Args, v.Mem, v.KOp, v.In, v.Name, v.Sig, v.Index, v.Bits, v.Num, v.Num2)
	return b.String(), true
}

// Drop removes values that nothing uses and that can neither fail, report
// nor take effect.
func Drop(f *ir.Func) {
	used := make([]bool, len(f.Values))
	for _, b := range f.Blocks {
		markAll(used, b.Term.Args)
	}
	for b := len(f.Blocks) - 1; b >= 0; b-- {
		f.Blocks[b].Body = dropFrom(f, f.Blocks[b].Body, used)
	}
}

func dropFrom(f *ir.Func, body []ir.ID, used []bool) []ir.ID {
	var kept []ir.ID
	for i := len(body) - 1; i >= 0; i-- {
		v := &f.Values[body[i]]
		if !used[body[i]] && !v.CanRaise() && !v.Op.Info().Effect {
			continue
		}
		markAll(used, v.Args)
		markAll(used, v.Apart)
		if v.Mem != ir.None {
			used[v.Mem] = true
		}
		kept = append(kept, body[i])
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	return kept
}

func markAll(used []bool, ids []ir.ID) {
	for _, id := range ids {
		used[id] = true
	}
}
