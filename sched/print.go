package sched

import (
	"fmt"
	"strings"
)

var (
	kindNames   = []string{"array", "np", "pyfloat", "pyint", "pybool", "pycomplex", "object"}
	sourceNames = []string{"arg", "cell", "fact", "const", "part"}
	taskNames   = []string{"view", "transpose", "load", "dim", "kernel", "sum", "call", "number", "tuple", "commit", "leave", "fold", "errors", "write", "nest"}
	ruleNames   = []string{"ufunc", "iter", "keep"}
	madeNames   = []string{"", "range", "over", "enumerate", "zip", "view", "copy", "tuple", "list", "part", "reversed", "set", "map", "whole", "product", "combinations", "repeating", "flat", "indexed", "entries"}
	modeNames   = []string{"", "new", "temp", "scalar", "into", "tile"}
)

func (v Value) String() string {
	switch v.Kind {
	case Array:
		return fmt.Sprintf("%v[%d]", v.Type, v.Rank)
	case NpScalar:
		return "np." + v.Type.String()
	}
	return kindNames[v.Kind]
}

func (k TaskKind) String() string { return taskNames[k] }

// Text prints the plan; Parse reads it back.
func (p *Plan) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "plan args %d objects %d%s\n", p.Args, p.Objects, flag(p.Direct, " direct"))
	if len(p.Frees.Of) > 0 {
		fmt.Fprintf(&b, "  frees%s of %d under %d\n", p.Frees.text(), p.Frees.Locals, p.Frees.Depth)
	}
	for _, in := range p.Inputs {
		fmt.Fprintf(&b, "  input v%d: %v = %s %d%s%s%s%s\n", in.Value, p.Values[in.Value], sourceNames[in.Source],
			in.Index, option(" key", in.Key-1), flag(in.Writable, " writable"), option(" equal", in.Equal), option(" class", in.Class-1))
	}
	for i, f := range p.Facts {
		fmt.Fprintf(&b, "  fact %d: dict %d key %d%s%s\n", i, f.Dict, f.Key, option(" expect", f.Expect), option(" fallback", f.Fallback))
	}
	for i, t := range p.Tasks {
		fmt.Fprintf(&b, "  t%d: %s\n", i, p.taskText(t))
	}
	for i, x := range p.Exits {
		fmt.Fprintf(&b, "  exit %d: %s\n", i, values(x.Values))
	}
	for i, k := range p.Kernels {
		fmt.Fprintf(&b, "k%d: %s", i, k)
	}
	if p.Nest != nil {
		b.WriteString(p.Nest.Text())
	}
	return b.String()
}

func (f Frees) text() string {
	var b strings.Builder
	for _, l := range f.Of {
		fmt.Fprintf(&b, " %d:%d", l.Slot, l.Arg)
	}
	return b.String()
}

