package sched

import (
	"math"
	"unsafe"

	"slipstream/sched/kernel"
)

// NumPy's pairwise summation: a leaf has at most leafElems elements; before
// NumPy 2.3 the tree spans a chunk at a time.
const (
	leafElems  = 128
	chunkElems = 8192
)

// summing is a sum task over inputs gathered in memory order.
type summing struct {
	*launch
	out  int
	size int // number of elements
	ops  []Strided
	err  error
}

func (r *run) sum(t *Task) *Failure {
	l := &launch{r: r, t: t, k: r.Plan.Kernels[t.Kernel]}
	for _, step := range []func() *Failure{l.inputs, l.fusion, l.loops} {
		if f := step(); f != nil {
			return f
		}
	}
	axes, f := l.sumAxes()
	if f != nil {
		return f
	}
	s := &summing{launch: l, out: l.k.Reduce.Param, size: product(l.dims)}
	s.gather(axes)
	total := s.total()
	if s.err != nil {
		return &Failure{Cause: CauseDevice, Err: s.err}
	}
	r.put(t.Src[s.out], Datum{Bits: total})
	return nil
}

// gather copies every input to an array of one axis.
func (s *summing) gather(axes []int) {
	dims := permuted(s.dims, axes)
	s.ops = make([]Strided, len(s.k.Params))
	for p := range s.k.Params {
		if !s.iterated(p) {
			s.ops[p] = Strided{s.launch.ops[p].Base, []int{0}}
			continue
		}
		strides := permuted(broadcastStrides(s.mem[p], s.dims), axes)
		from := &Memory{Base: s.mem[p].Base, Dims: dims, Strides: strides, Type: s.mem[p].Type}
		to := NewMemory(from.Type, s.size)
		n := 0
		Each(dims, func(i []int) { to.Move([]int{n}, from, i); n++ })
		s.ops[p] = Strided{to.Base, to.Strides}
	}
}

func permuted(row, axes []int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = row[a]
	}
	return out
}

func (s *summing) total() uint64 {
	t := s.k.Params[s.out].Type
	if s.size == 0 {
		return 0
	}
	if !s.r.SumChunks {
		return s.add(t, 0, s.tree(t, 0, s.size))
	}
	total := uint64(0)
	for at := 0; at < s.size; at += chunkElems {
		total = s.add(t, total, s.tree(t, at, min(chunkElems, s.size-at)))
	}
	return total
}

func (s *summing) tree(t kernel.Type, low, n int) uint64 {
	if n <= leafElems {
		return s.leaf(t, low, n)
	}
	half := n / 2
	half -= half % 8
	left := s.tree(t, low, half)
	return s.add(t, left, s.tree(t, low+half, n-half))
}

func (s *summing) leaf(t kernel.Type, low, n int) uint64 {
	ops := make([]Strided, len(s.ops))
	for p, o := range s.ops {
		ops[p] = Strided{o.Base, o.Strides}
		if p != s.out {
			ops[p].Base = addOffset(o.Base, low*o.Strides[0])
		}
	}
	partial := new(uint64)
	ops[s.out] = Strided{unsafe.Pointer(partial), []int{0}}
	flags, err := s.launch.launch([]int{n}, ops)
	if err != nil {
		s.err = err
	}
	s.r.flags |= flags & s.r.reported
	return getBits(t, unsafe.Pointer(partial))
}

// add adds two partial sums and notes what that reports.
func (s *summing) add(t kernel.Type, a, b uint64) uint64 {
	switch {
	case t.IsInt():
		return (a + b) & (^uint64(0) >> (64 - 8*t.Size()))
	case t == kernel.F32:
		x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
		sum := x + y
		s.note(float64(x), float64(y), float64(sum))
		return uint64(math.Float32bits(sum))
	}
	x, y := math.Float64frombits(a), math.Float64frombits(b)
	sum := x + y
	s.note(x, y, sum)
	return math.Float64bits(sum)
}

func (s *summing) note(x, y, sum float64) {
	switch {
	case math.IsNaN(sum) && !math.IsNaN(x) && !math.IsNaN(y):
		s.r.flags |= FlagInvalid
	case math.IsInf(sum, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0):
		s.r.flags |= FlagOverflow
	}
}
