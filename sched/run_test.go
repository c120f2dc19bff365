package sched_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/null"
	"slipstream/sched/ref"
)

// fakeHost adds, collects and refuses.
type fakeHost struct{ calls []int }

func (h *fakeHost) Call(callee, _ int, args []sched.Datum) (sched.Datum, error) {
	h.calls = append(h.calls, callee)
	if callee == 9 {
		return sched.Datum{}, errors.New("refused")
	}
	return args[0], nil
}

func (*fakeHost) Number(operator string, args []sched.Datum) (sched.Datum, error) {
	if operator != "+" {
		return sched.Datum{}, errors.New("only sums")
	}
	return sched.Datum{Bits: args[0].Bits + args[1].Bits}, nil
}

func (*fakeHost) Tuple(args []sched.Datum) (sched.Datum, error) {
	return sched.Datum{Object: args}, nil
}

func parsePlan(t *testing.T, text string) *sched.Plan {
	t.Helper()
	p, err := sched.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func array(m *sched.Memory) sched.Datum { return sched.Datum{Memory: m} }
func integer(n int) sched.Datum         { return sched.Datum{Bits: uint64(n)} }

// counting is the array 0, 1, 2, ...
func counting(dims ...int) *sched.Memory {
	m := sched.NewMemory(kernel.F64, dims...)
	n := 0.0
	sched.Each(dims, func(i []int) { m.Set(math.Float64bits(n), i...); n++ })
	return m
}

func floats(m *sched.Memory) []float64 {
	var all []float64
	sched.Each(m.Dims, func(i []int) { all = append(all, math.Float64frombits(m.Get(i...))) })
	return all
}

func runPlan(t *testing.T, text string, inputs ...sched.Datum) sched.Result {
	t.Helper()
	return sched.Run(parsePlan(t, text), inputs, ref.Device{}, &fakeHost{})
}

func wantCause(t *testing.T, r sched.Result, exit int, c sched.Cause) {
	t.Helper()
	if r.Exit != exit || r.Failure == nil || r.Failure.Cause != c {
		t.Errorf("exit %d, %v; want exit %d, %s", r.Exit, r.Failure, exit, c)
	}
}

// viewPlan hands back one view of its input.
func viewPlan(index string, rank string) string {
	return `plan args 1 objects 0 direct
input v0: f8[2] = arg 0
input v1: pyint = arg 1
t0: v2: f8` + rank + ` = view ` + index + ` (v0)
t1: leave exit 0 (v2)
exit 0: v2`
}

// Views mean what Python's slices mean.
func TestViews(t *testing.T) {
	for _, row := range []struct {
		index, rank string
		n           int
		want        []float64
	}{
		{"[1]", "[1]", 0, []float64{4, 5, 6, 7}},
		{"[-1,v1]", "[0]", -2, []float64{10}},
		{"[::,1]", "[1]", 0, []float64{1, 5, 9}},
		{"[0,::v1]", "[1]", -1, []float64{3, 2, 1, 0}},
		{"[0,::-2]", "[1]", 0, []float64{3, 1}},
		{"[0,-3:-1:]", "[1]", 0, []float64{1, 2}},
		{"[0,v1::]", "[1]", -100, []float64{0, 1, 2, 3}},
		{"[0,:v1:-1]", "[1]", -100, []float64{3, 2, 1, 0}},
		{"[0,2:1:]", "[1]", 0, nil},
		{"[0,100::-3]", "[1]", 0, []float64{3, 0}},
		{"[0,:v1:]", "[1]", math.MaxInt64, []float64{0, 1, 2, 3}},
		{"[0,::v1]", "[1]", math.MinInt64, []float64{3}},
		{"[2,new,1:3:]", "[2]", 0, []float64{9, 10}},
	} {
		r := runPlan(t, viewPlan(row.index, row.rank), array(counting(3, 4)), integer(row.n))
		if r.Failure != nil || !slices.Equal(floats(r.Values[0].Memory), row.want) {
			t.Errorf("%s with %d: %v %v", row.index, row.n, r, row.want)
		}
	}
	for _, index := range []string{"[3,0]", "[0,v1]"} {
		wantCause(t, runPlan(t, viewPlan(index, "[0]"), array(counting(3, 4)), integer(-5)), -1, sched.CauseIndex)
	}
	wantCause(t, runPlan(t, viewPlan("[0,::v1]", "[1]"), array(counting(3, 4)), integer(0)), -1, sched.CauseIndex)
}

const addTwo = `plan args 2 objects 0 direct
input v0: f8[2] = arg 0
input v1: f8[2] = arg 1
t0: kernel k0 (v0, v1, new v2: f8[2] as 0) orders [ufunc p0 p1]
t1: leave exit 0 (v2)
exit 0: v2
k0: kernel (in f8, in f8, out f8)
%0 = load f8 p0
%1 = load f8 p1
%2 = add f8 %0 %1
store p2 %2`

func transposed(m *sched.Memory) *sched.Memory {
	return &sched.Memory{Base: m.Base, Dims: []int{m.Dims[1], m.Dims[0]}, Strides: []int{m.Strides[1], m.Strides[0]}, Type: m.Type}
}

// Results lie in memory as NumPy would lay them out, or the task fails.
func TestResultOrder(t *testing.T) {
	a := counting(3, 2)
	r := runPlan(t, addTwo, array(a), array(a))
	if r.Failure != nil || !slices.Equal(r.Values[0].Memory.Strides, []int{16, 8}) {
		t.Error("C order", r)
	}
	r = runPlan(t, addTwo, array(transposed(a)), array(transposed(a)))
	if r.Failure != nil || !slices.Equal(r.Values[0].Memory.Strides, []int{8, 16}) {
		t.Error("Fortran order", r)
	}
	if got := floats(r.Values[0].Memory); !slices.Equal(got, []float64{0, 4, 8, 2, 6, 10}) {
		t.Error("Fortran order", got)
	}
	r = runPlan(t, addTwo, array(counting(2, 3)), array(transposed(a)))
	if r.Failure != nil || !slices.Equal(r.Values[0].Memory.Strides, []int{24, 8}) {
		t.Error("mixed orders", r)
	}
	unknown := strings.NewReplacer(" as 0", "", " orders [ufunc p0 p1]", "").Replace(addTwo)
	wantCause(t, runPlan(t, unknown, array(counting(2, 1)), array(transposed(a))), -1, sched.CauseLayout)
	wantCause(t, runPlan(t, addTwo, array(counting(2, 3)), array(counting(2, 2))), -1, sched.CauseShape)
	wantCause(t, runPlan(t, addTwo, array(counting(2, 3)), array(counting(3))), -1, sched.CauseGuard)
	r = runPlan(t, addTwo, array(counting(2, 1)), array(counting(1, 3)))
	if r.Failure != nil || !slices.Equal(floats(r.Values[0].Memory), []float64{0, 1, 2, 1, 2, 3}) {
		t.Error("broadcasting", r)
	}
}

const fusedPlan = `plan args 2 objects 0 direct
input v0: f8[1] = arg 0
input v1: f8[1] = arg 1
t0: kernel k0 (v0, v1, new v2: f8[1]) cover [1]
t1: leave exit 0 (v2)
exit 0: v2
k0: kernel (in f8, in f8, out f8)
%0 = load f8 p0
%1 = mul f8 %0 %0
%2 = load f8 p1
%3 = add f8 %1 %2
store p2 %3`

// A value inside a kernel has the kernel's whole shape, or it is not fused.
func TestCover(t *testing.T) {
	if r := runPlan(t, fusedPlan, array(counting(3)), array(counting(1))); r.Failure != nil {
		t.Error(r.Failure)
	}
	wantCause(t, runPlan(t, fusedPlan, array(counting(1)), array(counting(3))), -1, sched.CauseShape)
}

const storePlan = `plan args 3 objects 0
input v0: f8[1] = arg 0 writable
input v1: f8[1] = arg 1
input v2: pyint = arg 2
t0: kernel k0 (v1, v2, into v0)
t1: commit exit 0 ()
t2: v3: f8[0] = view [v2] (v0)
t3: leave exit 1 (v3)
exit 0:
exit 1: v3
k0: kernel (in f8, scalar f8, out f8)
%0 = load f8 p0
%1 = load f8 p1
%2 = div f8 %0 %1
store p2 %2`

// part is elements [low, high) of m, every step-th.
func part(m *sched.Memory, low, high, step int) *sched.Memory {
	n := (high - low + step - 1) / step
	return &sched.Memory{Base: unsafe.Add(m.Base, 8*low), Dims: []int{n}, Strides: []int{8 * step}, Type: m.Type}
}

func TestStores(t *testing.T) {
	a, b := counting(4), counting(4)
	r := runPlan(t, storePlan, array(a), array(b), integer(2))
	if r.Exit != 1 || r.Failure != nil || !slices.Equal(floats(a), []float64{0, 0.5, 1, 1.5}) {
		t.Error("a store", r, floats(a))
	}
	r = runPlan(t, storePlan, array(b), array(b), integer(1))
	if r.Failure != nil {
		t.Error("in place", r.Failure)
	}
	r = runPlan(t, storePlan, array(part(a, 0, 4, 1)), array(counting(1)), integer(3))
	if r.Failure != nil || floats(a)[3] != 0 {
		t.Error("one element into many", r)
	}
	// The store stands when what comes behind it fails.
	wantCause(t, runPlan(t, storePlan, array(b), array(b), integer(9)), 0, sched.CauseIndex)
}

// What else is read of the target's memory is read before anything is stored.
func TestStoresBehind(t *testing.T) {
	a := counting(6)
	if r := runPlan(t, storePlan, array(part(a, 1, 6, 1)), array(part(a, 0, 5, 1)), integer(2)); r.Failure != nil {
		t.Fatal(r.Failure)
	}
	if want := []float64{0, 0, 0.5, 1, 1.5, 2}; !slices.Equal(floats(a), want) {
		t.Error(floats(a), want)
	}
	wantCause(t, runPlan(t, storePlan, array(part(a, 1, 6, 1)), array(part(a, 0, 5, 1)), integer(0)), -1, sched.CauseFlags)
	if want := []float64{0, 0, 0.5, 1, 1.5, 2}; !slices.Equal(floats(a), want) {
		t.Error("a failed store leaves traces", floats(a))
	}
}

func TestStoresThatFail(t *testing.T) {
	a := counting(6)
	before := floats(a)
	readOnly := counting(6)
	readOnly.ReadOnly = true
	still := &sched.Memory{Base: a.Base, Dims: []int{6}, Strides: []int{0}, Type: kernel.F64}
	for _, row := range []struct {
		into, from *sched.Memory
		by         int
		want       sched.Cause
	}{
		{still, counting(6), 1, sched.CauseOverlap},
		{a, counting(5), 1, sched.CauseShape},
		{a, counting(6), 0, sched.CauseFlags},
		{readOnly, counting(6), 1, sched.CauseGuard},
	} {
		wantCause(t, runPlan(t, storePlan, array(row.into), array(row.from), integer(row.by)), -1, row.want)
	}
	if !slices.Equal(floats(a), before) {
		t.Error("a failed store leaves traces", floats(a))
	}
}

const sumPlan = `plan args 1 objects 0 direct
input v0: f8[1] = arg 0
t0: v1: np.f8 = sum k0 (v0, scalar v1: np.f8)
t1: leave exit 0 (v1)
exit 0: v1
k0: kernel (in f8, out f8)
%0 = load f8 p0
sum p1 %0`

// Sums of both rules, worked out with NumPy 2.5, whole and 8192 at a time, on
// 1/arange(1, 20001).
func TestSums(t *testing.T) {
	m := counting(20000)
	sched.Each(m.Dims, func(i []int) { m.Set(math.Float64bits(1/float64(i[0]+1)), i...) })
	p := parsePlan(t, sumPlan)
	for _, chunks := range []bool{false, true} {
		r := (&sched.Runner{Plan: p, Device: ref.Device{}, SumChunks: chunks}).Run([]sched.Datum{array(m)})
		got, want := math.Float64frombits(r.Values[0].Bits), sumBoth[chunks]
		if got != want {
			t.Errorf("chunks %v: %x, want %x", chunks, got, want)
		}
	}
	zero := sched.MemoryOf(kernel.F64, []float64{math.Copysign(0, -1)})
	for _, in := range []*sched.Memory{counting(0), zero} {
		if r := runPlan(t, sumPlan, array(in)); r.Failure != nil || r.Values[0].Bits != 0 {
			t.Error("a sum that is +0", r)
		}
	}
	wantCause(t, runPlan(t, sumPlan, array(sched.MemoryOf(kernel.F64, []float64{math.MaxFloat64, math.MaxFloat64}))), -1, sched.CauseFlags)
}

const hostPlan = `plan args 2 objects 3
input v0: f8[1] = arg 0
input v1: pyint = arg 1
t0: v2: f8[1] = call object 1 (v0)
t1: v3: pyint = number + (v1, v1)
t2: v4: pyint = dim 0 (v2)
t3: v5: object = tuple (v2, v3, v4)
t4: leave exit 0 (v5)
exit 0: v5`

func TestHost(t *testing.T) {
	r := runPlan(t, hostPlan, array(counting(3)), integer(4))
	if r.Failure != nil {
		t.Fatal(r.Failure)
	}
	items := r.Values[0].Object.([]sched.Datum)
	if len(items) != 3 || items[1].Bits != 8 || items[2].Bits != 3 {
		t.Error(items)
	}
	p := parsePlan(t, hostPlan)
	p.Tasks[0].Callee = 9
	wantCause(t, sched.Run(p, []sched.Datum{array(counting(3)), integer(4)}, ref.Device{}, &fakeHost{}), -1, sched.CauseHost)
	wantCause(t, sched.Run(p, []sched.Datum{array(counting(3)), integer(4)}, ref.Device{}, nil), -1, sched.CauseHost)
}

// The null device takes every plan and counts.
func TestNullDevice(t *testing.T) {
	d := new(null.Device)
	r := sched.Run(parsePlan(t, addTwo), []sched.Datum{array(counting(3, 4)), array(counting(3, 4))}, d, nil)
	if r.Failure != nil || d.Loads.Load() != 1 || d.Launches.Load() != 1 || d.Elements.Load() != 12 {
		t.Error(r, d)
	}
}

const numbersPlan = `plan args 2 objects 0 direct
input v0: f4[1] = arg 0
input v1: pyfloat = arg 1
t0: kernel k0 (v0, v1, new v2: f4[1])
t1: leave exit 0 (v2)
exit 0: v2
k0: kernel (in f4, scalar f4, out f4)
%0 = load f4 p0
%1 = load f4 p1
%2 = mul f4 %0 %1
store p2 %2`

// Python numbers are converted as NumPy converts them, or the task fails.
func TestNumbers(t *testing.T) {
	x := sched.MemoryOf(kernel.F32, []float32{1, 2})
	r := runPlan(t, numbersPlan, array(x), sched.Datum{Bits: math.Float64bits(0.1)})
	if r.Failure != nil || math.Float32frombits(uint32(r.Values[0].Memory.Get(1))) != float32(2)*float32(0.1) {
		t.Error(r)
	}
	wantCause(t, runPlan(t, numbersPlan, array(x), sched.Datum{Bits: math.Float64bits(1e300)}), -1, sched.CauseRange)
}

// sumBoth has the sum by rule: true for chunks.
var sumBoth = map[bool]float64{false: 0x1.4f62202468758p+3, true: 0x1.4f62202468759p+3}
