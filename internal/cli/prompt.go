package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"postern/ui"
)

// prompter asks simple questions, a line each, on the person's terminal.
type prompter struct {
	out   io.Writer
	lines chan string // closed at the end of the input
}

// prompter reads all the time, until the process ends.
func (t *terminal) prompter() *prompter {
	p := &prompter{out: t.out, lines: make(chan string)}
	go func() {
		defer close(p.lines)
		for in := bufio.NewScanner(t.in); in.Scan(); {
			p.lines <- in.Text()
		}
	}()
	return p
}

// ask returns the answer, or offered for an empty one. The end of the input is
// errCancelled.
func (p *prompter) ask(ctx context.Context, question, offered string) (string, error) {
	if offered != "" {
		question += " [" + offered + "]"
	}
	_, _ = fmt.Fprint(p.out, question+": ")
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case line, more := <-p.lines:
		if !more {
			return "", errCancelled
		}
		if line = strings.TrimSpace(line); line == "" {
			line = offered
		}
		return line, nil
	}
}

func (p *prompter) say(line string) { _, _ = fmt.Fprintln(p.out, line) }

// askHidden reads a line that is not shown: nothing is, from before the
// question on. However it ends, the terminal then shows what is typed again.
func (t *terminal) askHidden(ctx context.Context, question string) (string, error) {
	fd := int(t.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", err
	}
	defer func() {
		_ = term.Restore(fd, before)
		_, _ = fmt.Fprintln(t.out)
	}()
	_, _ = fmt.Fprint(t.out, question+": ")
	type read struct {
		line string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		line, err := rawLine(bufio.NewReader(t.in))
		done <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case r := <-done:
		return r.line, r.err
	}
}

// say is for what belongs to a question.
func (t *terminal) say(line string) { _, _ = fmt.Fprintln(t.out, line) }

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
