package front

import (
	"slipstream/jit/ir"
)

// This file is about lists, dicts and functions that a variable holds while something is
// stored. The Commit behind the store hands them over, and between the two nothing may
// be made that can fail: so they are made in front of it. Python gets them only if the
// region is left there; later exits make their own.

// prepared are those, by identity, and what they were made of: arrays that are updated
// since, or cells, are others now.
type prepared struct {
	ids    map[int]ir.ID
	arrays []ir.ID
	stores int
}

// prepare makes what the function's variables hold.
func (e *eval) prepare() {
	if e.dirty || len(e.marks) == 0 {
		return
	}
	e.handed = nil
	for slot, v := range e.outermost() {
		if e.live(e.marks[len(e.marks)-1].pc, slot) {
			e.prepareValue(v)
		}
	}
	if len(e.handed) == 0 {
		return
	}
	p := &prepared{ids: e.handed, stores: e.cellStores}
	for _, o := range e.heap {
		p.arrays = append(p.arrays, o.ID)
	}
	e.prepared, e.handed = p, nil
}

func (e *eval) prepareValue(v Val) {
	for _, item := range v.Items {
		e.prepareValue(item)
	}
	switch v.Kind {
	case List, Dict, Made:
		_, _ = e.idOf(v) // where that cannot be, the region ends behind the store
	}
}

// ready gives what was prepared, if it still is what it was.
func (e *eval) ready(object int) (ir.ID, bool) {
	if e.prepared == nil || e.prepared.stores != e.cellStores {
		return ir.None, false
	}
	for i, id := range e.prepared.arrays {
		if e.heap[i].ID != id {
			return ir.None, false
		}
	}
	id, ok := e.prepared.ids[object]
	return id, ok && id != ir.None
}
