package emit

import (
	"fmt"

	"slipstream/sched/kernel"
)

// copyBytes moves the tail of arrays whose elements have one, two or sixteen
// bytes: there is no masked move of these, or not before AVX-512, and LLVM would
// expand one into a branch a lane.
const copyBytes = `define internal void @copy(ptr %dst, ptr %src, i64 %n) #0 {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %s = getelementptr inbounds i8, ptr %src, i64 %i
  %x = load i8, ptr %s
  %d = getelementptr inbounds i8, ptr %dst, i64 %i
  store i8 %x, ptr %d
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %exit
exit:
  ret void
}

`

// oddSize says that no processor moves elements of t under a mask.
func oddSize(t kernel.Type) bool { return t.Size() != 4 && t.Size() != 8 }

func (b *block) paramAddress(t kernel.Type, p int) string {
	index := b.index
	if b.repeats(p) {
		index = b.def("and i64 %s, %%mask%d", index, p)
	}
	return b.def("getelementptr inbounds %s, ptr %%p%d, i64 %s", t.Info().Mem, p, index)
}

func (b *block) slotAddress(t kernel.Type, slot int) string {
	return b.def("getelementptr inbounds %s, ptr %%s%d, i64 %s", t.Info().Mem, slot, b.slot)
}

func (b *block) loadParam(t kernel.Type, p int) string {
	address := b.paramAddress(t, p)
	switch {
	case b.mask == "":
		return b.fromMem(t, b.load(t, address))
	case oddSize(t):
		return b.fromMem(t, b.loadTailBytes(t, address))
	}
	return b.fromMem(t, b.loadMasked(t, address))
}

func (b *block) load(t kernel.Type, address string) string {
	return b.def("load %s, ptr %s, align %d", b.memVec(t), address, t.Align())
}

func (b *block) loadMasked(t kernel.Type, address string) string {
	vec := b.memVec(t)
	first := b.def("load %s, ptr %s", t.Info().Mem, address)
	dead := b.splat(vec, t.Info().Mem+" "+first)
	name := b.declare(vec, "llvm.masked.load."+b.suffix(t)+".p0", fmt.Sprintf("ptr, i32, <%d x i1>, %s", b.lanes, vec))
	return b.def("call %s @%s(ptr %s, i32 %d, <%d x i1> %s, %s %s) #1", vec, name, address, t.Align(), b.lanes, b.mask, vec, dead)
}

func (b *block) loadTailBytes(t kernel.Type, address string) string {
	vec, mem := b.memVec(t), t.Info().Mem
	first := b.def("load %s, ptr %s, align %d", mem, address, t.Align())
	b.line("store %s %s, ptr %%bytes, align 64", vec, b.splat(vec, mem+" "+first))
	b.copyTail(t, "%bytes", address)
	return b.def("load %s, ptr %%bytes, align 64", vec)
}

func (b *block) copyTail(t kernel.Type, dst, src string) {
	b.copies = true
	n := b.left
	if t.Size() > 1 {
		n = b.def("mul i64 %s, %d", n, t.Size())
	}
	b.line("call void @copy(ptr %s, ptr %s, i64 %s) #1", dst, src, n)
}

// fromMem makes registers of memory: any non-zero byte is true.
func (b *block) fromMem(t kernel.Type, v string) string {
	if t != kernel.Bool {
		return v
	}
	return b.def("icmp ne %s %s, zeroinitializer", b.memVec(t), v)
}

func (b *block) toMem(t kernel.Type, v string) string {
	if t != kernel.Bool {
		return v
	}
	return b.def("zext %s %s to %s", b.vec(t), v, b.memVec(t))
}

func (b *block) storeParam(p int, v string) {
	t := b.k.Params[p].Type
	address, v := b.paramAddress(t, p), b.toMem(t, v)
	switch {
	case b.mask == "":
		b.line("store %s %s, ptr %s, align %d", b.memVec(t), v, address, t.Align())
	case oddSize(t):
		b.line("store %s %s, ptr %%bytes, align 64", b.memVec(t), v)
		b.copyTail(t, address, "%bytes")
	default:
		b.storeMasked(t, v, address)
	}
}

func (b *block) storeMasked(t kernel.Type, v, address string) {
	vec := b.memVec(t)
	name := b.declare("void", "llvm.masked.store."+b.suffix(t)+".p0", fmt.Sprintf("%s, ptr, i32, <%d x i1>", vec, b.lanes))
	b.line("call void @%s(%s %s, ptr %s, i32 %d, <%d x i1> %s) #1", name, vec, v, address, t.Align(), b.lanes, b.mask)
}

// storeSlot writes dead lanes, too: a slot holds whole vectors.
func (b *block) storeSlot(t kernel.Type, slot int, v string) {
	v = b.toMem(t, v)
	b.line("store %s %s, ptr %s, align %d", b.memVec(t), v, b.slotAddress(t, slot), t.Align())
}

// loadSlot replaces dead lanes: the call that filled the slot left them out.
func (b *block) loadSlot(t kernel.Type, slot int) string {
	v := b.load(t, b.slotAddress(t, slot))
	if b.mask != "" && (t.IsFloat() || t.IsComplex()) {
		v = b.def("select <%d x i1> %s, %s %s, %s %s", b.lanes, b.mask, b.vec(t), v, b.vec(t), b.spread(b.vec(t), v))
	}
	return b.fromMem(t, v)
}
