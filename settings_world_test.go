//go:build linux

package main

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
)

// settler is somebody at a project with settings of its own.
type settler struct {
	*customer
	wire   *wire
	tunnel *tunnel // nil where the base URL is configured
}

// settings are one kind of project.
type settings struct {
	name            string
	serve           []string // switches of `sandbox serve`
	sessionInCookie bool
	refreshInCookie bool
	rotates         bool
	issuer          func(*settler) string // the host that inspect shows
	settle          func(*settler)        // how the program is told of it, nil for flags
	special         func(*settler)        // what else is true of it
}

// worlds are the kinds of project that the sandbox can be.
var worlds = []settings{
	{name: "both tokens in the body"},
	{name: "session token in a cookie", serve: []string{"--session-token", "cookies"}, sessionInCookie: true},
	{name: "refresh token in a cookie", serve: []string{"--refresh-token", "cookies"}, refreshInCookie: true},
	{
		name:            "both tokens in cookies",
		serve:           []string{"--session-token", "cookies", "--refresh-token", "cookies"},
		sessionInCookie: true, refreshInCookie: true,
	},
	{name: "rotation strict", serve: []string{"--rotation", "strict"}, rotates: true, special: oldTokenEndsAll},
	{name: "rotation with grace", serve: []string{"--rotation", "grace=10s"}, rotates: true, special: oldTokenHasGrace},
	{
		name: "rotation in cookies", serve: []string{"--rotation", "strict", "--session-token", "cookies", "--refresh-token", "cookies"},
		rotates: true, sessionInCookie: true, refreshInCookie: true, special: oldTokenEndsAll,
	},
	{
		name: "issuer as URL", serve: []string{"--issuer", "url"},
		issuer: func(w *settler) string { return strings.TrimPrefix(w.at[len(w.at)-1], "http://") },
	},
	{
		name: "issuer on another host", serve: []string{"--issuer", "custom-host"},
		issuer: func(*settler) string { return "auth.example.com" },
	},
	{name: "region of the project id", serve: []string{"--region", "euc1"}, settle: byProjectID, special: askedForTheRegion},
	{name: "audience", serve: []string{"--audience", "my-api"}, settle: byProfile("--audience", "my-api"), special: otherAudienceIsRefused},
}

// TestProgramWorksWithEverySettingOfAProject goes from sign-up to logout over
// HTTP, through a wire that sees how the tokens travel.
func TestProgramWorksWithEverySettingOfAProject(t *testing.T) {
	t.Parallel()
	for _, row := range worlds {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := settle(t, row)
			w.journey(row)
			if row.special != nil {
				row.special(w)
			}
			w.tokensTravelled(row)
		})
	}
}

func settle(t *testing.T, row settings) *settler {
	t.Helper()
	needs.Tool(t, "oathtool")
	p := newPerson(t)
	write(t, p.path("phone"), phoneScript)
	s := p.serve(append([]string{"--session-ttl", "5s"}, row.serve...)...)
	w := &settler{customer: &customer{person: p, server: s, hand: hands[2]}, wire: newWire(t, s)}
	if row.settle != nil {
		row.settle(w)
		return w
	}
	w.at = []string{"--project-id", s.ProjectID, "--base-url", w.between()}
	return w
}

// between is a base URL on the wire.
func (w *settler) between() string {
	s := httptest.NewServer(w.wire)
	w.t.Cleanup(s.Close)
	return s.URL
}

// journey is a person's whole life with the program.
func (w *settler) journey(row settings) {
	t := w.t
	t.Helper()
	byApp(w.customer)
	w.want(0, w.flags("logout")...)
	w.must(1, "login", ann)
	w.must(1, "mfa", "verify", "--method", "email")
	if got := strings.Join(w.claims().Factors, " "); got != "totp email mfa" {
		t.Errorf("got factors %q, want totp email mfa", got)
	}
	claims := w.verified(w.want(0, w.flags("token")...).stdout)
	if claims["drn"] != "DS" || claims["sub"] == "" {
		t.Errorf("got a token with claims %v, want a session token of somebody", claims)
	}
	w.want(0, w.flags("check", "--mfa", "--online")...)

	before := w.wire.count()
	w.want(0, w.flags("refresh")...)
	w.showsIssuer(row)
	w.expires()
	file := w.path("calls")
	w.verified(w.want(0, w.flags("token", "--debug", file)...).stdout)
	if got := requests(t, file); !slices.Equal(got, []string{"refresh"}) {
		t.Errorf("after the session token's end: got calls %v, want one refresh", got)
	}
	w.refreshTokenMoved(row, w.wire.since(before))

	w.must(1, "stepup", "--method", "sms")
	if raised := w.claims("--stepup"); !raised.StepUp || w.claims().StepUp {
		t.Error("want a stepped-up token beside the ordinary one")
	}
	w.want(0, w.flags("logout")...)
	w.want(4, w.flags("token")...)
	w.want(4, w.flags("token", "--stepup")...)
}

