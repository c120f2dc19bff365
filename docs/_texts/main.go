// Command _texts prints what only the Go side can: a code object's canonical
// instructions and a kernel's LLVM IR. It reads {"code": ..., "kernel": ...}
// from standard input.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"slipstream/bytecode"
	"slipstream/jit/emit"
	"slipstream/sched/kernel"
)

func main() {
	var in struct {
		Code   json.RawMessage
		Kernel string
	}
	check(json.NewDecoder(os.Stdin).Decode(&in))
	code, err := bytecode.ParseCode(in.Code)
	check(err)
	program, err := bytecode.Decode(code)
	check(err)
	k, err := kernel.Parse(in.Kernel)
	check(err)
	target := emit.Target{Triple: "x86_64-unknown-linux-gnu", CPU: "x86-64-v3"}
	fmt.Printf("%s\f%s", program.Text(), emit.Emit(k, target))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
