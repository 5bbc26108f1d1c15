package client

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// TestFaultC04SignInDuringARefreshWins: the refresh ends first, as it holds the
// lock; what was signed in meanwhile is the newer generation, and stays.
func TestFaultC04SignInDuringARefreshWins(t *testing.T) {
	h := expired(t)
	fresh := h.session(t, h.account(), 7)
	h.says("/v1/auth/logout", 200, `{}`)
	kept, waits := make(chan error, 1), make(chan struct{}, 1)
	h.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) {
		h.vault.onLock = func() { waits <- struct{}{} }
		go func() {
			_, err := h.account().Keep(t.Context(), fresh)
			kept <- err
		}()
		<-waits // for the lock, which the refresh holds
		answer(w, 200, h.refreshed(2))
	})
	if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 2 {
		t.Errorf("the refresh: got %v", err)
	}
	if err := <-kept; err != nil {
		t.Fatal(err)
	}
	if rec := h.vault.record(t, h.id); rec.Gen != 3 || rec.Spending {
		t.Errorf("got generation %d, spending %t, want 3 and no mark", rec.Gen, rec.Spending)
	}
	if s, err := h.account().Session(t.Context(), 0); err != nil || number(t, s) != 7 {
		t.Errorf("got %v, want the session that was signed in last", err)
	}
}

// timed is a vault that notes when a record's key is to go.
type timed struct {
	*memVault
	after time.Duration
}

func (v *timed) SetTimeout(_ string, after time.Duration) error {
	v.after = after
	return errors.New("too bad")
}

// The key goes with the refresh token; that it cannot is no reason not to store.
func TestKeyIsToGoWhenTheSessionEnds(t *testing.T) {
	h := newHome(t)
	v := &timed{memVault: h.vault}
	a := NewAccount(h.local(func(c *Config) { c.Keys = h.keys }), "default", v, h.cache)
	if _, err := a.Keep(t.Context(), h.session(t, a, 1)); err != nil {
		t.Fatal(err)
	}
	st, err := a.Standing(t.Context())
	if want := st.RefreshBy.Sub(h.clock.Now()); err != nil || st.RefreshBy.IsZero() || v.after != want {
		t.Errorf("got a time-out of %s (%v), want %s", v.after, err, want)
	}
	h.clock.Add(11 * time.Minute)
	h.says("/v1/auth/refresh", 200, h.refreshed(2))
	if _, err := a.Session(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if st, err = a.Standing(t.Context()); err != nil || v.after != st.RefreshBy.Sub(h.clock.Now()) {
		t.Errorf("after a refresh: got a time-out of %s, want it anew", v.after)
	}
}

// What is damaged gives way to a sign-in only where that was said.
func TestDamagedRecordGivesWayWhereThatWasSaid(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	damaged, other := errors.New("damaged"), errors.New("another key")
	giving := a.Over(func(err error) bool { return errors.Is(err, damaged) })
	for _, row := range []struct {
		name   string
		a      *Account
		load   error
		stored bool
	}{
		{"not said", a, damaged, false}, {"of something else", giving, other, false}, {"said", giving, damaged, true},
	} {
		s := h.session(t, a, 2)
		h.vault.load = row.load
		_, err := row.a.Keep(t.Context(), s)
		h.vault.load = nil
		if stored := err == nil; stored != row.stored {
			t.Errorf("%s: got %v, want stored %t", row.name, err, row.stored)
		}
	}
}
