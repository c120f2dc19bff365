// Package plan turns cut SSA into a sched.Plan: values get numbers, buffers
// get lifetimes, nodes become tasks with dependencies. It imports jit/ir,
// jit/fuse, jit/front (the region's guards and exits) and sched.
package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"slipstream/bytecode"
	"slipstream/jit/front"
	"slipstream/jit/fuse"
	"slipstream/jit/ir"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

type builder struct {
	r       *front.Region
	f       *ir.Func
	p       *sched.Plan
	value   map[ir.ID]sched.ValueID
	escapes map[ir.ID]bool
	loops   map[string]int                  // ufunc name -> host object
	folds   map[ir.ID]bool                  // reductions that may run along with a kernel
	pool    map[sched.Value][]sched.ValueID // of exits of a nest
}

// Result is a plan with what the host must supply to run it.
type Result struct {
	Plan *sched.Plan
	// Loops gives, for each kernel, the host object of each of its loops.
	Loops [][]int
	Hosts []front.HostSpec
}

// Build makes the plan of a region.
func Build(r *front.Region, nodes []fuse.Node) (*Result, error) {
	b := &builder{r: r, f: r.Func, p: &sched.Plan{Args: len(r.Args), Frees: r.Frees}, value: map[ir.ID]sched.ValueID{},
		escapes: map[ir.ID]bool{}, loops: map[string]int{}, folds: map[ir.ID]bool{}}
	for _, n := range nodes {
		if n.Fold {
			b.folds[n.Op] = true
		}
	}
	b.findEscapes()
	b.inputs()
	for _, n := range nodes {
		if err := b.node(n); err != nil {
			return nil, err
		}
	}
	b.leave()
	b.exits()
	b.facts()
	lifetimes(b.p)
	dependencies(b.p)
	b.p.Objects = len(b.r.Hosts)
	return &Result{Plan: b.p, Loops: b.kernelLoops(), Hosts: b.r.Hosts}, nil
}

// findEscapes marks the values that must be objects of the host.
func (b *builder) findEscapes() {
	body := b.f.Blocks[0].Body
	for _, id := range b.f.Blocks[0].Term.Args {
		b.escapes[id] = true
	}
	for _, id := range slices.Backward(body) {
		v := &b.f.Values[id]
		switch {
		case v.Op == ir.Call, v.Op == ir.Write, v.Op == ir.MakeTuple, v.Op == ir.Commit,
			(v.Op == ir.View || v.Op == ir.Transpose) && b.escapes[id]:
			for i, a := range v.Args {
				b.escapes[a] = b.escapes[a] || i > 0 || !b.folds[id]
			}
		}
	}
}

// onlyFolded says that nothing but folds reads id.
func (b *builder) onlyFolded(id ir.ID) bool {
	folded := false
	for _, u := range b.f.Blocks[0].Body {
		if !slices.Contains(b.f.Values[u].Args, id) {
			continue
		}
		if !b.folds[u] {
			return false
		}
		folded = true
	}
	return folded
}

// newValue gives id a number in the plan.
func (b *builder) newValue(id ir.ID) sched.ValueID {
	if n, ok := b.value[id]; ok {
		return n
	}
	t := b.f.Values[id].Type
	n := b.addValue(sched.Value{Kind: valueKind(t), Type: t.DType, Rank: t.Rank})
	b.value[id] = n
	return n
}

func (b *builder) addValue(v sched.Value) sched.ValueID {
	b.p.Values = append(b.p.Values, v)
	return sched.ValueID(len(b.p.Values) - 1)
}

func valueKind(t ir.Type) sched.ValueKind {
	switch t.Kind {
	case ir.Array:
		return sched.Array
	case ir.NpScalar:
		return sched.NpScalar
	case ir.PyFloat:
		return sched.PyFloat
	case ir.PyInt:
		return sched.PyInt
	case ir.PyBool:
		return sched.PyBool
	case ir.PyComplex:
		return sched.PyComplex
	}
	return sched.Object
}

// inputs makes the plan's inputs. All that was looked at are checked, used or
// not: the choice of the code may rest on a rank or type alone.
func (b *builder) inputs() {
	for n, in := range b.r.Inputs {
		id := b.liveInput(n)
		x := sched.Input{Source: in.Source, Index: in.Index, Writable: in.Writable, Equal: in.Equal, Class: in.Class}
		if in.Source == sched.FromPart {
			x.Index, x.Key = in.Of, in.Key+1
		}
		if id == ir.None {
			x.Value = b.addValue(sched.Value{Kind: valueKind(in.Type), Type: in.Type.DType, Rank: in.Type.Rank})
		} else {
			x.Value = b.newValue(id)
		}
		b.p.Inputs = append(b.p.Inputs, x)
	}
}

func (b *builder) liveInput(n int) ir.ID {
	for _, id := range b.f.Blocks[0].Body {
		if v := &b.f.Values[id]; v.Op == ir.Input && v.Num == n {
			return id
		}
	}
	return ir.None
}

