package sched

import (
	"errors"
	"fmt"

	"slipstream/sched/kernel"
)

// Check says what is wrong with the plan, or nil.
func (p *Plan) Check() error {
	if len(p.Tasks) == 0 || p.Tasks[len(p.Tasks)-1].Kind != TaskLeave {
		return errors.New("sched: a plan must end by leaving")
	}
	if err := p.checkNumbers(); err != nil {
		return err
	}
	made := make([]bool, len(p.Values))
	for _, in := range p.Inputs {
		made[in.Value] = true
	}
	for i := range p.Tasks {
		if err := p.checkTask(&p.Tasks[i], made); err != nil {
			return fmt.Errorf("sched: t%d: %w", i, err)
		}
		for _, d := range p.Tasks[i].Deps {
			if d >= i {
				return fmt.Errorf("sched: t%d depends on the later t%d", i, d)
			}
		}
	}
	return nil
}

// checkNumbers wants every value that is named to exist.
func (p *Plan) checkNumbers() error {
	var named []ValueID
	for _, in := range p.Inputs {
		named = append(named, in.Value)
	}
	for _, x := range p.Exits {
		named = append(named, x.Values...)
	}
	for _, t := range p.Tasks {
		named = append(append(append(named, t.Src...), t.Drops...), t.indexValues()...)
		for _, v := range append([]ValueID{t.Dst}, t.Reuse...) {
			if v != NoValue {
				named = append(named, v)
			}
		}
	}
	for _, v := range named {
		if v < 0 || int(v) >= len(p.Values) {
			return fmt.Errorf("sched: v%d is not declared", v)
		}
	}
	return nil
}

// indexValues are the values that bounds of an index are taken from.
func (t *Task) indexValues() []ValueID {
	var vs []ValueID
	for _, x := range t.Index {
		for _, o := range []Operand{x.Start, x.Stop, x.Step} {
			if o.Value != NoValue {
				vs = append(vs, o.Value)
			}
		}
	}
	return vs
}

func (p *Plan) checkTask(t *Task, made []bool) error {
	for i, v := range t.Src {
		out := i < len(t.Outs) && t.Outs[i] != NotOut
		if !made[v] && (!out || t.Outs[i] == OutInto) {
			return fmt.Errorf("uses v%d before it is made", v)
		}
		made[v] = true
	}
	for _, v := range t.indexValues() {
		if !made[v] {
			return fmt.Errorf("index v%d before it is made", v)
		}
	}
	if t.Dst != NoValue {
		made[t.Dst] = true
	}
	switch t.Kind {
	case TaskKernel, TaskSum:
		return p.checkKernel(t)
	case TaskCommit, TaskLeave:
		if t.Exit >= len(p.Exits) {
			return fmt.Errorf("leaves by exit %d of %d", t.Exit, len(p.Exits))
		}
	}
	return nil
}

func (p *Plan) checkKernel(t *Task) error {
	if t.Kernel >= len(p.Kernels) {
		return fmt.Errorf("kernel %d of %d", t.Kernel, len(p.Kernels))
	}
	k := p.Kernels[t.Kernel]
	if len(t.Src) != len(k.Params) || len(t.Outs) != len(k.Params) || len(t.Reuse) != len(k.Params) {
		return fmt.Errorf("%d operands for %d parameters", len(t.Src), len(k.Params))
	}
	for i, param := range k.Params {
		if (t.Outs[i] != NotOut) != (param.Kind == kernel.Out) {
			return fmt.Errorf("mode of operand %d does not fit parameter kind", i)
		}
	}
	return nil
}
