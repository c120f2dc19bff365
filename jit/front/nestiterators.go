package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about iterators over places: an index along each of several axes or sequences, of
// which the last one runs fastest, as the digits of a number. Of numpy.ndindex and of
// itertools.product the indices are those of items of ranges, lists and tuples, of
// itertools.combinations those of one, each larger than the one before. Of array.flat and
// numpy.ndenumerate they are an element's.

// placing is how a kind of such iterators goes on, and what an exit makes of it.
type placing struct {
	made HandedKind
	// rising: each index is by at least this larger than the one before; -1: they are apart.
	rising int64
	// indexed: an element is given with its indices.
	indexed bool
}

// placings are the kinds, by nval.name.
var placings = map[string]placing{
	"product":                       {made: ProductIterator, rising: -1},
	"combinations":                  {made: CombinationsIterator, rising: 1},
	"combinations_with_replacement": {made: RepeatingIterator, rising: 0},
	"flat":                          {made: FlatIterator, rising: -1},
	"ndenumerate":                   {made: IndexedIterator, rising: -1, indexed: true},
}

// Bounds: digits of an iterator, and items of a sequence.
const (
	maxDigits = 6
	maxDigit  = 1 << 31
)

// digits are the indices of the next item.
func (v nval) digits() []nval {
	if v.arr != nil {
		return v.items
	}
	return v.items[:len(v.items)/2]
}

// pools are the iterators, at their beginning, over what the indices are of.
func (v nval) pools() []nval { return v.items[len(v.digits()):] }

// overIndices makes an iterator that begins with the first item.
func (n *nester) overIndices(v nval) (nval, *stop) {
	it := nval{kind: nIter, over: overPlaces, name: v.name}
	if len(v.items) == 1 && n.isArray(v.items[0]) {
		a, s := n.memory(v.items[0])
		if s != nil {
			return it, s
		}
		it.arr = a
		it.items = make([]nval, a.rank())
	} else {
		it.items = append(make([]nval, len(v.items)), v.items...)
	}
	rising := max(placings[it.name].rising, 0)
	for i := range it.digits() {
		it.items[i] = numberOf(ir.PyIntType, n.int(int64(i)*rising))
	}
	if placings[it.name].rising < 0 {
		it.items[0].id = n.scalar(kernel.Select, kernel.I64, n.someEmpty(it), n.digitCount(it, 0), n.int(0))
	}
	return it, nil
}

// someEmpty says that there is no item at all.
func (n *nester) someEmpty(it nval) nest.ID {
	empty := n.compare(kernel.Eq, n.digitCount(it, 0), n.int(0))
	for i := 1; i < len(it.digits()); i++ {
		empty = n.scalar(kernel.Or, kernel.Bool, empty, n.compare(kernel.Eq, n.digitCount(it, i), n.int(0)))
	}
	return empty
}

// digitCount is how many values a digit has.
func (n *nester) digitCount(it nval, i int) nest.ID {
	if it.arr != nil {
		return it.arr.dims[i]
	}
	return n.poolLength(it.pools()[i])
}

func (n *nester) poolLength(pool nval) nest.ID {
	switch pool.over {
	case overRange:
		return pool.items[2].id
	case overList:
		return n.lengthOf(pool.items[1])
	}
	return n.int(int64(len(pool.items) - 1))
}

// poolItem is an item of a sequence.
func (n *nester) poolItem(pool nval, at nest.ID) nval {
	switch pool.over {
	case overRange:
		far := n.scalar(kernel.Mul, kernel.I64, at, pool.items[1].id)
		return numberOf(ir.PyIntType, n.scalar(kernel.Add, kernel.I64, pool.items[0].id, far))
	case overList:
		return n.itemOf(pool.items[1], at, false)
	}
	return n.itemAt(pool.items[1:], at)
}

// lastDigit is what a digit of an iterator whose digits rise is at the most.
func (n *nester) lastDigit(it nval, i int) nest.ID {
	behind := int64(len(it.digits())-1-i)*placings[it.name].rising + 1
	return n.scalar(kernel.Sub, kernel.I64, n.digitCount(it, i), n.int(behind))
}

// anotherPlace says that there is an item.
func (n *nester) anotherPlace(it nval) nest.ID {
	if placings[it.name].rising >= 0 {
		return n.compare(kernel.Le, it.items[0].id, n.lastDigit(it, 0))
	}
	return n.compare(kernel.Lt, it.items[0].id, n.digitCount(it, 0))
}

