package sched_test

import (
	"reflect"
	"strings"
	"testing"

	"slipstream/sched"
)

// everything has each kind of line, task, mode and option.
const everything = `plan args 3 objects 6
  frees 1:0 4:-1 of 7 under 2
  input v0: f8[2] = arg 0 writable
  input v1: pyint = cell 1
  input v2: object = fact 0 equal 4
  input v3: pyfloat = const 5
  fact 0: dict 0 key 1
  fact 1: dict 0 key 2 expect 3 fallback 1
  t0: v4: f8[2] = view [v1::-2,new,3] (v0) ; line 2
  t1: v5: f8[2] = transpose (v4) after 0
  t2: v6: f8[0] = view [v1,-1] (v0)
  t3: v7: np.f8 = load (v6) after 2
  t4: v8: pyint = dim -1 (v0)
  t5: v9: pyint = number + (v8, v1) after 4 ; line 3
  t6: kernel k0 (v0, v3, new v10: f8[2] as 1) cover [1] only-c orders [ufunc p0; iter p0 o0*; keep o1]
  t7: kernel k0 (v0, v3, temp v11: f8[2]) after 0-2,4
  t8: kernel k0 (v11, v7, temp v12: f8[2] in v11) drop v11 after 7
  t9: v13: np.f8 = sum k1 (v12, scalar v13: np.f8) drop v12 v6 after 8
  t10: v14: object = call object 2 names 3 quiet (v10, v13)
  t11: v15: object = call object 2 (v10)
  t12: v16: object = tuple (v10, v14, v15)
  t13: kernel k0 (v0, v3, tile v17: f8[2])
  t14: v18: f8[1] = fold object 2 axes 10 quiet (v17, v3) after 13
  t15: v19: np.f8 = fold object 2 axes 11 (v17, v3) drop v17 after 13
  t16: kernel k0 (v5, v3, into v0) after 0-15
  t17: commit exit 0 (v16) after 0-16
  t18: leave exit 1 () after 0-17
  exit 0: v16
  exit 1: 
k0: kernel (in f8, scalar f8, out f8) loops []
  %0 = load f8 p0
  %1 = load f8 p1
  %2 = mul f8 %0 %1
  store p2 %2
k1: kernel (in f8, out f8) loops []
  %0 = load f8 p0
  sum p1 %0
`

func TestTextRoundTrip(t *testing.T) {
	p, err := sched.Parse(everything)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Text(); got != everything {
		t.Errorf("have\n%s", got)
	}
	again, err := sched.Parse(p.Text())
	if err != nil || !reflect.DeepEqual(p, again) {
		t.Error("the plan read back is another one", err)
	}
}

// TestEverythingIsPrinted: the text above uses every kind of task and mode.
func TestEverythingIsPrinted(t *testing.T) {
	p, err := sched.Parse(everything)
	if err != nil {
		t.Fatal(err)
	}
	tasks, modes := map[sched.TaskKind]bool{}, map[sched.OutMode]bool{}
	for _, task := range p.Tasks {
		tasks[task.Kind] = true
		for _, m := range task.Outs {
			modes[m] = true
		}
	}
	if len(tasks) != int(sched.TaskFold)+1 || len(modes) != int(sched.OutTile)+1 {
		t.Errorf("%d kinds of tasks, %d modes", len(tasks), len(modes))
	}
}

func TestParseErrors(t *testing.T) {
	for _, row := range [][2]string{
		{"v0: f8[2]", "v0: f9[2]"},
		{"arg 0", "arg"},
		{"= cell 1", "= sell 1"},
		{"t1: v5", "x1: v5"},
		{"= transpose", "= transform"},
		{"(v0) ; line 2", "v0"},
		{"[v1::-2,new,3]", "[v1::-2,new,3"},
		{"::-2", ":-2"},
		{"3]", "x]"},
		{"after 0-2,4", "after 0-x"},
		{"cover [1]", "cover [2]"},
		{"only-c", "only-d"},
		{"[ufunc", "[vfunc"},
		{"keep o1", "keep o77"},
		{"keep o1", "keep q1"},
		{"; keep o1", "; "},
		{"as 1", "as x"},
		{"drop v11", "drop 11"},
		{"in v11", "in 11"},
		{"sum p1 %0", "sum p2 %0"},
		{"exit 0: v16", "exit 0: 16"},
		{"key 2 expect", "key expect"},
		{"t7: kernel k0", "t7: kernel k9"},
		{"t17: commit exit 0", "t14: commit exit 7"},
		{"t1: v5: f8[2] = transpose (v4)", "t1: v5: f8[2] = transpose (v17)"},
		{"  t18: leave exit 1 () after 0-17\n", ""},
		{"transpose (v4) after 0", "transpose (v4) after 5"},
	} {
		text := strings.Replace(everything, row[0], row[1], 1)
		if text == everything {
			t.Fatalf("no %q in the text", row[0])
		}
		if _, err := sched.Parse(text); err == nil {
			t.Errorf("%q for %q is taken", row[1], row[0])
		}
	}
}
