package nest

// This file lists what the host does for a nest. The order is that of the table which
// it passes (pyext/native/nest.c): two functions of its own, Functions, then Hosts.

// Functions are those of the C library, of floats.
var Functions = [...]string{"pow", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "atan2", "hypot", "floor", "ceil", "log2", "log10", "sinh", "cosh", "asin", "acos", "rint", "float_mod", "float_floor", "hypotf"}

// The functions that Host calls. Args are words, a number each; Axis says more. An array
// is an address and a stride in bytes for each axis.
const (
	Room          = iota // memory of Args[0] bytes, if that is at most Args[1], apart from the addresses behind: its address
	Keep                 // the same, of memory that becomes an array's where an exit hands it over
	Zeros                // the same, of zeros
	Sweep                // kernel Axis: rank and what is repeated (RankWord), lengths, then for each parameter its array, or its number
	Write                // the same, into memory that may be read: nothing is stored where a report is due
	Dot                  // number of elements, two arrays: their product, as numpy.dot gives it
	Matmul               // the same, as the operator @ does
	Matrices             // m, n, p, an array of m x n, one of n x p, an address: their product is put there
	Count                // number of elements, first, step, an address: the numbers are put there
	Fold                 // rank, lengths, set of axes, an array, an address or 0: what fold Axis makes of it along these is put there, or is the result
	FoldKernel           // fold, set of axes, then as for Sweep, but in place of the result the same
	Place                // number of elements, an address, a stride: where the least (Axis 0) or largest (1) is
	Gcd                  // two numbers: their greatest common divisor
	IntRoot              // a number: the largest whose square is no larger
	IntPower             // a number, an exponent
	ModPower             // the same, and a number by which it is divided: the remainder
	Round                // a float, a number of digits behind the point: the float rounded to these, as Python does
	ListNew              // how often, number of words, the form of its items, the words, then lists that are in use: a new list; Axis is the number of all these
	ListRoom             // a list, how many items are to be added, words of an item
	ListExtend           // a list, one whose items are added, words of an item
	ListPart             // a list, one of whose items are added, from which one on, how many, by which steps, words of an item
	ListSort             // a list, whether the first words of its items are floats, whether the largest comes first
	CallOut              // a function of NumPy's: what is called, with what, and what is to come of it: where that lies; see pyext/native/nestcallout.c
	Gather               // number of elements, an array of places, length and array that they are in, an address: what lies there is put there; Axis is an element's size
	Scatter              // the same, but at the end 1, a stride and an address, or 0, 0 and a number: what is stored at these places
	Trues                // number of elements, an address, the last stride: how many of the bools there are true
	Compress             // rank, lengths, an array, where a mask of its elements lies, how many are true, an address: these are put there; Axis is an element's size
	Expand               // the same up to the mask, then as for Scatter: what is stored where it is true
	Note                 // rank, lengths, an array of elements of Axis bytes: an exit puts them back, unless Forget comes first
	Forget               // what was noted stands as it is now
	Frames               // how many calls the host would still make, one in the other
	Draw                 // the address of a generator of random numbers: what comes of it can be taken back from now on, as Axis tells
	ListFront            // a list: room for one more item in front
	ListFlat             // an empty list, a list of lists: their items are put into the first one: how many each has, which is the same number
	ListBehind           // an empty list, a list of items of one word more: the items without their first words are put into the first one
	TableFind            // a dict or set, the numbers of a key: where its entry lies, or 0
	TableRoom            // the same: room for one more entry, unless the key is there
	TablePut             // the same, and the numbers of the value; Axis 1: a key that is there keeps its value
	TableLog             // a dict or set: room to tell that a key is removed
	TableRemove          // a dict or set, the numbers of a key: it is there no more
	TableEmpty           // a dict or set: it has no more entries
	TableNext            // the same, a number: that of the first entry from there on which is there
	HeapCheck            // a list, an item's numbers: items that will be compared can be; Axis: one is put in, taken out (1), or all (2)
	HeapPush             // the same: the item is put into the heap that the list is
	HeapPop              // a list: its first item is taken out of the heap
	HeapMake             // a list: it becomes a heap
	Distribution         // a generator that was drawn from, two numbers: one of the distribution Axis with these parameters
	Distributions        // the same, an address, how many: they are put there
	BoxRows              // a list of boxes, an address or 0: their arrays are put there one behind the other; how many rows they have together, or how many they are, of one shape (Axis 1)
	Box                  // a box, the number of an argument that is an array, strides: the box is what Axis tells
	Search               // how many numbers, an address, a stride, or a list; from which on, up to which one or -1, a number of their type: where it belongs; Axis: how
	Interp               // how many places, an address, a stride, those of values, a number, what it gives in front of all and behind: its value; Axis: how
	ListInsert           // a list with room for one more item, a place, the item's numbers: it stands there
	ListDelete           // a list, a place: the item there is no more
	NoNaN                // a list of floats, none of which is a NaN
	TryWrite             // the same as Write: whether it was done, and nothing is to be reported
	TrySweep             // the same as Sweep
	TryNote              // the same as Note
	Undo                 // what was noted is put back
	Reported             // whether NumPy is to report both a division by zero and what is invalid
	numHosts
)

// What the Axis of Box tells: the box is that argument, a view of it, the array that a call outside gave.
const (
	BoxArgument = iota
	BoxView
	BoxGiven
)

// What the Axis of Search tells: a number belongs behind its equals, it is a float, NaNs are in no order, the numbers are
// a list's, it is looked for as NumPy does from 2.5 on.
const (
	SearchRight = 1 << iota
	SearchFloats
	SearchPython
	SearchList
	SearchHalves
)

// What the Axis of Interp tells: there is a value in front, behind; places, values are ints.
const (
	InterpLeft = 1 << iota
	InterpRight
	InterpIntPlaces
	InterpIntValues
)

// What the Axis of Draw tells: a float is drawn; nothing can leave the statement behind it.
const (
	DrawsFloat = 1 << iota
	DrawsLast
)

// Folds are the ufuncs whose loops reduce: a fold is such a number, and the type above its lowest
// four bits.
var Folds = [...]string{"add", "multiply", "maximum", "minimum", "logical_or", "logical_and"}

// Hosts are their names.
var Hosts = [numHosts]string{"room", "keep", "zeros", "sweep", "write", "dot", "matmul", "matrices", "count", "fold", "fold_kernel", "place", "gcd", "int_root", "int_power", "mod_power", "round", "list_new", "list_room", "list_extend", "list_part", "list_sort", "call_out", "gather", "scatter", "trues", "compress", "expand", "note", "forget", "frames", "draw", "list_front", "list_flat", "list_behind", "table_find", "table_room", "table_put", "table_log", "table_remove", "table_empty", "table_next", "heap_check", "heap_push", "heap_pop", "heap_make", "distribution", "distributions", "box_rows", "box", "search", "interp", "list_insert", "list_delete", "no_nan", "try_write", "try_sweep", "try_note", "undo", "reported"}

// RankWord tells how many axes a kernel goes along, and which of its numbers are elements of arrays that
// do not move along the last one, a bit for each parameter.
func RankWord(rank int, repeated uint64) uint64 { return uint64(rank) | repeated<<8 }

// RankOf takes such a word apart.
func RankOf(word uint64) (rank int, repeated uint64) { return int(word & 0xff), word >> 8 }
