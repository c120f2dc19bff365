package codegen

import (
	"crypto/sha256"
	"encoding/binary"
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
		if row.Complex() && computesNothingElse(k) {
			continue
		}
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

// computesNothingElse says that a kernel only calls a loop: then NumPy's code is the faster.
func computesNothingElse(k *kernel.Kernel) bool {
	computed := 0
	for i := range k.Body {
		if in := &k.Body[i]; in.Op != kernel.Load && in.Op != kernel.Const {
			computed++
		}
	}
	return computed < 2 && k.Reduce == nil
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
	if row.Known != nil && !row.Known(t.Math) {
		return false
	}
	q := front.Question{Ask: "digest", Name: row.Ufunc, ID: -1, In: []string{row.In[0].String()}, Signed: row.Signed}
	wanted, err := ask(asker, q, 1)
	if err != nil {
		return false
	}
	t.Own = map[string]bool{row.Loop(): true}
	got, err := g.digest(row, t, asker)
	return err == nil && got == wanted[0]
}

// digest runs a function on the samples.
func (g *Generator) digest(row *emit.Expansion, t emit.Target, asker front.Asker) (string, error) {
	k, err := kernel.Parse(kernelOf(row))
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
	x := inputs(row)
	n := len(x[0]) / row.In[0].Size()
	y := make([]byte, row.Out.Size()*n)
	apply(addr, append(x, y), n)
	if row.Complex() {
		withoutSigns(y, row.In[0].Part())
	}
	return hash(y), nil
}

// kernelOf is the text of a kernel that does nothing but a loop.
func kernelOf(row *emit.Expansion) string {
	params, loads, args := "", "", ""
	for i, t := range row.In {
		params += fmt.Sprintf("in %s, ", t)
		loads += fmt.Sprintf("%%%d = load %s p%d\n", i, t, i)
		args += fmt.Sprintf(" %%%d", i)
	}
	n := len(row.In)
	return fmt.Sprintf("kernel (%sout %s) loops [%s]\n%s%%%d = loop %s l0%s\nstore p%d %%%d", params, row.Out, row.Loop(), loads, n, row.Out, args, n, n)
}

func arguments(signed bool) []float64 {
	x := make([]float64, samples)
	for i := range x {
		x[i] = sample(uint64(i), signed)
	}
	return x
}

// inputs are the arguments of the comparison, in memory.
func inputs(row *emit.Expansion) [][]byte {
	x := arguments(row.Signed)
	if !row.Complex() {
		return [][]byte{encode(kernel.F64, x)}
	}
	var all [][]byte
	for _, numbers := range complexes(x)[:len(row.In)] {
		if !row.Out.IsComplex() {
			numbers = numbers[2*pairs:] // the loop is not called
		}
		all = append(all, encode(row.In[0].Part(), numbers))
	}
	return all
}

var special = []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 1e30, 1e-30, 3}

// pairs is the number of pairs of numbers with special parts.
var pairs = len(special) * len(special) * len(special) * len(special)

// complexes are the parts of two arrays: every pair of numbers with special parts, and samples.
func complexes(x []float64) [][]float64 {
	z := make([][]float64, 2)
	n := len(special) * len(special)
	for i := range n * n {
		for side, k := range []int{i / n, i % n} {
			z[side] = append(z[side], special[k/len(special)], special[k%len(special)])
		}
	}
	for i := range x {
		for side, k := range []int{i, (3*i + 1) % len(x)} {
			z[side] = append(z[side], x[k], x[(5*k+2)%len(x)])
		}
	}
	return z
}

func encode(part kernel.Type, x []float64) []byte {
	b := make([]byte, 0, part.Size()*len(x))
	for _, v := range x {
		if part == kernel.F32 {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		} else {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return b
}

// withoutSigns makes all NaNs alike.
func withoutSigns(b []byte, part kernel.Type) {
	if part == kernel.F32 {
		for i := 0; i < len(b); i += 4 {
			if bits := binary.LittleEndian.Uint32(b[i:]); bits&0x7fffffff > 0x7f800000 {
				binary.LittleEndian.PutUint32(b[i:], 0x7fc00000)
			}
		}
		return
	}
	for i := 0; i < len(b); i += 8 {
		if bits := binary.LittleEndian.Uint64(b[i:]); bits<<1 > 0x7ff<<53 {
			binary.LittleEndian.PutUint64(b[i:], 0x7ff8<<48)
		}
	}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// apply calls a kernel whose parameters are arrays, and which never calls a loop.
func apply(addr uintptr, arrays [][]byte, n int) {
	args, flags := make([]unsafe.Pointer, len(arrays)), new(uint64)
	for i := range arrays {
		args[i] = unsafe.Pointer(&arrays[i][0])
	}
	table := []uintptr{0, 0, 0, 1} // the loop is not the one that goes backwards
	loops := unsafe.Pointer(&table[0])
	purego.SyscallN(addr, uintptr(unsafe.Pointer(&args[0])), 0, uintptr(n), 0, uintptr(loops), uintptr(unsafe.Pointer(flags)), 0)
	runtime.KeepAlive(args)
	runtime.KeepAlive(arrays)
}
