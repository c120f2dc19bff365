package codegen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/libm"
	"slipstream/sched/kernel"
)

// samples is the number of arguments on which NumPy and the code that stands
// for its loops are compared, once a process. Rounding one product on its way
// that the library fuses, or the other way round, changes one result of some
// hundred.
const samples = 1 << 14

// sample is argument i of the comparison; the host computes the same. Even
// ones are of every ordinary size, odd ones lie about 1.
func sample(i uint64, signed bool) float64 {
	u := i * 0x9e3779b97f4a7c15
	u = (u ^ u>>32) * 0xd6e8feb86659fd93
	u ^= u >> 32
	exponent := 973 + u>>52%59
	if i&1 == 1 {
		exponent = 1023 - u>>52&1
	}
	bits := exponent<<52 | u&(1<<52-1)
	if signed {
		bits |= i >> 1 << 63
	}
	return math.Float64frombits(bits)
}

// mathFor gives the constants for k, where it has use for them and NumPy's
// loops are what they were found to be.
func (g *Generator) mathFor(k *kernel.Kernel, t emit.Target, asker front.Asker) *libm.Constants {
	if asker == nil || !emit.Expands(k) || !strings.Contains(t.Features, "+fma") {
		return nil
	}
	g.mathOnce.Do(func() { g.math = g.proveMath(t, asker) })
	return g.math
}

// proveMath compares our code with NumPy on samples.
func (g *Generator) proveMath(t emit.Target, asker front.Asker) *libm.Constants {
	constants, err := libm.Find()
	if err != nil {
		return nil
	}
	t.Math = constants
	for i := range emit.Expansions {
		x := &emit.Expansions[i]
		wanted, err := ask(asker, front.Question{Ask: "digest", Name: x.Ufunc, ID: -1, In: []string{x.Type.String()}, Signed: x.Signed}, 1)
		if err != nil {
			return nil
		}
		if got, err := g.digest(x, t, asker); err != nil || got != wanted[0] {
			return nil
		}
	}
	return constants
}

// digest runs a function of float64 on the samples.
func (g *Generator) digest(row *emit.Expansion, t emit.Target, asker front.Asker) (string, error) {
	k, err := kernel.Parse(fmt.Sprintf("kernel (in f8, out f8) loops [%s]\n%%0 = load f8 p0\n%%1 = loop f8 l0 %%0\nstore p1 %%1", row.Loop()))
	if err != nil {
		return "", err
	}
	object, _, err := g.compileText(emit.Emit(k, t), t, g.cache, asker)
	if err != nil {
		return "", err
	}
	addr, err := g.load("proof of "+row.Ufunc, object)
	if err != nil {
		return "", err
	}
	x, y := arguments(row.Signed), make([]byte, 8*samples)
	apply(addr, unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), samples)
	return hash(y), nil
}

func arguments(signed bool) []float64 {
	x := make([]float64, samples)
	for i := range x {
		x[i] = sample(uint64(i), signed)
	}
	return x
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// apply calls a kernel of one input and one output that never calls a loop.
func apply(addr uintptr, x, y unsafe.Pointer, n int) {
	args, flags := [2]unsafe.Pointer{x, y}, new(uint64)
	table := make([]uintptr, 3)
	purego.SyscallN(addr, uintptr(unsafe.Pointer(&args)), 0, uintptr(n), 0, uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(flags)))
	runtime.KeepAlive(args)
}
