package sched

import (
	"errors"
	"fmt"

	"slipstream/sched/kernel"
)

// unary checks tasks with one array source: view, transpose, load, dim.
func (c *checker) unary(t *Task) error {
	if len(t.Src) != 1 || t.Dst == NoValue || c.p.Values[t.Src[0]].Kind != Array {
		return errors.New("needs one array and a result")
	}
	if err := c.read(append(t.indexValues(), t.Src...)...); err != nil {
		return err
	}
	s, d := c.p.Values[t.Src[0]], c.p.Values[t.Dst]
	want := Value{Kind: Array, Type: s.Type, Rank: s.Rank}
	switch t.Kind {
	case TaskView:
		rank, err := c.viewRank(t, s.Rank)
		if err != nil {
			return err
		}
		want.Rank = rank
	case TaskLoad:
		want = Value{Kind: NpScalar, Type: s.Type}
	case TaskDim:
		want = Value{Kind: PyInt, Type: kernel.I64}
	}
	if t.Kind == TaskLoad && s.Rank != 0 || t.Kind == TaskDim && t.Axis >= s.Rank {
		return fmt.Errorf("does not go with %v", s)
	}
	if d != want {
		return fmt.Errorf("makes %v, not %v", want, d)
	}
	if t.Kind == TaskLoad || t.Kind == TaskDim {
		return c.makes(t.Dst, hostMemory)
	}
	return c.makes(t.Dst, c.memory[t.Src[0]])
}

func (c *checker) viewRank(t *Task, rank int) (int, error) {
	for _, v := range t.indexValues() {
		if c.p.Values[v].Kind != PyInt {
			return 0, fmt.Errorf("index v%d is no Python int", v)
		}
	}
	made := 0
	for _, x := range t.Index {
		if x.Kind == IndexInt && x.Start.None {
			return 0, errors.New("an integer index is absent")
		}
		if x.Kind != IndexNewAxis {
			rank--
		}
		if x.Kind != IndexInt {
			made++
		}
	}
	if rank < 0 {
		return 0, errors.New("an index of too many axes")
	}
	return made + rank, nil
}

func (c *checker) kernel(t *Task) error {
	if t.Kernel < 0 || t.Kernel >= len(c.p.Kernels) {
		return fmt.Errorf("kernel %d of %d", t.Kernel, len(c.p.Kernels))
	}
	k := c.p.Kernels[t.Kernel]
	if len(t.Src) != len(k.Params) || len(t.Outs) != len(k.Params) || len(t.Reuse) != len(k.Params) {
		return fmt.Errorf("%d operands for %d parameters", len(t.Src), len(k.Params))
	}
	if (t.Kind == TaskSum) != (k.Reduce != nil) {
		return errors.New("a reduction in a plain task, or the reverse")
	}
	rank, err := c.arguments(t, k)
	if err != nil {
		return err
	}
	for p := range k.Params {
		if t.Outs[p] == NotOut {
			continue
		}
		if err := c.result(t, p, rank); err != nil {
			return err
		}
	}
	if err := c.covers(t, k); err != nil {
		return err
	}
	if err := c.apart(t); err != nil {
		return err
	}
	return c.orders(t, k)
}

func (c *checker) apart(t *Task) error {
	for _, v := range t.Apart {
		if c.p.Values[v].Kind != Array {
			return fmt.Errorf("v%d is no array to lie apart from", v)
		}
	}
	return c.read(t.Apart...)
}

// arguments checks In and Scalar parameters and gives the iteration's rank.
func (c *checker) arguments(t *Task, k *kernel.Kernel) (int, error) {
	rank := 0
	for p, param := range k.Params {
		v := c.p.Values[t.Src[p]]
		if (t.Outs[p] != NotOut) != (param.Kind == kernel.Out) {
			return 0, fmt.Errorf("mode of operand %d does not fit parameter kind", p)
		}
		if param.Kind == kernel.Out {
			continue
		}
		if err := c.read(t.Src[p]); err != nil {
			return 0, err
		}
		if !fits(v, param) {
			return 0, fmt.Errorf("operand %d is %v for %v %v", p, v, param.Kind, param.Type)
		}
		if v.Kind == Array {
			rank = max(rank, v.Rank)
		}
	}
	return rank, nil
}

