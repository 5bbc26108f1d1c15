//go:build linux

package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// finding is a check of `doctor --json`.
type finding struct{ Name, State, Found, Do string }

// doctor runs it, and answers the checks by name.
func (p *person) doctor(code int, args ...string) map[string]finding {
	p.t.Helper()
	r := p.want(code, append([]string{"doctor", "--json"}, args...)...)
	return findings(p.t, r.stdout)
}

func findings(t *testing.T, text string) map[string]finding {
	t.Helper()
	var report struct {
		Schema int
		Checks []finding
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil || report.Schema != 1 {
		t.Fatalf("got %q, want one object of schema 1: %v", text, err)
	}
	checks := map[string]finding{}
	for _, c := range report.Checks {
		if _, twice := checks[c.Name]; twice || c.Found == "" {
			t.Errorf("check %q stands there twice, or found nothing: %+v", c.Name, c)
		}
		if !slices.Contains([]string{"ok", "warn", "fail", "skipped"}, c.State) || c.State == "fail" && c.Do == "" {
			t.Errorf("got %+v, want one of four states, and what to do about a failure", c)
		}
		checks[c.Name] = c
	}
	return checks
}

func (c finding) is(t *testing.T, state, found string) {
	t.Helper()
	if c.State != state || !strings.Contains(c.Found, found) {
		t.Errorf("%s: got %s %q, want %s %q", c.Name, c.State, c.Found, state, found)
	}
}

const someProject = "P2abcdefghijklmnopqrstuvwxyz"

func TestDoctorWorksWithNothingConfigured(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	checks := p.doctor(0)
	checks["project"].is(t, "ok", "sandbox")
	checks["sandbox"].is(t, "ok", "answers")
	checks["service"].is(t, "skipped", "not needed")
	checks["session"].is(t, "ok", "nobody")
	checks["record"].is(t, "ok", "deleted")
	checks["terminal"].is(t, "skipped", "no terminal")
	checks["manner"].is(t, "ok", "silent")
}

func TestDoctorNamesTheStepThatFails(t *testing.T) {
	t.Parallel()
	reply := func(status int, form, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", form)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, row := range []struct {
		name   string
		answer http.HandlerFunc
		code   int
		found  string
	}{
		{"a portal", reply(200, "text/html", "<!doctype html><title>Sign in to the network</title>"), 9, "not Descope's"},
		{"an empty reply", reply(200, "application/json", ""), 9, "not Descope's"},
		{"a page that is not found", reply(404, "text/html", ""), 9, "not Descope's"},
		{"an outage", reply(503, "application/json", "{}"), 9, "cannot answer now"},
		{"too many requests", reply(429, "application/json", "{}"), 7, "limits requests"},
		{"keys that nobody can trust", reply(200, "application/json", `{"keys":[]}`), 14, "cannot be trusted"},
		{"a project that is not known", reply(400, "application/json", `{"errorCode":"E011001"}`), 1, "refused the project"},
		{"no reply at all", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 9, "no reply"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			srv := httptest.NewServer(row.answer)
			t.Cleanup(srv.Close)
			began := time.Now()
			checks := p.doctor(row.code, "--project-id", someProject, "--base-url", srv.URL)
			checks["connection"].is(t, "ok", "ms")
			checks["service"].is(t, "fail", row.found)
			checks["clock"].is(t, "skipped", "failed above")
			if took := time.Since(began); took > 9*time.Second {
				t.Errorf("it took %v, want each step at most 5s", took)
			}
		})
	}
	p := newPerson(t)
	p.doctor(0, p.serve().flags()...)["service"].is(t, "ok", "1 key, RS256")
}

func TestDoctorHoldsTheClockAgainstTheServers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ offset, state, found string }{
		{"0s", "ok", "agrees"}, {"10s", "ok", "agrees"},
		{"10m20s", "warn", "is 10 minutes slow"}, {"-10m", "warn", "fast"},
	} {
		t.Run(row.offset, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.doctor(0, p.serve("--clock-offset", row.offset).flags()...)["clock"].is(t, row.state, row.found)
		})
	}
}