func (b *builder) use(id ir.ID) sched.ValueID {
	if n, ok := b.value[id]; ok {
		return n
	}
	v := &b.f.Values[id]
	switch v.Op {
	case ir.HostConst:
		return b.constInput(id, v.Num)
	case ir.Number:
		return b.constInput(id, b.numberObject(v))
	}
	return b.newValue(id)
}

func (b *builder) constInput(id ir.ID, host int) sched.ValueID {
	n := b.newValue(id)
	b.p.Inputs = append(b.p.Inputs, sched.Input{Value: n, Source: sched.FromConst, Index: host, Equal: -1})
	return n
}

// numberObject interns a Python number as a host object.
func (b *builder) numberObject(v *ir.Value) int {
	c := bytecode.Const{T: "int", V: strconv.FormatInt(int64(v.Bits), 10)}
	switch v.Type.Kind {
	case ir.PyFloat:
		c = bytecode.Const{T: "float", V: strconv.FormatFloat(math.Float64frombits(v.Bits), 'x', -1, 64)}
	case ir.PyBool:
		c = bytecode.Const{T: "bool", V: [2]string{"False", "True"}[v.Bits&1]}
	}
	b.r.Hosts = append(b.r.Hosts, front.HostSpec{Const: &c})
	return len(b.r.Hosts) - 1
}

func (b *builder) useAll(ids []ir.ID) []sched.ValueID {
	out := make([]sched.ValueID, len(ids))
	for i, id := range ids {
		out[i] = b.use(id)
	}
	return out
}

func (b *builder) add(t sched.Task) {
	b.p.Tasks = append(b.p.Tasks, t)
}

func task(kind sched.TaskKind, v *ir.Value) sched.Task {
	return sched.Task{Kind: kind, Dst: sched.NoValue, Line: v.Line, Callee: -1, KwNames: -1}
}

func (b *builder) node(n fuse.Node) error {
	if n.Group != nil {
		return b.kernel(n.Group)
	}
	v := &b.f.Values[n.Op]
	switch v.Op {
	case ir.Input, ir.Number, ir.HostConst, ir.Memory:
		return nil
	case ir.View:
		b.view(n.Op, v)
	case ir.Transpose:
		b.simple(sched.TaskTranspose, n.Op, v)
	case ir.Item:
		b.simple(sched.TaskLoad, n.Op, v)
	case ir.Dim:
		b.simple(sched.TaskDim, n.Op, v)
	case ir.MakeTuple:
		b.simple(sched.TaskTuple, n.Op, v)
	case ir.Call:
		b.call(n, v)
	case ir.PyOp:
		b.simple(sched.TaskNumber, n.Op, v)
	case ir.Errors:
		t := task(sched.TaskErrors, v)
		t.Axis = v.Num
		b.add(t)
	case ir.Write:
		t := task(sched.TaskWrite, v)
		t.Callee, t.KwNames, t.Quiet, t.Src = v.Num, v.Num2, v.Quiet, b.useAll(v.Args[1:])
		b.add(t)
	case ir.Commit:
		t := task(sched.TaskCommit, v)
		t.Exit, t.Src = v.Num, b.useAll(v.Args[1:])
		b.add(t)
	default:
		return fmt.Errorf("plan: no task for %v", v.Op)
	}
	return nil
}

// simple adds a task that makes one value of its arguments.
func (b *builder) simple(kind sched.TaskKind, id ir.ID, v *ir.Value) {
	t := task(kind, v)
	t.Src, t.Axis, t.Operator = b.useAll(v.Args), v.Num, v.Name
	if kind == sched.TaskCall {
		t.Callee, t.KwNames, t.Axis, t.Quiet = v.Num, v.Num2, v.Axes, v.Quiet
	}
	t.Dst = b.newValue(id)
	b.add(t)
}

func (b *builder) call(n fuse.Node, v *ir.Value) {
	b.simple(sched.TaskCall, n.Op, v)
	if t := &b.p.Tasks[len(b.p.Tasks)-1]; n.Fold {
		t.Kind = sched.TaskFold
	}
}

func (b *builder) view(id ir.ID, v *ir.Value) {
	t := task(sched.TaskView, v)
	t.Src = b.useAll(v.Args[:1])
	for _, ix := range v.Index {
		t.Index = append(t.Index, sched.IndexItem{Kind: sched.IndexKind(ix.Kind),
			Start: b.bound(v, ix.Start), Stop: b.bound(v, ix.Stop), Step: b.bound(v, ix.Step)})
	}
	t.Dst = b.newValue(id)
	b.add(t)
}

func (b *builder) bound(v *ir.Value, n ir.Bound) sched.Operand {
	switch {
	case n.None:
		return sched.Operand{Value: sched.NoValue, None: true}
	case n.Arg > 0:
		return sched.Operand{Value: b.use(v.Args[n.Arg])}
	}
	return sched.Operand{Value: sched.NoValue, Const: n.Const}
}

