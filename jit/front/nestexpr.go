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

// maxNestParams bounds a kernel's parameters: SLIP_NEST_PARAMS of pyext/native/nest.h.
const maxNestParams = 32

// elementwise applies a ufunc of NumPy's to operands, arrays among them.
func (n *nester) elementwise(name string, args []nval) (nval, *stop) {
	return n.elementwiseBy(nil, name, args)
}

// elementwiseBy is told the object where NumPy does not publish it.
func (n *nester) elementwiseBy(own *Desc, name string, args []nval) (nval, *stop) {
	ops, shapes := make([]operand, len(args)), [][]nest.ID{}
	out := &narray{addr: nest.None, args: make([]nval, len(args))}
	for i, v := range args {
		if n.isArray(v) {
			a, s := n.arrayIn(v)
			if s != nil {
				return nval{}, s
			}
			out.args[i], ops[i] = arrayOf(a), operand{typ: ir.ArrayOf(a.typ, a.rank()), array: true}
			shapes = append(shapes, a.dims)
			continue
		}
		x, s := n.scalarOf(v)
		if s != nil {
			return nval{}, s
		}
		out.args[i], ops[i] = x, operand{typ: x.typ}
	}
	sig, loop, s := n.resolve(name, own, ops)
	if s != nil {
		return nval{}, s
	}
	if out.dims, s = n.fit(shapes...); s == nil {
		s = n.computedAtAll(out.args, out.dims)
	}
	if s != nil {
		return nval{}, s
	}
	if s := n.chooseOp(out, own, name, sig, loop); s != nil {
		return nval{}, s
	}
	for i, v := range out.args {
		if v.kind == nArray {
			continue
		}
		if out.args[i], s = n.scalarAs(v, out.in[i]); s != nil {
			return nval{}, s
		}
	}
	return n.expression(out), n.mayMultiply(out)
}

// chooseOp finds the kernel operation of a ufunc, or NumPy's own loop.
func (n *nester) chooseOp(out *narray, own *Desc, name string, sig []kernel.Type, loop bool) *stop {
	for _, t := range sig {
		if !computable(t) {
			return refuse(reason.UfuncTypes, name+" of these types in a loop")
		}
	}
	row, last := npy.FindUfunc(name), len(sig)-1
	in := sig[0]
	if row.Form == npy.InResult {
		in = sig[last]
	}
	op := row.Native(in)
	out.typ, out.op = sig[last], op
	switch {
	case row.Form == npy.IntRefused && !n.oneExponent(out.args[1], sig):
		return refuse(reason.Power, "a power of arrays in a loop")
	case row.Form == npy.Same:
		out.op = kernel.Cast
	case op != npy.NoOp && (row.Form == npy.Plain || row.Form == npy.InResult) && uniform(sig[:last]):
	case op != npy.NoOp && row.Form == npy.Doubled:
		out.args = []nval{out.args[0], out.args[0]}
	case op != npy.NoOp && row.Form == npy.OneFirst:
		out.args = []nval{numberOf(ir.PyIntType, n.int(1)), out.args[0]}
	case !loop:
		return refuse(reason.UfuncTypes, fmt.Sprintf("%s has no plain loop for %v", name, sig))
	default:
		out.loop, out.in = &kernel.LoopRef{Ufunc: name, Sig: sig}, sig[:last]
		return n.useLoop(own, name)
	}
	for range out.args {
		out.in = append(out.in, in)
	}
	return nil
}

// useLoop notes the ufunc whose loop a kernel calls.
func (n *nester) useLoop(own *Desc, name string) *stop {
	if _, ok := n.ufuncs[name]; ok {
		return nil
	}
	v := &ir.Value{}
	if s := n.loopObject(v, name, own); s != nil {
		return s
	}
	n.ufuncs[name] = v.Num
	return nil
}

// nestKernel is a kernel of the nest's, and the words that it is called with, but for
// those of its result.
type nestKernel struct {
	number int
	words  []nest.ID
}

