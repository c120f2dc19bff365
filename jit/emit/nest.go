package emit

import (
	"fmt"
	"regexp"
	"strings"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// Words of the table that a nest is passed: functions of the host.
const (
	nestPoll     = iota // i64 (ptr context): whether to leave
	nestReported        // i64 (ptr context): whether a report is due
	nestFunctions
	nestHosts = nestFunctions + len(nest.Functions)
)

// Nest gives the module for a checked nest: one function, Symbol, in the calling
// convention of kernels. Its args are the arguments (an array: its address, then
// MaxRank lengths and as many strides), scratch is the answer, flags the context,
// end the rounds between two looks at the host, and it returns the number of the exit.
// begin means nothing.
func Nest(f *nest.Func, t Target, maxRank int) string {
	e := &nestEmitter{f: f, maxRank: maxRank, left: map[int]bool{}, same: map[string]string{}}
	e.emitter = &emitter{target: t, declared: map[string]bool{}, globals: map[string]string{}}
	e.entry()
	for _, b := range f.Order() {
		e.block(b)
	}
	for n := range f.Exits {
		if e.left[n] {
			e.exit(n)
		}
	}
	return e.resolved(e.module()) + odds
}

// odds are the odds of branches that are seldom, or nearly always, taken.
const odds = `
!0 = !{!"branch_weights", i32 1048576, i32 1}
!1 = !{!"branch_weights", i32 1, i32 1048576}
`

// nestEmitter writes values as %n0, %n1, ..., blocks as b0, b1, ..., each of which
// ends in a block of its own, e0, e1, ..., because guards divide them.
type nestEmitter struct {
	*emitter
	f       *nest.Func
	maxRank int
	left    map[int]bool // exits that something leaves by
	// same are other names of values. LLVM has no instruction for that: casts of a type to
	// itself have it move them to and fro, for ever where they meet.
	same map[string]string
}

// way is the label of an exit.
func (e *nestEmitter) way(exit int) string {
	e.left[exit] = true
	return fmt.Sprintf("%%x%d", exit)
}

func name(id nest.ID) string { return fmt.Sprintf("%%n%d", id) }

// set writes the instruction that makes a value.
func (e *nestEmitter) set(id nest.ID, format string, args ...any) {
	e.line("%s = %s", name(id), fmt.Sprintf(format, args...))
}

// alias gives a value another name.
func (e *nestEmitter) alias(name, value string) { e.same[name] = value }

// resolved has the values themselves in the place of their other names.
func (e *nestEmitter) resolved(text string) string {
	return names.ReplaceAllStringFunc(text, func(name string) string {
		for {
			value, ok := e.same[name]
			if !ok {
				return name
			}
			name = value
		}
	})
}

// names are those of values and of arguments, which may be other ones' names.
var names = regexp.MustCompile(`%[ni][0-9]+\b`)

// entry reads the numbers and the places of the arrays.
func (e *nestEmitter) entry() {
	e.label("entry")
	for i, a := range e.f.Args {
		e.line("%%a%d = getelementptr inbounds ptr, ptr %%args, i64 %d", i, i)
		e.line("%%p%d = load ptr, ptr %%a%d", i, i)
		if a.Type.IsComplex() && !a.Array {
			continue // read part by part
		}
		if !a.Array {
			e.line("%%m%d = load %s, ptr %%p%d", i, a.Type.Info().Mem, i)
			e.fromMemory(fmt.Sprintf("%%i%d", i), fmt.Sprintf("%%m%d", i), a.Type)
			continue
		}
		e.line("%%d%d = load ptr, ptr %%p%d", i, i)
		for axis := range a.Rank {
			e.word(fmt.Sprintf("l%d.%d", i, axis), i, 1+axis)
			e.word(fmt.Sprintf("s%d.%d", i, axis), i, 1+e.maxRank+axis)
		}
	}
	if most := e.mostWords(); most > 0 {
		e.line("%%words = alloca [%d x i64], align 16", most)
	}
	e.line("br label %%b0")
}

// mostWords is the length of the longest list that a function of the host gets.
func (e *nestEmitter) mostWords() int {
	most := 0
	for _, in := range e.f.Insts {
		if in.Op == nest.Host {
			most = max(most, len(in.Args))
		}
	}
	return most
}

func (e *nestEmitter) word(name string, arg, at int) {
	e.line("%%%s.a = getelementptr inbounds i64, ptr %%p%d, i64 %d", name, arg, at)
	e.line("%%%s = load i64, ptr %%%s.a", name, name)
}

// fromMemory names the register form of an element: a bool is a byte in memory.
func (e *nestEmitter) fromMemory(to, from string, t kernel.Type) {
	if t == kernel.Bool {
		e.line("%s = icmp ne i8 %s, 0", to, from)
		return
	}
	e.alias(to, from)
}

func (e *nestEmitter) block(n int) {
	b := &e.f.Blocks[n]
	e.label(fmt.Sprintf("b%d", n))
	for i, p := range b.Params {
		e.set(p, "phi %s %s", e.vec(e.f.Type(p)), e.incoming(n, i))
	}
	for _, id := range b.Body {
		nestLowerings[e.f.Insts[id].Op](e, id, &e.f.Insts[id])
	}
	e.line("br label %%e%d", n)
	e.label(fmt.Sprintf("e%d", n))
	e.term(&b.Term)
}

// incoming lists the values of parameter i along all edges that lead to block n.
func (e *nestEmitter) incoming(n, i int) string {
	var ways []string
	for _, from := range e.f.Order() {
		for _, edge := range e.f.Blocks[from].Term.Edges {
			if edge.To == n {
				ways = append(ways, fmt.Sprintf("[ %s, %%e%d ]", name(edge.Args[i]), from))
			}
		}
	}
	return strings.Join(ways, ", ")
}

func (e *nestEmitter) term(t *nest.Term) {
	switch len(t.Edges) {
	case 0:
		e.line("br label %s", e.way(t.Exit))
	case 1:
		e.line("br label %%b%d", t.Edges[0].To)
	default:
		e.line("br i1 %s, label %%b%d, label %%b%d", name(t.Cond), t.Edges[0].To, t.Edges[1].To)
	}
}

// exit writes an exit's values into the answer.
func (e *nestEmitter) exit(n int) {
	x := &e.f.Exits[n]
	e.label(fmt.Sprintf("x%d", n))
	for i, id := range x.Values {
		to := e.def("getelementptr inbounds i64, ptr %%scratch, i64 %d", x.At+i)
		e.store(e.f.Type(id), name(id), to)
	}
	e.line("ret i64 %d", n)
}

func (e *nestEmitter) store(t kernel.Type, value, to string) {
	if t == kernel.Bool {
		value = e.def("zext i1 %s to i8", value)
	}
	e.line("store %s %s, ptr %s", t.Info().Mem, value, to)
}

// nestLowerings has one function an operation.
var nestLowerings = [...]func(*nestEmitter, nest.ID, *nest.Inst){
	nest.Number: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		e.alias(name(id), fmt.Sprintf("%%i%d", in.Num))
	},
	nest.Part: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		at := e.def("getelementptr inbounds %s, ptr %%p%d, i64 %d", e.vec(in.Type), in.Num, in.Axis)
		e.set(id, "load %s, ptr %s", e.vec(in.Type), at)
	},
	nest.Const: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		e.alias(name(id), literal(in.Type, in.Bits))
	},
	nest.Param:     nil,
	nest.Scalar:    (*nestEmitter).scalar,
	nest.Checked:   (*nestEmitter).checked,
	nest.Quotient:  (*nestEmitter).quotient,
	nest.Remainder: (*nestEmitter).remainder,
	nest.Function:  (*nestEmitter).function,
	nest.Dim: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		e.alias(name(id), fmt.Sprintf("%%l%d.%d", in.Num, in.Axis))
	},
	nest.Load:   (*nestEmitter).load,
	nest.Store:  (*nestEmitter).storeElement,
	nest.Guard:  func(e *nestEmitter, id nest.ID, in *nest.Inst) { e.leaveUnless(id, name(in.Args[0]), in.Exit) },
	nest.Check:  (*nestEmitter).check,
	nest.Poll:   (*nestEmitter).poll,
	nest.Rounds: func(e *nestEmitter, id nest.ID, in *nest.Inst) { e.alias(name(id), "%end") },
	nest.Base:   func(e *nestEmitter, id nest.ID, in *nest.Inst) { e.set(id, "ptrtoint ptr %%d%d to i64", in.Num) },
	nest.Stride: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		e.alias(name(id), fmt.Sprintf("%%s%d.%d", in.Num, in.Axis))
	},
	nest.Peek: func(e *nestEmitter, id nest.ID, in *nest.Inst) {
		e.fromMemory(name(id), e.def("load %s, ptr %s", in.Type.Info().Mem, e.pointer(in.Args[0])), in.Type)
	},
	nest.Poke: func(e *nestEmitter, _ nest.ID, in *nest.Inst) {
		e.store(e.f.Type(in.Args[1]), name(in.Args[1]), e.pointer(in.Args[0]))
	},
	nest.Host: (*nestEmitter).callHost,
}

