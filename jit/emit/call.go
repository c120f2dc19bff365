package emit

import (
	"fmt"

	"slipstream/sched/kernel"
)

// call runs a NumPy loop over one tile. The operands are described with their
// true strides: loops choose their code by them, and with it the bits.
func (e *emitter) call(id kernel.ID, base, count string) {
	in := &e.k.Body[id]
	for n, a := range in.Args {
		address, stride := e.operand(a, base)
		e.setOperand(n, address, stride)
	}
	address, stride := e.result(id, base)
	e.setOperand(len(in.Args), address, stride)
	e.line("store i64 %s, ptr %%count", count)
	e.callLoop(in)
}

// callLoop calls a loop whose operands are set.
func (e *emitter) callLoop(in *kernel.Inst) {
	e.saveFlags()
	fn := e.tableEntry(2 * in.Loop)
	data := e.tableEntry(2*in.Loop + 1)
	e.line("call void %s(ptr %%operands, ptr %%count, ptr %%strides, ptr %s) #1", fn, data)
}

// operand says where argument a of a call lies. A loaded parameter is passed
// as it is.
func (e *emitter) operand(a kernel.ID, base string) (address string, stride int) {
	in := &e.k.Body[a]
	switch {
	case in.Op == kernel.Load && e.k.Params[in.Param].Kind == kernel.Scalar:
		return fmt.Sprintf("%%p%d", in.Param), 0
	case in.Op == kernel.Load:
		return e.def("getelementptr inbounds %s, ptr %%p%d, i64 %s", in.Type.Info().Mem, in.Param, base), in.Type.Size()
	case in.Op == kernel.Const:
		return e.slotName(a), 0
	}
	return e.slotName(a), in.Type.Size()
}

func (e *emitter) result(id kernel.ID, base string) (address string, stride int) {
	t := e.k.Body[id].Type
	if p := e.sched.Direct[id]; p >= 0 {
		return e.def("getelementptr inbounds %s, ptr %%p%d, i64 %s", t.Info().Mem, p, base), t.Size()
	}
	return e.slotName(id), t.Size()
}

func (e *emitter) slotName(v kernel.ID) string { return fmt.Sprintf("%%s%d", e.sched.Slot[v]) }

func (e *emitter) setOperand(n int, address string, stride int) {
	a := e.def("getelementptr inbounds ptr, ptr %%operands, i64 %d", n)
	e.line("store ptr %s, ptr %s", address, a)
	s := e.def("getelementptr inbounds i64, ptr %%strides, i64 %d", n)
	e.line("store i64 %d, ptr %s", stride, s)
}

func (e *emitter) tableEntry(n int) string {
	a := e.def("getelementptr inbounds ptr, ptr %%table, i64 %d", n)
	return e.def("load ptr, ptr %s", a)
}

// saveFlags has the caller add the exception bits to its word, because some
// loops clear them. It is a call through the table and not an instruction
// here, because some loops report in software, and the C library then sets
// the status word of the x87. Bits that are still set on return the caller
// reads itself.
func (e *emitter) saveFlags() {
	e.line("call void %s(ptr %%flags) #1", e.tableEntry(2*len(e.k.Loops)))
}
