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

	"slipstream/jit"
	"slipstream/jit/emit"
	"slipstream/jit/front"
	"slipstream/jit/llvm"
	"slipstream/jit/objcache"
	"slipstream/jit/objload"
	"slipstream/sched/kernel"
)

// optLevel is LLVM's code generation level. No IR passes run.
const optLevel = 2

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
	cache    *objcache.Cache
	build    string
	mu       sync.Mutex
	compiler *llvm.Compiler
	target   *emit.Target
	loaded   map[string]uintptr
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
func (g *Generator) Kernel(k *kernel.Kernel, _ front.Asker) (uintptr, bool, error) {
	return g.kernel(k, g.cache)
}

// Uncached is the generator for functions that keep nothing on disk.
func (g *Generator) Uncached() jit.Backend { return uncached{g} }

type uncached struct{ *Generator }

func (u uncached) Kernel(k *kernel.Kernel, _ front.Asker) (uintptr, bool, error) {
	return u.kernel(k, nil)
}

func (g *Generator) kernel(k *kernel.Kernel, cache *objcache.Cache) (uintptr, bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := k.Key()
	if addr, ok := g.loaded[key]; ok {
		return addr, true, nil
	}
	object, cached, err := g.object(k, cache)
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
func (g *Generator) object(k *kernel.Kernel, cache *objcache.Cache) ([]byte, bool, error) {
	t, err := g.findTarget()
	if err != nil {
		return nil, false, err
	}
	text := emit.Emit(k, *t)
	key := objcache.Key{IR: text, LLVM: g.config.LLVMVersion, CPU: t.CPU, Features: t.Features, Level: optLevel, Build: g.build}.Hash()
	if object, ok := cache.Get(key); ok {
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
	cache.Put(key, object)
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

// findTarget says which processor this is. LLVM's answer is kept in the cache
// under the kernel's description of the processor, so that a process whose
// kernels are all in the cache never opens LLVM.
func (g *Generator) findTarget() (*emit.Target, error) {
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
	c, err := g.open()
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
