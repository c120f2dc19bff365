package emit_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"slipstream/sched/kernel"
	"slipstream/sched/ref"
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
			if k := single(op, []kernel.Type{t}, to); k.Check() == nil {
				all = append(all, k)
			}
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

// The sign and payload of a NaN are the reference's, too, as long as no two
// meet in one operation.
func TestNaNsAreKept(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(11, 12))
	for _, k := range singles() {
		last := k.Body[len(k.Body)-1]
		if !last.Type.IsFloat() {
			continue
		}
		c := m.compile(k)
		mine := makeArrays(k, r, 203, 100)
		for p, a := range mine {
			for i := range a.n {
				if p == 0 && a.t.IsFloat() && i%3 == 0 {
					a.set(i, payloads[a.t][i/3%4])
				} else if p > 0 && last.Op != kernel.Select && isNaN(a.t, a.get(i)) {
					a.set(i, 0)
				}
			}
		}
		theirs := cloneAll(mine)
		c.run(operands(mine), 0, 203)
		if _, err := ref.Eval(k, operands(theirs), 203, nil); err != nil {
			t.Fatal(err)
		}
		out := len(mine) - 1
		for i := range 203 {
			if got, want := mine[out].get(i), theirs[out].get(i); got != want {
				t.Fatalf("[%d] %#x, want %#x of %#x\n%s", i, got, want, mine[0].get(i), k)
			}
		}
	}
}

// payloads are quiet NaNs that can be told apart.
var payloads = map[kernel.Type][]uint64{
	kernel.F32: {0x7fc00000, 0xffc00000, 0x7fc12345, 0xffd54321},
	kernel.F64: {0x7ff8000000000000, 0xfff8000000000000, 0x7ff8123456789abc, 0xfffcba9876543210},
}
