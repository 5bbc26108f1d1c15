package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRoundTripLooksLikeNetHTTP(t *testing.T) {
	opts := newClock().options()
	opts.SessionToken = Cookies
	d := at(t, opts)
	server := httptest.NewServer(d.box)
	defer server.Close()
	for _, row := range []struct{ name, method, path, body string }{
		{"success", "POST", "/v1/auth/totp/signup", `{"loginId":"a"}`},
		{"refusal", "POST", "/v1/auth/totp/verify", `{"loginId":"b","code":"1"}`},
		{"no such call", "GET", "/nothing", ""},
		{"keys", "GET", "/v2/keys/" + d.box.ProjectID(), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			ask := func(rt http.RoundTripper) (*http.Response, string) {
				req, _ := http.NewRequest(row.method, server.URL+row.path, strings.NewReader(row.body))
				req.Header.Set("Authorization", "Bearer "+d.box.ProjectID())
				resp, err := rt.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				return resp, string(text)
			}
			near, nearText := ask(d.box)
			far, farText := ask(http.DefaultTransport)
			for _, field := range []string{"Status", "StatusCode", "Proto", "ProtoMajor", "ProtoMinor", "Uncompressed", "Close", "TransferEncoding", "Trailer"} {
				got := reflect.ValueOf(near).Elem().FieldByName(field).Interface()
				want := reflect.ValueOf(far).Elem().FieldByName(field).Interface()
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %v, want %v", field, got, want)
				}
			}
			if near.ContentLength != int64(len(nearText)) || far.ContentLength != int64(len(farText)) {
				t.Errorf("got lengths %d and %d", near.ContentLength, far.ContentLength)
			}
			near.Header.Del("Content-Length") // a sign-up's secret differs, and so may its picture's size
			far.Header.Del("Content-Length")
			if !reflect.DeepEqual(near.Header, far.Header) {
				t.Errorf("got header %v, want %v", near.Header, far.Header)
			}
			if near.Request == nil || near.Request.URL.Path != row.path {
				t.Errorf("got request %v", near.Request)
			}
		})
	}
}

func TestRoundTripHonoursTheRequestsContext(t *testing.T) {
	opts := newClock().options()
	opts.Latency = time.Hour
	d := at(t, opts)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "POST", "https://sandbox.invalid/v1/auth/refresh", nil)
		began := time.Now()
		if _, err := d.box.RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want deadline exceeded", err)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("got an answer after %v, want 1m", took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", "https://sandbox.invalid/v2/keys/x", nil)
	if _, err := d.box.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
}

func TestLatencyIsAddedToEachReplyWithoutTheLock(t *testing.T) {
	opts := newClock().options()
	opts.Latency = 300 * time.Millisecond
	d := at(t, opts)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() { desk{t, d.box}.post("/v1/auth/try-refresh", "", nil) })
		}
		calls.Wait()
		if took := time.Since(began); took < 300*time.Millisecond || took > 400*time.Millisecond {
			t.Errorf("five calls at once took %v, want 300ms", took)
		}
	})
}

func TestWaitingForTheLockHonoursTheContext(t *testing.T) {
	d := at(t, newClock().options())
	other := open(t, d.box.opts)
	if ok, err := other.store.lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", "https://sandbox.invalid/v2/keys/"+d.box.ProjectID(), nil)
		if _, err := d.box.RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want deadline exceeded", err)
		}
	})
	if err := other.store.lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	d.must(d.get("/v2/keys/"+d.box.ProjectID(), ""))
}

func TestTwoSandboxesShareOneDirectory(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	one, two := at(t, c.in(dir)), at(t, c.in(dir))
	var calls sync.WaitGroup
	for i := range 20 {
		d := one
		if i%2 == 1 {
			d = two
		}
		calls.Go(func() { d.enroll("user" + string(rune('a'+i))) })
	}
	calls.Wait()
	for _, d := range []desk{one, two} {
		users, err := d.box.Users(t.Context())
		if err != nil || len(users) != 20 {
			t.Errorf("got %d users, %v, want 20", len(users), err)
		}
	}
	in := one.verifyAgain("usera")
	two.must(two.get("/v1/auth/me", ":"+in.str("refreshJwt")))
}

func TestOneSpentCodeOfManyAtOnceIsAccepted(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	desks := []desk{at(t, c.in(dir)), at(t, c.in(dir))}
	desks[0].enroll(ann)
	c.pass(time.Minute)
	code := desks[0].code(ann)
	accepted := make(chan bool, 10)
	for i := range cap(accepted) {
		go func() { accepted <- desks[i%2].verify("", ann, code, nil).StatusCode == 200 }()
	}
	count := 0
	for range cap(accepted) {
		if <-accepted {
			count++
		}
	}
	if count != 1 {
		t.Errorf("got %d sign-ins with one code, want 1", count)
	}
}

func TestTheFirstKeyIsMadeOnceForAll(t *testing.T) {
	dir := t.TempDir()
	boxes := []*Sandbox{open(t, Options{Dir: dir}), open(t, Options{Dir: dir})}
	texts := make(chan string, len(boxes))
	for _, box := range boxes {
		go func() { texts <- string(desk{t, box}.get("/v2/keys/"+box.ProjectID(), "").text) }()
	}
	if a, b := <-texts, <-texts; a != b || !strings.Contains(a, `"kid":"SK`) {
		t.Errorf("got %s and %s", a, b)
	}
}

func TestStateIsForTheOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	d := at(t, newClock().in(dir))
	d.enroll(ann)
	for name, want := range map[string]os.FileMode{"": 0o700, "state.db": 0o600, "state.lock": 0o600} {
		stat, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := stat.Mode().Perm(); got != want {
			t.Errorf("%q: got mode %o, want %o", name, got, want)
		}
	}
}

func TestResetForgetsAllButTheProject(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	d, other := at(t, c.in(dir)), at(t, c.in(dir))
	in := d.enroll(ann)
	id := d.box.ProjectID()
	if err := other.box.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E061005")
	d.refused(d.verify("", ann, "123456", nil), 400, "E062108")
	if users, _ := d.box.Users(t.Context()); len(users) != 0 {
		t.Errorf("got %v, want no users", users)
	}
	if got := open(t, c.in(dir)).ProjectID(); got != id {
		t.Errorf("got project %q, want %q", got, id)
	}
	d.claims(d.enroll(ann).str("sessionJwt"))
}

func BenchmarkRequest(b *testing.B) {
	for _, row := range []struct{ name, method, path, body string }{
		{"read", "GET", "/v1/auth/me", ""},
		{"write", "POST", "/v1/auth/refresh", ""},
		{"signup", "POST", "/v1/auth/totp/signup", `{"loginId":"bench"}`},
	} {
		b.Run(row.name, func(b *testing.B) {
			d := at(b, Options{})
			token := ":" + d.enroll(ann).str("refreshJwt")
			for b.Loop() {
				d.must(d.send(row.method, row.path, token, row.body))
			}
		})
	}
}
