package front

import (
	"strconv"

	"slipstream/bytecode"
)

// This file is about operators on small ints that are known when compiling: ranks,
// axes, lengths of tuples.

// literalInt gives a literal int of 32 bits: no operator on two overflows.
func literalInt(v Val) (int64, bool) {
	if v.Kind != Const || v.Const.T != "int" {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Const.V, 10, 32)
	return n, err == nil
}

func intVal(n int64) Val { return constVal(intConst(strconv.FormatInt(n, 10))) }

func foldedInts(text string, left, right Val) (Val, bool) {
	a, ok1 := literalInt(left)
	b, ok2 := literalInt(right)
	if !ok1 || !ok2 {
		return Val{}, false
	}
	if f, ok := intOperators[text]; ok {
		return intVal(f(a, b)), true
	}
	f, ok := intComparisons[text]
	return boolVal(ok && f(a, b)), ok
}

var intOperators = map[string]func(a, b int64) int64{
	"+": func(a, b int64) int64 { return a + b },
	"-": func(a, b int64) int64 { return a - b },
	"*": func(a, b int64) int64 { return a * b },
}

var intComparisons = map[string]func(a, b int64) bool{
	"<":  func(a, b int64) bool { return a < b },
	"<=": func(a, b int64) bool { return a <= b },
	">":  func(a, b int64) bool { return a > b },
	">=": func(a, b int64) bool { return a >= b },
	"==": func(a, b int64) bool { return a == b },
	"!=": func(a, b int64) bool { return a != b },
}

// foldedUnary is a unary operator on a literal int.
func foldedUnary(op bytecode.Op, v Val) (Val, bool) {
	n, ok := literalInt(v)
	if !ok || op != bytecode.UnaryNegative {
		return Val{}, false
	}
	return intVal(-n), true
}
