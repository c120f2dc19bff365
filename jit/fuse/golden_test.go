package fuse_test

import (
	"fmt"
	"strings"
	"testing"

	"slipstream/jit/fuse"
	"slipstream/jit/internal/golden"
	"slipstream/jit/ir"
	"slipstream/sched"
)

// Each archive has SSA and the nodes it is cut into.
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, in map[string]string) []golden.Text {
		f, err := ir.Parse(in["ir"])
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := fuse.Cut(f)
		if err != nil {
			t.Fatal(err)
		}
		return []golden.Text{{Name: "nodes", Text: nodesText(f, nodes)}}
	})
}

func nodesText(f *ir.Func, nodes []fuse.Node) string {
	var b strings.Builder
	for i, n := range nodes {
		if n.Group == nil {
			fmt.Fprintf(&b, "n%d: v%d %v%s\n", i, n.Op, f.Values[n.Op].Op, map[bool]string{true: " fold"}[n.Fold])
			continue
		}
		fmt.Fprintf(&b, "n%d: group %v", i, n.Group.Members)
		if n.Group.Sink != ir.None {
			fmt.Fprintf(&b, " sink v%d %v", n.Group.Sink, f.Values[n.Group.Sink].Op)
		}
		fmt.Fprintf(&b, " params %v outs %v cover %b orders %s of %v\n%v", n.Group.Params, n.Group.Outs, n.Group.Cover, sched.OrdersText(n.Group.Orders), n.Group.OrderOf, n.Group.Kernel)
	}
	return b.String()
}
