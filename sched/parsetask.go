package sched

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// task reads "v5: f8[1] = view [0,:v1:] (v0) drop v0 after 0-2 ; line 7".
func (p *planParser) task(text string) error {
	t := Task{Dst: NoValue, Callee: -1, KwNames: -1}
	var err error
	text, line, _ := strings.Cut(text, " ; line ")
	if line != "" {
		t.Line, err = strconv.Atoi(line)
	}
	if def, rest, ok := strings.Cut(text, " = "); ok && err == nil {
		t.Dst, err = p.define(def)
		text = rest
	}
	operation, rest, ok := strings.Cut(text, " (")
	args, tail, ok2 := strings.Cut(rest, ")")
	if err != nil || !ok || !ok2 {
		return fmt.Errorf("bad task %q", text)
	}
	for _, step := range []func() error{
		func() error { return p.operation(&t, strings.Fields(operation)) },
		func() error { return p.operandList(&t, args) },
		func() error { return t.parseTail(tail) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	p.plan.Tasks = append(p.plan.Tasks, t)
	return nil
}

func (p *planParser) operation(t *Task, words []string) error {
	kind := slices.Index(taskNames, words[0])
	if kind < 0 {
		return fmt.Errorf("unknown task %q", words[0])
	}
	t.Kind = TaskKind(kind)
	if len(words) == 1 {
		return nil
	}
	var err error
	switch t.Kind {
	case TaskView:
		t.Index, err = parseIndex(words[1])
	case TaskDim, TaskErrors:
		t.Axis, err = strconv.Atoi(words[1])
	case TaskKernel, TaskSum:
		t.Kernel, err = strconv.Atoi(strings.TrimPrefix(words[1], "k"))
	case TaskNumber:
		t.Operator = words[1]
	case TaskNest:
		err = p.ways(t, strings.Join(words[1:], " "))
	case TaskCommit, TaskLeave:
		t.Exit, err = numberAfter(words, "exit", nil)
	case TaskCall, TaskWrite, TaskFold:
		t.Quiet = slices.Contains(words, "quiet")
		t.Callee, err = numberAfter(words, "object", nil)
		t.KwNames, err = numberAfter(words, "names", err)
		if i := slices.Index(words, "axes"); err == nil && i >= 0 && i+1 < len(words) {
			var axes uint64
			axes, err = strconv.ParseUint(words[i+1], 2, MaxRank)
			t.Axis = int(axes)
		}
	}
	return err
}

// operandList reads "v0, new v5: f8[1] in v2".
func (p *planParser) operandList(t *Task, text string) error {
	if text == "" {
		return nil
	}
	for _, word := range strings.Split(text, ", ") {
		word, order, _ := strings.Cut(word, " as ")
		mode, reuse, v, err := p.operand(word)
		if err != nil {
			return err
		}
		t.Src = append(t.Src, v)
		if t.Kind == TaskKernel || t.Kind == TaskSum {
			t.Outs, t.Reuse = append(t.Outs, mode), append(t.Reuse, reuse)
			if t.OrderOf, err = appendOrder(t.OrderOf, order); err != nil {
				return err
			}
		}
	}
	return nil
}

func appendOrder(list []int, text string) ([]int, error) {
	if text == "" {
		return append(list, -1), nil
	}
	n, err := strconv.Atoi(text)
	return append(list, n), err
}

func (p *planParser) operand(text string) (OutMode, ValueID, ValueID, error) {
	text, lent, _ := strings.Cut(text, " in ")
	mode, reuse := NotOut, NoValue
	var err error
	if lent != "" {
		reuse, err = parseValue(lent)
	}
	if word, rest, ok := strings.Cut(text, " "); ok {
		if i := slices.Index(modeNames, word); i > 0 {
			mode, text = OutMode(i), rest
		}
	}
	if err != nil {
		return 0, 0, 0, err
	}
	if strings.Contains(text, ":") {
		v, err := p.define(text)
		return mode, reuse, v, err
	}
	v, err := parseValue(text)
	return mode, reuse, v, err
}

// parseTail reads "cover [1 10] only-c over orders [ufunc p0] apart [v0] drop v1 v2 after 0,2-3".
func (t *Task) parseTail(text string) error {
	if _, sets, ok := strings.Cut(text, "cover ["); ok {
		list, rest, _ := strings.Cut(sets, "]")
		if err := t.parseCover(strings.Fields(list)); err != nil {
			return err
		}
		text = rest
	}
	if before, orders, ok := strings.Cut(text, "orders ["); ok {
		list, rest, _ := strings.Cut(orders, "]")
		if err := t.parseOrders(list); err != nil {
			return err
		}
		text = before + rest
	} else {
		t.OrderOf = nil
	}
	if before, apart, ok := strings.Cut(text, "apart ["); ok {
		list, rest, _ := strings.Cut(apart, "]")
		var err error
		if t.Apart, err = parseValues(strings.Fields(list)); err != nil {
			return err
		}
		text = before + rest
	}
	words := strings.Fields(text)
	if i := slices.Index(words, "after"); i >= 0 && i+1 < len(words) {
		var err error
		if t.Deps, err = parseRanges(words[i+1]); err != nil {
			return err
		}
		words = slices.Delete(words, i, i+2)
	}
	for name, flag := range map[string]*bool{"only-c": &t.OnlyC, "over": &t.Over} {
		if i := slices.Index(words, name); i >= 0 {
			*flag, words = true, slices.Delete(words, i, i+1)
		}
	}
	if len(words) == 0 {
		return nil
	}
	if words[0] != "drop" {
		return fmt.Errorf("unknown word %q behind the operands", words[0])
	}
	var err error
	t.Drops, err = parseValues(words[1:])
	return err
}

func (t *Task) parseCover(words []string) error {
	for _, w := range words {
		set, err := strconv.ParseUint(w, 2, 64)
		if err != nil {
			return err
		}
		t.Cover = append(t.Cover, set)
	}
	return nil
}

// parseOrders reads "ufunc l0:p0,_ p0 p1; iter p2 o0*".
func (t *Task) parseOrders(text string) error {
	for _, one := range strings.Split(text, "; ") {
		words := strings.Fields(one)
		if len(words) == 0 {
			return fmt.Errorf("an empty order")
		}
		rule := slices.Index(ruleNames, words[0])
		if rule < 0 {
			return fmt.Errorf("unknown rule %q", words[0])
		}
		o := Order{Rule: OrderRule(rule)}
		for _, w := range words[1:] {
			if err := o.parseWord(w); err != nil {
				return err
			}
		}
		t.Orders = append(t.Orders, o)
	}
	return nil
}

func (o *Order) parseWord(word string) error {
	number, reads, ok := strings.Cut(strings.TrimPrefix(word, "l"), ":")
	if !ok {
		return o.parseSource(word)
	}
	var err error
	o.Loop, err = strconv.Atoi(number)
	for _, r := range strings.Split(reads, ",") {
		p := -1
		if r != "_" && err == nil {
			p, err = strconv.Atoi(strings.TrimPrefix(r, "p"))
		}
		o.Reads = append(o.Reads, p)
	}
	return err
}

func (o *Order) parseSource(word string) error {
	name, temp := strings.CutSuffix(word, "*")
	kind := strings.IndexByte("po", name[0])
	n, err := strconv.Atoi(name[1:])
	if kind < 0 || err != nil || n < 0 || n >= MaxOrders {
		return fmt.Errorf("bad operand %q of an order", word)
	}
	one := Sources(1) << (MaxOrders*kind + n)
	o.Of |= one
	if temp {
		o.Temps |= one
	}
	return nil
}

func parseRanges(text string) ([]int, error) {
	var all []int
	for _, word := range strings.Split(text, ",") {
		low, high, two := strings.Cut(word, "-")
		if !two {
			high = low
		}
		from, err := strconv.Atoi(low)
		to, err2 := strconv.Atoi(high)
		if err != nil || err2 != nil || to-from > 1<<16 {
			return nil, fmt.Errorf("bad range %q", word)
		}
		for n := from; n <= to; n++ {
			all = append(all, n)
		}
	}
	return all, nil
}

// parseIndex reads "[0,v1:,new]".
func parseIndex(text string) ([]IndexItem, error) {
	inner, ok := strings.CutPrefix(text, "[")
	inner, ok2 := strings.CutSuffix(inner, "]")
	if !ok || !ok2 {
		return nil, fmt.Errorf("bad index %q", text)
	}
	if inner == "" {
		return nil, nil
	}
	var items []IndexItem
	for _, word := range strings.Split(inner, ",") {
		item, err := parseItem(word)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

func parseItem(word string) (IndexItem, error) {
	zero := Operand{Value: NoValue}
	if word == "new" {
		return IndexItem{IndexNewAxis, zero, zero, zero}, nil
	}
	bounds := strings.Split(word, ":")
	if len(bounds) == 1 {
		start, err := parseBound(word)
		return IndexItem{IndexInt, start, zero, zero}, err
	}
	if len(bounds) != 3 {
		return IndexItem{}, fmt.Errorf("bad slice %q", word)
	}
	item := IndexItem{Kind: IndexSlice}
	for i, to := range []*Operand{&item.Start, &item.Stop, &item.Step} {
		bound, err := parseBound(bounds[i])
		if err != nil {
			return item, err
		}
		*to = bound
	}
	return item, nil
}

func parseBound(word string) (Operand, error) {
	switch {
	case word == "":
		return Operand{Value: NoValue, None: true}, nil
	case word[0] == 'v':
		v, err := parseValue(word)
		return Operand{Value: v}, err
	}
	n, err := strconv.ParseInt(word, 10, 64)
	return Operand{Value: NoValue, Const: n}, err
}

// ways reads "[0 v3=np.f8@0; 1 v4=range@1 v5=over:v0@4 v6=zip:v4:v5@5]".
func (p *planParser) ways(t *Task, text string) error {
	for _, part := range strings.Split(strings.Trim(text, "[]"), ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			return fmt.Errorf("no exit in %q", text)
		}
		exit, err := strconv.Atoi(words[0])
		w := Way{Exit: exit}
		for _, word := range words[1:] {
			if name, at, _ := strings.Cut(word, "@"); slices.Contains(toldNames[:], name) {
				n, e := strconv.Atoi(at)
				w.Left, w.Told, err = n+1, Told(slices.Index(toldNames[:], name)), cmp.Or(err, e)
				continue
			}
			m, e := p.made(word)
			w.Makes, err = append(w.Makes, m), cmp.Or(err, e)
		}
		if err != nil {
			return err
		}
		t.Ways = append(t.Ways, w)
	}
	return nil
}

func (p *planParser) made(word string) (Made, error) {
	def, at, _ := strings.Cut(word, "@")
	name, what, _ := strings.Cut(def, "=")
	kind, of, _ := strings.Cut(what, ":")
	m := Made{Kind: MadeKind(max(0, slices.Index(madeNames, kind)))}
	if m.Kind != MadeNumber {
		kind = "object"
	}
	var err, e error
	if of != "" {
		m.Of, err = parseValues(strings.Split(of, ":"))
	}
	if !strings.Contains(name, ":") {
		name += ":" + kind
	}
	m.Value, e = p.define(name)
	err = cmp.Or(err, e)
	m.Word, e = strconv.Atoi(at)
	return m, cmp.Or(err, e)
}
