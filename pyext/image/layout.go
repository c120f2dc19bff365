package image

import (
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Numbers of the format that are not derived from Go's own enumerations.
const (
	magic      = 1346981971
	format     = 1
	none       = -1
	flagRaises = 1
	flagReduce = 2
	flagBare   = 4
	flagFused  = 8
	flagElides = 16
	flagCopies = 32
	maxParams  = 32
	kindRow    = int64(kernel.Scalar) + 1 // of a parameter of Row
	maxLoops   = 32
	readsOther = 255
)

// operators numbers the texts of sched.Task.Operator.
var operators = map[string]int{
	"+": 0, "-": 1, "*": 2, "/": 3, "//": 4, "%": 5, "**": 6, "<<": 7, ">>": 8,
	"&": 9, "|": 10, "^": 11, "<": 12, "<=": 13, "==": 14, "!=": 15, ">": 16, ">=": 17,
	"-1": 18, "must": 19, "spared": 20, "guess": 21,
}

// words is the layout as Encode writes it, by the names of image.h. The test
// holds both files together; a name that is missing on one side fails it.
var words = map[string]int64{
	"SLIP_MAGIC": magic, "SLIP_FORMAT": format, "SLIP_NONE": none,

	"SLIP_H_MAGIC": 0, "SLIP_H_FORMAT": 1, "SLIP_H_WORDS": 2, "SLIP_H_ARGS": 3,
	"SLIP_H_OBJECTS": 4, "SLIP_H_INPUTS": 5, "SLIP_H_FACTS": 6, "SLIP_H_VALUES": 7,
	"SLIP_H_KERNELS": 8, "SLIP_H_TASKS": 9, "SLIP_H_EXITS": 10, "SLIP_H_DIRECT": 11,
	"SLIP_H_LOCALS": 12, "SLIP_H_DEPTH": 13, "SLIP_H_FREES": 14, "SLIP_H_NEST": 15, "SLIP_H_ROW": 16,

	"SLIP_N_ADDRESS": 0, "SLIP_N_WORDS": 1, "SLIP_N_WAYS": 2, "SLIP_N_ROW": 3,

	"SLIP_M_VALUE": 0, "SLIP_M_WORD": 1, "SLIP_M_KIND": 2, "SLIP_M_OF": 3, "SLIP_M_ROW": 4,

	"SLIP_MADE_NUMBER": int64(sched.MadeNumber), "SLIP_MADE_RANGE": int64(sched.MadeRangeIterator),
	"SLIP_MADE_OVER": int64(sched.MadeArrayIterator), "SLIP_MADE_ENUMERATE": int64(sched.MadeEnumerate),
	"SLIP_MADE_ZIP": int64(sched.MadeZip), "SLIP_MADE_VIEW": int64(sched.MadeView), "SLIP_MADE_COPY": int64(sched.MadeCopy), "SLIP_MADE_PART": int64(sched.MadePart), "SLIP_MADE_REVERSED": int64(sched.MadeReversed), "SLIP_MADE_SET": int64(sched.MadeSet),
	"SLIP_TOLD_ROUNDS": int64(sched.ToldRounds), "SLIP_TOLD_CALLS": int64(sched.ToldCalls), "SLIP_TOLD_NOTHING": int64(sched.ToldNothing),
	"SLIP_MADE_MAP": int64(sched.MadeMap), "SLIP_MADE_WHOLE_RANGE": int64(sched.MadeRange), "SLIP_MADE_PRODUCT": int64(sched.MadeProduct), "SLIP_MADE_COMBINATIONS": int64(sched.MadeCombinations),
	"SLIP_MADE_REPEATING": int64(sched.MadeRepeating), "SLIP_MADE_FLAT": int64(sched.MadeFlat), "SLIP_MADE_INDEXED": int64(sched.MadeIndexed),
	"SLIP_MADE_ENTRIES": int64(sched.MadeTableIterator), "SLIP_MADE_TUPLE": int64(sched.MadeTuple), "SLIP_MADE_LIST": int64(sched.MadeList),

	"SLIP_L_SLOT": 0, "SLIP_L_ARG": 1, "SLIP_L_ROW": 2,

	"SLIP_I_VALUE": 0, "SLIP_I_SOURCE": 1, "SLIP_I_INDEX": 2, "SLIP_I_WRITABLE": 3,
	"SLIP_I_EQUAL": 4, "SLIP_I_KEY": 5, "SLIP_I_CLASS": 6, "SLIP_I_ROW": 7,

	"SLIP_F_DICT": 0, "SLIP_F_KEY": 1, "SLIP_F_EXPECT": 2, "SLIP_F_FALLBACK": 3,
	"SLIP_F_ROW": 4,

	"SLIP_V_KIND": 0, "SLIP_V_TYPE": 1, "SLIP_V_RANK": 2, "SLIP_V_ROW": 3,

	"SLIP_K_ADDRESS": 0, "SLIP_K_PARAMS": 1, "SLIP_K_LOOPS": 2, "SLIP_K_SCRATCH": 3,
	"SLIP_K_FLAGS": 4, "SLIP_K_COST": 5, "SLIP_K_PASSES": 6, "SLIP_K_ROW": 7,

	"SLIP_KF_RAISES": flagRaises, "SLIP_KF_REDUCE": flagReduce, "SLIP_KF_BARE": flagBare, "SLIP_KF_FUSED": flagFused, "SLIP_KF_ELIDES": flagElides,
	"SLIP_KF_COPIES": flagCopies,

	"SLIP_T_KIND": 0, "SLIP_T_DST": 1, "SLIP_T_AXIS": 2, "SLIP_T_KERNEL": 3,
	"SLIP_T_CALLEE": 4, "SLIP_T_KWNAMES": 5, "SLIP_T_OPERATOR": 6, "SLIP_T_EXIT": 7,
	"SLIP_T_LINE": 8, "SLIP_T_SRC": 9, "SLIP_T_OUTS": 10, "SLIP_T_REUSE": 11,
	"SLIP_T_DROPS": 12, "SLIP_T_INDEX": 13, "SLIP_T_ONLYC": 14, "SLIP_T_COVER": 15, "SLIP_T_QUIET": 16,
	"SLIP_T_ORDERS": 17, "SLIP_T_APART": 18, "SLIP_T_ROW": 19,

	"SLIP_O_RULE": 0, "SLIP_O_OF": 1, "SLIP_O_TEMPS": 2, "SLIP_O_LOOP": 3, "SLIP_O_READS": 4, "SLIP_O_ROW": 5,

	"SLIP_X_KIND": 0, "SLIP_X_START": 1, "SLIP_X_STOP": 4, "SLIP_X_STEP": 7, "SLIP_X_ROW": 10,

	"SLIP_MAX_RANK": sched.MaxRank, "SLIP_MAX_PARAMS": maxParams, "SLIP_MAX_LOOPS": maxLoops,
	"SLIP_MAX_ORDERS": sched.MaxOrders, "SLIP_MAX_READS": sched.MaxReads, "SLIP_READS_OTHER": readsOther,

	"SLIP_BOOL": int64(kernel.Bool), "SLIP_I8": int64(kernel.I8), "SLIP_U8": int64(kernel.U8),
	"SLIP_I16": int64(kernel.I16), "SLIP_U16": int64(kernel.U16), "SLIP_I32": int64(kernel.I32),
	"SLIP_U32": int64(kernel.U32), "SLIP_I64": int64(kernel.I64), "SLIP_U64": int64(kernel.U64),
	"SLIP_F32": int64(kernel.F32), "SLIP_F64": int64(kernel.F64), "SLIP_F16": int64(kernel.F16), "SLIP_C64": int64(kernel.C64),
	"SLIP_C128": int64(kernel.C128),

	"SLIP_IN": int64(kernel.In), "SLIP_OUT": int64(kernel.Out), "SLIP_SCALAR": int64(kernel.Scalar), "SLIP_ROW": kindRow,

	"SLIP_ARRAY": int64(sched.Array), "SLIP_NPSCALAR": int64(sched.NpScalar),
	"SLIP_PYFLOAT": int64(sched.PyFloat), "SLIP_PYINT": int64(sched.PyInt),
	"SLIP_PYBOOL": int64(sched.PyBool), "SLIP_PYCOMPLEX": int64(sched.PyComplex), "SLIP_OBJECT": int64(sched.Object),

	"SLIP_FROM_ARG": int64(sched.FromArg), "SLIP_FROM_CELL": int64(sched.FromCell),
	"SLIP_FROM_FACT": int64(sched.FromFact), "SLIP_FROM_CONST": int64(sched.FromConst),
	"SLIP_FROM_PART": int64(sched.FromPart),

	"SLIP_INDEX_INT": int64(sched.IndexInt), "SLIP_INDEX_SLICE": int64(sched.IndexSlice),
	"SLIP_INDEX_NEWAXIS": int64(sched.IndexNewAxis),

	"SLIP_VIEW": int64(sched.TaskView), "SLIP_TRANSPOSE": int64(sched.TaskTranspose),
	"SLIP_LOAD": int64(sched.TaskLoad), "SLIP_DIM": int64(sched.TaskDim),
	"SLIP_KERNEL": int64(sched.TaskKernel), "SLIP_SUM": int64(sched.TaskSum),
	"SLIP_CALL": int64(sched.TaskCall), "SLIP_NUMBER": int64(sched.TaskNumber),
	"SLIP_TUPLE": int64(sched.TaskTuple), "SLIP_COMMIT": int64(sched.TaskCommit),
	"SLIP_LEAVE": int64(sched.TaskLeave), "SLIP_FOLD": int64(sched.TaskFold),
	"SLIP_ERRORS": int64(sched.TaskErrors), "SLIP_WRITE": int64(sched.TaskWrite),
	"SLIP_NEST": int64(sched.TaskNest),

	"SLIP_NOT_OUT": int64(sched.NotOut), "SLIP_OUT_NEW": int64(sched.OutNew),
	"SLIP_OUT_TEMP": int64(sched.OutTemp), "SLIP_OUT_SCALAR": int64(sched.OutScalar),
	"SLIP_OUT_INTO": int64(sched.OutInto), "SLIP_OUT_TILE": int64(sched.OutTile),

	"SLIP_ORDER_UFUNC": int64(sched.OrderUfunc), "SLIP_ORDER_ITER": int64(sched.OrderIter),
	"SLIP_ORDER_KEEP": int64(sched.OrderKeep),

	"SLIP_ADD": 0, "SLIP_SUB": 1, "SLIP_MUL": 2, "SLIP_TRUEDIV": 3, "SLIP_FLOORDIV": 4,
	"SLIP_MOD": 5, "SLIP_POW": 6, "SLIP_LSHIFT": 7, "SLIP_RSHIFT": 8, "SLIP_AND": 9,
	"SLIP_OR": 10, "SLIP_XOR": 11, "SLIP_LT": 12, "SLIP_LE": 13, "SLIP_EQ": 14, "SLIP_NE": 15,
	"SLIP_GT": 16, "SLIP_GE": 17, "SLIP_NEG": 18, "SLIP_MUST": 19, "SLIP_SPARED": 20, "SLIP_GUESS": 21,
}

// Reasons names why a run was not taken or left early, by number, as
// Region.reasons() counts them.
var Reasons = []string{
	"none", "guard", "disabled", "tracing", "errstate", "control", "fpflags", "shape",
	"layout", "overlap", "readonly", "index", "range", "call", "result", "alloc", "kernel",
	"resting", "gain", "depth", "frees", "raise", "guess", "weighed",
}
