// Package libm finds the constants of the C library's exp, log, sin and cos.
//
// On processors without AVX-512, NumPy computes these functions of float64
// by calling the C library for each element. Since version 2.28 the GNU C
// library computes exp and log as Arm's optimized routines do (Szabolcs Nagy,
// 2018), sin and cos after IBM's accurate library: a table and a polynomial,
// without loops in the ordinary range. The same steps on vectors give the
// same bits. The constants are read from the
// library that this process has loaded, so that they are those of the
// function that NumPy calls; whether the bits are the same, package codegen
// checks against NumPy.
package libm

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strings"
)

// entries is the number of table rows, of two words each.
const entries = 128

// Exp are the constants of exp: 2**(k/128) is table row k, as the low part of
// its logarithm and as bits with the exponent to be added.
type Exp struct {
	InvLn2N, NegLn2HiN, NegLn2LoN float64
	Poly                          [4]float64 // of r**2 to r**5
	Table                         [2 * entries]uint64
}

// Log are the constants of log: rows of 1/c and log(c) for c near the middle
// of each 128th of an octave.
type Log struct {
	Ln2Hi, Ln2Lo float64
	Poly         [5]float64  // of r**2 to r**6
	Near         [11]float64 // of r**2 to r**12, for arguments near 1
	Table        [2 * entries]uint64
}

// angles is the number of rows of the table of sines and cosines.
const angles = 110

// SinCos is the table of sin and cos: sin(k/128) and cos(k/128), each as two
// floats whose sum it is.
type SinCos struct {
	Table [4 * angles]uint64
}

// Constants of the functions; nil where the library has others.
type Constants struct {
	Exp    *Exp
	Log    *Log
	SinCos *SinCos
}

// Find reads the constants of the C library in this process.
func Find() (*Constants, error) {
	path, err := loaded()
	if err != nil {
		return nil, err
	}
	file, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	section := file.Section(".rodata")
	if section == nil {
		return nil, errors.New("libm: no constants")
	}
	data, err := section.Data()
	if err != nil {
		return nil, err
	}
	return search(data)
}

// loaded is the path of the mathematical library mapped into this process.
func loaded() (string, error) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return "", err
	}
	for line := range strings.SplitSeq(string(maps), "\n") {
		if i := strings.IndexByte(line, '/'); i >= 0 && strings.Contains(line[i:], "/libm.so.6") {
			return line[i:], nil
		}
	}
	return "", errors.New("libm: the GNU C library is not loaded")
}

// search finds the tables by what their rows are.
func search(data []byte) (*Constants, error) {
	words := make([]uint64, len(data)/8)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, words); err != nil {
		return nil, err
	}
	c := new(Constants)
	c.Exp, c.Log, c.SinCos = first(words, new(Exp)), first(words, new(Log)), first(words, new(SinCos))
	if *c == (Constants{}) {
		return nil, errors.New("libm: no table is where it is known to be")
	}
	return c, nil
}

// reader is a set of constants that knows where it begins.
type reader[T any] interface {
	*T
	read(words []uint64, at int) bool
}

// first fills a set of constants from the first place that has it, nil where
// none does.
func first[T any, R reader[T]](words []uint64, set R) *T {
	for at := range words {
		if set.read(words, at) {
			return set
		}
	}
	return nil
}

// read takes the constants if the table begins at word `at`: 16 words of
// constants stand before it.
func (e *Exp) read(words []uint64, at int) bool {
	const before = 16
	// The first row is 2**0: nearly every other place is told by it alone.
	if at < before || at+2*entries > len(words) || words[at] != 0 || words[at+1] != math.Float64bits(1) {
		return false
	}
	for k := range entries {
		power := words[at+2*k+1] + uint64(k)<<45
		if math.Abs(math.Float64frombits(power)/math.Exp2(float64(k)/entries)-1) > 1e-15 {
			return false
		}
	}
	f := floats(words[at-before : at])
	e.InvLn2N, e.NegLn2HiN, e.NegLn2LoN = f[2], f[3], f[4]
	copy(e.Poly[:], f[5:9])
	copy(e.Table[:], words[at:])
	return near(e.InvLn2N, entries/math.Ln2) && near(e.NegLn2HiN, -math.Ln2/entries) && near(e.Poly[0], 0.5)
}

// read takes the constants if the table begins at word `at`: 18 words of
// constants stand before it.
func (l *Log) read(words []uint64, at int) bool {
	const before = 18
	if at < before || at+2*entries > len(words) {
		return false
	}
	for k := range entries {
		inverse, log := math.Float64frombits(words[at+2*k]), math.Float64frombits(words[at+2*k+1])
		if !(inverse > 0.6 && inverse < 1.6) || math.Abs(log+math.Log(inverse)) > 1e-9 {
			return false
		}
	}
	f := floats(words[at-before : at])
	l.Ln2Hi, l.Ln2Lo = f[0], f[1]
	copy(l.Poly[:], f[2:7])
	copy(l.Near[:], f[7:18])
	copy(l.Table[:], words[at:])
	return near(l.Ln2Hi, math.Ln2) && near(l.Poly[0], -0.5) && near(l.Near[0], -0.5)
}

// read takes the table if it begins at word `at`.
func (s *SinCos) read(words []uint64, at int) bool {
	if at+len(s.Table) > len(words) || words[at] != 0 || words[at+2] != math.Float64bits(1) {
		return false
	}
	f := floats(words[at : at+len(s.Table)])
	for k := range angles {
		sin, cos := math.Sincos(float64(k) / entries)
		if math.Abs(f[4*k]-sin) > 1e-15 || math.Abs(f[4*k+2]-cos) > 1e-15 || math.Abs(f[4*k+1]) > 1e-15 || math.Abs(f[4*k+3]) > 1e-15 {
			return false
		}
	}
	copy(s.Table[:], words[at:])
	return true
}

func floats(words []uint64) []float64 {
	out := make([]float64, len(words))
	for i, w := range words {
		out[i] = math.Float64frombits(w)
	}
	return out
}

func near(x, y float64) bool { return math.Abs(x/y-1) < 1e-6 }
