// Package reason numbers the reasons for leaving code to Python. The wording
// (sentence, hint) of each lives in python/slipstream/reasons.py; a test
// compares the two tables.
package reason

// Reason is a stable number: SL1203 for users.
type Reason int

// The reasons. The first two digits group them: 10 code object, 11 control
// flow, 12 values and types, 13 NumPy operations, 14 effects, 19 our own.
const (
	UnknownVersion Reason = 1001
	UnknownOpcode  Reason = 1002
	FrameAccess    Reason = 1003
	Generator      Reason = 1004
	CodeShape      Reason = 1005

	Loop        Reason = 1101
	Branch      Reason = 1102
	Handler     Reason = 1103
	Opcode      Reason = 1104
	NestedStack Reason = 1105

	UnknownValue   Reason = 1201
	Subclass       Reason = 1202
	DType          Reason = 1203
	Rank           Reason = 1204
	UnboundLocal   Reason = 1205
	PythonNumber   Reason = 1206
	MissingName    Reason = 1207
	NotConstant    Reason = 1208
	ScalarOperator Reason = 1209

	UnknownCall  Reason = 1301
	UnknownAttr  Reason = 1302
	UfuncTypes   Reason = 1303
	UfuncOption  Reason = 1304
	FancyIndex   Reason = 1305
	StoreType    Reason = 1306
	Reduction    Reason = 1307
	Power        Reason = 1308
	CallArgument Reason = 1309
	CallDepth    Reason = 1310

	TwoEffects  Reason = 1401
	StoreTarget Reason = 1402
	Escapes     Reason = 1403

	Compiler Reason = 1901
	TooLarge Reason = 1902
	NoGain   Reason = 1903
	Bug      Reason = 1904
	Cut      Reason = 1905
)

// All lists every reason, for the completeness test.
func All() []Reason {
	return []Reason{
		UnknownVersion, UnknownOpcode, FrameAccess, Generator, CodeShape,
		Loop, Branch, Handler, Opcode, NestedStack,
		UnknownValue, Subclass, DType, Rank, UnboundLocal, PythonNumber, MissingName, NotConstant, ScalarOperator,
		UnknownCall, UnknownAttr, UfuncTypes, UfuncOption, FancyIndex, StoreType, Reduction, Power, CallArgument, CallDepth,
		TwoEffects, StoreTarget, Escapes,
		Compiler, TooLarge, NoGain, Bug, Cut,
	}
}

// Refusal is a place that stays in Python and why.
type Refusal struct {
	Reason  Reason `json:"reason"`
	Detail  string `json:"detail,omitempty"`
	PC      int    `json:"pc"`
	Line    int    `json:"line"`
	EndLine int    `json:"endline"`
	Col     int    `json:"col"`
	EndCol  int    `json:"endcol"`
}
