package emit

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"slipstream/sched/kernel"
)

// Sizes of complex numbers that are only compared with a number need no quotient and no root: where
// the sum of the squared parts is far enough from the squared number it tells the same.

// comparedSizes finds the sizes that the kernel computes itself and compares, once, with one number;
// by what compares them.
func (e *emitter) comparedSizes() map[kernel.ID]kernel.ID {
	uses, found := e.usesOf(), make(map[kernel.ID]kernel.ID)
	for id := range e.k.Body {
		in := &e.k.Body[id]
		if in.Op != kernel.Lt && in.Op != kernel.Le && in.Op != kernel.Gt && in.Op != kernel.Ge {
			continue
		}
		for n, a := range in.Args {
			if e.isSize(a) && uses[a] == 1 && e.sched.Slot[a] < 0 && e.isNumber(in.Args[1-n]) {
				found[kernel.ID(id)] = a
			}
		}
	}
	return found
}

func (e *emitter) usesOf() []int {
	uses := make([]int, len(e.k.Body))
	for _, in := range e.k.Body {
		for _, a := range in.Args {
			uses[a]++
		}
	}
	for _, st := range e.k.Stores {
		uses[st.Value]++
	}
	if e.k.Reduce != nil {
		uses[e.k.Reduce.Value]++
	}
	return uses
}

func (e *emitter) isSize(v kernel.ID) bool {
	in := &e.k.Body[v]
	if in.Op != kernel.Loop || e.sched.IsCall(e.k, in) {
		return false
	}
	l := e.k.Loops[in.Loop]
	return l.Ufunc == "absolute" && l.Sig[0].IsComplex()
}

// isNumber says that a value is the same for all elements.
func (e *emitter) isNumber(v kernel.ID) bool {
	in := &e.k.Body[v]
	return in.Op == kernel.Const || in.Op == kernel.Load && e.k.Params[in.Param].Kind == kernel.Scalar
}

var predicates = map[kernel.Op]string{kernel.Lt: "olt", kernel.Le: "ole", kernel.Gt: "ogt", kernel.Ge: "oge"}

// sizeLimit is what sizes are compared with: its square, and what sums of squares are to be apart from it.
type sizeLimit struct{ square, margin string }

// sizeLimits are computed once, by what compares.
func (e *emitter) sizeLimits() {
	b := &block{emitter: e, vals: make(map[kernel.ID]string)}
	e.limits, e.compared = make(map[kernel.ID]sizeLimit), e.comparedSizes()
	if len(e.compared) > 0 {
		e.line("%%unsure = alloca i64, align 8")
		e.line("store i64 0, ptr %%unsure")
	}
	for id := range e.k.Body {
		if size, ok := e.compared[kernel.ID(id)]; ok {
			in := &e.k.Body[id]
			e.limits[kernel.ID(id)] = b.limitOf(e.k.Body[size].Type, b.arg(in, 1-slices.Index(in.Args, size)))
		}
	}
}

// limitOf is -1 of a negative number, which is below all sizes; from large numbers no sum is far enough.
func (b *block) limitOf(p kernel.Type, x string) sizeLimit {
	number := func(v float64) string { return b.constant(p, partBits(p, v)) }
	below, fits := b.compareFloats("olt", p, x, number(0)), b.compareFloats("olt", p, x, b.extent(p, 1))
	small := b.selectOf(p, b.both(fits, b.compareFloats("oge", p, x, number(0))), x, number(0))
	square := b.selectOf(p, below, number(-1), b.constrained("fmul", p, small, small))
	part, least := math.Ldexp(1, -40), math.Ldexp(1, -960)
	if p == kernel.F32 {
		part, least = math.Ldexp(1, -16), math.Ldexp(1, -100)
	}
	margin := b.constrained("fma", p, square, number(part), number(least))
	return sizeLimit{square, b.selectOf(p, fits, margin, number(math.Inf(1)))}
}

// isSized says that a size is only compared.
func (e *emitter) isSized(v kernel.ID) bool {
	for _, size := range e.compared {
		if size == v {
			return true
		}
	}
	return false
}

// compareSizes compares squares, and the sizes themselves where a part is large or a sum too near.
func (b *block) compareSizes(id, size kernel.ID) string {
	in, abs := &b.k.Body[id], &b.k.Body[size]
	t, p, mask := b.argType(abs, 0), abs.Type, b.vec(kernel.Bool)
	x := b.asParts(t, b.arg(abs, 0))
	unpack, n := b.carryComplex(), b.names
	squares, near, after := fmt.Sprintf("squares%d", n), fmt.Sprintf("near%d", n), fmt.Sprintf("sized%d", n)
	b.line("br i1 %s, label %%%s, label %%%s", b.def("and i1 %s, %s", b.areSmall(p, x), b.worthSquares(abs)), squares, near)
	b.label(squares)
	fast, sure := b.compareSquares(id, size, x)
	b.line("br i1 %s, label %%%s, label %%%s", b.allOf(sure), after, near)
	b.label(near)
	b.line("store i64 %s, ptr %%unsure", b.def("add i64 %s, 1", b.def("load i64, ptr %%unsure")))
	known := maps.Clone(b.vals)
	unpack()
	b.vals[size] = lowerExpansion(b, abs)
	slow, to := b.compareFloats(predicates[in.Op], p, b.arg(in, 0), b.arg(in, 1)), b.at
	b.line("br label %%%s", after)
	b.label(after)
	b.vals = known
	result := b.def("phi %s [ %s, %%%s ], [ %s, %%%s ]", mask, fast, squares, slow, to)
	unpack()
	return result
}

// worthSquares says that the loop is NumPy's own, and that squares have told enough so far: of numbers on a
// circle that are compared with its radius they tell nothing.
func (b *block) worthSquares(abs *kernel.Inst) string {
	const few = 3
	told := b.def("icmp ult i64 %s, %d", b.def("load i64, ptr %%unsure"), few)
	return b.def("and i1 %s, %s", told, b.forwards(abs))
}

// areSmall says that no square of a vector's parts overflows.
func (b *block) areSmall(p kernel.Type, x string) string {
	b.lanes *= 2
	defer func() { b.lanes /= 2 }()
	return b.allOf(b.compareFloats("olt", p, b.intrinsic("llvm.fabs", p, []string{x}, ""), b.extent(p, 1)))
}

// compareSquares gives the result and a mask of the elements it is right for: rounding is a small part of what
// the squares are apart, and so are squares below the normal range.
func (b *block) compareSquares(id, size kernel.ID, x string) (result, sure string) {
	in, p, n, limit := &b.k.Body[id], b.k.Body[size].Type, b.lanes, b.limits[id]
	squared := func(which int) string {
		part := b.shuffle(p, 2*n, x, x, n, func(i int) int { return 2*i + which })
		return b.constrained("fmul", p, part, part)
	}
	sum := b.constrained("fadd", p, squared(0), squared(1))
	apart := b.intrinsic("llvm.fabs", p, []string{b.constrained("fsub", p, sum, limit.square)}, "")
	first, sides := slices.Index(in.Args, size), []string{sum, limit.square}
	return b.compareFloats(predicates[in.Op], p, sides[first], sides[1-first]), b.compareFloats("ogt", p, apart, limit.margin)
}
