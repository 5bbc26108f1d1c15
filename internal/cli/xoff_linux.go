package cli

import (
	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// resumeOutput takes back a Ctrl-S: last words that wait for a Ctrl-Q would
// keep a process that was asked to end from doing so. Only an output that a
// program has suspended can be resumed by one (ioctl_tty(2), TCXONC).
func resumeOutput() {
	in, out, err := tea.OpenTTY()
	if err != nil {
		return
	}
	t := &terminal{in: in, out: out}
	defer t.close()
	if !inForeground(out) { // it would be stopped for touching the terminal
		return
	}
	_ = unix.IoctlSetInt(int(out.Fd()), unix.TCXONC, unix.TCOOFF)
	_ = unix.IoctlSetInt(int(out.Fd()), unix.TCXONC, unix.TCOON)
}
