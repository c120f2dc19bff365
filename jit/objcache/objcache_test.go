package objcache

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

func open(t testing.TB, size int64) (*Cache, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache", "objects")
	c, err := Open(dir, size)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, dir
}

func key(n int) Hash { return Key{IR: fmt.Sprint("kernel ", n), LLVM: "22.1.0", CPU: "znver3"}.Hash() }

func TestPutGet(t *testing.T) {
	c, dir := open(t, 0)
	object := []byte("object of kernel 1")
	if _, ok := c.Get(key(1)); ok {
		t.Error("hit in an empty cache")
	}
	c.Put(key(1), object)
	if got, ok := c.Get(key(1)); !ok || !bytes.Equal(got, object) {
		t.Errorf("got %q %t", got, ok)
	}
	if _, ok := c.Get(key(2)); ok {
		t.Error("hit for another key")
	}
	again, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got, ok := again.Get(key(1)); !ok || !bytes.Equal(got, object) {
		t.Errorf("second opening: %q %t", got, ok)
	}
	if want := (Stats{Hits: 1, Misses: 2, Stores: 1}); c.Stats() != want {
		t.Errorf("stats %+v, want %+v", c.Stats(), want)
	}
}

func TestEveryFieldOfTheKeyCounts(t *testing.T) {
	seen := make(map[Hash]int)
	for i, k := range []Key{{}, {IR: "a"}, {LLVM: "a"}, {CPU: "a"}, {Features: "a"}, {Level: 1}, {Build: "a"},
		{CPU: "a", Features: "b"}, {CPU: "ab"}, {Features: "ab"}} {
		if j, ok := seen[k.Hash()]; ok {
			t.Errorf("keys %d and %d are equal", i, j)
		}
		seen[k.Hash()] = i
	}
}

func TestOffIsHarmless(t *testing.T) {
	var c *Cache
	c.Put(key(1), nil)
	c.Remove(key(1))
	c.Close()
	if _, ok := c.Get(key(1)); ok || c.Clear() != 0 || c.Info() != (Info{}) {
		t.Error("an absent cache does something")
	}
}

// Damage of every kind is a miss, never a wrong object.
func TestMutants(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	object := make([]byte, 300)
	for i := range object {
		object[i] = byte(r.Uint32())
	}
	whole := encode(key(1), object)
	for n := range 10000 {
		bad := mutate(r, whole, n)
		if got, ok := decode(key(1), bad); ok && !(bytes.Equal(bad, whole) && bytes.Equal(got, object)) {
			t.Fatalf("mutant %d is a hit", n)
		}
	}
}

func TestDamagedFilesAreReplaced(t *testing.T) {
	c, dir := open(t, 0)
	r := rand.New(rand.NewPCG(3, 4))
	object := []byte("object")
	path := filepath.Join(dir, key(1).file())
	for n := range 20 {
		bad := mutate(r, encode(key(1+n%2), object), 4*n+n%3)
		if n%2 == 1 {
			bad = encode(key(2), object) // the entry of another key under this name
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Get(key(1)); ok {
			t.Fatalf("mutant %d is a hit", n)
		}
		c.Put(key(1), object)
		if _, ok := c.Get(key(1)); !ok {
			t.Fatalf("mutant %d is not replaced", n)
		}
	}
}

func mutate(r *rand.Rand, whole []byte, n int) []byte {
	bad := bytes.Clone(whole)
	switch n % 4 {
	case 0:
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
	case 1:
		bad = bad[:r.IntN(len(bad))]
	case 2:
		bad = append(bad, make([]byte, 1+r.IntN(100))...)
	case 3:
		i, j := r.IntN(len(bad)), r.IntN(len(bad))
		bad[i], bad[j] = bad[j], bad[i]
	}
	return bad
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(key(1), []byte("object")))
	f.Fuzz(func(t *testing.T, file []byte) {
		object, ok := decode(key(1), file)
		if ok && !bytes.Equal(encode(key(1), object), file) {
			t.Error("decodes what encode does not make")
		}
	})
}

