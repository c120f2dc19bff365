package sched

import (
	"unsafe"

	"slipstream/sched/kernel"
)

// Device computes kernels. A device may be used by several runs at once.
type Device interface {
	Name() string
	// Load makes a kernel ready to run.
	Load(k *kernel.Kernel) (Code, error)
}

// Code is a kernel that is loaded on a device.
type Code interface {
	// Run applies the kernel to every element of the launch and gives the
	// floating-point flags raised. Outputs are memory of their own or, element
	// for element, the memory of an input. A kernel that ends in a sum gets
	// one axis of at most 128 elements and stores their sum.
	Run(l *Launch) (Flags, error)
}

// Launch binds a kernel's parameters to memory: the element at index i of
// parameter p lies at Base + sum(i[a]*Strides[a]), a broadcast axis has
// stride 0.
type Launch struct {
	Dims []int
	Args []Strided
}

// Strided is the memory of a parameter.
type Strided struct {
	Base    unsafe.Pointer
	Strides []int
}

// Size is the number of elements.
func (l *Launch) Size() int { return product(l.Dims) }

// Flags are floating-point status flags that are reported, at their places in
// the MXCSR.
type Flags uint32

// The flags.
const (
	FlagInvalid   Flags = 1
	FlagDivide    Flags = 4
	FlagOverflow  Flags = 8
	FlagUnderflow Flags = 16
	FlagsReported       = FlagInvalid | FlagDivide | FlagOverflow | FlagUnderflow
)

// Memory is an array: elements of Type in strided memory.
type Memory struct {
	Base          unsafe.Pointer
	Dims, Strides []int
	Type          kernel.Type
	ReadOnly      bool
}

// NewMemory allocates an array in C order, filled with zeros.
func NewMemory(t kernel.Type, dims ...int) *Memory {
	words := make([]uint64, (product(dims)*t.Size()+7)/8+1)
	return &Memory{Base: unsafe.Pointer(&words[0]), Dims: dims, Strides: stridesOf(dims, t.Size()), Type: t}
}

// MemoryOf is the elements of a slice as an array of one axis.
func MemoryOf[T any](t kernel.Type, s []T) *Memory {
	return &Memory{Base: unsafe.Pointer(unsafe.SliceData(s)), Dims: []int{len(s)}, Strides: []int{t.Size()}, Type: t}
}

// Get gives the bits of the element at an index, zero-extended; of complex128
// those of the real part.
func (m *Memory) Get(index ...int) uint64 { return getBits(m.Type, m.at(index)) }

// Set writes the bits of an element.
func (m *Memory) Set(bits uint64, index ...int) { setBits(m.Type, m.at(index), bits) }

// Move copies an element of another array of the same type.
func (m *Memory) Move(to []int, from *Memory, at []int) {
	size := m.Type.Size()
	copy(unsafe.Slice((*byte)(m.at(to)), size), unsafe.Slice((*byte)(from.at(at)), size))
}

func (m *Memory) at(index []int) unsafe.Pointer {
	p := m.Base
	for a, i := range index {
		p = unsafe.Add(p, i*m.Strides[a])
	}
	return p
}

// Each calls visit with every index, the last axis fastest.
func Each(dims []int, visit func(index []int)) {
	if product(dims) == 0 {
		return
	}
	index := make([]int, len(dims))
	for {
		visit(index)
		a := len(dims) - 1
		for ; a >= 0; a-- {
			if index[a]++; index[a] < dims[a] {
				break
			}
			index[a] = 0
		}
		if a < 0 {
			return
		}
	}
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// stridesOf gives the strides of C order.
func stridesOf(dims []int, size int) []int {
	strides := make([]int, len(dims))
	for a := len(dims) - 1; a >= 0; a-- {
		strides[a] = size
		size *= dims[a]
	}
	return strides
}

func getBits(t kernel.Type, p unsafe.Pointer) uint64 {
	switch t.Size() {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

// getHigh reads the bits above the lowest 64.
func getHigh(t kernel.Type, p unsafe.Pointer) uint64 {
	if t.Size() <= 8 {
		return 0
	}
	return *(*uint64)(unsafe.Add(p, 8))
}

func setHigh(t kernel.Type, p unsafe.Pointer, bits uint64) {
	if t.Size() > 8 {
		*(*uint64)(unsafe.Add(p, 8)) = bits
	}
}

func setBits(t kernel.Type, p unsafe.Pointer, bits uint64) {
	switch t.Size() {
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