func TestDoctorSaysThatAClockIsDaysOff(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	checks := p.doctor(14, p.serve("--clock-offset", "-72h").flags()...)
	checks["service"].is(t, "skipped", "see below")
	checks["clock"].is(t, "fail", "more than a day apart")
}

func TestDoctorSendsNothingOffline(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"--project-id", someProject, "--base-url", "http://" + l.Addr().String(), "--offline"}
	checks := p.doctor(0, flags...)
	for _, step := range []string{"name", "connection", "tls", "service", "clock"} {
		checks[step].is(t, "skipped", "--offline")
	}
	if err := l.(*net.TCPListener).SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if conn, err := l.Accept(); err == nil {
		t.Errorf("somebody connected: %v", conn.LocalAddr())
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	checks = p.doctor(9, flags[:4]...)
	checks["connection"].is(t, "fail", "no connection")
	checks["service"].is(t, "skipped", "failed above")
	checks["record"].is(t, "ok", "deleted") // what does not hang on the network is looked at all the same
	checks = p.doctor(9, "--project-id", someProject, "--base-url", "https://auth.invalid")
	checks["name"].is(t, "fail", "not found")
}

// An authority that the environment names is the user's to choose, and is said.
func TestFaultN18DoctorShowsForeignAuthority(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	base, authority := overTLS(p, s.BaseURL)
	flags := []string{"--project-id", s.ProjectID, "--base-url", base}
	checks := p.doctor(14, flags...)
	checks["certificates"].is(t, "ok", "system's")
	checks["tls"].is(t, "fail", "not trusted here")
	checks["service"].is(t, "skipped", "failed above")

	p.set("SSL_CERT_FILE=" + authority)
	checks = p.doctor(0, flags...)
	checks["certificates"].is(t, "warn", "SSL_CERT_FILE set")
	checks["tls"].is(t, "ok", "TLS 1.3, the certificate ends in")
	checks["service"].is(t, "ok", "1 key")

	checks = p.doctor(14, "--project-id", s.ProjectID, "--base-url", strings.Replace(base, "127.0.0.1", "localhost", 1))
	checks["tls"].is(t, "fail", "for another host")
}

func TestFaultX06AndN24DoctorTellsOfProxies(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(srv.Close)
	away := []string{"--project-id", someProject, "--base-url", "https://auth.invalid"}
	p.set("HTTPS_PROXY=" + srv.URL)
	checks := p.doctor(9, away...)
	checks["proxy"].is(t, "ok", "HTTPS_PROXY set; used")
	checks["name"].is(t, "ok", "proxy")
	checks["connection"].is(t, "ok", "to the proxy")
	checks["tls"].is(t, "fail", "the proxy let nothing through")
	p.doctor(0)["proxy"].is(t, "ok", "not used")
	p.set("HTTPS_PROXY=http://127.0.0.1:1")
	p.doctor(9, away...)["connection"].is(t, "fail", "no connection")
	p.set("HTTPS_PROXY=http://%zz") // Go passes over what is no URL
	p.doctor(9, away...)["proxy"].is(t, "ok", "HTTPS_PROXY set; not used")
	p.set("HTTPS_PROXY=", "NO_PROXY=auth.invalid", "https_proxy="+srv.URL)
	p.doctor(9, away...)["proxy"].is(t, "ok", "https_proxy and NO_PROXY set; not used")
}

// A company's proxy ends TLS with an authority of its own.
func TestDoctorGoesTheWayOfTheProgram(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	target, err := url.Parse(s.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	n := newTunnel(p, "api.descope.com", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	p.set("HTTPS_PROXY=" + n.proxy)
	p.doctor(14, "--project-id", s.ProjectID)["tls"].is(t, "fail", "not trusted here")
	p.set("SSL_CERT_FILE=" + n.trust)
	checks := p.doctor(0, "--project-id", s.ProjectID)
	checks["project"].is(t, "ok", "at api.descope.com from the project id")
	checks["connection"].is(t, "ok", "to the proxy")
	checks["tls"].is(t, "warn", "the certificate ends in 60 minutes")
	checks["service"].is(t, "ok", "1 key")
}
