// Package ptytest drives real terminal programs in tests: it starts a program
// on a pseudo-terminal, waits for text, types, and looks at the screen that
// came of it, down to the colours of a cell and to a QR code read back from a
// picture of the screen. Nothing here sleeps: everything waits for a condition,
// with a limit.
//
// [Start] runs a program on a pty and draws its output with an emulator of our
// own, [Tmux] runs it inside a real tmux. The emulator is small. It knows what
// xterm does with the sequences that a renderer sends, answers the questions
// that programs ask a terminal, and ignores the rest; a test feeds it and tmux
// the same bytes and compares. It stands on the parser of
// github.com/charmbracelet/x/ansi. (github.com/hinshun/vt10x was looked at: it
// takes the question for the kitty keyboard for "restore cursor", knows no
// wide characters, and leaves out REP.)
package ptytest
