package ptytest

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// csi acts on a control sequence. Those with a private prefix that it does not
// know are ignored, whatever their final byte means without the prefix.
func (e *emulator) csi(cmd ansi.Cmd, params ansi.Params) {
	n := func(i, def int) int {
		v, _, ok := params.Param(i, def)
		if !ok || v == 0 && def == 1 {
			return def // an explicit 0 counts as 1 wherever 1 is the default
		}
		return v
	}
	switch {
	case cmd.Prefix() == 0 && cmd.Intermediate() == 0:
		if !e.csiMove(cmd.Final(), n) && !e.csiEdit(cmd.Final(), n) {
			e.csiOther(cmd.Final(), params, n)
		}
	case cmd == ansi.Cmd(ansi.Command('?', 0, 'h')), cmd == ansi.Cmd(ansi.Command('?', 0, 'l')):
		params.ForEach(0, func(_, mode int, _ bool) { e.setMode(mode, cmd.Final() == 'h') })
	case cmd == ansi.Cmd(ansi.Command(0, '!', 'p')): // DECSTR
		e.at.pen, e.top, e.end = uv.Style{}, 0, e.rows
		e.modes[modeCursor] = true
	case cmd.Final() == 'u':
		e.kittyKeyboard(cmd.Prefix(), n)
	default:
		e.answer(cmd, n)
	}
}

// csiMove handles what only moves the cursor.
func (e *emulator) csiMove(final byte, n func(i, def int) int) bool {
	x, y := e.at.x, e.at.y
	switch final {
	case 'A': // CUU, stops at the region
		if y >= e.top {
			e.move(x, max(y-n(0, 1), e.top))
		} else {
			e.move(x, y-n(0, 1))
		}
	case 'B', 'e': // CUD, VPR
		if y < e.end {
			e.move(x, min(y+n(0, 1), e.end-1))
		} else {
			e.move(x, y+n(0, 1))
		}
	case 'C', 'a':
		e.move(x+n(0, 1), y)
	case 'D':
		e.move(x-n(0, 1), y)
	case 'E':
		e.move(0, y+n(0, 1))
	case 'F':
		e.move(0, y-n(0, 1))
	case 'G', '`':
		e.move(n(0, 1)-1, y)
	case 'H', 'f':
		e.move(n(1, 1)-1, n(0, 1)-1)
	case 'd':
		e.move(x, n(0, 1)-1)
	case 'I':
		e.move((x/8+n(0, 1))*8, y)
	case 'Z':
		e.move(((x+7)/8-n(0, 1))*8, y)
	default:
		return false
	}
	return true
}

// csiEdit handles what changes cells.
func (e *emulator) csiEdit(final byte, n func(i, def int) int) bool {
	x, y := e.at.x, e.at.y
	inside := y >= e.top && y < e.end
	switch final {
	case 'J':
		e.eraseDisplay(n(0, 0))
	case 'K':
		from, to := x, e.cols
		switch n(0, 0) {
		case 1:
			from, to = 0, x+1
		case 2:
			from = 0
		}
		e.erase(y, from, to)
	case 'X':
		e.erase(y, x, x+n(0, 1))
	case '@':
		e.cells[y].insert(x, n(0, 1), e.blank())
	case 'P':
		e.cells[y].remove(x, n(0, 1), e.blank())
	case 'L':
		if inside {
			e.shift(y, e.end, -n(0, 1))
			e.move(0, y)
		}
	case 'M':
		if inside {
			e.shift(y, e.end, n(0, 1))
			e.move(0, y)
		}
	case 'S':
		e.scrollUp(e.top, e.end, n(0, 1))
	case 'T':
		e.shift(e.top, e.end, -n(0, 1))
	case 'b': // REP
		for range min(n(0, 1), e.cols*e.rows) {
			for _, r := range e.last {
				e.print(r)
			}
		}
	default:
		return false
	}
	e.at.wrap = e.at.wrap && final == 'b'
	return true
}

func (e *emulator) eraseDisplay(how int) {
	from, to := 0, e.rows
	switch how {
	case 0:
		e.erase(e.at.y, e.at.x, e.cols)
		from = e.at.y + 1
	case 1:
		e.erase(e.at.y, 0, e.at.x+1)
		to = e.at.y
	case 3:
		e.history = nil
		return
	}
	for y := from; y < to; y++ {
		e.erase(y, 0, e.cols)
	}
}

// csiOther handles colours, the scrolling region, saved cursors and questions.
func (e *emulator) csiOther(final byte, params ansi.Params, n func(i, def int) int) {
	switch final {
	case 'm':
		uv.ReadStyle(params, &e.at.pen)
	case 'r':
		top, end := n(0, 1)-1, n(1, 1)
		if _, _, ok := params.Param(1, 1); !ok || end > e.rows {
			end = e.rows
		}
		if top < end-1 {
			e.top, e.end = top, end
			e.move(0, 0)
		}
	case 's':
		e.saved = e.at
	case 'u':
		e.at = e.saved
		e.move(e.at.x, e.at.y)
	default:
		e.answer(ansi.Cmd(final), n)
	}
}

// esc acts on a two-character sequence.
func (e *emulator) esc(cmd ansi.Cmd) {
	if cmd.Intermediate() != 0 {
		return // character sets: everything is UTF-8 here
	}
	switch cmd.Final() {
	case '7':
		e.saved = e.at
	case '8':
		e.at = e.saved
		e.move(e.at.x, e.at.y)
	case 'D':
		e.lineFeed()
	case 'E':
		e.move(0, e.at.y)
		e.lineFeed()
	case 'M':
		if e.at.y == e.top {
			e.shift(e.top, e.end, -1)
		} else {
			e.move(e.at.x, e.at.y-1)
		}
	case 'c':
		e.reset()
	}
}

// setMode sets or resets a DEC private mode.
func (e *emulator) setMode(mode int, on bool) {
	e.modes[mode] = on
	switch mode {
	case 47, 1047:
		e.alternate(on)
	case modeAltScreen:
		if on {
			e.saved = e.at
		}
		e.alternate(on)
		if !on {
			e.at = e.saved
			e.move(e.at.x, e.at.y)
		}
	}
}

// osc keeps the window's title and answers questions for colours.
func (e *emulator) osc(cmd int, data []byte) {
	_, rest, _ := strings.Cut(string(data), ";")
	switch {
	case cmd == 0 || cmd == 2:
		e.title = rest
	case rest == "?":
		e.answerColour(cmd)
	}
}
