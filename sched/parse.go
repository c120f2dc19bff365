package sched

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// Parse reads a plan's text and checks it. Lines that are empty or begin with
// # are skipped.
func Parse(text string) (*Plan, error) {
	p := &planParser{plan: new(Plan)}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("sched: line %d: %w", n+1, err)
		}
	}
	if err := p.endKernel(); err != nil {
		return nil, err
	}
	if p.nest != nil {
		var err error
		if p.plan.Nest, err = nest.Parse(strings.Join(p.nest, "\n")); err != nil {
			return nil, err
		}
	}
	return p.plan, p.plan.Check()
}

type planParser struct {
	plan   *Plan
	kernel []string // lines of the kernel at hand
	nest   []string // of the nest, which comes last
}

func (p *planParser) line(line string) error {
	head, rest, _ := strings.Cut(line, " ")
	switch {
	case p.nest != nil || strings.HasPrefix(head, "nest("):
		p.nest = append(p.nest, line)
		return nil
	case head == "plan":
		return p.head(strings.Fields(rest))
	case head == "frees":
		return p.frees(strings.Fields(rest))
	case head == "input":
		return p.input(rest)
	case head == "fact":
		return p.fact(rest)
	case head == "exit":
		return p.exit(rest)
	case head[0] == 'k' && strings.HasSuffix(head, ":"):
		err := p.endKernel()
		p.kernel = []string{rest}
		return err
	case p.kernel != nil:
		p.kernel = append(p.kernel, line)
		return nil
	case head[0] == 't' && strings.HasSuffix(head, ":"):
		return p.task(rest)
	}
	return fmt.Errorf("unknown line %q", line)
}

func (p *planParser) endKernel() error {
	if p.kernel == nil {
		return nil
	}
	k, err := kernel.Parse(strings.Join(p.kernel, "\n"))
	p.plan.Kernels = append(p.plan.Kernels, k)
	p.kernel = nil
	return err
}

// head reads "args 2 objects 3 direct".
func (p *planParser) head(words []string) error {
	p.plan.Direct = slices.Contains(words, "direct")
	var err error
	p.plan.Args, err = numberAfter(words, "args", err)
	p.plan.Objects, err = numberAfter(words, "objects", err)
	return err
}

// frees reads "1:0 4:-1 of 7 under 0".
func (p *planParser) frees(words []string) error {
	f := &p.plan.Frees
	var err error
	f.Locals, err = numberAfter(words, "of", err)
	f.Depth, err = numberAfter(words, "under", err)
	for _, w := range words[:max(0, slices.Index(words, "of"))] {
		var l Local
		_, e := fmt.Sscanf(w, "%d:%d", &l.Slot, &l.Arg)
		f.Of, err = append(f.Of, l), cmp.Or(err, e)
	}
	return err
}

// numberAfter reads the number behind a word; -1 where the word is missing.
func numberAfter(words []string, name string, before error) (int, error) {
	i := slices.Index(words, name)
	if i < 0 || before != nil {
		return -1, before
	}
	if i+1 == len(words) {
		return -1, fmt.Errorf("want a number behind %s", name)
	}
	return strconv.Atoi(words[i+1])
}

// input reads "v0: f8[1] = arg 0 writable equal 3".
func (p *planParser) input(text string) error {
	def, from, _ := strings.Cut(text, " = ")
	v, err := p.define(def)
	words := strings.Fields(from)
	if err != nil || len(words) < 2 {
		return fmt.Errorf("bad input %q", text)
	}
	in := Input{Value: v, Writable: slices.Contains(words, "writable")}
	source := slices.Index(sourceNames, words[0])
	if source < 0 {
		return fmt.Errorf("unknown source %q", words[0])
	}
	in.Source = SourceKind(source)
	in.Index, err = strconv.Atoi(words[1])
	in.Equal, err = numberAfter(words, "equal", err)
	in.Key, err = numberAfter(words, "key", err)
	in.Class, err = numberAfter(words, "class", err)
	in.Key, in.Class = in.Key+1, in.Class+1
	p.plan.Inputs = append(p.plan.Inputs, in)
	return err
}

// fact reads "0: dict 0 key 1 expect 2 fallback 3".
func (p *planParser) fact(text string) error {
	words := strings.Fields(text)
	var f Fact
	var err error
	f.Dict, err = numberAfter(words, "dict", err)
	f.Key, err = numberAfter(words, "key", err)
	f.Expect, err = numberAfter(words, "expect", err)
	f.Fallback, err = numberAfter(words, "fallback", err)
	p.plan.Facts = append(p.plan.Facts, f)
	return err
}

func (p *planParser) exit(text string) error {
	_, list, ok := strings.Cut(text, ":")
	vs, err := parseValues(strings.Fields(list))
	if !ok {
		return fmt.Errorf("bad exit %q", text)
	}
	p.plan.Exits = append(p.plan.Exits, Exit{Values: vs})
	return err
}

// define reads "v3: f8[1]" and notes the value's type.
func (p *planParser) define(text string) (ValueID, error) {
	name, typ, ok := strings.Cut(text, ":")
	v, err := parseValue(strings.TrimSpace(name))
	if err != nil || !ok {
		return NoValue, fmt.Errorf("bad definition %q", text)
	}
	val, err := parseType(strings.TrimSpace(typ))
	for len(p.plan.Values) <= int(v) {
		p.plan.Values = append(p.plan.Values, Value{Kind: Object})
	}
	p.plan.Values[v] = val
	return v, err
}

func parseType(text string) (Value, error) {
	if name, ok := strings.CutPrefix(text, "np."); ok {
		t, known := kernel.ParseType(name)
		if !known {
			return Value{}, fmt.Errorf("unknown type %q", text)
		}
		return Value{Kind: NpScalar, Type: t}, nil
	}
	if i := slices.Index(kindNames, text); i >= int(PyFloat) {
		return Value{Kind: ValueKind(i), Type: wordType(ValueKind(i))}, nil
	}
	name, rank, _ := strings.Cut(text, "[")
	t, known := kernel.ParseType(name)
	n, err := strconv.Atoi(strings.TrimSuffix(rank, "]"))
	if !known || err != nil {
		return Value{}, fmt.Errorf("unknown type %q", text)
	}
	return Value{Kind: Array, Type: t, Rank: n}, nil
}

// wordType is the element type of a Python number's word.
func wordType(k ValueKind) kernel.Type {
	switch k {
	case PyFloat:
		return kernel.F64
	case PyInt:
		return kernel.I64
	case PyComplex:
		return kernel.C128
	}
	return kernel.Bool
}

func parseValue(word string) (ValueID, error) {
	digits, ok := strings.CutPrefix(word, "v")
	n, err := strconv.ParseUint(digits, 10, 16)
	if !ok || err != nil {
		return NoValue, fmt.Errorf("want a value, have %q", word)
	}
	return ValueID(n), nil
}

func parseValues(words []string) ([]ValueID, error) {
	var vs []ValueID
	for _, w := range words {
		v, err := parseValue(w)
		if err != nil {
			return nil, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}
