package front

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// This file is about loops over what is known item by item, where no statement of the
// region's own begins inside of them: in functions that are called, in comprehensions
// and in generators that are consumed at once. They are interpreted round by round,
// as if they had been written out.

// A Walker is an iterator on the stack: Items are those that are left.

// maxRange bounds the integers of a range that is known.
const maxRange = 64

// getIter makes the iterator of a loop.
func (e *eval) getIter(in *bytecode.Inst) *stop {
	if !e.unrolls(in) {
		return refuse(reason.Loop, "loops run in Python")
	}
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	if v.Kind == Walker {
		e.push(v)
		return nil
	}
	if v.Kind == Iterator && e.interleaves(v) {
		return refuse(reason.Loop, "a loop over an iterator that computes")
	}
	items, s := e.iterated(v)
	if s != nil {
		return refuse(reason.Loop, "loops run in Python")
	}
	if v.Kind == List {
		e.walked[v.Obj] = true
	}
	e.push(Val{Kind: Walker, Items: items})
	return nil
}

// unrolls says that no statement begins inside of a loop: that of a comprehension saves
// what its variable held, that of a generator is in its function.
func (e *eval) unrolls(in *bytecode.Inst) bool {
	f, n := e.function(), len(e.stack)
	next := f.Program.Insts[f.at[in.End]]
	called := next.Op == bytecode.Call && n > 1 && e.stack[n-2].Kind == Made
	return e.inlined != nil || called || next.Op == bytecode.LoadFastAndClear
}

// comprehends says that the loop in the statement at pc is a comprehension's, whose items
// may be known: otherwise the region ends here all the same.
func (f *Function) comprehends(pc int) bool {
	insts := f.Program.Insts
	for i := f.at[pc]; i+1 < len(insts) && insts[i].Op != bytecode.ForIter; i++ {
		if insts[i].Op == bytecode.GetIter {
			return insts[i+1].Op == bytecode.LoadFastAndClear
		}
	}
	return false
}

// interleaves says that an iterator computes its items, which Python does between the
// rounds of a loop.
func (e *eval) interleaves(v Val) bool {
	return v.Kind == Iterator && (v.Name == "builtins.map" || v.Name == generator || slices.ContainsFunc(v.Items, e.interleaves))
}

// forIter gives the next item, or goes on behind the loop.
func (e *eval) forIter(in *bytecode.Inst) (int, *stop) {
	n := len(e.stack)
	if n == 0 || e.stack[n-1].Kind != Walker {
		return 0, refuse(reason.Loop, "loops run in Python")
	}
	left := e.stack[n-1].Items
	if len(left) == 0 {
		e.pop()
		return e.jump(in, in.Target)
	}
	e.pop()
	e.push(Val{Kind: Walker, Items: left[1:]})
	e.push(left[0])
	return following, nil
}

// jumpsBack says that a backward jump is one of a loop that is written out.
func (e *eval) jumpsBack(target int) bool {
	f, n := e.function(), len(e.stack)
	at, ok := f.at[target]
	if e.budget--; !ok || e.budget < 0 {
		return false
	}
	walks := f.Program.Insts[at].Op == bytecode.ForIter && n > 0 && e.stack[n-1].Kind == Walker
	return walks || e.inlined != nil
}

// holdsCell refuses the variable of a comprehension that stands in the place of one that functions share:
// the place holds the value itself as long as the comprehension lasts.
func (f *Function) holdsCell(in *bytecode.Inst) *stop {
	if f.slots[in.Arg].Boxed() {
		return refuse(reason.Opcode, "a comprehension over a variable that functions inside it share")
	}
	return nil
}

// loadAndClear is how a comprehension saves what its variable held.
func (e *eval) loadAndClear(in *bytecode.Inst) *stop {
	if s := e.function().holdsCell(in); s != nil {
		return s
	}
	v := e.locals[in.Arg]
	if v.Kind == Unbound {
		v = Val{Kind: Null}
	}
	e.push(v)
	e.locals[in.Arg] = Val{}
	return nil
}

