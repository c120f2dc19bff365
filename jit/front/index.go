package front

import (
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

func (e *eval) buildSlice(in *bytecode.Inst) *stop {
	items := e.popN(in.Arg)
	if len(items) == 2 {
		items = append(items, constVal(noneConst))
	}
	e.push(Val{Kind: SliceVal, Items: items})
	return nil
}

// sliceOf is slice(stop) or slice(start, stop, step).
func sliceOf(b bound) (Val, *stop) {
	none := constVal(noneConst)
	items := append(slices.Clone(b.pos), none, none)[:3]
	switch {
	case len(b.kw) > 0 || len(b.pos) == 0 || len(b.pos) > 3:
		return Val{}, refuse(reason.CallArgument, "arguments")
	case len(b.pos) == 1:
		items = []Val{none, b.pos[0], none}
	}
	return Val{Kind: SliceVal, Items: items}, nil
}

func (e *eval) binarySlice(*bytecode.Inst) *stop {
	vs := e.popN(3)
	e.push(vs[0])
	e.push(Val{Kind: SliceVal, Items: []Val{vs[1], vs[2], constVal(noneConst)}})
	return e.subscript(nil)
}

func (e *eval) storeSlice(*bytecode.Inst) *stop {
	vs := e.popN(4) // value, container, start, stop
	key := Val{Kind: SliceVal, Items: []Val{vs[2], vs[3], constVal(noneConst)}}
	return e.store(vs[1], key, vs[0])
}

func (e *eval) storeSubscript(*bytecode.Inst) *stop {
	vs := e.popN(3) // value, container, key
	return e.store(vs[1], vs[2], vs[0])
}

// subscript reads container[key].
func (e *eval) subscript(*bytecode.Inst) *stop {
	vs := e.popN(2)
	c, s := e.look(vs[0])
	if s != nil {
		return s
	}
	switch c.Kind {
	case Tup, List, Result:
		return e.tupleItem(c, vs[1])
	case Flags:
		key, _ := e.constant(vs[1])
		v, s := e.flag(c.Items[0], flagKeys[key.V])
		e.push(v)
		return s
	case ArrayVal:
		v, s := e.itemOrItems(c, vs[1])
		if s != nil {
			return s
		}
		e.push(v)
		return nil
	}
	if k, ok := e.constant(vs[1]); c.Kind == Dict && ok && k.T == "str" {
		if v, ok := c.keyword(k.V); ok {
			e.push(v)
			return nil
		}
	}
	if c.Kind == Object {
		v, s := e.containerItem(c, vs[1])
		if s == nil {
			e.push(v)
		}
		return s
	}
	if c.Kind == Host && c.Desc.Kind == KindIndexed {
		v, s := e.callHost(getItem, bound{pos: []Val{c, vs[1]}}, npy.FindFunction(c.Desc.Name))
		e.push(v)
		return s
	}
	return refuse(reason.UnknownValue, "indexing of a value that is not an array")
}

// getItem is the operator of an index, for what NumPy's own code does.
var getItem = hostObject{path: []string{"slipstream._native", "getitem"}}

func (e *eval) tupleItem(c, key Val) *stop {
	if key.Kind == SliceVal && c.Kind != Result {
		return e.tupleSlice(c, key)
	}
	k, ok := e.constant(key)
	if !ok || k.T != "int" {
		return refuse(reason.NotConstant, "a tuple index that is only known at run time")
	}
	count := len(c.Items)
	if c.Kind == Result {
		count = len(c.Desc.Items)
	}
	n, err := strconv.Atoi(k.V)
	if err == nil && n < 0 {
		n += count
	}
	if err != nil || n < 0 || n >= count {
		return refuse(reason.UnknownValue, "a tuple index out of range")
	}
	if c.Kind != Result {
		e.push(c.Items[n])
		return nil
	}
	v, s := e.resultItem(c, n)
	if s != nil {
		return s
	}
	e.push(v)
	return nil
}

// unpackArray pushes the n items along the first axis, the first on top.
func (e *eval) unpackArray(v Val, n int) *stop {
	o := e.heap[v.Obj]
	switch {
	case o.Type.Rank == 0:
		return refuse(reason.UnknownValue, "unpacks an array without axes")
	case e.stored:
		return refuse(reason.TwoEffects, "unpacks an array behind a store in the same statement")
	}
	if s := e.mustCount(e.dim(o.ID, 0).ID, n); s != nil {
		return s
	}
	for i := n - 1; i >= 0; i-- {
		item, s := e.arrayItem(v, constVal(intConst(strconv.Itoa(i))))
		if s != nil {
			return s
		}
		e.push(item)
	}
	return nil
}

// arrayItem reads a view, or a scalar when the index names one element.
func (e *eval) arrayItem(c, key Val) (Val, *stop) {
	view, scalar, s := e.view(c, key)
	if s != nil {
		return Val{}, s
	}
	o := e.heap[view.Obj]
	if !scalar {
		return view, nil
	}
	t := ir.ScalarOf(o.Type.DType)
	e.gain(itemGain)
	e.spare(-viewGain) // it is none for Python either
	id := e.addRead(ir.Value{Op: ir.Item, Type: t, Args: []ir.ID{o.ID}})
	return Val{Kind: Runtime, Type: t, ID: id}, nil
}

// view makes the array that a basic index selects. scalar: reading it gives
// the element itself.
func (e *eval) view(c, key Val) (view Val, scalar bool, s *stop) {
	base := e.heap[c.Obj]
	shape := e.fn.Values[base.ID].Shape
	b := &indexBuilder{eval: e, shape: shape, args: []ir.ID{base.ID}}
	if s := b.build(key); s != nil {
		return Val{}, false, s
	}
	e.heap[c.Obj].Viewed = true
	e.spare(viewGain)
	v := ir.Value{Op: ir.View, Type: ir.ArrayOf(base.Type.DType, len(b.out)), Args: b.args, Index: b.items, Shape: b.out}
	id := e.add(v)
	o := object{Type: v.Type, ID: id, User: base.User, Input: base.Input, Viewed: true, Fixed: base.Fixed}
	return e.newObject(o), b.onlyInts && len(b.out) == 0, nil
}

// indexBuilder turns a key into index items.
type indexBuilder struct {
	*eval
	shape    []ir.Sym // of the base
	axis     int
	items    []ir.Index
	args     []ir.ID
	out      []ir.Sym
	onlyInts bool
}

func (b *indexBuilder) build(key Val) *stop {
	key, s := b.look(key)
	if s != nil {
		return s
	}
	parts := []Val{key}
	if key.Kind == Tup {
		parts = key.Items
	}
	b.onlyInts = true
	for i, p := range parts {
		p, s := b.look(p)
		if s != nil {
			return s
		}
		if s := b.item(p, parts[i+1:]); s != nil {
			return s
		}
	}
	return b.rest(len(b.shape) - b.axis)
}

func (b *indexBuilder) item(p Val, after []Val) *stop {
	switch {
	case p.isNone():
		b.onlyInts = false
		b.items = append(b.items, ir.Index{Kind: ir.IndexNewAxis})
		b.out = append(b.out, ir.One)
		return nil
	case p.Kind == Const && p.Const.T == "ellipsis":
		b.onlyInts = false
		return b.rest(len(b.shape) - b.axis - axesOf(after))
	case b.axis >= len(b.shape):
		return refuse(reason.FancyIndex, "more indices than axes")
	case p.Kind == SliceVal:
		b.onlyInts = false
		return b.slice(p)
	}
	n, s := b.bound(p)
	if s != nil {
		return s
	}
	b.items = append(b.items, ir.Index{Kind: ir.IndexInt, Start: n})
	b.axis++
	return nil
}

// axesOf counts the axes that the index items behind an ellipsis take.
func axesOf(items []Val) int {
	n := 0
	for _, p := range items {
		if !p.isNone() {
			n++
		}
	}
	return n
}

// rest takes n axes whole.
func (b *indexBuilder) rest(n int) *stop {
	if n < 0 {
		return refuse(reason.FancyIndex, "more indices than axes")
	}
	for ; n > 0; n-- {
		none := ir.Bound{None: true}
		b.items = append(b.items, ir.Index{Kind: ir.IndexSlice, Start: none, Stop: none, Step: none})
		b.out = append(b.out, b.shape[b.axis])
		b.axis++
	}
	return nil
}

func (b *indexBuilder) slice(p Val) *stop {
	var bounds [3]ir.Bound
	for i, item := range p.Items {
		n, s := b.sliceBound(item)
		if s != nil {
			return s
		}
		bounds[i] = n
	}
	ix := ir.Index{Kind: ir.IndexSlice, Start: bounds[0], Stop: bounds[1], Step: bounds[2]}
	b.items = append(b.items, ix)
	b.out = append(b.out, b.sliceSymbol(ix))
	b.axis++
	return nil
}

func (b *indexBuilder) sliceBound(v Val) (ir.Bound, *stop) {
	v, s := b.look(v)
	if s != nil {
		return ir.Bound{}, s
	}
	if v.isNone() {
		return ir.Bound{None: true}, nil
	}
	return b.bound(v)
}

// bound makes a number of an index: a literal or an integer known at run time.
func (b *indexBuilder) bound(v Val) (ir.Bound, *stop) {
	v, s := b.index(v)
	if s != nil {
		return ir.Bound{}, s
	}
	switch {
	case v.Kind == Const && v.Const.T == "int":
		n, err := strconv.ParseInt(v.Const.V, 10, 64)
		if err != nil {
			return ir.Bound{}, refuse(reason.FancyIndex, "an index of more than 64 bits")
		}
		return ir.Bound{Const: n}, nil
	case v.Kind == Runtime && v.Type.Kind == ir.PyInt:
		b.args = append(b.args, v.ID)
		return ir.Bound{Arg: len(b.args) - 1}, nil
	}
	return ir.Bound{}, refuse(reason.FancyIndex, "an index that is not an int, a slice, None or Ellipsis")
}

// index makes an int of an integer of NumPy's, once.
func (e *eval) index(v Val) (Val, *stop) {
	if v.Kind != Runtime || v.Type.Kind != ir.NpScalar || !v.Type.DType.IsInt() {
		return v, nil
	}
	if known, ok := e.indices[v.ID]; ok {
		return known, nil
	}
	n, s := e.callHost(hostObject{path: []string{"operator", "index"}}, bound{pos: []Val{v}}, npy.Function{Quiet: true})
	if s != nil {
		return v, s
	}
	if e.indices == nil {
		e.indices = map[ir.ID]Val{}
	}
	e.indices[v.ID] = n
	return n, nil
}

// sliceSymbol names the length of a slice. Bounds known when compiling give
// the length it has now; others a name of their own.
func (b *indexBuilder) sliceSymbol(ix ir.Index) ir.Sym {
	sym := b.shape[b.axis]
	n := b.lengths[sym]
	if ix.Start.None && ix.Stop.None && ix.Step.None {
		return sym
	}
	start, ok1 := b.known(ix.Start)
	stop, ok2 := b.known(ix.Stop)
	step, ok3 := b.known(ix.Step)
	if n < 0 || !ok1 || !ok2 || !ok3 || step != nil && *step == 0 {
		return b.symbol(-1)
	}
	return b.symbol(sliceLength(n, start, stop, step))
}

// known gives a bound's value where it is literal or an input seen at
// compile time; nil stands for an absent bound.
func (b *indexBuilder) known(n ir.Bound) (*int64, bool) {
	switch {
	case n.None:
		return nil, true
	case n.Arg == 0:
		return &n.Const, true
	}
	v := b.fn.Values[b.args[n.Arg]]
	if v.Op != ir.Input || b.inputs[v.Num].sample.Const == nil {
		return nil, false
	}
	x, err := strconv.ParseInt(b.inputs[v.Num].sample.Const.V, 10, 64)
	return &x, err == nil
}

func sliceLength(n int64, start, stop, step *int64) int64 {
	_, length := sliceRange(n, start, stop, step)
	return length
}

// sliceRange is PySlice_AdjustIndices: the first place and the number of places.
func sliceRange(n int64, start, stop, step *int64) (first, length int64) {
	st := int64(1)
	if step != nil {
		st = *step
	}
	lo, hi := int64(0), n
	if st < 0 {
		lo, hi = -1, n-1
	}
	clip := func(p *int64, def int64) int64 {
		if p == nil {
			return def
		}
		x := *p
		if x < 0 {
			x += n
		}
		return min(max(x, lo), hi)
	}
	if st > 0 {
		a, z := clip(start, lo), clip(stop, hi)
		return a, max(0, (z-a+st-1)/st)
	}
	a, z := clip(start, hi), clip(stop, lo)
	return a, max(0, (a-z-st-1)/-st)
}

// store writes container[key] = value.
func (e *eval) store(container, key, value Val) *stop {
	c, s := e.look(container)
	if s != nil {
		return s
	}
	if c.Kind == Object && c.Desc.Name == dictionary {
		if k, ok := e.constant(key); ok && k.T == "str" {
			return e.storePart(c, k.V, value)
		}
	}
	if c.Kind == List || c.Kind == Dict {
		return e.setItem(c, key, value)
	}
	if c.Kind != ArrayVal {
		return refuse(reason.StoreTarget, "item assignment to a value that is not an array")
	}
	if e.stored && e.assignsItself(c, key, value) {
		return nil
	}
	if e.fancy(key) {
		return e.storeChosen(c, key, value)
	}
	if value, s = e.sequenceAs(value, e.heap[c.Obj].Type.DType); s != nil {
		return s
	}
	x, s := e.operandOf(value)
	if s != nil {
		return s
	}
	view, _, s := e.view(c, key)
	if s != nil {
		return s
	}
	return e.storeView(e.heap[view.Obj], x)
}

// assignsItself recognises the end of a[key] op= x: the view that was updated
// where it lies is assigned to the place it looks at.
func (e *eval) assignsItself(c, key, value Val) bool {
	value, s := e.look(value)
	if s != nil || value.Kind != ArrayVal {
		return false
	}
	v := e.fn.Values[e.heap[value.Obj].ID]
	base := e.heap[c.Obj].ID
	b := &indexBuilder{eval: e, shape: e.fn.Values[base].Shape, args: []ir.ID{base}}
	return v.Op == ir.View && b.build(key) == nil && slices.Equal(v.Args, b.args) && slices.Equal(v.Index, b.items)
}

func (e *eval) storeView(target object, x operand) *stop {
	x, s := e.withoutLeading(x, target.Type.Rank)
	if s != nil {
		return s
	}
	if x, s = e.asNumber(x, target.Type.DType); s != nil {
		return s
	}
	if x, s = e.storable(x, target.Type.DType); s != nil {
		return s
	}
	if x.typ.Weak() || x.typ.DType == target.Type.DType {
		return e.storeInto(&target, x.id)
	}
	v := e.cast(x, target.Type.DType)
	if v.Kind == ArrayVal {
		return e.storeInto(&target, e.heap[v.Obj].ID)
	}
	return e.storeInto(&target, v.ID)
}
