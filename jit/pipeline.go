// Package jit is the compiler: it takes the code of a function and facts
// about live objects as text, and gives plans, compiled kernels and code with
// stubs. It works by question and answer (see Service) and never sees an
// object of the host. It imports bytecode, sched and its own stages.
package jit

import (
	"fmt"
	"time"

	"slipstream/jit/front"
	"slipstream/jit/fuse"
	"slipstream/jit/ir"
	"slipstream/jit/opt"
	"slipstream/jit/plan"
)

// pass is a step over SSA. Each leaves it valid: the level checker runs
// behind every one.
type pass struct {
	name string
	run  func(*ir.Func)
}

// passes in order. share comes first so that drop sees one use, not two;
// forward comes behind it, for it compares arrays by their numbers; drop comes
// last because sharing leaves values without users.
var passes = []pass{
	{"share", opt.Share},
	{"forward", opt.Forward},
	{"drop", opt.Drop},
}

// optimise runs the passes over a region's SSA.
func optimise(f *ir.Func, trace *Trace) error {
	for _, p := range passes {
		start := time.Now()
		p.run(f)
		trace.time(p.name, start)
		if err := f.Check(); err != nil {
			return fmt.Errorf("jit: SSA is invalid behind %s: %w", p.name, err)
		}
		trace.dump(p.name, f.Text)
	}
	return nil
}

// lower takes a region from SSA to a plan.
func lower(r *front.Region, trace *Trace) (*plan.Result, error) {
	trace.dump("front", r.Func.Text)
	if r.Nest != nil {
		return nested(r, trace)
	}
	if err := r.Func.Check(); err != nil {
		return nil, fmt.Errorf("jit: SSA is invalid behind front: %w", err)
	}
	if err := optimise(r.Func, trace); err != nil {
		return nil, err
	}
	r.DropExits()
	start := time.Now()
	nodes, err := fuse.Cut(r.Func)
	trace.time("fuse", start)
	if err != nil {
		return nil, err
	}
	start = time.Now()
	result, err := plan.Build(r, nodes)
	trace.time("plan", start)
	if err != nil {
		return nil, err
	}
	trace.dump("plan", result.Plan.Text)
	return result, result.Plan.Check()
}

// nested makes the plan of a region that is a loop nest.
func nested(r *front.Region, trace *Trace) (*plan.Result, error) {
	trace.dump("nest", r.Nest.Func.Text)
	start := time.Now()
	result := plan.BuildNest(r)
	trace.time("plan", start)
	trace.dump("plan", result.Plan.Text)
	return result, result.Plan.Check()
}

// Trace collects how long each step took and, when wanted, its text.
type Trace struct {
	Steps []Step `json:"steps"`
	Dumps []Dump `json:"dumps,omitempty"`
	// Transcript is the conversation with the host, where it was asked for.
	Transcript []Exchange `json:"transcript,omitempty"`
	keep       bool
}

// Exchange is a question with its answer.
type Exchange struct {
	Question front.Question `json:"question"`
	Answer   front.Answer   `json:"answer"`
}

// recording notes what is asked on its way.
type recording struct {
	front.Asker
	trace *Trace
}

func (r recording) Ask(q front.Question) (front.Answer, error) {
	a, err := r.Asker.Ask(q)
	if err == nil {
		r.trace.Transcript = append(r.trace.Transcript, Exchange{q, a})
	}
	return a, err
}

// Step is the duration of one step.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// Dump is the text behind one step.
type Dump struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (t *Trace) time(name string, start time.Time) {
	t.Steps = append(t.Steps, Step{name, time.Since(start).Seconds()})
}

func (t *Trace) dump(name string, text func() string) {
	if t.keep {
		t.Dumps = append(t.Dumps, Dump{name, text()})
	}
}