// itemPlaced is the item at the indices.
func (n *nester) itemPlaced(it nval) nval {
	at := nval{kind: nTuple}
	if it.arr == nil {
		for i, pool := range it.pools() {
			at.items = append(at.items, n.poolItem(pool, it.items[i].id))
		}
		return at
	}
	addr := it.arr.addr
	for i, digit := range it.items {
		addr = n.scalar(kernel.Add, kernel.I64, addr, n.scalar(kernel.Mul, kernel.I64, digit.id, it.arr.strides[i]))
	}
	x := n.peek(it.arr.typ, addr)
	if !placings[it.name].indexed {
		return x
	}
	at.items = slices.Clone(it.items)
	return nval{kind: nTuple, items: []nval{at, x}}
}

// nextDigits are the indices of the item behind: where a digit is beyond its last value the one in
// front goes on.
func (n *nester) nextDigits(it nval) []nval {
	digits, rising := slices.Clone(it.digits()), placings[it.name].rising
	beyond := make([]nest.ID, len(digits))
	for i := len(digits) - 1; i >= 0; i-- {
		by := n.int(1)
		if i < len(digits)-1 {
			by = n.cast(beyond[i+1], kernel.I64)
		}
		digits[i].id = n.scalar(kernel.Add, kernel.I64, digits[i].id, by)
		if rising < 0 {
			beyond[i] = n.compare(kernel.Ge, digits[i].id, n.digitCount(it, i))
		} else {
			beyond[i] = n.compare(kernel.Gt, digits[i].id, n.lastDigit(it, i))
		}
	}
	for i := 1; i < len(digits); i++ {
		first := n.int(0)
		if rising >= 0 {
			first = n.scalar(kernel.Add, kernel.I64, digits[i-1].id, n.int(rising))
		}
		digits[i].id = n.scalar(kernel.Select, kernel.I64, beyond[i], first, digits[i].id)
	}
	return digits
}

// handedPlaces has an exit make such an iterator, and first what it goes over.
func (n *nester) handedPlaces(x *nest.Exit, out *NestExit, it nval) ir.ID {
	var of []ir.ID
	var words []nest.ID
	for _, digit := range it.digits() {
		words = append(words, digit.id)
	}
	if it.arr != nil {
		of = append(of, n.heap[n.handedArray(x, out, it.arr).Obj].ID)
	}
	for _, pool := range it.pools() {
		of = append(of, n.handedPool(x, out, pool))
	}
	return n.handed(x, out, ir.ObjectType, placings[it.name].made, of, words)
}

func (n *nester) handedPool(x *nest.Exit, out *NestExit, pool nval) ir.ID {
	switch pool.over {
	case overRange:
		return n.handed(x, out, ir.ObjectType, HandedRange, nil, pool.ids())
	case overList:
		return n.handedList(pool.items[1], x, out).ID
	}
	tuple, s := n.handedValue(nval{kind: nTuple, items: pool.items[1:]}, x, out)
	if s != nil {
		panic("front: a tuple of numbers that cannot be handed over")
	}
	return tuple
}

// poolOf is an iterator over what cannot change any more: a list is copied, as Python does.
func (n *nester) poolOf(v nval) (nval, *stop) {
	if isContainer(v) && ordered(v.val) {
		items, s := n.itemsOf(v)
		if s != nil {
			return v, s
		}
		v = nval{kind: nTuple, items: items}
	}
	unknown := refuse(reason.Loop, "itertools of something else than ranges, and lists and tuples of numbers, in a loop")
	if v.kind == nList && (v.form.kind != plainList || v.form.inner != nil || v.form.alts != nil) {
		return v, unknown
	}
	if v.kind == nList {
		var s *stop
		if v, s = n.copyOfList(v); s != nil {
			return v, s
		}
	}
	if v.kind != nRange && v.kind != nList && v.kind != nTuple {
		return v, unknown
	}
	it, s := n.iterOf(v)
	if s != nil || it.over == overItems || it.over == overList && it.items[1].form.scalars() {
		return it, unknown
	}
	return it, n.guard(n.compare(kernel.Lt, n.poolLength(it), n.int(maxDigit)))
}

// productOf is itertools.product.
func (n *nester) productOf(c nestArgs) (nval, *stop) {
	times := int64(1)
	if repeat, ok := c.named["repeat"]; ok {
		if times, ok = n.literalInt(repeat); !ok || len(c.named) > 1 {
			return nval{}, wrongArguments()
		}
	} else if len(c.named) > 0 {
		return nval{}, wrongArguments()
	}
	var pools []nval
	for _, v := range c.pos {
		pool, s := n.poolOf(v)
		if s != nil {
			return nval{}, s
		}
		pools = append(pools, pool)
		n.holding = append(n.holding, pool)
	}
	if times < 1 || times > maxDigits {
		return nval{}, wrongArguments()
	}
	return n.overPools("product", slices.Repeat(pools, int(times)))
}

