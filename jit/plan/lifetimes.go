package plan

import (
	"slipstream/sched"
)

// lifetimes finds the last task that needs each value, drops it there, and
// lends the memory of a dying temporary to a result of the same type.
func lifetimes(p *sched.Plan) {
	last := lastUses(p)
	for i := range p.Tasks {
		t := &p.Tasks[i]
		for _, v := range t.Src {
			if last[v] == i && isTemp(p, v) && !contains(t.Drops, v) {
				t.Drops = append(t.Drops, v)
			}
		}
		lend(p, t, last, i)
	}
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
		for _, v := range t.Src {
			for ; v != sched.NoValue; v = base[v] {
				last[v] = i
			}
		}
	}
	return last
}

func isTemp(p *sched.Plan, v sched.ValueID) bool {
	for _, t := range p.Tasks {
		for k, m := range t.Outs {
			if (m == sched.OutTemp || m == sched.OutTile) && t.Src[k] == v {
				return true
			}
		}
	}
	return false
}

// lend pairs results with dying temporaries.
func lend(p *sched.Plan, t *sched.Task, last []int, now int) {
	taken := make(map[sched.ValueID]bool)
	for k, m := range t.Outs {
		if m != sched.OutTemp {
			continue
		}
		for j, v := range t.Src {
			if t.Outs[j] == sched.NotOut && last[v] == now && !taken[v] && isTemp(p, v) && p.Values[v] == p.Values[t.Src[k]] {
				t.Reuse[k], taken[v] = v, true
				break
			}
		}
	}
}

func contains(vs []sched.ValueID, v sched.ValueID) bool {
	for _, x := range vs {
		if x == v {
			return true
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
