package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// getIter makes the iterator of what a loop goes over.
func (n *nester) getIter(*bytecode.Inst) *stop {
	v := n.pop()
	if v.kind == nIterable && v.over == overCalls {
		it, s := n.overMap(v)
		n.push(it)
		return s
	}
	it, s := n.iterOf(v)
	if s == nil {
		n.push(it)
	}
	return s
}

func (n *nester) iterOf(v nval) (nval, *stop) {
	switch {
	case v.kind == nRange:
		return n.rangeIter(v)
	case v.kind == nIterable && v.over == overBack:
		return n.backThrough(v.items[0])
	case v.kind == nIterable && v.over == overCalls:
		return nval{}, refuse(reason.Loop, "a loop over map or filter beside others")
	case v.kind == nIterable && v.over == overPlaces:
		return n.overIndices(v)
	case v.kind == nIterable && v.over == overTable:
		return n.overEntries(v.items[0], v.name)
	case v.kind == nIterable:
		return n.iterators(v)
	case v.kind == nList && v.form.kind != plainList && v.form.kind != aDeque:
		return n.overEntries(v, "")
	case v.kind == nList:
		return nval{kind: nIter, over: overList, items: []nval{numberOf(ir.PyIntType, n.int(0)), v}}, nil
	case isContainer(v) && ordered(v.val):
		return n.walkOver(v)
	case v.kind == nTuple:
		items, s := n.alike(v)
		if s != nil || slices.ContainsFunc(items, isScalar) { // which is to stay the object that it is
			return n.walkOver(v)
		}
		return nval{kind: nIter, over: overTuple, items: append([]nval{numberOf(ir.PyIntType, n.int(0))}, items...)}, s
	case v.kind == nArray || n.isArray(v) && (n.heap[v.val.Obj].Type.Rank > 1 || n.heap[v.val.Obj].Type.DType.IsComplex()):
		a, s := n.memory(v)
		return nval{kind: nIter, over: overArray, arr: a, items: []nval{numberOf(ir.PyIntType, n.int(0))}}, s
	case v.kind == nKnown && v.val.Kind == ArrayVal && n.heap[v.val.Obj].Type.Rank == 1:
		_, s := n.array(v.val)
		return nval{kind: nIter, over: overArray, val: v.val, items: []nval{numberOf(ir.PyIntType, n.int(0))}}, s
	}
	return nval{}, refuse(reason.Loop, "a loop over something else than a range or an array of one axis")
}

// rangeIter is an iterator that gives next, then next + step, as many as are left.
func (n *nester) rangeIter(v nval) (nval, *stop) {
	start, stop, step := v.items[0].id, v.items[1].id, v.items[2].id
	zero, one := n.int(0), n.int(1)
	if s := n.guard(n.compare(kernel.Ne, step, zero)); s != nil { // which raises
		return nval{}, s
	}
	up := n.compare(kernel.Gt, step, zero)
	low := n.scalar(kernel.Select, kernel.I64, up, start, stop)
	high := n.scalar(kernel.Select, kernel.I64, up, stop, start)
	some := n.compare(kernel.Lt, low, high)
	// A distance of more than half of all numbers would not fit.
	x, s := n.leaving()
	if s != nil {
		return nval{}, s
	}
	apart := n.scalar(kernel.Select, kernel.I64, some, high, low)
	distance := n.add(nest.Inst{Op: nest.Checked, KOp: kernel.Sub, Type: kernel.I64, Args: []nest.ID{apart, low}, Exit: x})
	by := n.scalar(kernel.Abs, kernel.I64, step)
	if s := n.guard(n.compare(kernel.Gt, by, zero)); s != nil { // all but the smallest number
		return nval{}, s
	}
	rounds := n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: []nest.ID{n.scalar(kernel.Sub, kernel.I64, distance, one), by}})
	left := n.scalar(kernel.Add, kernel.I64, rounds, one)
	left = n.scalar(kernel.Select, kernel.I64, some, left, zero)
	it := nval{kind: nIter, over: overRange, items: []nval{numberOf(ir.PyIntType, start), numberOf(ir.PyIntType, step), numberOf(ir.PyIntType, left)}}
	if in := &n.f.Insts[step]; in.Op == nest.Const && in.Bits == 1 {
		it.name = byOnes
	}
	return it, nil
}

