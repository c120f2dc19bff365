package bytecode

// rawInst is one raw instruction with its prefixes and caches; pc to end
// also covers the KW_NAMES and PRECALL that a CALL completes.
type rawInst struct {
	pc, end int
	at      int // offset of the opcode behind its prefixes
	op      byte
	arg     int
}

type decoder struct {
	code  *Code
	ver   *version
	slots []LocalInfo
	locs  []Location
	prog  *Program
	err   error

	group   int // pc where a KW_NAMES or PRECALL opened a group, -1 for none
	kwNames []string
}

// Decode turns a code object into canonical instructions. Code it does not
// understand is answered with a *Refusal.
func Decode(c *Code) (*Program, error) {
	ver, err := versionOf(c)
	if err != nil {
		return nil, err
	}
	d := &decoder{code: c, ver: ver, slots: c.LocalsPlus(), group: -1}
	d.prog = &Program{Code: c, ver: ver}
	if d.locs, err = parseLocations(c); err != nil {
		return nil, err
	}
	if d.prog.Exc, err = parseExceptions(c.ExceptionTable); err != nil {
		return nil, err
	}
	if d.run(); d.err != nil {
		return nil, d.err
	}
	return d.prog, d.prog.checkTargets()
}

func (d *decoder) run() {
	for pc := 0; pc < len(d.code.Bytes) && d.err == nil; {
		r, row := d.fetch(pc)
		if d.err != nil {
			return
		}
		row.rule(d, r)
		pc = r.end
	}
	if d.group >= 0 && d.err == nil {
		d.err = refuse(MalformedCode, d.group, "a call was announced but never made")
	}
}

// fetch reads prefixes, opcode and caches of the instruction at pc.
func (d *decoder) fetch(pc int) (rawInst, rawRow) {
	text, r := d.code.Bytes, rawInst{pc: pc}
	for at := pc; at+1 < len(text); at += 2 {
		row, known := d.ver.rows[text[at]]
		r.op, r.at, r.arg = text[at], at, r.arg<<8|int(text[at+1])
		if !known {
			d.unknown(r)
			return r, row
		}
		if row.name == "EXTENDED_ARG" && at-pc < 6 {
			continue
		}
		r.end = at + 2 + 2*row.caches
		if r.end > len(text) {
			break
		}
		return r, row
	}
	d.malformed(r, "code ends inside an instruction")
	return r, rawRow{}
}

func (d *decoder) unknown(r rawInst) {
	why, ok := d.ver.refused[r.op]
	if !ok {
		why = "not an opcode of this version"
	}
	d.err = refuse(UnknownOpcode, r.at, "opcode %d: %s", r.op, why)
}

func (d *decoder) malformed(r rawInst, format string, args ...any) {
	if d.err == nil {
		d.err = refuse(MalformedCode, r.pc, format, args...)
	}
}

// open starts a group; nobody may stop between its members because the
// interpreter keeps state outside the frame there.
func (d *decoder) open(r rawInst) {
	if d.group < 0 {
		d.group = r.pc
	}
}

func (d *decoder) emit(r rawInst, in Inst) {
	if d.group >= 0 {
		if in.Op != Call {
			d.malformed(r, "%s between KW_NAMES and CALL", in.Op)
		}
		r.pc, d.group, d.kwNames = d.group, -1, nil
	}
	if !in.Op.Jumps() {
		in.Target = -1
	}
	in.PC, in.End = r.pc, r.end
	loc := d.locs[r.at/2]
	in.Line, in.EndLine, in.Col, in.EndCol = loc.Line, loc.EndLine, loc.Col, loc.EndCol
	if n := len(d.prog.raw); n > 0 && d.prog.raw[n-1].pc == r.pc {
		in.Mid = true
	} else {
		d.prog.raw = append(d.prog.raw, r)
		d.prog.first = append(d.prog.first, len(d.prog.Insts))
	}
	d.prog.Insts = append(d.prog.Insts, in)
}

func (d *decoder) pick(r rawInst, names []string, i int) string {
	if i >= len(names) {
		d.malformed(r, "argument %d of %d", i, len(names))
		return ""
	}
	return names[i]
}

func (d *decoder) name(r rawInst, i int) string { return d.pick(r, d.code.Names, i) }

func (d *decoder) slot(r rawInst) LocalInfo {
	if r.arg >= len(d.slots) {
		d.malformed(r, "local %d of %d", r.arg, len(d.slots))
		return LocalInfo{}
	}
	return d.slots[r.arg]
}
