package nest_test

import (
	"strings"
	"testing"

	"slipstream/sched/nest"
)

// diamond is a branch whose ways compute something of two numbers of a type.
func diamond(t, yes, no, more string) string {
	return `nest(i8, ` + t + `) words 1
b0():
  v0 = number i8 #0
  v1 = number ` + t + ` #1
  v2 = const i8 0x0
  v3 = scalar.lt b1 v0 v2
  if v3 to b1() else ` + no + `
b1():
  v4 = ` + yes + `
  to b3(v4)
b2():
  v5 = scalar.` + more + ` ` + t + ` v1 v1
  to b3(v5)
b3(v6 ` + t + `):
  exit 0
exit 0 at 0: v6
`
}

// selects says whether a function has so many selections when its small branches are gone.
func selects(t *testing.T, text string, want int) {
	t.Helper()
	f, err := nest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f.Select()
	if err := f.Check(); err != nil {
		t.Fatalf("%v\n%s", err, f.Text())
	}
	if got := strings.Count(f.Text(), "scalar.select"); got != want {
		t.Errorf("%d selections, want %d:\n%s", got, want, f.Text())
	}
}

func TestSmallBranchesBecomeSelections(t *testing.T) {
	for _, c := range []struct {
		name, text string
		selections int
	}{
		{"both ways", diamond("i8", "scalar.add i8 v0 v1", "b2()", "xor"), 1},
		{"one way", diamond("i8", "scalar.sub i8 v0 v1", "b3(v1)", "xor"), 1},
		{"the same", diamond("i8", "scalar.add i8 v1 v1", "b3(v1)", "and"), 1},
		{"floats, which may be reported", diamond("f8", "scalar.add f8 v1 v1", "b2()", "mul"), 0},
		{"a quotient, which traps", diamond("i8", "quotient i8 v0 v1", "b2()", "xor"), 0},
		{"nothing is computed", strings.Replace(diamond("i8", "scalar.sub i8 v0 v1", "b3(v1)", "xor"), "  to b3(v4)", "  to b3(v1)", 1), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			selects(t, c.text, c.selections)
		})
	}
}

// A branch inside of another one is selected first, and then is too long for that.
func TestABranchInsideOfAnother(t *testing.T) {
	text := diamond("i8", "scalar.add i8 v0 v1", "b2()", "xor")
	text = strings.Replace(text, "  to b3(v4)", "  v10 = scalar.lt b1 v1 v2\n  if v10 to b4() else b3(v4)", 1)
	text = strings.Replace(text, "exit 0 at", `b4():
  v11 = scalar.and i8 v4 v1
  v12 = scalar.or i8 v11 v0
  to b3(v12)
exit 0 at`, 1)
	selects(t, text, 1)
}
