package bytecode

// assembler appends code units behind an original code object and keeps the
// line and exception tables in step with them.
type assembler struct {
	ver   *version
	base  int // offset of the first appended unit
	text  []byte
	locs  []Location // one a unit
	exc   []ExcRange // sorted, never overlapping
	loc   Location   // of the units to come
	cover *ExcRange  // handler of the units to come, nil for none
	err   error
}

// jumpFix is a forward jump whose single argument byte is still open.
type jumpFix struct{ at, end int }

func (a *assembler) pc() int { return a.base + len(a.text) }

// unit appends one code unit at the current position.
func (a *assembler) unit(op byte, arg int) {
	a.text = append(a.text, op, byte(arg))
	a.locs = append(a.locs, a.loc)
	if a.cover == nil {
		return
	}
	end := a.pc()
	if n := len(a.exc); n > 0 && a.exc[n-1].End == end-2 && sameHandler(&a.exc[n-1], a.cover) {
		a.exc[n-1].End = end
		return
	}
	e := *a.cover
	e.Start, e.End = end-2, end
	a.exc = append(a.exc, e)
}

func sameHandler(a, b *ExcRange) bool {
	return a.Target == b.Target && a.Depth == b.Depth && a.Lasti == b.Lasti
}

// op appends an instruction by CPython's name, with prefixes and caches.
func (a *assembler) op(name string, arg int) {
	raw, ok := a.ver.opcode(name)
	if !ok {
		a.err = refuse(UnknownOpcode, a.pc(), "this version has no %s", name)
		return
	}
	a.prefixes(arg)
	a.unit(raw, arg)
	a.caches(a.ver.rows[raw].caches)
}

func (a *assembler) prefixes(arg int) {
	ext, _ := a.ver.opcode("EXTENDED_ARG")
	for shift := 24; shift > 0; shift -= 8 {
		if arg>>shift != 0 {
			a.unit(ext, arg>>shift)
		}
	}
}

func (a *assembler) caches(n int) {
	for range n {
		a.unit(0, 0)
	}
}

// jumpAhead appends a forward jump that land completes. It keeps room for a
// prefix, because the code jumped over can be longer than 255 units.
func (a *assembler) jumpAhead(name string) jumpFix {
	ext, _ := a.ver.opcode("EXTENDED_ARG")
	a.unit(ext, 0)
	at := len(a.text)
	a.op(name, 0)
	return jumpFix{at, len(a.text)}
}

func (a *assembler) land(f jumpFix) {
	distance := (len(a.text) - f.end) / 2
	if distance > 0xffff {
		a.err = refuse(TooFar, a.pc(), "a stub of %d units", distance)
	}
	a.text[f.at-1], a.text[f.at+1] = byte(distance>>8), byte(distance)
}

// jumpBack appends a jump to target, which lies before this place. It does
// not look for signals: the original code had no check here.
func (a *assembler) jumpBack(target int) {
	end := a.pc() + 2
	for size := 0; ; size++ {
		if distance := (end - target) / 2; distance>>(8*(size+1)) == 0 {
			a.op("JUMP_BACKWARD_NO_INTERRUPT", distance)
			return
		}
		end += 2
	}
}
