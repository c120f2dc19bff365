// Package objcache keeps compiled objects on disk. What it returns is run as
// code, so it trusts a folder only if nobody but the user can have written
// there, and an entry only if it is whole. Everything else is a miss: trouble
// with the cache never reaches the user.
package objcache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
)

// Hash names an entry.
type Hash [sha256.Size]byte

// Key is everything that decides what an object contains.
type Key struct {
	IR       string // the module's text
	LLVM     string // the library's version
	CPU      string
	Features string
	Level    int    // of code generation
	Build    string // identity of this build of the product
}

// Hash digests the fields with their lengths, so that none can lean into its
// neighbour.
func (k Key) Hash() Hash {
	h := sha256.New()
	for _, field := range []string{k.Build, k.LLVM, k.CPU, k.Features, fmt.Sprint(k.Level), k.IR} {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(field)))
		h.Write(size[:])
		h.Write([]byte(field))
	}
	return Hash(h.Sum(nil))
}

// Cache is an open folder. A nil Cache is switched off: it misses always.
// It is safe for concurrent use, by several processes too.
type Cache struct {
	dir     *os.File
	maxSize int64
	stats   counters
	busy    atomic.Bool    // old entries are being removed
	removal sync.WaitGroup // of old entries
}

type counters struct {
	hits, misses, stores, troubles, evicted atomic.Int64
	written                                 atomic.Int64 // bytes since the last look at the size
}

// DefaultMaxSize bounds the folder, in bytes.
const DefaultMaxSize = 256 << 20

// Open opens the folder, and makes it and its parents if they are absent, for
// the user alone. An error says why the cache stays off. maxSize 0 is the
// default.
func Open(path string, maxSize int64) (*Cache, error) {
	if os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() {
		return nil, fmt.Errorf("objcache: real and effective user differ")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("objcache: %w", err)
	}
	if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
		return nil, fmt.Errorf("objcache: %w", err)
	}
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("objcache: %s: %w", path, err)
	}
	dir := os.NewFile(uintptr(fd), path)
	if err := trustFolder(fd); err != nil {
		dir.Close()
		return nil, fmt.Errorf("objcache: %s: %w", path, err)
	}
	if maxSize <= 0 {
		maxSize = DefaultMaxSize
	}
	return &Cache{dir: dir, maxSize: maxSize}, nil
}

// Close releases the folder.
func (c *Cache) Close() {
	if c != nil {
		c.removal.Wait()
		c.dir.Close()
	}
}

func trustFolder(fd int) error {
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return err
	}
	switch {
	case st.Mode&syscall.S_IFMT != syscall.S_IFDIR:
		return fmt.Errorf("not a folder")
	case int(st.Uid) != os.Geteuid():
		return fmt.Errorf("belongs to another user")
	case st.Mode&0o022 != 0:
		return fmt.Errorf("others may write to it")
	}
	return nil
}

// An entry is one file: magic, key hash, length, object, checksum over all
// before it. The version is part of the magic.
var magic = []byte("SLPSOBJ1")

const headerSize = 8 + sha256.Size + 8

func encode(key Hash, object []byte) []byte {
	var b bytes.Buffer
	b.Write(magic)
	b.Write(key[:])
	var size [8]byte
	binary.LittleEndian.PutUint64(size[:], uint64(len(object)))
	b.Write(size[:])
	b.Write(object)
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	return b.Bytes()
}

// decode gives the object, or false for anything that encode did not make.
func decode(key Hash, file []byte) ([]byte, bool) {
	if len(file) < headerSize+sha256.Size || !bytes.Equal(file[:8], magic) || !bytes.Equal(file[8:8+sha256.Size], key[:]) {
		return nil, false
	}
	body := file[:len(file)-sha256.Size]
	if binary.LittleEndian.Uint64(file[8+sha256.Size:]) != uint64(len(body)-headerSize) {
		return nil, false
	}
	sum := sha256.Sum256(body)
	if !bytes.Equal(sum[:], file[len(body):]) {
		return nil, false
	}
	return body[headerSize:], true
}
