//go:build unix

package ptytest

import (
	"slices"
	"syscall"

	"github.com/charmbracelet/x/termios"
	"golang.org/x/sys/unix"
)

// Type sends keys as a terminal does: "\r" for Enter, "\x1b" for Esc, "\x03"
// for ctrl-c. It does not wait for the program to read them.
func (s *Session) Type(keys string) {
	s.keys <- []byte(keys)
}

// Paste sends text as a bracketed paste if the program asked for that, and as
// keys if not.
func (s *Session) Paste(text string) {
	s.mu.Lock()
	bracketed := s.screen.modes[modePaste]
	s.mu.Unlock()
	if bracketed {
		text = "\x1b[200~" + text + "\x1b[201~"
	}
	s.Type(text)
}

// Signal sends a signal to the program alone.
func (s *Session) Signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("send %v: %v", sig, err)
	}
}

// Hangup closes the terminal, as a lost connection does: the program gets
// SIGHUP, and then the end of input.
func (s *Session) Hangup() {
	_ = s.ours.Close()
}

// Resize changes the size of the terminal; the program gets SIGWINCH.
func (s *Session) Resize(cols, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.screen.resize(max(cols, 1), max(rows, 1))
	s.notify()
	s.mu.Unlock()
	if err := s.setSize(cols, rows); err != nil {
		s.t.Fatalf("resize: %v", err)
	}
}

// Pid is the program's process id, and its session's.
func (s *Session) Pid() int {
	return s.cmd.Process.Pid
}

// Screen is what can be read on the screen now, without blanks at the ends of
// lines and without empty lines at the end.
func (s *Session) Screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.text()
}

// Cells are the cells of the screen now.
func (s *Session) Cells() Grid {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.cells.clone()
}

// History is what scrolled off the top of the normal screen, as plain text.
func (s *Session) History() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.past()
}

// Raw is every byte that the program ever wrote.
func (s *Session) Raw() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.raw)
}

// Modes are the things that a program switches on in a terminal.
type Modes struct {
	AltScreen    bool // 1049 and the like
	CursorHidden bool // 25
	Paste        bool // bracketed paste, 2004
	Mouse        bool // 1000, 1002, 1003
	Focus        bool // focus reports, 1004
	Sync         bool // inside a synchronized update, 2026
	Kitty        int  // keyboard flags pushed and not popped
}

// Modes are what is switched on now; the zero value is a terminal that nobody
// has touched.
func (s *Session) Modes() Modes {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.screen.modes
	return Modes{
		AltScreen:    s.screen.main != nil,
		CursorHidden: !on[modeCursor],
		Paste:        on[modePaste],
		Mouse:        on[1000] || on[1002] || on[1003],
		Focus:        on[1004],
		Sync:         on[modeSync],
		Kitty:        len(s.screen.kitty),
	}
}

// Title is the window title that the program set last.
func (s *Session) Title() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.title
}

// Cursor is where the cursor stands, counted from 0.
func (s *Session) Cursor() (x, y int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.at.x, s.screen.at.y
}

// StartTermios are the terminal's settings before the program was started.
func (s *Session) StartTermios() unix.Termios {
	return s.start
}

// Termios are the terminal's settings now, or as the program left them. Values
// can be compared with ==.
func (s *Session) Termios() unix.Termios {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exited {
		return s.last
	}
	settings, err := termios.GetTermios(int(s.tty.Fd()))
	if err != nil {
		s.t.Fatalf("read terminal settings: %v", err)
	}
	return *settings
}

// CheckRestored fails the test unless the terminal is as it was before the
// program: settings, and nothing left switched on.
func (s *Session) CheckRestored() {
	s.t.Helper()
	if got := s.Termios(); got != s.start {
		s.t.Errorf("terminal settings after the program: got %+v, want %+v", got, s.start)
	}
	if got := s.Modes(); got != (Modes{}) {
		s.t.Errorf("terminal after the program: got %+v, want nothing switched on", got)
	}
}

// Print writes on the terminal as another program on it would.
func (s *Session) Print(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatalf("print on the terminal: %v", err)
	}
}

// Held says whether the terminal holds its output back, after a ctrl-s.
func (s *Session) Held() bool {
	room := []unix.PollFd{{Fd: int32(s.tty.Fd()), Events: unix.POLLOUT}}
	n, err := unix.Poll(room, 0)
	return n == 0 && err == nil
}
