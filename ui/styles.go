package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// styles are the few ways in which text differs. Weight carries the meaning;
// colour, one of the theme's own eight, only repeats it.
type styles struct {
	banner, title, key, notice, hint, faint, picked lipgloss.Style
}

func newStyles(noColor bool) styles {
	paint := func(s lipgloss.Style, c color.Color) lipgloss.Style {
		if noColor {
			return s
		}
		return s.Foreground(c)
	}
	plain := lipgloss.NewStyle()
	return styles{
		banner: paint(plain.Bold(true), lipgloss.Magenta), // where bold is bright, plain magenta is too dark on black
		title:  plain.Bold(true),
		key:    plain.Bold(true),
		notice: paint(plain.Bold(true), lipgloss.Red),
		hint:   plain,
		faint:  plain.Faint(true),
		picked: plain.Bold(true),
	}
}
