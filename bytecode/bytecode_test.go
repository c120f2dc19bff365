package bytecode

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Every raw opcode of a version is either understood or refused by name.
func TestOpcodeTablesAreComplete(t *testing.T) {
	for i, v := range versions() {
		text, err := os.ReadFile(filepath.Join("testdata", folders[i], "opcodes.txt"))
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for line := range strings.Lines(string(text)) {
			var raw byte
			var name string
			if _, err := fmt.Sscan(line, &raw, &name); err != nil {
				t.Fatal(err)
			}
			row, mapped := v.rows[raw]
			_, refused := v.refused[raw]
			if mapped == refused || mapped && row.name != name {
				t.Errorf("%s: opcode %d is %s: mapped %v as %s, refused %v", folders[i], raw, name, mapped, row.name, refused)
			}
			seen++
		}
		if seen != len(v.rows)+len(v.refused) {
			t.Errorf("%s has %d opcodes, the table %d", folders[i], seen, len(v.rows)+len(v.refused))
		}
	}
}

func TestCanonicalTableIsComplete(t *testing.T) {
	names := map[string]bool{}
	for op := range numOps {
		row := opTable[op]
		if row.name == "" || row.effect == nil || names[row.name] {
			t.Errorf("opcode %d has no row of its own: %q", op, row.name)
		}
		names[row.name] = true
	}
	if Op(255).String() != "UNKNOWN" {
		t.Error("an opcode out of range has a name")
	}
}

// A splice at every boundary decodes again, keeps the stack balanced within
// the declared size, and leaves every other instruction where it was.
func TestSpliceEverywhere(t *testing.T) {
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		for _, at := range g.Boundaries() {
			again := respliced(t, g, []Stub{{PC: at.PC, Exits: []Exit{{Target: at.PC}}}})
			checkDepths(t, again)
			checkOriginal(t, g, again, at)
		}
	})
}

// A stub may take what lies on the stack, and leave with other values in its place.
func TestSpliceTakesTheStack(t *testing.T) {
	took := 0
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		for _, at := range g.Boundaries() {
			if !at.StatementStart || at.Depth == 0 || g.Prog.Handler(at.PC) != nil {
				continue
			}
			took++
			same := Exit{Push: at.Depth, Target: at.PC}
			stub := Stub{PC: at.PC, Take: at.Depth, Exits: []Exit{same, {Stores: []int{0}, Push: at.Depth, Target: at.PC}, {ReturnNone: true}}}
			again := respliced(t, g, []Stub{stub})
			checkDepths(t, again)
			checkOriginal(t, g, again, at)
			stub.Take++
			if _, err := g.Splice([]Stub{stub}); err == nil {
				t.Errorf("pc %d: a stub took %d of %d values", at.PC, stub.Take, at.Depth)
			}
		}
	})
	if took < 15 {
		t.Errorf("only %d places in loops", took)
	}
}

func checkDepths(t *testing.T, g *CFG) {
	t.Helper()
	for i := range g.Prog.Insts {
		if n := len(g.frames[i].stack); n > g.Prog.Code.StackSize {
			t.Fatalf("pc %d: depth %d of %d", g.Prog.Insts[i].PC, n, g.Prog.Code.StackSize)
		}
	}
}

func checkOriginal(t *testing.T, before, after *CFG, at Boundary) {
	t.Helper()
	for i := range before.Prog.Insts {
		in := before.Prog.Insts[i]
		if in.PC >= at.PC && in.PC < at.End || in.Mid {
			continue
		}
		if j := after.Prog.At(in.PC); j < 0 || !reflect.DeepEqual(in, after.Prog.Insts[j]) {
			t.Fatalf("stub at %d: the instruction at %d changed", at.PC, in.PC)
		}
		if before.DepthAt(in.PC) != after.DepthAt(in.PC) {
			t.Fatalf("stub at %d: depth at %d changed", at.PC, in.PC)
		}
	}
	for _, e := range before.Prog.Exc {
		if h := after.Prog.Handler(e.Start); h == nil || *h != e {
			t.Fatalf("stub at %d: range %v changed", at.PC, e)
		}
	}
}

func TestSplicingTwiceGivesTheSameText(t *testing.T) {
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		stub := sampleStub(t, g)
		first, _ := g.Splice([]Stub{stub})
		second, _ := g.Splice([]Stub{stub})
		if !reflect.DeepEqual(first, second) {
			t.Error("two splices differ")
		}
	})
}

