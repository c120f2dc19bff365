package kernel

import "slices"

// ParamKind says how a kernel uses a parameter.
type ParamKind uint8

// The parameter kinds.
const (
	In     ParamKind = iota // array, read; element i at base + i*size
	Out                     // array, written; may be the same memory as an In (exactly, element for element)
	Scalar                  // pointer to one element, the same for all i
)

// Param is a kernel parameter: args[k] of the call is its address.
type Param struct {
	Kind ParamKind
	Type Type
	// Row: an In that may stay at one element along a row, where the caller says so.
	Row bool
}

// ID names a value: the index of the instruction that makes it.
type ID int32

// Inst is one instruction. Values are numbered by position.
type Inst struct {
	Op    Op
	Type  Type   // of the result
	Args  []ID   // earlier values
	Param int    // Load: which parameter
	Bits  uint64 // Const: the element's bits, zero-extended
	Loop  int    // Loop: which entry of the table
}

// Store writes a value to an Out parameter.
type Store struct {
	Param int
	Value ID
}

// LoopRef names a NumPy inner loop: the ufunc and the types of its operands
// (inputs, then outputs). The table of a call holds its address and data.
type LoopRef struct {
	Ufunc string // "exp"
	Sig   []Type // {F64, F64}
}

// Reduction makes a kernel the leaf of a pairwise sum: instead of storing
// elements it adds Value over [begin, end), at most 128 elements, and stores
// the partial sum to the one element of parameter Param.
//
// The order is NumPy's pairwise summation: fewer than 8 elements one after
// the other starting from -0.0; else eight accumulators r0..r7 that start
// with the first eight elements and take every eighth, combined as
// ((r0+r1)+(r2+r3))+((r4+r5)+(r6+r7)), then the remaining elements in order.
type Reduction struct {
	Value ID
	Param int
}

// Kernel is immutable after Check.
//
// Compiled form: i64 k(ptr args, i64 begin, i64 end, ptr scratch, ptr table,
// ptr flags, ptr rows). args[p] is the address of parameter p's element 0; table[2*i]
// and table[2*i+1] are function and data of Loops[i], and the entry behind
// those is void note(ptr flags), which the kernel calls before each loop: it
// adds the exception bits that the loop might clear to the i64 at flags (bits
// still set on return are the caller's to read), and behind it stands what the caller puts into the place of a
// loop that NumPy would run backwards; scratch has ScratchBytes. The result is 0, or the number of an exit.
//
// rows are i64s: first the number of rows that a kernel of InRows computes, each
// from begin to end, then for each parameter a mask for the number of an element
// in it (all ones, or 0 for a parameter of Row that stays at element 0) and the
// bytes from a row to the next. Other kernels compute one row and read none of it.
type Kernel struct {
	Params []Param
	Body   []Inst
	Stores []Store
	Reduce *Reduction
	Loops  []LoopRef
	// Elides: NumPy computes a complex product into its right operand when that is large and nobody
	// else's, with the operands the other way round: its loop may round that otherwise.
	Elides bool
}

// InRows says whether the compiled kernel computes several rows in one call: it
// calls no loops and adds nothing up.
func (k *Kernel) InRows() bool { return k.Reduce == nil && len(k.Loops) == 0 }

// OneRow are the rows of a call that computes one, in which every array moves.
func (k *Kernel) OneRow() []int64 {
	rows := []int64{1}
	for range k.Params {
		rows = append(rows, -1, 0)
	}
	return rows
}

// TileElems is the number of elements that a kernel with NumPy loops works on
// at a time, so that its temporaries stay in cache.
func (k *Kernel) TileElems() int {
	if k.Reduce != nil {
		return 128
	}
	if k.LoopTemps() >= 8 {
		return 512
	}
	return 1024
}

// LoopTemps is the number of slots of the kernel's schedule: tiles of scratch
// memory for operands and results of NumPy loops and for what lives across one.
func (k *Kernel) LoopTemps() int { return k.Schedule().Slots }

// SlotBytes is the scratch memory of one slot. The padding keeps the slots of
// one element from falling into the same cache set.
func (k *Kernel) SlotBytes() int { return k.TileElems()*max(8, k.widest()) + 64 }

// ScratchBytes is the scratch memory of one call.
func (k *Kernel) ScratchBytes() int { return k.LoopTemps() * k.SlotBytes() }

// Lanes is the number of elements a vector register group holds: 64 bytes of
// the widest type, or of the parts that sizes of complex numbers are computed of. A
// reduction has its eight accumulators.
func (k *Kernel) Lanes() int {
	if k.Reduce != nil {
		return 8
	}
	if slices.ContainsFunc(k.Loops, LoopRef.leavesComplex) {
		return 128 / k.widest()
	}
	return 64 / k.widest()
}

// leavesComplex says that a loop makes other numbers of complex ones.
func (l LoopRef) leavesComplex() bool {
	return l.Sig[0].IsComplex() && !l.Sig[len(l.Sig)-1].IsComplex()
}

func (k *Kernel) widest() int {
	widest := 1
	for _, in := range k.Body {
		widest = max(widest, in.Type.Size())
	}
	return widest
}
