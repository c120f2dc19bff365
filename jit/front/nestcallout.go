package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about calls of NumPy's own functions in the middle of a nest. What is called, with
// what, and what comes of it are told in words (pyext/native/nestcallout.c). Which type the result has
// is found by the same trial as for calls in regions; how long it is, is read when it is there. Where
// the call raises or reports, or gives something else, the nest is left and Python does the statement.

// What the words of a value begin with: the form, the type above its lowest eight bits, and
// the number of axes, items, or of the object, above sixteen.
const (
	formNothing = iota
	formArray
	formNumber
	formObject
	formTuple
	formList
	formSlice
	formAddress // of an object that the nest was given
)

// Bounds of a call: arguments and arrays among them, words of what comes of it (pyext/native/nest.h).
const (
	maxCallArguments = 12
	maxCallArrays    = 16
	maxAnswerWords   = 96
)

var sequenceForms = map[ValKind]int{Tup: formTuple, List: formList, SliceVal: formSlice}

// callOut is a call in the making. The region's interpretation, which knows the rules of
// functions, gets values that stand for the nest's: of numbers for their place in numbers.
type callOut struct {
	*nester
	arrays map[int]*narray // by the object that stands for one
	nums   []nval
	words  []nest.ID
	count  int // of arrays
}

// firstStandIn is the number of the first value that stands for a number.
const firstStandIn = 1 << 24

// attempt is where the nest stood when it began to compute a call by itself.
type attempt struct{ block, stores int }

func (n *nester) attempt() attempt { return attempt{n.block, len(n.delayed)} }

// onlyLooked says that a call which the nest does not know with such arguments can be done in another
// way: what was written down for it only computes and looks.
func (n *nester) onlyLooked(begun attempt, s *stop) bool {
	return s != nil && !n.entered && begun == n.attempt()
}

// orOutside has NumPy's own function called, or tells why the nest does not do it.
func (n *nester) orOutside(why *stop, o hostObject, f npy.Function, args []nval, names []string) (nval, *stop) {
	outside := (*nester).outside
	if f.Treat == npy.Writes {
		outside = (*nester).writes
	}
	if v, s := outside(n, o, f, args, names); s == nil {
		return v, nil
	}
	return nval{}, why
}

// outside calls a function or method, with the names of the last arguments.
func (n *nester) outside(o hostObject, f npy.Function, args []nval, names []string) (nval, *stop) {
	switch {
	case f.Treat == npy.Where && len(args) == 1: // gives places
		f = npy.Function{Treat: npy.Pure, Fresh: true, Quiet: true}
	case f.Treat == npy.Clip:
		f = npy.Function{Treat: npy.Pure, Fresh: true}
	}
	if answered[f.Treat] || f.Itself > 0 {
		if v, s := n.answer(o, f, args, names); s == nil || f.Treat != npy.Pure {
			return v, s
		}
	}
	numbers := f.Treat == npy.PureOfNumbers && !slices.ContainsFunc(args, n.isArray)
	if f.Treat != npy.Pure && !numbers || len(args) > maxCallArguments {
		return nval{}, refuse(reason.UnknownCall, o.name()+" in a loop")
	}
	c := &callOut{nester: n, arrays: map[int]*narray{}}
	vals := make([]Val, len(args))
	for i, a := range args {
		var s *stop
		if vals[i], s = c.standIn(a); s != nil {
			return nval{}, s
		}
	}
	at := len(args) - len(names)
	return c.invoke(o, f, bound{pos: vals[:at], kw: names, val: vals[at:]})
}

// standIn is a value that the region's interpretation can look at.
func (c *callOut) standIn(v nval) (Val, *stop) {
	if v.kind == nKnown {
		known, s := c.look(v.val)
		if s != nil {
			return Val{}, s
		}
		v = tupleOf(known)
	}
	switch {
	case c.isArray(v):
		return c.standInArray(v)
	case v.numeric() && (v.kind != nKnown || v.val.Kind != Const), v.isComplex() && v.kind == nComplex:
		x, s := c.scalarOf(v)
		c.nums = append(c.nums, x)
		return Val{Kind: Runtime, Type: x.typ, ID: ir.ID(firstStandIn + len(c.nums) - 1)}, s
	case v.kind == nKnown && (v.val.Kind == Const || v.val.Kind == Host):
		return v.val, nil
	case v.kind == nTuple:
		return c.standInItems(v, map[bool]ValKind{false: Tup, true: List}[isListLiteral(v)])
	case v.kind == nSlice:
		return c.standInItems(v, SliceVal)
	}
	return Val{}, refuse(reason.CallArgument, "an argument that cannot be handed over in a loop")
}

