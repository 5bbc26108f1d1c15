package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// The words and the picture of a link that is waited for, or pasted.

// linkTitleOf says where the message with the links went.
func linkTitleOf(s flows.Screen) string {
	l, _ := s.Show.(flows.Link)
	if l.To == "" {
		return fmt.Sprintf("%s: a mail with links was sent.", titled(sentTitles, s))
	}
	return fmt.Sprintf("%s: a mail with links was sent to %s.", titled(sentTitles, s), l.To)
}

// SayPress says which link is the right one.
func SayPress(l flows.Link) string {
	return fmt.Sprintf("Press link %s in the mail, on this computer or another one.", l.Number)
}

const (
	plainLinkKeys  = "Type a letter: %sm for another method, b goes back."
	plainMagicKeys = "Paste the link, or type a letter: %sm for another method, b goes back."
	plainPressKey  = "p presses it in the sandbox inbox."
	plainPasteKey  = "p shows the newest link in the sandbox inbox."
)

// spokenSilence is how long there has to be no answer before that is said: one
// lost poll is none.
const spokenSilence = 3 * time.Second

// waitLine counts down to the end of the waiting.
func waitLine(l flows.Link, now time.Time) string {
	rest := left(max(l.Until.Sub(now), 0))
	if silence := now.Sub(l.Heard); !l.Heard.IsZero() && silence >= spokenSilence {
		return fmt.Sprintf("No answer for %s, still waiting: %s left.", left(silence), rest)
	}
	return fmt.Sprintf("Waiting: %s left.", rest)
}

// resendLinkLine says when another link may be asked for.
func resendLinkLine(l flows.Link, now time.Time, by tempo) string {
	return resendLine(flows.Sent{ResendAt: l.ResendAt}, now, by)
}

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

// pressInInbox presses the right link of the newest mail in the sandbox.
func pressInInbox(ctx context.Context, p Phone, loginID string) string {
	number, err := p.Press(ctx, loginID)
	if err != nil {
		return fmt.Sprintf("The sandbox inbox has no link to press: %s.", client.Clean(err.Error()))
	}
	return fmt.Sprintf("Sandbox inbox: link %s was pressed.", client.Clean(number))
}

// linkInInbox is the newest link in the sandbox inbox, for a line.
func linkInInbox(ctx context.Context, p Phone, loginID string) string {
	link, err := p.Link(ctx, loginID)
	if err != nil {
		return sayNoLink(err)
	}
	return fmt.Sprintf("Sandbox inbox: %s", client.Clean(link))
}

func sayNoLink(err error) string {
	return fmt.Sprintf("The sandbox inbox has no link: %s.", client.Clean(err.Error()))
}

// isLink reports whether a method's message has a link in it, and no code.
func isLink(m client.Method) bool { return m.Channel() != "" && m.Channel() != m }

// explainLink has the client's errors about a link.
func explainLink(e *client.Error) (x Explanation, ok bool) {
	waited := strings.HasPrefix(e.Op, "enchanted link")
	switch {
	case e.Kind == client.Pending:
		return said("The link was not pressed in time.", "Have another one sent, or choose another method."), true
	case !waited && !strings.HasPrefix(e.Op, "magic link"):
		return x, false
	case e.Kind == client.CodeExpired:
		return said("The link is too old.", "Have another one sent."), true
	case e.Kind == client.WrongCode && waited:
		return said("One of the other links was pressed, or this one was used before.", "Have another one sent, and press the one with its number."), true
	case e.Kind == client.WrongCode:
		return said("The link is not a good one, or was used before.", "Paste the newest one, or have another one sent."), true
	}
	return x, false
}

// newestLink gets the newest link out of the sandbox inbox, to be pasted.
func (m model) newestLink(s flows.Screen) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if recover() != nil {
				msg = panicMsg{}
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), asideWait)
		defer cancel()
		link, err := m.term.Phone.Link(ctx, s.LoginID)
		if err != nil {
			return asideMsg{s.Step, sayNoLink(err)}
		}
		return linkMsg(link)
	}
}
