package codegen

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
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
	return front.Answer{Texts: []string{d[q.Name+q.In[0]]}}, nil
}

// named is what digests are found by.
func named(row *emit.Expansion) string { return row.Ufunc + row.In[0].String() }

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
		if own[named(row)], err = g.digest(row, target, own); err != nil {
			t.Fatal(err)
		}
	}
	for i := range emit.Expansions {
		row := &emit.Expansions[i]
		if !expanded(t, row, own) {
			t.Errorf("%s: the library's own results do not prove the steps", row.Ufunc)
		}
		if expanded(t, row, digests{named(row): own[named(row)][1:] + "0"}) {
			t.Errorf("%s has other results, and is computed all the same", row.Ufunc)
		}
	}
}

// expanded says whether a new process would compute a loop itself.
func expanded(t *testing.T, row *emit.Expansion, numpy digests) bool {
	t.Helper()
	n := len(row.In)
	more := fmt.Sprintf("%%%d = add %s %%%d %%%d\nstore p%d %%%d", n+1, row.Out, n, n, n, n+1)
	k, err := kernel.Parse(strings.Replace(kernelOf(row), fmt.Sprintf("store p%d %%%d", n, n), more, 1))
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

// The host computes the same complex numbers: its test has the same hash.
func TestComplexArguments(t *testing.T) {
	var b []byte
	for _, row := range complexes(arguments(true)) {
		b = append(b, encode(kernel.F64, row)...)
	}
	withoutSigns(b, kernel.F64)
	const want = "928814bf74f1a5ad56bd26090a7742812b1ca7c728e8c19554672c731522a11c"
	if got := hash(b); got != want {
		t.Errorf("%s, want %s", got, want)
	}
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
