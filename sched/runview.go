package sched

import "math"

func (r *run) value(o Operand) int {
	if o.Value != NoValue {
		return int(int64(r.get(o.Value).Bits))
	}
	return int(o.Const)
}

// viewer builds a view axis by axis.
type viewer struct {
	r    *run
	from *Memory
	to   Memory
	axis int // next axis of from
}

func (r *run) view(t *Task) *Failure {
	m := r.get(t.Src[0]).Memory
	v := &viewer{r: r, from: m, to: Memory{Base: m.Base, Type: m.Type, ReadOnly: m.ReadOnly}}
	offset := 0
	for _, x := range t.Index {
		n, f := v.item(x)
		if f != nil {
			return f
		}
		offset += n
	}
	for ; v.axis < len(m.Dims); v.axis++ {
		v.add(m.Dims[v.axis], m.Strides[v.axis])
	}
	v.to.Base = addOffset(m.Base, offset)
	r.put(t.Dst, Datum{Memory: &v.to})
	return nil
}

func (v *viewer) add(dim, stride int) {
	v.to.Dims, v.to.Strides = append(v.to.Dims, dim), append(v.to.Strides, stride)
}

// item adds what an index item makes and gives the bytes it moves the start.
func (v *viewer) item(x IndexItem) (int, *Failure) {
	if x.Kind == IndexNewAxis {
		v.add(1, 0)
		return 0, nil
	}
	dim, stride := v.from.Dims[v.axis], v.from.Strides[v.axis]
	v.axis++
	if x.Kind == IndexInt {
		i := v.r.value(x.Start)
		if i < 0 {
			i += dim
		}
		if i < 0 || i >= dim {
			return 0, failf(CauseIndex, "index %d of %d", i, dim)
		}
		return i * stride, nil
	}
	start, n, step, f := v.slice(x, dim)
	if f == nil {
		v.add(n, stride*step)
	}
	return start * stride, f
}

// slice gives first element, number of elements and step, as Python's
// slice.indices does. An empty slice keeps step 1, as in NumPy.
func (v *viewer) slice(x IndexItem, dim int) (start, n, step int, f *Failure) {
	step = 1
	if !x.Step.None {
		step = max(v.r.value(x.Step), -math.MaxInt)
	}
	if step == 0 {
		return 0, 0, 0, failf(CauseIndex, "step 0")
	}
	low, high := 0, dim
	first, last := 0, dim
	if step < 0 {
		low, high = -1, dim-1
		first, last = dim-1, -1
	}
	if !x.Start.None {
		first = clip(v.r.value(x.Start), dim, low, high)
	}
	if !x.Stop.None {
		last = clip(v.r.value(x.Stop), dim, low, high)
	}
	switch {
	case step > 0 && first < last:
		return first, (last-first-1)/step + 1, step, nil
	case step < 0 && last < first:
		return first, (first-last-1)/(-step) + 1, step, nil
	}
	return 0, 0, 1, nil
}

func clip(i, dim, low, high int) int {
	if i < 0 {
		i += dim
	}
	return min(max(i, low), high)
}

func (r *run) transpose(t *Task) *Failure {
	m := *r.get(t.Src[0]).Memory
	n := len(m.Dims)
	dims, strides := make([]int, n), make([]int, n)
	for a := range n {
		dims[a], strides[a] = m.Dims[n-1-a], m.Strides[n-1-a]
	}
	m.Dims, m.Strides = dims, strides
	r.put(t.Dst, Datum{Memory: &m})
	return nil
}

func (r *run) load(t *Task) *Failure {
	m := r.get(t.Src[0]).Memory
	r.put(t.Dst, Datum{Bits: m.Get(), High: getHigh(m.Type, m.Base)})
	return nil
}

func (r *run) dim(t *Task) *Failure {
	dims := r.get(t.Src[0]).Memory.Dims
	n := product(dims)
	if t.Axis >= 0 {
		n = dims[t.Axis]
	}
	r.put(t.Dst, Datum{Bits: uint64(n)})
	return nil
}
