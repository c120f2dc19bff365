package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// Nanoseconds that NumPy spends on small work beyond what a region spends on
// the same, rounded (NumPy 2.5 on Zen 3: np.sqrt of a float64 170, of an array
// without axes 530; float64 + float64 50; an empty region 50, one that makes a number 120,
// one that hands values to the frame 50 more). They decide whether a region that holds no large work gains.
const (
	regionCost   = 130 // entering, and leaving with the function's result: what the work must be worth
	frameCost    = 50  // leaving with values for the frame
	arrayGain    = 400 // an elementwise operation or reduction of an array
	zeroDGain    = 400 // an operation on an array without axes
	ufuncGain    = 140 // a ufunc called on numbers
	scalarGain   = 25  // an operator between NumPy's scalars
	errStateGain = 900 // making an error state, entering and leaving it
	recipeGain   = 300 // NumPy's wrappers around a function that is read as operations, at the least
	callGain     = 20  // a Python function that is inlined
	itemGain     = 25  // reading one element of an array
	setGain      = 40  // setting an attribute
	elementLoss  = 60  // storing one element
	storeGain    = 200 // storing a computed value into several
	copyGain     = 50  // storing one that exists
	maskGain     = 250 // storing several elements where a mask is true
	ownGain      = 800 // a generalized ufunc's machinery, where its loop is called
	scanGain     = 700 // numpy.cumsum and the wrappers around its loop
	methodGain   = 150 // what NumPy's method has around the reduction that is called
	boxedLoss    = 40  // a call that NumPy's own code answers, with boxed arguments
	raisesLoss   = 90  // the same under an error state of its own
)

// What the interpreter itself spends, by the same measure.
const (
	stepGain   = 3   // an instruction
	answerGain = 25  // a call that is answered when compiling
	typesGain  = 250 // one of NumPy's questions about types, which are Python functions
	viewGain   = 40  // a view, which is no object where nobody else sees it
	numberLoss = 25  // an operator of Python's numbers, which are boxed for it
)

// gain notes that native code saves ns nanoseconds (or loses them).
func (e *eval) gain(ns int) { e.saved += ns }

// spare notes that the interpreter is spared ns nanoseconds, or charges them.
func (e *eval) spare(ns int) { e.overhead += ns }

// gainOf an elementwise value: arrays without axes cost NumPy nearly what
// other arrays do, scalars little.
func gainOf(v *ir.Value, ops []operand) int {
	if v.Type.Kind == ir.Array {
		return arrayGain
	}
	for _, o := range ops {
		if o.array {
			return zeroDGain
		}
	}
	return scalarGain
}

// reductionGain of one that the executor folds is that of any array operation; of
// NumPy's own code only what stands around it is saved.
func reductionGain(r reduction, axes int, quiet bool) int {
	gain := methodGain - boxedLoss
	switch {
	case axes != 0 || r.f.LooksUp || r.f.Treat == npy.Mean:
		return arrayGain
	case r.f.FirstAxis:
		gain = -boxedLoss
	}
	if !quiet {
		gain -= raisesLoss
	}
	return gain
}

// storeGain of storing value over the array target.
func (e *eval) storeGain(target *object, value ir.ID) int {
	op := e.fn.Values[value].Op
	switch {
	case target.Type.Rank == 0:
		return -elementLoss
	case op == ir.Elem || op == ir.Loop:
		return storeGain
	}
	return copyGain
}

// trivial says that the region saves less than entering it costs.
func (e *eval) trivial() bool {
	cost := regionCost
	if t := e.fn.Blocks[0].Term; t.Exit < len(e.exits) && !e.exits[t.Exit].Return {
		cost += frameCost
	}
	return e.saved+e.overhead < cost
}

// next lists where another region may begin behind the place that stopped
// this one: the first statement start on each way out of it.
func (e *eval) next(why *reason.Refusal) []int {
	if why == nil {
		return nil
	}
	if why.Reason == reason.Cut {
		return e.code.aheadOf(why.PC)
	}
	if e.block >= 0 {
		why = &reason.Refusal{PC: e.block} // Python enters it, and its first statement may begin a region
	}
	i, ok := e.code.at[why.PC]
	if !ok {
		return nil
	}
	var pcs []int
	in := e.code.Program.Insts[i]
	if in.Target > 0 {
		pcs = appendNew(pcs, e.code.NextStart(in.Target))
	}
	if in.Op != bytecode.Jump || closesLoop(&in) {
		pcs = appendNew(pcs, e.code.NextStart(in.End))
	}
	return pcs
}

// aheadOf lists where regions may begin from pc on: there, and where a loop begins that
// Python may have to run, in its body and behind it.
func (f *Function) aheadOf(pc int) []int {
	pcs := []int{pc}
	if f.loopAt(pc) < 0 {
		return pcs
	}
	for _, in := range f.Program.Insts[f.at[pc]:] {
		if in.Target > 0 {
			return appendNew(appendNew(pcs, f.NextStart(in.End)), f.NextStart(in.Target))
		}
	}
	return pcs
}

func appendNew(pcs []int, pc int) []int {
	if pc < 0 || slices.Contains(pcs, pc) {
		return pcs
	}
	return append(pcs, pc)
}

// starts lists the statement starts behind the entry that were interpreted.
func (e *eval) starts() []int {
	var pcs []int
	for _, m := range e.marks {
		if _, ok := e.code.starts[m.pc]; ok && m.pc != e.entry {
			pcs = appendNew(pcs, m.pc)
		}
	}
	return pcs
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