// kernelOf makes the kernel of an array: of an expression, or one that copies.
func (n *nester) kernelOf(a *narray) (nestKernel, *stop) {
	return n.kernelBy(&kernelMaker{dims: a.dims, byRows: true, whole: true}, arrayOf(a), a.typ)
}

// kernelAs has a kernel compute a value, converted, for each place of a shape, one row after the other.
func (n *nester) kernelAs(v nval, t kernel.Type, dims []nest.ID) (nestKernel, *stop) {
	return n.kernelBy(&kernelMaker{dims: dims, byRows: true}, v, t)
}

func (n *nester) kernelBy(m *kernelMaker, v nval, t kernel.Type) (nestKernel, *stop) {
	if s := n.computeShared(v, m.dims, m.whole); s != nil {
		return nestKernel{}, s
	}
	m.begin(n)
	m.store(m.cast(m.value(v), t), t)
	return m.end()
}

func (m *kernelMaker) begin(n *nester) {
	m.n, m.k, m.made, m.of = n, &kernel.Kernel{}, map[string]kernel.ID{}, map[*narray]kernel.ID{}
}

// store has the kernel store a value: where, the last words tell.
func (m *kernelMaker) store(id kernel.ID, t kernel.Type) {
	m.k.Params = append(m.k.Params, kernel.Param{Kind: kernel.Out, Type: t})
	m.k.Stores = append(m.k.Stores, kernel.Store{Param: len(m.k.Params) - 1, Value: id})
}

func (m *kernelMaker) end() (nestKernel, *stop) {
	n := m.n
	if len(m.k.Params) > maxNestParams {
		return nestKernel{}, refuse(reason.TooLarge, "an expression of many arrays in a loop")
	}
	if err := m.k.Check(); err != nil {
		return nestKernel{}, refuse(reason.UfuncTypes, err.Error())
	}
	key := m.k.Key()
	number := slices.IndexFunc(n.kernels, func(k *kernel.Kernel) bool { return k.Key() == key })
	if number < 0 {
		number = len(n.kernels)
		n.kernels = append(n.kernels, m.k)
	}
	words := append([]nest.ID{n.int(int64(nest.RankWord(len(m.dims), m.repeated)))}, m.dims...)
	return nestKernel{number, append(words, m.words...)}, nil
}

// kernelMaker builds a kernel of an expression.
type kernelMaker struct {
	n     *nester
	k     *kernel.Kernel
	dims  []nest.ID
	words []nest.ID
	made  map[string]kernel.ID
	of    map[*narray]kernel.ID // expressions
	// byRows: what does not move along the last axis is a number of each row.
	byRows   bool
	whole    bool   // the expression itself gets memory
	repeated uint64 // parameters that are such numbers
}

func (m *kernelMaker) add(in kernel.Inst) kernel.ID {
	key := fmt.Sprint(in)
	id, ok := m.made[key]
	if !ok {
		id = kernel.ID(len(m.k.Body))
		m.k.Body = append(m.k.Body, in)
		m.made[key] = id
	}
	return id
}

func (m *kernelMaker) cast(id kernel.ID, t kernel.Type) kernel.ID {
	if m.k.Body[id].Type == t {
		return id
	}
	return m.add(kernel.Inst{Op: kernel.Cast, Type: t, Args: []kernel.ID{id}})
}

func (m *kernelMaker) value(v nval) kernel.ID {
	switch {
	case v.kind == nNumber, v.kind == nComplex:
		return m.scalar(v)
	case v.arr.computed():
		return m.array(v.arr)
	}
	a := v.arr
	if id, ok := m.of[a]; ok {
		return id
	}
	a.seen = true
	m.of[a] = m.operation(a)
	return m.of[a]
}

