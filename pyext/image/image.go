// Package image writes plans in the form in which the C side reads them: a
// row of little-endian int64 words. The layout is the one of
// pyext/native/image.h; a test compares the numbers of both.
package image

import (
	"encoding/binary"
	"fmt"
	"slices"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

type writer struct {
	words []int64
	err   error
}

// Encode writes p. addr gives the address of kernel k's machine code in this
// process (and of the nest's, behind the last kernel), so an image is of use to this process only. The C side binds each
// kernel's loops, in order, to the pairs that it is given beside the image.
func Encode(p *sched.Plan, addr func(kernel int) uintptr) ([]byte, error) {
	w := &writer{}
	w.header(p)
	w.inputs(p)
	for k, kern := range p.Kernels {
		w.kernel(kern, addr(k))
	}
	for i := range p.Tasks {
		w.task(p, &p.Tasks[i])
	}
	if p.Nest != nil {
		w.nest(p, addr(len(p.Kernels)))
	}
	for _, x := range p.Exits {
		w.add(len(x.Values))
		w.values(x.Values)
	}
	if w.err != nil {
		return nil, w.err
	}
	w.words[words["SLIP_H_WORDS"]] = int64(len(w.words))
	return bytesOf(w.words), nil
}

func bytesOf(list []int64) []byte {
	out := make([]byte, 0, 8*len(list))
	for _, w := range list {
		out = binary.LittleEndian.AppendUint64(out, uint64(w))
	}
	return out
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("image: "+format, args...)
	}
}

func (w *writer) add(numbers ...int) {
	for _, n := range numbers {
		w.words = append(w.words, int64(n))
	}
}

