package bytecode

import "fmt"

// Inst is one canonical instruction. A raw instruction yields one Inst, or
// several that share a PC; all but the first of those have Mid set, because
// no one can stop between them.
type Inst struct {
	PC, End int      // the bytes it covers, prefixes and caches included
	Op      Op       // what it does
	Arg     int      // index, count or flags, after removal of packed bits
	Name    string   // attribute, global, local, operator or intrinsic
	Target  int      // where a jump lands, -1 for none
	KwNames []string // names of the last arguments of a Call
	Mid     bool     // not the first of its raw instruction
	Null    bool     // LoadGlobal that also pushes NULL
	Method  bool     // LoadAttr or LoadSuperAttr that pushes two values
	Check   bool     // LoadFast that tests whether the local is bound

	Line, EndLine, Col, EndCol int // source position, -1 where unknown
}

// ExcRange sends an exception raised in [Start, End) to Target with the
// stack cut to Depth. With Lasti the pc is pushed before the exception.
type ExcRange struct {
	Start, End, Target, Depth int
	Lasti                     bool
}

// Program is a decoded code object. It is frozen after Decode.
type Program struct {
	Code  *Code
	Insts []Inst
	Exc   []ExcRange

	raw   []rawInst // what the assembler moves
	first []int     // index in Insts of each raw instruction
	ver   *version
}

// Refusal is the answer to code this package does not understand.
type Refusal struct {
	Reason string // a stable word: one of the constants below
	PC     int
	Detail string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("bytecode: %s at pc %d: %s", r.Reason, r.PC, r.Detail)
}

// The stable words a Refusal carries.
const (
	UnknownVersion = "unknown-version"
	UnknownOpcode  = "unknown-opcode"
	MalformedCode  = "malformed-code"
	NotABoundary   = "not-a-boundary"
	TooFar         = "too-far"
	BadStub        = "bad-stub"
)

func refuse(reason string, pc int, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, PC: pc, Detail: fmt.Sprintf(format, args...)}
}
