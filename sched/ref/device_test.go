package ref_test

import (
	"testing"

	"slipstream/sched/devicetest"
	"slipstream/sched/ref"
)

func TestDevice(t *testing.T) { devicetest.Run(t, ref.Device{}) }
