package main

import "slipstream/bytecode"

// place is what the analyses say of one instruction.
type place struct {
	PC      int      `json:"pc"`
	End     int      `json:"end"`
	Op      string   `json:"op"`
	Arg     int      `json:"arg"`
	Name    string   `json:"name,omitempty"`
	Target  int      `json:"target"`
	Where   [4]int   `json:"where"` // line, end line, column, end column
	Kw      []string `json:"kw,omitempty"`
	Mid     bool     `json:"mid,omitempty"`
	Check   bool     `json:"check,omitempty"`
	Depth   int      `json:"depth"`
	Effect  int      `json:"effect"`
	Jump    int      `json:"jump"`
	Live    []int    `json:"live"`
	Unbound []int    `json:"unbound"`
	Handler bool     `json:"handler"`
	Cold    bool     `json:"cold"`
	Loop    int      `json:"loop"`
}

type answer struct {
	Places     []place             `json:"places"`
	Boundaries []bytecode.Boundary `json:"boundaries"`
	Loops      int                 `json:"loops"`
}

func analyse(g *bytecode.CFG) answer {
	a := answer{Boundaries: g.Boundaries(), Loops: len(g.Loops)}
	for i := range g.Prog.Insts {
		in := &g.Prog.Insts[i]
		b := g.BlockAt(in.PC)
		a.Places = append(a.Places, place{
			in.PC, in.End, in.Op.String(), in.Arg, in.Name, in.Target,
			[4]int{in.Line, in.EndLine, in.Col, in.EndCol}, in.KwNames, in.Mid, in.Check,
			g.DepthAt(in.PC), in.StackEffect(false), in.StackEffect(true),
			g.LiveIn(in.PC).Slots(), g.MaybeUnbound(in.PC).Slots(),
			g.HandlerOnly(b), g.Cold(b), g.LoopOf(b),
		})
	}
	return a
}
