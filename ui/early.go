package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// early is what was typed while nothing was asked: people type on while the
// program works. It goes into the next field, and that is all that it does.
//
//   - An Enter answers no question that was not there yet: what follows it is
//     for another field, which nobody has seen, and is dropped.
//   - No code sends itself, and no letter is a command: in a code field only
//     what stands in codes is kept.
//   - Where there is a choice, nothing is kept: a figure would take one.
//   - Keys that leave work at once, and nothing is left of what was typed then.
//
// Line by line, each line that was typed early answers the question that comes
// next, as with everything that reads lines.
type early struct {
	text  string
	ended bool // by Enter
}

// press takes a key, or a paste, that nothing asked for.
func (e early) press(k tea.KeyPressMsg) early {
	switch {
	case key.Matches(k, keys.Enter):
		e.ended = true
	case e.ended:
	case k.Code == tea.KeyBackspace && e.text != "":
		all := []rune(e.text)
		e.text = string(all[:len(all)-1])
	default:
		e.text += k.Text
	}
	e.text = e.text[:min(len(e.text), longestKept)]
	return e
}

// takeEarly puts what was typed early where it belongs, once something is
// asked.
func (m *model) takeEarly(e flows.Event, s flows.Screen) {
	_, answered := e.(flows.Done)
	if _, works := m.flow.Task(); answered && works && s.Ask == nil {
		return
	}
	typed := m.early.text
	m.early = early{}
	if !answered || s.Ask == nil || typed == "" || m.input.Value() != "" {
		return
	}
	if s.Ask.Code() {
		typed = strings.Map(keepCode, typed)
	}
	m.input.SetValue(typed)
	m.input.CursorEnd()
}
