package objload_test

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/ebitengine/purego"

	"slipstream/jit/llvm/llvmtest"
	"slipstream/jit/objload"
)

const constants = `target triple = "x86_64-unknown-linux-gnu"
define i64 @kernel(i64 %i) nounwind {
  %p = getelementptr [4 x i64], ptr @table, i64 0, i64 %i
  %x = load i64, ptr %p
  %y = call i64 @twice(i64 %x)
  ret i64 %y
}
define internal i64 @twice(i64 %x) noinline nounwind {
  %y = shl i64 %x, 1
  ret i64 %y
}
@table = private constant [4 x i64] [i64 3, i64 5, i64 7, i64 11]
`

func compile(t testing.TB, ir string) []byte {
	t.Helper()
	c := llvmtest.Compiler(t)
	object, err := c.Compile(ir, c.Host(), 2)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func TestLoadAndCall(t *testing.T) {
	code, err := objload.Load(compile(t, constants))
	if err != nil {
		t.Fatal(err)
	}
	defer code.Close()
	address, err := code.Symbol("kernel")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uintptr{6, 10, 14, 22} {
		if got, _, _ := purego.SyscallN(address, uintptr(i)); got != want {
			t.Errorf("kernel(%d) = %d, want %d", i, got, want)
		}
	}
	if _, err := code.Symbol("absent"); err == nil {
		t.Error("an absent symbol is found")
	}
	checkProtection(t, address)
	code.Close() // a second Close does nothing
}

// checkProtection looks at the page of an address in the process' own map.
func checkProtection(t *testing.T, address uintptr) {
	t.Helper()
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var low, high uintptr
		var mode string
		if n, _ := fmt.Sscanf(s.Text(), "%x-%x %s", &low, &high, &mode); n < 3 {
			continue
		}
		if strings.HasPrefix(mode, "rwx") {
			t.Errorf("writable and executable: %s", s.Text())
		}
		if low <= address && address < high && !strings.HasPrefix(mode, "r-x") {
			t.Errorf("code is %s", mode)
		}
	}
}

func TestRefuses(t *testing.T) {
	const head = "target triple = \"x86_64-unknown-linux-gnu\"\n"
	for want, ir := range map[string]string{
		"not defined here":  "declare i64 @other(i64)\ndefine i64 @kernel(i64 %x) nounwind {\n%y = call i64 @other(i64 %x)\nret i64 %y\n}",
		"not code or const": "@v = internal global i64 5\ndefine i64 @kernel() nounwind {\n%x = load i64, ptr @v\n%y = add i64 %x, 1\nstore i64 %y, ptr @v\nret i64 %x\n}",
		"no code":           "@v = constant i64 5",
	} {
		_, err := objload.Load(compile(t, head+ir))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, junk := range [][]byte{nil, []byte("x"), make([]byte, 4096)} {
		if _, err := objload.Load(junk); err == nil {
			t.Error("junk is loaded")
		}
	}
}

// Damaged objects are refused or loaded, but never break the loader. They are
// not run: that is what checksums before the loader are for.
func TestDamagedObjects(t *testing.T) {
	object := compile(t, constants)
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		bad := append([]byte(nil), object[:len(object)-r.IntN(2)*r.IntN(len(object))]...)
		for range r.IntN(4) {
			if len(bad) > 0 {
				bad[r.IntN(len(bad))] = byte(r.IntN(math.MaxUint8 + 1))
			}
		}
		if code, err := objload.Load(bad); err == nil {
			code.Close()
		}
	}
}

// Thousands of kernels must not use up the mappings of the process.
func TestObjectsShareMappings(t *testing.T) {
	object := compile(t, constants)
	before := mappings(t)
	var codes []*objload.Code
	for range 2000 {
		code, err := objload.Load(object)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	if grown := mappings(t) - before; grown > 40 {
		t.Errorf("2,000 objects make %d mappings", grown)
	}
	for i, code := range codes {
		if i%2 == 0 {
			code.Close()
		}
	}
	address, err := codes[1999].Symbol("kernel")
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := purego.SyscallN(address, 3); got != 22 {
		t.Errorf("kernel(3) = %d beside closed objects", got)
	}
	for _, code := range codes {
		code.Close()
	}
	if left := mappings(t) - before; left > 3 {
		t.Errorf("%d mappings are left", left)
	}
}

func mappings(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n")
}
