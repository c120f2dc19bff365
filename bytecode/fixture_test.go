package bytecode

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden sections of testdata")

var folders = []string{"311", "312", "313"}

// archive is a text file with "-- name --" lines before its sections.
type archive struct {
	names    []string
	sections map[string]string
}

func readArchive(t *testing.T, path string) *archive {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{sections: map[string]string{}}
	name := ""
	for line := range strings.Lines(string(text)) {
		if inner, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(inner, " --\n") {
			name = strings.TrimSuffix(inner, " --\n")
			a.set(name, "")
			continue
		}
		a.sections[name] += line
	}
	return a
}

func (a *archive) set(name, text string) {
	if _, ok := a.sections[name]; !ok {
		a.names = append(a.names, name)
	}
	a.sections[name] = text
}

func (a *archive) write(t *testing.T, path string) {
	t.Helper()
	var b strings.Builder
	for _, name := range a.names {
		b.WriteString("-- " + name + " --\n" + a.sections[name])
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// eachFixture runs a test on every code object of testdata.
func eachFixture(t *testing.T, test func(t *testing.T, path string, a *archive, g *CFG)) {
	for _, folder := range folders {
		paths, _ := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
		if len(paths) < 14 {
			t.Fatalf("only %d fixtures for %s", len(paths), folder)
		}
		for _, path := range paths {
			t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
				a := readArchive(t, path)
				test(t, path, a, analysed(t, a))
			})
		}
	}
}

func analysed(t *testing.T, a *archive) *CFG {
	t.Helper()
	code, err := ParseCode([]byte(a.sections["code"]))
	if err != nil {
		t.Fatal(err)
	}
	prog, err := Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Analyse(prog)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGolden(t *testing.T) {
	eachFixture(t, func(t *testing.T, path string, a *archive, g *CFG) {
		got := map[string]string{"decode": g.Prog.Text(), "cfg": g.Text(), "splice": spliceText(t, g)}
		for _, name := range []string{"decode", "cfg", "splice"} {
			if *update {
				a.set(name, got[name])
			} else if a.sections[name] != got[name] {
				t.Errorf("%s differs (see -update):\n%s\nwant:\n%s", name, got[name], a.sections[name])
			}
		}
		if *update {
			a.write(t, path)
		}
	})
}

// spliceText lists the code behind the original after a splice at the first
// statement: one exit to the next statement, one that returns None.
func spliceText(t *testing.T, g *CFG) string {
	patched := respliced(t, g, []Stub{sampleStub(t, g)})
	first := patched.Prog.At(len(g.Prog.Code.Bytes))
	var b strings.Builder
	for i := first; i < len(patched.Prog.Insts); i++ {
		b.WriteString(patched.Prog.instText(i) + "\n")
	}
	return b.String()
}

func sampleStub(t *testing.T, g *CFG) Stub {
	t.Helper()
	for _, at := range g.Boundaries() {
		if at.Depth == 0 && at.StatementStart {
			args := []int(nil)
			for i, info := range g.Prog.Code.LocalsPlus() {
				if info.Boxed() || !g.MaybeUnbound(at.PC).Has(i) {
					args = append(args, i)
				}
			}
			exits := []Exit{{Stores: []int{0}, Target: at.PC}, {ReturnNone: true}, {Stores: []int{0}, Return: true}}
			return Stub{PC: at.PC, Args: args, Exits: exits}
		}
	}
	t.Fatal("no statement starts with an empty stack")
	return Stub{}
}

// respliced decodes and analyses what a splice produced.
func respliced(t *testing.T, g *CFG, stubs []Stub) *CFG {
	t.Helper()
	patch, err := g.Splice(stubs)
	if err != nil {
		t.Fatal(err)
	}
	code := *g.Prog.Code
	code.Bytes, code.LineTable, code.ExceptionTable = patch.Bytes, patch.LineTable, patch.ExceptionTable
	code.StackSize = patch.StackSize
	code.Consts = append(append([]Const(nil), code.Consts...), patch.ExtraConsts...)
	prog, err := Decode(&code)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Analyse(prog)
	if err != nil {
		t.Fatal(err)
	}
	return again
}
