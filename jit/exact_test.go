package jit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"slipstream/jit/front"
	"slipstream/jit/ir"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// author writes random functions over arrays as text.
type author struct {
	rng   *rand.Rand
	lines []string
	types []string // by value: "f8[2] <n1,n2>"
	mem   int
	exits int
}

func (a *author) add(typ, text string) int {
	id := len(a.types)
	a.types = append(a.types, typ)
	a.lines = append(a.lines, fmt.Sprintf("v%d: %s = %s", id, typ, text))
	return id
}

var inputTypes = []string{"f8[2] <n1,n2>", "f8[1] <n2>", "f4[2] <n1,n2>", "i8[1] <n2>", "b1[2] <n1,n2>", "f8[2] <n1,n2>", "np.f8", "i4[2] <n1,n2>"}

func newAuthor(seed uint64) *author {
	a := &author{rng: rand.New(rand.NewPCG(seed, 7))}
	for i, t := range inputTypes {
		a.add(t, fmt.Sprintf("input %d ()", i))
	}
	a.add("pyfloat", fmt.Sprintf("number %#x ()", math.Float64bits(1.25)))
	a.mem = a.add("mem", "memory ()")
	return a
}

// pick gives a value of one of the dtypes.
func (a *author) pick(dtypes string) int {
	for {
		id := a.rng.IntN(len(a.types))
		name := dtypeOf(a.types[id])
		if name != "" && strings.Contains(dtypes, name) {
			return id
		}
	}
}

func dtypeOf(typ string) string {
	if typ == "mem" {
		return ""
	}
	if typ == "pyfloat" {
		return "f8"
	}
	return strings.TrimPrefix(typ, "np.")[:2]
}

// spread is the type of an operation's result on operands.
func (a *author) spread(dtype string, args ...int) string {
	rank := 0
	for _, id := range args {
		if _, r, ok := strings.Cut(a.types[id], "["); ok {
			rank = max(rank, int(r[0]-'0'))
		}
	}
	return []string{"np." + dtype, dtype + "[1] <n2>", dtype + "[2] <n1,n2>"}[rank]
}

func (a *author) elem(op, in, result string, args ...int) {
	texts := make([]string, len(args))
	for i, id := range args {
		texts[i] = fmt.Sprintf("v%d", id)
	}
	a.add(a.spread(result, args...), fmt.Sprintf("elem %s in %s (%s) @v%d", op, in, strings.Join(texts, " "), a.mem))
}

func (a *author) choice(names ...string) string { return names[a.rng.IntN(len(names))] }

// step adds one random operation.
func (a *author) step() {
	switch a.rng.IntN(14) {
	case 0:
		a.elem(a.choice("neg", "abs", "sqrt"), "f8", "f8", a.pick("f8"))
	case 1:
		a.elem(a.choice("add", "mul", "sub"), "f4", "f4", a.pick("f4"), a.pick("f4"))
	case 2:
		a.elem(a.choice("lt", "ge", "eq"), "f8", "b1", a.pick("f8 f4"), a.pick("f8"))
	case 3:
		a.elem("select", "f8", "f8", a.pick("b1"), a.pick("f8 f4 i8"), a.pick("f8"))
	case 4:
		a.elem(a.choice("add", "mul", "max", "xor", "shl"), "i8", "i8", a.pick("i8 i4"), a.pick("i8"))
	case 5:
		a.elem(a.choice("and", "or", "xor"), "b1", "b1", a.pick("b1"), a.pick("b1"))
	case 6:
		a.sum()
	case 7:
		a.store()
	case 8:
		a.view()
	case 9:
		a.add(a.loop(a.pick("f8")))
	default:
		a.elem(a.choice("add", "mul", "sub", "div"), "f8", "f8", a.pick("f8 f4 i8"), a.pick("f8"))
	}
}

func (a *author) sum() {
	if id := a.pick("f8"); strings.HasPrefix(a.types[id], "f8[") && id >= len(inputTypes) {
		a.add("np.f8", fmt.Sprintf("sum (v%d)", id))
	}
}

func (a *author) loop(arg int) (typ, text string) {
	return a.spread("f8", arg), fmt.Sprintf("loop twist f8->f8 host 0 (v%d) @v%d", arg, a.mem)
}

// view looks at an input that may be stored into, before or later.
func (a *author) view() {
	index := a.choice("[::-1,::]", "[::,::-1]", "[2,::]")
	typ := "f8[2] <n1,n2>"
	if index == "[2,::]" {
		typ = "f8[1] <n2>"
	}
	a.add(typ, fmt.Sprintf("view %s (v%d)", index, []int{0, 5}[a.rng.IntN(2)]))
}

// store stores into an input and commits.
func (a *author) store() {
	target := []int{0, 5}[a.rng.IntN(2)]
	a.mem = a.add("mem", fmt.Sprintf("store (v%d v%d v%d)", a.mem, target, a.pick("f8")))
	a.mem = a.add("mem", fmt.Sprintf("commit %d (v%d)", a.exits, a.mem))
	a.exits++
}