// operation is that of an expression.
func (m *kernelMaker) operation(a *narray) kernel.ID {
	in := kernel.Inst{Op: a.op, Type: a.typ}
	for i, arg := range a.args {
		in.Args = append(in.Args, m.cast(m.value(arg), a.in[i]))
	}
	if a.op == kernel.Cast {
		return m.cast(in.Args[0], a.typ)
	}
	if a.loop != nil {
		in.Op = kernel.Loop
		text := a.loop.String()
		in.Loop = slices.IndexFunc(m.k.Loops, func(l kernel.LoopRef) bool { return l.String() == text })
		if in.Loop < 0 {
			in.Loop = len(m.k.Loops)
			m.k.Loops = append(m.k.Loops, *a.loop)
		}
	}
	return m.add(in)
}

// scalar is a number: a parameter, unless it is a constant.
func (m *kernelMaker) scalar(v nval) kernel.ID {
	if v.kind == nComplex {
		return m.param(kernel.Param{Kind: kernel.Scalar, Type: v.typ.DType}, v.ids())
	}
	if in := &m.n.f.Insts[v.id]; in.Op == nest.Const {
		return m.add(kernel.Inst{Op: kernel.Const, Type: in.Type, Bits: in.Bits})
	}
	return m.param(kernel.Param{Kind: kernel.Scalar, Type: v.typ.DType}, []nest.ID{v.id})
}

// array is the element of an array, which axes of length one repeat.
func (m *kernelMaker) array(a *narray) kernel.ID {
	words, missing := []nest.ID{a.addr}, len(m.dims)-a.rank()
	for axis := range m.dims {
		at := axis - missing
		if at < 0 || m.n.isOne(a.dims[at]) && !m.n.isOne(m.dims[axis]) {
			words = append(words, m.n.int(0))
			continue
		}
		words = append(words, m.n.strideIn(a, at, m.dims[axis]))
	}
	if last := words[len(words)-1]; m.byRows && len(m.dims) > 0 && m.n.isZero(last) && !a.typ.IsComplex() {
		id := m.param(kernel.Param{Kind: kernel.Scalar, Type: a.typ}, words)
		m.repeated |= 1 << m.k.Body[id].Param
		return id
	}
	return m.param(kernel.Param{Kind: kernel.In, Type: a.typ}, words)
}

func (m *kernelMaker) param(p kernel.Param, words []nest.ID) kernel.ID {
	key := fmt.Sprint("param", p, words)
	id, ok := m.made[key]
	if !ok {
		m.k.Params = append(m.k.Params, p)
		m.words = append(m.words, words...)
		id = m.add(kernel.Inst{Op: kernel.Load, Type: p.Type, Param: len(m.k.Params) - 1})
		m.made[key] = id
	}
	return id
}

// arrayOp is an operator of which one operand at least is an array.
func (n *nester) arrayOp(text string, a, b nval) (nval, *stop) {
	if text == "@" {
		return n.matmul(a, b)
	}
	name, ok := npy.BinaryOperator(text)
	if !ok {
		return nval{}, refuse(reason.ScalarOperator, "operator "+text+" of arrays in a loop")
	}
	if text == "**" {
		return n.arrayPower(a, b)
	}
	v, s := n.elementwise(name, []nval{a, b})
	if s == nil {
		s = n.mayElide(text, b, v)
	}
	return v, s
}

// arrayPower follows ndarray's short cuts for literal exponents.
func (n *nester) arrayPower(a, b nval) (nval, *stop) {
	if !n.isArray(a) || n.isArray(b) {
		return nval{}, refuse(reason.Power, "a power of arrays in a loop")
	}
	x, s := n.arrayIn(a)
	if s != nil {
		return nval{}, s
	}
	y, s := n.scalarOf(b)
	if s != nil {
		return nval{}, s
	}
	name, s := n.powerOf(x.typ, y.typ, b)
	switch {
	case s != nil:
		return nval{}, s
	case name == "power":
		return n.elementwise(name, []nval{a, b})
	}
	return n.elementwise(name, []nval{a})
}

