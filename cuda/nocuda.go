//go:build !cuda

package cuda

import "errors"

const without = "this build has no GPU support"

// Available returns 0 and the reason.
func Available() (int, string) { return 0, without }

// DeviceName fails: there is no GPU.
func DeviceName(int) (string, error) { return "", errors.New(without) }
