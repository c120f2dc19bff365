package kernel

import (
	"fmt"
	"slices"
)

// Check says what is wrong with k, or nil. Everything behind it (printer,
// emitter, interpreter) relies on a checked kernel.
func (k *Kernel) Check() error {
	if err := k.checkParams(); err != nil {
		return err
	}
	for id := range k.Body {
		if err := k.checkInst(ID(id)); err != nil {
			return fmt.Errorf("kernel: %%%d: %w", id, err)
		}
	}
	return k.checkResults()
}

func (k *Kernel) checkParams() error {
	for p, param := range k.Params {
		if param.Kind > Scalar || param.Type >= numTypes || param.Row && param.Kind != In {
			return fmt.Errorf("kernel: p%d: unknown kind or type", p)
		}
	}
	for l, loop := range k.Loops {
		if !isName(loop.Ufunc) || len(loop.Sig) < 2 {
			return fmt.Errorf("kernel: l%d: bad loop", l)
		}
		for _, t := range loop.Sig {
			if t >= numTypes {
				return fmt.Errorf("kernel: l%d: unknown type", l)
			}
		}
	}
	return nil
}

func (k *Kernel) checkInst(id ID) error {
	in := &k.Body[id]
	if in.Op >= numOps || in.Type >= numTypes {
		return fmt.Errorf("unknown operation or type")
	}
	row := in.Op.Info()
	if row.Arity != Variadic && len(in.Args) != row.Arity {
		return fmt.Errorf("%s takes %d arguments, has %d", in.Op, row.Arity, len(in.Args))
	}
	for _, a := range in.Args {
		if a < 0 || a >= id {
			return fmt.Errorf("argument %%%d is not an earlier value", a)
		}
	}
	return k.checkTypes(in)
}

func (k *Kernel) checkTypes(in *Inst) error {
	switch in.Op {
	case Load:
		return k.checkLoad(in)
	case Const:
		return checkConst(in)
	case Loop:
		return k.checkLoop(in)
	case Cast:
		return k.checkCast(in)
	case Select:
		return k.checkSelect(in)
	}
	return k.checkUniform(in, in.Args)
}

func (k *Kernel) checkLoad(in *Inst) error {
	if in.Param < 0 || in.Param >= len(k.Params) {
		return fmt.Errorf("no parameter p%d", in.Param)
	}
	param := k.Params[in.Param]
	if param.Kind == Out {
		return fmt.Errorf("p%d is an output", in.Param)
	}
	if param.Type != in.Type {
		return fmt.Errorf("p%d is %s, not %s", in.Param, param.Type, in.Type)
	}
	return nil
}

func checkConst(in *Inst) error {
	if in.Type.Size() > 8 {
		return fmt.Errorf("no constants of %s", in.Type)
	}
	if in.Bits&^typeMask(in.Type) != 0 {
		return fmt.Errorf("constant %#x does not fit %s", in.Bits, in.Type)
	}
	return nil
}

// typeMask has a bit set where an element of t may have one.
func typeMask(t Type) uint64 {
	if t == Bool {
		return 1
	}
	return ^uint64(0) >> (64 - 8*t.Size())
}

func (k *Kernel) checkLoop(in *Inst) error {
	if in.Loop < 0 || in.Loop >= len(k.Loops) {
		return fmt.Errorf("no loop l%d", in.Loop)
	}
	sig := k.Loops[in.Loop].Sig
	if len(in.Args) != len(sig)-1 {
		return fmt.Errorf("l%d takes %d arguments, has %d", in.Loop, len(sig)-1, len(in.Args))
	}
	for i, a := range in.Args {
		if k.Body[a].Type != sig[i] {
			return fmt.Errorf("l%d argument %d is %s, not %s", in.Loop, i, k.Body[a].Type, sig[i])
		}
	}
	if in.Type != sig[len(sig)-1] {
		return fmt.Errorf("l%d gives %s, not %s", in.Loop, sig[len(sig)-1], in.Type)
	}
	return nil
}

func (k *Kernel) checkCast(in *Inst) error {
	if from := k.Body[in.Args[0]].Type; !Castable(from, in.Type) {
		return fmt.Errorf("no cast from %s to %s", from, in.Type)
	}
	return nil
}

func (k *Kernel) checkSelect(in *Inst) error {
	if k.Body[in.Args[0]].Type != Bool {
		return fmt.Errorf("select needs a b1 condition")
	}
	return k.checkUniform(in, in.Args[1:])
}

// checkUniform wants arguments of one accepted type and a result that follows.
func (k *Kernel) checkUniform(in *Inst, args []ID) error {
	row := in.Op.Info()
	t := k.Body[args[0]].Type
	if !slices.Contains(row.Accepts, t.Info().Class) {
		return fmt.Errorf("%s does not take %s", in.Op, t)
	}
	for _, a := range args {
		if k.Body[a].Type != t {
			return fmt.Errorf("%s mixes %s and %s", in.Op, t, k.Body[a].Type)
		}
	}
	if row.ToBool {
		t = Bool
	}
	if in.Type != t {
		return fmt.Errorf("%s gives %s, not %s", in.Op, t, in.Type)
	}
	return nil
}

func (k *Kernel) checkResults() error {
	if (k.Reduce == nil) == (len(k.Stores) == 0) {
		return fmt.Errorf("kernel: needs stores or one reduction, not both")
	}
	stored := make(map[int]bool)
	for _, s := range k.Stores {
		if err := k.checkStore(s.Param, s.Value); err != nil {
			return err
		}
		if stored[s.Param] {
			return fmt.Errorf("kernel: p%d is stored twice", s.Param)
		}
		stored[s.Param] = true
	}
	if k.Reduce == nil {
		return nil
	}
	if k.Reduce.Value >= 0 && int(k.Reduce.Value) < len(k.Body) && k.Body[k.Reduce.Value].Type.IsComplex() {
		return fmt.Errorf("kernel: sum of complex numbers")
	}
	if k.Reduce.Value >= 0 && int(k.Reduce.Value) < len(k.Body) && k.Body[k.Reduce.Value].Type == Bool {
		return fmt.Errorf("kernel: sum of b1")
	}
	return k.checkStore(k.Reduce.Param, k.Reduce.Value)
}

func (k *Kernel) checkStore(p int, v ID) error {
	if p < 0 || p >= len(k.Params) || k.Params[p].Kind != Out {
		return fmt.Errorf("kernel: p%d is not an output", p)
	}
	if v < 0 || int(v) >= len(k.Body) {
		return fmt.Errorf("kernel: store of unknown value %%%d", v)
	}
	if k.Body[v].Type != k.Params[p].Type {
		return fmt.Errorf("kernel: p%d is %s, %%%d is %s", p, k.Params[p].Type, v, k.Body[v].Type)
	}
	return nil
}

// isName says whether s can stand as a word in a kernel's text.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
