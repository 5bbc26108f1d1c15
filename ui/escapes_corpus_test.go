package ui

import "strings"

// escape is a text that steers a terminal, and what a person may read of it.
type escape struct {
	name string
	text string
	left string // of text, once it is harmless
	mark string // what must not reach the terminal as it is, "" where our renderer sends the same
}

// in puts it between two words.
func (e escape) in(before, after string) string { return before + e.text + after }

// twinIn does so with its harmless twin, at most as long as a text may be.
func (e escape) twinIn(before, after string) string {
	r := []rune(before + e.left + after)
	return string(r[:min(len(r), 512)])
}

var escapes = []escape{
	{"OSC 52, the clipboard", "\x1b]52;c;ZXZpbA==\a", "]52;c;ZXZpbA==", "\x1b]"},
	{"OSC 0, the title", "\x1b]0;evil\x1b\\", "]0;evil\\", "\x1b]"},
	{"OSC 8, a link", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "]8;;http://evil.example\\here]8;;\\", "\x1b]"},
	{"DSR 6n, a question", "\x1b[6n", "[6n", "\x1b[6n"},
	{"CSI 2J, erase", "\x1b[2J", "[2J", ""},
	{"CSI 21t, the title asked for", "\x1b[21t", "[21t", "\x1b[21t"},
	{"DCS tmux, passed through", "\x1bPtmux;\x1b\x1b]0;evil\a\x1b\\", "Ptmux;]0;evil\\", "\x1bP"},
	{"APC", "\x1b_Gi=1;AAAA\x1b\\", "_Gi=1;AAAA\\", "\x1b_"},
	{"RIS, a reset", "\x1bc", "c", "\x1bc"},
	{"U+009B, CSI of one character", "\u009b2J", "2J", "\u009b"},
	{"U+009D, OSC of one character", "\u009d0;evil\u009c", "0;evil", "\u009d"},
	{"raw 0x9B", "\x9b2J", "\ufffd2J", "r\x9b"},
	{"BEL", "\a", "", "\a"},
	{"BS", "\b\b\b", "", "\b\b\b"},
	{"CR", "\rXX", " XX", "r\rXX"},
	{"LF", "\nXX", " XX", "r\nXX"},
	{"TAB", "\tXX", " XX", "\tXX"},
	{"bidi override", "\u202e\u2066live\u2069", "live", "\u202e"},
	{"zero width and BOM", "\u200b\u200d\ufeff\u2060", "", "\u200b"},
	{"OSC without an end", "\x1b]0;evil", "]0;evil", "\x1b]"},
	{"CSI without an end", "\x1b[38;5;", "[38;5;", "\x1b[38;5;k"},
	{"SGR 8, hidden text", "\x1b[8m", "[8m", "\x1b[8m"},
	{"?1049l, the other screen", "\x1b[?1049l", "[?1049l", ""},
	{"charset shift", "\x0e\x1b(0lqk", "(0lqk", "\x0e"},
	{"REP", "X\x1b[500b", "X[500b", "\x1b[500b"},
	{"500 combining marks", strings.Repeat("\u0301", 500), "\u0301\u0301", strings.Repeat("\u0301", 3)},
	{"a line of 10 kB", strings.Repeat("x", 10<<10), strings.Repeat("x", 10<<10), strings.Repeat("x", 600)},
}
