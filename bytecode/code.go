// Package bytecode reads CPython code objects of each supported version into
// one canonical instruction set, answers questions about control flow, and
// writes code objects with stubs spliced in.
//
// It knows the encodings of CPython and nothing else: no NumPy, no live
// Python objects. It imports only the standard library; the packages of the
// compiler import it. A pc is always a byte offset into co_code.
package bytecode

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Hex is a byte string written as hexadecimal text in JSON.
type Hex []byte

// MarshalJSON writes the bytes as one lower-case hexadecimal string.
func (h Hex) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(h)) }

// UnmarshalJSON reads one hexadecimal string.
func (h *Hex) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	raw, err := hex.DecodeString(s)
	if err != nil {
		return err
	}
	*h = raw
	return nil
}

// Code is one CPython code object as plain data. It is never changed after
// ParseCode, so any number of goroutines may read it.
type Code struct {
	Version         [2]int   `json:"version"`
	Magic           int      `json:"magic"`
	Name            string   `json:"name"`
	QualName        string   `json:"qualname"`
	Filename        string   `json:"filename"`
	FirstLineNo     int      `json:"firstlineno"`
	ArgCount        int      `json:"argcount"`
	PosOnlyArgCount int      `json:"posonlyargcount"`
	KwOnlyArgCount  int      `json:"kwonlyargcount"`
	Flags           int      `json:"flags"`
	StackSize       int      `json:"stacksize"`
	Bytes           Hex      `json:"code"`
	ExceptionTable  Hex      `json:"exceptiontable"`
	LineTable       Hex      `json:"linetable"`
	Consts          []Const  `json:"consts"`
	Names           []string `json:"names"`
	VarNames        []string `json:"varnames"`
	CellVars        []string `json:"cellvars"`
	FreeVars        []string `json:"freevars"`
}

// Flags of a code object (co_flags) that the analyses look at.
const (
	FlagOptimized      = 0x1
	FlagNewLocals      = 0x2
	FlagVarArgs        = 0x4
	FlagVarKeywords    = 0x8
	FlagNested         = 0x10
	FlagGenerator      = 0x20
	FlagCoroutine      = 0x80
	FlagAsyncGenerator = 0x200
)

// Const is one entry of co_consts. T is one of none, bool, int, float,
// complex, str, bytes, tuple, frozenset, ellipsis, code, object; in a Patch
// also region. V is decimal text for int, float.hex() text for float, two of
// those for complex, hexadecimal for bytes, True or False for bool, the name
// for code and the type's name for object.
type Const struct {
	T     string  `json:"t"`
	V     string  `json:"v,omitempty"`
	Items []Const `json:"items,omitempty"`
}

// Equal is identity as co_consts sees it: 1, 1.0 and True differ, and so do
// 0.0 and -0.0. Opaque constants (code, object) are never equal.
func (c Const) Equal(d Const) bool {
	if c.T != d.T || c.V != d.V || len(c.Items) != len(d.Items) || c.Opaque() {
		return false
	}
	for i := range c.Items {
		if !c.Items[i].Equal(d.Items[i]) {
			return false
		}
	}
	return true
}

// Opaque reports whether the text says less than the object.
func (c Const) Opaque() bool { return c.T == "code" || c.T == "object" || c.T == "region" }

// LocalKind says how a slot of localsplus is used; Cell may join Local.
type LocalKind uint8

// The kinds of slots.
const (
	Local LocalKind = 1 << iota
	Cell
	Free
)

// LocalInfo describes one slot of localsplus.
type LocalInfo struct {
	Name  string
	Kind  LocalKind
	IsArg bool
}

// Boxed reports whether the slot holds a cell object, not the value.
func (l LocalInfo) Boxed() bool { return l.Kind&(Cell|Free) != 0 }

// NumArgs is the number of slots filled by the caller.
func (c *Code) NumArgs() int {
	n := c.ArgCount + c.KwOnlyArgCount
	if c.Flags&FlagVarArgs != 0 {
		n++
	}
	if c.Flags&FlagVarKeywords != 0 {
		n++
	}
	return n
}

// LocalsPlus lists the slots of a frame in CPython's order: varnames, then
// cells that are not arguments or locals, then free variables.
func (c *Code) LocalsPlus() []LocalInfo {
	slots := make([]LocalInfo, 0, len(c.VarNames)+len(c.CellVars)+len(c.FreeVars))
	at := make(map[string]int, len(c.VarNames))
	for i, name := range c.VarNames {
		at[name] = i
		slots = append(slots, LocalInfo{name, Local, i < c.NumArgs()})
	}
	for _, name := range c.CellVars {
		if i, ok := at[name]; ok {
			slots[i].Kind |= Cell
			continue
		}
		slots = append(slots, LocalInfo{Name: name, Kind: Cell})
	}
	for _, name := range c.FreeVars {
		slots = append(slots, LocalInfo{Name: name, Kind: Free})
	}
	return slots
}

// NLocalsPlus is the number of slots in a frame.
func (c *Code) NLocalsPlus() int { return len(c.LocalsPlus()) }

// IsGenerator reports whether calling the code makes a generator, coroutine
// or asynchronous generator.
func (c *Code) IsGenerator() bool {
	return c.Flags&(FlagGenerator|FlagCoroutine|FlagAsyncGenerator) != 0
}

// ParseCode reads the JSON text of a code object. It is total: malformed
// text is an error, never a panic.
func ParseCode(text []byte) (*Code, error) {
	c := new(Code)
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("bytecode: %w", err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("bytecode: %w", err)
	}
	return c, nil
}

const maxCode = 1 << 26

func (c *Code) check() error {
	switch {
	case len(c.Bytes)%2 != 0:
		return fmt.Errorf("code has an odd length %d", len(c.Bytes))
	case len(c.Bytes) == 0 || len(c.Bytes) > maxCode:
		return fmt.Errorf("code length %d is out of range", len(c.Bytes))
	case c.StackSize < 0 || c.StackSize > maxCode:
		return fmt.Errorf("stack size %d is out of range", c.StackSize)
	case c.ArgCount < 0 || c.KwOnlyArgCount < 0 || c.NumArgs() > len(c.VarNames):
		return fmt.Errorf("argument count exceeds the %d local variables", len(c.VarNames))
	case c.PosOnlyArgCount < 0 || c.PosOnlyArgCount > c.ArgCount:
		return fmt.Errorf("positional-only count %d is out of range", c.PosOnlyArgCount)
	}
	return nil
}
