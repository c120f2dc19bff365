package sched

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// memoryKind says who else may see a value's memory.
type memoryKind uint8

const (
	hostMemory memoryKind = iota // the user's
	freshArray                   // an array of this run, not handed out yet
	scratch                      // an OutTemp, or a view of one: never an object
	tile                         // an OutTile: for folds only
)

// checker walks the tasks in order, as the executors' own checks do.
type checker struct {
	p      *Plan
	live   []bool
	memory []memoryKind
	stored bool  // the task before stored into memory of the user
	before *Task // the last one that is no fold
}

// Check says what is wrong with the plan, or nil.
func (p *Plan) Check() error {
	if len(p.Tasks) == 0 || !p.Tasks[len(p.Tasks)-1].leaves() {
		return errors.New("sched: a plan must end by leaving")
	}
	if err := p.checkNumbers(); err != nil {
		return err
	}
	for _, l := range p.Frees.Of {
		if l.Slot < 0 || l.Slot >= p.Frees.Locals || l.Arg < -1 || l.Arg >= p.Args || p.Frees.Depth < 0 {
			return fmt.Errorf("sched: frees local %d of %d, argument %d", l.Slot, p.Frees.Locals, l.Arg)
		}
	}
	n := len(p.Values)
	c := &checker{p: p, live: make([]bool, n), memory: make([]memoryKind, n)}
	for _, in := range p.Inputs {
		c.live[in.Value] = true
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if err := c.task(t, i == len(p.Tasks)-1); err != nil {
			return fmt.Errorf("sched: t%d: %w", i, err)
		}
		for _, d := range t.Deps {
			if d < 0 || d >= i {
				return fmt.Errorf("sched: t%d depends on t%d", i, d)
			}
		}
	}
	return nil
}

// checkNumbers wants every value that is named to exist.
func (p *Plan) checkNumbers() error {
	var named []ValueID
	for _, in := range p.Inputs {
		named = append(named, in.Value)
	}
	for _, x := range p.Exits {
		named = append(named, x.Values...)
	}
	for _, t := range p.Tasks {
		for _, w := range t.Ways {
			for _, m := range w.Makes {
				named = append(append(named, m.Value), m.Of...)
			}
		}
		named = append(append(append(append(named, t.Src...), t.Apart...), t.Drops...), t.indexValues()...)
		for _, v := range append([]ValueID{t.Dst}, t.Reuse...) {
			if v != NoValue {
				named = append(named, v)
			}
		}
	}
	for _, v := range named {
		if v < 0 || int(v) >= len(p.Values) {
			return fmt.Errorf("sched: v%d is not declared", v)
		}
	}
	return nil
}

// indexValues are the values that bounds of an index are taken from.
func (t *Task) indexValues() []ValueID {
	var vs []ValueID
	for _, x := range t.Index {
		for _, o := range []Operand{x.Start, x.Stop, x.Step} {
			if o.Value != NoValue {
				vs = append(vs, o.Value)
			}
		}
	}
	return vs
}

func (c *checker) task(t *Task, last bool) error {
	ends := t.Kind == TaskCommit || t.Kind == TaskLeave
	switch {
	case c.stored && !ends && !t.waits():
		return errors.New("stands between a store and its commit")
	case t.leaves() != last:
		return errors.New("leaves before the last task")
	}
	c.stored = c.stored && t.waits()
	if err := c.operation(t); err != nil {
		return err
	}
	if t.Kind != TaskFold {
		c.before = t
	}
	for _, v := range t.Drops {
		c.live[v] = false
	}
	return nil
}

// leaves says that a task ends the run.
func (t *Task) leaves() bool { return t.Kind == TaskLeave || t.Kind == TaskNest }

func (c *checker) operation(t *Task) error {
	switch t.Kind {
	case TaskNest:
		return c.nest(t)
	case TaskKernel, TaskSum:
		return c.kernel(t)
	case TaskCall, TaskTuple:
		return c.hosted(t)
	case TaskWrite:
		return c.write(t)
	case TaskFold:
		return c.fold(t)
	case TaskNumber:
		return c.number(t)
	case TaskCommit, TaskLeave:
		return c.exit(t)
	case TaskErrors:
		return checkErrors(t)
	}
	return c.unary(t)
}

func (c *checker) read(vs ...ValueID) error {
	for _, v := range vs {
		if !c.live[v] {
			return fmt.Errorf("uses v%d before it is made, or when it is dropped", v)
		}
		if c.memory[v] == tile {
			return fmt.Errorf("uses v%d, which need not lie anywhere", v)
		}
	}
	return nil
}

// box wants values that can be objects of the host.
func (c *checker) box(vs ...ValueID) error {
	for _, v := range vs {
		if c.memory[v] == scratch {
			return fmt.Errorf("hands out v%d, which is scratch memory", v)
		}
	}
	return c.read(vs...)
}

