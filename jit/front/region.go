package front

import (
	"slices"

	"slipstream/bytecode"
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// HostSpec names a live object for the host to fetch when the region is
// installed. Exactly one field is meant, tested in this order.
type HostSpec struct {
	CodeConst int             `json:"codeconst,omitempty"` // constant number CodeConst-1 of the code, the object itself
	Of        int             `json:"of,omitempty"`        // of the inlined function whose state is object number Of-1
	Const     *bytecode.Const `json:"const,omitempty"`
	Key       string          `json:"key,omitempty"`     // an interned name
	Dict      string          `json:"dict,omitempty"`    // "globals", "builtins"
	DictOf    int             `json:"dictof,omitempty"`  // __dict__ of object number DictOf-1
	KwNames   []string        `json:"kwnames,omitempty"` // a tuple of names
	Super     string          `json:"super,omitempty"`   // the pair of object number ID, a class, and this name
	ID        int             `json:"id"`                // object number of the job
}

// Input is a value that enters the region.
type Input struct {
	Source   sched.SourceKind
	Index    int // argument, fact or host object
	Type     ir.Type
	ID       ir.ID // its SSA value, None while unused
	Writable bool
	Equal    int // host object it must equal, or -1
	Of, Key  int // FromPart: the input it is a part of, and the host object it goes by
	Class    int // host object plus one: its class, 0: any
	Name     string
	sample   *Desc
}

// Fact is a look-up the region relies on, in host object numbers.
type Fact struct {
	Dict, Key, Expect, Fallback int
	Name                        string
}

// Exit says where control goes and what the values handed back are: one for
// each slot of Stores, then the returned value.
type Exit struct {
	PC      int // where CPython goes on, -1 for a return
	Return  bool
	None    bool // return None, no value handed back
	Stores  []int
	Deletes []int
	// Push are the values on the stack inside of a statement, the top first:
	// their numbers come behind those of Stores.
	Push []Pushed
}

// Pushed is a value on the stack: a slot whose local it is, or one of these.
type Pushed int

// What is pushed besides locals.
const (
	PushedValue Pushed = -1 - iota
	PushedNull
)

// Region is the result of interpretation: SSA, guards, exits, reasons.
type Region struct {
	PC      int
	Args    []int // slots of localsplus passed to the region
	Func    *ir.Func
	Inputs  []Input
	Facts   []Fact
	Exits   []Exit
	Hosts   []HostSpec
	End     int // pc where it ended, -1 for a return
	Refusal *reason.Refusal
	// Next are the pcs where another region may begin.
	Next []int
	// Starts are the statement starts inside, where the region can be cut.
	Starts []int
	// Lines are the source lines whose statements are inside.
	Lines []int
	// Frees are the locals whose values at entry it frees later than CPython, and
	// Behind the statement starts where it would have to end to free each in time.
	Frees  sched.Frees
	Behind []int
	// AtLoop: nothing is refused but what stands in front of a loop, or at the end of the
	// body of one that Python runs, is not worth a region.
	AtLoop bool
	// Nest is the loop that the region is, or nil.
	Nest *Nest
	// Take is how many iterators it goes on with, passed behind Args.
	Take int
}

// host interns a host object and gives its number.
func (e *eval) host(spec HostSpec) int {
	for i, h := range e.hosts {
		if sameSpec(h, spec) {
			return i
		}
	}
	e.hosts = append(e.hosts, spec)
	return len(e.hosts) - 1
}

func sameSpec(a, b HostSpec) bool {
	if (a.Const == nil) != (b.Const == nil) || a.Const != nil && !a.Const.Equal(*b.Const) {
		return false
	}
	if len(a.KwNames) != len(b.KwNames) {
		return false
	}
	for i := range a.KwNames {
		if a.KwNames[i] != b.KwNames[i] {
			return false
		}
	}
	return a.CodeConst == b.CodeConst && a.Of == b.Of && a.Key == b.Key && a.Dict == b.Dict && a.DictOf == b.DictOf && a.Super == b.Super && a.ID == b.ID
}

func (e *eval) hostObject(id int) int          { return e.host(HostSpec{ID: id}) }
func (e *eval) hostConst(c bytecode.Const) int { return e.host(HostSpec{Const: &c}) }
func (e *eval) hostKey(name string) int        { return e.host(HostSpec{Key: name}) }
func (e *eval) hostDict(namespace string) int  { return e.host(HostSpec{Dict: namespace}) }
func (e *eval) hostModuleDict(module int) int  { return e.host(HostSpec{DictOf: module + 1}) }

// fact records a look-up once and gives its number.
func (e *eval) fact(f Fact) int {
	for i, g := range e.facts {
		if g.Dict == f.Dict && g.Key == f.Key && g.Expect == f.Expect {
			return i
		}
	}
	e.facts = append(e.facts, f)
	return len(e.facts) - 1
}

// idOf materialises an abstract value as an SSA value that can be handed to
// the host.
func (e *eval) idOf(v Val) (ir.ID, *stop) {
	if v.From > 0 {
		return e.inputID(v.From - 1), nil
	}
	if v.Literal != nil {
		return e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.host(*v.Literal)}), nil
	}
	switch v.Kind {
	case Runtime, Result:
		return v.ID, nil
	case ArrayVal:
		return e.heap[v.Obj].ID, nil
	case Object, BoundMethod:
		return e.inputID(v.Num), nil
	case Const:
		return e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostConst(v.Const)}), nil
	case Host:
		return e.add(ir.Value{Op: ir.HostConst, Type: ir.ObjectType, Num: e.hostObject(v.Desc.ID)}), nil
	case Tup:
		return e.tupleID(v)
	case List, Dict:
		return e.containerID(v)
	case Made:
		return e.functionID(v)
	case Cell:
		return e.cellID(v)
	case Slot:
		r, s := e.slotValue(v.Num)
		if s != nil {
			return ir.None, s
		}
		return e.idOf(r)
	}
	return ir.None, refuse(reason.Escapes, "a value that only exists inside compiled code would be needed in Python")
}

