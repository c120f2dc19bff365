package front

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// step interprets one instruction. It says whether the block ends with it.
func (n *nester) step(in *bytecode.Inst) (bool, *stop) {
	n.holding = nil
	if h, ok := nestHandlers[in.Op]; ok {
		if len(n.now.stack) < nestNeeds(in) {
			return true, refuse(reason.NestedStack, "uses a value from before the loop")
		}
		s := h(n, in)
		ends := n.entered
		n.entered = false
		return ends, s
	}
	switch in.Op {
	case bytecode.Jump:
		return true, n.jumpTo(in.Target)
	case bytecode.ForIter:
		return true, n.forIter(in)
	case bytecode.PopJumpIfTrue, bytecode.PopJumpIfFalse:
		return true, n.branch(in)
	case bytecode.PopJumpIfNone, bytecode.PopJumpIfNotNone:
		return true, n.branchOnNone(in)
	case bytecode.JumpIfTrueOrPop, bytecode.JumpIfFalseOrPop:
		return true, n.orPop(in)
	case bytecode.ReturnValue:
		if n.now.call != nil && n.now.call.taker != nil {
			return true, n.taken()
		}
		if n.now.call != nil {
			return true, n.back(n.pop())
		}
		if n.rounds() {
			return true, refuse(reason.Loop, "a return from a loop that was entered")
		}
		return true, n.returned(n.pop())
	}
	return true, refuse(reason.Opcode, fmt.Sprintf("instruction %v in a loop", in.Op))
}

// nestNeeds is how many values an instruction takes at the least.
func nestNeeds(in *bytecode.Inst) int {
	switch in.Op {
	case bytecode.ImportName, bytecode.BinaryOp, bytecode.CompareOp, bytecode.IsOp, bytecode.ContainsOp, bytecode.BinarySubscr, bytecode.DeleteSubscr:
		return 2
	case bytecode.BuildMap:
		return 2 * in.Arg
	case bytecode.MapAdd:
		return in.Arg + 2
	case bytecode.StoreAttr:
		return 2
	case bytecode.StoreSubscr, bytecode.BinarySlice:
		return 3
	case bytecode.StoreSlice:
		return 4
	case bytecode.Copy, bytecode.Swap, bytecode.BuildTuple, bytecode.BuildSlice, bytecode.BuildList, bytecode.BuildSet:
		return in.Arg
	case bytecode.Call:
		return in.Arg + 2
	case bytecode.ListExtend, bytecode.ListAppend, bytecode.SetAdd, bytecode.BuildConstKeyMap:
		return in.Arg + 1
	case bytecode.CallKw:
		return in.Arg + 3
	case bytecode.MakeFunction:
		return 1 + bits.OnesCount(uint(in.Arg))
	case bytecode.SetFunctionAttribute:
		return 2
	case bytecode.StoreFast, bytecode.ImportFrom, bytecode.StoreDeref, bytecode.PopTop, bytecode.EndFor, bytecode.LoadAttr, bytecode.GetIter, bytecode.YieldValue, bytecode.ToBool, bytecode.UnpackSequence,
		bytecode.UnaryNegative, bytecode.UnaryPositive, bytecode.UnaryInvert, bytecode.UnaryNot:
		return 1
	}
	return 0
}

var nestHandlers map[bytecode.Op]func(*nester, *bytecode.Inst) *stop

