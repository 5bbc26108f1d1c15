package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"postern/ui"
)

// hidden are questions at the terminal whose answers are not shown: nothing
// that is typed is, from before the first one until close, nor what is typed
// ahead of the next.
type hidden struct {
	terminal *terminal
	show     func()
}

var errNobodyTyped = errors.New("nobody was asked")

// openHidden is errNobodyTyped where nobody may be asked, as for a sign-in.
func (a *app) openHidden() (*hidden, error) {
	tty := a.openTerminal()
	if tty == nil {
		return nil, errNobodyTyped
	}
	h, err := tty.hidden()
	if err != nil {
		tty.close()
		return nil, err
	}
	show := h.show
	h.show = func() { show(); tty.close() }
	return h, nil
}

func (t *terminal) hidden() (*hidden, error) {
	fd := int(t.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	return &hidden{t, func() { _ = term.Restore(fd, before) }}, nil
}

// close shows again what is typed.
func (h *hidden) close() { h.show() }

// ask reads a line.
func (h *hidden) ask(ctx context.Context, question string) (string, error) {
	_, _ = fmt.Fprint(h.terminal.out, h.fit(question+":")+" ")
	defer h.say("")
	return await(ctx, func() (string, error) { return rawLine(oneByOne{h.terminal.in}) })
}

// say is for what belongs to a question. The terminal does nothing itself now.
func (h *hidden) say(line string) { _, _ = fmt.Fprint(h.terminal.out, h.fit(line), "\r\n") }

// fit is a text in the lines of this window, whose beginning is not found by the
// terminal itself now.
func (h *hidden) fit(text string) string {
	return strings.ReplaceAll(h.terminal.fit(harmless(text)), "\n", "\r\n")
}

// oneByOne takes no more than a line: what was typed after it is for others.
type oneByOne struct{ io.Reader }

func (r oneByOne) ReadByte() (byte, error) {
	var c [1]byte
	_, err := io.ReadFull(r, c[:])
	return c[0], err
}

// askHidden asks one such question.
func (t *terminal) askHidden(ctx context.Context, question string) (string, error) {
	h, err := t.hidden()
	if err != nil {
		return "", err
	}
	defer h.close()
	return h.ask(ctx, question)
}

// rawLine reads a line of a terminal that does nothing itself.
func rawLine(in io.ByteReader) (string, error) {
	var line []byte
	for {
		switch c, err := in.ReadByte(); {
		case err != nil, c == '\x04' && len(line) == 0: // Ctrl-D
			return "", errCancelled
		case c == '\x03': // Ctrl-C
			return "", ui.ErrInterrupted
		case c == '\r', c == '\n':
			return string(line), nil
		case c == '\x7f' || c == '\b':
			line = cutRune(line)
		case c == '\x15': // Ctrl-U
			line = line[:0]
		case c >= ' ' && len(line) < longestCode:
			line = append(line, c)
		}
	}
}
