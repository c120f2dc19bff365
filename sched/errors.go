package sched

import "fmt"

// ErrorState is a change of NumPy's error state: classes that are ignored in
// the low four bits, and those that are reported above them. Other classes are
// as they were when the run began.
type ErrorState int

// The classes.
const (
	ErrInvalid = 1 << iota
	ErrDivide
	ErrOver
	ErrUnder
	numErrorStates = 1 << (2 * iota)
)

// Change gives the state after another change.
func (s ErrorState) Change(ignore, report int) ErrorState {
	return s&^ErrorState(report|ignore<<4) | ErrorState(ignore|report<<4)
}

// Reported is the set of flags that are reported when others were before.
func (s ErrorState) Reported(before Flags) Flags {
	return before&^classFlags(int(s)&15) | classFlags(int(s)>>4)
}

func classFlags(classes int) Flags {
	all := []Flags{FlagInvalid, FlagDivide, FlagOverflow, FlagUnderflow}
	var f Flags
	for i, flag := range all {
		if classes>>i&1 != 0 {
			f |= flag
		}
	}
	return f
}

func checkErrors(t *Task) error {
	if t.Axis < 0 || t.Axis >= numErrorStates || t.Axis&15&(t.Axis>>4) != 0 {
		return fmt.Errorf("errors %d are no state", t.Axis)
	}
	return nil
}
