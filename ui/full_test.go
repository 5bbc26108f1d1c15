package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

func TestEndOfTheProcessIsNotKeptWaiting(t *testing.T) {
	t.Parallel()
	cause := errors.New("asked to end")
	for name, change := range map[string]func(*service){
		"asks for the key": func(s *service) {
			s.signUp = func(ctx context.Context) (*client.Enrollment, error) { <-ctx.Done(); return nil, ctx.Err() }
		},
		"stores, and hangs": func(s *service) {
			s.keep = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		},
	} {
		for manner, d := range map[string]driver{"full": Full, "plain": Plain} {
			t.Run(name+" "+manner, func(t *testing.T) {
				t.Parallel()
				s := drive(t, d, flows.Enroll(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) { change(s.service) })
				if s.service.keep != nil {
					s.untilRaw("Type the code")
					s.keys(codeAt(noon) + "\n")
					s.wait("the store", func() bool { return s.service.count("keep") > 0 })
				} else {
					s.untilRaw("Asking for a key")
				}
				s.cancel(cause)
				if _, err := s.end(); !errors.Is(err, cause) || s.service.count("keep") > 1 {
					t.Errorf("got %v after %q, want %v", err, s.service.asked, cause)
				}
			})
		}
	}
}

// TestInterruptLetsTheSessionBeStored: half of it would be a session that
// nobody has.
func TestInterruptLetsTheSessionBeStored(t *testing.T) {
	t.Parallel()
	stored := make(chan struct{})
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) {
		s.service.keep = func(ctx context.Context) error {
			select {
			case <-stored:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	s.until("Code for")
	s.keys(codeAt(noon))
	s.until("Storing the session")
	s.keys("\x03")
	s.until("Stopping.")
	close(stored)
	o, err := s.end()
	if !errors.Is(err, ErrInterrupted) || o.End != flows.Entered {
		t.Errorf("got %+v, %v, want it stored, and %v", o, err, ErrInterrupted)
	}
}

// TestInterruptAsksNothingMore: a session that cannot be stored after Ctrl-C is
// ended, without the question what to do.
func TestInterruptAsksNothingMore(t *testing.T) {
	t.Parallel()
	failing := make(chan struct{})
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) {
		s.service.keep = func(context.Context) error { <-failing; return fault(client.StoreFailed) }
	})
	s.until("Code for")
	s.keys(codeAt(noon))
	s.until("Storing the session")
	s.keys("\x03")
	s.until("Stopping.")
	close(failing)
	o, err := s.end()
	if !errors.Is(err, ErrInterrupted) || s.service.count("revoke") != 1 || !errors.Is(o.Err, client.StoreFailed) {
		t.Errorf("got %+v, %v and %q, want the session ended", o, err, s.service.asked)
	}
}

func TestSecondInterruptWaitsForNothing(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) {
		s.service.keep = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	})
	s.until("Code for")
	s.keys(codeAt(noon))
	s.until("Storing the session")
	s.keys("\x03")
	s.until("Stopping.")
	s.keys("\x03")
	if _, err := s.end(); !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, want %v", err, ErrInterrupted)
	}
}

// TestInterruptEndsAnUnwantedSession: it was signed in, and is not stored.
func TestInterruptEndsAnUnwantedSession(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) {
		s.service.keep = func(context.Context) error { return fault(client.StoreFailed) }
	})
	s.until("Code for")
	s.keys(codeAt(noon))
	s.until("could not be stored")
	s.keys("\x03")
	o, err := s.end()
	if !errors.Is(err, ErrInterrupted) || s.service.count("revoke") != 1 || !errors.Is(o.Err, client.StoreFailed) {
		t.Errorf("got %+v, %v and %v, want the session ended", o, err, s.service.asked)
	}
}

func TestTerminalThatIsGoneStopsTheFlow(t *testing.T) {
	t.Parallel()
	for _, mute := range []bool{false, true} {
		s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) { s.mute = mute })
		s.until("Code for")
		_ = s.in.Close()
		if o, err := s.end(); o.End != flows.Stopped || err != nil {
			t.Errorf("got %+v, %v, want it stopped", o, err)
		}
	}
}

func TestPhoneShowsItsCode(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(_ *memory, term *Term) { term.Phone = showing() })
	s.until("Code for")
	s.keys("p")
	s.until("Sandbox phone: " + grouped3(codeAt(noon)))
	s.keys("?\x04") // no help page here: ? is not one key that is lost
	if o, _ := s.end(); o.End != flows.Stopped {
		t.Errorf("got %+v, want it stopped", o)
	}
}

func TestPauseCountsDown(t *testing.T) {
	t.Parallel()
	m := then(t, atCode(t, 80, 24), wrongCode, flows.Failed{Err: fault(client.RateLimited)})
	wantText(t, m, "Try again in 30 s.")
	c := &clock{t: noon.Add(12 * time.Second)}
	m.runner.Now = c.Now
	m = send(m, tickMsg{})
	wantText(t, m, "Try again in 18 s.")
	c.add(time.Minute)
	wantText(t, send(m, tickMsg{}), "Try again now.")
}

func TestLongWorkIsSeenToGoOn(t *testing.T) {
	t.Parallel()
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada}), 80, 24)
	c := &clock{t: noon.Add(5 * time.Second)}
	m.runner.Now = c.Now
	wantText(t, send(m, tickMsg{}), "5 s")
}

func TestNothingButTheRendererIsSent(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}))
	s.until("Code for")
	s.keys("12")
	s.until("> 12")
	s.keys("\x03")
	s.end()
	for _, never := range []string{" q", "\x1b]0;", "\x1b]2;", "\x1b]9", "\x1b]777", "\x07"} {
		if strings.Contains(s.raw(), never) {
			t.Errorf("got %q sent", never)
		}
	}
}

// A pause must not jump with the computer's clock: it is counted by the one
// that cannot be set.
func TestFaultO06PauseGoesByTheClockThatIsNotSet(t *testing.T) {
	t.Parallel()
	m := atCode(t, 80, 24)
	m.runner.Now = time.Now
	m = then(t, m, wrongCode, flows.Failed{Err: fault(client.RateLimited)}, tickMsg{})
	for what, at := range map[string]time.Time{"began": m.noticed, "now": m.now} {
		if !strings.Contains(at.String(), "m=") {
			t.Errorf("%s: got %v, without the reading of the clock that is not set", what, at)
		}
	}
}
