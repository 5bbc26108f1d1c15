package client

import (
	"net/http"
	"strings"
	"testing"
)

// What stands in a URL stands in the logs of every proxy on the way.
func TestFaultL24NoSecretStandsInAURL(t *testing.T) {
	d := newDescope(t)
	on, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	urls := map[string]bool{}
	c := d.local(func(cf *Config) {
		cf.AuthKey = canary
		cf.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			urls[r.URL.String()] = true
			return d.RoundTrip(r)
		})
	})
	for _, call := range everyCall(c, on) {
		_, _ = call(t.Context())
	}
	if len(urls) < 20 {
		t.Errorf("got %d URLs, want those of every call", len(urls))
	}
	for u := range urls {
		for _, secret := range []string{"?", "eyJ", "123456", canary, on.refresh.Reveal(), loginID} {
			if strings.Contains(u, secret) {
				t.Errorf("%s has %q in it", u, secret)
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
