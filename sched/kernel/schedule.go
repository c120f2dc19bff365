package kernel

// Schedule is the order of work within one tile of a kernel with NumPy loops.
// Segment s is the code before call s; the last segment, number len(Calls),
// holds the stores. Values that live across a call, and operands of calls,
// lie in slots: scratch memory for one tile each.
type Schedule struct {
	Calls  []ID  // the Loop instructions in order
	Place  []int // per value: its segment; of a Loop: the number of its call
	Slot   []int // per value: its slot, or -1
	Direct []int // per value: the Out parameter that a call writes itself, or -1
	Slots  int

	own func(LoopRef) bool
}

// Schedule computes where every value is made and kept. Values are made as
// late as possible, so that few live across a call; loads and constants are
// not kept but made again.
func (k *Kernel) Schedule() *Schedule {
	return k.ScheduleFor(func(LoopRef) bool { return false })
}

// ScheduleFor is the schedule of code that computes some loops itself and
// does not call them.
func (k *Kernel) ScheduleFor(own func(LoopRef) bool) *Schedule {
	s := &Schedule{
		own:    own,
		Place:  make([]int, len(k.Body)),
		Slot:   filled(len(k.Body), -1),
		Direct: filled(len(k.Body), -1),
	}
	s.place(k)
	s.direct(k)
	s.assignSlots(k)
	return s
}

// IsCall says whether an instruction of k is a call of NumPy.
func (s *Schedule) IsCall(k *Kernel, in *Inst) bool {
	return in.Op == Loop && !s.own(k.Loops[in.Loop])
}

func filled(n, v int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = v
	}
	return all
}

// place sinks values towards their first use.
func (s *Schedule) place(k *Kernel) {
	for id, in := range k.Body {
		if s.IsCall(k, &in) {
			s.Place[id] = len(s.Calls)
			s.Calls = append(s.Calls, ID(id))
		}
	}
	for id, in := range k.Body {
		if !s.IsCall(k, &in) {
			s.Place[id] = len(s.Calls)
		}
	}
	for id := len(k.Body) - 1; id >= 0; id-- {
		for _, a := range k.Body[id].Args {
			if !s.IsCall(k, &k.Body[a]) {
				s.Place[a] = min(s.Place[a], s.Place[id])
			}
		}
	}
}

// direct finds results of calls that may be written where they are stored:
// nothing else uses them, and no array is read after the call, which might be
// the same memory as the output (the call itself may work in place).
func (s *Schedule) direct(k *Kernel) {
	if k.Reduce != nil {
		return
	}
	lastRead := s.lastArrayRead(k)
	uses := make([]int, len(k.Body))
	for _, in := range k.Body {
		for _, a := range in.Args {
			uses[a]++
		}
	}
	for _, st := range k.Stores {
		uses[st.Value]++
	}
	for _, st := range k.Stores {
		v := st.Value
		if s.IsCall(k, &k.Body[v]) && uses[v] == 1 && s.Place[v] >= lastRead {
			s.Direct[v] = st.Param
		}
	}
}

// lastArrayRead is the last segment or call in which an In parameter is read.
func (s *Schedule) lastArrayRead(k *Kernel) int {
	last := 0
	for id, in := range k.Body {
		for _, a := range in.Args {
			if k.isArrayLoad(a) {
				last = max(last, s.Place[id])
			}
		}
		if len(in.Args) == 0 && k.isArrayLoad(ID(id)) {
			last = max(last, s.Place[id])
		}
	}
	for _, st := range k.Stores {
		if k.isArrayLoad(st.Value) {
			last = len(s.Calls)
		}
	}
	return last
}

func (k *Kernel) isArrayLoad(v ID) bool {
	return k.Body[v].Op == Load && k.Params[k.Body[v].Param].Kind == In
}

// assignSlots gives memory to what must lie in memory.
func (s *Schedule) assignSlots(k *Kernel) {
	needs := make([]bool, len(k.Body))
	for id, in := range k.Body {
		if s.IsCall(k, &in) {
			needs[id] = s.Direct[id] < 0
		}
		for _, a := range in.Args {
			needs[a] = needs[a] || s.IsCall(k, &in) && k.Body[a].Op != Load || s.crosses(k, a, s.Place[id])
		}
	}
	for _, v := range k.resultValues() {
		needs[v] = needs[v] || s.crosses(k, v, len(s.Calls))
	}
	for id, need := range needs {
		if need {
			s.Slot[id] = s.Slots
			s.Slots++
		}
	}
}

// crosses says whether v is used in a later segment than it is made in.
func (s *Schedule) crosses(k *Kernel, v ID, use int) bool {
	op := k.Body[v].Op
	return op != Load && op != Const && !s.IsCall(k, &k.Body[v]) && s.Place[v] < use
}

// resultValues lists the values that leave the kernel.
func (k *Kernel) resultValues() []ID {
	var all []ID
	for _, st := range k.Stores {
		all = append(all, st.Value)
	}
	if k.Reduce != nil {
		all = append(all, k.Reduce.Value)
	}
	return all
}
