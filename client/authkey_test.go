package client

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// The auth management key is the last part of Authorization on every auth
// call, with or without a token before it, and on no other call.
func TestAuthKeyGoesLastOnAuthCallsOnly(t *testing.T) {
	const key = "K2authmanagement"
	d := newDescope(t)
	d.says("/v1/auth/totp/signup", 200, trio)
	d.says("/v1/auth/me", 200, `{"userId":"`+userID+`"}`)
	c := d.local(func(c *Config) { c.AuthKey = key })
	for _, call := range []func(context.Context) error{
		c.Keys,
		func(ctx context.Context) error { _, err := c.SignUp(ctx, loginID, NewUser{}); return err },
		func(ctx context.Context) error { _, err := c.VerifyTOTP(ctx, loginID, "123456"); return err },
		func(ctx context.Context) error { _, err := c.Me(ctx, "a.b.c"); return err },
		func(ctx context.Context) error { _, err := c.Refresh(ctx, "a.b.c"); return err },
	} {
		if err := call(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		"/v2/keys/" + projectID: "Bearer " + projectID,
		"/v1/auth/totp/signup":  "Bearer " + projectID + ":" + key,
		"/v1/auth/totp/verify":  "Bearer " + projectID + ":" + key,
		"/v1/auth/me":           "Bearer " + projectID + ":a.b.c:" + key,
		"/v1/auth/refresh":      "Bearer " + projectID + ":a.b.c:" + key,
	}
	got := d.requests("/")
	if len(got) != len(want) {
		t.Errorf("got %d requests, want %d", len(got), len(want))
	}
	for _, r := range got {
		if r.Auth != want[r.Path] {
			t.Errorf("%s: got %q, want %q", r.Path, r.Auth, want[r.Path])
		}
	}
	c = New(Config{Project: c.project, AuthKey: key}) // the fake remembers what it was sent
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if shown := fmt.Sprintf(verb, c) + fmt.Sprintf(verb, struct{ c *Client }{c}); strings.Contains(shown, key) {
			t.Errorf("%q shows the key", verb)
		}
	}
}
