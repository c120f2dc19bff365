package emit

import (
	"fmt"

	"slipstream/sched/kernel"
)

// block is one copy of a segment's code for a full vector, or for the last
// elements under a mask. In that copy dead lanes hold what lane 0 holds, so
// that they raise no flag of their own.
type block struct {
	*emitter
	index string // of the first element, for parameters
	slot  string // the same within the tile, for slots
	left  string // number of live lanes; "" when all are
	mask  string // the same as a mask
	vals  map[kernel.ID]string
}

// segment runs segment s over count elements from base and goes to after.
func (e *emitter) segment(s int, base, count, after string) {
	n := func(name string) string { return fmt.Sprintf("%s%d", name, s) }
	sums := e.k.Reduce != nil && s == len(e.sched.Calls)
	e.label(n("seg"))
	if e.isEmpty(s) {
		e.line("br label %%%s", after)
		return
	}
	e.line("%%%s = and i64 %s, %d", n("full"), count, -e.lanes)
	e.line("%%%s = icmp ne i64 %%%s, 0", n("any"), n("full"))
	if e.light() {
		e.line("br i1 %%%s, label %%%s, label %%%s", n("any"), n("wide"), n("rest"))
		e.bodies(s, base, n)
	} else {
		e.line("br i1 %%%s, label %%%s, label %%%s", n("any"), n("body"), n("rest"))
		e.body(s, base, n, sums, n("seg"))
	}
	e.label(n("rest"))
	if sums {
		e.combine(n)
	}
	e.line("%%%s = and i64 %s, %d", n("left"), count, e.lanes-1)
	e.line("%%%s = icmp ne i64 %%%s, 0", n("odd"), n("left"))
	done := after
	if sums {
		done = "sum.end"
	}
	e.line("br i1 %%%s, label %%%s, label %%%s", n("odd"), n("tail"), done)
	e.tail(s, base, n, sums, done)
	if sums {
		e.finishSum(n, after)
	}
}

// isEmpty says whether segment s makes nothing: every operand of its call is
// in memory already.
func (e *emitter) isEmpty(s int) bool {
	if s == len(e.sched.Calls) && e.k.Reduce != nil {
		return false
	}
	for id := range e.k.Body {
		if e.makes(s, kernel.ID(id)) {
			return false
		}
	}
	return s < len(e.sched.Calls) || len(e.stores()) == 0
}

// makes says whether segment s computes v.
func (e *emitter) makes(s int, v kernel.ID) bool {
	in := &e.k.Body[v]
	if in.Op == kernel.Load || in.Op == kernel.Const || e.sched.IsCall(e.k, in) {
		return false
	}
	return e.sched.Place[v] == s
}

// stores lists the stores that no call does itself.
func (e *emitter) stores() []kernel.Store {
	var all []kernel.Store
	for _, st := range e.k.Stores {
		if e.sched.Direct[st.Value] < 0 {
			all = append(all, st)
		}
	}
	return all
}

// body is the loop over full vectors, entered from a block.
func (e *emitter) body(s int, base string, n func(string) string, sums bool, from string) {
	e.loop(s, base, n, sums, from, 1)
}

// loop computes so many vectors in each round.
func (e *emitter) loop(s int, base string, n func(string) string, sums bool, from string, each int) {
	e.label(n("body"))
	e.line("%%%s = phi i64 [ 0, %%%s ], [ %%%s, %%%s ]", n("j"), from, n("jn"), e.last(n, "body"))
	if sums {
		e.accumulator(n)
	}
	e.line("%%%s = add i64 %s, %%%s", n("i"), base, n("j"))
	index := "%" + n("i")
	for i := range each {
		if i > 0 {
			index = e.def("add i64 %s, %d", index, e.lanes)
		}
		b := &block{emitter: e, index: index, slot: "%" + n("j"), vals: make(map[kernel.ID]string)}
		b.compute(s)
		if sums {
			b.accumulate()
		}
	}
	e.join(n, "body")
	e.line("%%%s = add i64 %%%s, %d", n("jn"), n("j"), each*e.lanes)
	e.line("%%%s = icmp ult i64 %%%s, %%full%d", n("again"), n("jn"), s)
	e.line("br i1 %%%s, label %%%s, label %%rest%d", n("again"), n("body"), s)
}

