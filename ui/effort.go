package ui

import (
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// moment is how long work may take without a word: who waits that long wonders
// whether the program goes on, and what is shown for less only flashes.
const moment = 300 * time.Millisecond

// counted is when the seconds of waiting are worth counting.
const counted = 2 * time.Second

// effort is how far a driver shows that work goes on.
type effort int

const (
	idle  effort = iota // nothing is at work that somebody waits for
	quick               // it may be over in a moment: what was shown before stays
	slow                // it is said that it goes on
)

// slowMsg says that a moment went by since that stretch of work began.
type slowMsg int

// turning are figures that every font has, in a rhythm that a slow link bears.
var turning = spinner.Spinner{Frames: spinner.Line.Frames, FPS: time.Second / 5}

// begin notes that a task began. One right after another is the same stretch of
// work, for whoever waits. A patient task has a screen of its own.
func (m *model) begin(t flows.Task) tea.Cmd {
	switch {
	case t.Patient():
		m.effort = idle
		return nil
	case m.effort != idle:
		return nil
	}
	m.effort = quick
	m.stretch++
	stretch := slowMsg(m.stretch)
	return tea.Tick(moment, func(time.Time) tea.Msg { return stretch })
}

// slowed says that the work goes on, where it is still the same.
func (m model) slowed(stretch slowMsg) (model, tea.Cmd) {
	if int(stretch) != m.stretch || m.effort != quick {
		return m, nil
	}
	m.effort, m.now = slow, m.runner.Now()
	if m.term.Still {
		return m, nil
	}
	return m, m.spinner.Tick
}

// spin turns the sign one further, for as long as there is work.
func (m model) spin(tick spinner.TickMsg) (model, tea.Cmd) {
	if m.effort != slow {
		return m, nil
	}
	var next tea.Cmd
	m.spinner, next = m.spinner.Update(tick)
	return m, next
}

// holds reports whether the screen stays as it was, so that nothing flashes up
// for work that is over in a moment. What a person does is answered at once.
func (m model) holds(msg tea.Msg) bool {
	s := m.flow.Screen()
	if m.effort != quick || m.curtain != open || m.gone || m.closing || m.shown.AltScreen != hasSecret(s) {
		return false
	}
	switch msg.(type) {
	case startMsg, tickMsg, flows.Done, tea.KeyPressMsg, tea.PasteMsg:
		return true
	}
	return false
}

// waited is how long the open task has been at work, 0 while that is nothing
// to speak of.
func (m model) waited() time.Duration {
	if _, open := m.flow.Task(); !open || m.now.Sub(m.begun) < counted {
		return 0
	}
	return m.now.Sub(m.begun).Truncate(time.Duration(m.tempo()))
}

// working is the sign that work goes on, the words for it, and the seconds
// once they are worth it.
func (m model) working(words string) string {
	if m.effort == slow && !m.term.Still {
		words = Sentences(m.spinner.View(), words)
	}
	if waited := m.waited(); waited > 0 {
		words = Sentences(words, seconds(waited))
	}
	return words
}

// late says, line by line, that work takes longer than a moment: what it is,
// where that was not said, and how to end it.
func (p *plain) late(s flows.Screen) {
	words := ""
	if p.asked {
		words = checking(s)
	}
	if s.Can.Cancel {
		words = Sentences(words, plainCtrlC)
	}
	if words != "" {
		p.say(words)
	}
}
