package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/flows"
)

// View draws the flow's screen: a secret on the alternate screen, a simple
// question where the cursor stands.
func (m model) View() (v tea.View) {
	defer func() {
		if recover() != nil { // the next Update ends the program
			v = tea.View{AltScreen: m.onAlternate}
		}
	}()
	switch {
	case m.curtain != open:
		return m.frame
	case m.gone:
		return tea.View{}
	}
	s := m.flow.Screen()
	if sc, scan := s.Show.(flows.Scan); scan {
		return m.scanView(s, sc)
	}
	c := m.column(s, m.columns)
	text, cursor := c.fit(m.rows)
	v = tea.NewView(text)
	v.Cursor = cursor
	return v
}

// column writes a screen's parts below each other, columns wide.
func (m model) column(s flows.Screen, columns int) *column {
	c := &column{width: columns}
	if m.term.Sandbox {
		c.add(keepBanner, m.styles.banner.Render(wrap(sandboxBanner, columns)))
	}
	c.add(keepTitle, m.styles.title.Render(wrap(title(s), columns)))
	m.notice(c, s)
	for i := range s.Choices {
		c.add(keepAnswer, m.choiceLine(s, i, columns))
	}
	for _, line := range closedLines(s) {
		c.add(keepSteps, m.styles.faint.Render(wrap(line, columns)))
	}
	if s.Ask != nil || s.Step == flows.StepCode || s.Step == flows.StepDelivered {
		m.answer(c, s)
	}
	if m.aside != "" {
		c.add(keepNotice, wrap(m.aside, columns))
	}
	c.add(keepHelp, m.helpLine(s, columns, false))
	return c
}

// answer writes the field that takes the answer. While a code is on its way
// the lines stay where they are, so that little is drawn anew.
func (m model) answer(c *column, s flows.Screen) {
	code := s.Ask == nil || s.Ask.Code()
	if code && !c.oneLine {
		c.add(keepLabel, wrap(codeLabel(m.term.Host), c.width))
	}
	if s.Ask == nil {
		c.add(keepAnswer, wrap(sending, c.width))
	} else {
		in := m.input
		if c.oneLine {
			in.Prompt = codeLabel(m.term.Host) + " > "
		}
		in.SetWidth(max(c.width-len(in.Prompt)-1, 1))
		c.field(keepAnswer, in.View(), in.Cursor())
	}
	if code {
		c.add(keepClock, m.styles.faint.Render(wrap(m.clockLine(s), c.width)))
	}
}

// clockLine counts down to the next code.
func (m model) clockLine(s flows.Screen) string {
	if sent, ok := s.Show.(flows.Sent); ok {
		return resendLine(sent, m.now)
	}
	return secondsLeft(m.left30(s))
}

func (m model) notice(c *column, s flows.Screen) {
	if s.Notice == nil || s.Step == flows.StepReplace || s.Step == flows.StepIdentity || s.Step == flows.StepChooseStore {
		return // the title says it
	}
	x := Explain(s.Notice, m.term.Called)
	c.add(keepNotice, m.styles.notice.Render(wrap("! "+x.What, c.width)))
	c.add(keepNotice, m.styles.hint.Render(wrap(x.Do, c.width)))
}

func (m model) choiceLine(s flows.Screen, i, columns int) string {
	mark, style := "  ", m.styles.hint
	if i == m.pick {
		mark, style = "> ", m.styles.picked
	}
	return style.Render(wrap(mark+string(rune('1'+i))+" "+choiceLabel(s, i), columns))
}

func (m model) helpLine(s flows.Screen, columns int, picture bool) string {
	var b strings.Builder
	used := 0
	for _, k := range keys.help(s, m.term.Phone != nil, picture) {
		h := k.Help()
		width := ansi.StringWidth(h.Key + " " + h.Desc)
		if used > 0 && used+2+width > columns {
			b.WriteByte('\n')
			used = 0
		}
		if used > 0 {
			b.WriteString("  ")
			used += 2
		}
		b.WriteString(m.styles.key.Render(h.Key) + " " + m.styles.faint.Render(h.Desc))
		used += width
	}
	return b.String()
}

// wrap breaks text at words, and words that are wider than the column.
func wrap(text string, columns int) string {
	return ansi.Wrap(text, max(columns, 1), "")
}
