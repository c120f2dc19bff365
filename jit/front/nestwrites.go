package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about calls of NumPy's own functions that write into an array, in the middle of a nest:
// they look first and raise, or do all. Such a call is the store of its statement.

// writes calls a function or method that writes into its first argument, and gives None.
func (n *nester) writes(o hostObject, f npy.Function, args []nval, names []string) (nval, *stop) {
	none := knownVal(constVal(noneConst))
	if len(args)-len(names) <= f.Value || len(args)-len(names) > f.Out || len(args) > maxCallArguments || !n.isArray(args[0]) {
		return none, wrongArguments()
	}
	for _, name := range names {
		if !slices.Contains(f.Options, name) {
			return none, refuse(reason.CallArgument, "argument "+name+" of a call")
		}
	}
	a, s := n.memory(args[0])
	if s != nil {
		return none, s
	}
	if s := n.mayStore(a); s != nil {
		return none, s
	}
	args = slices.Clone(args)
	args[0] = arrayOf(a)
	if f.Value > 0 && !f.At {
		if args[f.Value], s = n.asWritten(f, a, args[f.Value]); s != nil {
			return none, s
		}
	}
	return none, n.writeOutside(o, f, args, names)
}

// asWritten is what a function stores, in the array's type: of others it may raise.
func (n *nester) asWritten(f npy.Function, a *narray, v nval) (nval, *stop) {
	var t kernel.Type
	if n.isArray(v) {
		x, s := n.arrayIn(v)
		if s != nil {
			return v, s
		}
		t = x.typ
		if f.Converts && sameKind(t, a.typ) {
			t = a.typ
		}
	} else {
		x, s := n.scalarOf(v)
		if s != nil {
			return v, s
		}
		if t = x.typ.DType; x.typ.Weak() && (x.typ.Kind != ir.PyInt || a.typ != kernel.Bool) {
			t = a.typ
		}
	}
	if t != a.typ {
		return v, refuse(reason.StoreType, "a call that stores another type in a loop")
	}
	return n.asChosen(a, v)
}

// writeOutside has NumPy write into the first argument when nothing of the statement can fail any more.
func (n *nester) writeOutside(o hostObject, f npy.Function, args []nval, names []string) *stop {
	c := &callOut{nester: n, arrays: map[int]*narray{}}
	b := bound{kw: names}
	for _, x := range args {
		v, s := c.standIn(x)
		if s != nil {
			return s
		}
		b.pos = append(b.pos, v)
	}
	if f.At {
		if s := c.updatesAt(&f, b.pos); s != nil {
			return s
		}
	}
	at := len(args) - len(names)
	b.pos, b.val = b.pos[:at], b.pos[at:]
	if f.Own != "" {
		o = hostObject{path: []string{"slipstream._native", f.Own}}
	}
	callee, s := n.find(o)
	if s != nil {
		return s
	}
	if s := c.head(callee, b, f.Quiet); s != nil {
		return s
	}
	c.form(formNothing, 0, 0)
	return c.storeLast(c.arrays[b.pos[0].Obj])
}

// storeLast keeps the call back until it may be done.
func (c *callOut) storeLast(target *narray) *stop {
	if s := c.settle(); s != nil {
		return s
	}
	if s := c.computeOthers(nval{}); s != nil {
		return s
	}
	store := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.CallOut, Args: c.withLiving()}
	return c.delay(delayed{in: store, fails: true, fresh: c.isFresh(target.made), bare: true})
}
