//go:build unix

package ui

import (
	"os"
	"os/signal"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// watchWaking has the screen drawn anew when the process goes on after it was
// stopped from outside: whoever stopped it may have written on the terminal.
func watchWaking(p *tea.Program) (stop func()) {
	woken, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(woken, unix.SIGCONT)
	go func() {
		for {
			select {
			case <-woken:
				p.Send(wokenMsg{})
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(woken)
		close(done)
	}
}
