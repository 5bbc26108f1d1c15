package compare

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/sandbox"
)

// clock is a time that passes only where somebody waits.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return ctx.Err()
}

// box is a fresh sandbox as a side.
func box(t *testing.T, o sandbox.Options) (Side, *sandbox.Sandbox) {
	t.Helper()
	c := &clock{at: time.Date(2026, 3, 4, 10, 0, 21, 0, time.UTC)} // 9 s are left of the half minute
	o.Dir, o.Now = t.TempDir(), c.now
	sb, err := sandbox.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return Side{
		Base: "http://127.0.0.1:4321", Project: sb.ProjectID(), Key: sb.ManagementKey, Version: "test",
		Wire: sb, Now: c.now, Wait: c.wait,
	}, sb
}

func walked(t *testing.T, o sandbox.Options) Walked {
	t.Helper()
	side, sb := box(t, o)
	w, err := Walk(t.Context(), side)
	if err != nil {
		t.Fatal(err)
	}
	nobody(t, sb, w)
	return w
}

// nobody fails the test if a walk left users behind.
func nobody(t *testing.T, sb *sandbox.Sandbox, w Walked) {
	t.Helper()
	users, err := sb.Users(context.Background())
	if err != nil || len(users) > 0 || len(w.Left) > 0 {
		t.Errorf("got users %v and %v said to be left, %v; want nobody", users, w.Left, err)
	}
}

var (
	plainOnce sync.Once
	plainWalk Walked
)

// plain is the walk through a sandbox as it is, made once.
func plain(t *testing.T) Walked {
	t.Helper()
	plainOnce.Do(func() { plainWalk = walked(t, sandbox.Options{}) })
	return plainWalk
}

// differing names the differences of a sandbox with these options from a plain
// one.
func differing(t *testing.T, o sandbox.Options) []string {
	t.Helper()
	out := []string{}
	for _, row := range New(walked(t, o), plain(t)).Differences() {
		out = append(out, row.Step+": "+row.What+" | "+cell(row.There)+" | "+cell(row.Sandbox))
	}
	return out
}

func TestTwoSandboxesDoNotDiffer(t *testing.T) {
	there, here := walked(t, sandbox.Options{}), walked(t, sandbox.Options{ClockOffset: time.Hour})
	r := New(there, here)
	if got := r.Differences(); len(got) > 0 {
		t.Errorf("got differences %v, want none", got)
	}
	if len(r.Rows) < 100 || r.Steps < 30 {
		t.Errorf("got %s, want a walk through all of it", r.Counts())
	}
	if there.Calls > 90 { // the documented limit is 100 a minute for one address
		t.Errorf("got %d calls, want at most 90", there.Calls)
	}
}

// Every item is asked, or it says why not.
func TestEveryItemIsAskedOrSaysWhyNot(t *testing.T) {
	met := map[string]bool{}
	for _, s := range steps {
		for _, item := range strings.Split(s.item, ", ") {
			met[item] = true
		}
	}
	for _, q := range questions {
		met[q.Item] = true
	}
	for _, item := range strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14") {
		if !met[item] {
			t.Errorf("item %s is neither asked nor said not to be", item)
		}
	}
}

// refusing is a wire that answers some calls itself.
type refusing struct {
	http.RoundTripper
	answer func(*http.Request) (*http.Response, error) // nil, nil: ask the sandbox
}

func (f refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	if resp, err := f.answer(r); resp != nil || err != nil {
		return resp, err
	}
	return f.RoundTripper.RoundTrip(r)
}

