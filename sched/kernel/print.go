package kernel

import (
	"fmt"
	"strings"
)

var kindNames = [...]string{In: "in", Out: "out", Scalar: "scalar"}

func (k ParamKind) String() string { return kindNames[k] }

// rowName is the kind of an In that may stay at one element along a row.
const rowName = "row"

// String is the parameter's kind and type: "in f8".
func (p Param) String() string {
	if p.Row {
		return rowName + " " + p.Type.String()
	}
	return p.Kind.String() + " " + p.Type.String()
}

// String is the kernel's text; Parse reads it back. Its form:
//
//	kernel (in f8, scalar f8, out f8) loops [exp f8->f8]
//	  %0 = load f8 p0
//	  %1 = const f8 0x3ff0000000000000
//	  %2 = loop f8 l0 %0
//	  %3 = add f8 %2 %1
//	  store p2 %3
//
// The type is the result's. A reduction ends in "sum p2 %3".
func (k *Kernel) String() string {
	var b strings.Builder
	k.printHead(&b)
	for id, in := range k.Body {
		fmt.Fprintf(&b, "  %%%d = %s %s%s\n", id, in.Op, in.Type, in.operands())
	}
	for _, s := range k.Stores {
		fmt.Fprintf(&b, "  store p%d %%%d\n", s.Param, s.Value)
	}
	if k.Reduce != nil {
		fmt.Fprintf(&b, "  sum p%d %%%d\n", k.Reduce.Param, k.Reduce.Value)
	}
	return b.String()
}

// Key is a text that two kernels share only if they compute the same: the
// name under which compiled code is kept.
func (k *Kernel) Key() string { return k.String() }

func (k *Kernel) printHead(b *strings.Builder) {
	params := make([]string, len(k.Params))
	for i, p := range k.Params {
		params[i] = p.String()
	}
	loops := make([]string, len(k.Loops))
	for i, l := range k.Loops {
		loops[i] = l.String()
	}
	elides := ""
	if k.Elides {
		elides = " elides"
	}
	fmt.Fprintf(b, "kernel (%s) loops [%s]%s\n", strings.Join(params, ", "), strings.Join(loops, "; "), elides)
}

// String is the loop's name and signature: "arctan2 f8,f8->f8".
func (l LoopRef) String() string {
	types := make([]string, len(l.Sig))
	for i, t := range l.Sig {
		types[i] = t.String()
	}
	last := len(types) - 1
	return l.Ufunc + " " + strings.Join(types[:last], ",") + "->" + types[last]
}

func (in *Inst) operands() string {
	switch in.Op {
	case Load:
		return fmt.Sprintf(" p%d", in.Param)
	case Const:
		return fmt.Sprintf(" %#x", in.Bits)
	case Loop:
		return fmt.Sprintf(" l%d", in.Loop) + idList(in.Args)
	}
	return idList(in.Args)
}

func idList(ids []ID) string {
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&b, " %%%d", id)
	}
	return b.String()
}
