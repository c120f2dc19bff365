// Package kernel is the code of a fused task as data: a straight-line SSA body
// of scalar operations that is applied to every element of an iteration space.
//
// It knows element types and scalar operations. It knows nothing of arrays'
// shapes (package sched binds them), of SSA over whole functions (package jit)
// or of machines (package jit/emit lowers it, package sched/ref interprets it).
package kernel

import "fmt"

// Type is an element type as it lies in memory. Bool is one byte, 0 or 1.
type Type uint8

// The element types, in NumPy's order, then those that kernels seldom compute
// in.
const (
	Bool Type = iota
	I8
	U8
	I16
	U16
	I32
	U32
	I64
	U64
	F32
	F64
	F16
	C64
	C128
	numTypes
)

// Class is the kind of number a Type holds.
type Class uint8

// The classes.
const (
	ClassBool Class = iota
	ClassInt
	ClassFloat
	ClassHalf // computed by NumPy's loops only
	ClassComplex
)

// TypeInfo is a row of the dtype table.
type TypeInfo struct {
	Name  string // NumPy's short name: "f8"
	Num   int    // NumPy's type number on LP64 (NPY_LONG is 64 bits)
	Size  int    // bytes
	Class Class
	// Unsigned integers wrap like the signed ones and are compared, widened
	// and shifted without a sign.
	Unsigned bool
	LLVM     string // element type in registers
	Mem      string // element type in memory
}

var typeTable = [numTypes]TypeInfo{
	Bool: {"b1", 0, 1, ClassBool, true, "i1", "i8"},
	I8:   {"i1", 1, 1, ClassInt, false, "i8", "i8"},
	U8:   {"u1", 2, 1, ClassInt, true, "i8", "i8"},
	I16:  {"i2", 3, 2, ClassInt, false, "i16", "i16"},
	U16:  {"u2", 4, 2, ClassInt, true, "i16", "i16"},
	I32:  {"i4", 5, 4, ClassInt, false, "i32", "i32"},
	U32:  {"u4", 6, 4, ClassInt, true, "i32", "i32"},
	I64:  {"i8", 7, 8, ClassInt, false, "i64", "i64"},
	U64:  {"u8", 8, 8, ClassInt, true, "i64", "i64"},
	F32:  {"f4", 11, 4, ClassFloat, false, "float", "float"},
	F64:  {"f8", 12, 8, ClassFloat, false, "double", "double"},
	F16:  {"f2", 23, 2, ClassHalf, false, "i16", "i16"},
	C64:  {"c8", 14, 8, ClassComplex, false, "i64", "i64"},
	C128: {"c16", 15, 16, ClassComplex, false, "i128", "i128"},
}

// Types lists every element type in order.
func Types() []Type {
	all := make([]Type, numTypes)
	for i := range all {
		all[i] = Type(i)
	}
	return all
}

// Info gives the row of t.
func (t Type) Info() TypeInfo { return typeTable[t] }

// Size is the number of bytes of one element.
func (t Type) Size() int { return typeTable[t].Size }

// Align is the alignment of an element in memory.
func (t Type) Align() int {
	if t.IsComplex() {
		return t.Size() / 2
	}
	return t.Size()
}

// IsComplex says whether t is a pair of floats, the real part first.
func (t Type) IsComplex() bool { return typeTable[t].Class == ClassComplex }

// Part is the type of the two floats of a complex type.
func (t Type) Part() Type {
	if t == C64 {
		return F32
	}
	return F64
}

// IsFloat says whether t is a floating-point type that kernels compute in.
func (t Type) IsFloat() bool { return typeTable[t].Class == ClassFloat }

// IsInt says whether t is an integer type; Bool is not.
func (t Type) IsInt() bool { return typeTable[t].Class == ClassInt }

// Exact says whether t is a bool or an integer type: arithmetic in it does not
// round, and raises no floating-point flag of its own.
func (t Type) Exact() bool { return t == Bool || t.IsInt() }

// Unsigned says whether t has no sign; Bool has none.
func (t Type) Unsigned() bool { return typeTable[t].Unsigned }

// Holds says whether integer type t has the value n.
func (t Type) Holds(n int64) bool {
	bits := 8 * t.Size()
	switch {
	case t.Unsigned():
		return n >= 0 && (bits == 64 || n>>bits == 0)
	case bits == 64:
		return true
	}
	return n>>(bits-1) == 0 || n>>(bits-1) == -1
}

// Castable says whether there is a cast between two types. What C makes of a
// float outside of the narrow integer types depends on how NumPy's casts were
// compiled; into a half, only numbers that it holds exactly are converted.
func Castable(from, to Type) bool {
	switch {
	case from == to:
		return true
	case to == F16:
		return from.Size() == 1
	case from.IsComplex():
		return to.IsComplex()
	case from == F16:
		return to.IsFloat() || to.IsComplex()
	case from.IsFloat() && to.IsInt():
		return to == I32 || to == I64
	}
	return true
}

func (t Type) String() string {
	if t >= numTypes {
		return fmt.Sprintf("type(%d)", uint8(t))
	}
	return typeTable[t].Name
}

// ParseType reads NumPy's short name of an element type.
func ParseType(name string) (Type, bool) {
	for i, row := range typeTable {
		if row.Name == name {
			return Type(i), true
		}
	}
	return 0, false
}
