//go:build unix

package ptytest

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Screen is what can be read on the screen now, without blanks at the ends of
// lines and without empty lines at the end.
func (p *Pane) Screen() string {
	p.t.Helper()
	return trimmed(p.run("capture-pane", "-p"))
}

// Capture is the screen with its colours, one line a row, blanks kept.
func (p *Pane) Capture() string {
	p.t.Helper()
	return p.run("capture-pane", "-e", "-p", "-N")
}

// History is everything that can be scrolled back to, and the screen.
func (p *Pane) History() string {
	p.t.Helper()
	return trimmed(p.run("capture-pane", "-p", "-S", "-"))
}

// Cells are the cells of the screen now. Where a line was erased in a colour,
// tmux 3.3 does not tell the colour beyond the line's last character.
func (p *Pane) Cells() Grid {
	p.t.Helper()
	e := newEmulator(p.opts.Cols, p.opts.Rows)
	var cols, rows int
	if _, err := fmt.Sscan(p.Format("#{pane_width} #{pane_height}"), &cols, &rows); err != nil {
		p.t.Fatalf("size of the pane: %v", err)
	}
	e.resize(cols, rows)
	for y, line := range strings.Split(strings.TrimSuffix(p.Capture(), "\n"), "\n") {
		e.move(0, y) // a colour holds on into the next line
		e.write([]byte(line))
	}
	return e.cells
}

// WaitFor waits until text stands on the screen.
func (p *Pane) WaitFor(text string) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf("text %q", text), func() bool { return strings.Contains(p.Screen(), text) })
}

// WaitGone waits until text stands on the screen no longer.
func (p *Pane) WaitGone(text string) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf("text %q to go", text), func() bool { return !strings.Contains(p.Screen(), text) })
}

// WaitUntil waits for a condition; what names it in a failure.
func (p *Pane) WaitUntil(what string, cond func() bool) {
	p.t.Helper()
	limit := time.NewTimer(p.opts.Limit)
	defer limit.Stop()
	look := time.NewTicker(tmuxLook)
	defer look.Stop()
	for {
		dead := p.dead() // asked before, so that the last words count
		if cond() {
			return
		}
		if dead {
			p.t.Fatalf("waited for %s, but the program ended. Its screen:\n%s", what, p.Screen())
		}
		select {
		case <-look.C:
		case <-limit.C:
			p.t.Fatalf("waited %v for %s. The screen:\n%s", p.opts.Limit, what, p.Screen())
		}
	}
}

// Wait waits for the end of the program. It answers the exit code as a shell
// counts it: 128 + n after signal n.
func (p *Pane) Wait() int {
	p.t.Helper()
	limit := time.NewTimer(p.opts.Limit)
	defer limit.Stop()
	look := time.NewTicker(tmuxLook)
	defer look.Stop()
	for {
		// tmux 3.3 misses the end of a child now and then (one in twenty on two
		// processors) and would keep its state to itself until the next one ends.
		_ = syscall.Kill(p.server, syscall.SIGCHLD)
		status, signal, _ := strings.Cut(p.Format("#{pane_dead_status}/#{pane_dead_signal}"), "/")
		if n, err := strconv.Atoi(signal); err == nil {
			return 128 + n
		}
		if n, err := strconv.Atoi(status); err == nil {
			return n
		}
		select {
		case <-look.C:
		case <-limit.C:
			p.t.Fatalf("waited %v for the program to end. The screen:\n%s", p.opts.Limit, p.Screen())
		}
	}
}

func (p *Pane) dead() bool {
	p.t.Helper()
	return p.Format("#{pane_dead}") == "1"
}

// trimmed leaves out blanks at the ends of lines, and empty lines at the end.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}
