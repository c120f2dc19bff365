package sched

import (
	"errors"
	"fmt"
)

// Datum is a value at run time; the plan's Value says which field is meant.
type Datum struct {
	Memory *Memory // Array
	Bits   uint64  // the numbers
	High   uint64  // of complex ones: the bits above
	Object any     // Object
}

// Host does what needs the host language.
type Host interface {
	// Call calls a host object; kwNames is a host object or -1.
	Call(callee, kwNames int, args []Datum) (Datum, error)
	// Number applies an operator to Python numbers.
	Number(operator string, args []Datum) (Datum, error)
	Tuple(args []Datum) (Datum, error)
}

// Result is what a run hands back. Exit -1: the plan was not taken. With a
// Failure behind a commit, Exit is the commit's.
type Result struct {
	Exit    int
	Values  []Datum
	Failure *Failure
}

// Cause says why a task failed.
type Cause string

// The causes.
const (
	CauseGuard    Cause = "guard"    // an input is not what the plan takes
	CauseShape    Cause = "shape"    // shapes do not go together, or not as the plan fused them
	CauseLayout   Cause = "layout"   // an order of elements that is left to NumPy
	CauseIndex    Cause = "index"    // an index out of range, a step of 0
	CauseReadOnly Cause = "readonly" // a store into memory that is not writable
	CauseOverlap  Cause = "overlap"  // a store would change what is still read
	CauseRange    Cause = "range"    // a Python number does not fit the element type
	CauseFlags    Cause = "flags"    // a floating-point report is due
	CauseHost     Cause = "host"     // the host's own work failed
	CauseDevice   Cause = "device"
)

// Failure says which task failed and why.
type Failure struct {
	Task  int
	Cause Cause
	Err   error
}

func (f *Failure) Error() string { return fmt.Sprintf("t%d: %s: %v", f.Task, f.Cause, f.Err) }

func failf(c Cause, format string, args ...any) *Failure {
	return &Failure{Cause: c, Err: fmt.Errorf(format, args...)}
}

// Runner runs a plan, task after task in the calling goroutine. It is the slow
// and obvious twin of the host's own executor.
type Runner struct {
	Plan   *Plan
	Device Device
	Host   Host
	// SumChunks: sums are those of NumPy before 2.3, in chunks of 8192.
	SumChunks bool
}

// Run runs p once on inputs, one for each of p.Inputs.
func Run(p *Plan, inputs []Datum, d Device, h Host) Result {
	return (&Runner{Plan: p, Device: d, Host: h}).Run(inputs)
}

// run is the state of one run.
type run struct {
	*Runner
	vals  []Datum
	live  []bool
	flags Flags
	// reported: the flags that NumPy would report in the present error state.
	reported Flags
	// stored: the task before this one wrote the user's memory, so there is
	// no way back.
	stored bool
	// left is the exit that a nest has chosen.
	left int
}

// runners has a function for each kind of task save those that end a stretch.
var runners = [numTaskKinds]func(*run, *Task) *Failure{
	TaskView:      (*run).view,
	TaskTranspose: (*run).transpose,
	TaskLoad:      (*run).load,
	TaskDim:       (*run).dim,
	TaskKernel:    (*run).kernel,
	TaskSum:       (*run).sum,
	TaskFold:      (*run).call,
	TaskCall:      (*run).call,
	TaskNumber:    (*run).number,
	TaskTuple:     (*run).tuple,
	TaskCommit:    (*run).settle,
	TaskLeave:     (*run).settle,
	TaskErrors:    (*run).errors,
	TaskWrite:     (*run).write,
	TaskNest:      (*run).nest,
}

// Run runs the plan once.
func (rr *Runner) Run(inputs []Datum) Result {
	r := &run{Runner: rr, vals: make([]Datum, len(rr.Plan.Values)), live: make([]bool, len(rr.Plan.Values)),
		reported: FlagsReported}
	pending := Result{Exit: -1}
	if f := r.bind(inputs); f != nil {
		pending.Failure = f
		return pending
	}
	for i := range r.Plan.Tasks {
		t := &r.Plan.Tasks[i]
		if f := r.task(t); f != nil {
			f.Task = i
			pending.Failure = f
			return pending
		}
		if t.Kind == TaskNest {
			pending = Result{Exit: r.left, Values: r.all(r.Plan.Exits[r.left].Values)}
		}
		if t.Kind == TaskCommit || t.Kind == TaskLeave {
			pending = Result{Exit: t.Exit, Values: r.all(r.Plan.Exits[t.Exit].Values)}
		}
	}
	return pending
}

