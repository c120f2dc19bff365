// Package golden compares texts with those kept in testdata. Run the tests
// with -update to write what they give now, and look at the difference.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected texts in testdata")

// Text is a named expected text.
type Text struct{ Name, Text string }

// Run runs a test for each archive. work gets an archive's texts by name and
// gives the ones that are expected in it.
func Run(t *testing.T, pattern string, work func(t *testing.T, in map[string]string) []Text) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { one(t, file, work) })
	}
}

func one(t *testing.T, file string, work func(*testing.T, map[string]string) []Text) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]string{}
	for _, f := range a.Files {
		in[f.Name] = string(f.Data)
	}
	for _, want := range work(t, in) {
		compare(t, a, want)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func compare(t *testing.T, a *txtar.Archive, have Text) {
	t.Helper()
	data := []byte(have.Text)
	for i, f := range a.Files {
		if f.Name != have.Name {
			continue
		}
		if !bytes.Equal(f.Data, data) && !*update {
			t.Errorf("%s differs (run with -update after looking):\n%s", have.Name, have.Text)
		}
		a.Files[i].Data = data
		return
	}
	if !*update {
		t.Errorf("no %s in the file (run with -update after looking):\n%s", have.Name, have.Text)
	}
	a.Files = append(a.Files, txtar.File{Name: have.Name, Data: data})
}
