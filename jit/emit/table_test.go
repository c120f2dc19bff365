package emit

import (
	"regexp"
	"testing"

	"slipstream/sched/kernel"
)

func TestEveryOperationHasALowering(t *testing.T) {
	if len(lowerings) != len(kernel.Ops()) {
		t.Fatalf("%d lowerings for %d operations", len(lowerings), len(kernel.Ops()))
	}
	for _, op := range kernel.Ops() {
		inMemory := op == kernel.Load || op == kernel.Const
		if (lowerings[op] == nil) != inMemory {
			t.Errorf("%s: lowering %t", op, lowerings[op] != nil)
		}
	}
}

// What must never be in a module: arithmetic outside the constrained
// intrinsics loses flags or invents some, fast-math changes bits, absolute
// addresses and globals keep objects from being kept.
var forbidden = regexp.MustCompile(`(?m)= (fadd|fsub|fmul|fdiv|frem|fcmp|fptosi|sitofp|fptrunc|fpext)\b|fmuladd|\bfast\b|inttoptr|^@|fcmps`)

func TestNothingForbidden(t *testing.T) {
	for _, op := range kernel.Ops() {
		for _, typ := range kernel.Types() {
			for _, row := range kernelsOf(op, typ) {
				if found := forbidden.FindString(Emit(row, Target{})); found != "" {
					t.Errorf("%s on %s: %q", op, typ, found)
				}
			}
		}
	}
}

// kernelsOf makes unary, binary and ternary kernels and keeps valid ones.
func kernelsOf(op kernel.Op, typ kernel.Type) []*kernel.Kernel {
	var all []*kernel.Kernel
	for _, result := range kernel.Types() {
		k := &kernel.Kernel{
			Params: []kernel.Param{{Kind: kernel.In, Type: typ}, {Kind: kernel.In, Type: kernel.Bool}, {Kind: kernel.Out, Type: result}},
			Body:   []kernel.Inst{{Op: kernel.Load, Type: typ}, {Op: kernel.Load, Type: kernel.Bool, Param: 1}},
			Stores: []kernel.Store{{Param: 2, Value: 2}},
		}
		args := []kernel.ID{0, 0, 0}
		if op == kernel.Select {
			args[0] = 1
		}
		k.Body = append(k.Body, kernel.Inst{Op: op, Type: result, Args: args[:max(op.Info().Arity, 0)]})
		if k.Check() == nil {
			all = append(all, k)
		}
	}
	return all
}
