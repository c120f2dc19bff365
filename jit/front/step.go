package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
)

// step interprets one instruction and says where control goes.
func (e *eval) step(in *bytecode.Inst) (int, *stop) {
	next, s := e.perform(in)
	if e.underflow {
		return 0, refuse(reason.NestedStack, "uses a value from before the region")
	}
	return next, s
}

func (e *eval) perform(in *bytecode.Inst) (int, *stop) {
	if h, ok := handlers[in.Op]; ok {
		return following, h(e, in)
	}
	switch in.Op {
	case bytecode.ReturnValue:
		return e.returnValue()
	case bytecode.Jump:
		return e.jump(in, in.Target)
	case bytecode.PopJumpIfTrue, bytecode.PopJumpIfFalse, bytecode.PopJumpIfNone, bytecode.PopJumpIfNotNone:
		return e.branch(in)
	case bytecode.JumpIfTrueOrPop, bytecode.JumpIfFalseOrPop:
		return e.orPop(in)
	case bytecode.ForIter:
		return e.forIter(in)
	case bytecode.EndFor:
		return 0, refuse(reason.Loop, "loops run in Python")
	case bytecode.YieldValue:
		return e.yield()
	case bytecode.WithExceptStart, bytecode.PushExcInfo, bytecode.PopExcept:
		return 0, refuse(reason.Handler, "with blocks and exception handlers are entered by Python")
	}
	return 0, refuse(reason.Opcode, fmt.Sprintf("instruction %v", in.Op))
}

// handlers gives the meaning of each instruction without control flow.
var handlers map[bytecode.Op]func(*eval, *bytecode.Inst) *stop

func init() {
	handlers = map[bytecode.Op]func(*eval, *bytecode.Inst) *stop{
		bytecode.Nop:                  func(*eval, *bytecode.Inst) *stop { return nil },
		bytecode.Resume:               func(*eval, *bytecode.Inst) *stop { return nil },
		bytecode.PopTop:               (*eval).popTop,
		bytecode.PushNull:             func(e *eval, _ *bytecode.Inst) *stop { e.push(Val{Kind: Null}); return nil },
		bytecode.Copy:                 (*eval).copyItem,
		bytecode.Swap:                 (*eval).swap,
		bytecode.LoadConst:            (*eval).loadConst,
		bytecode.LoadFast:             (*eval).loadFast,
		bytecode.StoreFast:            (*eval).storeFast,
		bytecode.DeleteFast:           (*eval).deleteFast,
		bytecode.LoadFastAndClear:     (*eval).loadAndClear,
		bytecode.GetIter:              (*eval).getIter,
		bytecode.ReturnGenerator:      func(e *eval, _ *bytecode.Inst) *stop { e.push(constVal(noneConst)); return nil },
		bytecode.LoadDeref:            (*eval).loadDeref,
		bytecode.StoreDeref:           (*eval).storeDeref,
		bytecode.LoadClosure:          (*eval).loadClosure,
		bytecode.MakeCell:             (*eval).makeCell,
		bytecode.MakeFunction:         (*eval).makeFunction,
		bytecode.SetFunctionAttribute: (*eval).setFunctionAttribute,
		bytecode.CopyFreeVars:         (*eval).copyFreeVars,
		bytecode.LoadGlobal:           (*eval).loadGlobal,
		bytecode.LoadAttr:             (*eval).loadAttr,
		bytecode.BinaryOp:             (*eval).binaryOp,
		bytecode.CompareOp:            (*eval).compareOp,
		bytecode.IsOp:                 (*eval).isOp,
		bytecode.ToBool:               (*eval).toBool,
		bytecode.UnaryNegative:        (*eval).unaryOp,
		bytecode.UnaryInvert:          (*eval).unaryOp,
		bytecode.UnaryPositive:        (*eval).unaryOp,
		bytecode.UnaryNot:             (*eval).unaryNot,
		bytecode.BinarySubscr:         (*eval).subscript,
		bytecode.BinarySlice:          (*eval).binarySlice,
		bytecode.StoreSubscr:          (*eval).storeSubscript,
		bytecode.LoadSuperAttr:        (*eval).loadSuperAttr,
		bytecode.StoreAttr:            (*eval).storeAttr,
		bytecode.StoreSlice:           (*eval).storeSlice,
		bytecode.BuildTuple:           (*eval).buildTuple,
		bytecode.FormatValue:          (*eval).formatValue,
		bytecode.ConvertValue:         (*eval).convertValue,
		bytecode.BuildString:          (*eval).buildString,
		bytecode.BuildList:            (*eval).buildList,
		bytecode.ListExtend:           (*eval).listExtend,
		bytecode.ListAppend:           (*eval).listAppend,
		bytecode.BuildSet:             (*eval).buildSet,
		bytecode.SetAdd:               (*eval).setAdd,
		bytecode.BuildSlice:           (*eval).buildSlice,
		bytecode.UnpackSequence:       (*eval).unpack,
		bytecode.UnpackEx:             (*eval).unpackEx,
		bytecode.Call:                 (*eval).call,
		bytecode.CallKw:               (*eval).callKw,
		bytecode.BeforeWith:           (*eval).beforeWith,
		bytecode.ContainsOp:           (*eval).containsOp,
		bytecode.BuildMap:             (*eval).buildMap,
		bytecode.BuildConstKeyMap:     (*eval).buildConstKeyMap,
		bytecode.DictMerge:            (*eval).dictMerge,
		bytecode.CallFunctionEx:       (*eval).callFunctionEx,
		bytecode.CallIntrinsic1:       (*eval).callIntrinsic,
		bytecode.ImportName:           (*eval).importName,
		bytecode.ImportFrom:           (*eval).importFrom,
	}
}

