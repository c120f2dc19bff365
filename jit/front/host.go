package front

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
)

// This file is about calls that a region makes of code of the host: the
// arguments are boxed, and what NumPy reports or raises leaves the region.
// Which type the result has is found by a trial call when compiling, and
// checked when running.

// hostObject is a callable: one that is known, or what an imported module
// publishes at path, which is asked for when it is needed.
type hostObject struct {
	desc *Desc
	path []string
}

func (o hostObject) name() string {
	if o.desc != nil {
		return o.desc.Name
	}
	return strings.Join(o.path, ".")
}

func (e *eval) find(o hostObject) (*Desc, *stop) {
	if o.desc != nil {
		return o.desc, nil
	}
	a, err := e.asker.Ask(Question{Ask: "object", Path: o.path})
	if err != nil || a.Desc == nil {
		return nil, refuse(reason.UnknownCall, "there is no "+o.name())
	}
	return a.Desc, nil
}

// callHost calls a live object that has no effect and gives a result of a
// type that only depends on those of the arguments.
func (e *eval) callHost(o hostObject, b bound, f npy.Function) (Val, *stop) {
	if e.stored {
		return Val{}, refuse(reason.TwoEffects, "a computation behind a store in the same statement")
	}
	if own, ok := e.ownCall(o, f, b); ok {
		o, b, f.Quiet = hostObject{path: []string{"slipstream._native", f.Own}}, own, !f.HandsOn()
		f.NoBool = false // it takes no array of them
	}
	callee, s := e.find(o)
	if s != nil {
		return Val{}, s
	}
	b = e.listsByItems(b)
	b, s = withoutEffects(b, f)
	if s != nil {
		return Val{}, s
	}
	quiet, s := e.quiet(f, b)
	if s != nil {
		return Val{}, s
	}
	h := hostCall{eval: e, q: Question{Ask: "call", ID: callee.ID, Kw: b.kw}, zero: f.Index}
	h.v = ir.Value{Op: ir.Call, Num: e.hostObject(callee.ID), Num2: -1, Quiet: quiet}
	for _, a := range append(append([]Val(nil), b.pos...), b.val...) {
		if s := h.argument(a); s != nil {
			return Val{}, s
		}
	}
	if h.bool && f.NoBool {
		return Val{}, refuse(reason.DType, "bools that are taken for numbers")
	}
	if len(b.kw) > 0 {
		h.v.Num2 = e.host(HostSpec{KwNames: b.kw})
	}
	a, err := e.asker.Ask(h.q)
	if err != nil || a.Desc == nil {
		if pinned, ok := e.withInts(b); ok {
			return e.callHost(o, pinned, f)
		}
		return Val{}, refuse(reason.UnknownCall, fmt.Sprintf("%s raises: %s", callee.Name, a.Error))
	}
	if v, ok := h.itself(b, f, a.Desc); ok {
		e.gain(callGain)
		return v, nil
	}
	e.gain(-boxedLoss)
	if !h.v.Quiet {
		e.gain(-raisesLoss)
	}
	f.Fresh = f.Fresh && !slices.Contains(b.kw, "copy")
	return h.result(a.Desc, f)
}

// listsByItems looks at the items of lists that enter the region, if they are few: their kinds
// tell what the call gives. It is handed the very list, which nobody changes meanwhile.
func (e *eval) listsByItems(b bound) bound {
	byItems := func(values []Val) []Val {
		values = slices.Clone(values)
		for i, v := range values {
			v, s := e.look(v)
			if s != nil || v.Kind != Object || v.Desc.Name != sequence {
				continue
			}
			if items, s := e.sequenceItems(v); s == nil {
				values[i] = Val{Kind: List, Items: items, From: v.Num + 1, Obj: e.identity()}
			}
		}
		return values
	}
	return bound{pos: byItems(b.pos), kw: b.kw, val: byItems(b.val)}
}

// withInts pins the ints that enter the region to what they are in this call: a call that
// fails for others may need axes or lengths.
func (e *eval) withInts(b bound) (bound, bool) {
	some := false
	pin := func(values []Val) []Val {
		values = slices.Clone(values)
		for i, v := range values {
			if v, s := e.look(v); s == nil && v.Kind == Runtime && v.Type.Kind == ir.PyInt {
				if c, ok := e.constant(v); ok {
					values[i], some = constVal(c), true
				}
			}
		}
		return values
	}
	return bound{pos: pin(b.pos), kw: b.kw, val: pin(b.val)}, some
}

