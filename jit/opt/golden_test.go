package opt_test

import (
	"testing"

	"slipstream/jit/internal/golden"
	"slipstream/jit/ir"
	"slipstream/jit/opt"
)

var passes = []struct {
	name string
	run  func(*ir.Func)
}{
	{"share", opt.Share},
	{"forward", opt.Forward},
	{"drop", opt.Drop},
}

// Each archive has the text before, and behind one pass after the other.
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, in map[string]string) []golden.Text {
		f, err := ir.Parse(in["before"])
		if err != nil {
			t.Fatal(err)
		}
		var after []golden.Text
		for _, p := range passes {
			p.run(f)
			if err := f.Check(); err != nil {
				t.Fatalf("behind %s: %v", p.name, err)
			}
			after = append(after, golden.Text{Name: p.name, Text: f.Text()})
		}
		return after
	})
}
