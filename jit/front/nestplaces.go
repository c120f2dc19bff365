package front

import (
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about arrays of places in nests, along one axis, that need no call.

// placesIn are the words that tell of the places that an index names in an array of one axis; none where
// NumPy has to look.
func (n *nester) placesIn(a *narray, key nval) ([]nest.ID, *stop) {
	if a.rank() != 1 || !n.isArray(key) {
		return nil, nil
	}
	k, s := n.arrayIn(key)
	if s != nil || k.rank() != 1 || k.typ != kernel.I64 {
		return nil, s
	}
	if k, s = n.memory(key); s != nil {
		return nil, s
	}
	return []nest.ID{k.dims[0], k.addr, k.strides[0], a.dims[0], a.addr, a.strides[0]}, nil
}

// gathered is a copy of what lies at places.
func (n *nester) gathered(a *narray, words []nest.ID) (nval, *stop) {
	out := &narray{typ: a.typ, dims: words[:1:1], addr: nest.None}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	_, s := n.host(nest.Gather, kernel.I64, a.typ.Size(), append(words, out.addr))
	return arrayOf(out), s
}

// scattered stores a number of a real type, or an array of the nest's own, at places that lie elsewhere. It
// says whether it does.
func (n *nester) scattered(a *narray, key, v nval) (bool, *stop) {
	k, s := n.arrayIn(key)
	if s != nil || v.kind == nComplex || v.kind == nArray && (v.arr.rank() != 1 || !apartAs(v.arr, a)) || k.same(a) {
		return false, s
	}
	words, s := n.placesIn(a, key)
	if s != nil || words == nil {
		return false, s
	}
	if k, s = n.memory(key); s == nil && !apartAs(k, a) {
		s = n.guard(n.outsideOf(k, a))
	}
	if s != nil {
		return true, s
	}
	if v.kind == nArray {
		if s := n.guard(n.compare(kernel.Eq, v.arr.dims[0], words[0])); s != nil {
			return true, s
		}
	}
	return true, n.storeByWords(a, nest.Scatter, words, v)
}

// storeByWords stores a number or the elements of an array of one axis at what words tell the host's function;
// only one that is given places can fail.
func (n *nester) storeByWords(a *narray, host int, words []nest.ID, v nval) *stop {
	if v.kind == nArray {
		words = append(words, n.int(1), v.arr.strides[0], v.arr.addr)
	} else {
		words = append(words, n.int(0), n.int(0), v.id)
	}
	if s := n.settle(); s != nil {
		return s
	}
	if s := n.computeOthers(nval{}); s != nil {
		return s
	}
	store := nest.Inst{Op: nest.Host, Type: kernel.I64, Num: host, Axis: a.typ.Size(), Args: words}
	return n.delay(delayed{in: store, fails: host == nest.Scatter, fresh: n.isFresh(a.made), bare: true})
}

// apartAs says that an array has memory of its own that is not another one's: the nest's, while the other is
// a caller's, or both are whole results.
func apartAs(x, y *narray) bool {
	if x == y || x.who == y.who {
		return false
	}
	if x.own != y.own || !x.computed() {
		return true
	}
	return x.own && x.base == nil && y.base == nil
}

// outsideOf says that no byte of one array lies between the first and the last of another.
func (n *nester) outsideOf(a, b *narray) nest.ID {
	x, y := n.extent(a), n.extent(b)
	return n.scalar(kernel.Or, kernel.Bool, n.compare(kernel.Lt, x[1], y[0]), n.compare(kernel.Lt, y[1], x[0]))
}
