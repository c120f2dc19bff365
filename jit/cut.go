package jit

// cut divides the region at pc whose runs fail, in the middle of its
// statements: what fails is left to Python, and a longer region loses more by
// it. The half that still fails is cut again, so that a few calls find the
// statement. What shows that it is freed late is freed in time by a region that
// ends there. One that gained nothing so often is dropped. It gives nil when there is no place to cut.
func (s *session) cut(pc int, frees, vain bool) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.regionAt(pc)
	if r.inside() || vain {
		return s.drop(r)
	}
	if len(r.entries) == 0 || len(s.regions) >= maxRegions {
		return nil
	}
	at := -1
	if frees {
		at = middle(s.places(r.behind))
	}
	if at < 0 {
		at = middle(s.places(r.starts))
	}
	if at < 0 {
		return nil
	}
	s.fn.Cut(at)
	s.probe([]int{at})
	return s.anew(r)
}

// misguess notes that a branch went another way than the region at pc guessed: it is compiled
// anew when it is entered next.
func (s *session) misguess(pc, number int) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fn.Misguessed(number)
	return s.anew(s.regionAt(pc))
}

// anew forgets what was compiled of a region.
func (s *session) anew(r *region) *response {
	r.entries, r.exits, r.starts, r.behind, r.direct, r.failures = nil, nil, nil, nil, false, 0
	r.resume = nil
	r.generation++
	out := s.respond(compileResult{Region: r.id}, true)
	return &out
}

// drop removes the stub of a region that gains nothing.
func (s *session) drop(r *region) *response {
	r.given, r.entries = true, nil
	out := s.respond(compileResult{Region: r.id}, true)
	return &out
}

// places are the statement starts among pcs at which regions do not end anyway
// and a stub can stand, or stands already.
func (s *session) places(pcs []int) []int {
	var places []int
	for _, pc := range pcs {
		if s.fn.Starts(pc) && !s.fn.IsCut(pc) && (!s.taken(pc) || s.begins(pc)) {
			places = append(places, pc)
		}
	}
	return places
}

func middle(places []int) int {
	if len(places) == 0 {
		return -1
	}
	return places[len(places)/2]
}

// begins says that a living region begins at pc.
func (s *session) begins(pc int) bool {
	for _, r := range s.regions {
		if r.pc == pc {
			return !r.given
		}
	}
	return false
}
