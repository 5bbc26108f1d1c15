package client

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// expired is a home whose session token is over and whose session is not.
func expired(t testing.TB) *home {
	h := newHome(t)
	h.signedIn(t)
	h.clock.Add(11 * time.Minute)
	return h
}

// strict makes the server rotate: only the newest refresh token is good, and
// any older one ends the session. answerless says for each refresh whether its
// reply is lost. It returns how often the session was ended.
func (h *home) strict(t testing.TB, answerless func(n int) bool) (ended func() int) {
	var mu sync.Mutex
	n, killed, current := 1, 0, h.vault.record(t, h.id).Refresh
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if killed > 0 || !strings.HasSuffix(r.Header.Get("Authorization"), ":"+current) {
			killed++
			answer(w, 401, `{"errorCode":"E064001"}`)
			return
		}
		n++
		current = h.sign(h.claims(refreshKind, n))
		if answerless != nil && answerless(n) {
			answer(w, 502, `<html>`)
			return
		}
		answer(w, 200, h.rotated(n))
	})
	return func() int { mu.Lock(); defer mu.Unlock(); return killed }
}

func TestSessionIsDueBeforeItExpires(t *testing.T) {
	for name, c := range map[string]struct {
		life, left, atLeast time.Duration
		due                 bool
	}{
		"fresh":                            {10 * time.Minute, 10 * time.Minute, 0, false},
		"half a minute left":               {10 * time.Minute, 30 * time.Second, 0, false},
		"less than half a minute":          {10 * time.Minute, 29 * time.Second, 0, true},
		"a day's token":                    {24 * time.Hour, 30 * time.Second, 0, false},
		"short life, a tenth left":         {3 * time.Minute, 18 * time.Second, 0, false},
		"short life, less than a tenth":    {3 * time.Minute, 17 * time.Second, 0, true},
		"more is wanted":                   {10 * time.Minute, 4 * time.Minute, 5 * time.Minute, true},
		"enough for what is wanted":        {10 * time.Minute, 5 * time.Minute, 5 * time.Minute, false},
		"less is wanted than due":          {10 * time.Minute, 20 * time.Second, time.Second, true},
		"expired":                          {10 * time.Minute, 0, 0, true},
		"no life is long enough for this":  {10 * time.Minute, 10 * time.Minute, time.Hour, true},
		"expired long ago, nothing wanted": {10 * time.Minute, -time.Hour, 0, true},
	} {
		h := newHome(t)
		h.signIn(1)
		a := h.account()
		now := h.clock.Now()
		claims := change(h.claims(sessionKind, 1), "exp", now.Add(c.life).Unix())
		h.says("/v1/auth/totp/verify", 200, h.reply(map[string]any{"sessionJwt": h.sign(claims), "refreshJwt": h.sign(h.claims(refreshKind, 1))}))
		if _, err := a.Keep(t.Context(), must(a.client.VerifyTOTP(t.Context(), loginID, "123456"))); err != nil {
			t.Fatal(err)
		}
		h.clock.Add(c.life - c.left)
		s, err := h.account().Session(t.Context(), c.atLeast)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if due := len(h.requests("/v1/auth/refresh")) == 1; due != c.due || (number(t, s) == 2) != c.due {
			t.Errorf("%s: got due %v, want %v", name, due, c.due)
		}
	}
}

func TestRefreshIsOneRequestAndIsStored(t *testing.T) {
	h := expired(t)
	before := h.vault.record(t, h.id)
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, r *http.Request) {
		rec := h.vault.record(t, h.id)
		if !rec.Spending || rec.Gen != before.Gen || rec.Refresh != before.Refresh {
			t.Errorf("while the token is being spent, the record says spending %v, generation %d", rec.Spending, rec.Gen)
		}
		if r.Header.Get("Authorization") != "Bearer "+projectID+":"+before.Refresh {
			t.Error("another token is spent")
		}
		answer(w, 200, h.refreshed(2))
	})
	s, err := h.account().Session(t.Context(), 0)
	if err != nil || number(t, s) != 2 || s.LoginID() != loginID {
		t.Fatalf("got %v", err)
	}
	rec := h.vault.record(t, h.id)
	if rec.Spending || rec.Gen != before.Gen+1 || rec.Refresh != before.Refresh || !rec.RefreshBy.Equal(before.RefreshBy) ||
		rec.Name != "Alice" || rec.LoginID != loginID || !bytes.Equal(rec.CacheKey, before.CacheKey) {
		t.Errorf("S32: got generation %d, spending %v", rec.Gen, rec.Spending)
	}
	if n := len(h.requests("/")); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
	h.forget()
	if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 2 || len(h.requests("/")) != 0 {
		t.Errorf("got %v and %d requests after it", err, len(h.requests("/")))
	}
}

