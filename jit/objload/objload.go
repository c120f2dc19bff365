// Package objload puts relocatable object files of our own compiler into
// memory. It accepts what kernels consist of, code and constants, and refuses
// the rest: undefined symbols, writable data, unknown relocations.
package objload

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// Code is a loaded object. It stays valid until Close; whoever calls into it
// must keep it open.
type Code struct {
	arena   *arena
	mem     []byte
	symbols map[string]uintptr
	once    sync.Once
}

// maxObject bounds what a kernel can be, against nonsense in section sizes.
const maxObject = 64 << 20

// Load maps the object. Memory is never writable and executable at once.
func Load(object []byte) (*Code, error) {
	f, err := elf.NewFile(bytes.NewReader(object))
	if err != nil {
		return nil, fmt.Errorf("objload: %w", err)
	}
	if f.Type != elf.ET_REL || f.Machine != elf.EM_X86_64 || f.Class != elf.ELFCLASS64 {
		return nil, fmt.Errorf("objload: %s for %s is not a relocatable object of this machine", f.Type, f.Machine)
	}
	l, err := place(f)
	if err != nil {
		return nil, err
	}
	a, mem, err := reserve(l.size)
	if err != nil {
		return nil, err
	}
	c := &Code{arena: a, mem: mem, symbols: make(map[string]uintptr)}
	if err := c.fill(f, l); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Symbol is the address of a function.
func (c *Code) Symbol(name string) (uintptr, error) {
	address, ok := c.symbols[name]
	if !ok {
		return 0, fmt.Errorf("objload: no symbol %s", name)
	}
	return address, nil
}

// Size is the memory in use, in bytes.
func (c *Code) Size() int { return len(c.mem) }

// Close gives the memory back.
func (c *Code) Close() { c.once.Do(c.arena.release) }

// layout says where each section goes: code first, constants behind.
type layout struct {
	offset map[int]int // section number -> offset, for loaded sections
	code   int         // bytes of code
	size   int         // bytes in all
}

func place(f *elf.File) (*layout, error) {
	l := &layout{offset: make(map[int]int)}
	at, err := l.add(f, 0, true)
	if err != nil {
		return nil, err
	}
	l.code = at
	at, err = l.add(f, l.code, false)
	if err != nil {
		return nil, err
	}
	l.size = pageUp(at)
	if l.code == 0 {
		return nil, fmt.Errorf("objload: no code")
	}
	return l, nil
}

func pageUp(n int) int { return (n + os.Getpagesize() - 1) &^ (os.Getpagesize() - 1) }

// add places the sections that are code, or those that are not.
func (l *layout) add(f *elf.File, at int, code bool) (int, error) {
	for i, s := range f.Sections {
		if !isLoaded(s) || (s.Flags&elf.SHF_EXECINSTR != 0) != code {
			continue
		}
		if s.Type != elf.SHT_PROGBITS || s.Flags&(elf.SHF_WRITE|elf.SHF_TLS) != 0 {
			return 0, fmt.Errorf("objload: section %s is not code or constants", s.Name)
		}
		align := int(max(s.Addralign, 1))
		if s.Size > maxObject || align > os.Getpagesize() || align&(align-1) != 0 {
			return 0, fmt.Errorf("objload: section %s is too large", s.Name)
		}
		at = (at + align - 1) &^ (align - 1)
		l.offset[i] = at
		if at += int(s.Size); at > maxObject {
			return 0, fmt.Errorf("objload: object is too large")
		}
	}
	return at, nil
}

// isLoaded: unwinding tables are of no use, kernels do not throw.
func isLoaded(s *elf.Section) bool {
	return s.Flags&elf.SHF_ALLOC != 0 && s.Size > 0 && s.Name != ".eh_frame"
}

func (c *Code) fill(f *elf.File, l *layout) error {
	for i, at := range l.offset {
		data, err := f.Sections[i].Data()
		if err != nil {
			return fmt.Errorf("objload: section %s: %w", f.Sections[i].Name, err)
		}
		copy(c.mem[at:], data)
	}
	table, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("objload: symbols: %w", err)
	}
	if err := c.relocate(f, l, table); err != nil {
		return err
	}
	c.export(l, table)
	if err := syscall.Mprotect(c.mem, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
		return fmt.Errorf("objload: protect: %w", err)
	}
	return nil
}

func (c *Code) base() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(c.mem))) }

func (c *Code) export(l *layout, table []elf.Symbol) {
	for _, s := range table {
		at, ok := l.offset[int(s.Section)]
		if ok && elf.ST_TYPE(s.Info) == elf.STT_FUNC && uint64(at)+s.Value < uint64(l.code) {
			c.symbols[s.Name] = c.base() + uintptr(at) + uintptr(s.Value)
		}
	}
}
