package nest_test

import (
	"strings"
	"testing"

	"slipstream/sched/nest"
)

// A length that is looked at twice, checks that have passed before, and ones that always do.
const twice = `nest(f8[1], i8) words 2
b0():
  v0 = dim i8 #0 axis 0
  v1 = number i8 #1
  v2 = const i8 0x0
  v3 = scalar.ge b1 v0 v2
  guard v3 else exit 0
  v5 = checked.sub i8 v1 v0 else exit 0
  v6 = scalar.lt b1 v5 v0
  guard v6 else exit 0
  to b1()
b1():
  v8 = checked.sub i8 v1 v0 else exit 0
  v9 = scalar.lt b1 v8 v0
  guard v9 else exit 0
  v11 = scalar.max i8 v0 v2
  v12 = scalar.sub i8 v11 v2
  if v9 to b2() else b3()
b2():
  v13 = scalar.mul i8 v8 v1
  to b4(v13)
b3():
  v14 = scalar.mul i8 v5 v1
  to b4(v14)
b4(v15 i8):
  exit 1
exit 0 at 0:
exit 1 at 0: v15 v12
`

func numbered(t *testing.T, text string) string {
	t.Helper()
	f, err := nest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f.Number()
	if err := f.Check(); err != nil {
		t.Fatalf("%v\n%s", err, f.Text())
	}
	return f.Text()
}

func TestWhatIsComputedTwiceIsComputedOnce(t *testing.T) {
	text := numbered(t, twice)
	for part, want := range map[string]int{
		"checked.sub": 1, "scalar.lt": 1, "guard": 1, "scalar.ge": 0, "scalar.max": 0, "scalar.mul": 2,
		"to b4(v13)": 1, "to b4(v14)": 1, "exit 1 at 0: v15 v0": 1,
	} {
		if got := strings.Count(text, part); got != want {
			t.Errorf("%d of %q, not %d, in\n%s", got, part, want, text)
		}
	}
}

// Of one operation on literals and on what is known of a value.
func TestFolds(t *testing.T) {
	for expression, want := range map[string]string{
		"scalar.lt b1 v2 v3":        "const b1 0x1",
		"scalar.lt b1 v3 v2":        "const b1 0x0",
		"scalar.gt b1 v2 v0":        "const b1 0x0",
		"scalar.le b1 v2 v0":        "const b1 0x1",
		"scalar.ge b1 v1 v1":        "const b1 0x1",
		"scalar.eq b1 v1 v1":        "const b1 0x1",
		"scalar.eq b1 v1 v2":        "scalar.eq b1 v1 v2",
		"scalar.ne b1 v2 v3":        "const b1 0x1",
		"scalar.ne b1 v4 v5":        "const b1 0x0", // -0.0 and 0.0
		"scalar.ne b1 v6 v6":        "const b1 0x1", // not a number
		"scalar.add i8 v1 v2":       "number i8 #1",
		"scalar.mul i8 v1 v3":       "number i8 #1",
		"scalar.mul i8 v1 v2":       "const i8 0x0",
		"scalar.sub i8 v2 v3":       "const i8 0xffffffffffffffff",
		"scalar.sub i8 v7 v3":       "const i8 0x7fffffffffffffff",
		"checked.sub i8 v7 v3 else": "checked.sub i8 v7 v3 else exit 0",
		"checked.mul i8 v7 v8 else": "checked.mul i8 v7 v8 else exit 0",
		"checked.mul i8 v8 v8 else": "const i8 0x1",
		"checked.add i8 v8 v3 else": "const i8 0x0",
		"scalar.min i8 v7 v2":       "const i8 0x8000000000000000",
		"scalar.min i8 v0 v2":       "const i8 0x0",
		"scalar.max i8 v2 v0":       "dim i8 #0 axis 0",
		"scalar.max i8 v1 v2":       "scalar.max i8 v1 v2",
		"scalar.abs i8 v0":          "dim i8 #0 axis 0",
		"scalar.abs i8 v1":          "scalar.abs i8 v1",
		"scalar.add f8 v4 v5":       "scalar.add f8 v4 v5",
		"scalar.mul f8 v4 v5":       "scalar.mul f8 v4 v5",
	} {
		if strings.HasSuffix(expression, " else") {
			expression += " exit 0"
		}
		text := numbered(t, `nest(f8[1], i8) words 1
b0():
  v0 = dim i8 #0 axis 0
  v1 = number i8 #1
  v2 = const i8 0x0
  v3 = const i8 0x1
  v4 = const f8 0x8000000000000000
  v5 = const f8 0x0
  v6 = const f8 0x7ff8000000000000
  v7 = const i8 0x8000000000000000
  v8 = const i8 0xffffffffffffffff
  v9 = `+expression+`
  exit 1
exit 0 at 0:
exit 1 at 0: v9
`)
		value := text[strings.LastIndex(text, ":")+2 : len(text)-1]
		if got := "  " + value + " = " + want + "\n"; !strings.Contains(text, got) {
			t.Errorf("%s is not %s in\n%s", expression, want, text)
		}
	}
}
