package client

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"
)

// A clock that is days off is no clock to correct: whoever answers in the
// service's place would else say what the time is, and a token that ended
// years ago would count.
func TestFaultO05ClockThatIsDaysOffIsSaidAndNothingIsSent(t *testing.T) {
	for name, mine := range map[string]time.Time{
		"O05 1970": time.Unix(0, 0), "26 h slow": newClock().Now().Add(-26 * time.Hour), "26 h fast": newClock().Now().Add(26 * time.Hour),
		"years fast": newClock().Now().Add(6 * 365 * 24 * time.Hour),
	} {
		d := newDescope(t)
		c := d.local(func(c *Config) { c.Now = func() time.Time { return mine } })
		_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
		if e := wantKind(t, err, Untrusted); !e.NotSent || !errors.Is(err, ErrClock) {
			t.Errorf("%s: got %v, want the clock named, and nothing sent", name, err)
		}
		if off := c.ClockOffset(); off != 0 || len(d.requests("/v1/")) != 0 {
			t.Errorf("%s: got offset %v and %d requests, want none", name, off, len(d.requests("/v1/")))
		}
	}
}

func TestTokenThatEndedLongAgoDoesNotCountBecauseAReplyIsOld(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	if err := c.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	old := d.clock.Now().Add(-5 * 365 * 24 * time.Hour)
	token := Secret(d.sign(change(d.claims(sessionKind, 1), "iat", old.Unix(), "nbf", old.Unix(), "exp", old.Add(time.Hour).Unix())))
	c.learnClock(http.Header{"Date": {old.UTC().Format(http.TimeFormat)}}, d.clock.Now(), d.clock.Now())
	_, err := c.check(t.Context(), token, sessionKind)
	if wantKind(t, err, Untrusted); !errors.Is(err, ErrClock) {
		t.Errorf("got %v, want the clock named", err)
	}
	c.learnClock(http.Header{"Date": {d.clock.Now().UTC().Format(http.TimeFormat)}}, d.clock.Now(), d.clock.Now())
	if _, err := c.check(t.Context(), Secret(d.sign(d.claims(sessionKind, 1))), sessionKind); err != nil {
		t.Errorf("after a reply with the right time: %v", err)
	}
}

// An older version learned any offset.
func TestFaultO05StoredOffsetOfYearsDoesNotCount(t *testing.T) {
	h := newHome(t)
	h.signedIn(t)
	rec := h.vault.record(t, h.id)
	rec.ClockOffset = -5 * 365 * 24 * time.Hour
	if err := h.vault.Save(t.Context(), h.id, rec.bytes()); err != nil {
		t.Fatal(err)
	}
	h.forget()
	a := h.account()
	if _, err := a.Session(t.Context(), 0); err != nil || a.client.ClockOffset() != 0 || len(h.requests("/")) != 0 {
		t.Errorf("got %v, offset %v and %d requests, want the session that is here", err, a.client.ClockOffset(), len(h.requests("/")))
	}
}

// A refresh goes on with the keys that are here when the new ones cannot be
// had, but not for ever: one of them may have been taken back.
func TestRefreshIsNotSentWithAKeySetThatIsOldOrTakenBack(t *testing.T) {
	for name, row := range map[string]struct {
		age    time.Duration
		status int
		body   string
		want   Kind
	}{
		"a day old, service down":   {25 * time.Hour, 503, `{}`, Other},
		"a week old, service down":  {7*24*time.Hour + time.Minute, 503, `{}`, Unavailable},
		"two months, service down":  {60 * 24 * time.Hour, 503, `{}`, Unavailable},
		"a day old, all taken back": {25 * time.Hour, 200, `{"keys":[]}`, Untrusted},
	} {
		t.Run(name, func(t *testing.T) {
			h := expired(t)
			h.agedKeys(t, row.age)
			h.says("/v2/keys/"+projectID, row.status, row.body)
			h.says("/v1/auth/refresh", 200, h.refreshed(2))
			h.forget()
			_, err := h.account().Session(t.Context(), 0)
			if row.want == Other {
				if err != nil {
					t.Errorf("got %v, want the session", err)
				}
				return
			}
			if e := wantKind(t, err, row.want); !e.NotSent || len(h.requests("/v1/auth/refresh")) != 0 {
				t.Errorf("got %v, want nothing sent", err)
			}
		})
	}
}

// agedKeys makes the stored key set one that was fetched so long ago.
func (h *home) agedKeys(t *testing.T, age time.Duration) {
	t.Helper()
	for name, raw := range h.keys.files {
		var st storedKeys
		if err := json.Unmarshal(raw, &st); err != nil {
			t.Fatal(err)
		}
		st.Fetched = h.clock.Now().Add(-age)
		h.keys.files[name] = mustJSON(st)
	}
}
