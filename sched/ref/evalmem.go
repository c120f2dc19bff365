package ref

import (
	"math"
	"unsafe"

	"slipstream/sched/kernel"
)

// load reads the bits of an element, zero-extended. Bool is 0 or 1.
func load(t kernel.Type, p unsafe.Pointer) uint64 {
	switch t.Size() {
	case 1:
		if t == kernel.Bool {
			return boolBits(*(*uint8)(p) != 0)
		}
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

// loadHigh reads the bits above the lowest 64.
func loadHigh(t kernel.Type, p unsafe.Pointer) uint64 {
	if t.Size() <= 8 {
		return 0
	}
	return *(*uint64)(unsafe.Add(p, 8))
}

// store writes the bits of an element.
func store(t kernel.Type, p unsafe.Pointer, bits, high uint64) {
	switch t.Size() {
	case 16:
		*(*[2]uint64)(p) = [2]uint64{bits, high}
	case 1:
		*(*uint8)(p) = uint8(bits)
	case 2:
		*(*uint16)(p) = uint16(bits)
	case 4:
		*(*uint32)(p) = uint32(bits)
	default:
		*(*uint64)(p) = bits
	}
}

func boolBits(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func signBit(t kernel.Type) uint64 { return 1 << (8*t.Size() - 1) }

// toFloat widens exactly.
func toFloat(t kernel.Type, bits uint64) float64 {
	if t == kernel.F32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// fromFloat rounds to t.
func fromFloat(t kernel.Type, x float64) uint64 {
	if t == kernel.F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// toInt sign-extends, unless t is unsigned; of U64 it keeps the bits.
func toInt(t kernel.Type, bits uint64) int64 {
	if t.Unsigned() {
		return int64(bits)
	}
	unused := 64 - 8*t.Size()
	return int64(bits) << unused >> unused
}

// fromInt wraps to t.
func fromInt(t kernel.Type, x int64) uint64 {
	if t == kernel.Bool {
		return boolBits(x != 0)
	}
	return uint64(x) & (^uint64(0) >> (64 - 8*t.Size()))
}
