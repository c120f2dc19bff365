// Package codegen makes machine code of kernels: text by jit/emit, objects by
// LLVM or from the cache on disk, loaded into this process. The same kernel
// is compiled once in a process.
package codegen

import (
	"encoding/json"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"

	"slipstream/jit"
	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/llvm"
	"slipstream/jit/objcache"
	"slipstream/jit/objload"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// usualLevel is LLVM's code generation level where none is asked for. No IR passes run.
const usualLevel = 2

// Config is what the host tells about its environment.
type Config struct {
	LLVM        string `json:"llvm"` // path of libllvmlite
	LLVMVersion string `json:"llvm_version"`
	CacheDir    string `json:"cache_dir"` // empty: no cache
	Level       *int   `json:"level"`     // of code generation, 0 to 3; nil: the usual one
}

func (c Config) level() int {
	if c.Level == nil {
		return usualLevel
	}
	return *c.Level
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
	cache    *objcache.Cache
	build    string
	flight   singleflight.Group // by kernel
	mu       sync.Mutex         // of what follows
	compiler *llvm.Compiler
	target   *emit.Target
	loaded   map[string]uintptr
	proofs   proofs
	// codes keeps loaded objects: plans hold their addresses for ever.
	codes []*objload.Code
}

// New makes a generator; LLVM is opened when the first kernel needs it. build
// names this build of the product: objects of others are not used. A folder
// that cannot be trusted means no cache.
func New(config Config, build string) *Generator {
	g := &Generator{config: config, build: build, loaded: map[string]uintptr{}}
	if config.CacheDir != "" {
		g.cache, _ = objcache.Open(config.CacheDir, objcache.DefaultMaxSize)
	}
	return g
}

// Kernel gives the address of compiled k.
func (g *Generator) Kernel(k *kernel.Kernel, asker front.Asker) (uintptr, bool, error) {
	return g.kernel(k, g.cache, asker)
}

// Uncached is the generator for functions that keep nothing on disk.
func (g *Generator) Uncached() jit.Backend { return uncached{g} }

type uncached struct{ *Generator }

func (u uncached) Kernel(k *kernel.Kernel, asker front.Asker) (uintptr, bool, error) {
	return u.kernel(k, nil, asker)
}

// Nest gives the address of a compiled loop nest.
func (g *Generator) Nest(f *nest.Func, asker front.Asker) (uintptr, bool, error) {
	return g.nest(f, g.cache, asker)
}

func (u uncached) Nest(f *nest.Func, asker front.Asker) (uintptr, bool, error) {
	return u.nest(f, nil, asker)
}

func (g *Generator) nest(f *nest.Func, cache *objcache.Cache, asker front.Asker) (uintptr, bool, error) {
	return g.once(f.Text(), func() ([]byte, bool, error) {
		t, err := g.findTarget(asker)
		if err != nil {
			return nil, false, err
		}
		return g.compileText(emit.Nest(f, *t, sched.MaxRank), *t, cache, asker)
	})
}

// made is a compiled kernel, and whether its code was at hand.
type made struct {
	addr   uintptr
	cached bool
}

// kernel compiles k once, however many functions ask for it at a time.
func (g *Generator) kernel(k *kernel.Kernel, cache *objcache.Cache, asker front.Asker) (uintptr, bool, error) {
	return g.once(k.Key(), func() ([]byte, bool, error) { return g.object(k, cache, asker) })
}

// once loads the object of what has a key.
func (g *Generator) once(key string, compile func() ([]byte, bool, error)) (uintptr, bool, error) {
	if addr, ok := g.find(key); ok {
		return addr, true, nil
	}
	result, err, _ := g.flight.Do(key, func() (any, error) {
		object, cached, err := compile()
		if err != nil {
			return made{}, err
		}
		addr, err := g.load(key, object)
		return made{addr, cached}, err
	})
	m := result.(made)
	return m.addr, m.cached, err
}

func (g *Generator) find(key string) (uintptr, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	addr, ok := g.loaded[key]
	return addr, ok
}

func (g *Generator) load(key string, object []byte) (uintptr, error) {
	code, err := objload.Load(object)
	if err != nil {
		return 0, err
	}
	addr, err := code.Symbol(emit.Symbol)
	if err != nil {
		code.Close()
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.codes = append(g.codes, code)
	g.loaded[key] = addr
	return addr, nil
}

// object finds or compiles the object of k.
func (g *Generator) object(k *kernel.Kernel, cache *objcache.Cache, asker front.Asker) ([]byte, bool, error) {
	t, err := g.findTarget(asker)
	if err != nil {
		return nil, false, err
	}
	target := g.withMath(k, *t, asker)
	return g.compileText(emit.Emit(k, target), target, cache, asker)
}

// compileText finds or compiles a module.
func (g *Generator) compileText(text string, t emit.Target, cache *objcache.Cache, asker front.Asker) ([]byte, bool, error) {
	key := objcache.Key{IR: text, LLVM: g.config.LLVMVersion, CPU: t.CPU, Features: t.Features, Level: g.config.level(), Build: g.build}.Hash()
	if object, ok := cache.Get(key); ok {
		return object, true, nil
	}
	g.mu.Lock()
	c, err := g.open(asker)
	g.mu.Unlock()
	if err != nil {
		return nil, false, err
	}
	object, err := c.Compile(text, t, g.config.level())
	if err != nil {
		return nil, false, err
	}
	cache.Put(key, object)
	return object, false, nil
}

// findTarget says which processor this is. LLVM's answer is kept in the cache
// under the kernel's description of the processor, so that a process whose
// kernels are all in the cache never opens LLVM.
func (g *Generator) findTarget(asker front.Asker) (*emit.Target, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.target != nil {
		return g.target, nil
	}
	key := objcache.Key{IR: "target", LLVM: g.config.LLVMVersion, CPU: processor(), Build: g.build}.Hash()
	if text, ok := g.cache.Get(key); ok {
		t := new(emit.Target)
		if json.Unmarshal(text, t) == nil {
			g.target = t
			return t, nil
		}
	}
	c, err := g.open(asker)
	if err != nil {
		return nil, err
	}
	t := c.Host()
	g.target = &t
	if text, err := json.Marshal(t); err == nil {
		g.cache.Put(key, text)
	}
	return g.target, nil
}

// processor is what the operating system says of the first processor, without
// the lines that change from one look to the next.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	first, _, _ := strings.Cut(string(text), "\n\n")
	var kept []string
	for _, line := range strings.Split(first, "\n") {
		name, _, _ := strings.Cut(line, "\t")
		if slices.Contains([]string{"vendor_id", "cpu family", "model", "stepping", "flags"}, strings.TrimSpace(name)) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
