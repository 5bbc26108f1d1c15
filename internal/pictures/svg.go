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

// picture is a screen, and where its cursor stands.
type picture struct {
	ptytest.Grid
	x, y   int
	cursor bool // it is shown
}

// svg draws a screen on a theme. Blocks are shapes, so that a QR code can be
// scanned from the picture; all else is text in a monospaced font.
func svg(p picture, theme ptytest.Theme) string {
	columns := 0
	for _, line := range p.Grid {
		columns = max(columns, len(line))
	}
	width, height := columns*cellWidth+2*margin, len(p.Grid)*cellHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", hex(theme.Background))
	blocks(&b, p.Grid, theme)
	if p.cursor {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" opacity="0.5"/>`+"\n",
			margin+p.x*cellWidth, margin+p.y*cellHeight, cellWidth, cellHeight, hex(theme.Foreground))
	}
	b.WriteString(`<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="15" xml:space="preserve">` + "\n")
	for y, line := range p.Grid {
		texts(&b, line, y, theme)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// blocks draws backgrounds and blocks: a path for each colour, in runs of
// upper and lower halves of cells.
func blocks(b *strings.Builder, g ptytest.Grid, theme ptytest.Theme) {
	var colours []color.RGBA // in the order in which they are met
	paths := map[color.RGBA]*strings.Builder{}
	for half := range 2 * len(g) {
		line := g[half/2]
		for x := 0; x < len(line); {
			c, end := halfColour(line[x], half%2, theme), x+1
			for end < len(line) && halfColour(line[end], half%2, theme) == c {
				end++
			}
			if c != theme.Background {
				if paths[c] == nil {
					colours, paths[c] = append(colours, c), &strings.Builder{}
				}
				fmt.Fprintf(paths[c], "M%d %dh%dv%dh%dz", margin+x*cellWidth, margin+half*cellHeight/2,
					(end-x)*cellWidth, cellHeight/2, -(end-x)*cellWidth)
			}
			x = end
		}
	}
	for _, c := range colours {
		fmt.Fprintf(b, `<path shape-rendering="crispEdges" fill="%s" d="%s"/>`+"\n", hex(c), paths[c])
	}
}

// halfColour is what the upper (0) or lower (1) half of a cell is filled with.
func halfColour(c ptytest.Cell, half int, theme ptytest.Theme) color.RGBA {
	fg, bg := c.Colours(theme)
	if c.Text == "█" || c.Text == "▄" && half == 1 || c.Text == "▀" && half == 0 {
		return fg
	}
	return bg
}

// texts draws the words of a line, runs of one style at a time, each run at
// its own place and width: a reader's font may be wider than ours.
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

// blank reports whether a cell has nothing to be written as text.
func blank(c ptytest.Cell) bool {
	return c.Text == "" || strings.Contains(" █▄▀", c.Text)
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
