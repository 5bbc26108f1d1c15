package flows

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/client"
)

// TestFaultI18WrongCodesAreSentLaterAndLater types ten of them at once.
func TestFaultI18WrongCodesAreSentLaterAndLater(t *testing.T) {
	f := after(t, SignIn(Plan{LoginID: ada}), Prepared{})
	for i, want := range []time.Duration{0, 1, 2, 4, 8, 16, 32, 60, 60, 60} {
		f = after(t, f, fmt.Sprintf("%06d", i))
		var got time.Duration
		if p, held := f.at.want().(Pause); held {
			got = p.Until.Sub(noon)
		}
		if held := f.Screen().Held; got != want*time.Second || !held.IsZero() && held.Sub(noon) != got {
			t.Errorf("code %d: held back for %s, shown until %s, want %s", i+1, got, held, want*time.Second)
		}
		if want > 0 {
			f = after(t, f, Paused{})
		}
		f = after(t, f, Failed{faults[client.WrongCode]})
		if i%3 == 2 {
			f = after(t, f, Back{}, ada) // no way to cut it short
		}
	}
}

func TestFaultI18PauseIsWaitedForAndCanBeLeft(t *testing.T) {
	var waited time.Duration
	r := Runner{Now: func() time.Time { return noon }, Wait: func(ctx context.Context, d time.Duration) error {
		waited = d
		return ctx.Err()
	}}
	v := Pause{noon.Add(8 * time.Second)}
	if got := r.Run(t.Context(), Task{1, v}).Result; got != (Paused{}) || waited != 8*time.Second {
		t.Errorf("got %v after %s, want the pause over after 8 s", got, waited)
	}
	v.Until = noon.Add(time.Hour) // the clock was set back
	if r.Run(t.Context(), Task{1, v}); waited != longestPause {
		t.Errorf("got a pause of %s, want %s", waited, longestPause)
	}
	r.Wait = func(context.Context, time.Duration) error { return context.Canceled }
	if got := r.Run(t.Context(), Task{1, v}).Result; got != (Failed{context.Canceled}) {
		t.Errorf("left in the pause: got %v, want it cut short", got)
	}
}

// TestWhoLeavesThePauseHasSentNothing leaves each field while its answer is
// held back, and once it is on its way.
func TestWhoLeavesThePauseHasSentNothing(t *testing.T) {
	for name, row := range map[string]struct {
		f           Flow
		first, then string
	}{
		"app":      {after(t, SignIn(Plan{LoginID: ada}), Prepared{}), "111111", "222222"},
		"sign-up":  {after(t, Enroll(Plan{LoginID: ada}), Prepared{}, Enrolled{sharedKey}), codeAt(noon), codeAt(noon.Add(totpPeriod))},
		"email":    {after(t, SignIn(Plan{LoginID: ada, Method: client.Email}), Prepared{}, mailed), "1111", "2222"},
		"magic":    {after(t, SignIn(Plan{LoginID: ada, Method: client.MagicLink}), Prepared{}, mailed), "one", "two"},
		"recovery": {after(t, SignIn(Plan{LoginID: ada, Method: client.Recovery}), Prepared{}), "one", "two"},
	} {
		f := after(t, row.f, row.first, Failed{faults[client.WrongCode]})
		if len(f.Screen().Choices) > 0 {
			f = after(t, f, Pick{0})
		}
		f = after(t, f, row.then)
		if _, held := f.at.want().(Pause); !held || f.Screen().Held.IsZero() {
			t.Fatalf("%s: got step %d, want the answer held back", name, f.Screen().Step)
		}
		if o, over := f.Next(Cancel{}).Outcome(); !over || o.Err != ErrNeverSent {
			t.Errorf("%s, left in the pause: got %v, want %v", name, o.Err, ErrNeverSent)
		}
		if got := f.Next(Back{}).Screen().Notice; got != nil {
			t.Errorf("%s, back from the pause: got %v, want nothing said", name, got)
		}
		task, _ := f.Task()
		if early := f.Next(Done{task.ID, SignedIn{signedIn()}, noon}); !same(f, early) {
			t.Errorf("%s: got on with a session that nobody asked for", name)
		}
		f = after(t, f, Paused{})
		if o, _ := f.Next(Cancel{}).Outcome(); !errors.Is(o.Err, client.Unknown) {
			t.Errorf("%s, left after it: got %v, want %v", name, o.Err, client.Unknown)
		}
	}
}

func TestFaultI12CodeTypedInTheLastSecondIsSaidToBeLate(t *testing.T) {
	for _, row := range []struct {
		name string
		at   time.Duration // after the beginning of its 30 seconds
		kind client.Kind
		late bool
	}{
		{"second 29.9", 29900 * time.Millisecond, client.WrongCode, true},
		{"second 29.9, too old", 29900 * time.Millisecond, client.CodeExpired, true},
		{"second 29.9, no answer", 29900 * time.Millisecond, client.Unknown, false},
		{"second 28", 28 * time.Second, client.WrongCode, false},
		{"second 0", 0, client.WrongCode, false},
	} {
		at := noon.Truncate(totpPeriod).Add(row.at)
		f := after(t, SignIn(Plan{LoginID: ada}), Prepared{}).Next(Submit{Text: "123456", At: at})
		task, _ := f.Task()
		f = f.Next(Done{task.ID, Failed{faults[row.kind]}, at})
		if got := errors.As(f.Screen().Notice, new(Late)); got != row.late {
			t.Errorf("%s: late %t, want %t (%v)", row.name, got, row.late, f.Screen().Notice)
		}
	}
}

// TestWhoGoesBackFromACodeOnItsWayIsToldThatItMayCount goes back from each
// field while its answer is awaited.
func TestWhoGoesBackFromACodeOnItsWayIsToldThatItMayCount(t *testing.T) {
	for name, f := range map[string]Flow{
		"app":      after(t, SignIn(Plan{LoginID: ada}), Prepared{}, "111111"),
		"sign-up":  after(t, Enroll(Plan{LoginID: ada}), Prepared{}, Enrolled{sharedKey}, codeAt(noon)),
		"email":    after(t, SignIn(Plan{LoginID: ada, Method: client.Email}), Prepared{}, mailed, "1111"),
		"password": after(t, SignIn(Plan{LoginID: ada, Method: client.Password}), Prepared{}, "one"),
	} {
		back := f.Next(Back{})
		if s := back.Screen(); !errors.Is(s.Notice, client.Unknown) || s.Ask == nil {
			t.Errorf("%s: got %v, want %v beside a question", name, s.Notice, client.Unknown)
		}
		if o, _ := back.Next(Cancel{}).Outcome(); !errors.Is(o.Err, client.Unknown) {
			t.Errorf("%s, left then: got %v, want it said once more", name, o.Err)
		}
	}
}
