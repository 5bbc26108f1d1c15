package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

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
	form          qrForm // qrNone: the key takes the picture's place
	quiet         int
	columns, rows int  // what is left for the text
	below         bool // the text stands below, not beside
}

// layout places the picture: beside the text, else above the code field, else
// not at all. Above the field there is no room for news, so they go first
// until they were read.
func (m model) layout(s flows.Screen, uri client.Secret, prefer qrForm) layout {
	none := layout{columns: m.columns, rows: m.rows}
	if m.page != pictureFirst {
		return none
	}
	text, utf8 := uri.Reveal(), m.term.UTF8()
	modules, err := qrModules(text)
	if err != nil {
		return none
	}
	if quiet, form, ok := fitQR(text, m.columns-besideGap-narrowest, m.rows, utf8, prefer); ok {
		width, _ := qrSize(modules, form, quiet)
		return layout{form, quiet, m.columns - width - besideGap, m.rows, false}
	}
	news := s.Notice != nil && !m.read || m.aside != ""
	if quiet, form, ok := fitQR(text, m.columns, m.rows-1, utf8, prefer); ok && !news {
		_, height := qrSize(modules, form, quiet)
		return layout{form, quiet, m.columns, m.rows - height, true}
	}
	return none
}

// scanView draws the picture and everything else.
func (m model) scanView(s flows.Screen, uri client.Secret) tea.View {
	if sc, scan := s.Show.(flows.Scan); scan && m.page > keyPage {
		return m.pageView(sc)
	}
	l := m.layout(s, uri, m.form)
	var picture qrCode
	if l.form != qrNone {
		var err error
		if picture, err = m.pictures.draw(uri, l.form, l.quiet, m.ink); err != nil {
			l, picture = layout{columns: m.columns, rows: m.rows}, qrCode{}
		}
	}
	text, cursor := m.scanColumn(s, uri, l).fit(l.rows)
	v := tea.NewView(text)
	v.AltScreen, v.Cursor = true, cursor
	switch {
	case l.form == qrNone:
	case l.below:
		v.Content = strings.Join(append(slices.Clone(picture.rows), text), "\n")
		if cursor != nil {
			cursor.Y += len(picture.rows)
		}
	default:
		v.Content = sideBySide(picture, text)
		if cursor != nil {
			cursor.X += picture.width + besideGap
		}
	}
	return v
}

// nextForm is the form after the one that is drawn now, qrNone when the
// window has room for no other.
func (m model) nextForm(uri client.Secret) qrForm {
	s := flows.Screen{} // news do not count: they pass
	other := qrHalf
	if m.layout(s, uri, m.form).form == qrHalf {
		other = qrFull
	}
	if m.layout(s, uri, other).form != other {
		return qrNone
	}
	return other
}

func (m model) scanColumn(s flows.Screen, uri client.Secret, l layout) *column {
	columns, picture := l.columns, l.form != qrNone
	c := &column{width: columns, oneLine: l.below}
	if m.term.Sandbox {
		c.add(keepBanner, m.styles.banner.Render(wrap(sandboxBanner, columns)))
		c.add(keepSpace, "")
	}
	c.add(keepTitle, m.styles.title.Render(wrap(title(s), columns)))
	sc, scan := s.Show.(flows.Scan)
	if scan {
		c.add(keepSteps, wrap(strings.Join(scanSteps(picture), "\n"), columns))
		c.add(keepSpace, "")
		c.add(keepKey, wrap(keyLabel+" "+grouped(sc.Key.Reveal()), columns))
	} else {
		c.add(keepSteps, wrap(strings.Join(m.sampleSteps(l.form), "\n"), columns))
	}
	if w, h := m.wantsWindow(uri); w > m.columns || h > m.rows {
		c.add(keepSteps, m.styles.faint.Render(wrap(needsSize(w, h), columns)))
	}
	c.add(keepSpace, "")
	m.answer(c, s)
	m.notice(c, s)
	if m.aside != "" {
		c.add(keepNotice, wrap(m.aside, columns))
	}
	c.add(keepSpace, "")
	c.add(keepHelp, m.helpLine(m.on(s).short(), columns))
	return c
}

// pressKey takes a letter for a key on its way into an app, by another way than
// the picture on the screen.
func (m model) pressKey(k tea.KeyPressMsg, s flows.Screen, sc flows.Scan) (model, tea.Cmd) {
	m.manual = m.manual || key.Matches(k, keys.Link, keys.Key, keys.Copy, keys.Save)
	switch {
	case key.Matches(k, keys.Help):
		m.page, m.top = helpPage, 0
	case key.Matches(k, keys.Link):
		m.page, m.top = linkPage, 0
	case key.Matches(k, keys.Key):
		m = m.turn(s, sc)
	case key.Matches(k, keys.Copy):
		m.aside = saidCopied
		if m.term.env("TMUX") != "" {
			m.aside = saidToTmux
		}
		return m, m.term.copying(sc.Key)
	case key.Matches(k, keys.Save):
		age := m.pictures.age()
		return m, saying(s.Step, func(context.Context) string { return m.pictures.save(sc.URI, age) })
	}
	return m, nil
}

// turn goes to and fro between the picture and the text alone. Where a notice
// has taken the picture's room, it is over: it was read.
func (m model) turn(s flows.Screen, sc flows.Scan) model {
	hidden := m.page == pictureFirst && m.layout(s, sc.URI, m.form).form == qrNone
	m.read = true
	if m.page = keyPage - m.page; hidden {
		m.page = pictureFirst
	}
	return m
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
