package bytecode

// encodeLocations is the inverse of parseLocations: one Location a code
// unit becomes a co_linetable relative to firstLine.
func encodeLocations(firstLine int, locs []Location) []byte {
	w := &locWriter{line: firstLine}
	for i := 0; i < len(locs); {
		n := 1
		for n < maxUnits && i+n < len(locs) && locs[i+n] == locs[i] {
			n++
		}
		w.entry(locs[i], n)
		i += n
	}
	return w.table
}

type locWriter struct {
	table []byte
	line  int
}

// entry writes the shortest form, as CPython's compiler does.
func (w *locWriter) entry(loc Location, units int) {
	if loc.Line < 0 {
		w.head(formNone, units)
		return
	}
	delta := loc.Line - w.line
	w.line = loc.Line
	columns := loc.Col >= 0 && loc.EndCol >= 0
	oneLine := columns && loc.EndLine == loc.Line
	switch width := loc.EndCol - loc.Col; {
	case oneLine && delta == 0 && loc.Col < 80 && 0 <= width && width < 16:
		w.head(loc.Col>>3, units)
		w.byte(loc.Col&7<<4 | width)
	case oneLine && 0 <= delta && delta < 3 && loc.Col < 128 && loc.EndCol < 128:
		w.head(formOneLine+delta, units)
		w.byte(loc.Col)
		w.byte(loc.EndCol)
	case columns && loc.EndLine >= loc.Line:
		w.head(formLong, units)
		w.signed(delta)
		w.varint(loc.EndLine - loc.Line)
		w.varint(loc.Col + 1)
		w.varint(loc.EndCol + 1)
	default:
		w.head(formNoColumn, units)
		w.signed(delta)
	}
}

func (w *locWriter) byte(b int)           { w.table = append(w.table, byte(b)) }
func (w *locWriter) head(form, units int) { w.byte(128 | form<<3 | (units - 1)) }

func (w *locWriter) varint(v int) {
	for ; v >= 64; v >>= 6 {
		w.byte(v&63 | 64)
	}
	w.byte(v)
}

func (w *locWriter) signed(v int) {
	if v < 0 {
		w.varint(-v<<1 | 1)
		return
	}
	w.varint(v << 1)
}