// forIter goes on with the next item, or behind the loop.
func (n *nester) forIter(in *bytecode.Inst) *stop {
	if len(n.now.stack) == 0 || n.now.stack[len(n.now.stack)-1].kind != nIter {
		return refuse(reason.Loop, "a loop over what was made before it")
	}
	if s := n.round(); s != nil {
		return s
	}
	it := n.pop()
	if n.inLanes(in, it) {
		return nil
	}
	if it.over == overMapped {
		return n.nextMapped(in, it)
	}
	if more, known := it.foreknown(); known && !more {
		return n.jumpTo(in.Target)
	} else if known {
		item, next := n.nextItem(it)
		n.push(next)
		n.push(item)
		return n.jumpTo(in.End)
	}
	over, from := n.now.clone(), n.block
	more := n.more(it)
	n.block = n.f.NewBlock()
	inner := n.block
	if s := n.goOnWith(it, in.End); s != nil {
		return s
	}
	n.block, n.now = from, over
	out, s := n.edge(in.Target)
	if s == nil {
		n.f.Blocks[from].Term = nest.Term{Cond: more, Edges: []nest.Edge{{To: inner}, out}, Exit: -1}
	}
	return s
}

// goOnWith has the next item on the stack, and goes on.
func (n *nester) goOnWith(it nval, pc int) *stop {
	if it.over == overList && it.items[1].form.alts != nil {
		at, list := it.items[0], it.items[1]
		n.push(nval{kind: nIter, over: overList, back: it.back, items: []nval{n.onFrom(it), list}})
		s := n.onEither(list, n.itemPlaces(list, at.id)[0], func(x nval) *stop {
			n.push(x)
			return n.jumpTo(pc)
		})
		n.entered = false
		return s
	}
	if it.over == overTable && it.items[1].form.alts != nil && (it.name == "values" || it.name == "items") {
		return n.goOnWithValue(it, pc)
	}
	item, next := n.nextItem(it)
	n.push(next)
	n.push(item)
	return n.jumpTo(pc)
}

// round counts a round of a loop, and looks at the host now and then.
func (n *nester) round() *stop {
	x, s := n.leaving()
	if s != nil {
		return s
	}
	left := n.scalar(kernel.Sub, kernel.I64, n.now.poll, n.int(1))
	n.now.poll = n.add(nest.Inst{Op: nest.Poll, Type: kernel.I64, Args: []nest.ID{left}, Exit: x})
	return nil
}

// iterators makes those that enumerate and zip go on with.
func (n *nester) iterators(v nval) (nval, *stop) {
	it := nval{kind: nIter, over: v.over}
	if v.over == overCount {
		it.items = append(it.items, numberOf(ir.PyIntType, n.int(0)))
	}
	for _, of := range v.items {
		inner, s := n.iterOf(of)
		if s == nil && (inner.over == overList || inner.over == overTable) {
			s = mayNotRead(inner.items[1])
		}
		if s != nil {
			return nval{}, s
		}
		it.items = append(it.items, inner)
	}
	return it, nil
}

// more tells whether an iterator has an item.
func (n *nester) more(it nval) nest.ID {
	switch it.over {
	case overRange:
		return n.compare(kernel.Ne, it.items[2].id, n.int(0))
	case overArray:
		if it.back {
			return n.compare(kernel.Ge, it.items[0].id, n.int(0))
		}
		if it.arr != nil {
			return n.compare(kernel.Lt, it.items[0].id, it.arr.dims[0])
		}
		a, _ := n.array(it.val)
		return n.compare(kernel.Lt, it.items[0].id, n.dim(a, 0).id)
	case overCount:
		return n.more(it.items[1])
	case overList:
		there := n.compare(kernel.Lt, it.items[0].id, n.lengthOf(it.items[1]))
		if it.back {
			return n.scalar(kernel.And, kernel.Bool, there, n.compare(kernel.Ge, it.items[0].id, n.int(0)))
		}
		return there
	case overTuple:
		return n.compare(kernel.Lt, it.items[0].id, n.int(int64(len(it.items)-1)))
	case overTable:
		return n.compare(kernel.Lt, it.items[0].id, n.wordOf(it.items[1], tableEntries))
	case overItems: // beside others
		return n.constant(kernel.Bool, 1)
	case overPlaces:
		return n.anotherPlace(it)
	}
	all := n.more(it.items[0])
	for _, inner := range it.items[1:] {
		all = n.scalar(kernel.And, kernel.Bool, all, n.more(inner))
	}
	return all
}

