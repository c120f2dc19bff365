// Command bcdump answers questions about code objects. It reads one JSON
// request a line from standard input and writes one JSON answer a line, so
// that tests in Python can drive the package.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"slipstream/bytecode"
)

type request struct {
	Op    string          `json:"op"` // decode, analyse, boundaries, splice
	Code  json.RawMessage `json:"code"`
	Stubs []bytecode.Stub `json:"stubs"`
}

// maxLine is far above the text of any code object in the standard library.
const maxLine = 1 << 28

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, maxLine)
	out := bufio.NewWriter(os.Stdout)
	enc := json.NewEncoder(out)
	for in.Scan() {
		answer, err := serve(in.Bytes())
		if err != nil {
			answer = map[string]any{"error": err.Error(), "refusal": err}
		}
		if err := enc.Encode(answer); err != nil {
			fail(err)
		}
		// A reader waits for each answer before it sends the next request.
		if err := out.Flush(); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bcdump:", err)
	os.Exit(1)
}

func serve(line []byte) (any, error) {
	var q request
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, err
	}
	code, err := bytecode.ParseCode(q.Code)
	if err != nil {
		return nil, err
	}
	prog, err := bytecode.Decode(code)
	if err != nil {
		return nil, err
	}
	if q.Op == "decode" {
		return prog, nil
	}
	g, err := bytecode.Analyse(prog)
	if err != nil {
		return nil, err
	}
	switch q.Op {
	case "analyse":
		return analyse(g), nil
	case "boundaries":
		return g.Boundaries(), nil
	case "splice":
		return g.Splice(q.Stubs)
	}
	return nil, fmt.Errorf("unknown op %q", q.Op)
}