func (c *callOut) standInArray(v nval) (Val, *stop) {
	a, s := c.memory(v)
	if c.count++; s == nil && c.count > maxCallArrays {
		s = refuse(reason.CallArgument, "many arrays in a call in a loop")
	}
	if s != nil {
		return Val{}, s
	}
	c.holding = append(c.holding, arrayOf(a))
	t := ir.ArrayOf(a.typ, a.rank())
	c.heap = append(c.heap, object{Type: t, ID: c.add0(ir.Value{Op: ir.Param, Type: t}), Input: -1})
	c.arrays[len(c.heap)-1] = a
	return Val{Kind: ArrayVal, Obj: len(c.heap) - 1}, nil
}

func (c *callOut) standInItems(v nval, kind ValKind) (Val, *stop) {
	return valOf(v.items, kind, c.standIn)
}

// valOf is a value of the region with what stands for each item.
func valOf(items []nval, kind ValKind, stand func(nval) (Val, *stop)) (Val, *stop) {
	out := Val{Kind: kind}
	for _, item := range items {
		x, s := stand(item)
		if s != nil {
			return out, s
		}
		out.Items = append(out.Items, x)
	}
	return out, nil
}

// invoke asks what comes of the call, and makes it.
func (c *callOut) invoke(o hostObject, f npy.Function, b bound) (nval, *stop) {
	if own, ok := c.ownCall(o, f, b); ok {
		o, b, f.Quiet = hostObject{path: []string{"slipstream._native", f.Own}}, own, !f.HandsOn()
		f.NoBool = false // it takes no array of them
	}
	callee, s := c.find(o)
	if s != nil {
		return nval{}, s
	}
	if b, s = withoutEffects(b, f); s != nil {
		return nval{}, s
	}
	quiet, s := c.quiet(f, b)
	if s != nil {
		return nval{}, s
	}
	d, s := c.foreseen(callee, f, b)
	if s != nil {
		return nval{}, s
	}
	if s := c.head(callee, b, quiet); s != nil {
		return nval{}, s
	}
	return c.perform(d)
}

// foreseen is what a trial of the call gives.
func (c *callOut) foreseen(callee *Desc, f npy.Function, b bound) (*Desc, *stop) {
	h := hostCall{eval: c.eval, q: Question{Ask: "call", ID: callee.ID, Kw: b.kw}, zero: f.Index}
	for _, a := range slices.Concat(b.pos, b.val) {
		x, s := h.trial(a)
		if s != nil {
			return nil, s
		}
		h.q.Args = append(h.q.Args, x)
	}
	if h.bool && f.NoBool {
		return nil, refuse(reason.DType, "bools that are taken for numbers")
	}
	a, err := c.asker.Ask(h.q)
	if err != nil || a.Desc == nil {
		return nil, refuse(reason.UnknownCall, callee.Name+" raises: "+a.Error)
	}
	if a.Where == "shared" {
		return nil, refuse(reason.UnknownCall, callee.Name+" in a loop: it gives a view")
	}
	return a.Desc, nil
}

// headWords is the number of words before the arguments.
const headWords = 5

// head are the words up to the last argument.
func (c *callOut) head(callee *Desc, b bound, quiet bool) *stop {
	names, silent := int64(-1), int64(0)
	if len(b.kw) > 0 {
		names = int64(c.eval.host(HostSpec{KwNames: b.kw}))
	}
	if quiet {
		silent = 1
	}
	args := slices.Concat(b.pos, b.val)
	for _, word := range []int64{int64(c.hostObject(callee.ID)), names, silent, int64(len(args)), 0} {
		c.words = append(c.words, c.int(word))
	}
	for _, a := range args {
		if s := c.argument(a); s != nil {
			return s
		}
	}
	return nil
}

func (c *callOut) form(form int, kind, number int) {
	c.words = append(c.words, c.int(int64(form|kind<<8|number<<16)))
}

func (c *callOut) argument(v Val) *stop {
	switch v.Kind {
	case ArrayVal:
		a := c.arrays[v.Obj]
		c.form(formArray, int(a.typ), a.rank())
		c.words = append(c.words, a.where()...)
	case Runtime:
		x := c.nums[v.ID-firstStandIn]
		c.form(formNumber, itemCode(x.typ), 0)
		c.words = append(c.words, x.ids()...)
	case Const:
		c.form(formObject, 0, c.hostConst(v.Const))
	case Host:
		c.form(formObject, 0, c.hostObject(v.Desc.ID))
	case Object:
		c.form(formAddress, 0, 0)
		c.words = append(c.words, c.objectAddress(v))
	default:
		form, ok := sequenceForms[v.Kind]
		if !ok {
			return refuse(reason.CallArgument, "an argument that cannot be handed over in a loop")
		}
		c.form(form, 0, len(v.Items))
		for _, item := range v.Items {
			if s := c.argument(item); s != nil {
				return s
			}
		}
	}
	return nil
}

