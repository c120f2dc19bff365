package sched

import (
	"errors"
	"fmt"
	"unsafe"

	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// This file is about plans that are a loop nest.

// nestWords is how many words of the answer each kind of value takes; complex numbers take two.
var nestWords = [numMadeKinds]int{MadeNumber: 1, MadeRangeIterator: 3, MadeArrayIterator: 1, MadeEnumerate: 1, MadeView: 1, MadeCopy: 1, MadeList: 2, MadePart: 2, MadeReversed: 1, MadeRange: 3, MadeTableIterator: 4}

// isArray says that the words tell of an array.
func (k MadeKind) isArray() bool { return k == MadeView || k == MadeCopy || k == MadePart }

// wordsOf is how many words make a value: an array's lengths and strides come behind its address.
func (c *checker) wordsOf(m Made) int {
	n := nestWords[m.Kind]
	if m.Kind == MadeNumber && c.p.Values[m.Value].Type.IsComplex() {
		n++
	}
	if m.Kind.isArray() {
		n += 2 * c.p.Values[m.Value].Rank
	}
	return n + c.p.indices(m)
}

// indices is how many words of an iterator over places tell where it is.
func (p *Plan) indices(m Made) int {
	switch {
	case m.Kind < MadeProduct || len(m.Of) == 0:
		return 0
	case m.Kind < MadeFlat:
		return len(m.Of)
	}
	return p.Values[m.Of[0]].Rank
}

// nest: the arguments are those of the function, and each exit hands out what there is.
func (c *checker) nest(t *Task) error {
	f := c.p.Nest
	if f == nil || len(c.p.Tasks) != 1 || len(t.Src) != len(f.Args) || len(t.Ways) != len(f.Exits) {
		return errors.New("a nest of other arguments or exits")
	}
	if err := f.Check(); err != nil {
		return err
	}
	if err := c.read(t.Src...); err != nil {
		return err
	}
	for i, a := range f.Args {
		v := c.p.Values[t.Src[i]]
		if (v.Kind == Array) != a.Array || (v.Kind == Object) != a.Object || !a.Object && v.Type != a.Type || v.Rank != a.Rank {
			return fmt.Errorf("argument %d of a nest is %v", i, v)
		}
	}
	for n := range t.Ways {
		if err := c.way(&t.Ways[n], f); err != nil {
			return fmt.Errorf("exit %d of a nest: %w", n, err)
		}
	}
	return nil
}

func (c *checker) way(w *Way, f *nest.Func) error {
	if w.Left < 0 || w.Left > f.Words || w.Told >= numTold {
		return errors.New("rounds in no word")
	}
	for _, m := range w.Makes {
		if m.Kind >= numMadeKinds || m.Word < 0 || m.Word+c.wordsOf(m) > f.Words {
			return fmt.Errorf("v%d is made of no words", m.Value)
		}
		if !c.fits(m) {
			return fmt.Errorf("v%d is made of the wrong words", m.Value)
		}
		if err := c.read(m.Of...); err != nil {
			return err
		}
		if err := c.makes(m.Value, hostMemory); err != nil {
			return err
		}
	}
	if w.Exit < 0 || w.Exit >= len(c.p.Exits) {
		return fmt.Errorf("leaves by exit %d of %d", w.Exit, len(c.p.Exits))
	}
	if err := c.box(c.p.Exits[w.Exit].Values...); err != nil {
		return err
	}
	for _, m := range w.Makes {
		c.live[m.Value] = false
	}
	return nil
}

// fits says that a value can be made of what it is said to be.
func (c *checker) fits(m Made) bool {
	v := c.p.Values[m.Value]
	of := 0
	for _, x := range m.Of {
		if k := c.p.Values[x].Kind; k == Object || (m.Kind == MadeArrayIterator || m.Kind == MadeReversed || m.Kind.isArray()) && k == Array {
			of++
		}
	}
	wanted := map[MadeKind]int{MadeArrayIterator: 1, MadeReversed: 1, MadeEnumerate: 1, MadeZip: max(1, len(m.Of)), MadeProduct: max(1, len(m.Of)), MadeCombinations: max(1, len(m.Of)), MadeRepeating: max(1, len(m.Of)), MadeView: 1, MadePart: 1}[m.Kind]
	if m.Kind == MadeMap {
		return v.Kind == Object && len(m.Of) > 1 && of == len(m.Of)
	}
	if m.Kind == MadeList && v.Kind == Array {
		return v.Rank > 0
	}
	if m.Kind == MadeTuple || m.Kind == MadeList || m.Kind == MadeTableIterator {
		return v.Kind == Object
	}
	if m.Kind == MadeFlat || m.Kind == MadeIndexed {
		return v.Kind == Object && len(m.Of) == 1 && c.p.Values[m.Of[0]].Kind == Array
	}
	if m.Kind == MadeSet {
		return v.Kind == Object && len(m.Of) == 3
	}
	if m.Kind.isArray() {
		return v.Kind == Array && v.Rank > 0 && of == wanted && len(m.Of) == of
	}
	if m.Kind == MadeNumber {
		return v.Kind != Array && v.Kind != Object && len(m.Of) == 0
	}
	return v.Kind == Object && of == wanted && len(m.Of) == of
}

// Nester is a Device that runs loop nests. kernels are those of the plan, args those of
// the function; the answer has f.Words words.
type Nester interface {
	Nest(f *nest.Func, kernels []*kernel.Kernel, args []Datum) (exit int, answer []uint64, err error)
}

// Iterator stands for one of the host, where there is none to make it.
type Iterator struct {
	Kind  MadeKind
	Words []uint64
	Of    []Datum
}

// nest runs the loop nest; what it makes are the values of its exit.
func (r *run) nest(t *Task) *Failure {
	d, ok := r.Device.(Nester)
	if !ok {
		return failf(CauseDevice, "no loop nests on this device")
	}
	exit, answer, err := d.Nest(r.Plan.Nest, r.Plan.Kernels, r.all(t.Src))
	if err != nil {
		return &Failure{Cause: CauseDevice, Err: err}
	}
	w := &t.Ways[exit]
	for _, m := range w.Makes {
		r.put(m.Value, r.made(m, answer[m.Word:]))
	}
	r.left = w.Exit
	return nil
}

func (r *run) made(m Made, words []uint64) Datum {
	if m.Kind == MadeNumber {
		return numberOfWords(r.Plan.Values[m.Value].Type, words)
	}
	if m.Kind.isArray() {
		v := r.Plan.Values[m.Value]
		return Datum{Memory: viewOfWords(v, words[nestWords[m.Kind]-1:])}
	}
	return Datum{Object: Iterator{m.Kind, words[:nestWords[m.Kind]+r.Plan.indices(m)], r.all(m.Of)}}
}

// numberOfWords is a number of one word, or of one for each part.
func numberOfWords(t kernel.Type, words []uint64) Datum {
	switch t {
	case kernel.C128:
		return Datum{Bits: words[0], High: words[1]}
	case kernel.C64:
		return Datum{Bits: words[0]&0xffffffff | words[1]<<32}
	}
	return Datum{Bits: words[0]}
}

// viewOfWords is the array that an address, lengths and strides tell of.
func viewOfWords(v Value, words []uint64) *Memory {
	m := &Memory{Base: *(*unsafe.Pointer)(unsafe.Pointer(&words[0])), Type: v.Type}
	for axis := range v.Rank {
		m.Dims = append(m.Dims, int(words[1+axis]))
		m.Strides = append(m.Strides, int(words[1+v.Rank+axis]))
	}
	return m
}
