//go:build cuda

package cuda

import (
	"testing"

	"gorgonia.org/cu"

	"slipstream/cuda/internal/fakedriver"
)

// inside runs body in a process whose CUDA driver is built from source.
func inside(t *testing.T, source string, body func()) {
	t.Helper()
	if fakedriver.Inside() {
		body()
	} else {
		fakedriver.Run(t, source)
	}
}

func TestNoDriver(t *testing.T) {
	inside(t, fakedriver.NotALibrary, func() {
		if count, why := Available(); count != 0 || why == "" {
			t.Errorf("Available() = %d, %q", count, why)
		}
		if name, err := DeviceName(0); err == nil {
			t.Errorf("DeviceName(0) = %q without a driver", name)
		}
	})
}

func TestNothingIsInitialisedBeforehand(t *testing.T) {
	inside(t, fakedriver.ThreeGPUs, func() {
		if count, err := cu.NumDevices(); count != 0 || err != nil {
			t.Errorf("before opening: %d devices, %v", count, err)
		}
		if count, why := Available(); count != 3 || why != "" {
			t.Errorf("Available() = %d, %q", count, why)
		}
	})
}

func TestDeviceNames(t *testing.T) {
	inside(t, fakedriver.ThreeGPUs, func() {
		Available()
		if name, err := DeviceName(2); name != "Fake 2" || err != nil {
			t.Errorf("DeviceName(2) = %q, %v", name, err)
		}
		if name, err := DeviceName(3); err == nil {
			t.Errorf("DeviceName(3) = %q", name)
		}
	})
}

func TestLackingFunctionsAreErrors(t *testing.T) {
	inside(t, fakedriver.ThreeGPUs, func() {
		Available()
		device, err := cu.GetDevice(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := device.TotalMem(); err == nil {
			t.Error("a function that the driver lacks succeeded")
		}
	})
}
