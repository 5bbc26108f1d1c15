package ptytest

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Cell is one place on the screen.
type Cell struct {
	Text  string   // one character with what combines with it; empty in the right half of a wide one
	Style uv.Style // colours as they were sent: nil is the terminal's own; see [Cell.Colours]
	wide  bool     // the right half of a wide character
}

// Line is one row of cells.
type Line []Cell

// Grid is a screen, or a part of one: rows of equal length.
type Grid []Line

// ParseGrid draws lines of text with colour sequences, as `tmux capture-pane
// -e` prints them or as a program builds them, each at the left edge. The grid
// is as wide as the widest line.
func ParseGrid(lines ...string) Grid {
	cols := 1
	for _, line := range lines {
		cols = max(cols, ansi.StringWidth(line))
	}
	e := newEmulator(cols, max(len(lines), 1))
	for y, line := range lines {
		e.move(0, y)
		e.write([]byte(line))
	}
	return e.cells
}

// Replay draws what a program wrote on a terminal of the size, theme and kind
// that opts name, and answers its screen.
func Replay(output []byte, opts Options) Grid {
	opts = opts.filled("")
	e := newEmulator(opts.Cols, opts.Rows)
	e.noBCE = opts.NoBCE
	e.write(output)
	return e.cells
}

// Text is the grid as plain text: blanks at the end of a line and empty lines
// at the end are left out.
func (g Grid) Text() string {
	lines := make([]string, len(g))
	for y, line := range g {
		lines[y] = line.text()
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Find gives the place where text stands first, counted from 0.
func (g Grid) Find(text string) (x, y int, ok bool) {
	for y, line := range g {
		for x := range line {
			if !line[x].wide && strings.HasPrefix(Line(line[x:]).text(), text) {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

func (l Line) text() string {
	var b strings.Builder
	for _, cell := range l {
		b.WriteString(cell.Text)
	}
	return strings.TrimRight(b.String(), " ")
}

func newGrid(cols, rows int) Grid {
	g := make(Grid, rows)
	for y := range g {
		g[y] = Line(make([]Cell, cols)).fill(Cell{Text: " "})
	}
	return g
}

// fit cuts or fills the grid to a size.
func (g Grid) fit(cols, rows int) Grid {
	out := newGrid(cols, rows)
	for y := range min(rows, len(g)) {
		copy(out[y], g[y])
	}
	return out
}

func (g Grid) clone() Grid {
	out := make(Grid, len(g))
	for y, line := range g {
		out[y] = line.clone()
	}
	return out
}

func (l Line) clone() Line {
	return append(Line(nil), l...)
}

func (l Line) fill(cell Cell) Line {
	for x := range l {
		l[x] = cell
	}
	return l
}

// put sets one cell; a wide character that loses a half loses the other too.
func (l Line) put(x int, cell Cell) {
	if l[x].wide && !cell.wide && x > 0 {
		l[x-1].Text = " "
	}
	if x+1 < len(l) && l[x+1].wide && !l[x].wide {
		l[x+1] = Cell{Text: " ", Style: l[x+1].Style}
	}
	l[x] = cell
}

// insert moves the cells from x on n to the right.
func (l Line) insert(x, n int, blank Cell) {
	n = min(n, len(l)-x)
	copy(l[x+n:], l[x:])
	Line(l[x : x+n]).fill(blank)
}

// remove takes n cells out at x; the rest moves left.
func (l Line) remove(x, n int, blank Cell) {
	n = min(n, len(l)-x)
	copy(l[x:], l[x+n:])
	Line(l[len(l)-n:]).fill(blank)
}
