package front

import (
	"slipstream/bytecode"
	"slipstream/jit/npy"
)

// This file is about std and var, written out in the steps of
// numpy._core._methods._var. That these are the running NumPy's is asked.

// spread is std, var or median. With no more elements than ddof NumPy warns: 1 // count
// fails for them.
func (e *eval) spread(r reduction, d hostObject, b bound) (Val, *stop) {
	count, s := e.count(r)
	if s != nil {
		return Val{}, s
	}
	e.counted(r, count)
	free := count
	if r.ddof > 0 {
		if free, s = e.minus(count, r.ddof); s != nil {
			return Val{}, s
		}
		e.notZero(free)
	}
	if !e.knownSpread(r) {
		return e.callHost(d, b, npy.Function{Fresh: true, Own: r.f.Own, OwnOf: r.f.OwnOf})
	}
	v, s := e.variance(r, count, free)
	if s != nil || !r.f.Root {
		return v, s
	}
	x, _, s := e.operands(v, v)
	if s != nil {
		return Val{}, s
	}
	return e.computedInto("sqrt", x)
}

func (e *eval) minus(count Val, n int) (Val, *stop) {
	a, b, s := e.operands(count, constVal(intConst("1")))
	if s != nil || n != 1 {
		return count, s
	}
	return e.pythonOp("-", a, b)
}

// knownSpread says that the steps are known: of std and var of floats.
func (e *eval) knownSpread(r reduction) bool {
	o := e.heap[r.array.Obj]
	if r.f.Ufunc == "" || !o.Type.DType.IsFloat() || reducedAxes(r, o.Type.Rank) == 0 {
		return false
	}
	a, err := e.asker.Ask(Question{Ask: "fold", Name: "var", ID: -1, In: []string{o.Type.DType.String()}})
	return err == nil && a.Loop
}

// variance is the mean square deviation from the mean.
func (e *eval) variance(r reduction, count, free Val) (Val, *stop) {
	center := r
	if o := e.heap[r.array.Obj]; o.Type.Rank > 1 || r.axis.T != "none" {
		center.keepdims = bytecode.Const{T: "bool", V: "True"}
	}
	mean, s := e.meanOf(r, center, count)
	if s != nil {
		return Val{}, s
	}
	if r.array, s = e.squaredDistance(r.array, mean); s != nil {
		return Val{}, s
	}
	total, s := e.total(r)
	if s != nil {
		return Val{}, s
	}
	return e.divide(total, free)
}

// meanOf is the mean of which nobody else knows: one that was computed before, as it is.
func (e *eval) meanOf(r, center reduction, count Val) (Val, *stop) {
	if v, ok := e.meanBefore(r); ok {
		return v, nil
	}
	total, s := e.total(center)
	if s != nil {
		return Val{}, s
	}
	return e.divide(total, count)
}

func (e *eval) squaredDistance(array, mean Val) (Val, *stop) {
	a, b, s := e.operands(array, mean)
	if s != nil {
		return Val{}, s
	}
	x, s := e.ufunc("subtract", nil, []operand{a, b})
	if s != nil {
		return Val{}, s
	}
	a, _, s = e.operands(x, x)
	if s != nil {
		return Val{}, s
	}
	return e.ufunc("square", nil, []operand{a})
}
