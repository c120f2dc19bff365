package objcache

import (
	"cmp"
	"os"
	"slices"
	"syscall"
	"time"
)

// Info describes the cache.
type Info struct {
	Path    string
	Entries int
	Bytes   int64
	MaxSize int64
	Stats   Stats
}

// Stats counts since Open. Troubles are entries that could not be read,
// trusted or written.
type Stats struct {
	Hits, Misses, Stores, Troubles, Evicted int64
}

// Stats reads the counters.
func (c *Cache) Stats() Stats {
	if c == nil {
		return Stats{}
	}
	s := &c.stats
	return Stats{s.hits.Load(), s.misses.Load(), s.stores.Load(), s.troubles.Load(), s.evicted.Load()}
}

// Info looks at the folder.
func (c *Cache) Info() Info {
	if c == nil {
		return Info{}
	}
	c.removal.Wait()
	info := Info{Path: c.dir.Name(), MaxSize: c.maxSize, Stats: c.Stats()}
	for _, e := range c.list() {
		info.Entries++
		info.Bytes += e.size
	}
	return info
}

// Clear removes all entries and says how many.
func (c *Cache) Clear() int {
	if c == nil {
		return 0
	}
	n := 0
	for _, e := range c.list() {
		if syscall.Unlinkat(int(c.dir.Fd()), e.name) == nil {
			n++
		}
	}
	return n
}

type entry struct {
	name string
	size int64
	when time.Time
}

// list names the entries, oldest first. Files that vanish meanwhile, because
// another process clears up too, are left out.
func (c *Cache) list() []entry {
	dir, err := c.openAt(".", syscall.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var all []entry
	for _, name := range names {
		if e, ok := c.look(name); ok {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(a.when.Compare(b.when), cmp.Compare(a.name, b.name))
	})
	return all
}

func (c *Cache) look(name string) (entry, bool) {
	if !isOurs(name) && !isTemp(name) {
		return entry{}, false
	}
	f, err := c.openAt(name, syscall.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return entry{}, false
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return entry{}, false
	}
	return entry{name, st.Size(), st.ModTime()}, true
}

// tempAge is when a temporary file's writer is gone for certain.
const tempAge = time.Hour

// shrinkAside shrinks while the program goes on: ten thousands of files take
// many seconds, and somebody waits for what was stored.
func (c *Cache) shrinkAside() {
	if !c.busy.CompareAndSwap(false, true) {
		return
	}
	c.stats.written.Store(0)
	c.removal.Go(func() {
		defer func() {
			if recover() != nil {
				c.stats.troubles.Add(1)
			}
			c.busy.Store(false)
		}()
		c.shrink()
	})
}

// shrink removes the oldest entries until three quarters of the size are
// left, and temporary files whose writer died.
func (c *Cache) shrink() {
	all := c.list()
	total := int64(0)
	for _, e := range all {
		total += e.size
	}
	full := total > c.maxSize
	for _, e := range all {
		stale := isTemp(e.name) && time.Since(e.when) > tempAge
		if stale || full && !isTemp(e.name) && total > c.maxSize/4*3 {
			c.evict(e)
			total -= e.size
		}
	}
}

func (c *Cache) evict(e entry) {
	err := syscall.Unlinkat(int(c.dir.Fd()), e.name)
	if err == nil {
		c.stats.evicted.Add(1)
	} else if !os.IsNotExist(err) {
		c.stats.troubles.Add(1)
	}
}