func (e *eval) returnValue() (int, *stop) {
	if e.inlined == nil && e.depth != 0 || len(e.stack) != 1 {
		return 0, refuse(reason.NestedStack, "return from inside a block that holds values")
	}
	if e.inlined != nil {
		e.inlined.result = e.pop()
		return returned, nil
	}
	if s := e.leaveReturn(e.pop()); s != nil {
		return 0, s
	}
	return returned, nil
}

func (e *eval) jump(in *bytecode.Inst, target int) (int, *stop) {
	if target <= in.PC && !e.jumpsBack(target) {
		return 0, refuse(reason.Loop, "loops run in Python")
	}
	if _, ok := e.function().at[target]; !ok {
		return 0, refuse(reason.CodeShape, "jump into an instruction")
	}
	return target, nil
}

// truth is truthOf, and for a bool that enters the region its present value,
// pinned by a guard: it has one other value only.
func (e *eval) truth(v Val) (truth, known bool) {
	if v.Kind == Runtime && v.Type.Kind == ir.PyBool && v.Num > 0 {
		if c, ok := e.constant(v); ok {
			return c.V == "True", true
		}
	}
	return truthOf(v)
}

// truthOf gives the truth of a value where it is known when compiling.
func truthOf(v Val) (truth, known bool) {
	switch {
	case v.Kind == Tup || v.Kind == List || v.Kind == Dict || v.Kind == Set:
		return len(v.Items) > 0, true
	case v.Kind == Made:
		return true, true
	case v.Kind == Host && (v.Desc.Kind == KindModule || v.Desc.Kind == KindFunction || v.Desc.Kind == KindPython || v.Desc.Kind == KindCached || v.Desc.Kind == KindUfunc):
		return true, true
	case v.Kind != Const:
		return false, false
	}
	switch v.Const.T {
	case "none":
		return false, true
	case "bool":
		return v.Const.V == "True", true
	case "int":
		return v.Const.V != "0", true
	case "str":
		return v.Const.V != "", true
	case "float":
		x, err := parseFloat(v.Const.V)
		return x != 0, err == nil
	}
	return false, false
}

func (e *eval) popTop(*bytecode.Inst) *stop {
	e.pop()
	return nil
}

func (e *eval) copyItem(in *bytecode.Inst) *stop {
	if in.Arg > len(e.stack) {
		return refuse(reason.NestedStack, "reads a value from before the region")
	}
	e.push(e.stack[len(e.stack)-in.Arg])
	return nil
}

func (e *eval) swap(in *bytecode.Inst) *stop {
	n := len(e.stack)
	if in.Arg > n {
		return refuse(reason.NestedStack, "reads a value from before the region")
	}
	e.stack[n-1], e.stack[n-in.Arg] = e.stack[n-in.Arg], e.stack[n-1]
	return nil
}

func (e *eval) loadConst(in *bytecode.Inst) *stop {
	c := e.function().Program.Code.Consts[in.Arg]
	v := constVal(c)
	switch {
	case c.T == "code":
		v = Val{Kind: Code, Num: in.Arg, Name: c.V}
	case c.Opaque():
		return refuse(reason.UnknownValue, "a constant without a text")
	}
	v.Literal = &HostSpec{CodeConst: in.Arg + 1, Of: e.inlinedState()}
	e.push(v)
	return nil
}

