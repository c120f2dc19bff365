/* The plan image: a plan as a row of little-endian int64 words.
 *
 * package image writes it, entry.c reads it. The numbers below are the whole
 * agreement; a test on the Go side reads this file and compares them.
 *
 * Order: header, frees, inputs, facts, values, kernels, tasks, nest, exits. Frees,
 * inputs, facts and values have rows of fixed length; a kernel, task or exit row is followed by
 * the lists whose lengths it tells.
 *
 *   kernel: row, then (kind, type) for each parameter
 *   task:   row, then src, outs, reuse, drops, cover, then a row for each order
 *           and, if there are any, the order of each parameter, then the index items
 *   index:  kind, then start, stop and step as (value, constant, none)
 *   nest:   row, if there is one, then for each way exit, number of values made, a row for each
 *   exit:   number of values, then the values
 */
#ifndef SLIPSTREAM_IMAGE_H
#define SLIPSTREAM_IMAGE_H

enum slip_image {
    SLIP_MAGIC = 1346981971,
    SLIP_FORMAT = 1,
    SLIP_NONE = -1,
};

enum slip_header {
    SLIP_H_MAGIC = 0,
    SLIP_H_FORMAT = 1,
    SLIP_H_WORDS = 2,
    SLIP_H_ARGS = 3,
    SLIP_H_OBJECTS = 4,
    SLIP_H_INPUTS = 5,
    SLIP_H_FACTS = 6,
    SLIP_H_VALUES = 7,
    SLIP_H_KERNELS = 8,
    SLIP_H_TASKS = 9,
    SLIP_H_EXITS = 10,
    SLIP_H_DIRECT = 11,
    SLIP_H_LOCALS = 12, /* of the calling frame */
    SLIP_H_DEPTH = 13,  /* of its stack */
    SLIP_H_FREES = 14,
    SLIP_H_NEST = 15, /* the one task is a loop nest, described behind the tasks */
    SLIP_H_ROW = 16,
};

enum slip_nest_row {
    SLIP_N_ADDRESS = 0,
    SLIP_N_WORDS = 1, /* of its answer */
    SLIP_N_WAYS = 2,
    SLIP_N_ROW = 3,
};

enum slip_made_row {
    SLIP_M_VALUE = 0,
    SLIP_M_WORD = 1,
    SLIP_M_KIND = 2,
    SLIP_M_OF = 3, /* how many values follow that it goes over */
    SLIP_M_ROW = 4,
};

/* What rounds are that an exit of a nest tells of. */
enum slip_told {
    SLIP_TOLD_ROUNDS = 0,  /* of loops */
    SLIP_TOLD_CALLS = 1,   /* calls that functions made of themselves */
    SLIP_TOLD_NOTHING = 2, /* all begins anew */
};

enum slip_made_kind {
    SLIP_MADE_NUMBER = 0,        /* of one word; of a complex number one for each part */
    SLIP_MADE_RANGE = 1,         /* an iterator: next value, step, how many are left */
    SLIP_MADE_OVER = 2,          /* an iterator over an array: the next index */
    SLIP_MADE_ENUMERATE = 3,     /* that numbers what another one gives: the next number */
    SLIP_MADE_ZIP = 4,           /* over others side by side */
    SLIP_MADE_VIEW = 5,          /* of an array: the address, lengths and strides */
    SLIP_MADE_COPY = 6,          /* an array with elements from there: the same */
    SLIP_MADE_TUPLE = 7,         /* of values that are there */
    SLIP_MADE_LIST = 8,          /* a nest's list, or an array in one: where it lies, what its items are */
    SLIP_MADE_PART = 9,          /* a view of a copy: where that was, then as for a view */
    SLIP_MADE_REVERSED = 10,     /* an iterator back through an array or tuple: the next index */
    SLIP_MADE_SET = 11,          /* None: the attribute of an object that a text names becomes a value */
    SLIP_MADE_MAP = 12,          /* an iterator: map of a function over others */
    SLIP_MADE_WHOLE_RANGE = 13,  /* a range: first value, step, how many */
    SLIP_MADE_PRODUCT = 14,      /* an iterator over places, see indices.c: the next indices */
    SLIP_MADE_COMBINATIONS = 15, /* each of them larger than the one before */
    SLIP_MADE_REPEATING = 16,    /* none of them smaller */
    SLIP_MADE_FLAT = 17,         /* over the elements of an array: the next indices */
    SLIP_MADE_INDEXED = 18,      /* the same, with their indices */
    SLIP_MADE_ENTRIES = 19,      /* over a dict: where it lies, its form, the next entry, the view */
};

enum slip_free_row {
    SLIP_L_SLOT = 0,
    SLIP_L_ARG = 1, /* number of the argument that it is passed as */
    SLIP_L_ROW = 2,
};

