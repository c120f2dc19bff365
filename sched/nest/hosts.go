package nest

// This file lists what the host does for a nest. The order is that of the table which
// it passes (pyext/native/nest.c): two functions of its own, Functions, then Hosts.

// Functions are those of the C library, of floats.
var Functions = [...]string{"pow", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "atan2", "hypot", "floor", "ceil", "log2", "log10", "sinh", "cosh", "asin", "acos", "rint"}

// The functions that Host calls. Args are words, a number each; Axis says more. An array
// is an address and a stride in bytes for each axis.
const (
	Room     = iota // memory of Args[0] bytes, if that is at most Args[1], apart from the addresses behind: its address
	Sweep           // kernel Axis: rank, lengths, then for each parameter its array, or its number
	Write           // the same, into memory that may be read: nothing is stored where a report is due
	Dot             // number of elements, two arrays: their product, as numpy.dot gives it
	Matmul          // the same, as the operator @ does
	Total           // number of elements, an array: their sum
	Matrices        // m, n, p, an array of m x n, one of n x p, an address: their product is put there
	numHosts
)

// Hosts are their names.
var Hosts = [numHosts]string{"room", "sweep", "write", "dot", "matmul", "total", "matrices"}
