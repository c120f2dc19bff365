// Package ir is the compiler's SSA form: typed values in basic blocks with
// block parameters, and memory as a value (a chain of memory tokens), so that
// nothing with an effect can be reordered or dropped by accident.
//
// It is data with a printer, a parser and a checker. It imports the kernel
// operation table only; bytecode, NumPy's rules and plans are other stages.
package ir

import (
	"fmt"
	"strconv"
	"strings"

	"slipstream/sched/kernel"
)

// Kind is what a value is at run time.
type Kind uint8

// The kinds of values.
const (
	Mem      Kind = iota // a memory token
	Array                // DType, Rank
	NpScalar             // a NumPy scalar of DType
	PyFloat
	PyInt
	PyBool
	PyComplex
	Object // an opaque object of the host
	Tuple  // a host tuple under construction
)

var kindNames = []string{"mem", "array", "np", "pyfloat", "pyint", "pybool", "pycomplex", "object", "tuple"}

// Type of a value. DType is set for arrays and scalars (F64, I64, Bool and C128
// for the Python numbers), Rank for arrays.
type Type struct {
	Kind  Kind
	DType kernel.Type
	Rank  int
}

// The types without parameters.
var (
	MemType       = Type{Kind: Mem}
	PyFloatType   = Type{Kind: PyFloat, DType: kernel.F64}
	PyIntType     = Type{Kind: PyInt, DType: kernel.I64}
	PyBoolType    = Type{Kind: PyBool, DType: kernel.Bool}
	PyComplexType = Type{Kind: PyComplex, DType: kernel.C128}
	ObjectType    = Type{Kind: Object}
	TupleType     = Type{Kind: Tuple}
)

// ArrayOf is the type of an array.
func ArrayOf(t kernel.Type, rank int) Type { return Type{Array, t, rank} }

// ScalarOf is the type of a NumPy scalar.
func ScalarOf(t kernel.Type) Type { return Type{Kind: NpScalar, DType: t} }

// Weak says that the type takes part in promotion as a Python number does.
func (t Type) Weak() bool { return t.Kind == PyFloat || t.Kind == PyInt || t.Kind == PyComplex }

// Number says that a value of the type is one number.
func (t Type) Number() bool { return t.Kind >= NpScalar && t.Kind <= PyComplex }

// Elementwise says that the value can be an operand of elementwise operations.
func (t Type) Elementwise() bool { return t.Kind == Array || t.Number() }

func (t Type) String() string {
	switch t.Kind {
	case Array:
		return fmt.Sprintf("%v[%d]", t.DType, t.Rank)
	case NpScalar:
		return "np." + t.DType.String()
	}
	return kindNames[t.Kind]
}

// ParseType reads what String writes.
func ParseType(s string) (Type, error) {
	if name, ok := strings.CutPrefix(s, "np."); ok {
		if t, ok := kernel.ParseType(name); ok {
			return ScalarOf(t), nil
		}
	}
	if name, rest, ok := strings.Cut(s, "["); ok {
		t, known := kernel.ParseType(name)
		rank, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if known && err == nil {
			return ArrayOf(t, rank), nil
		}
	}
	for _, t := range []Type{MemType, PyFloatType, PyIntType, PyBoolType, PyComplexType, ObjectType, TupleType} {
		if t.String() == s {
			return t, nil
		}
	}
	return Type{}, fmt.Errorf("ir: unknown type %q", s)
}
