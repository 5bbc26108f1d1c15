//go:build unix

package cli

import (
	"runtime"
	"sync"

	"github.com/charmbracelet/x/termios"
	"golang.org/x/sys/unix"
)

// hide keeps what is typed from being shown until show is called: all but the
// end of the line. Ctrl-Z does nothing meanwhile: the shell would get a
// terminal that shows nothing.
func (t *terminal) hide() (show func(), err error) {
	fd := int(t.in.Fd())
	before, err := termios.GetTermios(fd)
	if err != nil {
		return nil, err
	}
	set := func(suspend uint8, echo, newline bool) error {
		return termios.SetTermios(fd, uint32(before.Ispeed), uint32(before.Ospeed),
			map[termios.CC]uint8{termios.SUSP: suspend}, nil, nil, nil,
			map[termios.L]bool{termios.ECHO: echo, termios.ECHONL: newline})
	}
	if err := set(noKey(), false, true); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() {
		_ = set(before.Cc[unix.VSUSP], before.Lflag&unix.ECHO != 0, before.Lflag&unix.ECHONL != 0)
	}), nil
}

// noKey is what a terminal takes for "no such key" (_POSIX_VDISABLE).
func noKey() uint8 {
	if runtime.GOOS == "linux" || runtime.GOOS == "solaris" {
		return 0
	}
	return 0xff
}
