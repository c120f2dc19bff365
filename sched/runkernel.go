package sched

import (
	"math"
	"unsafe"

	"slipstream/sched/kernel"
)

// launch is a kernel task while its operands are bound.
type launch struct {
	r    *run
	t    *Task
	k    *kernel.Kernel
	mem  []*Memory // per parameter: the array iterated over, or stored into
	dims []int
	ops  []Strided
	// behind is the target of what else is read: it is stored into when all is computed.
	behind   *Memory
	behindOf int
}

func addOffset(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, n) }

func (r *run) kernel(t *Task) *Failure {
	l := &launch{r: r, t: t, k: r.Plan.Kernels[t.Kernel]}
	for _, step := range []func() *Failure{l.inputs, l.fusion, l.loops, l.shapeInto, l.outputs, l.execute} {
		if f := step(); f != nil {
			return f
		}
	}
	return nil
}

// inputs binds arrays and numbers and finds the broadcast shape.
func (l *launch) inputs() *Failure {
	l.mem, l.ops = make([]*Memory, len(l.k.Params)), make([]Strided, len(l.k.Params))
	for p, param := range l.k.Params {
		if param.Kind == kernel.Out {
			continue
		}
		v, d := l.r.Plan.Values[l.t.Src[p]], l.r.get(l.t.Src[p])
		if v.Kind == Array && param.Kind == kernel.In {
			l.mem[p] = d.Memory
			continue
		}
		bits, high, f := convert(v, d, param.Type)
		if f != nil {
			return f
		}
		word := new([2]uint64)
		setBits(param.Type, unsafe.Pointer(word), bits)
		setHigh(param.Type, unsafe.Pointer(word), high)
		l.ops[p] = Strided{Base: unsafe.Pointer(word)}
	}
	dims, ok := l.broadcast(^uint64(0))
	if !ok {
		return failf(CauseShape, "operands do not broadcast")
	}
	l.dims = dims
	return nil
}

// convert gives the bits of a number as an element of type t, as NumPy
// converts Python numbers; it fails where NumPy would raise or warn.
func convert(v Value, d Datum, t kernel.Type) (low, high uint64, f *Failure) {
	switch {
	case v.Kind == Array:
		return d.Memory.Get(), getHigh(t, d.Memory.Base), nil
	case v.Kind == NpScalar || v.Kind == PyComplex && t == kernel.C128:
		return d.Bits, d.High, nil
	case t.IsComplex():
		return toComplex(v, d, t)
	}
	low, f = convertReal(v, d, t)
	return low, 0, f
}

// toComplex converts both parts; that of a real number has no other.
func toComplex(v Value, d Datum, t kernel.Type) (low, high uint64, f *Failure) {
	if v.Kind == PyComplex {
		v.Kind = PyFloat
	}
	low, f = convertReal(v, d, t.Part())
	if f == nil && d.High != 0 {
		high, f = convertReal(v, Datum{Bits: d.High}, t.Part())
	}
	if t == kernel.C64 {
		return low | high<<32, 0, f
	}
	return low, high, f
}

func convertReal(v Value, d Datum, t kernel.Type) (uint64, *Failure) {
	i := int64(d.Bits)
	switch {
	case v.Kind == PyFloat && t == kernel.F64:
		return d.Bits, nil
	case v.Kind == PyFloat:
		return narrow(math.Float64frombits(d.Bits), t)
	case t == kernel.F32 || t == kernel.F16:
		return narrow(float64(i), t)
	case t == kernel.F64:
		return math.Float64bits(float64(i)), nil
	case t == kernel.Bool:
		return min(d.Bits, 1), nil
	case !t.Holds(i):
		return 0, failf(CauseRange, "%d is no %s", i, t)
	}
	return uint64(i) & (^uint64(0) >> (64 - 8*t.Size())), nil
}

func narrow(x float64, t kernel.Type) (uint64, *Failure) {
	if t == kernel.F16 {
		return toF16(x)
	}
	return toF32(x)
}

// toF16 leaves what is neither zero nor normal to NumPy.
func toF16(x float64) (uint64, *Failure) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, failf(CauseRange, "%g is no f2", x)
	}
	fraction, exponent := math.Frexp(math.Abs(x))
	mantissa := math.RoundToEven(fraction * (1 << 11))
	magnitude := uint64(exponent+13)<<10 + uint64(mantissa)
	if x == 0 {
		magnitude = 0
	} else if !(exponent >= -13 && magnitude < 0x7c00) {
		return 0, failf(CauseRange, "%g is no f2", x)
	}
	return math.Float64bits(x)>>63<<15 | magnitude, nil
}

func toF32(x float64) (uint64, *Failure) {
	if math.IsInf(float64(float32(x)), 0) && !math.IsInf(x, 0) {
		return 0, failf(CauseRange, "%g is no f4", x)
	}
	return uint64(math.Float32bits(float32(x))), nil
}

