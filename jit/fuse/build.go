package fuse

import (
	"errors"
	"math"
	"math/bits"
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched/kernel"
)

// builder writes the kernel of one group.
type builder struct {
	c      *cutter
	g      *Group
	k      *kernel.Kernel
	insts  map[ir.ID]kernel.ID // members
	params map[paramKey]kernel.ID
	mask   map[ir.ID]uint64 // array parameters a member depends on
	cover  []uint64
	// readers: the loops that read parameters; sharedLoops: there are so many
	// that some serve several operations.
	readers     []bool
	sharedLoops bool
}

// manyLoops is how many loops a kernel may have before they are shared.
const manyLoops = 24

type paramKey struct {
	id ir.ID
	t  kernel.Type
}

func (c *cutter) build(g *Group) error {
	b := &builder{c: c, g: g, k: new(kernel.Kernel), insts: map[ir.ID]kernel.ID{},
		params: map[paramKey]kernel.ID{}, mask: map[ir.ID]uint64{}}
	for _, id := range g.Members {
		b.member(id)
	}
	if g.Sink != ir.None {
		b.sink()
	}
	for _, id := range g.Members {
		if b.c.materialised(g, id) {
			b.out(id, b.insts[id])
		}
	}
	if last := len(g.Members) - 1; len(b.k.Stores) == 0 && b.k.Reduce == nil {
		// Nothing uses the results; they are computed for their reports.
		b.out(g.Members[last], b.insts[g.Members[last]])
	}
	b.rows()
	g.Kernel, g.Cover = b.k, b.minimalCover()
	b.orders()
	if len(b.k.Params) > maxParams {
		return errors.New("fuse: a kernel of too many operands")
	}
	return b.k.Check()
}

// materialised says whether a member must lie in memory: something outside
// the group uses it. A member nobody uses was kept for its report.
func (c *cutter) materialised(g *Group, id ir.ID) bool {
	for _, u := range c.uses[id] {
		if u == ir.None || u != g.Sink && !slices.Contains(g.Members, u) {
			return true
		}
	}
	return false
}

func (b *builder) emit(in kernel.Inst) kernel.ID {
	for i, x := range b.k.Body {
		if sameInst(x, in) {
			return kernel.ID(i)
		}
	}
	b.k.Body = append(b.k.Body, in)
	return kernel.ID(len(b.k.Body) - 1)
}

func sameInst(x, y kernel.Inst) bool {
	return x.Op == y.Op && x.Type == y.Type && x.Param == y.Param && x.Bits == y.Bits && x.Loop == y.Loop && slices.Equal(x.Args, y.Args)
}

func (b *builder) member(id ir.ID) {
	v := &b.c.f.Values[id]
	in := kernel.Inst{Op: v.KOp, Type: v.Type.DType}
	if v.Op == ir.Loop {
		in.Op = kernel.Loop
	}
	for i, a := range v.Args {
		in.Args = append(in.Args, b.operand(a, operandType(v, i)))
		b.mask[id] |= b.maskOf(a)
	}
	if v.Op == ir.Loop {
		in.Loop = b.loop(kernel.LoopRef{Ufunc: v.Name, Sig: v.Sig}, in.Args, b.reads(v) != nil)
		b.k.Elides = b.k.Elides || b.c.turns(v)
	}
	b.insts[id] = b.emit(in)
	if v.SameShape {
		b.cover = append(b.cover, b.maskOf(b.c.f.Replaced(v)))
		if v.KOp == kernel.Select { // a mask has exactly the array's shape, too
			b.cover = append(b.cover, b.maskOf(v.Args[0]))
		}
	}
	if b.mask[id] != 0 {
		b.cover = append(b.cover, b.mask[id])
	}
}

// turns says that NumPy may multiply complex numbers the other way round, see kernel.Kernel.
func (c *cutter) turns(v *ir.Value) bool {
	if v.Name != "multiply" || !v.Sig[0].IsComplex() {
		return false
	}
	return c.f.Values[v.Args[0]].Type.DType.IsComplex() && c.elidable(v.Args[1], v) && !c.elidable(v.Args[0], v)
}

// operandType is the type that operand i is computed in.
func operandType(v *ir.Value, i int) kernel.Type {
	switch {
	case v.Op == ir.Loop:
		return v.Sig[i]
	case v.KOp == kernel.Select && i == 0:
		return kernel.Bool
	}
	return v.In
}

// loop numbers a loop. One that reads parameters is alone with its operands, so
// that the run time can have it meet them as they lie (see sched.Order).
func (b *builder) loop(ref kernel.LoopRef, args []kernel.ID, reads bool) int {
	full := len(b.k.Loops) >= manyLoops
	for _, x := range b.k.Body {
		if x.Op != kernel.Loop || !sameLoop(b.k.Loops[x.Loop], ref) {
			continue
		}
		if slices.Equal(x.Args, args) || full || !reads && !b.readers[x.Loop] {
			b.sharedLoops = b.sharedLoops || full
			return x.Loop
		}
	}
	b.k.Loops, b.readers = append(b.k.Loops, ref), append(b.readers, reads)
	return len(b.k.Loops) - 1
}

func sameLoop(a, b kernel.LoopRef) bool { return a.Ufunc == b.Ufunc && slices.Equal(a.Sig, b.Sig) }