// ownCall gives the arguments of the executor's own function, if it has one for
// this call.
func (e *eval) ownCall(o hostObject, f npy.Function, b bound) (bound, bool) {
	switch {
	case f.Own == "":
		return b, false
	case f.OwnOf == npy.LastAxis:
		return e.lastAxis(b)
	case f.OwnOf == npy.OneAxis:
		return e.oneAxis(b)
	case f.OwnOf == npy.Ordered:
		return e.ordered(o, f, b)
	case f.OwnOf == npy.Binned:
		return e.binned(o, f, b)
	case e.twoArrays(b):
		e.gain(ownGain)
		return b, true
	}
	return b, false
}

// lastAxis leaves the array, where the axis is its last one and there are more.
func (e *eval) lastAxis(b bound) (bound, bool) {
	args := append(append([]Val(nil), b.pos...), b.val...)
	if len(args) != 2 || len(b.kw) > 1 || len(b.kw) == 1 && b.kw[0] != "axis" {
		return b, false
	}
	a, s := e.look(args[0])
	if s != nil || a.Kind != ArrayVal {
		return b, false
	}
	axis, rank := args[1].Const, e.heap[a.Obj].Type.Rank
	last := args[1].Kind == Const && axis.T == "int" && rank > 1 && (axis.V == "-1" || axis.V == strconv.Itoa(rank-1))
	return bound{pos: []Val{a}}, last
}

// oneAxis leaves the array, where it has one axis and elements that sums have, too.
func (e *eval) oneAxis(b bound) (bound, bool) {
	args := append(append([]Val(nil), b.pos...), b.val...)
	if len(args) == 0 || len(args) > 2 || len(b.kw) > 1 || len(b.kw) == 1 && b.kw[0] != "axis" {
		return b, false
	}
	a, s := e.look(args[0])
	if s != nil || a.Kind != ArrayVal || e.heap[a.Obj].Type.Rank != 1 {
		return b, false
	}
	if axis, ok := literalInt(args[len(args)-1]); len(args) == 2 && !args[1].isNone() && (!ok || axis != 0 && axis != -1) {
		return b, false
	}
	t := e.heap[a.Obj].Type.DType
	if !t.IsFloat() && t != kernel.I64 && t != kernel.U64 {
		return b, false
	}
	e.gain(scanGain)
	return bound{pos: []Val{a}}, true
}

// ordered hands the function itself over, for what the executor does not find.
func (e *eval) ordered(o hostObject, f npy.Function, b bound) (bound, bool) {
	if o.desc == nil || len(b.kw) > 0 || len(b.pos) == 0 || len(b.pos) > 2 {
		return b, false
	}
	if !e.ownOfFloats(f, b.pos[0]) {
		return b, false
	}
	if of := b.pos[len(b.pos)-1]; len(b.pos) == 1 || !e.heldArray(of) {
		e.gain(ownGain) // of an array of many quantiles NumPy's own code makes the most
	}
	return bound{pos: append([]Val{{Kind: Host, Desc: o.desc}}, b.pos...)}, true
}

// ownOfFloats says that the executor's function gives what NumPy's gives, and that an array is of float64.
func (e *eval) ownOfFloats(f npy.Function, v Val) bool {
	return e.ownOf(f, v, func(t kernel.Type) bool { return t == kernel.F64 })
}

func (e *eval) ownOf(f npy.Function, v Val, takes func(kernel.Type) bool) bool {
	a, s := e.look(v)
	if s != nil || a.Kind != ArrayVal || !takes(e.heap[a.Obj].Type.DType) {
		return false
	}
	_, s = e.find(hostObject{path: []string{"slipstream._recipes", "checked", f.Own}})
	return s == nil
}

// hasDoubles says that a type has a float64 for each number, or nearly.
func hasDoubles(t kernel.Type) bool {
	return t == kernel.F64 || t.IsInt() && t != kernel.U64
}

// binnedBy are the parameters of numpy.histogram behind the array.
var binnedBy = []string{"bins", "range", "density", "weights"}

