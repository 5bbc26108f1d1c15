package ui

import (
	"strings"

	"postern/client"
	"postern/flows"
)

// The sentences and the screen of recovery codes.

// codesText sets codes in as many columns as it takes to fit. ok is false where
// not all can be shown.
func codesText(codes []client.Secret, columns, rows int) (text string, ok bool) {
	width := 0
	for _, c := range codes {
		width = max(width, len([]rune(c.Reveal()))+codeGap)
	}
	across := 1
	for deep(codes, across) > rows && (across+1)*width <= columns {
		across++
	}
	if deep(codes, across) > rows || width > columns {
		return noRoomHere, false
	}
	var b strings.Builder
	for i := range deep(codes, across) {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := ""
		for j := i; j < len(codes); j += deep(codes, across) { // downwards, as lists are read
			code := codes[j].Reveal()
			line += code + strings.Repeat(" ", width-len([]rune(code)))
		}
		b.WriteString(strings.TrimRight(line, " "))
	}
	return b.String(), true
}

const codeGap = 3 // columns between two codes

func deep(codes []client.Secret, across int) int { return (len(codes) + across - 1) / across }

// roomForCodes is what the window leaves beside the title and the answer.
func (m model) roomForCodes() int { return max(m.rows-codesFrame, 1) }

const codesFrame = 4 // rows: a title, the answer and its help; the rest gives way

// codes writes the codes of a screen that has some.
func (m model) codes(c *column, s flows.Screen) {
	made, ok := s.Show.(flows.Codes)
	if !ok {
		return
	}
	text, whole := codesText(made.Codes, c.width, m.roomForCodes())
	if !whole {
		text = wrap(text, c.width)
	}
	c.add(keepAnswer, text)
	c.add(keepSteps, m.styles.hint.Render(wrap(codesAdvice, c.width)))
}

// unseen reports whether there are codes that do not fit the window: nobody
// has written those down.
func (m model) unseen(s flows.Screen) bool {
	made, ok := s.Show.(flows.Codes)
	if !ok {
		return false
	}
	_, whole := codesText(made.Codes, m.columns, m.roomForCodes())
	return !whole || m.columns < leastColumns || m.rows < leastRows
}
