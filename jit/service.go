package jit

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"syscall"

	"slipstream/bytecode"
	"slipstream/jit/front"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// Backend makes machine code of kernels.
type Backend interface {
	// Kernel gives the address of the compiled kernel, and whether the code
	// came from a cache. It may ask the host, who can call the compiler for us.
	Kernel(k *kernel.Kernel, asker front.Asker) (addr uintptr, cached bool, err error)
	// Nest is the same for a loop nest.
	Nest(f *nest.Func, asker front.Asker) (addr uintptr, cached bool, err error)
}

// Uncacher is a Backend that can be asked to keep nothing.
type Uncacher interface {
	Uncached() Backend
}

// Encoder writes a plan in the form the host runs. A nest's number is the one behind
// those of the kernels.
type Encoder func(p *sched.Plan, addr func(kernel int) uintptr) ([]byte, error)

// Service serves any number of functions and jobs at once. Texts are JSON.
type Service struct {
	mu        sync.Mutex
	functions map[int64]*session
	jobs      map[int64]*job
	last      int64
	backend   Backend
	encode    Encoder
	memo      memo
	configure func(json.RawMessage) (Backend, error)
	bound     bool
}

// Bind says that callers are threads to which Go binds what serves them, as
// those of C are.
func (s *Service) Bind() *Service {
	s.bound = true
	return s
}

// NewService makes a service. configure makes the backend from the host's
// first request.
func NewService(encode Encoder, configure func(json.RawMessage) (Backend, error)) *Service {
	return &Service{functions: map[int64]*session{}, jobs: map[int64]*job{}, encode: encode, configure: configure,
		memo: memo{answers: map[string]front.Answer{}}}
}

type request struct {
	Op     string          `json:"op"` // configure, open, compile, count, cut, misguess, close, rows
	Config json.RawMessage `json:"config"`
	Code   json.RawMessage `json:"code"`
	Fn     int64           `json:"fn"`
	PC     int             `json:"pc"`
	Args   []*front.Desc   `json:"args"`
	Dump   bool            `json:"dump"`
	Record bool            `json:"record"` // give the conversation with the result
	Frees  bool            `json:"frees"`  // cut for what locals held
	Vain   bool            `json:"vain"`   // cut: it gains nothing
	Guess  int             `json:"guess"`  // misguess: its number
	Lanes  int             `json:"lanes"`  // open: how few rounds of loops are done side by side, or 0
	Number int             `json:"number"` // count: of the region that counts, if none begins there
	All    bool            `json:"all"`    // count: other regions are there, too
	// NoCache: keep this function's kernels out of the cache on disk.
	NoCache bool `json:"no_cache"`
}

type response struct {
	Job      int64           `json:"job,omitempty"`
	Question *front.Question `json:"question,omitempty"`
	Result   any             `json:"result,omitempty"`
	Refused  *reason.Refusal `json:"refused,omitempty"`
	Bug      string          `json:"bug,omitempty"`
	Stack    string          `json:"stack,omitempty"`
}

func (r response) text() string {
	out, err := json.Marshal(r)
	if err != nil {
		return `{"bug":"unprintable response"}`
	}
	return string(out)
}

// Start serves a request. A compilation answers with its first question.
func (s *Service) Start(text string) string {
	var q request
	if err := json.Unmarshal([]byte(text), &q); err != nil {
		return response{Bug: "request: " + err.Error()}.text()
	}
	switch q.Op {
	case "configure":
		return s.reconfigure(q.Config)
	case "open":
		return s.open(q.Code, q.Lanes)
	case "compile":
		return s.startJob(q)
	case "count":
		return s.count(q)
	case "cut", "misguess":
		return s.cut(q)
	case "rows":
		return response{Result: npy.Rows()}.text()
	case "close":
		s.mu.Lock()
		delete(s.functions, q.Fn)
		s.mu.Unlock()
		return response{Result: true}.text()
	}
	return response{Bug: fmt.Sprintf("unknown request %q", q.Op)}.text()
}

func (s *Service) reconfigure(config json.RawMessage) string {
	b, err := s.configure(config)
	if err != nil {
		return response{Refused: &reason.Refusal{Reason: reason.Compiler, Detail: err.Error()}}.text()
	}
	s.mu.Lock()
	s.backend = b
	s.mu.Unlock()
	return response{Result: true}.text()
}

// count is a function's code in which calls are counted at a place.
func (s *Service) count(q request) string {
	s.mu.Lock()
	fn := s.functions[q.Fn]
	s.mu.Unlock()
	if fn == nil {
		return response{Bug: "unknown function"}.text()
	}
	patch, err := fn.counted(q.PC, q.Number, q.All)
	if err != nil {
		return response{Bug: err.Error()}.text()
	}
	return response{Result: patch}.text()
}

