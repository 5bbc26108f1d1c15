package keychain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dirs says where files may lie. Directories below State are made when needed.
type Dirs struct {
	// State is an absolute path, usually $XDG_STATE_HOME/postern. Lock files
	// lie in locks/ and encrypted files in sealed/ below it.
	State string
	// Runtime is $XDG_RUNTIME_DIR, where the session bus may listen. May be
	// empty. Locks never lie there: two sessions of one person may differ in it.
	Runtime string
}

// sub returns the directory name below State, in which nobody else can put
// another in its place.
func (d Dirs) sub(name string) (string, error) {
	if !filepath.IsAbs(d.State) {
		return "", fmt.Errorf("state directory %q is not an absolute path", d.State)
	}
	return filepath.Join(d.State, name), d.Check()
}

// Check reports in an ErrUnsafe that others could replace what is in State. It
// need not be there yet.
func (d Dirs) Check() error {
	err := CheckPlace(d.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// writable reports whether files could be made below each of the directories,
// which need not exist yet. It changes nothing.
func (d Dirs) writable(names ...string) error {
	for _, name := range names {
		dir, err := d.sub(name)
		if err == nil {
			err = mayWrite(dir)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayWrite asks the nearest directory that exists.
func mayWrite(dir string) error {
	at, err := nearest(dir)
	if err != nil {
		return err
	}
	if at == dir {
		if err := checkDir(dir); err != nil {
			return err
		}
	} else if err := checkParent(at); err != nil {
		return err
	}
	return access(at)
}

// nearest returns dir, or the first of its parents that exists.
func nearest(dir string) (string, error) {
	for {
		_, err := os.Lstat(dir)
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", err
		}
		dir = up
	}
}

// makeDir makes dir and its parents, for their owner only, and refuses one
// that others can write to.
func makeDir(dir string) error {
	at, err := nearest(dir)
	if err != nil {
		return err
	}
	if at != dir {
		if err := checkParent(at); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return checkDir(dir)
}

// CheckDir reports whether files may be kept in dir: an fs.ErrNotExist where it
// is not there yet, an ErrUnsafe where others could write to it.
func CheckDir(dir string) error { return checkDir(dir) }

// fileName turns an account or cache name into a file name. Two names never
// share one: whatever is not plainly safe becomes % and two hex digits.
func fileName(name string) (string, error) {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		safe := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '_' || c == '.' && i > 0
		if safe {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	// File systems stop at 255 bytes; ours add up to 40 for a temporary name.
	if b.Len() == 0 || b.Len() > 200 {
		return "", fmt.Errorf("name %.40q is empty or too long", name)
	}
	return b.String(), nil
}
