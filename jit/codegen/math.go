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

// checked are the functions that kernels may compute themselves.
var checked = []struct {
	name   string
	signed bool // arguments may be negative
}{{"exp", true}, {"log", false}}

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
	for _, f := range checked {
		wanted, err := ask(asker, front.Question{Ask: "digest", Name: f.name, ID: -1, In: []string{"f8"}}, 1)
		if err != nil {
			return nil
		}
		if got, err := g.digest(f.name, f.signed, t, asker); err != nil || got != wanted[0] {
			return nil
		}
	}
	return constants
}

// digest runs a function on the samples.
func (g *Generator) digest(name string, signed bool, t emit.Target, asker front.Asker) (string, error) {
	k, err := kernel.Parse(fmt.Sprintf("kernel (in f8, out f8) loops [%s f8->f8]\n%%0 = load f8 p0\n%%1 = loop f8 l0 %%0\nstore p1 %%1", name))
	if err != nil {
		return "", err
	}
	object, _, err := g.compileText(emit.Emit(k, t), t, g.cache, asker)
	if err != nil {
		return "", err
	}
	addr, err := g.load("proof of "+name, object)
	if err != nil {
		return "", err
	}
	x, y := make([]float64, samples), make([]byte, 8*samples)
	for i := range x {
		x[i] = sample(uint64(i), signed)
	}
	apply(addr, unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), samples)
	sum := sha256.Sum256(y)
	return hex.EncodeToString(sum[:]), nil
}

// apply calls a kernel of one input and one output that never calls a loop.
func apply(addr uintptr, x, y unsafe.Pointer, n int) {
	args, flags := [2]unsafe.Pointer{x, y}, new(uint64)
	table := make([]uintptr, 3)
	purego.SyscallN(addr, uintptr(unsafe.Pointer(&args)), 0, uintptr(n), 0, uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(flags)))
	runtime.KeepAlive(args)
}
