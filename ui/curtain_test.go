package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
	"postern/internal/ptytest"
)

const (
	erase    = "\x1b7\x1b[m\x1b[1H\x1b[2K"
	leaveAlt = "\x1b[?1049l"
	enterAlt = "\x1b[?1049h"
)

// wantCurtain fails unless the last thing on the alternate screen was its
// erasing, row by row, and nothing secret was drawn after that.
func wantCurtain(t *testing.T, raw string) {
	t.Helper()
	i := strings.LastIndex(raw, erase)
	if i < 0 {
		t.Fatal("got no erasing")
	}
	if got := ptytest.Replay([]byte(raw[:i]), ptytest.Options{}).Text(); !strings.Contains(got, "JBSW") {
		t.Errorf("got\n%s\nbefore the erasing, want the rows still there", got)
	}
	after := raw[i:]
	for _, secret := range []string{"▄", "JBSW", "3PXP"} {
		if strings.Contains(after, secret) {
			t.Errorf("got %q drawn after the erasing", secret)
		}
	}
	before, _, left := strings.Cut(after, leaveAlt)
	if !left {
		t.Fatal("the alternate screen was not left after the erasing")
	}
	if strings.Contains(before, enterAlt) || strings.Contains(raw[:i], leaveAlt) && !strings.Contains(raw[strings.LastIndex(raw[:i], leaveAlt):i], enterAlt) {
		t.Error("the erasing was not on the alternate screen")
	}
	if got := ptytest.Replay([]byte(raw[:i]+before), ptytest.Options{}).Text(); got != "" {
		t.Errorf("got on the alternate screen when it was left\n%s\nwant nothing", got)
	}
	if got := ptytest.Replay([]byte(raw), ptytest.Options{}).Text(); got != plainOffer(80) {
		t.Errorf("got at the end\n%s\nwant %q alone", got, plainOffer(80))
	}
}

func TestScanScreenIsErasedBeforeItIsLeft(t *testing.T) {
	t.Parallel()
	broken := phone{func() (string, error) { panic("canary") }}
	for name, leave := range map[string]func(*memory){
		"good code":   func(s *memory) { s.keys(codeAt(noon)) },
		"stop":        func(s *memory) { s.keys("\x04") },
		"interrupt":   func(s *memory) { s.keys("\x03") },
		"end":         func(s *memory) { s.cancel(errors.New("asked to end")) },
		"broken":      func(s *memory) { s.keys("p") },
		"gone":        func(s *memory) { _ = s.in.Close() },
		"interrupted": func(s *memory) { s.keys("\x1b[13u"); s.keys("\x03\x03\x03") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := full(t, flows.Enroll(flows.Plan{LoginID: ada}), func(_ *memory, term *Term) { term.Phone = broken })
			s.until("Type the code")
			leave(s)
			_, err := s.end()
			wantCurtain(t, s.raw())
			if strings.Contains(s.raw(), "canary") {
				t.Error("got a panic's text")
			}
			if name == "broken" && !errors.Is(err, flows.ErrInternal) {
				t.Errorf("got %v, want %v", err, flows.ErrInternal)
			}
		})
	}
}

func TestScanScreenIsErasedBeforeTheNextQuestion(t *testing.T) {
	t.Parallel()
	s := full(t, flows.Enroll(flows.Plan{LoginID: ada}))
	s.until("Type the code")
	s.keys("\x1b")
	s.until("Login ID (an")
	raw := s.raw()
	i, j := strings.LastIndex(raw, erase), strings.LastIndex(raw, leaveAlt)
	if i < 0 || j < i || strings.Contains(raw[i:], "▄") {
		t.Errorf("got erasing at %d, the alternate screen left at %d", i, j)
	}
	s.keys("\r") // the field holds the login ID still
	s.until("Type the code")
	s.keys("\x03")
	if _, err := s.end(); !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, want %v", err, ErrInterrupted)
	}
	wantCurtain(t, s.raw())
}

// TestFaultT06T07PanicsEndWithTheTerminalRestored breaks the screen in each of its parts.
func TestFaultT06T07PanicsEndWithTheTerminalRestored(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*memory, *Term){
		"the task": func(s *memory, _ *Term) {
			s.service.signUp = func(context.Context) (*client.Enrollment, error) { panic("canary") }
		},
		"a key's work": func(_ *memory, term *Term) { term.Phone = phone{func() (string, error) { panic("canary") }} },
		"Update":       func(s *memory, _ *Term) { s.service.verify = badSession },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := full(t, flows.Enroll(flows.Plan{LoginID: ada}), change)
			switch name {
			case "the task":
				s.until("Something went wrong inside")
				s.keys("3")
			case "a key's work":
				s.until("Type the code")
				s.keys("p")
			default:
				s.until("Type the code")
				s.keys(codeAt(noon))
			}
			o, err := s.end()
			if !errors.Is(err, flows.ErrInternal) && !errors.Is(o.Err, flows.ErrInternal) {
				t.Errorf("got %+v, %v, want %v", o, err, flows.ErrInternal)
			}
			if strings.Contains(s.raw(), "canary") {
				t.Error("got a panic's text")
			}
			if !strings.HasSuffix(strings.TrimRight(ptytest.Replay([]byte(s.raw()), ptytest.Options{}).Text(), "\n "), plainOffer(80)) {
				t.Errorf("got\n%s\nat the end", s.screen())
			}
		})
	}
}

// badSession is an answer at which the screen breaks: an error that panics
// when it is looked at.
func badSession(context.Context, string) (*client.Session, error) { return nil, brokenError{} }

type brokenError struct{}

func (brokenError) Error() string { panic("canary") }

// TestSizeDoesNotChangeWhileTheCurtainMoves: the renderer would draw the whole
// frame again.
func TestSizeDoesNotChangeWhileTheCurtainMoves(t *testing.T) {
	t.Parallel()
	m := atScan(t, 80, 24)
	size := tea.WindowSizeMsg{Width: 100, Height: 30}
	if got := steady(m, size); got != resizedMsg(size) {
		t.Errorf("got %v, want the rows to be erased first", got)
	}
	older := send(m, resizedMsg(size))
	newest := tea.WindowSizeMsg{Width: 90, Height: 28}
	if got := steady(send(older, resizedMsg(newest)), erasedMsg{}); got != newest {
		t.Errorf("got %v once the rows were erased, want the newest size", got)
	}
	for _, c := range []curtain{settled, erasing, drawn} {
		m.curtain = c
		for _, msg := range []tea.Msg{size, erasedMsg{}} {
			if got := steady(m, msg); got != nil {
				t.Errorf("curtain %d: got %v, want nothing", c, got)
			}
		}
		if got := steady(m, frameMsg{}); got == nil {
			t.Errorf("curtain %d: got another message dropped", c)
		}
	}
}
