package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/sched/kernel"
)

// This file is about branches on what the region computes, or reads from arrays. Nobody
// foresees them, so one way is guessed, and the run looks. A guess that was wrong is the
// other way from then on, in versions that are compiled anew; where both ways were wrong the
// region ends and Python decides. In a loop that Python runs nothing is guessed: its
// branches go both ways in every call.

// guess is what is known of a branch.
type guess struct {
	truth  bool
	turned bool // it was the other way before
	open   bool // both ways were wrong
}

// guessed is the truth with which a branch is likely to go.
func (e *eval) guessed(in *bytecode.Inst, v Val) (truth, known bool) {
	inLoop := e.code.CFG.LoopOf(e.code.CFG.BlockAt(e.entry)) >= 0
	if e.general || e.stored || inLoop || !e.ahead(in) || !guessable(v) {
		return false, false
	}
	number := e.site(in, v)
	g := e.code.guesses[number]
	if g.open {
		return false, false
	}
	return g.truth, e.looksAt(v, g.truth, "guess", number)
}

func guessable(v Val) bool {
	if v.Kind != Runtime {
		return false
	}
	switch v.Type.Kind {
	case ir.PyBool, ir.PyInt, ir.PyFloat:
		return true
	}
	return v.Type.Kind == ir.NpScalar && !v.Type.DType.IsComplex()
}

// site is the number of the guess of a branch: of this instruction, as often as the region
// that begins here has come to it on this way through calls.
func (e *eval) site(in *bytecode.Inst, v Val) int {
	key := fmt.Sprint(e.entry, ":", in.PC)
	for f := e.inlined; f != nil; f = f.caller {
		code := f.code.Program.Code
		key += fmt.Sprint(" in ", code.Name, ":", code.FirstLineNo)
	}
	if e.met == nil {
		e.met = map[string]int{}
	}
	e.met[key]++
	key += fmt.Sprint(" #", e.met[key])
	number, ok := e.code.sites[key]
	if !ok {
		number = len(e.code.guesses)
		e.code.sites[key] = number
		e.code.guesses = append(e.code.guesses, &guess{truth: e.likely(v)})
	}
	return number
}

// likely is the outcome of a test that finds nothing special: all elements are as they should
// be, none is otherwise, two numbers differ.
func (e *eval) likely(v Val) bool {
	of := &e.fn.Values[v.ID]
	switch of.Op {
	case ir.Elem:
		return of.KOp == kernel.Ne
	case ir.PyOp:
		return of.Name == "!="
	case ir.Call:
		if e.callsFunction(of, "operator", "truth") { // which CPython 3.13 takes first
			return e.likely(Val{ID: of.Args[len(of.Args)-1]})
		}
		return of.Axes != 0 && e.callsFunction(of, "numpy", "logical_and", "reduce")
	}
	return false
}

// callsFunction says that a call is one of a function.
func (e *eval) callsFunction(v *ir.Value, path ...string) bool {
	spec := e.hosts[v.Num]
	a, err := e.asker.Ask(Question{Ask: "object", Path: path})
	return err == nil && a.Desc != nil && spec.ID == a.Desc.ID
}

// Misguessed notes that a guess was wrong.
func (f *Function) Misguessed(number int) {
	if number < 0 || number >= len(f.guesses) {
		return
	}
	g := f.guesses[number]
	g.truth, g.turned, g.open = !g.truth, true, g.turned
}
