//go:build unix

package ptytest

import (
	"errors"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/termios"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Session is a program running on a pty of its own, as the leader of a terminal
// session. A test that wants a shell in between (for ctrl-z and fg, say) starts
// the shell and types the command. Methods that wait end the test when the
// limit passes, so they are for the test's own goroutine.
type Session struct {
	t     testing.TB
	opts  Options
	cmd   *exec.Cmd
	ours  *os.File // the terminal's side of the pty
	tty   *os.File // the program's side, kept open: with its last user the settings go
	start unix.Termios
	keys  chan []byte   // to the program, in order
	done  chan struct{} // closed when nothing more is to be typed

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something below changes
	screen  *emulator
	raw     []byte
	drained bool // all output was read
	exited  bool
	code    int
	last    unix.Termios // the settings when the program ended
}

// Start runs a program on a new pty and draws what it writes. The program and
// its process group are killed when the test ends.
func Start(t testing.TB, opts Options) *Session {
	t.Helper()
	opts = opts.filled("xterm-256color")
	s := &Session{
		t:       t,
		opts:    opts,
		keys:    make(chan []byte, 4096),
		done:    make(chan struct{}),
		changed: make(chan struct{}),
		screen:  newEmulator(opts.Cols, opts.Rows),
	}
	s.screen.theme, s.screen.noBCE = opts.Theme, opts.NoBCE
	s.screen.reply = s.answer
	if err := s.open(); err != nil {
		t.Fatalf("start %q on a pty: %v", opts.Path, err)
	}
	t.Cleanup(s.end)
	go s.read()
	go s.feed()
	go s.reap()
	return s
}

func (s *Session) open() error {
	ours, tty, err := pty.Open()
	if err != nil {
		return err
	}
	s.ours, s.tty = ours, tty
	// A file that was opened to block is not closed while somebody reads it.
	if s.ours, err = unblocked(ours); err == nil {
		err = s.launch()
	}
	if err != nil {
		_ = s.ours.Close()
		_ = s.tty.Close()
	}
	return err
}

// unblocked is the same open file, read by Go's poller. f is closed.
func unblocked(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f, err
	}
	_ = f.Close()
	if err := unix.SetNonblock(fd, true); err != nil {
		return os.NewFile(uintptr(fd), "pty"), err
	}
	return os.NewFile(uintptr(fd), "pty"), nil
}

func (s *Session) launch() error {
	if err := s.setSize(s.opts.Cols, s.opts.Rows); err != nil {
		return err
	}
	settings, err := termios.GetTermios(int(s.tty.Fd()))
	if err != nil {
		return err
	}
	s.start = *settings
	s.cmd = exec.Command(s.opts.Path, s.opts.Args...)
	s.cmd.Dir, s.cmd.Env = s.opts.Dir, s.opts.Env
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.tty, s.tty, s.tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return s.cmd.Start()
}

// setSize tells the pty its size. (pty.Setsize would make it block again.)
func (s *Session) setSize(cols, rows int) error {
	conn, err := s.ours.SyscallConn()
	if err != nil {
		return err
	}
	size := &unix.Winsize{
		Col: uint16(cols), Row: uint16(rows),
		Xpixel: uint16(cols * CellWidth), Ypixel: uint16(rows * CellHeight),
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = termios.SetWinsize(int(fd), size) })
	return errors.Join(err, failed)
}

// read draws output until the pty has no user left.
func (s *Session) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := s.ours.Read(buf)
		s.mu.Lock()
		s.raw = append(s.raw, buf[:n]...)
		s.screen.write(buf[:n])
		s.drained = err != nil
		s.notify()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// feed types what is queued, however long the program takes to read it.
func (s *Session) feed() {
	for {
		select {
		case p := <-s.keys:
			if _, err := s.ours.Write(p); err != nil {
				return
			}
		case <-s.done:
			return
		}
	}
}

// reap notes how the program ended and how it left the terminal.
func (s *Session) reap() {
	_ = s.cmd.Wait() // the state below says all
	settings, err := termios.GetTermios(int(s.tty.Fd()))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.last = *settings
	}
	s.code = exitCode(s.cmd.ProcessState)
	s.exited = true
	_ = s.tty.Close()
	s.notify()
}

// exitCode is what a shell would put into $?.
func exitCode(state *os.ProcessState) int {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

// notify wakes those who wait. The caller holds mu.
func (s *Session) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// answer sends a terminal's answer on its way. It is called under mu, so it
// must not wait for a program that does not read.
func (s *Session) answer(text string) {
	send := func() {
		select {
		case s.keys <- []byte(text):
		default: // thousands of answers that nobody read
		}
	}
	switch {
	case s.opts.Mute:
	case s.opts.Latency > 0:
		time.AfterFunc(s.opts.Latency, send)
	default:
		send()
	}
}

// end kills what is left of the program and waits for it.
func (s *Session) end() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // its group; ESRCH when it is gone
	_ = s.cmd.Process.Kill()
	limit := time.After(s.opts.Limit)
	for {
		s.mu.Lock()
		exited, changed := s.exited, s.changed
		s.mu.Unlock()
		if exited {
			break
		}
		select {
		case <-changed:
		case <-limit:
			s.t.Errorf("%q could not be killed", s.opts.Path)
			return
		}
	}
	close(s.done)
	_ = s.ours.Close() // ends read, also where a background process keeps the pty
}
