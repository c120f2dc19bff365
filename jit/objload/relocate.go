package objload

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math"
)

// relaSize is the size of an Elf64_Rela.
const relaSize = 24

func (c *Code) relocate(f *elf.File, l *layout, table []elf.Symbol) error {
	for _, s := range f.Sections {
		if s.Type != elf.SHT_RELA && s.Type != elf.SHT_REL {
			continue
		}
		at, ok := l.offset[int(s.Info)]
		if !ok {
			continue // of a section that is not loaded
		}
		if s.Type == elf.SHT_REL {
			return fmt.Errorf("objload: section %s: relocations without addend", s.Name)
		}
		data, err := s.Data()
		if err != nil {
			return fmt.Errorf("objload: section %s: %w", s.Name, err)
		}
		end := at + int(f.Sections[s.Info].Size)
		if err := c.apply(data, at, end, l, table); err != nil {
			return fmt.Errorf("objload: section %s: %w", s.Name, err)
		}
	}
	return nil
}

// apply works through the relocations of the section at [at, end).
func (c *Code) apply(data []byte, at, end int, l *layout, table []elf.Symbol) error {
	for ; len(data) >= relaSize; data = data[relaSize:] {
		offset := binary.LittleEndian.Uint64(data)
		info := binary.LittleEndian.Uint64(data[8:])
		addend := int64(binary.LittleEndian.Uint64(data[16:]))
		target, err := c.resolve(elf.R_SYM64(info), l, table)
		if err != nil {
			return err
		}
		kind := elf.R_X86_64(elf.R_TYPE64(info))
		if offset > uint64(end-at) || int(offset)+width(kind) > end-at {
			return fmt.Errorf("%s at %#x lies outside", kind, offset)
		}
		if err := c.patch(kind, at+int(offset), target+addend); err != nil {
			return err
		}
	}
	return nil
}

// resolve is the address of a symbol of the object itself.
func (c *Code) resolve(symbol uint32, l *layout, table []elf.Symbol) (int64, error) {
	if symbol == 0 || int(symbol) > len(table) {
		return 0, fmt.Errorf("bad symbol number %d", symbol)
	}
	s := table[symbol-1] // the table comes without its null entry
	at, ok := l.offset[int(s.Section)]
	if !ok {
		return 0, fmt.Errorf("symbol %q is not defined here", s.Name)
	}
	return int64(c.base()) + int64(at) + int64(s.Value), nil
}

func width(kind elf.R_X86_64) int {
	if kind == elf.R_X86_64_64 || kind == elf.R_X86_64_PC64 {
		return 8
	}
	return 4
}

// patch writes a relocation at an offset of the memory.
func (c *Code) patch(kind elf.R_X86_64, at int, value int64) error {
	place := c.mem[at:]
	here := int64(c.base()) + int64(at)
	fits := true
	switch kind {
	case elf.R_X86_64_64:
		binary.LittleEndian.PutUint64(place, uint64(value))
	case elf.R_X86_64_PC64:
		binary.LittleEndian.PutUint64(place, uint64(value-here))
	case elf.R_X86_64_PC32, elf.R_X86_64_PLT32:
		fits = put32(place, value-here)
	case elf.R_X86_64_32S:
		fits = put32(place, value)
	default:
		return fmt.Errorf("unknown relocation %s", kind)
	}
	if !fits {
		return fmt.Errorf("%s at %#x does not reach", kind, at)
	}
	return nil
}

func put32(place []byte, v int64) bool {
	binary.LittleEndian.PutUint32(place, uint32(v))
	return v >= math.MinInt32 && v <= math.MaxInt32
}
