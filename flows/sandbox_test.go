package flows

import (
	"context"
	"testing"

	"postern/client"
)

// shelf keeps the last session in memory.
type shelf struct{ s, stepped *client.Session }

func (k *shelf) Prepare(context.Context) (string, error) {
	if k.s == nil {
		return "", nil
	}
	return k.s.LoginID(), nil
}

func (k *shelf) Use(context.Context, Store) error { return nil }

func (k *shelf) Current(context.Context) (*client.Session, error) {
	if k.s == nil {
		return nil, client.NotSignedIn
	}
	return k.s, nil
}

func (k *shelf) KeepStepUp(_ context.Context, s *client.Session, gained bool) error {
	k.stepped = s
	if gained {
		k.s = s
	}
	return nil
}

func (k *shelf) Keep(_ context.Context, s *client.Session) (old, err error) {
	k.s = s
	return nil, nil
}

// The same flow with the real client and the real wire: sign up, be told that
// the account exists, and sign in instead.
func TestFlowsMeetTheSandbox(t *testing.T) {
	h := newHousehold(t)
	f := h.play(Enroll(Plan{LoginID: eve}), "000000")
	if _, held := f.Screen().Notice.(Doubt); !held {
		t.Errorf("got %v, want a doubt", f.Screen().Notice)
	}
	h.ends(h.play(f, "app"), "over(Entered)", NoNeed, "totp")
	if f = h.play(SignIn(Plan{})); title(f) != "over(Standing)" {
		t.Errorf("beside the session: got %s, want over(Standing)", title(f))
	}

	f = h.play(Enroll(Plan{LoginID: eve}), Pick{1}) // replace the live session
	if got := title(f); got != "existing" {
		t.Fatalf("got %s, %v, want existing", got, f.Screen().Notice)
	}
	f = h.play(f, Pick{0}, "000000")
	if n := f.Screen().Notice; client.KindOf(n) != client.WrongCode {
		t.Errorf("got %v, want %v", n, client.WrongCode)
	}
	h.ends(h.play(f, "app"), "over(Entered)", NoNeed, "totp")

	f = h.play(SignIn(Plan{LoginID: ada, Force: true}), "000000")
	if got := title(f); got != "unknown" {
		t.Errorf("got %s, %v, want unknown", got, f.Screen().Notice)
	}
}
