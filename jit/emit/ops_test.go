package emit_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"slipstream/sched/kernel"
)

// single makes the kernel of one operation on arguments of type t.
func single(op kernel.Op, args []kernel.Type, result kernel.Type) *kernel.Kernel {
	k := new(kernel.Kernel)
	in := kernel.Inst{Op: op, Type: result}
	for p, t := range args {
		k.Params = append(k.Params, kernel.Param{Kind: kernel.In, Type: t})
		k.Body = append(k.Body, kernel.Inst{Op: kernel.Load, Type: t, Param: p})
		in.Args = append(in.Args, kernel.ID(p))
	}
	k.Params = append(k.Params, kernel.Param{Kind: kernel.Out, Type: result})
	k.Body = append(k.Body, in)
	k.Stores = []kernel.Store{{Param: len(args), Value: kernel.ID(len(args))}}
	return k
}

// singles lists one kernel for every operation and type.
func singles() []*kernel.Kernel {
	var all []*kernel.Kernel
	for _, op := range kernel.Ops() {
		switch op {
		case kernel.Load, kernel.Const, kernel.Loop:
			continue
		}
		for _, t := range kernel.Types() {
			if slices.Contains(op.Info().Accepts, t.Info().Class) {
				all = append(all, singlesOf(op, t)...)
			}
		}
	}
	return all
}

func singlesOf(op kernel.Op, t kernel.Type) []*kernel.Kernel {
	switch {
	case op == kernel.Cast:
		var all []*kernel.Kernel
		for _, to := range kernel.Types() {
			all = append(all, single(op, []kernel.Type{t}, to))
		}
		return all
	case op == kernel.Select:
		return []*kernel.Kernel{single(op, []kernel.Type{kernel.Bool, t, t}, t)}
	}
	result := t
	if op.Info().ToBool {
		result = kernel.Bool
	}
	return []*kernel.Kernel{single(op, slices.Repeat([]kernel.Type{t}, op.Info().Arity), result)}
}

// Every operation on every type, every length from 1 to 50, with specials
// and without; values and flags must be the reference's.
func TestOperations(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range singles() {
		c := m.compile(k)
		for n := range 51 {
			compareRun(t, c, r, 0, n, 0, false)
			compareRun(t, c, r, n/3, n, 50, n%2 == 0)
		}
		compareRun(t, c, r, 0, 1000, 90, false)
	}
}
