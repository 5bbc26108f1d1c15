//go:build unix

package cli

import (
	"os"
	"os/exec"
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
