package emit_test

import (
	"math/rand/v2"
	"testing"

	"slipstream/jit/emit"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/jit/objload"
	"slipstream/sched/kernel"
)

// Every generation of CPUs gets code that needs no library: where vectors
// are narrow, LLVM must not fall back on a call.
func TestOtherCPUs(t *testing.T) {
	c := llvmtest.Compiler(t)
	r := rand.New(rand.NewPCG(8, 8))
	kernels := singles()
	for number := range 10 {
		kernels = append(kernels, randomKernel(r, number))
	}
	for i, cpu := range []string{"x86-64", "x86-64-v2", "haswell", "skylake-avx512", "znver4"} {
		target := emit.Target{Triple: c.Host().Triple, CPU: cpu}
		for number, k := range kernels {
			if number%5 != i && number%7 != 0 {
				continue // a sample, for the time it takes
			}
			loads(t, k, target)
		}
	}
}

func loads(t *testing.T, k *kernel.Kernel, target emit.Target) {
	t.Helper()
	object, err := llvmtest.Compiler(t).Compile(emit.Emit(k, target), target, 2)
	if err != nil {
		t.Fatalf("%s: %v\n%s", target.CPU, err, k)
	}
	code, err := objload.Load(object)
	if err != nil {
		t.Fatalf("%s: %v\n%s", target.CPU, err, k)
	}
	code.Close()
}
