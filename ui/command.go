package ui

import (
	"context"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// pressCommand takes a letter on a screen with a code field.
func (m model) pressCommand(k tea.KeyPressMsg, s flows.Screen) (tea.Model, tea.Cmd) {
	if key.Matches(k, keys.Help) {
		m.page = helpPage
		return m, nil
	}
	switch {
	case key.Matches(k, keys.Phone) && m.term.Phone != nil:
		return m, saying(func(ctx context.Context) string { return lookAt(ctx, m.term.Phone, s) })
	case key.Matches(k, keys.Resend):
		return m.move(flows.Resend{At: m.runner.Now()})
	case key.Matches(k, keys.Method):
		return m.move(flows.Another{})
	case key.Matches(k, keys.Lost):
		return m.move(flows.Lost{})
	}
	sc, scan := s.Show.(flows.Scan)
	if !scan {
		return m, nil
	}
	switch {
	case key.Matches(k, keys.Form):
		m.form, m.aside = m.nextForm(sc.URI), ""
		if m.form == qrNone {
			m.aside = saidNoForm
		}
	case key.Matches(k, keys.Invert):
		m.ink.invert = !m.ink.invert
	case key.Matches(k, keys.Link):
		m.page = linkPage
	case key.Matches(k, keys.Key):
		m.page = keyPage - m.page // to and fro
	case key.Matches(k, keys.Copy):
		m.aside = saidCopied
		return m, tea.SetClipboard(sc.Key.Reveal())
	case key.Matches(k, keys.Save):
		return m, saying(func(context.Context) string { return m.pictures.save(sc.URI) })
	}
	return m, nil
}

// saying runs what a key asked for, off the screen's own goroutine, and shows
// what it says.
func saying(f func(context.Context) string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), asideWait)
		defer cancel()
		return asideMsg(f(ctx))
	}
}
