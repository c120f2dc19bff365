package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about indexing in nests: slices with bounds that change, rows, columns.

func (n *nester) buildSlice(in *bytecode.Inst) *stop {
	items := n.popN(in.Arg)
	if len(items) == 2 {
		items = append(items, knownVal(constVal(noneConst)))
	}
	n.push(nval{kind: nSlice, items: items})
	return nil
}

func (n *nester) binarySlice(*bytecode.Inst) *stop {
	vs := n.popN(3)
	n.push(vs[0])
	n.push(nval{kind: nSlice, items: []nval{vs[1], vs[2], knownVal(constVal(noneConst))}})
	return n.subscript(nil)
}

func (n *nester) storeSlice(*bytecode.Inst) *stop {
	vs := n.popN(4) // value, container, start, stop
	n.push(vs[0])
	n.push(vs[1])
	n.push(nval{kind: nSlice, items: []nval{vs[2], vs[3], knownVal(constVal(noneConst))}})
	return n.storeSubscript(nil)
}

// keysOf are the parts of an index; an ellipsis stands for whole axes.
func keysOf(key nval, rank int) ([]nval, *stop) {
	keys := []nval{key}
	if key.kind == nTuple {
		keys = key.items
	}
	taken, at := 0, -1
	for i, k := range keys {
		switch {
		case k.kind == nKnown && k.val.Kind == Const && k.val.Const.T == "ellipsis":
			if at >= 0 {
				return nil, refuse(reason.FancyIndex, "two ellipses")
			}
			at = i
		case k.kind != nKnown || !k.val.isNone():
			taken++
		}
	}
	if taken > rank {
		return nil, refuse(reason.FancyIndex, "more indices than axes")
	}
	if at < 0 {
		at = len(keys)
		keys = append(append([]nval(nil), keys...), nval{})
	}
	whole := make([]nval, rank-taken)
	for i := range whole {
		none := knownVal(constVal(noneConst))
		whole[i] = nval{kind: nSlice, items: []nval{none, none, none}}
	}
	return append(append(append([]nval(nil), keys[:at]...), whole...), keys[at+1:]...), nil
}

// view is what an index gives of an array in memory: a view, or the place of an element.
func (n *nester) view(a *narray, key nval) (*narray, *stop) {
	keys, s := keysOf(key, a.rank())
	if s != nil {
		return nil, s
	}
	b := &narray{typ: a.typ, own: a.own, made: a.made, base: a.root(), of: a.of, addr: a.addr}
	axis := 0
	for _, k := range keys {
		if k.kind == nKnown && k.val.isNone() {
			b.dims, b.strides = append(b.dims, n.int(1)), append(b.strides, n.int(0))
			continue
		}
		var at nest.ID
		if k.kind == nSlice {
			at, s = n.sliced(b, k, a.dims[axis], a.strides[axis])
		} else {
			at, s = n.indexIn(k, a.dims[axis], fmt.Sprint("length ", a.dims[axis]))
		}
		if s != nil {
			return nil, s
		}
		if c := &n.f.Insts[at]; c.Op != nest.Const || c.Bits != 0 {
			b.addr = n.scalar(kernel.Add, kernel.I64, b.addr, n.scalar(kernel.Mul, kernel.I64, at, a.strides[axis]))
		}
		axis++
	}
	n.numbers++
	b.who, b.place = n.numbers, fmt.Sprint(b.where())
	return b, fewAxes(b.rank())
}

// fewAxes refuses arrays of more axes than the executor has room for.
func fewAxes(rank int) *stop {
	if rank <= sched.MaxRank {
		return nil
	}
	return refuse(reason.Rank, fmt.Sprintf("an array of more than %d axes in a loop", sched.MaxRank))
}

// sliced adds an axis to a view, and gives the index of its first element.
func (n *nester) sliced(b *narray, k nval, dim, stride nest.ID) (nest.ID, *stop) {
	step := int64(1)
	if c := k.items[2]; c.kind != nKnown || !c.val.isNone() {
		if c.kind != nKnown || c.val.Kind != Const || c.val.Const.T != "int" {
			return nest.None, refuse(reason.FancyIndex, "a step that changes in a loop")
		}
		if _, err := fmt.Sscan(c.val.Const.V, &step); err != nil || step == 0 || step < -1<<30 || step > 1<<30 {
			return nest.None, refuse(reason.FancyIndex, "such a step")
		}
	}
	low, high := n.int(0), dim // the bounds of what start and stop may be
	if step < 0 {
		low, high = n.int(-1), n.scalar(kernel.Sub, kernel.I64, dim, n.int(1))
	}
	ends := [2]nest.ID{low, high}
	if step < 0 {
		ends = [2]nest.ID{high, low}
	}
	for i, item := range k.items[:2] {
		if item.kind == nKnown && item.val.isNone() {
			continue
		}
		x, s := n.place(item)
		if s != nil {
			return nest.None, s
		}
		ends[i] = n.clamped(x, dim, low, high)
	}
	length := n.stepsBetween(ends[0], ends[1], step)
	// NumPy takes an empty slice for one that begins at 0, with a step of 1.
	some := n.compare(kernel.Ne, length, n.int(0))
	by := stride
	if step != 1 {
		by = n.scalar(kernel.Select, kernel.I64, some, n.scalar(kernel.Mul, kernel.I64, stride, n.int(step)), stride)
	}
	b.dims, b.strides = append(b.dims, length), append(b.strides, by)
	if c := &n.f.Insts[ends[0]]; c.Op == nest.Const && c.Bits == 0 {
		return ends[0], nil
	}
	return n.scalar(kernel.Select, kernel.I64, some, ends[0], n.int(0)), nil
}

