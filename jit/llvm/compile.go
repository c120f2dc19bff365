package llvm

import (
	"bytes"
	"fmt"
	"unsafe"

	"slipstream/jit/emit"
)

// Compile generates code for the module in IR text form: a relocatable object
// file. No IR pass runs; opt, 0 to 3, is the level of the code generator.
func (c *Compiler) Compile(ir string, t emit.Target, opt int) ([]byte, error) {
	ctx := c.api.contextCreate()
	defer c.api.contextDispose(ctx)
	machine, err := c.machine(t, opt)
	if err != nil {
		return nil, err
	}
	defer c.api.disposeMachine(machine)
	module, err := c.parse(ctx, machine, ir)
	if err != nil {
		return nil, err
	}
	defer c.api.disposeModule(module)
	return c.generate(machine, module, 1)
}

// Assembly is Compile with text as its result, for people.
func (c *Compiler) Assembly(ir string, t emit.Target, opt int) (string, error) {
	ctx := c.api.contextCreate()
	defer c.api.contextDispose(ctx)
	machine, err := c.machine(t, opt)
	if err != nil {
		return "", err
	}
	defer c.api.disposeMachine(machine)
	module, err := c.parse(ctx, machine, ir)
	if err != nil {
		return "", err
	}
	defer c.api.disposeModule(module)
	text, err := c.generate(machine, module, 0)
	return string(text), err
}

// machine describes the code wanted: position independent, so that objects
// hold no address, in the small code model.
func (c *Compiler) machine(t emit.Target, opt int) (uintptr, error) {
	if opt < 0 || opt > 3 {
		return 0, fmt.Errorf("llvm: optimisation level %d", opt)
	}
	triple := cString(t.Triple)
	var msg *byte
	target := c.api.targetFromTriple(triple, &msg)
	if target == 0 {
		return 0, fmt.Errorf("llvm: %s", c.take(msg))
	}
	m := c.api.createMachine(target, triple, cString(t.CPU), cString(t.Features), int32(opt), cString("pic"), cString("default"), 0, 0, cString(""))
	if m == 0 {
		return 0, fmt.Errorf("llvm: no machine %s for %s", t.CPU, t.Triple)
	}
	return m, nil
}

// parse reads and verifies a module. Code generation of a malformed module
// would end the process.
func (c *Compiler) parse(ctx, machine uintptr, ir string) (uintptr, error) {
	if bytes.IndexByte(unsafe.Slice(unsafe.StringData(ir), len(ir)), 0) >= 0 {
		return 0, fmt.Errorf("llvm: zero byte in the text")
	}
	var msg *byte
	module := c.api.parse(ctx, cString(ir), &msg)
	if module == 0 {
		return 0, fmt.Errorf("llvm: parse: %s", c.take(msg))
	}
	c.api.setLayout(module, cString(c.layout(machine)))
	broken := c.api.verify(module, &msg)
	if why := c.take(msg); broken {
		c.api.disposeModule(module)
		return 0, fmt.Errorf("llvm: verify: %s", why)
	}
	return module, nil
}

func (c *Compiler) layout(machine uintptr) string {
	data := c.api.machineData(machine)
	defer c.api.disposeData(data)
	return c.text(func(out **byte) { c.api.layoutString(data, out) })
}

func (c *Compiler) generate(machine, module uintptr, object int32) ([]byte, error) {
	var msg *byte
	buffer := c.api.emit(machine, module, object, &msg)
	if buffer == 0 {
		return nil, fmt.Errorf("llvm: code generation: %s", c.take(msg))
	}
	defer c.api.disposeBuffer(buffer)
	return bytes.Clone(unsafe.Slice(c.api.bufferStart(buffer), c.api.bufferSize(buffer))), nil
}
