package nest

import (
	"math"
	"math/bits"
	"slices"

	"slipstream/sched/kernel"
)

// folded is the value that an instruction is known to have, or None. Only integers, truth
// values and comparisons are folded: what is computed of floats may be due a report.
func (n *numberer) folded(in *Inst) ID {
	switch {
	case in.Op == Checked:
		return n.sum(in)
	case in.Op != Scalar:
		return None
	}
	if fold := folds[in.KOp]; fold != nil {
		return fold(n, in)
	}
	return None
}

// folds has a function for each operation that is folded.
var folds = map[kernel.Op]func(*numberer, *Inst) ID{
	kernel.Lt:     func(n *numberer, in *Inst) ID { return n.order(in.Args[0], in.Args[1], true) },
	kernel.Gt:     func(n *numberer, in *Inst) ID { return n.order(in.Args[1], in.Args[0], true) },
	kernel.Le:     func(n *numberer, in *Inst) ID { return n.order(in.Args[1], in.Args[0], false) },
	kernel.Ge:     func(n *numberer, in *Inst) ID { return n.order(in.Args[0], in.Args[1], false) },
	kernel.Eq:     func(n *numberer, in *Inst) ID { return n.equal(in, true) },
	kernel.Ne:     func(n *numberer, in *Inst) ID { return n.equal(in, false) },
	kernel.And:    func(n *numberer, in *Inst) ID { return n.logical(in, true) },
	kernel.Or:     func(n *numberer, in *Inst) ID { return n.logical(in, false) },
	kernel.Select: (*numberer).choice,
	kernel.Min:    func(n *numberer, in *Inst) ID { return n.extreme(in, false) },
	kernel.Max:    func(n *numberer, in *Inst) ID { return n.extreme(in, true) },
	kernel.Add:    (*numberer).sum,
	kernel.Sub:    (*numberer).sum,
	kernel.Mul:    (*numberer).sum,
	kernel.Abs:    (*numberer).absolute,
}

// literal is a value known when compiling.
func (n *numberer) literal(id ID) (int64, bool) {
	in := &n.f.Insts[id]
	return int64(in.Bits), in.Op == Const && (in.Type == kernel.I64 || in.Type == kernel.Bool)
}

func (n *numberer) always(id ID) bool {
	x, ok := n.literal(id)
	return ok && x != 0
}

// known is a literal of a value.
func (n *numberer) known(t kernel.Type, x int64) ID {
	in := Inst{Op: Const, Type: t, Bits: uint64(x)}
	key := shapeOf(&in)
	for _, m := range n.table[key] {
		if m.block == 0 {
			return m.id
		}
	}
	id := ID(len(n.f.Insts))
	n.f.Insts = append(n.f.Insts, in)
	n.value = append(n.value, id)
	n.first = append(n.first, id)
	n.table[key] = append(n.table[key], made{id, 0})
	return id
}

func (n *numberer) truth(yes bool) ID {
	if yes {
		return n.known(kernel.Bool, 1)
	}
	return n.known(kernel.Bool, 0)
}

// notNegative says that an integer is known to be 0 or more.
func (n *numberer) notNegative(id ID) bool {
	in := &n.f.Insts[id]
	either := func(id ID) bool { return n.notNegative(id) }
	switch {
	case in.Type != kernel.I64:
		return false
	case in.Op == Dim:
		return true
	case in.Op == Const:
		return int64(in.Bits) >= 0
	case in.Op != Scalar:
		return false
	case in.KOp == kernel.Max:
		return slices.ContainsFunc(in.Args, either)
	case in.KOp == kernel.Min:
		return either(in.Args[0]) && either(in.Args[1])
	case in.KOp == kernel.Select:
		return either(in.Args[1]) && either(in.Args[2])
	}
	return false
}

func (n *numberer) zero(id ID) bool {
	x, ok := n.literal(id)
	return ok && x == 0
}

