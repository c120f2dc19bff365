package emit_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
	"slipstream/sched/ref"
)

// Every operation of nests has a lowering, but for parameters.
func TestNestLowerings(t *testing.T) {
	for _, op := range nest.Ops() {
		if emit.HasNestLowering(op) != (op != nest.Param) {
			t.Errorf("%v", op)
		}
	}
}

// answers is what stands for the host: it never asks to leave, and reports are due
// where the processor says so.
const answers = `target triple = "x86_64-unknown-linux-gnu"
declare void @llvm.x86.sse.stmxcsr(ptr)
define i64 @poll(ptr %context) {
  ret i64 0
}
define i64 @reported(ptr %context) {
  %csr = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %csr)
  %c = load i32, ptr %csr
  %bits = and i32 %c, 13
  %wide = zext i32 %bits to i64
  ret i64 %wide
}
define i64 @place(ptr %context, ptr %words, i64 %of) {
  %n = load i64, ptr %words
  %at = getelementptr i64, ptr %words, i64 1
  %x = load double, ptr %at
  %i = fptosi double %x to i64
  %some = add i64 %n, %i
  %all = add i64 %some, %of
  store i64 %all, ptr %words
  %none = icmp eq i64 %n, 0
  %failed = zext i1 %none to i64
  ret i64 %failed
}
`

// runNest runs the machine code of f: the exit, and the words of the answer.
func runNest(t *testing.T, m *machine, f *nest.Func, args []sched.Datum) (int, []uint64) {
	t.Helper()
	host := m.load(answers)
	address := m.symbol(m.load(emit.Nest(f, llvmtest.Compiler(t).Host(), sched.MaxRank)), emit.Symbol)
	table := make([]uintptr, 2+len(nest.Functions)+len(nest.Hosts))
	table[0], table[1] = m.symbol(host, "poll"), m.symbol(host, "reported")
	table[2+len(nest.Functions)+nest.Place] = m.symbol(host, "place")
	places := make([][1 + 2*sched.MaxRank]uint64, len(args)+1)
	addresses := make([]unsafe.Pointer, len(args)+1)
	for i, a := range args {
		addresses[i] = unsafe.Pointer(&places[i])
		places[i][0], places[i][1] = a.Bits, a.High
		if a.Memory == nil {
			continue
		}
		places[i][0] = uint64(uintptr(a.Memory.Base))
		for axis := range a.Memory.Dims {
			places[i][1+axis] = uint64(a.Memory.Dims[axis])
			places[i][1+sched.MaxRank+axis] = uint64(a.Memory.Strides[axis])
		}
	}
	answer, flags := make([]uint64, f.Words+1), uint64(0)
	exit, _, _ := purego.SyscallN(m.symbol(m.harness, "run"), address, uintptr(unsafe.Pointer(&addresses[0])), 0, 3,
		uintptr(unsafe.Pointer(&answer[0])), uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(&flags)))
	runtime.KeepAlive(args)
	return int(exit), answer[:f.Words]
}

func nestOf(t *testing.T, text string) *nest.Func {
	t.Helper()
	f, err := nest.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if f.Text() != text {
		t.Fatalf("%s\nis printed as\n%s", text, f.Text())
	}
	return f
}

// A sum of the positive elements of an array in a step, which leaves where one is out of range.
const summing = `nest(f8[1], i8) words 2
b0():
  v0 = const i8 0x0
  v1 = const f8 0x0
  v2 = number i8 #1
  v3 = const i8 0x1
  v4 = dim i8 #0 axis 0
  v5 = rounds i8
  to b1(v0 v1 v5)
b1(v6 i8, v7 f8, v8 i8):
  v9 = scalar.lt b1 v6 v2
  v22 = scalar.sub i8 v8 v3
  v10 = poll i8 v22 else exit 1
  if v9 to b2() else b5()
b2():
  v11 = scalar.lt b1 v6 v4
  guard v11 else exit 1
  v12 = load f8 #0 v6
  v13 = scalar.gt b1 v12 v1
  v14 = checked.add i8 v6 v3 else exit 1
  if v13 to b3() else b4(v7)
b3():
  v15 = scalar.add f8 v7 v12
  check v15 else exit 1
  store #0 v6 v15
  to b4(v15)
b4(v16 f8):
  to b1(v14 v16 v10)
b5():
  exit 0
exit 0 at 0: v7
exit 1 at 1: v6
`

