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

// paintQR turns one row of cells into what a terminal is sent. Both colours are
// set once, light on dark, and reverse video is switched wherever the upper
// module changes; "▄" shows a lower module that differs. To the eye every cell
// is a ▄ with a background and a foreground of its own, at 3.9 KB for a usual
// code where naming the colours takes 10.
func paintQR(cells string, form qrForm, ink qrInk) string {
	begin, light, dark := "0", "7", "27"
	if form == qrFull {
		// A renderer may replace plain blanks by an erase, and GNU screen
		// erases in the terminal's own background. Concealed ones are not
		// plain, nor are those in reverse video.
		begin, light, dark = "0;8", "28;7", "27;8"
	}
	var b strings.Builder
	b.WriteString("\x1b[" + begin + ";" + ink.colours() + "m")
	isLight := false
	for _, cell := range cells {
		upper, lower := cell&2 != 0, cell&1 != 0
		if upper == ink.invert && !isLight {
			b.WriteString("\x1b[" + light + "m")
		} else if upper != ink.invert && isLight {
			b.WriteString("\x1b[" + dark + "m")
		}
		isLight = upper == ink.invert
		switch {
		case form == qrFull:
			b.WriteString("  ")
		case upper == lower:
			b.WriteString(" ")
		default:
			b.WriteString("▄")
		}
	}
	return b.String() + "\x1b[m"
}

// colours are the SGR parameters for light on dark. The corners 231 and 16 of
// the 256-colour cube are pure white and black everywhere; the first sixteen
// colours are the theme's, but still contrast.
func (ink qrInk) colours() string {
	if ink.basic {
		return "37;40"
	}
	return "38;5;231;48;5;16"
}
