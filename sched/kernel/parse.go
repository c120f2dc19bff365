package kernel

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a kernel's text and checks it. Lines that are empty or begin
// with # are skipped.
func Parse(text string) (*Kernel, error) {
	k := new(Kernel)
	head := false
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		parse := k.parseLine
		if !head {
			parse, head = k.parseHead, true
		}
		if err := parse(line); err != nil {
			return nil, fmt.Errorf("kernel: line %d: %w", n+1, err)
		}
	}
	if !head {
		return nil, fmt.Errorf("kernel: empty text")
	}
	return k, k.Check()
}

func (k *Kernel) parseHead(line string) error {
	rest, ok := strings.CutPrefix(line, "kernel (")
	params, rest, ok2 := strings.Cut(rest, ")")
	if !ok || !ok2 {
		return fmt.Errorf("want kernel (params)")
	}
	for _, p := range splitList(params, ",") {
		param, err := parseParam(p)
		if err != nil {
			return err
		}
		k.Params = append(k.Params, param)
	}
	rest = strings.TrimSpace(rest)
	if rest == "" {
		return nil
	}
	rest, k.Elides = strings.CutSuffix(rest, " elides")
	loops, ok := strings.CutPrefix(rest, "loops [")
	loops, ok2 = strings.CutSuffix(loops, "]")
	if !ok || !ok2 {
		return fmt.Errorf("want loops [...]")
	}
	return k.parseLoops(loops)
}

func (k *Kernel) parseLoops(text string) error {
	for _, l := range splitList(text, ";") {
		loop, err := ParseLoopRef(l)
		if err != nil {
			return err
		}
		k.Loops = append(k.Loops, loop)
	}
	return nil
}

func splitList(s, sep string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func parseParam(s string) (Param, error) {
	kind, name, _ := strings.Cut(s, " ")
	t, ok := ParseType(name)
	if ok && kind == rowName {
		return Param{Kind: In, Type: t, Row: true}, nil
	}
	for i, n := range kindNames {
		if ok && n == kind {
			return Param{Kind: ParamKind(i), Type: t}, nil
		}
	}
	return Param{}, fmt.Errorf("bad parameter %q", s)
}

// ParseLoopRef reads a loop's name and signature: "arctan2 f8,f8->f8".
func ParseLoopRef(s string) (LoopRef, error) {
	name, sig, _ := strings.Cut(s, " ")
	ins, out, ok := strings.Cut(sig, "->")
	l := LoopRef{Ufunc: name}
	for _, n := range append(splitList(ins, ","), out) {
		t, known := ParseType(n)
		ok = ok && known
		l.Sig = append(l.Sig, t)
	}
	if !ok {
		return LoopRef{}, fmt.Errorf("bad loop %q", s)
	}
	return l, nil
}

func (k *Kernel) parseLine(line string) error {
	words := strings.Fields(line)
	switch words[0] {
	case "store", "sum":
		return k.parseResult(words)
	}
	if len(words) < 5 || words[1] != "=" {
		return fmt.Errorf("want %%n = op type and arguments")
	}
	if words[0] != "%"+strconv.Itoa(len(k.Body)) {
		return fmt.Errorf("value %s out of order, want %%%d", words[0], len(k.Body))
	}
	in, err := parseInst(words[2:])
	k.Body = append(k.Body, in)
	return err
}

func (k *Kernel) parseResult(words []string) error {
	if len(words) != 3 {
		return fmt.Errorf("want %s pN %%n", words[0])
	}
	p, err := parseNumber(words[1], "p")
	v, err2 := parseNumber(words[2], "%")
	switch {
	case err != nil:
		return err
	case err2 != nil:
		return err2
	case words[0] == "store":
		k.Stores = append(k.Stores, Store{p, ID(v)})
		return nil
	case k.Reduce != nil:
		return fmt.Errorf("second sum")
	}
	k.Reduce = &Reduction{Value: ID(v), Param: p}
	return nil
}

// parseInst reads "op type operands...".
func parseInst(words []string) (Inst, error) {
	op, ok := ParseOp(words[0])
	t, ok2 := ParseType(words[1])
	if !ok || !ok2 {
		return Inst{}, fmt.Errorf("unknown operation or type: %s %s", words[0], words[1])
	}
	in := Inst{Op: op, Type: t}
	rest := words[2:]
	err := error(nil)
	switch op {
	case Load:
		in.Param, err = parseNumber(rest[0], "p")
		rest = rest[1:]
	case Const:
		in.Bits, err = strconv.ParseUint(rest[0], 0, 64)
		rest = rest[1:]
	case Loop:
		in.Loop, err = parseNumber(rest[0], "l")
		rest = rest[1:]
	}
	if err != nil {
		return in, err
	}
	in.Args, err = parseIDs(rest)
	return in, err
}

func parseIDs(words []string) ([]ID, error) {
	var ids []ID
	for _, w := range words {
		n, err := parseNumber(w, "%")
		if err != nil {
			return nil, err
		}
		ids = append(ids, ID(n))
	}
	return ids, nil
}

func parseNumber(word, prefix string) (int, error) {
	digits, ok := strings.CutPrefix(word, prefix)
	n, err := strconv.ParseUint(digits, 10, 31)
	if !ok || err != nil {
		return 0, fmt.Errorf("want %s and a number, have %q", prefix, word)
	}
	return int(n), nil
}
