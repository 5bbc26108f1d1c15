package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/spinner"

	"postern/client"
	"postern/flows"
	"postern/internal/ptytest"
)

// seen is what a model shows, as its terminal has it.
func seen(m model) string {
	return ptytest.ParseGrid(strings.Split(m.View().Content, "\n")...).Text()
}

// after a moment, the work at hand is slow.
func afterMoment(m model) model { return send(m, slowMsg(m.stretch)) }

func TestNothingFlashesForFastWork(t *testing.T) {
	t.Parallel()
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada}), 80, 24)
	if got := seen(send(m, tickMsg{})); strings.TrimSpace(got) != "" {
		t.Errorf("before the first answer: got\n%s\nwant nothing yet", got)
	}
	m = then(t, m, flows.Prepared{})
	before := seen(then(t, m, "12345"))
	m = then(t, m, "123456")
	if got := seen(m); got != before {
		t.Errorf("with the code on its way: got\n%s\nwant it as it was\n%s", got, before)
	}
	m = then(t, m, flows.SignedIn{Session: signedIn()}) // it is stored then: the same stretch of work
	if got := seen(m); got != before {
		t.Errorf("while it is stored: got\n%s\nwant it as it was\n%s", got, before)
	}
	if m = afterMoment(m); !strings.Contains(seen(m), "Storing the session…") {
		t.Errorf("after a moment: got\n%s\nwant what is being done", seen(m))
	}
}

func TestSlowWorkSaysWhatItIsAndHowToLeave(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		m    model
		want []string
	}{
		"asks for a key":      {then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada}), 80, 24), flows.Prepared{}), []string{"Asking for a key for " + ada, "esc stop", "ctrl-c quit"}},
		"checks a code":       {then(t, atCode(t, 80, 24), "123456"), []string{"Checking the code…", "esc back", "ctrl-c quit"}},
		"checks a first code": {then(t, atScan(t, 80, 24), codeAt(noon)), []string{"Checking the code…", "esc back", "ctrl-c quit"}},
	} {
		m := afterMoment(row.m)
		wantText(t, m, append(row.want, turning.Frames[0])...)
		if strings.Contains(text(m), "… 0 s") {
			t.Errorf("%s: got seconds after a moment\n%s", name, text(m))
		}
		turned := send(m, m.spinner.Tick())
		wantText(t, turned, turning.Frames[1])
		fits(t, turned)
		wantText(t, after(m, 3*time.Second), "3 s")
	}
}

func TestOldMomentIsNotTheNewWorks(t *testing.T) {
	t.Parallel()
	m := then(t, atCode(t, 80, 24), "123456")
	old := slowMsg(m.stretch)
	m = then(t, m, flows.Failed{Err: fault(client.WrongCode)}, "654321")
	if got := send(m, old); got.effort != quick {
		t.Errorf("got effort %d after an old moment, want %d", got.effort, quick)
	}
	if got, cmd := m.spin(spinner.TickMsg{}); got.effort != quick || cmd != nil {
		t.Errorf("got effort %d and more to turn, want a sign that was never shown to stand still", got.effort)
	}
}

func TestWhoLeavesSlowWorkEndsItsRequest(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	s := full(t, flows.Enroll(flows.Plan{LoginID: ada}), func(s *memory, _ *Term) {
		s.service.signUp = func(ctx context.Context) (*client.Enrollment, error) {
			<-ctx.Done()
			close(ended)
			return nil, ctx.Err()
		}
	})
	s.until("Asking for a key")
	s.keys("\x1b")
	o, err := s.end()
	<-ended
	if err != nil || o.End != flows.Stopped || !errors.Is(o.Err, client.Unknown) {
		t.Errorf("got %+v, %v, want it stopped, and said that it may have been carried out", o, err)
	}
}

func TestPlainSaysOnceThatWorkIsSlow(t *testing.T) {
	t.Parallel()
	slow := make(chan struct{})
	s := drive(t, Plain, flows.SignIn(flows.Plan{LoginID: ada}), func(s *memory, term *Term) {
		term.patience = 0
		s.service.verify = func(context.Context, string) (*client.Session, error) { <-slow; return signedIn(), nil }
	})
	s.untilRaw("Code for")
	s.keys(codeAt(noon) + "\n")
	s.untilRaw("Checking the code… Ctrl-C stops it.")
	close(slow)
	if o, err := s.end(); err != nil || o.End != flows.Entered {
		t.Fatalf("got %+v, %v, want entered", o, err)
	}
	got := strings.ReplaceAll(s.raw(), "\r\n", "\n")
	if n := strings.Count(got, "Ctrl-C"); n != 1 || strings.Contains(got, "\r") || strings.Contains(got, "\x1b") {
		t.Errorf("got it said %d times in\n%q\nwant it once, and nothing redrawn", n, got)
	}
}
