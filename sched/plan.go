// Package sched holds plans and runs them: tasks over values and buffers on
// devices. It knows shapes, strides, element types and devices. It knows
// nothing of SSA, bytecode or Python; objects of the host are opaque numbers.
package sched

import (
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// ValueID numbers the values of one plan.
type ValueID int32

// NoValue marks an absent value.
const NoValue ValueID = -1

// ValueKind says what a value is at run time.
type ValueKind uint8

// The value kinds.
const (
	Array     ValueKind = iota // strided memory of Type with Rank dimensions
	NpScalar                   // one element of Type, a NumPy scalar for the host
	PyFloat                    // a double, the host language's float (Type F64)
	PyInt                      // a 64-bit integer, the host's int (Type I64)
	PyBool                     // a byte, the host's bool (Type Bool)
	PyComplex                  // two doubles, the host's complex (Type C128)
	Object                     // an opaque host object
)

// Value describes one value of a plan.
type Value struct {
	Kind ValueKind
	Type kernel.Type
	Rank int
}

// MaxRank is the largest rank a plan handles.
const MaxRank = 8

// SourceKind says where an input comes from.
type SourceKind uint8

// The sources.
const (
	FromArg   SourceKind = iota // argument Index of the region's call
	FromCell                    // contents of the cell that is argument Index
	FromFact                    // current value of looked-up fact Index (see Facts)
	FromConst                   // host object Index
	FromPart                    // attribute or item Key of the object that input Index is
)

// Input binds a value to a source under predicates; when one fails the plan
// is not taken. Array inputs must be of the exact array type, have the
// value's element type in native byte order and rank, and be aligned.
type Input struct {
	Value    ValueID
	Source   SourceKind
	Index    int
	Writable bool // the plan stores into it
	// Equal, when >= 0, is the host object the input must be identical or,
	// for exact int, float, bool, str and None, of the same type and equal to
	// (floats: same bits).
	Equal int
	// Key is the host object by whose name a part goes, Class the one whose very
	// class the input is of; both plus one, 0: none.
	Key, Class int
}

// Fact is a look-up in a namespace (a dict) that the plan relies on.
// Expect >= 0: the value found must be that very object. Expect < 0: the
// value is an input (FromFact), looked up again when the namespace changed.
type Fact struct {
	Dict   int // host object: the dict
	Key    int // host object: the interned name
	Expect int // host object, or -1
	// Fallback is a second dict (builtins) that is searched when the key is
	// absent from Dict, or -1.
	Fallback int
}

// Operand is an integer known when the plan is made, or a PyInt value, or absent.
type Operand struct {
	Value ValueID // NoValue: Const is meant
	Const int64
	None  bool // an absent slice bound
}

// IndexKind is the kind of one index item.
type IndexKind uint8

// The index kinds. An ellipsis is expanded before.
const (
	IndexInt IndexKind = iota
	IndexSlice
	IndexNewAxis
)

// IndexItem is one item of a basic index, with Python's meaning of negative
// and out-of-range bounds. An integer out of range fails the task.
type IndexItem struct {
	Kind              IndexKind
	Start, Stop, Step Operand // IndexInt: Start
}

// TaskKind selects the operation of a task.
type TaskKind uint8

// The tasks. Dst is the value made, Src[...] the values read.
const (
	// TaskView makes a view of Src[0] by Index; missing trailing axes are full.
	TaskView TaskKind = iota
	// TaskTranspose reverses the axes of Src[0].
	TaskTranspose
	// TaskLoad reads the one element of the rank-0 array Src[0] into a NpScalar.
	TaskLoad
	// TaskDim is the length of axis Axis of Src[0] (a PyInt); Axis -1: the number of elements.
	TaskDim
	// TaskKernel applies Kernel over the broadcast shape of its array inputs.
	// Src has one value per kernel parameter, in order: arrays and scalars
	// for In and Scalar parameters, the made or stored-into values for Out.
	TaskKernel
	// TaskSum runs a reduction kernel over all elements, in C order of the
	// broadcast shape of its array inputs, along NumPy's summation tree, and
	// makes the NpScalar (or rank-0) Src[last].
	TaskSum
	// TaskCall calls host object Callee with Src (boxed) and keyword names
	// KwNames (a host object, or -1). It must be pure, and an array it gives
	// must be new. Any error, floating-point
	// report included, fails the task. The result must be what value Dst says.
	// With Axis it is a call of ufunc.reduce over that set of axes of Src[0], for
	// which its executor may call the ufunc's own loop.
	TaskCall
	// TaskNumber applies the host's own operator Operator to Python numbers
	// (boxed): exact for ints of any size; a result outside Dst's kind fails.
	TaskNumber
	// TaskTuple makes a host tuple of Src (boxed).
	TaskTuple
	// TaskCommit says that all effects before it stand: from here a failure
	// leaves by exit Exit instead of "not taken". Floating-point flags are
	// read before.
	TaskCommit
	// TaskLeave ends the run by exit Exit. Every plan ends with one.
	TaskLeave
	// TaskFold is a call of ufunc.reduce over the set Axis of axes of Src[0],
	// which the kernel before it makes: its executor may fold by the ufunc's own
	// loop while that kernel runs. Only other folds may stand between.
	TaskFold
	// TaskErrors changes which floating-point flags NumPy would report from here
	// on: those of the state in which the run began but for the classes in Axis,
	// see ErrorState. What was reported so far fails the task, unless it stands
	// between a store and its commit, where nothing can fail.
	TaskErrors
	// TaskWrite is TaskCall of a function that writes into memory that exists, and
	// gives nothing. What it is told to do it does, or fails with nothing written.
	TaskWrite
	// TaskNest runs the plan's loop nest on Src, as its arguments, and ends the run
	// by the exit of the one of Ways that it leaves by. It is the only task of its plan.
	TaskNest
	numTaskKinds
)

// OutMode says what a kernel's Out parameter is.
type OutMode uint8

// The out modes.
const (
	NotOut    OutMode = iota // the parameter is not an Out
	OutNew                   // a new array of the host, NumPy's layout for these inputs
	OutTemp                  // scratch memory of the run; C order (or the inputs' common order)
	OutScalar                // rank 0: the value's scalar word
	OutInto                  // memory of an existing array: the shape must be the broadcast shape or
	// one the inputs broadcast to; memory that overlaps an input's without
	// being the same elements in the same order fails the task before any write
	OutTile // read by the folds behind the kernel only, so that it need not lie in memory
)

// OrderRule says how NumPy lays out the result of an operation.
type OrderRule uint8

// The rules.
const (
	// OrderUfunc: operands of the result's shape that are contiguous in the same
	// order give that order; others go as in OrderIter.
	OrderUfunc OrderRule = iota
	// OrderIter: the iterator's choice from the strides of all operands: of
	// numpy.where, and of a ufunc that has to convert an array.
	OrderIter
	// OrderKeep: an update in place; its one operand's strides.
	OrderKeep
	numOrderRules
)

// MaxOrders is how many orders a task may have.
const MaxOrders = 32

// Order is the memory order of one operation's result.
type Order struct {
	Rule OrderRule
	Of   Sources // operands that are arrays
	// Temps are the operands of Of that NumPy may compute a large result into,
	// because nothing else can refer to them: the result then has their strides.
	Temps Sources
	// Loop is the number, in the kernel, of NumPy's own loop that computes the
	// result and nothing else, where it reads parameters as they lie in memory.
	// Reads gives these by operand, or -1; nil without such a loop.
	Loop  int
	Reads []int
}

// MaxReads is how many operands a loop of an order may have.
const MaxReads = 4

// Sources is a set of operands: bit p is parameter p, bit MaxOrders+n the
// result with order n, of an earlier operation.
type Sources uint64

// Task is one step of a plan. Tasks are listed in a valid order; Deps are the
// earlier tasks whose results or effects it needs.
type Task struct {
	Kind   TaskKind
	Dst    ValueID
	Src    []ValueID
	Index  []IndexItem
	Axis   int
	Kernel int // number in Plan.Kernels
	Outs   []OutMode
	Reuse  []ValueID // per parameter: a dying OutTemp or array whose memory an OutTemp or OutNew may take, or NoValue
	// Cover lists sets of parameters (bit p: parameter p). A value computed
	// inside the kernel from one such set has, in NumPy, the broadcast shape
	// of that set; it may be fused only when that is the kernel's whole
	// iteration space, otherwise the task fails (nothing to check when all
	// array inputs have the same shape).
	Cover []uint64
	// OnlyC: Orders is not known; fail (layout) unless every array input is in
	// C-like order.
	OnlyC bool
	// Orders follows the operations that the kernel was made of, as far as
	// memory orders depend on them.
	Orders []Order
	// OrderOf gives, per parameter, the order of a new or temporary result, or of
	// what a sum adds up, as a number in Orders, or -1; nil without orders.
	OrderOf []int
	Callee  int
	KwNames int
	// Quiet: the call cannot report floating-point errors.
	Quiet bool
	// Over: the kernel is one operation that NumPy, too, stores as it computes, and
	// reports behind it.
	Over bool
	// Operator is a binary operator's text for TaskNumber, "-1" for negation,
	// "must" for leaving the plan, as made for other shapes, if a bool is false,
	// "spared" where the program goes on to raise, "guess" where a branch was guessed
	// whose number is the second operand.
	Operator string
	Exit     int
	// Apart are arrays that must not share memory with what the kernel stores into;
	// else the task fails before any write.
	Apart []ValueID
	// Drops are the values not needed after this task.
	Drops []ValueID
	Deps  []int
	Ways  []Way // of a nest, by its exits
	Line  int   // the user's source line
}

// Way is what happens where a nest leaves by one of its exits.
type Way struct {
	Exit  int
	Left  int // 1 + the word with the rounds that were left until the host is looked at; 0: not told
	Told  Told
	Makes []Made
}

// Told is what rounds are that an exit tells of.
type Told uint8

// The kinds: of loops; calls that functions made of themselves; nothing that was done, because the host
// begins anew.
const (
	ToldRounds Told = iota
	ToldCalls
	ToldNothing
	numTold
)

var toldNames = [numTold]string{"left", "calls", "vain"}

// Made is a value that words of a nest's answer make.
type Made struct {
	Value ValueID
	Word  int // the first of its words
	Kind  MadeKind
	Of    []ValueID // what an iterator goes over: an array, or iterators made before
}

// MadeKind says what words make.
type MadeKind uint8

// The kinds.
const (
	MadeNumber        MadeKind = iota // one word, of a complex number one for each part: a number of the value's type
	MadeRangeIterator                 // next value, step, how many are left: an iterator of the host over a range
	MadeArrayIterator                 // the next index: one over the array Of
	MadeEnumerate                     // the next number: one that numbers what the iterator Of gives
	MadeZip                           // no word: one over the iterators Of side by side
	MadeView                          // address, lengths, strides: a view of memory of the array Of
	MadeCopy                          // the same: an array of its own with what lies there
	MadeTuple                         // no word: one of the values Of
	MadeList                          // where it lies, what its items are: a list of the host, or an array that is an item
	MadePart                          // two addresses, lengths, strides: a view of the copy Of, whose elements came from the first address on
	MadeReversed                      // the next index: one that goes back through the array or tuple Of
	MadeSet                           // no word: the attribute of the first Of that the second names becomes the third; None
	MadeMap                           // no word: a map of the first Of over the other ones, which are iterators
	MadeRange                         // first value, step, how many: a range
	MadeProduct                       // the next indices, one for each Of: an iterator over the items there of these ranges, lists and tuples, of which the last index runs fastest
	MadeCombinations                  // the same: each index is larger than the one before
	MadeRepeating                     // the same: no index is smaller than the one before
	MadeFlat                          // the next indices, one for each axis: an iterator over the elements of the array Of
	MadeIndexed                       // the same: it gives their indices, too
	MadeTableIterator                 // over a dict: where it lies, its form, the next entry, what it gives
	numMadeKinds
)

// Exit is a way out of the run: Values are boxed and handed back in order.
type Exit struct {
	Values []ValueID
}

// Frees are local variables of the calling frame that hold something else once
// the run is over: what they hold when it begins is freed then and not earlier,
// so the plan is taken only where nothing shows when (no finaliser, no weak
// reference). A device without frames has nothing to check.
type Frees struct {
	Of            []Local
	Locals, Depth int // of the frame: how many locals, and values on its stack
}

// Local is a variable of the calling frame: its slot, and the number of the
// argument as which its value is passed, or -1.
type Local struct{ Slot, Arg int }

// Plan is immutable once built. One plan serves any number of runs at once.
type Plan struct {
	Inputs  []Input
	Facts   []Fact
	Values  []Value
	Kernels []*kernel.Kernel
	Nest    *nest.Func // of TaskNest, or nil
	Tasks   []Task
	Exits   []Exit
	Args    int // arguments of the region's call
	Objects int // host objects referred to
	Frees   Frees
	// Direct: the plan has one exit with one value, which is handed back bare.
	Direct bool
}
