//go:build unix

package ui

import (
	"os"

	"golang.org/x/sys/unix"
)

// canSuspend reports whether a shell could wake this process again. A shell
// with job control gives each job a process group of its own; in the group of
// the session's leader nobody is left to do it, and the kernel does not even
// stop such a process (POSIX.1-2017 §2.4.3, orphaned process groups).
func canSuspend() bool {
	sid, err := unix.Getsid(0)
	return err == nil && sid != os.Getpid() && sid != unix.Getpgrp()
}
