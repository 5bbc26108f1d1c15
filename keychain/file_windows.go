package keychain

import (
	"io/fs"
	"os"
)

// On Windows a profile directory's access list keeps other users out; there
// are no owner, mode or link counts to look at.

func openPrivate(path string) (*os.File, error) { return os.Open(path) }

func openOwn(path string) (*os.File, error) { return os.Open(path) }

func checkOwn(path string, info fs.FileInfo) error { return checkFile(path, info) }

func checkFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return unsafeFile(path, "is not a regular file", "")
	}
	return nil
}

func checkDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return unsafeFile(dir, "is not a directory", "")
	}
	return nil
}

// CheckPlace leaves it to the access lists of the user's own directories.
func CheckPlace(dir string) error { return checkDir(dir) }

func checkParent(string) error { return nil }

func access(string) error { return nil }

// syncDir does nothing: Windows cannot sync a directory.
func syncDir(string) error { return nil }

const lockFlags = os.O_CREATE | os.O_RDWR