enum slip_input_row {
    SLIP_I_VALUE = 0,
    SLIP_I_SOURCE = 1,
    SLIP_I_INDEX = 2,
    SLIP_I_WRITABLE = 3,
    SLIP_I_EQUAL = 4,
    SLIP_I_KEY = 5,   /* of a part: what it goes by in the object that the input SLIP_I_INDEX is */
    SLIP_I_CLASS = 6, /* an object's own class */
    SLIP_I_ROW = 7,
};

enum slip_fact_row {
    SLIP_F_DICT = 0,
    SLIP_F_KEY = 1,
    SLIP_F_EXPECT = 2,
    SLIP_F_FALLBACK = 3,
    SLIP_F_ROW = 4,
};

enum slip_value_row {
    SLIP_V_KIND = 0,
    SLIP_V_TYPE = 1,
    SLIP_V_RANK = 2,
    SLIP_V_ROW = 3,
};

enum slip_kernel_row {
    SLIP_K_ADDRESS = 0,
    SLIP_K_PARAMS = 1,
    SLIP_K_LOOPS = 2,
    SLIP_K_SCRATCH = 3,
    SLIP_K_FLAGS = 4,
    SLIP_K_COST = 5,
    SLIP_K_PASSES = 6,
    SLIP_K_ROW = 7,
};

enum slip_kernel_flags {
    SLIP_KF_RAISES = 1,  /* can set a floating-point status bit that NumPy reports */
    SLIP_KF_REDUCE = 2,  /* leaf of a pairwise sum */
    SLIP_KF_BARE = 4,    /* the sum is of a parameter itself, not of an expression */
    SLIP_KF_FUSED = 8,   /* calls a loop of NumPy that may fuse complex products with sums */
    SLIP_KF_ELIDES = 16, /* of which one has the operands the other way round when they are large */
    SLIP_KF_COPIES = 32, /* it stores an operand as it is */
};

enum slip_task_row {
    SLIP_T_KIND = 0,
    SLIP_T_DST = 1,
    SLIP_T_AXIS = 2,
    SLIP_T_KERNEL = 3,
    SLIP_T_CALLEE = 4,
    SLIP_T_KWNAMES = 5,
    SLIP_T_OPERATOR = 6,
    SLIP_T_EXIT = 7,
    SLIP_T_LINE = 8,
    SLIP_T_SRC = 9,
    SLIP_T_OUTS = 10,
    SLIP_T_REUSE = 11,
    SLIP_T_DROPS = 12,
    SLIP_T_INDEX = 13,
    SLIP_T_ONLYC = 14,
    SLIP_T_COVER = 15,
    SLIP_T_QUIET = 16,
    SLIP_T_ORDERS = 17,
    SLIP_T_APART = 18,
    SLIP_T_ROW = 19,
};

enum slip_order_row {
    SLIP_O_RULE = 0,
    SLIP_O_OF = 1,
    SLIP_O_TEMPS = 2,
    SLIP_O_LOOP = 3,
    SLIP_O_READS = 4, /* a byte an operand: a parameter's number and one, or other; then 0 */
    SLIP_O_ROW = 5,
};

enum slip_index_row {
    SLIP_X_KIND = 0,
    SLIP_X_START = 1,
    SLIP_X_STOP = 4,
    SLIP_X_STEP = 7,
    SLIP_X_ROW = 10,
};

enum slip_limits {
    SLIP_MAX_RANK = 8,
    SLIP_MAX_PARAMS = 32,
    SLIP_MAX_LOOPS = 32,
    SLIP_MAX_ORDERS = 32,
    SLIP_MAX_READS = 4,
    SLIP_READS_OTHER = 255, /* an operand that is no parameter as it lies */
    SLIP_MAX_COUNT = 65536, /* of any list */
};

enum slip_type {
    SLIP_BOOL = 0,
    SLIP_I8 = 1,
    SLIP_U8 = 2,
    SLIP_I16 = 3,
    SLIP_U16 = 4,
    SLIP_I32 = 5,
    SLIP_U32 = 6,
    SLIP_I64 = 7,
    SLIP_U64 = 8,
    SLIP_F32 = 9,
    SLIP_F64 = 10,
    SLIP_F16 = 11,
    SLIP_C64 = 12,
    SLIP_C128 = 13,
    SLIP_TYPES = 14,
};

enum slip_param_kind {
    SLIP_IN = 0,
    SLIP_OUT = 1,
    SLIP_SCALAR = 2,
    SLIP_ROW = 3,
};

enum slip_value_kind {
    SLIP_ARRAY = 0,
    SLIP_NPSCALAR = 1,
    SLIP_PYFLOAT = 2,
    SLIP_PYINT = 3,
    SLIP_PYBOOL = 4,
    SLIP_PYCOMPLEX = 5,
    SLIP_OBJECT = 6,
};