// nextItem is the item, and the iterator behind it.
func (n *nester) nextItem(it nval) (item, next nval) {
	next = nval{kind: nIter, over: it.over, back: it.back, val: it.val, arr: it.arr, name: it.name}
	at := it.items[0]
	switch it.over {
	case overRange:
		on := n.scalar(kernel.Add, kernel.I64, at.id, it.items[1].id)
		fewer := n.scalar(kernel.Sub, kernel.I64, it.items[2].id, n.int(1))
		next.items = []nval{numberOf(ir.PyIntType, on), it.items[1], numberOf(ir.PyIntType, fewer)}
		return at, next
	case overList:
		next.items = []nval{n.onFrom(it), it.items[1]}
		return n.itemOf(it.items[1], at.id, false), next
	case overTable:
		return n.nextEntry(it)
	case overItems:
		next.items = append([]nval{n.onFrom(it), it.items[1]}, it.left()[1:]...)
		return it.left()[0], next
	case overPlaces:
		next.items = append(n.nextDigits(it), it.pools()...)
		return n.itemPlaced(it), next
	case overTuple:
		next.items = append([]nval{n.oneMore(at)}, it.items[1:]...)
		return n.itemAt(it.items[1:], at.id), next
	case overArray:
		next.items = []nval{n.onFrom(it)}
		if it.arr != nil {
			return n.rowAt(it.arr, at.id), next
		}
		a, _ := n.array(it.val)
		t := n.f.Args[a].Type
		return numberOf(ir.ScalarOf(t), n.add(nest.Inst{Op: nest.Load, Type: t, Num: a, Args: []nest.ID{at.id}})), next
	}
	item = nval{kind: nTuple}
	inner := it.items
	if it.over == overCount {
		item.items, next.items, inner = []nval{at}, []nval{n.oneMore(at)}, inner[1:]
	}
	for _, one := range inner {
		x, behind := n.nextItem(one)
		item.items, next.items = append(item.items, x), append(next.items, behind)
	}
	return item, next
}

func (n *nester) oneMore(at nval) nval {
	return numberOf(ir.PyIntType, n.scalar(kernel.Add, kernel.I64, at.id, n.int(1)))
}

// onFrom is the index of the item behind, or in front of, an iterator's next one.
func (n *nester) onFrom(it nval) nval {
	if it.back {
		return numberOf(ir.PyIntType, n.scalar(kernel.Sub, kernel.I64, it.items[0].id, n.int(1)))
	}
	return n.oneMore(it.items[0])
}

// backThrough is the iterator of reversed.
func (n *nester) backThrough(v nval) (nval, *stop) {
	it, s := n.iterOf(v)
	if v.kind == nTuple && s == nil {
		it, s = n.walkOver(v)
	}
	if s != nil {
		return it, s
	}
	switch it.back = true; it.over {
	case overItems:
		slices.Reverse(it.left())
		it.items[0] = numberOf(ir.PyIntType, n.int(int64(len(it.left())-1)))
	case overArray:
		length, s := n.lengthOfArray([]nval{v})
		if s != nil {
			return it, s
		}
		it.items[0] = numberOf(ir.PyIntType, n.scalar(kernel.Sub, kernel.I64, length.id, n.int(1)))
	case overList:
		if it.items[1].form.kind != plainList {
			return it, refuse(reason.Loop, "a loop back through a deque")
		}
		it.items[0] = numberOf(ir.PyIntType, n.scalar(kernel.Sub, kernel.I64, n.lengthOf(it.items[1]), n.int(1)))
	default:
		return it, refuse(reason.Loop, "a loop back through something else than a range, a tuple or an array")
	}
	return it, nil
}
