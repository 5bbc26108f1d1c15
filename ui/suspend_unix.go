//go:build unix

package ui

import (
	"os"

	"golang.org/x/sys/unix"
)

// canSuspend is false for a session leader: no shell could wake it again.
func canSuspend() bool {
	sid, err := unix.Getsid(0)
	return err == nil && sid != os.Getpid()
}
