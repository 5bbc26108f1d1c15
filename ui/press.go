package ui

import (
	"strings"
	"time"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// press takes a key.
func (m model) press(k tea.KeyPressMsg) (model, tea.Cmd) {
	s := m.flow.Screen()
	on := m.on(s)
	switch {
	case key.Matches(k, keys.Interrupt):
		return m.interrupt()
	case m.curtain != open || m.closing:
		return m, nil
	case key.Matches(k, keys.Suspend):
		return m.suspend()
	case m.page > keyPage && (k.Code == tea.KeyUp || k.Code == tea.KeyDown):
		sc, _ := s.Show.(flows.Scan)
		return m.turnPage(sc, map[rune]int{tea.KeyUp: -1, tea.KeyDown: 1}[k.Code]), nil
	case m.page > keyPage:
		m.page = pictureFirst
		if !isDigit(k.Text) {
			return m, nil
		}
	case key.Matches(k, on.Cancel):
		return m.move(flows.Cancel{})
	case key.Matches(k, keys.Back) && m.page == keyPage:
		m.page = pictureFirst
		return m, nil
	case key.Matches(k, on.Back):
		if s.Can.Back {
			return m.move(flows.Back{})
		}
		return m.move(flows.Cancel{})
	}
	switch {
	case key.Matches(k, on.Details):
		m.details = !m.details
		return m, nil
	case len(s.Choices) > 0:
		return m.choose(k, s)
	case key.Matches(k, on.commands()...):
		return m.pressCommand(k, s)
	case s.Ask == nil:
		m.early = m.early.press(k)
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

// choose moves between numbered choices, or takes one by its number. A figure
// that others may follow waits for them, or for Enter.
func (m model) choose(k tea.KeyPressMsg, s flows.Screen) (model, tea.Cmd) {
	begun := m.number
	if m.number = 0; begun > 0 {
		m.aside = ""
	}
	switch n := len(s.Choices); {
	case m.unseen(s): // the screen says that the window is too small
	case key.Matches(k, keys.Up):
		m.pick = (m.pick + n - 1) % n
	case key.Matches(k, keys.Down):
		m.pick = (m.pick + 1) % n
	case key.Matches(k, keys.Enter):
		return m.move(flows.Pick{Index: m.pick})
	case isDigit(k.Text):
		number := int(k.Text[0] - '0')
		if longer := 10*begun + number; longer <= n {
			number = longer
		}
		if number < 1 || number > n {
			return m, nil
		}
		if 10*number > n {
			return m.move(flows.Pick{Index: number - 1})
		}
		m.number, m.pick, m.aside = number, number-1, saidFigure(number)
	}
	return m, nil
}

// habit is how soon after a code has sent itself an Enter is the hand's own:
// it would clear the answer to the code, or send one that was held back.
const habit = time.Second

// pressCode takes a key beside a code field: digits are typed, letters are
// commands. A code of known length sends itself at its last digit, others wait
// for Enter.
func (m model) pressCode(k tea.KeyPressMsg, s flows.Screen) (model, tea.Cmd) {
	if key.Matches(k, keys.Enter) {
		samples, sampled := s.Show.(flows.Samples)
		switch {
		case !m.on(s).Enter.Enabled():
			return m, nil
		case sampled && digitCount(m.input.Value()) == 0:
			return m.nextSample(samples), nil
		case m.runner.Now().Sub(m.sent) < habit:
			return m, nil
		}
		return m.submit()
	}
	if k.Text != "" && !strings.ContainsFunc(k.Text, codeRune) {
		return m, nil
	}
	before := digitCount(m.input.Value())
	if s.Ask.Digits > 0 && before >= s.Ask.Max && digitCount(k.Text) > 0 {
		m.input.Reset() // a new code after one that was held back
		before = 0
	}
	var cmd tea.Cmd
	m.sent = time.Time{} // the next Enter is for what is typed now
	m.input, cmd = m.input.Update(k)
	if now := digitCount(m.input.Value()); now == s.Ask.Digits && before < now {
		m.sent = m.runner.Now()
		return m.submit()
	}
	return m, cmd
}

// pressCommand takes a key that is on, beside those that answer a question.
func (m model) pressCommand(k tea.KeyPressMsg, s flows.Screen) (model, tea.Cmd) {
	switch {
	case key.Matches(k, keys.Phone) && s.Step == flows.StepMagic:
		return m, m.newestLink(s)
	case key.Matches(k, keys.Phone):
		m.manual = true
		return m, m.lookUp(s)
	case key.Matches(k, keys.Resend):
		return m.move(flows.Resend{At: m.runner.Now()})
	case key.Matches(k, keys.Method):
		return m.move(flows.Another{})
	case key.Matches(k, keys.Lost):
		return m.move(flows.Lost{})
	}
	uri, picture := m.pictured(s)
	if !picture {
		return m, nil
	}
	m.aside, m.asideEnd = "", time.Time{}
	if !key.Matches(k, keys.Key) { // which turns to the notice, and back
		m.read, m.past = true, true
	}
	switch sc, scan := s.Show.(flows.Scan); {
	case key.Matches(k, keys.Form):
		m.form = m.nextForm(uri)
	case key.Matches(k, keys.Invert):
		m.ink.invert = !m.ink.invert
	case scan:
		return m.pressKey(k, s, sc)
	}
	return m, nil
}

// paste takes a paste as a whole: one submit, however many lines it has.
func (m model) paste(text string) (model, tea.Cmd) {
	s := m.flow.Screen()
	if m.curtain != open || m.closing {
		return m, nil
	}
	if m.page > keyPage {
		m.page = pictureFirst
	}
	if len(text) > longestKept && !s.Ask.Code() {
		m.aside = saidTooLong
		return m, nil
	}
	text = text[:min(len(text), longestKept)]
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	if s.Ask == nil {
		m.early = m.early.press(tea.KeyPressMsg{Text: string(client.Clean(line))})
		return m, nil
	}
	if s.Step == flows.StepMagic { // mail programs break long lines
		m.input, _ = m.input.Update(tea.PasteMsg{Content: strings.NewReplacer("\r", "", "\n", "", "\t", "").Replace(text)})
		return m, nil
	}
	if !s.Ask.Code() {
		if !s.Ask.Hidden { // a password is taken as it is
			line = string(client.Clean(line))
		}
		m.input, _ = m.input.Update(tea.PasteMsg{Content: strings.TrimRight(line, "\r")})
		return m, nil
	}
	m.sent = time.Time{}
	m.input.SetValue(strings.TrimSpace(strings.Map(keepCode, line)))
	m.input.CursorEnd()
	if digitCount(m.input.Value()) == s.Ask.Digits {
		m.sent = m.runner.Now()
		return m.submit()
	}
	return m, nil
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