// binned hands the function itself over, too, and all parameters.
func (e *eval) binned(o hostObject, f npy.Function, b bound) (bound, bool) {
	if o.desc == nil || len(b.pos) == 0 || len(b.pos) > 1+len(binnedBy) || !e.ownOf(f, b.pos[0], hasDoubles) {
		return b, false
	}
	none := constVal(noneConst)
	given := []Val{constVal(intConst("10")), none, none, none}
	copy(given, b.pos[1:])
	for i, name := range b.kw {
		at := slices.Index(binnedBy, name)
		if at < len(b.pos)-1 {
			return b, false
		}
		given[at] = b.val[i]
	}
	if given[2].Kind != Const {
		return b, false // which decides on the type
	}
	e.gain(ownGain)
	return bound{pos: append([]Val{{Kind: Host, Desc: o.desc}, b.pos[0]}, given...)}, true
}

func (e *eval) heldArray(v Val) bool {
	v, s := e.look(v)
	return s == nil && v.Kind == ArrayVal
}

func (e *eval) twoArrays(b bound) bool {
	if len(b.pos) != 2 || len(b.kw) > 0 {
		return false
	}
	var types [2]ir.Type
	for i := range types {
		v, s := e.look(b.pos[i])
		if s != nil || v.Kind != ArrayVal {
			return false
		}
		types[i] = e.heap[v.Obj].Type
		if types[i].Rank < 1 || types[i].Rank > 2 || types[i].DType == kernel.F16 {
			return false
		}
	}
	return types[0].DType == types[1].DType
}

// itself is the argument, where it is an array that the function gives back:
// one with enough axes, of the type that is asked for.
func (h *hostCall) itself(b bound, f npy.Function, d *Desc) (Val, bool) {
	typed := len(b.kw) == 1 && b.kw[0] == "dtype" || len(b.pos) == 2 && len(b.kw) == 0
	if f.Itself == 0 || len(b.pos)+len(b.kw) != 1 && !typed || len(h.arrays) != 1 {
		return Val{}, false
	}
	t := h.heap[h.arrays[0].Obj].Type
	return h.arrays[0], t.Rank >= f.Itself-1 && d.Kind == KindArray && d.DType == t.DType.String()
}

// withoutEffects refuses what would write into an argument. An out that is
// None says nothing.
func withoutEffects(b bound, f npy.Function) (bound, *stop) {
	if f.Out > 0 && len(b.pos) > f.Out || f.Plain && len(b.kw) > 0 {
		return b, refuse(reason.CallArgument, "an array to write into, or an option")
	}
	if len(b.pos)+len(b.kw) < f.Needs {
		return b, refuse(reason.CallArgument, "without it the rank of the result is known only at run time")
	}
	pure := bound{pos: b.pos}
	for i, name := range b.kw {
		switch {
		case name == "out" && b.val[i].isNone():
			continue
		case name == "out" || name == "overwrite_input":
			return b, refuse(reason.CallArgument, "argument "+name+" of a call")
		}
		pure.kw, pure.val = append(pure.kw, name), append(pure.val, b.val[i])
	}
	return pure, nil
}

// converts says that keywords may ask for a conversion, which reports.
func converts(kw []string) bool {
	return slices.Contains(kw, "dtype") || slices.Contains(kw, "casting")
}

// quiet says that the call reports nothing.
func (e *eval) quiet(f npy.Function, b bound) (bool, *stop) {
	if e.numbersBesideArrays(b) {
		return false, nil
	}
	if !f.Quiet || f.Values || f.Treat != npy.Pure {
		return f.Quiet && !converts(b.kw), nil
	}
	types := e.further(b)
	if slices.ContainsFunc(types, kernel.Type.IsComplex) {
		return false, refuse(reason.DType, "complex numbers that may be taken for real ones")
	}
	reports := slices.ContainsFunc(types, func(t kernel.Type) bool { return !t.Exact() || f.Multiplies && t.IsInt() })
	return !reports && !converts(b.kw), nil
}