func (w *writer) values(ids []sched.ValueID) {
	for _, v := range ids {
		w.add(int(v))
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *writer) header(p *sched.Plan) {
	w.add(magic, format, 0, p.Args, p.Objects, len(p.Inputs), len(p.Facts), len(p.Values))
	w.add(len(p.Kernels), len(p.Tasks), len(p.Exits), truth(p.Direct))
	w.add(p.Frees.Locals, p.Frees.Depth, len(p.Frees.Of), truth(p.Nest != nil))
}

func (w *writer) inputs(p *sched.Plan) {
	for _, l := range p.Frees.Of {
		w.add(l.Slot, l.Arg)
	}
	for _, in := range p.Inputs {
		w.add(int(in.Value), int(in.Source), in.Index, truth(in.Writable), in.Equal, in.Key-1, in.Class-1)
	}
	for _, f := range p.Facts {
		w.add(f.Dict, f.Key, f.Expect, f.Fallback)
	}
	for _, v := range p.Values {
		if v.Rank > sched.MaxRank {
			w.fail("rank %d", v.Rank)
		}
		w.add(int(v.Kind), int(v.Type), v.Rank)
	}
}

func (w *writer) kernel(k *kernel.Kernel, address uintptr) {
	if len(k.Params) > maxParams || len(k.Loops) > maxLoops {
		w.fail("kernel with %d parameters and %d loops", len(k.Params), len(k.Loops))
	}
	w.words = append(w.words, int64(address))
	w.add(len(k.Params), len(k.Loops), k.ScratchBytes(), kernelFlags(k), Cost(k), Passes(k))
	for _, p := range k.Params {
		kind := int64(p.Kind)
		if p.Row {
			kind = kindRow
		}
		w.add(int(kind), int(p.Type))
	}
}

func kernelFlags(k *kernel.Kernel) int {
	flags := 0
	if raises(k) {
		flags |= flagRaises
	}
	if k.Reduce != nil {
		flags |= flagReduce
		if k.Body[k.Reduce.Value].Op == kernel.Load {
			flags |= flagBare
		}
	}
	if slices.ContainsFunc(k.Loops, fuses) {
		flags |= flagFused
	}
	if k.Elides {
		flags |= flagElides
	}
	if copies(k) {
		flags |= flagCopies
	}
	return flags
}

// copies says whether k stores an operand as it is.
func copies(k *kernel.Kernel) bool {
	return len(k.Params) == 2 && len(k.Body) == 1 && len(k.Stores) == 1 && k.Body[0].Op == kernel.Load && k.Params[k.Body[0].Param].Kind == kernel.In
}

// fuses says that a loop multiplies complex numbers: one product may go unrounded into the sum.
func fuses(l kernel.LoopRef) bool { return l.Ufunc == "multiply" && l.Sig[0].IsComplex() }

// raises says whether k may set a status bit that NumPy reports: operations
// on integers and bools do not, but NumPy's loops on them do.
func raises(k *kernel.Kernel) bool {
	for _, in := range k.Body {
		if in.Op.Info().Raises && (in.Op == kernel.Loop || !in.Type.Exact() || !exactArguments(k, in)) {
			return true
		}
	}
	return false
}

func exactArguments(k *kernel.Kernel, in kernel.Inst) bool {
	for _, a := range in.Args {
		if !k.Body[a].Type.Exact() {
			return false
		}
	}
	return true
}

// Cost is an element's work in units of about one vector operation: a NumPy
// loop counts as ten, reading memory is counted elsewhere.
func Cost(k *kernel.Kernel) int {
	cost := 0
	for _, in := range k.Body {
		switch in.Op {
		case kernel.Load, kernel.Const:
		case kernel.Loop:
			cost += 10
		default:
			cost++
		}
	}
	return max(cost, 1)
}

// Passes is how often NumPy would go over an array's memory to compute what k does:
// for each operation its array operands and its result.
func Passes(k *kernel.Kernel) int {
	passes := 0
	for _, in := range k.Body {
		switch in.Op {
		case kernel.Load, kernel.Const, kernel.Cast:
			continue
		}
		passes++
		for _, a := range in.Args {
			if x := &k.Body[a]; x.Op != kernel.Const && !(x.Op == kernel.Load && k.Params[x.Param].Kind == kernel.Scalar) {
				passes++
			}
		}
	}
	return passes
}

func (w *writer) task(p *sched.Plan, t *sched.Task) {
	isKernel := t.Kind == sched.TaskKernel || t.Kind == sched.TaskSum
	outs, reuse := t.Outs, t.Reuse
	if !isKernel {
		outs, reuse = nil, nil
	}
	w.add(int(t.Kind), w.dst(t), t.Axis)
	w.add(only(isKernel, t.Kernel), only(calls(t), t.Callee))
	w.add(only(calls(t) && t.Kind != sched.TaskFold, t.KwNames), w.operator(t))
	w.add(only(t.Kind == sched.TaskCommit || t.Kind == sched.TaskLeave, t.Exit), t.Line)
	w.add(len(t.Src), len(outs), len(reuse), len(t.Drops), len(t.Index), truth(t.OnlyC), len(t.Cover), truth(t.Quiet), truth(t.Over), len(t.Orders), len(t.Apart))
	w.values(t.Src)
	for _, m := range outs {
		w.add(int(m))
	}
	w.values(reuse)
	w.values(t.Drops)
	w.values(t.Apart)
	for _, set := range t.Cover {
		w.words = append(w.words, int64(set))
	}
	for _, o := range t.Orders {
		w.add(int(o.Rule))
		w.words = append(w.words, int64(o.Of), int64(o.Temps))
		w.add(o.Loop, packed(o.Reads))
	}
	w.add(t.OrderOf...)
	for _, x := range t.Index {
		w.index(x)
	}
}

// nest writes the function's address, and what each of its exits makes.
func (w *writer) nest(p *sched.Plan, address uintptr) {
	t := &p.Tasks[0]
	w.words = append(w.words, int64(address))
	w.add(p.Nest.Words, len(t.Ways))
	for _, way := range t.Ways {
		w.add(way.Exit, way.Left, int(way.Told), len(way.Makes))
		for _, m := range way.Makes {
			w.add(int(m.Value), m.Word, int(m.Kind), len(m.Of))
			w.values(m.Of)
		}
	}
	w.outside(p.Nest.Args)
}

// outside writes what objects are taken in as.
func (w *writer) outside(args []nest.Arg) {
	count := 0
	for _, a := range args {
		count += truth(len(a.Outside) > 0)
	}
	w.add(count)
	for i, a := range args {
		if len(a.Outside) > 0 {
			w.add(i, truth(a.Changes), len(a.Outside))
			w.words = append(w.words, a.Outside...)
		}
	}
}

// calls says that the task calls a host object.
func calls(t *sched.Task) bool {
	return t.Kind == sched.TaskCall || t.Kind == sched.TaskFold || t.Kind == sched.TaskWrite
}

// packed gives a loop's operands a byte each: a parameter's number and one, or
// readsOther.
func packed(reads []int) int {
	all := 0
	for i, p := range reads {
		b := p + 1
		if p < 0 {
			b = readsOther
		}
		all |= b << (8 * i)
	}
	return all
}

// only keeps a field that the task's kind uses; others are left at zero by
// most makers of plans, and zero is a number like any other.
func only(used bool, n int) int {
	if used {
		return n
	}
	return none
}

func (w *writer) dst(t *sched.Task) int {
	switch t.Kind {
	case sched.TaskKernel, sched.TaskSum, sched.TaskCommit, sched.TaskLeave, sched.TaskErrors, sched.TaskWrite, sched.TaskNest:
		return none
	}
	return int(t.Dst)
}

func (w *writer) operator(t *sched.Task) int {
	if t.Kind != sched.TaskNumber {
		return none
	}
	n, known := operators[t.Operator]
	if !known {
		w.fail("operator %q", t.Operator)
	}
	return n
}

func (w *writer) index(x sched.IndexItem) {
	w.add(int(x.Kind))
	for _, o := range []sched.Operand{x.Start, x.Stop, x.Step} {
		w.add(int(o.Value))
		w.words = append(w.words, o.Const)
		w.add(truth(o.None))
	}
}
