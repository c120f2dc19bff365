package jit

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"slipstream/bytecode"
	"slipstream/jit/front"
	"slipstream/jit/npy"
	"slipstream/jit/reason"
	"slipstream/sched"
	"slipstream/sched/kernel"
)

// Backend makes machine code of kernels.
type Backend interface {
	// Kernel gives the address of the compiled kernel, and whether the code
	// came from a cache. It may ask the host, who can call the compiler for us.
	Kernel(k *kernel.Kernel, asker front.Asker) (addr uintptr, cached bool, err error)
}

// Uncacher is a Backend that can be asked to keep nothing.
type Uncacher interface {
	Uncached() Backend
}

// Encoder writes a plan in the form the host runs.
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
}

// NewService makes a service. configure makes the backend from the host's
// first request.
func NewService(encode Encoder, configure func(json.RawMessage) (Backend, error)) *Service {
	return &Service{functions: map[int64]*session{}, jobs: map[int64]*job{}, encode: encode, configure: configure,
		memo: memo{answers: map[string]front.Answer{}}}
}

type request struct {
	Op     string          `json:"op"` // configure, open, compile, cut, close, rows
	Config json.RawMessage `json:"config"`
	Code   json.RawMessage `json:"code"`
	Fn     int64           `json:"fn"`
	PC     int             `json:"pc"`
	Args   []*front.Desc   `json:"args"`
	Dump   bool            `json:"dump"`
	Record bool            `json:"record"` // give the conversation with the result
	Frees  bool            `json:"frees"`  // cut for what locals held
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
		return s.open(q.Code)
	case "compile":
		return s.startJob(q)
	case "cut":
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

// cut answers true where nothing was cut.
func (s *Service) cut(q request) string {
	s.mu.Lock()
	fn := s.functions[q.Fn]
	s.mu.Unlock()
	if fn != nil {
		if r := fn.cut(q.PC, q.Frees); r != nil {
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
func (s *Service) open(text json.RawMessage) string {
	fn, refusal := openSession(text)
	if refusal != nil {
		return response{Refused: refusal}.text()
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

// job is a compilation that runs in a goroutine of its own and stops at each
// question until the host answers.
type job struct {
	out    chan response
	in     chan string
	closed chan struct{}
	id     int64
}

func (s *Service) startJob(q request) string {
	s.mu.Lock()
	fn, backend := s.functions[q.Fn], s.backend
	s.last++
	j := &job{out: make(chan response), in: make(chan string), closed: make(chan struct{}), id: s.last}
	s.jobs[j.id] = j
	s.mu.Unlock()
	if fn == nil {
		return response{Bug: "unknown function"}.text()
	}
	if u, ok := backend.(Uncacher); ok && q.NoCache {
		backend = u.Uncached()
	}
	go j.run(func() response { return s.compile(fn, q, backend, j) })
	return s.next(j)
}

// run works with a net below: a panic is a report, never the end of the process.
func (j *job) run(work func() response) {
	var r response
	defer func() {
		if cause := recover(); cause != nil {
			r = response{Bug: fmt.Sprint(cause), Stack: string(debug.Stack())}
		}
		select {
		case j.out <- r:
		case <-j.closed:
		}
	}()
	r = work()
}

// next waits for the job's next word.
func (s *Service) next(j *job) string {
	r := <-j.out
	r.Job = j.id
	if r.Question == nil {
		s.forget(j.id)
	}
	return r.text()
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
	if j == nil {
		return response{Bug: "unknown job"}.text()
	}
	j.in <- text
	return s.next(j)
}

// Close ends a job that waits for an answer.
func (s *Service) Close(id int64) {
	if j := s.forget(id); j != nil {
		close(j.closed)
	}
}

var errClosed = errors.New("the host gave the compilation up")

// Ask is the job's side of the conversation.
func (j *job) Ask(q front.Question) (front.Answer, error) {
	select {
	case j.out <- response{Question: &q}:
	case <-j.closed:
		return front.Answer{}, errClosed
	}
	select {
	case text := <-j.in:
		var a front.Answer
		err := json.Unmarshal([]byte(text), &a)
		return a, err
	case <-j.closed:
		return front.Answer{}, errClosed
	}
}
