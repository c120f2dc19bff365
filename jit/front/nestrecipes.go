package front

import (
	"fmt"

	"slipstream/bytecode"
	"slipstream/jit/npy"
)

// This file is about recipes in nests: NumPy's functions written in Python are entered as the straight
// lines that stand for them, so that no call is left of them.

// recipe is a straight line that has been entered.
type recipe struct {
	place    string // of the call
	branched bool   // which way it goes is known only at run time
	returns  bool   // on some way
}

// enterRecipe goes over to the straight line that stands for one of NumPy's functions. It says whether
// there is one: not for what cannot be entered, and not where this was found out before.
func (n *nester) enterRecipe(in *bytecode.Inst, d *Desc, args []nval) bool {
	f := npy.FindFunction(d.Name)
	if f.Recipe == "" || n.stmt == nil || n.now.stored {
		return false
	}
	r := &recipe{place: fmt.Sprint(n.stmt.pc, in.PC, d.Name)}
	if n.unfit[r.place] {
		return false
	}
	line, s := n.find(hostObject{path: []string{"slipstream._recipes", "checked", f.Recipe}})
	if s != nil {
		return false
	}
	if s := n.enterCall(in, line, args); s != nil {
		return false
	}
	n.inlined.recipe = r
	n.recipes = append(n.recipes, r)
	return true
}

// noneReturned says that a straight line has been entered that gives nothing on any way: its call is
// done by itself when all is interpreted anew.
func (n *nester) noneReturned() bool {
	before := len(n.unfit)
	for _, r := range n.recipes {
		if !r.returns && !n.again {
			n.unfit[r.place] = true
		}
	}
	return len(n.unfit) > before
}

// unfitRecipe has all interpreted anew with the call itself where a straight line is not for it, or
// does not compute natively. Behind a branch it says in a run that it is not.
func (n *nester) unfitRecipe(in *bytecode.Inst) bool {
	for f := n.inlined; f != nil; f = f.caller {
		if r := f.recipe; r != nil {
			if n.function().raises(in.PC) && r.branched {
				return false
			}
			n.unfit[r.place], n.again = true, true
			return true
		}
	}
	return false
}

// branches notes that which way is gone is known only at run time.
func (n *nester) branches() {
	for f := n.inlined; f != nil; f = f.caller {
		if f.recipe != nil {
			f.recipe.branched = true
		}
	}
}
