package codegen

import (
	"encoding/hex"
	"errors"
	"fmt"

	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/llvm"
)

// codeMaker is LLVM: the library driven from here, or the host's binding.
type codeMaker interface {
	Host() emit.Target
	Compile(ir string, t emit.Target, level int) ([]byte, error)
}

// open finds LLVM. A library of an unknown version, or none where one was
// expected, is left to llvmlite's own Python binding, which the host calls.
// The caller holds g.mu.
func (g *Generator) open(asker front.Asker) (codeMaker, error) {
	if g.compiler != nil {
		return g.compiler, nil
	}
	c, err := llvm.Open(g.config.LLVM)
	if err == nil {
		g.compiler = c
		return c, nil
	}
	if asker == nil {
		return nil, err
	}
	h, hostErr := newHosted(asker)
	if hostErr != nil {
		return nil, errors.Join(err, hostErr)
	}
	return h, nil
}

// hosted compiles by asking the host. It lives as long as the compilation
// whose questions it asks.
type hosted struct {
	asker  front.Asker
	target emit.Target
}

func newHosted(asker front.Asker) (*hosted, error) {
	texts, err := ask(asker, front.Question{Ask: "processor"}, 3)
	if err != nil {
		return nil, err
	}
	return &hosted{asker, emit.Target{Triple: texts[0], CPU: texts[1], Features: texts[2]}}, nil
}

func (h *hosted) Host() emit.Target { return h.target }

func (h *hosted) Compile(ir string, t emit.Target, _ int) ([]byte, error) {
	q := front.Question{Ask: "llvm", Text: ir, In: []string{t.Triple, t.CPU, t.Features}}
	texts, err := ask(h.asker, q, 1)
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(texts[0])
}

func ask(asker front.Asker, q front.Question, want int) ([]string, error) {
	a, err := asker.Ask(q)
	switch {
	case err != nil:
		return nil, err
	case a.Error != "":
		return nil, errors.New(a.Error)
	case len(a.Texts) != want:
		return nil, fmt.Errorf("codegen: %d texts for %q", len(a.Texts), q.Ask)
	}
	return a.Texts, nil
}
