package plan_test

import (
	"testing"

	"slipstream/jit/front"
	"slipstream/jit/fuse"
	"slipstream/jit/internal/golden"
	"slipstream/jit/ir"
	"slipstream/jit/plan"
	"slipstream/sched"
)

// region stands for what the front end makes: arguments in, exits out.
func region(f *ir.Func) *front.Region {
	r := &front.Region{Func: f, Exits: make([]front.Exit, 1)}
	for _, id := range f.Blocks[0].Body {
		v := f.Values[id]
		switch v.Op {
		case ir.Input:
			r.Args = append(r.Args, v.Num)
			r.Inputs = append(r.Inputs, front.Input{Source: sched.FromArg, Index: v.Num, Type: v.Type, ID: id, Equal: -1})
		case ir.Store:
			for i := range r.Inputs {
				r.Inputs[i].Writable = r.Inputs[i].Writable || r.Inputs[i].ID == v.Args[1]
			}
		}
	}
	for len(r.Exits) <= f.Blocks[0].Term.Exit {
		r.Exits = append(r.Exits, front.Exit{})
	}
	// One value is returned; of several, the first ones are stored to locals.
	last := front.Exit{PC: -1, Return: true, None: len(f.Blocks[0].Term.Args) == 0}
	for n := range len(f.Blocks[0].Term.Args) - 1 {
		last.Stores = append(last.Stores, n)
	}
	r.Exits[f.Blocks[0].Term.Exit] = last
	return r
}

func build(t *testing.T, text string) *sched.Plan {
	t.Helper()
	f, err := ir.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := fuse.Cut(f)
	if err != nil {
		t.Fatal(err)
	}
	result, err := plan.Build(region(f), nodes)
	if err != nil {
		t.Fatal(err)
	}
	if err := result.Plan.Check(); err != nil {
		t.Fatalf("%v\n%s", err, result.Plan.Text())
	}
	return result.Plan
}

// Each archive has SSA and the plan it becomes; the plan's text is read back.
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, in map[string]string) []golden.Text {
		text := build(t, in["ir"]).Text()
		if again := build(t, in["ir"]).Text(); again != text {
			t.Error("two plans differ")
		}
		p, err := sched.Parse(text)
		if err != nil || p.Text() != text {
			t.Errorf("the text is not read back: %v\n%s", err, text)
		}
		return []golden.Text{{Name: "plan", Text: text}}
	})
}
