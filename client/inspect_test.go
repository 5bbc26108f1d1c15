package client

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestInspectTakesTheStoredTokenApartWithoutARequest(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	for _, row := range []struct {
		name      string
		before    func()
		signature Signature
		fault     string
	}{
		{"good", func() {}, SignatureGood, ""},
		{"expired", func() { h.clock.Add(time.Hour) }, SignatureGood, "expired"},
		{"other key set", func() { h.keys.Delete(h.account().client.keysName()) }, SignatureUnknown, "does not publish"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.before()
			h.forget()
			in, found, err := h.account().Inspect(t.Context())
			if err != nil || !found {
				t.Fatalf("got %v, %v; want a token", found, err)
			}
			if in.Algorithm != "RS256" || in.KeyID != "k1" || in.Kind != "DS" || in.Signature != row.signature {
				t.Errorf("got %+v, want RS256 by k1, a session token, signature %d", in, row.signature)
			}
			if row.fault == "" && in.Fault != nil || row.fault != "" && (in.Fault == nil || !strings.Contains(in.Fault.Error(), row.fault)) {
				t.Errorf("got fault %v, want %q", in.Fault, row.fault)
			}
			var c struct{ N int }
			if err := json.Unmarshal(in.Claims, &c); err != nil || c.N != 1 {
				t.Errorf("got claims %s", in.Claims)
			}
			if got := h.requests("/"); len(got) != 0 {
				t.Errorf("got requests %+v, want none", got)
			}
		})
	}
	h.cache.Delete(a.cacheName())
	if _, found, err := a.Inspect(t.Context()); found || err != nil {
		t.Errorf("nothing cached: got %v, %v", found, err)
	}
	_, _, err := newHome(t).account().Inspect(t.Context())
	wantKind(t, err, NotSignedIn)
}

func TestAudienceOfATokenIsAStringOrAList(t *testing.T) {
	for _, row := range []struct {
		name string
		aud  any
		want []string
		fits bool
	}{
		{"none wanted", nil, nil, true},
		{"none there", nil, []string{"a"}, false},
		{"the one", "a", []string{"b", "a"}, true},
		{"one of a list", []string{"x", "a"}, []string{"a"}, true},
		{"none of a list", []string{"x", "y"}, []string{"a"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDescope(t)
			claims := d.claims(sessionKind, 1)
			if row.aud != nil {
				claims["aud"] = row.aud
			}
			got, err := d.local().check(t.Context(), Secret(d.sign(claims)), sessionKind)
			if err != nil {
				t.Fatal(err)
			}
			if got.For(row.want) != row.fits {
				t.Errorf("got %v, want %v", !row.fits, row.fits)
			}
		})
	}
}
