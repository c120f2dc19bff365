package codegen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
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

// proofs is what is known of NumPy's loops in this process.
type proofs struct {
	mu        sync.Mutex
	constants *libm.Constants
	own       map[string]bool // by loop
}

// withMath adds to the target what code of k may compute in place of NumPy's
// loops.
func (g *Generator) withMath(k *kernel.Kernel, t emit.Target, asker front.Asker) emit.Target {
	rows := emit.ExpansionsOf(k)
	if asker == nil || len(rows) == 0 || !strings.Contains(t.Features, "+fma") {
		return t
	}
	g.proofs.mu.Lock()
	defer g.proofs.mu.Unlock()
	t.Math, t.Own = g.proofs.find(), map[string]bool{}
	for _, row := range rows {
		loop := row.Loop()
		proven, known := g.proofs.own[loop]
		if !known {
			proven = g.prove(row, t, asker)
			g.proofs.own[loop] = proven
		}
		if proven {
			t.Own[loop] = true
		}
	}
	return t
}

// find reads the library's constants once.
func (p *proofs) find() *libm.Constants {
	if p.own != nil {
		return p.constants
	}
	p.own, p.constants = map[string]bool{}, new(libm.Constants)
	if c, err := libm.Find(); err == nil {
		p.constants = c
	}
	return p.constants
}

// prove compares our code with NumPy on samples.
func (g *Generator) prove(row *emit.Expansion, t emit.Target, asker front.Asker) bool {
	if !row.Known(t.Math) {
		return false
	}
	q := front.Question{Ask: "digest", Name: row.Ufunc, ID: -1, In: []string{row.Type.String()}, Signed: row.Signed}
	wanted, err := ask(asker, q, 1)
	if err != nil {
		return false
	}
	t.Own = map[string]bool{row.Loop(): true}
	got, err := g.digest(row, t, asker)
	return err == nil && got == wanted[0]
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
	purego.SyscallN(addr, uintptr(unsafe.Pointer(&args)), 0, uintptr(n), 0, uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(flags)), 0)
	runtime.KeepAlive(args)
}