// tail is the code for the elements that do not fill a vector.
func (e *emitter) tail(s int, base string, n func(string) string, sums bool, done string) {
	e.label(n("tail"))
	e.line("%%%s = add i64 %s, %%%s", n("it"), base, n("full"))
	b := &block{emitter: e, index: "%" + n("it"), slot: "%" + n("full"), left: "%" + n("left"), vals: make(map[kernel.ID]string)}
	b.makeMask()
	b.compute(s)
	e.join(n, "tail")
	if sums {
		b.spill()
		return
	}
	e.line("br label %%%s", done)
}

// last is the label of the block that the code of a body or tail ends in:
// what kernels compute of NumPy's loops has blocks of its own.
func (e *emitter) last(n func(string) string, name string) string {
	if e.expands() {
		return n(name + ".end")
	}
	return n(name)
}

func (e *emitter) join(n func(string) string, name string) {
	if e.expands() {
		e.line("br label %%%s", e.last(n, name))
		e.label(e.last(n, name))
	}
}

// makeMask compares lane numbers in the narrowest type that saves registers.
func (b *block) makeMask() {
	width := 32
	if b.lanes > 16 {
		width = 8
	}
	count := b.def("trunc i64 %s to i%d", b.left, width)
	vec := fmt.Sprintf("<%d x i%d>", b.lanes, width)
	limit := b.splat(vec, fmt.Sprintf("i%d %s", width, count))
	steps := ""
	for i := range b.lanes {
		if i > 0 {
			steps += ", "
		}
		steps += fmt.Sprintf("i%d %d", width, i)
	}
	b.mask = b.def("icmp ult %s <%s>, %s", vec, steps, limit)
}

// compute makes the segment's values, then does the stores: an output may be
// the memory of an input, so nothing is loaded after the first store.
func (b *block) compute(s int) {
	for id := range b.k.Body {
		v := kernel.ID(id)
		if !b.makes(s, v) || b.isSized(v) {
			continue
		}
		in := &b.k.Body[id]
		if size, ok := b.compared[v]; ok {
			b.vals[v] = b.compareSizes(v, size)
		} else {
			b.vals[v] = lowerings[in.Op](b, in)
		}
		if slot := b.sched.Slot[id]; slot >= 0 {
			b.storeSlot(in.Type, slot, b.vals[v])
		}
	}
	if s == len(b.sched.Calls) {
		b.storeAll()
	}
}

func (b *block) storeAll() {
	stores := b.stores()
	for _, st := range stores {
		b.value(st.Value)
	}
	for _, st := range stores {
		b.storeParam(st.Param, b.value(st.Value))
	}
}

// value is v's register; values of other segments come from memory.
func (b *block) value(v kernel.ID) string {
	if name, ok := b.vals[v]; ok {
		return name
	}
	in := &b.k.Body[v]
	name := ""
	switch {
	case in.Op == kernel.Const:
		name = b.constant(in.Type, in.Bits)
	case in.Op == kernel.Load && b.k.Params[in.Param].Kind == kernel.Scalar:
		name = b.scalars[in.Param]
	case in.Op == kernel.Load:
		name = b.loadParam(in.Type, in.Param)
	default:
		name = b.loadSlot(in.Type, b.sched.Slot[v])
	}
	b.vals[v] = name
	return name
}

// arg is the register of argument n.
func (b *block) arg(in *kernel.Inst, n int) string { return b.value(in.Args[n]) }

// argType is the type of argument n.
func (b *block) argType(in *kernel.Inst, n int) kernel.Type { return b.k.Body[in.Args[n]].Type }
