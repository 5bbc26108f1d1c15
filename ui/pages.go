package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// pageView is a page of text over the scan screen. Where the window has no room
// for all of it, it is scrolled.
func (m model) pageView(sc flows.Scan) tea.View {
	lines, top, room := m.pageLines(sc)
	hint := anyKey
	if room < len(lines) {
		lines, hint = lines[top:top+room], scrollKeys
	}
	text := strings.Join(lines, "\n") + "\n" + m.styles.faint.Render(wrap(hint, m.columns))
	v := tea.NewView(text)
	v.AltScreen = true
	return v
}

// pageLines are all lines of the page, and which of them the window shows.
func (m model) pageLines(sc flows.Scan) (lines []string, top, room int) {
	text := func(title string, body ...string) {
		lines = strings.Split(m.styles.title.Render(wrap(title, m.columns))+"\n"+strings.Join(body, "\n"), "\n")
	}
	if m.page == linkPage {
		text(linkTitle, wrap(sc.URI.Reveal(), m.columns))
	} else {
		var body []string
		for _, h := range keyHelp(m.on(m.flow.Screen())) {
			body = append(body, hang(h, helpIndent, m.columns))
		}
		text(helpTitle, body...)
	}
	below := func(hint string) int { return max(m.rows-1-strings.Count(wrap(hint, m.columns), "\n"), 1) }
	if room = below(anyKey); room >= len(lines) {
		return lines, 0, len(lines)
	}
	room = min(below(scrollKeys), len(lines))
	return lines, min(m.top, len(lines)-room), room
}

// turnPage scrolls by a line.
func (m model) turnPage(sc flows.Scan, by int) model {
	lines, top, room := m.pageLines(sc)
	m.top = min(max(top+by, 0), len(lines)-room)
	return m
}
