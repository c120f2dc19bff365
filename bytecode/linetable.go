package bytecode

// appendLocations writes the positions of further code units behind a line
// table that ends on the given line.
func appendLocations(table []byte, line int, locs []Location) []byte {
	for i := 0; i < len(locs); {
		n := 1
		for n < maxUnits && i+n < len(locs) && locs[i+n] == locs[i] {
			n++
		}
		table = appendLocation(table, &line, locs[i], n)
		i += n
	}
	return table
}

// appendLocation always uses the long forms: stubs are few, and one form has
// one way to be wrong.
func appendLocation(table []byte, line *int, loc Location, units int) []byte {
	if loc.Line < 0 {
		return append(table, entryHead(formNone, units))
	}
	delta := loc.Line - *line
	*line = loc.Line
	if loc.Col < 0 || loc.EndCol < 0 || loc.EndLine < loc.Line {
		return appendSigned(append(table, entryHead(formNoColumn, units)), delta)
	}
	table = appendSigned(append(table, entryHead(formLong, units)), delta)
	table = appendVarint(table, loc.EndLine-loc.Line)
	table = appendVarint(table, loc.Col+1)
	return appendVarint(table, loc.EndCol+1)
}

func entryHead(form, units int) byte { return byte(128 | form<<3 | (units - 1)) }

func appendVarint(table []byte, v int) []byte {
	for v >= 64 {
		table = append(table, byte(v&63|64))
		v >>= 6
	}
	return append(table, byte(v))
}

func appendSigned(table []byte, v int) []byte {
	if v < 0 {
		return appendVarint(table, -v<<1|1)
	}
	return appendVarint(table, v<<1)
}
