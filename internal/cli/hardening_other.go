//go:build !linux

package cli

import "os/exec"

type hardened struct{}

// harden does nothing here: macOS keeps a process's memory from others, and
// neither it nor Windows writes a core of its own accord. On Windows programs of
// the same user can read each other's memory, and nothing lasting stops them.
func harden() hardened { return hardened{} }

func (hardened) start(cmd *exec.Cmd) error { return cmd.Start() }
