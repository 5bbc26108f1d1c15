package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// prompter asks simple questions, a line each, on the person's terminal.
type prompter struct {
	out   io.Writer
	fit   func(string) string
	lines chan string // closed at the end of the input
}

// prompter reads all the time, until the process ends.
func (t *terminal) prompter() *prompter {
	p := &prompter{out: t.out, fit: t.fit, lines: make(chan string)}
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
	_, _ = fmt.Fprint(p.out, p.fit(harmless(question)+":")+" ")
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

func (p *prompter) say(line string) { _, _ = fmt.Fprintln(p.out, p.fit(harmless(line))) }
