package front

import (
	"slipstream/jit/ir"
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about numbers of distributions, and arrays of them, that a loop draws by NumPy's own
// functions (pyext/native/nestdistributions.c). What a method would raise for is left to it.

// distribution is what a method draws: a row of the host's, and what its parameters are.
type distribution struct {
	row      int
	names    []string
	defaults []float64
	words    func(n *nester, x []nest.ID) ([]nest.ID, *stop) // the row's parameters, of the method's
}

// distributions are the methods, by their names. size comes behind the parameters.
var distributions = map[string]distribution{
	"standard_normal":      {row: 0},
	"standard_exponential": {row: 1},
	"exponential":          {row: 2, names: []string{"scale"}, defaults: []float64{1}, words: positive(0)},
	"standard_gamma":       {row: 3, names: []string{"shape"}, words: positive(0)},
	"chisquare":            {row: 4, names: []string{"df"}, words: positive(0)},
	"normal":               {row: 5, names: []string{"loc", "scale"}, defaults: []float64{0, 1}, words: positive(1)},
	"uniform":              {row: 6, names: []string{"low", "high"}, defaults: []float64{0, 1}, words: (*nester).intervalWords},
	"gamma":                {row: 7, names: []string{"shape", "scale"}, defaults: []float64{1}, words: positive(0, 1)},
	"beta":                 {row: 8, names: []string{"a", "b"}, words: positive(0, 1)},
	"lognormal":            {row: 9, names: []string{"mean", "sigma"}, defaults: []float64{0, 1}, words: positive(1)},
	"laplace":              {row: 10, names: []string{"loc", "scale"}, defaults: []float64{0, 1}, words: positive(1)},
	"random":               {row: 13},
	"random_sample":        {row: 13},
}

// intMethods are the methods that draw ints, which have an upper bound alone, or two.
var intMethods = map[string]int{"integers": 11, "randint": 12}

// positive leaves unless parameters are more than zero, which all of these may be.
func positive(which ...int) func(*nester, []nest.ID) ([]nest.ID, *stop) {
	return func(n *nester, x []nest.ID) ([]nest.ID, *stop) {
		for _, i := range which {
			if s := n.guard(n.compare(kernel.Gt, x[i], n.float(0))); s != nil {
				return x, s
			}
		}
		return x, nil
	}
}

// intervalWords are where an interval begins and how long it is, which is no less than zero and finite.
func (n *nester) intervalWords(x []nest.ID) ([]nest.ID, *stop) {
	long := n.scalar(kernel.Sub, kernel.F64, x[1], x[0])
	if s := n.guard(n.compare(kernel.Ge, long, n.float(0))); s != nil {
		return x, s
	}
	over := n.scalar(kernel.Sub, kernel.F64, long, long)
	return []nest.ID{x[0], long}, n.guard(n.compare(kernel.Eq, over, n.float(0)))
}

// distributed draws by a method of a class, if that is known with such arguments.
func (n *nester) distributed(class, name string, from nest.ID, c nestArgs) (nval, bool, *stop) {
	unknown := refuse(reason.UnknownCall, "such a call of a generator in a loop")
	t, ok := drawMethods[class][name]
	row, ints := intMethods[name]
	d, floats := distributions[name]
	checked := name
	if name == "random_sample" {
		checked = "random"
	}
	if !ok || !ints && !floats {
		return nval{}, false, unknown
	}
	if _, s := n.find(hostObject{path: []string{"slipstream._draws", "checked", checked}}); s != nil {
		return nval{}, false, s
	}
	if ints {
		words, size, s := n.boundsOfInts(c)
		if s != nil {
			return nval{}, false, s
		}
		v, s := n.drawRow(row, t, from, words, size)
		return v, true, s
	}
	words, size, s := n.parametersOf(d, c)
	if s != nil {
		return nval{}, false, s
	}
	v, s := n.drawRow(d.row, t, from, words, size)
	return v, true, s
}

// parametersOf are the parameters of a distribution of floats as words, and the size.
func (n *nester) parametersOf(d distribution, c nestArgs) ([]nest.ID, nval, *stop) {
	args, s := c.bound(append(append([]string{}, d.names...), "size")...)
	if s != nil {
		return nil, absent, s
	}
	var x []nest.ID
	required := len(d.names) - len(d.defaults)
	for i := range d.names {
		switch {
		case args[i].given() && args[i].numeric():
			v, s := n.number(args[i])
			if s != nil {
				return nil, absent, s
			}
			x = append(x, n.cast(v.id, kernel.F64))
		case !args[i].given() && i >= required:
			x = append(x, n.float(d.defaults[i-required]))
		default:
			return nil, absent, wrongArguments()
		}
	}
	size := args[len(d.names)]
	if d.words != nil {
		x, s = d.words(n, x)
	}
	return x, size, s
}

// boundsOfInts are the least int and how many come behind it, of one bound or two, and the size.
func (n *nester) boundsOfInts(c nestArgs) ([]nest.ID, nval, *stop) {
	args, s := c.bound("low", "high", "size")
	if s != nil || !args[0].given() {
		return nil, absent, wrongArguments()
	}
	low, high := knownVal(constVal(intConst("0"))), args[0]
	if args[1].given() && !args[1].isNone() {
		low, high = args[0], args[1]
	}
	var ids [2]nest.ID
	for i, v := range []nval{low, high} {
		x, s := n.number(v)
		if s != nil || !x.typ.DType.IsInt() || x.typ.DType == kernel.U64 {
			return nil, absent, wrongArguments()
		}
		ids[i] = n.cast(x.id, kernel.I64)
	}
	if s := n.guard(n.inHalf(ids[0], ids[1])); s != nil {
		return nil, absent, s
	}
	if s := n.guard(n.compare(kernel.Lt, ids[0], ids[1])); s != nil {
		return nil, absent, s
	}
	last := n.scalar(kernel.Sub, kernel.I64, ids[1], n.int(1))
	return []nest.ID{ids[0], n.scalar(kernel.Sub, kernel.I64, last, ids[0])}, args[2], nil
}

// drawRow draws one number, or an array of a size.
func (n *nester) drawRow(row int, t ir.Type, from nest.ID, words []nest.ID, size nval) (nval, *stop) {
	for len(words) < 2 {
		words = append(words, n.int(0))
	}
	words = append([]nest.ID{from}, words...)
	if size.given() && !size.isNone() {
		return n.drawArray(row, t, words, size)
	}
	if _, s := n.noted(from, 0); s != nil {
		return nval{}, s
	}
	id, s := n.host(nest.Distribution, t.DType, row, words)
	return numberOf(t, id), s
}

// drawArray draws an array.
func (n *nester) drawArray(row int, t ir.Type, words []nest.ID, size nval) (nval, *stop) {
	if size.kind != nTuple && !size.numeric() {
		return nval{}, wrongArguments()
	}
	out := &narray{typ: t.DType, addr: nest.None}
	items := size.items
	if size.kind != nTuple {
		items = []nval{size}
	}
	for _, item := range items {
		d, s := n.place(item)
		if s == nil {
			s = n.guard(n.compare(kernel.Ge, d, n.int(0)))
		}
		if s != nil {
			return nval{}, s
		}
		out.dims = append(out.dims, d)
	}
	if len(items) == 0 || fewAxes(len(items)) != nil {
		return nval{}, wrongArguments()
	}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	n.holding = append(n.holding, arrayOf(out))
	if _, s := n.noted(words[0], 0); s != nil {
		return nval{}, s
	}
	_, s := n.host(nest.Distributions, kernel.I64, row, append(words, out.addr, n.sizeOf(out)))
	return arrayOf(out), s
}
