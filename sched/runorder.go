package sched

import (
	"slices"

	"slipstream/sched/kernel"
)

// elidable is the number of elements below which NumPy computes no result
// into an operand.
const elidable = 1 << 15

// operand is one operand of an operation, over the iteration's shape.
type operand struct {
	strides []int // 0 where broadcast
	step    int   // of neighbours
	rank    int   // its own
	whole   bool  // its own shape is the iteration's
	temp    bool  // NumPy may compute the result into it
}

// findOrders gives the strides, counted in elements, of each order's result;
// false where NumPy's choice is not known.
func (l *launch) findOrders() ([][]int, bool) {
	var found [][]int
	for _, o := range l.t.Orders {
		strides, ok := l.findOrder(o, l.operands(o, found))
		if !ok {
			return nil, false
		}
		found = append(found, strides)
	}
	return found, true
}

func (l *launch) operands(o Order, found [][]int) []operand {
	var list []operand
	for bit := range 64 {
		one := Sources(1) << bit
		if o.Of&one == 0 {
			continue
		}
		x := operand{step: 1, rank: len(l.dims), whole: true}
		if bit >= MaxOrders {
			x.strides = found[bit-MaxOrders]
		} else {
			x = l.parameter(l.mem[bit])
		}
		x.temp = o.Temps&one != 0
		list = append(list, x)
	}
	return list
}

func (l *launch) parameter(m *Memory) operand {
	x := operand{strides: m.Strides, step: m.Type.Size(), rank: len(m.Dims), whole: sameDims(m.Dims, l.dims)}
	if !x.whole {
		x.strides = broadcastStrides(m, l.dims)
	}
	return x
}

func (l *launch) findOrder(o Order, list []operand) ([]int, bool) {
	if o.Rule == OrderKeep {
		return l.keptStrides(list[0])
	}
	axes := l.sortedAxes(list)
	if o.Rule == OrderUfunc {
		if c, f := l.trivialOrder(list); c {
			axes = inOrder(len(l.dims))
			slices.Reverse(axes)
		} else if f {
			axes = inOrder(len(l.dims))
		}
	}
	strides := l.fillStrides(axes)
	for _, x := range list {
		if product(l.dims) >= elidable && x.temp && x.whole && !slices.Equal(x.strides, scaled(strides, x.step)) {
			return nil, false
		}
	}
	return strides, true
}

func inOrder(n int) []int {
	axes := make([]int, n)
	for a := range axes {
		axes[a] = a
	}
	return axes
}

func scaled(strides []int, by int) []int {
	out := make([]int, len(strides))
	for a, s := range strides {
		out[a] = s * by
	}
	return out
}

// sortedAxes gives the axes from the innermost one outwards: NumPy's iterator
// sorts by insertion and passes over axes that it cannot compare.
func (l *launch) sortedAxes(list []operand) []int {
	var axes []int
	for axis := len(l.dims) - 1; axis >= 0; axis-- {
		at := len(axes)
		for j := at - 1; j >= 0; j-- {
			crosses, known := l.crosses(list, axis, axes[j])
			if known && !crosses {
				break
			}
			if known {
				at = j
			}
		}
		axes = slices.Insert(axes, at, axis)
	}
	return axes
}

// crosses says that axis b, which lies inside, must come before axis a:
// every operand that moves on both must say so.
func (l *launch) crosses(list []operand, a, b int) (answer, known bool) {
	if l.dims[a] == 1 || l.dims[b] == 1 {
		return false, false
	}
	answer = true
	for _, x := range list {
		outer, inner := magnitude(x.strides[a]), magnitude(x.strides[b])
		if outer != 0 && inner != 0 {
			answer, known = answer && inner > outer, true
		}
	}
	return answer, known
}

func (l *launch) fillStrides(axes []int) []int {
	strides, step := make([]int, len(axes)), min(1, product(l.dims))
	for _, a := range axes {
		strides[a] = step
		step *= l.dims[a]
	}
	return strides
}

// trivialOrder is the one contiguity, C or Fortran, of all operands that have
// axes: ufuncs skip the iterator then.
func (l *launch) trivialOrder(list []operand) (c, f bool) {
	first := true
	for _, x := range list {
		if x.rank == 0 {
			continue
		}
		axes := inOrder(len(l.dims))
		ownF := x.whole && l.contiguous(x, axes)
		slices.Reverse(axes)
		ownC := x.whole && l.contiguous(x, axes)
		if !ownC && !ownF || !first && (ownC != c || ownF != f) {
			return false, false
		}
		c, f, first = ownC, ownF, false
	}
	return c, f
}

func (l *launch) contiguous(x operand, axes []int) bool {
	step := x.step
	for _, a := range axes {
		if l.dims[a] == 1 {
			continue
		}
		if x.strides[a] != step {
			return false
		}
		step *= l.dims[a]
	}
	return true
}