// bind takes the inputs in, if they are what the plan takes.
func (r *run) bind(inputs []Datum) *Failure {
	if len(inputs) != len(r.Plan.Inputs) {
		return failf(CauseGuard, "%d inputs for %d", len(inputs), len(r.Plan.Inputs))
	}
	for i, in := range r.Plan.Inputs {
		v, m := r.Plan.Values[in.Value], inputs[i].Memory
		if v.Kind == Array {
			if m == nil || m.Type != v.Type || len(m.Dims) != v.Rank || in.Writable && m.ReadOnly {
				return failf(CauseGuard, "input %d is not %v", i, v)
			}
		}
		r.put(in.Value, inputs[i])
	}
	return nil
}

func (r *run) put(v ValueID, d Datum) { r.vals[v], r.live[v] = d, true }

// get gives a value; one that is not there is a fault of the plan.
func (r *run) get(v ValueID) Datum {
	if !r.live[v] {
		panic(fmt.Sprintf("sched: v%d is used but is not made, or dropped", v))
	}
	return r.vals[v]
}

func (r *run) all(vs []ValueID) []Datum {
	out := make([]Datum, len(vs))
	for i, v := range vs {
		out[i] = r.get(v)
	}
	return out
}

func (r *run) task(t *Task) *Failure {
	if f := runners[t.Kind](r, t); f != nil {
		return f
	}
	r.stored = t.stores() || r.stored && t.waits()
	for _, v := range t.Drops {
		r.vals[v], r.live[v] = Datum{}, false
	}
	return nil
}

// waits says that the task may stand between a store and its commit, where it
// cannot fail but for want of memory.
func (t *Task) waits() bool { return t.Kind == TaskErrors || t.Kind == TaskTuple }

// stores says that the task writes memory of an existing array.
func (t *Task) stores() bool {
	if t.Kind == TaskWrite {
		return true
	}
	for _, m := range t.Outs {
		if m == OutInto {
			return true
		}
	}
	return false
}

// settle fails when a report is due that can still be left to NumPy.
func (r *run) settle(*Task) *Failure {
	if !r.stored && r.flags != 0 {
		return failf(CauseFlags, "flags %#x", r.flags)
	}
	return nil
}

// errors changes the error state: what was raised so far belongs to the one before.
func (r *run) errors(t *Task) *Failure {
	if f := r.settle(t); f != nil {
		return f
	}
	r.flags, r.reported = 0, ErrorState(t.Axis).Reported(FlagsReported)
	return nil
}

var errNoHost = errors.New("the plan needs a host")

// hosted does work of the host; reports that are due come first.
func (r *run) hosted(t *Task, work func() (Datum, error)) *Failure {
	if r.flags != 0 {
		return failf(CauseFlags, "flags %#x", r.flags)
	}
	if r.Host == nil {
		return &Failure{Cause: CauseHost, Err: errNoHost}
	}
	d, err := work()
	if err != nil {
		return &Failure{Cause: CauseHost, Err: err}
	}
	if t.Dst == NoValue {
		return nil
	}
	if v := r.Plan.Values[t.Dst]; v.Kind == Array && (d.Memory == nil || d.Memory.Type != v.Type || len(d.Memory.Dims) != v.Rank) {
		return failf(CauseHost, "the result is not %v", v)
	}
	r.put(t.Dst, d)
	return nil
}

func (r *run) call(t *Task) *Failure {
	return r.hosted(t, func() (Datum, error) { return r.Host.Call(t.Callee, t.KwNames, r.all(t.Src)) })
}

func (r *run) write(t *Task) *Failure { return r.call(t) }

func (r *run) number(t *Task) *Failure {
	return r.hosted(t, func() (Datum, error) { return r.Host.Number(t.Operator, r.all(t.Src)) })
}

func (r *run) tuple(t *Task) *Failure {
	return r.hosted(t, func() (Datum, error) { return r.Host.Tuple(r.all(t.Src)) })
}
