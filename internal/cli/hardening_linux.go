package cli

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// hardened is what this process gave up at its start.
type hardened struct {
	core    unix.Rlimit // as it was
	limited bool
}

// harden keeps this process's memory, which holds tokens and keys, to itself:
// no core is written when it breaks, and no other process of the same user may
// read it or attach to it (prctl(2), PR_SET_DUMPABLE). It is no defence against
// root. What the system refuses is left as it is: the program works without.
func harden() (h hardened) {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	if unix.Getrlimit(unix.RLIMIT_CORE, &h.core) == nil {
		h.limited = h.limit(0) == nil
	}
	return h
}

func (h hardened) limit(bytes uint64) error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: bytes, Max: h.core.Max})
}

// start starts a command that is none of ours, with the limit on cores that it
// would have without us. The rest ends by itself when a program is executed.
func (h hardened) start(cmd *exec.Cmd) error {
	if h.limited && h.limit(h.core.Cur) == nil {
		defer func() { _ = h.limit(0) }()
	}
	return cmd.Start()
}
