package jit

import (
	"fmt"
	"sync"

	"slipstream/jit/front"
)

// memo remembers NumPy's answers about the types of its own ufuncs: they are
// the same for every function of the process. Questions that name a live
// object are asked each time.
type memo struct {
	mu      sync.Mutex
	answers map[string]front.Answer
}

// memoised asks through the memo.
type memoised struct {
	*memo
	front.Asker
}

func (m memoised) Ask(q front.Question) (front.Answer, error) {
	if q.Ask != "ufunc" && q.Ask != "power" && q.Ask != "fold" || q.ID >= 0 {
		return m.Asker.Ask(q)
	}
	key := fmt.Sprint(q.Ask, q.Name, q.In)
	for _, a := range q.Args {
		key += fmt.Sprint(*a.Const)
	}
	m.mu.Lock()
	a, ok := m.answers[key]
	m.mu.Unlock()
	if ok {
		return a, nil
	}
	a, err := m.Asker.Ask(q)
	if err == nil {
		m.mu.Lock()
		m.answers[key] = a
		m.mu.Unlock()
	}
	return a, err
}
