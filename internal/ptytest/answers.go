package ptytest

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// answer replies to the questions that a program asks a terminal, as an xterm
// would. What it does not know stays without an answer.
func (e *emulator) answer(cmd ansi.Cmd, n func(i, def int) int) {
	switch cmd {
	case ansi.Cmd('c'): // DA1: a VT220 with colours
		e.reply("\x1b[?62;22c")
	case ansi.Cmd(ansi.Command('>', 0, 'c')):
		e.reply("\x1b[>41;390;0c")
	case ansi.Cmd(ansi.Command('>', 0, 'q')):
		e.reply("\x1bP>|ptytest(1)\x1b\\")
	case ansi.Cmd('n'):
		switch n(0, 0) {
		case 5:
			e.reply("\x1b[0n")
		case 6:
			e.reply(fmt.Sprintf("\x1b[%d;%dR", e.at.y+1, e.at.x+1))
		}
	case ansi.Cmd(ansi.Command('?', 0, 'n')):
		if n(0, 0) == 6 {
			e.reply(fmt.Sprintf("\x1b[?%d;%dR", e.at.y+1, e.at.x+1))
		}
	case ansi.Cmd(ansi.Command('?', '$', 'p')):
		e.reply(fmt.Sprintf("\x1b[?%d;%d$y", n(0, 0), e.modeState(n(0, 0))))
	case ansi.Cmd(ansi.Command(0, '$', 'p')):
		e.reply(fmt.Sprintf("\x1b[%d;0$y", n(0, 0)))
	case ansi.Cmd('t'):
		switch n(0, 0) {
		case 14:
			e.reply(fmt.Sprintf("\x1b[4;%d;%dt", e.rows*CellHeight, e.cols*CellWidth))
		case 16:
			e.reply(fmt.Sprintf("\x1b[6;%d;%dt", CellHeight, CellWidth))
		case 18:
			e.reply(fmt.Sprintf("\x1b[8;%d;%dt", e.rows, e.cols))
		}
	}
}

// modeState answers DECRQM: 0 unknown, 1 set, 2 reset.
func (e *emulator) modeState(mode int) int {
	switch mode {
	case 1, 6, modeWrap, modeCursor, 47, 1000, 1002, 1003, 1004, 1006, 1047, modeAltScreen, modePaste, modeSync:
	default:
		return 0
	}
	if e.modes[mode] {
		return 1
	}
	return 2
}

// kittyKeyboard keeps the stack of keyboard flags (CSI > push, < pop, = set)
// and answers the question for them (CSI ? u).
func (e *emulator) kittyKeyboard(prefix byte, n func(i, def int) int) {
	switch prefix {
	case '?':
		flags := 0
		if len(e.kitty) > 0 {
			flags = e.kitty[len(e.kitty)-1]
		}
		e.reply(fmt.Sprintf("\x1b[?%du", flags))
	case '>':
		e.kitty = append(e.kitty, n(0, 0))
	case '<':
		e.kitty = e.kitty[:max(len(e.kitty)-n(0, 1), 0)]
	case '=':
		if len(e.kitty) > 0 {
			e.kitty[len(e.kitty)-1] = n(0, 0)
		}
	}
}

// answerColour answers OSC 10, 11 and 12.
func (e *emulator) answerColour(osc int) {
	var c color.RGBA
	switch osc {
	case 10, 12:
		c = e.theme.Foreground
	case 11:
		c = e.theme.Background
	default:
		return
	}
	e.reply(fmt.Sprintf("\x1b]%d;rgb:%02x%02x/%02x%02x/%02x%02x\x1b\\", osc, c.R, c.R, c.G, c.G, c.B, c.B))
}

// dcs answers XTGETTCAP and DECRQSS: not known here.
func (e *emulator) dcs(cmd ansi.Cmd, _ ansi.Params, _ []byte) {
	switch cmd {
	case ansi.Cmd(ansi.Command(0, '+', 'q')):
		e.reply("\x1bP0+r\x1b\\")
	case ansi.Cmd(ansi.Command(0, '$', 'q')):
		e.reply("\x1bP0$r\x1b\\")
	}
}
