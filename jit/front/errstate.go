package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about `with np.errstate(...)`. The block is dissolved: nobody
// sees the state in between, because a region is left only at statement starts
// where its own stack is empty, so never inside of the block. What is computed
// there reports as the state says, and calls run in it.

// errorClasses are the keywords of numpy.errstate that name classes of reports.
var errorClasses = map[string]int{"invalid": sched.ErrInvalid, "divide": sched.ErrDivide, "over": sched.ErrOver,
	"under": sched.ErrUnder, "all": sched.ErrInvalid | sched.ErrDivide | sched.ErrOver | sched.ErrUnder}

// errorModes says of each mode whether something is reported.
var errorModes = map[string]bool{"ignore": false, "warn": true, "raise": true, "call": true, "print": true, "log": true}

// errState makes a context manager: Num tells its state from the present one.
// It is a value of its own for as long as nothing but a with statement has it.
func (e *eval) errState(b bound) (Val, *stop) {
	if len(b.pos) > 0 {
		return Val{}, refuse(reason.CallArgument, "an error state that is not given by name")
	}
	ignore, report := 0, 0
	for _, all := range []bool{true, false} { // single classes come after all
		for i, name := range b.kw {
			if (name == "all") != all {
				continue
			}
			v, s := e.look(b.val[i])
			if s != nil {
				return Val{}, s
			}
			if v.isNone() {
				continue
			}
			classes, known := errorClasses[name]
			reports, mode := errorModes[v.Const.V]
			if !known || !mode || v.Kind != Const || v.Const.T != "str" {
				return Val{}, refuse(reason.CallArgument, fmt.Sprintf("the error state of %s=", name))
			}
			if reports {
				ignore, report = ignore&^classes, report|classes
			} else {
				ignore, report = ignore|classes, report&^classes
			}
		}
	}
	return Val{Kind: ErrState, Num: int(sched.ErrorState(0).Change(ignore, report)), Obj: e.identity()}, nil
}

// beforeWith enters a block. Of a state that another name holds it could be
// the second time, which NumPy refuses.
func (e *eval) beforeWith(in *bytecode.Inst) *stop {
	v := e.pop()
	if v.Kind != ErrState || e.holds(v) {
		return refuse(reason.Handler, "with blocks are entered by Python")
	}
	if e.stored {
		return refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	e.push(Val{Kind: Leaver, Num: int(e.errors), Obj: in.PC})
	e.push(constVal(noneConst))
	state := sched.ErrorState(v.Num)
	e.setErrors(e.errors.Change(int(state)&15, int(state)>>4))
	e.gain(errStateGain)
	return nil
}

// holds says that a variable or the stack has the very manager.
func (e *eval) holds(v Val) bool {
	for _, values := range [][]Val{e.locals, e.stack} {
		for _, w := range values {
			if w.Kind == ErrState && w.Obj == v.Obj {
				return true
			}
		}
	}
	return false
}

// leaveWith is the call at the end of a block that nothing was raised in.
func (e *eval) leaveWith(leaver Val, args []Val) *stop {
	for _, a := range args {
		if !a.isNone() {
			return refuse(reason.Handler, "a with block is left by an exception")
		}
	}
	e.setErrors(sched.ErrorState(leaver.Num))
	e.push(constVal(noneConst))
	return nil
}

func (e *eval) setErrors(s sched.ErrorState) {
	e.errors = s
	e.mem = e.add(ir.Value{Op: ir.Errors, Type: ir.MemType, Args: []ir.ID{e.mem}, Num: int(s)})
}

// opened is the pc of the outermost with block that is being dissolved, or -1.
func (e *eval) opened() int {
	for _, v := range e.stack {
		if v.Kind == Leaver {
			return v.Obj
		}
	}
	return -1
}