// place is a number that says where something is.
func (n *nester) place(k nval) (nest.ID, *stop) {
	x, s := n.number(k)
	if s != nil {
		return nest.None, s
	}
	if !x.typ.DType.IsInt() {
		return nest.None, refuse(reason.FancyIndex, "an index that is not an int in a loop")
	}
	id := n.cast(x.id, kernel.I64)
	if x.typ.DType == kernel.U64 {
		return id, n.guard(n.compare(kernel.Ge, id, n.int(0)))
	}
	return id, nil
}

// clamped is a bound of a slice: a negative one counts from the end, and then it lies
// between low and high.
func (n *nester) clamped(x, dim, low, high nest.ID) nest.ID {
	zero := n.int(0)
	negative := n.compare(kernel.Lt, x, zero)
	if c := &n.f.Insts[x]; c.Op != nest.Const || int64(c.Bits) < 0 {
		x = n.scalar(kernel.Select, kernel.I64, negative, n.scalar(kernel.Add, kernel.I64, x, dim), x)
	}
	x = n.scalar(kernel.Max, kernel.I64, x, low)
	return n.scalar(kernel.Min, kernel.I64, x, high)
}

// stepsBetween is how many steps lead from one number to, not up to, the other.
func (n *nester) stepsBetween(from, to nest.ID, step int64) nest.ID {
	if step < 0 {
		from, to, step = to, from, -step
	}
	span := n.scalar(kernel.Sub, kernel.I64, to, from)
	if step > 1 {
		more := n.scalar(kernel.Add, kernel.I64, span, n.int(step-1))
		span = n.scalar(kernel.Max, kernel.I64, more, n.int(0))
		return n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: []nest.ID{span, n.int(step)}})
	}
	return n.scalar(kernel.Max, kernel.I64, span, n.int(0))
}

// indexIn is a place along an axis: negative ones count from the end, others than those
// in range raise.
func (n *nester) indexIn(k nval, dim nest.ID, axis string) (nest.ID, *stop) {
	x, s := n.number(k)
	if s != nil {
		return nest.None, s
	}
	key := fmt.Sprintf("%d in %s", x.id, axis)
	if known, ok := n.proved[key]; ok {
		return known, nil
	}
	id, s := n.place(k)
	if s != nil {
		return nest.None, s
	}
	low := n.int(0)
	if c := &n.f.Insts[id]; c.Op != nest.Const || int64(c.Bits) < 0 {
		id = n.scalar(kernel.Add, kernel.I64, id, n.scalar(kernel.Select, kernel.I64, n.compare(kernel.Lt, id, low), dim, low))
	}
	in := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Ge, id, low), n.compare(kernel.Lt, id, dim))
	if s := n.guard(in); s != nil {
		return nest.None, s
	}
	n.proved[key] = id
	return id, nil
}

// part reads an index of an array: an element, or a view.
func (n *nester) part(v, key nval) *stop {
	a, s := n.memory(v)
	if s != nil {
		return s
	}
	if isListLiteral(key) {
		if rows, s := n.rowsOf(a, key); s == nil {
			n.push(rows)
			return nil
		}
	}
	if n.isFancy(key) {
		chosen, s := n.chosen(a, key)
		if s == nil {
			n.push(chosen)
		}
		return s
	}
	b, s := n.view(a, key)
	if s != nil {
		return s
	}
	if b.rank() > 0 {
		n.push(arrayOf(b))
		return nil
	}
	if key.kind == nTuple && hasEllipsis(key.items) {
		return refuse(reason.FancyIndex, "an array without axes")
	}
	n.push(n.peek(b.typ, b.addr))
	return nil
}

func hasEllipsis(keys []nval) bool {
	for _, k := range keys {
		if k.kind == nKnown && k.val.Kind == Const && k.val.Const.T == "ellipsis" {
			return true
		}
	}
	return false
}
