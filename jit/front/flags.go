package front

import (
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// This file is about the flags of arrays, which the run asks for. A branch on that of
// an array that enters the region is foreseen as it is in this call.

// The letters that flags go by, as attributes and as keys.
var (
	flagNames = map[string]string{
		"c_contiguous": "C", "contiguous": "C", "f_contiguous": "F", "fortran": "F", "writeable": "W", "aligned": aligned,
	}
	flagKeys = map[string]string{
		"C_CONTIGUOUS": "C", "CONTIGUOUS": "C", "C": "C", "F_CONTIGUOUS": "F", "FORTRAN": "F", "F": "F", "WRITEABLE": "W", "W": "W",
		"ALIGNED": aligned, "A": aligned,
	}
)

const aligned = "A"

func (e *eval) flag(v Val, letter string) (Val, *stop) {
	if letter == aligned {
		return boolVal(true), nil // others never enter a region, and none comes of these
	}
	if letter == "" {
		return Val{}, refuse(reason.UnknownAttr, "a flag of an array that is not known")
	}
	d, s := e.find(hostObject{path: []string{"slipstream._native", "flag"}})
	if s != nil {
		return Val{}, s
	}
	e.flagCall = e.hostObject(d.ID) + 1
	return e.callHost(hostObject{desc: d}, bound{pos: []Val{v, constVal(bytecode.Const{T: "str", V: letter})}}, npy.Function{Quiet: true})
}

// flagged is a flag of an array that enters the region.
func (f *forecast) flagged(v *ir.Value) (float64, bool) {
	if v.Num != f.flagCall-1 {
		return 0, false
	}
	of, letter := f.fn.Values[v.Args[0]], f.hosts[f.fn.Values[v.Args[1]].Num].Const
	if of.Op != ir.Input || f.eval.inputs[of.Num].sample.Flags == nil || f.eval.inputs[of.Num].Source == sched.FromConst {
		return 0, false
	}
	if strings.Contains(*f.eval.inputs[of.Num].sample.Flags, letter.V) {
		return 1, true
	}
	return 0, true
}
