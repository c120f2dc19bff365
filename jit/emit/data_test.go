package emit_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// specials are the elements at which operations differ.
var specials = map[kernel.Type][]uint64{
	kernel.Bool: {0, 1},
	kernel.I8:   {0, 1, 2, 0xff, 0x7f, 0x80, 7, 8, 9, 0xc0},
	kernel.U8:   {0, 1, 2, 0xff, 0x7f, 0x80, 7, 8, 9, 0xc0},
	kernel.I16:  {0, 1, 2, 0xffff, 0x7fff, 0x8000, 15, 16, 17, 0x101},
	kernel.U16:  {0, 1, 2, 0xffff, 0x7fff, 0x8000, 15, 16, 17, 0x101},
	kernel.U32:  {0, 1, 2, 0xffffffff, 0x7fffffff, 0x80000000, 31, 32, 33, 0x1000001, 0xffffff7f},
	kernel.U64: {0, 1, 2, ^uint64(0), 1<<63 - 1, 1 << 63, 63, 64, 65, 1<<53 + 1, 1<<63 + 1<<10 + 1, 1<<63 + 1<<10, 1<<63 + 1<<39,
		1<<63 + 1<<39 + 1, 1<<62 + 1<<38 + 1, 1<<64 - 1<<10, 1<<32 + 1},
	kernel.F16: {0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0xfe01, 1, 0x83ff, 0x400, 0x7bff, 0x3555},
	kernel.I32: {0, 1, 2, 0xffffffff, 0x7fffffff, 0x80000000, 31, 32, 33, 0x10001, 7},
	kernel.I64: {0, 1, 2, ^uint64(0), 1<<63 - 1, 1 << 63, 63, 64, 65, 31, 32, 1 << 32, 1<<53 + 1, 1<<31 - 1, 1 << 31,
		^uint64(1<<31 - 1), 1<<62 + 1<<38 + 1},
	kernel.F32: f32bits(0, math.Copysign(0, -1), 1, -1, 1.5, -2.25, 3, 1e-3, math.Inf(1), math.Inf(-1), math.NaN(),
		math.MaxFloat32, -math.MaxFloat32, 0x1p-126, 0x1p-149, -0x1p-140, 0x1p31, 0x1p63, -0x1p31, -0x1p63, 0x1p-100, 0x1p100, 2147483520),
	kernel.F64: f64bits(0, math.Copysign(0, -1), 1, -1, 1.5, -2.25, 3, 1e-3, math.Inf(1), math.Inf(-1), math.NaN(),
		math.MaxFloat64, -math.MaxFloat64, 0x1p-1022, 0x1p-1074, -0x1p-1050, 0x1p31, 0x1p63, -0x1p31, -0x1p63,
		2147483647.5, -2147483649, 1e300, -1e-300, 1e39, 0x1p-127, 0x1p-151, 4.9e-320),
}

func f64bits(values ...float64) (bits []uint64) {
	for _, v := range values {
		bits = append(bits, math.Float64bits(v))
	}
	return bits
}

func f32bits(values ...float64) (bits []uint64) {
	for _, v := range values {
		bits = append(bits, uint64(math.Float32bits(float32(v))))
	}
	return bits
}

// specialBits draws an element at which operations differ.
func specialBits(r *rand.Rand, t kernel.Type) uint64 {
	if t == kernel.C64 {
		return specialBits(r, kernel.F32) | specialBits(r, kernel.F32)<<32
	}
	return anyOf(r, specials[t])
}

// benign gives an ordinary element.
func benign(r *rand.Rand, t kernel.Type) uint64 {
	switch t {
	case kernel.Bool:
		return uint64(r.IntN(2))
	case kernel.I32:
		return uint64(uint32(r.IntN(200) - 100))
	case kernel.I64:
		return uint64(int64(r.IntN(2000) - 1000))
	case kernel.I8, kernel.U8:
		return uint64(uint8(r.IntN(256)))
	case kernel.F16: // not a NaN
		return uint64(r.IntN(0x7c00) | r.IntN(2)<<15)
	case kernel.I16, kernel.U16:
		return uint64(uint16(r.IntN(2000) - 1000))
	case kernel.U32, kernel.U64:
		return uint64(r.IntN(2000))
	case kernel.F32:
		return uint64(math.Float32bits(float32(r.NormFloat64() * 4)))
	}
	return math.Float64bits(r.NormFloat64() * 4)
}

