package ui

import (
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// curtain is how far a screen with a secret is on its way out. A terminal
// without an alternate screen, and tmux, keep what is erased as a whole in
// their history, so each row is erased by itself first. The order matters:
// what the renderer still has to draw is drawn before the erasing is sent, and
// it is told of the blank frame after that, because it would erase the screen
// its own way.
type curtain int

const (
	open    curtain = iota
	settled         // the frame no longer changes
	erasing         // rows are being erased; the renderer still has the old frame
	drawn           // the frame is blank, still on the alternate screen
)

// lastErase is what erases the rows of a screen that is left.
type lastErase string

// hasSecret reports whether a screen must be blanked before it is left. A sample
// is none, but is shown as one: a test shows what a sign-up will.
func hasSecret(s flows.Screen) bool {
	switch s.Show.(type) {
	case flows.Scan, flows.Codes, flows.Samples:
		return true
	}
	return false
}

// leave draws the curtain where a secret is on the screen, then quits or goes
// on. frame is what is on the screen now.
func (m model) leave(frame tea.View) (model, tea.Cmd) {
	if m.curtain != open || m.gone {
		return m, nil
	}
	if !m.onAlternate {
		return m.left()
	}
	m.curtain, m.frame = settled, frame
	return m, afterFrame()
}

// drawCurtain takes the steps of leaving one by one.
func (m model) drawCurtain(msg tea.Msg) (model, tea.Cmd) {
	sent, raw := msg.(tea.RawMsg)
	if _, ours := sent.Msg.(lastErase); raw && !ours {
		return m, nil // of a redraw
	}
	switch {
	case m.curtain == settled && !raw:
		m.curtain = erasing
		return m, tea.Raw(lastErase(eraseRows(m.rows)))
	case m.curtain == erasing && raw:
		return m, afterFrame()
	case m.curtain == erasing:
		m.curtain, m.frame = drawn, tea.View{AltScreen: true}
		return m, afterFrame()
	case m.curtain == drawn && !raw:
		m.curtain, m.onAlternate = open, hasSecret(m.flow.Screen()) && !m.quitting && !m.suspending
		next, cmd := m.left()
		return next, tea.Batch(cmd, next.measure) // it may have changed meanwhile
	case m.curtain == open && m.gone && m.quitting && !raw:
		return m, tea.Quit
	case m.curtain == open && m.gone && !m.suspending && !raw:
		return m.resume()
	}
	return m, nil
}

// redraw draws the screen anew, each row erased by itself first. While the
// curtain moves nothing is to be drawn, and after our own suspending it is.
func (m model) redraw() tea.Cmd {
	switch {
	case m.curtain != open || m.gone:
		return nil
	case m.onAlternate:
		return tea.Sequence(tea.Raw(eraseRows(m.rows)), tea.ClearScreen)
	}
	return tea.ClearScreen
}

// resume shows the screen again after it was suspended, unless the program was
// asked to end meanwhile.
func (m model) resume() (model, tea.Cmd) {
	if m.quitting {
		return m.left()
	}
	m.gone, m.onAlternate = false, hasSecret(m.flow.Screen())
	return m, nil
}

// left goes on after a secret is gone from the screen.
func (m model) left() (model, tea.Cmd) {
	switch {
	case m.quitting:
		m.gone, m.suspending = true, false
		if m.cancel != nil {
			m.cancel()
		}
		return m, afterFrame()
	case m.suspending:
		m.gone = true
		return m, tea.Suspend
	}
	return m, nil
}

// suspend stops the program as Ctrl-Z does everywhere, unless nobody could
// wake it again.
func (m model) suspend() (model, tea.Cmd) {
	if !canSuspend() {
		m.aside = saidNoShell
		return m, nil
	}
	m.suspending = true
	return m.leave(m.shown)
}

// eraseRows erases each row by a cursor move and an erase-line, which goes
// into no history, and puts the cursor back where it was.
func eraseRows(rows int) string {
	var b strings.Builder
	b.WriteString("\x1b7\x1b[m")
	for i := 1; i <= rows; i++ {
		b.WriteString("\x1b[" + strconv.Itoa(i) + "H\x1b[2K")
	}
	b.WriteString("\x1b8")
	return b.String()
}

func afterFrame() tea.Cmd {
	return tea.Tick(oneFrame, func(time.Time) tea.Msg { return frameMsg{} })
}

// measure asks for the window's size. tea.RequestWindowSize would do it in a
// goroutine that a signal's own is not kept apart from (Bubble Tea v2.1.1).
func (m model) measure() tea.Msg {
	if is, known := m.term.window(); known {
		return is
	}
	return nil
}