// keptStrides are those of an array that is updated in place; false if they
// have gaps.
func (l *launch) keptStrides(x operand) ([]int, bool) {
	if !x.whole {
		return nil, false
	}
	strides := l.fillStrides(l.sortedAxes([]operand{x}))
	for a, d := range l.dims {
		if d == 1 {
			strides[a] = x.strides[a] / x.step
		} else if x.strides[a] != strides[a]*x.step {
			return nil, false
		}
	}
	return strides, true
}

// keeps says that an order is another array's.
func (l *launch) keeps() bool {
	return slices.ContainsFunc(l.t.Orders, func(o Order) bool { return o.Rule == OrderKeep })
}

// resultStrides gives the element strides of the result at each parameter;
// false where they are NumPy's to choose.
func (l *launch) resultStrides() (of func(p int) ([]int, bool), ok bool) {
	if len(l.dims) <= 1 || !l.keeps() && l.allCLike() {
		axes := inOrder(len(l.dims))
		slices.Reverse(axes)
		return func(int) ([]int, bool) { return l.fillStrides(axes), true }, true
	}
	found, ok := l.findOrders()
	return func(p int) ([]int, bool) {
		if l.t.OrderOf == nil || l.t.OrderOf[p] < 0 {
			return nil, false
		}
		return found[l.t.OrderOf[p]], true
	}, ok && len(found) > 0
}

// loops: NumPy's own loops give other bits on negative steps. A device's loops
// are functions of elements, so here it matters only where the step that
// NumPy's would have met is not known.
func (l *launch) loops() *Failure {
	if len(l.k.Loops) == 0 || !slices.ContainsFunc(l.mem, reversed) {
		return nil
	}
	failure := failf(CauseLayout, "a loop over a negative step")
	found, ok := l.findOrders()
	if l.t.OnlyC || !ok {
		return failure
	}
	for _, o := range l.t.Orders {
		if back, known := l.backwards(o, l.operands(o, found)); !known || back && l.t.stores() {
			return failure
		}
	}
	return nil
}

func reversed(m *Memory) bool {
	for a := 0; m != nil && a < len(m.Dims); a++ {
		if m.Strides[a] < 0 && m.Dims[a] > 1 {
			return true
		}
	}
	return false
}

// backwards says that an operation's own loop meets a negative step. That is not
// known where NumPy may pass operands through buffers, which run forwards.
func (l *launch) backwards(o Order, list []operand) (back, known bool) {
	axes := slices.DeleteFunc(l.sortedAxes(list), func(a int) bool { return l.dims[a] == 1 })
	direct := o.Rule == OrderUfunc && !slices.ContainsFunc(list, func(x operand) bool { return !l.oneRun(x, axes) })
	for _, p := range o.Reads {
		if p < 0 || !reversed(l.mem[p]) {
			continue
		}
		if step := broadcastStrides(l.mem[p], l.dims)[axes[0]]; step > 0 && o.Rule == OrderUfunc {
			continue
		}
		if !direct {
			return false, false
		}
		back = true
	}
	return back, true
}

// oneRun says that an operand's elements lie at one step along the axes.
func (l *launch) oneRun(x operand, axes []int) bool {
	next := x.strides[axes[0]]
	for _, a := range axes {
		if x.strides[a] != next {
			return false
		}
		next *= l.dims[a]
	}
	return true
}

// sumAxes gives the order of axes, outermost first, in which NumPy adds: that
// of the array itself, if its elements lie at one step, else that of the fresh
// array that an expression makes. Integers add up to the same in any.
func (l *launch) sumAxes() ([]int, *Failure) {
	if l.k.Params[l.k.Reduce.Param].Type.IsInt() || product(l.dims) == 0 {
		return inOrder(len(l.dims)), nil
	}
	bare := l.k.Body[l.k.Reduce.Value].Op == kernel.Load
	for p, m := range l.mem {
		if !bare || !l.iterated(p) {
			continue
		}
		axes := l.sortedAxes([]operand{l.parameter(m)})
		if !singleStep(m, axes) {
			return nil, failf(CauseLayout, "a sum over memory with gaps")
		}
		slices.Reverse(axes)
		return axes, nil
	}
	of, ok := l.resultStrides()
	if ok {
		if strides, ok := of(l.k.Reduce.Param); ok {
			axes := l.sortedAxes([]operand{{strides: strides}})
			slices.Reverse(axes)
			return axes, nil
		}
	}
	return nil, failf(CauseLayout, "the order of a sum is NumPy's to choose")
}

// singleStep says that the elements lie at one constant step along the axes,
// innermost first.
func singleStep(m *Memory, axes []int) bool {
	next, first := 0, true
	for _, a := range axes {
		if m.Dims[a] == 1 {
			continue
		}
		if !first && m.Strides[a] != next {
			return false
		}
		next, first = m.Strides[a]*m.Dims[a], false
	}
	return true
}