func (e *eval) loadFast(in *bytecode.Inst) *stop {
	v := e.locals[in.Arg]
	if v.Kind == Unbound {
		return refuse(reason.UnboundLocal, fmt.Sprintf("%q may be unbound here", e.function().slots[in.Arg].Name))
	}
	e.push(v)
	return nil
}

func (e *eval) storeFast(in *bytecode.Inst) *stop {
	if s := e.function().holdsCell(in); s != nil {
		return s
	}
	v := e.pop()
	switch v.Kind {
	case Iterator:
		return refuse(reason.Escapes, "an iterator that is kept")
	case Null:
		v = Val{} // what a comprehension's variable held: nothing
	}
	e.replace(in.Arg, in.PC, v)
	e.locals[in.Arg] = v
	return nil
}

func (e *eval) deleteFast(in *bytecode.Inst) *stop {
	if e.locals[in.Arg].Kind == Unbound {
		return refuse(reason.UnboundLocal, "del of a name that may be unbound")
	}
	e.replace(in.Arg, in.PC, Val{})
	e.locals[in.Arg] = Val{}
	return nil
}

func (e *eval) buildTuple(in *bytecode.Inst) *stop {
	e.push(Val{Kind: Tup, Items: e.popN(in.Arg)})
	return nil
}

func (e *eval) unpack(in *bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	if v.Kind == ArrayVal {
		return e.unpackArray(v, in.Arg)
	}
	items, s := e.iterated(v)
	if s != nil {
		return s
	}
	if len(items) != in.Arg {
		return refuse(reason.UnknownValue, "unpacks a tuple of another length")
	}
	for i := len(items) - 1; i >= 0; i-- {
		e.push(items[i])
	}
	return nil
}

func (e *eval) isOp(in *bytecode.Inst) *stop {
	vs := e.popN(2)
	return e.areOne(vs[0], vs[1], in.Arg == 1)
}

// areOne asks whether two values are one object, or whether they are not.
func (e *eval) areOne(left, right Val, not bool) *stop {
	a, s := e.look(left)
	if s != nil {
		return s
	}
	b, s := e.look(right)
	if s != nil {
		return s
	}
	if e.sameObject(a, b) {
		e.push(boolVal(!not))
		return nil
	}
	if bothPinned(a, b) {
		e.push(boolVal((a.Desc.ID == b.Desc.ID) != (not)))
		return nil
	}
	if ofDType(a) && ofDType(b) && a.Desc.Name != b.Desc.Name {
		e.push(boolVal(not)) // of one type there may be several objects
		return nil
	}
	is, known := a.isNone() && b.isNone(), a.isNone() || b.isNone()
	if !known {
		is, known = e.sameBool(a, b)
	}
	if !known && !apart(a, b) && !e.distinct(a, b) {
		return e.runtimeIs(not, a, b)
	}
	e.push(boolVal(is != (not)))
	return nil
}

// distinct says that one of two arrays is computed by the region itself: it is no other one.
func (e *eval) distinct(a, b Val) bool { return e.isComputed(a) || e.isComputed(b) }

func (e *eval) isComputed(v Val) bool {
	if v.Kind != ArrayVal {
		return false
	}
	op := e.fn.Values[e.heap[v.Obj].ID].Op
	return op == ir.Elem || op == ir.Loop
}

// identified says that v is an object that is there, or comes from the host. A view may be what
// NumPy gives for the array itself.
func (e *eval) identified(v Val) bool {
	if v.Kind != ArrayVal {
		return v.Kind == Object || v.Kind == Host
	}
	op := e.fn.Values[e.heap[v.Obj].ID].Op
	return op == ir.Input || op == ir.Call
}

// runtimeIs has the run look whether two objects are one.
func (e *eval) runtimeIs(not bool, a, b Val) *stop {
	if !e.identified(a) || !e.identified(b) {
		return refuse(reason.NotConstant, "identity test of values known only at run time")
	}
	if e.stored {
		return refuse(reason.TwoEffects, "an identity test behind a store in the same statement")
	}
	callee, s := e.find(hostObject{path: []string{"operator", map[bool]string{false: "is_", true: "is_not"}[not]}})
	if s != nil {
		return s
	}
	args, s := e.idsOf([]Val{a, b})
	if s != nil {
		return s
	}
	is := e.addRead(ir.Value{Op: ir.Call, Type: ir.PyBoolType, Num: e.hostObject(callee.ID), Num2: -1, Args: args, Quiet: true})
	e.push(Val{Kind: Runtime, Type: ir.PyBoolType, ID: is})
	return nil
}

