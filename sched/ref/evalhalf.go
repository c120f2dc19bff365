package ref

import (
	"math"

	"slipstream/sched/kernel"
)

// widenHalf is a half as a float of type to: exact, NaN payloads included.
func widenHalf(to kernel.Type, bits uint64) uint64 {
	magnitude := bits & 0x7fff
	if magnitude < 0x7c00 {
		return fromFloat(to, halfValue(bits))
	}
	if to == kernel.F32 {
		return bits&0x8000<<16 | 0x7f800000 | magnitude<<13
	}
	return bits&0x8000<<48 | 0x7ff<<52 | magnitude<<42
}

func halfValue(bits uint64) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&0x3ff)
	if exponent == 0 {
		exponent = 1
	} else {
		fraction += 0x400
	}
	value := math.Ldexp(fraction, exponent-25)
	if bits&0x8000 != 0 {
		value = math.Copysign(value, -1)
	}
	return value
}

// halfBits is a number that a half holds as a normal one, or zero.
func halfBits(x int64) uint64 {
	if x == 0 {
		return 0
	}
	bits := math.Float32bits(float32(x))
	return uint64(bits>>16&0x8000) | uint64((bits&0x7fffffff)>>13-112<<10)
}
