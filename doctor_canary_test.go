//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

// TestFaultL22DoctorReportHoldsNoSecret puts a mark wherever something of the
// person's can be, in health and in every kind of trouble, and looks for it.
func TestFaultL22DoctorReportHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const mark = "canary"
	loginID, profile := "ann-"+mark+"@example.com", "work-"+mark
	p := newPerson(t)
	moved := filepath.Join(p.home, mark)
	p.set("DESCOPE_MANAGEMENT_KEY=K2"+mark, "DESCOPE_AUTH_MANAGEMENT_KEY=K2"+mark, "DESCOPE_PUBLIC_KEY="+mark,
		"HTTPS_PROXY=http://"+mark+":"+mark+"@"+mark+".invalid:1", "NO_PROXY="+mark+".invalid", "TERM=xterm-"+mark,
		"TMUX=/tmp/"+mark, "STY="+mark, "SSH_CONNECTION="+mark, "USER="+mark, "LOGNAME="+mark,
		"XDG_CONFIG_HOME="+filepath.Join(moved, "config"), "XDG_CACHE_HOME="+filepath.Join(moved, "cache"))
	s := p.serve()
	p.want(0, "profile", "add", profile, "--project-id", s.ProjectID, "--base-url", s.BaseURL)
	p.enrolled(loginID, "--profile", profile)
	at := []string{"--profile", profile}
	token := strings.TrimSpace(p.want(0, append(at, "token")...).stdout)
	var who struct {
		UserID string `json:"user_id"`
	}
	if err := json.Unmarshal([]byte(p.want(0, append(at, "status", "--json")...).stdout), &who); err != nil || who.UserID == "" {
		t.Fatalf("status tells no user id: %v", err)
	}
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Server", "CF-Ray", "Content-Type", "Location", "Set-Cookie", "Retry-After", "Date"} {
			w.Header().Set(name, mark)
		}
		if strings.Contains(r.URL.Path, "Prefused") {
			w.WriteHeader(http.StatusBadRequest)
		} else if strings.Contains(r.URL.Path, "Pmoved") {
			w.WriteHeader(http.StatusFound)
		}
		_, _ = fmt.Fprintf(w, `{"errorCode":"E%s","errorDescription":"%s","errorMessage":"%s","keys":"%s"}`, mark, mark, mark, mark)
	}))
	t.Cleanup(hostile.Close)
	secrets := []string{mark, token, who.UserID, s.ProjectID, p.home, s.ManagementKey}
	clean := func(what, report string) {
		t.Helper()
		if len(report) < 500 {
			t.Errorf("%s: got %q, want a report", what, report)
		}
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(report), strings.ToLower(secret)) {
				t.Errorf("%s: %q stands in the report\n%s", what, secret, report)
			}
		}
	}
	run := func(code int, args ...string) {
		t.Helper()
		for _, form := range []string{"", "--json"} {
			r := p.want(code, strings.Fields("doctor "+form+" "+strings.Join(args, " "))...)
			clean(strings.Join(args, " "), r.stdout+r.stderr)
		}
	}
	run(0, at...)
	run(0, append(at, "--debug", p.path("debug"))...)
	run(9, "--project-id", someProject+mark, "--base-url", "https://"+mark+".example.com") // the proxy's name is not found
	run(9, "--project-id", someProject, "--base-url", hostile.URL)
	run(1, "--project-id", "Prefused"+someProject, "--base-url", hostile.URL)
	run(1, "--project-id", "Pmoved"+someProject, "--base-url", hostile.URL+"/"+mark)
	run(13, "--project-id", someProject, "--base-url", "https://"+mark+":"+mark+"@example.com")
	run(13, "--project-id", mark)
	run(13, "--profile", mark)
	run(8, append(at, "--store-key-file", p.path(mark))...)
	run(9, "--project-id", someProject, "--base-url", "https://"+mark+".invalid")
	p.set("POSTERN_STORE=" + mark)
	run(13, at...)
	p.set("POSTERN_STORE=kernel", "HTTPS_PROXY=http://"+mark+":"+mark+"@[")
	run(9, "--project-id", someProject, "--base-url", "https://"+mark+".example.com")
	if err := os.Chmod(filepath.Join(moved, "config/postern"), 0o777); err != nil {
		t.Fatal(err)
	}
	run(13, at...)
	write(t, filepath.Join(moved, "config/postern/config.toml"), mark+" = [")
	run(13, at...)

	o := p.options([]string{"-c", "postern doctor --profile sandbox >report"})
	o.Path = "sh"
	if code := ptytest.Start(t, o).Wait(); code != 13 {
		t.Errorf("on a terminal: got exit %d, want 13", code)
	}
	clean("on a terminal", read(t, p.path("report")))
}
