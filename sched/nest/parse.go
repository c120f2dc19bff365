package nest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"slipstream/sched/kernel"
)

// Parse reads a function's text and checks it.
func Parse(text string) (*Func, error) {
	p := &parser{f: &Func{}}
	p.unnamed = p.highest(text) + 1
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("nest: %q: %w", line, err)
		}
	}
	return p.f, p.f.Check()
}

type parser struct {
	f       *Func
	unnamed int // the number of the next instruction without one in the text
}

// highest is the highest number of a value in the text.
func (p *parser) highest(text string) int {
	most := -1
	for _, name := range values.FindAllString(text, -1) {
		if n, err := strconv.Atoi(name[1:]); err == nil {
			most = max(most, n)
		}
	}
	return most
}

var values = regexp.MustCompile(`v[0-9]+`)

func (p *parser) line(line string) error {
	head, rest, _ := strings.Cut(line, " ")
	switch {
	case strings.HasPrefix(line, "nest("):
		return p.head(line)
	case head[0] == 'b' && strings.HasSuffix(line, "):"):
		return p.block(line)
	case head == "exit" && strings.Contains(rest, " at "):
		return p.exit(line)
	case head == "exit" || head == "to" || head == "if":
		return p.term(line)
	}
	return p.inst(line)
}

// objectArg reads what an object is taken in as.
func objectArg(words []string) (Arg, error) {
	a := Arg{Type: kernel.I64, Object: true}
	for _, word := range words {
		if word == "changes" {
			a.Changes = true
			continue
		}
		code, err := strconv.ParseInt(word, 16, 64)
		if err != nil {
			return a, err
		}
		a.Outside = append(a.Outside, code)
	}
	return a, nil
}

// head reads "nest(f8[1], i8) words 3".
func (p *parser) head(line string) error {
	list, words, _ := strings.Cut(strings.TrimPrefix(line, "nest("), ")")
	for _, text := range strings.Split(list, ", ") {
		if text == "" {
			continue
		}
		if strings.HasPrefix(text, "object") {
			a, err := objectArg(strings.Fields(text)[1:])
			if err != nil {
				return err
			}
			p.f.Args = append(p.f.Args, a)
			continue
		}
		name, rank, array := strings.Cut(strings.TrimSuffix(text, "]"), "[")
		t, err := typeOf(name)
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(rank)
		p.f.Args = append(p.f.Args, Arg{Array: array, Type: t, Rank: n})
	}
	_, err := fmt.Sscanf(words, " words %d", &p.f.Words)
	return err
}

func typeOf(name string) (kernel.Type, error) {
	t, ok := kernel.ParseType(name)
	if !ok {
		return 0, fmt.Errorf("unknown type %q", name)
	}
	return t, nil
}

// block reads "b1(v3 i8, v4 f8):".
func (p *parser) block(line string) error {
	n := p.f.NewBlock()
	_, list, _ := strings.Cut(strings.TrimSuffix(line, "):"), "(")
	for _, text := range strings.Split(list, ", ") {
		if text == "" {
			continue
		}
		name, typ, _ := strings.Cut(text, " ")
		t, err := typeOf(typ)
		if err != nil {
			return err
		}
		if err := p.place(n, name, Inst{Op: Param, Type: t}); err != nil {
			return err
		}
	}
	return nil
}

// place adds an instruction under its number.
func (p *parser) place(block int, name string, in Inst) error {
	id := p.unnamed
	if name == "" {
		p.unnamed++
	} else {
		var err error
		if id, err = strconv.Atoi(strings.TrimPrefix(name, "v")); err != nil {
			return err
		}
	}
	for len(p.f.Insts) <= id {
		p.f.Insts = append(p.f.Insts, Inst{Op: Const})
	}
	p.f.Insts[id] = in
	b := &p.f.Blocks[block]
	if in.Op == Param {
		b.Params = append(b.Params, ID(id))
	} else {
		b.Body = append(b.Body, ID(id))
	}
	return nil
}

// inst reads "v5 = checked.add i8 v3 v4 else exit 0".
func (p *parser) inst(line string) error {
	name := ""
	if def, rest, ok := strings.Cut(line, " = "); ok {
		name, line = def, rest
	}
	line, exit, leaves := strings.Cut(line, " else exit ")
	words := strings.Fields(line)
	in := Inst{}
	if leaves {
		n, err := strconv.Atoi(exit)
		if err != nil {
			return err
		}
		in.Exit = n
	}
	op, kop, _ := strings.Cut(words[0], ".")
	if err := in.operation(op, kop); err != nil {
		return err
	}
	words = words[1:]
	if in.Op.Info().Made {
		t, err := typeOf(words[0])
		if err != nil {
			return err
		}
		in.Type, words = t, words[1:]
	}
	if err := in.operands(words); err != nil {
		return err
	}
	return p.place(len(p.f.Blocks)-1, name, in)
}

func (in *Inst) operation(op, kop string) error {
	for _, o := range Ops() {
		if o.String() == op {
			in.Op = o
			if o == Host {
				in.Num = slices.Index(Hosts[:], kop)
			}
			for _, k := range kernel.Ops() {
				if k.String() == kop {
					in.KOp = k
				}
			}
			return nil
		}
	}
	return fmt.Errorf("unknown operation %q", op)
}

func (in *Inst) operands(words []string) error {
	for i, w := range words {
		var err error
		switch {
		case w[0] == '#':
			in.Num, err = strconv.Atoi(w[1:])
		case w == "axis":
		case i > 0 && words[i-1] == "axis":
			in.Axis, err = strconv.Atoi(w)
		case strings.HasPrefix(w, "0x"):
			in.Bits, err = strconv.ParseUint(w[2:], 16, 64)
		default:
			var ids []ID
			ids, err = parseIDs([]string{w})
			in.Args = append(in.Args, ids...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func parseIDs(words []string) ([]ID, error) {
	var ids []ID
	for _, w := range words {
		n, err := strconv.Atoi(strings.TrimPrefix(w, "v"))
		if err != nil {
			return nil, err
		}
		ids = append(ids, ID(n))
	}
	return ids, nil
}

// exit reads "exit 0 at 3: v1 v2".
func (p *parser) exit(line string) error {
	head, list, _ := strings.Cut(line, ":")
	var n, at int
	if _, err := fmt.Sscanf(head, "exit %d at %d", &n, &at); err != nil {
		return err
	}
	ids, err := parseIDs(strings.Fields(list))
	p.f.Exits = append(p.f.Exits, Exit{At: at, Values: ids})
	return err
}

// term reads "if v1 to b2(v3) else b4()", "to b2(v3)" or "exit 1".
func (p *parser) term(line string) error {
	t := &p.f.Blocks[len(p.f.Blocks)-1].Term
	if n, ok := strings.CutPrefix(line, "exit "); ok {
		var err error
		t.Exit, err = strconv.Atoi(n)
		return err
	}
	if condition, rest, ok := strings.Cut(strings.TrimPrefix(line, "if "), " to "); ok {
		ids, err := parseIDs([]string{condition})
		if err != nil {
			return err
		}
		t.Cond, line = ids[0], rest
	}
	for _, way := range strings.Split(strings.TrimPrefix(line, "to "), " else ") {
		to, list, _ := strings.Cut(strings.TrimSuffix(way, ")"), "(")
		n, err := strconv.Atoi(strings.TrimPrefix(to, "b"))
		if err != nil {
			return err
		}
		ids, err := parseIDs(strings.Fields(list))
		if err != nil {
			return err
		}
		t.Edges = append(t.Edges, Edge{To: n, Args: ids})
	}
	return nil
}
