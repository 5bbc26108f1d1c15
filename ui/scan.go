package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/client"
	"postern/flows"
)

const (
	besideGap  = 2  // columns between the picture and the text
	narrowest  = 18 // columns that a code field with its words needs beside a picture
	codeRhythm = 30 * time.Second
)

// scanView draws the picture at the left and everything else at the right. In
// a window too small for that, the key takes the picture's place.
func (m model) scanView(s flows.Screen, sc flows.Scan) tea.View {
	picture, beside := m.picture(sc.URI)
	c := m.scanColumn(s, sc, beside, len(picture.rows) > 0)
	text, cursor := c.fit(m.rows)
	v := tea.NewView(text)
	v.AltScreen, v.Cursor = true, cursor
	if len(picture.rows) == 0 {
		return v
	}
	v.Content = sideBySide(picture, text)
	if cursor != nil {
		cursor.X += picture.width + besideGap
	}
	return v
}

// picture draws the code as it fits beside text of some width, and returns the
// columns that are left for the text.
func (m model) picture(uri client.Secret) (qrCode, int) {
	if m.help || m.link {
		return qrCode{}, m.columns
	}
	utf8 := m.term.UTF8()
	quiet, form, ok := fitQR(uri.Reveal(), m.columns-besideGap-narrowest, m.rows, utf8, m.form)
	if !ok {
		return qrCode{}, m.columns
	}
	code, err := m.pictures.draw(uri, form, quiet, m.ink)
	if err != nil {
		return qrCode{}, m.columns
	}
	return code, m.columns - code.width - besideGap
}

// nextForm is the form after the one that is drawn now, qrNone when the
// window has room for no other.
func (m model) nextForm(uri client.Secret) qrForm {
	now, _ := m.picture(uri)
	other := qrHalf
	if now.form == qrHalf {
		other = qrFull
	}
	_, form, ok := fitQR(uri.Reveal(), m.columns-besideGap-narrowest, m.rows, m.term.UTF8(), other)
	if !ok || form != other {
		return qrNone
	}
	return other
}

func (m model) scanColumn(s flows.Screen, sc flows.Scan, columns int, picture bool) *column {
	c := &column{width: columns}
	switch {
	case m.help:
		c.add(keepTitle, m.styles.title.Render(wrap("Keys", columns)))
		for _, k := range append(keys.help(s, m.term.Phone != nil), keys.Suspend, keys.Cancel) {
			if h := k.Help(); h.Key != "" {
				c.add(keepHelp, h.Key+"\t"+h.Desc)
			}
		}
		c.add(keepAnswer, m.styles.faint.Render(wrap(anyKey, columns)))
		return c
	case m.link:
		c.add(keepTitle, m.styles.title.Render(wrap(linkTitle, columns)))
		c.add(keepAnswer, wrap(sc.URI.Reveal(), columns))
		c.add(keepHelp, m.styles.faint.Render(wrap(anyKey, columns)))
		return c
	}
	if m.term.Sandbox {
		c.add(keepBanner, m.styles.banner.Render(wrap(sandboxBanner, columns)))
		c.add(keepSpace, "")
	}
	c.add(keepTitle, m.styles.title.Render(wrap(title(s), columns)))
	c.add(keepSteps, strings.Join(wrapEach(scanSteps(picture), columns), "\n"))
	c.add(keepSpace, "")
	c.add(keepKey, wrap("Key "+grouped(sc.Key.Reveal()), columns))
	if !picture {
		w, h := m.wantsWindow(sc.URI)
		c.add(keepSteps, m.styles.faint.Render(wrap(needsSize(w, h), columns)))
	}
	c.add(keepSpace, "")
	m.answer(c, s)
	m.notice(c, s)
	if m.aside != "" {
		c.add(keepNotice, wrap(m.aside, columns))
	}
	c.add(keepSpace, "")
	c.add(keepHelp, m.helpLine(s, columns))
	return c
}

// wantsWindow is the smallest window in which this code is drawn.
func (m model) wantsWindow(uri client.Secret) (columns, rows int) {
	modules, err := qrModules(uri.Reveal())
	if err != nil {
		return 0, 0
	}
	form := qrHalf
	if !m.term.UTF8() {
		form = qrFull
	}
	w, h := qrSize(modules, form, qrQuietThin)
	return w + besideGap + narrowest, h
}

// left30 is the time until the app shows its next code. It follows the
// server's clock, as the app's phone does.
func (m model) left30(s flows.Screen) time.Duration {
	now, period := m.now, codeRhythm
	if sc, ok := s.Show.(flows.Scan); ok {
		now, period = now.Add(sc.ClockOffset), sc.Period
	}
	return period - time.Duration(now.UnixNano())%period
}

// sideBySide puts the text's lines beside the picture's rows.
func sideBySide(picture qrCode, text string) string {
	lines := strings.Split(text, "\n")
	n := max(len(lines), len(picture.rows))
	blank := strings.Repeat(" ", picture.width)
	gap := strings.Repeat(" ", besideGap)
	out := make([]string, n)
	for i := range out {
		left, right := blank, ""
		if i < len(picture.rows) {
			left = picture.rows[i]
		}
		if i < len(lines) {
			right = lines[i]
		}
		out[i] = left + gap + right
	}
	return strings.Join(out, "\n")
}

func wrapEach(lines []string, columns int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = ansi.Wrap(l, max(columns, 1), "")
	}
	return out
}

// lookAtPhone says what the sandbox phone shows.
func lookAtPhone(ctx context.Context, p Phone, loginID string) string {
	code, err := p.Code(ctx, loginID)
	if err != nil {
		return sayPhoneFailed(err)
	}
	return phoneSays(code)
}
