package jit

import (
	"encoding/hex"
	"fmt"
	"time"

	"slipstream/bytecode"
	"slipstream/jit/front"
	"slipstream/jit/plan"
	"slipstream/jit/reason"
	"slipstream/sched"
)

// compileResult is the answer to a compile request.
type compileResult struct {
	Region  int           `json:"region"`
	Entries []entryResult `json:"entries"` // to install: the new one, or all when the stub changed
	Stubs   []stub        `json:"stubs"`   // all living regions, in the order of the patch's numbers
	// Patch is the new code when a stub was added, changed or removed.
	Patch *bytecode.Patch `json:"patch,omitempty"`
	// GivenUp: this region will not be compiled for other values either.
	GivenUp bool `json:"given_up,omitempty"`
	// Refusal says why the region ended where it did.
	Refusal *reason.Refusal `json:"refusal,omitempty"`
	Report  *report         `json:"report,omitempty"`
	Trace   *Trace          `json:"trace"`
}

type entryResult struct {
	// Number is the version's number in the region. The host objects of one it
	// has installed before are those of then.
	Number  int              `json:"number"`
	Image   string           `json:"image"`
	ExitMap []int            `json:"exit_map"`
	Hosts   []front.HostSpec `json:"hosts"`
	Loops   []loopSpec       `json:"loops"`
}

// report is what explain shows of a compiled version.
type report struct {
	PC     int      `json:"pc"`
	End    int      `json:"end"`
	Lines  []int    `json:"lines"`
	Guards []string `json:"guards"`
	Plan   string   `json:"plan"`
	Exits  []string `json:"exits"`
	Ends   []int    `json:"ends"` // where each leads, or -1: it returns
	Cached int      `json:"cached"`
	Built  int      `json:"built"`
}

// compile makes a version of the region at q.PC for values as described.
func (s *Service) compile(fn *session, q request, backend Backend, asker front.Asker) response {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	r := fn.regionAt(q.PC)
	trace := &Trace{keep: q.Dump}
	if len(r.entries) >= maxVersions {
		return response{Refused: &reason.Refusal{Reason: reason.TooLarge, PC: q.PC, Detail: "eight versions for different types exist"}}
	}
	var answers front.Asker = memoised{&s.memo, asker}
	if q.Record {
		answers = recording{answers, trace}
	}
	start := time.Now()
	region, refusal := fn.fn.Evaluate(q.PC, q.Args, len(r.entries) == maxVersions-1, r.resume, answers)
	trace.time("front", start)
	if refusal != nil {
		return fn.giveUp(r, region, refusal, trace)
	}
	lowered, err := lower(region, trace)
	if err != nil {
		return response{Bug: err.Error()}
	}
	rep := fn.report(region, lowered)
	addrs, err := kernels(lowered.Plan, backend, asker, rep, trace)
	if err != nil {
		refusal := &reason.Refusal{Reason: reason.Compiler, PC: q.PC, Detail: err.Error()}
		return fn.giveUp(r, region, refusal, trace)
	}
	return fn.install(r, region, lowered, s.imager(lowered.Plan, addrs), rep, trace)
}

// kernels compiles the plan's kernels, and its nest as the one behind them.
func kernels(p *sched.Plan, backend Backend, asker front.Asker, rep *report, trace *Trace) ([]uintptr, error) {
	start := time.Now()
	defer func() { trace.time("kernels", start) }()
	if backend == nil {
		return nil, fmt.Errorf("no compiler is configured")
	}
	var addrs []uintptr
	made := func(addr uintptr, cached bool, err error) error {
		addrs = append(addrs, addr)
		if cached {
			rep.Cached++
		} else {
			rep.Built++
		}
		return err
	}
	for _, k := range p.Kernels {
		if err := made(backend.Kernel(k, asker)); err != nil {
			return nil, err
		}
	}
	if p.Nest == nil {
		return addrs, nil
	}
	return addrs, made(backend.Nest(p.Nest, asker))
}

