//go:build linux

package main

import (
	"slices"
	"strings"
)

// byProfile tells the program of the project by a profile with these flags.
func byProfile(flags ...string) func(*settler) {
	return func(w *settler) {
		w.t.Helper()
		w.want(0, append([]string{"profile", "add", "work", "--project-id", w.server.ProjectID, "--base-url", w.between()}, flags...)...)
		w.at = []string{"--profile", "work"}
	}
}

// otherAudienceIsRefused is true where the project's tokens are for my-api.
func otherAudienceIsRefused(w *settler) {
	w.t.Helper()
	w.must(1, "login", ann, "--method", "voice")
	w.want(0, w.flags("token", "--audience", "my-api")...)
	if r := w.want(14, w.flags("token", "--audience", "billing")...); r.stdout != "" || !strings.Contains(r.stderr, `"billing"`) {
		w.t.Errorf("got stdout %q and stderr %q, want no token and why", r.stdout, r.stderr)
	}
	w.want(0, w.flags("logout")...)
	byProfile("--audience", "billing", "--force")(w)
	if r := w.silently(1, "login", ann, "--method", "whatsapp"); r.code != 14 || !strings.Contains(r.stderr, "audience") {
		w.t.Errorf("login for another audience: got exit %d and %q, want 14 and why", r.code, r.stderr)
	}
	w.want(4, w.flags("status")...)
}

// byProjectID says nothing of the project but its id: the base URL follows
// from it, and a proxy leads there.
func byProjectID(w *settler) {
	w.t.Helper()
	w.tunnel = newTunnel(w.person, "api.euc1.descope.com", w.wire)
	w.set("POSTERN_PROJECT_ID="+w.server.ProjectID, "HTTPS_PROXY="+w.tunnel.proxy, "SSL_CERT_FILE="+w.tunnel.trust)
}

func askedForTheRegion(w *settler) {
	w.t.Helper()
	if id := w.server.ProjectID; len(id) != 32 || id[1:5] != "euc1" {
		w.t.Errorf("got project id %q, want 32 characters with the region in it", id)
	}
	if got, want := w.tunnel.hosts(), []string{"CONNECT api.euc1.descope.com:443"}; !slices.Equal(got, want) {
		w.t.Errorf("the proxy was asked for %v, want %v", got, want)
	}
	if shown := w.want(0, "profile", "show").stdout; !strings.Contains(shown, "https://api.euc1.descope.com (from the project id)") {
		w.t.Errorf("got profile\n%s\nwant the base URL that follows from the project id", shown)
	}
}
