package front

import (
	"slices"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about items of several types of numbers, as those of a list of zeros that floats are stored into: such
// an item is two words, which type it is of and the number. What reads one goes on in a block for each type.

// maxAlternatives bounds the types of such items: the form has room for so many.
const maxAlternatives = 3

// The two words: see SLIP_ITEM_EITHER.
var (
	whichWord = ir.Type{Kind: ir.Object, DType: kernel.I64, Rank: 1}
	eachWord  = ir.Type{Kind: ir.Object, DType: kernel.I64, Rank: 2}
)

// either is the form of items that are of one of several types.
func either(types []ir.Type) listForm {
	return listForm{types: []ir.Type{whichWord, eachWord}, alts: types}
}

// choices are the types that an item of one number can have.
func (f listForm) choices() ([]ir.Type, bool) {
	if f.alts != nil {
		return f.alts, true
	}
	return f.types, len(f.types) == 1 && !f.tuple && f.inner == nil
}

// widened is the form of what holds items of two forms.
func widened(a, b listForm) (listForm, bool) {
	all, one := a.choices()
	more, other := b.choices()
	if !one || !other {
		return a, false
	}
	all = slices.Clone(all)
	for _, t := range more {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b ir.Type) int { return itemCode(a) - itemCode(b) }) // one form, whatever came first
	return either(all), len(all) <= maxAlternatives
}

// widens has a list that is written down somewhere hold items of another form, too: then all begins anew. Other lists
// have the types that they have.
func (n *nester) widens(list nval, item listForm) bool {
	if list.form.kind > aDeque || list.form.frozen || item.scalars() && cameFromOutside(list) {
		return false
	}
	form, ok := widened(list.form, item)
	form.kind, form.bounded = list.form.kind, list.form.bounded
	if !ok || n.forms[list.name].String() == form.String() {
		return false
	}
	n.forms[list.name] = form
	n.again = true
	return true
}

// wordsFor are the words of an item.
func (n *nester) wordsFor(f listForm, x nval) []nest.ID {
	if x.kind == nArray {
		return []nest.ID{*x.arr.box}
	}
	if f.alts == nil {
		return x.ids()
	}
	return append([]nest.ID{n.int(int64(slices.Index(f.alts, x.typ)))}, x.ids()...)
}

// onEither goes on with the number at an address, of each of its types.
func (n *nester) onEither(list nval, place nest.ID, on func(nval) *stop) *stop {
	which := n.read(list, nest.Inst{Op: nest.Peek, Type: kernel.I64, Args: []nest.ID{place}}, anywhere)
	at := n.scalar(kernel.Add, kernel.I64, place, n.int(8))
	return n.onType(list, 0, which, at, on)
}

func (n *nester) onType(list nval, i int, which, at nest.ID, on func(nval) *stop) *stop {
	this := func() *stop {
		t := list.form.alts[i]
		x := numberOf(t, n.read(list, nest.Inst{Op: nest.Peek, Type: t.DType, Args: []nest.ID{at}}, anywhere))
		if t.Kind == ir.NpScalar {
			x.who = inList
		}
		return on(x)
	}
	if i == len(list.form.alts)-1 {
		return this()
	}
	return n.split(n.compare(kernel.Eq, which, n.int(int64(i))), this, func() *stop { return n.onType(list, i+1, which, at, on) })
}

// pushEither has an item on the stack, and goes on behind the instruction.
func (n *nester) pushEither(list nval, place nest.ID) *stop {
	return n.onEither(list, place, func(x nval) *stop {
		n.push(x)
		return n.jumpTo(n.behind)
	})
}

// mayNotRead refuses where an item of several types is asked for in the middle of an instruction.
func mayNotRead(list nval) *stop {
	if list.form.alts == nil {
		return nil
	}
	return refuse(reason.UnknownValue, "an item of one of several types in a loop")
}
