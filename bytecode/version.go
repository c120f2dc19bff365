package bytecode

import "sync"

// version is everything that differs between CPython versions.
type version struct {
	major, minor int
	magic        int
	nullFirst    bool // NULL lies below the callable
	// tracing reports a line again at each jump backward
	backwardLines bool
	rows          map[byte]rawRow // raw opcodes this package understands
	refused       map[byte]string // raw opcodes that never occur in co_code, and why

	once   sync.Once
	byName map[string]byte
}

// rawRow is one raw opcode: CPython's name, its cache units and the rule
// that turns it into canonical instructions.
type rawRow struct {
	name   string
	caches int
	rule   rule
}

// versions lists the tables; to add a version, add a line and its file.
func versions() []*version { return []*version{py311, py312, py313} }

func versionOf(c *Code) (*version, error) {
	for _, v := range versions() {
		if v.major == c.Version[0] && v.minor == c.Version[1] && v.magic == c.Magic {
			return v, nil
		}
	}
	return nil, refuse(UnknownVersion, 0, "CPython %d.%d with magic number %d", c.Version[0], c.Version[1], c.Magic)
}

// opcode finds the raw number of an instruction the assembler emits.
func (v *version) opcode(name string) (byte, bool) {
	v.once.Do(func() {
		v.byName = make(map[string]byte, len(v.rows))
		for raw, row := range v.rows {
			v.byName[row.name] = raw
		}
	})
	raw, ok := v.byName[name]
	return raw, ok
}