// Entries that somebody else could have put there are not read.
func TestUntrustedEntries(t *testing.T) {
	whole := encode(key(1), []byte("planted"))
	for name, plant := range map[string]func(path, other string) error{
		"symlink":   func(path, other string) error { return os.Symlink(other, path) },
		"hard link": func(path, other string) error { return os.Link(other, path) },
		"fifo":      func(path, _ string) error { return syscall.Mkfifo(path, 0o600) },
		"folder":    func(path, _ string) error { return os.Mkdir(path, 0o700) },
		"group-writable": func(path, _ string) error {
			return errors.Join(os.WriteFile(path, whole, 0o600), os.Chmod(path, 0o620))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, dir := open(t, 0)
			other := filepath.Join(t.TempDir(), "other")
			if err := os.WriteFile(other, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := plant(filepath.Join(dir, key(1).file()), other); err != nil {
				t.Skip(err)
			}
			if _, ok := c.Get(key(1)); ok {
				t.Error("is read")
			}
			if c.Stats().Troubles != 1 {
				t.Errorf("stats %+v", c.Stats())
			}
			c.Put(key(1), []byte("mine"))
			if data, _ := os.ReadFile(other); !bytes.Equal(data, whole) {
				t.Error("is written through")
			}
		})
	}
}

func TestUntrustedFolders(t *testing.T) {
	base := t.TempDir()
	good := filepath.Join(base, "good")
	link := filepath.Join(base, "link")
	file := filepath.Join(base, "file")
	loose := filepath.Join(base, "loose")
	err := errors.Join(os.Mkdir(good, 0o700), os.Symlink(good, link), os.WriteFile(file, nil, 0o600),
		os.Mkdir(loose, 0o700), os.Chmod(loose, 0o770))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, file, loose, filepath.Join(file, "child")} {
		if c, err := Open(path, 0); err == nil {
			c.Close()
			t.Errorf("%s is opened", filepath.Base(path))
		}
	}
	if os.Geteuid() == 0 && os.Chown(good, 12345, 12345) == nil {
		if c, err := Open(good, 0); err == nil {
			c.Close()
			t.Error("another user's folder is opened")
		}
	}
}

// A folder that is exchanged after the check is not followed.
func TestSwappedFolder(t *testing.T) {
	c, dir := open(t, 0)
	c.Put(key(1), []byte("mine"))
	evil := encode(key(2), []byte("planted"))
	err := errors.Join(os.Rename(dir, dir+".moved"), os.Mkdir(dir, 0o700),
		os.WriteFile(filepath.Join(dir, key(2).file()), evil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get(key(2)); ok {
		t.Error("the new folder is read")
	}
	if _, ok := c.Get(key(1)); !ok {
		t.Error("the checked folder is lost")
	}
}

func TestWriteTroubleIsCounted(t *testing.T) {
	c, dir := open(t, 0)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	c.Put(key(1), []byte("x")) // ENOENT, like ENOSPC and EACCES, is not the user's
	if s := c.Stats(); s.Troubles != 1 || s.Stores != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestEvictionKeepsOthersFiles(t *testing.T) {
	c, dir := open(t, 40_000)
	mine := filepath.Join(dir, "notes.txt")
	stale := filepath.Join(dir, tempPrefix+"X"+suffix)
	old := time.Now().Add(-2 * tempAge)
	err := errors.Join(os.WriteFile(mine, nil, 0o600), os.WriteFile(stale, nil, 0o600), os.Chtimes(stale, old, old))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		c.Put(key(n), make([]byte, 1000))
		c.removal.Wait() // it runs aside
	}
	info := c.Info()
	if info.Bytes > 46_000 || info.Entries < 20 || info.Stats.Evicted == 0 {
		t.Errorf("info %+v", info)
	}
	if _, ok := c.Get(key(99)); !ok {
		t.Error("the newest entry is gone")
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a dead writer's file stays")
	}
	if n := c.Clear(); n != info.Entries || c.Info().Entries != 0 {
		t.Errorf("cleared %d of %d", n, info.Entries)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error("a file that is not ours is removed")
	}
}

// Several users of one folder at once see whole entries or none.
func TestConcurrentUse(t *testing.T) {
	_, dir := open(t, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c, err := Open(dir, 20_000)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			for n := range 60 {
				want := bytes.Repeat([]byte{byte(n % 20)}, 500)
				c.Put(key(n%20), want)
				if got, ok := c.Get(key(n % 20)); ok && !bytes.Equal(got, want) {
					t.Error("a wrong object")
				}
			}
			if c.Stats().Hits == 0 {
				t.Error("no hits")
			}
		})
	}
	wg.Wait()
}