// result is what a call is to give: a value whose words are read when it is there.
type result struct {
	kind  nkind // nArray, nNumber or nTuple
	typ   ir.Type
	rank  int
	items []result
}

// resultOf is what a trial has told, if a nest knows such values.
func resultOf(d *Desc) (result, *stop) {
	t, known := kernel.ParseType(d.DType)
	switch {
	case d.Kind == KindConst && numeric(d.Const.T):
		return result{kind: nNumber, typ: numberTypes[d.Const.T]}, nil
	case d.Kind == KindTuple && d.Name != listResult && len(d.Items) > 0 && len(d.Fields) == 0:
		r := result{kind: nTuple}
		for _, item := range d.Items {
			x, s := resultOf(item)
			if s != nil {
				return r, s
			}
			r.items = append(r.items, x)
		}
		return r, nil
	case d.Kind == KindNpScalar && known && computable(t):
		return result{kind: nNumber, typ: ir.ScalarOf(t)}, nil
	case d.Kind == KindArray && known && computable(t) && len(d.Dims) > 0 && len(d.Dims) <= sched.MaxRank:
		return result{kind: nArray, typ: ir.ArrayOf(t, len(d.Dims)), rank: len(d.Dims)}, nil
	}
	return result{}, refuse(reason.DType, "a result of a type that loops do not know")
}

// expect adds the words that say what is to come.
func (c *callOut) expect(r result) (words int) {
	switch r.kind {
	case nArray:
		c.form(formArray, int(r.typ.DType), r.rank)
		return 1 + 2*r.rank
	case nNumber:
		c.form(formNumber, itemCode(r.typ), 0)
		return 2
	}
	c.form(formTuple, 0, len(r.items))
	for _, item := range r.items {
		words += c.expect(item)
	}
	return words
}

// perform calls, and reads what comes of it.
func (c *callOut) perform(d *Desc) (nval, *stop) {
	r, s := resultOf(d)
	if s != nil {
		return nval{}, s
	}
	return c.performFor(r)
}

// performFor calls what gives a result of a kind that is known.
func (c *callOut) performFor(r result) (nval, *stop) {
	if c.expect(r) > maxAnswerWords {
		return nval{}, refuse(reason.TooLarge, "many results of a call in a loop")
	}
	at, s := c.host(nest.CallOut, kernel.I64, 0, c.withLiving())
	if s != nil {
		return nval{}, s
	}
	return c.read(r, &at), nil
}

// withLiving are all words: behind the others the addresses of memory that is in use.
func (c *callOut) withLiving() []nest.ID {
	living := c.living()
	words := append(slices.Clone(c.words), c.int(int64(len(living))))
	words[headWords-1] = c.int(int64(len(words)))
	return append(words, living...)
}

// read reads a value, and moves the address behind it.
func (c *callOut) read(r result, at *nest.ID) nval {
	next := func(t kernel.Type) nest.ID {
		id := c.add(nest.Inst{Op: nest.Peek, Type: t, Args: []nest.ID{*at}})
		*at = c.scalar(kernel.Add, kernel.I64, *at, c.int(8))
		return id
	}
	switch {
	case r.kind == nTuple:
		v := nval{kind: nTuple}
		for _, item := range r.items {
			v.items = append(v.items, c.read(item, at))
		}
		return v
	case r.kind == nArray:
		return c.readArray(r, func() nest.ID { return next(kernel.I64) })
	case r.typ.DType.IsComplex():
		return c.readComplex(r.typ, at)
	}
	x := numberOf(r.typ, next(r.typ.DType))
	next(kernel.I64)
	return x
}

// readComplex reads both parts, which take two words.
func (c *callOut) readComplex(t ir.Type, at *nest.ID) nval {
	x := c.peek(t.DType, *at)
	x.typ = t
	*at = c.scalar(kernel.Add, kernel.I64, *at, c.int(16))
	return x
}

// readArray is an array that is the nest's as long as the nest runs: where it is left, Python
// gets the array itself.
func (c *callOut) readArray(r result, next func() nest.ID) nval {
	a := &narray{typ: r.typ.DType, own: true, given: true, addr: next()}
	for range r.rank {
		a.dims = append(a.dims, next())
	}
	for range r.rank {
		a.strides = append(a.strides, next())
	}
	c.nester.numbers++
	a.who = c.nester.numbers
	if c.stmt != nil {
		a.made = c.stmt.number
	}
	return arrayOf(a)
}
