package plan

import (
	"slices"

	"slipstream/jit/front"
	"slipstream/jit/ir"
	"slipstream/sched"
)

// BuildNest makes the plan of a region that is a loop nest: one task.
func BuildNest(r *front.Region) *Result {
	b := &builder{r: r, f: r.Func, p: &sched.Plan{Args: len(r.Args) + r.Take, Frees: r.Frees, Nest: r.Nest.Func, Kernels: r.Nest.Kernels}, value: map[ir.ID]sched.ValueID{},
		escapes: map[ir.ID]bool{}, loops: r.Nest.Loops, folds: map[ir.ID]bool{}, pool: map[sched.Value][]sched.ValueID{}}
	b.inputs()
	t := sched.Task{Kind: sched.TaskNest, Dst: sched.NoValue, Callee: -1, KwNames: -1, Line: r.Nest.Line, Src: b.useAll(r.Nest.Args)}
	b.p.Exits = make([]sched.Exit, len(r.Exits))
	for _, w := range r.Nest.Ways {
		t.Ways = append(t.Ways, b.way(w))
	}
	b.p.Tasks = []sched.Task{t}
	b.facts()
	b.p.Objects = len(b.r.Hosts)
	return &Result{Plan: b.p, Loops: b.kernelLoops(), Hosts: b.r.Hosts}
}

var madeKinds = map[front.HandedKind]sched.MadeKind{front.RangeIterator: sched.MadeRangeIterator,
	front.ArrayIterator: sched.MadeArrayIterator, front.EnumerateIterator: sched.MadeEnumerate, front.ZipIterator: sched.MadeZip,
	front.HandedView: sched.MadeView, front.HandedCopy: sched.MadeCopy, front.HandedTuple: sched.MadeTuple, front.HandedList: sched.MadeList, front.HandedPart: sched.MadePart, front.HandedReversed: sched.MadeReversed, front.HandedSet: sched.MadeSet,
	front.MapIterator: sched.MadeMap, front.HandedRange: sched.MadeRange, front.ProductIterator: sched.MadeProduct, front.CombinationsIterator: sched.MadeCombinations,
	front.RepeatingIterator: sched.MadeRepeating, front.FlatIterator: sched.MadeFlat, front.IndexedIterator: sched.MadeIndexed, front.TableIterator: sched.MadeTableIterator}

// way makes an exit of the plan for one of the nest's. Only one of them is taken, so what
// they make shares values of the plan.
func (b *builder) way(w front.NestExit) sched.Way {
	out, taken := sched.Way{Exit: w.Exit, Left: w.Left, Told: w.Told}, map[sched.Value]int{}
	for _, m := range w.Makes {
		v := b.shared(m.ID, taken)
		made := sched.Made{Value: v, Word: m.Word, Kind: madeKinds[m.Kind], Of: b.useAll(m.Of)}
		out.Makes = append(out.Makes, made)
	}
	b.p.Exits[w.Exit].Values = slices.Clone(b.useAll(w.Args))
	return out
}

// shared gives a value of an exit the number of one of another exit, if there is one of its
// type that this exit has not taken.
func (b *builder) shared(id ir.ID, taken map[sched.Value]int) sched.ValueID {
	t := b.f.Values[id].Type
	v := sched.Value{Kind: valueKind(t), Type: t.DType, Rank: t.Rank}
	n := taken[v]
	taken[v]++
	if n == len(b.pool[v]) {
		b.pool[v] = append(b.pool[v], b.addValue(v))
	}
	b.value[id] = b.pool[v][n]
	return b.value[id]
}