// kernel adds the task of a group.
func (b *builder) kernel(g *fuse.Group) error {
	v := b.groupValue(g)
	t := task(sched.TaskKernel, v)
	if g.Kernel.Reduce != nil {
		t.Kind = sched.TaskSum
		t.Dst = b.newValue(g.Sink)
	}
	t.Kernel, t.Cover, t.OnlyC = len(b.p.Kernels), g.Cover, g.OnlyC
	t.Orders, t.OrderOf = g.Orders, g.OrderOf
	if g.Sink != ir.None {
		t.Apart = b.useAll(b.f.Values[g.Sink].Apart)
		t.Over = b.f.Values[g.Sink].Over && len(g.Members) == 1
	}
	b.p.Kernels = append(b.p.Kernels, g.Kernel)
	for _, id := range g.Outs {
		b.takeOver(id)
	}
	for p, id := range g.Params {
		t.Src = append(t.Src, b.use(id))
		t.Outs = append(t.Outs, b.outMode(g, p, id))
		t.Reuse = append(t.Reuse, sched.NoValue)
	}
	b.add(t)
	return b.findLoops(g)
}

func (b *builder) groupValue(g *fuse.Group) *ir.Value {
	if len(g.Members) > 0 {
		return &b.f.Values[g.Members[0]]
	}
	return &b.f.Values[g.Sink]
}

func (b *builder) outMode(g *fuse.Group, p int, id ir.ID) sched.OutMode {
	if g.Kernel.Params[p].Kind != kernel.Out {
		return sched.NotOut
	}
	v := &b.f.Values[id]
	switch {
	case b.takesOver(id):
		return sched.OutInto
	case !slices.Contains(g.Outs, id) && id != g.Sink:
		return sched.OutInto
	case v.Type.Kind == ir.NpScalar:
		return sched.OutScalar
	case b.escapes[id]:
		return sched.OutNew
	case b.onlyFolded(id):
		return sched.OutTile
	}
	return sched.OutTemp
}

// takesOver says that id replaces the result of a call, perhaps in several steps,
// that nothing else uses: it is computed into that array, whose strides NumPy chose.
func (b *builder) takesOver(id ir.ID) bool { return b.replacedCall(id) != ir.None }

// replacedCall is the call whose array id takes over, or None.
func (b *builder) replacedCall(id ir.ID) ir.ID {
	v := &b.f.Values[id]
	if !v.SameShape || v.Type.Kind != ir.Array {
		return ir.None
	}
	old := b.f.Replaced(v)
	switch {
	case old == ir.None || b.uses(old) != 1:
		return ir.None
	case b.f.Values[old].Op == ir.Call:
		return old
	}
	return b.replacedCall(old)
}

func (b *builder) uses(id ir.ID) int {
	uses := 0
	for _, u := range b.f.Blocks[0].Body {
		for _, a := range b.f.Values[u].Args {
			if a == id {
				uses++
			}
		}
	}
	return uses
}

func (b *builder) takeOver(id ir.ID) {
	if call := b.replacedCall(id); call != ir.None {
		b.value[id] = b.use(call)
	}
}

func (b *builder) findLoops(g *fuse.Group) error {
	for _, id := range g.Members {
		if v := &b.f.Values[id]; v.Op == ir.Loop {
			b.loops[v.Name] = v.Num
		}
	}
	return nil
}

func (b *builder) kernelLoops() [][]int {
	all := make([][]int, len(b.p.Kernels))
	for i, k := range b.p.Kernels {
		for _, l := range k.Loops {
			all[i] = append(all[i], b.loops[l.Ufunc])
		}
	}
	return all
}

func (b *builder) leave() {
	t := sched.Task{Kind: sched.TaskLeave, Dst: sched.NoValue, Callee: -1, KwNames: -1, Exit: b.f.Blocks[0].Term.Exit}
	t.Src = b.useAll(b.f.Blocks[0].Term.Args)
	b.add(t)
}

// exits gives each exit the values of the task that leaves by it.
func (b *builder) exits() {
	b.p.Exits = make([]sched.Exit, len(b.r.Exits))
	for _, t := range b.p.Tasks {
		if t.Kind == sched.TaskCommit || t.Kind == sched.TaskLeave {
			b.p.Exits[t.Exit].Values = t.Src
		}
	}
	x := b.r.Exits
	b.p.Direct = len(x) == 1 && x[0].Return && !x[0].None && len(x[0].Stores) == 0
}

// facts keeps every look-up: each was relied on to choose the code.
func (b *builder) facts() {
	for _, f := range b.r.Facts {
		b.p.Facts = append(b.p.Facts, sched.Fact{Dict: f.Dict, Key: f.Key, Expect: f.Expect, Fallback: f.Fallback})
	}
}
