package flows

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/internal/sandbox"
)

// newest is the newest message.
func (h *household) newest() sandbox.Message {
	h.t.Helper()
	inbox, err := h.box.Inbox(h.t.Context())
	must(err)
	return inbox[0]
}

// waits has time pass between polls, and something happen before one of them.
func (h *household) waits(before int, happens func()) {
	polls := 0
	h.r.Wait = func(ctx context.Context, d time.Duration) error {
		h.now = h.now.Add(d)
		if polls++; polls == before {
			happens()
		}
		return ctx.Err()
	}
}

// opens does what a browser does with a link.
func (h *household) opens(link string) {
	h.t.Helper()
	u, err := url.Parse(link)
	must(err)
	body := strings.NewReader(`{"token":"` + u.Query().Get("t") + `"}`)
	req, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/v1/auth/enchantedlink/verify", body)
	must(err)
	req.Header.Set("Authorization", "Bearer "+h.box.ProjectID())
	resp, err := h.box.RoundTrip(req)
	must(err)
	must(resp.Body.Close())
}

func TestLinksMeetTheSandbox(t *testing.T) {
	h := newHousehold(t)
	right := func() { h.opens(h.newest().Link) }

	h.waits(3, right)
	f := h.play(Enroll(Plan{Method: client.Link, LoginID: eve}))
	h.ends(f, "over(Entered)", NoNeed, "email")

	// The same channel is no second factor; another one is, on top of it.
	f = h.play(SecondFactor(Plan{MFA: client.MagicLink}))
	if n := (Unusable{client.MagicLink, PassedAlready}); f.Screen().Notice != n {
		t.Errorf("got notice %v, want %v", f.Screen().Notice, n)
	}
	h.waits(1, right)
	h.ends(h.play(StepUp(Plan{Method: client.Link})), "over(Entered)", NoNeed, "email")
	h.ends(h.play(SecondFactor(Plan{MFA: client.TOTP}), "app"), "over(Entered)", NoNeed, "email", "totp", "mfa")

	// Signed in with both, the link second.
	h.waits(1, right)
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, MFA: client.Link}), "app")
	h.ends(f, "over(Entered)", NoNeed, "totp", "email", "mfa")

	// Pasted, whole and as a token.
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, Method: client.MagicLink}))
	h.ends(h.play(f, Submit{"<" + h.newest().Link + ">", h.now}), "over(Entered)", NoNeed, "email")
	f = h.play(SignIn(Plan{LoginID: eve, Force: true, Method: client.MagicLink}))
	_, token, _ := strings.Cut(h.newest().Link, "t=")
	f = h.play(f, Submit{"wrong" + token, h.now})
	if n := f.Screen().Notice; client.KindOf(n) != client.WrongCode {
		t.Errorf("a wrong token: got notice %v, want that it is wrong", n)
	}
	h.ends(h.play(f, Submit{token, h.now}), "over(Entered)", NoNeed, "email")
}

func TestAWrongLinkEndsTheWaiting(t *testing.T) {
	h := newHousehold(t)
	h.waits(1, func() { h.opens(h.newest().Link) })
	h.play(Enroll(Plan{Method: client.Link, LoginID: eve}))
	h.waits(2, func() {
		m := h.newest()
		for _, l := range m.Links {
			if l.ID != m.LinkID {
				h.opens(l.URL)
				return
			}
		}
	})
	f := h.play(SignIn(Plan{Method: client.Link, LoginID: eve, Force: true}))
	if s := f.Screen(); s.Step != StepUnopened || client.KindOf(s.Notice) == client.Pending {
		t.Fatalf("got step %d, %v, want the waiting to end with a refusal", s.Step, s.Notice)
	}
	h.waits(1, func() { h.opens(h.newest().Link) })
	h.ends(h.play(f, Pick{0}), "over(Entered)", NoNeed, "email") // another one
}

func TestALinkThatNobodyOpensIsWaitedForTwoMinutes(t *testing.T) {
	h := newHousehold(t)
	h.waits(1, func() { h.opens(h.newest().Link) })
	h.play(Enroll(Plan{Method: client.Link, LoginID: eve}))
	h.waits(0, nil)
	begun := h.now
	f := h.play(SignIn(Plan{Method: client.Link, LoginID: eve, Force: true}))
	if s := f.Screen(); s.Step != StepUnopened || client.KindOf(s.Notice) != client.Pending {
		t.Fatalf("got step %d, %v, want that the link was not opened", s.Step, s.Notice)
	}
	if took := h.now.Sub(begun); took < linkWait-2*pollEvery || took > linkWait {
		t.Errorf("waited %s, want %s", took, linkWait)
	}
}

// hung is a server that does not answer.
type hung struct{ world }

func (*hung) Verify(ctx context.Context, _ client.Verify) (*client.Session, error) {
	<-ctx.Done()
	return nil, &client.Error{Op: "enchanted link", Kind: client.Unknown, Err: ctx.Err()}
}

func TestAPollThatHangsIsGivenUp(t *testing.T) {
	r := Runner{Auth: &hung{}, Now: func() time.Time { return noon }}
	p := Poll{client.Verify{Method: client.Link, LoginID: ada, Code: pollRef}, 0, noon.Add(20 * time.Millisecond)}
	if got := client.KindOf(r.Run(t.Context(), Task{1, p}).Result.(Failed).Err); got != client.Unknown {
		t.Errorf("got %v, want %v", got, client.Unknown)
	}
}

func TestAPollIsNotAskedOnceItsPauseIsCutShort(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := &world{}
	r := w.runner()
	r.Wait = func(ctx context.Context, d time.Duration) error {
		if d != 7*time.Second {
			t.Errorf("got a pause of %s, want 7s", d)
		}
		cancel()
		return ctx.Err()
	}
	got := r.Run(ctx, Task{1, Poll{client.Verify{Method: client.Link, LoginID: ada, Code: pollRef}, 7 * time.Second, noon}}).Result
	if want := (Failed{context.Canceled}); got != want || len(w.asked) > 0 {
		t.Errorf("got %+v after %q, want %+v after nothing", got, w.asked, want)
	}
}