func TestSecondFactorThatARefreshLosesIsSaid(t *testing.T) {
	h := newHome(t)
	a := h.account()
	mfa := change(h.claims(sessionKind, 1), "amr", []string{"totp", "sms", "mfa"})
	h.says("/v1/auth/totp/verify", 200, h.reply(map[string]any{"sessionJwt": h.sign(mfa), "refreshJwt": h.sign(h.claims(refreshKind, 1))}))
	if _, err := a.Keep(t.Context(), must(a.client.VerifyTOTP(t.Context(), loginID, "123456"))); err != nil {
		t.Fatal(err)
	}
	if s := must(h.account().Session(t.Context(), 0)); s.LostMFA() || !s.Claims().MFA() {
		t.Error("lost before any refresh")
	}
	for n, lost := range []bool{true, false} { // said once
		h.clock.Add(11 * time.Minute)
		if s := must(h.account().Session(t.Context(), 0)); s.LostMFA() != lost {
			t.Errorf("refresh %d: got %v, want %v", n+1, s.LostMFA(), lost)
		}
	}
}

func TestRotatedTokenIsStored(t *testing.T) {
	h := expired(t)
	ended := h.strict(t, nil)
	for n := 2; n < 5; n++ {
		if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != n {
			t.Fatalf("round %d: %v", n, err)
		}
		h.clock.Add(11 * time.Minute)
	}
	if rec := h.vault.record(t, h.id); rec.Gen != 4 || ended() != 0 {
		t.Errorf("got generation %d, ended %d times", rec.Gen, ended())
	}
}

func TestFaultC01TwentyProcessesRefreshOnce(t *testing.T) {
	h := expired(t)
	ended := h.strict(t, nil)
	strict := h.answers["/v1/auth/refresh"]
	var late atomic.Int32
	all := make(chan struct{})
	h.vault.onLock = func() {
		if late.Add(1) == 20 {
			close(all)
		}
	}
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, r *http.Request) {
		<-all // have found the session expired, and wait for the lock
		strict(w, r)
	})
	var wg sync.WaitGroup
	for range 20 {
		a := h.account() // its own client: nothing shared but the store
		wg.Go(func() {
			if s, err := a.Session(t.Context(), 0); err != nil || number(t, s) != 2 {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if n := len(h.requests("/v1/auth/refresh")); n != 1 || ended() != 0 {
		t.Errorf("got %d refreshes, ended %d times, want 1 and 0", n, ended())
	}
}

func TestFaultC01OneClientInManyGoroutines(t *testing.T) {
	h := expired(t)
	h.keys.files = map[string][]byte{}
	a := h.account()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := a.Session(t.Context(), 0); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n, k := len(h.requests("/v1/auth/refresh")), len(h.requests("/v2/")); n != 1 || k != 1 {
		t.Errorf("got %d refreshes and %d key sets, want 1 and 1", n, k)
	}
}

// While we waited for the lock, somebody else refreshed: theirs is taken, also
// when it is short, and nobody goes round again.
func TestMovedGenerationIsAdopted(t *testing.T) {
	h := expired(t)
	var once sync.Once
	h.vault.onLock = func() {
		once.Do(func() {
			h.vault.onLock = nil
			if _, err := h.account().Session(t.Context(), 0); err != nil {
				t.Error(err)
			}
			h.clock.Add(9*time.Minute + 40*time.Second)
		})
	}
	s, err := h.account().Session(t.Context(), time.Minute)
	if err != nil || number(t, s) != 2 {
		t.Errorf("got %v", err)
	}
	if n := len(h.requests("/v1/auth/refresh")); n != 1 {
		t.Errorf("got %d refreshes, want 1", n)
	}
}

func TestMovedGenerationWithoutItsCacheIsRefreshed(t *testing.T) {
	h := expired(t)
	ended := h.strict(t, nil)
	var once sync.Once
	h.vault.onLock = func() {
		once.Do(func() {
			h.vault.onLock = nil
			if _, err := h.account().Session(t.Context(), 0); err != nil {
				t.Error(err)
			}
			h.cache.files = map[string][]byte{}
		})
	}
	if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 3 || ended() != 0 {
		t.Errorf("got %v", err)
	}
}

func TestFaultC03LogoutWinsOverARefresh(t *testing.T) {
	h := expired(t)
	out := make(chan error, 1)
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) {
		waits := make(chan struct{})
		h.vault.onLock = sync.OnceFunc(func() { close(waits) })
		go func() {
			f, err := h.account().Forget(t.Context(), true)
			out <- errors.Join(err, f.Local)
		}()
		select {
		case <-waits: // for the lock, which the refresh holds
		case err := <-out:
			out <- err
		}
		answer(w, 200, h.refreshed(2))
	})
	if _, err := h.account().Session(t.Context(), 0); err != nil {
		t.Error(err)
	}
	if err := <-out; err != nil {
		t.Error(err)
	}
	_, err := h.account().Session(t.Context(), 0)
	if wantKind(t, err, NotSignedIn); !h.vault.empty() {
		t.Error("the token rose again")
	}
}

// The token may be spent: what comes back is stored whatever the caller wants.
func TestFaultC12CancelledRefreshIsStoredAllTheSame(t *testing.T) {
	h := expired(t)
	ended := h.strict(t, nil)
	strict := h.answers["/v1/auth/refresh"]
	ctx, cancel := context.WithCancel(t.Context())
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, r *http.Request) {
		cancel()
		strict(w, r)
	})
	if s, err := h.account().Session(ctx, 0); err != nil || number(t, s) != 2 {
		t.Fatalf("got %v", err)
	}
	if rec := h.vault.record(t, h.id); rec.Gen != 2 || rec.Spending {
		t.Errorf("got generation %d, spending %v", rec.Gen, rec.Spending)
	}
	if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 2 || ended() != 0 {
		t.Errorf("got %v after it", err)
	}
}

