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
		if v := f.at.want().(VerifyCode); !v.After.IsZero() {
			got = v.After.Sub(noon)
		}
		if held := f.Screen().Held; got != want*time.Second || !held.IsZero() && held.Sub(noon) != got {
			t.Errorf("code %d: held back for %s, shown until %s, want %s", i+1, got, held, want*time.Second)
		}
		f = after(t, f, Failed{faults[client.WrongCode]})
		if i%3 == 2 {
			f = after(t, f, Back{}, ada) // no way to cut it short
		}
	}
}

func TestFaultI18PauseIsWaitedForAndCanBeLeft(t *testing.T) {
	asked := errors.New("asked")
	var waited time.Duration
	r := Runner{Auth: refusing{err: asked}, Now: func() time.Time { return noon }, Wait: func(ctx context.Context, d time.Duration) error {
		waited = d
		return ctx.Err()
	}}
	v := VerifyCode{client.Verify{Method: client.TOTP, LoginID: ada, Code: "123456"}, noon.Add(8 * time.Second)}
	if got := r.Run(t.Context(), Task{1, v}).Result; got != (Failed{asked}) || waited != 8*time.Second {
		t.Errorf("got %v after %s, want it asked after 8 s", got, waited)
	}
	v.After = noon.Add(time.Hour) // the clock was set back
	if r.Run(t.Context(), Task{1, v}); waited != longestPause {
		t.Errorf("got a pause of %s, want %s", waited, longestPause)
	}
	r.Wait = func(context.Context, time.Duration) error { return context.Canceled }
	if got := r.Run(t.Context(), Task{1, v}).Result; got != (Failed{context.Canceled}) {
		t.Errorf("left in the pause: got %v, want nothing asked", got)
	}
}

// refusing is a service that refuses every code.
type refusing struct {
	Authority
	err error
}

func (r refusing) Verify(context.Context, client.Verify) (*client.Session, error) { return nil, r.err }

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
