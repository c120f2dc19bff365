package sched

import "testing"

// Every kind of task has a name and a runner; names are found once.
func TestTables(t *testing.T) {
	if len(taskNames) != int(numTaskKinds) {
		t.Errorf("%d names for %d kinds of tasks", len(taskNames), numTaskKinds)
	}
	for kind, run := range runners {
		if run == nil {
			t.Errorf("%v has no runner", TaskKind(kind))
		}
	}
	if len(kindNames) != int(Object)+1 || len(sourceNames) != int(FromPart)+1 || len(modeNames) != int(OutTile)+1 {
		t.Error("a kind of value, a source or a mode has no name")
	}
	for _, names := range [][]string{taskNames, kindNames, sourceNames, modeNames} {
		seen := map[string]bool{}
		for _, n := range names {
			if seen[n] {
				t.Errorf("%q is the name of two things", n)
			}
			seen[n] = true
		}
	}
}
