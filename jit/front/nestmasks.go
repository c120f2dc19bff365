package front

import (
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about masks of a whole array in nests: what they choose, and stores there, without a call.

// maskOver is a mask of an array's own shape, in memory as it is counted; nil where NumPy has to look.
func (n *nester) maskOver(a *narray, key nval) (*narray, *stop) {
	if !n.isArray(key) {
		return nil, nil
	}
	k, s := n.arrayIn(key)
	if s != nil || k.typ != kernel.Bool || k.rank() != a.rank() {
		return nil, s
	}
	for axis, d := range k.dims {
		if d == a.dims[axis] {
			continue
		}
		if s := n.guard(n.compare(kernel.Eq, d, a.dims[axis])); s != nil {
			return nil, s
		}
	}
	return n.ownMask(k, a)
}

// ownMask is a mask of the nest's own, apart from the array: a copy unless it is that already.
func (n *nester) ownMask(k, a *narray) (*narray, *stop) {
	if k.computed() && !(k.own && k.base == nil && n.inRow(k) && apartAs(k, a)) {
		k = &narray{typ: k.typ, dims: k.dims, addr: nest.None, op: kernel.Cast, in: []kernel.Type{k.typ}, args: []nval{arrayOf(k)}}
	}
	n.holding = append(n.holding, arrayOf(k), arrayOf(a))
	if k.computed() {
		return k, nil
	}
	return k, n.compute(k)
}

// inRow says that bytes of the nest's own lie one after the other. With one axis they may be the numbers of a list.
func (n *nester) inRow(k *narray) bool { return k.rank() > 1 || n.isOne(k.strides[0]) }

// truesIn is how many elements a mask chooses.
func (n *nester) truesIn(k *narray) (nest.ID, *stop) {
	return n.host(nest.Trues, kernel.I64, 0, []nest.ID{n.sizeOf(k), k.addr, n.int(1)})
}

// maskedWords are the words that begin a request.
func (n *nester) maskedWords(a, mask *narray) []nest.ID {
	words := append([]nest.ID{n.int(int64(a.rank()))}, a.dims...)
	return append(append(append(words, a.addr), a.strides...), mask.addr)
}

// compressed is a copy of what a mask chooses, in C's order.
func (n *nester) compressed(a, mask *narray) (nval, *stop) {
	count, s := n.truesIn(mask)
	if s != nil {
		return nval{}, s
	}
	out := &narray{typ: a.typ, dims: []nest.ID{count}, addr: nest.None}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	_, s = n.host(nest.Compress, kernel.I64, a.typ.Size(), append(n.maskedWords(a, mask), count, out.addr))
	return arrayOf(out), s
}

// expanded stores a number of a real type wherever a mask is true, or an array of the nest's own that has
// an element for each true. It says whether it does.
func (n *nester) expanded(a *narray, key, v nval) (bool, *stop) {
	if v.kind == nComplex || v.kind == nArray && (v.arr.rank() != 1 || !apartAs(v.arr, a) || n.isOne(v.arr.dims[0])) {
		return false, nil
	}
	mask, s := n.maskOver(a, key)
	if s != nil || mask == nil {
		return false, s
	}
	words := n.maskedWords(a, mask)
	if v.kind == nArray {
		count, s := n.truesIn(mask)
		if s == nil {
			s = n.guard(n.compare(kernel.Eq, v.arr.dims[0], count))
		}
		if s != nil {
			return true, s
		}
	}
	return true, n.storeByWords(a, nest.Expand, words, v)
}