func TestNestLeaves(t *testing.T) {
	m, f := newMachine(t), nestOf(t, summing)
	for _, c := range []struct {
		x []float64
		n uint64
	}{{[]float64{1, -2, 3.5, 4}, 4}, {[]float64{1, 2}, 5}, {[]float64{1, 1e308, 1e308, 5}, 4}, {nil, 0},
		{[]float64{math.Inf(1), 2}, 2}, {[]float64{math.NaN(), 2}, 2}} {
		same := append([]float64(nil), c.x...)
		one := []sched.Datum{{Memory: sched.MemoryOf(kernel.F64, c.x)}, {Bits: c.n}}
		two := []sched.Datum{{Memory: sched.MemoryOf(kernel.F64, same)}, {Bits: c.n}}
		exit, words := runNest(t, m, f, one)
		want, answer, err := ref.Device{}.Nest(f, nil, two)
		if err != nil {
			t.Fatal(err)
		}
		x := f.Exits[want].At
		if exit != want || words[x] != answer[x] {
			t.Errorf("%v: exit %d with %#x, want %d with %#x", c, exit, words, want, answer)
		}
		for i := range same {
			if math.Float64bits(same[i]) != math.Float64bits(c.x[i]) {
				t.Errorf("%v stores %v, want %v", c, c.x, same)
			}
		}
	}
}

// Random operations on numbers of every type agree with the reference, and leave where it does.
func TestNestOperations(t *testing.T) {
	m, r := newMachine(t), rand.New(rand.NewPCG(7, 11))
	types := []kernel.Type{kernel.I8, kernel.U8, kernel.I16, kernel.U16, kernel.I32, kernel.U32, kernel.I64, kernel.U64, kernel.F32, kernel.F64}
	for range 60 {
		f, args := randomNest(r, types[r.IntN(len(types))])
		if err := f.Check(); err != nil {
			t.Fatalf("%v\n%s", err, f.Text())
		}
		exit, words := runNest(t, m, f, args)
		want, answer, err := ref.Device{}.Nest(f, nil, args)
		if err != nil {
			t.Fatal(err)
		}
		if exit != want {
			t.Fatalf("exit %d, want %d of\n%s%v", exit, want, f.Text(), args)
		}
		x := &f.Exits[want]
		for i, id := range x.Values {
			bits := uint64(8 * f.Type(id).Size())
			if a, b := words[x.At+i]<<(64-bits), answer[x.At+i]<<(64-bits); a != b && !nan(f.Type(id), a>>(64-bits), b>>(64-bits)) {
				t.Fatalf("v%d is %#x, want %#x of\n%s%v", id, a, b, f.Text(), args)
			}
		}
	}
}

func nan(t kernel.Type, a, b uint64) bool {
	switch t {
	case kernel.F32:
		return math.IsNaN(float64(math.Float32frombits(uint32(a)))) && math.IsNaN(float64(math.Float32frombits(uint32(b))))
	case kernel.F64:
		return math.IsNaN(math.Float64frombits(a)) && math.IsNaN(math.Float64frombits(b))
	}
	return false
}

// randomNest is a block of operations on two numbers, each of which hands over what was
// made before it where it leaves.
func randomNest(r *rand.Rand, t kernel.Type) (*nest.Func, []sched.Datum) {
	f := &nest.Func{Args: []nest.Arg{{Type: t}, {Type: t}}}
	b := f.NewBlock()
	values := []nest.ID{f.Add(b, nest.Inst{Op: nest.Number, Type: t}), f.Add(b, nest.Inst{Op: nest.Number, Type: t, Num: 1})}
	pick := func() nest.ID { return values[r.IntN(len(values))] }
	for range 12 {
		in := nest.Inst{Op: nest.Scalar, Type: t, Args: []nest.ID{pick(), pick()}}
		switch n := r.IntN(4); {
		case n == 0 && t.IsInt():
			in.Op, in.KOp = nest.Checked, []kernel.Op{kernel.Add, kernel.Sub, kernel.Mul}[r.IntN(3)]
			in.Exit = f.NewExit(append([]nest.ID(nil), values...))
		case n == 1 && t.IsInt():
			odd := f.Add(b, nest.Inst{Op: nest.Const, Type: t, Bits: uint64(r.IntN(5) + 2)})
			in.Op, in.Args[1] = []nest.Op{nest.Quotient, nest.Remainder}[r.IntN(2)], odd
		case n == 2 && t.IsInt():
			in.KOp = []kernel.Op{kernel.And, kernel.Or, kernel.Xor, kernel.Shl, kernel.Shr, kernel.Min, kernel.Max}[r.IntN(7)]
		case n == 3:
			in.KOp = []kernel.Op{kernel.Neg, kernel.Abs}[r.IntN(2)]
			in.Args = in.Args[:1]
		default:
			in.KOp = []kernel.Op{kernel.Add, kernel.Sub, kernel.Mul}[r.IntN(3)]
		}
		id := f.Add(b, in)
		values = append(values, id)
		if t.IsFloat() && r.IntN(3) == 0 {
			f.Add(b, nest.Inst{Op: nest.Check, Args: []nest.ID{id}, Exit: f.NewExit(append([]nest.ID(nil), values...))})
		}
	}
	truth := f.Add(b, nest.Inst{Op: nest.Scalar, KOp: kernel.Lt, Type: kernel.Bool, Args: []nest.ID{pick(), pick()}})
	chosen := f.Add(b, nest.Inst{Op: nest.Scalar, KOp: kernel.Select, Type: t, Args: []nest.ID{truth, pick(), pick()}})
	f.Blocks[b].Term.Exit = f.NewExit(append(append([]nest.ID(nil), values...), truth, chosen))
	return f, []sched.Datum{{Bits: randomBits(r, t)}, {Bits: randomBits(r, t)}}
}

