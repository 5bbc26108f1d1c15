//go:build linux

package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTokenOfAValidSessionSendsNothing(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.enrolled("ann@example.com", "--profile", "sandbox")
	debug := p.path("debug.jsonl")
	raw := strings.TrimSpace(p.want(0, "token", "--debug", debug).stdout)
	header := p.want(0, "token", "--format", "header", "--debug", debug).stdout
	claims := p.want(0, "token", "--format", "claims", "--debug", debug).stdout
	object := p.want(0, "token", "--format", "json", "--debug", debug).stdout
	p.want(0, "token", "--min-ttl", "5m", "--debug", debug)
	p.want(0, "status", "--debug", debug)
	if got := requests(t, debug); len(got) != 0 {
		t.Errorf("got calls %v, want none", got)
	}

	if want := "Authorization: Bearer " + raw + "\n"; header != want {
		t.Errorf("--format header: got %q, want %q", header, want)
	}
	middle, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil || strings.TrimSpace(claims) != string(middle) {
		t.Errorf("--format claims: got %q, want the token's own %q (%v)", claims, middle, err)
	}
	var fields struct {
		Schema  int
		Token   string `json:"session_token"`
		Expires time.Time
		UserID  string `json:"user_id"`
		Sandbox bool
	}
	if err := json.Unmarshal([]byte(object), &fields); err != nil {
		t.Fatalf("--format json: %v: %s", err, object)
	}
	left := time.Until(fields.Expires)
	if fields.Schema != 1 || fields.Token != raw || fields.UserID == "" || !fields.Sandbox || left < 9*time.Minute || left > 10*time.Minute {
		t.Errorf("--format json: got %+v, want schema 1, the token, its user, the sandbox, 10 minutes", fields)
	}
}

func TestTokenThatLastsTooShortIsRenewedWithOneRequest(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--session-ttl", "5m", "--rotation", "strict") // so that each token is another
	p.enrolled("ann@example.com", s.flags()...)
	debug := p.path("debug.jsonl")
	before := p.want(0, s.flags("token", "--min-ttl", "4m", "--debug", debug)...).stdout
	if got := requests(t, debug); len(got) != 0 {
		t.Fatalf("enough is left: got calls %v, want none", got)
	}
	after := p.want(0, s.flags("token", "--min-ttl", "9m59s", "--debug", debug)...).stdout
	if got := requests(t, debug); !slices.Equal(got, []string{"refresh"}) {
		t.Errorf("got calls %v, want one refresh", got)
	}
	if before == after {
		t.Error("got the same token again, want a new one")
	}
	if again := p.want(0, s.flags("token", "--debug", debug)...).stdout; again != after {
		t.Error("the new token was not kept")
	}
}

func TestExpiredSessionIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--session-ttl", "3s")
	p.enrolled("ann@example.com", s.flags()...)
	var first struct{ Expires time.Time }
	if err := json.Unmarshal([]byte(p.want(0, s.flags("token", "--json")...).stdout), &first); err != nil {
		t.Fatal(err)
	}
	<-time.After(time.Until(first.Expires)) // the clock itself is what is waited for
	debug := p.path("debug.jsonl")
	p.want(0, s.flags("token", "--debug", debug)...)
	if got := requests(t, debug); !slices.Equal(got, []string{"refresh"}) {
		t.Errorf("got calls %v, want one refresh", got)
	}
}

func TestLostCacheCostsOneRefresh(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.enrolled("ann@example.com", "--profile", "sandbox")
	p.loseCache()
	debug := p.path("debug.jsonl")
	p.want(0, "token", "--debug", debug)
	p.want(0, "token", "--debug", debug)
	if got := requests(t, debug); !slices.Equal(got, []string{"refresh"}) {
		t.Errorf("got calls %v, want one refresh", got)
	}
}

// Against a server where a refresh token works once, and using it twice ends
// the session.
func TestTenProcessesAtOnceRefreshOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--rotation", "strict", "--latency", "50ms")
	p.enrolled("ann@example.com", s.flags()...)
	const rounds, processes = 3, 10
	for range rounds {
		p.loseCache()
		debug := p.path("debug.jsonl")
		_ = os.Remove(debug)
		got := make([]ran, processes)
		errs := make([]error, processes)
		var all sync.WaitGroup
		for i := range processes {
			all.Go(func() { got[i], errs[i] = p.tryRun(s.flags("token", "--debug", debug)...) })
		}
		all.Wait()
		for i, r := range got {
			if errs[i] != nil || r.code != 0 || r.stdout != got[0].stdout {
				t.Errorf("process %d: got exit %d, %v, %s; want 0 and the same token as the others", i, r.code, errs[i], r.stderr)
			}
		}
		if calls := requests(t, debug); !slices.Equal(calls, []string{"refresh"}) {
			t.Errorf("got calls %v, want one refresh", calls)
		}
	}
	p.want(0, s.flags("token", "--min-ttl", "11m")...) // the session is alive
}

// loseCache removes the sealed session, which may be lost at any time.
func (p *person) loseCache() {
	p.t.Helper()
	files, _ := filepath.Glob(filepath.Join(p.home, ".local/state/postern/sessions/*"))
	if len(files) != 1 {
		p.t.Fatalf("got sealed sessions %v, want one", files)
	}
	if err := os.Remove(files[0]); err != nil {
		p.t.Fatal(err)
	}
}

// A session of an unreachable server can be used as long as it is valid.
func TestTokenNeedsNoServer(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	p.enrolled("ann@example.com", s.flags()...)
	s.stop()
	p.want(0, s.flags("token")...)
	p.loseCache()
	r := p.want(9, s.flags("token")...)
	if !strings.Contains(r.stderr, "cannot be reached") {
		t.Errorf("got %q, want that the service cannot be reached", r.stderr)
	}
	if r := p.want(9, s.flags("logout")...); !strings.Contains(r.stderr, "Removed here.") {
		t.Errorf("got %q, want that the session is removed here all the same", r.stderr)
	}
	p.want(4, s.flags("token")...)
}
