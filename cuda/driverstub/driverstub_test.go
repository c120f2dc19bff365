package driverstub

import (
	"testing"

	"slipstream/cuda/internal/fakedriver"
)

// check runs source as the driver in a process of its own and compares what
// opening it says.
func check(t *testing.T, source string, want Status, missing int) {
	t.Helper()
	if !fakedriver.Inside() {
		fakedriver.Run(t, source)
		return
	}
	for range 2 {
		if got := Open(); got != want {
			t.Errorf("Open() = %d (%v), want %d", got, got, want)
		}
	}
	if got := Missing(); got != missing {
		t.Errorf("Missing() = %d, want %d", got, missing)
	}
}

func TestNoLibrary(t *testing.T) { check(t, fakedriver.NotALibrary, NoLibrary, 0) }
func TestNoInit(t *testing.T)    { check(t, fakedriver.NotADriver, NoInit, 0) }
func TestNoGPU(t *testing.T)     { check(t, fakedriver.NoGPU, noDevice, 0) }
func TestOpened(t *testing.T)    { check(t, fakedriver.ThreeGPUs, Opened, Functions()-5) }

func TestEveryStatusHasWords(t *testing.T) {
	seen := map[string]Status{}
	for _, status := range []Status{Opened, NoLibrary, NoInit, noDevice, 999} {
		text := status.String()
		if other, double := seen[text]; text == "" || double {
			t.Errorf("status %d reads %q, as %d does", status, text, other)
		}
		seen[text] = status
	}
}
