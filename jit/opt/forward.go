package opt

import (
	"slices"

	"slipstream/jit/ir"
)

// maxLeaves bounds the operands of what is stored, so that it stays one kernel.
const maxLeaves = 16

// Forward makes one store of several that change the same array one after the
// other (a += b; a *= c): what the first stored is handed on as a value, so that
// the array is read and written once and what it held is kept once. The place
// between the two statements, to which a failure of the second could go back, is
// given up: then the host redoes both.
//
// What the second statement reads is now read before the first has stored. It
// must be other memory than the array's, which the run has to check: Apart.
func Forward(f *ir.Func) {
	for b := range f.Blocks {
		block := &f.Blocks[b]
		for at := 0; at < len(block.Body); at++ {
			// The second store of one pair may be the first of the next.
			if w := (&forwarding{f: f, body: block.Body, first: at}); w.fits(block.Term.Args) {
				block.Body = w.apply()
				at = -1
			}
		}
	}
}

// forwarding is a pair of stores; first, commit and second are places in body.
type forwarding struct {
	f                     *ir.Func
	body                  []ir.ID
	first, commit, second int
	readers               []ir.ID // read memory behind the first store
	late                  []ir.ID // compute with what it stored
	apart                 []ir.ID // arrays of the user that readers read
}

func (w *forwarding) at(place int) *ir.Value { return &w.f.Values[w.body[place]] }

func (w *forwarding) array() ir.ID { return w.at(w.first).Args[1] }
func (w *forwarding) value() ir.ID { return w.at(w.first).Args[2] }

func (w *forwarding) fits(term []ir.ID) bool {
	return w.find() && w.whole(w.first) && w.whole(w.second) && w.sameArray(w.at(w.second).Args[1]) &&
		w.between() && len(w.late) > 0 && w.onlyForSecond(term) && w.leaves() <= maxLeaves
}

// find looks for the pair: a store, its commit, a store.
func (w *forwarding) find() bool {
	if w.at(w.first).Op != ir.Store {
		return false
	}
	for at := w.first + 1; at < len(w.body); at++ {
		switch op := w.at(at).Op; {
		case op == ir.Commit && w.commit == 0:
			w.commit = at
		case op == ir.Store && w.commit > 0:
			w.second = at
			return true
		case op.Info().Effect:
			return false
		}
	}
	return false
}

// whole says that a store gives every element of the array a value of its own,
// as it is.
func (w *forwarding) whole(place int) bool {
	array, value := &w.f.Values[w.at(place).Args[1]], &w.f.Values[w.at(place).Args[2]]
	return array.Type == value.Type && array.Type.Rank > 0 && slices.Equal(array.Shape, value.Shape)
}

// sameArray says that id is the array that the first store changes, or another
// view of the same elements.
func (w *forwarding) sameArray(id ir.ID) bool {
	v, a := &w.f.Values[id], &w.f.Values[w.array()]
	return id == w.array() || v.Op == ir.View && a.Op == ir.View && slices.Equal(v.Args, a.Args) && slices.Equal(v.Index, a.Index)
}

// between looks at what stands between the stores: nothing but work that may
// as well be done before the first.
func (w *forwarding) between() bool {
	for at := w.first + 1; at < w.second; at++ {
		v := w.at(at)
		elementwise := v.Op == ir.Elem || v.Op == ir.Loop
		switch {
		case at == w.commit || movable(v):
		case !elementwise || !w.operands(w.body[at], v):
			return false
		}
	}
	return true
}

// movable says that v reads no element of an array.
func movable(v *ir.Value) bool {
	switch v.Op {
	case ir.Input, ir.Number, ir.HostConst, ir.View, ir.Transpose, ir.Dim, ir.PyOp:
		return v.Mem == ir.None
	}
	return false
}

// operands looks at the operands of an elementwise value. NumPy's own loops may
// not compute with what is handed on: they would not meet it as it lies in the
// array (see sched.Order).
func (w *forwarding) operands(id ir.ID, v *ir.Value) bool {
	late := false
	for _, a := range v.Args {
		switch {
		case slices.Contains(w.late, a), w.reads(v) && w.sameArray(a):
			late = true
		case w.reads(v) && !w.other(a):
			return false
		}
	}
	if w.reads(v) {
		w.readers = append(w.readers, id)
	}
	if late {
		w.late = append(w.late, id)
	}
	return !late || v.Op == ir.Elem
}

func (w *forwarding) reads(v *ir.Value) bool { return v.Mem == w.body[w.commit] }

// other notes an operand that must not share memory with the array. It is
// false where that is known not to hold.
func (w *forwarding) other(a ir.ID) bool {
	if w.f.Values[a].Type.Kind != ir.Array {
		return true
	}
	root := w.f.Root(a)
	if op := w.f.Values[root].Op; op != ir.Elem && op != ir.Loop && !slices.Contains(w.apart, a) {
		w.apart = append(w.apart, a)
	}
	return root != w.f.Root(w.array())
}

// onlyForSecond says that what is computed with the value handed on ends in the
// second store, so that it need not lie in memory.
func (w *forwarding) onlyForSecond(term []ir.ID) bool {
	for _, id := range w.body[w.commit+1:] {
		if id == w.body[w.second] || slices.Contains(w.late, id) {
			continue
		}
		if slices.ContainsFunc(w.f.Values[id].Args, w.isLate) {
			return false
		}
	}
	return !slices.ContainsFunc(term, w.isLate)
}

func (w *forwarding) isLate(id ir.ID) bool { return slices.Contains(w.late, id) }

// leaves counts what the stored value would be computed from.
func (w *forwarding) leaves() int {
	seen, count := map[ir.ID]bool{}, 0
	var visit func(ir.ID)
	visit = func(id ir.ID) {
		if seen[id] {
			return
		}
		seen[id] = true
		v := &w.f.Values[id]
		if v.Op != ir.Elem && v.Op != ir.Loop {
			count++
		}
		for _, a := range v.Args {
			if v.Op == ir.Elem || v.Op == ir.Loop {
				visit(a)
			}
		}
	}
	visit(w.value())
	visit(w.at(w.second).Args[2])
	return count
}

// apply joins the pair and gives the body without the first store and its commit.
func (w *forwarding) apply() []ir.ID {
	first, second := w.at(w.first), w.at(w.second)
	for _, id := range w.readers {
		v := &w.f.Values[id]
		v.Mem = first.Args[0]
		for i, a := range v.Args {
			if w.sameArray(a) {
				v.Args[i] = w.value()
			}
		}
	}
	second.Args[0] = first.Args[0]
	second.Apart = append(slices.Clone(first.Apart), w.apart...)
	body := slices.Clone(w.body)
	body = slices.Delete(body, w.commit, w.commit+1)
	return slices.Delete(body, w.first, w.first+1)
}
