package emit

import (
	"fmt"
	"maps"

	"slipstream/sched/kernel"
)

const (
	// lightOps are operations that take less time than their operands from behind
	// a core's own caches.
	lightOps = 2
	// farBytes in all operands do not fit into these caches. Vectors of half the
	// width are 3 to 8 % faster there on a Zen 5, for a + b of 8 MB each, and never
	// slower than whole ones, which are up to 1.2x as fast within.
	farBytes = 4 << 20
)

// light says whether memory sets the kernel's pace once it is far away.
func (e *emitter) light() bool {
	ops := 0
	for _, in := range e.k.Body {
		if in.Op != kernel.Load && in.Op != kernel.Const {
			ops++
		}
	}
	return e.inRows && ops <= lightOps && e.lanes > 1
}

// bodies is the loop over full vectors twice: for near memory, and of half the
// width for memory far away.
func (e *emitter) bodies(s int, base string, n func(string) string) {
	bytes := 0
	for _, p := range e.k.Params {
		if p.Kind != kernel.Scalar {
			bytes += p.Type.Size()
		}
	}
	e.label(n("wide"))
	e.line("%%%s = icmp ugt i64 %%%s, %d", n("far"), n("full"), farBytes/bytes)
	e.line("br i1 %%%s, label %%%s, label %%%s", n("far"), n("narrow"), n("body"))
	e.body(s, base, n, false, n("wide"))
	e.label(n("narrow"))
	whole, scalars := e.lanes, e.scalars
	e.halve()
	e.line("br label %%narrow.body%d", s)
	narrow := func(name string) string { return fmt.Sprintf("narrow.%s%d", name, s) }
	e.loop(s, base, narrow, false, n("narrow"), 2)
	e.lanes, e.scalars = whole, scalars
}

// halve goes over to vectors of half as many lanes.
func (e *emitter) halve() {
	whole, halves := e.lanes, maps.Clone(e.scalars)
	e.lanes /= 2
	for _, in := range e.k.Body {
		if x, ok := e.scalars[in.Param]; ok && in.Op == kernel.Load {
			t := in.Type.Info().LLVM
			one := e.def("extractelement <%d x %s> %s, i64 0", whole, t, x)
			halves[in.Param] = e.splat(e.vec(in.Type), t+" "+one)
		}
	}
	e.scalars = halves
}
