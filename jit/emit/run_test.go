package emit_test

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
	"slipstream/jit/llvm/llvmtest"
	"slipstream/jit/objload"
	"slipstream/sched/kernel"
	"slipstream/sched/ref"
)

// harness calls a kernel with all exception bits clear and reports those that
// it sets. It also holds loops with NumPy's calling convention: "twist" is
// x*0.5-3 and sets flags like any loop, "blur" is x+y and clears the flags
// first, as some of NumPy's do. Both record their strides in data.
const harness = `target triple = "x86_64-unknown-linux-gnu"
declare void @llvm.x86.sse.ldmxcsr(ptr)
declare void @llvm.x86.sse.stmxcsr(ptr)
@clean = private constant i32 8064
define i64 @run(ptr %k, ptr %args, i64 %begin, i64 %end, ptr %scratch, ptr %table, ptr %flags, ptr %rows) {
  %csr = alloca i32
  call void @llvm.x86.sse.ldmxcsr(ptr @clean)
  %r = call i64 %k(ptr %args, i64 %begin, i64 %end, ptr %scratch, ptr %table, ptr %flags, ptr %rows)
  call void @llvm.x86.sse.stmxcsr(ptr %csr)
  call void @llvm.x86.sse.ldmxcsr(ptr @clean)
  %c = load i32, ptr %csr
  %bits = and i32 %c, 63
  %wide = zext i32 %bits to i64
  %old = load i64, ptr %flags
  %new = or i64 %old, %wide
  store i64 %new, ptr %flags
  ret i64 %r
}
define void @note(ptr %flags) {
  %csr = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %csr)
  %c = load i32, ptr %csr
  %bits = and i32 %c, 63
  %wide = zext i32 %bits to i64
  %old = load i64, ptr %flags
  %new = or i64 %old, %wide
  store i64 %new, ptr %flags
  ret void
}
define void @twist(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {
entry:
  %xa = load ptr, ptr %args
  %ya.p = getelementptr ptr, ptr %args, i64 1
  %ya = load ptr, ptr %ya.p
  %n = load i64, ptr %dims
  %xs = load i64, ptr %steps
  %ys.p = getelementptr i64, ptr %steps, i64 1
  %ys = load i64, ptr %ys.p
  store i64 %xs, ptr %data
  %any = icmp sgt i64 %n, 0
  br i1 %any, label %body, label %exit
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %xo = mul i64 %i, %xs
  %yo = mul i64 %i, %ys
  %xp = getelementptr i8, ptr %xa, i64 %xo
  %yp = getelementptr i8, ptr %ya, i64 %yo
  %x = load double, ptr %xp
  %h = call double @llvm.experimental.constrained.fmul.f64(double %x, double 0.5, metadata !"round.tonearest", metadata !"fpexcept.strict") #0
  %y = call double @llvm.experimental.constrained.fsub.f64(double %h, double 3.0, metadata !"round.tonearest", metadata !"fpexcept.strict") #0
  store double %y, ptr %yp
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %exit
exit:
  ret void
}
define void @blur(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {
entry:
  call void @llvm.x86.sse.ldmxcsr(ptr @clean) #0
  %xa = load ptr, ptr %args
  %ya.p = getelementptr ptr, ptr %args, i64 1
  %ya = load ptr, ptr %ya.p
  %za.p = getelementptr ptr, ptr %args, i64 2
  %za = load ptr, ptr %za.p
  %n = load i64, ptr %dims
  %xs = load i64, ptr %steps
  %ys.p = getelementptr i64, ptr %steps, i64 1
  %ys = load i64, ptr %ys.p
  %zs.p = getelementptr i64, ptr %steps, i64 2
  %zs = load i64, ptr %zs.p
  store i64 %ys, ptr %data
  %any = icmp sgt i64 %n, 0
  br i1 %any, label %body, label %exit
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %xo = mul i64 %i, %xs
  %yo = mul i64 %i, %ys
  %zo = mul i64 %i, %zs
  %xp = getelementptr i8, ptr %xa, i64 %xo
  %yp = getelementptr i8, ptr %ya, i64 %yo
  %zp = getelementptr i8, ptr %za, i64 %zo
  %x = load double, ptr %xp
  %y = load double, ptr %yp
  %z = call double @llvm.experimental.constrained.fadd.f64(double %x, double %y, metadata !"round.tonearest", metadata !"fpexcept.strict") #0
  store double %z, ptr %zp
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %exit
exit:
  ret void
}
declare double @llvm.experimental.constrained.fadd.f64(double, double, metadata, metadata)
declare double @llvm.experimental.constrained.fsub.f64(double, double, metadata, metadata)
declare double @llvm.experimental.constrained.fmul.f64(double, double, metadata, metadata)
attributes #0 = { strictfp }
`

