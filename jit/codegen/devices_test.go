package codegen_test

import (
	"testing"

	"slipstream/jit/emit"
	"slipstream/jit/llvm"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/jit/objload"
	"slipstream/sched/cpu"
	"slipstream/sched/devicetest"
	"slipstream/sched/kernel"
)

// compiler makes machine code of kernels for one test.
type compiler struct {
	t    *testing.T
	llvm *llvm.Compiler
}

func (c compiler) compile(k *kernel.Kernel) (uintptr, error) {
	target := c.llvm.Host()
	object, err := c.llvm.Compile(emit.Emit(k, target), target, 2)
	if err != nil {
		return 0, err
	}
	code, err := objload.Load(object)
	if err != nil {
		return 0, err
	}
	c.t.Cleanup(code.Close)
	return code.Symbol(emit.Symbol)
}

// Machine code passes the suite of all devices.
func TestCPUDevice(t *testing.T) {
	c := compiler{t, llvmtest.Compiler(t)}
	devicetest.Run(t, &cpu.Device{Compile: c.compile})
}
