package ui

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// Update takes one message. A panic in it ends the program with the terminal
// restored and nothing of its text shown, which might hold anything.
func (m model) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	defer func() {
		if recover() != nil {
			m.broken, m.quitting = true, true
			next, cmd = m.leave(tea.View{AltScreen: m.onAlternate})
		}
	}()
	return m.update(msg)
}

func (m model) update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case startMsg:
		return m, m.work()
	case tea.WindowSizeMsg:
		m.columns, m.rows = msg.Width, msg.Height
	case tickMsg:
		m.now = m.runner.Now()
		return m, tick(m.now)
	case flows.Done:
		return m.move(msg)
	case closeMsg:
		m.quitting = true
		return m.leave(m.View())
	case tea.RawMsg, frameMsg:
		return m.drawCurtain(msg)
	case tea.ResumeMsg:
		m.suspending, m.gone, m.onAlternate = false, false, hasSecret(m.flow.Screen())
	case asideMsg:
		m.aside = string(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.KeyPressMsg:
		if m.curtain == open {
			return m.press(msg)
		}
	}
	return m, nil
}

// move gives an event to the flow and follows it.
func (m model) move(e flows.Event) (tea.Model, tea.Cmd) {
	old, before := m, m.flow.Screen()
	m.flow = m.flow.Next(e)
	after := m.flow.Screen()
	m.onAlternate = m.onAlternate || hasSecret(after)
	if before.Step != after.Step {
		m.pick, m.aside, m.page = 0, "", pictureFirst
		m.input.Reset()
		if after.Step == flows.StepLoginID {
			m.input.SetValue(after.LoginID)
			m.input.CursorEnd()
		}
	} else if _, held := after.Notice.(flows.Doubt); !held && after.Notice != nil && after.Ask.Code() {
		m.input.Reset() // a refused code is not worth editing
	}
	cmd := m.work()
	if _, over := m.flow.Outcome(); over {
		m.quitting = true
	}
	if m.quitting || hasSecret(before) && !hasSecret(after) {
		next, leave := m.leave(old.View())
		return next, tea.Batch(cmd, leave)
	}
	return m, cmd
}

// press takes a key.
func (m model) press(k tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	s := m.flow.Screen()
	switch {
	case key.Matches(k, keys.Interrupt):
		m.interrupted, m.quitting = true, true
		return m.leave(m.View())
	case key.Matches(k, keys.Suspend):
		return m.suspend()
	case m.page > keyPage:
		m.page = pictureFirst
		if !isDigit(k.Text) {
			return m, nil
		}
	case key.Matches(k, keys.Cancel):
		return m.move(flows.Cancel{})
	case key.Matches(k, keys.Back):
		if s.Can.Back {
			return m.move(flows.Back{})
		}
		return m.move(flows.Cancel{})
	}
	switch {
	case len(s.Choices) > 0:
		return m.choose(k, s)
	case s.Ask == nil:
		return m, nil
	case s.Ask.Code():
		return m.pressCode(k, s)
	case key.Matches(k, keys.Enter):
		return m.submit()
	}
	var cmd tea.Cmd
	m.input, cmd = m.input.Update(k)
	return m, cmd
}

// choose moves between numbered choices, or takes one by its number.
func (m model) choose(k tea.KeyPressMsg, s flows.Screen) (tea.Model, tea.Cmd) {
	switch n := len(s.Choices); {
	case key.Matches(k, keys.Up):
		m.pick = (m.pick + n - 1) % n
	case key.Matches(k, keys.Down):
		m.pick = (m.pick + 1) % n
	case key.Matches(k, keys.Enter):
		return m.move(flows.Pick{Index: m.pick})
	case isDigit(k.Text) && k.Text != "0" && int(k.Text[0]-'1') < n:
		return m.move(flows.Pick{Index: int(k.Text[0] - '1')})
	}
	return m, nil
}

// pressCode takes a key beside a code field: digits are typed, letters are
// commands. A code of known length sends itself at its last digit, others wait
// for Enter.
func (m model) pressCode(k tea.KeyPressMsg, s flows.Screen) (tea.Model, tea.Cmd) {
	if key.Matches(k, keys.Enter) {
		return m.submit()
	}
	if k.Text == "" || strings.ContainsFunc(k.Text, codeRune) {
		before := digitCount(m.input.Value())
		if before >= s.Ask.Max && k.Text != "" {
			m.input.Reset() // a new code after one that was held back
			before = 0
		}
		var cmd tea.Cmd
		m.input, cmd = m.input.Update(k)
		if now := digitCount(m.input.Value()); now == s.Ask.Digits && before < now {
			return m.submit()
		}
		return m, cmd
	}
	return m.pressCommand(k, s)
}

// paste takes a paste as a whole: one submit, however many lines it has.
func (m model) paste(text string) (tea.Model, tea.Cmd) {
	s := m.flow.Screen()
	if m.curtain != open || s.Ask == nil || m.page > keyPage {
		return m, nil
	}
	const most = 4096 // bytes looked at: nothing that is asked for is longer
	text = text[:min(len(text), most)]
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	if s.Ask.Code() {
		m.input.SetValue(strings.TrimSpace(strings.Map(keepCode, line)))
		m.input.CursorEnd()
		if digitCount(m.input.Value()) == s.Ask.Digits {
			return m.submit()
		}
		return m, nil
	}
	m.input.SetValue(m.input.Value() + string(client.Clean(line)))
	m.input.CursorEnd()
	return m, nil
}

func (m model) submit() (tea.Model, tea.Cmd) {
	m.aside = ""
	return m.move(flows.Submit{Text: m.input.Value(), At: m.runner.Now()})
}

func isDigit(s string) bool { return len(s) == 1 && s[0] >= '0' && s[0] <= '9' }

// codeRune reports what may stand in a code field: digits of any script, and
// the spaces and dashes that codes are written with.
func codeRune(r rune) bool { return unicode.IsDigit(r) || unicode.IsSpace(r) || r == '-' }

func keepCode(r rune) rune {
	if codeRune(r) {
		return r
	}
	return -1
}

func digitCount(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
