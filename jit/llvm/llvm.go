// Package llvm turns LLVM IR text into object files with the library that
// the llvmlite package carries. It is called directly, without Python.
package llvm

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"slipstream/jit/emit"
)

// Compiler is an opened library. It is safe for concurrent use: every
// compilation has a context of its own.
type Compiler struct {
	api     api
	version [3]int
	host    emit.Target
	mu      sync.Mutex // of what follows
	idle    []machine
}

// maxIdle bounds the machines kept for the next modules: one for each processor that
// compiles at a time, and for another level.
const maxIdle = 8

// Versions of LLVM whose interface is known.
const (
	minMajor = 20
	maxMajor = 22
)

// initLock: the registration of targets, which holds for the process, is not
// safe for concurrent use.
var initLock sync.Mutex

// Open loads the library file. An error means that it cannot be used: it is
// absent, of an unknown version, or lacks a function.
func Open(path string) (*Compiler, error) {
	library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("llvm: %w", err)
	}
	c := new(Compiler)
	if err := c.api.bind(library); err != nil {
		return nil, err
	}
	v := c.api.version()
	c.version = [3]int{int(v >> 16 & 0xff), int(v >> 8 & 0xff), int(v & 0xff)}
	if c.version[0] < minMajor || c.version[0] > maxMajor {
		return nil, fmt.Errorf("llvm: version %s is unknown", c.Version())
	}
	c.initialise()
	return c, nil
}

func (c *Compiler) initialise() {
	initLock.Lock()
	defer initLock.Unlock()
	c.api.initTargetInfos()
	c.api.initTargets()
	c.api.initTargetMCs()
	c.api.initAsmPrinters()
	c.host = emit.Target{
		Triple:   c.text(c.api.hostTriple),
		CPU:      c.text(c.api.hostCPU),
		Features: c.hostFeatures(),
	}
}

// hostFeatures is sorted: the library's order differs from run to run.
func (c *Compiler) hostFeatures() string {
	list := strings.Split(c.text(func(out **byte) { c.api.hostFeatures(out) }), ",")
	slices.Sort(list)
	return strings.Join(list, ",")
}

// Version is LLVM's, as "22.1.0".
func (c *Compiler) Version() string {
	return fmt.Sprintf("%d.%d.%d", c.version[0], c.version[1], c.version[2])
}

// Host describes the CPU at hand.
func (c *Compiler) Host() emit.Target { return c.host }

// text collects a string that the library hands out.
func (c *Compiler) text(get func(out **byte)) string {
	var s *byte
	get(&s)
	return c.take(s)
}

// take copies a C string of the library and frees it.
func (c *Compiler) take(s *byte) string {
	if s == nil {
		return ""
	}
	defer c.api.disposeString(s)
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(s), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(s, n))
}

// cString is s with an end mark.
func cString(s string) *byte { return unsafe.SliceData(append([]byte(s), 0)) }