func TestCancelledBeforeTheLockNothingIsSpent(t *testing.T) {
	h := expired(t)
	unlock, err := h.vault.Lock(t.Context(), h.id)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	h.vault.onLock = cancel
	_, err = h.account().Session(ctx, 0)
	if wantKind(t, err, StoreFailed); !errors.Is(err, context.Canceled) || len(h.requests("/")) != 0 {
		t.Errorf("got %v and %d requests", err, len(h.requests("/")))
	}
}

func TestStoreThatCannotBeWrittenSpendsNoToken(t *testing.T) {
	h := expired(t)
	h.vault.save = func([]byte) error { return errors.New("disk full") }
	_, err := h.account().Session(t.Context(), 0)
	wantKind(t, err, StoreFailed)
	if n := len(h.requests("/v1/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestSessionThatCannotBeStoredComesAlong(t *testing.T) {
	h := expired(t)
	saves := 0
	h.vault.save = func([]byte) error {
		if saves++; saves == 2 {
			return errors.New("disk full")
		}
		return nil
	}
	s, err := h.account().Session(t.Context(), 0)
	if wantKind(t, err, StoreFailed); s == nil || number(t, s) != 2 {
		t.Error("the session is lost")
	}
	if rec := h.vault.record(t, h.id); !rec.Spending || rec.Gen != 1 {
		t.Errorf("got generation %d, spending %v", rec.Gen, rec.Spending)
	}
}

// What is left in the store after each end of a refresh.
func TestFaultS27RefreshesThatFail(t *testing.T) {
	reply := func(status int, body string) step { return step{status: status, body: body} }
	with := func(body func(h *home) string) step { return step{status: 200, from: body} }
	lost, noLine := step{lost: true}, step{unsent: true}
	for name, c := range map[string]struct {
		answers []step // one after the other
		want    Kind
		kept    bool
		marked  bool // as one that may be spent
		sent    int
	}{
		"S27 E064001":                 {[]step{reply(401, `{"errorCode":"E064001"}`)}, Ended, false, false, 1},
		"S27 E061005":                 {[]step{reply(403, `{"errorCode":"E061005"}`)}, Ended, false, false, 1},
		"S27 401 with another code":   {[]step{reply(401, `{"errorCode":"E061004"}`)}, Unavailable, true, false, 1},
		"S27 403 with another code":   {[]step{reply(403, `{"errorCode":"E999999"}`)}, Unavailable, true, false, 1},
		"S27 401 of a proxy":          {[]step{reply(401, `<html>`)}, Unreadable, true, false, 1},
		"S27 403 of a portal":         {[]step{reply(403, `{}`)}, Unreadable, true, false, 1},
		"S27 dead, but said by a 5xx": {[]step{reply(500, `{"errorCode":"E064001"}`), reply(500, `{"errorCode":"E064001"}`)}, Unavailable, true, true, 2},
		"S06 429":                     {[]step{reply(429, `{"errorCode":"E130429"}`)}, RateLimited, true, false, 1},
		"S28 project":                 {[]step{reply(400, `{"errorCode":"E071001"}`)}, Misconfigured, true, false, 1},
		"S13 200 of a portal":         {[]step{{status: 200, body: "<html>", kind: "text/html"}}, Unreadable, true, true, 1},
		"S12 200 {}":                  {[]step{reply(200, `{}`)}, Unreadable, true, true, 1},
		"S04 503 for good":            {[]step{reply(503, ``), reply(503, ``)}, Unavailable, true, true, 2},
		"C14 lost for good":           {[]step{lost, lost}, Unknown, true, true, 2},
		"C14 lost, then dead":         {[]step{lost, reply(401, `{"errorCode":"E064001"}`)}, Ended, false, false, 2},
		"C14 lost, then 429":          {[]step{lost, reply(429, `{}`)}, RateLimited, true, true, 2},
		"C14 lost, then refused":      {[]step{lost, reply(401, `{"errorCode":"E061004"}`)}, Unavailable, true, true, 2},
		"C14 lost, then no line":      {[]step{lost, noLine}, Unknown, true, true, 1},
		"N02 no line":                 {[]step{noLine}, Unreachable, true, false, 0},
		"C15 lost, then given again":  {[]step{lost, with(func(h *home) string { return h.refreshed(2) })}, Other, true, false, 2},
		"S33 another user's": {[]step{with(func(h *home) string {
			return h.reply(map[string]any{"sessionJwt": h.sign(change(h.claims(sessionKind, 2), "sub", "U2mallory"))})
		})}, Untrusted, true, true, 1},
		"J05 forged": {[]step{with(func(h *home) string {
			return h.reply(map[string]any{"sessionJwt": rs256(head("RS256", "k1"), mustJSON(h.claims(sessionKind, 2)), otherKey())})
		})}, Untrusted, true, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := expired(t)
			before := h.vault.record(t, h.id)
			a := h.account()
			a.client.wire, a.client.inside = &script{h, c.answers}, false
			_, err := a.Session(t.Context(), 0)
			if c.want == Other {
				if err != nil {
					t.Errorf("got %v", err)
				}
			} else {
				wantKind(t, err, c.want)
			}
			if n := len(h.requests("/v1/auth/refresh")); n != c.sent {
				t.Errorf("sent %d times, want %d", n, c.sent)
			}
			for _, s := range h.requests("/v1/auth/refresh") {
				if !strings.HasSuffix(s.Auth, ":"+before.Refresh) {
					t.Error("another token was sent")
				}
			}
			if h.vault.empty() == c.kept {
				t.Fatalf("kept: got %v, want %v", !h.vault.empty(), c.kept)
			}
			if c.kept {
				rec := h.vault.record(t, h.id)
				if rec.Refresh != before.Refresh || rec.Spending != c.marked {
					t.Errorf("marked: got %v, want %v", rec.Spending, c.marked)
				}
			}
			lost := strings.HasPrefix(name, "C14 lost, then dead")
			if MaybeSpent(err) != lost {
				t.Errorf("MaybeSpent: got %v, want %v (%v)", MaybeSpent(err), lost, err)
			}
		})
	}
}

// step is one answer to a refresh.
type step struct {
	status       int
	body, kind   string
	from         func(h *home) string
	lost, unsent bool // the server saw it and the reply was lost; it never left
}

// script answers refreshes one after the other.
type script struct {
	next  *home
	steps []step
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/v1/auth/refresh" {
		return s.next.RoundTrip(r)
	}
	now := s.steps[0]
	s.steps = s.steps[1:]
	if now.unsent {
		return nil, errors.New("no route to host")
	}
	if now.from != nil {
		now.body = now.from(s.next)
	}
	s.next.on(r.URL.Path, func(w http.ResponseWriter, _ *http.Request) {
		if now.kind == "" {
			now.kind = "application/json"
		}
		w.Header().Set("Content-Type", now.kind)
		w.WriteHeader(max(now.status, 200))
		_, _ = w.Write([]byte(now.body))
	})
	// As net/http does once it has a connection.
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	resp, err := s.next.RoundTrip(r)
	if now.lost {
		return nil, errors.New("connection reset")
	}
	return resp, err
}

