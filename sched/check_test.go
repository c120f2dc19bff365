package sched_test

import (
	"strings"
	"testing"

	"slipstream/sched"
)

// Each rule has a text that breaks it: everything with one change.
func TestCheck(t *testing.T) {
	for _, row := range [][3]string{
		{"leave exit 1 ()", "commit exit 1 ()", "must end by leaving"},
		{"t17: commit exit 0 (v16)", "t17: leave exit 0 (v16)", "leaves before the last task"},
		{"t17: commit exit 0 (v16) after 0-16\n", "t17: v20: pyint = dim 0 (v0)\n", "between a store and its commit"},
		{"(v10, v14, v15)", "(v10, v14, v30)", "v30 is not declared"},
		{"transpose (v4)", "transpose (v10)", "before it is made"},
		{"transpose (v4)", "transpose (v1)", "needs one array"},
		{"v5: f8[2] = transpose", "v5: f8[1] = transpose", "makes f8[2], not f8[1]"},
		{"[v1,-1] (v0)", "[v3,-1] (v0)", "is no Python int"},
		{"[v1,-1] (v0)", "[,-1] (v0)", "absent"},
		{"[v1,-1] (v0)", "[v1,-1,0] (v0)", "too many axes"},
		{"[v1,-1] (v0)", "[v1] (v0)", "makes f8[1], not f8[0]"},
		{"load (v6)", "load (v0)", "does not go with"},
		{"dim -1 (v0)", "dim 2 (v0)", "does not go with"},
		{"number + (v8, v1)", "number + (v8, v2)", "no Python number"},
		{"kernel k0 (v0, v3, new v10", "kernel k1 (v0, v3, new v10", "operands for 2 parameters"},
		{"t7: kernel k0", "t7: sum k0", "or the reverse"},
		{"t7: kernel k0", "t7: kernel k5", "kernel 5 of 2"},
		{"(v0, v3, new v10: f8[2] as 1)", "(v0, v3, v10)", "does not fit parameter kind"},
		{"(v0, v3, new v10: f8[2] as 1)", "(v0, v2, new v10: f8[2])", "is object for"},
		{"new v10: f8[2]", "new v10: f4[2]", "is f4[2] for f8"},
		{"new v10: f8[2]", "new v10: f8[1]", "has rank 1, not 2"},
		{"new v10: f8[2]", "new v10: np.f8", "mode of result"},
		{"scalar v13: np.f8", "temp v13: f8[0]", "rank"},
		{"cover [1]", "cover [100]", "names parameter 2"},
		{"iter p0 o0*", "iter p0 o1*", "of what it cannot be of"},
		{"iter p0 o0*", "iter p1", "of what it cannot be of"},
		{"keep o1", "keep o1 p0", "of what it cannot be of"},
		{"as 1", "as 3", "has order 3"},
		{"in v11", "in v10", "no memory to take"},
		{"call object 2 (v10)", "call object 2 (v12)", "scratch"},
		{"call object 2 names 3 quiet (v10, v13)", "call object 2 (v6)", "dropped"},
		{"v16: object = tuple", "v16: pyint = tuple", "no object"},
		{"exit 0: v16", "exit 0: v11", "scratch"},
		{"objects 6", "objects 6 direct", "direct plan"},
		{"leave exit 1", "leave exit 2", "exit 2 of 2"},
		{"v15: object = call", "v14: object = call", "again"},
		{"transpose (v4) after 0", "transpose (v4) after 1", "depends on t1"},
		{"axes 10 quiet (v17, v3)", "axes 10 quiet (v10, v3)", "does not make"},
		{"axes 10 quiet (v17, v3)", "axes 101 quiet (v17, v3)", "folds axes 101 of f8[2]"},
		{"axes 11 (v17, v3)", "axes 10 (v17, v3)", "folds axes 10 of f8[2] to np.f8"},
		{"(v10, v14, v15)", "(v10, v14, v17)", "before it is made"},
		{"(v5, v3, into v0)", "(v17, v3, into v0)", "when it is dropped"},
		{"(v17, v3) drop v17 after 13", "(v17, v17) after 13", "need not lie anywhere"},
	} {
		text := strings.Replace(everything, row[0], row[1], 1)
		if text == everything {
			t.Fatalf("no %q in the text", row[0])
		}
		if _, err := sched.Parse(text); err == nil || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("%q for %q: %v, want %q", row[1], row[0], err, row[2])
		}
	}
}
