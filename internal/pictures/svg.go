// Package pictures draws the pictures of the documentation from the real
// program: go test ./internal/pictures -update
package pictures

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	"postern/internal/ptytest"
)

// The size of a cell in a picture, in SVG units: two to one, as modules of a
// QR code in half blocks want it.
const (
	cellWidth  = 9
	cellHeight = 18
	margin     = 12
)

// svg draws a screen on a theme. Blocks are rectangles, so that a QR code can
// be scanned from the picture; all else is text in a monospaced font.
func svg(g ptytest.Grid, theme ptytest.Theme) string {
	columns := 0
	for _, line := range g {
		columns = max(columns, len(line))
	}
	width, height := columns*cellWidth+2*margin, len(g)*cellHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", hex(theme.Background))
	b.WriteString(`<g shape-rendering="crispEdges">` + "\n")
	for y, line := range g {
		blocks(&b, line, y, theme)
	}
	b.WriteString("</g>\n" + `<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">` + "\n")
	for y, line := range g {
		texts(&b, line, y, theme)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// blocks draws backgrounds and half blocks, runs of one colour at a time.
func blocks(b *strings.Builder, line ptytest.Line, y int, theme ptytest.Theme) {
	for half := range 2 {
		for x := 0; x < len(line); {
			c := halfColour(line[x], half, theme)
			end := x + 1
			for end < len(line) && halfColour(line[end], half, theme) == c {
				end++
			}
			if c != theme.Background {
				fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", margin+x*cellWidth,
					margin+y*cellHeight+half*cellHeight/2, (end-x)*cellWidth, cellHeight/2, hex(c))
			}
			x = end
		}
	}
}

// halfColour is what the upper (0) or lower (1) half of a cell is filled with.
func halfColour(c ptytest.Cell, half int, theme ptytest.Theme) color.RGBA {
	fg, bg := c.Colours(theme)
	if c.Text == "▄" && half == 1 {
		return fg
	}
	return bg
}

// texts draws the words of a line, runs of one style at a time, each letter at
// its own place: a reader's font may be wider than ours.
func texts(b *strings.Builder, line ptytest.Line, y int, theme ptytest.Theme) {
	for x := 0; x < len(line); {
		if blank(line[x]) {
			x++
			continue
		}
		fg, _ := line[x].Colours(theme)
		attrs := line[x].Style.Attrs
		start, word := x, ""
		for x < len(line) && !blank(line[x]) && line[x].Style.Attrs == attrs {
			if next, _ := line[x].Colours(theme); next != fg {
				break
			}
			word += line[x].Text
			x++
		}
		style := ""
		if attrs&1 != 0 { // bold
			style = ` font-weight="bold"`
		}
		if attrs&2 != 0 { // faint
			style += ` opacity="0.65"`
		}
		fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" fill="%s"%s>%s</text>`+"\n", margin+start*cellWidth,
			margin+y*cellHeight+cellHeight-5, (x-start)*cellWidth, hex(fg), style, html.EscapeString(word))
	}
}

func blank(c ptytest.Cell) bool { return c.Text == "" || c.Text == " " || c.Text == "▄" }

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
