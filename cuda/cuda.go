//go:build cuda

package cuda

import (
	"gorgonia.org/cu"

	"slipstream/cuda/driverstub"
)

// Available opens the driver on the first call and returns how many GPUs it
// has, with a sentence that says why if there are none.
func Available() (int, string) {
	if status := driverstub.Open(); status != driverstub.Opened {
		return 0, status.String()
	}
	count, err := cu.NumDevices()
	if err != nil {
		return 0, err.Error()
	}
	if count == 0 {
		return 0, "the CUDA driver sees no GPU"
	}
	return count, ""
}

// DeviceName returns the name of GPU number i.
func DeviceName(i int) (string, error) {
	device, err := cu.GetDevice(i)
	if err != nil {
		return "", err
	}
	return device.Name()
}