func (e *eval) tupleID(v Val) (ir.ID, *stop) {
	args, s := e.idsOf(v.Items)
	if s != nil {
		return ir.None, s
	}
	if len(args) == 0 {
		return e.add(ir.Value{Op: ir.MakeTuple, Type: ir.TupleType}), nil
	}
	if id, ok := e.tuples[&v.Items[0]]; ok && slices.Equal(e.fn.Values[id].Args, args) {
		return id, nil // by whatever name: it is one object
	}
	id := e.add(ir.Value{Op: ir.MakeTuple, Type: ir.TupleType, Args: args})
	if e.tuples == nil {
		e.tuples = map[*Val]ir.ID{}
	}
	e.tuples[&v.Items[0]] = id
	return id, nil
}

func (e *eval) idsOf(items []Val) ([]ir.ID, *stop) {
	args := make([]ir.ID, len(items))
	for i, item := range items {
		id, s := e.idOf(item)
		if s != nil {
			return nil, s
		}
		args[i] = id
	}
	return args, nil
}

// exitAt describes leaving at pc with the present state: the locals that are
// no longer what they were at entry, as far as they are live there or it
// shows that they hold something.
func (e *eval) exitAt(pc int) (int, []ir.ID, *stop) {
	e.handed = nil
	x, seen := Exit{PC: pc}, e.handedOver(pc)
	var args []ir.ID
	for slot, v := range e.locals {
		switch kept := e.live(pc, slot) || e.keeps(v, seen); {
		case e.unchanged(slot, v):
		case v.Kind == Unbound, !kept && e.code.CFG.MaybeBound(e.entry).Has(slot):
			x.Deletes = append(x.Deletes, slot) // what it held must not live on
		case kept:
			id, s := e.idOf(v)
			if s != nil {
				return 0, nil, s
			}
			x.Stores = append(x.Stores, slot)
			args = append(args, id)
		}
	}
	e.exits = append(e.exits, x)
	return len(e.exits) - 1, args, nil
}

func (e *eval) unchanged(slot int, v Val) bool {
	if !e.passed[slot] {
		return v.Kind == Unbound
	}
	return v.Kind == Slot && v.Num == slot || e.slots[slot].Kind != Unbound && v.same(e.slots[slot])
}

// DropExits forgets the exits by which nothing leaves any more.
func (r *Region) DropExits() {
	block := &r.Func.Blocks[0]
	used := []*int{}
	for _, id := range block.Body {
		if v := &r.Func.Values[id]; v.Op == ir.Commit {
			used = append(used, &v.Num)
		}
	}
	var kept []Exit
	for _, n := range append(used, &block.Term.Exit) {
		kept = append(kept, r.Exits[*n])
		*n = len(kept) - 1
	}
	r.Exits = kept
}

func (e *eval) leaveAt(pc int) *stop {
	n, args, s := e.exitAt(pc)
	if s != nil {
		return s
	}
	e.fn.Blocks[0].Term = ir.Term{Exit: n, Args: args}
	return nil
}

// leaveInside leaves the region inside of a statement, with its stack.
func (e *eval) leaveInside(pc int) *stop {
	if s := e.makeCalls(); s != nil {
		return s
	}
	n, args, s := e.exitAt(pc)
	if s != nil {
		return s
	}
	pushed, s := e.pushedAt(n)
	if s != nil {
		return s
	}
	args = append(args, pushed...)
	e.fn.Blocks[0].Term = ir.Term{Exit: n, Args: args}
	return nil
}

// pushedAt tells exit n of the values on the stack, and gives them, the top first.
func (e *eval) pushedAt(n int) ([]ir.ID, *stop) {
	var args []ir.ID
	for _, v := range slices.Backward(e.stack) {
		how := PushedValue
		switch {
		case v.Kind == Null:
			how, v = PushedNull, constVal(noneConst)
		case v.Kind == Slot && e.locals[v.Num].same(v) && !e.code.slots[v.Num].Boxed():
			how, v = Pushed(v.Num), constVal(noneConst)
		}
		id, s := e.idOf(v)
		if s != nil {
			return nil, s
		}
		e.exits[n].Push, args = append(e.exits[n].Push, how), append(args, id)
	}
	return args, nil
}

func (e *eval) leaveReturn(v Val) *stop {
	if s := e.makeCalls(); s != nil {
		return s
	}
	e.handed = nil
	if v.isNone() {
		return e.leaveFor(Exit{PC: -1, Return: true, None: true}, nil)
	}
	id, s := e.idOf(v)
	if s != nil {
		return s
	}
	return e.leaveFor(Exit{PC: -1, Return: true}, []ir.ID{id})
}

// leaveFor leaves with what is returned.
func (e *eval) leaveFor(x Exit, result []ir.ID) *stop {
	if e.foreseenExits { // the frame frees what its variables hold right behind
		e.exits = append(e.exits, x)
		e.fn.Blocks[0].Term = ir.Term{Exit: len(e.exits) - 1, Args: result}
		return nil
	}
	args, s := e.heldToTheEnd(&x)
	if s != nil {
		return s
	}
	cells, s := e.cellsToTheEnd(&x)
	if s != nil {
		return s
	}
	args = slices.Concat(args, cells, result)
	e.exits = append(e.exits, x)
	e.fn.Blocks[0].Term = ir.Term{Exit: len(e.exits) - 1, Args: args}
	return nil
}
