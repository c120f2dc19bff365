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

// The element types. The order is NumPy's type number order.
const (
	Bool Type = iota
	I32
	I64
	F32
	F64
	numTypes
)

// Class is the kind of number a Type holds.
type Class uint8

// The classes.
const (
	ClassBool Class = iota
	ClassInt
	ClassFloat
)

// TypeInfo is a row of the dtype table.
type TypeInfo struct {
	Name  string // NumPy's short name: "f8"
	Num   int    // NumPy's type number on LP64 (NPY_LONG is 64 bits)
	Size  int    // bytes
	Class Class
	LLVM  string // element type in registers
	Mem   string // element type in memory
}

var typeTable = [numTypes]TypeInfo{
	Bool: {"b1", 0, 1, ClassBool, "i1", "i8"},
	I32:  {"i4", 5, 4, ClassInt, "i32", "i32"},
	I64:  {"i8", 7, 8, ClassInt, "i64", "i64"},
	F32:  {"f4", 11, 4, ClassFloat, "float", "float"},
	F64:  {"f8", 12, 8, ClassFloat, "double", "double"},
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

// IsFloat says whether t is a binary floating-point type.
func (t Type) IsFloat() bool { return typeTable[t].Class == ClassFloat }

// IsInt says whether t is a (signed) integer type; Bool is not.
func (t Type) IsInt() bool { return typeTable[t].Class == ClassInt }

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
