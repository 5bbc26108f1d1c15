package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/client"
)

// Term is the terminal that a driver talks to. It is explicit, because over
// SSH and in tests it is not the process's own.
type Term struct {
	In      io.Reader
	Out     io.Writer
	Env     []string // KEY=value
	Size    func() (columns, rows int)
	Host    string // stands beside every code field
	Sandbox bool   // a banner says so on every screen
	Called  string // how the program was called: "postern", "go run ."
	Phone   Phone  // nil outside the sandbox
	Still   bool   // nothing moves by itself: no spinner, no ticking seconds, no blinking cursor

	QR QRWay // how a code is drawn where that fits, "" to leave it to the window
	// Learned is told, after the last screen, of a way to draw a code that was
	// chosen by hand and then read. It may be nil.
	Learned func(QRWay)

	Recorder string        // the program that writes this terminal into a file, "" for none
	patience time.Duration // before it is said that work goes on, if longer than a moment: tests are not hurried

	// Hide keeps what is typed from being shown, line by line, until show is
	// called. It is nil where the terminal cannot.
	Hide func() (show func(), err error)
}

// Phone is the sandbox's stand-in for a phone with an authenticator app.
type Phone interface {
	// Code is the code that the app would show now.
	Code(ctx context.Context, loginID string) (string, error)
	// Inbox is what was delivered, newest first, a line each.
	Inbox(ctx context.Context) ([]string, error)
	// Press presses the right one of the newest links, and returns its number.
	Press(ctx context.Context, loginID string) (string, error)
	// Link is the newest link that was delivered.
	Link(ctx context.Context, loginID string) (string, error)
}

// ErrInterrupted is returned by a driver that a Ctrl-C key ended.
var ErrInterrupted = errors.New("interrupted")

// env returns a variable of the terminal's environment.
func (t Term) env(name string) string {
	for i := len(t.Env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(t.Env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// copying sends a key to the clipboard (OSC 52). tmux takes that as it is; GNU
// screen hands on only what is wrapped for it, and over ssh its TERM is all that
// is known of either.
func (t Term) copying(key client.Secret) tea.Cmd {
	seq := ansi.SetSystemClipboard(key.Reveal())
	if t.env("STY") != "" || strings.HasPrefix(t.env("TERM"), "screen") {
		seq += ansi.ScreenPassthrough(seq, screenString)
	}
	return tea.Raw(seq)
}

// screenString is the longest string that GNU screen takes.
const screenString = 256 // bytes, before 4.2.0; 768 since

// UTF8 reports whether the locale's charset is UTF-8. Unset counts as UTF-8;
// C and POSIX do not (POSIX.1-2017 §8.2: LC_ALL, then LC_CTYPE, then LANG).
func (t Term) UTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := t.env(name); v != "" {
			_, charset, named := strings.Cut(v, ".")
			charset, _, _ = strings.Cut(charset, "@")
			if !named {
				return v != "C" && v != "POSIX"
			}
			charset = strings.ReplaceAll(strings.ToLower(charset), "-", "")
			return charset == "utf8"
		}
	}
	return true
}

// Lines reports whether this terminal is to be driven line by line: it cannot
// move its cursor, its charset has no block characters, or its user asks.
func (t Term) Lines() bool {
	term := t.env("TERM")
	return term == "" || term == "dumb" || term == "unknown" || t.env("ACCESSIBLE") != "" || !t.UTF8()
}

// NoColor reports whether colours are unwanted (no-color.org). A QR code keeps
// its own: without them no camera reads it.
func (t Term) NoColor() bool { return t.env("NO_COLOR") != "" }

// cleaned makes what is printed of a terminal's settings harmless.
func (t Term) cleaned() Term {
	t.Host, t.Called = string(client.Clean(t.Host)), string(client.Clean(t.Called))
	t.Recorder = string(client.Clean(t.Recorder))
	return t
}

// window is the size of the terminal's window, where it tells one.
func (t Term) window() (is tea.WindowSizeMsg, known bool) {
	if t.Size == nil {
		return is, false
	}
	is.Width, is.Height = t.Size()
	return is, is.Width > 0 && is.Height > 0
}