func flag(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

func option(name string, n int) string {
	if n < 0 {
		return ""
	}
	return fmt.Sprintf("%s %d", name, n)
}

// loopText prints the loop's number and the parameters that it reads: l0:p1,_
func (o Order) loopText() string {
	texts := make([]string, len(o.Reads))
	for i, p := range o.Reads {
		if texts[i] = "_"; p >= 0 {
			texts[i] = fmt.Sprintf("p%d", p)
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf(" l%d:%s", o.Loop, strings.Join(texts, ","))
}

// OrdersText prints orders as the listing of a plan has them.
func OrdersText(orders []Order) string {
	texts := make([]string, len(orders))
	for i, o := range orders {
		texts[i] = ruleNames[o.Rule] + o.loopText()
		for bit := range 64 {
			one := Sources(1) << bit
			if o.Of&one != 0 {
				texts[i] += fmt.Sprintf(" %c%d%s", "po"[bit/MaxOrders], bit%MaxOrders, flag(o.Temps&one != 0, "*"))
			}
		}
	}
	return strings.Join(texts, "; ")
}

// taskText prints one task.
func (p *Plan) taskText(t Task) string {
	var b strings.Builder
	if t.Dst != NoValue {
		fmt.Fprintf(&b, "v%d: %v = ", t.Dst, p.Values[t.Dst])
	}
	b.WriteString(t.Kind.String())
	b.WriteString(detail(t))
	if t.Kind == TaskNest {
		b.WriteString(" " + p.waysText(t.Ways))
	}
	fmt.Fprintf(&b, " (%s)", p.operands(t))
	if len(t.Cover) > 0 {
		fmt.Fprintf(&b, " cover %b", t.Cover)
	}
	b.WriteString(flag(t.OnlyC, " only-c"))
	b.WriteString(flag(t.Over, " over"))
	if len(t.Orders) > 0 {
		fmt.Fprintf(&b, " orders [%s]", OrdersText(t.Orders))
	}
	if len(t.Apart) > 0 {
		fmt.Fprintf(&b, " apart [%s]", values(t.Apart))
	}
	if len(t.Drops) > 0 {
		fmt.Fprintf(&b, " drop %s", values(t.Drops))
	}
	if len(t.Deps) > 0 {
		fmt.Fprintf(&b, " after %s", ranges(t.Deps))
	}
	if t.Line > 0 {
		fmt.Fprintf(&b, " ; line %d", t.Line)
	}
	return b.String()
}

func detail(t Task) string {
	switch t.Kind {
	case TaskView:
		return " " + indexText(t.Index)
	case TaskDim, TaskErrors:
		return fmt.Sprintf(" %d", t.Axis)
	case TaskKernel, TaskSum:
		return fmt.Sprintf(" k%d", t.Kernel)
	case TaskCall, TaskWrite, TaskFold:
		axes := ""
		if t.Axis != 0 {
			axes = fmt.Sprintf(" axes %b", t.Axis)
		}
		return fmt.Sprintf(" object %d%s%s%s", t.Callee, axes, option(" names", t.KwNames), flag(t.Quiet, " quiet"))
	case TaskNumber:
		return " " + t.Operator
	case TaskCommit, TaskLeave:
		return fmt.Sprintf(" exit %d", t.Exit)
	}
	return ""
}

// waysText prints the exits and what each makes: [0 v3=np.f8@0 v4=range@1; 1 v5=zip:v4:v6@4 v7:f8[1]=view:v0@5]
func (p *Plan) waysText(ways []Way) string {
	texts := make([]string, len(ways))
	for i, w := range ways {
		texts[i] = fmt.Sprint(w.Exit)
		if w.Left > 0 {
			texts[i] += fmt.Sprintf(" %s@%d", toldNames[w.Told], w.Left-1)
		}
		for _, m := range w.Makes {
			what, typ := madeNames[m.Kind], ""
			switch {
			case m.Kind == MadeNumber:
				what = p.Values[m.Value].String()
			case m.Kind.isArray():
				typ = ":" + p.Values[m.Value].String()
			}
			for _, of := range m.Of {
				what += fmt.Sprintf(":v%d", of)
			}
			texts[i] += fmt.Sprintf(" v%d%s=%s@%d", m.Value, typ, what, m.Word)
		}
	}
	return "[" + strings.Join(texts, "; ") + "]"
}

// operands prints a task's values, each result with its mode and, where the
// task makes it, its type.
func (p *Plan) operands(t Task) string {
	texts := make([]string, len(t.Src))
	for i, v := range t.Src {
		texts[i] = fmt.Sprintf("v%d", v)
		if i < len(t.Outs) && t.Outs[i] != NotOut {
			texts[i] = modeNames[t.Outs[i]] + " " + texts[i]
			if t.Outs[i] != OutInto {
				texts[i] += ": " + p.Values[v].String()
			}
			if t.Reuse[i] != NoValue {
				texts[i] += fmt.Sprintf(" in v%d", t.Reuse[i])
			}
			if t.OrderOf != nil {
				texts[i] += option(" as", t.OrderOf[i])
			}
		}
	}
	return strings.Join(texts, ", ")
}

func values(vs []ValueID) string {
	texts := make([]string, len(vs))
	for i, v := range vs {
		texts[i] = fmt.Sprintf("v%d", v)
	}
	return strings.Join(texts, " ")
}

// ranges prints task numbers: 0,2-5.
func ranges(ns []int) string {
	var texts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		text := fmt.Sprint(ns[i])
		if j > i {
			text += fmt.Sprintf("-%d", ns[j])
		}
		texts, i = append(texts, text), j+1
	}
	return strings.Join(texts, ",")
}

func indexText(items []IndexItem) string {
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

func (o Operand) text() string {
	switch {
	case o.None:
		return ""
	case o.Value != NoValue:
		return fmt.Sprintf("v%d", o.Value)
	}
	return fmt.Sprint(o.Const)
}