// operand gives the kernel value of a, in type t.
func (b *builder) operand(a ir.ID, t kernel.Type) kernel.ID {
	v := &b.c.f.Values[a]
	if id, ok := b.insts[a]; ok {
		return b.cast(id, v.Type.DType, t)
	}
	if v.Op == ir.Number {
		if bits, ok := literalBits(v, t); ok {
			return b.emit(kernel.Inst{Op: kernel.Const, Type: t, Bits: bits})
		}
	}
	if v.Type.Weak() {
		return b.param(a, kernel.Scalar, t)
	}
	kind := kernel.Scalar
	if v.Type.Kind == ir.Array {
		kind = kernel.In
	}
	return b.cast(b.param(a, kind, v.Type.DType), v.Type.DType, t)
}

func (b *builder) cast(id kernel.ID, from, to kernel.Type) kernel.ID {
	if from == to {
		return id
	}
	return b.emit(kernel.Inst{Op: kernel.Cast, Type: to, Args: []kernel.ID{id}})
}

func (b *builder) param(a ir.ID, kind kernel.ParamKind, t kernel.Type) kernel.ID {
	key := paramKey{a, t}
	if id, ok := b.params[key]; ok {
		return id
	}
	n := b.addParam(a, kind, t)
	id := b.emit(kernel.Inst{Op: kernel.Load, Type: t, Param: n})
	b.params[key] = id
	return id
}

func (b *builder) addParam(a ir.ID, kind kernel.ParamKind, t kernel.Type) int {
	b.k.Params = append(b.k.Params, kernel.Param{Kind: kind, Type: t})
	b.g.Params = append(b.g.Params, a)
	return len(b.k.Params) - 1
}

// maskOf is the set of array parameters that a's shape comes from.
func (b *builder) maskOf(a ir.ID) uint64 {
	if m, ok := b.mask[a]; ok {
		return m
	}
	for key, inst := range b.params {
		if key.id == a {
			p := b.k.Body[inst].Param
			if b.k.Params[p].Kind == kernel.In {
				return 1 << p
			}
		}
	}
	return 0
}

// sink ends the kernel in its sum or store.
func (b *builder) sink() {
	v := &b.c.f.Values[b.g.Sink]
	from := b.c.sinkValue(b.g.Sink)
	if v.Op == ir.Sum {
		id := b.operand(from, v.Type.DType)
		p := b.addParam(b.g.Sink, kernel.Out, v.Type.DType)
		b.k.Reduce = &kernel.Reduction{Value: id, Param: p}
		return
	}
	target := v.Args[1]
	t := b.c.f.Values[target].Type.DType
	id := b.operand(from, t)
	p := b.addParam(target, kernel.Out, t)
	b.k.Stores = append(b.k.Stores, kernel.Store{Param: p, Value: id})
}

func (b *builder) out(id ir.ID, inst kernel.ID) {
	p := b.addParam(id, kernel.Out, b.c.f.Values[id].Type.DType)
	b.k.Stores = append(b.k.Stores, kernel.Store{Param: p, Value: inst})
	b.g.Outs = append(b.g.Outs, id)
}

// rows finds the operands that stay at one element along a row.
func (b *builder) rows() {
	last := func(id ir.ID) ir.Sym {
		shape := b.c.f.Values[id].Shape
		if len(shape) == 0 {
			return ir.One
		}
		return shape[len(shape)-1]
	}
	if !b.k.InRows() || len(b.g.Members) == 0 || last(b.g.Members[0]) == ir.One {
		return
	}
	for p, x := range b.k.Params {
		b.k.Params[p].Row = x.Kind == kernel.In && last(b.g.Params[p]) == ir.One
	}
}

// arrays is the set of array operands.
func (b *builder) arrays() uint64 {
	var all uint64
	for p, x := range b.k.Params {
		if x.Kind == kernel.In {
			all |= 1 << p
		}
	}
	return all
}

// minimalCover keeps the sets that no other set is part of: what covers the
// space with few parameters does so with more. The set of all array
// parameters covers it by definition.
func (b *builder) minimalCover() []uint64 {
	all := b.arrays()
	var keep []uint64
	for _, m := range b.cover {
		if m != all && !slices.Contains(keep, m) && !slices.ContainsFunc(b.cover, func(o uint64) bool { return o != m && o&^m == 0 }) {
			keep = append(keep, m)
		}
	}
	slices.SortFunc(keep, func(x, y uint64) int { return bits.OnesCount64(x) - bits.OnesCount64(y) })
	return keep
}

// literalBits converts a Python number to element type t where that is exact;
// otherwise the run time converts it as NumPy does, or leaves.
func literalBits(v *ir.Value, t kernel.Type) (uint64, bool) {
	if t == kernel.Bool {
		return truthBits(v), true
	}
	if v.Type.Kind == ir.PyFloat {
		return floatBits(math.Float64frombits(v.Bits), t)
	}
	n := int64(v.Bits)
	if t.IsInt() {
		return v.Bits & (^uint64(0) >> (64 - 8*t.Size())), t.Holds(n)
	}
	if !t.IsFloat() || n > 1<<24 || n < -(1<<24) {
		return 0, false
	}
	return floatBits(float64(n), t)
}

func truthBits(v *ir.Value) uint64 {
	if v.Type.Kind == ir.PyFloat && math.Float64frombits(v.Bits) == 0 || v.Bits == 0 {
		return 0
	}
	return 1
}

func floatBits(x float64, t kernel.Type) (uint64, bool) {
	switch t {
	case kernel.F64:
		return math.Float64bits(x), true
	case kernel.F32:
		return uint64(math.Float32bits(float32(x))), math.IsInf(x, 0) || !math.IsInf(float64(float32(x)), 0)
	}
	return 0, false
}
