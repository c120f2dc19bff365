package reason

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// constants reads the reasons declared in the source.
func constants(t *testing.T) map[string]Reason {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Reason{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Reason" {
			n, err := strconv.Atoi(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found[spec.Names[0].Name] = Reason(n)
		}
		return true
	})
	return found
}

func TestAllListsEveryReasonOnce(t *testing.T) {
	declared := constants(t)
	if len(declared) == 0 {
		t.Fatal("no reasons are found")
	}
	for name, r := range declared {
		if !slices.Contains(All(), r) {
			t.Errorf("%s is not listed", name)
		}
	}
	if len(All()) != len(declared) {
		t.Errorf("%d listed, %d declared", len(All()), len(declared))
	}
	seen := map[Reason]bool{}
	for _, r := range All() {
		if seen[r] || r < 1000 || r > 1999 {
			t.Errorf("number %d is used twice, or out of range", r)
		}
		seen[r] = true
	}
}