func (c *checker) makes(v ValueID, m memoryKind) error {
	if v == NoValue {
		return errors.New("makes no value")
	}
	if c.live[v] {
		return fmt.Errorf("makes v%d again", v)
	}
	c.live[v], c.memory[v] = true, m
	return nil
}

// hosted: what is handed to the host may be kept there.
func (c *checker) hosted(t *Task) error {
	if err := c.box(t.Src...); err != nil {
		return err
	}
	for _, v := range t.Src {
		c.memory[v] = hostMemory
	}
	if t.Kind == TaskCall {
		if t.Callee < 0 {
			return errors.New("calls nothing")
		}
		if t.Axis != 0 && (len(t.Src) == 0 || t.Dst == NoValue || !c.reduces(t)) {
			return fmt.Errorf("reduces axes %b of something else", t.Axis)
		}
		return c.makes(t.Dst, freshArray)
	}
	if t.Dst != NoValue && c.p.Values[t.Dst].Kind != Object {
		return errors.New("makes a tuple that is no object")
	}
	return c.makes(t.Dst, hostMemory)
}

// write: the first operand is what is written into, which others may see: an
// array, or an object that gets another part.
func (c *checker) write(t *Task) error {
	if err := c.box(t.Src...); err != nil {
		return err
	}
	for i, v := range t.Src {
		c.stored = c.stored || i == 0 && (c.memory[v] == hostMemory || c.p.Values[v].Kind == Object)
		if i > 0 {
			c.memory[v] = hostMemory
		}
	}
	if len(t.Src) == 0 || !writable(c.p.Values[t.Src[0]].Kind) || t.Callee < 0 || t.Dst != NoValue {
		return errors.New("writes into nothing")
	}
	return nil
}

func writable(k ValueKind) bool { return k == Array || k == Object }

// fold: the operand is a result of the kernel before it; axes are among its own.
func (c *checker) fold(t *Task) error {
	if len(t.Src) == 0 || t.Callee < 0 || t.Dst == NoValue || c.before == nil || c.before.Kind != TaskKernel {
		return errors.New("folds nothing")
	}
	at := slices.Index(c.before.Src, t.Src[0])
	if at < 0 || !c.before.makesArray(at) || !c.live[t.Src[0]] {
		return fmt.Errorf("folds v%d, which the kernel before it does not make", t.Src[0])
	}
	if !c.reduces(t) {
		return fmt.Errorf("folds axes %b of %v to %v", t.Axis, c.p.Values[t.Src[0]], c.p.Values[t.Dst])
	}
	if err := c.box(t.Src[1:]...); err != nil {
		return err
	}
	return c.makes(t.Dst, freshArray)
}

// reduces says that the result is what is left of the operand's axes, as a number
// where none is.
func (c *checker) reduces(t *Task) bool {
	s, d := c.p.Values[t.Src[0]], c.p.Values[t.Dst]
	left := s.Rank - bits.OnesCount(uint(t.Axis))
	scalar := left == 0 && d.Kind == NpScalar
	array := d.Kind == Array && (d.Rank == s.Rank || d.Rank == left && left > 0)
	return s.Kind == Array && t.Axis > 0 && t.Axis>>s.Rank == 0 && d.Type == s.Type && (scalar || array)
}

// makesArray says that parameter p is a new array or one of the run.
func (t *Task) makesArray(p int) bool {
	return t.Outs[p] == OutNew || t.Outs[p] == OutTemp || t.Outs[p] == OutTile
}

func isPython(k ValueKind) bool { return k == PyFloat || k == PyInt || k == PyBool }

func (c *checker) number(t *Task) error {
	if err := c.read(t.Src...); err != nil {
		return err
	}
	for _, v := range append([]ValueID{t.Dst}, t.Src...) {
		if v == NoValue || !isPython(c.p.Values[v].Kind) {
			return errors.New("computes with what is no Python number")
		}
	}
	return c.makes(t.Dst, hostMemory)
}

// exit: what is handed out may be seen by the user from here on.
func (c *checker) exit(t *Task) error {
	if t.Exit < 0 || t.Exit >= len(c.p.Exits) {
		return fmt.Errorf("leaves by exit %d of %d", t.Exit, len(c.p.Exits))
	}
	if n := len(c.p.Exits[t.Exit].Values); c.p.Direct && (n != 1 || len(c.p.Exits) != 1) {
		return errors.New("leaves a direct plan with more or less than one value")
	}
	for v, m := range c.memory {
		if m == freshArray && c.live[v] {
			c.memory[v] = hostMemory
		}
	}
	return c.box(c.p.Exits[t.Exit].Values...)
}
