package ui

import (
	"image/color"
	"math"
	"testing"

	"charm.land/lipgloss/v2"
)

// palettes are how terminals show the colours that we use, on what ground, and
// as what they show them in bold where they brighten that. From xterm's
// XTerm-col.ad, the Linux console's VGA colours, the Solarized table and
// Windows Terminal's Campbell.
var palettes = []struct {
	name                     string
	ground                   uint32
	red, magenta             uint32
	brightRed, brightMagenta uint32
	boldIsBright             bool // by default; elsewhere it may be
}{
	{"xterm dark", 0x000000, 0xcd0000, 0xcd00cd, 0xff0000, 0xff00ff, false},
	{"xterm light", 0xffffff, 0xcd0000, 0xcd00cd, 0xff0000, 0xff00ff, false},
	{"Linux console", 0x000000, 0xaa0000, 0xaa00aa, 0xff5555, 0xff55ff, true},
	{"Solarized dark", 0x002b36, 0xdc322f, 0xd33682, 0xcb4b16, 0x6c71c4, false},
	{"Solarized light", 0xfdf6e3, 0xdc322f, 0xd33682, 0xcb4b16, 0x6c71c4, false},
	{"Campbell", 0x0c0c0c, 0xc50f1f, 0x881798, 0xe74856, 0xb4009e, true},
}

// least is what WCAG 2.2, 1.4.3, asks of large or bold text, to one.
const least = 3.0

func TestColoursAreLegibleOnEveryTheme(t *testing.T) {
	styles := newStyles(false)
	for name, s := range map[string]lipgloss.Style{
		"banner": styles.banner, "title": styles.title, "key": styles.key, "notice": styles.notice, "hint": styles.hint, "picked": styles.picked,
	} {
		ink := s.GetForeground()
		if _, none := ink.(lipgloss.NoColor); none {
			continue
		}
		for _, p := range palettes {
			plain, bright := p.red, p.brightRed
			switch ink {
			case color.Color(lipgloss.Red):
			case color.Color(lipgloss.Magenta):
				plain, bright = p.magenta, p.brightMagenta
			default:
				t.Errorf("%s: got the colour %v, which no palette here has", name, ink)
			}
			shown := []uint32{plain}
			switch {
			case s.GetBold() && p.boldIsBright:
				shown = []uint32{bright}
			case s.GetBold():
				shown = append(shown, bright)
			}
			for _, c := range shown {
				if got := contrast(c, p.ground); got < least {
					t.Errorf("%s on %s: got a contrast of %.1f, want %.1f", name, p.name, got, least)
				}
			}
		}
	}
}

// contrast is that of WCAG 2.2 between two sRGB colours.
func contrast(a, b uint32) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(rgb uint32) float64 {
	part := func(shift int) float64 {
		v := float64(rgb>>shift&0xff) / 0xff
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
