package client

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What goes over the wire, exactly.
func TestEachCallSendsExactlyThis(t *testing.T) {
	user := NewUser{"Alice A", "Alice", "B", "A", "a@example.com", "+15555555555"}
	for name, c := range map[string]struct {
		call func(context.Context, *Client) error
		want seen
	}{
		"key set": {
			func(ctx context.Context, c *Client) error { return c.Keys(ctx) },
			seen{"GET", "/v2/keys/" + projectID, "Bearer " + projectID, "", nil},
		},
		"sign-up": {
			func(ctx context.Context, c *Client) error { _, err := c.SignUp(ctx, loginID, user); return err },
			seen{"POST", "/v1/auth/totp/signup", "Bearer " + projectID, `{"loginId":"alice@example.com","user":{` +
				`"name":"Alice A","givenName":"Alice","middleName":"B","familyName":"A","email":"a@example.com","phone":"+15555555555"}}`, nil},
		},
		"sign-up, nothing said": {
			func(ctx context.Context, c *Client) error { _, err := c.SignUp(ctx, "a\"b", NewUser{}); return err },
			seen{"POST", "/v1/auth/totp/signup", "Bearer " + projectID, `{"loginId":"a\"b","user":{}}`, nil},
		},
		"verify": {
			func(ctx context.Context, c *Client) error { _, err := c.VerifyTOTP(ctx, loginID, "012345"); return err },
			seen{"POST", "/v1/auth/totp/verify", "Bearer " + projectID, `{"code":"012345","loginId":"alice@example.com"}`, nil},
		},
		"refresh": {
			func(ctx context.Context, c *Client) error { _, err := c.Refresh(ctx, "a.b.c"); return err },
			seen{"POST", "/v1/auth/refresh", "Bearer " + projectID + ":a.b.c", "", nil},
		},
		"logout": {
			func(ctx context.Context, c *Client) error { return c.Logout(ctx, "a.b.c") },
			seen{"POST", "/v1/auth/logout", "Bearer " + projectID + ":a.b.c", "", nil},
		},
		"revoke": {
			func(ctx context.Context, c *Client) error { return c.Revoke(ctx, &Session{refresh: "a.b.c"}) },
			seen{"POST", "/v1/auth/logout", "Bearer " + projectID + ":a.b.c", "", nil},
		},
		"me": {
			func(ctx context.Context, c *Client) error { _, err := c.Me(ctx, "a.b.c"); return err },
			seen{"GET", "/v1/auth/me", "Bearer " + projectID + ":a.b.c", "", nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			d.says("/v1/auth/totp/signup", 200, trio)
			d.says("/v1/auth/me", 200, `{"userId":"`+userID+`","loginIds":["`+loginID+`"]}`)
			cl := d.wire(func(c *Config) { c.Version = "1.2.3" })
			if err := c.call(t.Context(), cl); err != nil {
				t.Fatal(err)
			}
			all := d.requests("/")
			if wantN := 2; name == "key set" || strings.Contains("logout revoke me", name) {
				if len(all) != 1 {
					t.Fatalf("got %d requests, want 1", len(all))
				}
			} else if len(all) != wantN || all[0].Path != "/v2/keys/"+projectID {
				t.Fatalf("got %d requests, want the key set and then one", len(all))
			}
			got := all[len(all)-1]
			h := got.Header
			got.Header = nil
			if got.Method != c.want.Method || got.Path != c.want.Path || got.Auth != c.want.Auth || got.Body != c.want.Body {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			want := map[string]string{
				"X-Descope-Project-Id": projectID, "X-Descope-Sdk-Name": "postern", "X-Descope-Sdk-Version": "1.2.3",
				"User-Agent": "postern/1.2.3", "Accept": "application/json",
			}
			if c.want.Method == "POST" {
				want["Content-Type"] = "application/json"
			}
			known := []string{"Authorization", "Accept-Encoding", "Content-Length"}
			for k, v := range want {
				known = append(known, k)
				if h.Get(k) != v {
					t.Errorf("header %s: got %q, want %q", k, h.Get(k), v)
				}
			}
			for k := range h {
				if !slices.Contains(known, k) {
					t.Errorf("header %s: %q was not asked for", k, h[k])
				}
			}
		})
	}
}

func TestSecondCallNeedsNoKeySet(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	for range 2 {
		if _, err := c.VerifyTOTP(t.Context(), loginID, "123456"); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(d.requests("/v2/keys")); got != 1 {
		t.Errorf("got %d fetches of the key set, want 1", got)
	}
}

func TestFaultI01NothingEmptyIsSent(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	for name, call := range map[string]func(context.Context) error{
		"sign-up":     func(ctx context.Context) error { _, err := c.SignUp(ctx, "", NewUser{}); return err },
		"verify who":  func(ctx context.Context) error { _, err := c.VerifyTOTP(ctx, "", "123456"); return err },
		"verify what": func(ctx context.Context) error { _, err := c.VerifyTOTP(ctx, loginID, ""); return err },
		"refresh":     func(ctx context.Context) error { _, err := c.Refresh(ctx, ""); return err },
		"logout":      func(ctx context.Context) error { return c.Logout(ctx, "") },
		"me":          func(ctx context.Context) error { _, err := c.Me(ctx, ""); return err },
	} {
		if e := wantKind(t, call(t.Context()), LocalReject); !e.NotSent {
			t.Errorf("%s: not said to be unsent", name)
		}
	}
	if got := len(d.requests("/")); got != 0 {
		t.Errorf("got %d requests, want 0", got)
	}
	if err := c.Revoke(t.Context(), &Session{}); err != nil {
		t.Errorf("got %v for a session that cannot be ended", err)
	}
}

func TestRequestForAnotherOriginNeverLeaves(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	for _, u := range []string{"http://api.descope.com/x", "https://api.descope.com.evil.example/x", "https://api.descope.com:444/x"} {
		r, _ := http.NewRequest("POST", u, strings.NewReader("x"))
		resp, err := c.wire.RoundTrip(r)
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s: sent", u)
		}
	}
	if got := len(d.requests("/")); got != 0 {
		t.Errorf("got %d requests, want 0", got)
	}
}

func TestLogTellsNoSecret(t *testing.T) {
	d := newDescope(t)
	d.on("/v1/auth/logout", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("CF-Ray", "ray\x1b[1m-1")
		answer(w, 401, `{"errorCode":"E064001"}`)
	})
	var calls []Call
	c := d.local(func(c *Config) { c.Log = func(call Call) { calls = append(calls, call) } })
	_, _ = c.Refresh(t.Context(), canary)
	_ = c.Logout(t.Context(), canary)
	want := []Call{{Op: "key set", Status: 200}, {Op: "refresh", Status: 200}, {Op: "logout", Status: 401, TraceID: "ray[1m-1", Kind: Ended, Failed: true}}
	if !slices.Equal(calls, want) {
		t.Errorf("got %+v, want %+v", calls, want)
	}
}
