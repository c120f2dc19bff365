package ref

import (
	"math"
	"math/big"

	"slipstream/sched/kernel"
)

// Flags are the floating-point status flags that NumPy reports, at their
// places in the MXCSR. Inexact and denormal are not tracked.
type Flags uint32

// The flags.
const (
	Invalid   Flags = 1
	Divide    Flags = 4
	Overflow  Flags = 8
	Underflow Flags = 16
	Reported        = Invalid | Divide | Overflow | Underflow
)

// arithFlags says which flags a op b raises, from the definition in IEEE 754
// and not from the machine: it is the oracle for the machine's flags.
func arithFlags(op kernel.Op, t kernel.Type, a, b uint64) Flags {
	x, y := toFloat(t, a), toFloat(t, b)
	switch {
	case math.IsNaN(x) || math.IsNaN(y):
		return 0 // quiet NaNs
	case op == kernel.Div && y == 0:
		return zeroDivide(x)
	}
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return infFlags(op, x, y)
	}
	if op == kernel.Div && x == 0 {
		return 0
	}
	return exactFlags(op, t, x, y)
}

func zeroDivide(x float64) Flags {
	switch {
	case x == 0:
		return Invalid
	case math.IsInf(x, 0):
		return 0
	}
	return Divide
}

// infFlags: with an infinity the result is exact, or the operation invalid.
func infFlags(op kernel.Op, x, y float64) Flags {
	if math.IsNaN(floatArith(op, x, y)) {
		return Invalid
	}
	return 0
}

// exactFlags compares the result of finite operands with the exact one.
func exactFlags(op kernel.Op, t kernel.Type, x, y float64) Flags {
	var r float64
	if t == kernel.F32 {
		r = float64(floatArith(op, float32(x), float32(y)))
	} else {
		r = floatArith(op, x, y)
	}
	switch {
	case math.IsInf(r, 0):
		return Overflow
	case math.Abs(r) > minNormal(t) || op == kernel.Add || op == kernel.Sub:
		return 0 // sums of subnormal size are exact
	}
	return tinyFlags(t, ratio(op, x, y))
}

func ratio(op kernel.Op, x, y float64) *big.Rat {
	a, b := new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y)
	if op == kernel.Mul {
		return a.Mul(a, b)
	}
	return a.Quo(a, b)
}

// roundFlags says which flags rounding x to t raises.
func roundFlags(t kernel.Type, x float64) Flags {
	r := toFloat(t, fromFloat(t, x))
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0
	case math.IsInf(r, 0):
		return Overflow
	case math.Abs(r) > minNormal(t):
		return 0
	}
	return tinyFlags(t, new(big.Rat).SetFloat64(x))
}

// tinyFlags: underflow is raised when the exact result is tiny and cannot be
// represented. Tininess is detected after rounding, with the precision of t
// but without its lower bound of the exponent (x86).
func tinyFlags(t kernel.Type, exact *big.Rat) Flags {
	precision := uint(53)
	if t == kernel.F32 {
		precision = 24
	}
	rounded := new(big.Float).SetPrec(precision).SetRat(exact)
	if rounded.Sign() == 0 || rounded.Abs(rounded).Cmp(big.NewFloat(minNormal(t))) >= 0 {
		return 0
	}
	// The grid of subnormals: multiples of the smallest one.
	quotient := new(big.Rat).Quo(exact, new(big.Rat).SetFloat64(smallest(t)))
	if quotient.IsInt() {
		return 0
	}
	return Underflow
}

func minNormal(t kernel.Type) float64 {
	if t == kernel.F32 {
		return 0x1p-126
	}
	return 0x1p-1022
}

func smallest(t kernel.Type) float64 {
	if t == kernel.F32 {
		return math.SmallestNonzeroFloat32
	}
	return math.SmallestNonzeroFloat64
}
