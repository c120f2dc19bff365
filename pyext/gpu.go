package pyext

import "slipstream/cuda"

// GPUs reports how many GPUs the process can use. The first call opens the
// driver, after which the process should not fork.
func GPUs() (count int64) {
	defer func() {
		if recover() != nil {
			count = 0
		}
	}()
	available, _ := cuda.Available()
	return int64(available)
}