// scalar lowers a kernel's operation on one element.
func (e *nestEmitter) scalar(id nest.ID, in *nest.Inst) {
	k := &kernel.Kernel{}
	b := &block{emitter: e.emitter, vals: map[kernel.ID]string{}}
	x := kernel.Inst{Op: in.KOp, Type: in.Type}
	for i, a := range in.Args {
		k.Body = append(k.Body, kernel.Inst{Type: e.f.Type(a)})
		b.vals[kernel.ID(i)] = name(a)
		x.Args = append(x.Args, kernel.ID(i))
	}
	e.k = k
	e.alias(name(id), lowerings[in.KOp](b, &x))
}

// leaveUnless goes on where the condition is true.
func (e *nestEmitter) leaveUnless(id nest.ID, condition string, exit int) {
	e.line("br i1 %s, label %%c%d, label %s, !prof !0", condition, id, e.way(exit))
	e.label(fmt.Sprintf("c%d", id))
}

func (e *nestEmitter) checked(id nest.ID, in *nest.Inst) {
	sign, word := "s", e.vec(in.Type)
	if in.Type.Unsigned() {
		sign = "u"
	}
	op := fmt.Sprintf("llvm.%s%v.with.overflow.%s", sign, in.KOp, word)
	pair := fmt.Sprintf("{ %s, i1 }", word)
	full := e.declare(pair, op, word+", "+word)
	both := e.def("call %s @%s(%s %s, %s %s) #1", pair, full, word, name(in.Args[0]), word, name(in.Args[1]))
	e.set(id, "extractvalue %s %s, 0", pair, both)
	over := e.def("extractvalue %s %s, 1", pair, both)
	e.line("br i1 %s, label %s, label %%c%d, !prof !1", over, e.way(in.Exit), id)
	e.label(fmt.Sprintf("c%d", id))
}

