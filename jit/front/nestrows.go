package front

import (
	"slipstream/jit/reason"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about indices that are lists of a few ints: a[[i, j]] are copies of rows.

// rowsAt are the views of the rows that a list of ints names.
func (n *nester) rowsAt(a *narray, key nval) ([]*narray, *stop) {
	var rows []*narray
	for _, item := range key.items {
		if x, s := n.number(item); s != nil || !x.typ.DType.IsInt() {
			return nil, refuse(reason.FancyIndex, "a list of other values than ints as an index in a loop")
		}
		row, s := n.view(a, item)
		if s != nil {
			return nil, s
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 || len(rows) > maxAlike || a.rank() < 2 || !n.cOrdered(a) {
		return nil, refuse(reason.FancyIndex, "such a list as an index in a loop")
	}
	return rows, nil
}

// cOrdered leaves unless an array's axes are in C's order, as those of what an index array
// takes out of it are then.
func (n *nester) cOrdered(a *narray) bool { return n.inOrder(a) == nil }

// rowsOf copies rows.
func (n *nester) rowsOf(a *narray, key nval) (nval, *stop) {
	rows, s := n.rowsAt(a, key)
	if s != nil {
		return nval{}, s
	}
	out := &narray{typ: a.typ, dims: append([]nest.ID{n.int(int64(len(rows)))}, a.dims[1:]...), addr: nest.None}
	if s := n.room(out); s != nil {
		return nval{}, s
	}
	for i, row := range rows {
		to := n.rowOf(out, i)
		k, s := n.kernelAs(arrayOf(row), a.typ, row.dims)
		if s != nil {
			return nval{}, s
		}
		if _, s := n.host(nest.Sweep, kernel.I64, k.number, append(append(k.words, to.addr), to.strides...)); s != nil {
			return nval{}, s
		}
	}
	return arrayOf(out), nil
}

// rowOf is a part of a nest's own array.
func (n *nester) rowOf(a *narray, i int) *narray {
	addr := n.scalar(kernel.Add, kernel.I64, a.addr, n.scalar(kernel.Mul, kernel.I64, n.int(int64(i)), a.strides[0]))
	n.numbers++
	return &narray{typ: a.typ, own: true, made: a.made, base: a.root(), addr: addr, dims: a.dims[1:], strides: a.strides[1:], who: n.numbers}
}

// storeRows stores rows one after the other.
func (n *nester) storeRows(a *narray, key, v nval) *stop {
	rows, s := n.rowsAt(a, key)
	if s != nil {
		return s
	}
	if v.kind != nArray || !v.arr.computed() || !v.arr.own || v.arr.typ != a.typ || v.arr.rank() != a.rank() || a.rank() < 2 {
		return refuse(reason.FancyIndex, "a store by a list of indices in a loop")
	}
	if s := n.guard(n.compare(kernel.Eq, v.arr.dims[0], n.int(int64(len(rows))))); s != nil {
		return s
	}
	for i, row := range rows {
		if s := n.storeArray(row, arrayOf(n.rowOf(v.arr, i))); s != nil {
			return s
		}
	}
	return nil
}
