package front

import (
	"slipstream/jit/ir"
	"slipstream/sched/kernel"
)

// This file is about reductions by a ufunc's own loop, which may run along with the
// kernel that computes their operand: see sched.TaskFold. Which ufunc's reductions are what the executor
// takes them for is asked: it is tried on small arrays, once a process.

// foldAxes is the set of axes of a reduction that the executor may fold, or 0.
func (e *eval) foldAxes(r reduction, o object, d *Desc) int {
	axes := reducedAxes(r, o.Type.Rank)
	if axes == 0 || d.DType != o.Type.DType.String() || o.Type.DType.IsComplex() {
		return 0
	}
	a, err := e.asker.Ask(Question{Ask: "fold", Name: r.f.Ufunc, ID: -1, In: []string{d.DType}})
	if err != nil || !a.Loop {
		return 0
	}
	return axes
}

// computed says that an array is the result of an elementwise operation.
func (e *eval) computed(o object) bool {
	v := &e.fn.Values[o.ID]
	return v.Op == ir.Elem || v.Op == ir.Loop
}

// reducedAxes is the set of axes that a reduction names, 0 if one is not there.
func reducedAxes(r reduction, rank int) int {
	axes := 0
	switch r.axis.T {
	case "none":
		return 1<<rank - 1
	case "int":
		r.axis.Items = append(r.axis.Items, r.axis)
	}
	for _, x := range r.axis.Items {
		n, ok := axisNumber(x.V, rank)
		if x.T != "int" || !ok || axes>>n&1 != 0 {
			return 0
		}
		axes |= 1 << n
	}
	return axes
}

// widened converts a computed operand to the type in which NumPy adds up or
// multiplies bools and short integers: any order gives the same.
func (e *eval) widened(r reduction, o object, d *Desc) object {
	t, ok := kernel.ParseType(d.DType)
	from := o.Type.DType
	if !ok || !t.IsInt() || !from.Exact() || t == from || !e.computed(o) || reducedAxes(r, o.Type.Rank) == 0 {
		return o
	}
	v := ir.Value{Op: ir.Elem, KOp: kernel.Cast, In: t, Type: ir.ArrayOf(t, o.Type.Rank), Args: []ir.ID{o.ID}}
	v.Shape = e.fn.Values[o.ID].Shape
	o.ID, o.Type = e.add(v), v.Type
	return o
}