// divided is the quotient towards zero, the remainder of that, and whether both
// have to be moved down: the remainder is not 0 and has another sign than the divisor.
func (e *nestEmitter) divided(in *nest.Inst) (quotient, remainder, down string) {
	word, x, y := e.vec(in.Type), name(in.Args[0]), name(in.Args[1])
	if in.Type.Unsigned() {
		return e.def("udiv %s %s, %s", word, x, y), e.def("urem %s %s, %s", word, x, y), "false"
	}
	quotient, remainder = e.def("sdiv %s %s, %s", word, x, y), e.def("srem %s %s, %s", word, x, y)
	some := e.def("icmp ne %s %s, 0", word, remainder)
	differ := e.def("icmp slt %s %s, 0", word, e.def("xor %s %s, %s", word, remainder, y))
	return quotient, remainder, e.def("and i1 %s, %s", some, differ)
}

func (e *nestEmitter) quotient(id nest.ID, in *nest.Inst) {
	q, _, down := e.divided(in)
	word := e.vec(in.Type)
	e.set(id, "sub %s %s, %s", word, q, e.def("select i1 %s, %s 1, %s 0", down, word, word))
}

func (e *nestEmitter) remainder(id nest.ID, in *nest.Inst) {
	_, r, down := e.divided(in)
	word := e.vec(in.Type)
	e.set(id, "add %s %s, %s", word, r, e.def("select i1 %s, %s %s, %s 0", down, word, name(in.Args[1]), word))
}

// host reads a function of the host's table.
func (e *nestEmitter) host(n int) string {
	at := e.def("getelementptr inbounds ptr, ptr %%table, i64 %d", n)
	return e.def("load ptr, ptr %s", at)
}