// numbersBesideArrays says that the first argument is a sequence of both: the arrays'
// type need not hold the numbers that are joined to them.
func (e *eval) numbersBesideArrays(b bound) bool {
	if len(b.pos) == 0 {
		return false
	}
	v, s := e.look(b.pos[0])
	if s != nil || v.Kind != Tup && v.Kind != List {
		return false
	}
	arrays, numbers := 0, 0
	for _, item := range v.Items {
		switch item, s := e.look(item); {
		case s != nil || item.Kind == Const || item.Kind == Runtime && item.Type.Weak():
			numbers++
		case item.Kind == ArrayVal:
			arrays++
		}
	}
	return arrays > 0 && numbers > 0
}

// further are the types of the numbers and arrays behind the first argument: where
// integers are wanted, the conversion of others reports.
func (e *eval) further(b bound) []kernel.Type {
	return e.numbersIn(append(append([]Val(nil), b.pos[min(1, len(b.pos)):]...), b.val...))
}

func (e *eval) numbersIn(values []Val) (types []kernel.Type) {
	for _, v := range values {
		v, s := e.look(v)
		switch {
		case s != nil:
			types = append(types, kernel.F64) // it may be one
		case v.Kind == Tup || v.Kind == List:
			types = append(types, e.numbersIn(v.Items)...)
		case v.Kind == Const && v.Const.T == "float":
			types = append(types, kernel.F64)
		case v.Kind == Const && v.Const.T == "complex":
			types = append(types, kernel.C128)
		case v.Kind == ArrayVal:
			types = append(types, e.heap[v.Obj].Type.DType)
		case v.Kind == Runtime && v.Type.Number():
			types = append(types, v.Type.DType)
		}
	}
	return types
}

// hostCall is a call in the making.
type hostCall struct {
	*eval
	q      Question
	v      ir.Value
	arrays []Val // the arguments that are arrays
	bool   bool  // an argument is
	// zero: the numbers stand for indices in the trial, so they are 0.
	zero bool
	// item: the result is part of a tuple, which holds it, too.
	item bool
}

func (h *hostCall) argument(a Val) *stop {
	a, s := h.look(a)
	if s != nil {
		return s
	}
	trial, s := h.trial(a)
	if s != nil {
		return s
	}
	id, s := h.handOver(a)
	if s != nil {
		return s
	}
	h.q.Args = append(h.q.Args, trial)
	h.v.Args = append(h.v.Args, id)
	return nil
}

// trial gives what stands for an argument in the trial call.
func (h *hostCall) trial(a Val) (CallArg, *stop) {
	switch a.Kind {
	case ArrayVal:
		h.arrays = append(h.arrays, a)
		t := h.heap[a.Obj].Type
		h.bool = h.bool || t.DType == kernel.Bool
		return CallArg{DType: t.DType.String(), Rank: t.Rank, Zero: h.zero && t.DType.IsInt()}, nil
	case Runtime:
		h.bool = h.bool || a.Type.DType == kernel.Bool && !a.Type.Weak()
		if a.Type.Kind == ir.NpScalar {
			return CallArg{DType: a.Type.DType.String(), Rank: -1, Zero: h.zero}, nil
		}
		c, ok := trialNumbers[a.Type.Kind]
		if h.zero && a.Type.Kind == ir.PyInt {
			c = intConst("0")
		}
		if ok {
			return CallArg{Const: &c}, nil
		}
	case Const:
		h.bool = h.bool || a.Const.T == "bool"
		return CallArg{Const: &a.Const}, nil
	case Host:
		if a.Desc.Kind == KindPython || a.Desc.Kind == KindCached || a.Desc.Kind == KindClass {
			return CallArg{}, refuse(reason.CallArgument, "a Python function or class that NumPy may call")
		}
		return CallArg{Object: a.Desc.ID + 1}, nil
	case Tup, List, SliceVal, Union:
		return h.trialItems(a)
	case Result:
		if t, ok := trialOf(a.Desc); ok {
			return t, nil
		}
	}
	return CallArg{}, refuse(reason.CallArgument, "an argument that cannot be handed over")
}

