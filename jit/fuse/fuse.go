// Package fuse cuts SSA into nodes: kernels that compute many elementwise
// values in one pass over memory, and the operations between them. It
// imports jit/ir, the kernel types and the plan's memory orders.
package fuse

import (
	"fmt"
	"slices"

	"slipstream/jit/ir"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Node is a step: a group of elementwise values with their sink, or a single
// other operation.
type Node struct {
	Op    ir.ID  // a value that is not elementwise, or None
	Fold  bool   // Op is a reduction of what the kernel before it computes
	Group *Group // else a kernel
}

// Group is a kernel in the making and what it was made of.
type Group struct {
	Members []ir.ID // elementwise values, in order
	// Sink is a Sum or Store the group ends in, or None.
	Sink   ir.ID
	Kernel *kernel.Kernel
	// Params gives the value of each kernel parameter: operands, then results.
	Params []ir.ID
	Outs   []ir.ID  // members that are stored to memory, in parameter order
	Cover  []uint64 // see sched.Task.Cover
	// See sched.Task.
	OnlyC   bool
	Orders  []sched.Order
	OrderOf []int

	space string
	epoch int
}

// maxMembers and maxOperands bound a kernel.
const (
	maxMembers  = 200
	maxOperands = 24
	maxParams   = 32
	maxFolds    = 8
)

type cutter struct {
	f     *ir.Func
	uses  [][]ir.ID // users of each value; the terminator counts as value None
	owner map[ir.ID]ir.ID
	epoch []int
	// at is the place of each value: 2*i for node i, 2*i+1 for what is hung
	// behind node i, -1 for what comes before all nodes.
	at    []int
	nodes []Node
	// behind holds small work (views, lengths, numbers) that is done as soon
	// as its operands are there, so that it does not stand between kernels.
	// behind[0] comes before all nodes, behind[i+1] behind node i.
	behind [][]Node
	first  int // first node of the present epoch
	now    int // present epoch
}

// Cut cuts the one block of f.
func Cut(f *ir.Func) ([]Node, error) {
	c := &cutter{f: f, owner: make(map[ir.ID]ir.ID), at: make([]int, len(f.Values)), epoch: make([]int, len(f.Values))}
	c.behind = make([][]Node, 1)
	c.findUses()
	c.findEpochs()
	c.claim()
	for _, id := range f.Blocks[0].Body {
		c.place(id)
	}
	nodes := c.inOrder()
	for i := range nodes {
		if g := nodes[i].Group; g != nil {
			if err := c.build(g); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

func (c *cutter) inOrder() []Node {
	nodes := append([]Node(nil), c.behind[0]...)
	for i, n := range c.nodes {
		nodes = append(append(nodes, n), c.behind[i+1]...)
	}
	return nodes
}

// append adds a node at the end.
func (c *cutter) append(n Node) {
	c.nodes = append(c.nodes, n)
	c.behind = append(c.behind, nil)
}

func (c *cutter) findUses() {
	c.uses = make([][]ir.ID, len(c.f.Values))
	for _, id := range c.f.Blocks[0].Body {
		for _, a := range c.f.Values[id].Args {
			c.uses[a] = append(c.uses[a], id)
		}
	}
	for _, a := range c.f.Blocks[0].Term.Args {
		c.uses[a] = append(c.uses[a], ir.None)
	}
}

// findEpochs numbers the stretches between effects: no computation moves
// from one to another.
func (c *cutter) findEpochs() {
	now := 0
	for _, id := range c.f.Blocks[0].Body {
		c.epoch[id] = now
		if c.f.Values[id].Op.Info().Effect {
			now++
		}
	}
}

// claim gives each sum and store the elementwise values that only it needs.
func (c *cutter) claim() {
	for _, id := range c.f.Blocks[0].Body {
		v := &c.f.Values[id]
		switch v.Op {
		case ir.Sum:
			c.claimFor(id, v.Args[0])
		case ir.Store:
			if !c.readsTarget(v.Args[2], v.Args[1], c.epoch[id]) {
				c.claimFor(id, v.Args[2])
			}
		}
	}
}

// readsTarget says whether computing id reads memory of the stored-into array
// elsewhere than at the element being stored: then NumPy computes all before
// it stores, and so do we.
func (c *cutter) readsTarget(id, target ir.ID, epoch int) bool {
	v := &c.f.Values[id]
	if !elementwise(v) || c.epoch[id] != epoch {
		return id != target && c.f.Root(id) == c.f.Root(target) && !c.sameView(id, target)
	}
	for _, a := range v.Args {
		if c.readsTarget(a, target, epoch) {
			return true
		}
	}
	return false
}

func (c *cutter) sameView(a, b ir.ID) bool {
	v, w := &c.f.Values[a], &c.f.Values[b]
	return v.Op == ir.View && w.Op == ir.View && slices.Equal(v.Args, w.Args) && slices.Equal(v.Index, w.Index)
}

func (c *cutter) claimFor(sink, id ir.ID) {
	v := &c.f.Values[id]
	if !elementwise(v) || v.Type.Kind != ir.Array || c.epoch[id] != c.epoch[sink] || !c.onlyUsedBy(id, sink) {
		return
	}
	if from := c.sinkValue(sink); id != from && space(v) != space(&c.f.Values[from]) {
		return
	}
	c.owner[id] = sink
	for _, a := range v.Args {
		c.claimFor(sink, a)
	}
}

func (c *cutter) sinkValue(sink ir.ID) ir.ID {
	v := &c.f.Values[sink]
	return v.Args[len(v.Args)-1]
}

func (c *cutter) onlyUsedBy(id, sink ir.ID) bool {
	for _, u := range c.uses[id] {
		if u == sink && id == c.sinkValue(sink) {
			continue
		}
		if owner, ok := c.owner[u]; u == ir.None || !ok || owner != sink {
			return false
		}
	}
	return true
}

func elementwise(v *ir.Value) bool { return v.Op == ir.Elem || v.Op == ir.Loop }

// space names the iteration space of an elementwise value.
func space(v *ir.Value) string {
	if v.Type.Kind != ir.Array {
		return "scalar"
	}
	return fmt.Sprint(v.Shape)
}

// place puts a value into a node.
func (c *cutter) place(id ir.ID) {
	v := &c.f.Values[id]
	if c.epoch[id] != c.now {
		c.now, c.first = c.epoch[id], len(c.nodes)
	}
	_, claimed := c.owner[id]
	switch {
	case claimed: // placed with its sink
	case v.Op == ir.Input || v.Op == ir.Number || v.Op == ir.HostConst || v.Op == ir.Memory:
		c.at[id] = -1
	case elementwise(v) && v.Type.Kind == ir.Array:
		c.join(id)
	case v.Op == ir.Sum || v.Op == ir.Store:
		c.placeSink(id)
	case v.Op == ir.Call && v.Axes != 0 && c.foldable(id):
		c.hangFold(id)
	case small(v):
		c.hang(id)
	default:
		c.append(Node{Op: id})
		c.at[id] = 2 * (len(c.nodes) - 1)
	}
}

// small says that v costs next to nothing and only waits for its operands.
func small(v *ir.Value) bool {
	switch v.Op {
	case ir.View, ir.Transpose, ir.Item, ir.Dim, ir.PyOp, ir.Elem, ir.Loop:
		return true
	}
	return false
}

// ready is the earliest place behind all operands, in the present epoch.
func (c *cutter) ready(v *ir.Value) int {
	place := 2*c.first - 1
	for _, a := range v.Args {
		place = max(place, c.at[a])
	}
	return place
}

// hang puts small work behind the last of its operands. Scalars computed one
// after the other share a kernel.
func (c *cutter) hang(id ir.ID) {
	v := &c.f.Values[id]
	place := c.ready(v) | 1
	list := &c.behind[(place+1)/2]
	c.at[id] = place
	if !elementwise(v) {
		*list = append(*list, Node{Op: id})
		return
	}
	if n := len(*list); n > 0 && (*list)[n-1].Group != nil && c.fits((*list)[n-1].Group, v) {
		(*list)[n-1].Group.Members = append((*list)[n-1].Group.Members, id)
		return
	}
	*list = append(*list, Node{Op: ir.None, Group: &Group{Members: []ir.ID{id}, Sink: ir.None, space: "scalar", epoch: c.now}})
}

// foldable says that a reduction's operand is computed by a kernel that it can
// run along with.
func (c *cutter) foldable(id ir.ID) bool {
	a := c.f.Values[id].Args[0]
	_, claimed := c.owner[a]
	place := c.at[a]
	if !elementwise(&c.f.Values[a]) || claimed || c.epoch[a] != c.now || place%2 != 0 || c.f.Values[a].SameShape {
		return false
	}
	return c.ready(&c.f.Values[id]) == place && c.folds(place/2) < maxFolds
}

// folds counts what is hung right behind a node.
func (c *cutter) folds(node int) int {
	n := 0
	for _, x := range c.behind[node+1] {
		if x.Fold {
			n++
		}
	}
	return n
}

// hangFold puts a reduction right behind the kernel of its operand.
func (c *cutter) hangFold(id ir.ID) {
	node := c.at[c.f.Values[id].Args[0]] / 2
	list := &c.behind[node+1]
	*list = slices.Insert(*list, c.folds(node), Node{Op: id, Fold: true})
	c.at[id] = 2*node + 1
}

// join adds id to the last group of its space that comes behind all of its
// operands, or opens one. Past other work it joins only what it shares memory
// with: else its result would lie in memory while that work is done, for nothing.
func (c *cutter) join(id ir.ID) {
	v := &c.f.Values[id]
	low, past := c.ready(v), false
	for i := len(c.nodes) - 1; 2*i >= low && i >= c.first; i-- {
		g := c.nodes[i].Group
		past = past || g == nil
		if g != nil && g.Sink == ir.None && g.space == space(v) && c.fits(g, v) && (!past || c.related(g, v)) {
			g.Members = append(g.Members, id)
			c.at[id] = 2 * i
			return
		}
	}
	c.append(Node{Op: ir.None, Group: &Group{Members: []ir.ID{id}, Sink: ir.None, space: space(v), epoch: c.now}})
	c.at[id] = 2 * (len(c.nodes) - 1)
}

// related says that v reads an array that g reads or computes.
func (c *cutter) related(g *Group, v *ir.Value) bool {
	for _, a := range v.Args {
		if c.f.Values[a].Type.Kind != ir.Array {
			continue
		}
		for _, m := range g.Members {
			if m == a || slices.Contains(c.f.Values[m].Args, a) {
				return true
			}
		}
	}
	return false
}

func (c *cutter) fits(g *Group, v *ir.Value) bool {
	if len(g.Members) >= maxMembers {
		return false
	}
	operands, results := make(map[ir.ID]bool), 1
	for _, m := range g.Members {
		c.addOperands(operands, g, &c.f.Values[m])
		if c.neededElsewhere(g, m, v) {
			results++
		}
	}
	c.addOperands(operands, g, v)
	return len(operands) < maxOperands && len(operands)+results <= maxParams
}

// addOperands adds what v reads that the group does not make.
func (c *cutter) addOperands(operands map[ir.ID]bool, g *Group, v *ir.Value) {
	for _, a := range v.Args {
		if !slices.Contains(g.Members, a) {
			operands[a] = true
		}
	}
}

// neededElsewhere says that a member has users besides the group and v: it is a result as
// long as these do not join.
func (c *cutter) neededElsewhere(g *Group, m ir.ID, v *ir.Value) bool {
	return slices.ContainsFunc(c.uses[m], func(u ir.ID) bool {
		return u == ir.None || &c.f.Values[u] != v && !slices.Contains(g.Members, u)
	})
}

// placeSink opens a group that ends in a sum or store, with the values that
// only it needs.
func (c *cutter) placeSink(id ir.ID) {
	g := &Group{Sink: id, epoch: c.now}
	for _, m := range c.f.Blocks[0].Body {
		if owner, ok := c.owner[m]; ok && owner == id {
			g.Members = append(g.Members, m)
			c.at[m] = 2 * len(c.nodes)
		}
	}
	c.append(Node{Op: ir.None, Group: g})
	c.at[id] = 2 * (len(c.nodes) - 1)
}
