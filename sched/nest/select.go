package nest

import (
	"slices"

	"slipstream/sched/kernel"
)

// mostSelected are the instructions on each way of a branch that becomes a selection, and the values that are selected.
const mostSelected = 3

// selectable are operations on whole numbers that may be done for nothing: they neither report nor trap.
var selectable = []kernel.Op{kernel.And, kernel.Or, kernel.Xor, kernel.Not, kernel.Shl, kernel.Shr, kernel.Add, kernel.Sub, kernel.Mul}

// Select makes selections of branches whose ways compute a few whole numbers and meet again (if-conversion): which way is
// taken depends on data more often than not, and a wrong guess of the processor's takes as long as ten
// such instructions. Floats stay as they are: what they raise would be seen.
func (f *Func) Select() {
	order := f.Order()
	s := &selector{Func: f, edges: make([]int, len(f.Blocks))}
	for _, b := range order {
		for _, e := range f.Blocks[b].Term.Edges {
			s.edges[e.To]++
		}
	}
	slices.Reverse(order) // branches inside of others first
	for _, b := range order {
		s.branch(b)
	}
}

// selector knows how many edges lead to each block.
type selector struct {
	*Func
	edges []int
}

// selectWay is one way of a branch: where it leads to, with which values, and what it computes before.
type selectWay struct {
	Edge
	body []ID
}

func (s *selector) branch(b int) {
	t := s.Blocks[b].Term
	if len(t.Edges) != 2 {
		return
	}
	for _, yes := range s.waysAlong(t.Edges[0]) {
		for _, no := range s.waysAlong(t.Edges[1]) {
			if yes.To == no.To && len(yes.body)+len(no.body) > 0 && s.mayMeet(yes.Args, no.Args) {
				s.meet(b, t.Cond, yes, no)
				return
			}
		}
	}
}

// waysAlong are an edge itself, and the one behind a block that only it leads to and that computes little.
func (s *selector) waysAlong(e Edge) []selectWay {
	ways := []selectWay{{Edge: e}}
	x := &s.Blocks[e.To]
	if len(x.Params) == 0 && len(x.Term.Edges) == 1 && len(x.Body) <= mostSelected && s.edges[e.To] == 1 && !slices.ContainsFunc(x.Body, s.mustStay) {
		ways = append(ways, selectWay{x.Term.Edges[0], x.Body})
	}
	return ways
}

func (s *selector) mustStay(id ID) bool {
	in := &s.Insts[id]
	return in.Op != Const && (in.Op != Scalar || !in.Type.Exact() || !slices.Contains(selectable, in.KOp))
}

func (s *selector) mayMeet(yes, no []ID) bool {
	differ := 0
	for i := range yes {
		if yes[i] == no[i] {
			continue
		}
		if differ++; !s.Type(yes[i]).Exact() {
			return false
		}
	}
	return differ <= mostSelected
}

func (s *selector) meet(b int, condition ID, yes, no selectWay) {
	s.Blocks[b].Body = append(append(s.Blocks[b].Body, yes.body...), no.body...)
	args := slices.Clone(yes.Args)
	for i, x := range args {
		if x != no.Args[i] {
			args[i] = s.Add(b, Inst{Op: Scalar, KOp: kernel.Select, Type: s.Type(x), Args: []ID{condition, x, no.Args[i]}})
		}
	}
	s.edges[yes.To]--
	s.Blocks[b].Term = Term{Cond: None, Edges: []Edge{{To: yes.To, Args: args}}, Exit: -1}
}
