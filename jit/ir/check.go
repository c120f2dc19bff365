package ir

import (
	"fmt"
	"slices"
)

// Check says what is wrong with f, or nil: it is the meaning of "valid SSA"
// that every pass keeps.
func (f *Func) Check() error {
	defined := make([]bool, len(f.Values))
	for n := range f.Blocks {
		b := &f.Blocks[n]
		for _, id := range b.Params {
			defined[id] = true
		}
		for _, id := range b.Body {
			if err := f.checkValue(id, defined); err != nil {
				return fmt.Errorf("ir: v%d: %w", id, err)
			}
			defined[id] = true
		}
		if err := checkDefined(b.Term.Args, defined); err != nil {
			return fmt.Errorf("ir: end of b%d: %w", n, err)
		}
	}
	return f.checkMemory()
}

func checkDefined(ids []ID, defined []bool) error {
	for _, id := range ids {
		if id < 0 || int(id) >= len(defined) || !defined[id] {
			return fmt.Errorf("uses v%d before it is defined", id)
		}
	}
	return nil
}

func (f *Func) checkValue(id ID, defined []bool) error {
	v := &f.Values[id]
	if err := checkDefined(append(slices.Clone(v.Args), v.Apart...), defined); err != nil {
		return err
	}
	if v.Mem != None {
		if err := checkDefined([]ID{v.Mem}, defined); err != nil {
			return err
		}
		if f.Values[v.Mem].Type.Kind != Mem {
			return fmt.Errorf("reads in v%d, which is no memory", v.Mem)
		}
	}
	if v.Type.Kind == Array && len(v.Shape) != v.Type.Rank {
		return fmt.Errorf("has %d axis lengths for rank %d", len(v.Shape), v.Type.Rank)
	}
	return f.checkOp(v)
}

func (f *Func) checkOp(v *Value) error {
	switch v.Op {
	case Elem:
		if want := v.KOp.Info().Arity; want >= 0 && want != len(v.Args) {
			return fmt.Errorf("%v takes %d operands, has %d", v.KOp, want, len(v.Args))
		}
		return f.checkOperands(v)
	case Loop:
		if len(v.Sig) != len(v.Args)+1 || v.Sig[len(v.Args)] != v.Type.DType {
			return fmt.Errorf("signature %v does not fit", v.Sig)
		}
		return f.checkOperands(v)
	case View:
		return f.checkView(v)
	case Store, Commit, Errors, Write:
		for _, a := range v.Apart {
			if v.Op != Store || f.Values[a].Type.Kind != Array {
				return fmt.Errorf("%v apart from v%d", v.Op, a)
			}
		}
		if len(v.Args) == 0 || f.Values[v.Args[0]].Type.Kind != Mem {
			return fmt.Errorf("%v without memory", v.Op)
		}
	}
	return nil
}

func (f *Func) checkOperands(v *Value) error {
	for _, a := range v.Args {
		t := f.Values[a].Type
		if !t.Elementwise() || t.Kind == Array && (t.Rank == 0 || t.Rank > v.Type.Rank) {
			return fmt.Errorf("operand v%d of type %v", a, t)
		}
	}
	return nil
}

func (f *Func) checkView(v *Value) error {
	base := f.Values[v.Args[0]].Type
	rank := 0
	used := 0
	for _, x := range v.Index {
		if x.Kind != IndexNewAxis {
			used++
		}
		if x.Kind != IndexInt {
			rank++
		}
	}
	if base.Kind != Array || used != base.Rank || rank != v.Type.Rank {
		return fmt.Errorf("index of %d axes on %v gives rank %d", used, base, rank)
	}
	return nil
}

// checkMemory holds the chain of memory together: each effect takes the
// memory the one before it made.
func (f *Func) checkMemory() error {
	for n := range f.Blocks {
		last := None
		for _, id := range f.Blocks[n].Body {
			v := &f.Values[id]
			if v.Type.Kind != Mem {
				continue
			}
			if v.Op != Memory && v.Args[0] != last {
				return fmt.Errorf("ir: v%d does not follow memory v%d", id, last)
			}
			last = id
		}
	}
	return nil
}
