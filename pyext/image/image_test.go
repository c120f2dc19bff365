package image

import (
	"encoding/binary"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"slipstream/sched"
	"slipstream/sched/kernel"
)

// onlyInC are names of image.h that Encode has no use for.
var onlyInC = map[string]bool{"SLIP_MAX_COUNT": true, "SLIP_TYPES": true, "SLIP_OPERATORS": true}

func headerNumbers(t *testing.T) map[string]int64 {
	t.Helper()
	text, err := os.ReadFile("../native/image.h")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]int64)
	for _, m := range regexp.MustCompile(`(?m)^\s+(SLIP_\w+) = (-?\d+),`).FindAllStringSubmatch(string(text), -1) {
		found[m[1]], _ = strconv.ParseInt(m[2], 10, 64)
	}
	return found
}

func TestLayoutIsTheHeaders(t *testing.T) {
	header := headerNumbers(t)
	for name, n := range words {
		if got, in := header[name]; !in || got != n {
			t.Errorf("%s: image.h has %d (%v), Encode writes %d", name, got, in, n)
		}
	}
	for name := range header {
		_, in := words[name]
		if !in && !onlyInC[name] && !strings.HasPrefix(name, "SLIP_R_") && name != "SLIP_REASONS" {
			t.Errorf("%s is in image.h only", name)
		}
	}
}

func TestReasonsAreTheHeaders(t *testing.T) {
	header := headerNumbers(t)
	for i, name := range Reasons {
		if got, in := header["SLIP_R_"+strings.ToUpper(name)]; !in || got != int64(i) {
			t.Errorf("reason %d is %q here, %d in image.h (%v)", i, name, got, in)
		}
	}
	if header["SLIP_REASONS"] != int64(len(Reasons)) {
		t.Errorf("image.h has %d reasons, here are %d", header["SLIP_REASONS"], len(Reasons))
	}
}

func TestOperatorsAreNumberedOnce(t *testing.T) {
	seen := make(map[int]string)
	for text, n := range operators {
		if other, twice := seen[n]; twice {
			t.Errorf("%q and %q have number %d", text, other, n)
		}
		seen[n] = text
	}
	if int64(len(seen)) != headerNumbers(t)["SLIP_OPERATORS"] {
		t.Error("image.h has another number of operators")
	}
}

func mulAdd() *kernel.Kernel {
	in := kernel.Param{Kind: kernel.In, Type: kernel.F64}
	out := kernel.Param{Kind: kernel.Out, Type: kernel.F64}
	load := func(p int) kernel.Inst { return kernel.Inst{Op: kernel.Load, Type: kernel.F64, Param: p} }
	return &kernel.Kernel{
		Params: []kernel.Param{in, in, in, out},
		Body: []kernel.Inst{
			load(0), load(1), load(2),
			{Op: kernel.Mul, Type: kernel.F64, Args: []kernel.ID{0, 1}},
			{Op: kernel.Add, Type: kernel.F64, Args: []kernel.ID{3, 2}},
		},
		Stores: []kernel.Store{{Param: 3, Value: 4}},
	}
}

func mulAddPlan() *sched.Plan {
	array := sched.Value{Kind: sched.Array, Type: kernel.F64, Rank: 1}
	p := &sched.Plan{
		Values:  []sched.Value{array, array, array, array},
		Kernels: []*kernel.Kernel{mulAdd()},
		Exits:   []sched.Exit{{Values: []sched.ValueID{3}}},
		Args:    3, Direct: true,
	}
	for i := range 3 {
		p.Inputs = append(p.Inputs, sched.Input{Value: sched.ValueID(i), Index: i, Equal: -1})
	}
	outs := []sched.OutMode{sched.NotOut, sched.NotOut, sched.NotOut, sched.OutNew}
	p.Tasks = []sched.Task{
		{Kind: sched.TaskKernel, Src: []sched.ValueID{0, 1, 2, 3}, Outs: outs},
		{Kind: sched.TaskLeave},
	}
	return p
}

func TestEncodeMulAdd(t *testing.T) {
	out, err := Encode(mulAddPlan(), func(int) uintptr { return 0x1234 })
	if err != nil {
		t.Fatal(err)
	}
	word := func(i int) int64 { return int64(binary.LittleEndian.Uint64(out[8*i:])) }
	if word(0) != magic || word(2)*8 != int64(len(out)) || word(3) != 3 {
		t.Errorf("header %d %d %d", word(0), word(2), word(3))
	}
	kernelAt := int(words["SLIP_H_ROW"]) + 3*7 + 4*3
	if word(kernelAt) != 0x1234 || word(kernelAt+4) != flagRaises {
		t.Errorf("kernel at %#x, flags %d", word(kernelAt), word(kernelAt+4))
	}
	if last := len(out)/8 - 1; word(last) != 3 || word(last-1) != 1 {
		t.Errorf("exit %d %d", word(last-1), word(last))
	}
}

func TestEncodeRefusesUnknownOperator(t *testing.T) {
	p := mulAddPlan()
	p.Tasks[0] = sched.Task{Kind: sched.TaskNumber, Operator: "@"}
	if _, err := Encode(p, func(int) uintptr { return 1 }); err == nil {
		t.Error("no error")
	}
}

func TestRaises(t *testing.T) {
	k := mulAdd()
	if !raises(k) {
		t.Error("float multiplication cannot raise?")
	}
	for i := range k.Body {
		k.Body[i].Type = kernel.I64
	}
	if raises(k) {
		t.Error("integer multiplication raises?")
	}
}