func (a *author) text() string {
	for range 3 + a.rng.IntN(25) {
		a.step()
	}
	var out []string
	for range 3 {
		out = append(out, fmt.Sprintf("v%d", a.pick("f8 f4 b1 i8")))
	}
	return "b0():\n" + strings.Join(a.lines, "\n") + fmt.Sprintf("\nleave %d (%s)\n", a.exits, strings.Join(out, " "))
}

// data makes the inputs. The same seed gives the same elements.
func data(seed uint64) []sched.Datum {
	rng := rand.New(rand.NewPCG(seed, 9))
	var all []sched.Datum
	for _, typ := range inputTypes {
		t, _ := kernel.ParseType(dtypeOf(typ))
		dims := []int{3, 50}
		if strings.Contains(typ, "[1]") {
			dims = dims[1:]
		}
		if strings.HasPrefix(typ, "np.") {
			all = append(all, sched.Datum{Bits: math.Float64bits(rng.Float64())})
			continue
		}
		m := sched.NewMemory(t, dims...)
		sched.Each(dims, func(i []int) { m.Set(element(rng, t), i...) })
		all = append(all, sched.Datum{Memory: m})
	}
	return all
}

func element(rng *rand.Rand, t kernel.Type) uint64 {
	switch t {
	case kernel.Bool:
		return uint64(rng.IntN(2))
	case kernel.F32:
		return uint64(math.Float32bits(rng.Float32() + 0.5))
	case kernel.F64:
		return math.Float64bits(rng.Float64() + 0.5)
	case kernel.I64:
		return uint64(rng.IntN(100) - 50)
	}
	return uint64(rng.IntN(9)-4) & (^uint64(0) >> (64 - 8*t.Size()))
}

// regionOf stands for what the front end makes: arguments in, exits out.
func regionOf(f *ir.Func) *front.Region {
	r := &front.Region{Func: f, Exits: make([]front.Exit, f.Blocks[0].Term.Exit+1)}
	for _, id := range f.Blocks[0].Body {
		if v := f.Values[id]; v.Op == ir.Input {
			r.Inputs = append(r.Inputs, front.Input{Source: sched.FromArg, Index: v.Num, Type: v.Type, ID: id, Equal: -1})
		}
	}
	return r
}

// bound gives the plan's inputs their data.
func bound(p *sched.Plan, inputs []sched.Datum) []sched.Datum {
	var all []sched.Datum
	for _, in := range p.Inputs {
		if in.Source == sched.FromArg {
			all = append(all, inputs[in.Index])
		} else {
			all = append(all, sched.Datum{Bits: math.Float64bits(1.25)}) // the one literal
		}
	}
	return all
}

// Random functions keep their bits, their stores and their reports through
// all passes, fusion and planning.
func TestExact(t *testing.T) {
	reports, left := 0, 0
	for seed := range uint64(400) {
		text := newAuthor(seed).text()
		f, err := ir.Parse(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		once, twice := data(seed), data(seed)
		want, flags := interpret(t, f, once)
		result, err := lower(regionOf(f), &Trace{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		have := sched.Run(result.Plan, bound(result.Plan, twice), device, nil)
		switch {
		case have.Failure != nil && (have.Failure.Cause == sched.CauseOverlap || have.Failure.Cause == sched.CauseLayout):
			left++ // to NumPy, as it should be
			continue
		case flags != 0:
			reports++
		}
		if why := difference(have, want, flags, once, twice); why != "" {
			t.Fatalf("seed %d: %s\n%s\n%s", seed, why, text, result.Plan.Text())
		}
	}
	if reports == 0 || reports > 100 || left == 0 || left > 200 {
		t.Errorf("%d of 400 functions report, %d are left to NumPy", reports, left)
	}
}

func difference(have sched.Result, want []sched.Datum, flags sched.Flags, once, twice []sched.Datum) string {
	if flags != 0 {
		if have.Failure == nil || have.Failure.Cause != sched.CauseFlags {
			return fmt.Sprintf("flags %#x are lost", flags)
		}
		return ""
	}
	if have.Failure != nil {
		return have.Failure.Error()
	}
	for i := range want {
		if !sameDatum(have.Values[i], want[i]) {
			return fmt.Sprintf("result %d differs", i)
		}
	}
	for i := range once {
		if !sameDatum(once[i], twice[i]) {
			return fmt.Sprintf("input %d is stored to differently", i)
		}
	}
	return ""
}

func sameDatum(a, b sched.Datum) bool {
	if a.Memory == nil || b.Memory == nil {
		return a.Memory == b.Memory && a.Bits == b.Bits
	}
	same := slices.Equal(a.Memory.Dims, b.Memory.Dims)
	if same {
		sched.Each(a.Memory.Dims, func(i []int) { same = same && a.Memory.Get(i...) == b.Memory.Get(i...) })
	}
	return same
}