func randomBits(r *rand.Rand, t kernel.Type) uint64 {
	mask := ^uint64(0) >> (64 - 8*t.Size())
	switch {
	case t == kernel.F32:
		return uint64(math.Float32bits(float32(math.Ldexp(r.NormFloat64(), r.IntN(120)-60))))
	case t == kernel.F64:
		return math.Float64bits(math.Ldexp(r.NormFloat64(), r.IntN(1400)-700))
	case r.IntN(3) == 0:
		return r.Uint64() & mask
	}
	return uint64(int64(r.IntN(40)-20)) & mask
}

// Elements by their addresses: each one becomes the one behind it, in any stride.
const moving = `nest(f4[1]) words 1
b0():
  v0 = base i8 #0
  v1 = stride i8 #0 axis 0
  v2 = dim i8 #0 axis 0
  v3 = const i8 0x1
  v4 = const i8 0x0
  v5 = scalar.sub i8 v2 v3
  to b1(v0 v4)
b1(v6 i8, v7 i8):
  v8 = scalar.lt b1 v7 v5
  if v8 to b2() else b3()
b2():
  v9 = scalar.add i8 v6 v1
  v10 = peek f4 v9
  poke v6 v10
  v11 = scalar.add i8 v7 v3
  to b1(v9 v11)
b3():
  exit 0
exit 0 at 0: v7
`

func TestNestMemory(t *testing.T) {
	m, f := newMachine(t), nestOf(t, moving)
	for _, step := range []int{1, 2, -1} {
		var all [2][]float32
		for i := range all {
			all[i] = []float32{1, 2, 3, 4, 5, 6, 7}
			a := sched.MemoryOf(kernel.F32, all[i])
			a.Dims, a.Strides = []int{4}, []int{4 * step}
			if step < 0 {
				a.Base = unsafe.Add(a.Base, 24)
			}
			args := []sched.Datum{{Memory: a}}
			if i == 0 {
				runNest(t, m, f, args)
			} else if _, _, err := (ref.Device{}).Nest(f, nil, args); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(all[0], all[1]) || all[0][1] == 2 && step == 1 {
			t.Errorf("step %d: %v, want %v", step, all[0], all[1])
		}
	}
}

// A function of the host gets words and a number, and may have the nest left.
const asking = `nest(f8, i8) words 1
b0():
  v0 = number f8 #0
  v1 = number i8 #1
  v2 = host.place i8 axis 7 v1 v0 else exit 1
  exit 0
exit 0 at 0: v2
exit 1 at 0: v1
`

func TestNestAsksTheHost(t *testing.T) {
	m, f := newMachine(t), nestOf(t, asking)
	for _, c := range []struct{ n, exit, want uint64 }{{5, 0, 5 + 7 + 3}, {0, 1, 0}} {
		args := []sched.Datum{{Bits: math.Float64bits(3)}, {Bits: c.n}}
		exit, words := runNest(t, m, f, args)
		if exit != int(c.exit) || words[0] != c.want {
			t.Errorf("%d: exit %d with %d", c.n, exit, words[0])
		}
	}
}

// A complex number is read as two floats.
func TestNestParts(t *testing.T) {
	m := newMachine(t)
	for _, c := range []struct{ whole, part kernel.Type }{{kernel.C64, kernel.F32}, {kernel.C128, kernel.F64}} {
		f := nestOf(t, strings.NewReplacer("WHOLE", c.whole.String(), "PART", c.part.String()).Replace(halves))
		d := sched.Datum{Bits: 0x4048f5c33fc00000, High: 0x1234}
		_, words := runNest(t, m, f, []sched.Datum{d})
		_, want, err := ref.Device{}.Nest(f, nil, []sched.Datum{d})
		if err != nil {
			t.Fatal(err)
		}
		mask := ^uint64(0) >> (64 - 8*c.part.Size())
		if words[0]&mask != want[0] || words[1]&mask != want[1] || want[0] == want[1] {
			t.Errorf("%v: %#x, want %#x", c.whole, words, want)
		}
	}
}

const halves = `nest(WHOLE) words 2
b0():
  v0 = part PART #0 axis 0
  v1 = part PART #0 axis 1
  exit 0
exit 0 at 0: v0 v1
`
