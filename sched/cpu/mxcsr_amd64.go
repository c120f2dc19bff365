package cpu

// getControl reads the processor's floating-point control and status word.
func getControl() uint32

// setControl writes it.
func setControl(word uint32)
