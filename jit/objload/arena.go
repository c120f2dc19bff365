package objload

import (
	"fmt"
	"sync"
	"syscall"
)

// Objects share mappings: a process may have 65,530 by Linux' default, and a
// mapping for each kernel would use them up in a long session. Neighbours
// with equal rights count as one.

// arenaSize is the memory that is reserved at a time. What is not written
// takes no room.
const arenaSize = 1 << 20

// arena is a mapping that objects are put into one behind the other.
type arena struct {
	mem  []byte
	used int
	live int // objects in it
}

var arenas struct {
	sync.Mutex
	open *arena // the one with room
}

// reserve gives n bytes of whole pages that can be written.
func reserve(n int) (*arena, []byte, error) {
	arenas.Lock()
	defer arenas.Unlock()
	a := arenas.open
	if a == nil || len(a.mem)-a.used < n {
		mem, err := syscall.Mmap(-1, 0, max(n, arenaSize), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
		if err != nil {
			return nil, nil, fmt.Errorf("objload: map: %w", err)
		}
		retire(a)
		a = &arena{mem: mem}
		arenas.open = a
	}
	mem := a.mem[a.used : a.used+n : a.used+n]
	a.used += n
	a.live++
	return a, mem, nil
}

// release ends the use of one object's memory.
func (a *arena) release() {
	arenas.Lock()
	defer arenas.Unlock()
	a.live--
	if a != arenas.open {
		retire(a)
	}
}

// retire unmaps an arena that gets no more objects when it has none.
func retire(a *arena) {
	if a != nil && a.live == 0 {
		// Nothing can be done about a failure, and nothing depends on it.
		_ = syscall.Munmap(a.mem)
	}
}
