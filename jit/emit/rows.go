package emit

import (
	"strconv"

	"slipstream/sched/kernel"
)

// Rows, see kernel.Kernel. An In that may stay at one element along a row is read
// from a vector of that element then: the numbers of elements are masked.

// repeats says whether parameter p may stay at one element along a row.
func (e *emitter) repeats(p int) bool { return e.inRows && e.k.Params[p].Row }

// rowBuffers reserves the vectors of what stays at one element.
func (e *emitter) rowBuffers() {
	for p, param := range e.k.Params {
		if e.repeats(p) {
			e.line("%%same%d = alloca [%d x i8], align 64", p, e.lanes*param.Type.Size())
		}
	}
}

// rowWord is the address of word n of parameter p in rows.
func (e *emitter) rowWord(p, n int) string {
	return e.def("getelementptr inbounds i64, ptr %%rows, i64 %d", 1+2*p+n)
}

// rows runs the segments over the whole range of each row.
func (e *emitter) rows() {
	e.line("%%n = sub i64 %%end, %%begin")
	e.line("%%row.count = load i64, ptr %%rows")
	for p := range e.k.Params {
		if e.repeats(p) {
			e.line("%%mask%d = load i64, ptr %s", p, e.rowWord(p, 0))
			e.line("%%stays%d = icmp eq i64 %%mask%d, 0", p, p)
		}
	}
	e.line("br label %%row")
	e.rowHead()
	e.segments("%begin", "%n", "row.end")
	e.nextRow()
}

// rowHead has the addresses of the row at hand.
func (e *emitter) rowHead() {
	e.label("row")
	e.line("%%row.left = phi i64 [ %%row.count, %%entry ], [ %%row.less, %%row.next ]")
	for p, param := range e.k.Params {
		switch {
		case param.Kind == kernel.Scalar:
		case e.repeats(p):
			e.line("%%at%d = phi ptr [ %%first%d, %%entry ], [ %%next%d, %%row.next ]", p, p, p)
		default:
			e.line("%%p%d = phi ptr [ %%first%d, %%entry ], [ %%next%d, %%row.next ]", p, p, p)
		}
	}
	for p := range e.k.Params {
		if e.repeats(p) {
			e.fillSame(p)
		}
	}
	e.line("br label %%seg0")
}

// fillSame makes the vector of an element for the row, if p stays there.
func (e *emitter) fillSame(p int) {
	t := e.k.Params[p].Type
	vec := e.memVec(t)
	e.line("br i1 %%stays%d, label %%fill%d, label %%filled%d", p, p, p)
	e.label("fill" + strconv.Itoa(p))
	x := e.def("load %s, ptr %%at%d, align %d", t.Info().Mem, p, t.Align())
	e.line("store %s %s, ptr %%same%d, align 64", vec, e.splat(vec, t.Info().Mem+" "+x), p)
	e.line("br label %%filled%d", p)
	e.label("filled" + strconv.Itoa(p))
	e.line("%%p%d = select i1 %%stays%d, ptr %%same%d, ptr %%at%d", p, p, p, p)
}

func (e *emitter) nextRow() {
	e.label("row.end")
	e.line("%%row.less = add i64 %%row.left, -1")
	e.line("%%row.more = icmp sgt i64 %%row.less, 0")
	e.line("br i1 %%row.more, label %%row.next, label %%exit")
	e.label("row.next")
	for p, param := range e.k.Params {
		if param.Kind == kernel.Scalar {
			continue
		}
		at := "p"
		if e.repeats(p) {
			at = "at"
		}
		step := e.def("load i64, ptr %s", e.rowWord(p, 1))
		e.line("%%next%d = getelementptr inbounds i8, ptr %%%s%d, i64 %s", p, at, p, step)
	}
	e.line("br label %%row")
}
