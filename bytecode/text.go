package bytecode

import (
	"fmt"
	"strings"
)

// Text lists the canonical instructions, one a line, for tests and dumps.
func (p *Program) Text() string {
	var b strings.Builder
	for i := range p.Insts {
		fmt.Fprintln(&b, p.instText(i))
	}
	for _, e := range p.Exc {
		lasti := ""
		if e.Lasti {
			lasti = " lasti"
		}
		fmt.Fprintf(&b, "except %d..%d -> %d depth %d%s\n", e.Start, e.End, e.Target, e.Depth, lasti)
	}
	return b.String()
}

func (p *Program) instText(i int) string {
	in := &p.Insts[i]
	place := fmt.Sprintf("%4d", in.PC)
	if in.Mid {
		place = "   +"
	}
	return strings.TrimRight(fmt.Sprintf("%4s %s %-24s%s", lineText(in.Line), place, in.Op, p.operand(in)), " ")
}

func lineText(line int) string {
	if line < 0 {
		return "-"
	}
	return fmt.Sprint(line)
}

// operand shows what the argument means rather than its number.
func (p *Program) operand(in *Inst) string {
	var parts []string
	switch {
	case in.Target >= 0:
		parts = append(parts, fmt.Sprintf("-> %d", in.Target))
	case in.Op == LoadConst:
		parts = append(parts, p.Code.Consts[in.Arg].Text())
	case in.Name != "":
		parts = append(parts, in.Name)
	case in.Arg != 0:
		parts = append(parts, fmt.Sprint(in.Arg))
	}
	for _, f := range []struct {
		on   bool
		word string
	}{{in.Null, "+null"}, {in.Method, "+method"}, {in.Check, "+check"}} {
		if f.on {
			parts = append(parts, f.word)
		}
	}
	if in.KwNames != nil {
		parts = append(parts, "names="+strings.Join(in.KwNames, ","))
	}
	return strings.Join(parts, " ")
}

// Text is a short form of the constant, not a parsable one.
func (c Const) Text() string {
	switch c.T {
	case "none":
		return "None"
	case "ellipsis":
		return "..."
	case "str":
		return fmt.Sprintf("%q", c.V)
	case "tuple", "frozenset":
		items := make([]string, len(c.Items))
		for i, item := range c.Items {
			items[i] = item.Text()
		}
		return c.T + "(" + strings.Join(items, ", ") + ")"
	case "int", "float", "complex", "bool":
		return c.V
	}
	return "<" + c.T + " " + c.V + ">"
}

// Text lists the blocks with what the analyses know at their start.
func (g *CFG) Text() string {
	var b strings.Builder
	for i := range g.Blocks {
		if g.Reachable(i) {
			fmt.Fprintln(&b, g.blockText(&g.Blocks[i]))
		}
	}
	for i, l := range g.Loops {
		fmt.Fprintf(&b, "loop %d header b%d latches %v blocks %v parent %d depth %d\n",
			i, l.Header, l.Latches, l.Blocks.Slots(), l.Parent, l.Depth)
	}
	for _, at := range g.Boundaries() {
		fmt.Fprintf(&b, "stub %d..%d depth %d line %d", at.PC, at.End, at.Depth, at.Line)
		if at.StatementStart {
			b.WriteString(" statement")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (g *CFG) blockText(b *Block) string {
	text := fmt.Sprintf("b%d pc %d depth %d idom b%d succ %v", b.ID, b.PC, g.DepthAt(b.PC), g.idom[b.ID], b.Succ)
	if b.Exc >= 0 {
		text += fmt.Sprintf(" except b%d", b.Exc)
	}
	text += fmt.Sprintf(" live %v bound %v unbound %v", g.LiveIn(b.PC).Slots(), g.MaybeBound(b.PC).Slots(), g.MaybeUnbound(b.PC).Slots())
	if g.HandlerOnly(b.ID) {
		text += " handler"
	}
	if g.Cold(b.ID) {
		text += " cold"
	}
	return text
}
