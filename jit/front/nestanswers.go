package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// This file is about calls in nests that have an answer when compiling: what something is, of which
// type, a conversion into what it is already. The region's interpretation answers.

var answered = map[npy.Treatment]bool{
	npy.Attribute: true, npy.HasAttr: true, npy.Callable: true, npy.IsInstance: true, npy.TypeOf: true, npy.OfTypes: true,
	npy.Limits: true, npy.Convert: true,
}

// question is a call of this kind: values that stand for the nest's, and these.
type question struct {
	*nester
	asked []nval
	by    []Val
}

// answer gives the answer, where there is one without a computation.
func (n *nester) answer(o hostObject, f npy.Function, args []nval, names []string) (nval, *stop) {
	q := &question{nester: n}
	vals := make([]Val, len(args))
	for i, a := range args {
		var s *stop
		if vals[i], s = q.standFor(a); s != nil {
			return nval{}, s
		}
	}
	at := len(args) - len(names)
	computes := n.instructions()
	v, s := n.callFunction(f, o, bound{pos: vals[:at], kw: names, val: vals[at:]})
	if s == nil && n.instructions() != computes {
		s = refuse(reason.UnknownCall, o.name()+" in a loop")
	}
	if s != nil {
		return nval{}, s
	}
	return q.nestValue(v)
}

// instructions counts those of the region in front of the nest.
func (n *nester) instructions() int {
	count := 0
	for i := range n.fn.Blocks {
		count += len(n.fn.Blocks[i].Body)
	}
	return count
}

// standFor is a value of the region of the same type.
func (q *question) standFor(v nval) (Val, *stop) {
	switch {
	case v.kind == nKnown:
		return q.look(v.val)
	case v.kind == nNumber:
		q.asked = append(q.asked, v)
		q.by = append(q.by, Val{Kind: Runtime, Type: v.typ, ID: q.add0(ir.Value{Op: ir.Param, Type: v.typ})})
	case v.kind == nArray:
		t := ir.ArrayOf(v.arr.typ, v.arr.rank())
		q.heap = append(q.heap, object{Type: t, ID: q.add0(ir.Value{Op: ir.Param, Type: t}), Input: -1})
		q.asked = append(q.asked, v)
		q.by = append(q.by, Val{Kind: ArrayVal, Obj: len(q.heap) - 1})
	case v.kind == nTuple && v.name == "":
		return valOf(v.items, Tup, q.standFor)
	default:
		return Val{}, refuse(reason.CallArgument, "an argument that cannot be handed over in a loop")
	}
	return q.by[len(q.by)-1], nil
}

// nestValue is what the answer is in the nest.
func (q *question) nestValue(v Val) (nval, *stop) {
	for i, by := range q.by {
		if by.same(v) {
			return q.asked[i], nil
		}
	}
	if v.Kind != Const && v.Kind != Host && (v.Kind != ArrayVal || q.onTheWay(v)) {
		return nval{}, refuse(reason.UnknownCall, "an answer that is not known when compiling")
	}
	return q.known(v)
}