// fusion checks what the plan took for granted when it fused.
func (l *launch) fusion() *Failure {
	for _, set := range l.t.Cover {
		if dims, _ := l.broadcast(set); !sameDims(dims, l.dims) {
			return failf(CauseShape, "operands %b have another shape than all", set)
		}
	}
	if l.t.OnlyC && !l.allCLike() {
		return failf(CauseLayout, "inputs are not in C order")
	}
	return nil
}

// shapeInto gives the iteration the shape of what is stored into.
func (l *launch) shapeInto() *Failure {
	before, outs := l.dims, 0
	for p, mode := range l.t.Outs {
		if mode == NotOut {
			continue
		}
		outs++
		if mode != OutInto {
			continue
		}
		if f := l.into(p, l.r.get(l.t.Src[p]).Memory); f != nil {
			return f
		}
	}
	if outs > 1 && !sameDims(before, l.dims) {
		return failf(CauseShape, "several results in a grown shape")
	}
	return nil
}

func (l *launch) into(p int, m *Memory) *Failure {
	if m.ReadOnly {
		return failf(CauseReadOnly, "operand %d", p)
	}
	missing := len(m.Dims) - len(l.dims)
	if missing < 0 {
		return failf(CauseShape, "a store of rank %d into rank %d", len(l.dims), len(m.Dims))
	}
	for a, d := range l.dims {
		if d != 1 && d != m.Dims[missing+a] {
			return failf(CauseShape, "a store of %v into %v", l.dims, m.Dims)
		}
	}
	if product(l.dims) > 0 && product(m.Dims) == 0 {
		// The value is computed, and reports, where nobody sees it.
		l.mem[p] = NewMemory(m.Type, l.dims...)
		return nil
	}
	l.dims, l.mem[p] = m.Dims, m
	f := l.overlap(p, m)
	if l.behind == m {
		l.mem[p] = NewMemory(m.Type, m.Dims...)
	}
	return f
}

// outputs makes the results' memory and the strides of all operands.
func (l *launch) outputs() *Failure {
	strides, known := l.resultStrides()
	for p, mode := range l.t.Outs {
		switch mode {
		case OutScalar:
			l.ops[p] = Strided{Base: unsafe.Pointer(new(uint64))}
		case OutNew, OutTemp, OutTile:
			own, ok := strides(p)
			if !known || !ok {
				return failf(CauseLayout, "the order of the result is NumPy's to choose")
			}
			l.mem[p] = NewMemory(l.k.Params[p].Type, l.dims...)
			l.mem[p].Strides = scaled(own, l.mem[p].Type.Size())
		}
	}
	for p, m := range l.mem {
		if m != nil {
			l.ops[p] = Strided{m.Base, broadcastStrides(m, l.dims)}
		} else {
			l.ops[p].Strides = make([]int, len(l.dims))
		}
	}
	return nil
}

// execute runs the kernel. A store into existing memory whose report is due
// is taken back.
func (l *launch) execute() *Failure {
	if l.t.stores() && l.r.flags != 0 {
		return failf(CauseFlags, "flags %#x before a store", l.r.flags)
	}
	undo := l.keep()
	flags, err := l.launch(l.dims, l.ops)
	if err != nil {
		undo()
		return &Failure{Cause: CauseDevice, Err: err}
	}
	l.r.flags |= flags & l.r.reported
	if l.t.stores() && l.r.flags != 0 {
		undo()
		return failf(CauseFlags, "flags %#x in a store", l.r.flags)
	}
	l.storeBehind()
	l.publish()
	return nil
}

func (l *launch) storeBehind() {
	if l.behind == nil {
		return
	}
	Each(l.dims, func(i []int) { l.behind.Move(i, l.mem[l.behindOf], i) })
}

func (l *launch) launch(dims []int, ops []Strided) (Flags, error) {
	code, err := l.r.Device.Load(l.k)
	if err != nil || product(dims) == 0 {
		return 0, err
	}
	return code.Run(&Launch{Dims: dims, Args: ops})
}

// keep copies the memory that is stored into; the result puts it back.
func (l *launch) keep() func() {
	var restore []func()
	for p, mode := range l.t.Outs {
		if mode != OutInto {
			continue
		}
		m := l.mem[p]
		var old [][2]uint64
		Each(m.Dims, func(i []int) { old = append(old, [2]uint64{m.Get(i...), getHigh(m.Type, m.at(i))}) })
		restore = append(restore, func() {
			n := 0
			Each(m.Dims, func(i []int) { m.Set(old[n][0], i...); setHigh(m.Type, m.at(i), old[n][1]); n++ })
		})
	}
	return func() {
		for _, back := range restore {
			back()
		}
	}
}

// publish gives the results to the run.
func (l *launch) publish() {
	for p, mode := range l.t.Outs {
		switch mode {
		case OutScalar:
			l.r.put(l.t.Src[p], Datum{Bits: getBits(l.k.Params[p].Type, l.ops[p].Base), High: getHigh(l.k.Params[p].Type, l.ops[p].Base)})
		case OutNew, OutTemp, OutTile:
			l.r.put(l.t.Src[p], Datum{Memory: l.mem[p]})
		}
	}
}