// trialOf is what another call gave in its trial.
func trialOf(d *Desc) (CallArg, bool) {
	switch d.Kind {
	case KindConst:
		return CallArg{Const: d.Const}, true
	case KindArray:
		return CallArg{DType: d.DType, Rank: len(d.Dims)}, d.DType != ""
	case KindNpScalar:
		return CallArg{DType: d.DType, Rank: -1}, true
	case KindTuple:
		t := CallArg{Tuple: true, Type: d.Name}
		for _, item := range d.Items {
			x, ok := trialOf(item)
			if !ok {
				return t, false
			}
			t.Items = append(t.Items, x)
		}
		return t, len(d.Fields) == 0
	}
	return CallArg{}, false
}

// trialItems is trial of a tuple, list or slice.
func (h *hostCall) trialItems(a Val) (CallArg, *stop) {
	t := CallArg{Tuple: true, Type: map[ValKind]string{List: "list", SliceVal: "slice"}[a.Kind]}
	for _, item := range a.Items {
		item, s := h.look(item)
		if s != nil {
			return t, s
		}
		x, s := h.trial(item)
		if s != nil {
			return t, s
		}
		t.Items = append(t.Items, x)
	}
	return t, nil
}

var trialNumbers = map[ir.Kind]bytecode.Const{
	ir.PyInt: intConst("1"), ir.PyFloat: {T: "float", V: "0x1p+0"}, ir.PyBool: {T: "bool", V: "True"},
	ir.PyComplex: {T: "complex", V: "0x1p+0 0x0p+0"},
}

// result makes a value of the type that the trial had.
func (h *hostCall) result(d *Desc, f npy.Function) (Val, *stop) {
	switch {
	case d.Kind == KindConst && numberTypes[d.Const.T] != ir.Type{}:
		h.v.Type = numberTypes[d.Const.T]
		return h.number(), nil
	case d.Kind == KindTuple:
		return h.items(d, f)
	case d.Kind != KindArray && d.Kind != KindNpScalar:
		return Val{}, refuse(reason.DType, "a result that is "+d.Kind+d.Why)
	}
	t, ok := kernel.ParseType(d.DType)
	if !ok {
		return Val{}, refuse(reason.DType, "a result of type "+d.Why)
	}
	if d.Kind == KindNpScalar {
		h.v.Type = ir.ScalarOf(t)
		return h.number(), nil
	}
	return h.array(ir.ArrayOf(t, len(d.Dims)), f), nil
}

// items is a tuple. How many a list has may depend on values: the run looks.
func (h *hostCall) items(d *Desc, f npy.Function) (Val, *stop) {
	h.v.Type = ir.ObjectType
	v := Val{Kind: Result, ID: h.addRead(h.v), Desc: d, Num: h.origin(f)}
	if d.Name != listResult {
		return v, nil
	}
	callee, s := h.find(hostObject{path: []string{"builtins", "len"}})
	if s != nil {
		return Val{}, s
	}
	length := ir.Value{Op: ir.Call, Type: ir.PyIntType, Num: h.hostObject(callee.ID), Num2: -1, Args: []ir.ID{v.ID}, Quiet: true}
	return v, h.mustCount(h.addRead(length), len(d.Items))
}

// listResult is the Name of the Desc of a list.
const listResult = "list"

var numberTypes = map[string]ir.Type{"int": ir.PyIntType, "float": ir.PyFloatType, "bool": ir.PyBoolType, "complex": ir.PyComplexType}

func (h *hostCall) number() Val {
	return Val{Kind: Runtime, Type: h.v.Type, ID: h.addRead(h.v)}
}

// array is the object of an array result. It may be an argument or a view of
// one, unless the function's row says that it is fresh.
func (h *hostCall) array(t ir.Type, f npy.Function) Val {
	h.v.Type, h.v.Shape = t, h.unknownShape(t.Rank)
	o := object{Type: t, Input: -1, User: true, Viewed: true, Fixed: h.origin(f) == shared, ID: h.addRead(h.v)}
	if !o.Fixed && !h.item {
		o.User, o.Viewed = false, false // as what is computed here
	}
	return h.newObject(o)
}

// Whose memory the arrays of a Result are.
const (
	shared = iota // maybe an argument's
	fresh         // nobody else's
)

// origin says whose memory the result is. The arguments may be looked at
// through it from now on.
func (h *hostCall) origin(f npy.Function) int {
	if f.Fresh {
		return fresh
	}
	for _, a := range h.arrays {
		h.heap[a.Obj].Viewed = true
	}
	return shared
}
