package pyext

import (
	"sync/atomic"
	"testing"
	"time"
)

func counting(items, grain int64) (*work, []atomic.Int32) {
	seen := make([]atomic.Int32, items)
	return &work{items: items, grain: grain, call: func(begin, end int64) {
		for i := begin; i < end; i++ {
			seen[i].Add(1)
		}
	}}, seen
}

func checkOnce(t *testing.T, seen []atomic.Int32) {
	t.Helper()
	for i := range seen {
		if n := seen[i].Load(); n != 1 {
			t.Fatalf("item %d was done %d times", i, n)
		}
	}
}

func join(r *registry, id int64) int64 {
	for {
		if status := r.poll(id, 5*time.Millisecond); status != statusRunning {
			return status
		}
	}
}

func TestEveryItemOnce(t *testing.T) {
	for _, size := range [][2]int64{{0, 1}, {1, 1}, {7, 3}, {1000, 1}, {1000, 999}, {5, 100}} {
		w, seen := counting(size[0], size[1])
		if status := runPieces(w); status != statusDone {
			t.Errorf("run of %v: status %d", size, status)
		}
		checkOnce(t, seen)
		w, seen = counting(size[0], size[1])
		if status := join(&jobs, jobs.submit(w)); status != statusDone {
			t.Errorf("submit of %v: status %d", size, status)
		}
		checkOnce(t, seen)
	}
}

func TestCancelStopsBetweenPieces(t *testing.T) {
	started := make(chan struct{}, 64)
	release := make(chan struct{})
	id := jobs.submit(&work{items: 1 << 40, grain: 1, call: func(int64, int64) {
		select {
		case started <- struct{}{}:
		default:
		}
		<-release
	}})
	<-started
	if status := jobs.poll(id, time.Millisecond); status != statusRunning {
		t.Errorf("status %d while running", status)
	}
	jobs.cancel(id)
	close(release)
	if status := join(&jobs, id); status != statusCancelled {
		t.Errorf("status %d after cancelling", status)
	}
}

func TestPanicFailsTheJobOnly(t *testing.T) {
	bad := func() *work { return &work{items: 4, grain: 1, call: func(int64, int64) { panic("broken") }} }
	if status := runPieces(bad()); status != statusFailed {
		t.Errorf("run: status %d", status)
	}
	if status := join(&jobs, jobs.submit(bad())); status != statusFailed {
		t.Errorf("submit: status %d", status)
	}
}

func TestUnknownAndJoinedJobs(t *testing.T) {
	w, _ := counting(1, 1)
	id := jobs.submit(w)
	join(&jobs, id)
	jobs.cancel(id)
	if status := jobs.poll(id, 0); status != statusFailed {
		t.Errorf("a joined job answers %d", status)
	}
}
