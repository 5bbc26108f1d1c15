//go:build unix

package keychain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// openPrivate opens for reading. O_NOFOLLOW: a symbolic link is refused, not
// followed. O_NONBLOCK: opening a FIFO without a writer would wait for ever.
func openPrivate(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	// FreeBSD says EMLINK where others say ELOOP, open(2).
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.EMLINK) {
		return nil, unsafeFile(path, "is a symbolic link", "")
	}
	return f, err
}

// checkFile accepts a regular file that only we can open.
func checkFile(path string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSymlink != 0 {
		return unsafeFile(path, "is a symbolic link", "")
	}
	if !info.Mode().IsRegular() {
		return unsafeFile(path, "is not a regular file", "")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return unsafeFile(path, "has no known owner", "")
	case int(stat.Uid) != os.Geteuid():
		return unsafeFile(path, fmt.Sprintf("belongs to user %d, not to %d", stat.Uid, os.Geteuid()), "")
	case stat.Nlink > 1: // none is a file that was replaced since it was opened: wholly the old one
		return unsafeFile(path, fmt.Sprintf("has %d names (hard links)", stat.Nlink), "")
	case info.Mode().Perm()&0o077 != 0:
		return unsafeFile(path, fmt.Sprintf("has mode %04o", info.Mode().Perm()), "chmod 600")
	}
	return nil
}

// checkDir accepts a directory of ours that nobody else can write to. Others
// may list it: the names in it are no secret, the files are 0600.
func checkDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return unsafeFile(dir, "is not a directory", "")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) != os.Geteuid() {
		return unsafeFile(dir, "belongs to another user", "")
	}
	if othersWrite(info.Mode(), stat.Gid) {
		return unsafeFile(dir, fmt.Sprintf("has mode %04o", info.Mode().Perm()), "chmod 700")
	}
	return nil
}

// CheckPlace accepts a directory of ours or root's where nobody else can replace
// a file of ours: not writable by others, or sticky as /tmp is. Any other is
// ErrUnsafe.
func CheckPlace(dir string) error {
	info, err := os.Stat(dir) // who makes a link there owns the directory above
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return unsafeFile(dir, "is not a directory", "")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return unsafeFile(dir, "belongs to another user", "")
	}
	if info.Mode()&fs.ModeSticky == 0 && othersWrite(info.Mode(), stat.Gid) {
		return unsafeFile(dir, fmt.Sprintf("has mode %04o", info.Mode().Perm()), "chmod go-w")
	}
	return nil
}

// checkParent stops root, under sudo with a user's HOME, from making
// directories there that the user can no longer write to.
func checkParent(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
		return unsafeFile(dir, fmt.Sprintf("belongs to user %d, and this runs as root", stat.Uid), "")
	}
	return nil
}

// access also knows of read-only file systems.
func access(dir string) error {
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write to", Path: dir, Err: err}
	}
	return nil
}

// syncDir makes a rename or removal last through a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	// Some file systems cannot sync a directory and need not, fsync(2).
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	return err
}

// lockFlags open a lock file: never through a link, never waiting.
const lockFlags = os.O_CREATE | os.O_RDWR | unix.O_NOFOLLOW | unix.O_NONBLOCK
