package llvm_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"slipstream/jit/llvm"
	"slipstream/jit/llvm/llvmtest"
)

const module = `target triple = "x86_64-unknown-linux-gnu"
define i64 @kernel(ptr %args, i64 %begin, i64 %end, ptr %scratch, ptr %table, ptr %flags) {
  %n = sub i64 %end, %begin
  ret i64 %n
}
`

func TestHost(t *testing.T) {
	c := llvmtest.Compiler(t)
	h := c.Host()
	if h.CPU == "" || h.Triple == "" || !strings.Contains(h.Features, "sse2") {
		t.Errorf("host %+v", h)
	}
	if !strings.HasPrefix(c.Version(), "2") || strings.Count(c.Version(), ".") != 2 {
		t.Errorf("version %q", c.Version())
	}
}

func TestErrorsCarryTheText(t *testing.T) {
	c := llvmtest.Compiler(t)
	for text, want := range map[string]string{
		"define i64 @kernel( {":          "parse",
		"define i64 @f() { ret i64 %x }": "undefined value",
		"\x00":                           "zero byte",
		"define i64 @f() {\n%a = add i64 %a, 1\nret i64 %a\n}": "verify",
	} {
		_, err := c.Compile(text, c.Host(), 2)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	bad := c.Host()
	bad.Triple = "nowhere-unknown-none"
	if _, err := c.Compile(module, bad, 2); err == nil {
		t.Error("unknown triple is accepted")
	}
	if _, err := c.Compile(module, c.Host(), 4); err == nil {
		t.Error("level 4 is accepted")
	}
}

func TestConcurrentCompilation(t *testing.T) {
	c := llvmtest.Compiler(t)
	want, err := c.Compile(module, c.Host(), 2)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				got, err := c.Compile(module, c.Host(), 2)
				if err != nil || string(got) != string(want) {
					t.Errorf("differs: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

func TestOpenRefuses(t *testing.T) {
	if _, err := llvm.Open("/nonexistent/library.so"); err == nil {
		t.Error("absent library is opened")
	}
	for _, path := range []string{"/lib/x86_64-linux-gnu/libm.so.6", "/lib64/libm.so.6"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		_, err := llvm.Open(path)
		if err == nil || !strings.Contains(err.Error(), "LLVMPY_") {
			t.Errorf("foreign library: %v", err)
		}
	}
}
