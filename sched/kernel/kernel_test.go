package kernel

import (
	"reflect"
	"strings"
	"testing"
)

const sample = `kernel (in f8, in f8, scalar f8, out f8) loops [exp f8->f8; arctan2 f8,f8->f8]
  %0 = load f8 p0
  %1 = load f8 p1
  %2 = mul f8 %0 %1
  %3 = loop f8 l0 %2
  %4 = load f8 p2
  %5 = add f8 %3 %4
  %6 = const f8 0x3ff0000000000000
  %7 = loop f8 l1 %5 %6
  %8 = add f8 %7 %2
  store p3 %8
`

func TestRoundTrip(t *testing.T) {
	k, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	if k.String() != sample {
		t.Errorf("printed:\n%s", k)
	}
	again, err := Parse(k.Key())
	if err != nil || !reflect.DeepEqual(k, again) {
		t.Errorf("second parse differs: %v", err)
	}
}

func TestSchedule(t *testing.T) {
	k, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	s := k.Schedule()
	if want := []int{0, 0, 0, 0, 1, 1, 1, 1, 2}; !reflect.DeepEqual(s.Place, want) {
		t.Errorf("place %v, want %v", s.Place, want)
	}
	// %2 is an operand and lives across both calls, %3 and %7 are results,
	// %5 and the constant %6 are operands.
	if want := []int{-1, -1, 0, 1, -1, 2, 3, 4, -1}; !reflect.DeepEqual(s.Slot, want) {
		t.Errorf("slots %v, want %v", s.Slot, want)
	}
}

func TestDirectOnlyAfterTheLastRead(t *testing.T) {
	const body = "kernel (in f8, in f8, out f8, out f8) loops [exp f8->f8]\n%0 = load f8 p0\n%1 = loop f8 l0 %0\nstore p2 %1\n"
	for text, want := range map[string]int{
		body: 2,
		strings.Replace(body, "store p2", "%2 = load f8 p1\nstore p3 %2\nstore p2", 1): -1,
		strings.Replace(body, "store p2", "%2 = neg f8 %1\nstore p3 %2\nstore p2", 1):  -1,
	} {
		k, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.Schedule().Direct[1]; got != want {
			t.Errorf("direct %d, want %d in\n%s", got, want, k)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	const head = "kernel (in f8, in i8, in b1, scalar f4, out f8, out b1) loops [exp f8->f8]\n%0 = load f8 p0\n%1 = load i8 p1\n%2 = load b1 p2\n"
	for _, c := range []struct{ line, want string }{
		{"%3 = load f8 p9", "no parameter"},
		{"%3 = load f8 p4", "is an output"},
		{"%3 = load i8 p0", "p0 is f8"},
		{"%3 = add f8 %0", "takes 2 arguments"},
		{"%3 = add f8 %0 %3", "not an earlier value"},
		{"%3 = add f8 %0 %1", "mixes f8 and i8"},
		{"%3 = add b1 %2 %2", "does not take b1"},
		{"%3 = div i8 %1 %1", "does not take i8"},
		{"%3 = lt f8 %0 %0", "gives b1"},
		{"%3 = add f4 %0 %0", "gives f8"},
		{"%3 = select f8 %0 %0 %0", "b1 condition"},
		{"%3 = select f8 %2 %0 %1", "mixes"},
		{"%3 = const b1 2", "does not fit"},
		{"%3 = const f4 0x100000000", "does not fit"},
		{"%3 = loop f8 l1 %0", "no loop l1"},
		{"%3 = loop f8 l0 %1", "argument 0 is i8"},
		{"%3 = loop f8 l0 %0 %0", "takes 1 arguments"},
		{"%3 = loop f4 l0 %0", "gives f8"},
		{"store p0 %0", "not an output"},
		{"store p4 %1", "p4 is f8"},
		{"store p4 %7", "unknown value"},
		{"store p4 %0\nstore p4 %0", "stored twice"},
		{"sum p5 %2", "sum of b1"},
		{"sum p4 %0\nsum p4 %0", "second sum"},
		{"sum p4 %0\nstore p4 %0", "not both"},
		{"", "needs stores"},
		{"%4 = load f8 p0", "out of order"},
		{"%3 = nop f8 %0", "unknown operation"},
		{"%3 = load f8", "want %n"},
		{"%3 = load f8 x0", "want p"},
		{"%3 = neg f8 p0", "want %"},
	} {
		_, err := Parse(head + c.line + "\n")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.line, err, c.want)
		}
	}
}

func TestParseHeadRefuses(t *testing.T) {
	for _, head := range []string{"", "kernel", "kernel (in f8", "kernel (on f8)", "kernel (in f9)",
		"kernel (in f8) loops exp", "kernel (in f8) loops [exp]", "kernel (in f8) loops [exp f8->f9]", "kernel (in f8) loops [a-b f8->f8]"} {
		if _, err := Parse(head); err == nil {
			t.Errorf("%q is accepted", head)
		}
	}
}

// Names in the tables are the words of the text: present, unique, readable.
func TestTables(t *testing.T) {
	seen := make(map[string]bool)
	for _, op := range Ops() {
		got, ok := ParseOp(op.String())
		if !ok || got != op || seen[op.String()] {
			t.Errorf("operation %d: name %q", op, op)
		}
		seen[op.String()] = true
		if arity := op.Info().Arity; arity > 0 && len(op.Info().Accepts) == 0 {
			t.Errorf("%s accepts nothing", op)
		}
	}
	for _, typ := range Types() {
		got, ok := ParseType(typ.String())
		if !ok || got != typ || typ.Size() < 1 || typ.Info().LLVM == "" || typ.Info().Mem == "" {
			t.Errorf("type %d: row %+v", typ, typ.Info())
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, text string) {
		k, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(k.String())
		if err != nil || again.String() != k.String() {
			t.Fatalf("no round trip: %v\n%s", err, k)
		}
	})
}