func TestTablesRoundTrip(t *testing.T) {
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		c := g.Prog.Code
		locs, err := parseLocations(c)
		if err != nil {
			t.Fatal(err)
		}
		again := *c
		again.LineTable = encodeLocations(c.FirstLineNo, locs)
		if got, err := parseLocations(&again); err != nil || !reflect.DeepEqual(got, locs) {
			t.Errorf("line table: %v", err)
		}
		var table []byte
		for _, e := range g.Prog.Exc {
			table = appendException(table, e)
		}
		if string(table) != string(c.ExceptionTable) {
			t.Errorf("exception table %x, want %x", table, c.ExceptionTable)
		}
	})
}

// Random locations, far apart and backwards, survive encoding.
func TestLocationsRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c := &Code{FirstLineNo: 1 + random.IntN(1000)}
		var locs []Location
		for range 1 + random.IntN(40) {
			loc := randomLocation(random)
			for range 1 + random.IntN(20) {
				locs = append(locs, loc)
			}
		}
		c.Bytes = make([]byte, 2*len(locs))
		c.LineTable = encodeLocations(c.FirstLineNo, locs)
		if got, err := parseLocations(c); err != nil || !reflect.DeepEqual(got, locs) {
			t.Fatalf("%v\n%v\n%v", err, got, locs)
		}
	}
}

func randomLocation(random *rand.Rand) Location {
	line := 1 + random.IntN(5000)
	switch random.IntN(5) {
	case 0:
		return noLocation
	case 1:
		return Location{line, line, -1, -1}
	}
	col := random.IntN(200)
	return Location{line, line + random.IntN(2)*random.IntN(100), col, random.IntN(300)}
}

// Damaged code is answered with an error, never with a panic.
func TestDamagedCodeNeverPanics(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		for range 300 {
			code := *g.Prog.Code
			code.Bytes = damaged(random, code.Bytes)
			code.ExceptionTable = damaged(random, code.ExceptionTable)
			code.LineTable = damaged(random, code.LineTable)
			tryAll(&code)
		}
	})
}

func damaged(random *rand.Rand, text []byte) []byte {
	text = append([]byte(nil), text...)
	for range random.IntN(3) {
		if len(text) > 0 {
			text[random.IntN(len(text))] = byte(random.IntN(256))
		}
	}
	return text
}

func tryAll(code *Code) {
	prog, err := Decode(code)
	if err != nil {
		return
	}
	g, err := Analyse(prog)
	if err != nil {
		return
	}
	for _, at := range g.Boundaries() {
		_, _ = g.Splice([]Stub{{PC: at.PC, Exits: []Exit{{Target: at.PC}}}})
	}
	_ = g.Text() + prog.Text()
}

func TestUnknownVersionIsRefused(t *testing.T) {
	_, err := Decode(&Code{Version: [2]int{3, 14}, Magic: 3627, Bytes: Hex{0, 0}})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Reason != UnknownVersion {
		t.Errorf("got %v", err)
	}
}

func TestConstantsDifferByTypeAndBits(t *testing.T) {
	consts := []Const{
		{T: "int", V: "1"}, {T: "float", V: "0x1.0000000000000p+0"}, {T: "bool", V: "True"},
		{T: "float", V: "0x0.0p+0"}, {T: "float", V: "-0x0.0p+0"}, {T: "none"}, {T: "str"},
		{T: "tuple", Items: []Const{{T: "int", V: "1"}}}, {T: "tuple", Items: []Const{{T: "bool", V: "True"}}},
	}
	for i, a := range consts {
		for j, b := range consts {
			if a.Equal(b) != (i == j) {
				t.Errorf("%s equals %s: %v", a.Text(), b.Text(), a.Equal(b))
			}
		}
	}
	if opaque := (Const{T: "code", V: "f"}); opaque.Equal(opaque) {
		t.Error("opaque constants cannot be compared")
	}
}

func TestCodeTextRoundTrips(t *testing.T) {
	eachFixture(t, func(t *testing.T, _ string, _ *archive, g *CFG) {
		text, err := json.Marshal(g.Prog.Code)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseCode(text)
		if err != nil || !reflect.DeepEqual(again, g.Prog.Code) {
			t.Errorf("%v", err)
		}
	})
}
