package nest

// Simplify removes the parameters of blocks that are one and the same value on all ways, or
// the same as another parameter: code generation has a copy for each of them on each way.
// It says which value stands for each one now. Of values that are several, though they are
// equal, no parameters become one.
func (f *Func) Simplify(several map[ID]bool) []ID {
	s := &simplifier{f: f, several: several, value: make([]ID, len(f.Insts)), ways: make([][]Edge, len(f.Blocks))}
	for id := range s.value {
		s.value[id] = ID(id)
	}
	for _, n := range f.Order() {
		for _, e := range f.Blocks[n].Term.Edges {
			s.ways[e.To] = append(s.ways[e.To], e)
		}
	}
	for s.round() {
	}
	s.rewrite()
	return s.value
}

type simplifier struct {
	f       *Func
	several map[ID]bool
	value   []ID
	ways    [][]Edge // to each block
}

// find is the value that stands for another.
func (s *simplifier) find(id ID) ID {
	for id >= 0 && s.value[id] != id {
		s.value[id] = s.value[s.value[id]]
		id = s.value[id]
	}
	return id
}

// round looks at all parameters once.
func (s *simplifier) round() bool {
	changed := false
	for n := range s.f.Blocks {
		for i, p := range s.f.Blocks[n].Params {
			if s.value[p] != p {
				continue
			}
			one := s.only(n, i, p)
			for j := 0; j < i && one == None; j++ {
				one = s.twin(n, i, j)
			}
			if one != None {
				s.value[p], changed = one, true
			}
		}
	}
	return changed
}

// only is the one value that parameter p gets, other than itself, or None.
func (s *simplifier) only(block, i int, p ID) ID {
	one := None
	for _, e := range s.ways[block] {
		v := s.find(e.Args[i])
		switch {
		case v == p || v == one:
		case one == None:
			one = v
		default:
			return None
		}
	}
	return one
}

// twin is parameter j of a block, if parameter i is the same on all ways there, or None.
func (s *simplifier) twin(block, i, j int) ID {
	params := s.f.Blocks[block].Params
	p, q := params[i], params[j]
	if s.value[q] != q || s.f.Insts[p].Type != s.f.Insts[q].Type {
		return None
	}
	for _, e := range s.ways[block] {
		v, w := s.find(e.Args[i]), s.find(e.Args[j])
		if s.several[v] || v != w && (v != p || w != q) {
			return None
		}
	}
	return q
}

func (s *simplifier) rewrite() {
	for id := range s.value {
		s.value[id] = s.find(ID(id))
	}
	for i := range s.f.Insts {
		s.replace(s.f.Insts[i].Args)
	}
	for i := range s.f.Exits {
		s.replace(s.f.Exits[i].Values)
	}
	for n := range s.f.Blocks {
		t := &s.f.Blocks[n].Term
		if t.Cond != None {
			t.Cond = s.value[t.Cond]
		}
		for i := range t.Edges {
			e := &t.Edges[i]
			e.Args = s.kept(s.f.Blocks[e.To].Params, e.Args)
			s.replace(e.Args)
		}
	}
	for n := range s.f.Blocks {
		b := &s.f.Blocks[n]
		b.Params = s.kept(b.Params, b.Params)
	}
}

func (s *simplifier) replace(ids []ID) {
	for i, id := range ids {
		ids[i] = s.value[id]
	}
}

// kept are those of a list whose parameters stay.
func (s *simplifier) kept(params, list []ID) []ID {
	var out []ID
	for i, p := range params {
		if s.value[p] == p {
			out = append(out, list[i])
		}
	}
	return out
}
