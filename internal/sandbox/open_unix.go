//go:build unix

package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// stateFlags follow no link, and wait for no FIFO.
const stateFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// openState is os.OpenFile for a file of the state.
func openState(path string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag|stateFlags, mode)
	if err != nil {
		return nil, noLink(path, err)
	}
	info, err := f.Stat()
	if err == nil {
		err = checkState(path, info)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// noLink says plainly what opening a link answers: ELOOP, on FreeBSD EMLINK.
func noLink(path string, err error) error {
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK) {
		return fmt.Errorf("%s is a symbolic link", path)
	}
	return err
}

// checkState accepts a regular file of ours that others cannot change.
func checkState(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", path)
	case !ok || int(stat.Uid) != os.Geteuid():
		return fmt.Errorf("%s belongs to another user", path)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%s has mode %04o, and others could change it: chmod go-w", path, info.Mode().Perm())
	}
	return nil
}
