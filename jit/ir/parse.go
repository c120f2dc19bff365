package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipstream/sched/kernel"
)

// Parse reads a function's text and checks it. Lines that are empty or begin
// with # are skipped. Numbers of values may have gaps, as passes leave them.
func Parse(text string) (*Func, error) {
	f := new(Func)
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := f.parseLine(line); err != nil {
			return nil, fmt.Errorf("ir: line %d: %w", n+1, err)
		}
	}
	return f, f.Check()
}

func (f *Func) parseLine(line string) error {
	if rest, ok := strings.CutPrefix(line, "b"); ok {
		return f.parseBlock(rest)
	}
	if len(f.Blocks) == 0 {
		return fmt.Errorf("want a block first")
	}
	if rest, ok := strings.CutPrefix(line, "leave "); ok {
		return f.parseLeave(rest)
	}
	return f.parseValue(line)
}

// parseBlock reads "0(v1 v2):".
func (f *Func) parseBlock(text string) error {
	number, rest, _ := strings.Cut(text, "(")
	params, ok := strings.CutSuffix(rest, "):")
	if n, err := strconv.Atoi(number); err != nil || n != len(f.Blocks) || !ok {
		return fmt.Errorf("bad block b%s", text)
	}
	ids, err := parseList(params)
	f.Blocks = append(f.Blocks, Block{Params: ids})
	for _, id := range ids {
		f.grow(id)
	}
	return err
}

func (f *Func) grow(id ID) {
	for len(f.Values) <= int(id) {
		f.Values = append(f.Values, Value{Op: Param, Mem: None})
	}
}

// parseLeave reads "0 (v1 v2)".
func (f *Func) parseLeave(text string) error {
	number, rest, ok := strings.Cut(text, " (")
	args, ok2 := strings.CutSuffix(rest, ")")
	exit, err := strconv.Atoi(number)
	if err != nil || !ok || !ok2 {
		return fmt.Errorf("bad end of a block %q", text)
	}
	ids, err := parseList(args)
	f.Blocks[len(f.Blocks)-1].Term = Term{Exit: exit, Args: ids}
	return err
}