func init() {
	nestHandlers = map[bytecode.Op]func(*nester, *bytecode.Inst) *stop{
		bytecode.Nop:                  func(*nester, *bytecode.Inst) *stop { return nil },
		bytecode.Resume:               func(*nester, *bytecode.Inst) *stop { return nil },
		bytecode.PopTop:               func(n *nester, _ *bytecode.Inst) *stop { n.pop(); return nil },
		bytecode.EndFor:               func(n *nester, _ *bytecode.Inst) *stop { n.pop(); return nil },
		bytecode.PushNull:             func(n *nester, _ *bytecode.Inst) *stop { n.push(knownVal(Val{Kind: Null})); return nil },
		bytecode.Copy:                 (*nester).copyValue,
		bytecode.Swap:                 (*nester).swap,
		bytecode.LoadConst:            (*nester).loadKnown,
		bytecode.LoadGlobal:           (*nester).loadKnown,
		bytecode.LoadDeref:            (*nester).loadDeref,
		bytecode.StoreDeref:           (*nester).storeFast,
		bytecode.LoadClosure:          (*nester).loadKnown,
		bytecode.MakeFunction:         (*nester).makeFunction,
		bytecode.SetFunctionAttribute: (*nester).makeFunction,
		bytecode.ReturnGenerator:      func(n *nester, _ *bytecode.Inst) *stop { n.push(knownVal(constVal(noneConst))); return nil },
		bytecode.YieldValue:           (*nester).yield,
		bytecode.CopyFreeVars:         func(n *nester, in *bytecode.Inst) *stop { return n.eval.copyFreeVars(in) },
		bytecode.LoadFast:             (*nester).loadFast,
		bytecode.StoreFast:            (*nester).storeFast,
		bytecode.LoadAttr:             (*nester).loadAttr,
		bytecode.StoreAttr:            (*nester).storeAttr,
		bytecode.BinaryOp:             (*nester).binaryOp,
		bytecode.CompareOp:            (*nester).binaryOp,
		bytecode.IsOp:                 (*nester).isOp,
		bytecode.ContainsOp:           (*nester).contains,
		bytecode.UnaryNegative:        func(n *nester, _ *bytecode.Inst) *stop { return n.unary("-") },
		bytecode.UnaryPositive:        func(n *nester, _ *bytecode.Inst) *stop { return n.unary("+") },
		bytecode.UnaryInvert:          func(n *nester, _ *bytecode.Inst) *stop { return n.unary("~") },
		bytecode.UnaryNot:             (*nester).not,
		bytecode.ToBool:               (*nester).toBool,
		bytecode.BuildTuple:           (*nester).buildTuple,
		bytecode.BuildList:            (*nester).buildList,
		bytecode.BuildMap:             (*nester).buildMap,
		bytecode.BuildConstKeyMap:     (*nester).buildConstKeyMap,
		bytecode.BuildSet:             (*nester).buildSet,
		bytecode.SetAdd:               (*nester).setAdd,
		bytecode.MapAdd:               (*nester).mapAdd,
		bytecode.DeleteSubscr:         (*nester).deleteItem,
		bytecode.ListExtend:           (*nester).listExtend,
		bytecode.ListAppend:           (*nester).listAppend,
		bytecode.LoadFastAndClear:     (*nester).loadFastAndClear,
		bytecode.UnpackSequence:       (*nester).unpack,
		bytecode.BinarySubscr:         (*nester).subscript,
		bytecode.StoreSubscr:          (*nester).storeSubscript,
		bytecode.BuildSlice:           (*nester).buildSlice,
		bytecode.BinarySlice:          (*nester).binarySlice,
		bytecode.StoreSlice:           (*nester).storeSlice,
		bytecode.GetIter:              (*nester).getIter,
		bytecode.DeleteFast:           (*nester).deleteFast,
		bytecode.ImportName:           func(n *nester, in *bytecode.Inst) *stop { return n.asRegion(in, n.popN(2)...) },
		bytecode.ImportFrom:           func(n *nester, in *bytecode.Inst) *stop { return n.asRegion(in, n.pop()) },
		bytecode.Call:                 (*nester).call,
		bytecode.CallKw:               (*nester).callKw,
	}
}

func (n *nester) push(v nval) {
	if v.kind == nKnown {
		if list, ok := n.takenIn(v.val); ok {
			v = list
		}
	}
	n.now.stack = append(n.now.stack, v)
}

func (n *nester) pop() nval {
	v := n.now.stack[len(n.now.stack)-1]
	n.now.stack = n.now.stack[:len(n.now.stack)-1]
	n.holding = append(n.holding, v)
	return v
}

func (n *nester) popN(k int) []nval {
	at := len(n.now.stack) - k
	vs := slices.Clone(n.now.stack[at:])
	n.now.stack = n.now.stack[:at]
	n.holding = append(n.holding, vs...)
	return vs
}

func (n *nester) copyValue(in *bytecode.Inst) *stop {
	at := len(n.now.stack) - in.Arg
	v, s := n.solid(n.now.stack[at])
	if s != nil {
		return s
	}
	n.now.stack[at] = n.held(v)
	n.push(n.now.stack[at])
	return nil
}

func (n *nester) swap(in *bytecode.Inst) *stop {
	s, top := n.now.stack, len(n.now.stack)
	s[top-1], s[top-in.Arg] = s[top-in.Arg], s[top-1]
	return nil
}

// loadKnown has the region's own interpretation say what an instruction loads.
func (n *nester) loadKnown(in *bytecode.Inst) *stop {
	n.eval.stack = nil
	if s := handlers[in.Op](n.eval, in); s != nil {
		return s
	}
	return n.takeOver()
}

// takeOver moves what the region's interpretation has pushed.
func (n *nester) takeOver() *stop {
	for _, v := range n.eval.stack {
		x, s := n.known(v)
		if s != nil {
			return s
		}
		n.push(x)
	}
	n.eval.stack = nil
	return nil
}

func (n *nester) loadAttr(in *bytecode.Inst) *stop {
	v := n.pop()
	if n.isArray(v) {
		return n.loadOfArray(v, in)
	}
	if isFlags(v) {
		return n.pushFlag(v, in.Name, false)
	}
	if isRandom(v) && in.Method {
		return n.loadMethod(v, in)
	}
	if isList(v) && in.Method {
		return n.loadMethod(v, in)
	}
	if v.kind != nKnown || v.numeric() || v.isComplex() {
		return n.numberAttr(v, in)
	}
	if v.val.Kind == ArrayVal {
		return n.arrayAttr(v.val, in.Name)
	}
	if n.eval.sets[in.Name] && !in.Method {
		return n.loadSet(v, in.Name)
	}
	n.eval.stack = []Val{v.val}
	s := n.eval.loadAttr(in)
	if s == nil && slices.ContainsFunc(n.eval.stack, n.onTheWay) {
		s = refuse(reason.UnknownValue, "a value that is computed on the way to a loop")
	}
	if s == nil {
		return n.takeOver()
	}
	if getter, ok := n.getterOf(v, in); ok {
		return n.enterCall(in, getter, []nval{v})
	}
	return s
}

