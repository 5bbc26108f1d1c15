//go:build unix

package ptytest

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// settle is how long output may still come after the program ended, when a
// background process keeps the pty open.
const settle = time.Second

// WaitFor waits until text stands on the screen.
func (s *Session) WaitFor(text string) {
	s.t.Helper()
	s.WaitUntil(fmt.Sprintf("text %q", text), func() bool { return s.shows(text, true) })
}

// WaitGone waits until text stands on the screen no longer.
func (s *Session) WaitGone(text string) {
	s.t.Helper()
	s.WaitUntil(fmt.Sprintf("text %q to go", text), func() bool { return s.shows(text, false) })
}

// shows says whether text is there (or not) in a finished frame: between the
// begin and the end of a synchronized update nothing is judged.
func (s *Session) shows(text string, want bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.screen.modes[modeSync] && !s.drained {
		return false
	}
	return strings.Contains(s.screen.text(), text) == want
}

// WaitRaw waits until the program has written these bytes, at any time.
func (s *Session) WaitRaw(sequence string) {
	s.t.Helper()
	s.WaitUntil(fmt.Sprintf("output %q", sequence), func() bool {
		return bytes.Contains(s.Raw(), []byte(sequence))
	})
}

// WaitUntil waits for a condition, which is looked at after each piece of
// output, each resize, and the end of the program. What names it in a failure.
func (s *Session) WaitUntil(what string, cond func() bool) {
	s.t.Helper()
	limit := time.NewTimer(s.opts.Limit)
	defer limit.Stop()
	for {
		s.mu.Lock()
		over, code, changed := s.drained && s.exited, s.code, s.changed
		s.mu.Unlock()
		if cond() {
			return
		}
		if over {
			s.t.Fatalf("waited for %s, but the program ended with %d. Its screen:\n%s", what, code, s.Screen())
		}
		select {
		case <-changed:
		case <-limit.C:
			s.t.Fatalf("waited %v for %s. The screen:\n%s", s.opts.Limit, what, s.Screen())
		}
	}
}

// Wait waits for the end of the program and of its output. It answers the exit
// code as a shell counts it: 128 + n after signal n.
func (s *Session) Wait() int {
	s.t.Helper()
	limit := time.After(s.opts.Limit)
	var late <-chan time.Time
	for {
		s.mu.Lock()
		code, exited, drained, changed := s.code, s.exited, s.drained, s.changed
		s.mu.Unlock()
		if exited && drained {
			return code
		}
		if exited && late == nil {
			late = time.After(settle)
		}
		select {
		case <-changed:
		case <-late:
			return code
		case <-limit:
			s.t.Fatalf("waited %v for the program to end. The screen:\n%s", s.opts.Limit, s.Screen())
		}
	}
}

// Running says whether the program has not ended yet.
func (s *Session) Running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.exited
}
