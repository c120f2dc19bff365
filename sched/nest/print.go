package nest

import (
	"fmt"
	"strconv"
	"strings"
)

// Text shows the function, a line an instruction.
func (f *Func) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "nest(")
	for i, a := range f.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		if a.Object {
			b.WriteString(a.objectText())
			continue
		}
		fmt.Fprintf(&b, "%v", a.Type)
		if a.Array {
			fmt.Fprintf(&b, "[%d]", a.Rank)
		}
	}
	fmt.Fprintf(&b, ") words %d\n", f.Words)
	for n := range f.Blocks {
		f.block(&b, n)
	}
	for n, x := range f.Exits {
		fmt.Fprintf(&b, "exit %d at %d:%s\n", n, x.At, ids(x.Values))
	}
	return b.String()
}

// objectText names an object and what it is taken in as.
func (a *Arg) objectText() string {
	text := "object"
	for _, code := range a.Outside {
		text += " " + strconv.FormatInt(code, 16)
	}
	if a.Changes {
		text += " changes"
	}
	return text
}

func (f *Func) block(b *strings.Builder, n int) {
	block := &f.Blocks[n]
	fmt.Fprintf(b, "b%d(", n)
	for i, p := range block.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "v%d %v", p, f.Type(p))
	}
	b.WriteString("):\n")
	for _, id := range block.Body {
		b.WriteString("  " + f.inst(id) + "\n")
	}
	b.WriteString("  " + block.Term.text() + "\n")
}

func (f *Func) inst(id ID) string {
	in := &f.Insts[id]
	var b strings.Builder
	if in.Op.Info().Made {
		fmt.Fprintf(&b, "v%d = ", id)
	}
	b.WriteString(in.Op.String())
	switch in.Op {
	case Scalar, Checked:
		b.WriteString("." + in.KOp.String())
	case Host:
		b.WriteString("." + Hosts[in.Num])
	}
	if in.Op.Info().Made {
		fmt.Fprintf(&b, " %v", in.Type)
	}
	switch in.Op {
	case Const:
		fmt.Fprintf(&b, " 0x%x", in.Bits)
	case Number, Function, Load, Store, Base:
		fmt.Fprintf(&b, " #%d", in.Num)
	case Host:
		fmt.Fprintf(&b, " axis %d", in.Axis)
	case Dim, Stride, Part:
		fmt.Fprintf(&b, " #%d axis %d", in.Num, in.Axis)
	}
	b.WriteString(ids(in.Args))
	if in.Op.Info().Leaves {
		fmt.Fprintf(&b, " else exit %d", in.Exit)
	}
	return b.String()
}

func (t *Term) text() string {
	switch len(t.Edges) {
	case 0:
		return fmt.Sprintf("exit %d", t.Exit)
	case 1:
		return "to " + t.Edges[0].text()
	}
	return fmt.Sprintf("if v%d to %s else %s", t.Cond, t.Edges[0].text(), t.Edges[1].text())
}

func (e *Edge) text() string { return fmt.Sprintf("b%d(%s)", e.To, strings.TrimSpace(ids(e.Args))) }

func ids(list []ID) string {
	var b strings.Builder
	for _, id := range list {
		fmt.Fprintf(&b, " v%d", id)
	}
	return b.String()
}
