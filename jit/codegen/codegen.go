// Package codegen makes machine code of kernels: text by jit/emit, objects by
// LLVM or from the cache on disk, loaded into this process. The same kernel
// is compiled once in a process.
package codegen

import (
	"encoding/json"
	"fmt"
	"sync"

	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/llvm"
	"slipstream/jit/objload"
	"slipstream/sched/kernel"
)

// optLevel is LLVM's code generation level. No IR passes run.
const optLevel = 2

// Cache keeps objects from one process to the next. A miss is no error.
type Cache interface {
	Get(key string) ([]byte, bool)
	Put(key string, object []byte)
}

// Config is what the host tells about its environment.
type Config struct {
	LLVM        string `json:"llvm"` // path of libllvmlite
	LLVMVersion string `json:"llvm_version"`
	CacheDir    string `json:"cache_dir"` // empty: no cache
}

// ReadConfig parses the host's settings.
func ReadConfig(text json.RawMessage) (Config, error) {
	var c Config
	err := json.Unmarshal(text, &c)
	return c, err
}

// Generator is a jit.Backend.
type Generator struct {
	config   Config
	cache    Cache
	mu       sync.Mutex
	compiler *llvm.Compiler
	target   *emit.Target
	loaded   map[string]uintptr
	// codes keeps loaded objects: plans hold their addresses for ever.
	codes []*objload.Code
}

// New makes a generator; LLVM is opened when the first kernel needs it.
func New(config Config, cache Cache) *Generator {
	return &Generator{config: config, cache: cache, loaded: map[string]uintptr{}}
}

// Kernel gives the address of compiled k.
func (g *Generator) Kernel(k *kernel.Kernel, _ front.Asker) (uintptr, bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := k.Key()
	if addr, ok := g.loaded[key]; ok {
		return addr, true, nil
	}
	object, cached, err := g.object(k)
	if err != nil {
		return 0, false, err
	}
	addr, err := g.load(object)
	if err != nil {
		return 0, false, err
	}
	g.loaded[key] = addr
	return addr, cached, nil
}

func (g *Generator) load(object []byte) (uintptr, error) {
	code, err := objload.Load(object)
	if err != nil {
		return 0, err
	}
	addr, err := code.Symbol(emit.Symbol)
	if err != nil {
		code.Close()
		return 0, err
	}
	g.codes = append(g.codes, code)
	return addr, nil
}

// object finds or compiles the object of k.
func (g *Generator) object(k *kernel.Kernel) ([]byte, bool, error) {
	t, err := g.findTarget()
	if err != nil {
		return nil, false, err
	}
	text := emit.Emit(k, *t)
	key := fmt.Sprintf("%s\x00llvmlite %s\x00level %d", text, g.config.LLVMVersion, optLevel)
	if object, ok := g.cache.Get(key); ok {
		return object, true, nil
	}
	c, err := g.open()
	if err != nil {
		return nil, false, err
	}
	object, err := c.Compile(text, *t, optLevel)
	if err != nil {
		return nil, false, err
	}
	g.cache.Put(key, object)
	return object, false, nil
}

func (g *Generator) open() (*llvm.Compiler, error) {
	if g.compiler != nil {
		return g.compiler, nil
	}
	c, err := llvm.Open(g.config.LLVM)
	g.compiler = c
	return c, err
}

// findTarget asks LLVM which processor this is.
func (g *Generator) findTarget() (*emit.Target, error) {
	if g.target == nil {
		c, err := g.open()
		if err != nil {
			return nil, err
		}
		t := c.Host()
		g.target = &t
	}
	return g.target, nil
}

// NoCache is a Cache that keeps nothing.
type NoCache struct{}

// Get always misses.
func (NoCache) Get(string) ([]byte, bool) { return nil, false }

// Put forgets.
func (NoCache) Put(string, []byte) {}
