package bytecode

// rule appends the canonical form of one raw instruction.
type rule func(d *decoder, r rawInst)

func plain(op Op) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Arg: r.arg}) }
}

// fixed is for raw opcodes whose argument is implied by the opcode.
func fixed(op Op, arg int) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Arg: arg, Name: intrinsicName(op, arg)}) }
}

// dropped is fixed with the result thrown away in the same instruction.
func dropped(op Op, arg int) rule {
	return func(d *decoder, r rawInst) {
		fixed(op, arg)(d, r)
		d.emit(r, Inst{Op: PopTop})
	}
}

func named(op Op) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Arg: r.arg, Name: d.name(r, r.arg)}) }
}

func slot(op Op) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Arg: r.arg, Name: d.slot(r).Name}) }
}

// loadFast of a slot that holds a cell is how 3.13 spells LOAD_CLOSURE.
func loadFast(d *decoder, r rawInst) {
	info, op := d.slot(r), LoadFast
	if info.Boxed() {
		op = LoadClosure
	}
	d.emit(r, Inst{Op: op, Arg: r.arg, Name: info.Name})
}

func loadFastCheck(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: LoadFast, Arg: r.arg, Name: d.slot(r).Name, Check: true})
}

// pair splits a superinstruction with two four-bit slots.
func pair(first, second rule) rule {
	return func(d *decoder, r rawInst) {
		hi, lo := r, r
		hi.arg, lo.arg = r.arg>>4, r.arg&15
		first(d, hi)
		second(d, lo)
	}
}

func constant(d *decoder, r rawInst) {
	if r.arg >= len(d.code.Consts) {
		d.malformed(r, "constant %d of %d", r.arg, len(d.code.Consts))
	}
	d.emit(r, Inst{Op: LoadConst, Arg: r.arg})
}

func returnConst(d *decoder, r rawInst) {
	constant(d, r)
	d.emit(r, Inst{Op: ReturnValue})
}

func global(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: LoadGlobal, Arg: r.arg >> 1, Name: d.name(r, r.arg>>1), Null: r.arg&1 != 0})
}

func method(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: LoadAttr, Arg: r.arg, Name: d.name(r, r.arg), Method: true})
}

func attrOrMethod(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: LoadAttr, Arg: r.arg >> 1, Name: d.name(r, r.arg>>1), Method: r.arg&1 != 0})
}

// superAttr keeps in Arg whether super() was written with two arguments.
func superAttr(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: LoadSuperAttr, Arg: r.arg >> 1 & 1, Name: d.name(r, r.arg>>2), Method: r.arg&1 != 0})
}

// operators is CPython's NB_ numbering.
var operators = [...]string{
	"+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^",
	"+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
}

func operator(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: BinaryOp, Arg: r.arg, Name: d.pick(r, operators[:], r.arg)})
}

var comparisons = [...]string{"<", "<=", "==", "!=", ">", ">="}

// compare: the relation lies above shift bits; boolBit asks for a bool.
func compare(shift, boolBit int) rule {
	return func(d *decoder, r rawInst) {
		relation := r.arg >> shift
		d.emit(r, Inst{Op: CompareOp, Arg: relation, Name: d.pick(r, comparisons[:], relation)})
		if r.arg&boolBit != 0 {
			d.emit(r, Inst{Op: ToBool})
		}
	}
}

func forward(op Op) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Target: r.end + 2*r.arg}) }
}

func backward(op Op) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: op, Target: r.end - 2*r.arg}) }
}

// exhausted: on exhaustion control skips the END_FOR at the written target.
func exhausted(skip int) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: ForIter, Target: r.end + 2*r.arg + skip}) }
}

func sending(drops int) rule {
	return func(d *decoder, r rawInst) { d.emit(r, Inst{Op: Send, Arg: drops, Target: r.end + 2*r.arg}) }
}

// prefix and precall only open a group that the next instruction closes.
func prefix(d *decoder, r rawInst) { d.malformed(r, "argument prefix without an instruction") }

func precall(d *decoder, r rawInst) { d.open(r) }

func kwNames(d *decoder, r rawInst) {
	if r.arg >= len(d.code.Consts) || d.code.Consts[r.arg].T != "tuple" {
		d.malformed(r, "keyword names are not a tuple")
		return
	}
	d.open(r)
	d.kwNames = []string{}
	for _, item := range d.code.Consts[r.arg].Items {
		d.kwNames = append(d.kwNames, item.V)
	}
}

func callWithNames(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: Call, Arg: r.arg, KwNames: d.kwNames})
}

var intrinsics1 = [...]string{
	"INVALID", "PRINT", "IMPORT_STAR", "STOPITERATION_ERROR", "ASYNC_GEN_WRAP", "UNARY_POSITIVE",
	"LIST_TO_TUPLE", "TYPEVAR", "PARAMSPEC", "TYPEVARTUPLE", "SUBSCRIPT_GENERIC", "TYPEALIAS",
}

var intrinsics2 = [...]string{
	"INVALID", "PREP_RERAISE_STAR", "TYPEVAR_WITH_BOUND", "TYPEVAR_WITH_CONSTRAINTS",
	"SET_FUNCTION_TYPE_PARAMS", "SET_TYPEPARAM_DEFAULT",
}

func intrinsicName(op Op, arg int) string {
	switch op {
	case CallIntrinsic1:
		return intrinsics1[arg]
	case CallIntrinsic2:
		return intrinsics2[arg]
	}
	return ""
}

const intrinsicUnaryPositive = 5

func intrinsic1(d *decoder, r rawInst) {
	if r.arg == intrinsicUnaryPositive {
		d.emit(r, Inst{Op: UnaryPositive})
		return
	}
	d.emit(r, Inst{Op: CallIntrinsic1, Arg: r.arg, Name: d.pick(r, intrinsics1[:], r.arg)})
}

func intrinsic2(d *decoder, r rawInst) {
	d.emit(r, Inst{Op: CallIntrinsic2, Arg: r.arg, Name: d.pick(r, intrinsics2[:], r.arg)})
}