// onTheWay says that a value, or one of its items, would be computed by the region in front of the nest.
func (n *nester) onTheWay(v Val) bool {
	switch v.Kind {
	case Runtime, Result:
		return n.fn.Values[v.ID].Op != ir.Input && (v.Kind == Result || v.Const.T == "")
	case ArrayVal:
		return n.fn.Values[n.heap[v.Obj].ID].Op != ir.Input
	}
	return slices.ContainsFunc(v.Items, n.onTheWay)
}

// getterOf is the function of a property.
func (n *nester) getterOf(v nval, in *bytecode.Inst) (*Desc, bool) {
	if in.Method || !ownObject(v.val) {
		return nil, false
	}
	return n.byClass(v.val, byProperty, in.Name)
}

// arrayAttr is what does not change of an array: lengths.
func (n *nester) arrayAttr(v Val, name string) *stop {
	a, s := n.array(v)
	if s != nil {
		return s
	}
	rank := n.f.Args[a].Rank
	shape := nval{kind: nTuple}
	for axis := range rank {
		shape.items = append(shape.items, n.dim(a, axis))
	}
	switch name {
	case "shape":
		n.push(shape)
	case "ndim":
		n.push(knownVal(constVal(intConst(fmt.Sprint(rank)))))
	case "size":
		size := n.int(1)
		for _, d := range shape.items {
			size = n.scalar(kernel.Mul, kernel.I64, size, d.id)
		}
		n.push(numberOf(ir.PyIntType, size))
	case "dtype":
		return n.pushType(n.f.Args[a].Type)
	default:
		return refuse(reason.UnknownAttr, fmt.Sprintf("attribute %q of an array in a loop", name))
	}
	return nil
}

// dim is the length of an axis, read once.
func (n *nester) dim(array, axis int) nval {
	key := fmt.Sprintf("dim%d.%d", array, axis)
	id, ok := n.consts[key]
	if !ok {
		id = n.f.Add(0, nest.Inst{Op: nest.Dim, Type: kernel.I64, Num: array, Axis: axis})
		n.consts[key] = id
	}
	return numberOf(ir.PyIntType, id)
}

func (n *nester) binaryOp(in *bytecode.Inst) *stop {
	vs := n.popN(2)
	text, binary := in.Name, n.binary
	if in.Op == bytecode.BinaryOp {
		plain := strings.TrimSuffix(text, "=")
		if isList(vs[0]) || isList(vs[1]) {
			v, s := n.listOp(plain, plain != text, vs[0], vs[1])
			if s == nil && !n.entered {
				n.push(v)
			}
			return s
		}
		if plain != text && n.isArray(vs[0]) {
			text, binary = plain, n.updateArrayIn
		} else {
			text = plain
		}
	}
	if vs[0].kind == nTuple && vs[1].kind == nTuple && in.Op == bytecode.CompareOp {
		binary = n.sameItems
	}
	if vs[0].kind == nKnown && vs[1].kind == nKnown && n.eval.byIdentity(text, vs[0].val, vs[1].val) {
		is := bytecode.Inst{Op: bytecode.IsOp, Arg: map[string]int{"==": 0, "!=": 1}[text]}
		return n.areOne(&is, vs)
	}
	v, s := binary(text, vs[0], vs[1])
	if s == nil {
		n.push(v)
	}
	if in.Op != bytecode.CompareOp { // which may change an operand
		return s
	}
	return n.orAsRegion(s, in, vs...)
}

func (n *nester) buildTuple(in *bytecode.Inst) *stop {
	n.push(nval{kind: nTuple, items: n.popN(in.Arg)})
	return nil
}

// mayReturn makes arrays in what is returned objects.
func (n *nester) mayReturn(v nval) *stop {
	if s := n.mayHold(v); s != nil {
		return s
	}
	switch v.kind {
	case nList:
		return nil
	case nArray:
		return n.assignable(v.arr)
	case nTuple:
		for _, item := range v.items {
			if s := n.mayReturn(item); s != nil {
				return s
			}
		}
		return nil
	case nNumber, nComplex, nKnown:
		return nil
	}
	return refuse(reason.Escapes, "a loop's own value is returned")
}

// returned leaves the function.
func (n *nester) returned(v nval) *stop {
	if len(n.now.stack) > 0 && n.values() {
		return refuse(reason.NestedStack, "return from inside a block that holds values")
	}
	if s := n.settle(); s != nil {
		return s
	}
	v, s := n.solid(v)
	if s != nil {
		return s
	}
	if s := n.mayReturn(v); s != nil {
		return s
	}
	n.flush()
	n.forget()
	n.f.Blocks[n.block].Term.Exit = n.exit(way{pc: -1, state: n.now.clone(), result: &v})
	return nil
}
