package flows

import (
	"fmt"
	"reflect"
	"testing"

	"postern/client"
)

// The walk through the machine stops where a task begins at home. What it does
// there is what it does alone, until it is over.
func TestATaskIsTheSameWithinHome(t *testing.T) {
	for _, m := range graph() {
		if fromHome(m.from) {
			continue
		}
		from := Flow{at: within{hearth{}, ToSignIn, m.from.at}, turn: m.from.turn}
		to := from.Next(m.event)
		o, ended := m.to.Outcome()
		if !ended {
			if got, want := title(to), "within("+title(m.to)+")"; got != want || to.turn != m.to.turn {
				t.Fatalf("%s, %s: got %s at turn %d, want %s at %d", title(from), m.label, got, to.turn, want, m.to.turn)
			}
			continue
		}
		back, came := to.at.(surveying)
		if !came || to.turn != m.to.turn {
			t.Fatalf("%s, %s: got %s, want surveying", title(from), m.label, title(to))
		}
		if got, _ := back.notice.(Returned); got.End != o.End || fmt.Sprint(got.Err) != fmt.Sprint(o.Err) || fmt.Sprint(got.Old) != fmt.Sprint(o.Old) || got.Missing != o.Missing {
			t.Fatalf("%s, %s: got notice %+v, want that of %+v", title(from), m.label, got, o)
		}
		if holds(to.at, reflect.TypeFor[client.Session]()) {
			t.Fatalf("%s, %s: home holds the session", title(from), m.label)
		}
	}
}

func TestATaskWithinHomeIsLegal(t *testing.T) {
	for _, f := range everywhere() {
		if _, over := f.Outcome(); over || fromHome(f) {
			continue
		}
		if wrong := illegal(Flow{at: within{hearth{}, ToSignIn, f.at}, turn: f.turn}); wrong != "" {
			t.Fatalf("within(%s): %s", name(f), wrong)
		}
	}
}

// fromHome reports whether a state is around tasks, and never in one.
func fromHome(f Flow) bool {
	if s, is := f.at.(stuck); is {
		return fromHome(Flow{at: s.again, turn: f.turn})
	}
	if s, is := f.at.(unlocking); is {
		return fromHome(Flow{at: s.again, turn: f.turn})
	}
	switch s := f.at.(type) {
	case opening:
		return fromHome(Flow{at: s.again, turn: f.turn})
	case surveying, home, glancing, signingOut:
		return true
	}
	return false
}

func TestSomebodyElseNeedsNoSecondQuestion(t *testing.T) {
	f := after(t, Home(Plan{}), seenAda, Pick{3}, seenAda, Prepared{ada})
	if got, want := name(f), "within(naming)"; got != want {
		t.Errorf("picked at home: got %s, want %s", got, want)
	}
	f = after(t, Home(Plan{}), seenNobody, Pick{0}, Prepared{ada}) // somebody was faster
	if got, want := f.Screen().Notice, (Returned{From: ToSignIn, End: Standing, LoginID: ada}); got != nil {
		t.Errorf("got %v before the look, want nothing", got)
	} else if f = after(t, f, seenAda); f.Screen().Notice != want {
		t.Errorf("got notice %v, want %v", f.Screen().Notice, want)
	}
}

func TestPreferredWayInIsNotASecondFactor(t *testing.T) {
	plan := Plan{Method: client.Email, MFA: client.Email}
	for pick, want := range map[int]string{0: "within(choosing)", 1: "within(choosing)", 2: "within(choosing)"} {
		f := after(t, Home(plan), seenAda, Pick{pick}, seenAda, Present{signedIn(), reachable})
		if got := name(f); got != want {
			t.Errorf("pick %d: got %s, want %s", pick, got, want)
		}
	}
}
