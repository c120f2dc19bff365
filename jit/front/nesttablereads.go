package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about what is read out of dicts that a nest makes: values of keys, with or without another one for a missing key.

// tableItem reads the value of a key.
func (n *nester) tableItem(of, key nval) *stop {
	at, s := nest.None, wrongArguments()
	switch {
	case of.form.kind == aSet:
	case of.form.kind.hasDefault():
		at, s = n.entryWith(of, key, n.missingOf(of.form.kind))
	case of.form.kind == aCounter:
		v, s := n.valueOr(of, key, knownVal(constVal(intConst("0"))))
		if s == nil && !n.entered {
			n.push(v)
		}
		return s
	case !of.form.known():
		return n.raises()
	default:
		at, s = n.entryThere(of, key)
	}
	if s != nil || n.again {
		return s
	}
	v, s := n.valueAt(of, at)
	if s == nil && !n.entered {
		n.push(v)
	}
	return s
}

// valueAt is the value of an entry. One of several types is on the stack behind the instruction.
func (n *nester) valueAt(of nval, at nest.ID) (nval, *stop) {
	if of.form.alts == nil {
		return n.valueIn(of, at), nil
	}
	return of, n.pushEither(of, n.valuePlace(of, at))
}

func (n *nester) valuePlace(of nval, at nest.ID) nest.ID {
	return n.scalar(kernel.Add, kernel.I64, at, n.int(8*int64(of.form.keys)))
}

// missingOf makes what a defaultdict puts in.
func (n *nester) missingOf(kind containerKind) func() (nval, *stop) {
	return func() (nval, *stop) {
		switch kind {
		case defaultInt:
			return numberOf(ir.PyIntType, n.int(0)), nil
		case defaultFloat:
			return numberOf(ir.PyFloatType, n.float(0)), nil
		}
		return n.newContainer(plainList)
	}
}

// entryThere is the entry of a key that has one, or the nest is left.
func (n *nester) entryThere(of, key nval) (nest.ID, *stop) {
	if s := n.asks(of); s != nil {
		return nest.None, s
	}
	_, at, s := n.lookUp(of, key)
	if s != nil {
		return at, s
	}
	return at, n.guard(n.found(at))
}

// valueOr is the value of a key, or another value.
func (n *nester) valueOr(of, key, other nval) (nval, *stop) {
	if s := n.asks(of); s != nil {
		return of, s
	}
	x, form, s := n.asValue(other)
	if s != nil {
		return x, s
	}
	if !of.form.known() {
		_, s := n.keyOf(key)
		return x, s
	}
	_, number := form.choices()
	_, numbers := of.form.valueForm().choices()
	same := of.form.valueForm().String() == form.String()
	if of.form.inner != nil || !same && !(number && numbers) {
		return x, refuse(reason.UnknownValue, "a dict's value, or one of another form, in a loop")
	}
	_, at, s := n.lookUp(of, key)
	if s != nil {
		return x, s
	}
	there := n.found(at)
	if !same || form.scalars() {
		return x, n.split(there, func() *stop {
			v, s := n.valueAt(of, at)
			if s != nil || of.form.alts != nil {
				return s
			}
			n.push(v)
			return n.jumpTo(n.behind)
		}, func() *stop {
			n.push(x)
			return n.jumpTo(n.behind)
		})
	}
	at = n.scalar(kernel.Select, kernel.I64, there, at, n.entryOfNone(of))
	return n.selected(there, n.valueIn(of, at), x), nil
}

// entryOfNone is an address from which a value can be read, whatever that is: the table's own head.
func (n *nester) entryOfNone(of nval) nest.ID { return of.id }

func (n *nester) tableGet(of nval, args []nval) (nval, *stop) {
	return n.valueOr(of, args[0], args[1])
}

func (n *nester) tableSetDefault(of nval, args []nval) (nval, *stop) {
	at, s := n.entryWith(of, args[0], func() (nval, *stop) { return args[1], nil })
	if s != nil || n.again {
		return of, s
	}
	return n.valueAt(of, at)
}

// tablePop takes a key out, and gives its value.
func (n *nester) tablePop(of nval, args []nval) (nval, *stop) {
	if len(args) == 1 && !of.form.known() {
		return of, n.raises()
	}
	var v nval
	if len(args) == 1 {
		at, s := n.entryThere(of, args[0])
		if s == nil {
			s = mayNotRead(of)
		}
		if s != nil {
			return of, s
		}
		v = n.valueIn(of, at)
	} else {
		var s *stop
		if v, s = n.valueOr(of, args[0], args[1]); s == nil && n.entered && !n.again {
			s = refuse(reason.UnknownValue, "a dict's value, or one of another type, is taken out in a loop")
		}
		if s != nil {
			return v, s
		}
	}
	if n.again || !of.form.known() {
		return v, nil
	}
	k, s := n.keyOf(args[0])
	if s != nil {
		return v, s
	}
	return v, n.takeOut(of, k)
}

func (n *nester) clearTable(of nval, _ []nval) (nval, *stop) {
	if len(n.goneOver(of.form)) > 0 {
		return none(), refuse(reason.Loop, "a dict is emptied while a loop goes over it")
	}
	return none(), n.into(of)(nest.Inst{Op: nest.Host, Type: kernel.I64, Num: nest.TableEmpty, Args: []nest.ID{of.id}, Exit: n.someExit()})
}