enum slip_source {
    SLIP_FROM_ARG = 0,
    SLIP_FROM_CELL = 1,
    SLIP_FROM_FACT = 2,
    SLIP_FROM_CONST = 3,
    SLIP_FROM_PART = 4,
};

enum slip_index_kind {
    SLIP_INDEX_INT = 0,
    SLIP_INDEX_SLICE = 1,
    SLIP_INDEX_NEWAXIS = 2,
};

enum slip_task_kind {
    SLIP_VIEW = 0,
    SLIP_TRANSPOSE = 1,
    SLIP_LOAD = 2,
    SLIP_DIM = 3,
    SLIP_KERNEL = 4,
    SLIP_SUM = 5,
    SLIP_CALL = 6,
    SLIP_NUMBER = 7,
    SLIP_TUPLE = 8,
    SLIP_COMMIT = 9,
    SLIP_LEAVE = 10,
    SLIP_FOLD = 11,
    SLIP_ERRORS = 12, /* axis: classes ignored from here on, then those reported, four bits each */
    SLIP_WRITE = 13,  /* a call that writes into src[0] and makes nothing */
    SLIP_NEST = 14,   /* a loop nest of src; ends the run */
};

enum slip_out_mode {
    SLIP_NOT_OUT = 0,
    SLIP_OUT_NEW = 1,
    SLIP_OUT_TEMP = 2,
    SLIP_OUT_SCALAR = 3,
    SLIP_OUT_INTO = 4,
    SLIP_OUT_TILE = 5,
};

enum slip_order_rule {
    SLIP_ORDER_UFUNC = 0,
    SLIP_ORDER_ITER = 1,
    SLIP_ORDER_KEEP = 2,
};

enum slip_operator {
    SLIP_ADD = 0,
    SLIP_SUB = 1,
    SLIP_MUL = 2,
    SLIP_TRUEDIV = 3,
    SLIP_FLOORDIV = 4,
    SLIP_MOD = 5,
    SLIP_POW = 6,
    SLIP_LSHIFT = 7,
    SLIP_RSHIFT = 8,
    SLIP_AND = 9,
    SLIP_OR = 10,
    SLIP_XOR = 11,
    SLIP_LT = 12,
    SLIP_LE = 13,
    SLIP_EQ = 14,
    SLIP_NE = 15,
    SLIP_GT = 16,
    SLIP_GE = 17,
    SLIP_NEG = 18,
    SLIP_MUST = 19,   /* fails for a bool that is false: the plan was made for other shapes */
    SLIP_SPARED = 20, /* the same, where the program goes on to raise */
    SLIP_GUESS = 21,  /* the same of a branch that was guessed: its number is the second operand */
    SLIP_OPERATORS = 22,
};

/* Why a run was not taken or left early; Region.reasons() counts them. */
enum slip_reason {
    SLIP_R_NONE = 0,
    SLIP_R_GUARD = 1,    /* an input is of another kind, or a looked-up name changed */
    SLIP_R_DISABLED = 2, /* forked child, or switched off */
    SLIP_R_TRACING = 3,  /* tracer, profiler or monitoring tool active */
    SLIP_R_ERRSTATE = 4, /* np.errstate is not the default one */
    SLIP_R_CONTROL = 5,  /* rounding mode or flush-to-zero set */
    SLIP_R_FPFLAGS = 6,  /* NumPy would report divide, overflow or invalid */
    SLIP_R_SHAPE = 7,
    SLIP_R_LAYOUT = 8,
    SLIP_R_OVERLAP = 9,
    SLIP_R_READONLY = 10,
    SLIP_R_INDEX = 11,
    SLIP_R_RANGE = 12,  /* a Python number does not fit the element type */
    SLIP_R_CALL = 13,   /* a call or operator raised */
    SLIP_R_RESULT = 14, /* a call gave another kind of result */
    SLIP_R_ALLOC = 15,
    SLIP_R_KERNEL = 16,  /* a kernel left by an exit of its own */
    SLIP_R_RESTING = 17, /* failed many times running: tried again after a while */
    SLIP_R_GAIN = 18,    /* one operation that NumPy does faster on memory like this */
    SLIP_R_DEPTH = 19,   /* so deep in calls that an inlined one might be too many */
    SLIP_R_FREES = 20,   /* a variable gets another value, and what it held may tell when it is freed */
    SLIP_R_RAISE = 21,   /* the program raises */
    SLIP_R_GUESS = 22,   /* a branch goes another way than was guessed */
    SLIP_R_WEIGHED = 23, /* Python runs it this time, to compare */
    SLIP_REASONS = 24,
};

#endif
