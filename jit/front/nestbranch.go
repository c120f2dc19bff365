package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about questions whose answer is a truth, and about branches on these.

func (n *nester) isOp(in *bytecode.Inst) *stop {
	return n.areOne(in, n.popN(2))
}

// areOne asks whether two values are one object, or whether they are not.
func (n *nester) areOne(in *bytecode.Inst, vs []nval) *stop {
	if vs[0].kind == nList && vs[1].kind == nList {
		op := map[int]kernel.Op{0: kernel.Eq, 1: kernel.Ne}[in.Arg]
		n.push(numberOf(ir.PyBoolType, n.compare(op, vs[0].id, vs[1].id)))
		return nil
	}
	if n.asRegion(in, vs...) == nil {
		return nil
	}
	none := [2]bool{}
	for i, v := range vs {
		none[i] = v.kind == nKnown && v.val.isNone()
	}
	if same, ok := n.sameAddress(vs[0], vs[1]); ok {
		if in.Arg == 1 {
			same = n.scalar(kernel.Not, kernel.Bool, same)
		}
		n.push(numberOf(ir.PyBoolType, same))
		return nil
	}
	if !none[0] && !none[1] {
		return refuse(reason.NotConstant, "identity test of values in a loop")
	}
	n.push(knownVal(boolVal((none[0] && none[1]) != (in.Arg == 1))))
	return nil
}

func (n *nester) not(*bytecode.Inst) *stop {
	v := n.pop()
	if truth, known := knownTruth(v); known {
		n.push(knownVal(boolVal(!truth)))
		return nil
	}
	t, s := n.truthOf(v)
	if s == nil {
		n.push(numberOf(ir.PyBoolType, n.scalar(kernel.Not, kernel.Bool, t)))
	}
	return s
}

func (n *nester) toBool(*bytecode.Inst) *stop {
	v := n.pop()
	if truth, known := knownTruth(v); known {
		n.push(knownVal(boolVal(truth)))
		return nil
	}
	t, s := n.truthOf(v)
	if s == nil {
		n.push(numberOf(ir.PyBoolType, t))
	}
	return s
}

// knownTruth is whether a value is true, if that is known while compiling.
func knownTruth(v nval) (truth, known bool) {
	if v.kind != nKnown {
		return false, false
	}
	return truthOf(v.val)
}

func (n *nester) truthOf(v nval) (nest.ID, *stop) {
	if truth, known := knownTruth(v); known {
		return n.constant(kernel.Bool, map[bool]uint64{true: 1}[truth]), nil
	}
	if isListLiteral(v) {
		return n.constant(kernel.Bool, map[bool]uint64{true: 1}[len(v.items) > 0]), nil
	}
	if v.kind == nList {
		return n.compare(kernel.Ne, n.lengthOf(v), n.int(0)), n.asks(v)
	}
	if v.isComplex() {
		return n.truthOfComplex(v)
	}
	x, s := n.number(v)
	if s != nil {
		return nest.None, s
	}
	if x.typ.DType == kernel.Bool {
		return x.id, nil
	}
	return n.compare(kernel.Ne, x.id, n.constant(x.typ.DType, 0)), nil
}

func (n *nester) branch(in *bytecode.Inst) *stop {
	v := n.pop()
	yes, no := in.Target, in.End
	if in.Op == bytecode.PopJumpIfFalse {
		yes, no = no, yes
	}
	if truth, known := knownTruth(v); known {
		return n.jumpTo(map[bool]int{true: yes, false: no}[truth])
	}
	t, s := n.truthOf(v)
	if s != nil {
		return s
	}
	return n.fork(t, yes, no)
}

func (n *nester) branchOnNone(in *bytecode.Inst) *stop {
	v := n.pop()
	if v.kind == nKnown && v.val.Kind == Slot {
		var s *stop
		if v, s = n.known(v.val); s != nil {
			return s
		}
	}
	none := v.kind == nKnown && v.val.isNone()
	if none == (in.Op == bytecode.PopJumpIfNone) {
		return n.jumpTo(in.Target)
	}
	return n.jumpTo(in.End)
}

// orPop is a or b, a and b: the value stays where the jump is taken.
func (n *nester) orPop(in *bytecode.Inst) *stop {
	v, s := n.number(n.pop())
	if s != nil {
		return s
	}
	t, s := n.truthOf(v)
	if s != nil {
		return s
	}
	stays := n.now.clone()
	n.push(v)
	taken, s := n.edge(in.Target)
	if s != nil {
		return s
	}
	n.now = stays
	on, s := n.edge(in.End)
	if s != nil {
		return s
	}
	edges := []nest.Edge{taken, on}
	if in.Op == bytecode.JumpIfFalseOrPop {
		slices.Reverse(edges)
	}
	n.f.Blocks[n.block].Term = nest.Term{Cond: t, Edges: edges, Exit: -1}
	return nil
}
