package image

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"slipstream/sched/nest"
)

// The host passes its functions in the order in which the compiler numbers them.
func TestFunctionsOfTheHostAreInOrder(t *testing.T) {
	source, err := os.ReadFile("../native/nest.c")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(source), "static void *const table[] = {")
	table, _, _ = strings.Cut(table, "};")
	var names []string
	for _, m := range regexp.MustCompile(`\(void \*\)(\w+)`).FindAllStringSubmatch(table, -1) {
		names = append(names, strings.TrimPrefix(m[1], "slip_nest_"))
	}
	want := append(append([]string{"poll", "reported"}, nest.Functions[:]...), nest.Hosts[:]...)
	if !slices.Equal(names, want) {
		t.Errorf("the host passes %v, the compiler knows %v", names, want)
	}
}
