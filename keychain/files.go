package keychain

import (
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// maxFile is the largest file that Files keeps, in bytes: a key set as large as
// the largest reply that is read from the service.
const maxFile = 1 << 20

// staleTemp: without a lock, a younger temporary file may still be written to.
const staleTemp = time.Hour

// Files keeps small files that may be lost at any time, such as key sets, in
// one directory. It is safe for goroutines, and for several processes: who
// saves last wins. It does not encrypt.
type Files struct {
	dir string
	mu  sync.Mutex
}

// NewFiles keeps files in dir, an absolute path, which is made when needed.
func NewFiles(dir string) *Files { return &Files{dir: dir} }

// Load returns the file's content, or an fs.ErrNotExist.
func (f *Files) Load(name string) ([]byte, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, wrap(f.dir, "load", err)
	}
	content, err := readFile(path, maxFile)
	return content, wrap(f.dir, "load", err)
}

// Save replaces the file, wholly or not at all.
func (f *Files) Save(name string, content []byte) error {
	path, err := f.path(name)
	if err != nil {
		return wrap(f.dir, "save", err)
	}
	if len(content) > maxFile {
		return wrap(f.dir, "save", errTooMuch)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return wrap(f.dir, "save", writeFile(path, content, staleTemp))
}

// Delete removes the file. Nothing there is no error.
func (f *Files) Delete(name string) error {
	path, err := f.path(name)
	if err == nil {
		err = removeFile(path)
	}
	return wrap(f.dir, "delete", err)
}

func (f *Files) path(name string) (string, error) {
	if !filepath.IsAbs(f.dir) {
		return "", fmt.Errorf("directory %q is not an absolute path", f.dir)
	}
	base, err := fileName(name)
	if err != nil {
		return "", err
	}
	return filepath.Join(f.dir, base), nil
}

// ReadPrivate reads a secret that its owner, we, put into a file by hand: one
// that nobody else can open, in a directory that nobody else can change.
func ReadPrivate(path string) ([]byte, error) {
	content, err := readFile(path, maxPrivate)
	return content, wrap(path, "read", err)
}

// ReadOwn reads settings: a file of ours or root's, or a link to one, that
// nobody else can change, of 1 MiB at most. Others may read it. A group that has
// our name and nobody else in it counts as us.
func ReadOwn(path string) ([]byte, error) { return readOwn(path, maxFile) }

const maxPrivate = 64 << 10 // bytes: more than any secret