// powerOf is the ufunc that ndarray takes for a power, of one operand unless it is power itself.
func (n *nester) powerOf(of kernel.Type, by ir.Type, exponent nval) (string, *stop) {
	if !pythonNumber(by) && of != kernel.Bool {
		return "power", nil
	}
	c, known := bytecode.Const{}, false
	if exponent.kind == nKnown {
		c, known = n.eval.constant(exponent.val)
	}
	switch {
	case !known || of == kernel.Bool:
		return "", refuse(reason.Power, "a power of arrays in a loop")
	case !of.IsFloat() && c.T == "int" && c.V == "2":
		return "square", nil
	case !of.IsFloat():
		return "power", nil
	}
	answer, err := n.asker.Ask(Question{Ask: "power", ID: -1, In: []string{of.String()}, Args: []CallArg{{Const: &c}}})
	if err != nil || answer.Error != "" {
		return "", refuse(reason.Power, "a power of arrays in a loop")
	}
	return answer.Where, nil
}

// oneExponent says that NumPy's loop for powers gets an exponent as the same number for all elements:
// a float, a complex one, or an integer that is known not to be negative.
func (n *nester) oneExponent(v nval, sig []kernel.Type) bool {
	switch {
	case v.kind != nNumber && v.kind != nComplex:
		return false
	case !sig[0].Exact():
		return oneExponent(v.typ, sig[1])
	case v.kind == nComplex:
		return false
	}
	in := &n.f.Insts[v.id]
	return sig[0].IsInt() && sig[1].IsInt() && (sig[1].Unsigned() || in.Op == nest.Const && in.Type == kernel.I64 && int64(in.Bits) >= 0)
}

// storeArray stores a number or an array into an array.
func (n *nester) storeArray(target *narray, v nval) *stop {
	if n.isArray(v) {
		x, s := n.arrayIn(v)
		if s != nil {
			return s
		}
		if x.computed() && x.place != "" && x.place == target.place {
			return n.mayStore(target) // an update in place puts its target there once more
		}
		v = arrayOf(x)
	}
	if s := n.mayStore(target); s != nil {
		return s
	}
	v, s := n.storable(v, target)
	if s != nil {
		return s
	}
	if v.kind == nArray && slices.ContainsFunc(n.now.stack, func(x nval) bool { return x.arr == v.arr }) {
		if s := n.computed(v); s != nil { // it is stored once more
			return s
		}
	}
	if s := n.gainsInPlace(v, target); s != nil {
		return s
	}
	k, s := n.kernelAs(v, target.typ, target.dims)
	if s != nil {
		return s
	}
	if s := n.settle(); s != nil {
		return s
	}
	if s := n.computeOthers(v); s != nil {
		return s
	}
	words := append(append(k.words, target.addr), target.strides...)
	write := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.Write, Axis: k.number, Args: words}
	return n.delay(delayed{in: write, fails: v.kind == nArray && !(v.arr.own && v.arr.typ == target.typ), fresh: n.isFresh(target.made)})
}

// largeUpdate is the size, in bytes, of arrays of which it costs more to keep what is stored over than
// NumPy's operation takes in all.
const largeUpdate = 1 << 16

// gainsInPlace leaves large arrays to NumPy where one operation changes them in place: what it reports
// shows at its end, and the array has to be kept until then. Other large stores outside of loops are left
// to regions of their own.
func (n *nester) gainsInPlace(v nval, target *narray) *stop {
	bytes, known := n.foreseenLength(n.bytesOf(target))
	switch {
	case !known || v.kind != nArray:
	case bytes > largeUpdate && v.arr.changesInPlace(target):
		return refuse(reason.NoGain, "a large array is changed in place by one operation")
	case n.aroundAllLoops() && bytes > aroundLoops && !v.arr.changesInPlace(target):
		return refuse(reason.Cut, "large results are computed by a region of their own")
	}
	return nil
}

