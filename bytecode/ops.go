package bytecode

// Op is a canonical opcode: the same for every CPython version.
type Op uint8

// The canonical opcodes, in the order of opTable.
const (
	Nop Op = iota
	PopTop
	PushNull
	Copy
	Swap
	UnaryPositive
	UnaryNegative
	UnaryNot
	UnaryInvert
	ToBool
	BinaryOp
	CompareOp
	IsOp
	ContainsOp
	BinarySubscr
	BinarySlice
	StoreSubscr
	StoreSlice
	DeleteSubscr
	LoadConst
	LoadFast
	LoadFastAndClear
	StoreFast
	DeleteFast
	LoadDeref
	LoadClassDeref
	LoadFromDictOrDeref
	StoreDeref
	DeleteDeref
	LoadClosure
	MakeCell
	CopyFreeVars
	LoadGlobal
	StoreGlobal
	DeleteGlobal
	LoadName
	LoadFromDictOrGlobals
	StoreName
	DeleteName
	LoadLocals
	LoadAttr
	LoadSuperAttr
	StoreAttr
	DeleteAttr
	BuildTuple
	BuildList
	BuildSet
	BuildString
	BuildMap
	BuildConstKeyMap
	BuildSlice
	ListAppend
	SetAdd
	MapAdd
	ListExtend
	SetUpdate
	DictUpdate
	DictMerge
	UnpackSequence
	UnpackEx
	GetLen
	MatchMapping
	MatchSequence
	MatchKeys
	MatchClass
	FormatValue
	ConvertValue
	Call
	CallKw
	CallFunctionEx
	CallIntrinsic1
	CallIntrinsic2
	MakeFunction
	SetFunctionAttribute
	LoadBuildClass
	LoadAssertionError
	SetupAnnotations
	ImportName
	ImportFrom
	GetIter
	ForIter
	EndFor
	Jump
	PopJumpIfTrue
	PopJumpIfFalse
	PopJumpIfNone
	PopJumpIfNotNone
	JumpIfTrueOrPop
	JumpIfFalseOrPop
	ReturnValue
	RaiseVarargs
	Reraise
	PushExcInfo
	PopExcept
	CheckExcMatch
	CheckEgMatch
	BeforeWith
	BeforeAsyncWith
	WithExceptStart
	Resume
	ReturnGenerator
	YieldValue
	Send
	EndSend
	CleanupThrow
	GetAwaitable
	GetYieldFromIter
	GetAIter
	GetANext
	EndAsyncFor
	numOps
)

// opFlags says what the analyses need to know of an opcode.
type opFlags uint8

const (
	jumps opFlags = 1 << iota // has a Target
	ends                      // control never reaches the next instruction
	pure                      // moves references only: no effect, cannot raise
	stays                     // depends on its own place: never moved into a stub
)

type opRow struct {
	name   string
	effect func(in *Inst, jump bool) int
	flags  opFlags
}