func TestUsersAreDeletedWhenTheWalkIsInterrupted(t *testing.T) {
	for at := range 6 {
		side, sb := box(t, sandbox.Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		stop, calls := errors.New("Ctrl-C"), 0
		side.Wire = refusing{side.Wire, func(*http.Request) (*http.Response, error) {
			if calls++; calls == 14*at+1 {
				cancel(stop)
			}
			return nil, nil
		}}
		w, err := Walk(ctx, side)
		if !errors.Is(err, stop) {
			t.Errorf("stopped at call %d: got error %v, want the cause", 14*at+1, err)
		}
		nobody(t, sb, w)
	}
}

func TestUsersWhoCannotBeDeletedAreNamed(t *testing.T) {
	side, sb := box(t, sandbox.Options{Faults: []string{"503@/v1/mgmt/user/delete"}})
	w, err := Walk(t.Context(), side)
	if err != nil {
		t.Fatal(err)
	}
	users, err := sb.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, u := range users {
		want = append(want, u.LoginIDs...)
	}
	slices.Sort(want)
	slices.Sort(w.Left)
	if len(want) != MostUsers || !slices.Equal(w.Left, want) {
		t.Errorf("got %v, want the %d users there are: %v", w.Left, MostUsers, want)
	}
}

func TestDeletingWaitsForTheRateLimit(t *testing.T) {
	side, sb := box(t, sandbox.Options{})
	limited := false
	side.Wire = refusing{side.Wire, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/v1/mgmt/user/delete" || limited {
			return nil, nil
		}
		limited = true
		return &http.Response{StatusCode: 429, Body: http.NoBody}, nil
	}}
	w, err := Walk(t.Context(), side)
	if err != nil || !limited {
		t.Fatalf("got %v, limited %t", err, limited)
	}
	nobody(t, sb, w)
}

func TestDeletingEndsWhereNothingAnswers(t *testing.T) {
	side, _ := box(t, sandbox.Options{})
	asked := 0
	side.Wire = refusing{side.Wire, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/v1/mgmt/user/delete" {
			return nil, nil
		}
		asked++
		return nil, errors.New("no answer")
	}}
	w, err := Walk(t.Context(), side)
	if err != nil || asked != 1 || len(w.Left) != MostUsers {
		t.Errorf("got %v, %d calls and %v left; want one call, and all %d named", err, asked, w.Left, MostUsers)
	}
}

func TestWalkEndsWithoutATestUser(t *testing.T) {
	for name, row := range map[string]struct {
		key, fault string
		status     int
		code       string
	}{
		"wrong key":      {key: "Kwrong", status: 401, code: "E061004"},
		"unavailable":    {fault: "503@/v1/mgmt/user/create/test", status: 503},
		"always limited": {fault: "429@/v1/mgmt/user/create/test", status: 429, code: "E130429"},
	} {
		t.Run(name, func(t *testing.T) {
			side, sb := box(t, sandbox.Options{Faults: slices.DeleteFunc([]string{row.fault}, func(s string) bool { return s == "" })})
			if row.key != "" {
				side.Key = func() string { return row.key }
			}
			w, err := Walk(t.Context(), side)
			if refused := row.status < 500; refused && len(w.Left) > 0 {
				t.Errorf("got %v said to be left, though nobody was made", w.Left)
			}
			var e *Error
			if !errors.As(err, &e) || e.Status != row.status || e.Code != row.code {
				t.Errorf("got %v, want status %d %s", err, row.status, row.code)
			}
			if strings.Contains(err.Error(), "Kwrong") {
				t.Errorf("the key is in the error: %v", err)
			}
			if users, _ := sb.Users(t.Context()); len(users) > 0 {
				t.Errorf("got users %v, want none", users)
			}
		})
	}
}

func TestRateLimitIsWaitedForAndNoted(t *testing.T) {
	side, sb := box(t, sandbox.Options{})
	limited, before := 0, side.Now()
	side.Wire = refusing{side.Wire, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/v1/auth/otp/verify/voice" || limited > 0 {
			return nil, nil
		}
		limited++
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"45"}}, Body: http.NoBody}, nil
	}}
	w, err := Walk(t.Context(), side)
	if err != nil {
		t.Fatal(err)
	}
	nobody(t, sb, w)
	if waited := side.Now().Sub(before); waited < 45*time.Second {
		t.Errorf("got %v waited, want 45 s and more", waited)
	}
	got := New(w, plain(t)).Differences()
	if len(got) != 1 || got[0].Item != "12" || cell(got[0].There) != "429 empty, Retry-After: yes" {
		t.Errorf("got %v, want the limit alone", got)
	}
}
