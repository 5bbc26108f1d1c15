package client

import (
	"net/http"
	"testing"
	"time"
)

// exchange makes the server take access keys. It gives the key of an account
// that is signed in with one, and forgets the requests that it took.
func (h *home) exchange(t testing.TB) Secret {
	t.Helper()
	const key Secret = "K2accesskey"
	n := 0
	h.on("/v1/auth/accesskey/exchange", func(w http.ResponseWriter, _ *http.Request) {
		n++
		claims := h.claims(sessionKind, n)
		claims["sub"] = "K2id"
		answer(w, 200, h.reply(map[string]any{"keyId": "K2id", "sessionJwt": h.sign(claims), "expiration": 0}))
	})
	a := h.account()
	s, err := a.client.ExchangeAccessKey(t.Context(), key, LoginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	h.forget()
	return key
}

func TestSessionOfAnAccessKeyIsRenewedWithTheKey(t *testing.T) {
	h := newHome(t)
	key := h.exchange(t)
	s, err := h.account().Session(t.Context(), 0)
	if err != nil || number(t, s) != 1 || !s.ByKey() || s.LoginID() != "K2id" {
		t.Fatalf("got %v, %v", s, err)
	}
	h.clock.Add(11 * time.Minute)
	s, err = h.account().Session(t.Context(), 0)
	if err != nil || number(t, s) != 2 || !s.ByKey() {
		t.Fatalf("after its end: got %v, %v", s, err)
	}
	got := h.requests("/v1/")
	if len(got) != 1 || got[0].Auth != "Bearer "+projectID+":"+key.Reveal() {
		t.Errorf("got %d requests, %+v, want one exchange", len(got), got)
	}
	st, err := h.account().Standing(t.Context())
	if err != nil || !st.ByKey || !st.RefreshBy.IsZero() {
		t.Errorf("got %+v, %v", st, err)
	}
}

func TestAccessKeyIsNeverSentForLogoutOrAsAPerson(t *testing.T) {
	h := newHome(t)
	h.exchange(t)
	a := h.account()
	s, err := a.Session(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.client.WhoAmI(t.Context(), s)
	wantKind(t, err, LocalReject)
	if err := a.client.Revoke(t.Context(), s); err != nil {
		t.Error(err)
	}
	bye, err := a.Forget(t.Context(), false)
	if err != nil || bye.Server != nil || bye.Local != nil {
		t.Errorf("got %+v, %v", bye, err)
	}
	h.exchange(t)
	if _, err := a.Keep(t.Context(), h.session(t, a, 7)); err != nil { // a person takes the key's place
		t.Error(err)
	}
	for _, r := range h.requests("/v1/auth/") {
		if r.Path != "/v1/auth/totp/verify" {
			t.Errorf("sent %s", r.Path)
		}
	}
	if rec := h.vault.record(t, h.id); rec.ByKey {
		t.Error("the person's session counts as the key's")
	}
}

func TestAccessKeyThatIsRefusedStays(t *testing.T) {
	h := newHome(t)
	h.exchange(t)
	h.clock.Add(11 * time.Minute)
	h.says("/v1/auth/accesskey/exchange", 401, `{"errorCode":"E062803"}`)
	_, err := h.account().Session(t.Context(), 0)
	wantKind(t, err, Denied)
	if rec := h.vault.record(t, h.id); rec.Spending || rec.Refresh == "" {
		t.Errorf("got %+v", rec)
	}
}

// The auth management key opens methods; an exchange has a key of its own.
func TestAuthKeyIsNotSentWithAnAccessKey(t *testing.T) {
	h := newHome(t)
	key := h.exchange(t)
	c := h.local(func(c *Config) { c.AuthKey = "K2auth" })
	if _, err := c.ExchangeAccessKey(t.Context(), key, LoginOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := h.requests("/v1/auth/accesskey"); got[0].Auth != "Bearer "+projectID+":"+key.Reveal() {
		t.Errorf("got %q", got[0].Auth)
	}
}

// nextReply says when the server wants the next refresh.
func (h *home) nextReply(n int, seconds any) string {
	return h.reply(map[string]any{
		"sessionJwt": h.sign(h.claims(sessionKind, n)), "refreshJwt": h.sign(h.claims(refreshKind, n)),
		"user": map[string]any{"loginIds": []string{loginID}, "userId": userID}, "nextRefreshSeconds": seconds,
	})
}

func TestSessionIsRenewedWhenInactivityWouldEndIt(t *testing.T) {
	for name, c := range map[string]struct {
		seconds any
		after   time.Duration
		want    int
	}{
		"not yet":       {120, 119 * time.Second, 1},
		"due":           {120, 120 * time.Second, 2},
		"not said":      {0, 5 * time.Minute, 1},
		"nonsense":      {-5, 5 * time.Minute, 1},
		"absurd":        {1e300, 5 * time.Minute, 1},
		"later than it": {900, 5 * time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			h.says("/v1/auth/totp/verify", 200, h.nextReply(1, c.seconds))
			a := h.account()
			s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Keep(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			h.clock.Add(c.after)
			h.says("/v1/auth/refresh", 200, h.nextReply(2, c.seconds))
			for range 2 { // the second finds it renewed, with a new time
				if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != c.want {
					t.Fatalf("got %v, %v, want %d", s, err, c.want)
				}
			}
			if got := len(h.requests("/v1/auth/refresh")); got != c.want-1 {
				t.Errorf("got %d refreshes, want %d", got, c.want-1)
			}
		})
	}
}

// Offline is no reason to withhold a token that is good.
func TestEarlyRefreshThatGetsNoAnswerGivesTheSessionThatIsThere(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   Kind
	}{
		"unavailable": {503, ``, Other},
		"a portal":    {200, `<html>`, Other},
		"too many":    {429, `{}`, Other},
		"ended":       {401, `{"errorCode":"E064001"}`, Ended},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			a := h.account()
			h.says("/v1/auth/totp/verify", 200, h.nextReply(1, 60))
			s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Keep(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			h.clock.Add(2 * time.Minute)
			h.says("/v1/auth/refresh", c.status, c.body)
			s, err = h.account().Session(t.Context(), 0)
			if c.want != Other {
				wantKind(t, err, c.want)
			} else if err != nil || number(t, s) != 1 {
				t.Errorf("got %v, %v", s, err)
			}
			if c.want == Other {
				_, err := h.account().Session(t.Context(), 9*time.Minute) // more than it has left
				if err == nil {
					t.Error("a session too short for what was asked was given")
				}
			}
		})
	}
}
