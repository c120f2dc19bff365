package llvm

import (
	"bytes"
	"fmt"
	"slices"
	"unsafe"

	"slipstream/jit/emit"
)

// Compile generates code for the module in IR text form: a relocatable object
// file. No IR pass runs; opt, 0 to 3, is the level of the code generator.
func (c *Compiler) Compile(ir string, t emit.Target, opt int) ([]byte, error) {
	return c.compile(ir, t, opt, 1)
}

// Assembly is Compile with text as its result, for people.
func (c *Compiler) Assembly(ir string, t emit.Target, opt int) (string, error) {
	text, err := c.compile(ir, t, opt, 0)
	return string(text), err
}

func (c *Compiler) compile(ir string, t emit.Target, opt int, object int32) ([]byte, error) {
	ctx := c.api.contextCreate()
	defer c.api.contextDispose(ctx)
	m, err := c.borrow(t, opt)
	if err != nil {
		return nil, err
	}
	defer c.giveBack(m)
	module, err := c.parse(ctx, m, ir)
	if err != nil {
		return nil, err
	}
	defer c.api.disposeModule(module)
	return c.generate(m.handle, module, object)
}

// machine is LLVM's description of the code wanted. It remembers what it found out about
// the processor, a third of the work on a small kernel, and serves one module at a time.
type machine struct {
	wanted string
	handle uintptr
	layout string
}

// borrow gives a machine that nobody else has.
func (c *Compiler) borrow(t emit.Target, opt int) (machine, error) {
	wanted := fmt.Sprintf("%s %s %s %d", t.Triple, t.CPU, t.Features, opt)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, m := range c.idle {
		if m.wanted == wanted {
			c.idle = slices.Delete(c.idle, i, i+1)
			return m, nil
		}
	}
	handle, err := c.newMachine(t, opt)
	if err != nil {
		return machine{}, err
	}
	return machine{wanted, handle, c.layout(handle)}, nil
}

func (c *Compiler) giveBack(m machine) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.idle) < maxIdle {
		c.idle = append(c.idle, m)
		return
	}
	c.api.disposeMachine(m.handle)
}

// newMachine describes the code wanted: position independent, so that objects
// hold no address, in the small code model.
func (c *Compiler) newMachine(t emit.Target, opt int) (uintptr, error) {
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
func (c *Compiler) parse(ctx uintptr, m machine, ir string) (uintptr, error) {
	if bytes.IndexByte(unsafe.Slice(unsafe.StringData(ir), len(ir)), 0) >= 0 {
		return 0, fmt.Errorf("llvm: zero byte in the text")
	}
	var msg *byte
	module := c.api.parse(ctx, cString(ir), &msg)
	if module == 0 {
		return 0, fmt.Errorf("llvm: parse: %s", c.take(msg))
	}
	c.api.setLayout(module, cString(m.layout))
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
