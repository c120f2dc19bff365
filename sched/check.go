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

func (p *Plan) checkTask(t *Task, made []bool) error {
	for i, v := range t.Src {
		out := i < len(t.Outs) && t.Outs[i] != NotOut
		if !made[v] && (!out || t.Outs[i] == OutInto) {
			return fmt.Errorf("uses v%d before it is made", v)
		}
		made[v] = true
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
