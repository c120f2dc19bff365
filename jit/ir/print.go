package ir

import (
	"fmt"
	"strings"

	"slipstream/sched/kernel"
)

// Text prints the function; Parse reads it back.
func (f *Func) Text() string {
	var b strings.Builder
	for n := range f.Blocks {
		block := &f.Blocks[n]
		fmt.Fprintf(&b, "b%d(%s):\n", n, list(block.Params))
		for _, id := range block.Body {
			fmt.Fprintf(&b, "  %s\n", f.line(id))
		}
		fmt.Fprintf(&b, "  leave %d (%s)\n", block.Term.Exit, list(block.Term.Args))
	}
	return b.String()
}

func list(ids []ID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = fmt.Sprintf("v%d", id)
	}
	return strings.Join(texts, " ")
}

// line prints one value: number, type, shape, operation, arguments, memory.
func (f *Func) line(id ID) string {
	v := &f.Values[id]
	var b strings.Builder
	fmt.Fprintf(&b, "v%d: %v", id, v.Type)
	if v.Type.Kind == Array {
		fmt.Fprintf(&b, " %s", shapeText(v.Shape))
	}
	fmt.Fprintf(&b, " = %s (%s)", v.operation(), list(v.Args))
	if v.Mem != None {
		fmt.Fprintf(&b, " @v%d", v.Mem)
	}
	if v.SameShape {
		b.WriteString(" same-shape")
	}
	if v.Over {
		b.WriteString(" over")
	}
	if len(v.Apart) > 0 {
		fmt.Fprintf(&b, " apart %s", list(v.Apart))
	}
	if v.Line > 0 {
		fmt.Fprintf(&b, " ; line %d", v.Line)
	}
	return b.String()
}

func shapeText(shape []Sym) string {
	texts := make([]string, len(shape))
	for i, s := range shape {
		texts[i] = fmt.Sprintf("n%d", s)
		if s == One {
			texts[i] = "1"
		}
	}
	return "<" + strings.Join(texts, ",") + ">"
}

func (v *Value) operation() string {
	switch v.Op {
	case Elem:
		return fmt.Sprintf("elem %v in %v", v.KOp, v.In)
	case Loop:
		return fmt.Sprintf("loop %s %s host %d", v.Name, sigText(v.Sig), v.Num)
	case View:
		return "view " + indexText(v.Index)
	case Number:
		return fmt.Sprintf("number %#x", v.Bits)
	case PyOp:
		return "pyop " + v.Name
	case Call, Write:
		return v.callText()
	case Input, HostConst, Dim, Commit, Errors:
		return fmt.Sprintf("%v %d", v.Op, v.Num)
	}
	return v.Op.String()
}

func (v *Value) callText() string {
	text := fmt.Sprintf("%v %d %d", v.Op, v.Num, v.Num2)
	if v.Quiet {
		text += " quiet"
	}
	if v.Axes != 0 {
		text += fmt.Sprintf(" axes %b", v.Axes)
	}
	return text
}

func sigText(sig []kernel.Type) string {
	texts := make([]string, len(sig))
	for i, t := range sig {
		texts[i] = t.String()
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ",") + "->" + texts[last]
}

func indexText(items []Index) string {
	texts := make([]string, len(items))
	for i, x := range items {
		switch x.Kind {
		case IndexInt:
			texts[i] = x.Start.text()
		case IndexNewAxis:
			texts[i] = "new"
		default:
			texts[i] = x.Start.text() + ":" + x.Stop.text() + ":" + x.Step.text()
		}
	}
	return "[" + strings.Join(texts, ",") + "]"
}

// text prints a bound: nothing, a constant, or $k for argument k.
func (n Bound) text() string {
	switch {
	case n.None:
		return ""
	case n.Arg > 0:
		return fmt.Sprintf("$%d", n.Arg)
	}
	return fmt.Sprint(n.Const)
}
