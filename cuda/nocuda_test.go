//go:build !cuda

package cuda

import "testing"

func TestWithout(t *testing.T) {
	if count, why := Available(); count != 0 || why != without {
		t.Errorf("Available() = %d, %q", count, why)
	}
	if _, err := DeviceName(0); err == nil {
		t.Error("a name without a GPU")
	}
}
