package ir_test

import (
	"strings"
	"testing"

	"slipstream/jit/ir"
)

// everything has each operation and each option of the text.
const everything = `b0():
  v0: f8[2] <n1,n2> = input 0 ()
  v1: pyint = input 1 ()
  v2: pyfloat = number 0x3ff8000000000000 ()
  v3: object = host 4 ()
  v4: mem = memory ()
  v5: f8[2] <n1,n2> = elem mul in f8 (v0 v2) @v4 ; line 2
  v6: f8[2] <n1,n2> = loop exp f8->f8 host 5 (v5) ; line 2
  v7: f8[1] <n2> = view [$1,::] (v0 v1) ; line 3
  v8: f8[3] <1,n3,n2> = view [new,1:$1:,:-1:2] (v0 v1) ; line 3
  v9: f8[2] <n2,n1> = transpose (v6)
  v10: f8[0] <> = view [0,-1] (v0)
  v11: np.f8 = item (v10) @v4
  v12: pyint = dim -1 (v0)
  v13: pyint = pyop + (v12 v1)
  v14: np.f8 = sum (v6)
  v15: object = call 2 -1 quiet (v9)
  v16: tuple = maketuple (v14 v15)
  v17: f8[2] <n1,n2> = elem add in f8 (v6 v5) same-shape ; line 4
  v18: mem = store (v4 v0 v17) ; line 5
  v19: mem = commit 0 (v18 v16)
  v20: np.f8 = elem sqrt in f8 (v11)
  leave 1 (v20 v7 v8)
`

func TestRoundTrip(t *testing.T) {
	f, err := ir.Parse(everything)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Text(); got != everything {
		t.Errorf("have\n%s", got)
	}
	used := map[ir.Op]bool{ir.Param: true}
	for _, v := range f.Values {
		used[v.Op] = true
	}
	if len(used) != int(ir.Commit)+1 {
		t.Errorf("the text uses %d operations of %d", len(used), ir.Commit+1)
	}
}

func TestBlockParameters(t *testing.T) {
	const text = "b0(v0):\n  leave 0 (v0)\n"
	f, err := ir.Parse(text)
	if err != nil || f.Text() != text {
		t.Error(err)
	}
}

// replaced is everything with one change.
func replaced(t *testing.T, old, new string) error {
	t.Helper()
	text := strings.Replace(everything, old, new, 1)
	if text == everything {
		t.Fatalf("no %q in the text", old)
	}
	_, err := ir.Parse(text)
	return err
}

func TestParseErrors(t *testing.T) {
	for _, row := range [][2]string{
		{"b0():\n", ""}, {"b0()", "b1()"}, {"leave 1 (", "leave x ("}, {"v0: f8[2] <n1,n2>", "v0: q8[2] <n1,n2>"},
		{"<n1,n2>", "<n1,m2>"}, {"<n1,n2>", "<n1,n0>"}, {"= input 0", "= output 0"}, {"input 0", "input"},
		{"number 0x3ff8000000000000", "number x"}, {"elem mul in f8", "elem mul f8"}, {"elem mul in f8", "elem mol in f8"},
		{"loop exp f8->f8 host 5", "loop exp f8 host 5"}, {"[$1,::]", "[$1,:]"}, {"[$1,::]", "[$x,::]"}, {"[$1,::]", "[$1,::"},
		{"(v0 v1)", "(v0 w1)"}, {"@v4", "@4"}, {" same-shape", " other-shape"}, {"; line 2", "; line x"}, {"call 2 -1", "call 2 x"},
	} {
		if replaced(t, row[0], row[1]) == nil {
			t.Errorf("%q for %q is taken", row[1], row[0])
		}
	}
}

// Each rule of the checker has a text that breaks it.
func TestCheck(t *testing.T) {
	for _, row := range [][3]string{
		{"elem mul in f8 (v0 v2)", "elem mul in f8 (v0 v6)", "before it is defined"},
		{"elem mul in f8 (v0 v2)", "elem mul in f8 (v0 v99)", "before it is defined"},
		{"leave 1 (v20", "leave 1 (v99", "before it is defined"},
		{"item (v10) @v4", "item (v10) @v19", "before it is defined"},
		{"item (v10) @v4", "item (v10) @v0", "which is no memory"},
		{"v0: f8[2] <n1,n2>", "v0: f8[2] <n1>", "axis lengths for rank"},
		{"elem mul in f8 (v0 v2)", "elem mul in f8 (v0)", "takes 2 operands"},
		{"exp f8->f8", "exp f8,f8->f8", "signature"},
		{"exp f8->f8", "exp f8->f4", "signature"},
		{"elem mul in f8 (v0 v2)", "elem mul in f8 (v0 v3)", "operand v3 of type object"},
		{"elem add in f8 (v6 v5)", "elem add in f8 (v6 v8)", "operand v8"},
		{"elem sqrt in f8 (v11)", "elem sqrt in f8 (v10)", "operand v10"},
		{"view [$1,::] (v0 v1)", "view [$1] (v0 v1)", "index of 1 axes"},
		{"view [$1,::] (v0 v1)", "view [::,::] (v0 v1)", "gives rank 2"},
		{"store (v4 v0 v17)", "store (v0 v0 v17)", "without memory"},
		{"commit 0 (v18 v16)", "commit 0 ()", "without memory"},
		{"commit 0 (v18 v16)", "commit 0 (v4 v16)", "does not follow memory"},
	} {
		if err := replaced(t, row[0], row[1]); err == nil || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("%q for %q: %v, want %q", row[1], row[0], err, row[2])
		}
	}
}

func TestTypes(t *testing.T) {
	for _, name := range []string{"mem", "f8[2]", "b1[0]", "np.i4", "pyfloat", "pyint", "pybool", "object", "tuple"} {
		typ, err := ir.ParseType(name)
		if err != nil || typ.String() != name {
			t.Errorf("%s is read as %v: %v", name, typ, err)
		}
	}
	for _, name := range []string{"", "array", "np.x", "f8[", "x8[1]"} {
		if _, err := ir.ParseType(name); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
}