// A refresh that was begun and never ended, by a process that is gone.
func TestFaultC10EndAfterACutRefreshSaysSo(t *testing.T) {
	h := expired(t)
	rec := h.vault.record(t, h.id)
	rec.Spending = true
	h.vault.records[h.id] = rec.bytes()
	if st, err := h.account().Standing(t.Context()); err != nil || !st.Spending {
		t.Errorf("got %+v, %v", st, err)
	}
	h.says("/v1/auth/refresh", 429, `{}`)
	_, err := h.account().Session(t.Context(), 0)
	if wantKind(t, err, RateLimited); !h.vault.record(t, h.id).Spending {
		t.Error("an old mark was taken away")
	}
	h.says("/v1/auth/refresh", 200, h.refreshed(2))
	if _, err := h.account().Session(t.Context(), 0); err != nil || h.vault.record(t, h.id).Spending {
		t.Errorf("the mark outlives a refresh that went well (%v)", err)
	}
	rec = h.vault.record(t, h.id)
	rec.Spending = true
	h.vault.records[h.id] = rec.bytes()
	h.clock.Add(11 * time.Minute)
	h.says("/v1/auth/refresh", 401, `{"errorCode":"E064001","errorDescription":"ended"}`)
	_, err = h.account().Session(t.Context(), 0)
	e := wantKind(t, err, Ended)
	if !MaybeSpent(err) || e.Code != "E064001" || e.Status != 401 || strings.Contains(err.Error(), "\n") || !h.vault.empty() {
		t.Errorf("got %v", err)
	}
	_, err = h.account().Session(t.Context(), 0)
	wantKind(t, err, NotSignedIn)
}

