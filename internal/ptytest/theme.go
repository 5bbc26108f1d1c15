package ptytest

import (
	"image/color"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Theme is what a terminal makes of the colours that a program only names: its
// own foreground and background, and the first sixteen.
type Theme struct {
	Name                   string
	Foreground, Background color.RGBA
	Sixteen                [16]color.RGBA
}

// The themes that drawings are tried on.
var (
	Dark  = theme("dark", 0xe5e5e5, 0x000000, xtermSixteen)
	Light = theme("light", 0x000000, 0xffffff, xtermSixteen)

	SolarizedDark  = theme("solarized dark", 0x839496, 0x002b36, solarizedSixteen)
	SolarizedLight = theme("solarized light", 0x657b83, 0xfdf6e3, solarizedSixteen)
)

// Themes are all of them.
var Themes = []Theme{Dark, Light, SolarizedDark, SolarizedLight}

// xterm's defaults (XTerm-col.ad).
var xtermSixteen = [16]uint32{
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
}

// Solarized, as its author publishes it: the bright half is mostly greys.
var solarizedSixteen = [16]uint32{
	0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5,
	0x002b36, 0xcb4b16, 0x586e75, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
}

func theme(name string, fg, bg uint32, sixteen [16]uint32) Theme {
	t := Theme{Name: name, Foreground: rgb(fg), Background: rgb(bg)}
	for i, c := range sixteen {
		t.Sixteen[i] = rgb(c)
	}
	return t
}

func rgb(c uint32) color.RGBA {
	return color.RGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xff}
}

// resolve turns a colour as it was sent into one that can be seen. Only the
// first sixteen are the theme's, also where they are named by an index.
func (t Theme) resolve(c color.Color, own color.RGBA) color.RGBA {
	switch c := c.(type) {
	case nil:
		return own
	case ansi.BasicColor:
		return t.Sixteen[c&15]
	case ansi.IndexedColor:
		if c < 16 {
			return t.Sixteen[c]
		}
	}
	return color.RGBAModel.Convert(c).(color.RGBA)
}

// Colours are the two colours that the cell shows on a theme, with reverse
// video and concealed text taken into account.
func (c Cell) Colours(t Theme) (fg, bg color.RGBA) {
	fg = t.resolve(c.Style.Fg, t.Foreground)
	bg = t.resolve(c.Style.Bg, t.Background)
	if c.Style.Attrs&uv.AttrReverse != 0 {
		fg, bg = bg, fg
	}
	if c.Style.Attrs&uv.AttrConceal != 0 {
		fg = bg
	}
	return fg, bg
}
