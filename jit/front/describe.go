package front

import (
	"fmt"
	"strings"

	"slipstream/jit/ir"
	"slipstream/sched"
)

// Text tells in words what the region relies on of an input.
func (in Input) Text() string {
	what := in.Type.String()
	switch {
	case in.Type.Kind == ir.Array:
		what = fmt.Sprintf("ndarray %v, %d axes", in.Type.DType, in.Type.Rank)
	case in.Class > 0:
		what = "the same class"
	case in.Equal >= 0:
		what = "this very value"
	}
	if in.Writable {
		what += ", writable"
	}
	from := map[sched.SourceKind]string{sched.FromArg: "local", sched.FromCell: "closure variable", sched.FromFact: "global", sched.FromPart: "part"}[in.Source]
	return fmt.Sprintf("%s %s: %s", from, in.Name, what)
}

// Text tells in words what the region relies on of a name.
func (f Fact) Text() string {
	if f.Expect < 0 {
		return fmt.Sprintf("name %s: looked up again when its namespace changes", f.Name)
	}
	return fmt.Sprintf("name %s: the same object", f.Name)
}

// FreesText tells in words that what a local holds must be freed unnoticed.
func (f *Function) FreesText(slot int) string {
	return fmt.Sprintf("local %s: nothing tells when what it held is freed", f.slots[slot].Name)
}

// ExitText tells in words where an exit leads.
func (f *Function) ExitText(x Exit) string {
	if x.Return {
		return "returns"
	}
	var names []string
	for _, slot := range x.Stores {
		names = append(names, f.slots[slot].Name)
	}
	line := 0
	if i, ok := f.at[x.PC]; ok {
		line = f.Program.Insts[i].Line
	}
	if len(names) == 0 {
		return fmt.Sprintf("goes on in Python at line %d", line)
	}
	return fmt.Sprintf("goes on in Python at line %d with %s", line, strings.Join(names, ", "))
}
