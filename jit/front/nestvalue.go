package front

import (
	"fmt"
	"math"
	"strconv"

	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// nkind is the kind of a value of a nest.
type nkind uint8

const (
	nKnown     nkind = iota // what does not change in the loop: val
	nNumber                 // typ, id
	nComplex                // typ, of items: the real and the imaginary part
	nTuple                  // of items
	nRange                  // range(items...): start, stop, step
	nIterable               // enumerate, zip, reversed or one over places, as over tells, of items, that nobody has begun
	nIter                   // an iterator: over tells what its items are
	nArray                  // arr
	nSlice                  // slice(items...)
	nMethod                 // the method called name of items[0]
	nGenerator              // what the function that was made as val makes of an iterator: items[0]
	nList                   // a list of items of a form: id is where its words lie
	nLane                   // a loop's variable and a number, for all rounds that are done side by side: items[0] is the first one
	nDead                   // nobody reads it
)

// nval is a value of a nest.
type nval struct {
	kind  nkind
	val   Val
	typ   ir.Type
	id    nest.ID
	items []nval
	over  iteration
	back  bool    // an iterator over items by their index goes back
	arr   *narray // an array, or what is gone over
	name  string  // of a method; of a list: where it was written down; of an iterator over places: its kind
	form  listForm
	made  int // of a list: the statement that has made it
	who   int // which object a NumPy scalar or a tuple is, once something holds it: as narray.who
}

// iteration is what an iterator goes over, or, of an iterable, would.
type iteration uint8

const (
	overRange   iteration = iota // items: next value, step, how many are left
	overArray                    // of val, or of arr: the next index
	overCount                    // enumerate: the next number, an iterator
	overSeveral                  // zip: iterators
	overTuple                    // the next index, the items
	overList                     // the next index, the list
	overBack                     // reversed: of what an iterable would go back through
	overItems                    // the next index, the tuple or list, the items that are left
	overCalls                    // map or filter: what the generator called name of slipstream._iterators is called with
	overMapped                   // map in a for statement: what it goes over, the function
	overTable                    // the number of the next entry, the dict; name: which of its views
	overPlaces                   // the next indices, then, where it is not over arr, an iterator at its beginning for each: see nestiterators.go
)

func knownVal(v Val) nval { return nval{kind: nKnown, val: v} }

func numberOf(t ir.Type, id nest.ID) nval { return nval{kind: nNumber, typ: t, id: id} }

// ids are the numbers that a value is made of.
func (v nval) ids() []nest.ID {
	if v.kind == nNumber || v.kind == nList {
		return []nest.ID{v.id}
	}
	var all []nest.ID
	if v.arr != nil {
		all = v.arr.ids()
	}
	for _, item := range v.items {
		all = append(all, item.ids()...)
	}
	return all
}

// with is the value made of other numbers.
func (v nval) with(other func(nest.ID) nest.ID) nval {
	if v.kind == nNumber || v.kind == nList {
		v.id = other(v.id)
		return v
	}
	if v.arr != nil {
		v.arr = v.arr.with(other)
	}
	items := make([]nval, len(v.items))
	for i, item := range v.items {
		items[i] = item.with(other)
	}
	if v.items != nil {
		v.items = items
	}
	return v
}

// eachItem is a tuple with what is made of each of its items.
func (v nval) eachItem(of func(nval) (nval, *stop)) (nval, *stop) {
	items := make([]nval, len(v.items))
	for i, item := range v.items {
		var s *stop
		if items[i], s = of(item); s != nil {
			return v, s
		}
	}
	v.items = items
	return v, nil
}

// numeric says that the value is a real number, constant or not.
func (v nval) numeric() bool {
	if v.kind == nKnown {
		c := v.val.Const.T
		return v.val.Kind == Runtime && !v.val.Type.DType.IsComplex() || v.val.Kind == Const && (c == "int" || c == "float" || c == "bool")
	}
	return v.kind == nNumber
}

// signature tells values of other types apart, and other known ones.
func (n *nester) signature(v nval) (string, *stop) {
	text := ""
	switch v.kind {
	case nDead:
		return "-", nil
	case nNumber, nComplex:
		if v.who == inList {
			return v.typ.String() + " in a list", nil
		}
		return v.typ.String(), nil
	case nKnown:
		return n.knownSignature(v.val)
	case nIter:
		switch text = fmt.Sprintf("i%d%v%s", v.over, v.back, v.name); {
		case v.arr != nil:
			text += n.freshness(v.arr.made) + v.arr.signature()
		case v.over == overArray:
			text += fmt.Sprint(".", v.val.Obj)
		}
	case nArray:
		return n.freshness(v.arr.made) + v.arr.signature(), nil
	case nSlice:
		text = "s"
	case nIterable:
		text = fmt.Sprintf("b%d%s", v.over, v.name)
	case nMethod:
		text = v.name
	case nList:
		text = n.freshness(v.made) + v.form.String()
		if !v.form.allKnown() {
			text += v.name // what it will hold
		}
		return text, nil
	case nTuple:
		text = "t" + v.name
		if v.val.Kind != Unbound {
			literal, ok := literalText(v.val)
			if !ok {
				return "", refuse(reason.UnknownValue, "a tuple that is carried from one round to the next")
			}
			text += literal
		}
	case nRange:
		text = "r"
	case nGenerator:
		return "", refuse(reason.Generator, "a generator that is carried from one round to the next")
	}
	for _, item := range v.items {
		s, stop := n.signature(item)
		if stop != nil {
			return "", stop
		}
		text += "(" + s + ")"
	}
	return text, nil
}

// freshness tells apart, inside of a statement, what it has made.
func (n *nester) freshness(made int) string {
	if n.inside && n.isFresh(made) {
		return "fresh "
	}
	return ""
}

func (n *nester) knownSignature(v Val) (string, *stop) {
	switch v.Kind {
	case Unbound:
		return "unbound", nil
	case Null:
		return "null", nil
	case Slot:
		return fmt.Sprintf("slot%d", v.Num), nil
	case ArrayVal:
		return fmt.Sprintf("array%d", v.Obj), nil
	case Host:
		return fmt.Sprintf("host%d", v.Desc.ID), nil
	case Const:
		return "const " + v.Const.T + v.Const.V, nil
	case Object:
		return fmt.Sprintf("object%d", v.Num), nil
	case Made:
		if v.From > 0 { // an object that the region gets
			return fmt.Sprintf("made%d", v.From), nil
		}
		return fmt.Sprintf("function%d", v.Num), nil // each time that one is made there is another number
	}
	return "", refuse(reason.UnknownValue, "a value that is carried from one round to the next")
}

// known is a value of the region as one of the nest.
func (n *nester) known(v Val) (nval, *stop) {
	v, s := n.look(v)
	if s != nil {
		return nval{}, s
	}
	return tupleOf(v), nil
}

// tupleOf takes a tuple of literals apart. One that the region got stays the object that it is.
func tupleOf(v Val) nval {
	items := v.Items
	if v.Kind == Const && v.Const.T == "tuple" {
		for _, c := range v.Const.Items {
			items = append(items, constVal(c))
		}
	} else if v.Kind != Tup {
		return knownVal(v)
	}
	out := nval{kind: nTuple}
	if v.From > 0 || v.Literal != nil {
		out.val = v
	}
	for _, item := range items {
		out.items = append(out.items, tupleOf(item))
	}
	return out
}

// literalText tells apart tuples of literals, and those that the region gets.
func literalText(v Val) (string, bool) {
	if v.From > 0 {
		return fmt.Sprint("from ", v.From), true
	}
	if v.Kind == Const {
		return fmt.Sprint(v.Const), true
	}
	text := ""
	for _, item := range v.Items {
		s, ok := literalText(item)
		if !ok {
			return "", false
		}
		text += s + ","
	}
	return "(" + text + ")", v.Kind == Tup
}

// number makes a real number of a value: constants and those from before the loop enter it.
func (n *nester) number(v nval) (nval, *stop) {
	if v.kind == nNumber {
		return v, nil
	}
	if v.kind != nKnown {
		return v, refuse(reason.UnknownValue, "an operand that is not a number")
	}
	known, s := n.look(v.val)
	switch {
	case s != nil:
		return v, s
	case known.Kind == Runtime && known.Const.T != "" && elementary(known.Type.DType):
		x, s := n.literal(constVal(known.Const))
		return numberOf(known.Type, n.cast(x.id, known.Type.DType)), s
	case known.Kind == Runtime && n.fn.Values[known.ID].Op != ir.Input:
		return v, refuse(reason.UnknownValue, "a number that is computed on the way to a loop")
	case known.Kind == Runtime && elementary(known.Type.DType):
		return numberOf(known.Type, n.imported(known)), nil
	case known.Kind == ArrayVal && n.heap[known.Obj].Type.Rank == 0:
		return v, refuse(reason.UnknownValue, "an array without axes")
	case known.Kind != Const:
		return v, refuse(reason.UnknownValue, "an operand that is not a number")
	}
	return n.literal(known)
}

// elementary says that a nest computes in a type.
func elementary(t kernel.Type) bool { return t.Exact() || t.IsFloat() }

// imported is a number from before the loop, as an argument.
func (n *nester) imported(v Val) nest.ID {
	if id, ok := n.imports[v.ID]; ok {
		return id
	}
	id := n.f.Add(0, nest.Inst{Op: nest.Number, Type: v.Type.DType, Num: n.argument(nest.Arg{Type: v.Type.DType}, v.ID)})
	n.imports[v.ID] = id
	return id
}

func (n *nester) argument(a nest.Arg, id ir.ID) int {
	n.f.Args, n.args = append(n.f.Args, a), append(n.args, id)
	return len(n.args) - 1
}

// array is the number of an array among the arguments.
func (n *nester) array(v Val) (int, *stop) {
	o := n.heap[v.Obj]
	for i, id := range n.args {
		if id == o.ID {
			return i, nil
		}
	}
	if n.fn.Values[o.ID].Op != ir.Input {
		return 0, refuse(reason.UnknownValue, "an array that is computed on the way to a loop")
	}
	if !computable(o.Type.DType) {
		return 0, refuse(reason.DType, fmt.Sprintf("elements of %v in a loop", o.Type.DType))
	}
	return n.argument(nest.Arg{Array: true, Type: o.Type.DType, Rank: o.Type.Rank}, o.ID), nil
}

func (n *nester) literal(v Val) (nval, *stop) {
	o, s := n.eval.literal(v.Const)
	if s != nil {
		return nval{}, s
	}
	bits := n.fn.Values[o.id].Bits
	if o.typ.Kind == ir.PyComplex {
		return nval{}, refuse(reason.PythonNumber, "complex numbers in a loop")
	}
	return numberOf(o.typ, n.constant(o.typ.DType, bits)), nil
}

// constant is a literal of the nest, made once.
func (n *nester) constant(t kernel.Type, bits uint64) nest.ID {
	key := t.String() + strconv.FormatUint(bits, 16)
	if id, ok := n.consts[key]; ok {
		return id
	}
	id := n.f.Add(0, nest.Inst{Op: nest.Const, Type: t, Bits: bits})
	n.consts[key] = id
	return id
}

func (n *nester) int(i int64) nest.ID { return n.constant(kernel.I64, uint64(i)) }

func (n *nester) float(x float64) nest.ID { return n.constant(kernel.F64, math.Float64bits(x)) }

// scalar applies a kernel's operation.
func (n *nester) scalar(op kernel.Op, t kernel.Type, args ...nest.ID) nest.ID {
	return n.add(nest.Inst{Op: nest.Scalar, KOp: op, Type: t, Args: args})
}

// compare gives a truth.
func (n *nester) compare(op kernel.Op, a, b nest.ID) nest.ID { return n.scalar(op, kernel.Bool, a, b) }

// cast converts between types; of what is exact, or reports by the result.
func (n *nester) cast(id nest.ID, to kernel.Type) nest.ID {
	if n.f.Type(id) == to {
		return id
	}
	return n.scalar(kernel.Cast, to, id)
}

// reporting notes a float that NumPy may have to report of, where it is not finite. It
// shows in its operands' stead where they go into it.
func (n *nester) reporting(id nest.ID, shows ...nest.ID) {
	for _, a := range shows {
		n.covered[a] = true
	}
	n.pending = append(n.pending, id)
}
