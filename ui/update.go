package ui

import (
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// Update takes one message and draws what came of it. A panic in either ends
// the program with the terminal restored and nothing of its text shown, which
// might hold anything.
func (m model) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	defer func() {
		if recover() != nil {
			next, cmd = m.breakDown()
		}
	}()
	after, cmd := m.update(msg)
	if !after.holds(msg) {
		after.shown = after.draw()
	}
	return after, cmd
}

// View is what the last Update drew.
func (m model) View() tea.View { return m.shown }

func (m model) breakDown() (tea.Model, tea.Cmd) {
	m.broken, m.quitting = true, true
	after, cmd := m.leave(m.shown)
	after.shown = after.draw()
	return after, cmd
}

func (m model) update(msg tea.Msg) (model, tea.Cmd) {
	switch msg := msg.(type) {
	case startMsg:
		return m, m.work()
	case tea.WindowSizeMsg:
		m.columns, m.rows = msg.Width, msg.Height
	case tickMsg:
		m.now = m.runner.Now()
		if !m.asideEnd.IsZero() && !m.now.Before(m.asideEnd) {
			m.aside, m.asideEnd = "", time.Time{}
		}
		return m, tick(m.now)
	case slowMsg:
		return m.slowed(msg)
	case spinner.TickMsg:
		return m.spin(msg)
	case flows.Done:
		return m.move(msg)
	case closeMsg:
		return m.end()
	case panicMsg:
		panic("in a command")
	case tea.RawMsg, frameMsg:
		return m.drawCurtain(msg)
	case resizedMsg:
		m.resized = msg
		erase := tea.Raw(eraseRows(max(m.rows, msg.Height)))
		return m, tea.Sequence(erase, func() tea.Msg { return erasedMsg{} })
	case wokenMsg:
		return m, m.redraw()
	case tea.ResumeMsg:
		m.suspending = false
		return m, afterFrame() // the renderer has to be back before the screen changes
	case asideMsg:
		if msg.step == m.flow.Screen().Step {
			m.aside, m.asideEnd = msg.text, msg.until
		}
	case linkMsg:
		if m.flow.Screen().Step == flows.StepMagic {
			m.input.Reset()
			return m.paste(string(msg))
		}
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.KeyPressMsg:
		return m.press(msg)
	}
	return m, nil
}

// move gives an event to the flow and follows it.
func (m model) move(e flows.Event) (model, tea.Cmd) {
	before := m.flow.Screen()
	m.learn(before, e)
	m.flow = m.flow.Next(e)
	for range 3 { // no more questions are answered: those that may come are dropped
		if _, open := m.flow.Task(); m.closing && (!open || m.flow.Screen().Can.Cancel) {
			m.flow = m.flow.Next(flows.Cancel{})
		}
	}
	after := m.flow.Screen()
	m.now = m.runner.Now()
	m.noticed, m.read, m.past, m.details = m.now, false, false, false
	m.onAlternate = m.onAlternate || hasSecret(after)
	if before.Step != after.Step {
		m.arrive(after)
	} else if _, held := after.Notice.(flows.Doubt); !held && after.Notice != nil &&
		(after.Ask.Code() || after.Ask != nil && after.Ask.Hidden || after.Step == flows.StepMagic) {
		m.input.Reset() // what was refused, or cannot be seen, is not worth editing
	}
	m.takeEarly(e, after)
	cmd := m.work()
	if _, over := m.flow.Outcome(); over {
		m.quitting = true
	}
	if hasSecret(before) && !hasSecret(after) {
		cmd = tea.Batch(cmd, m.forget())
	}
	if m.quitting || hasSecret(before) && !hasSecret(after) {
		next, leave := m.leave(m.shown)
		return next, tea.Batch(cmd, leave)
	}
	return m, cmd
}

// arrive makes the screen ready for another step.
func (m *model) arrive(s flows.Screen) {
	m.pick, m.number, m.aside, m.asideEnd, m.page, m.manual = 0, 0, "", time.Time{}, pictureFirst, false
	m.input.Reset()
	if s.Step == flows.StepLoginID {
		m.input.SetValue(s.LoginID)
		m.input.CursorEnd()
	}
	if m.term.Recorder != "" && hasSecret(s) {
		m.aside, m.term.Recorder = warnRecorded(m.term.Recorder), "" // once
	}
	if m.closing {
		m.aside = saidFinishing
	}
}

// forget deletes, off the screen's goroutine, what was saved of a key.
func (m model) forget() tea.Cmd {
	return func() tea.Msg {
		m.pictures.clear()
		return nil
	}
}

// end is Cancel, wherever one is, and no more questions after it. What must
// come to an end first is waited for: the storing of a session, or its end at
// the server.
func (m model) end() (model, tea.Cmd) {
	m.closing, m.aside = true, saidFinishing
	return m.move(flows.Cancel{})
}

// interrupt is Ctrl-C; once more, it waits for nothing.
func (m model) interrupt() (model, tea.Cmd) {
	if _, over := m.flow.Outcome(); over {
		return m, nil
	}
	m.interrupted = true
	if m.closing {
		m.quitting = true
		return m.leave(m.shown)
	}
	return m.end()
}

func (m model) submit() (model, tea.Cmd) {
	m.aside = ""
	return m.move(flows.Submit{Text: m.input.Value(), At: m.runner.Now()})
}