// rangeOf is range() of integers that are known.
func (e *eval) rangeOf(b bound) (Val, *stop) {
	bounds := [3]int64{0, 0, 1}
	for i, v := range b.pos {
		c, ok := e.known(v)
		n, err := strconv.ParseInt(c.V, 10, 32)
		if !ok || c.T != "int" || err != nil || i > 2 {
			return Val{}, refuse(reason.NotConstant, "a range that is only known at run time")
		}
		bounds[i] = n
	}
	switch {
	case len(b.kw) > 0 || len(b.pos) == 0 || bounds[2] == 0:
		return Val{}, refuse(reason.CallArgument, "arguments")
	case len(b.pos) == 1:
		bounds[0], bounds[1] = 0, bounds[0]
	}
	r := Val{Kind: Iterator, Name: "builtins.range", Obj: e.identity()}
	up := bounds[2] > 0
	for n := bounds[0]; n < bounds[1] == up && n != bounds[1]; n += bounds[2] {
		if len(r.Items) == maxRange {
			return Val{}, refuse(reason.NotConstant, fmt.Sprintf("a range of more than %d integers", maxRange))
		}
		r.Items = append(r.Items, intVal(n))
	}
	return r, nil
}

// known is a literal, without relying on what enters the region.
func (e *eval) known(v Val) (bytecode.Const, bool) {
	v, s := e.look(v)
	return v.Const, s == nil && v.Kind == Const
}

// anyOf is any(items) or all(items), which looks no further than it has to.
func (e *eval) anyOf(name string, b bound) (Val, *stop) {
	if len(b.pos) != 1 || len(b.kw) > 0 {
		return Val{}, refuse(reason.CallArgument, "arguments")
	}
	wanted := name == "builtins.any"
	result := boolVal(!wanted)
	look := func(v Val) (bool, *stop) {
		truth, s := e.truthNow(v)
		if s == nil && truth == wanted {
			result = boolVal(wanted)
		}
		return truth != wanted, s
	}
	v, s := e.look(b.pos[0])
	if s == nil && v.Kind == Iterator && v.Name == generator {
		return result, e.generate(v, look)
	}
	if e.oneAxisArray(v) {
		return e.callHost(hostObject{path: []string{"builtins", strings.TrimPrefix(name, "builtins.")}}, b, npy.Function{})
	}
	items, s := e.iterated(v)
	for more := true; s == nil && more && len(items) > 0; items = items[1:] {
		more, s = look(items[0])
	}
	return result, s
}

// oneAxisArray says that iteration over v gives the scalars of NumPy's in one array.
func (e *eval) oneAxisArray(v Val) bool {
	v, s := e.look(v)
	return s == nil && v.Kind == ArrayVal && e.heap[v.Obj].Type.Rank == 1
}

// truthNow is the truth of a value that is known or foreseen.
func (e *eval) truthNow(v Val) (bool, *stop) {
	v, s := e.look(v)
	if s != nil {
		return false, s
	}
	v = e.counting(v)
	truth, known := e.truth(v)
	if !known {
		truth, known = e.foreseen(v)
	}
	if !known {
		return false, refuse(reason.Branch, "a branch on a value that is only known at run time")
	}
	return truth, nil
}

// generator is the Name of an Iterator that a generator expression makes: Items are the
// function that was made for it and its arguments.
const generator = "generator"

// generate runs a generator, and hands each of its items on while that asks for more.
func (e *eval) generate(v Val, item func(Val) (bool, *stop)) *stop {
	if slices.Contains(e.consumed, v.Obj) {
		return refuse(reason.UnknownValue, "an iterator that was consumed before")
	}
	e.consumed = append(e.consumed, v.Obj)
	c := e.functions[v.Items[0].Num].callee
	if s := e.mayNest(c.of); s != nil {
		return s
	}
	locals, s := e.bind(c, bound{pos: v.Items[1:]})
	if s == nil {
		_, s = e.enter(&frame{callee: c, caller: e.inlined, callers: e.locals, item: item}, locals)
	}
	return s
}

// generated are all the items.
func (e *eval) generated(v Val) (items []Val, s *stop) {
	s = e.generate(v, func(item Val) (bool, *stop) {
		items = append(items, item)
		return true, nil
	})
	return items, s
}

// yield hands an item on, and goes on in the generator.
func (e *eval) yield() (int, *stop) {
	if e.inlined == nil || e.inlined.item == nil {
		return 0, refuse(reason.Generator, "generators and coroutines run in Python")
	}
	v := e.pop()
	more, s := e.inlined.item(v)
	if s != nil || !more {
		return returned, s
	}
	e.push(constVal(noneConst))
	return following, nil
}
