package keychain

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// readFile returns the content of a file that only its owner, we, can read. It
// does not follow a symbolic link and does not wait for a FIFO.
func readFile(path string, limit int64) ([]byte, error) {
	return readPrivate(path, limit, checkDir)
}

// readPrivate is readFile with another opinion of directories.
func readPrivate(path string, limit int64, checkDir func(dir string) error) ([]byte, error) {
	return readChecked(path, limit, openPrivate, func(path string, info fs.FileInfo) error {
		return errors.Join(checkFile(path, info), checkDir(filepath.Dir(path)))
	})
}

// readOwn returns the content of a file that only we or root can change. It
// follows links, and does not wait for a FIFO.
func readOwn(path string, limit int64) ([]byte, error) {
	return readChecked(path, limit, openOwn, checkOwn)
}

// readChecked reads a file once what was opened has been looked at.
func readChecked(path string, limit int64, open func(path string) (*os.File, error), check func(path string, info fs.FileInfo) error) ([]byte, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := check(path, info); err != nil {
		return nil, err
	}
	return readAll(f, limit)
}

func readAll(f *os.File, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("%s: %w: more than %d bytes", f.Name(), errTooMuch, limit)
	}
	return content, nil
}

// errTooMuch is a file that is larger than anything we write.
var errTooMuch = errors.New("too large")

// checkTarget refuses to replace what readFile would refuse to read. Nothing
// there is fine.
func checkTarget(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkFile(path, info)
}

// writeFile replaces the file, wholly or not at all: also a crash or a full
// disk leaves the old content or the new. Temporary files older than stale
// that earlier writers left behind are removed.
func writeFile(path string, content []byte, stale time.Duration) error {
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		return err
	}
	if err := checkTarget(path); err != nil {
		return err
	}
	sweep(path, stale)
	temp, err := writeTemp(path, content)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		_ = os.Remove(temp)
		return err
	}
	return syncDir(dir)
}

// writeTemp writes content to a new file beside path and onto the disk.
func writeTemp(path string, content []byte) (name string, err error) {
	dir, base := filepath.Split(path)
	f, err := os.CreateTemp(dir, tempPrefix(base)+"*") // 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(content); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// tempPrefix begins with a dot, which no name of ours does.
func tempPrefix(base string) string { return "." + base + ".tmp-" }

// sweep removes temporary files of path that a killed writer left behind.
func sweep(path string, stale time.Duration) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix(base)) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) >= stale {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// removeFile removes the file for good. Nothing there is no error.
func removeFile(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// unsafeFile says what is wrong and, where a command repairs it, which.
func unsafeFile(path, what, command string) error {
	if command == "" {
		return fmt.Errorf("%s: %w: %s", path, ErrUnsafe, what)
	}
	return fmt.Errorf("%s: %w: %s: %s %s", path, ErrUnsafe, what, command, shellQuote(path))
}

// shellQuote makes a path one word for a shell.
func shellQuote(path string) string {
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