// Somebody signed in anew while our token was being refused.
func TestFaultC16EndNeverTakesTheWinnersSession(t *testing.T) {
	dead := func(h *home, meanwhile func()) {
		h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) {
			meanwhile()
			answer(w, 401, `{"errorCode":"E064001"}`)
		})
	}
	newer := func(h *home) record {
		rec := h.vault.record(t, h.id)
		rec.Gen, rec.Spending, rec.Refresh = rec.Gen+1, false, h.sign(h.claims(refreshKind, 9))
		h.vault.mu.Lock()
		defer h.vault.mu.Unlock()
		h.vault.records[h.id] = rec.bytes()
		return rec
	}
	t.Run("newer with a session: adopted", func(t *testing.T) {
		h := expired(t)
		a := h.account()
		dead(h, func() {
			_ = h.cache.Save(a.cacheName(), must(newer(h).seal(Secret(h.sign(h.claims(sessionKind, 9))))))
		})
		if s, err := a.Session(t.Context(), 0); err != nil || number(t, s) != 9 || h.vault.empty() {
			t.Errorf("got %v", err)
		}
	})
	t.Run("newer without one: left", func(t *testing.T) {
		h := expired(t)
		dead(h, func() { newer(h) })
		_, err := h.account().Session(t.Context(), 0)
		if wantKind(t, err, Unavailable); h.vault.empty() {
			t.Error("the winner's session was deleted")
		}
	})
	t.Run("the store cannot be read: left", func(t *testing.T) {
		h := expired(t)
		dead(h, func() {
			h.vault.mu.Lock()
			defer h.vault.mu.Unlock()
			h.vault.load = errors.New("locked")
		})
		_, err := h.account().Session(t.Context(), 0)
		if wantKind(t, err, Ended); h.vault.empty() || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v; what could not be compared was deleted", err)
		}
	})
	t.Run("gone meanwhile", func(t *testing.T) {
		h := expired(t)
		dead(h, func() {
			h.vault.mu.Lock()
			defer h.vault.mu.Unlock()
			h.vault.records = map[string][]byte{}
		})
		_, err := h.account().Session(t.Context(), 0)
		wantKind(t, err, Ended)
	})
	t.Run("cannot be cleared", func(t *testing.T) {
		h := expired(t)
		h.vault.del = errors.New("locked")
		dead(h, func() {})
		_, err := h.account().Session(t.Context(), 0)
		if wantKind(t, err, Ended); !errors.Is(err, StoreFailed) {
			t.Errorf("got %v, want both reasons", err)
		}
	})
}

