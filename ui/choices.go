package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"postern/flows"
)

// choices writes the numbered choices. Where the window has no room for all,
// each gets one line, and then those around the chosen one are shown.
func (m model) choices(c *column, s flows.Screen) {
	n := len(s.Choices)
	if n == 0 {
		return
	}
	lines := make([]string, n)
	for i := range lines {
		lines[i] = m.choiceLine(s, i, c.width)
	}
	needed := slices.DeleteFunc(slices.Clone(c.parts), func(p part) bool { return p.keep > keepTitle })
	room := max(m.rows-height(needed), min(m.rows, n, leastRows))
	from := 0
	if strings.Count(strings.Join(lines, "\n"), "\n")+1 > room {
		from = min(max(m.pick-room/2, 0), max(n-room, 0))
		to := min(from+room, n)
		for i := from; i < to; i++ {
			more := ""
			if i == from && from > 0 || i == to-1 && to < n {
				more = " …"
			}
			lines[i] = ansi.Truncate(m.choiceLine(s, i, unwrapped), c.width-ansi.StringWidth(more), "…") + more
		}
		lines = lines[from:to]
	}
	for _, l := range lines {
		c.add(keepAnswer, l)
	}
}

const unwrapped = 1000 // columns: no choice is as wide

func (m model) choiceLine(s flows.Screen, i, columns int) string {
	mark, style := "  ", m.styles.hint
	if i == m.pick {
		mark, style = "> ", m.styles.picked
	}
	digits := len(fmt.Sprint(len(s.Choices)))
	return style.Render(hang(fmt.Sprintf("%s%*d %s", mark, digits, i+1, choiceLabel(s, i)), 3+digits, columns))
}
