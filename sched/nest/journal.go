package nest

// TrimJournal removes what is noted of a statement's stores where nothing can leave the statement
// behind them, and then what forgets it.
func (f *Func) TrimJournal() {
	t := &trimmer{f: f, leaves: make([]bool, len(f.Blocks))}
	for changed := true; changed; {
		changed = false
		for n := range f.Blocks {
			now := t.from(n, nil)
			changed = changed || now != t.leaves[n]
			t.leaves[n] = now
		}
	}
	needed := map[ID]bool{}
	for n := range f.Blocks {
		t.from(n, needed)
	}
	f.removeHosts(func(id ID) bool { return f.Insts[id].Num != Note || needed[id] })
	if len(needed) == 0 {
		f.removeHosts(func(id ID) bool { return f.Insts[id].Num != Forget })
	}
}

type trimmer struct {
	f      *Func
	leaves []bool // from the beginning of a block something may leave before what is noted is forgotten
}

// from says so of a block, and says what has to be noted in it.
func (t *trimmer) from(n int, needed map[ID]bool) bool {
	b := &t.f.Blocks[n]
	leaves := len(b.Term.Edges) == 0
	for _, e := range b.Term.Edges {
		leaves = leaves || t.leaves[e.To]
	}
	for i := len(b.Body) - 1; i >= 0; i-- {
		in := &t.f.Insts[b.Body[i]]
		switch {
		case in.Op == Host && in.Num == Forget:
			leaves = false
		case in.Op == Host && in.Num == Draw: // which notes by itself, and may leave
			if needed != nil && leaves {
				needed[b.Body[i]] = true
			} else if needed != nil {
				in.Axis |= DrawsLast
			}
			leaves = true
		case in.Op == Host && in.Num == Note:
			if leaves && needed != nil {
				needed[b.Body[i]] = true
			}
		case in.Op == Host && in.Num == TryNote: // for what is undone in the nest itself
			if leaves = true; needed != nil {
				needed[b.Body[i]] = true
			}
		default:
			leaves = leaves || in.Op.Info().Leaves
		}
	}
	return leaves
}

// removeHosts removes functions of the host that are not to stay.
func (f *Func) removeHosts(stays func(ID) bool) {
	for n := range f.Blocks {
		b := &f.Blocks[n]
		var body []ID
		for _, id := range b.Body {
			if f.Insts[id].Op != Host || stays(id) {
				body = append(body, id)
			}
		}
		b.Body = body
	}
}