// machine runs compiled kernels.
type machine struct {
	t       testing.TB
	harness *objload.Code
}

func newMachine(t testing.TB) *machine {
	m := &machine{t: t}
	m.harness = m.load(harness)
	return m
}

func (m *machine) load(ir string) *objload.Code {
	m.t.Helper()
	c := llvmtest.Compiler(m.t)
	object, err := c.Compile(ir, c.Host(), 2)
	if err != nil {
		m.t.Fatalf("%v\n%s", err, ir)
	}
	code, err := objload.Load(object)
	if err != nil {
		m.t.Fatalf("%v\n%s", err, ir)
	}
	m.t.Cleanup(code.Close)
	return code
}

func (m *machine) symbol(c *objload.Code, name string) uintptr {
	m.t.Helper()
	address, err := c.Symbol(name)
	if err != nil {
		m.t.Fatal(err)
	}
	return address
}

// compiled is a kernel ready to run.
type compiled struct {
	m       *machine
	k       *kernel.Kernel
	address uintptr
	table   []uintptr
	strides []int64 // what each loop recorded
}

func (m *machine) compile(k *kernel.Kernel) *compiled {
	m.t.Helper()
	return m.compileFor(k, llvmtest.Compiler(m.t).Host())
}

func (m *machine) compileFor(k *kernel.Kernel, target emit.Target) *compiled {
	m.t.Helper()
	if err := k.Check(); err != nil {
		m.t.Fatalf("%v\n%s", err, k)
	}
	c := &compiled{m: m, k: k, address: m.symbol(m.load(emit.Emit(k, target)), emit.Symbol)}
	c.strides = make([]int64, len(k.Loops)+1)
	for i, l := range k.Loops {
		c.table = append(c.table, m.symbol(m.harness, l.Ufunc), uintptr(unsafe.Pointer(&c.strides[i])))
	}
	c.table = append(c.table, m.symbol(m.harness, "note"))
	return c
}

// run applies the kernel to [begin, end) and gives the flags raised.
func (c *compiled) run(args []ref.Operand, begin, end int) ref.Flags {
	return c.runRows(args, begin, end, c.k.OneRow())
}

// runRows applies it to [begin, end) of rows, see kernel.Kernel.
func (c *compiled) runRows(args []ref.Operand, begin, end int, rows []int64) ref.Flags {
	addresses := make([]unsafe.Pointer, len(args)+1)
	for i, a := range args {
		addresses[i] = a.Base
	}
	scratch := make([]byte, c.k.ScratchBytes()+8)
	for i := range scratch {
		scratch[i] = 0xff // NaNs, to be noticed
	}
	for i := c.k.ScratchBytes(); i < len(scratch); i++ {
		scratch[i] = 0x5a
	}
	var flags uint64
	code, _, _ := purego.SyscallN(c.m.symbol(c.m.harness, "run"), c.address,
		uintptr(unsafe.Pointer(&addresses[0])), uintptr(begin), uintptr(end),
		uintptr(unsafe.Pointer(&scratch[0])), uintptr(unsafe.Pointer(&c.table[0])), uintptr(unsafe.Pointer(&flags)), uintptr(unsafe.Pointer(&rows[0])))
	runtime.KeepAlive(args)
	runtime.KeepAlive(addresses)
	if code != 0 {
		c.m.t.Fatalf("exit %d", code)
	}
	for _, b := range scratch[c.k.ScratchBytes():] {
		if b != 0x5a {
			c.m.t.Fatalf("writes behind the scratch memory\n%s", c.k)
		}
	}
	return ref.Flags(flags) & ref.Reported
}
