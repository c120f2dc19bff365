package bytecode

// The exception table is a list of (start, length, target, depth*2+lasti) in
// code units, each number in six-bit groups with the highest first; the first
// byte of an entry has bit 7 set (Objects/exception_handling_notes.txt).

type excReader struct {
	text []byte
	at   int
	bad  bool
}

func (r *excReader) varint() int {
	value := 0
	for groups := 0; groups < 5 && r.at < len(r.text); groups++ {
		b := int(r.text[r.at])
		r.at++
		value = value<<6 | b&63
		if b&64 == 0 {
			return value
		}
	}
	r.bad = true
	return 0
}

func parseExceptions(table []byte) ([]ExcRange, error) {
	r, ranges := &excReader{text: table}, []ExcRange(nil)
	for r.at < len(table) {
		start, length, target, dl := 2*r.varint(), 2*r.varint(), 2*r.varint(), r.varint()
		if r.bad {
			return nil, refuse(MalformedCode, start, "exception table")
		}
		ranges = append(ranges, ExcRange{start, start + length, target, dl >> 1, dl&1 != 0})
	}
	return ranges, nil
}

// appendException writes one entry behind the others; the caller keeps them sorted.
func appendException(table []byte, e ExcRange) []byte {
	first := len(table)
	for _, v := range [...]int{e.Start / 2, (e.End - e.Start) / 2, e.Target / 2, e.Depth<<1 | one(e.Lasti)} {
		table = appendVarint6(table, v)
	}
	table[first] |= 128
	return table
}

func appendVarint6(table []byte, v int) []byte {
	for shift := 24; shift > 0; shift -= 6 {
		if v>>shift != 0 {
			table = append(table, byte(v>>shift&63|64))
		}
	}
	return append(table, byte(v&63))
}