// parseValue reads "v3: f8[1] <n1> = elem add in f8 (v1 v2) @v0 same-shape ; line 4".
func (f *Func) parseValue(line string) error {
	v := Value{Mem: None}
	line, number, _ := strings.Cut(line, " ; line ")
	def, rest, ok := strings.Cut(line, " = ")
	operation, rest, ok2 := strings.Cut(rest, " (")
	args, tail, ok3 := strings.Cut(rest, ")")
	if !ok || !ok2 || !ok3 {
		return fmt.Errorf("want vN: type = operation (arguments)")
	}
	id, err := v.parseDefinition(def)
	for _, step := range []func() error{
		func() error { return err },
		func() error { return v.parseLineNumber(number) },
		func() error { return v.parseOperation(strings.Fields(operation)) },
		func() error { v.Args, err = parseList(args); return err },
		func() error { return v.parseTail(strings.Fields(tail)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	f.grow(id)
	f.Values[id] = v
	b := &f.Blocks[len(f.Blocks)-1]
	b.Body = append(b.Body, id)
	return nil
}

func (v *Value) parseLineNumber(text string) error {
	if text == "" {
		return nil
	}
	var err error
	v.Line, err = strconv.Atoi(text)
	return err
}

// parseDefinition reads "v3: f8[1] <n1>".
func (v *Value) parseDefinition(text string) (ID, error) {
	name, typ, _ := strings.Cut(text, ": ")
	typ, shape, _ := strings.Cut(typ, " ")
	id, err := parseID(name)
	if err != nil {
		return None, err
	}
	if v.Type, err = ParseType(typ); err != nil {
		return None, err
	}
	v.Shape, err = parseShape(shape)
	return id, err
}

// parseShape reads "<n1,1>".
func parseShape(text string) ([]Sym, error) {
	inner := strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">")
	if inner == "" {
		return nil, nil
	}
	var shape []Sym
	for _, word := range strings.Split(inner, ",") {
		if word == "1" {
			shape = append(shape, One)
			continue
		}
		n, err := strconv.ParseUint(strings.TrimPrefix(word, "n"), 10, 31)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("bad shape %q", text)
		}
		shape = append(shape, Sym(n))
	}
	return shape, nil
}

func (v *Value) parseTail(words []string) error {
	for i, w := range words {
		switch {
		case w == "same-shape":
			v.SameShape = true
		case w == "over":
			v.Over = true
		case w == "apart":
			var err error
			v.Apart, err = parseList(strings.Join(words[i+1:], " "))
			return err
		case w[0] == '@':
			mem, err := parseID(w[1:])
			if err != nil {
				return err
			}
			v.Mem = mem
		default:
			return fmt.Errorf("unknown word %q behind the arguments", w)
		}
	}
	return nil
}

func (v *Value) parseOperation(words []string) error {
	op := slices.IndexFunc(opTable[:], func(row OpInfo) bool { return row.Name == words[0] })
	if op < 0 {
		return fmt.Errorf("unknown operation %q", words[0])
	}
	v.Op = Op(op)
	want := map[Op]int{Elem: 4, Loop: 5, View: 2, Number: 2, PyOp: 2, Call: 3, Input: 2, HostConst: 2, Dim: 2, Commit: 2, Errors: 2, Write: 3}[v.Op]
	if len(words) < want {
		return fmt.Errorf("%s takes %d words", words[0], want-1)
	}
	if want == 0 {
		return nil
	}
	return v.parseDetail(words)
}

func (v *Value) parseDetail(words []string) error {
	var err error
	switch v.Op {
	case Elem:
		return v.parseElem(words)
	case Loop:
		return v.parseLoop(words)
	case View:
		v.Index, err = parseIndex(words[1])
	case Number:
		v.Bits, err = strconv.ParseUint(words[1], 0, 64)
	case PyOp:
		v.Name = words[1]
	case Call, Write:
		return v.parseCall(words)
	default:
		v.Num, err = strconv.Atoi(words[1])
	}
	return err
}

func (v *Value) parseElem(words []string) error {
	op, ok := kernel.ParseOp(words[1])
	in, ok2 := kernel.ParseType(words[3])
	if !ok || !ok2 || words[2] != "in" {
		return fmt.Errorf("bad elem %q", strings.Join(words, " "))
	}
	v.KOp, v.In = op, in
	return nil
}

func (v *Value) parseLoop(words []string) error {
	ref, err := kernel.ParseLoopRef(words[1] + " " + words[2])
	if err != nil {
		return err
	}
	v.Name, v.Sig = ref.Ufunc, ref.Sig
	v.Num, err = strconv.Atoi(words[4])
	return err
}

func (v *Value) parseCall(words []string) error {
	var err, err2 error
	v.Num, err = strconv.Atoi(words[1])
	v.Num2, err2 = strconv.Atoi(words[2])
	v.Quiet = slices.Contains(words, "quiet")
	if i := slices.Index(words, "axes"); i >= 0 && i+1 < len(words) && err == nil {
		var axes uint64
		axes, err = strconv.ParseUint(words[i+1], 2, 8)
		v.Axes = int(axes)
	}
	if err != nil {
		return err
	}
	return err2
}

// parseIndex reads "[0,$1::,new]".
func parseIndex(text string) ([]Index, error) {
	inner := strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	if len(inner)+2 != len(text) {
		return nil, fmt.Errorf("bad index %q", text)
	}
	if inner == "" {
		return nil, nil
	}
	var items []Index
	for _, word := range strings.Split(inner, ",") {
		x, err := parseItem(word)
		if err != nil {
			return nil, err
		}
		items = append(items, x)
	}
	return items, nil
}

func parseItem(word string) (Index, error) {
	if word == "new" {
		return Index{Kind: IndexNewAxis}, nil
	}
	parts := strings.Split(word, ":")
	if len(parts) != 1 && len(parts) != 3 {
		return Index{}, fmt.Errorf("bad index item %q", word)
	}
	var bounds [3]Bound
	for i, part := range parts {
		var err error
		if bounds[i], err = parseBound(part); err != nil {
			return Index{}, err
		}
	}
	kind := IndexSlice
	if len(parts) == 1 {
		kind = IndexInt
	}
	return Index{kind, bounds[0], bounds[1], bounds[2]}, nil
}

func parseBound(word string) (Bound, error) {
	if word == "" {
		return Bound{None: true}, nil
	}
	if rest, ok := strings.CutPrefix(word, "$"); ok {
		n, err := strconv.Atoi(rest)
		return Bound{Arg: n}, err
	}
	n, err := strconv.ParseInt(word, 10, 64)
	return Bound{Const: n}, err
}

func parseList(text string) ([]ID, error) {
	var ids []ID
	for _, word := range strings.Fields(text) {
		id, err := parseID(word)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func parseID(word string) (ID, error) {
	digits, ok := strings.CutPrefix(word, "v")
	n, err := strconv.ParseUint(digits, 10, 20)
	if !ok || err != nil {
		return None, fmt.Errorf("want a value, have %q", word)
	}
	return ID(n), nil
}