// sameBool compares two bools of Python's, of which there are two objects.
func (e *eval) sameBool(a, b Val) (same, known bool) {
	if classKind(a) != "bool" || classKind(b) != "bool" {
		return false, false
	}
	x, s := e.truth(a)
	y, t := e.truth(b)
	return x == y, s && t
}

// apart says that two values are certainly of different classes.
func apart(a, b Val) bool {
	x, y := classKind(a), classKind(b)
	return x != "" && y != "" && x != y
}

// classKind tells values of different classes apart, where it is known what they are.
func classKind(v Val) string {
	switch v.Kind {
	case Const:
		return v.Const.T
	case ArrayVal:
		return "array"
	case Runtime:
		return runtimeKinds[v.Type.Kind]
	case Tup:
		return "tuple"
	case List:
		return "list"
	case Dict:
		return "dict"
	case Host:
		return "host" // a module, function, class or element type
	}
	return ""
}

var runtimeKinds = map[ir.Kind]string{
	ir.PyInt: "int", ir.PyFloat: "float", ir.PyBool: "bool", ir.PyComplex: "complex", ir.NpScalar: "NumPy's",
}

// sameObject says that two values are certainly the same object, which is no number.
func (e *eval) sameObject(a, b Val) bool {
	if a.Kind == ArrayVal && b.Kind == ArrayVal {
		x, y := e.heap[a.Obj], e.heap[b.Obj]
		return a.Obj == b.Obj || x.ID == y.ID && e.fn.Values[x.ID].Op == ir.Input
	}
	return (a.Kind == List || a.Kind == Dict || a.Kind == Made) && a.same(b)
}

// bothPinned says that two values are pinned by their identity.
func bothPinned(a, b Val) bool {
	return a.Kind == Host && b.Kind == Host && pinned[a.Desc.Kind] && pinned[b.Desc.Kind]
}

var pinned = map[string]bool{KindClass: true, KindFunction: true, KindPython: true, KindCached: true, KindUfunc: true, KindModule: true}

func boolVal(b bool) Val {
	c := bytecode.Const{T: "bool", V: "False"}
	if b {
		c.V = "True"
	}
	return Val{Kind: Const, Const: c}
}

func (e *eval) toBool(in *bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	v = e.counting(v)
	if v.Kind == Runtime && v.Type.Kind == ir.PyBool {
		e.push(v) // a comparison whose outcome may be foreseen
		return nil
	}
	truth, known := e.truth(v)
	if next := e.function().at[in.End]; !known && e.ahead(&e.function().Program.Insts[next]) {
		truth, known = e.foreseen(v)
	}
	if !known {
		return e.runtimeTruth("truth", v)
	}
	e.push(boolVal(truth))
	return nil
}

func (e *eval) unaryNot(*bytecode.Inst) *stop {
	v, s := e.look(e.pop())
	if s != nil {
		return s
	}
	v = e.counting(v)
	truth, known := e.truth(v)
	if !known {
		return e.runtimeTruth(unaryFunctions["not"], v)
	}
	e.push(boolVal(!truth))
	return nil
}

// runtimeTruth computes a truth, or its opposite, of one number. An array with
// axes has one if it has one element; of an empty one NumPy may warn.
func (e *eval) runtimeTruth(function string, v Val) *stop {
	if v.Kind == ArrayVal && e.heap[v.Obj].Type.Rank > 0 {
		if e.stored {
			return refuse(reason.TwoEffects, "a truth behind a store in the same statement")
		}
		elements := e.dim(e.heap[v.Obj].ID, -1)
		f := forecast{eval: e}
		if n, ok := f.value(elements.ID); ok && n > 1 {
			return refuse(reason.Branch, "the truth of an array of several elements, which has none")
		}
		e.must(elements, true)
		t, s := e.callHost(hostObject{path: []string{"operator", function}}, bound{pos: []Val{v}}, npy.Function{})
		e.push(t)
		return s
	}
	o, s := e.operandOf(v)
	if s != nil {
		return s
	}
	t, s := e.hostOperator(function, o)
	if s != nil {
		return s
	}
	e.push(t)
	return nil
}
