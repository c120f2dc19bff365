package emit_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"

	"slipstream/jit/emit"
)

var update = flag.Bool("update", false, "rewrite the expected texts in testdata")

// goldenTarget is no machine at hand: the text must not depend on one.
var goldenTarget = emit.Target{Triple: "x86_64-unknown-linux-gnu", CPU: "x86-64-v3", Features: "+avx2"}

// A case is one file: a kernel and the module it becomes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil || len(a.Files) != 2 {
		t.Fatal("want a kernel and its ir", err)
	}
	k := parse(t, string(a.Files[0].Data))
	got := emit.Emit(k, goldenTarget)
	if again := emit.Emit(k, goldenTarget); again != got {
		t.Error("two emissions differ")
	}
	if *update {
		a.Files[1].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !slices.Equal([]byte(got), a.Files[1].Data) {
		t.Errorf("differs from the file (run with -update after looking):\n%s", got)
	}
}
