package sched

import (
	"slices"
	"unsafe"

	"slipstream/sched/kernel"
)

// broadcast joins the shapes of the input arrays in a set of parameters. The
// result has the rank of all of them.
func (l *launch) broadcast(set uint64) (dims []int, ok bool) {
	rank := 0
	for p := range l.mem {
		if l.iterated(p) {
			rank = max(rank, len(l.mem[p].Dims))
		}
	}
	dims, ok = make([]int, rank), true
	for a := range dims {
		dims[a] = 1
	}
	for p := range l.mem {
		if l.iterated(p) && set>>p&1 != 0 {
			ok = join(dims, l.mem[p].Dims) && ok
		}
	}
	return dims, ok
}

func (l *launch) iterated(p int) bool { return l.mem[p] != nil && l.k.Params[p].Kind == kernel.In }

func join(dims, with []int) bool {
	for a, d := range with {
		to := &dims[len(dims)-len(with)+a]
		if *to == 1 {
			*to = d
		} else if d != 1 && d != *to {
			return false
		}
	}
	return true
}

func sameDims(a, b []int) bool { return slices.Equal(a, b) }

// broadcastStrides gives the strides of m over a larger shape.
func broadcastStrides(m *Memory, dims []int) []int {
	strides := make([]int, len(dims))
	for a, d := range m.Dims {
		if d != 1 {
			strides[len(dims)-len(m.Dims)+a] = m.Strides[a]
		}
	}
	return strides
}

func magnitude(x int) int { return max(x, -x) }

// allCLike: no input's axes, as far as they move, grow in stride.
func (l *launch) allCLike() bool {
	for p := range l.mem {
		if l.iterated(p) && !cLike(l.mem[p]) {
			return false
		}
	}
	return true
}

func cLike(m *Memory) bool {
	last := -1
	for a, d := range m.Dims {
		s := magnitude(m.Strides[a])
		if d <= 1 || s == 0 {
			continue
		}
		if last >= 0 && s > last {
			return false
		}
		last = s
	}
	return true
}

// resultOrder gives the order of axes, outermost first, in which NumPy lays
// out a result for these inputs; false when they disagree.
func (l *launch) resultOrder() ([]int, bool) {
	order := make([]int, len(l.dims))
	for a := range order {
		order[a] = a
	}
	if l.allCLike() {
		return order, true
	}
	common, mixed, ok := l.inputOrders()
	switch {
	case !ok || common == nil:
		return nil, false
	case !mixed:
		return common, true
	}
	// Two axes, C and Fortran order mixed: the one result, which all inputs go
	// into, is in C order whatever order they go in.
	return order, len(l.dims) == 2 && l.outs() == 1
}

// inputOrders gives an axis order that an input has and whether others differ;
// false when an input is broadcast or has no single order.
func (l *launch) inputOrders() (common []int, mixed, ok bool) {
	for p, m := range l.mem {
		if !l.iterated(p) || len(m.Dims) == 0 {
			continue
		}
		own, ordered := axisOrder(m)
		if !ordered || !sameDims(m.Dims, l.dims) {
			return nil, false, false
		}
		mixed = mixed || common != nil && !slices.Equal(common, own)
		common = own
	}
	return common, mixed, true
}

func (l *launch) outs() int {
	n := 0
	for _, p := range l.k.Params {
		if p.Kind == kernel.Out {
			n++
		}
	}
	return n
}

// axisOrder sorts axes by falling stride; false when two are equal or one
// does not move.
func axisOrder(m *Memory) ([]int, bool) {
	order := make([]int, len(m.Dims))
	for a, d := range m.Dims {
		if order[a] = a; d <= 1 || m.Strides[a] == 0 {
			return nil, false
		}
	}
	slices.SortFunc(order, func(a, b int) int { return magnitude(m.Strides[b]) - magnitude(m.Strides[a]) })
	for i := 1; i < len(order); i++ {
		if magnitude(m.Strides[order[i]]) == magnitude(m.Strides[order[i-1]]) {
			return nil, false
		}
	}
	return order, true
}

// overlap fails when storing into m would change what is still read. Memory
// that is read element for element where it is stored is no harm.
func (l *launch) overlap(into int, m *Memory) *Failure {
	if writesItself(m) {
		return failf(CauseOverlap, "two elements of the target may be the same memory")
	}
	low, high := extent(m)
	for p, other := range l.mem {
		stored := l.t.Outs[p] == OutInto
		if stored {
			other = l.r.get(l.t.Src[p]).Memory
		}
		if p == into || other == nil || !stored && sameElements(other, m) {
			continue
		}
		if from, to := extent(other); from < high && low < to {
			return failf(CauseOverlap, "operand %d lies in what operand %d stores into", p, into)
		}
	}
	return nil
}

// writesItself says that an axis does not step over all that the axes with
// shorter steps span.
func writesItself(m *Memory) bool {
	if product(m.Dims) == 0 {
		return false
	}
	for a, d := range m.Dims {
		span, step := m.Type.Size(), magnitude(m.Strides[a])
		for b, e := range m.Dims {
			other := magnitude(m.Strides[b])
			if b != a && e > 1 && (other < step || other == step && b > a) {
				span += (e - 1) * other
			}
		}
		if d > 1 && step < span {
			return true
		}
	}
	return false
}

func sameElements(a, b *Memory) bool {
	if a.Base != b.Base || a.Type != b.Type || !sameDims(a.Dims, b.Dims) {
		return false
	}
	for i, d := range a.Dims {
		if d > 1 && a.Strides[i] != b.Strides[i] {
			return false
		}
	}
	return true
}

// extent gives the addresses [low, high) that an array touches.
func extent(m *Memory) (low, high uintptr) {
	low = uintptr(unsafe.Pointer(m.Base))
	high = low + uintptr(m.Type.Size())
	if product(m.Dims) == 0 {
		return low, low
	}
	for a, d := range m.Dims {
		if reach := (d - 1) * m.Strides[a]; reach < 0 {
			low -= uintptr(-reach)
		} else {
			high += uintptr(reach)
		}
	}
	return low, high
}
