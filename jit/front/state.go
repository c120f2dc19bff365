package front

import (
	"maps"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// state is what is known at one point of the code.
type state struct {
	locals []Val
	slots  []Val // by slot: what the passed value turned out to be
	stack  []Val
	heap   []object
	mem    ir.ID
	// stored: the current statement has stored into user memory; nothing
	// that can fail may follow before its end.
	stored bool
	// underflow: an instruction wanted a value from before the region.
	underflow bool
	// dirty: an effect stands that no Commit covers yet.
	dirty bool
	// errors is NumPy's error state here, told from the one at entry.
	errors sched.ErrorState
	// cells are what those of calls that are interpreted hold: see functions.go.
	cells []Val
	// cellStores counts the stores into cells.
	cellStores int
	// prepared are objects that were made in front of the last store, or nil.
	prepared *prepared
	// attrs are the attributes that were set.
	attrs []attr
	// freed are the function's locals that hold another value than at entry, or none.
	freed []freed
	// calls are due at the end of the statement: see cached.go.
	calls []cachedCall
	// saved is the time that running natively saves, in ns: see worth.go.
	saved int
	// overhead is what the interpreter itself would have taken beside it, in ns.
	overhead int
}

func (s *state) clone() state {
	c := *s
	c.locals = append([]Val(nil), s.locals...)
	c.slots = append([]Val(nil), s.slots...)
	c.stack = append([]Val(nil), s.stack...)
	c.heap = append([]object(nil), s.heap...)
	c.cells = append([]Val(nil), s.cells...)
	c.attrs = append([]attr(nil), s.attrs...)
	c.calls = append([]cachedCall(nil), s.calls...)
	c.freed = append([]freed(nil), s.freed...)
	return c
}

// mark is a point to which the interpretation can be taken back.
type mark struct {
	pc     int
	state  state
	values int
	body   int
	exits  int
}

func (e *eval) mark(pc int) mark {
	return mark{pc, e.clone(), len(e.fn.Values), len(e.fn.Blocks[0].Body), len(e.exits)}
}

// rollback forgets what was built since m. Inputs and facts looked at stay;
// unused ones are dropped at the end.
func (e *eval) rollback(m mark) {
	e.state = m.state.clone()
	e.fn.Values = e.fn.Values[:m.values]
	e.fn.Blocks[0].Body = e.fn.Blocks[0].Body[:m.body]
	e.exits = e.exits[:m.exits]
	e.handed, e.indices = nil, nil
	maps.DeleteFunc(e.tuples, func(_ *Val, id ir.ID) bool { return int(id) >= m.values })
	for i := range e.inputs {
		if int(e.inputs[i].ID) >= m.values {
			e.inputs[i].ID = ir.None
		}
	}
}

func (e *eval) push(v Val) { e.stack = append(e.stack, v) }

// pop takes the top of the region's own stack. What lies below it belongs to
// CPython: reaching for that ends the region (see step).
func (e *eval) pop() Val {
	if len(e.stack) == 0 {
		e.underflow = true
		return Val{}
	}
	v := e.stack[len(e.stack)-1]
	e.stack = e.stack[:len(e.stack)-1]
	return v
}

func (e *eval) popN(n int) []Val {
	if n > len(e.stack) {
		e.underflow = true
		return make([]Val, n)
	}
	at := len(e.stack) - n
	vs := append([]Val(nil), e.stack[at:]...)
	e.stack = e.stack[:at]
	return vs
}

// stop is how a handler says that the code stays in Python.
type stop struct {
	reason reason.Reason
	detail string
	at     *reason.Refusal // the place, where it is another one
}

func (s *stop) Error() string { return s.detail }

func refuse(r reason.Reason, detail string) *stop { return &stop{reason: r, detail: detail} }
