//go:build unix

package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

const canPassFDs = true

var passedSignals = []os.Signal{
	os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2,
}

// passSignal passes a signal on, unless it is one that a key made: the
// terminal has then sent it to the whole foreground group, and twice is more
// than once to many programs.
func passSignal(p *os.Process, s os.Signal) {
	if slices.Contains([]os.Signal{os.Interrupt, syscall.SIGQUIT}, s) && onTerminal() {
		return
	}
	_ = p.Signal(s) // over already: nobody is left to be told
}

func onTerminal() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	return inForeground(tty)
}

// codeOf is a command's exit code as a shell has it.
func codeOf(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

// passFD makes r the command's descriptor n. Those between, which the caller
// left open for the command, stay what they are.
func passFD(cmd *exec.Cmd, n int, r *os.File) {
	if n == 0 {
		cmd.Stdin = r
		return
	}
	for fd := 3; fd < n; fd++ {
		var between *os.File // nil: closed in the command
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			between = os.NewFile(uintptr(fd), "inherited")
		}
		cmd.ExtraFiles = append(cmd.ExtraFiles, between)
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, r)
}

// ownPlace says why somebody else could change a file of ours in dir, nil when
// nobody can: it is ours or root's, and others cannot write there or, as in
// /tmp, not touch what is not theirs.
func ownPlace(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return errors.Unwrap(err) // the path is said already
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !filepath.IsAbs(dir):
		return errors.New("it is not an absolute path")
	case !info.IsDir():
		return errors.New("it is not a directory")
	case !ok || stat.Uid != 0 && int(stat.Uid) != os.Geteuid():
		return errors.New("it belongs to another user")
	case info.Mode().Perm()&0o022 != 0 && info.Mode()&os.ModeSticky == 0:
		return fmt.Errorf("others can write there (mode %04o)", info.Mode().Perm())
	}
	return nil
}
