package emit_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"slipstream/sched/kernel"
)

var fuzzKernels = flag.Int("kernels", 300, "random kernels to compile and compare")

// gen makes a random kernel.
type gen struct {
	r *rand.Rand
	k *kernel.Kernel
}

// anyOf draws an element.
func anyOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// favoured makes floats the usual case.
func (g *gen) favoured() kernel.Type {
	if g.r.IntN(3) > 0 {
		return kernel.F64
	}
	return anyOf(g.r, kernel.Types())
}

func (g *gen) add(in kernel.Inst) kernel.ID {
	g.k.Body = append(g.k.Body, in)
	return kernel.ID(len(g.k.Body) - 1)
}

func (g *gen) param(kind kernel.ParamKind, t kernel.Type) int {
	g.k.Params = append(g.k.Params, kernel.Param{Kind: kind, Type: t})
	return len(g.k.Params) - 1
}

// value finds or makes a value of type t.
func (g *gen) value(t kernel.Type) kernel.ID {
	var have []kernel.ID
	for id, in := range g.k.Body {
		if in.Type == t {
			have = append(have, kernel.ID(id))
		}
	}
	if len(have) > 0 && g.r.IntN(8) > 0 {
		return anyOf(g.r, have)
	}
	return g.leaf(t)
}

func (g *gen) leaf(t kernel.Type) kernel.ID {
	switch draw := g.r.IntN(5); {
	case draw == 0 && t != kernel.C128:
		return g.add(kernel.Inst{Op: kernel.Const, Type: t, Bits: specialBits(g.r, t)})
	case draw < 2:
		return g.add(kernel.Inst{Op: kernel.Load, Type: t, Param: g.param(kernel.Scalar, t)})
	}
	return g.add(kernel.Inst{Op: kernel.Load, Type: t, Param: g.param(kernel.In, t)})
}

// step adds one operation.
func (g *gen) step(loops bool) {
	if loops && g.r.IntN(4) == 0 {
		g.loop()
		return
	}
	t := g.favoured()
	var fit []kernel.Op
	for _, op := range kernel.Ops() {
		if slices.Contains(op.Info().Accepts, t.Info().Class) && op != kernel.Loop {
			fit = append(fit, op)
		}
	}
	in := kernel.Inst{Op: anyOf(g.r, fit), Type: t}
	for range in.Op.Info().Arity {
		in.Args = append(in.Args, g.value(t))
	}
	switch {
	case in.Op == kernel.Select:
		in.Args[0] = g.value(kernel.Bool)
	case in.Op == kernel.Cast:
		in.Type = g.target(t)
	case in.Op.Info().ToBool:
		in.Type = kernel.Bool
	}
	g.add(in)
}

// target is a type that t can be cast to.
func (g *gen) target(t kernel.Type) kernel.Type {
	for {
		if to := g.favoured(); kernel.Castable(t, to) {
			return to
		}
	}
}

func (g *gen) loop() {
	in := kernel.Inst{Op: kernel.Loop, Type: kernel.F64, Loop: g.r.IntN(2)}
	in.Args = append(in.Args, g.value(kernel.F64))
	if in.Loop == 1 {
		in.Args = append(in.Args, g.value(kernel.F64))
	}
	g.add(in)
}

// store makes some of the last values results.
func (g *gen) store() {
	for v := len(g.k.Body) - 1; v >= 0 && len(g.k.Stores) < 3; v-- {
		if g.r.IntN(2) == 0 || v == 0 && len(g.k.Stores) == 0 {
			p := g.param(kernel.Out, g.k.Body[v].Type)
			g.k.Stores = append(g.k.Stores, kernel.Store{Param: p, Value: kernel.ID(v)})
		}
	}
}

// randomKernel has loops in every second kernel and is a sum in every fifth.
func randomKernel(r *rand.Rand, number int) *kernel.Kernel {
	g := &gen{r: r, k: new(kernel.Kernel)}
	loops := number%2 == 1
	if loops {
		g.k.Loops = []kernel.LoopRef{
			{Ufunc: "twist", Sig: []kernel.Type{kernel.F64, kernel.F64}},
			{Ufunc: "blur", Sig: []kernel.Type{kernel.F64, kernel.F64, kernel.F64}},
		}
	}
	for range 2 + r.IntN(14) {
		g.step(loops)
	}
	if number%5 == 0 {
		t := anyOf(r, []kernel.Type{kernel.F64, kernel.F32, kernel.F64, kernel.I64, kernel.U8})
		v := g.value(t)
		g.k.Reduce = &kernel.Reduction{Value: v, Param: g.param(kernel.Out, t)}
		return g.k
	}
	g.store()
	return g.k
}

// Random kernels, the net for everything that no other test names. The seed
// is fixed; -kernels and -seed widen the search.
func TestRandomKernels(t *testing.T) {
	m := newMachine(t)
	r := rand.New(rand.NewPCG(*fuzzSeed, 0))
	for number := range *fuzzKernels {
		k := randomKernel(r, number)
		c := m.compile(k)
		lengths := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 50, 64, 65, 127, 128}
		if k.Reduce == nil {
			lengths = append(lengths, 200, 511, 512, 1025, 2500)
		}
		for i, n := range lengths {
			compareRun(t, c, r, 0, n, 0, false)
			compareRun(t, c, r, n/4, n, 30, i%2 == 0)
		}
	}
}

var fuzzSeed = flag.Uint64("seed", 1, "seed of the random kernels")
