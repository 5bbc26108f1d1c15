package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// home is a server, a store and a cache, and accounts on them.
type home struct {
	*fakeDescope
	vault *memVault
	cache *memCache
	keys  *memCache
	id    string
}

func newHome(t testing.TB) *home {
	h := &home{newDescope(t), newVault(), newCache(), newCache(), ""}
	h.id = h.account().id
	return h
}

// account is the profile as another process would open it.
func (h *home) account(change ...func(*Config)) *Account {
	c := h.local(append([]func(*Config){func(c *Config) { c.Keys = h.keys }}, change...)...)
	return NewAccount(c, "default", h.vault, h.cache)
}

// signedIn keeps a first session and forgets the requests that it took.
func (h *home) signedIn(t testing.TB) *Account {
	t.Helper()
	a := h.account()
	if _, err := a.Keep(t.Context(), h.session(t, a, 1)); err != nil {
		t.Fatal(err)
	}
	h.forget()
	return a
}

func (h *home) session(t testing.TB, a *Account, n int) *Session {
	t.Helper()
	h.says("/v1/auth/totp/verify", 200, h.signIn(n))
	s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// n tells which reply a session came from.
func number(t testing.TB, s *Session) int {
	t.Helper()
	var c struct{ N int }
	if err := json.Unmarshal(s.Claims().Raw, &c); err != nil {
		t.Fatal(err)
	}
	return c.N
}

func TestKeptSessionIsThereWithoutARequest(t *testing.T) {
	h := newHome(t)
	first := h.signedIn(t)
	for _, a := range []*Account{first, h.account()} {
		s, err := a.Session(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if number(t, s) != 1 || s.LoginID() != loginID || s.Claims().UserID != userID || !s.CanStay() {
			t.Errorf("got %v of %s", number(t, s), s.LoginID())
		}
	}
	st, err := h.account().Standing(t.Context())
	if err != nil || st.LoginID != loginID || st.UserID != userID || st.Name != "Alice" || st.Session == nil || st.Spending ||
		!st.RefreshBy.Equal(h.clock.Now().Add(28*24*time.Hour)) {
		t.Errorf("got %+v, %v", st, err)
	}
	if got := h.requests("/"); len(got) != 0 {
		t.Errorf("got %d requests, want none", len(got))
	}
}

func TestNothingKeptIsNotSignedIn(t *testing.T) {
	h := newHome(t)
	a := h.account()
	_, err := a.Session(t.Context(), 0)
	wantKind(t, err, NotSignedIn)
	_, err = a.Standing(t.Context())
	wantKind(t, err, NotSignedIn)
	_, err = a.Forget(t.Context(), false)
	wantKind(t, err, NotSignedIn)
	if got := h.requests("/"); len(got) != 0 {
		t.Errorf("got %d requests, want none", len(got))
	}
}

// Offline commands open no socket.
func TestStandingNeverAsksTheServer(t *testing.T) {
	h := newHome(t)
	h.signedIn(t)
	h.keys.files = map[string][]byte{}
	st, err := h.account().Standing(t.Context())
	if err != nil || st.Session != nil || st.LoginID != loginID {
		t.Errorf("got %+v, %v", st, err)
	}
	h.clock.Add(11 * time.Minute)
	if st, err = h.account().Standing(t.Context()); err != nil || st.Session != nil {
		t.Errorf("got %+v, %v for a session token that expired", st, err)
	}
	if got := h.requests("/"); len(got) != 0 {
		t.Errorf("got %d requests, want none", len(got))
	}
	h.clock.Add(29 * 24 * time.Hour)
	_, err = h.account().Standing(t.Context())
	wantKind(t, err, NotSignedIn)
}

func TestSealedCacheHoldsNoTokenInClear(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	s, err := a.Session(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	rec := h.vault.record(t, h.id)
	if len(h.cache.all()) != 1 {
		t.Fatalf("got %d files, want 1", len(h.cache.all()))
	}
	for name, file := range h.cache.all() {
		for _, part := range append(strings.Split(s.Token().Reveal(), "."), strings.Split(rec.Refresh, ".")...) {
			if bytes.Contains(file, []byte(part)) || bytes.Contains(file, []byte(part[:16])) {
				t.Errorf("%s has a token in it", name)
			}
		}
		if bytes.Contains(file, rec.CacheKey) || strings.ContainsAny(name, `:/\`) {
			t.Errorf("cache file %q", name)
		}
	}
	if bytes.Contains(h.vault.records[h.id], []byte(s.Token().Reveal())) {
		t.Error("the session token is in the record")
	}
	for name, file := range h.keys.all() {
		if bytes.Contains(file, []byte(rec.Refresh[:16])) {
			t.Errorf("%s has a token in it", name)
		}
	}
}

func TestLostOrForeignCacheMeansRefresh(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, h *home, file string){
		"lost":    func(_ *testing.T, h *home, file string) { _ = h.cache.Delete(file) },
		"empty":   func(_ *testing.T, h *home, file string) { _ = h.cache.Save(file, nil) },
		"garbage": func(_ *testing.T, h *home, file string) { _ = h.cache.Save(file, []byte(strings.Repeat("x", 500))) },
		"bit flipped": func(_ *testing.T, h *home, file string) {
			raw, _ := h.cache.Load(file)
			raw[len(raw)/2] ^= 1
			_ = h.cache.Save(file, raw)
		},
		"unreadable": func(_ *testing.T, h *home, _ string) { h.cache.fail = errors.New("disk on fire") },
		"of another generation": func(t *testing.T, h *home, _ string) {
			rec := h.vault.record(t, h.id)
			rec.Gen++
			h.vault.records[h.id] = rec.bytes()
		},
		"of another user": func(t *testing.T, h *home, file string) {
			token := h.sign(change(h.claims(sessionKind, 1), "sub", "U2mallory"))
			_ = h.cache.Save(file, must(h.vault.record(t, h.id).seal(Secret(token))))
		},
		"a refresh token in it": func(t *testing.T, h *home, file string) {
			_ = h.cache.Save(file, must(h.vault.record(t, h.id).seal(Secret(h.sign(h.claims(refreshKind, 1))))))
		},
		"signed with a key that is gone": func(*testing.T, *home, string) {},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			a := h.signedIn(t)
			harm(t, h, a.cacheName())
			if strings.HasPrefix(name, "signed") { // J16: rotated, the old token is there
				h.clock.Add(time.Minute)
				h.setKeys(rsaJWK("k2", &otherKey().PublicKey))
				h.keys.files = map[string][]byte{}
				h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) {
					answer(w, 200, h.reply(map[string]any{"sessionJwt": rs256(head("RS256", "k2"), mustJSON(h.claims(sessionKind, 2)), otherKey())}))
				})
			}
			s, err := h.account().Session(t.Context(), 0)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(h.requests("/v1/auth/refresh")); n != 1 || number(t, s) != 2 {
				t.Errorf("got %d refreshes and session %d", n, number(t, s))
			}
		})
	}
}

func TestFaultK18AndF16AndX12ForeignRecordsAreLeftAsTheyAre(t *testing.T) {
	h := newHome(t)
	h.signedIn(t)
	good := string(h.vault.records[h.id])
	alter := func(field string, v any) []byte {
		var m map[string]any
		_ = json.Unmarshal([]byte(good), &m)
		return mustJSON(change(m, field, v))
	}
	for name, raw := range map[string][]byte{
		"K18 garbage":           []byte("\x00\x01"),
		"K18 empty":             {},
		"K18 another's JSON":    []byte(`{"token":"` + canary + `"}`),
		"K19 another magic":     alter("magic", "other"),
		"F16 newer version":     alter("v", 2),
		"no version":            alter("v", nil),
		"no refresh token":      alter("refresh_token", ""),
		"no user":               alter("user_id", nil),
		"short cache key":       alter("cache_key", []byte("short")),
		"wrong type":            alter("gen", "x"),
		"of another project":    alter("project_id", "P2other000000000000000000000"),
		"of another base URL":   alter("base_url", "https://evil.example"),
		"cut off":               []byte(good[:len(good)-1]),
		"and something more":    []byte(good + "x"),
		"the older of two gens": alter("gen", -1),
	} {
		t.Run(name, func(t *testing.T) {
			h.vault.records[h.id] = raw
			h.forget()
			a := h.account()
			_, err := a.Session(t.Context(), 0)
			wantKind(t, err, StoreFailed)
			_, err = a.Standing(t.Context())
			wantKind(t, err, StoreFailed)
			_, err = a.Forget(t.Context(), false)
			wantKind(t, err, StoreFailed)
			fresh := h.session(t, a, 2)
			_, err = a.Keep(t.Context(), fresh)
			if wantKind(t, err, StoreFailed); strings.Contains(err.Error(), canary) {
				t.Error(err)
			}
			if !bytes.Equal(h.vault.records[h.id], raw) {
				t.Errorf("got %q, want it untouched", h.vault.records[h.id])
			}
			if n := len(h.requests("/v1/auth/refresh")) + len(h.requests("/v1/auth/logout")); n != 0 {
				t.Errorf("got %d requests with a foreign token", n)
			}
			for _, c := range a.vault.(*memVault).locks {
				if len(c) != 0 {
					t.Fatal("the lock is still held")
				}
			}
		})
	}
}

func TestStoreErrorsAreWrapped(t *testing.T) {
	broken := errors.New("the keyring is locked")
	is := func(t *testing.T, err error) {
		t.Helper()
		if wantKind(t, err, StoreFailed); !errors.Is(err, broken) {
			t.Errorf("got %v, want the cause in it", err)
		}
	}
	t.Run("ready", func(t *testing.T) {
		h := newHome(t)
		if err := h.account().Ready(t.Context()); err != nil {
			t.Error(err)
		}
		h.vault.ready = broken
		is(t, h.account().Ready(t.Context()))
	})
	t.Run("load", func(t *testing.T) {
		h := newHome(t)
		a := h.signedIn(t)
		h.vault.load = broken
		_, err := a.Session(t.Context(), 0)
		is(t, err)
		_, err = a.Standing(t.Context())
		is(t, err)
		_, err = a.Forget(t.Context(), true)
		is(t, err)
		_, err = a.Keep(t.Context(), &Session{refresh: "x"})
		is(t, err)
	})
	t.Run("lock", func(t *testing.T) {
		h := newHome(t)
		a := h.signedIn(t)
		h.vault.lock = broken
		h.clock.Add(time.Hour)
		_, err := a.Session(t.Context(), 0)
		is(t, err)
		_, err = a.Forget(t.Context(), false)
		is(t, err)
		_, err = a.Keep(t.Context(), &Session{})
		is(t, err)
		if got := h.requests("/"); len(got) != 0 {
			t.Errorf("F21: got %d requests without a lock", len(got))
		}
	})
	t.Run("save", func(t *testing.T) {
		h := newHome(t)
		a := h.account()
		s := h.session(t, a, 1)
		h.vault.save = func([]byte) error { return broken }
		_, err := a.Keep(t.Context(), s)
		is(t, err)
		if !h.vault.empty() || len(h.cache.all()) != 0 {
			t.Error("something is stored")
		}
	})
	t.Run("K25 delete", func(t *testing.T) {
		h := newHome(t)
		a := h.signedIn(t)
		h.vault.del = broken
		f, err := a.Forget(t.Context(), false)
		if err != nil || f.Server != nil {
			t.Errorf("got %+v, %v", f, err)
		}
		is(t, f.Local)
		if n := len(h.requests("/v1/auth/logout")); n != 1 {
			t.Errorf("got %d logouts, want 1", n)
		}
	})
}

func TestForgetTellsTheServerAndClears(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		local  bool
		want   Kind // of Server, Other for nil
		n      int
	}{
		"ended":           {200, `{}`, false, Other, 1},
		"ended before":    {401, `{"errorCode":"E064001"}`, false, Other, 1},
		"unavailable":     {503, `{}`, false, Unavailable, 1},
		"portal":          {403, `<html>`, false, Unreadable, 1},
		"here alone":      {500, `{}`, true, Other, 0},
		"another refusal": {401, `{"errorCode":"E061004"}`, false, Refused, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			a := h.signedIn(t)
			refresh := h.vault.record(t, h.id).Refresh
			h.says("/v1/auth/logout", c.status, c.body)
			f, err := a.Forget(t.Context(), c.local)
			if err != nil || f.Local != nil || KindOf(f.Server) != c.want || (f.Server == nil) != (c.want == Other) {
				t.Errorf("got %+v, %v", f, err)
			}
			sent := h.requests("/")
			if len(sent) != c.n || (c.n == 1 && sent[0].Auth != "Bearer "+projectID+":"+refresh) {
				t.Errorf("got %+v", sent)
			}
			if !h.vault.empty() || len(h.cache.all()) != 0 {
				t.Error("something is left")
			}
			_, err = h.account().Session(t.Context(), 0)
			wantKind(t, err, NotSignedIn)
		})
	}
}

func TestForgetClearsEvenWhenItIsCancelled(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.on("/v1/auth/logout", func(http.ResponseWriter, *http.Request) { cancel() })
	f, err := a.Forget(ctx, false)
	if err != nil || f.Local != nil || f.Server == nil || !h.vault.empty() {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestCacheThatStaysBehindIsNoFailure(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	h.cache.fail = errors.New("read-only")
	if f, err := a.Forget(t.Context(), true); err != nil || f.Local != nil || !h.vault.empty() {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestOldSessionIsLoggedOutOnceTheNewOneIsStored(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	oldToken := h.vault.record(t, h.id).Refresh
	h.on("/v1/auth/logout", func(w http.ResponseWriter, r *http.Request) {
		h.vault.note("logout")
		if !strings.HasSuffix(r.Header.Get("Authorization"), ":"+oldToken) {
			t.Error("another token than the old one is logged out")
		}
		answer(w, 200, `{}`)
	})
	h.clock.Add(time.Minute)
	s := h.session(t, a, 2)
	h.vault.events = nil
	if old, err := a.Keep(t.Context(), s); old != nil || err != nil {
		t.Fatalf("got %v, %v", old, err)
	}
	if want := []string{"lock", "save", "unlock", "logout"}; !slices.Equal(h.vault.events, want) {
		t.Errorf("got %v, want %v", h.vault.events, want)
	}
	if rec := h.vault.record(t, h.id); rec.Gen != 2 || rec.Refresh == oldToken {
		t.Errorf("got generation %d", rec.Gen)
	}
	if got, err := h.account().Session(t.Context(), 0); err != nil || number(t, got) != 2 {
		t.Errorf("got %v", err)
	}
	// What becomes of the old one is told and harms nothing.
	h.says("/v1/auth/logout", 503, `{}`)
	h.clock.Add(time.Minute)
	old, err := a.Keep(t.Context(), h.session(t, a, 3))
	if wantKind(t, old, Unavailable); err != nil {
		t.Error(err)
	}
	h.says("/v1/auth/logout", 401, `{"errorCode":"E061005"}`)
	h.clock.Add(time.Minute)
	if old, err := a.Keep(t.Context(), h.session(t, a, 4)); old != nil || err != nil {
		t.Errorf("got %v, %v for one that had ended", old, err)
	}
}

func TestOldSessionStaysWhenTheNewOneCannotBeStored(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	before := bytes.Clone(h.vault.records[h.id])
	h.vault.save = func([]byte) error { return errors.New("full") }
	if _, err := a.Keep(t.Context(), h.session(t, a, 2)); err == nil {
		t.Error("kept")
	}
	if !bytes.Equal(before, h.vault.records[h.id]) || len(h.requests("/v1/auth/logout")) != 0 {
		t.Error("the old session is gone")
	}
}

func TestKeepingTheSameTokenAgainLogsNobodyOut(t *testing.T) {
	h := newHome(t)
	a := h.account()
	s := h.session(t, a, 1)
	for range 2 {
		if old, err := a.Keep(t.Context(), s); old != nil || err != nil {
			t.Errorf("got %v, %v", old, err)
		}
	}
	if n := len(h.requests("/v1/auth/logout")); n != 0 {
		t.Errorf("got %d logouts, want 0", n)
	}
}

func TestFaultS32SessionWithoutRefreshToken(t *testing.T) {
	only := func(h *home, a *Account, user string) *Session {
		claims := change(h.claims(sessionKind, 7), "sub", user)
		h.says("/v1/auth/totp/verify", 200, h.reply(map[string]any{"sessionJwt": h.sign(claims)}))
		return must(a.client.VerifyTOTP(t.Context(), loginID, "123456"))
	}
	t.Run("nothing stored: not kept", func(t *testing.T) {
		h := newHome(t)
		a := h.account()
		_, err := a.Keep(t.Context(), only(h, a, userID))
		if wantKind(t, err, NotKept); !h.vault.empty() {
			t.Error("something is stored")
		}
	})
	t.Run("same user: the stored one stays", func(t *testing.T) {
		h := newHome(t)
		a := h.signedIn(t)
		before := h.vault.record(t, h.id)
		if old, err := a.Keep(t.Context(), only(h, a, userID)); old != nil || err != nil {
			t.Fatalf("got %v, %v", old, err)
		}
		rec := h.vault.record(t, h.id)
		if rec.Refresh != before.Refresh || !rec.RefreshBy.Equal(before.RefreshBy) || rec.Name != before.Name || rec.Gen != before.Gen+1 {
			t.Errorf("got %+v", rec.Gen)
		}
		if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 7 {
			t.Errorf("got %v", err)
		}
		if n := len(h.requests("/v1/auth/logout")); n != 0 {
			t.Errorf("got %d logouts", n)
		}
	})
	t.Run("another user: not kept", func(t *testing.T) {
		h := newHome(t)
		a := h.signedIn(t)
		before := bytes.Clone(h.vault.records[h.id])
		_, err := a.Keep(t.Context(), only(h, a, "U2bob"))
		if wantKind(t, err, NotKept); !bytes.Equal(before, h.vault.records[h.id]) {
			t.Error("the store was changed")
		}
	})
}

func TestFaultC05ProfilesAreIndependent(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	other := NewAccount(a.client, "other", h.vault, h.cache)
	_, err := other.Session(t.Context(), 0)
	wantKind(t, err, NotSignedIn)
	if _, err := other.Keep(t.Context(), h.session(t, other, 5)); err != nil {
		t.Fatal(err)
	}
	unlock, err := h.vault.Lock(t.Context(), other.id) // C05: a lock held there holds nobody here
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := a.Forget(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if s, err := other.Session(t.Context(), 0); err != nil || number(t, s) != 5 {
		t.Errorf("got %v", err)
	}
}

// The project may rename its cookies, and with them the kinds of its tokens.
func TestSessionOfARenamedKindNeedsNoRefresh(t *testing.T) {
	h := newHome(t)
	a := h.account()
	h.says("/v1/auth/totp/verify", 200, h.reply(map[string]any{
		"sessionJwt": h.sign(h.claims("MYS", 1)), "refreshJwt": h.sign(h.claims("MYR", 1)), "cookieName": "MYR", "sessionCookieName": "MYS",
	}))
	if _, err := a.Keep(t.Context(), must(a.client.VerifyTOTP(t.Context(), loginID, "123456"))); err != nil {
		t.Fatal(err)
	}
	h.forget()
	if _, err := h.account().Session(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if n := len(h.requests("/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestFaultO03ClockOffsetIsKeptForOfflineUse(t *testing.T) {
	h := newHome(t)
	mine := newClock()
	mine.Add(time.Hour) // fast
	fast := func(c *Config) { c.Now = mine.Now }
	a := h.account(fast)
	h.says("/v1/auth/totp/verify", 200, h.signIn(1))
	s := must(a.client.VerifyTOTP(t.Context(), loginID, "123456"))
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	h.forget()
	next := h.account(fast)
	if _, err := next.Session(t.Context(), 0); err != nil || len(h.requests("/")) != 0 {
		t.Errorf("got %v and %d requests", err, len(h.requests("/")))
	}
}

// A clock that was a day slow at sign-in and has been set since must not make
// a good session look over for good.
func TestFaultO04ClockThatWasSetDoesNotEndTheSession(t *testing.T) {
	h := newHome(t)
	mine := newClock()
	mine.Add(-24 * time.Hour)
	slow := h.account(func(c *Config) { c.Now = mine.Now })
	h.says("/v1/auth/totp/verify", 200, h.signIn(1))
	if _, err := slow.Keep(t.Context(), must(slow.client.VerifyTOTP(t.Context(), loginID, "123456"))); err != nil {
		t.Fatal(err)
	}
	last := h.vault.record(t, h.id).RefreshBy.Add(-12 * time.Hour)
	h.clock.Add(last.Sub(h.clock.Now()))
	a := h.account() // the clock is right now, the stored offset is not
	if _, err := a.Session(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if n := len(h.requests("/v1/auth/refresh")); n != 1 {
		t.Errorf("got %d refreshes, want 1", n)
	}
	if off := h.vault.record(t, h.id).ClockOffset; off != 0 {
		t.Errorf("got offset %v, want 0", off)
	}
	h.forget()
	if _, err := h.account().Session(t.Context(), 0); err != nil || len(h.requests("/")) != 0 {
		t.Errorf("got %v and %d requests", err, len(h.requests("/")))
	}
}

func TestNothingOfAnAccountPrintsItsTokens(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	rec := h.vault.record(t, h.id)
	st, err := a.Standing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []any{rec, &rec, st, st.Session} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if s := fmt.Sprintf(verb, form); strings.Contains(s, "eyJ") {
				t.Errorf("%T under %s: %s", form, verb, s)
			}
		}
	}
}

func FuzzRecord(f *testing.F) {
	h := newHome(f)
	h.signedIn(f)
	f.Add(h.vault.records[h.id])
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		rec, err := readRecord(raw)
		if err != nil {
			if !errors.Is(err, errForeignRecord) {
				t.Errorf("got %v", err)
			}
			return
		}
		again, err := readRecord(rec.bytes())
		if err != nil || again.Refresh != rec.Refresh || again.Gen != rec.Gen {
			t.Errorf("got %v after writing it", err)
		}
		if sealed, err := rec.seal("token"); err != nil {
			t.Error(err)
		} else if got, err := rec.unseal(sealed); err != nil || got != "token" {
			t.Error(err)
		}
	})
}
