package objcache

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// suffix marks the files that are ours; nothing else is ever removed.
const (
	suffix     = ".slo"
	tempPrefix = "new-"
	maxEntry   = 64 << 20
)

func (h Hash) file() string { return hex.EncodeToString(h[:]) + suffix }

// isOurs recognises the names of entries.
func isOurs(name string) bool {
	digits, ok := strings.CutSuffix(name, suffix)
	raw, err := hex.DecodeString(digits)
	return ok && err == nil && len(raw) == len(Hash{}) && digits == strings.ToLower(digits)
}

// isTemp recognises what an interrupted Put leaves behind.
func isTemp(name string) bool {
	return strings.HasPrefix(name, tempPrefix) && strings.HasSuffix(name, suffix)
}

// Get finds the object of a key.
func (c *Cache) Get(key Hash) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	file, err := c.read(key.file())
	if os.IsNotExist(err) {
		c.stats.misses.Add(1)
		return nil, false
	}
	object, ok := decode(key, file)
	if err != nil || !ok {
		c.stats.misses.Add(1)
		c.stats.troubles.Add(1)
		return nil, false
	}
	c.stats.hits.Add(1)
	return object, true
}

// read reads a whole file of the folder if it is one that only we can have
// written. O_NONBLOCK keeps a FIFO from holding us up.
func (c *Cache) read(name string) ([]byte, error) {
	f, err := c.openAt(name, syscall.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var st syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &st); err != nil {
		return nil, err
	}
	if err := trustFile(&st); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, maxEntry))
}

func trustFile(st *syscall.Stat_t) error {
	switch {
	case st.Mode&syscall.S_IFMT != syscall.S_IFREG:
		return fmt.Errorf("not a regular file")
	case int(st.Uid) != os.Geteuid():
		return fmt.Errorf("belongs to another user")
	case st.Nlink != 1:
		return fmt.Errorf("has another name")
	case st.Mode&0o022 != 0:
		return fmt.Errorf("others may write to it")
	}
	return nil
}

// openAt opens relative to the folder that was checked, never by its path.
func (c *Cache) openAt(name string, flags int, mode uint32) (*os.File, error) {
	fd, err := syscall.Openat(int(c.dir.Fd()), name, flags|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, mode)
	if err != nil {
		return nil, &os.PathError{Op: "openat", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// Put keeps an object. Readers see the whole entry or none.
func (c *Cache) Put(key Hash, object []byte) {
	if c == nil {
		return
	}
	entry := encode(key, object)
	if len(entry) > maxEntry {
		return
	}
	if err := c.write(key.file(), entry); err != nil {
		c.stats.troubles.Add(1)
		return
	}
	c.stats.stores.Add(1)
	if c.stats.written.Add(int64(len(entry))) > c.maxSize/8 {
		c.shrinkAside()
	}
}

func (c *Cache) write(name string, data []byte) error {
	temp := tempPrefix + rand.Text() + suffix
	f, err := c.openAt(temp, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	dir := int(c.dir.Fd())
	if err == nil {
		err = renameAt(dir, temp, name)
	}
	if err != nil {
		_ = syscall.Unlinkat(dir, temp) // the first error is the one that counts
	}
	return err
}

// Remove drops an entry whose object turned out to be of no use.
func (c *Cache) Remove(key Hash) {
	if c != nil {
		_ = syscall.Unlinkat(int(c.dir.Fd()), key.file())
	}
}

func renameAt(dir int, from, to string) error { return syscall.Renameat(dir, from, dir, to) }
