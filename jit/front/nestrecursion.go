package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about functions that call themselves, directly or through others. Their code is
// interpreted once, as that of other functions that are called; what a call of the function in it needs
// behind that call is put on a stack, and each return looks there for where to go on. No frames exist,
// so whatever fails in any of the calls leaves at the start of the statement that made the first one.

// Bounds of a recursion: words of a frame, calls that are under way, and frames that what is called
// in the last one may need beside it.
const (
	maxFrameWords = 64
	maxFrames     = 1 << 14
	spareFrames   = 2 * maxDepth
)

// recursive is what one interpretation tells the next of a function that calls itself.
type recursive struct {
	words  int   // of a frame, at the most
	depth  int   // Python's frames from one call to the next, at the most
	inside bool  // it does so inside of another one, too
	why    *stop // it is left to Python: something in it is not understood
}

// recursion is a function that calls itself, entered from outside.
type recursion struct {
	*recursive
	call     *nestCall // what every call of it is in
	frames   nval      // a list of them
	limit    nest.ID   // how many there may be
	began    int       // what has a higher number was made inside
	incoming map[int]bool
	exit     int
	sites    []*callSite
	returns  []*returnSite
}

// callSite is where the function calls itself.
type callSite struct {
	state nestState // behind the call, without its result
	saved []nest.ID // what a frame keeps
	next  int
}

// returnSite is where results of some types come to.
type returnSite struct {
	key   string
	block int
	state nestState // the result lies on its stack
	from  int       // the block that goes on in a caller
	frame nest.ID
	site  nest.ID
	ways  []int // the block of each call site
}

// recurs says that a call of a function would be one in itself.
func (n *nester) recurs(d *Desc) bool {
	for f := n.inlined; f != nil; f = f.caller {
		if f.of.ID == d.ID {
			return true
		}
	}
	return false
}

// mayRecur has all interpreted anew, with a stack for a function that calls itself.
func (n *nester) mayRecur(d *Desc) {
	r := n.recursive[d.ID]
	switch {
	case r == nil:
		n.recursive[d.ID], n.again = &recursive{words: 1, depth: 1}, true
	case !r.inside && n.recursionAround() != nil:
		r.inside, n.again = true, true
	}
}

// recursesFromHere says that a function is entered as one that calls itself. In another one that does
// it is one of those that this one calls itself through, unless it is known better.
func (n *nester) recursesFromHere(d *Desc) bool {
	r := n.recursive[d.ID]
	return r != nil && (r.inside || n.recursionAround() == nil)
}

// recursionOf is the recursion under way of a function, or nil.
func (n *nester) recursionOf(d *Desc) *recursion {
	for c := n.now.call; c != nil; c = c.caller.call {
		if c.rec != nil && c.frame.of.ID == d.ID {
			return c.rec
		}
	}
	return nil
}

// recursionAround is the innermost recursion under way, or nil.
func (n *nester) recursionAround() *recursion {
	for c := n.now.call; c != nil; c = c.caller.call {
		if c.rec != nil {
			return c.rec
		}
	}
	return nil
}

// enterRecursion enters a function that calls itself.
func (n *nester) enterRecursion(c *callee, next int, locals []nval) *stop {
	if why := n.recursive[c.of.ID].why; why != nil {
		return why
	}
	r := &recursion{recursive: n.recursive[c.of.ID], incoming: map[int]bool{}, exit: n.someExit()}
	if s := n.makeFrames(r); s != nil {
		return s
	}
	n.stmt.loops = true
	n.numbers++
	r.began = n.numbers
	n.now.kept = n.now.kept || n.journal()
	r.call = &nestCall{number: n.numbers, next: next, caller: n.now.clone(), rec: r,
		frame: &frame{callee: c, caller: n.inlined, callers: n.outermost()}}
	n.recursions = append(n.recursions, r)
	for slot, v := range locals {
		v, s := n.resolved(v)
		if s != nil {
			return s
		}
		locals[slot] = n.held(v) // a NumPy scalar is known again where it is the result
	}
	return n.enterOnce(r, locals)
}

// makeFrames makes room for as many frames as CPython would have calls.
func (n *nester) makeFrames(r *recursion) *stop {
	var s *stop
	form := listForm{types: []ir.Type{ir.PyIntType}}
	if r.frames, s = n.newList("frames", form, n.int(0), nil); s != nil {
		return s
	}
	n.holding = append(n.holding, r.frames)
	left, s := n.host(nest.Frames, kernel.I64, 0, []nest.ID{n.int(0)})
	if s != nil {
		return s
	}
	spare := n.scalar(kernel.Sub, kernel.I64, left, n.int(spareFrames))
	calls := n.add(nest.Inst{Op: nest.Quotient, Type: kernel.I64, Args: []nest.ID{spare, n.int(int64(r.depth))}})
	r.limit = n.scalar(kernel.Min, kernel.I64, calls, n.int(maxFrames))
	if s := n.guard(n.compare(kernel.Gt, r.limit, n.int(0))); s != nil {
		return s
	}
	_, s = n.host(nest.ListRoom, kernel.I64, 0, []nest.ID{r.frames.id, r.limit, n.int(int64(r.words))})
	return s
}

// enterOnce goes to the function's beginning.
func (n *nester) enterOnce(r *recursion, locals []nval) *stop {
	for _, v := range locals {
		v.objects(r.incoming)
	}
	n.now = nestState{locals: locals, poll: n.now.poll, call: r.call, stored: n.now.stored, kept: n.now.kept, attrs: n.now.attrs}
	n.inlined = r.call.frame
	n.entered = true
	return n.jumpTo(r.call.frame.code.Program.Insts[0].PC)
}

