package pyext

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// allowed lists, for each part of the module, the parts it may import besides
// itself. The first element of an import path names the part.
var allowed = map[string][]string{
	"bytecode": {},
	"sched":    {},
	"jit":      {"bytecode", "sched"},
	"cuda":     {"sched"},
	"pyext":    {"bytecode", "sched", "jit", "cuda"},
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportsGoOneWay(t *testing.T) {
	packages := list(t)
	if len(packages) < 2 {
		t.Fatalf("go list shows only %d packages", len(packages))
	}
	for _, p := range packages {
		for _, imported := range append(append(p.Imports, p.TestImports...), p.XTestImports...) {
			if !mayImport(p.ImportPath, imported) {
				t.Errorf("%s must not import %s", p.ImportPath, imported)
			}
		}
	}
}

func TestTheRuleItself(t *testing.T) {
	for _, pair := range [][2]string{
		{"slipstream/jit/emit", "slipstream/cuda"},
		{"slipstream/cuda", "slipstream/jit"},
		{"slipstream/sched/cpu", "slipstream/jit/plan"},
		{"slipstream/bytecode", "slipstream/sched"},
		{"slipstream/nowhere", "slipstream/sched"},
	} {
		if mayImport(pair[0], pair[1]) {
			t.Errorf("%s may import %s", pair[0], pair[1])
		}
	}
}

// mayImport: other people's packages always; ours as the table says.
func mayImport(importer, imported string) bool {
	from, to := part(importer), part(imported)
	if to == "" || from == to {
		return true
	}
	for _, name := range allowed[from] {
		if name == to {
			return true
		}
	}
	return false
}

// part is the top folder of one of our packages, "" for any other.
func part(path string) string {
	rest, ours := strings.CutPrefix(path, "slipstream/")
	if !ours {
		return ""
	}
	top, _, _ := strings.Cut(rest, "/")
	return top
}

// list reads both flavours of the module, with and without GPU support.
func list(t *testing.T) (packages []listed) {
	t.Helper()
	for _, tags := range []string{"", "cuda"} {
		// -e: cu itself does not load without its headers; its name is enough.
		output, err := exec.Command("go", "list", "-e", "-json", "-tags="+tags, "slipstream/...").Output()
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, decode(t, string(output))...)
	}
	return packages
}

func decode(t *testing.T, text string) (packages []listed) {
	t.Helper()
	for stream := json.NewDecoder(strings.NewReader(text)); ; {
		var p listed
		switch err := stream.Decode(&p); err {
		case nil:
			packages = append(packages, p)
		case io.EOF:
			return packages
		default:
			t.Fatal(err)
		}
	}
}
