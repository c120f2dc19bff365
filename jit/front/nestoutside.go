package front

import (
	"fmt"
	"slices"
	"strings"

	"slipstream/jit/ir"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about lists, deques, dicts and sets that a nest gets from outside. What is not understood of one that is
// known by a few items shows that it is needed as a whole: then all is interpreted anew, and wherever it comes up it
// is a list like those that the nest makes, whose numbers the host copies where the nest is entered. Where it is
// left the objects get what has changed (pyext/native/nestoutside.c).

// outside is what is known of an object from outside.
type outside struct {
	form  listForm
	known bool // it can be taken in, and is
}

// takenIn are the containers from outside that an interpretation has taken in.
type takenIn struct {
	lists   map[int]nval    // what they are, by their inputs
	cameAs  map[nest.ID]Val // what these came as
	changed map[string]bool // forms of containers that change
	moved   map[string]bool // and of those that get items, or let some go
}

func newTakenIn() takenIn {
	return takenIn{map[int]nval{}, map[nest.ID]Val{}, map[string]bool{}, map[string]bool{}}
}

// outsideKinds are the kinds of containers, as the host names them.
var outsideKinds = map[string]listForm{
	"list": {}, "tuple": {frozen: true}, "deque": {kind: aDeque}, "dict": {kind: aDict}, "set": {kind: aSet}, "Counter": {kind: aCounter},
	"defaultdict of int": {kind: defaultInt}, "defaultdict of float": {kind: defaultFloat}, "defaultdict of list": {kind: defaultList},
}

// outsideTypes are the types of items.
var outsideTypes = map[string]ir.Type{"int": ir.PyIntType, "float": ir.PyFloatType, "bool": ir.PyBoolType}

// formOfOutside is a form as the host tells it. Lists in the container are called by its name.
func formOfOutside(d *FormDesc, name string) (listForm, bool) {
	f, ok := outsideKinds[d.Kind]
	f.keys, f.tupleKey, f.tuple = len(d.Keys), d.TupleKey, d.Tuple
	for _, t := range d.Keys {
		ok = ok && outsideTypes[t].DType != kernel.Bool
		f.types = append(f.types, outsideTypes[t])
	}
	var values []ir.Type
	for _, t := range d.Types {
		values = append(values, outsideTypes[t])
	}
	if len(values) > 1 && !d.Tuple {
		slices.SortFunc(values, func(a, b ir.Type) int { return itemCode(a) - itemCode(b) })
		f.alts, values = values, []ir.Type{whichWord, eachWord}
	}
	if d.Inner != nil {
		inner, known := formOfOutside(d.Inner, name+" in it")
		f.inner, values = &innerForm{name + " in it", inner}, []ir.Type{listWord}
		ok = ok && known
	}
	f.types = append(f.types, values...)
	return f, ok && len(f.types) <= maxListWords && (!d.TupleKey || f.keys > 1)
}

const outsideNames = "from outside "

func outsideName(d *Desc) string { return fmt.Sprint(outsideNames, d.ID) }

// cameFromOutside says that a list of which nothing is known came from outside, or lies in one that did.
func cameFromOutside(list nval) bool { return strings.HasPrefix(list.name, outsideNames) }

// asksOutside asks once what an object from outside holds. It says whether it can be taken in.
func (n *nester) asksOutside(d *Desc) bool {
	if o, asked := n.outsides[d.ID]; asked {
		return o.known
	}
	o := &outside{}
	n.outsides[d.ID] = o
	if a, err := n.asker.Ask(Question{Ask: "form", ID: d.ID}); err == nil && a.Form != nil {
		o.form, o.known = formOfOutside(a.Form, outsideName(d))
	}
	return o.known
}

// takesIn looks whether what an instruction has been refused for holds objects that have not been taken in: then all
// is interpreted anew with these.
func (n *nester) takesIn() bool {
	for _, v := range n.holding {
		n.again = n.takesInOf(v) || n.again
	}
	return n.again
}

func (n *nester) takesInOf(v nval) bool {
	found := v.kind == nKnown && n.takesInVal(v.val)
	for _, item := range v.items {
		found = n.takesInOf(item) || found
	}
	return found
}

func (n *nester) takesInVal(v Val) bool {
	if v, s := n.look(v); s == nil && v.Kind == Object {
		_, asked := n.outsides[v.Desc.ID]
		return !asked && n.asksOutside(v.Desc)
	}
	return slices.ContainsFunc(v.Items, n.takesInVal)
}

// takenIn is the list that an object from outside is, if it has been taken in.
func (n *nester) takenIn(v Val) (nval, bool) {
	if v.Kind != Object || n.outsides[v.Desc.ID] == nil || !n.outsides[v.Desc.ID].known {
		return nval{}, false
	}
	if list, ok := n.fromOutside.lists[v.Num]; ok {
		return list, true
	}
	name, form := outsideName(v.Desc), n.outsides[v.Desc.ID].form
	if f := n.forms[name]; f.known() {
		form = f
	}
	form = n.settled(form)
	arg := n.argument(nest.Arg{Type: kernel.I64, Object: true, Outside: outsideCodes(form)}, n.inputID(v.Num))
	n.numbers++
	list := nval{kind: nList, id: n.f.Add(0, nest.Inst{Op: nest.Number, Type: kernel.I64, Num: arg}), name: name, form: form, who: n.numbers}
	n.handle[list.id] = true
	n.listCode(form) // exits need the word, and add none
	n.fromOutside.lists[v.Num], n.fromOutside.cameAs[list.id] = list, v
	return list, true
}

// outsideCodes are the forms of a container and of the lists in it: types that are not known are 0.
func outsideCodes(f listForm) []int64 {
	code := formCode(f)
	if !f.known() {
		code = int64(f.kind.fewestWords()) | code&((1<<16-1)&^0xff)
	}
	if f.inner == nil {
		return []int64{code}
	}
	return append([]int64{code}, outsideCodes(f.inner.form)...)
}

// begunList is an iterator over a list of which so many items were given.
func (n *nester) begunList(of, next Val) (nval, *stop) {
	list, ok := n.takenIn(of)
	if !ok {
		n.again = n.takesInVal(of)
		list = nval{kind: nList}
	}
	at, s := n.number(knownVal(next))
	if !ok && !n.again {
		s = unknown(of)
	}
	return nval{kind: nIter, over: overList, items: []nval{at, list}}, s
}

// changing notes that a container changes. It may be from outside, or any other one of its form.
func (n *nester) changing(list nval) {
	if !n.isFresh(list.made) {
		n.fromOutside.changed[n.settled(list.form).String()] = true
	}
}

// moving notes that a deque gets items, or lets some go. Where that may not be its items are all that changes: a loop
// of Python's that goes over it goes on.
func (n *nester) moving(list nval) { n.fromOutside.moved[n.settled(list.form).String()] = true }

// tellChanges notes which arguments may not be as they were where the nest is left.
func (n *nester) tellChanges() {
	for _, list := range n.fromOutside.lists {
		arg := &n.f.Args[n.f.Insts[list.id].Num]
		for f := &list.form; f != nil; f = f.lists() {
			arg.Changes = arg.Changes || n.fromOutside.changed[f.String()]
		}
		if list.form.kind == aDeque && !n.fromOutside.moved[list.form.String()] {
			arg.Outside[0] |= codeFrozen
		}
	}
}

// lists is the form of the lists in a list, or nil.
func (f *listForm) lists() *listForm {
	if f.inner == nil {
		return nil
	}
	return &f.inner.form
}

// classQuestions are functions that look at the class of an object alone.
var classQuestions = map[string]bool{"builtins.isinstance": true, "builtins.type": true, "builtins.callable": true}

// asTheyCame has lists from outside be the objects that they are, where a call asks for their class.
func (n *nester) asTheyCame(values []nval) (came []nval, asks bool) {
	question := func(v nval) bool { return v.kind == nKnown && v.val.Kind == Host && classQuestions[v.val.Desc.Name] }
	if !slices.ContainsFunc(values, question) {
		return values, false
	}
	values = slices.Clone(values)
	for i, v := range values {
		if of, ok := n.fromOutside.cameAs[v.id]; ok && v.kind == nList {
			values[i] = knownVal(of)
		}
	}
	return values, true
}
