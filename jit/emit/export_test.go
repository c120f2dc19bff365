package emit

import "slipstream/sched/nest"

// HasNestLowering says that an operation of nests is lowered.
func HasNestLowering(op nest.Op) bool {
	return int(op) < len(nestLowerings) && nestLowerings[op] != nil
}

// FarBytes is where narrower vectors begin.
const FarBytes = farBytes
