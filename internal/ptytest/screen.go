package ptytest

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"
)

// emulator is a terminal without a window: bytes go in, cells and answers come
// out. It is not safe for goroutines.
type emulator struct {
	cols, rows int
	cells      Grid   // the screen shown now
	main       Grid   // the normal screen while the alternate one is shown
	history    []Line // what scrolled off the top of the normal screen
	at, saved  cursor
	mainSaved  cursor // what ESC 7 kept on the normal screen
	top, end   int    // the scrolling region: rows top to end-1
	last       string
	modes      map[int]bool // DEC private modes that were set or reset
	kitty      []int        // stack of keyboard flags
	title      string
	noBCE      bool // erases with the default background, as GNU screen does
	theme      Theme
	reply      func(string)
	parser     *ansi.Parser
}

// cursor is where the next character goes, and how it will look.
type cursor struct {
	x, y int
	wrap bool // a character was put in the last column, the next one wraps
	pen  uv.Style
}

// DEC private modes that the driver itself looks at.
const (
	modeWrap      = 7
	modeCursor    = 25
	modePaste     = 2004
	modeSync      = 2026
	modeAltScreen = 1049
)

func newEmulator(cols, rows int) *emulator {
	e := &emulator{parser: ansi.NewParser(), theme: Dark, reply: func(string) {}}
	e.parser.SetDataSize(64 << 10)
	e.parser.SetHandler(ansi.Handler{
		Print:     e.print,
		Execute:   e.execute,
		HandleCsi: e.csi,
		HandleEsc: e.esc,
		HandleOsc: e.osc,
		HandleDcs: e.dcs,
	})
	e.cols, e.rows = cols, rows
	e.reset()
	return e
}

// reset is RIS: the state after power on.
func (e *emulator) reset() {
	e.cells, e.main, e.history = newGrid(e.cols, e.rows), nil, nil
	e.at, e.saved = cursor{}, cursor{}
	e.top, e.end = 0, e.rows
	e.modes = map[int]bool{modeWrap: true, modeCursor: true}
	e.kitty = nil
}

func (e *emulator) write(p []byte) {
	for _, b := range p {
		e.parser.Advance(b)
	}
}

// resize cuts or fills on the right and at the bottom, but scrolls the normal
// screen rather than lose the row that the cursor is on.
func (e *emulator) resize(cols, rows int) {
	if drop := e.at.y - (rows - 1); drop > 0 {
		e.scrollUp(0, e.rows, drop)
		e.at.y -= drop
	}
	e.cols, e.rows = cols, rows
	e.cells = e.cells.fit(cols, rows)
	if e.main != nil {
		e.main = e.main.fit(cols, rows)
	}
	e.top, e.end = 0, rows
	e.move(e.at.x, e.at.y)
}

// move puts the cursor into the screen, as near to x, y as that is.
func (e *emulator) move(x, y int) {
	e.at.x = min(max(x, 0), e.cols-1)
	e.at.y = min(max(y, 0), e.rows-1)
	e.at.wrap = false
}

// print puts one character at the cursor. One without width joins the
// character before it.
func (e *emulator) print(r rune) {
	width := displaywidth.Rune(r)
	if width == 0 {
		e.join(r)
		return
	}
	if e.at.wrap && e.modes[modeWrap] || e.at.x+width > e.cols && width <= e.cols {
		e.move(0, e.at.y)
		e.lineFeed()
	}
	e.last = string(r)
	line := e.cells[e.at.y]
	line.put(e.at.x, Cell{Text: e.last, Style: e.at.pen})
	for i := 1; i < width && e.at.x+i < e.cols; i++ {
		line.put(e.at.x+i, Cell{Style: e.at.pen, wide: true})
	}
	if e.at.x+width >= e.cols {
		e.at.x, e.at.wrap = e.cols-1, true
		return
	}
	e.at.x += width
}

func (e *emulator) join(r rune) {
	x := e.at.x - 1
	if e.at.wrap {
		x = e.at.x
	}
	line := e.cells[e.at.y]
	for x > 0 && line[x].wide {
		x--
	}
	if x >= 0 && line[x].Text != "" {
		line[x].Text += string(r)
	}
}

// execute acts on a control character.
func (e *emulator) execute(b byte) {
	switch b {
	case '\b':
		e.move(e.at.x-1, e.at.y)
	case '\t':
		e.move((e.at.x/8+1)*8, e.at.y)
	case '\n', '\v', '\f':
		e.lineFeed()
	case '\r':
		e.move(0, e.at.y)
	}
}

// lineFeed goes one row down, and scrolls at the bottom of the region.
func (e *emulator) lineFeed() {
	if e.at.y == e.end-1 {
		e.scrollUp(e.top, e.end, 1)
		e.at.wrap = false
		return
	}
	e.move(e.at.x, e.at.y+1)
}

// scrollUp moves rows top to end-1 up by n. What leaves the top of the normal
// screen goes into the history.
func (e *emulator) scrollUp(top, end, n int) {
	n = min(n, end-top)
	if top == 0 && e.main == nil {
		for _, line := range e.cells[:n] {
			e.history = append(e.history, line.clone())
		}
	}
	e.shift(top, end, n)
}

// shift moves rows top to end-1 up by n, down if n is negative.
func (e *emulator) shift(top, end, n int) {
	size := end - top
	n = min(max(n, -size), size)
	part := make(Grid, 0, size)
	for range -n {
		part = append(part, e.blankLine())
	}
	part = append(part, e.cells[top+max(n, 0):end+min(n, 0)]...)
	for range n {
		part = append(part, e.blankLine())
	}
	copy(e.cells[top:end], part)
}

// blank is what an erase leaves: the pen's background, nothing else of it.
func (e *emulator) blank() Cell {
	cell := Cell{Text: " "}
	if !e.noBCE {
		cell.Style.Bg = e.at.pen.Bg
	}
	return cell
}

func (e *emulator) blankLine() Line {
	return Line(make([]Cell, e.cols)).fill(e.blank())
}

// erase blanks the columns from..to-1 of a row.
func (e *emulator) erase(y, from, to int) {
	for x := max(from, 0); x < min(to, e.cols); x++ {
		e.cells[y].put(x, e.blank())
	}
}

// alternate switches to the alternate screen, which begins empty, and back.
func (e *emulator) alternate(on bool) {
	if on == (e.main != nil) {
		return
	}
	if on {
		e.main, e.cells = e.cells, newGrid(e.cols, e.rows)
		e.mainSaved, e.saved = e.saved, cursor{}
		return
	}
	e.cells, e.main = e.main, nil
	e.saved = e.mainSaved
}

// text is the screen as plain text.
func (e *emulator) text() string {
	return e.cells.Text()
}

// past is what scrolled away, as plain text, one line each.
func (e *emulator) past() string {
	var b strings.Builder
	for _, line := range e.history {
		b.WriteString(line.text() + "\n")
	}
	return b.String()
}
