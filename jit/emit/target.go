// Package emit lowers kernels to LLVM IR text: explicit vectors, every
// floating-point operation through a constrained intrinsic, no absolute
// addresses and no external symbols, so that the flags are NumPy's and
// objects can be kept on disk. The text needs no IR passes, only code
// generation.
package emit

import (
	"slipstream/jit/libm"
	"slipstream/sched/kernel"
)

// Symbol is the name of the function in the emitted module.
const Symbol = "kernel"

// Target is the machine that code is generated for.
type Target struct {
	Triple   string // "x86_64-unknown-linux-gnu"
	CPU      string // LLVM's name
	Features string // LLVM's list: "+avx2,-avx512f"
	// Math holds the constants of the C library's functions, Own the loops
	// (their texts) that are known to be calls of these: kernels compute them.
	Math *libm.Constants
	Own  map[string]bool
}

// ExpansionsOf are the rows of the loops of k.
func ExpansionsOf(k *kernel.Kernel) []*Expansion {
	var rows []*Expansion
	for _, l := range k.Loops {
		if row := expansion(l); row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// owns says whether kernels compute a loop themselves, bit for bit.
func (t Target) owns(l kernel.LoopRef) bool { return t.Own[l.String()] }
