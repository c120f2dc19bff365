#include "textflag.h"

// func getControl() uint32
TEXT ·getControl(SB), NOSPLIT, $8-4
	STMXCSR csr-8(SP)
	MOVL csr-8(SP), AX
	MOVL AX, ret+0(FP)
	RET

// func setControl(word uint32)
TEXT ·setControl(SB), NOSPLIT, $0-4
	LDMXCSR word+0(FP)
	RET
