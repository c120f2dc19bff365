// Package nest is the code of a loop nest as data: typed SSA over numbers and the
// elements of arrays, in basic blocks with parameters, that is left by numbered
// exits. An exit hands over numbers; everything before it is done, nothing behind
// it has begun.
//
// It knows element types and scalar operations (package kernel). It knows nothing
// of the host's objects, of plans or of machines: jit/front makes it, jit/emit
// lowers it, sched/ref interprets it.
package nest

import "slipstream/sched/kernel"

// ID numbers the instructions of a function; it is the index in Func.Insts.
type ID int32

// None marks an absent value.
const None ID = -1

// Op is what an instruction does.
type Op uint8

// The operations. opTable has a row for each.
const (
	Number    Op = iota // the number that is argument Num
	Part                // a float of the complex number that is argument Num: Axis 0 the real one, 1 the imaginary one
	Const               // literal, bits in Bits
	Param               // parameter of the block that it stands in
	Scalar              // kernel operation KOp
	Checked             // Add, Sub or Mul (KOp) of integers; leaves where the result does not fit
	Quotient            // of integers, rounded down; the divisor is neither 0 nor, for the smallest number, -1
	Remainder           // with the divisor's sign, of the same
	Function            // of floats: number Num of the host's table
	Dim                 // length of axis Axis of the array that is argument Num
	Load                // element of array Num at the indices Args, which lie in range
	Store               // the last of Args into array Num at the others
	Guard               // leaves by Exit unless Args[0] is true
	Check               // leaves by Exit where one of Args is not finite and a report is due
	Poll                // Args[0] rounds are left; at 0 the host may ask to leave by Exit, else it begins anew
	Rounds              // how many rounds pass between two looks at the host
	Base                // address of the first element of the array that is argument Num
	Stride              // bytes between neighbours along axis Axis of array Num
	Peek                // element at the address Args[0]
	Poke                // Args[1] to the address Args[0]
	Host                // the host's function Num of Args, a word each; leaves where that does not work
	numOps
)

// OpInfo is a row of the operation table.
type OpInfo struct {
	Name string
	// Leaves: it may leave by Inst.Exit.
	Leaves bool
	// Made: it makes a value.
	Made bool
	// Same: of the same operands it gives the same value, or leaves, whenever it runs, and
	// does nothing else.
	Same bool
}

var opTable = [numOps]OpInfo{
	Number:    {"number", false, true, true},
	Part:      {"part", false, true, true},
	Const:     {"const", false, true, true},
	Param:     {"param", false, true, false},
	Scalar:    {"scalar", false, true, true},
	Checked:   {"checked", true, true, true},
	Quotient:  {"quotient", false, true, true},
	Remainder: {"remainder", false, true, true},
	Function:  {"function", false, true, true},
	Dim:       {"dim", false, true, true},
	Load:      {"load", false, true, false},
	Store:     {"store", false, false, false},
	Guard:     {"guard", true, false, true},
	Check:     {"check", true, false, false},
	Poll:      {"poll", true, true, false},
	Rounds:    {"rounds", false, true, true},
	Base:      {"base", false, true, true},
	Stride:    {"stride", false, true, true},
	Peek:      {"peek", false, true, false},
	Poke:      {"poke", false, false, false},
	Host:      {"host", true, true, false},
}

// Info gives the row of op.
func (op Op) Info() OpInfo { return opTable[op] }

func (op Op) String() string {
	if op >= numOps {
		return "op?"
	}
	return opTable[op].Name
}

// Ops lists every operation in order.
func Ops() []Op {
	all := make([]Op, numOps)
	for i := range all {
		all[i] = Op(i)
	}
	return all
}

// Inst is one instruction.
type Inst struct {
	Op   Op
	Type kernel.Type // of its value
	KOp  kernel.Op
	Args []ID
	Bits uint64
	Num  int
	Axis int
	Exit int // where Info().Leaves
}

// Arg is an argument of the function: a number of Type, an array of Rank axes, or the address of
// an object of the host's.
type Arg struct {
	Array  bool
	Object bool
	Type   kernel.Type
	Rank   int
	// Outside are the forms of a list, or another container, that the nest gets for an object, and of the lists in
	// it (jit/front/nestlistexits.go). Changes: it may not be as it was where the nest is left.
	Outside []int64
	Changes bool
}

// Exit is a way out: its values are written from word At of the answer on.
type Exit struct {
	At     int
	Values []ID
}

// Edge leads to a block and gives its parameters their values.
type Edge struct {
	To   int
	Args []ID
}

// Term ends a block: it goes along the first of Edges, with a Cond that is false
// along the second, and without edges it leaves by Exit.
type Term struct {
	Cond  ID
	Edges []Edge
	Exit  int
}

// Block is a basic block: parameters, instructions in order, then the end.
type Block struct {
	Params []ID
	Body   []ID
	Term   Term
}

// Func is a loop nest. Block 0 is where it begins; it has no parameters.
type Func struct {
	Args   []Arg
	Insts  []Inst
	Blocks []Block
	Exits  []Exit
	Words  int // length of the answer
}

// Add appends an instruction to a block and gives its number.
func (f *Func) Add(block int, in Inst) ID {
	id := ID(len(f.Insts))
	f.Insts = append(f.Insts, in)
	b := &f.Blocks[block]
	if in.Op == Param {
		b.Params = append(b.Params, id)
	} else {
		b.Body = append(b.Body, id)
	}
	return id
}

// NewBlock adds an empty block.
func (f *Func) NewBlock() int {
	f.Blocks = append(f.Blocks, Block{Term: Term{Cond: None, Exit: -1}})
	return len(f.Blocks) - 1
}

// NewExit adds an exit that hands over values.
func (f *Func) NewExit(values []ID) int {
	f.Exits = append(f.Exits, Exit{At: f.Words, Values: values})
	f.Words += len(values)
	return len(f.Exits) - 1
}

// Type is that of a value.
func (f *Func) Type(id ID) kernel.Type { return f.Insts[id].Type }