// fits says that a value may be given for an In or Scalar parameter.
func fits(v Value, p kernel.Param) bool {
	switch v.Kind {
	case Array:
		return v.Type == p.Type && (p.Kind == kernel.In || v.Rank == 0)
	case NpScalar:
		return v.Type == p.Type
	case PyInt:
		return p.Type != kernel.Bool
	case PyFloat:
		return p.Type.IsFloat() || p.Type == kernel.F16 || p.Type.IsComplex()
	case PyComplex:
		return p.Type.IsComplex()
	}
	return v.Kind == PyBool
}

func (c *checker) result(t *Task, p, rank int) error {
	v, mode := c.p.Values[t.Src[p]], t.Outs[p]
	param := c.p.Kernels[t.Kernel].Params[p]
	switch {
	case v.Kind == Object || v.Type != param.Type:
		return fmt.Errorf("result %d is %v for %v", p, v, param.Type)
	case (mode == OutScalar) == (v.Kind == Array):
		return fmt.Errorf("mode of result %d does not fit %v", p, v)
	case mode == OutScalar && t.Kind != TaskSum && rank != 0:
		return errors.New("a scalar result of an array kernel")
	case mode == OutInto && v.Rank < rank || mode != OutInto && mode != OutScalar && v.Rank != rank:
		return fmt.Errorf("result %d has rank %d, not %d", p, v.Rank, rank)
	}
	if err := c.lend(t, p); err != nil {
		return err
	}
	switch mode {
	case OutInto:
		c.stored = c.stored || c.memory[t.Src[p]] == hostMemory
		return c.read(t.Src[p])
	case OutTemp:
		return c.makes(t.Src[p], scratch)
	case OutTile:
		return c.makes(t.Src[p], tile)
	case OutNew:
		return c.makes(t.Src[p], freshArray)
	}
	return c.makes(t.Src[p], hostMemory)
}

// lend: scratch memory is lent to scratch memory, an array to a new one, and it ends there.
func (c *checker) lend(t *Task, p int) error {
	old := t.Reuse[p]
	if old == NoValue {
		return nil
	}
	mode := OutNew
	if c.memory[old] == scratch {
		mode = OutTemp
	}
	if t.Outs[p] != mode || !c.live[old] || c.memory[old] == tile || c.p.Values[old].Kind != Array {
		return fmt.Errorf("v%d is no memory to take", old)
	}
	c.live[old] = false
	return nil
}

// orders: each is made from array parameters and earlier orders.
func (c *checker) orders(t *Task, k *kernel.Kernel) error {
	if len(t.Orders) > MaxOrders || len(t.Orders) > 0 && len(t.OrderOf) != len(k.Params) || len(t.Orders) == 0 && t.OrderOf != nil {
		return fmt.Errorf("%d orders for %d parameters", len(t.Orders), len(k.Params))
	}
	for i, o := range t.Orders {
		known := Sources(1)<<(MaxOrders+i) - Sources(1)<<MaxOrders
		for p, param := range k.Params {
			if param.Kind == kernel.In && c.p.Values[t.Src[p]].Kind == Array {
				known |= 1 << p
			}
		}
		single := o.Of&(o.Of-1) == 0
		if o.Rule >= numOrderRules || o.Of == 0 || o.Of&^known != 0 || o.Temps&^o.Of != 0 || o.Rule == OrderKeep && !single {
			return fmt.Errorf("order %d is of what it cannot be of", i)
		}
		if len(o.Reads) > MaxReads || len(o.Reads) > 0 && (o.Loop < 0 || o.Loop >= len(k.Loops)) {
			return fmt.Errorf("order %d has loop %d", i, o.Loop)
		}
		for _, p := range o.Reads {
			if p < -1 || p >= 0 && o.Of>>p&1 == 0 {
				return fmt.Errorf("order %d reads parameter %d", i, p)
			}
		}
	}
	for p, n := range t.OrderOf {
		if n < -1 || n >= len(t.Orders) || n >= 0 && k.Params[p].Kind != kernel.Out {
			return fmt.Errorf("operand %d has order %d", p, n)
		}
	}
	return nil
}

func (c *checker) covers(t *Task, k *kernel.Kernel) error {
	for _, set := range t.Cover {
		for p := range 64 {
			if set>>p&1 != 0 && (p >= len(k.Params) || k.Params[p].Kind != kernel.In) {
				return fmt.Errorf("cover %b names parameter %d", set, p)
			}
		}
	}
	return nil
}
