package front

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"slipstream/bytecode"
	"slipstream/jit/npy"
)

// flow are the instructions that perform interprets itself.
var flow = []bytecode.Op{
	bytecode.ReturnValue, bytecode.Jump, bytecode.PopJumpIfTrue, bytecode.PopJumpIfFalse, bytecode.PopJumpIfNone,
	bytecode.PopJumpIfNotNone, bytecode.JumpIfTrueOrPop, bytecode.JumpIfFalseOrPop, bytecode.ForIter, bytecode.YieldValue, bytecode.EndFor,
	bytecode.WithExceptStart, bytecode.PushExcInfo, bytecode.PopExcept,
}

// inPython are the instructions that end a region: a new one is put here or
// gets a handler.
var inPython = []string{
	"DELETE_SUBSCR", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF",
	"DELETE_DEREF", "STORE_GLOBAL", "DELETE_GLOBAL",
	"LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "STORE_NAME", "DELETE_NAME", "LOAD_LOCALS",
	"DELETE_ATTR", "MAP_ADD", "SET_UPDATE", "DICT_UPDATE", "GET_LEN",
	"MATCH_MAPPING", "MATCH_SEQUENCE", "MATCH_KEYS", "MATCH_CLASS",
	"CALL_INTRINSIC_2", "LOAD_BUILD_CLASS",
	"LOAD_ASSERTION_ERROR", "SETUP_ANNOTATIONS", "RAISE_VARARGS", "RERAISE", "CHECK_EXC_MATCH", "CHECK_EG_MATCH", "BEFORE_ASYNC_WITH",
	"SEND", "END_SEND", "CLEANUP_THROW", "GET_AWAITABLE", "GET_YIELD_FROM_ITER",
	"GET_AITER", "GET_ANEXT", "END_ASYNC_FOR",
}

// Every canonical instruction has one fate.
func TestEveryInstruction(t *testing.T) {
	for op := range bytecode.Op(bytecode.NumOps) {
		_, handled := handlers[op]
		fates := 0
		for _, fate := range []bool{handled, slices.Contains(flow, op), slices.Contains(inPython, op.String())} {
			if fate {
				fates++
			}
		}
		if fates != 1 {
			t.Errorf("%v has %d fates", op, fates)
		}
	}
}

// Every instruction with a meaning is met by a recorded function.
func TestEveryHandlerIsMet(t *testing.T) {
	met := map[bytecode.Op]bool{}
	files, _ := filepath.Glob("../testdata/transcripts/*.txtar")
	for _, file := range files {
		for _, in := range instructions(t, file) {
			met[in.Op] = true
		}
	}
	for op := range handlers {
		if !met[op] {
			t.Errorf("no recorded function has %v", op)
		}
	}
}

func instructions(t *testing.T, file string) []bytecode.Inst {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name != "code" {
			continue
		}
		code, err := bytecode.ParseCode(f.Data)
		if err != nil {
			t.Fatal(err)
		}
		p, err := bytecode.Decode(code)
		if err != nil {
			t.Fatal(err)
		}
		return p.Insts
	}
	return nil
}

// Every treatment of the table of functions is written down in the front end,
// and every row has one.
func TestEveryTreatment(t *testing.T) {
	for _, name := range npy.Functions() {
		row := npy.FindFunction(name)
		if method, ok := strings.CutPrefix(name, "ndarray."); ok {
			row = npy.FindMethod(method)
		}
		if row.Treat == npy.Leave && row.Recipe == "" {
			t.Errorf("%s has no treatment", name)
		}
	}
	table, err := os.ReadFile("../npy/functions.go")
	if err != nil {
		t.Fatal(err)
	}
	source := frontSource(t)
	_, list, _ := strings.Cut(string(table), "const (")
	list, _, _ = strings.Cut(list, "\n)")
	for _, m := range regexp.MustCompile(`(?m)^\t([A-Z]\w*)`).FindAllStringSubmatch(list, -1) {
		if !strings.Contains(source, "npy."+m[1]) {
			t.Errorf("treatment %s is not in the front end", m[1])
		}
	}
}

func frontSource(t *testing.T) string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// Every ufunc of the table is met under its own name, and every operator
// leads to a ufunc that NumPy has.
func TestOperatorsHaveUfuncs(t *testing.T) {
	for _, text := range []string{"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "<", "<=", ">", ">=", "==", "!="} {
		name, ok := npy.BinaryOperator(text)
		if !ok || npy.FindUfunc(name).Name != name {
			t.Errorf("operator %s leads to %q", text, name)
		}
	}
	for _, name := range npy.Ufuncs() {
		if npy.FindUfunc(name).Name != name {
			t.Errorf("row %s is found under another name", name)
		}
	}
}