// imager encodes the plan for a calling convention.
func (s *Service) imager(p *sched.Plan, addrs []uintptr) func(bool) ([]byte, error) {
	return func(direct bool) ([]byte, error) {
		q := *p
		q.Direct = direct
		return s.encode(&q, func(k int) uintptr { return addrs[k] })
	}
}

// giveUp notes that nothing was compiled at r. A region that never had an
// entry loses its stub, the first one when no more values are tried.
func (s *session) giveUp(r *region, tried *front.Region, refusal *reason.Refusal, trace *Trace) response {
	s.loops()
	r.failures++
	changed := s.probe(tried.Next)
	if r.inside() && r.wanted && len(r.entries) == 0 {
		changed = r.turn()
	} else if len(r.entries) == 0 && !r.given && (r.id > 0 || r.failures >= maxFailures) {
		r.given, changed = true, true
	}
	changed = changed || !s.spliced
	out := compileResult{Region: r.id, Refusal: refusal, Trace: trace, GivenUp: r.failures >= maxFailures}
	if tried.AtLoop {
		out.Refusal = nil
	}
	return s.respond(out, changed)
}

func (s *session) install(r *region, region *front.Region, lowered *plan.Result, image func(bool) ([]byte, error), rep *report, trace *Trace) response {
	s.loops()
	if r.resume != nil && region.Nest == nil && len(r.entries) == 0 {
		r.turn()
	}
	exitMap, renewed := r.accept(region.Exits, lowered.Plan.Direct)
	changed := renewed
	if len(r.entries) == 0 {
		r.given, changed = false, true // it may have lost its stub
	}
	r.starts, r.behind = region.Starts, region.Behind
	r.entries = append(r.entries, entry{image: image, exitMap: exitMap, host: lowered.Hosts, loops: loopSpecs(lowered)})
	changed = s.probe(region.Next) || changed
	out := compileResult{Region: r.id, Refusal: region.Refusal, Report: rep, Trace: trace}
	first := len(r.entries) - 1
	if renewed { // the callable is another one, without entries
		first = 0
	}
	for n, e := range r.entries[first:] {
		image, err := e.image(r.direct)
		if err != nil {
			return response{Bug: err.Error()}
		}
		out.Entries = append(out.Entries, entryResult{first + n, hex.EncodeToString(image), e.exitMap, e.host, e.loops})
	}
	return s.respond(out, changed)
}

func (s *session) respond(out compileResult, changed bool) response {
	out.Stubs = []stub{}
	for _, r := range s.regions {
		if !r.given {
			out.Stubs = append(out.Stubs, s.stubOf(r))
		}
	}
	if !changed {
		return response{Result: out}
	}
	patch, err := s.splice()
	if err != nil {
		return response{Bug: err.Error()}
	}
	out.Patch, s.spliced = patch, true
	return response{Result: out}
}

func loopSpecs(l *plan.Result) []loopSpec {
	specs := []loopSpec{}
	for k, hosts := range l.Loops {
		for i, h := range hosts {
			var sig []string
			for _, t := range l.Plan.Kernels[k].Loops[i].Sig {
				sig = append(sig, t.String())
			}
			specs = append(specs, loopSpec{h, sig})
		}
	}
	return specs
}

func endOf(x front.Exit) int {
	if x.Return {
		return -1
	}
	return x.PC
}

func (s *session) report(r *front.Region, l *plan.Result) *report {
	rep := &report{PC: r.PC, End: r.End, Lines: r.Lines, Plan: l.Plan.Text()}
	for _, in := range r.Inputs {
		rep.Guards = append(rep.Guards, in.Text())
	}
	for _, f := range r.Facts {
		rep.Guards = append(rep.Guards, f.Text())
	}
	for _, l := range r.Frees.Of {
		rep.Guards = append(rep.Guards, s.fn.FreesText(l.Slot))
	}
	for _, x := range r.Exits {
		rep.Exits = append(rep.Exits, s.fn.ExitText(x))
		rep.Ends = append(rep.Ends, endOf(x))
	}
	return rep
}
