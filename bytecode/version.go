package bytecode

// version is everything that differs between CPython versions.
type version struct {
	major, minor int
	magic        int
	rows         map[byte]rawRow // raw opcodes this package understands
	refused      map[byte]string // raw opcodes that never occur in co_code, with the reason
}

type rawRow struct{ name string }

type rawInst struct{ pc, end int }
