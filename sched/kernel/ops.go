package kernel

// Op is a scalar operation.
type Op uint8

// The scalar operations. Each has one row in opTable, one twin in sched/ref
// and one lowering in jit/emit; tests hold the three together.
const (
	Load  Op = iota // element of an input parameter
	Const           // literal, bits in Inst.Bits
	Add             // wraps for integers
	Sub
	Mul
	Div // floats only: IEEE division
	Neg
	Abs // integers: the minimum stays, unsigned ones stay
	Sqrt
	Lt // comparisons: quiet, result Bool
	Le
	Gt
	Ge
	Eq
	Ne
	And // bitwise on integers, logical on Bool
	Or
	Xor
	Not
	Shl // NumPy's: 0 for counts < 0 or >= width
	Shr // NumPy's: sign fill (unsigned: 0) for counts < 0 or >= width
	Min // integers and Bool only; floats go through NumPy's loop
	Max
	Select // Select c x y
	IsNaN
	Cast // from the argument's type to Inst.Type
	Loop // NumPy's own inner loop, number Inst.Loop of the kernel's table
	numOps
)

// Arity of operations whose number of arguments varies.
const Variadic = -1

// OpInfo is a row of the operation table.
type OpInfo struct {
	Name  string
	Arity int
	// Accepts lists the classes of the arguments that are compared or
	// computed with (for Select: the two values).
	Accepts []Class
	// ToBool: the result is Bool whatever the arguments are.
	ToBool bool
	// Raises: can set a floating-point status flag that NumPy reports, so
	// the operation must not be dropped, duplicated or moved.
	Raises bool
}

var (
	anyClass   = []Class{ClassBool, ClassInt, ClassFloat}
	movable    = []Class{ClassBool, ClassInt, ClassFloat, ClassHalf, ClassComplex}
	sums       = []Class{ClassInt, ClassFloat, ClassComplex}
	numbers    = []Class{ClassInt, ClassFloat}
	floatsOnly = []Class{ClassFloat}
	bitsOnly   = []Class{ClassBool, ClassInt}
	intsOnly   = []Class{ClassInt}
)

var opTable = [numOps]OpInfo{
	Load:   {"load", 0, nil, false, false},
	Const:  {"const", 0, nil, false, false},
	Add:    {"add", 2, sums, false, true},
	Sub:    {"sub", 2, sums, false, true},
	Mul:    {"mul", 2, numbers, false, true},
	Div:    {"div", 2, floatsOnly, false, true},
	Neg:    {"neg", 1, sums, false, false},
	Abs:    {"abs", 1, numbers, false, false},
	Sqrt:   {"sqrt", 1, floatsOnly, false, true},
	Lt:     {"lt", 2, anyClass, true, false},
	Le:     {"le", 2, anyClass, true, false},
	Gt:     {"gt", 2, anyClass, true, false},
	Ge:     {"ge", 2, anyClass, true, false},
	Eq:     {"eq", 2, anyClass, true, false},
	Ne:     {"ne", 2, anyClass, true, false},
	And:    {"and", 2, bitsOnly, false, false},
	Or:     {"or", 2, bitsOnly, false, false},
	Xor:    {"xor", 2, bitsOnly, false, false},
	Not:    {"not", 1, bitsOnly, false, false},
	Shl:    {"shl", 2, intsOnly, false, false},
	Shr:    {"shr", 2, intsOnly, false, false},
	Min:    {"min", 2, bitsOnly, false, false},
	Max:    {"max", 2, bitsOnly, false, false},
	Select: {"select", 3, movable, false, false},
	IsNaN:  {"isnan", 1, floatsOnly, true, false},
	Cast:   {"cast", 1, movable, false, true},
	Loop:   {"loop", Variadic, movable, false, true},
}

// Ops lists every operation in order.
func Ops() []Op {
	all := make([]Op, numOps)
	for i := range all {
		all[i] = Op(i)
	}
	return all
}

// Info gives the row of op.
func (op Op) Info() OpInfo { return opTable[op] }

func (op Op) String() string {
	if op >= numOps {
		return "op?"
	}
	return opTable[op].Name
}

// ParseOp reads the name of an operation.
func ParseOp(name string) (Op, bool) {
	for i, row := range opTable {
		if row.Name == name {
			return Op(i), true
		}
	}
	return 0, false
}
