// Package llvmtest finds the compiler library for tests.
package llvmtest

import (
	"errors"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"slipstream/jit/llvm"
)

// locate prints the path of the library without importing the package.
const locate = `
import importlib.util, pathlib
spec = importlib.util.find_spec("llvmlite")
if spec:
    print(*pathlib.Path(spec.origin).parent.glob("binding/libllvmlite*"))
`

var open = sync.OnceValues(func() (*llvm.Compiler, error) {
	out, err := exec.Command("python3", "-c", locate).Output()
	if err != nil {
		return nil, err
	}
	path := strings.TrimSpace(string(out))
	if path == "" {
		return nil, errors.New("python3 has no llvmlite")
	}
	return llvm.Open(path)
})

// Compiler is the compiler of the python3 on the path. Without one the test
// is skipped.
func Compiler(t testing.TB) *llvm.Compiler {
	t.Helper()
	c, err := open()
	if err != nil {
		t.Skipf("no compiler library: %v", err)
	}
	return c
}
