package cli

import (
	"os"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"

	"postern/ui"
)

// terminal is the person's, whatever stdin and stdout are connected to.
type terminal struct {
	in, out *os.File
	fit     func(string) string // breaks a text between words where the window ends
}

// openTerminal returns nil where nobody can be asked: no terminal, --no-input,
// or this process is in the background and would be stopped by asking.
func (a *app) openTerminal() *terminal {
	if a.flags.noInput {
		return nil
	}
	in, out, err := tea.OpenTTY()
	if err != nil {
		return nil
	}
	t := &terminal{in, out, ui.Term{Env: a.env, Called: a.called, Size: sizeOf(out)}.Line}
	if !term.IsTerminal(int(in.Fd())) || !inForeground(in) {
		t.close()
		return nil
	}
	return t
}

func (t *terminal) close() {
	_ = t.in.Close()
	if t.out != t.in {
		_ = t.out.Close()
	}
}

// gone reports whether the terminal was taken away: its input ends then, as
// after a Ctrl-D, but no question about it is answered any more.
func (t *terminal) gone() bool {
	_, _, err := term.GetSize(int(t.out.Fd()))
	return err != nil
}

// forFlow is the terminal as a driver wants it.
func (t *terminal) forFlow(a *app, p *place) ui.Term {
	u := t.bare(a)
	u.Host, u.Sandbox, u.Recorder, u.Still = p.host(), p.sandbox != nil, recorder(), p.still
	if p.sandbox != nil {
		u.Phone = phone{p.sandbox}
	}
	u.QR = p.qrWay(a)
	u.Learned = func(way ui.QRWay) {
		if err := p.rememberQR(a, way); err != nil {
			a.news(ui.SayQRNotRemembered(err))
			return
		}
		a.news(ui.SayQRRemembered(way, a.terminalName()))
	}
	return u
}

// bare is the terminal where nobody is signed in to anything.
func (t *terminal) bare(a *app) ui.Term {
	u := ui.Term{
		In: t.in, Out: t.out, Hide: t.hide, Env: a.env, Called: a.called,
		Size: sizeOf(t.out),
	}
	if a.flags.noColor {
		u.Env = append(u.Env[:len(u.Env):len(u.Env)], "NO_COLOR=1")
	}
	return u
}

// sizeOf asks for the size of a terminal's window: 0 where it tells none.
func sizeOf(f *os.File) func() (columns, rows int) {
	return func() (int, int) {
		columns, rows, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0, 0
		}
		return columns, rows
	}
}