// objects adds which objects a value and its items are.
func (v nval) objects(all map[int]bool) {
	if who := v.object(); who > 0 {
		all[who] = true
	}
	for _, item := range v.items {
		item.objects(all)
	}
}

// callAgain calls the function in itself.
func (n *nester) callAgain(in *bytecode.Inst, r *recursion, args []nval) *stop {
	depth, s := n.callsSince(r)
	switch {
	case s != nil:
		return s
	case n.now.stored:
		return n.behindStore("a call behind a store in the same statement")
	}
	if s := n.computeHeld(); s != nil {
		return s
	}
	locals, s := n.bindCall(r.call.frame.callee, in.KwNames, args)
	if s != nil {
		return s
	}
	if s := n.round(); s != nil {
		return s
	}
	if s := n.save(r, in.End, depth); s != nil || n.entered {
		return s
	}
	return n.enterOnce(r, locals)
}

// callsSince counts the frames from one call of the function to the next.
func (n *nester) callsSince(r *recursion) (int, *stop) {
	depth := 1
	for c := n.now.call; c.rec != r; c = c.caller.call {
		if c.rec != nil || c.taker != nil {
			return 0, refuse(reason.CallDepth, c.frame.of.Name+" calls what calls it")
		}
		depth++
	}
	return depth, nil
}

// save puts on the stack what is needed behind the call.
func (n *nester) save(r *recursion, next, depth int) *stop {
	if s := n.settle(); s != nil {
		return s
	}
	state, s := n.general(next)
	if s != nil {
		return s
	}
	site := &callSite{state: state, next: next}
	if s := n.keepAll(r, site); s != nil {
		return s
	}
	words := 1 + len(site.saved)
	if words > maxFrameWords {
		return refuse(reason.TooLarge, "a function that calls itself and needs many values behind that")
	}
	if words > r.words || depth > r.depth {
		r.words, r.depth = max(words, r.words), max(depth, r.depth)
		n.again, n.entered = true, true
		return nil
	}
	count := n.lengthOf(r.frames)
	if s := n.guard(n.compare(kernel.Lt, count, r.limit)); s != nil {
		return s
	}
	n.flush()
	if n.now.stored {
		return n.behindStore("a call behind a store in the same statement")
	}
	n.putFrame(r, site, count)
	return n.comeBackTo(r, site)
}

// keepAll finds the numbers that a frame keeps: those of the function and of what it has called since.
func (n *nester) keepAll(r *recursion, site *callSite) *stop {
	state := &site.state
	for {
		for _, list := range [][]nval{state.locals, state.stack} {
			for _, v := range list {
				if s := n.mayKeep(r, v); s != nil {
					return s
				}
				n.keep(site, v)
			}
		}
		if state.call.rec == r {
			return nil
		}
		state = &state.call.caller
	}
}

// mayKeep refuses what lives in memory that nobody would know to be in use.
func (n *nester) mayKeep(r *recursion, v nval) *stop {
	inside := v.kind == nList && v.who > r.began || isListLiteral(v)
	if v.arr != nil {
		root := v.arr.root()
		inside = inside || !v.arr.computed() || root != nil && (root.who == 0 || root.who > r.began)
	}
	if inside || v.kind == nGenerator {
		return refuse(reason.CallDepth, "a function that calls itself holds what it has made")
	}
	for _, item := range v.items {
		if s := n.mayKeep(r, item); s != nil {
			return s
		}
	}
	return nil
}

func (n *nester) keep(site *callSite, v nval) {
	for _, id := range v.ids() {
		if !slices.Contains(site.saved, id) && !slices.Contains(n.f.Blocks[0].Body, id) {
			site.saved = append(site.saved, id)
		}
	}
}

// frameAt is the address of a frame.
func (n *nester) frameAt(r *recursion, number nest.ID) nest.ID {
	by := n.scalar(kernel.Mul, kernel.I64, number, n.int(8*int64(r.words)))
	return n.scalar(kernel.Add, kernel.I64, n.wordOf(r.frames, 0), by)
}

// wordAt is the address of a word of a frame.
func (n *nester) wordAt(frame nest.ID, word int) nest.ID {
	return n.scalar(kernel.Add, kernel.I64, frame, n.int(8*int64(word)))
}

func (n *nester) poke(at, id nest.ID) {
	n.f.Add(n.block, nest.Inst{Op: nest.Poke, Args: []nest.ID{at, id}})
}

func (n *nester) setCount(r *recursion, count nest.ID) {
	n.poke(n.scalar(kernel.Add, kernel.I64, r.frames.id, n.int(listCount)), count)
}

func (n *nester) putFrame(r *recursion, site *callSite, count nest.ID) {
	frame := n.frameAt(r, count)
	n.poke(frame, n.int(int64(len(r.sites))))
	for i, id := range site.saved {
		n.poke(n.wordAt(frame, 1+i), id)
	}
	n.setCount(r, n.scalar(kernel.Add, kernel.I64, count, n.int(1)))
}

// tellCalls has an exit of a region without loops of its own tell how many calls functions have made of
// themselves, or that the statement that does so begins anew.
func (n *nester) tellCalls(w way, x *nest.Exit, out *NestExit) {
	if len(n.recursions) == 0 || n.loops > 0 {
		return
	}
	if out.Told = sched.ToldCalls; w.result == nil && n.makesCalls(w) {
		out.Told = sched.ToldNothing
	}
	x.Values = append(x.Values, n.stands[w.state.poll])
	out.Left = x.At + len(x.Values)
}

// makesCalls says that an exit leads to the beginning of a statement with such a call.
func (n *nester) makesCalls(w way) bool {
	return slices.ContainsFunc(n.recursions, func(r *recursion) bool { return n.ways[r.exit].pc == w.pc })
}