func (e *nestEmitter) function(id nest.ID, in *nest.Inst) {
	var list []string
	for _, a := range in.Args {
		list = append(list, "double "+name(a))
	}
	e.set(id, "call double %s(%s) #1", e.host(nestFunctions+in.Num), strings.Join(list, ", "))
}

func (e *nestEmitter) pointer(address nest.ID) string {
	return e.def("inttoptr i64 %s to ptr", name(address))
}

// callHost passes words, and reads the first one when they have been worked on.
func (e *nestEmitter) callHost(id nest.ID, in *nest.Inst) {
	for i, a := range in.Args {
		e.store(e.f.Type(a), name(a), e.def("getelementptr inbounds i64, ptr %%words, i64 %d", i))
	}
	failed := e.def("call i64 %s(ptr %%flags, ptr %%words, i64 %d) #1", e.host(nestHosts+in.Num), in.Axis)
	e.leaveUnless(id, e.def("icmp eq i64 %s, 0", failed), in.Exit)
	e.fromMemory(name(id), e.def("load %s, ptr %%words", in.Type.Info().Mem), in.Type)
}

// address is that of an element.
func (e *nestEmitter) address(array int, indices []nest.ID) string {
	at := fmt.Sprintf("%%d%d", array)
	for axis, i := range indices {
		by := e.def("mul i64 %s, %%s%d.%d", name(i), array, axis)
		at = e.def("getelementptr i8, ptr %s, i64 %s", at, by)
	}
	return at
}

func (e *nestEmitter) load(id nest.ID, in *nest.Inst) {
	m := e.def("load %s, ptr %s", in.Type.Info().Mem, e.address(in.Num, in.Args))
	e.fromMemory(name(id), m, in.Type)
}

func (e *nestEmitter) storeElement(_ nest.ID, in *nest.Inst) {
	last := len(in.Args) - 1
	e.store(e.f.Args[in.Num].Type, name(in.Args[last]), e.address(in.Num, in.Args[:last]))
}

// check looks at the status bits only where a number is not finite, which it is
// where one of them stands for it: reading them costs more than computing.
func (e *nestEmitter) check(id nest.ID, in *nest.Inst) {
	odd := "false"
	for _, a := range in.Args {
		odd = e.def("or i1 %s, %s", odd, e.notFinite(e.f.Type(a), name(a)))
	}
	e.line("br i1 %s, label %%o%d, label %%c%d, !prof !1", odd, id, id)
	e.label(fmt.Sprintf("o%d", id))
	due := e.def("call i64 %s(ptr %%flags) #1", e.host(nestReported))
	e.line("br i1 %s, label %%c%d, label %s", e.def("icmp eq i64 %s, 0", due), id, e.way(in.Exit))
	e.label(fmt.Sprintf("c%d", id))
}

func (e *nestEmitter) notFinite(t kernel.Type, x string) string {
	word, mask := "i64", uint64(0x7ff<<52)
	if t == kernel.F32 {
		word, mask = "i32", 0x7f800000
	}
	bits := e.def("bitcast %s %s to %s", e.vec(t), x, word)
	exponent := e.def("and %s %s, %d", word, bits, mask)
	return e.def("icmp eq %s %s, %d", word, exponent, mask)
}

func (e *nestEmitter) poll(id nest.ID, in *nest.Inst) {
	left := name(in.Args[0])
	e.line("%%q%d = icmp ne i64 %s, 0", id, left)
	e.line("br label %%r%d", id)
	e.label(fmt.Sprintf("r%d", id))
	e.line("br i1 %%q%d, label %%c%d, label %%o%d, !prof !0", id, id, id)
	e.label(fmt.Sprintf("o%d", id))
	stop := e.def("call i64 %s(ptr %%flags) #1", e.host(nestPoll))
	e.line("br i1 %s, label %%g%d, label %s", e.def("icmp eq i64 %s, 0", stop), id, e.way(in.Exit))
	e.label(fmt.Sprintf("g%d", id))
	e.line("br label %%c%d", id)
	e.label(fmt.Sprintf("c%d", id))
	e.set(id, "phi i64 [ %s, %%r%d ], [ %%end, %%g%d ]", left, id, id)
}
