package emit

import (
	"fmt"

	"slipstream/sched/kernel"
)

// The sum of a leaf, see kernel.Reduction. The eight accumulators are one
// vector. They start with the element that leaves every other unchanged, so
// that a short leaf needs no code of its own.

func (e *emitter) sumType() kernel.Type { return e.k.Body[e.k.Reduce.Value].Type }

func sumStart(t kernel.Type) string {
	if t.IsFloat() {
		return "splat (" + t.Info().LLVM + " -0.0)"
	}
	return "zeroinitializer"
}

func (e *emitter) accumulator(n func(string) string) {
	t := e.sumType()
	e.line("%%acc = phi %s [ %s, %%%s ], [ %%acc.next, %%%s ]", e.vec(t), sumStart(t), n("seg"), e.last(n, "body"))
}

func (b *block) accumulate() {
	t := b.sumType()
	b.line("%%acc.next = %s", b.addition(t, b.vec(t), "v8", "%acc", b.value(b.k.Reduce.Value)))
}

// combine folds the accumulators in NumPy's order.
func (e *emitter) combine(n func(string) string) {
	t := e.sumType()
	e.line("%%acc.end = phi %s [ %s, %%%s ], [ %%acc.next, %%%s ]", e.vec(t), sumStart(t), n("seg"), e.last(n, "body"))
	var r [8]string
	for i := range r {
		r[i] = e.def("extractelement %s %%acc.end, i64 %d", e.vec(t), i)
	}
	for step := 1; step < 4; step *= 2 {
		for i := 0; i < 8; i += 2 * step {
			r[i] = e.def("%s", e.addition(t, t.Info().LLVM, "", r[i], r[i+step]))
		}
	}
	e.line("%%sum = %s", e.addition(t, t.Info().LLVM, "", r[0], r[4]))
}

// addition is the text of x + y for a vector or a scalar.
func (e *emitter) addition(t kernel.Type, typ, prefix, x, y string) string {
	if !t.IsFloat() {
		return fmt.Sprintf("add %s %s, %s", typ, x, y)
	}
	name := e.declare(typ, "llvm.experimental.constrained.fadd."+prefix+elemSuffix(t), typ+", "+typ+", metadata, metadata")
	return fmt.Sprintf("call %s @%s(%s %s, %s %s, %s) #1", typ, name, typ, x, typ, y, rounded)
}

// spill hands the last elements, fewer than eight, to the sequential loop.
func (b *block) spill() {
	t := b.sumType()
	b.line("store %s %s, ptr %%row, align 64", b.vec(t), b.value(b.k.Reduce.Value))
	b.line("br label %%sum.tail")
}

func (e *emitter) finishSum(n func(string) string, after string) {
	t := e.sumType()
	elem := t.Info().LLVM
	e.label("sum.tail")
	e.line("%%q = phi i64 [ 0, %%%s ], [ %%q.next, %%sum.tail ]", e.last(n, "tail"))
	e.line("%%part = phi %s [ %%sum, %%%s ], [ %%part.next, %%sum.tail ]", elem, e.last(n, "tail"))
	x := e.def("load %s, ptr %s", elem, e.def("getelementptr inbounds %s, ptr %%row, i64 %%q", elem))
	e.line("%%part.next = %s", e.addition(t, elem, "", "%part", x))
	e.line("%%q.next = add i64 %%q, 1")
	e.line("%%q.more = icmp ult i64 %%q.next, %%%s", n("left"))
	e.line("br i1 %%q.more, label %%sum.tail, label %%sum.end")
	e.label("sum.end")
	e.line("%%total = phi %s [ %%sum, %%%s ], [ %%part.next, %%sum.tail ]", elem, n("rest"))
	e.line("store %s %%total, ptr %%p%d", elem, e.k.Reduce.Param)
	e.line("br label %%%s", after)
}
