package ui

import (
	"context"
	"slices"
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

// layout is how a picture shares the window with the text.
type layout struct {
	picture       qrCode // no rows: the key takes its place
	columns, rows int    // what is left for the text
	below         bool   // the text stands below, not beside
}

// layout places the picture: beside the text, else above the code field, else
// not at all.
func (m model) layout(uri client.Secret, prefer qrForm) layout {
	none := layout{columns: m.columns, rows: m.rows}
	if m.page != pictureFirst {
		return none
	}
	text, below := uri.Reveal(), false
	quiet, form, ok := fitQR(text, m.columns-besideGap-narrowest, m.rows, m.term.UTF8(), prefer)
	if !ok {
		below = true
		quiet, form, ok = fitQR(text, m.columns, m.rows-1, m.term.UTF8(), prefer)
	}
	if !ok {
		return none
	}
	code, err := m.pictures.draw(uri, form, quiet, m.ink)
	switch {
	case err != nil:
		return none
	case below:
		return layout{code, m.columns, m.rows - len(code.rows), true}
	}
	return layout{code, m.columns - code.width - besideGap, m.rows, false}
}

// scanView draws the picture and everything else.
func (m model) scanView(s flows.Screen, sc flows.Scan) tea.View {
	l := m.layout(sc.URI, m.form)
	if l.below && (s.Notice != nil || m.aside != "") { // what is to be read goes first
		l = layout{columns: m.columns, rows: m.rows}
	}
	text, cursor := m.scanColumn(s, sc, l).fit(l.rows)
	v := tea.NewView(text)
	v.AltScreen, v.Cursor = true, cursor
	switch {
	case len(l.picture.rows) == 0:
	case l.below:
		v.Content = strings.Join(append(slices.Clone(l.picture.rows), text), "\n")
		if cursor != nil {
			cursor.Y += len(l.picture.rows)
		}
	default:
		v.Content = sideBySide(l.picture, text)
		if cursor != nil {
			cursor.X += l.picture.width + besideGap
		}
	}
	return v
}

// nextForm is the form after the one that is drawn now, qrNone when the
// window has room for no other.
func (m model) nextForm(uri client.Secret) qrForm {
	other := qrHalf
	if m.layout(uri, m.form).picture.form == qrHalf {
		other = qrFull
	}
	if m.layout(uri, other).picture.form != other {
		return qrNone
	}
	return other
}

func (m model) scanColumn(s flows.Screen, sc flows.Scan, l layout) *column {
	columns, picture := l.columns, len(l.picture.rows) > 0
	c := &column{width: columns, oneLine: l.below}
	switch m.page {
	case helpPage:
		c.add(keepTitle, m.styles.title.Render(wrap("Keys", columns)))
		for _, k := range append(keys.help(s, m.term.Phone != nil, true), keys.Suspend, keys.Cancel) {
			if h := k.Help(); h.Key != "" {
				c.add(keepHelp, h.Key+"\t"+h.Desc)
			}
		}
		c.add(keepAnswer, m.styles.faint.Render(wrap(anyKey, columns)))
		return c
	case linkPage:
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
	if m.page == pictureFirst && !picture {
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
	c.add(keepHelp, m.helpLine(s, columns, picture))
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
	return w, h + 1
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
