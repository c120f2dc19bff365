package front

import (
	"fmt"
	"strings"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// resolve asks NumPy for the types a ufunc computes in: operand types, then
// the result's.
func (e *eval) resolve(name string, d *Desc, ops []operand) ([]kernel.Type, bool, *stop) {
	q := Question{Ask: "ufunc", Name: name, ID: -1}
	if d != nil {
		q.ID = d.ID
	}
	for _, o := range ops {
		q.In = append(q.In, promotionName(o.typ))
	}
	a, err := e.asker.Ask(q)
	if err != nil {
		return nil, false, refuse(reason.Compiler, err.Error())
	}
	sig, ok := parseSig(a.Sig)
	if a.Error != "" || !ok || len(sig) != len(ops)+1 {
		return nil, false, refuse(reason.UfuncTypes, fmt.Sprintf("%s of %s: %s", name, strings.Join(q.In, ", "), a.Error))
	}
	return sig, a.Loop, nil
}

func promotionName(t ir.Type) string {
	switch t.Kind {
	case ir.PyInt:
		return "int"
	case ir.PyFloat:
		return "float"
	case ir.PyComplex:
		return "complex"
	}
	return t.DType.String()
}

// oneExponent says that NumPy's loop for powers of floats gets the exponent as one number
// that does not advance, for which it has short cuts with other bits. Where an array does
// not advance follows from shapes, strides and the order of the axes.
func oneExponent(exponent ir.Type, in kernel.Type) bool {
	return exponent.Rank == 0 && (exponent.Kind != ir.NpScalar || exponent.DType == in)
}

// ufunc applies a ufunc elementwise: by the native operation of its row where
// there is one, else by NumPy's own inner loop. d is the live object when the
// program named it, nil for an operator.
func (e *eval) ufunc(name string, d *Desc, ops []operand) (Val, *stop) {
	if e.stored {
		return Val{}, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	sig, loop, s := e.resolve(name, d, ops)
	if s != nil {
		return Val{}, s
	}
	if name == "power" && !sig[0].Exact() && !oneExponent(ops[1].typ, sig[1]) {
		return Val{}, refuse(reason.Power, "an exponent that is an array, or of another type")
	}
	v := ir.Value{Type: resultType(ops, sig[len(ops)]), Line: e.line}
	if v.Shape, s = e.broadcast(ops); s != nil {
		return Val{}, s
	}
	if s := e.lower(&v, name, d, sig, loop, ops); s != nil {
		return Val{}, s
	}
	return e.result(v, ops), nil
}

func resultType(ops []operand, t kernel.Type) ir.Type {
	rank := 0
	for _, o := range ops {
		rank = max(rank, len(o.shape))
	}
	if rank == 0 {
		return ir.ScalarOf(t)
	}
	return ir.ArrayOf(t, rank)
}

// lower chooses the operation.
func (e *eval) lower(v *ir.Value, name string, d *Desc, sig []kernel.Type, loop bool, ops []operand) *stop {
	if s := e.weakBools(sig, ops); s != nil {
		return s
	}
	if s := castable(name, sig, ops); s != nil {
		return s
	}
	row := npy.FindUfunc(name)
	in, plain := e.computedIn(row, sig, ops), uniform(sig[:len(ops)])
	op := row.Native(in)
	v.Args = ids(ops)
	switch {
	case row.Form == npy.Same:
		v.Op, v.KOp, v.In = ir.Elem, kernel.Cast, sig[0]
		return nil
	case op != npy.NoOp && plain:
		v.Op, v.KOp, v.In = ir.Elem, op, in
		e.arrange(v, row.Form)
		return nil
	case row.Form == npy.IntRefused && !sig[0].IsFloat() && !e.neverNegative(sig[1], ops[1]):
		return refuse(reason.Power, "integer powers can raise ValueError")
	case !loop:
		return refuse(reason.UfuncTypes, fmt.Sprintf("%s has no plain loop for %v", name, sig))
	}
	v.Op, v.Name, v.Sig = ir.Loop, name, sig
	return e.loopObject(v, name, d)
}

// neverNegative says that an integer is known not to be negative.
func (e *eval) neverNegative(t kernel.Type, o operand) bool {
	v := &e.fn.Values[o.id]
	return t.IsInt() && (t.Unsigned() || v.Op == ir.Number && o.typ.Kind == ir.PyInt && int64(v.Bits) >= 0)
}

// weakBools refuses Python numbers that would have to be turned into bools at
// run time.
func (e *eval) weakBools(sig []kernel.Type, ops []operand) *stop {
	for i, o := range ops {
		if sig[i] == kernel.Bool && o.typ.Weak() && e.fn.Values[o.id].Op != ir.Number {
			return refuse(reason.UfuncTypes, "a Python number as a truth value")
		}
	}
	return nil
}

// computedIn is the type of the native operation. A Python integer that the
// operands' own type does not hold is an error in NumPy, so one that is known
// only at run time stays with NumPy's loop.
func (e *eval) computedIn(row npy.Ufunc, sig []kernel.Type, ops []operand) kernel.Type {
	if row.Form != npy.InResult {
		return sig[0]
	}
	for i, o := range ops {
		v := &e.fn.Values[o.id]
		if o.typ.Kind == ir.PyInt && sig[i].IsInt() && (v.Op != ir.Number || !sig[i].Holds(int64(v.Bits))) {
			return sig[0]
		}
	}
	return sig[len(ops)]
}

// castable refuses operands that no kernel converts to the type computed in.
func castable(name string, sig []kernel.Type, ops []operand) *stop {
	for i, o := range ops {
		if !o.typ.Weak() && !kernel.Castable(o.typ.DType, sig[i]) {
			return refuse(reason.UfuncTypes, fmt.Sprintf("%s converts %s to %s", name, o.typ.DType, sig[i]))
		}
	}
	return nil
}

// arrange writes out the forms of a row.
func (e *eval) arrange(v *ir.Value, form npy.Form) {
	switch form {
	case npy.Doubled:
		v.Args = []ir.ID{v.Args[0], v.Args[0]}
	case npy.OneFirst:
		one := e.add(ir.Value{Op: ir.Number, Type: ir.PyIntType, Bits: 1})
		v.Args = []ir.ID{one, v.Args[0]}
	}
}

// loopObject finds the ufunc whose inner loop is called.
func (e *eval) loopObject(v *ir.Value, name string, d *Desc) *stop {
	if d == nil {
		a, err := e.asker.Ask(Question{Ask: "object", Path: []string{"numpy", name}})
		if err != nil || a.Desc == nil {
			return refuse(reason.UnknownCall, "numpy has no "+name)
		}
		d = a.Desc
	}
	v.Num = e.hostObject(d.ID)
	return nil
}

func uniform(sig []kernel.Type) bool {
	for _, t := range sig {
		if t != sig[0] {
			return false
		}
	}
	return true
}

func ids(ops []operand) []ir.ID {
	out := make([]ir.ID, len(ops))
	for i, o := range ops {
		out[i] = o.id
	}
	return out
}

// result adds an elementwise value and gives it as an abstract value.
func (e *eval) result(v ir.Value, ops []operand) Val {
	e.gain(gainOf(&v, ops))
	var id ir.ID
	if anyUser(ops) {
		id = e.addRead(v)
	} else {
		id = e.add(v)
	}
	if v.Type.Kind == ir.Array {
		return e.newObject(object{Type: v.Type, ID: id, Input: -1})
	}
	return Val{Kind: Runtime, Type: v.Type, ID: id}
}

func anyUser(ops []operand) bool {
	for _, o := range ops {
		if o.user {
			return true
		}
	}
	return false
}

// broadcast gives the shape that the operands have together; lengths that do
// not go together are left to NumPy, which raises.
func (e *eval) broadcast(ops []operand) ([]ir.Sym, *stop) {
	var shape []ir.Sym
	for _, o := range ops {
		for len(shape) < len(o.shape) {
			shape = append([]ir.Sym{ir.One}, shape...)
		}
		off := len(shape) - len(o.shape)
		for i, s := range o.shape {
			switch {
			case shape[off+i] == ir.One || s != ir.One && e.lengths[shape[off+i]] < 0:
				shape[off+i] = s // a length that is known tells more
			case s != ir.One && s != shape[off+i] && e.lengths[s] >= 0 && e.lengths[shape[off+i]] >= 0:
				return nil, refuse(reason.UnknownValue, "shapes that do not broadcast")
			}
		}
	}
	if len(shape) > sched.MaxRank {
		return nil, refuse(reason.Rank, "too many axes")
	}
	return shape, nil
}
