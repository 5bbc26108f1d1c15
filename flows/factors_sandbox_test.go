package flows

import (
	"context"
	"slices"
	"testing"
	"time"

	"postern/client"
	"postern/internal/sandbox"
)

// household is the real client on the real wire, with a phone and an inbox.
type household struct {
	t    *testing.T
	box  *sandbox.Sandbox
	kept *shelf
	r    Runner
	now  time.Time
}

func newHousehold(t *testing.T) *household {
	h := &household{t: t, kept: &shelf{}, now: noon}
	clock := func() time.Time { return h.now }
	box, err := sandbox.Open(sandbox.Options{Dir: t.TempDir(), Now: clock})
	must(err)
	project, err := client.NewProject(box.ProjectID(), "http://127.0.0.1")
	must(err)
	h.box = box
	h.r = Runner{Auth: client.New(client.Config{Project: project, Transport: box, Now: clock}), Keep: h.kept, Limit: h, Now: clock}
	return h
}

const pause = 30 * time.Second

func (h *household) Allow(context.Context, client.Send) (time.Time, error) {
	return h.now.Add(pause), nil
}

// play answers tasks, and between them plays what a person does: "app" and
// "mail" type the newest code.
func (h *household) play(f Flow, steps ...any) Flow {
	h.t.Helper()
	for f = h.work(f); len(steps) > 0; steps = steps[1:] {
		var e Event
		switch s := steps[0].(type) {
		case Event:
			e = s
		case string:
			e = Submit{h.code(s), h.now}
		}
		turn := f.turn
		if f = f.Next(e); f.turn == turn {
			h.t.Fatalf("%v means nothing in %s, which says %v", steps[0], name(f), f.Screen().Notice)
		}
		f = h.work(f)
	}
	return f
}

// work answers until the flow wants a person.
func (h *household) work(f Flow) Flow {
	for {
		task, open := f.Task()
		if !open {
			return f
		}
		f = f.Next(h.r.Run(h.t.Context(), task))
	}
}

func (h *household) code(from string) string {
	switch from {
	case "app":
		h.now = h.now.Add(31 * time.Second) // no code is good twice
		code, _, err := h.box.Code(h.t.Context(), eve)
		must(err)
		return code
	case "mail":
		inbox, err := h.box.Inbox(h.t.Context())
		must(err)
		return inbox[0].Code
	}
	return from
}

// ends holds how a flow ended, with which factors, and that the session that
// was kept is alive at the server.
func (h *household) ends(f Flow, want string, missing Need, factors ...client.Text) Outcome {
	h.t.Helper()
	o, _ := f.Outcome()
	if got := title(f); got != want || o.Missing != missing || !slices.Equal(o.After, factors) {
		h.t.Fatalf("got %s, %s, missing %d with %s, want %s, missing %d with %s",
			got, said(f.Screen().Notice, o.Err), o.Missing, o.After, want, missing, factors)
	}
	if h.kept.s != nil {
		if _, err := h.r.Auth.WhoAmI(h.t.Context(), h.kept.s); err != nil {
			h.t.Errorf("after %s: %v", want, err)
		}
	}
	return o
}

func said(errs ...error) string {
	for _, err := range errs {
		if err != nil {
			return err.Error()
		}
	}
	return "no notice"
}

func TestFactorsMeetTheSandbox(t *testing.T) {
	h := newHousehold(t)

	// Nobody knows her: the door leads to a sign-up by the same method.
	f := h.play(SignIn(Plan{Method: client.Email, LoginID: eve}), Pick{0}, "", "")
	if s, shown := f.Screen().Show.(Sent); !shown || s.To == "" || s.To == eve || !s.ResendAt.Equal(h.now.Add(pause)) {
		t.Errorf("got %+v, want a masked address and a pause", f.Screen().Show)
	}
	f = h.play(f, "0000", Resend{h.now}, Resend{h.now.Add(pause)}, "mail")
	h.ends(f, "over(Entered)", NoNeed, "email")

	// An authenticator as the second factor, which she did not have.
	f = h.play(SecondFactor(Plan{}), Pick{0}, "app")
	o := h.ends(f, "over(Entered)", NoNeed, "email", "totp", "mfa")
	if !slices.Equal(o.Before, []client.Text{"email"}) {
		t.Errorf("got %s before, want email", o.Before)
	}
	h.ends(h.play(SecondFactor(Plan{})), "over(Standing)", NoNeed, "email", "totp", "mfa")

	// Stepped up by either factor, and apart from the session.
	f = h.play(StepUp(Plan{Method: client.TOTP}), "app")
	h.ends(f, "over(Entered)", NoNeed, "email", "totp", "mfa")
	if !h.kept.stepped.Claims().StepUp || h.kept.s.Claims().StepUp {
		t.Error("the stepped-up session is not kept apart")
	}

	// A new authenticator: the old one's codes are no good after the first of
	// the new one.
	f = h.play(Replace(Plan{}), "mail", Pick{0}, "app")
	h.ends(f, "over(Entered)", NoNeed, "email", "totp", "mfa")

	// Both factors in one go, and in the other order.
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, MFA: client.Email}), "app", "mail")
	h.ends(f, "over(Entered)", NoNeed, "totp", "email", "mfa")
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, MFA: AnyFactor}), "app", Cancel{})
	h.ends(f, "over(Entered)", NeedMFA, "totp")
	f = h.play(StepUp(Plan{MFA: AnyFactor}), "mail")
	h.ends(f, "over(Entered)", NoNeed, "totp", "email", "mfa")

	// Required, and given up: nothing is kept, and the session is over.
	before := h.kept.s
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, RequireMFA: true}), "app", Cancel{})
	h.ends(f, "over(Stopped)", NeedMFA)
	if h.kept.s != before {
		t.Error("a session was kept without its second factor")
	}
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, RequireMFA: true}), "app", "mail")
	h.ends(f, "over(Entered)", NoNeed, "totp", "email", "mfa")
}

func TestACodeOfAnotherRunIsAnswered(t *testing.T) {
	h := newHousehold(t)
	h.play(Enroll(Plan{Method: client.Email, LoginID: eve}), "mail")
	send := client.Send{Method: client.Email, LoginID: eve}
	for _, p := range []Pending{{}, {StepUp: true}} {
		send.Options.StepUp, send.On = p.StepUp, nil
		if p.StepUp {
			send.On = h.kept.s
		}
		sent, err := h.r.Auth.SendCode(t.Context(), send)
		must(err)
		p.Method, p.LoginID, p.Sent = client.Email, eve, sent
		h.ends(h.play(Answer(Plan{}, p), "mail"), "over(Entered)", NoNeed, "email")
	}
	if h.kept.stepped == nil {
		t.Error("the step-up was not kept")
	}
}

func TestALostPhoneIsReplaced(t *testing.T) {
	h := newHousehold(t)
	h.play(Enroll(Plan{LoginID: eve}), "app")
	h.kept.s = nil
	f := h.play(SignIn(Plan{LoginID: eve}), "000000", "000001", Lost{}, Pick{2}, "mail")
	h.ends(f, "over(Entered)", NoNeed, "email")
	h.ends(h.play(Replace(Plan{}), "mail", Pick{0}, "app"), "over(Entered)", NoNeed, "email", "totp", "mfa")
}
