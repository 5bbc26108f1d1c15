package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/flows"
	"postern/internal/ptytest"
)

// start is a model at the beginning of a flow, in a window of a size. Nothing
// that it asks for is done: the test gives the answers.
func start(t testing.TB, f flows.Flow, columns, rows int) model {
	t.Helper()
	c := &clock{t: noon}
	m := newModel(testTerm(t), f, (&service{}).runner(c))
	m.columns, m.rows, m.shell = columns, rows, true
	m, _ = m.update(startMsg{})
	return m
}

// then plays what happens to a model, one after the other: results answer the
// open task, events go to the flow, messages to Update, and text is typed.
func then(t testing.TB, m model, steps ...any) model {
	t.Helper()
	for _, s := range steps {
		switch s := s.(type) {
		case flows.Result:
			task, open := m.flow.Task()
			if !open {
				t.Fatalf("no task is open that %T could answer", s)
			}
			if _, held := task.Want.(flows.Pause); held { // it goes by
				m = send(m, flows.Done{Task: task.ID, Result: flows.Paused{}, At: noon})
				task, _ = m.flow.Task()
			}
			m = send(m, flows.Done{Task: task.ID, Result: s, At: noon})
		case flows.Event:
			m, _ = m.move(s)
			m.shown = m.draw()
		case string:
			for _, r := range s {
				m = send(m, keyOf(r))
			}
		default:
			m = send(m, s)
		}
		m.curtain, m.onAlternate = open, hasSecret(m.flow.Screen())
	}
	return m
}

func send(m model, msg tea.Msg) model {
	after, _ := m.Update(msg)
	return after.(model)
}

// keyOf is the key that types a character; some stand for keys without one.
func keyOf(r rune) tea.KeyPressMsg {
	switch r {
	case '\r':
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case '\x1b':
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case '\b':
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	case '↓':
		return tea.KeyPressMsg{Code: tea.KeyDown}
	case '↑':
		return tea.KeyPressMsg{Code: tea.KeyUp}
	case '\x03', '\x04', '\x1a':
		return tea.KeyPressMsg{Code: r + 'a' - 1, Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}

// grid is what a model draws, as cells.
func grid(m model) ptytest.Grid {
	return ptytest.ParseGrid(strings.Split(m.draw().Content, "\n")...)
}

func text(m model) string { return grid(m).Text() }

// wantText fails unless all of it is on the screen.
func wantText(t *testing.T, m model, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if got := text(m); !strings.Contains(got, p) {
			t.Errorf("got screen\n%s\nwant %q in it", got, p)
		}
	}
}

// atScan is a model where the key is shown.
func atScan(t testing.TB, columns, rows int) model {
	t.Helper()
	m := start(t, flows.Enroll(flows.Plan{LoginID: ada}), columns, rows)
	return then(t, m, flows.Prepared{}, flows.Enrolled{Enrollment: enrollment(ada, "Example")})
}

// atCode is a model where a code is asked to sign in.
func atCode(t testing.TB, columns, rows int) model {
	t.Helper()
	return then(t, start(t, flows.SignIn(flows.Plan{LoginID: ada}), columns, rows), flows.Prepared{})
}
