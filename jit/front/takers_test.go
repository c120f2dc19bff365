package front

import (
	"slices"
	"strings"
	"testing"
)

// A statement that reads the name of what goes through its argument may be a loop: the names are those
// of the functions that nests know to do so. A list or tuple is made where a generator is, too.
func TestTakersByName(t *testing.T) {
	for _, name := range takersByName {
		full := "builtins." + name
		if takers[full] == nil && nestCalls[full] == nil && nestNamed[full] == nil {
			t.Errorf("nests know no %s", full)
		}
	}
	for full := range takers {
		name := strings.TrimPrefix(full, "builtins.")
		if name != "list" && name != "tuple" && !slices.Contains(takersByName, name) {
			t.Errorf("%s goes through its argument: takersByName lacks it", full)
		}
	}
}
