package ui

import (
	"strings"
	"time"

	"postern/client"
	"postern/flows"
)

// The words and the picture of a link that is waited for, or pasted.

// waiting writes which link is the right one, and how long it is waited for.
func (m model) waiting(c *column, l flows.Link) {
	c.add(keepAnswer, wrap(SayPress(l), c.width))
	if big := bigNumber(string(l.Number)); m.term.UTF8() && big != nil && bigWidth(big) <= c.width {
		c.add(keepSpace, "")
		c.add(keepSteps, strings.Join(big, "\n"))
		c.add(keepSpace, "")
	}
	c.add(keepClock, m.styles.faint.Render(wrap(waitLine(l, m.clock()), c.width)))
	if m.flow.Screen().Can.Resend {
		c.add(keepSteps, m.styles.faint.Render(wrap(resendLinkLine(l, m.now, m.tempo()), c.width)))
	}
}

// bigDigits are the ten figures, five rows of three modules each.
var bigDigits = [10][5]string{
	{"###", "# #", "# #", "# #", "###"},
	{" # ", "## ", " # ", " # ", "###"},
	{"###", "  #", "###", "#  ", "###"},
	{"###", "  #", " ##", "  #", "###"},
	{"# #", "# #", "###", "  #", "  #"},
	{"###", "#  ", "###", "  #", "###"},
	{"###", "#  ", "###", "# #", "###"},
	{"###", "  #", "  #", " # ", " # "},
	{"###", "# #", "###", "# #", "###"},
	{"###", "# #", "###", "  #", "###"},
}

const mostBig = 6 // figures: more are no number to look for in a mail

// bigNumber draws a number in blocks, two columns a module, for somebody who
// looks from it to a phone. It is nil for what is no number.
func bigNumber(number string) []string {
	if number == "" || len(number) > mostBig || strings.Trim(number, "0123456789") != "" {
		return nil
	}
	rows := make([]string, len(bigDigits[0]))
	for i := range rows {
		row := "  "
		for _, d := range number {
			row += strings.NewReplacer("#", "██", " ", "  ").Replace(bigDigits[d-'0'][i]) + "  "
		}
		rows[i] = strings.TrimRight(row, " ")
	}
	return rows
}

func bigWidth(rows []string) int {
	widest := 0
	for _, r := range rows {
		widest = max(widest, len([]rune(r)))
	}
	return widest
}

// isLink reports whether a method's message has a link in it, and no code.
func isLink(m client.Method) bool { return m.Channel() != "" && m.Channel() != m }

// resendAt is when another message may be asked for, zero for at once.
func resendAt(s flows.Screen) time.Time {
	switch shown := s.Show.(type) {
	case flows.Sent:
		return shown.ResendAt
	case flows.Link:
		return shown.ResendAt
	}
	return time.Time{}
}
