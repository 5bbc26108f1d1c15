package ui

import (
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

// stilled is a model of a terminal where nothing is to move.
func stilled(m model) model {
	m.term.Still = true
	return m
}

// TestNothingMovesByItselfWithoutMotion watches each screen for a minute: what
// is drawn changes when a step of ten seconds is over, and else never.
func TestNothingMovesByItselfWithoutMotion(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]model{
		"code": atCode(t, 80, 24), "scan": atScan(t, 80, 24), "link": atLink(t, 80, 24), "magic": atMagic(t, 80, 24),
		"working": then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada}), 80, 24), flows.Prepared{}),
		"sending": then(t, atCode(t, 80, 24), "123456"),
		"held":    then(t, atCode(t, 80, 24), wrongCode, flows.Failed{Err: fault(client.WrongCode)}, "123456"),
		"limited": then(t, atCode(t, 80, 24), wrongCode, flows.Failed{Err: fault(client.RateLimited)}),
		"home":    then(t, start(t, flows.Home(flows.Plan{}), 80, 24), homeOfAda),
	} {
		t.Run(name, func(t *testing.T) {
			m := afterMoment(stilled(m))
			changes, last := 0, text(m)
			for range 60 {
				m = after(m, time.Second)
				if now := text(m); now != last {
					changes, last = changes+1, now
				}
			}
			if limit := 14; changes > limit { // two countdowns at the most, each every ten seconds, and their ends
				t.Errorf("got %d changes in a minute, want at most %d; the last is\n%s", changes, limit, last)
			}
		})
	}
}

func TestCursorStandsStillWithoutMotion(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada}), func(_ *memory, term *Term) { term.Still = true })
	s.until("Code for")
	s.untilRaw("\x1b[2 q") // DECSCUSR: a block that does not blink
	s.until("next code in at most 20 s")
	s.keys("\x03")
	s.end()
	s.untilRaw("\x1b[0 q") // as its user has it
}

func TestCountdownsNeverPromiseTooMuch(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{
		time.Second: "at most 10 s", 10 * time.Second: "at most 10 s", 10*time.Second + 1: "at most 20 s",
	} {
		if got := calm.least(left); got != want {
			t.Errorf("%s without motion: got %q, want %q", left, got, want)
		}
	}
	if got := lively.least(2*time.Second + 1); got != " 3 s" {
		t.Errorf("with motion: got %q, want 3 s", got)
	}
}

func TestSignTurnsOnlyWithMotion(t *testing.T) {
	t.Parallel()
	m := then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada}), 80, 24), flows.Prepared{})
	for name, row := range map[string]struct {
		m     model
		turns bool
	}{"with motion": {m, true}, "without": {stilled(m), false}} {
		slowed, turn := row.m.slowed(slowMsg(row.m.stretch))
		if turns := turn != nil; turns != row.turns {
			t.Errorf("%s: got a sign that turns: %t, want %t", name, turns, row.turns)
		}
		if shown := slowed.working("") != ""; shown != row.turns {
			t.Errorf("%s: got a sign: %t, want %t", name, shown, row.turns)
		}
	}
}
