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

// overlap finds out whether storing into m would change what is still read. Memory
// that is read element for element where it is stored is no harm. What a kernel without
// loops of NumPy's reads itself is: then m is stored into when all is computed.
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
		from, to := extent(other)
		if from >= high || low >= to {
			continue
		}
		if stored || len(l.k.Loops) > 0 || l.behind != nil && l.behind != m {
			return failf(CauseOverlap, "operand %d lies in what operand %d stores into", p, into)
		}
		l.behind, l.behindOf = m, into
	}
	for _, v := range l.t.Apart {
		if from, to := extent(l.r.get(v).Memory); from < high && low < to {
			return failf(CauseOverlap, "v%d lies in what operand %d stores into", v, into)
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
