package bytecode

import "math/bits"

// Stack effects named by the rows of opTable. An effect may read only the
// canonical fields of the instruction, so that versions cannot differ here.

func zero(*Inst, bool) int  { return 0 }
func push1(*Inst, bool) int { return 1 }
func pop1(*Inst, bool) int  { return -1 }
func pop2(*Inst, bool) int  { return -2 }
func pop3(*Inst, bool) int  { return -3 }
func pop4(*Inst, bool) int  { return -4 }

func popArg(in *Inst, _ bool) int   { return -in.Arg }
func build(in *Inst, _ bool) int    { return 1 - in.Arg }
func buildMap(in *Inst, _ bool) int { return 1 - 2*in.Arg }
func unpack(in *Inst, _ bool) int   { return in.Arg - 1 }

// unpackEx: the low byte counts the names before the star, the rest those behind.
func unpackEx(in *Inst, _ bool) int { return in.Arg&0xff + in.Arg>>8 }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func loadGlobal(in *Inst, _ bool) int    { return 1 + one(in.Null) }
func loadAttr(in *Inst, _ bool) int      { return one(in.Method) }
func loadSuperAttr(in *Inst, _ bool) int { return one(in.Method) - 2 }

// formatValue: bit 2 says that a format specification lies on the stack.
func formatValue(in *Inst, _ bool) int { return -(in.Arg >> 2 & 1) }

func call(in *Inst, _ bool) int   { return -in.Arg - 1 }
func callKw(in *Inst, _ bool) int { return -in.Arg - 2 }
func callEx(in *Inst, _ bool) int { return -2 - in.Arg&1 }

// makeFunction: one stack item for each attribute of the flags.
func makeFunction(in *Inst, _ bool) int { return -bits.OnesCount(uint(in.Arg & 0xf)) }

// forIter drops the iterator when it is exhausted; Target lies behind END_FOR.
func forIter(_ *Inst, jump bool) int { return 1 - 2*one(jump) }

func orPop(_ *Inst, jump bool) int { return one(jump) - 1 }

// send: Arg is 1 where the receiver is dropped with the last value (3.11);
// later versions leave that to END_SEND.
func send(in *Inst, jump bool) int { return -in.Arg * one(jump) }