// expires waits for the end of the session token: the clock itself is what is
// waited for.
func (w *settler) expires() {
	w.t.Helper()
	var token struct{ Expires time.Time }
	if err := json.Unmarshal([]byte(w.want(0, w.flags("token", "--json")...).stdout), &token); err != nil {
		w.t.Fatal(err)
	}
	<-time.After(time.Until(token.Expires))
}

func (w *settler) showsIssuer(row settings) {
	w.t.Helper()
	var seen struct {
		Signature string
		Issuer    string `json:"issuer_host"`
	}
	out := w.want(0, w.flags("inspect", "--json")...).stdout
	if err := json.Unmarshal([]byte(out), &seen); err != nil {
		w.t.Fatal(err)
	}
	want := ""
	if row.issuer != nil {
		want = row.issuer(w)
	}
	if seen.Signature != "good" || seen.Issuer != want {
		w.t.Errorf("inspect: got signature %q and issuer host %q, want good and %q", seen.Signature, seen.Issuer, want)
	}
}

// tokensTravelled checks every answer that handed out tokens.
func (w *settler) tokensTravelled(row settings) {
	w.t.Helper()
	all := w.wire.since(0)
	if len(all) < 6 { // sign-up, sign-in, second factor, two refreshes, step-up
		w.t.Errorf("got %d answers with tokens, want 6 or more", len(all))
	}
	for _, g := range all {
		keeps := g.path == "refresh" && !row.rotates // the refresh token stays as it is
		for _, token := range []struct {
			name         string
			body, cookie string
			inCookie     bool
			none         bool
		}{
			{"session", g.body.Session, g.cookies.Session, row.sessionInCookie, false},
			{"refresh", g.body.Refresh, g.cookies.Refresh, row.refreshInCookie, keeps},
		} {
			if got, want := token.body != "", !token.inCookie && !token.none; got != want {
				w.t.Errorf("%s: %s token in the body: got %t, want %t", g.path, token.name, got, want)
			}
			if got, want := token.cookie != "", token.inCookie && !token.none; got != want {
				w.t.Errorf("%s: %s token in a cookie: got %t, want %t", g.path, token.name, got, want)
			}
		}
	}
}

// refreshTokenMoved checks which token the second of two refreshes sent: what
// was stored after the first.
func (w *settler) refreshTokenMoved(row settings, got []granted) {
	w.t.Helper()
	if len(got) < 2 || got[0].path != "refresh" {
		w.t.Fatalf("got answers %v, want two refreshes", got)
	}
	first, last := got[0], got[len(got)-1]
	if moved := first.sent != last.sent; moved != row.rotates {
		w.t.Errorf("stored refresh token changed: got %t, want %t", moved, row.rotates)
	}
}

// rotated signs in again, refreshes, and answers the token from before it.
func (w *settler) rotated() (old string) {
	w.t.Helper()
	w.must(1, "login", ann, "--method", "voice")
	before := w.wire.count()
	w.want(0, w.flags("refresh")...)
	return w.wire.since(before)[0].sent
}

func oldTokenEndsAll(w *settler) {
	if got := w.server.errorCode(w.t, w.rotated()); got != "E064001" {
		w.t.Errorf("the refresh token from before: got code %q, want E064001", got)
	}
	w.want(4, w.flags("refresh")...)
}

func oldTokenHasGrace(w *settler) {
	old := w.rotated()
	if got := w.server.errorCode(w.t, old); got != "" {
		w.t.Errorf("the refresh token from just before: got code %q, want it accepted", got)
	}
	w.want(0, w.flags("refresh")...) // and nothing was ended by it
	if got := w.server.errorCode(w.t, old); got != "E064001" {
		w.t.Errorf("the refresh token from two before: got code %q, want E064001", got)
	}
}
