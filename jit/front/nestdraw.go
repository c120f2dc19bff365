package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about numbers that a loop draws from a generator of NumPy's. A draw changes the
// generator, so a statement with one keeps a journal, in which the generator's state is noted: what
// leaves the statement puts it back.

// The classes of generators whose state can be noted, as the host calls them.
const (
	generatorClass = "Generator"
	legacyClass    = "RandomState"
)

func isRandom(v nval) bool {
	return v.kind == nKnown && v.val.Kind == Object && drawMethods[v.val.Desc.Name] != nil
}

// drawMethods are the methods that give a number, by class and name: the type that it has. They make
// arrays where they are given a size.
var drawMethods = map[string]map[string]ir.Type{
	generatorClass: {
		"random": ir.PyFloatType, "standard_normal": ir.PyFloatType, "normal": ir.PyFloatType, "uniform": ir.PyFloatType,
		"standard_exponential": ir.PyFloatType, "exponential": ir.PyFloatType, "gamma": ir.PyFloatType, "beta": ir.PyFloatType,
		"lognormal": ir.PyFloatType, "triangular": ir.PyFloatType, "laplace": ir.PyFloatType, "chisquare": ir.PyFloatType,
		"standard_gamma": ir.PyFloatType, "integers": ir.ScalarOf(kernel.I64),
	},
	// Normal numbers of these come in pairs, of which the second one is kept elsewhere.
	legacyClass: {"random": ir.PyFloatType, "random_sample": ir.PyFloatType, "rand": ir.PyFloatType, "uniform": ir.PyFloatType, "randint": ir.PyIntType},
}

// unitInterval are the methods that give floats of the interval from 0 to 1: the executor asks the
// generator itself for one.
var unitInterval = map[string]bool{"random": true, "random_sample": true, "rand": true}

// maxDrawArguments bounds the parameters of a distribution.
const maxDrawArguments = 3

// drawRows are the functions of module numpy.random that are methods of its generator.
func drawRows() map[string]func(*nester, nestArgs) (nval, *stop) {
	rows := map[string]func(*nester, nestArgs) (nval, *stop){}
	for name := range drawMethods[legacyClass] {
		rows["numpy.random."+name] = func(n *nester, c nestArgs) (nval, *stop) { return n.drawFromModule(name, c) }
	}
	return rows
}

// drawFromModule draws from the generator that module numpy.random has.
func (n *nester) drawFromModule(name string, c nestArgs) (nval, *stop) {
	d, s := n.find(hostObject{path: []string{"numpy", "random", "mtrand", "_rand"}})
	if s != nil {
		return nval{}, s
	}
	from := n.int(int64(-1 - n.hostObject(d.ID)))
	if unitInterval[name] && len(c.pos)+len(c.named) == 0 {
		return n.drawUnit(from)
	}
	v, _, s := n.distributed(legacyClass, name, from, c)
	return v, s
}

// drawUnit draws a float of the interval from 0 to 1.
func (n *nester) drawUnit(from nest.ID) (nval, *stop) {
	x, s := n.noted(from, nest.DrawsFloat)
	return numberOf(ir.PyFloatType, x), s
}

// drawBy calls a method of a generator.
func (n *nester) drawBy(m nval, c nestArgs) (nval, *stop) {
	class := m.items[0].val.Desc.Name
	from := n.objectAddress(m.items[0].val)
	if unitInterval[m.name] && len(c.pos)+len(c.named) == 0 {
		return n.drawUnit(from)
	}
	if v, known, s := n.distributed(class, m.name, from, c); known || s == nil {
		return v, s
	}
	t, ok := drawMethods[class][m.name]
	if !ok || len(c.named) > 0 || len(c.pos) > maxDrawArguments || unitInterval[m.name] {
		return nval{}, refuse(reason.UnknownCall, "such a call of a generator in a loop")
	}
	if _, s := n.noted(from, 0); s != nil {
		return nval{}, s
	}
	return n.drawn(hostObject{path: []string{"numpy", "random", class, m.name}}, m.items[0].val, c.pos, result{kind: nNumber, typ: t})
}

// noted has the journal tell of a generator's state, and draws a float where that is asked for.
func (n *nester) noted(from nest.ID, what int) (nest.ID, *stop) {
	if !n.journal() {
		return nest.None, n.behindStore("numbers that are drawn in a statement")
	}
	if s := n.settle(); s != nil {
		return nest.None, s
	}
	id, s := n.host(nest.Draw, kernel.F64, what, []nest.ID{from})
	n.now.kept = true
	return id, s
}

// drawn calls a method that draws, with numbers.
func (n *nester) drawn(method hostObject, from Val, args []nval, r result) (nval, *stop) {
	callee, s := n.find(method)
	if s != nil {
		return nval{}, s
	}
	c := &callOut{nester: n, arrays: map[int]*narray{}}
	b := bound{pos: []Val{from}}
	for _, a := range args {
		if !a.numeric() {
			return nval{}, refuse(reason.CallArgument, "an argument of a generator's method that is no number in a loop")
		}
		v, s := c.standIn(a)
		if s != nil {
			return nval{}, s
		}
		b.pos = append(b.pos, v)
	}
	if s := c.head(callee, b, true); s != nil {
		return nval{}, s
	}
	return c.performFor(r)
}

// objectAddress is where an object lies that the region gets.
func (n *nester) objectAddress(v Val) nest.ID {
	id := n.inputID(v.Num)
	if known, ok := n.imports[id]; ok {
		return known
	}
	at := n.f.Add(0, nest.Inst{Op: nest.Number, Type: kernel.I64, Num: n.argument(nest.Arg{Type: kernel.I64, Object: true}, id)})
	n.imports[id] = at
	return at
}