// changesInPlace says that an expression is one operation of floats on what it is stored into.
func (a *narray) changesInPlace(target *narray) bool {
	if a.computed() || !a.typ.IsFloat() {
		return false
	}
	reads := false
	for _, v := range a.args {
		if v.kind == nArray && !v.arr.computed() {
			return false
		}
		reads = reads || v.kind == nArray && v.arr.place != "" && v.arr.place == target.place
	}
	return reads
}

// mayStore says whose memory is written.
func (n *nester) mayStore(target *narray) *stop {
	if target.isBoxed() {
		return refuse(reason.StoreTarget, "a store into an array that a list has in a loop")
	}
	if target.own {
		return n.firm(target)
	}
	n.mayStoreOutside()
	o := n.heap[target.of.Obj]
	if !o.User || o.Input < 0 || o.Fixed {
		return refuse(reason.StoreTarget, "a store into an array that is not the caller's")
	}
	n.inputs[o.Input].Writable = true
	return nil
}

// storable is a value that NumPy stores into an array without a word.
func (n *nester) storable(v nval, target *narray) (nval, *stop) {
	if v.kind != nArray {
		ids, s := n.elementWords(v, target.typ)
		return scalarOfWords(target.typ, ids), s
	}
	a := v.arr
	if a.rank() > target.rank() {
		return v, refuse(reason.StoreType, "an array of more axes is stored in a loop")
	}
	shape, s := n.fit(target.dims, a.dims)
	if s == nil {
		s = n.computedAtAll([]nval{v}, target.dims)
	}
	if s != nil {
		return v, s
	}
	for axis, d := range shape {
		if d != target.dims[axis] && (n.isOne(target.dims[axis]) || n.mayRepeat(target.dims[axis])) {
			return v, n.guard(n.compare(kernel.Eq, d, target.dims[axis]))
		}
	}
	if a.typ != target.typ && !(a.typ.Exact() || a.typ.IsFloat() && target.typ.IsFloat() || target.typ.IsComplex()) || target.typ == kernel.Bool && a.typ != kernel.Bool {
		return v, refuse(reason.StoreType, fmt.Sprintf("%v stored as %v in a loop", a.typ, target.typ))
	}
	return v, nil
}

// computeOthers computes what else waits, before what it reads is stored into.
func (n *nester) computeOthers(but nval) *stop {
	for c := n.now.call; c != nil; c = c.caller.call {
		if s := n.computeAll(&c.caller, but); s != nil {
			return s
		}
	}
	return n.computeAll(&n.now, but)
}

func (n *nester) computeAll(state *nestState, but nval) *stop {
	for _, v := range state.stack {
		if v.kind == nTuple || v.kind == nArray && v.arr != but.arr {
			if s := n.computed(v); s != nil {
				return s
			}
		}
	}
	return nil
}

// computed gives an expression memory, and those in a tuple.
func (n *nester) computed(v nval) *stop {
	if v.kind == nTuple {
		for _, item := range v.items {
			if s := n.computed(item); s != nil {
				return s
			}
		}
		return nil
	}
	if v.kind != nArray || v.arr.computed() {
		return nil
	}
	return n.laidOut(v.arr)
}

// updateArray is an operator that changes an array in place.
func (n *nester) updateArrayIn(text string, target, v nval) (nval, *stop) {
	a, s := n.memory(target)
	if s != nil {
		return nval{}, s
	}
	if s := n.mayMultiplyInPlace(text, a, v); s != nil {
		return nval{}, s
	}
	result, s := n.arrayOp(text, arrayOf(a), v)
	if s != nil {
		return nval{}, s
	}
	if result.kind != nArray || !sameKind(result.arr.typ, a.typ) || result.arr.rank() != a.rank() {
		return nval{}, refuse(reason.StoreType, text+"= of another type or shape in a loop")
	}
	if s := n.storeArray(a, result); s != nil {
		return nval{}, s
	}
	if target.kind == nKnown {
		return target, nil
	}
	return arrayOf(a), nil
}