// cut answers true where nothing was cut.
func (s *Service) cut(q request) string {
	s.mu.Lock()
	fn := s.functions[q.Fn]
	s.mu.Unlock()
	if fn != nil {
		if q.Op == "misguess" {
			return fn.misguess(q.PC, q.Guess).text()
		}
		if r := fn.cut(q.PC, q.Frees, q.Vain); r != nil {
			return r.text()
		}
	}
	return response{Result: true}.text()
}

type openResult struct {
	Fn    int64 `json:"fn"`
	Entry stub  `json:"entry"`
}

// open decodes a function and tells where its first region may begin.
func (s *Service) open(text json.RawMessage, lanes int) string {
	fn, refusal := openSession(text)
	if refusal != nil {
		return response{Refused: refusal}.text()
	}
	if lanes > 0 {
		fn.fn.FewestLanes = lanes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.functions[s.last] = fn
	return response{Result: openResult{s.last, fn.stubOf(fn.regions[0])}}.text()
}

func refusalOf(err error) *reason.Refusal {
	r := &reason.Refusal{Reason: reason.CodeShape, Detail: err.Error()}
	var b *bytecode.Refusal
	if errors.As(err, &b) {
		r.PC = b.PC
		switch b.Reason {
		case bytecode.UnknownVersion:
			r.Reason = reason.UnknownVersion
		case bytecode.UnknownOpcode:
			r.Reason = reason.UnknownOpcode
		}
	}
	return r
}

// job is a compilation that runs as a coroutine of its caller and stops at each
// question until the host answers. Goroutines with channels would do, but the
// callers are threads of the host's, to which Go binds the goroutine that
// serves them: each question and each answer would wait for another thread to
// be woken up.
type job struct {
	id     int64
	thread int // the one that began it: a coroutine cannot change its thread
	resume func() (front.Question, bool)
	stop   func()
	ask    func(front.Question) bool
	asked  int
	answer string
	result response
}

func (s *Service) startJob(q request) string {
	s.mu.Lock()
	fn, backend := s.functions[q.Fn], s.backend
	s.last++
	id := s.last
	s.mu.Unlock()
	if fn == nil {
		return response{Bug: "unknown function"}.text()
	}
	if u, ok := backend.(Uncacher); ok && q.NoCache {
		backend = u.Uncached()
	}
	j := newJob(id, func(j *job) response { return s.compile(fn, q, backend, j) })
	s.mu.Lock()
	s.jobs[id] = j
	s.mu.Unlock()
	return s.next(j)
}

func newJob(id int64, work func(*job) response) *job {
	j := &job{id: id, thread: syscall.Gettid()}
	j.resume, j.stop = iter.Pull(func(yield func(front.Question) bool) {
		j.ask = yield
		j.result = guarded(func() response { return work(j) })
	})
	return j
}

// guarded works with a net below: a panic is a report, never the end of the process.
func guarded(work func() response) (r response) {
	defer func() {
		if cause := recover(); cause != nil {
			r = response{Bug: fmt.Sprint(cause), Stack: string(debug.Stack())}
		}
	}()
	return work()
}

// next lets the job go on to its next word.
func (s *Service) next(j *job) string {
	if q, asks := j.resume(); asks {
		return response{Job: j.id, Question: &q}.text()
	}
	s.forget(j.id)
	j.result.Job = j.id
	return j.result.text()
}

func (s *Service) forget(id int64) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobs[id]
	delete(s.jobs, id)
	return j
}

// Answer hands a job the answer it waits for.
func (s *Service) Answer(id int64, text string) string {
	s.mu.Lock()
	j := s.jobs[id]
	s.mu.Unlock()
	switch {
	case j == nil:
		return response{Bug: "unknown job"}.text()
	case s.bound && j.thread != syscall.Gettid():
		return response{Bug: "a job is answered by the thread that began it"}.text()
	}
	j.answer = text
	return s.next(j)
}

// Close ends a job that waits for an answer. Other threads than its own only
// forget it.
func (s *Service) Close(id int64) {
	if j := s.forget(id); j != nil && (!s.bound || j.thread == syscall.Gettid()) {
		j.stop()
	}
}

var (
	errClosed    = errors.New("the host gave the compilation up")
	errQuestions = fmt.Errorf("more than %d questions about one region", maxQuestions)
)

// maxQuestions bounds a compilation that would ask for ever; those of the largest functions seen
// ask some hundreds.
const maxQuestions = 20_000

// Ask is the job's side of the conversation.
func (j *job) Ask(q front.Question) (front.Answer, error) {
	if j.asked++; j.asked > maxQuestions {
		return front.Answer{}, errQuestions
	}
	if !j.ask(q) {
		return front.Answer{}, errClosed
	}
	var a front.Answer
	err := json.Unmarshal([]byte(j.answer), &a)
	return a, err
}