func (n *nester) overPools(name string, pools []nval) (nval, *stop) {
	if len(pools) == 0 || len(pools) > maxDigits {
		return nval{}, wrongArguments()
	}
	return nval{kind: nIterable, over: overPlaces, name: name, items: pools}, nil
}

// combinationsOf makes an iterator over so many items of one sequence at a time.
func combinationsOf(name string) func(*nester, nestArgs) (nval, *stop) {
	return func(n *nester, c nestArgs) (nval, *stop) {
		args, s := c.bound("iterable", "r")
		if s != nil || !args[0].given() || !args[1].given() {
			return nval{}, wrongArguments()
		}
		r, ok := n.literalInt(args[1])
		if !ok || r < 1 || r > maxDigits {
			return nval{}, wrongArguments()
		}
		pool, s := n.poolOf(args[0])
		if s != nil {
			return nval{}, s
		}
		return n.overPools(name, slices.Repeat([]nval{pool}, int(r)))
	}
}

// indicesOf is numpy.ndindex, of lengths or of a tuple of them.
func (n *nester) indicesOf(args []nval) (nval, *stop) {
	if len(args) == 1 && args[0].kind == nTuple && !isListLiteral(args[0]) {
		args = args[0].items
	}
	// Of older versions of NumPy it goes over an array of that shape, which has to be possible.
	most := int64(1) << min(30, 59/max(len(args), 1))
	var pools []nval
	for _, v := range args {
		length, s := n.place(v)
		if s != nil {
			return nval{}, s
		}
		fits := n.scalar(kernel.And, kernel.Bool, n.compare(kernel.Ge, length, n.int(0)), n.compare(kernel.Lt, length, n.int(most)))
		if s := n.guard(fits); s != nil {
			return nval{}, s
		}
		pools = append(pools, nval{kind: nIter, over: overRange, items: []nval{
			numberOf(ir.PyIntType, n.int(0)), numberOf(ir.PyIntType, n.int(1)), numberOf(ir.PyIntType, length),
		}})
	}
	return n.overPools("product", pools)
}

// indexedElements is numpy.ndenumerate.
func (n *nester) indexedElements(args []nval) (nval, *stop) {
	if len(args) != 1 || !n.isArray(args[0]) {
		return nval{}, wrongArguments()
	}
	return n.elementsOf("ndenumerate", args[0])
}

// elementsOf goes over the elements of an array, in C's order of their indices.
func (n *nester) elementsOf(name string, v nval) (nval, *stop) {
	a, s := n.memory(v)
	if s != nil {
		return nval{}, s
	}
	return nval{kind: nIterable, over: overPlaces, name: name, items: []nval{arrayOf(a)}}, nil
}

// begunElements is an iterator over an array of which so many elements were given.
func (n *nester) begunElements(name string, of []Val) (nval, *stop) {
	iterable, s := n.elementsOf(name, knownVal(of[0]))
	if s != nil {
		return nval{}, s
	}
	it, s := n.overIndices(iterable)
	if s != nil {
		return it, s
	}
	count, s := n.number(knownVal(of[1]))
	if s != nil {
		return it, s
	}
	rest := count.id
	for i := len(it.items) - 1; i > 0; i-- {
		length := n.scalar(kernel.Max, kernel.I64, it.arr.dims[i], n.int(1))
		by := []nest.ID{rest, length}
		it.items[i].id = n.add(nest.Inst{Op: nest.Remainder, Type: kernel.I64, Args: by})
		rest = n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: by})
	}
	empty := n.someEmpty(it)
	it.items[0].id = n.scalar(kernel.Select, kernel.I64, empty, it.arr.dims[0], rest)
	return it, nil
}

// begunPools is an iterator over ranges, of each of which the next index is told with it.
func (n *nester) begunPools(name string, of []Val) (nval, *stop) {
	it := nval{kind: nIter, over: overPlaces, name: name}
	var pools []nval
	for _, row := range of {
		if row.Kind != Tup || len(row.Items) != 4 {
			return it, refuse(reason.Loop, "an iterator over something else than ranges")
		}
		pool := nval{kind: nIter, over: overRange}
		if s := n.counted(&pool, row.Items[1:]); s != nil {
			return it, s
		}
		if s := n.counted(&it, row.Items[:1]); s != nil {
			return it, s
		}
		pools = append(pools, pool)
	}
	it.items = append(it.items, pools...)
	return it, nil
}
