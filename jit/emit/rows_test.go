package emit_test

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"slipstream/jit/emit"
	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// A grid is a parameter's memory over rows: gap elements behind each row, or one
// element for each row in which the parameter stays.
type grid struct {
	*array
	stays bool
	step  int // bytes from a row to the next
}

func makeGrids(k *kernel.Kernel, r *rand.Rand, rows, n int) []grid {
	const gap = 3
	grids := make([]grid, len(k.Params))
	for p, param := range k.Params {
		g := grid{stays: param.Row && r.IntN(3) > 0, step: (n + gap) * param.Type.Size()}
		switch {
		case param.Kind == kernel.Scalar:
			g.array, g.step = newArray(param.Type, param.Kind, 1), 0
		case g.stays:
			g.array, g.step = newArray(param.Type, param.Kind, rows), param.Type.Size()
		default:
			g.array = newArray(param.Type, param.Kind, rows*(n+gap))
		}
		if param.Kind != kernel.Out {
			g.fill(r, 10)
		}
		grids[p] = g
	}
	return grids
}

// row is the operand in one row.
func (g grid) row(i int) ref.Operand {
	o := g.operand()
	o.Base = unsafe.Add(o.Base, i*g.step)
	if g.stays {
		o.Stride = 0
	}
	return o
}

func compareRows(t *testing.T, c *compiled, r *rand.Rand, rows, n int) {
	t.Helper()
	mine, words := makeGrids(c.k, r, rows, n), []int64{int64(rows)}
	var theirs, first []ref.Operand
	outs := make([]*array, len(mine))
	for p, g := range mine {
		mask := int64(-1)
		if g.stays {
			mask = 0
		}
		words, first = append(words, mask, int64(g.step)), append(first, g.row(0))
		if outs[p] = g.array; g.kind == kernel.Out {
			outs[p] = g.clone()
		}
	}
	got, want := c.runRows(first, 0, n, words), ref.Flags(0)
	for i := range rows {
		theirs = theirs[:0]
		for p, g := range mine {
			theirs = append(theirs, grid{outs[p], g.stays, g.step}.row(i))
		}
		flags, err := ref.Eval(c.k, theirs, n, nil)
		if err != nil {
			t.Fatal(err)
		}
		want |= flags
	}
	for p, g := range mine {
		if !g.equal(outs[p]) {
			t.Fatalf("%d rows of %d: p%d differs\n%s", rows, n, p, c.k)
		}
	}
	if got != want {
		t.Fatalf("%d rows of %d: flags %d, want %d\n%s", rows, n, got, want, c.k)
	}
}

// Several rows in one call, with operands that stay at one element in each.
func TestRows(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(*fuzzSeed, 7))
	for number := 0; number < *fuzzKernels/3; number++ {
		k := randomKernel(r, 2) // neither loops nor a sum
		for p := range k.Params {
			k.Params[p].Row = k.Params[p].Kind == kernel.In && r.IntN(2) == 0
		}
		c := m.compile(k)
		for _, n := range []int{1, 2, 3, 7, 8, 9, 16, 17, 64, 65, 130} {
			compareRows(t, c, r, 1+r.IntN(5), n)
			compareRun(t, c, r, n/4, n, 30, number%2 == 0)
		}
	}
}

// Few operations on memory that is far away are computed in narrower vectors.
func TestFarMemory(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(*fuzzSeed, 8))
	for done := 0; done < *fuzzKernels/15; {
		g := &gen{r: r, k: new(kernel.Kernel)}
		g.step(false)
		g.store()
		bytes := 0
		for _, p := range g.k.Params {
			if p.Kind != kernel.Scalar {
				bytes += p.Type.Size()
			}
		}
		if bytes < 8 {
			continue // the reference would take its time
		}
		done++
		compareRun(t, m.compile(g.k), r, done%3, emit.FarBytes/bytes+13, 10, done%2 == 0)
	}
}