// opTable is the one row of each canonical opcode.
var opTable = [numOps]opRow{
	Nop:                   {"NOP", zero, pure},
	PopTop:                {"POP_TOP", pop1, 0},
	PushNull:              {"PUSH_NULL", push1, pure},
	Copy:                  {"COPY", push1, pure},
	Swap:                  {"SWAP", zero, pure},
	UnaryPositive:         {"UNARY_POSITIVE", zero, 0},
	UnaryNegative:         {"UNARY_NEGATIVE", zero, 0},
	UnaryNot:              {"UNARY_NOT", zero, 0},
	UnaryInvert:           {"UNARY_INVERT", zero, 0},
	ToBool:                {"TO_BOOL", zero, 0},
	BinaryOp:              {"BINARY_OP", pop1, 0},
	CompareOp:             {"COMPARE_OP", pop1, 0},
	IsOp:                  {"IS_OP", pop1, 0},
	ContainsOp:            {"CONTAINS_OP", pop1, 0},
	BinarySubscr:          {"BINARY_SUBSCR", pop1, 0},
	BinarySlice:           {"BINARY_SLICE", pop2, 0},
	StoreSubscr:           {"STORE_SUBSCR", pop3, 0},
	StoreSlice:            {"STORE_SLICE", pop4, 0},
	DeleteSubscr:          {"DELETE_SUBSCR", pop2, 0},
	LoadConst:             {"LOAD_CONST", push1, pure},
	LoadFast:              {"LOAD_FAST", push1, pure},
	LoadFastAndClear:      {"LOAD_FAST_AND_CLEAR", push1, 0},
	StoreFast:             {"STORE_FAST", pop1, 0},
	DeleteFast:            {"DELETE_FAST", zero, 0},
	LoadDeref:             {"LOAD_DEREF", push1, 0},
	LoadClassDeref:        {"LOAD_CLASSDEREF", push1, 0},
	LoadFromDictOrDeref:   {"LOAD_FROM_DICT_OR_DEREF", zero, 0},
	StoreDeref:            {"STORE_DEREF", pop1, 0},
	DeleteDeref:           {"DELETE_DEREF", zero, 0},
	LoadClosure:           {"LOAD_CLOSURE", push1, pure},
	MakeCell:              {"MAKE_CELL", zero, stays},
	CopyFreeVars:          {"COPY_FREE_VARS", zero, stays},
	LoadGlobal:            {"LOAD_GLOBAL", loadGlobal, 0},
	StoreGlobal:           {"STORE_GLOBAL", pop1, 0},
	DeleteGlobal:          {"DELETE_GLOBAL", zero, 0},
	LoadName:              {"LOAD_NAME", push1, 0},
	LoadFromDictOrGlobals: {"LOAD_FROM_DICT_OR_GLOBALS", zero, 0},
	StoreName:             {"STORE_NAME", pop1, 0},
	DeleteName:            {"DELETE_NAME", zero, 0},
	LoadLocals:            {"LOAD_LOCALS", push1, 0},
	LoadAttr:              {"LOAD_ATTR", loadAttr, 0},
	LoadSuperAttr:         {"LOAD_SUPER_ATTR", loadSuperAttr, 0},
	StoreAttr:             {"STORE_ATTR", pop2, 0},
	DeleteAttr:            {"DELETE_ATTR", pop1, 0},
	BuildTuple:            {"BUILD_TUPLE", build, 0},
	BuildList:             {"BUILD_LIST", build, 0},
	BuildSet:              {"BUILD_SET", build, 0},
	BuildString:           {"BUILD_STRING", build, 0},
	BuildMap:              {"BUILD_MAP", buildMap, 0},
	BuildConstKeyMap:      {"BUILD_CONST_KEY_MAP", popArg, 0},
	BuildSlice:            {"BUILD_SLICE", build, 0},
	ListAppend:            {"LIST_APPEND", pop1, 0},
	SetAdd:                {"SET_ADD", pop1, 0},
	MapAdd:                {"MAP_ADD", pop2, 0},
	ListExtend:            {"LIST_EXTEND", pop1, 0},
	SetUpdate:             {"SET_UPDATE", pop1, 0},
	DictUpdate:            {"DICT_UPDATE", pop1, 0},
	DictMerge:             {"DICT_MERGE", pop1, 0},
	UnpackSequence:        {"UNPACK_SEQUENCE", unpack, 0},
	UnpackEx:              {"UNPACK_EX", unpackEx, 0},
	GetLen:                {"GET_LEN", push1, 0},
	MatchMapping:          {"MATCH_MAPPING", push1, 0},
	MatchSequence:         {"MATCH_SEQUENCE", push1, 0},
	MatchKeys:             {"MATCH_KEYS", push1, 0},
	MatchClass:            {"MATCH_CLASS", pop2, 0},
	FormatValue:           {"FORMAT_VALUE", formatValue, 0},
	ConvertValue:          {"CONVERT_VALUE", zero, 0},
	Call:                  {"CALL", call, 0},
	CallKw:                {"CALL_KW", callKw, 0},
	CallFunctionEx:        {"CALL_FUNCTION_EX", callEx, 0},
	CallIntrinsic1:        {"CALL_INTRINSIC_1", zero, 0},
	CallIntrinsic2:        {"CALL_INTRINSIC_2", pop1, 0},
	MakeFunction:          {"MAKE_FUNCTION", makeFunction, 0},
	SetFunctionAttribute:  {"SET_FUNCTION_ATTRIBUTE", pop1, 0},
	LoadBuildClass:        {"LOAD_BUILD_CLASS", push1, 0},
	LoadAssertionError:    {"LOAD_ASSERTION_ERROR", push1, 0},
	SetupAnnotations:      {"SETUP_ANNOTATIONS", zero, 0},
	ImportName:            {"IMPORT_NAME", pop1, 0},
	ImportFrom:            {"IMPORT_FROM", push1, 0},
	GetIter:               {"GET_ITER", zero, 0},
	ForIter:               {"FOR_ITER", forIter, jumps | stays},
	EndFor:                {"END_FOR", popArg, stays},
	Jump:                  {"JUMP", zero, jumps | ends | stays},
	PopJumpIfTrue:         {"POP_JUMP_IF_TRUE", pop1, jumps},
	PopJumpIfFalse:        {"POP_JUMP_IF_FALSE", pop1, jumps},
	PopJumpIfNone:         {"POP_JUMP_IF_NONE", pop1, jumps},
	PopJumpIfNotNone:      {"POP_JUMP_IF_NOT_NONE", pop1, jumps},
	JumpIfTrueOrPop:       {"JUMP_IF_TRUE_OR_POP", orPop, jumps | stays},
	JumpIfFalseOrPop:      {"JUMP_IF_FALSE_OR_POP", orPop, jumps | stays},
	ReturnValue:           {"RETURN_VALUE", pop1, ends},
	RaiseVarargs:          {"RAISE_VARARGS", popArg, ends},
	Reraise:               {"RERAISE", pop1, ends | stays},
	PushExcInfo:           {"PUSH_EXC_INFO", push1, stays},
	PopExcept:             {"POP_EXCEPT", pop1, stays},
	CheckExcMatch:         {"CHECK_EXC_MATCH", zero, 0},
	CheckEgMatch:          {"CHECK_EG_MATCH", zero, 0},
	BeforeWith:            {"BEFORE_WITH", push1, 0},
	BeforeAsyncWith:       {"BEFORE_ASYNC_WITH", push1, 0},
	WithExceptStart:       {"WITH_EXCEPT_START", push1, stays},
	Resume:                {"RESUME", zero, stays},
	ReturnGenerator:       {"RETURN_GENERATOR", push1, stays},
	YieldValue:            {"YIELD_VALUE", zero, stays},
	Send:                  {"SEND", send, jumps | stays},
	EndSend:               {"END_SEND", pop1, stays},
	CleanupThrow:          {"CLEANUP_THROW", pop1, stays},
	GetAwaitable:          {"GET_AWAITABLE", zero, 0},
	GetYieldFromIter:      {"GET_YIELD_FROM_ITER", zero, 0},
	GetAIter:              {"GET_AITER", zero, 0},
	GetANext:              {"GET_ANEXT", push1, 0},
	EndAsyncFor:           {"END_ASYNC_FOR", pop2, stays},
}

// String is CPython's name of the opcode.
func (op Op) String() string {
	if op < numOps {
		return opTable[op].name
	}
	return "UNKNOWN"
}

// NumOps is the number of canonical opcodes; a table indexed by Op has this length.
const NumOps = int(numOps)

// Jumps reports whether the opcode has a jump target.
func (op Op) Jumps() bool { return opTable[op].flags&jumps != 0 }

// Ends reports whether control never falls through to the next instruction.
func (op Op) Ends() bool { return opTable[op].flags&ends != 0 }

// Pure reports whether the opcode only moves references on the stack.
func (op Op) Pure() bool { return opTable[op].flags&pure != 0 }

// StackEffect is the change of stack depth by the instruction, on its jump
// or on its fall-through.
func (in *Inst) StackEffect(jump bool) int { return opTable[in.Op].effect(in, jump) }
