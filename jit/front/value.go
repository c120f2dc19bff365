package front

import (
	"slipstream/bytecode"
	"slipstream/jit/ir"
)

// ValKind is the kind of an abstract value.
type ValKind uint8

// The kinds of abstract values.
const (
	Unbound     ValKind = iota
	Null                // CPython's NULL on the stack
	Const               // a literal
	Runtime             // a number in SSA value ID
	ArrayVal            // heap object Obj
	Host                // a live object known by identity: Desc
	Tup                 // a tuple of Items
	SliceVal            // slice(Items[0], Items[1], Items[2])
	Method              // Name of the array Items[0]
	Slot                // the untouched value of local slot or cell Num, not yet looked at
	List                // a list of Items that was just made: Obj tells it from others
	ErrState            // an np.errstate that was just made: Num is the change, Obj tells it from others
	Leaver              // the exit of a with block: Num is the error state to go back to, Obj the block's pc
	Object              // an object that is looked at by its parts: Num is its input, Desc what it is
	BoundMethod         // a method of Items[0], its function Desc, itself input Num
	Dict                // a dict that was just made, Obj tells it from others: texts Const.Items, values Items
	Code                // the code of a function: constant Num of what is interpreted, Literal
	Made                // a function that was made of functions[Num], Obj tells it from others
	Cell                // what a variable shares with functions inside: see functions.go
	Iterator            // a map, zip or the like of Items that was just made, by Name; Obj tells it from others
	Bound               // a method of Items[0], its function Desc, that only exists here: Obj tells it from others
	SuperOf             // super(Items[0], Items[1]), the same
	Flags               // those of the array Items[0], the same
	Walker              // an iterator of a loop that is written out: Items are left
	Set                 // a set of Items that was just made, Obj tells it from others: see sets.go
	Union               // classes joined by |: Items
	Unsaid              // a text that nobody has asked for: see unsaid
	Result              // the tuple ID that a call gave, as Desc tells; Num: whose memory its arrays are
)

// Val is an abstract value. Values are never changed in place.
type Val struct {
	Kind  ValKind
	Type  ir.Type // Runtime
	ID    ir.ID   // Runtime
	Obj   int     // ArrayVal
	Const bytecode.Const
	Desc  *Desc
	Items []Val
	Name  string
	Num   int
	// Literal names the very object to hand back for a constant.
	Literal *HostSpec
	// From is one more than the number of the input that is this very object, a
	// constant or tuple that entered the region; 0: there is none.
	From int
}

// object is an array on the abstract heap. Locals and stack entries that name
// the same array share one object.
type object struct {
	Type ir.Type
	ID   ir.ID // the array's value
	// User: memory that others can see (an input, a view of one, a result of
	// a call). Otherwise the object was computed here and no one else holds it.
	User bool
	// Input is the number of the input whose memory it is, or -1.
	Input int
	// Viewed: views of it were made, so an update in place must be a store.
	Viewed bool
	// Fixed: whose memory it is only shows at run time, so nothing is stored into it.
	Fixed bool
}

func constVal(c bytecode.Const) Val {
	if c.T == "tuple" {
		items := make([]Val, len(c.Items))
		for i, x := range c.Items {
			items[i] = constVal(x)
		}
		return Val{Kind: Tup, Items: items, Const: c}
	}
	return Val{Kind: Const, Const: c}
}

func intConst(s string) bytecode.Const { return bytecode.Const{T: "int", V: s} }

var noneConst = bytecode.Const{T: "none"}

func (v Val) isNone() bool { return v.Kind == Const && v.Const.T == "none" }

// same says whether two abstract values are certainly the same object.
func (v Val) same(w Val) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case Unbound, Null:
		return true
	case Slot, Object, BoundMethod:
		return v.Num == w.Num
	case ArrayVal, ErrState, List, Dict, Made, Iterator, Bound, SuperOf, Flags:
		return v.Obj == w.Obj
	case Runtime, Result:
		return v.ID == w.ID
	case Host:
		return v.Desc == w.Desc
	case Const:
		return v.Const.Equal(w.Const)
	}
	return false
}
