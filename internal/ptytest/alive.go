//go:build unix

package ptytest

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// Alive says whether a process still runs. One that has ended, but that its
// parent has not asked about, does not (told apart on Linux only).
func Alive(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !os.IsNotExist(err) || !hasProc()
	}
	_, rest, _ := bytes.Cut(stat, []byte(") ")) // proc(5): pid (name) state …
	return !bytes.HasPrefix(rest, []byte("Z"))
}

func hasProc() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}
