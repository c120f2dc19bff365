package pyext

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Statuses, as in api.h.
const (
	statusRunning   = 0
	statusDone      = 1
	statusCancelled = 2
	statusFailed    = -1
)

// work is one job: call over [0, items), in pieces of at least grain items.
type work struct {
	items, grain int64
	call         func(begin, end int64)

	next      atomic.Int64
	cancelled atomic.Bool
	failed    atomic.Bool
	done      chan struct{}
}

// runPieces takes pieces until none is left. Any number of goroutines may run
// it on the same work at once.
func runPieces(w *work) (status int64) {
	defer func() {
		if recover() != nil {
			w.failed.Store(true)
			status = statusFailed
		}
	}()
	for !w.cancelled.Load() && !w.failed.Load() {
		begin := w.next.Add(w.grain) - w.grain
		if begin >= w.items {
			break
		}
		w.call(begin, min(begin+w.grain, w.items))
	}
	return w.status()
}

func (w *work) status() int64 {
	switch {
	case w.failed.Load():
		return statusFailed
	case w.cancelled.Load():
		return statusCancelled
	}
	return statusDone
}

// workers is how many goroutines a job is worth.
func (w *work) workers() int {
	count := (w.items + w.grain - 1) / w.grain
	return int(min(max(count, 1), int64(runtime.GOMAXPROCS(0))))
}

// registry holds the jobs that have been submitted and not yet joined.
type registry struct {
	mu   sync.Mutex
	last int64
	open map[int64]*work
}

var jobs = registry{open: map[int64]*work{}}

func (r *registry) submit(w *work) int64 {
	w.done = make(chan struct{})
	r.mu.Lock()
	r.last++
	id := r.last
	r.open[id] = w
	r.mu.Unlock()
	go w.runAll()
	return id
}

// runAll runs the job to its end and reports it once.
func (w *work) runAll() {
	defer close(w.done)
	var group sync.WaitGroup
	for range w.workers() {
		group.Go(func() { runPieces(w) })
	}
	group.Wait()
}

// poll waits at most patience. A status other than running is told once: it
// joins the job. An unknown id has failed.
func (r *registry) poll(id int64, patience time.Duration) int64 {
	w := r.find(id)
	if w == nil {
		return statusFailed
	}
	select {
	case <-w.done:
		r.forget(id)
		return w.status()
	case <-time.After(patience):
		return statusRunning
	}
}

// cancel asks the job to stop at the end of the pieces in progress.
func (r *registry) cancel(id int64) {
	if w := r.find(id); w != nil {
		w.cancelled.Store(true)
	}
}

func (r *registry) find(id int64) *work {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open[id]
}

func (r *registry) forget(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, id)
}
