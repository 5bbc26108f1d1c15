package ui

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/mdp/qrterminal/v3"
	"rsc.io/qr/coding"
)

// qrForm is one of the ways to draw a QR code with the cells of a terminal.
type qrForm int

const (
	qrNone qrForm = iota // nothing fits: the key is shown instead
	qrHalf               // two modules a cell, one above the other: needs UTF-8
	qrFull               // one module in two blank cells side by side: works without UTF-8
)

// qrInk says with which colours a code is drawn. The zero value is black on
// white in colours that no theme changes.
type qrInk struct {
	invert bool // white on black
	basic  bool // the first eight colours only, for terminals without 256 (TERM=linux, screen, ansi)
}

// qrCode is a drawn QR code, ready to stand anywhere in a frame: every row
// sets its own colours and ends with a reset.
type qrCode struct {
	rows  []string // len(rows) is the height
	width int      // in columns, the same for every row
	form  qrForm
	quiet int // in modules, the light border on each side
}

// Quiet zones in modules. ISO/IEC 18004 asks for four; two were enough for
// every reader tried, one is for a window that lacks a single row.
const (
	qrQuiet     = 2
	qrQuietThin = 1
)

// Full blocks are used by themselves only where this much is free, the size of
// a code for 134 bytes: the form then stays the same for every usual text.
const (
	qrFullRows = 45
	qrFullCols = 90
)

var (
	errQREmpty   = errors.New("draw QR: no text")
	errQRTooLong = errors.New("draw QR: the text is too long for a QR code")
	errQRForm    = errors.New("draw QR: no form asked for")
)

// fitQR says how to draw text in a free area of cols by rows cells: full
// blocks where there is plenty of room, half blocks, half blocks with a thin
// quiet zone, or not at all (ok is false, the form qrNone). A form in prefer is
// taken instead whenever it fits; qrNone leaves the choice to the window.
// Without UTF-8 only full blocks can be drawn, so they get every chance.
func fitQR(text string, cols, rows int, utf8 bool, prefer qrForm) (quiet int, form qrForm, ok bool) {
	modules, err := qrModules(text)
	if err != nil {
		return 0, qrNone, false
	}
	fits := func(form qrForm, quiet int) bool {
		w, h := qrSize(modules, form, quiet)
		return w <= cols && h <= rows
	}
	plenty := cols >= qrFullCols && rows >= qrFullRows
	wanted := prefer == qrFull || (prefer == qrNone && plenty)
	switch {
	case (wanted || !utf8) && fits(qrFull, qrQuiet):
		return qrQuiet, qrFull, true
	case (prefer == qrFull || !utf8) && fits(qrFull, qrQuietThin):
		return qrQuietThin, qrFull, true
	case utf8 && fits(qrHalf, qrQuiet):
		return qrQuiet, qrHalf, true
	case utf8 && fits(qrHalf, qrQuietThin):
		return qrQuietThin, qrHalf, true
	}
	return 0, qrNone, false
}

// drawQR draws text at level L: a higher level only makes the modules smaller.
// It answers an error, which never holds the text, for an empty or too long
// text and for a form that draws nothing.
func drawQR(text string, form qrForm, quiet int, ink qrInk) (qrCode, error) {
	modules, err := qrModules(text) // first: the library panics on a text too long
	if err != nil {
		return qrCode{}, err
	}
	if form != qrHalf && form != qrFull {
		return qrCode{}, errQRForm
	}
	quiet = max(quiet, 1) // as the library does
	code := qrCode{form: form, quiet: quiet}
	var height int
	code.width, height = qrSize(modules, form, quiet)

	grid := qrCells(text, form, quiet)
	if len(grid) != height {
		return qrCode{}, fmt.Errorf("draw QR: got %d rows, want %d", len(grid), height)
	}
	for _, cells := range grid {
		code.rows = append(code.rows, paintQR(cells, form, ink))
	}
	return code, nil
}