func TestFaultC14StrictServerAfterALostReply(t *testing.T) {
	h := expired(t)
	h.strict(t, func(n int) bool { return n == 2 })
	_, err := h.account().Session(t.Context(), 0)
	if wantKind(t, err, Ended); !MaybeSpent(err) || !h.vault.empty() {
		t.Errorf("got %v", err)
	}
}

func TestSessionThatIsOverIsNotSentAnywhere(t *testing.T) {
	h := expired(t)
	h.clock.Add(29 * 24 * time.Hour)
	_, err := h.account().Session(t.Context(), 0)
	wantKind(t, err, NotSignedIn)
	if n := len(h.requests("/")); n != 0 || h.vault.empty() {
		t.Errorf("got %d requests", n)
	}
}

func TestFaultJ17RefreshWithoutAnyKeySetIsNotSent(t *testing.T) {
	h := expired(t)
	h.keys.files = map[string][]byte{}
	h.says("/v2/keys/"+projectID, 503, `{}`)
	_, err := h.account().Session(t.Context(), 0)
	if e := wantKind(t, err, Unavailable); !e.NotSent && len(h.requests("/v1/")) != 0 {
		t.Errorf("got %v", err)
	}
	if rec := h.vault.record(t, h.id); rec.Spending {
		t.Error("marked as spent")
	}
}

// A stale key set is better than none, and its server must not use up the time
// that the refresh itself has.
func TestStaleKeySetDoesNotHoldTheRefreshUp(t *testing.T) {
	goodKey()
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.clock.t = time.Now()
		h.signedIn(t)
		time.Sleep(25 * time.Hour)
		h.clock.t = time.Now()
		h.on("/v2/keys/"+projectID, func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) })
		a := h.account(func(c *Config) { c.Now = nil })
		a.client.wire = impatient{h}
		start := time.Now()
		if _, err := a.Session(t.Context(), 0); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("took %v", took)
		}
		time.Sleep(2 * time.Minute) // the server's own goroutine ends
	})
}

func TestRefreshKeepsItsBudget(t *testing.T) {
	goodKey()
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.clock.t = time.Now()
		h.signedIn(t)
		time.Sleep(25 * time.Hour)
		h.clock.t = time.Now()
		hang := func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }
		h.on("/v2/keys/"+projectID, hang)
		h.on("/v1/auth/refresh", hang)
		a := h.account(func(c *Config) { c.Now = nil })
		a.client.wire = impatient{h}
		h.vault.onSave = func(ctx context.Context) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("a save without a deadline")
			}
			time.Sleep(1900 * time.Millisecond)
		}
		start := time.Now()
		_, err := a.Session(t.Context(), 0)
		wantKind(t, err, Unknown)
		if took := time.Since(start); took > 16*time.Second {
			t.Errorf("took %v, want at most 16s", took)
		}
		time.Sleep(2 * time.Minute)
	})
}

// impatient gives up when the context does, as a network transport would.
type impatient struct{ http.RoundTripper }

func (i impatient) RoundTrip(r *http.Request) (*http.Response, error) {
	type both struct {
		resp *http.Response
		err  error
	}
	got := make(chan both, 1)
	go func() {
		resp, err := i.RoundTripper.RoundTrip(r)
		got <- both{resp, err}
	}()
	select {
	case b := <-got:
		return b.resp, b.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// Another process has saved its record when we look, and its session token
// when we have the lock.
func TestSessionCachedWhileWaitingForTheLockIsUsed(t *testing.T) {
	h := expired(t)
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, h.refreshed(2)) })
	if _, err := h.account().Session(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	h.forget()
	a := h.account()
	sealed := must(a.cache.Load(a.cacheName()))
	if err := a.cache.Delete(a.cacheName()); err != nil {
		t.Fatal(err)
	}
	h.vault.onLock = func() { _ = a.cache.Save(a.cacheName(), sealed) }
	s, err := a.Session(t.Context(), 0)
	if err != nil || number(t, s) != 2 {
		t.Fatalf("got %v", err)
	}
	if n := len(h.requests("/")); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// A renewed session can be used for calls that take the refresh token.
func TestRenewedSessionKeepsItsRefreshToken(t *testing.T) {
	h := expired(t)
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, h.refreshed(2)) })
	before := h.vault.record(t, h.id)
	s, err := h.account().Session(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !s.CanStay() || s.refresh.Reveal() != before.Refresh || !s.RefreshBy().Equal(before.RefreshBy) {
		t.Errorf("got a session that can stay: %v, until %v; want the stored refresh token, until %v", s.CanStay(), s.RefreshBy(), before.RefreshBy)
	}
}
