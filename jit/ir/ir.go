package ir

import "slipstream/sched/kernel"

// ID numbers the values of a function; it is the index in Func.Values.
type ID int32

// None marks an absent value.
const None ID = -1

// Op is what a value's definition does.
type Op uint8

// The operations. opTable has a row for each.
const (
	Input     Op = iota // Num: the region's input
	Number              // a Python number known when compiling: Bits
	HostConst           // Num: host object
	Param               // block parameter
	Memory              // the memory at entry
	Elem                // kernel operation KOp on broadcast operands computed in type In
	Loop                // NumPy's inner loop Name with signature Sig on broadcast operands
	View                // basic index of Args[0]; run-time index numbers follow in Args
	Transpose           // all axes reversed
	Item                // the element of a rank-0 array, as a NumPy scalar
	Dim                 // length of axis Num, or the number of elements (-1), as a Python int
	Sum                 // over all elements, along NumPy's summation tree
	Call                // pure call of host object Num; Num2: keyword names or -1; Axes: see there
	PyOp                // Python's own operator Name on Python numbers
	MakeTuple
	Store  // Args: memory, target array, value: target[...] = value; gives memory
	Commit // Args: memory, values of exit Num; from here failures leave by that exit; gives memory
	Errors // Args: memory; NumPy's error state from here on: Num, as sched.Task.Axis has it; gives memory
	Write  // Args: memory, an array, other arguments: a call of host object Num that writes into the array; Num2: keyword names or -1; gives memory
	numOps
)

// IndexKind is the kind of an item of a basic index.
type IndexKind uint8

// The kinds of index items.
const (
	IndexInt IndexKind = iota
	IndexSlice
	IndexNewAxis
)

// Bound is a number of an index: a constant, an argument of the View, or absent.
type Bound struct {
	None  bool
	Arg   int // index into Value.Args, 0: Const is meant
	Const int64
}

// Index is one item of a basic index.
type Index struct {
	Kind              IndexKind
	Start, Stop, Step Bound
}

// Value is one SSA value.
type Value struct {
	Op    Op
	Type  Type
	Args  []ID
	Mem   ID            // the memory that operands in user memory are read in, or None
	KOp   kernel.Op     // Elem
	In    kernel.Type   // Elem: type the operands are computed in
	Name  string        // Loop: ufunc; PyOp: operator
	Sig   []kernel.Type // Loop
	Index []Index
	Bits  uint64
	Num   int
	Num2  int
	Line  int // user's source line
	// Shape names the length of each axis of an array; equal names were
	// equal when the function was compiled. The plan verifies what it uses.
	Shape []Sym
	// SameShape: the result takes the place of the array Replaced and must
	// have exactly its shape.
	SameShape bool
	Quiet     bool // Call: cannot report floating-point errors
	Over      bool // Store: NumPy stores first, and reports then
	// Apart: arrays that must not share memory with what a Store changes, since
	// they are read before it in place of behind an earlier one.
	Apart []ID
	// Axes: the Call is ufunc.reduce of Args[0] over this set of axes, by a loop
	// whose reductions are known; 0 for other calls.
	Axes int
}

// Sym names the length of an axis; One is the length 1.
type Sym int32

// One is the length of a new axis.
const One Sym = 0

// Term ends a block: it leaves the region by exit Exit with Args.
type Term struct {
	Exit int
	Args []ID
}

// Block is a basic block: parameters, then values in order, then the terminator.
type Block struct {
	Params []ID
	Body   []ID
	Term   Term
}

// Func is a region in SSA form.
type Func struct {
	Values []Value
	Blocks []Block
}

// Add appends a value to the last block and returns its number.
func (f *Func) Add(v Value) ID {
	id := ID(len(f.Values))
	f.Values = append(f.Values, v)
	b := &f.Blocks[len(f.Blocks)-1]
	b.Body = append(b.Body, id)
	return id
}

// New makes a function with one empty block.
func New() *Func { return &Func{Blocks: make([]Block, 1)} }

// OpInfo is a row of the operation table.
type OpInfo struct {
	Name string
	// Effect: the value must stay even if nothing uses it.
	Effect bool
	// Raises: it may fail or set a flag NumPy reports, so it must not be
	// dropped although nothing uses it (an Elem asks the kernel table).
	Raises bool
	// Pure values with equal fields are the same object for the program.
	Pure bool
}

var opTable = [numOps]OpInfo{
	Input:     {"input", false, false, true},
	Number:    {"number", false, false, true},
	HostConst: {"host", false, false, true},
	Param:     {"param", false, false, false},
	Memory:    {"memory", false, false, true},
	Elem:      {"elem", false, true, false},
	Loop:      {"loop", false, true, false},
	View:      {"view", false, true, false},
	Transpose: {"transpose", false, false, false},
	Item:      {"item", false, false, false},
	Dim:       {"dim", false, false, false},
	Sum:       {"sum", false, true, false},
	Call:      {"call", false, true, false},
	PyOp:      {"pyop", false, true, false},
	MakeTuple: {"maketuple", false, false, false},
	Store:     {"store", true, true, false},
	Commit:    {"commit", true, true, false},
	Errors:    {"errors", true, true, false},
	Write:     {"write", true, true, false},
}

// Info gives the row of op.
func (op Op) Info() OpInfo { return opTable[op] }

func (op Op) String() string { return opTable[op].Name }

// CanRaise says whether dropping v could lose an error or a report.
func (v *Value) CanRaise() bool {
	if v.Op == Elem {
		// Operands of other types may have to be converted, which can fail.
		return v.KOp.Info().Raises || len(v.Args) > 1
	}
	return v.Op.Info().Raises
}

// Root is the array whose memory a view looks at.
func (f *Func) Root(id ID) ID {
	for v := &f.Values[id]; v.Op == View || v.Op == Transpose; v = &f.Values[id] {
		id = v.Args[0]
	}
	return id
}

// Replaced is the array whose place a result of SameShape takes: the first
// operand, but for a literal before it (x **= -1 is 1/x), and of a choice the
// one that it keeps.
func (f *Func) Replaced(v *Value) ID {
	if v.KOp == kernel.Select {
		return v.Args[2]
	}
	for _, a := range v.Args {
		if f.Values[a].Type.Kind == Array {
			return a
		}
	}
	return None
}
