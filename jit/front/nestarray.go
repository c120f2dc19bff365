package front

import (
	"fmt"
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays in nests: views of arrays that the region gets, memory of
// the nest's own, and expressions that nobody has computed so far. An expression is
// computed as a whole where it is stored, assigned or summed: by one kernel, all in one
// go, as what fails leaves to the start of the statement in any case.

// narray is an array of a nest. It lies in memory, or it is the result of op, or of
// NumPy's loop, on args: numbers of the types in, and arrays.
type narray struct {
	typ  kernel.Type
	dims []nest.ID
	who  int // which object it is: that of no other array, and of no other local unless they share it

	addr    nest.ID // nest.None where it is not computed
	strides []nest.ID
	own     bool    // memory of the nest
	made    int     // the statement that has made it
	base    *narray // of which it is a part: an array that lies in that memory, or nil
	of      Val     // else: the array whose memory it is
	place   string
	turned  bool     // its axes are likely not in the order of memory
	box     *nest.ID // which it lies in, or nil: see nestboxes.go
	given   bool     // a call outside gave it: it is that object, which may be a view
	waits   bool     // a local has held it uncomputed
	seen    bool     // a kernel computes it, as a part of what it computes at least

	op   kernel.Op
	loop *kernel.LoopRef
	in   []kernel.Type
	args []nval
}

func arrayOf(a *narray) nval { return nval{kind: nArray, arr: a} }

func (a *narray) rank() int { return len(a.dims) }

func (a *narray) computed() bool { return a.addr != nest.None }

// where are the numbers that tell where it lies.
func (a *narray) where() []nest.ID {
	return append(append([]nest.ID{a.addr}, a.dims...), a.strides...)
}

// ids are these, and where what it is a part of does.
func (a *narray) ids() []nest.ID {
	all := a.where()
	if a.box != nil {
		all = append(all, *a.box)
	}
	if a.base != nil {
		all = append(all, a.base.ids()...)
	}
	return all
}

// root is the array of the nest's own that a view of this one is a part of, or nil.
func (a *narray) root() *narray {
	if a.base == nil && a.own {
		return a
	}
	return a.base
}

// with is the same array by other numbers.
func (a *narray) with(other func(nest.ID) nest.ID) *narray {
	b := *a
	b.addr, b.dims, b.strides, b.place = other(a.addr), nil, nil, ""
	for _, d := range a.dims {
		b.dims = append(b.dims, other(d))
	}
	for _, s := range a.strides {
		b.strides = append(b.strides, other(s))
	}
	if a.box != nil {
		box := other(*a.box)
		b.box = &box
	}
	if a.base != nil {
		b.base = a.base.with(other)
	}
	return &b
}

// isArray says that a value is an array with axes.
func (n *nester) isArray(v nval) bool {
	if v.kind == nKnown && v.val.Kind == ArrayVal {
		return n.heap[v.val.Obj].Type.Rank > 0
	}
	return v.kind == nArray
}

// arrayIn is the array of a value that is one.
func (n *nester) arrayIn(v nval) (*narray, *stop) {
	if v.kind == nArray {
		return v.arr, nil
	}
	number, s := n.array(v.val)
	if s != nil {
		return nil, s
	}
	a := &narray{typ: n.f.Args[number].Type, of: v.val, addr: n.once(nest.Base, number, 0)}
	for axis := range n.f.Args[number].Rank {
		a.dims = append(a.dims, n.dim(number, axis).id)
		a.strides = append(a.strides, n.once(nest.Stride, number, axis))
	}
	a.place = fmt.Sprint(a.where())
	return a, nil
}

// once is what an array's memory is like, read before the loop.
func (n *nester) once(op nest.Op, array, axis int) nest.ID {
	key := fmt.Sprintf("%v%d.%d", op, array, axis)
	id, ok := n.consts[key]
	if !ok {
		id = n.f.Add(0, nest.Inst{Op: op, Type: kernel.I64, Num: array, Axis: axis})
		n.consts[key] = id
	}
	return id
}

// memory is an array that lies somewhere.
func (n *nester) memory(v nval) (*narray, *stop) {
	a, s := n.arrayIn(v)
	if s != nil || a.computed() {
		return a, s
	}
	return a, n.laidOut(a)
}

// laidOut gives an expression memory, with its axes in the order that NumPy would give it.
func (n *nester) laidOut(a *narray) *stop {
	if s := n.mayLie(a); s != nil {
		return s
	}
	return n.compute(a)
}

// mayLie leaves unless NumPy would give an expression memory in C's order.
func (n *nester) mayLie(a *narray) *stop {
	if a.rank() > 1 {
		return n.inOrder(a)
	}
	return nil
}

// compute gives an expression memory of its own.
func (n *nester) compute(a *narray) *stop { return n.computeIn(a, n.room) }

func (n *nester) computeIn(a *narray, room func(*narray) *stop) *stop {
	if a.waits && n.isHeldNow(a) {
		if s := n.mayLie(a); s != nil {
			return s
		}
	}
	k, s := n.kernelOf(a)
	if s != nil {
		return s
	}
	if s := room(a); s != nil {
		return s
	}
	words := append(k.words, append([]nest.ID{a.addr}, a.strides...)...)
	_, s = n.host(nest.Sweep, kernel.I64, k.number, words)
	return s
}

// Bounds of the bytes of arrays: of all, and of what is computed outside of loops, where that is foreseen
// and where it turns out. A region of its own computes several results block by block.
const (
	maxBytes    = 1 << 40
	aroundLoops = 1 << 13
	leftBehind  = 1 << 21
)

// room finds memory for an array that is computed, apart from all that is in use.
func (n *nester) room(a *narray) *stop {
	if !n.aroundAllLoops() {
		return n.roomBy(nest.Room, a, maxBytes)
	}
	if bytes, known := n.foreseenLength(n.bytesOf(a)); known && bytes > aroundLoops {
		return refuse(reason.Cut, "large results are computed by a region of their own")
	}
	return n.roomBy(nest.Keep, a, leftBehind)
}

// newRoom finds memory that a function makes, and nothing computes.
func (n *nester) newRoom(a *narray) *stop {
	if !n.aroundAllLoops() {
		return n.roomBy(nest.Room, a, maxBytes)
	}
	return n.roomBy(nest.Keep, a, maxBytes)
}

// aroundAllLoops says that what the statement makes is made once.
func (n *nester) aroundAllLoops() bool {
	return n.stmt != nil && n.innermost(n.stmt.pc) < 0 && !n.stmt.loops
}

// bytesOf is how much memory an array needs.
func (n *nester) bytesOf(a *narray) nest.ID {
	bytes := n.int(int64(a.typ.Size()))
	for _, d := range a.dims {
		bytes = n.scalar(kernel.Mul, kernel.I64, bytes, d)
	}
	return bytes
}

func (n *nester) roomBy(function int, a *narray, limit int64) *stop {
	strides, bytes := n.stridesOf(a), n.int(int64(a.typ.Size()))
	if a.rank() > 0 {
		bytes = n.scalar(kernel.Mul, kernel.I64, strides[0], a.dims[0])
	}
	addr, s := n.host(function, kernel.I64, 0, append([]nest.ID{bytes, n.int(limit)}, arrayOf(a).living(n.living())...))
	if s != nil {
		return s
	}
	a.addr, a.strides, a.own, a.args = addr, strides, true, nil
	n.numbers++
	a.who = n.numbers
	if n.stmt != nil {
		a.made = n.stmt.number
	}
	n.holding = append(n.holding, arrayOf(a)) // until the instruction is done, whatever else it computes
	return nil
}

// host calls a function of the host.
func (n *nester) host(function int, t kernel.Type, axis int, words []nest.ID) (nest.ID, *stop) {
	switch function {
	case nest.Room, nest.Keep, nest.Zeros:
		axis = len(words) - 2
	case nest.ListNew:
		axis = len(words)
	}
	n.flush()
	x, s := n.leaving()
	if s != nil {
		return nest.None, s
	}
	return n.f.Add(n.block, nest.Inst{Op: nest.Host, Type: t, Num: function, Axis: axis, Args: words, Exit: x}), nil
}

// living is where memory lies that is still in use: what locals and the stack hold, here,
// in what called this and where the statement begins.
func (n *nester) living() []nest.ID {
	var all []nest.ID
	n.everywhere(func(v nval) { all = v.living(all) })
	return all
}

// everywhere goes through all values that are in use.
func (n *nester) everywhere(visit func(nval)) {
	n.everywhereNow(visit)
	if n.stmt != nil {
		n.stmt.state.each(visit)
	}
	for _, v := range n.holding {
		visit(v)
	}
}

// everywhereNow goes through what locals and the stack hold, here and in what called this.
func (n *nester) everywhereNow(visit func(nval)) {
	n.now.each(visit)
	for c := n.now.call; c != nil; c = c.caller.call {
		c.caller.each(visit)
		if c.rec != nil {
			visit(c.rec.frames)
		}
	}
}

func (s *nestState) each(visit func(nval)) {
	for _, list := range [][]nval{s.locals, s.stack, s.attrs} {
		for _, v := range list {
			visit(v)
		}
	}
}

// living adds the addresses of the nest's own memory that a value reads.
func (v nval) living(all []nest.ID) []nest.ID {
	if v.arr != nil {
		if root := v.arr.root(); v.arr.computed() && root != nil && !slices.Contains(all, root.addr) {
			all = append(all, root.addr)
		}
		for _, a := range v.arr.args {
			all = a.living(all)
		}
	}
	for _, item := range v.items {
		all = item.living(all)
	}
	return all
}

// attributeOfArray is what shows of an array without looking at its elements.
func (n *nester) attributeOfArray(a *narray, name string) *stop {
	shape := nval{kind: nTuple}
	for _, d := range a.dims {
		shape.items = append(shape.items, numberOf(ir.PyIntType, d))
	}
	switch name {
	case "shape":
		n.push(shape)
	case "ndim":
		n.push(knownVal(constVal(intConst(fmt.Sprint(a.rank())))))
	case "size":
		size := n.int(1)
		for _, d := range a.dims {
			size = n.scalar(kernel.Mul, kernel.I64, size, d)
		}
		n.push(numberOf(ir.PyIntType, size))
	case "T":
		n.push(arrayOf(n.transposed(a)))
	case "dtype":
		return n.pushType(a.typ)
	case "flat":
		flat, s := n.elementsOf("flat", arrayOf(a))
		if s != nil {
			return s
		}
		n.push(flat)
	default:
		part, s := n.partOfArray(a, name)
		if s != nil {
			return s
		}
		n.push(part)
	}
	return nil
}

// pushType pushes the dtype of an array.
func (n *nester) pushType(t kernel.Type) *stop {
	v, s := n.dtypeNamed(t)
	if s == nil {
		n.push(knownVal(v))
	}
	return s
}

// transposed is a view with the axes the other way round.
func (n *nester) transposed(a *narray) *narray {
	order := countTo(a.rank())
	slices.Reverse(order)
	return n.inAxes(a, order)
}

// signature tells arrays of other types, or of other memory, apart.
func (a *narray) signature() string {
	whose := "own"
	switch {
	case a.base != nil:
		whose = "part of " + a.base.signature()
	case !a.own:
		whose = fmt.Sprint(a.of.Obj)
	case a.box != nil:
		whose = "boxed"
	case a.given:
		whose = "given"
	}
	return fmt.Sprintf("array of %s %v[%d]", whose, a.typ, a.rank())
}

// assignable makes an array one that a local can hold: where Python goes on it becomes an
// object, in the order of axes that NumPy would give it.
func (n *nester) assignable(a *narray) *stop {
	if a.computed() {
		return nil
	}
	return n.laidOut(a)
}

// computeHeld computes what waits in locals and on the stack, and what was taken from it.
func (n *nester) computeHeld() *stop {
	if s := n.computeWaiting(); s != nil {
		return s
	}
	for _, v := range n.holding {
		if s := n.computed(v); s != nil {
			return s
		}
	}
	return n.computeAll(&n.now, nval{})
}

// rowAt is an item of an array: a view, or an element.
func (n *nester) rowAt(a *narray, at nest.ID) nval {
	addr := n.scalar(kernel.Add, kernel.I64, a.addr, n.scalar(kernel.Mul, kernel.I64, at, a.strides[0]))
	if a.rank() == 1 {
		return n.peek(a.typ, addr)
	}
	n.numbers++
	b := &narray{typ: a.typ, own: a.own, made: a.made, base: a.root(), of: a.of, addr: addr, dims: a.dims[1:], strides: a.strides[1:], who: n.numbers}
	b.place = fmt.Sprint(b.where())
	return arrayOf(b)
}

// loadOfArray is an attribute of an array, or one of its methods.
func (n *nester) loadOfArray(v nval, in *bytecode.Inst) *stop {
	if in.Method {
		return n.loadMethod(v, in)
	}
	a, s := n.arrayIn(v)
	if s == nil && (in.Name == "T" || in.Name == "real" || in.Name == "imag") {
		a, s = n.memory(v)
	}
	if s != nil {
		return s
	}
	s = n.attributeOfArray(a, in.Name)
	if s == nil || v.kind != nKnown {
		return s
	}
	if x, s := n.attributeOfKnown(v, in.Name); s == nil {
		n.push(x)
		return nil
	}
	return n.orAsRegion(s, in, v)
}

func (n *nester) loadMethod(v nval, in *bytecode.Inst) *stop {
	m, null := nval{kind: nMethod, name: in.Name, items: []nval{v}}, knownVal(Val{Kind: Null})
	if n.function().Program.NullFirst() {
		m, null = null, m
	}
	n.push(m)
	n.push(null)
	return nil
}

// method calls a method of an array or a list.
func (n *nester) method(in *bytecode.Inst, two, args []nval) *stop {
	m := two[0]
	if m.kind != nMethod {
		m = two[1]
	}
	if name, ok := searches[m.name]; ok && isList(m.items[0]) && len(args) == 1 && len(in.KwNames) == 0 {
		return n.search(in, name, m.items[0], args[0])
	}
	var v nval
	var s *stop
	if n.isArray(m.items[0]) {
		f, with := hostObject{path: []string{"numpy", "ndarray", m.name}}, append([]nval{m.items[0]}, args...)
		begun := n.attempt()
		if v, s = n.methodOf(m.items[0], m.name, argsOf(args, in.KwNames)); n.onlyLooked(begun, s) {
			v, s = n.orOutside(s, f, npy.FindMethod(m.name), with, in.KwNames)
		}
	} else if isRandom(m.items[0]) {
		v, s = n.drawBy(m, argsOf(args, in.KwNames))
	} else if isList(m.items[0]) {
		v, s = n.methodOf(m.items[0], m.name, argsOf(args, in.KwNames))
	} else if s = wrongArguments(); len(in.KwNames) == 0 {
		v, s = n.methodOfNumber(m, args)
	}
	if s == nil {
		n.push(v)
	}
	return s
}

func (n *nester) methodOf(of nval, name string, c nestArgs) (nval, *stop) {
	if isList(of) {
		return n.listMethod(of, name, c)
	}
	with := nestArgs{append([]nval{of}, c.pos...), c.named}
	if f := npy.FindMethod(name); reductionOf(f) {
		return n.reduceCall(f, with)
	} else if spreadOf(f) {
		return n.spreadCall(f, with)
	}
	switch {
	case name == "reshape":
		return n.reshapeMethod(of, c)
	case name == "transpose":
		return n.transposeMethod(of, c)
	case name == "swapaxes":
		return n.swapAxes(with)
	case name == "clip":
		return n.clipMethod(with)
	case name == "ravel":
		return n.ravel(with)
	case name == "astype":
		return n.converted(of, c)
	case name == "argmax" || name == "argmin" || name == "searchsorted":
		return nestNamed["numpy."+name](n, with)
	case len(c.named) > 0:
	case name == "dot" && len(c.pos) == 1:
		return n.product(nest.Dot, of, c.pos[0])
	case name == "copy" && len(c.pos) == 0:
		return n.copyOf(of)
	case name == "tolist" && len(c.pos) == 0:
		return n.toList(of)
	case (name == "conj" || name == "conjugate") && len(c.pos) == 0:
		return n.conjugate(of)
	}
	return nval{}, refuse(reason.UnknownCall, fmt.Sprintf("method %q in a loop", name))
}

func (n *nester) copyOf(v nval) (nval, *stop) {
	a, s := n.arrayIn(v)
	if s != nil {
		return nval{}, s
	}
	b := &narray{typ: a.typ, dims: a.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{a.typ}, args: []nval{arrayOf(a)}}
	return arrayOf(b), n.compute(b)
}
