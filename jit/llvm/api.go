package llvm

import (
	"fmt"

	"github.com/ebitengine/purego"
)

// api is the part of llvmlite's C interface that is used. Every entry has
// the same arguments in llvmlite 0.46 to 0.50. References are opaque.
type api struct {
	version func() uint32

	initTargetInfos func()
	initTargets     func()
	initTargetMCs   func()
	initAsmPrinters func()

	contextCreate  func() uintptr
	contextDispose func(ctx uintptr)

	parse         func(ctx uintptr, ir *byte, err **byte) uintptr
	verify        func(module uintptr, err **byte) bool
	setLayout     func(module uintptr, layout *byte)
	disposeModule func(module uintptr)

	targetFromTriple func(triple *byte, err **byte) uintptr
	createMachine    func(target uintptr, triple, cpu, features *byte, opt int32, reloc, model *byte, printMC, jit int32, abi *byte) uintptr
	machineData      func(machine uintptr) uintptr
	disposeMachine   func(machine uintptr)
	layoutString     func(data uintptr, out **byte)
	disposeData      func(data uintptr)

	emit          func(machine, module uintptr, object int32, err **byte) uintptr
	bufferStart   func(buffer uintptr) *byte
	bufferSize    func(buffer uintptr) uintptr
	disposeBuffer func(buffer uintptr)

	hostCPU       func(out **byte)
	hostFeatures  func(out **byte) int32
	hostTriple    func(out **byte)
	disposeString func(s *byte)
}

// symbols pairs every entry with its name.
func (a *api) symbols() map[string]any {
	return map[string]any{
		"LLVMPY_GetVersionInfo":            &a.version,
		"LLVMPY_InitializeAllTargetInfos":  &a.initTargetInfos,
		"LLVMPY_InitializeAllTargets":      &a.initTargets,
		"LLVMPY_InitializeAllTargetMCs":    &a.initTargetMCs,
		"LLVMPY_InitializeAllAsmPrinters":  &a.initAsmPrinters,
		"LLVMPY_ContextCreate":             &a.contextCreate,
		"LLVMPY_ContextDispose":            &a.contextDispose,
		"LLVMPY_ParseAssembly":             &a.parse,
		"LLVMPY_VerifyModule":              &a.verify,
		"LLVMPY_SetDataLayout":             &a.setLayout,
		"LLVMPY_DisposeModule":             &a.disposeModule,
		"LLVMPY_GetTargetFromTriple":       &a.targetFromTriple,
		"LLVMPY_CreateTargetMachine":       &a.createMachine,
		"LLVMPY_CreateTargetMachineData":   &a.machineData,
		"LLVMPY_DisposeTargetMachine":      &a.disposeMachine,
		"LLVMPY_CopyStringRepOfTargetData": &a.layoutString,
		"LLVMPY_DisposeTargetData":         &a.disposeData,
		"LLVMPY_TargetMachineEmitToMemory": &a.emit,
		"LLVMPY_GetBufferStart":            &a.bufferStart,
		"LLVMPY_GetBufferSize":             &a.bufferSize,
		"LLVMPY_DisposeMemoryBuffer":       &a.disposeBuffer,
		"LLVMPY_GetHostCPUName":            &a.hostCPU,
		"LLVMPY_GetHostCPUFeatures":        &a.hostFeatures,
		"LLVMPY_GetProcessTriple":          &a.hostTriple,
		"LLVMPY_DisposeString":             &a.disposeString,
	}
}

// bind finds every symbol; the error names the first that is missing.
func (a *api) bind(library uintptr) error {
	for name, entry := range a.symbols() {
		address, err := purego.Dlsym(library, name)
		if err != nil {
			return fmt.Errorf("llvm: the library lacks %s: %w", name, err)
		}
		purego.RegisterFunc(entry, address)
	}
	return nil
}
