package flows

import (
	"context"
	"testing"
	"time"

	"postern/client"
	"postern/internal/sandbox"
)

// shelf keeps the last session in memory.
type shelf struct{ s *client.Session }

func (k *shelf) Prepare(context.Context) (string, error) {
	if k.s == nil {
		return "", nil
	}
	return k.s.LoginID(), nil
}

func (k *shelf) Use(context.Context, Store) error { return nil }

func (k *shelf) Keep(_ context.Context, s *client.Session) (old, err error) {
	k.s = s
	return nil, nil
}

// The same flow with the real client and the real wire: sign up, be told that
// the account exists, and sign in instead.
func TestFlowsMeetTheSandbox(t *testing.T) {
	now := noon
	clock := func() time.Time { return now }
	box, err := sandbox.Open(sandbox.Options{Dir: t.TempDir(), Now: clock})
	must(err)
	project, err := client.NewProject(box.ProjectID(), "http://127.0.0.1")
	must(err)
	kept := &shelf{}
	r := Runner{
		Auth: client.New(client.Config{Project: project, Transport: box, Now: clock}), Keep: kept, Now: clock,
	}
	// answer works until the flow wants a person.
	answer := func(f Flow) Flow {
		for {
			task, open := f.Task()
			if !open {
				return f
			}
			f = f.Next(r.Run(t.Context(), task))
		}
	}
	code := func() Submit {
		now = now.Add(31 * time.Second) // no code is good twice
		digits, _, err := box.Code(t.Context(), ada)
		must(err)
		return Submit{digits, now}
	}

	f := answer(Enroll(Plan{LoginID: ada}))
	if got := title(f); got != "scan" {
		t.Fatalf("got %s, %v, want scan", got, f.Screen().Notice)
	}
	f = answer(f.Next(Submit{"000000", now}))
	if _, held := f.Screen().Notice.(Doubt); !held {
		t.Errorf("got %v, want a doubt", f.Screen().Notice)
	}
	f = answer(f.Next(code()))
	if got := title(f); got != "over(Entered)" || kept.s == nil {
		t.Fatalf("got %s, %v, want over(Entered)", got, f.Screen().Notice)
	}

	f = answer(SignIn(Plan{}))
	if got := title(f); got != "over(Standing)" {
		t.Errorf("beside the session: got %s, want over(Standing)", got)
	}

	f = answer(answer(Enroll(Plan{LoginID: ada})).Next(Pick{1})) // replace the live session
	if got := title(f); got != "existing" {
		t.Fatalf("got %s, %v, want existing", got, f.Screen().Notice)
	}
	f = answer(f.Next(Pick{0}).Next(Submit{"000000", now}))
	if n := f.Screen().Notice; client.KindOf(n) != client.WrongCode {
		t.Errorf("got %v, want %v", n, client.WrongCode)
	}
	if f = answer(f.Next(code())); title(f) != "over(Entered)" {
		t.Errorf("got %s, %v, want over(Entered)", title(f), f.Screen().Notice)
	}

	f = answer(answer(SignIn(Plan{LoginID: eve, Force: true})).Next(Submit{"000000", now}))
	if got := title(f); got != "unknown" {
		t.Errorf("got %s, %v, want unknown", got, f.Screen().Notice)
	}
}
