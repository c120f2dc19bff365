package bytecode

// Location is a source position; parts that are not known are -1.
type Location struct{ Line, EndLine, Col, EndCol int }

var noLocation = Location{-1, -1, -1, -1}

// Forms of an entry in co_linetable: see Objects/locations.md in CPython.
// Numbers below formOneLine are the short form.
const (
	formOneLine  = 10
	formNoColumn = 13
	formLong     = 14
	formNone     = 15
	maxUnits     = 8 // code units one entry can cover
)

type locReader struct {
	text []byte
	at   int
	line int
	bad  bool
}

func (r *locReader) byte() int {
	if r.at >= len(r.text) {
		r.bad = true
		return 0
	}
	r.at++
	return int(r.text[r.at-1])
}

func (r *locReader) varint() int {
	value := 0
	for shift := 0; shift <= 30; shift += 6 {
		b := r.byte()
		value |= b & 63 << shift
		if b&64 == 0 {
			return value
		}
	}
	r.bad = true
	return 0
}

func (r *locReader) svarint() int {
	if v := r.varint(); v&1 != 0 {
		return -(v >> 1)
	} else {
		return v >> 1
	}
}

// entry reads one entry: how many units it covers, and where they come from.
func (r *locReader) entry() (units int, loc Location) {
	head := r.byte()
	if head&128 == 0 {
		r.bad = true
	}
	return head&7 + 1, r.location(head >> 3 & 15)
}

func (r *locReader) location(form int) Location {
	switch {
	case form == formNone:
		return noLocation
	case form == formLong:
		r.line += r.svarint()
		end := r.line + r.varint()
		return Location{r.line, end, r.varint() - 1, r.varint() - 1}
	case form == formNoColumn:
		r.line += r.svarint()
		return Location{r.line, r.line, -1, -1}
	case form >= formOneLine:
		r.line += form - formOneLine
		return Location{r.line, r.line, r.byte(), r.byte()}
	}
	b := r.byte()
	col := form<<3 | b>>4
	return Location{r.line, r.line, col, col + b&15}
}

// parseLocations expands co_linetable to one Location a code unit.
func parseLocations(c *Code) ([]Location, error) {
	total := len(c.Bytes) / 2
	locs := make([]Location, 0, total)
	r := &locReader{text: c.LineTable, line: c.FirstLineNo}
	for r.at < len(r.text) && len(locs) <= total && !r.bad {
		units, loc := r.entry()
		for range units {
			locs = append(locs, loc)
		}
	}
	if r.bad || len(locs) > total {
		return nil, refuse(MalformedCode, 2*len(locs), "line table")
	}
	for len(locs) < total {
		locs = append(locs, noLocation)
	}
	return locs, nil
}