// array is the memory of a parameter: n elements between guard bytes. The
// elements of a complex one are its parts.
type array struct {
	whole kernel.Type
	t     kernel.Type
	mem   []uint64 // aligned
	n     int
	kind  kernel.ParamKind
}

const guard = 16 // words

func newArray(t kernel.Type, kind kernel.ParamKind, n int) *array {
	a := &array{whole: t, t: t, n: n, kind: kind, mem: make([]uint64, 2*guard+(n*t.Size()+7)/8)}
	if t.IsComplex() {
		a.t, a.n = t.Part(), 2*n
	}
	for i := range a.mem {
		a.mem[i] = 0xa5a5a5a5a5a5a5a5
	}
	return a
}

func (a *array) at(i int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(&a.mem[guard]), i*a.t.Size())
}

func (a *array) get(i int) uint64 {
	switch a.t.Size() {
	case 1:
		return uint64(*(*uint8)(a.at(i)))
	case 2:
		return uint64(*(*uint16)(a.at(i)))
	case 4:
		return uint64(*(*uint32)(a.at(i)))
	}
	return *(*uint64)(a.at(i))
}

func (a *array) set(i int, bits uint64) {
	switch a.t.Size() {
	case 1:
		*(*uint8)(a.at(i)) = uint8(bits)
	case 2:
		*(*uint16)(a.at(i)) = uint16(bits)
	case 4:
		*(*uint32)(a.at(i)) = uint32(bits)
	default:
		*(*uint64)(a.at(i)) = bits
	}
}

func (a *array) clone() *array {
	c := *a
	c.mem = make([]uint64, len(a.mem))
	copy(c.mem, a.mem)
	return &c
}

func (a *array) operand() ref.Operand {
	stride := a.whole.Size()
	if a.kind == kernel.Scalar {
		stride = 0
	}
	return ref.Operand{Base: a.at(0), Stride: stride}
}

// fill draws elements; with special probability odds in 100 from specials.
func (a *array) fill(r *rand.Rand, odds int) {
	for i := range a.n {
		bits := benign(r, a.t)
		if r.IntN(100) < odds {
			s := specials[a.t]
			bits = s[r.IntN(len(s))]
		}
		a.set(i, bits)
	}
}

func isNaN(t kernel.Type, bits uint64) bool {
	switch t {
	case kernel.F32:
		return bits&0x7fffffff > 0x7f800000
	case kernel.F64:
		return bits<<1 > 0x7ff<<53
	case kernel.F16:
		return bits&0x7fff > 0x7c00
	}
	return false
}

// equal compares all memory, guards included. Which of two NaNs survives an
// operation is not fixed, so any NaN stands for any other.
func (a *array) equal(b *array) bool {
	for i := range a.n {
		x, y := a.get(i), b.get(i)
		if x != y && !(isNaN(a.t, x) && isNaN(a.t, y)) {
			return false
		}
	}
	return a.guards() == b.guards()
}

func (a *array) guards() (sum [2 * guard]uint64) {
	copy(sum[:], a.mem[:guard])
	last := *(*[guard * 8]byte)(a.at(a.n))
	copy((*[guard * 8]byte)(unsafe.Pointer(&sum[guard]))[:], last[:guard*8-8])
	return sum
}

func operands(arrays []*array) []ref.Operand {
	var all []ref.Operand
	for _, a := range arrays {
		all = append(all, a.operand())
	}
	return all
}

