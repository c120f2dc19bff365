package codegen

import (
	"encoding/binary"
	"math"
	"testing"

	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/libm"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/sched/kernel"
)

// digests answers questions about NumPy's loops.
type digests map[string]string

func (d digests) Ask(q front.Question) (front.Answer, error) {
	return front.Answer{Texts: []string{d[q.Name]}}, nil
}

// NumPy's loops are called unless every function's results are as found.
func TestProveMath(t *testing.T) {
	constants, err := libm.Find()
	if err != nil {
		t.Skip(err)
	}
	own := digests{}
	for i := range emit.Expansions {
		row := &emit.Expansions[i]
		g := generator(t)
		target := *g.target
		target.Math, target.Own = constants, map[string]bool{row.Loop(): true}
		if own[row.Ufunc], err = g.digest(row, target, own); err != nil {
			t.Fatal(err)
		}
	}
	for i := range emit.Expansions {
		row := &emit.Expansions[i]
		if !expanded(t, row, own) {
			t.Errorf("%s: the library's own results do not prove the steps", row.Ufunc)
		}
		if expanded(t, row, digests{row.Ufunc: own[row.Ufunc][1:] + "0"}) {
			t.Errorf("%s has other results, and is computed all the same", row.Ufunc)
		}
	}
}

// expanded says whether a new process would compute a loop itself.
func expanded(t *testing.T, row *emit.Expansion, numpy digests) bool {
	t.Helper()
	k, err := kernel.Parse("kernel (in f8, out f8) loops [" + row.Loop() + "]\n%0 = load f8 p0\n%1 = loop f8 l0 %0\nstore p1 %1")
	if err != nil {
		t.Fatal(err)
	}
	g := generator(t)
	return g.withMath(k, *g.target, numpy).Own[row.Loop()]
}

func generator(t *testing.T) *Generator {
	t.Helper()
	g := New(Config{}, "test")
	g.compiler = llvmtest.Compiler(t)
	target := g.compiler.Host()
	g.target = &target
	return g
}

// The host computes the same arguments: its test has the same hashes.
func TestArguments(t *testing.T) {
	for signed, want := range map[bool]string{
		false: "349531ecb52bbced38361ec57dabc7cbb9e1d4f9d3acad90716df4322e359517",
		true:  "2cdc6cebe1751e5b1aeac9a78dece802aa70fbadc29f6093d32adc2d44f8e467",
	} {
		var b []byte
		for _, x := range arguments(signed) {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		if got := hash(b); got != want {
			t.Errorf("signed %v: %s, want %s", signed, got, want)
		}
	}
}
