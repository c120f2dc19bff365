package fuse

import (
	"math/bits"
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// order is a sched.Order in the making; there may be more of them than a task
// can have.
type order struct {
	rule              sched.OrderRule
	loop              int
	reads             []int // parameters, by operand of the loop
	params, tempParam uint64
	of, temps         []int // earlier orders, sorted
}

// ordering writes down which operands decide NumPy's memory order of each
// result inside a kernel.
type ordering struct {
	b    *builder
	list []order
	of   map[ir.ID]int // members
}

// orders gives the group its orders. What computes numbers has none.
func (b *builder) orders() {
	g := b.g
	if len(g.Members) == 0 || b.c.f.Values[g.Members[0]].Type.Kind != ir.Array {
		return
	}
	o := &ordering{b: b, of: map[ir.ID]int{}}
	for _, id := range g.Members {
		o.of[id] = o.member(id)
	}
	rank := b.c.f.Values[g.Members[0]].Type.Rank
	orderOf := o.params(rank > 1)
	number := o.keep(rank, orderOf)
	for p, n := range orderOf {
		if n >= 0 {
			orderOf[p] = number[n]
		}
	}
	switch {
	case len(o.list) > sched.MaxOrders || b.sharedLoops || slices.ContainsFunc(o.list, wide):
		g.OnlyC = true
	case len(o.list) > 0:
		g.OrderOf = orderOf
		for _, x := range o.list {
			g.Orders = append(g.Orders, x.encode())
		}
	}
}

// member is the number of the order of an operation's result.
func (o *ordering) member(id ir.ID) int {
	v := &o.b.c.f.Values[id]
	x := o.operation(v)
	if v.Op == ir.Loop {
		x.loop, x.reads = o.b.k.Body[o.b.insts[id]].Loop, o.b.reads(v)
	}
	if !v.SameShape {
		return o.add(x)
	}
	if x.reads != nil {
		o.add(x)
	}
	kept := order{rule: sched.OrderKeep}
	o.operand(&kept, o.b.c.f.Replaced(v), false)
	return o.add(kept)
}

// operation is the order of a new result. An operand without axes has no say
// in it.
func (o *ordering) operation(v *ir.Value) order {
	x, args := order{rule: rule(o.b.c.f, v)}, v.Args
	for _, a := range args {
		if t := o.b.c.f.Values[a].Type; t.Kind == ir.Array && t.Rank > 0 {
			o.operand(&x, a, o.b.c.elidable(a, v))
		}
	}
	return x
}

// reads gives the array parameters that a loop reads as they lie in memory,
// by operand, or -1 for what is a number, converted or computed before; nil if
// there is none.
func (b *builder) reads(v *ir.Value) []int {
	list, any := make([]int, len(v.Args)), false
	for i, a := range v.Args {
		_, inside := b.insts[a]
		t := b.c.f.Values[a].Type
		if list[i] = -1; !inside && t.Kind == ir.Array && t.Rank > 0 && t.DType == v.Sig[i] {
			list[i], any = bits.TrailingZeros64(b.maskOf(a)), true
		}
	}
	if !any {
		return nil
	}
	return list
}

func (o *ordering) operand(x *order, a ir.ID, temp bool) {
	n, inside := o.of[a]
	switch {
	case !inside:
		x.params |= o.b.maskOf(a)
		if temp {
			x.tempParam |= o.b.maskOf(a)
		}
	default:
		x.of = insert(x.of, n)
		if temp {
			x.temps = insert(x.temps, n)
		}
	}
}

// wide: a loop of more operands than an order can name.
func wide(x order) bool { return len(x.reads) > sched.MaxReads }

func insert(list []int, n int) []int {
	at, found := slices.BinarySearch(list, n)
	if found {
		return list
	}
	return slices.Insert(list, at, n)
}

// rule: a ufunc that must convert an array leaves its short way, on which
// contiguous operands skip the iterator.
func rule(f *ir.Func, v *ir.Value) sched.OrderRule {
	if v.Op == ir.Elem && v.KOp == kernel.Select {
		return sched.OrderIter
	}
	for i, a := range v.Args {
		if t := f.Values[a].Type; t.Kind == ir.Array && t.Rank > 0 && t.DType != operandType(v, i) {
			return sched.OrderIter
		}
	}
	return sched.OrderUfunc
}

// elidable says that NumPy may compute v into its operand a when it is large,
// as it does with what no name refers to. A value that is used twice has one.
func (c *cutter) elidable(a ir.ID, v *ir.Value) bool {
	x := &c.f.Values[a]
	switch x.Op {
	case ir.Input, ir.View, ir.Transpose:
		return false
	}
	return len(c.uses[a]) == 1 && x.Type == v.Type && x.Type.DType != kernel.Bool
}

// add gives an order a number: that of an equal one, if there is one.
func (o *ordering) add(x order) int {
	for n, y := range o.list {
		if x.equal(y) {
			return n
		}
	}
	// One operand after the other on a fresh array: the second time nothing changes.
	if x.alone() && o.list[x.of[0]].alone() {
		return x.of[0]
	}
	o.list = append(o.list, x)
	return len(o.list) - 1
}

func (x order) alone() bool {
	return x.rule == sched.OrderUfunc && x.params == 0 && len(x.of) == 1
}

func (x order) equal(y order) bool {
	return x.rule == y.rule && x.loop == y.loop && slices.Equal(x.reads, y.reads) && x.params == y.params && x.tempParam == y.tempParam &&
		slices.Equal(x.of, y.of) && slices.Equal(x.temps, y.temps)
}

// params gives the order of each parameter that is made, and of what a sum
// adds up.
func (o *ordering) params(wanted bool) []int {
	g := o.b.g
	orderOf := make([]int, len(g.Params))
	for p, id := range g.Params {
		orderOf[p] = -1
		if o.b.k.Params[p].Kind != kernel.Out || !wanted {
			continue
		}
		if id == g.Sink {
			id = o.b.c.sinkValue(id)
		}
		if n, ok := o.of[id]; ok && g.Params[p] != o.b.c.target(g.Sink) {
			orderOf[p] = n
		}
	}
	return orderOf
}

// target is the array that a store ends in, or None.
func (c *cutter) target(sink ir.ID) ir.ID {
	if sink == ir.None || c.f.Values[sink].Op != ir.Store {
		return ir.None
	}
	return c.f.Values[sink].Args[1]
}

// keep drops orders that neither a result nor a loop over parameters rests
// on; number gives the new numbers. With one axis there is one order, and only
// the loops are of interest.
func (o *ordering) keep(rank int, results []int) (number []int) {
	need := make([]bool, len(o.list))
	for _, n := range results {
		if n >= 0 {
			need[n] = true
		}
	}
	for n := len(o.list) - 1; n >= 0; n-- {
		x := &o.list[n]
		if need[n] = need[n] || x.reads != nil; !need[n] {
			continue
		}
		if rank <= 1 {
			x.of, x.temps = nil, nil
		}
		for _, m := range x.of {
			need[m] = true
		}
	}
	number = make([]int, len(o.list))
	var kept []order
	for n, x := range o.list {
		if need[n] {
			number[n] = len(kept)
			kept = append(kept, x.renumber(number))
		}
	}
	o.list = kept
	return number
}

func (x order) renumber(number []int) order {
	x.of, x.temps = slices.Clone(x.of), slices.Clone(x.temps)
	for _, list := range [][]int{x.of, x.temps} {
		for i, n := range list {
			list[i] = number[n]
		}
	}
	return x
}

func (x order) encode() sched.Order {
	return sched.Order{Rule: x.rule, Loop: x.loop, Reads: x.reads, Of: sources(x.params, x.of), Temps: sources(x.tempParam, x.temps)}
}

func sources(params uint64, of []int) sched.Sources {
	set := sched.Sources(params)
	for _, n := range of {
		set |= 1 << (sched.MaxOrders + n)
	}
	return set
}