// qrSize is the space that a code of so many modules a side takes.
func qrSize(modules int, form qrForm, quiet int) (width, height int) {
	side := modules + 2*quiet
	if form == qrFull {
		return 2 * side, side
	}
	return side, (modules+1)/2 + quiet
}

// qrModules is the number of modules a side that the library will draw for
// text: the smallest version that holds it at level L, in the densest of the
// three encodings, as rsc.io/qr chooses.
func qrModules(text string) (int, error) {
	if text == "" {
		return 0, errQREmpty
	}
	var enc coding.Encoding = coding.String(text)
	if coding.Num(text).Check() == nil {
		enc = coding.Num(text)
	} else if coding.Alpha(text).Check() == nil {
		enc = coding.Alpha(text)
	}
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if enc.Bits(v) <= v.DataBytes(coding.L)*8 {
			return 17 + 4*int(v), nil // ISO/IEC 18004: version 1 has 21, each next one four more
		}
	}
	return 0, errQRTooLong
}

// The four cells that the library is told to write. Bit 1 stands for a dark
// upper module, bit 0 for a dark lower one.
const (
	qrLight     = '0'
	qrDarkBelow = '1'
	qrDarkAbove = '2'
	qrDark      = '3'
)

// qrCells lets the library draw text with one byte a cell.
func qrCells(text string, form qrForm, quiet int) []string {
	var buf bytes.Buffer
	qrterminal.GenerateWithConfig(text, qrterminal.Config{
		Level:          qrterminal.L,
		Writer:         &buf,
		QuietZone:      quiet,
		HalfBlocks:     form == qrHalf,
		WhiteChar:      string(qrLight),
		WhiteBlackChar: string(qrDarkBelow),
		BlackWhiteChar: string(qrDarkAbove),
		BlackChar:      string(qrDark),
	})
	grid := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
	if form == qrFull {
		return grid
	}
	// A code has an odd number of modules, so half a row is left over. The
	// library fills it with the terminal's background: above an odd quiet
	// zone, below an even one. Dark, it would eat into the quiet zone.
	spare := 0
	if quiet%2 == 0 {
		spare = len(grid) - 1
	}
	grid[spare] = strings.Repeat(string(qrLight), len(grid[spare]))
	return grid
}

// paintQR turns one row of cells into what a terminal is sent. Every cell has
// both colours set, so that no theme shows through; a colour is sent only
// where it differs from the cell before.
func paintQR(cells string, form qrForm, ink qrInk) string {
	var b strings.Builder
	var fg, bg string
	params := []string{"0"}
	if form == qrFull {
		// Reverse video: the modules are the foreground. A renderer may send
		// an erase in place of plain blanks on a coloured background, and GNU
		// screen erases with the terminal's own background.
		params = append(params, "7")
	}
	for _, cell := range cells {
		glyph, lower, upper := "▄", ink.fg(cell&1 != 0), ink.bg(cell&2 != 0)
		if form == qrFull {
			glyph, upper = "  ", ink.bg(true)
		}
		if lower != fg {
			params = append(params, lower)
		}
		if upper != bg {
			params = append(params, upper)
		}
		if len(params) > 0 {
			b.WriteString("\x1b[" + strings.Join(params, ";") + "m")
		}
		b.WriteString(glyph)
		fg, bg, params = lower, upper, params[:0]
	}
	return b.String() + "\x1b[m"
}

// fg is the SGR parameter for a foreground of a dark or a light module.
func (ink qrInk) fg(dark bool) string { return ink.colour(dark, "38;5;", "3") }

// bg is the same for a background.
func (ink qrInk) bg(dark bool) string { return ink.colour(dark, "48;5;", "4") }

// colour picks from the 256-colour cube, whose corners 16 and 231 are pure
// black and white everywhere: the first sixteen are the theme's. The basic
// black and white (grey on some terminals, tinted on others) still contrast.
func (ink qrInk) colour(dark bool, cube, basic string) string {
	dark = dark != ink.invert
	switch {
	case ink.basic && dark:
		return basic + "0"
	case ink.basic:
		return basic + "7"
	case dark:
		return cube + "16"
	}
	return cube + "231"
}