// twins stand for the harness' loops in the reference and add their flags.
func twins(flags *ref.Flags) ref.Loops {
	arith := func(op kernel.Op, x, y uint64) uint64 {
		bits, f := ref.Arith(op, kernel.F64, x, y)
		*flags |= f
		return bits
	}
	half, three := math.Float64bits(0.5), math.Float64bits(3)
	return ref.Loops{
		"twist f8->f8": func(a []uint64) uint64 {
			return arith(kernel.Sub, arith(kernel.Mul, a[0], half), three)
		},
		"blur f8,f8->f8": func(a []uint64) uint64 { return arith(kernel.Add, a[0], a[1]) },
	}
}

// compareRun runs a kernel both ways over elements [begin, n) of fresh data.
// inPlace makes every Out share memory with the first In of its type.
func compareRun(t *testing.T, c *compiled, r *rand.Rand, begin, n, odds int, inPlace bool) {
	t.Helper()
	arrays := makeArrays(c.k, r, n, odds)
	mine, theirs := arrays, cloneAll(arrays)
	if inPlace {
		share(mine)
		share(theirs)
	}
	before := cloneAll(mine)
	got := c.run(operands(mine), begin, n)
	var inLoops ref.Flags
	want, err := ref.Eval(c.k, shift(operands(theirs), c.k, begin), n-begin, twins(&inLoops))
	want |= inLoops
	if err != nil {
		t.Fatal(err)
	}
	for p := range mine {
		if !mine[p].equal(theirs[p]) {
			report(t, c.k, before, mine[p], theirs[p], p)
		}
	}
	if got != want {
		t.Fatalf("n=%d: flags %d, want %d\n%s%s", n, got, want, c.k, dump(before))
	}
}

func makeArrays(k *kernel.Kernel, r *rand.Rand, n, odds int) []*array {
	arrays := make([]*array, len(k.Params))
	for p, param := range k.Params {
		size := n
		if param.Kind == kernel.Scalar || k.Reduce != nil && p == k.Reduce.Param {
			size = 1
		}
		arrays[p] = newArray(param.Type, param.Kind, size)
		if param.Kind != kernel.Out {
			arrays[p].fill(r, odds)
		}
	}
	return arrays
}

func cloneAll(arrays []*array) []*array {
	var all []*array
	for _, a := range arrays {
		all = append(all, a.clone())
	}
	return all
}

func share(arrays []*array) {
	taken := make(map[*array]bool)
	for p, out := range arrays {
		for _, in := range arrays {
			if out.kind == kernel.Out && in.kind == kernel.In && in.whole == out.whole && !taken[in] {
				taken[in] = true
				arrays[p].mem = in.mem
				break
			}
		}
	}
}

// shift moves array operands to element begin.
func shift(args []ref.Operand, k *kernel.Kernel, begin int) []ref.Operand {
	for p := range args {
		if k.Reduce == nil || p != k.Reduce.Param {
			args[p].Base = unsafe.Add(args[p].Base, begin*args[p].Stride)
		}
	}
	return args
}

func report(t *testing.T, k *kernel.Kernel, before []*array, got, want *array, p int) {
	t.Helper()
	for i := range got.n {
		if x, y := got.get(i), want.get(i); x != y && !(isNaN(got.t, x) && isNaN(got.t, y)) {
			t.Fatalf("n=%d p%d[%d]: %#x, want %#x\n%s%s", got.n, p, i, x, y, k, dump(before))
		}
	}
	t.Fatalf("n=%d p%d: writes outside\n%s", got.n, p, k)
}

func dump(arrays []*array) (s string) {
	for p, a := range arrays {
		if a.n > 40 {
			return s
		}
		s += "p" + string(rune('0'+p)) + ":"
		for i := range a.n {
			s += " " + hex(a.get(i))
		}
		s += "\n"
	}
	return s
}

func hex(x uint64) string {
	const digits = "0123456789abcdef"
	s := ""
	for ; x != 0 || s == ""; x >>= 4 {
		s = string(digits[x&15]) + s
	}
	return s
}
