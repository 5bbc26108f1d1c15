package ui

import (
	"strings"
	"time"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/flows"
)

// The smallest window that anything can be done in.
const (
	leastColumns = 20
	leastRows    = 5
)

const fieldWidth = 9 // columns that a code of eight digits needs, with the cursor

// draw draws the flow's screen: a secret on the alternate screen, a simple
// question where the cursor stands.
func (m model) draw() tea.View {
	switch {
	case m.curtain != open:
		return m.frame
	case m.gone:
		return tea.View{}
	}
	s := m.flow.Screen()
	uri, scan := m.pictured(s)
	if m.columns < leastColumns || m.rows < leastRows {
		v := tea.NewView(ansi.Truncate(tooSmall, m.columns, ""))
		v.AltScreen = hasSecret(s)
		return v
	}
	if scan {
		return m.scanView(s, uri)
	}
	text, cursor := m.column(s, m.columns).fit(m.rows)
	v := tea.NewView(text)
	v.Cursor, v.AltScreen = cursor, hasSecret(s)
	return v
}

// column writes a screen's parts below each other, columns wide.
func (m model) column(s flows.Screen, columns int) *column {
	c := &column{width: columns}
	if m.term.Sandbox {
		c.add(keepBanner, m.styles.banner.Render(wrap(sandboxBanner, columns)))
	}
	c.add(keepTitle, m.styles.title.Render(wrap(title(s), columns)))
	for _, line := range homeLines(s, m.term.Host, m.clock()) {
		c.add(keepSteps, m.styles.faint.Render(wrap(line, columns)))
	}
	m.notice(c, s)
	m.codes(c, s)
	m.choices(c, s)
	for _, line := range append(storeLines(s), closedLines(s)...) {
		c.add(keepSteps, m.styles.faint.Render(wrap(line, columns)))
	}
	if l, link := s.Show.(flows.Link); link {
		m.waiting(c, l)
	} else if s.Ask != nil || s.Step == flows.StepCode || s.Step == flows.StepDelivered || s.Step == flows.StepMagic {
		m.answer(c, s)
	} else if work := m.working(""); work != "" {
		c.add(keepClock, m.styles.faint.Render(wrap(work, columns)))
	}
	for _, line := range wantedLines(s, m.input.Value()) {
		c.add(keepSteps, m.styles.hint.Render(wrap(line, columns)))
	}
	if m.aside != "" {
		c.add(keepNotice, wrap(m.aside, columns))
	}
	c.add(keepHelp, m.helpLine(m.on(s).short(), columns))
	return c
}

// answer writes the field that takes the answer. While a code is on its way
// the lines stay where they are, so that little is drawn anew.
func (m model) answer(c *column, s flows.Screen) {
	code := s.Ask == nil || s.Ask.Code() || s.Step == flows.StepMagic
	prompt, label := "> ", fieldLabel(s, m.term.Host)
	if code && c.oneLine {
		if label := label + " > "; ansi.StringWidth(label)+fieldWidth <= c.width {
			prompt = label
		}
	}
	if label != "" && !c.oneLine {
		c.add(keepLabel, wrap(label, c.width))
	}
	if s.Ask == nil {
		c.add(keepAnswer, wrap(m.sending(s), c.width))
	} else {
		typed := m.input.Value()
		if s.Ask.Hidden {
			typed = hidden(typed)
		}
		text, x := window(typed, m.input.Position(), c.width-ansi.StringWidth(prompt))
		c.field(keepAnswer, prompt+text, m.standing(cursorAt(ansi.StringWidth(prompt)+x)))
	}
	if code && s.Step != flows.StepSample {
		c.add(keepClock, m.styles.faint.Render(wrap(m.clockLine(s), c.width)))
	}
}

// sending stands in the field's place while an answer is on its way.
func (m model) sending(s flows.Screen) string {
	if held := s.Held.Sub(m.now); held > 0 {
		return saidHeld(m.tempo().roundUp(held))
	}
	return m.working(checking(s))
}

// cursorAt is the terminal's own cursor in a line, in the shape that its user
// has chosen: this one is encoded as 0, no change (DECSCUSR).
func cursorAt(x int) *tea.Cursor {
	return &tea.Cursor{Position: tea.Position{X: x}, Shape: -1}
}

// standing is the cursor where nothing moves: a block that does not blink.
func (m model) standing(c *tea.Cursor) *tea.Cursor {
	if m.term.Still && c != nil {
		c.Shape, c.Blink = tea.CursorBlock, false
	}
	return c
}

// clockLine counts down to the next code.
func (m model) clockLine(s flows.Screen) string {
	if sent, ok := s.Show.(flows.Sent); ok {
		if due := !m.now.Before(sent.ResendAt); s.Ask != nil && !s.Can.Resend || s.Ask == nil && due {
			return "" // no key does it now
		}
		if s.Step == flows.StepMagic {
			return magicResendLine(sent, m.now, m.tempo())
		}
		return resendLine(sent, m.now, m.tempo())
	}
	return secondsLeft(m.left30(s), m.tempo())
}

// notice explains what went wrong, where the title has not said it already.
func (m model) notice(c *column, s flows.Screen) {
	if s.Notice == nil || titleSays(s.Step) || m.past {
		return
	}
	if line, home := homeNews(s.Notice, m.term.Called); home {
		c.add(keepNotice, m.styles.hint.Render(wrap(line, c.width)))
		return
	}
	x := Explain(aged(s.Notice, m.now.Sub(m.noticed).Truncate(time.Duration(m.tempo()))), m.term.Called)
	c.add(keepNotice, m.styles.notice.Render(wrap("! "+x.What, c.width)))
	c.add(keepNotice, m.styles.hint.Render(wrap(Sentences(x.Do, triesLeft(s)), c.width)))
	if e := detailed(s); e != nil && m.details {
		for _, line := range detailLines(e) {
			c.add(keepNotice, m.styles.faint.Render(wrap(line, c.width)))
		}
	}
}

func (m model) helpLine(on []key.Binding, columns int) string {
	var b strings.Builder
	used := 0
	for _, k := range on {
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

// wrap breaks text at words, and words that are wider than the column. Around
// hyphens the library lets a line grow too long.
func wrap(text string, columns int) string {
	columns = max(columns, 1)
	lines := strings.Split(ansi.Wrap(text, columns, ""), "\n")
	for i, l := range lines {
		lines[i] = ansi.Hardwrap(strings.TrimRight(l, " "), columns, false)
	}
	return strings.Join(lines, "\n")
}

// hang is wrap with every line but the first indented. The first one's own
// indent is of ASCII, and no blank in it is a place to break.
func hang(text string, indent, columns int) string {
	lines := strings.Split(wrap(text[indent:], columns-indent), "\n")
	return text[:indent] + strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

// window is the part of a typed text around the cursor that fits the columns,
// and where the cursor stands in it. What cannot be seen is shown as such.
func window(text string, cursor, columns int) (string, int) {
	runes := []rune(strings.Map(visible, text))
	columns = max(columns, 2)
	cursor = min(cursor, len(runes))
	from := 0
	for ansi.StringWidth(string(runes[from:cursor])) > columns-1 {
		from++
	}
	return ansi.Truncate(string(runes[from:]), columns, ""), ansi.StringWidth(string(runes[from:cursor]))
}

// visible puts a sign in the place of what a terminal does not print.
func visible(r rune) rune {
	if r == ' ' || unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

const bullet = "•"

// hidden is a typed secret as it is drawn.
func hidden(typed string) string { return strings.Repeat(bullet, len([]rune(typed))) }
