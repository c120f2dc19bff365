// Package npy holds what the compiler knows of NumPy: one row for each name
// that is treated specially. A name without a row is still handled when
// NumPy itself can answer (any ufunc with a plain inner loop), or left to
// Python. It imports the kernel operation table only.
package npy

import (
	"slices"
	"strconv"
	"strings"

	"slipstream/sched/kernel"
)

// NoOp marks a class of operands without a native operation: NumPy's own
// inner loop is called instead.
const NoOp = kernel.Load

// Ufunc is a row: a NumPy ufunc and the kernel operation that gives the same
// bits for operands of each class.
type Ufunc struct {
	Name             string
	Bool, Int, Float kernel.Op
	// Shape of the expression: Plain applies the operation to the operands in
	// order; the others are written out in the front end.
	Form Form
}

// Form says how operands become arguments of the kernel operation.
type Form uint8

// The forms.
const (
	Plain      Form = iota
	InResult        // op in the result's type: integers are divided as float64
	Doubled         // op(x, x): square
	OneFirst        // op(1, x): reciprocal
	Same            // x itself, copied: positive
	IntRefused      // negative integers raise Python errors inside the loop: power
)

// outByName are ufuncs of which NumPy reports an out that is passed by its place.
var outByName = map[string]bool{"maximum": true, "minimum": true}

// OutByPlace says that out may be passed to a ufunc without its name.
func OutByPlace(ufunc string) bool { return !outByName[strings.TrimPrefix(ufunc, "numpy.")] }

var ufuncs = index([]Ufunc{
	{"add", kernel.Or, kernel.Add, kernel.Add, Plain},
	{"subtract", NoOp, kernel.Sub, kernel.Sub, Plain},
	{"multiply", kernel.And, kernel.Mul, kernel.Mul, Plain},
	{"divide", NoOp, NoOp, kernel.Div, InResult},
	{"negative", NoOp, kernel.Neg, kernel.Neg, Plain},
	{"absolute", NoOp, kernel.Abs, kernel.Abs, Plain},
	{"fabs", NoOp, NoOp, kernel.Abs, Plain},
	{"sqrt", NoOp, NoOp, kernel.Sqrt, Plain},
	{"square", NoOp, kernel.Mul, kernel.Mul, Doubled},
	{"reciprocal", NoOp, NoOp, kernel.Div, OneFirst},
	{"less", kernel.Lt, kernel.Lt, kernel.Lt, Plain},
	{"less_equal", kernel.Le, kernel.Le, kernel.Le, Plain},
	{"greater", kernel.Gt, kernel.Gt, kernel.Gt, Plain},
	{"greater_equal", kernel.Ge, kernel.Ge, kernel.Ge, Plain},
	{"equal", kernel.Eq, kernel.Eq, kernel.Eq, Plain},
	{"not_equal", kernel.Ne, kernel.Ne, kernel.Ne, Plain},
	{"bitwise_and", kernel.And, kernel.And, NoOp, Plain},
	{"bitwise_or", kernel.Or, kernel.Or, NoOp, Plain},
	{"bitwise_xor", kernel.Xor, kernel.Xor, NoOp, Plain},
	{"invert", kernel.Not, kernel.Not, NoOp, Plain},
	{"logical_and", kernel.And, NoOp, NoOp, Plain},
	{"logical_or", kernel.Or, NoOp, NoOp, Plain},
	{"logical_not", kernel.Not, NoOp, NoOp, Plain},
	{"left_shift", NoOp, kernel.Shl, NoOp, Plain},
	{"right_shift", NoOp, kernel.Shr, NoOp, Plain},
	{"minimum", kernel.And, kernel.Min, NoOp, Plain},
	{"maximum", kernel.Or, kernel.Max, NoOp, Plain},
	{"isnan", NoOp, NoOp, kernel.IsNaN, Plain},
	{"positive", NoOp, NoOp, NoOp, Same},
	{"power", NoOp, NoOp, NoOp, IntRefused},
})

func index(rows []Ufunc) map[string]Ufunc {
	m := make(map[string]Ufunc, len(rows))
	for _, r := range rows {
		m[r.Name] = r
	}
	return m
}

// FindUfunc gives the row of a ufunc; a name without one has no native
// operations and goes through NumPy's loop.
func FindUfunc(name string) Ufunc {
	if row, ok := ufuncs[name]; ok {
		return row
	}
	return Ufunc{name, NoOp, NoOp, NoOp, Plain}
}

// Ufuncs lists the rows' names.
func Ufuncs() []string {
	names := make([]string, 0, len(ufuncs))
	for name := range ufuncs {
		names = append(names, name)
	}
	return names
}

// Native gives the kernel operation for operands computed in t, or NoOp.
func (u Ufunc) Native(t kernel.Type) kernel.Op {
	switch t.Info().Class {
	case kernel.ClassBool:
		return u.Bool
	case kernel.ClassInt:
		return u.Int
	case kernel.ClassFloat:
		return u.Float
	case kernel.ClassComplex: // what is done to both parts alike
		if slices.Contains(u.Float.Info().Accepts, kernel.ClassComplex) && u.Form == Plain {
			return u.Float
		}
	}
	return NoOp
}

// operators maps Python's operator texts to the ufuncs that ndarray's number
// protocol calls.
var operators = map[string]string{
	"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide",
	"%": "remainder", "**": "power", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor",
	"<<": "left_shift", ">>": "right_shift",
	"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal",
}

var unaryOperators = map[string]string{"-": "negative", "~": "invert", "+": "positive"}

// ScalarClass is the name of the class of NumPy's scalars of type t.
func ScalarClass(t kernel.Type) string {
	if t == kernel.Bool {
		return "bool_"
	}
	kinds := map[byte]string{'i': "int", 'u': "uint", 'f': "float", 'c': "complex"}
	return kinds[t.String()[0]] + strconv.Itoa(8*t.Size())
}

// NamesType says that numpy.dtype takes a class of numbers, or a text (as
// "numpy." and the text), and has nothing to warn of.
func NamesType(name string) bool {
	if slices.Contains([]string{"numpy.bool", "builtins.bool", "builtins.int", "builtins.float", "builtins.complex"}, name) {
		return true
	}
	return slices.ContainsFunc(kernel.Types(), func(t kernel.Type) bool {
		return name == "numpy."+ScalarClass(t) || name == "numpy."+t.String()
	})
}

// BinaryOperator gives the ufunc behind a binary operator or comparison.
func BinaryOperator(text string) (string, bool) {
	name, ok := operators[text]
	return name, ok
}

// UnaryOperator gives the ufunc behind a unary operator.
func UnaryOperator(text string) (string, bool) {
	name, ok := unaryOperators[text]
	return name, ok
}
