package plan

import (
	"slices"

	"slipstream/sched"
)

// lifetimes finds the last task that needs each value, drops it there, and
// lends the memory of a dying temporary to a result of the same type. What
// CPython frees at once may be large: kept to the end, later results would
// be memory that has to be asked for.
func lifetimes(p *sched.Plan) {
	last, made := lastUses(p), memoryMade(p)
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if t.Kind == sched.TaskLeave {
			continue
		}
		for v, at := range last {
			if at == i && made[v] {
				t.Drops = append(t.Drops, sched.ValueID(v))
			}
		}
		lend(p, t, last, i)
	}
}

// memoryMade tells which values are arrays that tasks make, views of these, or tuples that hold them.
func memoryMade(p *sched.Plan) []bool {
	made := make([]bool, len(p.Values))
	for i := range p.Tasks {
		t := &p.Tasks[i]
		switch {
		case t.Kind == sched.TaskView || t.Kind == sched.TaskTranspose:
			made[t.Dst] = made[t.Src[0]]
		case t.Dst != sched.NoValue:
			made[t.Dst] = p.Values[t.Dst].Kind == sched.Array || t.Kind == sched.TaskTuple
		}
		for k, v := range t.Src {
			if isOut(t, k) {
				made[v] = p.Values[v].Kind == sched.Array
			}
		}
	}
	return made
}

// lastUses gives the index of the last task that reads each value; a view
// keeps what it looks at.
func lastUses(p *sched.Plan) []int {
	last := make([]int, len(p.Values))
	base := make([]sched.ValueID, len(p.Values))
	for v := range last {
		last[v], base[v] = -1, sched.NoValue
	}
	for i, t := range p.Tasks {
		if t.Kind == sched.TaskView || t.Kind == sched.TaskTranspose {
			base[t.Dst] = t.Src[0]
		}
		for _, v := range slices.Concat(t.Src, t.Apart) {
			for ; v != sched.NoValue; v = base[v] {
				last[v] = i
			}
		}
	}
	return last
}

// lend pairs results with dying temporaries, new arrays with dying ones that
// the run has made: whether nobody else has them is seen when it runs.
func lend(p *sched.Plan, t *sched.Task, last []int, now int) {
	taken := make(map[sched.ValueID]bool)
	for k, m := range t.Outs {
		if m != sched.OutTemp && m != sched.OutNew {
			continue
		}
		for j, v := range t.Src {
			fits := t.Outs[j] == sched.NotOut && p.Values[v] == p.Values[t.Src[k]] && lends(p, v, m)
			if fits && last[v] == now && !taken[v] {
				t.Reuse[k], taken[v] = v, true
				break
			}
		}
	}
}

// lends says that v is memory of its own that a task made, for a result of the given mode.
func lends(p *sched.Plan, v sched.ValueID, mode sched.OutMode) bool {
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if t.Dst == v {
			return mode == sched.OutNew && (t.Kind == sched.TaskCall || t.Kind == sched.TaskFold)
		}
		for k, m := range t.Outs {
			if t.Src[k] == v && m == mode {
				return true
			}
		}
	}
	return false
}

// dependencies lists, for each task, the earlier tasks it needs: the makers
// of its values, and the effects it must not pass.
func dependencies(p *sched.Plan) {
	maker := make(map[sched.ValueID]int)
	effect := -1
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if effect >= 0 {
			t.Deps = append(t.Deps, effect)
		}
		for k, v := range t.Src {
			if isOut(t, k) {
				continue
			}
			if m, ok := maker[v]; ok && !containsInt(t.Deps, m) {
				t.Deps = append(t.Deps, m)
			}
		}
		for _, x := range t.Index {
			for _, n := range []sched.Operand{x.Start, x.Stop, x.Step} {
				if m, ok := maker[n.Value]; ok && !containsInt(t.Deps, m) {
					t.Deps = append(t.Deps, m)
				}
			}
		}
		if hasEffect(t) {
			t.Deps = upTo(i)
			effect = i
		}
		record(t, maker, i)
	}
}

func isOut(t *sched.Task, k int) bool {
	return k < len(t.Outs) && t.Outs[k] != sched.NotOut && t.Outs[k] != sched.OutInto
}

func record(t *sched.Task, maker map[sched.ValueID]int, i int) {
	if t.Dst != sched.NoValue {
		maker[t.Dst] = i
	}
	for k, v := range t.Src {
		if isOut(t, k) {
			maker[v] = i
		}
	}
}

func hasEffect(t *sched.Task) bool {
	for _, m := range t.Outs {
		if m == sched.OutInto {
			return true
		}
	}
	switch t.Kind {
	case sched.TaskCommit, sched.TaskLeave, sched.TaskErrors, sched.TaskWrite:
		return true
	}
	return false
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func containsInt(xs []int, x int) bool {
	for _, y := range xs {
		if y == x {
			return true
		}
	}
	return false
}
