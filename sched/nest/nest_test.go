package nest_test

import (
	"strings"
	"testing"

	"slipstream/sched/nest"
)

// A sum of n elements, which leaves where one is out of range.
const text = `nest(f8[1], i8) words 1
b0():
  v0 = number i8 #1
  v1 = const i8 0x0
  v2 = const f8 0x0
  v3 = dim i8 #0 axis 0
  v4 = const i8 0x1
  to b1(v1 v2)
b1(v5 i8, v6 f8):
  v7 = scalar.lt b1 v5 v0
  if v7 to b2() else b3()
b2():
  v8 = scalar.lt b1 v5 v3
  guard v8 else exit 0
  v9 = load f8 #0 v5
  v10 = scalar.add f8 v6 v9
  check v10 else exit 0
  v11 = scalar.add i8 v5 v4
  to b1(v11 v10)
b3():
  exit 0
exit 0 at 0: v6
`

func TestTextIsReadBack(t *testing.T) {
	f, err := nest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Text(); got != text {
		t.Errorf("printed as\n%s", got)
	}
	if order := f.Order(); len(order) != 4 || order[0] != 0 || order[1] != 1 {
		t.Errorf("order %v", order)
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	for _, c := range []struct{ old, new, why string }{
		{"load f8 #0 v5", "load f8 #0 v10", "not made on all ways"},
		{"load f8 #0 v5", "load f8 #0 v5 v5", "2 indices of 1 axes"},
		{"load f8 #0 v5", "load i8 #0 v5", "another type"},
		{"number i8 #1", "number i8 #0", "another kind"},
		{"number i8 #1", "number i8 #7", "no argument"},
		{"scalar.add f8 v6 v9", "scalar.add f8 v6 v5", "an operand of i8 for f8"},
		{"number i8 #1", "part f8 #1 axis 0", "no such part"},
		{"guard v8", "guard v5", "a guard on i8"},
		{"to b1(v11 v10)", "to b1(v11)", "an edge to b1 with 1 values"},
		{"to b1(v11 v10)", "to b1(v10 v11)", "of another type"},
		{"to b1(v11 v10)", "to b9(v11 v10)", "an edge to b9"},
		{"exit 0 at 0: v6", "exit 0 at 0: v10", "not made on all ways"},
		{"  exit 0\n", "  exit 3\n", "no exit 3"},
		{"axis 0", "axis 1", "no axis 1"},
		{"b3():", "b3():\n  v12 = frobnicate i8 v5", "unknown operation"},
	} {
		_, err := nest.Parse(strings.Replace(text, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.why)
		}
	}
}

// Every operation has a name of its own.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, op := range nest.Ops() {
		if seen[op.String()] || op.String() == "" {
			t.Errorf("%d has the name %q", op, op)
		}
		seen[op.String()] = true
	}
}

// A number that goes round a loop unchanged, and another one beside it.
const round = `nest(i8, i8) words 2
b0():
  v0 = number i8 #0
  v1 = number i8 #1
  v2 = const i8 0x1
  to b1(v0 v1 v0)
b1(v3 i8, v4 i8, v5 i8):
  v6 = scalar.lt b1 v4 v3
  if v6 to b2(v3 v5) else b3()
b2(v7 i8, v8 i8):
  v9 = scalar.add i8 v4 v2
  to b1(v7 v9 v8)
b3():
  exit 0
exit 0 at 0: v4 v5
`

// Two numbers that are the same in each round.
const twins = `nest(i8) words 2
b0():
  v0 = number i8 #0
  v1 = const i8 0x1
  to b1(v0 v0)
b1(v2 i8, v3 i8):
  v4 = scalar.lt b1 v2 v1
  v5 = scalar.add i8 v3 v1
  if v4 to b1(v5 v5) else b2()
b2():
  exit 0
exit 0 at 0: v2 v3
`

func TestParametersThatAreTheSameBecomeOne(t *testing.T) {
	for _, several := range []map[nest.ID]bool{nil, {5: true}} {
		f, err := nest.Parse(twins)
		if err != nil {
			t.Fatal(err)
		}
		stands := f.Simplify(several)
		if one := stands[3] == 2; one != (several == nil) || f.Check() != nil {
			t.Errorf("%v: %v\n%s", several, stands, f.Text())
		}
	}
}

func TestParametersOfOneValueGo(t *testing.T) {
	f, err := nest.Parse(round)
	if err != nil {
		t.Fatal(err)
	}
	stands := f.Simplify(nil)
	for _, id := range []nest.ID{3, 5, 7, 8} {
		if stands[id] != 0 {
			t.Errorf("v%d stands for v%d", id, stands[id])
		}
	}
	if stands[4] != 4 || len(f.Blocks[1].Params) != 1 || len(f.Blocks[2].Params) != 0 {
		t.Error(f.Text())
	}
	if err := f.Check(); err != nil || !strings.Contains(f.Text(), "exit 0 at 0: v4 v0") {
		t.Errorf("%v\n%s", err, f.Text())
	}
}

// Of two elements that are stored over, the second need not be noted: nothing fails behind it.
const journaled = `nest(f8[1], i8) words 0
b0():
  v0 = number i8 #1
  v1 = base i8 #0
  v2 = const f8 0x0
  v3 = const i8 0x0
  v4 = const b1 0x1
  v5 = host.note i8 axis 8 v3 v1 else exit 0
  poke v1 v2
  guard v4 else exit 0
  to b1()
b1():
  v6 = scalar.add i8 v1 v0
  v7 = host.note i8 axis 8 v3 v6 else exit 0
  poke v6 v2
  to b2()
b2():
  v8 = host.forget i8 axis 0 v3 else exit 0
  guard v4 else exit 0
  exit 0
exit 0 at 0:
`

func TestJournalIsTrimmed(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{{journaled, "note forget"}, {strings.Replace(journaled, "  guard v4 else exit 0\n  to b1", "  to b1", 1), ""}} {
		f, err := nest.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		f.TrimJournal()
		var left []string
		for _, b := range f.Blocks {
			for _, id := range b.Body {
				if in := &f.Insts[id]; in.Op == nest.Host {
					left = append(left, nest.Hosts[in.Num])
				}
			}
		}
		if got := strings.Join(left, " "); got != c.want {
			t.Errorf("left: %q, want %q", got, c.want)
		}
	}
}