// order is whether x is less than y, or, where only its opposite is asked for, not, as far as that
// is known.
func (n *numberer) order(x, y ID, less bool) ID {
	a, known := n.literal(x)
	b, both := n.literal(y)
	switch {
	case n.f.Type(x) != kernel.I64:
		return None
	case known && both:
		return n.truth((a < b) == less)
	case x == y, n.zero(y) && n.notNegative(x):
		return n.truth(!less)
	}
	return None
}

func (n *numberer) equal(in *Inst, same bool) ID {
	x, y := &n.f.Insts[in.Args[0]], &n.f.Insts[in.Args[1]]
	both := x.Op == Const && y.Op == Const
	switch {
	case both && x.Type == kernel.F64:
		return n.truth((math.Float64frombits(x.Bits) == math.Float64frombits(y.Bits)) == same)
	case x.Type != kernel.I64:
		return None
	case both:
		return n.truth((x.Bits == y.Bits) == same)
	case in.Args[0] == in.Args[1]:
		return n.truth(same)
	}
	return None
}

// logical: true is what And leaves alone and Or becomes.
func (n *numberer) logical(in *Inst, neutral bool) ID {
	if in.Type != kernel.Bool {
		return None
	}
	for i, a := range in.Args {
		x, known := n.literal(a)
		switch {
		case !known:
		case (x != 0) == neutral:
			return in.Args[1-i]
		default:
			return a
		}
	}
	if in.Args[0] == in.Args[1] {
		return in.Args[0]
	}
	return None
}

func (n *numberer) choice(in *Inst) ID {
	yes, known := n.literal(in.Args[0])
	switch {
	case known && yes != 0, in.Args[1] == in.Args[2]:
		return in.Args[1]
	case known:
		return in.Args[2]
	}
	return None
}

func (n *numberer) extreme(in *Inst, largest bool) ID {
	x, y := in.Args[0], in.Args[1]
	a, known := n.literal(x)
	b, both := n.literal(y)
	switch {
	case in.Type != kernel.I64:
		return None
	case x == y:
		return x
	case known && both && largest:
		return n.known(in.Type, max(a, b))
	case known && both:
		return n.known(in.Type, min(a, b))
	case n.zero(x) && n.notNegative(y):
		return []ID{x, y}[number(largest)]
	case n.zero(y) && n.notNegative(x):
		return []ID{y, x}[number(largest)]
	}
	return None
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// sum folds what is added, subtracted and multiplied, with a check or without.
func (n *numberer) sum(in *Inst) ID {
	a, known := n.literal(in.Args[0])
	b, second := n.literal(in.Args[1])
	switch {
	case in.Type != kernel.I64:
		return None
	case known && second:
		x, fits := arithmetic(in.KOp, a, b)
		if !fits && in.Op == Checked {
			return None
		}
		return n.known(in.Type, x)
	case in.KOp == kernel.Mul && (known && a == 0 || second && b == 0):
		return n.known(in.Type, 0)
	case second && b == int64(number(in.KOp == kernel.Mul)):
		return in.Args[0]
	case known && in.KOp != kernel.Sub && a == int64(number(in.KOp == kernel.Mul)):
		return in.Args[1]
	}
	return None
}

func arithmetic(op kernel.Op, a, b int64) (x int64, fits bool) {
	switch op {
	case kernel.Add:
		x = a + b
		return x, (x > a) == (b > 0)
	case kernel.Sub:
		x = a - b
		return x, (x < a) == (b > 0)
	}
	high, low := bits.Mul64(uint64(a), uint64(b))
	if a < 0 {
		high -= uint64(b)
	}
	if b < 0 {
		high -= uint64(a)
	}
	return int64(low), int64(high) == int64(low)>>63
}

func (n *numberer) absolute(in *Inst) ID {
	if in.Type == kernel.I64 && n.notNegative(in.Args[0]) {
		return in.Args[0]
	}
	return None
}
